import numpy as np
import pytest

from recsys.metrics import (
    coverage,
    hit_rate_at_k,
    hubness_skew,
    ndcg_at_k,
    novelty,
    popularity_percentiles,
    precision_at_k,
    recall_at_k,
)


def test_precision_is_the_share_of_relevant_items():
    assert precision_at_k(np.array([[True, False], [True, True]])) == 0.75


def test_precision_of_no_query_is_0():
    assert precision_at_k(np.empty((0, 10), dtype=bool)) == 0


FLAGS = np.array([[True, False, True], [False, False, True]])


def test_recall_counts_what_the_places_can_hold():
    assert recall_at_k(FLAGS, np.array([2, 30])) == pytest.approx((2 / 2 + 1 / 3) / 2)


def test_ndcg_by_hand():
    gains = 1 / np.log2([2, 3, 4])
    first, second = (gains[0] + gains[2]) / gains[:2].sum(), gains[2] / gains.sum()
    assert ndcg_at_k(FLAGS, np.array([2, 30])) == pytest.approx((first + second) / 2)


def test_a_list_that_begins_with_all_there_is_is_perfect():
    assert ndcg_at_k(np.array([[True, True, False]]), np.array([2])) == pytest.approx(1)


def test_no_query_has_no_recall_and_no_gain():
    none = np.empty((0, 10), dtype=bool)
    assert recall_at_k(none, np.empty(0, int)) == ndcg_at_k(none, np.empty(0, int)) == 0


def test_even_neighbours_have_no_skew():
    assert hubness_skew(np.array([[1], [2], [0]]), 3) == 0


def test_skew_by_hand():
    # Item 0 is returned 4 times, the other three never: mean 1, deviations 3, -1, -1, -1.
    expected = ((27 - 3) / 4) / ((9 + 3) / 4) ** 1.5
    assert hubness_skew(np.zeros((4, 1), dtype=int), 4) == pytest.approx(expected)


def test_items_never_returned_count():
    neighbours = np.array([[0, 1], [1, 0]])
    assert hubness_skew(neighbours, 2) == 0 < hubness_skew(neighbours, 20)


def test_one_item_that_nobody_returns_is_a_negative_skew():
    assert hubness_skew(np.array([[0], [1], [2]]), 4) < 0


def test_hit_rate_counts_queries_that_find_anything():
    assert hit_rate_at_k(np.array([[False, True], [False, False]])) == 0.5
    assert hit_rate_at_k(np.empty((0, 3), dtype=bool)) == 0


def test_coverage_is_the_share_of_the_catalogue_that_was_shown():
    assert coverage(np.array([[0, 1], [1, 0]]), 8) == 0.25
    assert coverage(np.empty(0, int), 0) == 0


def test_novelty_is_in_bits():
    assert novelty(np.array([0, 1]), np.array([4, 2, 2]), 8) == pytest.approx((1 + 2) / 2)
    assert novelty(np.array([2]), np.array([7, 1, 0]), 8) == pytest.approx(3)
    assert novelty(np.empty(0, int), np.array([1]), 1) == 0


def test_percentiles_count_equals_half():
    assert popularity_percentiles(np.array([5, 0, 0, 9])).tolist() == [0.625, 0.25, 0.25, 0.875]
