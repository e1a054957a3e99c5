"""Releases pulled from the Hub double by the real client, over LFS and over Xet."""

# ruff: noqa: F811  (a fixture of another module is asked for by its name)

import json
import logging
import shutil
from pathlib import Path

import pytest
from huggingface_hub import HfApi, constants

from recsys.bundle import TRACKS
from recsys.capabilities import load_capabilities
from recsys.errors import BundleError, HubError
from recsys.hub import Source, ask, fetch, find, parallel, remember, served_last
from tests.hub_double import OWNER_TOKEN, STRANGER_TOKEN
from tests.hub_double.client import upload
from tests.small_releases import REPO, clustered, flip, pull, sha256_of_manifest, write_release  # noqa: F401

TITLES = "catalogue/titles.sqlite"


@pytest.fixture
def release(tmp_path):
    return write_release(tmp_path / "release")


def songs_in(fetched):
    return len(load_capabilities(fetched.open()).catalogue)


def test_a_release_is_pulled_by_sha_tag_and_branch(hub, release):
    sha = upload(hub, release)
    api = HfApi(token=OWNER_TOKEN)
    api.create_tag(REPO, tag="v1")
    api.create_branch(REPO, branch="next")
    upload(hub, write_release(release, 30))
    for revision in (sha, "v1", "next"):
        fetched = pull(revision)
        assert (fetched.found.sha, fetched.found.answered, fetched.missing) == (sha, True, {}) or revision == sha
        assert songs_in(fetched) == 20
    newest = pull()
    assert newest.found.sha == hub.repo(REPO).main.sha != sha
    assert songs_in(newest) == 30


def test_only_what_the_app_opens_is_downloaded(hub, release):
    upload(hub, release)
    fetched = pull()
    here = {path.relative_to(fetched.path).as_posix() for path in fetched.path.rglob("*") if path.is_file()}
    assert here == {"manifest.json", TRACKS, TITLES, "catalogue/features.json"}
    assert not hub.asked("joblib")


def test_a_branch_is_resolved_once_and_what_follows_is_named_by_its_commit(hub, release, caplog):
    caplog.set_level(logging.INFO, "recsys")
    sha = upload(hub, release)
    before = len(hub.requests)
    pull()
    asked = [request.path for request in hub.requests[before:]]
    assert len([path for path in asked if path.endswith("/revision/main")]) == 1
    assert not [path for path in asked if "/resolve/main/" in path]
    assert f"someone/songs: main is commit {sha}" in caplog.text


def test_a_commit_in_the_cache_needs_no_request(hub, release):
    sha = upload(hub, release)
    first = pull(sha)
    before = len(hub.requests)
    again = pull(sha)
    assert len(hub.requests) == before
    assert (first.found.answered, again.found.answered) == (True, None)


def test_progress_runs_to_the_end(hub, release):
    upload(hub, release)
    source, said = Source(REPO), []
    fetch(source, find(source), lambda step, fraction: said.append((step, fraction)))
    assert said[0] == ("Looking at someone/songs", 0.0)
    assert said[-1][0].startswith("Downloading someone/songs (") and said[-1][1] == 1.0
    fractions = [fraction for _, fraction in said]
    assert fractions == sorted(fractions) and len(set(fractions)) > 2


def test_the_token_goes_to_the_hub_and_nowhere_else(hub, release):
    upload(hub, release, private=True)
    before = len(hub.requests)
    assert songs_in(pull(token=OWNER_TOKEN)) == 20
    here = [request for request in hub.requests[before:] if request.host.startswith("127.")]
    elsewhere = [request for request in hub.requests[before:] if request.host.startswith("localhost")]
    assert all(request.token == OWNER_TOKEN for request in here)
    assert all("authorization" not in request.headers for request in elsewhere)
    assert bool(elsewhere) != hub.xet  # where Xet is spoken, large files come another way


@pytest.mark.parametrize("token", [None, STRANGER_TOKEN])
def test_a_private_release_is_not_shown_to_others(lfs_hub, release, token):
    upload(lfs_hub, release, private=True)
    with pytest.raises(HubError, match=r"no model someone/songs that it shows to you: .* Set HF_TOKEN"):
        pull(token=token)


