import numpy as np
import pytest

from recsys.metrics import hubness_skew, precision_at_k


def test_precision_is_the_share_of_relevant_items():
    assert precision_at_k(np.array([[True, False], [True, True]])) == 0.75


def test_precision_of_no_query_is_0():
    assert precision_at_k(np.empty((0, 10), dtype=bool)) == 0


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
