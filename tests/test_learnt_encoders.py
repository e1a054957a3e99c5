"""Encoders that learn with the towers: trained on files, kept, read by training, applied to tracks that come later."""

import json

import numpy as np
import pytest

from recsys.bundle import Bundle
from recsys.errors import SourceError
from recsys.loading import load_capabilities
from train import catalogue
from train.demo_world import Config, build_demo_world, write
from train.history import learnt_encoders
from train.two_tower.encode import EncoderConfig
from train.two_tower.sound import SoundShape
from train.user_history import main

pytestmark = pytest.mark.slow
QUICK = ("--batch", "16", "--accumulate", "1", "--max-length", "8", "--epochs", "1")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A small invented world as files, and a bundle with its catalogue."""
    folder = tmp_path_factory.mktemp("world")
    made = build_demo_world(Config(songs=200, artists=20, listeners=30))
    write(made, folder, media=True)
    catalogue.main(["--tracks", str(folder / "tracks.csv.gz"), "--out", str(folder / "bundle")])
    return folder


@pytest.fixture
def tiny(monkeypatch):
    """The smallest encoders of clips and covers; lyrics need a transformer and are left to the towers' own tests."""
    small = EncoderConfig(sound=SoundShape(bands=16, frames=16), cover_side=16)
    monkeypatch.setitem(learnt_encoders.KINDS, "small", small)


def encode(world, out, *flags):
    media = ["--audio", str(world / "audio"), "--covers", str(world / "covers")]
    main(["encode", "--bundle", str(world / "bundle"), "--out", str(out), *media, *flags])


def test_encoders_learn_are_kept_and_read_again(world, tiny, tmp_path):
    plays = ["--histories", str(world / "histories.csv.gz")]
    encode(world, tmp_path / "one", *plays, *QUICK)
    kept = {name: np.load(tmp_path / "one" / f"{name}.npz") for name in ("audio", "cover")}
    assert all(
        np.isfinite(file["values"].astype(np.float32)).all() and len(file["ids"]) > 100 for file in kept.values()
    )
    encode(world, tmp_path / "two", "--learnt", str(tmp_path / "one"))
    for name, file in kept.items():
        again = np.load(tmp_path / "two" / f"{name}.npz")
        np.testing.assert_array_equal(file["ids"], again["ids"])
        np.testing.assert_allclose(file["values"], again["values"], atol=2e-2)
    quick = ["--dim", "8", "--epochs", "1", "--no-evaluate", "--no-choose", "--engines", "forward transition"]
    media = ["--audio", str(tmp_path / "one" / "audio.npz"), "--covers", str(tmp_path / "one" / "cover.npz")]
    main(["train", "--out", str(world / "bundle"), *plays, *media, *quick])
    history = load_capabilities(Bundle.open(world / "bundle")).need_history()
    assert history.engines.towers is not None and set(history.engines.towers.names) == {
        "features",
        "audio",
        "cover",
        "id",
    }


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--encoders", "huge"], "There are no encoders 'huge'; give one of small, big"),
        (["--learnt", "nowhere"], "nowhere holds no learnt encoders"),
    ],
)
def test_what_cannot_be_done_is_a_clear_error(world, tiny, tmp_path, flags, words):
    with pytest.raises(SourceError, match=words):
        encode(world, tmp_path / "out", "--histories", str(world / "histories.csv.gz"), *flags)


def test_encoders_need_files(world, tmp_path):
    plays = str(world / "histories.csv.gz")
    with pytest.raises(SourceError, match="Encoders learn from files"):
        main(["encode", "--bundle", str(world / "bundle"), "--out", str(tmp_path), "--histories", plays])


def test_encoders_of_another_kind_are_a_clear_error(world, tmp_path):
    (tmp_path / "encoders.json").write_text(json.dumps({"kind": "small", "names": ["audio"]}))
    (tmp_path / "encoders.safetensors").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="holds no learnt encoders that can be read"):
        encode(world, tmp_path / "out", "--learnt", str(tmp_path))
