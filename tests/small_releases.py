"""Bundles small enough to publish in a moment: a catalogue, and capabilities that are quickly trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys.bundle import sha256_of
from recsys.capabilities import Capabilities
from recsys.hub import Source, fetch, find
from recsys.hub.pull import Fetched
from tests.contract import make_catalogue, random_catalogue, write_bundle
from tests.hub_double.faults import flipped

REPO = "someone/songs"


def write_release(path: Path, n: int = 20) -> Path:
    """A bundle with nothing but a catalogue of ``n`` songs, and some files that the app does not open."""
    write_bundle(path, make_catalogue(n))
    (path / "exports").mkdir(exist_ok=True)
    (path / "exports" / "model.joblib").write_bytes(b"never opened")
    return path


def pull(revision: str = "main", **source: object) -> Fetched:
    """Fetch as the app does."""
    wanted = Source(REPO, revision, **source)  # type: ignore[arg-type]
    return fetch(wanted, find(wanted), lambda step, fraction: None)


def flip(path: Path) -> None:
    """Change one bit of the file, behind the link if it is one."""
    path = path.resolve()
    path.write_bytes(flipped(path.read_bytes()))


def sha256_of_manifest(path: Path) -> str:
    return sha256_of(path / "manifest.json")


def size_of(capabilities: Capabilities) -> int:
    return len(capabilities.catalogue)


@pytest.fixture(scope="session")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with clusters, small and quick. It is not to be changed: copy it."""
    from train.clusters import main

    path = tmp_path_factory.mktemp("clustered") / "bundle"
    write_bundle(path, random_catalogue(200))
    main(["--out", str(path), "--k", "3"])
    return path
