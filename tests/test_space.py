"""What a Space is made of, and making one over real HTTP."""

import ast
import hashlib
import importlib.metadata
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from recsys.errors import HubError, SourceError
from recsys.hub.push import push
from recsys.hub.repository import look
from tests.clustered_releases import small_release
from tests.hub_double import OWNER_TOKEN
from train import card, publish
from train.release.space import (
    Served,
    files_to_serve,
    pinned,
    project_front_matter,
    space_files,
    space_requirements,
)

ROOT = Path(__file__).parents[1]
REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")
SERVED = Served("someone/songs", "a" * 40, "b" * 64, ("manifest.json", "catalogue/tracks.parquet"))
SPACE = "someone/app"


def about(files):
    _, front, body = files["README.md"].decode().split("---\n", 2)
    return yaml.safe_load(front), body


def packages(text):
    return {line.split("==")[0] for line in text.splitlines() if "==" in line}


def test_the_front_matter_is_right_for_what_is_pinned():
    front, body = about(space_files(SERVED, "cpu-basic"))
    assert front["sdk"] == "gradio" and front["app_file"] == "app.py"
    assert f"gradio=={front['sdk_version']}" in REQUIREMENTS.splitlines()
    assert front["python_version"] == "3.11"
    assert front["models"] == ["someone/songs"]
    assert front["preload_from_hub"] == [f"someone/songs manifest.json,catalogue/tracks.parquet {'a' * 40}"]
    assert len(front["short_description"]) <= 60
    assert "someone/songs" in body


def test_zero_gpu_has_its_python_and_its_package():
    files = space_files(SERVED, "zero-a10g")
    front, _ = about(files)
    assert (front["python_version"], front["suggested_hardware"]) == ("3.12", "zero-a10g")
    assert "spaces" in packages(files["requirements.txt"].decode())
    assert "spaces" not in packages(space_files(SERVED, "cpu-basic")["requirements.txt"].decode())
    assert "spaces" not in packages(REQUIREMENTS)


def test_a_space_that_serves_a_release_gets_the_serving_half():
    files = space_files(SERVED, "cpu-basic")
    assert {name.split("/")[0] for name in files} == {
        *("app.py", "recsys", "requirements.txt", "packages.txt", "README.md", ".gitattributes", "LICENSE")
    }
    assert not [name for name in files if "__pycache__" in name or name.endswith((".pyc", ".pyi"))]
    assert files["app.py"] == (ROOT / "app.py").read_bytes()
    assert {"recsys/moods.toml", "recsys/ui/theme.css"} <= set(files)
    serving = packages(files["requirements.txt"].decode())
    assert {"gradio", "onnxruntime", "huggingface_hub"} <= serving
    assert not serving & {"torch", "tensorflow-cpu", "transformers", "scikit-learn", "pandas"}


def test_a_space_of_the_demo_world_gets_what_trains_it():
    files = space_files(None, "cpu-basic")
    assert "train/all.py" in files
    assert files["requirements.txt"].decode() == REQUIREMENTS
    front, body = about(files)
    assert "preload_from_hub" not in front and "models" not in front and "invented" in body


def installed_with(names):
    """Distributions that installing ``names`` brings, themselves among them."""
    found, waiting = set(), [Requirement(name) for name in names]
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        wanted = {"", *asked.extras}
        if (name, *sorted(wanted)) in found or not any(d.name for d in importlib.metadata.distributions(name=name)):
            continue
        found.add((name, *sorted(wanted)))
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in wanted):
                waiting.append(needed)
    return {name for name, *_ in found}


@pytest.mark.slow
def test_the_serving_half_starts_by_itself(tmp_path):
    """The app's modules import from the Space's files alone, and from no package that its requirements do not bring."""
    for name, content in space_files(SERVED, "cpu-basic").items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    code = "import sys, app; print(sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    came_from = importlib.metadata.packages_distributions()
    used = {canonicalize_name(name) for module in ast.literal_eval(done.stdout) for name in came_from.get(module, [])}
    brought = installed_with(packages(space_files(SERVED, "cpu-basic")["requirements.txt"].decode()))
    assert "gradio" in used
    optional = {"cloudpickle", "psutil", "setuptools"}  # which other packages use where they find them
    assert used - brought - optional == set()


def test_requirements_without_a_part_for_training_are_an_error():
    with pytest.raises(SourceError, match="no line that begins with '# Training:'"):
        space_requirements("gradio==1\n", serving_only=True, zero_gpu=False)


