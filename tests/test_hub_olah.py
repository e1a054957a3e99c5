"""Releases pulled from another server than ours: olah, a mirror of the Hub by others, serving a git repository.

It is no part of requirements-dev.txt, for it holds back a library that training uses: ``make olah`` installs it in an
environment of its own, where these tests find it.
"""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from recsys.bundle import sha256_of
from recsys.capabilities import load_capabilities
from recsys.errors import HubError
from recsys.hub import remember
from tests.hub_double.client import client_at
from tests.small_releases import REPO, pull, write_release
from tests.test_loading import until

HERE = Path(__file__).parents[1] / ".olah" / "bin"
OLAH = shutil.which("olah-cli", path=f"{HERE}{os.pathsep}{os.environ.get('PATH', '')}")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OLAH is None, reason="olah is not installed: run `make olah`"),
]
LARGE = (".parquet", ".sqlite")


class Mirror:
    """A git repository with large files as git-lfs would keep them; that itself is not needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str) -> str:
        who = ["-c", "user.name=someone", "-c", "user.email=someone@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *args], cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, release: Path) -> str:
        """Commit the release's files; the commit's sha."""
        for file in [p for p in release.rglob("*") if p.is_file()]:
            target = self.path / file.relative_to(release)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self._pointer(file) if file.suffix in LARGE else file.read_bytes())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Release")
        return self.git("rev-parse", "HEAD")

    def _pointer(self, file: Path) -> bytes:
        sha256 = sha256_of(file)
        kept = self.path / ".git" / "lfs" / "objects" / sha256[:2] / sha256[2:4]
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, kept / sha256)
        size = file.stat().st_size
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


@pytest.fixture
def mirror(tmp_path):
    return Mirror(tmp_path / "mirrors" / "models" / REPO)


@pytest.fixture
def server(mirror, tmp_path, monkeypatch):
    """olah's address; it asks no other server, and this process's client asks it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "olah.toml").write_text(
        f'[basic]\nhost = "127.0.0.1"\nport = {port}\nrepos-path = "{tmp_path}/repos"\n'
        f'mirror-netloc = "127.0.0.1:{port}"\nmirror-lfs-netloc = "127.0.0.1:{port}"\n'
        f'mirrors-path = ["{tmp_path}/mirrors"]\n[accessibility]\noffline = true\n'
    )
    command = [str(OLAH), "-c", str(tmp_path / "olah.toml"), "--log-path", str(tmp_path / "logs")]
    # A process of olah's own environment sees nothing of this one's.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=said, stderr=said)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: process.poll() is not None or answers(url), 60)
        assert process.poll() is None, (tmp_path / "said").read_text()
        with client_at(url, monkeypatch, tmp_path):
            yield process
    finally:
        process.terminate()
        process.wait(20)


def answers(url):
    try:
        return httpx.get(f"{url}/api/models/nobody/nothing").status_code < 500
    except httpx.TransportError:
        return False


def songs_in(fetched):
    return len(load_capabilities(fetched.open()).catalogue)


def test_a_release_is_pulled_by_sha_tag_and_branch(mirror, server, tmp_path):
    release = tmp_path / "release"
    old = mirror.commit(write_release(release))
    mirror.git("tag", "v1")
    new = mirror.commit(write_release(release, 30))
    for revision, sha, songs in ((old, old, 20), ("v1", old, 20), ("main", new, 30), (new, new, 30)):
        fetched = pull(revision)
        assert (fetched.found.sha, fetched.missing) == (sha, {})
        assert songs_in(fetched) == songs


def test_when_it_stops_the_last_release_goes_on(mirror, server, tmp_path):
    sha = mirror.commit(write_release(tmp_path / "release"))
    remember(pull())
    server.terminate()
    server.wait(20)
    fetched = pull()
    assert (fetched.found.sha, fetched.found.answered) == (sha, False)
    assert songs_in(fetched) == 20


def test_what_it_does_not_have_is_an_error(mirror, server, tmp_path):
    mirror.commit(write_release(tmp_path / "release"))
    with pytest.raises(HubError):
        pull("v9")
