# ruff: noqa: F401, F811  (a fixture of another module is asked for by its name)
import shutil
import time

import httpx
import pytest

from app import serve
from recsys import releases
from recsys.bundle import Bundle, opened_by_app
from recsys.errors import BundleError, NotReadyError
from recsys.handlers import Handlers
from recsys.loading import Loader, load_capabilities
from recsys.settings import Settings
from recsys.song_to_song import Options
from tests.contract import make_catalogue, write_bundle
from tests.test_demo import trainer


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def small_demo(monkeypatch, tmp_path):
    """In place of the demo world, 12 songs that need no training."""
    path = tmp_path / "demo"
    write_bundle(path, make_catalogue(12))
    monkeypatch.setattr(releases, "demo_bundle", lambda cache, report: path)
    return path


def load(**settings):
    loader = Loader(Settings(**settings))
    loader.start()
    loader.wait(20)
    return loader


def test_a_folder_is_served_under_its_own_name(tmp_path):
    write_bundle(tmp_path / "mine", make_catalogue(3))
    release = load(bundle=tmp_path / "mine").release
    assert (release.kind, release.name, release.notes, release.answered) == ("folder", "mine", (), None)


def test_without_settings_the_demo_world_is_served_and_nothing_is_amiss(small_demo):
    loader = load()
    assert (loader.release.kind, loader.release.notes) == ("demo", ())
    assert len(loader.capabilities().catalogue) == 12


def test_a_folder_that_does_not_exist_leaves_the_demo_world_and_a_note_that_names_it(small_demo, tmp_path):
    loader = load(bundle=tmp_path / "nowhere")
    assert loader.release.kind == "demo" and loader.progress.error is None
    assert "nowhere holds no manifest.json. Give the folder" in loader.release.note
    assert len(Handlers(loader).search_tracks("Title")) == 12


def test_while_the_demo_world_is_built_in_its_place_that_is_said(trainer, tmp_path):
    trainer("print(json.dumps({'step': 'Tuning', 'fraction': 0.4}), flush=True)\nimport time\ntime.sleep(0.5)")
    loader = Loader(Settings(bundle=tmp_path / "nowhere", cache=tmp_path / "cache"))
    loader.start()
    until(lambda: loader.progress.step == "Tuning (the demo world, for what was asked for cannot be served)")
    with pytest.raises(BundleError):
        loader._done.wait(20)
        loader.capabilities()


def test_where_the_demo_world_fails_too_both_errors_are_told(trainer, tmp_path):
    trainer("sys.exit('error: the disk is full')")
    loader = Loader(Settings(bundle=tmp_path / "nowhere", cache=tmp_path / "cache"))
    loader.start()
    with pytest.raises(BundleError, match=r"nowhere holds no manifest.*Building the demo world failed.*disk is full"):
        loader.wait(20)
    assert loader.done and loader.release is None
    with pytest.raises(BundleError, match="nowhere holds no manifest"):
        Handlers(loader).about()


def test_before_it_has_begun_it_is_not_ready(tmp_path):
    loader = Loader(Settings(bundle=tmp_path))
    assert not loader.done
    with pytest.raises(NotReadyError, match=r"The app is getting ready: Starting \(0%\)\. Try again soon\."):
        loader.wait(0.01)


def test_the_demos_progress_is_the_loaders(trainer, tmp_path):
    trainer("print(json.dumps({'step': 'Tuning', 'fraction': 0.4}), flush=True)\nimport time\ntime.sleep(0.5)")
    loader = Loader(Settings(bundle=None, cache=tmp_path / "cache"))
    loader.start()
    until(lambda: loader.progress.step == "Tuning")
    with pytest.raises(NotReadyError, match=r"getting ready: Tuning \(40%\)"):
        loader.capabilities()
    with pytest.raises(BundleError, match="holds no manifest"):
        loader.wait(20)


def test_a_failing_child_processs_words_reach_whoever_asks(trainer, tmp_path):
    trainer("sys.exit('error: the disk is full')")
    loader = Loader(Settings(bundle=None, cache=tmp_path / "cache"))
    loader.start()
    with pytest.raises(BundleError, match=r"Building the demo world failed.*error: the disk is full"):
        loader.wait(20)


WAITING = """
import time
print(json.dumps({"step": "Waiting for a sign", "fraction": 0.25}), flush=True)
while not Path(r"%s").exists():
    time.sleep(0.02)
sys.exit("error: the sign was a bad one")
"""


