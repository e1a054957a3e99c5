"""What listeners of the demo world do can be learnt, and new releases are cold: in no play but the last."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from train.demo_world import Config, DemoWorld, build_demo_world, new_releases
from train.demo_world.listeners import CURIOUS, FIRST_DAY
from train.demo_world.releases import RELEASE_DAY

Rows = NDArray[np.int64]


@pytest.fixture(scope="module")
def world() -> DemoWorld:
    return build_demo_world(Config())


@pytest.fixture(scope="module")
def histories(world: DemoWorld) -> list[Rows]:
    """Rows of the tracks, oldest first, a listener each."""
    row = pd.Series(np.arange(len(world.tracks)), index=world.tracks["track_id"])
    users = world.histories.assign(row=row[world.histories["track_id"]].to_numpy()).groupby("user_id")["row"]
    return [rows.to_numpy() for _, rows in users]


@pytest.fixture(scope="module")
def new(world: DemoWorld) -> NDArray[np.bool_]:
    """(n_tracks,)"""
    mask: NDArray[np.bool_] = world.tracks["track_id"].isin(new_releases(world.tracks)).to_numpy()
    return mask


def shuffled(histories: list[Rows]) -> list[Rows]:
    """Each listener's plays in any order, the last one left where it is."""
    rng = np.random.default_rng(0)
    return [np.append(rng.permutation(history[:-1]), history[-1]) for history in histories]


def hit_rate(scores: list[NDArray[np.float64]], target: Rows, among: NDArray[np.bool_] | None = None) -> float:
    """How often the target is among the ten best, of all or of some."""
    ranks = [
        int(((score > score[one]) & (True if among is None else among)).sum())
        for score, one in zip(scores, target, strict=True)
    ]
    return float((np.array(ranks) < 10).mean())


def transitions(histories: list[Rows], n_items: int) -> list[NDArray[np.float64]]:
    """How often each song came after the listener's last but one, the last ones left out; popularity decides ties."""
    table = np.zeros((n_items, n_items), dtype=np.float32)
    for history in histories:
        np.add.at(table, (history[:-2], history[1:-1]), 1)
    popularity = 1e-4 * table.sum(axis=0)
    return [table[history[-2]] + popularity for history in histories]


def test_a_world_has_few_new_releases_of_many_scenes(world: DemoWorld, new: NDArray[np.bool_]) -> None:
    assert 0.04 < new.mean() < 0.06
    assert world.tracks.loc[new, "scene"].nunique() > 30
    assert set(world.tracks.loc[new, "release_date"]) == {RELEASE_DAY}
    assert not new[world.tracks["release_date"] < RELEASE_DAY].any()


def test_new_releases_are_whole_albums(world: DemoWorld, new: NDArray[np.bool_]) -> None:
    original = ~world.tracks["title"].str.contains(r" - | \(")
    albums = world.tracks[original].groupby(["artist", "album"])["release_date"].agg(["max", "min"])
    fresh = albums[albums["max"] == RELEASE_DAY]
    assert (fresh["min"] == RELEASE_DAY).mean() > 0.9  # two albums of an artist may have one name


def test_nobody_plays_a_new_release_before_the_last_play(histories: list[Rows], new: NDArray[np.bool_]) -> None:
    assert not new[np.concatenate([history[:-1] for history in histories])].any()
    assert CURIOUS - 0.03 < new[[history[-1] for history in histories]].mean() < CURIOUS + 0.03


def test_new_releases_are_played_on_the_day_and_nothing_else_is(world: DemoWorld, new: NDArray[np.bool_]) -> None:
    fresh = world.histories["track_id"].isin(world.tracks.loc[new, "track_id"])
    assert world.histories.loc[fresh, "timestamp"].min() >= f"{RELEASE_DAY}T07"
    assert world.histories["timestamp"].max() < "2026"
    assert world.histories.loc[~fresh, "timestamp"].max() < f"{RELEASE_DAY}T07"
    assert str(FIRST_DAY) <= world.histories["timestamp"].min()


def test_the_next_song_is_learnt_from_what_followed(histories: list[Rows], new: NDArray[np.bool_]) -> None:
    usual = [history for history in histories if not new[history[-1]]]
    target = np.array([history[-1] for history in usual])
    planted = hit_rate(transitions(usual, len(new)), target)
    assert planted > 0.2
    assert planted > 2.5 * hit_rate(transitions(shuffled(usual), len(new)), target)


def test_a_favourite_is_played_again(histories: list[Rows], new: NDArray[np.bool_]) -> None:
    usual = [history for history in histories if not new[history[-1]]]
    target = np.array([history[-1] for history in usual])
    own = [np.bincount(history[:-1], minlength=len(new)).astype(float) for history in usual]
    others = [own[-1], *own[:-1]]
    assert hit_rate([score + 1e-9 * np.arange(len(new)) for score in own], target) > 5 * hit_rate(
        [score + 1e-9 * np.arange(len(new)) for score in others], target
    )


def test_taste_places_new_releases(world: DemoWorld, histories: list[Rows], new: NDArray[np.bool_]) -> None:
    """Who knows the scenes of the songs finds the new one; who knows only what was played cannot."""
    curious = [history for history in histories if new[history[-1]]]
    target = np.array([history[-1] for history in curious])
    scene = pd.factorize(world.tracks["scene"])[0]
    tie = np.random.default_rng(0).random(len(new))
    taste = [np.bincount(scene[history[:-1]], minlength=scene.max() + 1)[scene] + tie for history in curious]
    other = [taste[-1], *taste[:-1]]
    assert hit_rate(taste, target, among=new) > 0.3
    assert hit_rate(taste, target, among=new) > 3 * hit_rate(other, target, among=new)


def test_a_world_too_small_for_new_releases_has_none() -> None:
    small = build_demo_world(Config(songs=70, artists=14, listeners=40))
    assert len(new_releases(small.tracks)) <= 4
    assert small.histories["user_id"].nunique() == 40
