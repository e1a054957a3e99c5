"""The README's promises: what it shows runs, and what it pins is pinned."""

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from recsys.questions import QUESTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
GRADIO_JAVASCRIPT = "@gradio/client@2.7.0"
ADDRESS = "http://127.0.0.1:7860"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_space_runs_the_gradio_that_is_pinned():
    pinned = re.search(r"^gradio==(.+)$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    said = re.search(r"^sdk_version: (.+)$", README, re.MULTILINE)
    assert pinned and said and pinned[1] == said[1]


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if line and line[0] not in "#-"]
        assert all("==" in line for line in lines)


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"\]\((docs/[^)]+)\)", README) + re.findall(r"`((?:recsys|train|tests)/[\w/.]+)`", README)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def with_reasons(said):
    """Lines of "title – reason" in what an example printed."""
    lines = [line for line in said.splitlines() if " – " in line]
    assert len(lines) == 5
    assert all(len(line.split(" – ", 1)[1]) > 10 for line in lines)
    return lines


@pytest.mark.slow
def test_the_python_examples_print_the_same_songs_with_reasons(app_url):
    printed = []
    for example in blocks("python"):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(example.replace(ADDRESS, app_url), "README.md", "exec"), {})
        printed.append(with_reasons(said.getvalue()))
    ours, gradios = printed
    assert ours == gradios


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory):
    """A folder where Node finds `@gradio/client`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed")
    folder = tmp_path_factory.mktemp("node")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", GRADIO_JAVASCRIPT]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=180)
    if done.returncode:
        pytest.skip(f"{GRADIO_JAVASCRIPT} cannot be installed here: {done.stderr.strip()[-200:]}")
    return folder


@pytest.mark.slow
def test_the_javascript_example_prints_songs_with_reasons(app_url, node_folder):
    (example,) = blocks("javascript")
    (node_folder / "example.mjs").write_text(example.replace(ADDRESS, app_url), "utf-8")
    done = subprocess.run(["node", "example.mjs"], cwd=node_folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with_reasons(done.stdout)


@pytest.mark.slow
def test_the_curl_examples_answer(app_url):
    search, similar, tag, vibe, batch = (
        next(block for block in blocks("bash") if "curl" in block).replace("\\\n", " ").strip().splitlines()
    )
    (song,) = json.loads(run(search.replace(ADDRESS, app_url)))
    answer = json.loads(run(similar.replace(ADDRESS, app_url).replace("TRACK_ID", song["track_id"])))
    assert answer["results"][0]["why"]
    assert all(found["track"]["year"] >= 1990 for found in answer["results"])
    assert "Folk/Country" in json.loads(run(tag.replace(ADDRESS, app_url)))["chosen"]
    assert all(1990 <= r["track"]["year"] < 2000 for r in json.loads(run(vibe.replace(ADDRESS, app_url)))["results"])
    (first,), (second,) = json.loads(run(batch.replace(ADDRESS, app_url)))
    assert first == song != second


@pytest.mark.slow
def test_the_table_of_names_is_that_of_the_app(app_url):
    """A * where there is a batch, and REST's own address and method."""
    rows = re.findall(
        r"^\| `(\w+)`( \*)? \| `(GET|POST) /api/v1(/\w+)(?:/TRACK_ID|\?query=…)?` \|", README, re.MULTILINE
    )
    assert {(name, bool(star)) for name, star, *_ in rows} == {(one.name, one.batch) for one in QUESTIONS}
    with urllib.request.urlopen(f"{app_url}/api/v1/openapi.json") as response:
        paths = json.load(response)["paths"]
    served = {(path.split("/{")[0], method.upper()) for path, methods in paths.items() for method in methods}
    assert {(path, method) for _, _, method, path in rows} <= served
    assert all(path == f"/{name}" for name, _, _, path in rows)


def run(command):
    return subprocess.run([*shlex.split(command), "--silent"], capture_output=True, check=True).stdout
