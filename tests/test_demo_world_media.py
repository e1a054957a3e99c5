"""Taste is planted in covers and clips: a linear model that reads them finds what the world knows of a song."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from recsys.demo_media import RATE, lacks, paint
from train.demo_world import Config, DemoWorld, build_demo_world, clips_of, covers_of, scenes_of, sheets_of, write
from train.demo_world.__main__ import main
from train.demo_world.media import draw, presence

Matrix = NDArray[np.float64]


@pytest.fixture(scope="module")
def world() -> DemoWorld:
    return build_demo_world(Config(songs=1_600, artists=200, listeners=1))


@pytest.fixture(scope="module")
def heard(world: DemoWorld) -> tuple[pd.DataFrame, Matrix]:
    """Tracks that have audio, and what a glance at the spectrum of their clips shows: (n, n_statistics)."""
    rows, statistics = [], []
    for some, clips in clips_of(world.tracks, seconds=3.0):
        rows.append(some)
        statistics.append([spectral_statistics(clip) for clip in clips])
    return world.tracks.iloc[np.concatenate(rows)].reset_index(drop=True), np.concatenate(statistics)


@pytest.fixture(scope="module")
def seen(world: DemoWorld) -> tuple[pd.DataFrame, Matrix]:
    """Tracks that have a cover, and their covers with 16 x 16 pixels."""
    pixels, present = covers_of(world.tracks, 16)
    flat = pixels[present].reshape(int(present.sum()), -1) / 255
    return world.tracks[present].reset_index(drop=True), flat


def spectral_statistics(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean, spread and mean jump over time of the logarithm of 40 bands, as wide as the ear's."""
    frames = np.lib.stride_tricks.sliding_window_view(clip, 512)[::256] * np.hanning(512).astype(np.float32)
    edges = np.unique(np.geomspace(2, 256, 41).astype(int))
    bands = np.log(np.add.reduceat(np.abs(np.fft.rfft(frames)) ** 2, edges[:-1], axis=1) + 1e-5)
    return np.concatenate([bands.mean(axis=0), bands.std(axis=0), np.abs(np.diff(bands, axis=0)).mean(axis=0)])


def held_out(tracks: pd.DataFrame) -> NDArray[np.bool_]:
    """A quarter of the artists, with all of their songs."""
    held: NDArray[np.bool_] = pd.factorize(tracks["artist"], sort=True)[0] % 4 == 0
    return held


def linear_guess(x: Matrix, y: Matrix, held: NDArray[np.bool_], penalty: float) -> Matrix:
    """What a ridge regression that has not seen them says of the held-out rows."""
    x = (x - x[~held].mean(axis=0)) / (x[~held].std(axis=0) + 1e-3)
    x = np.column_stack([x, np.ones(len(x))])
    known = x[~held]
    weights = np.linalg.solve(known.T @ known + penalty * np.eye(x.shape[1]), known.T @ y[~held])
    guess: Matrix = x[held] @ weights
    return guess


def accuracy(x: Matrix, label: pd.Series, held: NDArray[np.bool_], penalty: float = 30.0) -> float:
    codes = pd.factorize(label, sort=True)[0]
    guess = linear_guess(x, np.eye(codes.max() + 1)[codes], held, penalty)
    return float((guess.argmax(axis=1) == codes[held]).mean())


def explained(x: Matrix, value: pd.Series, held: NDArray[np.bool_]) -> float:
    """R² on the held-out artists."""
    y = value.to_numpy(dtype=float)
    wrong = y[held] - linear_guess(x, y[:, None], held, 30.0)[:, 0]
    return float(1 - (wrong**2).sum() / ((y[held] - y[held].mean()) ** 2).sum())


def genre_of(tracks: pd.DataFrame) -> pd.Series:
    return tracks["genres"].str.split("; ").str[0]


def test_genre_and_scene_are_heard_in_clips(heard: tuple[pd.DataFrame, Matrix]) -> None:
    tracks, x = heard
    held = held_out(tracks)
    assert accuracy(x, genre_of(tracks), held) > 0.6
    assert accuracy(x, tracks["scene"], held) > 0.25


@pytest.mark.parametrize(
    ("feature", "least"),
    [
        ("energy", 0.8),
        ("loudness", 0.7),
        ("acousticness", 0.5),
        ("speechiness", 0.35),
        ("liveness", 0.4),
        ("tempo", 0.3),
        ("danceability", 0.2),
        ("instrumentalness", 0.2),
    ],
)
def test_features_are_heard_in_clips(heard: tuple[pd.DataFrame, Matrix], feature: str, least: float) -> None:
    tracks, x = heard
    assert explained(x, tracks[feature], held_out(tracks)) > least


