"""The README's promises: what it shows runs, and what it pins is pinned."""

import contextlib
import io
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
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


@pytest.mark.slow
def test_the_python_example_prints_songs_with_reasons(app_url):
    (example,) = blocks("python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(example.replace(ADDRESS, app_url), "README.md", "exec"), {})
    lines = [line for line in said.getvalue().splitlines() if " – " in line]
    assert len(lines) == 5
    assert all(len(line.split(" – ", 1)[1]) > 10 for line in lines)


@pytest.mark.slow
def test_the_curl_examples_answer(app_url):
    search, similar, predict, vibe = (
        next(block for block in blocks("bash") if "curl" in block).replace("\\\n", " ").strip().splitlines()
    )
    (song,) = json.loads(run(search.replace(ADDRESS, app_url)))
    answer = json.loads(run(similar.replace(ADDRESS, app_url).replace("TRACK_ID", song["track_id"])))
    assert answer["results"][0]["why"]
    assert all(found["track"]["year"] >= 1990 for found in answer["results"])
    assert "Folk/Country" in json.loads(run(predict.replace(ADDRESS, app_url)))["chosen"]
    assert all(1990 <= r["track"]["year"] < 2000 for r in json.loads(run(vibe.replace(ADDRESS, app_url)))["results"])


def run(command):
    return subprocess.run([*shlex.split(command), "--silent"], capture_output=True, check=True).stdout