@pytest.mark.slow
def test_the_page_answers_while_loading_and_after_it_failed(trainer, tmp_path):
    trainer(WAITING % (tmp_path / "sign"))
    page, loader, url = serve(Settings(bundle=None, cache=tmp_path / "cache"), block=False)
    try:
        with httpx.Client(base_url=url, timeout=20) as client:
            until(lambda: client.get("/healthz").json()["step"] == "Waiting for a sign")
            health = client.get("/healthz")
            assert (health.status_code, health.json()["status"], health.json()["fraction"]) == (503, "loading", 0.25)
            assert client.get("/").status_code == 200
            assert client.get("/config").json()["title"] == "Music recommender"
            asked = client.get("/api/v1/search_tracks", params={"query": "a"})
            words = "The app is getting ready: Waiting for a sign (25%). Try again soon."
            assert (asked.status_code, asked.json()) == (503, {"error": words})

            (tmp_path / "sign").touch()
            until(lambda: loader.done)
            health = client.get("/healthz")
            assert (health.status_code, health.json()["status"]) == (503, "failed")
            assert health.json()["error"].endswith("error: the sign was a bad one")
            asked = client.post("/api/v1/similar_tracks", json={"track_ids": ["a"]})
            assert (asked.status_code, asked.json()["error"]) == (503, health.json()["error"])
            assert client.get("/").status_code == 200
    finally:
        page.close()


@pytest.fixture
def damaged(demo_path, tmp_path):
    """A copy of the demo bundle in which one byte of the given file is flipped."""

    def damage(name):
        copy = shutil.copytree(demo_path, tmp_path / "copy")
        contents = bytearray((copy / name).read_bytes())
        contents[len(contents) // 2] ^= 1
        (copy / name).write_bytes(contents)
        return Bundle.open(copy)

    return damage


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clusters/model.safetensors", "clusters/clusters.json", "clusters/map.npy"])
def test_damaged_clusters_leave_the_songs_working(damaged, name):
    loaded = load_capabilities(damaged(name))
    assert list(loaded.problems) == ["clusters"]
    with pytest.raises(BundleError, match=rf"{name} is damaged"):
        loaded.need_clusters()
    seed = loaded.catalogue.track_ids[0]
    assert len(loaded.need_songs().similar_tracks([seed], 5, Options(space="audio"))) == 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["song_to_song/audio.npy", "song_to_song/latent_encoder.safetensors"])
def test_damaged_spaces_leave_the_clusters_working(damaged, name):
    loaded = load_capabilities(damaged(name))
    assert list(loaded.problems) == ["song_to_song"]
    with pytest.raises(BundleError, match=rf"{name} is damaged"):
        loaded.need_songs()
    assert loaded.need_clusters().cluster_of(loaded.catalogue.track_ids[0]).name


@pytest.mark.slow
def test_a_damaged_tagger_leaves_the_rest_working(damaged):
    loaded = load_capabilities(damaged("genre_tagger/tagger.json"))
    assert list(loaded.problems) == ["genre_tagger"]
    with pytest.raises(BundleError, match=r"genre_tagger/tagger.json is damaged"):
        loaded.need_tagger()
    seed = loaded.catalogue.track_ids[0]
    assert len(loaded.need_songs().similar_tracks([seed], 5, Options(space="audio"))) == 5
    assert loaded.need_clusters().cluster_of(seed).name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vibe.json", "vectors.npy", "codes.npy", "postings.safetensors", "encoder.onnx"])
def test_a_damaged_vibe_search_leaves_the_rest_working(damaged, name):
    loaded = load_capabilities(damaged(f"vibe_search/{name}"))
    assert list(loaded.problems) == ["vibe_search"]
    with pytest.raises(BundleError, match=rf"vibe_search/{name} is damaged"):
        loaded.need_vibe()
    seed = loaded.catalogue.track_ids[0]
    assert len(loaded.need_songs().similar_tracks([seed], 5, Options(space="audio"))) == 5
    assert loaded.need_clusters().cluster_of(seed).name


@pytest.mark.slow
def test_what_the_app_is_said_to_open_is_all_that_it_opens(demo_path, tmp_path):
    manifest = Bundle.open(demo_path).manifest
    for name in ["manifest.json", *filter(opened_by_app, manifest.files)]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(demo_path / name, tmp_path / name)
    loaded = load_capabilities(Bundle.open(tmp_path))
    assert loaded.problems == {} and len(loaded.bundle.capabilities) == 5


@pytest.mark.slow
def test_damaged_labels_leave_the_songs_working_without_clusters(damaged):
    loaded = load_capabilities(damaged("clusters/labels.npy"))
    assert list(loaded.problems) == ["clusters"]
    assert not loaded.need_songs().has_clusters


@pytest.mark.slow
@pytest.mark.parametrize("name", ["catalogue/tracks.parquet", "catalogue/titles.sqlite"])
def test_a_bundle_with_a_damaged_catalogue_cannot_be_used(damaged, name):
    with pytest.raises(BundleError, match=rf"{name} is damaged"):
        load_capabilities(damaged(name))
