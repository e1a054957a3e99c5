import numpy as np
import pytest

from recsys.errors import SourceError
from tests.planted_histories import chain, interactions, noise, shuffled
from train.history.engines import (
    ease,
    item_knn,
    last_played,
    most_played,
    next_item_ridge,
    personal_popularity,
    popularity,
    transitions,
)
from train.history.evaluation import expected_ndcg
from train.history.links import Linear
from train.history.splits import leave_one_out

ALL = 10**6


def dense(links):
    return np.stack([links.scores(np.array([item])) for item in range(links.n_items)])


def played(world):
    matrix = np.zeros((len(world), world.n_items))
    for user in range(len(world)):
        matrix[user, world.history(user)] = 1
    return matrix


@pytest.mark.parametrize("penalty", [1.0, 50.0])
def test_ease_is_steck_s_formula(penalty):
    world = noise()
    inverse = np.linalg.inv(played(world).T @ played(world) + penalty * np.eye(world.n_items))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(dense(ease(world, penalty, most=ALL)), expected, atol=1e-4)


@pytest.mark.parametrize(("decay", "penalty"), [(0.8, 1.0), (0.5, 20.0)])
def test_ridge_is_the_least_squares_written_out(decay, penalty):
    world = noise()
    inputs, targets = [], []
    for user in range(len(world)):
        history = world.history(user)
        for t in range(len(history) - 1):
            x = np.zeros(world.n_items)
            np.add.at(x, history[: t + 1], decay ** np.arange(t, -1.0, -1))
            inputs.append(x)
            targets.append(np.eye(world.n_items)[history[t + 1]])
    rows = np.concatenate([inputs, np.sqrt(penalty) * np.eye(world.n_items)])
    wanted = np.concatenate([targets, np.zeros((world.n_items, world.n_items))])
    expected = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    links = next_item_ridge(world, decay, penalty, most=ALL)
    np.testing.assert_allclose(dense(links), expected, atol=2e-3)
    assert links.decay == decay


def test_item_knn_is_the_cosine():
    world = noise()
    matrix = played(world)
    norms = np.linalg.norm(matrix, axis=0)
    expected = matrix.T @ matrix / np.outer(norms, norms)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(dense(item_knn(world, most=ALL)), expected, atol=1e-5)


@pytest.mark.parametrize("learn", [item_knn, transitions, ease, next_item_ridge])
@pytest.mark.parametrize("most", [1, 5])
def test_only_the_strongest_links_are_kept(learn, most):
    world = noise()
    whole, cut = dense(learn(world, most=ALL)), dense(learn(world, most=most))
    assert ((cut != 0).sum(axis=1) <= most).all()
    for full, few in zip(whole, cut, strict=True):
        np.testing.assert_allclose(few[few != 0], full[few != 0], rtol=1e-5)
        assert np.abs(few).max() == pytest.approx(np.abs(full).max())
        assert np.abs(full[few == 0]).max() <= np.abs(few[few != 0]).min() + 1e-6


@pytest.mark.parametrize("learn", [ease, next_item_ridge])
def test_beyond_what_memory_holds_the_most_played_items_have_links(learn):
    world = noise()
    kept = most_played(world, 6)
    matrix = dense(learn(world, most_dense=6))
    others = np.setdiff1d(np.arange(world.n_items), kept)
    assert not matrix[others].any()
    assert not matrix[:, others].any()
    assert matrix[np.ix_(kept, kept)].any()


def test_most_played_leaves_out_what_nobody_played():
    assert most_played(interactions([[3, 3, 1]], 6), 10).tolist() == [1, 3]


@pytest.mark.parametrize("learn", [ease, next_item_ridge])
def test_no_play_at_all_is_said(learn):
    with pytest.raises(SourceError, match="not one play"):
        learn(interactions([[], []], 5))


def quality(learn, world, seed=0):
    split = leave_one_out(world, 1)
    return expected_ndcg(Linear(learn(split.refit)), split.test, split.refit)


@pytest.mark.parametrize("learn", [transitions, next_item_ridge])
def test_who_looks_at_the_order_finds_the_next_of_a_chain(learn):
    assert quality(learn, chain()) > 0.95


def test_popularity_does_not_find_the_next_of_a_chain():
    assert quality(popularity, chain()) < 0.3


@pytest.mark.parametrize("learn", [transitions, next_item_ridge, item_knn, ease])
@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_learnt_from_plays_dealt_at_random(learn, seed):
    chance = sum(1 / np.log2(np.arange(2, 12))) / 30  # some 30 of 40 items are new
    assert quality(learn, shuffled(chain(seed=seed), seed)) < 2 * chance


def test_who_answers_from_the_last_play_does_not_look_further():
    links = last_played(noise())
    np.testing.assert_array_equal(links.scores(np.array([1, 2, 3])), links.scores(np.array([7, 3])))


def test_what_was_played_often_is_personally_popular():
    scores = personal_popularity(noise()).scores(np.array([5, 5, 2, 5, 3]))
    assert scores.argmax() == 5
    assert (scores > 0).sum() == 3


def test_popularity_is_the_number_of_plays():
    assert popularity(interactions([[0, 0, 2]], 4)).scores(np.array([], np.int64)).tolist() == [2, 0, 1, 0]


def test_a_window_without_direction_is_symmetric():
    matrix = dense(transitions(noise(), back=1.0, most=ALL))
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-4)


def test_a_repeated_item_may_follow_itself():
    assert dense(transitions(interactions([[0, 0, 0, 1]] * 5)))[0, 0] > 0