def test_nothing_is_learnt_from_shuffled_clips(heard: tuple[pd.DataFrame, Matrix]) -> None:
    tracks, x = heard
    x = np.random.default_rng(0).permutation(x)
    assert accuracy(x, tracks["scene"], held_out(tracks)) < 0.12
    assert explained(x, tracks["energy"], held_out(tracks)) < 0.05


def test_scene_is_seen_in_covers(seen: tuple[pd.DataFrame, Matrix]) -> None:
    tracks, x = seen
    assert accuracy(x, tracks["scene"], held_out(tracks), penalty=300.0) > 0.45


def test_happier_songs_of_a_scene_have_lighter_covers(seen: tuple[pd.DataFrame, Matrix]) -> None:
    tracks, x = seen
    both = pd.DataFrame({"light": x.mean(axis=1), "valence": tracks["valence"]})
    within = both - both.groupby(tracks["scene"]).transform("mean")
    assert within["light"].corr(within["valence"]) > 0.5


def test_scene_tells_more_than_the_catalogue_does(heard: tuple[pd.DataFrame, Matrix]) -> None:
    """A content model has something to win: the features alone hardly tell the scene."""
    tracks, x = heard
    features = tracks.select_dtypes("number").to_numpy(dtype=float)
    held = held_out(tracks)
    assert accuracy(x, tracks["scene"], held) > 1.5 * accuracy(features, tracks["scene"], held)


def test_rows_without_media_are_left_out_and_named(world: DemoWorld) -> None:
    rows = np.concatenate([some for some, _ in clips_of(world.tracks, seconds=0.1, batch=100)])
    np.testing.assert_array_equal(rows, np.flatnonzero(presence("audio", world.tracks)))
    pixels, present = covers_of(world.tracks, 8)
    assert not pixels[~present].any()
    assert 0.9 < present.mean() < 1
    assert pixels[present].reshape(int(present.sum()), -1).any(axis=1).all()


def test_clips_come_in_batches_of_the_length_asked_for(world: DemoWorld) -> None:
    some = list(clips_of(world.tracks.head(100), seconds=0.5, batch=40))
    assert [len(rows) for rows, _ in some][:2] == [40, 40]
    assert {clips.shape[1] for _, clips in some} == {RATE // 2}


def test_scenes_are_numbers_in_the_order_of_their_names(world: DemoWorld) -> None:
    scenes = scenes_of(world.tracks)
    names = world.tracks.groupby(scenes)["scene"].agg(["first", "nunique"])
    assert names["first"].is_monotonic_increasing
    assert (names["nunique"] == 1).all()


def test_covers_are_smooth_at_any_size(world: DemoWorld) -> None:
    picture = paint(sheets_of(world.tracks)[0])
    small, large = draw(picture, 32), draw(picture, 128)
    assert large.shape == (128, 128, 3)
    shrunk = large.reshape(32, 4, 32, 4, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - small).mean() < 6


def test_files_are_written_if_asked_for(tmp_path: Path) -> None:
    small = build_demo_world(Config(songs=80, artists=14, listeners=1))
    write(small, tmp_path / "tables")
    assert not (tmp_path / "tables" / "audio").exists()
    write(small, tmp_path, media=True)
    having = {kind: {t for t in small.tracks["track_id"] if not lacks(kind, t)} for kind in ("audio", "cover")}
    assert {path.stem for path in (tmp_path / "audio").iterdir()} == having["audio"]
    assert {path.stem for path in (tmp_path / "covers").iterdir()} == having["cover"]
    row, (_, clips) = int(np.flatnonzero(presence("audio", small.tracks))[0]), next(iter(clips_of(small.tracks)))
    soundfile = pytest.importorskip("soundfile")
    read, rate = soundfile.read(tmp_path / "audio" / f"{small.tracks['track_id'][row]}.ogg")
    assert rate == RATE
    assert np.corrcoef(read, clips[0])[0, 1] > 0.9
    name = next(iter(sorted(having["cover"])))
    with Image.open(tmp_path / "covers" / f"{name}.png") as image:
        sheet = sheets_of(small.tracks)[small.tracks["track_id"].tolist().index(name)]
        np.testing.assert_array_equal(np.asarray(image), draw(paint(sheet), 128))


def test_command_line_writes_media(tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--songs", "70", "--artists", "14", "--listeners", "1", "--media"])
    assert len(list((tmp_path / "covers").iterdir())) > 60
