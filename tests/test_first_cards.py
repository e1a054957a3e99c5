"""First cards over planted tastes: which questions tell most is known by construction."""

import numpy as np
import pytest

from recsys.errors import InvalidQueryError
from recsys.first_cards import MOST_CARDS, first_cards
from tests.contract import make_catalogue, random_catalogue

N, KINDS = 4_000, 8


@pytest.fixture(scope="module")
def kinds():
    return np.random.default_rng(0).integers(0, KINDS, N)


@pytest.fixture(scope="module")
def catalogue():
    return make_catalogue(N, artist=[f"Band {i}" for i in range(N)])


@pytest.fixture(scope="module")
def points(kinds):
    """Songs of eight kinds, each kind about a direction of its own."""
    noise = np.random.default_rng(1).normal(0, 0.05, (N, KINDS))
    return (np.eye(KINDS)[kinds] + noise).astype(np.float32)


def test_as_many_cards_as_kinds_ask_for_each_kind_once(catalogue, points, kinds):
    cards = first_cards(catalogue, points, KINDS)
    assert sorted(kinds[cards].tolist()) == list(range(KINDS))


def test_cards_are_well_known(catalogue, points):
    assert first_cards(catalogue, points).max() < 200


def test_kinds_with_more_songs_are_asked_for_first(catalogue):
    rng = np.random.default_rng(2)
    of_kind = rng.choice(3, N, p=[0.7, 0.2, 0.1])
    points = (np.eye(3)[of_kind] + rng.normal(0, 0.02, (N, 3))).astype(np.float32)
    assert of_kind[first_cards(catalogue, points, 3)].tolist() == [0, 1, 2]


def test_answers_to_the_cards_tell_taste_better_than_the_best_known_songs(catalogue, kinds):
    """Most of the best-known songs are of one kind; a listener likes one kind of eight."""
    rng = np.random.default_rng(3)
    mixed = kinds.copy()
    mixed[:40] = 0
    points = (np.eye(KINDS)[mixed] + rng.normal(0, 0.05, (N, KINDS))).astype(np.float32)

    def told(cards):
        """Of how many kinds one learns whether they are liked."""
        return len(set(mixed[cards].tolist()))

    assert told(first_cards(catalogue, points, 10)) == KINDS
    assert told(np.arange(10)) == 1


def test_one_card_an_artist_and_none_twice():
    catalogue = random_catalogue(3_000)
    points = np.random.default_rng(0).standard_normal((3_000, 6)).astype(np.float32)
    cards = first_cards(catalogue, points, MOST_CARDS)
    assert len(set(cards.tolist())) == MOST_CARDS
    assert len(set(catalogue.artist_keys[cards].tolist())) == MOST_CARDS
    assert len(set(catalogue.version_groups[cards].tolist())) == MOST_CARDS


def test_the_same_cards_every_time_and_fewer_are_the_first_of_more(catalogue, points):
    cards = first_cards(catalogue, points)
    assert first_cards(catalogue, points).tolist() == cards.tolist()
    assert first_cards(catalogue, points, 4).tolist() == cards[:4].tolist()


def test_a_small_catalogue_gives_what_it_has():
    catalogue = make_catalogue(5, artist=["a", "a", "b", "c", "c"], artist_key=[0, 0, 1, 2, 2])
    points = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    assert sorted(first_cards(catalogue, points).tolist()) == [0, 2, 3]


def test_songs_that_are_all_alike_still_give_cards(catalogue):
    assert len(set(first_cards(catalogue, np.ones((N, 4), np.float32)).tolist())) == 10


def test_an_empty_catalogue_has_no_cards():
    assert first_cards(make_catalogue(0), np.empty((0, 3), np.float32)).tolist() == []


@pytest.mark.parametrize("k", [0, -1, MOST_CARDS + 1, 2.5, True, "3", None])
def test_a_bad_number_of_cards_is_refused(catalogue, points, k):
    with pytest.raises(InvalidQueryError, match="whole number from 1 to 50"):
        first_cards(catalogue, points, k)
