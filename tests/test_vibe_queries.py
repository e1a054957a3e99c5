"""Playlist names as queries: which are read, how they are split, and what a head learns from them."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES
from recsys.index import normalise
from tests.contract import make_catalogue, write_bundle
from tests.planted_vibes import PlantedEncoder
from train.vibe.head import fit_head
from train.vibe.queries import Named, read_named, split_names

ENCODER: Any = PlantedEncoder()


@pytest.fixture
def read(tmp_path):
    """Playlists by name and rows, written to a bundle and read back."""

    def write_and_read(*lists):
        entries = [(name, row) for name, rows in lists for row in rows]
        names, rows = zip(*entries, strict=True)
        table = pa.table({"playlist_name": pa.array(names), "row": pa.array(rows, pa.int32())})
        return read_named(write_bundle(tmp_path, make_catalogue(50), playlists=table))

    return write_and_read


def many(n, rows=range(10)):
    return [(f"List {i:02}", rows) for i in range(n)]


def test_names_come_in_order_with_their_rows(read):
    named = read(*reversed(many(20, [9, 3, *range(20, 30), 3])))
    assert [playlist.name for playlist in named] == [f"List {i:02}" for i in range(20)]
    assert all(playlist.rows.tolist() == [3, 9, *range(20, 30)] for playlist in named)


def test_playlists_of_one_name_are_one(read):
    named = read(*many(20), ("Chíll!", range(6)), ("chill", range(4, 12)))
    (chill,) = [playlist for playlist in named if playlist.name == "Chíll!"]
    assert chill.rows.tolist() == list(range(12)) and len(named) == 21


def test_short_lists_and_names_without_a_word_are_passed_over(read):
    assert len(read(*many(20), ("Short", range(9)), ("🔥🔥", range(12)))) == 20


def test_too_few_names_are_none(read):
    assert read(*many(19)) == []


def test_without_playlists_there_are_no_names(tmp_path):
    assert read_named(write_bundle(tmp_path, make_catalogue(3))) == []


def test_a_split_is_of_halves_that_share_nothing():
    named = [Named(f"List {i}", np.arange(3)) for i in range(21)]
    learning, judged = split_names(named, 0)
    assert (len(learning), len(judged)) == (10, 11)
    assert {p.name for p in learning} | {p.name for p in judged} == {p.name for p in named}


def test_the_same_seed_splits_alike_and_another_does_not():
    named = [Named(f"List {i}", np.arange(3)) for i in range(20)]
    one, same, other = ([p.name for p in split_names(named, seed)[0]] for seed in (0, 0, 1))
    assert one == same != other


# The head


@pytest.fixture(scope="module")
def sound():
    """Rows below 50 are high in valence and low in tempo, the others the other way round."""
    values = np.random.default_rng(0).normal(0, 0.1, (100, len(FEATURE_NAMES))).astype(np.float32)
    side = np.where(np.arange(100) < 50, 1, -1)
    values[:, FEATURE_INDEX["valence"]] += side
    values[:, FEATURE_INDEX["tempo"]] -= side
    return values


@pytest.fixture(scope="module")
def named():
    """Names with "glim" for the first fifty songs, and with "murk" for the others; the rest of each is chance."""
    rng = np.random.default_rng(1)
    lists = []
    for i in range(40):
        low = 0 if i % 2 else 50
        rows = np.sort(rng.choice(np.arange(low, low + 50), 12, replace=False))
        lists.append(Named(f"{'glim' if i % 2 else 'murk'} x{i}", rows))
    return lists


def profile(head, text):
    return normalise(ENCODER.embed(text) @ head)


def test_a_planted_relation_comes_back_for_names_never_seen(named, sound):
    head = fit_head(named, ENCODER, sound)
    assert head is not None
    assert head.shape == (ENCODER.dim, len(FEATURE_NAMES)) and head.dtype == np.float32
    for word, side in (("glim", 1), ("murk", -1)):
        found = side * profile(head, f"{word} tonight")
        assert found[FEATURE_INDEX["valence"]] > 0.5 and found[FEATURE_INDEX["tempo"]] < -0.5
        others = [i for name, i in FEATURE_INDEX.items() if name not in ("valence", "tempo")]
        assert np.abs(found[others]).max() < 0.2


def test_nothing_is_learnt_from_names_that_say_nothing(named, sound):
    """The same names over lists drawn from all songs alike."""
    rng = np.random.default_rng(2)
    shuffled = [Named(p.name, np.sort(rng.choice(100, 12, replace=False))) for p in named]
    learnt, noise = (fit_head(lists, ENCODER, sound) for lists in (named, shuffled))
    assert noise is not None and learnt is not None
    assert np.linalg.norm(noise) < 0.5 * np.linalg.norm(learnt)


def test_without_names_there_is_no_head(sound):
    assert fit_head([], ENCODER, sound) is None
