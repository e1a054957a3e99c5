"""Clips, covers, lyrics and features as they are read: what is there, what is missing, what is corrupt."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from recsys.errors import SourceError
from recsys.towers.encoders import ResNetShape
from tests.planted_listening import chain
from tests.tiny_encoders import save_tiny_roberta
from train.two_tower.config import TwoTowerConfig
from train.two_tower.encode import EncoderConfig, build_encoders, encode_all
from train.two_tower.modalities import Modalities, Modality, single
from train.two_tower.model import TwoTower
from train.two_tower.raw import Sources, read_raw
from train.two_tower.sound import SoundShape, log_mel, resample
from train.two_tower.words import Chunker

SOUND = SoundShape(rate=8_000, bands=16, frames=24, hop=256)
SIDE = 16
TINY_RESNET = ResNetShape(stem=4, widths=(4, 8), depths=(1, 1))


def tone(path, hertz, seconds=1.0, rate=22_050, channels=1):
    wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)
    return path


@pytest.mark.parametrize("suffix", ["wav", "ogg", "flac"])
@pytest.mark.parametrize(("seconds", "channels", "rate"), [(0.2, 1, 8_000), (3.0, 2, 44_100)])
def test_a_clip_of_any_kind_is_a_spectrogram_of_one_shape(tmp_path, suffix, seconds, channels, rate):
    mel = log_mel(tone(tmp_path / f"a.{suffix}", 440, seconds, rate, channels), SOUND)
    assert mel.shape == (16, 24)
    assert mel.dtype == np.float16
    assert np.isfinite(mel).all()


def test_a_higher_tone_is_in_a_higher_band(tmp_path):
    bands = [int(log_mel(tone(tmp_path / "a.wav", hertz), SOUND).mean(axis=1).argmax()) for hertz in (200, 800, 3_000)]
    assert bands == sorted(set(bands))


def test_what_is_too_high_for_the_rate_does_not_fold_down():
    times = np.arange(44_100) / 44_100
    low, high = (np.sin(2 * np.pi * hertz * times).astype(np.float32) for hertz in (400, 21_500))
    assert np.abs(resample(low, 44_100, 8_000)).mean() > 5 * np.abs(resample(high, 44_100, 8_000)).mean()


@pytest.fixture
def folder(tmp_path):
    """Tracks a and b are whole; c and d are damaged in several ways; e has nothing."""
    sounds, covers = tmp_path / "sounds", tmp_path / "covers" / "deep"
    sounds.mkdir()
    covers.mkdir(parents=True)
    for number, name in enumerate("abcd"):
        tone(sounds / f"{name}.ogg", 200 * (number + 1))
        Image.new("RGB", (40, 30), (60 * number, 9, 9)).save(covers / f"{name}.png")
    (sounds / "c.ogg").write_bytes((sounds / "c.ogg").read_bytes()[:90])
    (sounds / "d.ogg").write_bytes(b"")
    (covers / "c.png").write_bytes((covers / "c.png").read_bytes()[:40])
    (covers / "d.png").write_bytes(b"no picture at all")
    return tmp_path


def sources(folder, **more):
    return Sources(list("abcde"), folder / "sounds", folder / "covers", **more)


def test_corrupt_files_are_masked_and_counted(folder):
    features = np.array([[1.0, 2.0], [1.0, np.nan], [3.0, 4.0], [1.0, 1.0], [np.nan, np.nan]])
    raw, found = read_raw(sources(folder, features=features), SOUND, SIDE, folder / "cache")
    for name in ("audio", "cover"):
        assert raw.by_name[name].present.tolist() == [True, True, False, False, False]
        assert (found[name].present, found[name].missing, found[name].corrupt) == (2, 1, ["c", "d"])
        assert not raw.by_name[name].values[2:].any()
    assert raw.by_name["features"].present.tolist() == [True, False, True, True, False]
    assert str(found["audio"]) == "2 present, 1 missing, 2 corrupt (c, d)"


@pytest.mark.parametrize(
    "write",
    [
        lambda path: soundfile.write(path, np.zeros(8_000), 8_000),
        lambda path: soundfile.write(path, np.zeros(0), 8_000),
        lambda path: path.write_bytes(bytes(range(256)) * 40),
        lambda path: path.mkdir(),
    ],
    ids=["silence", "no samples", "noise", "a folder"],
)
def test_what_holds_no_sound_is_not_there(tmp_path, write):
    (tmp_path / "sounds").mkdir()
    write(tmp_path / "sounds" / "a.wav")
    raw, _ = read_raw(Sources(["a"], tmp_path / "sounds"), SOUND, SIDE, tmp_path / "cache")
    assert not raw.by_name["audio"].present.any()


def test_another_run_finds_what_was_decoded(folder, monkeypatch):
    first, _ = read_raw(sources(folder), SOUND, SIDE, folder / "cache")
    monkeypatch.setattr("train.two_tower.raw.log_mel", lambda path, shape: pytest.fail("decoded again"))
    (folder / "sounds" / "c.ogg").unlink()
    (folder / "sounds" / "d.ogg").unlink()
    second, _ = read_raw(sources(folder), SOUND, SIDE, folder / "cache")
    assert np.array_equal(first.by_name["audio"].values, second.by_name["audio"].values)


def test_another_file_under_the_same_name_is_decoded_anew(folder):
    first, _ = read_raw(sources(folder), SOUND, SIDE, folder / "cache")
    tone(folder / "sounds" / "a.ogg", 3_000)
    second, _ = read_raw(sources(folder), SOUND, SIDE, folder / "cache")
    same = [np.array_equal(*(raw.by_name["audio"].values[row] for raw in (first, second))) for row in (0, 1)]
    assert same == [False, True]


@pytest.fixture(scope="module")
def encoder_config(tmp_path_factory):
    text = str(save_tiny_roberta(tmp_path_factory.mktemp("text")))
    return EncoderConfig(TINY_RESNET, TINY_RESNET, text, chunks=2, chunk_length=16, sound=SOUND, cover_side=SIDE)


def test_long_lyrics_are_chunks_spread_over_them(encoder_config):
    numbers = encoder_config.chunker()(["", "night " * 400, "day"])
    filled = (numbers != encoder_config.chunker().padding).any(axis=-1)
    assert numbers.shape == (3, 2, 16)
    assert filled.tolist() == [[False, False], [True, True], [True, False]]


def test_a_text_encoder_that_is_not_there_is_named():
    with pytest.raises(SourceError, match="'/no/such/folder' cannot be opened"):
        Chunker("/no/such/folder")
    with pytest.raises(SourceError, match="cannot be opened"):
        build_encoders(EncoderConfig(text="/no/such/folder"), ("lyrics",))


def test_encoders_read_all_that_is_there_and_are_not_asked_twice(folder, encoder_config, monkeypatch):
    given = sources(folder, lyrics=["night", None, "day and night", "", None], token_ids=encoder_config.chunker())
    raw, found = read_raw(given, SOUND, SIDE, folder / "cache")
    assert (found["lyrics"].present, found["lyrics"].missing) == (2, 3)
    encoders = build_encoders(encoder_config, ("audio", "cover", "lyrics"))
    encoded = encode_all(raw, encoders, folder / "cache")
    for name, modality in encoded.by_name.items():
        assert modality.values.dtype == np.float16
        assert (modality.values != 0).any(axis=(1, 2)).tolist() == raw.by_name[name].present.tolist()
    monkeypatch.setattr(torch.nn.Module, "__call__", lambda *_: pytest.fail("encoded again"))
    again = encode_all(raw, build_encoders(encoder_config, ("audio", "cover", "lyrics")), folder / "cache")
    assert all(np.array_equal(again.by_name[name].values, encoded.by_name[name].values) for name in encoded.by_name)


def test_towers_and_encoders_learn_together(encoder_config):
    given = chain(n_items=12, n_users=20, length=5)
    rng = np.random.default_rng(0)
    present = rng.random(12) < 0.7
    raw = Modalities(
        {
            "audio": Modality(rng.normal(size=(12, 16, 24)).astype(np.float16), present),
            "cover": Modality(rng.integers(0, 256, (12, 3, SIDE, SIDE)).astype(np.uint8), ~present),
            "lyrics": Modality(rng.integers(5, 400, (12, 2, 16)).astype(np.int32), present),
            "features": single(rng.normal(size=(12, 3))),
        }
    )
    config = replace(encoder_config, remember=False, lora_rank=2)
    encoders = build_encoders(config, ("audio", "cover", "lyrics"))
    before = {name: value.clone() for name, value in encoders.state_dict().items()}
    small = TwoTowerConfig(dim=8, blocks=1, max_length=6, epochs=1, batch=10, loss="in_batch", train_encoders=True)
    model = TwoTower.fit(given, raw, small, encoders=encoders)
    assert np.isfinite(model.embeddings).all()
    changed = {
        name.split(".")[0] for name, value in encoders.state_dict().items() if not torch.equal(value, before[name])
    }
    assert changed == {"audio", "cover", "lyrics"}
    encoded = encode_all(raw, encoders, cache=None)
    np.testing.assert_allclose(model.item_embeddings(encoded, np.arange(12)), model.embeddings, atol=1e-2)


@pytest.mark.parametrize("name", ["values", "present"])
def test_modalities_of_different_sizes_are_refused(name):
    good = single(np.ones((3, 2)))
    bad = Modality(good.values[:2], good.present) if name == "values" else Modality(good.values, good.present[:2])
    with pytest.raises(ValueError, match="different numbers of items"):
        Modalities({"features": good, "cover": bad})


def test_values_that_are_not_numbers_are_refused_where_present():
    values = np.array([[[np.nan]], [[1.0]]], dtype=np.float16)
    with pytest.raises(ValueError, match="'cover' has values that are not finite"):
        Modalities({"cover": Modality(values, np.array([True, True]))})
    assert Modalities({"cover": Modality(values, np.array([False, True]))}).coverage() == {"cover": 1}
