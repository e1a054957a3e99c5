import http.server
import threading
from pathlib import Path

import pytest
from huggingface_hub import constants

from recsys.errors import SourceError
from recsys.hub import fetch_dataset_file
from recsys.hub.dataset_file import _parse

URL = "hf://datasets/someone/songs/data/tracks.csv@v1"
CONTENTS = b"track_id,title\na,b\n"


@pytest.mark.parametrize(
    ("url", "parsed"),
    [
        ("hf://datasets/me/songs/tracks.csv", ("me/songs", "tracks.csv", "main")),
        ("hf://datasets/me/songs/tracks.csv@v1.0", ("me/songs", "tracks.csv", "v1.0")),
        ("hf://datasets/me/so-ngs_1.2/data/a b.parquet@abc123", ("me/so-ngs_1.2", "data/a b.parquet", "abc123")),
        ("hf://datasets/me/songs@v2/data/tracks.csv", ("me/songs", "data/tracks.csv", "v2")),
        ("hf://datasets/me/songs/t.csv@refs/convert/parquet", ("me/songs", "t.csv", "refs/convert/parquet")),
    ],
)
def test_an_address_names_repository_file_and_revision(url, parsed):
    assert _parse(url) == parsed


@pytest.mark.parametrize(
    "url",
    [
        "hf://datasets/songs",
        "hf://datasets/me/songs",
        "hf://datasets/me/songs/",
        "hf://datasets/me/songs/folder/",
        "hf://datasets/me/songs/t.csv@",
        "hf://datasets/me/songs@v1/t.csv@v2",
        "hf://me/songs/t.csv",
    ],
)
def test_a_malformed_address_is_shown_beside_a_right_one(url):
    with pytest.raises(SourceError, match="hf://datasets/OWNER/NAME/FILE@REVISION"):
        fetch_dataset_file(url)


def test_a_name_that_the_hub_forbids_is_an_error():
    with pytest.raises(SourceError, match="is not the address of a data set"):
        fetch_dataset_file("hf://datasets/me/so..ngs/tracks.csv")


class FakeHub(http.server.BaseHTTPRequestHandler):
    """Knows one data set with one file at revision v1; answers in the Hub's headers."""

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def _answer(self, body):
        code, error = self._fate()
        self.send_response(code)
        if error:
            self.send_header("X-Error-Code", error)
            self.send_header("Content-Length", "0")
        else:
            self.send_header("X-Repo-Commit", "a" * 40)
            self.send_header("ETag", '"0123456789"')
            self.send_header("Content-Length", str(len(CONTENTS)))
        self.end_headers()
        if body and not error:
            self.wfile.write(CONTENTS)

    def _fate(self):
        if "/someone/songs/" not in self.path:
            return 404, "RepoNotFound"
        if "/gated/" in self.path:
            return 403, "GatedRepo"
        if "/broken/" in self.path:
            return 418, "Broken"
        if "/v1/" not in self.path:
            return 404, "RevisionNotFound"
        return (200, None) if self.path.endswith("/data/tracks.csv") else (404, "EntryNotFound")

    def log_message(self, *args):
        pass


@pytest.fixture
def hub(monkeypatch, tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + template[template.index("/{repo_id}") :])
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_fetched_at_its_revision(hub):
    assert fetch_dataset_file(URL).read_bytes() == CONTENTS


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("hf://datasets/nobody/songs/tracks.csv", "no data set nobody/songs, or it is private"),
        ("hf://datasets/someone/songs/data/tracks.csv@v9", "no revision 'v9'"),
        ("hf://datasets/someone/songs/other.csv@v1", "no file 'other.csv' at revision 'v1'"),
        ("hf://datasets/someone/songs/gated/tracks.csv@v1", "gated: accept its terms"),
    ],
)
def test_what_the_hub_lacks_is_named(hub, url, message):
    with pytest.raises(SourceError, match=message):
        fetch_dataset_file(url)


def test_a_hub_in_trouble_is_an_error_of_ours(hub):
    with pytest.raises(SourceError, match="the Hub cannot be reached"):
        fetch_dataset_file("hf://datasets/someone/songs/broken/tracks.csv@v1")


def test_offline_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(SourceError, match=r"cannot be reached\. Check the connection and HF_HUB_OFFLINE"):
        fetch_dataset_file(URL)


def test_a_cached_file_is_found_offline(hub, monkeypatch):
    fetched = fetch_dataset_file(URL)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert fetch_dataset_file(URL) == fetched
    assert isinstance(fetched, Path)
