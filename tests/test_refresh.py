"""What is served, where from, and what comes after it: releases on the Hub double, loaded as the app loads them."""

# ruff: noqa: F811  (a fixture of another module is asked for by its name)

import json
import shutil
import threading

import pytest
from huggingface_hub import HfApi

from recsys import loading, releases
from recsys.bundle import TRACKS
from recsys.errors import BundleError, CapabilityMissingError
from recsys.handlers import Handlers
from recsys.hub import fetch as real_fetch
from recsys.loading import Loader
from recsys.schemas import SimilarTracksRequest
from recsys.settings import Settings
from recsys.ui.served import foot, served_text, state_notices
from tests.contract import make_catalogue, write_bundle
from tests.hub_double import OWNER_TOKEN
from tests.hub_double.client import upload
from tests.small_releases import REPO, clustered, sha256_of_manifest, write_release  # noqa: F401
from tests.test_loading import until


@pytest.fixture(autouse=True)
def small_demo(monkeypatch, tmp_path):
    """In place of the demo world, 12 songs that need no training."""
    write_bundle(tmp_path / "demo", make_catalogue(12))
    monkeypatch.setattr(releases, "demo_bundle", lambda cache, report: tmp_path / "demo")


@pytest.fixture
def release(tmp_path):
    return write_release(tmp_path / "release")


@pytest.fixture
def load():
    """Loads as the app does; what it starts is stopped."""
    loaders = []

    def start(revision="main", **settings):
        loader = Loader(Settings(repo=REPO, revision=revision, **settings))
        loaders.append(loader)
        loader.start()
        loader.wait(30)
        return loader

    yield start
    for loader in loaders:
        loader.stop()


def songs(loader):
    return len(loader.capabilities().catalogue)


def test_a_release_is_served_under_its_name_and_commit(hub, release, load):
    sha = upload(hub, release)
    loader = load()
    assert songs(loader) == 20
    assert (loader.release.kind, loader.release.sha, loader.release.answered) == ("hub", sha, True)
    assert loader.release.notes == ()
    text = served_text(loader.release)
    assert text.startswith(f"Serving someone/songs @ {sha[:7]}: latest on main; the Hub answered at 20")
    assert text in foot(loader.release).replace("&#x27;", "'")


def test_a_commit_is_served_from_the_cache_without_asking(hub, release, load):
    sha = upload(hub, release)
    load(sha)
    hub.down()
    loader = load(sha)
    assert songs(loader) == 20 and loader.release.notes == ()
    expected = f"Serving someone/songs @ {sha[:7]}: a fixed commit; from the cache, the Hub was not asked."
    assert served_text(loader.release) == expected


def test_rolling_back_is_a_setting(hub, release, load):
    old = upload(hub, release)
    HfApi(token=OWNER_TOKEN).create_tag(REPO, tag="v1")
    upload(hub, write_release(release, 30))
    assert songs(load()) == 30
    assert [songs(load(revision)) for revision in (old, "v1")] == [20, 20]


def test_a_private_release_is_served_with_a_token(lfs_hub, release, load):
    upload(lfs_hub, release, private=True)
    assert songs(load(hf_token=OWNER_TOKEN)) == 20


def test_with_the_hub_down_the_last_release_goes_on_and_says_so(hub, release, load):
    sha = upload(hub, release)
    load()
    hub.down()
    loader = load()
    assert songs(loader) == 20
    assert (loader.release.sha, loader.release.answered) == (sha, False)
    assert "last good one of main; the Hub did not confirm it at 20" in served_text(loader.release)
    assert "The Hub did not say what is newest." in state_notices(loader.release)
    assert "connection to the Hub failed" in state_notices(loader.release)


