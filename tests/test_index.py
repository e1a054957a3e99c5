import time

import numpy as np
import pytest

from recsys.index import ExactIndex, normalise

# Now and then NumPy's matmul calls finite products invalid; here every value is compared, so that NaN cannot hide.
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in matmul:RuntimeWarning")


def brute_force(vectors, query, k, mask=None, labels=None, parts=None):
    """Rows by falling inner product, ties to the lower row."""
    allowed = np.ones(len(vectors), bool) if mask is None else mask.copy()
    if parts is not None:
        allowed &= np.isin(labels, parts)
    rows = np.flatnonzero(allowed)
    scores = vectors[rows] @ query
    return rows[np.lexsort((rows, -scores))][:k]


@pytest.mark.parametrize("make", ["normal", "whole"])
@pytest.mark.parametrize("m", [1, 3, 40])
def test_many_queries_are_answered_as_each_alone(make, m):
    rng = np.random.default_rng(m)
    for n, dim in ((1, 3), (50, 5), (700, 11)):
        draw = whole_numbers if make == "whole" else lambda rng, *shape: rng.normal(size=shape).astype(np.float32)
        vectors, queries, labels = draw(rng, n, dim), draw(rng, m, dim), rng.integers(0, 4, n)
        parted = ExactIndex(vectors, labels)
        for k in (1, 10, n, n + 5, 3_000):
            for parts in (None, [2], [0, 3], [99]):
                answers = parted.search_many(queries, k, parts)
                assert len(answers) == m
                for query, (rows, scores) in zip(queries, answers, strict=True):
                    alone = parted.search(query, k, None, parts)
                    np.testing.assert_array_equal(rows, alone[0])
                    np.testing.assert_array_equal(scores, alone[1])


def whole_numbers(rng, *shape):
    """Small whole numbers, whose inner products are exact in any order of adding up, and often equal."""
    return rng.integers(-3, 4, shape).astype(np.float32)


@pytest.mark.parametrize("seed", range(40))
def test_answers_are_those_of_brute_force(seed):
    rng = np.random.default_rng(seed)
    n, dim = int(rng.integers(1, 300)), int(rng.integers(1, 12))
    vectors, query = rng.normal(size=(n, dim)).astype(np.float32), rng.normal(size=dim).astype(np.float32)
    labels = rng.integers(0, 5, n)
    index, parted = ExactIndex(vectors), ExactIndex(vectors, labels)
    for k in (1, 7, n, n + 50):
        for mask in (None, rng.random(n) < 0.5, rng.random(n) < 0.05):
            rows, scores = index.search(query, k, mask)
            np.testing.assert_array_equal(rows, brute_force(vectors, query, k, mask))
            np.testing.assert_allclose(scores, vectors[rows] @ query, rtol=1e-4, atol=1e-5)
            for parts in (None, [0], [1, 3], [4, 99]):
                rows, _ = parted.search(query, k, mask, parts)
                np.testing.assert_array_equal(rows, brute_force(vectors, query, k, mask, labels, parts))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("k", [1, 5, 150])
def test_ties_go_to_the_lower_row(seed, k):
    rng = np.random.default_rng(seed)
    vectors, query, labels = whole_numbers(rng, 1000, 2), whole_numbers(rng, 2), rng.integers(0, 3, 1000)
    mask = rng.random(1000) < 0.7
    for index in (ExactIndex(vectors), ExactIndex(vectors, labels)):
        for allowed in (None, mask):
            rows, _ = index.search(query, k, allowed)
            np.testing.assert_array_equal(rows, brute_force(vectors, query, k, allowed))


@pytest.mark.parametrize("k", [1, 20, 99, 100, 500])
def test_equal_vectors_come_in_row_order_however_many_there_are(k):
    rng = np.random.default_rng(0)
    songs, query = rng.normal(size=(40, 9)).astype(np.float32), rng.normal(size=9).astype(np.float32)
    song_of_row = rng.integers(0, 40, 1000)
    rows, _ = ExactIndex(songs[song_of_row]).search(query, k)
    np.testing.assert_array_equal(rows, np.lexsort((np.arange(1000), -(songs @ query)[song_of_row]))[:k])


def test_a_mask_that_leaves_nothing_gives_nothing():
    rows, scores = ExactIndex(np.eye(3, dtype=np.float32)).search(np.ones(3, np.float32), 2, np.zeros(3, bool))
    assert rows.size == scores.size == 0


def test_parts_that_do_not_exist_hold_nothing():
    rows, scores = ExactIndex(np.eye(3, dtype=np.float32)).search(np.ones(3, np.float32), 2, parts=[7])
    assert rows.size == scores.size == 0


def test_vectors_that_are_not_contiguous_are_read_right():
    vectors = np.asfortranarray(np.random.default_rng(0).normal(size=(50, 4)))
    rows, _ = ExactIndex(vectors.astype(np.float32)).search(vectors[17].astype(np.float32), 1)
    assert rows[0] == brute_force(vectors, vectors[17], 1)[0]


@pytest.mark.parametrize("shape", [(2,), (4,), (1, 3), ()])
def test_a_query_of_another_size_is_refused(shape):
    with pytest.raises(ValueError, match=r"the query has shape .*, expected \(3,\)"):
        ExactIndex(np.eye(3, dtype=np.float32)).search(np.ones(shape, np.float32), 1)


def test_a_whole_ranking_is_exact_and_quick():
    rng = np.random.default_rng(0)
    vectors, query = rng.normal(size=(50_000, 6)).astype(np.float32), rng.normal(size=6).astype(np.float32)
    index = ExactIndex(vectors)
    start = time.perf_counter()
    rows, scores = index.search(query, 50_000)
    assert time.perf_counter() - start < 1
    assert sorted(rows.tolist()) == list(range(50_000))
    assert (np.diff(scores) <= 0).all()
    np.testing.assert_allclose(scores, np.sort(vectors @ query)[::-1], rtol=1e-4, atol=1e-5)


def test_normalised_rows_have_length_1_and_zero_stays_zero():
    vectors = np.array([[3, 4], [0, 0], [0, -2]], dtype=np.float32)
    np.testing.assert_allclose(normalise(vectors), np.array([[0.6, 0.8], [0, 0], [0, -1]], np.float32))
    np.testing.assert_allclose(normalise(vectors[0]), [0.6, 0.8])
