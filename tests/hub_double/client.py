"""Fixtures: the double in both of the Hub's modes, with this process's own client pointed at it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.hub_double.repos import OWNER_TOKEN
from tests.hub_double.server import HubDouble


@pytest.fixture(params=["lfs", "xet"])
def hub(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubDouble]:
    """The double, over LFS and over Xet; the client caches in a home of the test's own and has no token."""
    with HubDouble(tmp_path / "hub", xet=request.param == "xet") as double, client_of(double, monkeypatch, tmp_path):
        yield double


@pytest.fixture
def lfs_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubDouble]:
    """The double over LFS only, for what does not depend on how contents travel."""
    with HubDouble(tmp_path / "hub") as double, client_of(double, monkeypatch, tmp_path):
        yield double


def client_of(double: HubDouble, monkeypatch: pytest.MonkeyPatch, folder: Path) -> AbstractContextManager[None]:
    """As `client_at`, for the double."""
    return client_at(double.url, monkeypatch, folder, xet=double.xet)


@contextmanager
def client_at(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path, *, xet: bool = False) -> Iterator[None]:
    """While open, huggingface_hub in this process talks to ``url`` and caches in ``folder``/home.

    The client reads its settings when it is imported, so they are changed where it keeps them.
    """
    from huggingface_hub import constants

    home = folder / "home"
    settings = {
        "ENDPOINT": url,
        "HUGGINGFACE_CO_URL_TEMPLATE": url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HOME": str(home),
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_XET_CACHE": str(home / "xet"),
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_STORED_TOKENS_PATH": str(home / "stored_tokens"),
        "HF_HUB_OFFLINE": False,
        "HF_HUB_DISABLE_XET": not xet,
    }
    for name, value in settings.items():
        monkeypatch.setattr(constants, name, value)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(home))  # hf_xet looks for itself
    monkeypatch.setenv("HF_XET_CACHE", str(home / "xet"))
    reset_client()
    yield
    reset_client()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The client does not wait before it tries again; the seconds that it would have waited."""
    from huggingface_hub import file_download
    from huggingface_hub.utils import _http

    waits: list[float] = []
    for module in (_http, file_download):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=waits.append, time=time.time))
    return waits


def reset_client() -> None:
    """Close the client's connections and forget what it keeps between calls."""
    from huggingface_hub import close_session
    from huggingface_hub.utils import _xet

    close_session()
    _xet.XET_CONNECTION_INFO_CACHE.clear()
    _xet._GLOBAL_XET_HOLDER._session = None


def upload(
    hub: HubDouble, folder: Path, repo: str = "someone/songs", *, private: bool = False, message: str = "Release"
) -> str:
    """Put the files of ``folder`` into the repository with the real client, and nothing else; the commit's sha."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    api = HfApi(endpoint=hub.url, token=OWNER_TOKEN)
    api.create_repo(repo, private=private, exist_ok=True)
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    adds = [CommitOperationAdd(name, path) for name, path in paths.items()]
    gone = [CommitOperationDelete(name) for name in hub.repo(repo).main.files if name not in paths]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that tables belong into data sets
        return str(api.create_commit(repo, [*adds, *gone], commit_message=message).oid)