def test_with_the_hub_down_and_nothing_in_the_cache_the_demo_world_says_why(lfs_hub, load):
    lfs_hub.down()
    loader = load()
    assert songs(loader) == 12 and loader.progress.error is None
    assert (loader.release.kind, loader.release.answered) == ("demo", False)
    shown = state_notices(loader.release)
    assert 'role="alert"' in shown and "These are not the songs that were asked for." in shown
    assert "The connection to the Hub failed while looking up main" in shown


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_whatever_the_hub_answers_the_page_lives(lfs_hub, release, load, status):
    upload(lfs_hub, release)
    lfs_hub.fail("/api/", status=status)
    loader = load()
    assert songs(loader) == 12 and loader.release.note
    assert Handlers(loader).status().status == "ready"


def test_a_wrong_pin_is_not_served(lfs_hub, release, load):
    upload(lfs_hub, release)
    loader = load(manifest_sha256="0" * 64)
    assert songs(loader) == 12
    assert "but RECSYS_MANIFEST_SHA256 is 000" in loader.release.note


def test_a_pin_holds_a_branch_at_its_release(lfs_hub, release, load):
    sha = upload(lfs_hub, release)
    pin = sha256_of_manifest(release)
    load(manifest_sha256=pin)
    newer = upload(lfs_hub, write_release(release, 30))
    loader = load(manifest_sha256=pin)
    assert (songs(loader), loader.release.sha) == (20, sha)
    assert f"main is at {newer[:7]}, which cannot be served" in loader.release.hub_note


def spoil_format(path):
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | {"format_version": 2, "libraries": {"recsys": "9.0.0"}}))


def test_a_newer_format_at_start_leaves_the_last_good_release(hub, release, load):
    good = upload(hub, release)
    load()
    spoil_format(write_release(release, 30))
    newer = upload(hub, release)
    loader = load()
    assert (songs(loader), loader.release.sha) == (20, good)
    assert f"main is at {newer[:7]}, which cannot be served" in loader.release.hub_note
    assert "Use version 9.0.0 of the app" in loader.release.hub_note
    assert "The newest release is not served." in state_notices(loader.release)


def test_a_newer_format_and_nothing_else_leaves_the_demo_world(lfs_hub, release, load):
    spoil_format(release)
    upload(lfs_hub, release)
    loader = load()
    assert songs(loader) == 12 and "Use version 9.0.0 of the app" in loader.release.note


def test_a_better_release_is_served_once_it_is_there(hub, release, load):
    upload(hub, release)
    loader = load(refresh_minutes=0.2 / 60)
    before = loader.capabilities()
    sha = upload(hub, write_release(release, 30))
    until(lambda: loader.release.sha == sha)
    assert songs(loader) == 30 and loader.release.notes == ()
    assert len(before.catalogue) == 20 and before.titles.search("Title", 3)
    assert len(Handlers(loader).search_tracks("Title 29", 1)) == 1


def test_without_the_setting_nobody_looks(lfs_hub, release, load):
    upload(lfs_hub, release)
    loader = load()
    assert not loader.refreshes
    until(lambda: not [t for t in threading.enumerate() if t.name == "loader"])


def test_a_fixed_commit_is_not_looked_for_again(lfs_hub, release, load):
    sha = upload(lfs_hub, release)
    load(sha, refresh_minutes=0.001)
    until(lambda: not [t for t in threading.enumerate() if t.name == "loader"])


def test_a_look_that_finds_nothing_new_only_notes_the_time(lfs_hub, release, load):
    upload(lfs_hub, release)
    loader = load()
    first, capabilities = loader.release, loader.capabilities()
    loader.look_again()
    assert loader.capabilities() is capabilities
    assert loader.release.looked_up > first.looked_up and loader.release.answered


