"""The app as its users start it: a process of its own, an empty cache, and a release on the Hub."""

# ruff: noqa: F811  (a fixture of another module is asked for by its name)

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hub_double import OWNER_TOKEN
from tests.hub_double.client import upload
from tests.small_releases import REPO, clustered, write_release  # noqa: F401
from tests.test_loading import until

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


class App:
    """``python app.py`` with settings of a test's own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.log = folder / "app.log"
        given = {"GRADIO_SERVER_PORT": str(port), "RECSYS_CACHE": str(folder / "cache"), "PYTHONUNBUFFERED": "1"}
        folder.mkdir(exist_ok=True)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py")], cwd=folder, env=environment | given, stdout=log, stderr=log
            )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)

    def status(self) -> dict[str, Any]:
        """The status, as a program asks for it; {} before the app answers."""
        try:
            return self.client.get("/api/v1/status").json()
        except httpx.TransportError:
            return {}

    def until_ready(self) -> dict[str, Any]:
        until(lambda: self.process.poll() is not None or self.status().get("status") in ("ready", "failed"), 60)
        assert self.process.poll() is None, self.log.read_text()
        return self.status()

    def get(self, path: str, **query: str | int) -> Any:
        answer = self.client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stop(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()  # not SIGINT, which what a shell starts in the background ignores
        try:
            self.process.wait(20)
        finally:
            self.process.kill()


@pytest.fixture
def start(hub, tmp_path):
    """Starts the app against the double; what was started is stopped."""
    apps = []

    def run(token=None, **settings):
        environment = hub.environment(tmp_path / "app-home", token) | {f"RECSYS_{k}": v for k, v in settings.items()}
        apps.append(App(tmp_path / "app", environment))
        return apps[-1]

    yield run
    for app in apps:
        app.stop()


def test_from_an_empty_cache_to_an_answered_query_and_on_to_a_better_release(start, hub, clustered, tmp_path):
    sha = upload(hub, clustered, private=True)
    app = start(OWNER_TOKEN, REPO=REPO, REFRESH_MINUTES="0.005")
    release = app.until_ready()["release"]
    assert (release["name"], release["sha"], release["hub_answered"], release["notes"]) == (REPO, sha, True, [])
    assert app.get("search_tracks", query="Title 7", limit=1)[0]["title"] == "Title 7"
    assert app.get("cluster_of/t7")["cluster"]["name"]
    assert app.client.get("/healthz").status_code == 200
    assert app.client.get("/").status_code == 200
    assert not hub.asked("exports|figures|README")

    better = upload(hub, write_release(tmp_path / "better", 30))
    until(lambda: app.status()["release"]["sha"] == better)
    assert app.get("about")["tracks"] == 30

    (tmp_path / "better" / "catalogue" / "tracks.parquet").write_bytes(b"damaged")
    upload(hub, tmp_path / "better")
    until(lambda: app.status()["release"]["notes"])
    assert app.status()["release"]["sha"] == better and app.get("about")["tracks"] == 30

    hub.down()
    until(lambda: app.status()["release"]["hub_answered"] is False)
    assert app.get("search_tracks", query="Title 29", limit=1)[0]["title"] == "Title 29"
    app.stop()
    said = app.log.read_text()
    assert f"INFO recsys.hub.pull: someone/songs: main is commit {sha}" in said
    assert "Traceback" not in said and OWNER_TOKEN not in said


def test_what_was_downloaded_is_served_with_the_hub_down(start, hub, clustered):
    sha = upload(hub, clustered)
    start(REPO=REPO).until_ready()
    hub.down()
    app = start(REPO=REPO)
    release = app.until_ready()["release"]
    assert (release["sha"], release["hub_answered"]) == (sha, False)
    assert "connection to the Hub failed" in release["notes"][0]
    assert app.get("search_tracks", query="Title 7", limit=1)[0]["title"] == "Title 7"


def run_to_the_end(environment, cwd):
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py")], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60
    )


def test_settings_that_contradict_each_other_are_told_in_one_line(tmp_path):
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("RECSYS_", "HF_"))}
    done = run_to_the_end(bare | {"RECSYS_REPO": REPO, "RECSYS_BUNDLE": "bundles/main"}, tmp_path)
    assert done.returncode == 1
    assert "error: RECSYS_BUNDLE is bundles/main and RECSYS_REPO is someone/songs" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_settings_is_read_where_the_app_is_started(tmp_path):
    (tmp_path / ".env").write_text("RECSYS_REFRESH_MINUTES=often\n")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("RECSYS_", "HF_"))}
    done = run_to_the_end(bare, tmp_path)
    assert (done.returncode, "RECSYS_REFRESH_MINUTES is 'often', expected" in done.stderr) == (1, True)
