"""Choosing in proportion, on candidates whose right order is plain."""

import numpy as np
import pytest

from recsys.calibration import in_proportion

HALF = np.array([0.5, 0.5], np.float32)
ONE_SPEAKS = np.array([[1, 0]] * 6 + [[0, 1]] * 6, np.float32)
FALLING = np.linspace(1, 0.95, 12).astype(np.float32)  # the first six, of the first song, are ahead of all others


def test_the_song_with_the_best_scores_leaves_the_other_its_half():
    shown = in_proportion(FALLING, ONE_SPEAKS, HALF, 6)
    assert shown[:2].tolist() == [0, 6] and (shown >= 6).sum() == 3


def test_without_strength_scores_decide():
    assert in_proportion(FALLING, ONE_SPEAKS, HALF, 6, strength=0).tolist() == [0, 1, 2, 3, 4, 5]


def test_who_is_to_have_more_has_more():
    shown = in_proportion(np.ones(12), ONE_SPEAKS, np.array([0.75, 0.25]), 8)
    assert (shown < 6).sum() == 6


def test_where_one_song_speaks_for_all_scores_decide():
    scores = np.array([0.3, 0.9, 0.5, 0.7])
    assert in_proportion(scores, np.ones((4, 1)), np.ones(1), 4).tolist() == [1, 3, 2, 0]


@pytest.mark.parametrize("scores", [np.zeros(5), np.ones(5), np.full(5, -2.0)])
def test_equals_without_a_voice_keep_their_order(scores):
    assert in_proportion(scores, np.zeros((5, 2)), HALF, 5).tolist() == [0, 1, 2, 3, 4]


def test_a_bad_song_is_not_shown_for_its_part_alone():
    scores = np.array([1.0, 0.95, 0.9, -5.0])
    voices = np.array([[1, 0], [1, 0], [1, 0], [0, 1]])
    assert in_proportion(scores * 1.0, voices, np.array([0.95, 0.05]), 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(5))
def test_the_first_of_a_long_list_are_the_short_list(seed):
    rng = np.random.default_rng(seed)
    scores, voices, wanted = rng.normal(size=40), rng.random((40, 7)) ** 4, rng.dirichlet(np.ones(7))
    whole = in_proportion(scores, voices, wanted, 100)
    assert sorted(whole.tolist()) == list(range(40))
    assert in_proportion(scores, voices, wanted, 10).tolist() == whole[:10].tolist()


def test_nothing_to_choose_from():
    assert in_proportion(np.empty(0), np.empty((0, 2)), HALF, 3).shape == (0,)