def test_a_name_and_a_revision_that_are_not_there(lfs_hub, release):
    upload(lfs_hub, release)
    with pytest.raises(HubError, match="no model nobody/nothing that it shows"):
        find(Source("nobody/nothing"))
    with pytest.raises(HubError, match="someone/songs on the Hub has no such revision"):
        pull("v9")
    with pytest.raises(HubError, match="has no such revision"):
        pull("0" * 40)


def test_a_repository_without_a_bundle(lfs_hub, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "README.md").write_text("Something else")
    upload(lfs_hub, tmp_path / "other")
    with pytest.raises(HubError, match=r"lacks a file that was asked for while downloading manifest\.json"):
        pull()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_hub_in_trouble_gives_what_was_served_last_and_says_why(lfs_hub, release, status):
    sha = upload(lfs_hub, release)
    remember(pull())
    upload(lfs_hub, write_release(release, 30))
    lfs_hub.fail("/api/", status=status)
    fetched = pull()
    assert (fetched.found.sha, fetched.found.answered) == (sha, False)
    assert fetched.found.why
    assert songs_in(fetched) == 20


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_hub_in_trouble_and_nothing_in_the_cache(lfs_hub, release, status):
    upload(lfs_hub, release)
    lfs_hub.fail("/api/", status=status, headers={"Retry-After": "9"})
    with pytest.raises(HubError) as caught:
        pull()
    assert caught.value.answered


def test_a_refused_token_is_told_though_the_cache_is_warm(hub, release):
    upload(hub, release)
    remember(pull())
    fetched = pull(token="hf_old")
    assert fetched.found.answered is False
    assert fetched.found.why.startswith("The Hub refused the token while looking up main")
    assert "hf_old" not in fetched.found.why and "hf_old" not in repr(fetched)


def test_a_warm_cache_serves_while_the_hub_is_down(hub, release):
    sha = upload(hub, release)
    remember(pull())
    hub.down()
    fetched = pull()
    assert (fetched.found.sha, fetched.found.answered) == (sha, False)
    assert "connection to the Hub failed" in fetched.found.why
    assert songs_in(fetched) == 20


def test_a_cold_cache_and_no_hub(lfs_hub):
    lfs_hub.down()
    with pytest.raises(HubError, match=r"The connection to the Hub failed while looking up main") as caught:
        pull()
    assert not caught.value.answered


def test_offline_by_ones_own_wish(lfs_hub, release, monkeypatch):
    upload(lfs_hub, release)
    remember(pull())
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    fetched = pull()
    assert fetched.found.answered is False and "HF_HUB_OFFLINE is set" in fetched.found.why
    assert songs_in(fetched) == 20


def test_a_hub_that_says_nothing_is_not_waited_for(lfs_hub, release, monkeypatch):
    upload(lfs_hub, release)
    monkeypatch.setattr("recsys.hub.pull.ASK_SECONDS", 0.2)
    lfs_hub.fail("/api/", hang=True)
    with pytest.raises(HubError, match="did not answer in time while looking up main"):
        pull()


def test_downloads_that_stall_are_given_up(lfs_hub, release, monkeypatch, impatient):
    upload(lfs_hub, release)
    monkeypatch.setattr(parallel, "STALLED_AFTER", 0.5)
    lfs_hub.fail(f"/resolve/.*/{TITLES}", hang=True)
    fetched = pull()
    assert list(fetched.missing) == [TITLES]
    with pytest.raises(BundleError, match=r"titles\.sqlite is missing, .* It could not be downloaded: .*nothing came"):
        load_capabilities(fetched.open())


def test_a_download_that_is_cut_is_completed(lfs_hub, release, impatient):
    upload(lfs_hub, release)
    cut = lfs_hub.fail("/_lfs/", method="GET", cut=1000, times=2)
    fetched = pull()
    assert cut.befallen == 2 and not fetched.missing
    assert songs_in(fetched) == 20