@pytest.mark.parametrize("name", [TRACKS, "catalogue/titles.sqlite"])
def test_a_broken_release_is_refused_once_and_the_old_one_goes_on(hub, release, load, name):
    good = upload(hub, release)
    loader = load()
    write_release(release, 30)
    (release / name).write_bytes(b"not what the manifest says")
    bad = upload(hub, release)
    loader.look_again()
    assert (songs(loader), loader.release.sha, loader.release.answered) == (20, good, True)
    assert f"main is at {bad[:7]} now, which cannot be served: " in loader.release.hub_note
    assert loader.release.hub_note.endswith("Going on with what is served.")
    before = len(hub.requests)
    loader.look_again()
    assert [r.path for r in hub.requests[before:]] == ["/api/models/someone/songs/revision/main"]
    assert bad[:7] in loader.release.hub_note
    mended = upload(hub, write_release(release, 40))
    loader.look_again()
    assert (songs(loader), loader.release.sha, loader.release.notes) == (40, mended, ())


def test_a_release_that_would_lose_a_capability_to_damage_is_refused(lfs_hub, clustered, tmp_path, load):
    path = shutil.copytree(clustered, tmp_path / "clustered")
    good = upload(lfs_hub, path)
    loader = load()
    (path / "clusters" / "labels.npy").write_bytes(b"damaged")
    upload(lfs_hub, path)
    loader.look_again()
    assert loader.release.sha == good and loader.capabilities().clusters is not None
    assert "labels.npy has 7 bytes, expected" in loader.release.hub_note


def test_a_download_that_fails_is_tried_again_at_the_next_look(lfs_hub, release, load, impatient):
    good = upload(lfs_hub, release)
    loader = load()
    sha = upload(lfs_hub, write_release(release, 30))
    lfs_hub.fail("/resolve/.*/catalogue/", status=500)
    loader.look_again()
    assert (loader.release.sha, songs(loader)) == (good, 20)
    assert "status 500" in loader.release.hub_note
    lfs_hub.heal()
    loader.look_again()
    assert (loader.release.sha, songs(loader), loader.release.notes) == (sha, 30, ())


def test_a_hub_that_goes_down_and_comes_back(lfs_hub, release, load):
    upload(lfs_hub, release)
    loader = load()
    lfs_hub.down()
    loader.look_again()
    assert songs(loader) == 20 and loader.release.answered is False
    assert "Going on with what is served" in loader.release.hub_note
    lfs_hub.up()
    loader.look_again()
    assert loader.release.answered and loader.release.notes == ()


def test_the_demo_world_gives_way_once_the_hub_is_there(lfs_hub, release, load):
    upload(lfs_hub, release)
    lfs_hub.down()
    loader = load()
    assert loader.release.kind == "demo"
    lfs_hub.up()
    loader.look_again()
    assert (loader.release.kind, songs(loader), loader.release.notes) == ("hub", 20, ())


@pytest.mark.parametrize("demo", ["there", "not to be had"])
def test_what_was_asked_for_is_tried_again_until_it_is_served(lfs_hub, release, load, monkeypatch, demo):
    """Without any refresh being set: the first time does not count as one."""
    if demo == "not to be had":  # as on a Space, which has nothing to train with

        def no_demo(cache, report):
            raise BundleError("There is nothing to train with.")

        monkeypatch.setattr(releases, "demo_bundle", no_demo)
    monkeypatch.setattr(loading, "RETRY_SECONDS", 0.2)
    sha = upload(lfs_hub, release)
    lfs_hub.down()
    loader = Loader(Settings(repo=REPO))
    loader.start()
    until(lambda: loader.done)
    if demo == "there":
        assert loader.release is not None and loader.release.kind == "demo"
        assert Handlers(loader).status().status == "ready"
    else:
        assert loader.release is None and Handlers(loader).status().status == "failed"
        with pytest.raises(BundleError, match=r"connection to the Hub failed.* nothing to train.* every minute\."):
            loader.capabilities()
    lfs_hub.up()
    until(lambda: loader.release is not None and loader.release.sha == sha)
    assert songs(loader) == 20
    assert loader.release is not None and loader.release.notes == ()
    until(lambda: Handlers(loader).status().status == "ready")
    until(lambda: not [t for t in threading.enumerate() if t.name == "loader"])


