"""Seeds that count by different amounts: "this, and a little of that"."""

import numpy as np
import pytest

from recsys.errors import InvalidQueryError
from recsys.song_to_song import Options
from tests.contract import hand_made, ids, random_catalogue

ANY = Options(space="latent", same_cluster=False, per_artist=0, one_version=False)


@pytest.fixture(scope="module")
def songs():
    catalogue = random_catalogue(600)
    return hand_made(catalogue, np.random.default_rng(1).integers(0, 4, len(catalogue)))


def ask(songs, seeds, weights=(), options=ANY):
    return songs.similar_tracks(seeds, 10, options, weights=weights)


def test_equal_weights_are_as_none(songs):
    seeds = ["t1", "t2", "t3"]
    assert ids(ask(songs, seeds, [2, 2, 2])) == ids(ask(songs, seeds))


def test_a_seed_of_weight_0_does_not_count_and_does_not_come_back(songs):
    alone = [found for found in ids(songs.similar_tracks(["t1"], 11, ANY)) if found != "t2"][:10]
    assert ids(ask(songs, ["t1", "t2"], [1, 0])) == alone


def test_a_seed_that_is_given_twice_counts_twice(songs):
    assert ids(ask(songs, ["t1", "t2", "t1"], [1, 1, 1])) == ids(ask(songs, ["t1", "t2"], [2, 1]))


def test_the_more_a_seed_weighs_the_nearer_the_answer_is(songs):
    codes = songs.spaces["latent"].embeddings
    near = []
    for weight in (0.1, 1, 10):
        rows = songs.catalogue.rows(ids(ask(songs, ["t1", "t2"], [weight, 1])))
        near.append(np.linalg.norm(codes[rows] - codes[songs.catalogue.row("t1")], axis=1).mean())
    assert near == sorted(near, reverse=True)


def test_only_clusters_of_seeds_that_count_are_searched(songs):
    clusters = np.random.default_rng(1).integers(0, 4, 600)
    a, b = 0, int(np.flatnonzero(clusters != clusters[0])[0])
    inside = Options(space="latent", per_artist=0, one_version=False)
    rows = songs.catalogue.rows(ids(ask(songs, [f"t{a}", f"t{b}"], [1, 0], inside)))
    assert set(clusters[rows].tolist()) == {int(clusters[a])}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1], "1 weights were given for 2 songs"),
        ([1, 2, 3], "3 weights were given for 2 songs"),
        ([1, -1], "A weight is -1; give a number from 0"),
        ([1, float("nan")], "A weight is nan"),
        ([1, float("inf")], "A weight is inf"),
        ([0, 0], "All weights are 0"),
    ],
)
def test_bad_weights_are_named(songs, weights, said):
    with pytest.raises(InvalidQueryError, match=said):
        ask(songs, ["t1", "t2"], weights)
