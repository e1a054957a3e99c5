"""The index of quick codes: it finds what an exact search finds, under any mask, and its scores are exact."""

import numpy as np
import pytest

from recsys.errors import BundleError
from recsys.fast_index import FastIndex, fit_codes

N, DIM = 30_000, 40


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(60, DIM))
    return (centres[rng.integers(60, size=N)] + 0.7 * rng.normal(size=(N, DIM))).astype(np.float16)


@pytest.fixture(scope="module")
def index(vectors):
    return FastIndex(vectors, *fit_codes(vectors, 0))


@pytest.fixture(scope="module")
def queries(vectors):
    rng = np.random.default_rng(1)
    rows = rng.integers(N, size=20)
    return vectors[rows].astype(np.float32) + rng.normal(size=(20, DIM)).astype(np.float32)


def exact(vectors, query, mask=None):
    scores = vectors.astype(np.float32) @ query
    return np.argsort(-np.where(True if mask is None else mask, scores, -np.inf))


def recall(found, best):
    return np.isin(best[:10], found).mean()


def test_the_best_are_among_the_candidates(index, vectors, queries):
    found = [recall(index.candidates(query, 500), exact(vectors, query)) for query in queries]
    assert np.mean(found) > 0.93  # vectors of chance, harder than any text


@pytest.mark.parametrize("passing", [0.9, 0.7, 0.3, 0.02, 0.0005])
def test_a_mask_is_kept_and_loses_nothing(index, vectors, queries, passing):
    mask = np.random.default_rng(2).random(N) < passing
    found = [index.candidates(query, 300, mask) for query in queries]
    assert all(mask[rows].all() and len(np.unique(rows)) == len(rows) for rows in found)
    assert all(len(rows) == min(300, mask.sum()) for rows in found)
    recalls = [recall(rows, exact(vectors, query, mask)) for rows, query in zip(found, queries, strict=True)]
    assert np.mean(recalls) > 0.9


def test_a_mask_far_from_the_query_is_searched_to_its_end(index, vectors, queries):
    """Everything that passes lies at the far end of the ranking."""
    query = queries[0]
    mask = np.zeros(N, np.bool_)
    mask[exact(vectors, query)[-21_000:]] = True
    found = index.candidates(query, 200, mask)
    assert len(found) == 200 and mask[found].all()


def test_scores_are_exact(index, vectors, queries):
    rows = np.array([5, 3, 29_999])
    np.testing.assert_allclose(index.scores(queries[0], rows), vectors[rows].astype(np.float32) @ queries[0], rtol=1e-5)
    assert index.scores(queries, rows).shape == (3, 20)
    assert index.scores(queries[0], np.empty(0, np.int64)).shape == (0,)


def test_the_same_seed_gives_the_same_codes(vectors):
    for one, other in zip(fit_codes(vectors[:2000], 3), fit_codes(vectors[:2000], 3), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n", [1, 3, 40])
def test_a_handful_of_vectors(vectors, n):
    few = vectors[:n]
    index = FastIndex(few, *fit_codes(few, 0))
    assert sorted(index.candidates(np.ones(DIM, np.float32), 500).tolist()) == list(range(n))


def test_codes_of_other_vectors_are_refused(vectors):
    codebook, codes = fit_codes(vectors[:100], 0)
    with pytest.raises(BundleError, match=r"codes of shape \(100, 5\) for 99 vectors"):
        FastIndex(vectors[:99], codebook, codes)
    with pytest.raises(BundleError, match="codebook of shape"):
        FastIndex(vectors[:100], codebook[:5], codes)
