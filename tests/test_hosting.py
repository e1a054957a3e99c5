"""The files for those who host it: workflows, image, compose file, what Git keeps as large files."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from recsys.settings import Settings
from train.release.space import TRAINING_MARK

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read_and_pin_what_they_use(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job and "permissions" not in job for job in workflow["jobs"].values())
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name) for name in used)
    for step in steps(workflow):
        assert "${{" not in step.get("run", ""), "values reach the shell as variables, never as its text"
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_the_checks_run_on_both_pythons_with_a_browser():
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text("utf-8"))
    assert workflow["jobs"]["check"]["strategy"]["matrix"]["python"] == ["3.11", "3.12"]
    (check,) = [step for step in steps(workflow) if step.get("run") == "make check"]
    assert check["env"] == {"RECSYS_REQUIRE_BROWSER": "1"}


def test_the_token_reaches_only_the_step_that_publishes():
    told = [path.name for path in WORKFLOWS if "secrets." in path.read_text("utf-8")]
    assert told == ["space.yml"]
    workflow = yaml.safe_load((ROOT / ".github/workflows/space.yml").read_text("utf-8"))
    (step,) = [step for step in steps(workflow) if "HF_TOKEN" in step.get("env", {})]
    command = shlex.split(step["run"])
    assert command[:4] == ["python", "-m", "train.publish", "--space"]


def test_the_image_copies_what_is_there_and_splits_the_requirements_where_they_are_split():
    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY") and "--from" not in line
    ]
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for (name,) in copied:
        assert (ROOT / name).exists() and f"!{name}" in allowed
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    for text in (DOCKERFILE, (ROOT / ".github/workflows/space.yml").read_text("utf-8")):
        (mark,) = re.findall(r"sed '/\^(.+?)/,\$d' requirements\.txt", text)
        assert mark == TRAINING_MARK
    assert len(re.findall(rf"^{TRAINING_MARK}", requirements, re.MULTILINE)) == 1


def test_the_image_does_not_run_as_root():
    last = DOCKERFILE.rpartition("FROM")[2]
    assert last.index("USER app") < last.index("CMD [")


def test_compose_sets_variables_that_the_app_reads():
    (service,) = COMPOSE["services"].values()
    known = {f"RECSYS_{name.upper()}" for name in Settings.model_fields} | {"HF_TOKEN"}
    assert set(service["environment"]) <= known
    (published,) = service["ports"]
    assert published.startswith("127.0.0.1:") and published.endswith(":7860")
    (volume,) = service["volumes"]
    name, folder = volume.split(":")
    assert name in COMPOSE["volumes"] and f"HF_HOME={folder}" in DOCKERFILE


def test_packages_are_names_that_apt_knows_how_to_read():
    lines = (ROOT / "packages.txt").read_text("utf-8").splitlines()
    assert "libsndfile1" in lines
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", line) for line in lines)


@pytest.mark.slow
def test_git_keeps_whatever_a_bundle_holds_as_what_it_is(demo_path):
    attributes = dict(line.split(maxsplit=1) for line in (ROOT / ".gitattributes").read_text("utf-8").splitlines())
    text = {".json", ".md"}
    suffixes = {path.suffix for path in demo_path.rglob("*") if path.is_file()} - text
    assert suffixes >= {".npy", ".safetensors", ".parquet", ".onnx", ".sqlite", ".keras", ".joblib"}
    assert [suffix for suffix in suffixes if f"*{suffix}" not in attributes] == []
    assert all("filter=lfs" in attributes[f"*{suffix}"] for suffix in suffixes - {".png"})
