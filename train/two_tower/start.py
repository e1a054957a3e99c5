"""Where item embeddings begin: at factors of what is played together, rather than at random.

On small data this is worth more than any other choice: what two songs have to do with each other is known in closed
form before the first step, and attention has only to learn what follows what.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse.linalg import eigsh, svds

from train.history.interactions import Interactions

RIDGE = 300.0
SIZE = 0.05
_DENSE_UP_TO = 10_000


def starting_embeddings(interactions: Interactions, dim: int, seed: int = 0) -> NDArray[np.float32]:
    """(n_items, dim), of root mean square 0.05.

    Up to 10,000 items: the strongest eigenvectors of EASE's item-to-item matrix (Steck, 2019), made symmetric. Beyond,
    where it cannot be inverted in reasonable time: the right singular vectors of the matrix of who played what, each
    as strong as in a ridge regression of that matrix on itself. Dimensions that the data have not are random, small.
    """
    rng = np.random.default_rng(seed)
    out = rng.normal(0, SIZE / 5, (interactions.n_items, dim))
    played = _played(interactions)
    rank = min(dim, min(played.shape) - 2)
    if rank < 1:
        return out.astype(np.float32)
    first = rng.normal(size=min(played.shape))
    if interactions.n_items <= _DENSE_UP_TO:
        first = rng.normal(size=interactions.n_items)
        strengths, vectors = eigsh(_ease(played), k=rank, which="LM", v0=first)
    else:
        _, singular, turned = svds(played, k=rank, v0=first)
        strengths, vectors = singular**2 / (singular**2 + RIDGE), turned.T
    factors = vectors * np.sqrt(np.abs(strengths))
    out[:, :rank] = factors * SIZE / max(float(np.sqrt(np.square(factors).mean())), 1e-12)
    return out.astype(np.float32)


def _played(interactions: Interactions) -> sparse.csr_matrix:
    """(n_users, n_items), 1 where a listener played an item."""
    ones = np.ones(len(interactions.items))
    shape = (len(interactions), interactions.n_items)
    matrix = sparse.csr_matrix((ones, interactions.items, interactions.starts), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _ease(played: sparse.csr_matrix) -> NDArray[np.float64]:
    gram = (played.T @ played).toarray()
    gram[np.diag_indices_from(gram)] += RIDGE
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return (weights + weights.T) / 2