def test_what_was_downloaded_before_an_outage_is_not_downloaded_again(hub, release, impatient):
    upload(hub, release)
    broken = hub.fail(f"/resolve/.*/{TITLES}|/api/.*/xet-read", status=500)
    first = pull()
    assert TITLES in first.missing and "status 500" in first.missing[TITLES]
    hub.heal()
    before = len(hub.requests)
    again = pull()
    assert broken.befallen and not again.missing
    assert songs_in(again) == 20
    assert not [r for r in hub.requests[before:] if "manifest.json" in r.path or "features.json" in r.path]


def test_a_damaged_file_in_the_cache_is_downloaded_again(hub, release):
    sha = upload(hub, release)
    path = pull(sha).path
    flip(path / TRACKS)
    assert songs_in(pull(sha)) == 20
    assert songs_in(pull(sha)) == 20


def test_a_damaged_manifest_in_the_cache_is_downloaded_again(hub, release):
    sha = upload(hub, release)
    fetched = pull(sha)
    (fetched.path / "manifest.json").resolve().write_bytes(b"{")
    assert songs_in(pull(sha)) == 20


def test_a_file_that_comes_damaged_twice_is_an_error(lfs_hub, release):
    sha = upload(lfs_hub, release)
    tracks = lfs_hub.repo(REPO).main.files[TRACKS].sha256
    damage = lfs_hub.fail(f"/_lfs/{tracks}", method="GET", flip=True)
    with pytest.raises(BundleError, match=r"tracks\.parquet is damaged: its sha256 is not the manifest's"):
        songs_in(pull(sha))
    assert damage.befallen == 2


def test_a_store_that_was_damaged_is_an_error(hub, release):
    upload(hub, release)
    stored = [path for path in hub.storage.lfs.parent.rglob("*") if path.is_file() and path.suffix != ".mdb"]
    for path in stored:
        flip(path)
    assert stored
    with pytest.raises(BundleError, match=r"is damaged|could not be downloaded"):
        songs_in(pull())


def test_one_damaged_capability_leaves_the_others(lfs_hub, clustered, tmp_path):
    path = shutil.copytree(clustered, tmp_path / "release")
    upload(lfs_hub, path)
    lfs_hub.fail("/resolve/.*/clusters/map.npy", status=403)
    loaded = load_capabilities(pull().open())
    assert list(loaded.damaged) == ["clusters"]
    assert "map.npy is missing" in loaded.problems["clusters"]
    assert "It could not be downloaded: The Hub forbade downloading clusters/map.npy" in loaded.problems["clusters"]
    assert len(loaded.catalogue) == 200
    lfs_hub.heal()
    assert not load_capabilities(pull().open()).damaged


def test_the_manifest_can_be_pinned(hub, release):
    sha = upload(hub, release)
    pin = sha256_of_manifest(release)
    assert songs_in(pull(manifest_sha256=pin)) == 20
    with pytest.raises(BundleError, match=rf"has sha256 {pin}, but RECSYS_MANIFEST_SHA256 is {'0' * 64}"):
        pull(manifest_sha256="0" * 64)
    assert pull(sha, manifest_sha256=pin).found.sha == sha


def test_a_newer_format_names_the_app_that_reads_it(lfs_hub, release):
    manifest = json.loads((release / "manifest.json").read_text())
    changed = manifest | {"format_version": 2, "libraries": {"recsys": "9.0.0"}}
    (release / "manifest.json").write_text(json.dumps(changed))
    upload(lfs_hub, release)
    before = len(lfs_hub.requests)
    with pytest.raises(BundleError, match=r"bundle format 2, .* Use version 9\.0\.0 of the app or a later one"):
        pull()
    assert not [r for r in lfs_hub.requests[before:] if "catalogue" in r.path]


def test_what_was_served_last_outlives_a_release_that_was_not(hub, release):
    source = Source(REPO)
    assert served_last(source) is None
    sha = upload(hub, release)
    remember(pull())
    upload(hub, write_release(release, 30))
    pull()
    assert served_last(source) == sha
    assert (Path(constants.HF_HUB_CACHE) / "models--someone--songs" / "refs" / "main").read_text() == sha


def test_asking_does_not_download(lfs_hub, release):
    sha = upload(lfs_hub, release)
    before = len(lfs_hub.requests)
    assert ask(Source(REPO)).sha == sha
    assert [r.path for r in lfs_hub.requests[before:]] == ["/api/models/someone/songs/revision/main"]