def test_a_version_that_is_not_pinned_is_an_error():
    assert pinned("a==1\ngradio==6.31.0\n", "gradio") == "6.31.0"
    with pytest.raises(SourceError, match="does not pin gradio"):
        pinned("gradio>=6\n", "gradio")


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        ("# Songs\n", "does not begin with a front matter"),
        (f"---\ntitle: a\nshort_description: {'x' * 61}\n---\n", "up to 60 letters"),
    ],
)
def test_a_front_matter_that_the_hub_would_not_take_is_an_error(readme, said):
    with pytest.raises(SourceError, match=said):
        project_front_matter(readme)


def test_only_what_the_app_opens_is_fetched_before_it_starts():
    names = ["README.md", "exports/a.joblib", "figures/map.png", "clusters/labels.npy", "catalogue/tracks.parquet"]
    assert files_to_serve(names) == ("manifest.json", "catalogue/tracks.parquet", "clusters/labels.npy")


@pytest.fixture
def login(tmp_path):
    """The client's own login."""
    token = tmp_path / "home" / "token"
    token.parent.mkdir()
    token.write_text(OWNER_TOKEN)


@pytest.fixture
def released(lfs_hub, login, tmp_path):
    """A published release; its commit."""
    path = tmp_path / "bundle"
    small_release(path)
    card.main(["--out", str(path)])
    return push(path, "someone/songs", tag="v1").sha


def held(hub):
    return hub.repo(SPACE, "space")


