"""Training the spaces: a planted structure is learnt, and whatever is written comes out the same again."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle
from recsys.errors import EmptyQueryError
from recsys.song_to_song import SongToSong
from tests.contract import random_catalogue, write_bundle
from train.autoencoder import LATENT_DIM, fit_autoencoder
from train.features import fit_scaler, read_training_features
from train.keras_setup import keras_with_seed, save_keras
from train.song_to_song import main, smoke_test

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted():
    """(600, 11) standardised features that four numbers explain, so that six can hold them."""
    rng = np.random.default_rng(0)
    scaled = rng.normal(size=(600, 4)) @ rng.normal(size=(4, 11)) / 2 + 0.05 * rng.normal(size=(600, 11))
    return scaled.astype(np.float32)


@pytest.fixture(scope="module")
def autoencoder(planted):
    return fit_autoencoder(planted, seed=0)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A bundle of random songs with trained spaces."""
    path = tmp_path_factory.mktemp("spaces") / "bundle"
    write_bundle(path, random_catalogue(300))
    main(["--out", str(path), "--seed", "5"])
    return path


def test_the_plain_encoder_is_keras_own(autoencoder, planted):
    expected = autoencoder.keras_encoder.predict(planted, verbose=0)
    assert expected.shape == (600, LATENT_DIM)
    np.testing.assert_allclose(autoencoder.encoder(planted), expected, atol=1e-5)


def test_the_loss_falls_to_what_the_structure_allows(autoencoder, planted):
    loss, held_out = autoencoder.curve["loss"], autoencoder.curve["val_loss"]
    assert len(loss) == len(held_out) > 5
    assert min(held_out) < 0.25 * held_out[0] and min(loss) < 0.25 * loss[0]
    assert min(held_out) < 0.3 * planted.var()


def test_noise_cannot_be_squeezed():
    noise = np.random.default_rng(0).normal(size=(600, 11)).astype(np.float32)
    assert min(fit_autoencoder(noise, seed=0).curve["val_loss"]) > 0.25


def test_the_same_seed_gives_the_same_encoder_and_another_seed_another(autoencoder, planted):
    same, other = (fit_autoencoder(planted, seed).encoder(planted) for seed in (0, 1))
    np.testing.assert_array_equal(same, autoencoder.encoder(planted))
    assert not np.allclose(same, other)


def test_a_keras_file_has_the_same_bytes_twice(autoencoder, planted, tmp_path):
    save_keras(autoencoder.keras_encoder, tmp_path / "one.keras")
    time.sleep(1.1)  # .keras files note the second in which they were saved
    save_keras(autoencoder.keras_encoder, tmp_path / "two.keras")
    assert (tmp_path / "one.keras").read_bytes() == (tmp_path / "two.keras").read_bytes()
    opened = keras_with_seed(0).saving.load_model(tmp_path / "one.keras")
    np.testing.assert_allclose(opened.predict(planted, verbose=0), autoencoder.encoder(planted), atol=1e-5)


def test_a_scaler_is_scikit_learns():
    from sklearn.preprocessing import StandardScaler

    catalogue = random_catalogue(200)
    expected = StandardScaler().fit_transform(catalogue.features.astype(np.float64))
    np.testing.assert_allclose(fit_scaler(catalogue, FEATURE_NAMES)(catalogue.features), expected, atol=1e-4)


def test_spaces_of_the_bundle_hold_what_they_should(path):
    bundle = Bundle.open(path)
    data = read_training_features(bundle)
    songs = SongToSong.load(bundle, data.catalogue)
    audio, mood, latent = (songs.spaces[name] for name in ("audio", "mood", "latent"))
    assert (len(audio.inputs), len(mood.inputs), len(latent.inputs)) == (11, 7, 11)
    np.testing.assert_allclose(np.linalg.norm(audio.embeddings, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(
        audio.embeddings, data.scaled / np.linalg.norm(data.scaled, axis=1, keepdims=True), atol=1e-6
    )
    assert latent.embeddings.shape == (300, LATENT_DIM)
    assert bundle.manifest.config["song_to_song"]["seed"] == 5
    curve = bundle.json("song_to_song/spaces.json")["latent"]["curve"]
    assert set(curve) == {"loss", "val_loss"}


def test_the_same_seed_gives_the_same_files(path, tmp_path):
    write_bundle(tmp_path, Bundle.open(path).load_catalogue())
    command = [sys.executable, "-m", "train.song_to_song", "--out", str(tmp_path), "--seed", "5"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=200)  # addresses differ there, files not
    files = [
        {name: record for name, record in Bundle.open(p).manifest.files.items() if name.startswith("song_to_song/")}
        for p in (path, tmp_path)
    ]
    assert files[0] == files[1]


def test_the_smoke_test_prints_the_five_nearest_codes(path, capsys):
    bundle = Bundle.open(path)
    catalogue, codes = bundle.load_catalogue(), bundle.array("song_to_song/latent.npy")
    main(["--out", str(path), "--smoke-test", "title 42"])
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == f"Nearest to Title 42 – {catalogue.track(42).artist}, by Euclidean distance:"
    distances = np.linalg.norm(codes - codes[42], axis=1)
    nearest = np.argsort(distances)[1:6]
    tracks = [catalogue.track(row) for row in nearest]
    assert lines == [f"{distances[r]:8.4f}  {t.title} – {t.artist}" for r, t in zip(nearest, tracks, strict=True)]


def test_the_smoke_test_of_an_unknown_title_says_so(path):
    with pytest.raises(EmptyQueryError, match=r"No song is called 'Xylophagous' in .*\. Check the spelling"):
        smoke_test(Bundle.open(path), "Xylophagous")
