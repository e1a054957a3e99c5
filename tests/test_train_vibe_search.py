"""Training vibe search: what is written, that it is the same again, and that it goes on after an interruption."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recsys.bundle import Bundle
from recsys.errors import BundleError, SourceError
from recsys.loading import load_capabilities
from recsys.vibe_search import FOLDER, VibeOptions
from tests.contract import ids, make_catalogue, write_bundle
from tests.planted_vibes import NAMES, planted_catalogue, planted_playlists
from tests.tiny_encoders import save_tiny_roberta
from train import vibe_search
from train.vibe.quality import ENGINES
from train.vibe_search import Config, main, train

ROOT = Path(__file__).parents[1]
KEPT = f".{FOLDER}-embedded"
WRITTEN = {
    *("encoder.onnx", "tokenizer.json", "vectors.npy", "codebook.npy", "codes.npy", "words.json"),
    *("postings.safetensors", "head.npy", "vibe.json"),
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A bundle of planted songs and playlists, read by the real MiniLM."""
    path = tmp_path_factory.mktemp("minilm") / "bundle"
    write_bundle(path, planted_catalogue(), playlists=planted_playlists())
    main(["--out", str(path), "--seed", "3"])
    return path


@pytest.fixture(scope="module")
def manifest(path):
    return Bundle.open(path).manifest


@pytest.fixture
def untrained(tmp_path):
    """The same songs and playlists, before training."""
    write_bundle(tmp_path / "bundle", planted_catalogue(), playlists=planted_playlists())
    return tmp_path / "bundle"


def files(path):
    return {name: record for name, record in Bundle.open(path).manifest.files.items() if name.startswith(f"{FOLDER}/")}


def test_every_file_is_written_and_nothing_else(path):
    assert {name.split("/")[1] for name in files(path)} == WRITTEN
    assert {file.name for file in (path / FOLDER).iterdir()} == WRITTEN
    assert not (path / KEPT).exists()
    assert Bundle.open(path).capabilities == [FOLDER]


def test_what_was_written_searches(path):
    vibe = load_capabilities(Bundle.open(path)).need_vibe()
    for text, kind in (
        ("sad but fast", "darkwave"),
        ("canciones tristes y lentas", "folk"),
        ("cheerful and slow", "bossa nova"),
        ("dance party", "disco"),
    ):
        found = vibe.search(text, 10)
        assert [result.track.genres[0] for result in found].count(kind) >= 8, text
    found = vibe.search("sad songs, no darkwave, 90s", 10)
    assert found and all(r.track.genres != ("darkwave",) for r in found)
    assert {r.track.year for r in found} <= set(range(1990, 2000))
    assert ids(vibe.search("Marble 19", 1)) == ["t19"] or vibe.catalogue.track(19).title != "Marble 19"


def test_vectors_are_those_of_the_real_encoder(path):
    bundle = Bundle.open(path)
    vectors, head = bundle.array(f"{FOLDER}/vectors.npy"), bundle.array(f"{FOLDER}/head.npy")
    assert vectors.dtype == np.float16 and vectors.shape == (400, 400)  # 384 of words, 11 of sound, to a multiple of 8
    assert np.isfinite(vectors).all() and abs(vectors[:, :384].astype(np.float32).mean(axis=0)).max() < 1e-2
    assert head.shape == (384, 11) and np.isfinite(head).all() and head.any()


def test_figures_are_there_for_all_engines(manifest):
    names = manifest.metrics[FOLDER]["names"]
    assert set(names["engines"]) == {*ENGINES, "title, artist, tag"}
    for figures in names["engines"].values():
        assert set(figures) == {"precision@10", "ndcg@10", "recall@100"}
        assert all(0 <= value <= 1 for value in figures.values())
    n_names = sum(map(len, NAMES))
    assert names["judged"] + names["learnt_from"] == n_names and names["judged"] == n_names // 2
    assert manifest.metrics[FOLDER]["texts"] > 400


def test_the_planted_moods_are_found_better_than_by_the_title(manifest):
    """By chance a quarter of a list is among a hundred songs of four hundred."""
    engines = manifest.metrics[FOLDER]["names"]["engines"]
    assert engines["all"]["recall@100"] > engines["title, artist, tag"]["recall@100"]
    assert engines["all"]["recall@100"] > 0.5 and engines["mood words"]["recall@100"] > 0.3


def test_the_manifest_is_plain_json_that_names_no_path(path, manifest):
    text = (path / "manifest.json").read_text("utf-8")
    assert json.loads(text)["config"][FOLDER] == {"encoder": "minilm", "window": 128, "seed": 3}
    about = (path / FOLDER / "vibe.json").read_text("utf-8")
    for written in (text, about):
        assert not any(
            place in written for place in (str(path), str(path.parent), str(Path.home()), "/tmp", "site-pack")
        )
    assert "NaN" not in text and "Infinity" not in text


def test_the_same_seed_gives_the_same_bytes(path, untrained):
    command = [sys.executable, "-m", "train.vibe_search", "--out", str(untrained), "--seed", "3", "--workers", "3"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)  # addresses differ there, files not
    assert files(path) == files(untrained)
    assert Bundle.open(path).manifest == Bundle.open(untrained).manifest