def test_what_could_not_be_downloaded_at_start_is_asked_for_again(lfs_hub, clustered, load):
    upload(lfs_hub, clustered)
    lfs_hub.fail("/resolve/.*/clusters/map.npy", status=403)
    loader = load()
    assert loader.release.incomplete and list(loader.capabilities().damaged) == ["clusters"]
    lfs_hub.heal()
    loader.look_again()
    assert not loader.release.incomplete and loader.capabilities().clusters is not None


def test_a_request_that_runs_during_the_swap_finishes_on_the_old_release(
    lfs_hub, clustered, release, load, monkeypatch
):
    """A request that is between two of its steps, held there by a lock of the test's, while the release changes."""
    upload(lfs_hub, clustered)
    loader = load()
    handlers = Handlers(loader)
    old = loader.capabilities()
    inside, go_on = threading.Event(), threading.Event()
    search = type(old.titles).search

    def slow(titles, *args):
        found = search(titles, *args)
        inside.set()
        assert go_on.wait(20)
        return found

    monkeypatch.setattr(type(old.titles), "search", slow)
    answers = []
    request = threading.Thread(target=lambda: answers.extend(handlers.search_tracks("Title 199", 1)))
    request.start()
    assert inside.wait(20)
    upload(lfs_hub, release)  # 20 songs: a row of the old catalogue is none of this one's
    loader.look_again()
    assert songs(loader) == 20
    go_on.set()
    request.join(20)
    assert [track.title for track in answers] == ["Title 199"]


def test_no_answer_ever_mixes_two_releases(lfs_hub, clustered, release, load):
    """Requests without pause from several threads, while the release changes to and fro."""
    shas = [upload(lfs_hub, clustered), upload(lfs_hub, release)]
    loader = load()
    served = {200: shas[0], 20: shas[1]}
    handlers, stop = Handlers(loader), threading.Event()
    wrong: list[object] = []

    def ask():
        while not stop.is_set():
            about = handlers.about()
            status = handlers.status()
            if about.tracks not in served or ("clusters" in about.capabilities) != (about.tracks == 200):
                wrong.append(about)
            if ("clusters" in status.problems) != (status.release is not None and status.release.sha == shas[1]):
                wrong.append(status)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for sha in [*shas, *shas]:
            lfs_hub.repo(REPO).branches["main"] = sha
            loader.look_again()
            assert loader.release.sha == sha
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    assert not wrong


def test_a_bug_in_a_look_does_not_end_the_looking(lfs_hub, release, load, monkeypatch, caplog):
    upload(lfs_hub, release)
    loader = load(refresh_minutes=0.1 / 60)
    met = threading.Event()

    def fails_once(*args):
        if not met.is_set():
            met.set()
            raise ZeroDivisionError
        return real_fetch(*args)

    monkeypatch.setattr(releases, "fetch", fails_once)
    sha = upload(lfs_hub, write_release(release, 30))
    until(lambda: loader.release.sha == sha)
    assert met.is_set() and "stopped on a bug" in caplog.text


def test_the_status_tells_programs_what_the_page_tells_people(lfs_hub, release, load):
    sha = upload(lfs_hub, release)
    loader = load()
    lfs_hub.fail("/api/", status=429, headers={"Retry-After": "30"})
    loader.look_again()
    status = Handlers(loader).status()
    assert status.release is not None
    assert (status.release.name, status.release.revision, status.release.sha) == (REPO, "main", sha)
    assert status.release.hub_answered is False
    assert "Try again in 30 s" in status.release.notes[0]
    assert set(status.problems) >= {"clusters", "song_to_song"}


def test_requests_are_answered_from_the_new_release(lfs_hub, clustered, release, load):
    upload(lfs_hub, release)
    loader = load()
    handlers = Handlers(loader)
    upload(lfs_hub, clustered)
    loader.look_again()
    assert len(handlers.clusters().clusters) == 3
    with pytest.raises(CapabilityMissingError, match="song_to_song"):
        handlers.similar_tracks(SimilarTracksRequest(track_ids=["t0"]))
