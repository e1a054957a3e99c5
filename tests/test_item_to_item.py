import numpy as np
import pytest

from recsys.item_to_item import ItemToItem
from train.history.links import Linear

LINKS = ItemToItem(
    starts=np.array([0, 2, 3, 3]),
    items=np.array([1, 2, 0], np.int32),
    gains=np.array([1.0, 0.5, -2.0], np.float32),
    decay=0.5,
)


def settings(**changed):
    return ItemToItem(**(vars(LINKS) | changed))


def test_the_last_play_weighs_most():
    items, weights = LINKS.weigh(np.array([2, 1, 0]))
    assert items.tolist() == [0, 1, 2]
    assert weights.tolist() == [1, 0.5, 0.25]


def test_an_item_played_twice_votes_twice():
    items, weights = LINKS.weigh(np.array([0, 1, 0]))
    assert dict(zip(items.tolist(), weights.tolist(), strict=True)) == {0: 1.25, 1: 0.5}


def test_a_distinct_item_votes_once_as_of_its_last_play_and_takes_no_place_of_others():
    items, weights = settings(distinct=True).weigh(np.array([1, 0, 0, 0]))
    assert dict(zip(items.tolist(), weights.tolist(), strict=True)) == {0: 1.0, 1: 0.5}


def test_only_the_plays_within_reach_count():
    assert settings(reach=1).weigh(np.array([2, 1, 0]))[0].tolist() == [0]


def test_scores_are_weights_times_gains():
    assert LINKS.scores(np.array([1, 0])).tolist() == [-1.0, 1.0, 0.5]


def test_an_empty_history_is_answered_by_the_prior():
    assert LINKS.scores(np.array([], np.int64)).tolist() == [0, 0, 0]
    assert settings(prior=np.array([3, 2, 1], np.float32)).scores(np.array([], np.int64)).tolist() == [3, 2, 1]


def test_a_very_long_history_stays_finite():
    history = np.random.default_rng(0).integers(0, 3, 100_000)
    assert np.isfinite(LINKS.scores(history)).all()


def test_votes_name_what_speaks_for_an_item_and_add_up_to_its_score():
    links = settings(gains=np.array([1.0, 0.5, 2.0], np.float32))
    items, gains = links.votes(np.array([1, 0, 0]), 2)
    assert items.tolist() == [0]
    assert gains.sum() == pytest.approx(links.scores(np.array([1, 0, 0]))[2])


def test_what_speaks_against_an_item_is_no_vote():
    assert not len(LINKS.votes(np.array([1]), 0)[0])


@pytest.mark.parametrize("distinct", [False, True])
@pytest.mark.parametrize("reach", [None, 3])
def test_many_histories_at_once_are_scored_as_one_by_one(distinct, reach):
    rng = np.random.default_rng(1)
    n = 30
    counts = rng.integers(0, 6, n)
    items = np.concatenate([rng.permutation(n)[:count] for count in counts]).astype(np.int32)
    links = ItemToItem(
        np.concatenate([[0], np.cumsum(counts)]),
        items,
        rng.normal(size=len(items)).astype(np.float16),
        rng.normal(size=n).astype(np.float32),
        0.8,
        reach,
        distinct,
    )
    histories = [rng.integers(0, n, length) for length in (0, 1, 5, 40)]
    np.testing.assert_allclose(Linear(links)(histories), links.score_all(histories), atol=1e-5)


def test_no_histories_have_no_scores():
    assert LINKS.score_all([]).shape == Linear(LINKS)([]).shape == (0, 3)


@pytest.mark.parametrize("decay", [1, 0.7])
def test_parts_are_the_votes_of_many_items_at_once(decay):
    rng = np.random.default_rng(3)
    dense = rng.normal(size=(30, 30)) * (rng.random((30, 30)) < 0.4)
    starts = np.concatenate([[0], (dense != 0).sum(axis=1).cumsum()])
    links = ItemToItem(starts, np.nonzero(dense)[1].astype(np.int32), dense[dense != 0], decay=decay)
    history, rows = rng.integers(30, size=20), rng.permutation(30)[:12]
    voters, weights = links.weigh(history)
    np.testing.assert_allclose(
        links.parts(history, voters, rows), (weights[:, None] * dense[voters][:, rows]).T, rtol=1e-5
    )
    assert links.parts(history, voters, rows[:0]).shape == (0, len(voters))


def test_votes_of_very_many_plays_stay_finite_in_half_precision():
    links = ItemToItem(np.array([0, 1, 1]), np.array([1], np.int32), np.array([2.0], np.float16))
    assert links.parts(np.zeros(100_000, np.int64), np.array([0]), np.array([1])).tolist() == [[200_000.0]]