def test_another_seed_gives_other_codes_of_the_same_vectors(vibe_bundle, untrained, tiny_sentence_encoder):
    main(["--out", str(untrained), "--encoder", str(tiny_sentence_encoder), "--seed", "1", "--no-evaluate"])
    one, other = files(vibe_bundle), files(untrained)
    assert one[f"{FOLDER}/vectors.npy"] == other[f"{FOLDER}/vectors.npy"]
    assert one[f"{FOLDER}/codebook.npy"] != other[f"{FOLDER}/codebook.npy"]
    assert "names" not in Bundle.open(untrained).manifest.metrics[FOLDER]


def test_an_encoder_given_by_its_folder_is_recorded_by_its_name(vibe_bundle, tiny_sentence_encoder):
    manifest = Bundle.open(vibe_bundle).manifest
    assert manifest.config[FOLDER]["encoder"] == manifest.metrics[FOLDER]["encoder"] == tiny_sentence_encoder.name
    assert str(tiny_sentence_encoder.parent) not in (vibe_bundle / "manifest.json").read_text("utf-8")


def test_without_playlists_there_is_no_head_and_nothing_is_judged(tmp_path, tiny_sentence_encoder):
    write_bundle(tmp_path, planted_catalogue())
    main(["--out", str(tmp_path), "--encoder", str(tiny_sentence_encoder)])
    bundle = Bundle.open(tmp_path)
    assert f"{FOLDER}/head.npy" not in bundle.manifest.files and "names" not in bundle.manifest.metrics[FOLDER]
    assert bundle.json(f"{FOLDER}/vibe.json")["head"] is False
    assert len(load_capabilities(bundle).need_vibe().search("sad", 10)) == 10


def test_features_that_the_catalogue_lacks_have_no_say(tmp_path, tiny_sentence_encoder):
    songs = planted_catalogue()
    known = {name: songs.numbers(name) for name in ("valence", "energy", "tempo")}
    few = make_catalogue(len(songs), title=songs.strings("title"), **known)
    write_bundle(tmp_path, few, trained_on=tuple(known))
    main(["--out", str(tmp_path), "--encoder", str(tiny_sentence_encoder)])
    vibe = load_capabilities(Bundle.open(tmp_path)).need_vibe()
    found = vibe.search("party, no sad songs, instrumental", 10, VibeOptions(dropped=("instrumental:instrumental",)))
    assert len(found) == 10 and all(np.isfinite(result.score) for result in found)


class Interrupted(Exception):
    """The run was ended from outside."""


@pytest.fixture
def interrupt(monkeypatch):
    """Runs training up to the moment at which it would write its files."""

    def stop(*_):
        raise Interrupted

    def run(config):
        with monkeypatch.context() as patch:
            patch.setattr(vibe_search, "write", stop)
            with pytest.raises(Interrupted):
                train(config)

    return run


def test_an_interrupted_run_goes_on_and_ends_the_same(
    vibe_bundle, untrained, tiny_sentence_encoder, interrupt, monkeypatch
):
    config = Config(untrained, str(tiny_sentence_encoder))
    interrupt(config)
    assert Bundle.open(untrained).capabilities == [] and list((untrained / KEPT).rglob("*.npy"))
    kept = {file.stat().st_mtime_ns for file in (untrained / KEPT).rglob("*.npy")}
    interrupt(config)
    assert {file.stat().st_mtime_ns for file in (untrained / KEPT).rglob("*.npy")} == kept
    train(config)
    assert files(untrained) == files(vibe_bundle)
    assert not (untrained / KEPT).exists()


def test_what_another_encoder_read_is_not_taken(vibe_bundle, untrained, tiny_sentence_encoder, interrupt, tmp_path):
    other = save_tiny_roberta(tmp_path / "other", seed=1)
    interrupt(Config(untrained, str(other)))
    interrupt(Config(untrained, str(tiny_sentence_encoder), window=8))
    train(Config(untrained, str(tiny_sentence_encoder)))
    assert files(untrained) == files(vibe_bundle)


def test_an_unknown_encoder_is_a_clear_error(untrained):
    unknown = str(untrained / "nowhere")
    with pytest.raises(
        SourceError, match=r"^The encoder '.*nowhere' cannot be opened \(.*or 'minilm', which comes with"
    ):
        main(["--out", str(untrained), "--encoder", unknown])
    assert Bundle.open(untrained).capabilities == [] and not (untrained / KEPT).exists()


def test_an_encoder_that_pools_otherwise_is_refused(untrained, tiny_sentence_encoder, tmp_path):
    folder = shutil.copytree(tiny_sentence_encoder, tmp_path / "by-cls")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": false}')
    with pytest.raises(SourceError, match=r"does not pool by the mean of its tokens, the only way supported here"):
        main(["--out", str(untrained), "--encoder", str(folder)])


def test_without_a_catalogue_there_is_a_clear_error(tmp_path):
    with pytest.raises(BundleError, match=r"holds no manifest\.json"):
        main(["--out", str(tmp_path)])