@pytest.mark.slow
def test_a_space_is_created_with_its_variables(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    space = held(lfs_hub)
    assert space.sdk == "gradio"
    assert set(space.main.files) == set(space_files(SERVED, "cpu-basic"))
    manifest = lfs_hub.repo("someone/songs").main.files["manifest.json"].content
    assert space.variables == {
        "RECSYS_REPO": "someone/songs",
        "RECSYS_REVISION": released,
        "RECSYS_MANIFEST_SHA256": hashlib.sha256(manifest).hexdigest(),
    }
    front = yaml.safe_load(space.main.files["README.md"].content.decode().split("---\n")[1])
    (preloaded,) = front["preload_from_hub"]
    repo, names, sha = preloaded.split(" ")
    assert (repo, sha) == ("someone/songs", released)
    assert set(names.split(",")) <= set(lfs_hub.repo("someone/songs").main.files)
    assert "clusters/labels.npy" in names and ".png" not in names


@pytest.mark.slow
def test_a_tag_is_served_at_its_commit(lfs_hub, released, tmp_path):
    small_release(tmp_path / "bundle", seed=3)
    card.main(["--out", str(tmp_path / "bundle")])
    assert push(tmp_path / "bundle", "someone/songs", onto=look("someone/songs")).sha != released
    publish.main(["--space", SPACE, "--repo", "someone/songs", "--revision", "v1"])
    assert held(lfs_hub).variables["RECSYS_REVISION"] == released


@pytest.mark.slow
def test_an_update_is_one_commit_and_leaves_nothing_behind(lfs_hub, released):
    from huggingface_hub import HfApi

    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    first = held(lfs_hub).main.sha
    HfApi().upload_file(path_or_fileobj=b"old", path_in_repo="recsys/gone.py", repo_id=SPACE, repo_type="space")
    HfApi().add_space_variable(SPACE, "THEIRS", "kept")
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    assert set(held(lfs_hub).main.files) == set(space_files(SERVED, "cpu-basic"))
    assert len(held(lfs_hub).commits) == 4 and held(lfs_hub).main.sha != first
    assert held(lfs_hub).variables["THEIRS"] == "kept"


@pytest.mark.slow
def test_nothing_new_is_no_commit_and_no_restart(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    first, then = held(lfs_hub).main.sha, len(lfs_hub.requests)
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    assert held(lfs_hub).main.sha == first
    assert {request.method for request in lfs_hub.requests[then:]} <= {"GET", "HEAD"}


@pytest.mark.slow
def test_the_pin_never_stands_beside_a_revision_that_it_does_not_fit(lfs_hub, released, tmp_path):
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    old = dict(held(lfs_hub).variables)
    path = tmp_path / "bundle"
    small_release(path, seed=3)
    card.main(["--out", str(path)])
    push(path, "someone/songs", onto=look("someone/songs"))
    lfs_hub.fail("/variables", method="POST", status=500)
    with pytest.raises(HubError, match="setting variables"):
        publish.main(["--space", SPACE, "--repo", "someone/songs"])
    assert "RECSYS_MANIFEST_SHA256" not in held(lfs_hub).variables
    assert held(lfs_hub).variables["RECSYS_REVISION"] == old["RECSYS_REVISION"]
    lfs_hub.heal()
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    new = held(lfs_hub).variables
    assert set(new) == set(old) and new["RECSYS_REVISION"] != old["RECSYS_REVISION"]


@pytest.mark.slow
def test_a_space_of_the_demo_world_loses_the_variables_of_before(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    publish.main(["--space", SPACE])
    assert held(lfs_hub).variables == {} and "train/all.py" in held(lfs_hub).main.files


@pytest.mark.slow
def test_hardware_is_asked_for_and_stays_with_the_next_update(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    publish.main(["--space", SPACE, "--repo", "someone/songs", "--hardware", "zero-gpu"])
    assert held(lfs_hub).hardware == "zero-a10g"
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    assert held(lfs_hub).hardware == "zero-a10g"
    assert b"spaces==" in held(lfs_hub).main.files["requirements.txt"].content
    assert len(lfs_hub.asked("/hardware", "POST")) == 1


@pytest.mark.slow
def test_a_new_space_begins_on_its_hardware(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs", "--hardware", "zero-gpu"])
    (created,) = [request.json() for request in lfs_hub.asked("/api/repos/create") if request.json()["type"] == "space"]
    assert created["hardware"] == "zero-a10g" and not lfs_hub.asked("/hardware", "POST")


@pytest.mark.slow
def test_who_has_to_pay_is_told_what_is_free(lfs_hub, released):
    lfs_hub.fail("/api/repos/create", status=402)
    with pytest.raises(HubError, match=r"wants to be paid for creating someone/app.*--hardware zero-gpu"):
        publish.main(["--space", SPACE, "--repo", "someone/songs"])


@pytest.mark.slow
def test_what_is_private_is_not_fetched_while_the_space_is_built(lfs_hub, released, caplog):
    lfs_hub.repo("someone/songs").private = True
    caplog.set_level("INFO")
    publish.main(["--space", SPACE, "--repo", "someone/songs"])
    front = yaml.safe_load(held(lfs_hub).main.files["README.md"].content.decode().split("---\n")[1])
    assert "preload_from_hub" not in front and front["models"] == ["someone/songs"]
    assert held(lfs_hub).variables["RECSYS_REVISION"] == released
    assert "give the Space a secret HF_TOKEN" in caplog.text and OWNER_TOKEN not in caplog.text


def test_unknown_hardware_is_an_error():
    with pytest.raises(SourceError, match=r"--hardware toaster is not known; give one of cpu-basic, zero-gpu"):
        publish.main(["--space", SPACE, "--hardware", "toaster"])


@pytest.mark.slow
def test_a_release_that_is_not_there_is_an_error(lfs_hub, login):
    with pytest.raises(HubError, match="The Hub has no model someone/songs"):
        publish.main(["--space", SPACE, "--repo", "someone/songs"])
    assert ("space", SPACE) not in lfs_hub.repos


@pytest.mark.slow
def test_a_dry_run_changes_nothing(lfs_hub, released):
    publish.main(["--space", SPACE, "--repo", "someone/songs", "--dry-run"])
    assert ("space", SPACE) not in lfs_hub.repos


def test_elsewhere_than_on_zero_gpu_no_function_is_declared(monkeypatch):
    from recsys.ui.zero_gpu import declare_gpu_function

    monkeypatch.setattr("recsys.ui.zero_gpu.find_spec", lambda name: None)
    assert not declare_gpu_function()


def test_where_spaces_is_installed_one_function_is_declared_and_the_page_is_not_wrapped(monkeypatch):
    from recsys.ui import zero_gpu

    declared: list[object] = []
    wrapping: list[str] = []
    package = types.SimpleNamespace(GPU=declared.append, disable_gradio_auto_wrap=lambda: wrapping.append("off"))
    monkeypatch.setitem(sys.modules, "spaces", package)
    monkeypatch.setattr(zero_gpu, "find_spec", lambda name: object())
    assert zero_gpu.declare_gpu_function()
    assert declared == [zero_gpu.gpu_function] and wrapping == ["off"]


def test_the_app_declares_it_before_the_page_is_launched():
    source = (ROOT / "app.py").read_text("utf-8")
    assert 0 < source.index("    declare_gpu_function()") < source.index("page.launch(")


def test_the_requirements_fit_what_a_space_installs_beside_them():
    """A Space is built by one pip command for requirements.txt and gradio[oauth,mcp], which fails where they clash."""
    pins = dict(re.findall(r"^([\w-]+)==([^\s;#]+)", REQUIREMENTS, re.MULTILINE))
    needed = [Requirement(line) for line in importlib.metadata.requires("gradio") or []]
    asked = [r for r in needed if r.marker and any(r.marker.evaluate({"extra": e}) for e in ("oauth", "mcp"))]
    assert "pydantic" in {requirement.name for requirement in asked}
    assert [
        str(r) for r in needed if r in asked or not r.marker if r.name in pins and pins[r.name] not in r.specifier
    ] == []


def test_the_projects_readme_and_the_space_say_the_same():
    front = project_front_matter((ROOT / "README.md").read_text("utf-8"))
    assert front["sdk_version"] == pinned(REQUIREMENTS, "gradio")
