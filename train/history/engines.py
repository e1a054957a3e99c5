"""The linear engines: all learn in closed form or by counting, and all are served as `ItemToItem`.

Sources: item-based neighbours, Sarwar et al. (2001); EASE, Steck (2019). The window and the next-item ridge are
sequential relatives of SLIST (Choi et al., 2021).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from recsys.errors import SourceError
from recsys.item_to_item import ItemToItem
from train.history.interactions import Interactions
from train.history.links import from_blocks, from_dense
from train.history.pairs import Matrix, followers, next_item_moments, sums

MOST_DENSE = 12_000
"""A closed form holds four matrices of items × items, 576 MB each at 12,000; beyond, it speaks for the most played."""
MOST_LINKS = 500
_CELLS_AT_ONCE = 20_000_000


def popularity(interactions: Interactions) -> ItemToItem:
    """How often each item was played, whoever asks."""
    empty = _no_links(interactions.n_items)
    return replace(empty, prior=_plays(interactions).astype(np.float32))


def personal_popularity(interactions: Interactions, decay: float = 0.99) -> ItemToItem:
    """What the listener plays again and again, lately above all."""
    n = interactions.n_items
    return ItemToItem(np.arange(n + 1), np.arange(n, dtype=np.int32), np.ones(n, np.float32), decay=decay)


def last_played(interactions: Interactions, most: int = MOST_LINKS) -> ItemToItem:
    """Neighbours of the last play alone, by the cosine of who played them."""
    return replace(item_knn(interactions, most=most), reach=1, distinct=False)


def item_knn(interactions: Interactions, decay: float = 0.95, power: float = 0.5, most: int = MOST_LINKS) -> ItemToItem:
    """Items that the same users played, over a power of how many played each; 0.5 is the cosine."""
    played = _played(interactions)
    scale = np.maximum(_listeners(interactions), 1) ** -power
    turned = played.T.tocsr()
    at_once = max(_CELLS_AT_ONCE // interactions.n_items, 1)

    def block(begin: int) -> sparse.csr_array:
        both = (turned[begin : begin + at_once] @ played).tocoo()
        row, column = both.coords
        away = row + begin != column
        gains = both.data[away] * scale[row[away] + begin] * scale[column[away]]
        places = (row[away], column[away])
        return sparse.coo_array((gains.astype(np.float32), places), shape=both.shape).tocsr()

    links = from_blocks((block(begin) for begin in range(0, interactions.n_items, at_once)), most)
    return replace(links, decay=decay, distinct=True)


def transitions(
    interactions: Interactions,
    decay: float = 0.8,
    back: float = 0.0,
    power: float = 0.5,
    recency: float = 0.9,
    most: int = MOST_LINKS,
) -> ItemToItem:
    """Items played some steps later, and ``back`` times those played some steps before.

    Args:
        interactions: What to learn from.
        decay: What a step more takes from a pair's weight.
        back: 0 is forward transition, 1 is a window without direction.
        power: Of the item's and of its follower's number of pairs, by which a link is divided.
        recency: The decay of the history that asks.
        most: Links kept of each item.
    """
    out, into = (np.maximum(total, 1e-6) ** -power for total in sums(interactions, decay, back))

    def scaled(begin: int, block: sparse.csr_array) -> sparse.csr_array:
        rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        block.data *= out[rows + begin] * into[block.indices]
        return block

    links = from_blocks((scaled(begin, block) for begin, block in followers(interactions, decay, back)), most)
    return replace(links, decay=recency)


def ease(
    interactions: Interactions,
    penalty: float = 100.0,
    power: float = 0.0,
    most: int = MOST_LINKS,
    most_dense: int = MOST_DENSE,
) -> ItemToItem:
    """The best linear guess of each item from the others of the same history, without regard to order.

    Args:
        interactions: What to learn from.
        penalty: Of the squares of the gains.
        power: Of an item's number of plays, by which what leads to it is divided, against the pull of the popular.
        most: Links kept of each item.
        most_dense: So many items have links, the most played.
    """
    kept = most_played(interactions, most_dense)
    played = _played(interactions)[:, kept]
    gram: Matrix = (played.T @ played).toarray().astype(np.float32)
    inverse = _inverse(gram, penalty)
    inverse /= -np.diag(inverse).copy()
    inverse[np.diag_indices(len(kept))] = 0
    inverse *= _plays(interactions)[kept] ** np.float32(-power)
    return replace(from_dense(inverse, kept, interactions.n_items, most), distinct=True)


def next_item_ridge(
    interactions: Interactions,
    decay: float = 0.9,
    penalty: float = 100.0,
    ahead: float = 0.0,
    power: float = 0.0,
    most: int = MOST_LINKS,
    most_dense: int = MOST_DENSE,
) -> ItemToItem:
    """The ridge regression of the next item on the decayed history, over every play of everybody.

    Args:
        interactions: What to learn from.
        decay: What a step back takes from the weight of a play.
        penalty: Of the squares of the gains.
        ahead: What a step ahead takes from the weight of a play to be guessed; 0 guesses the next one alone.
        power: Of an item's number of plays, by which what leads to it is divided, against the pull of the popular.
        most: Links kept of each item.
        most_dense: So many items have links, the most played.
    """
    kept = most_played(interactions, most_dense)
    gram, target = next_item_moments(interactions, kept, decay, ahead)
    gram[np.diag_indices(len(kept))] += penalty
    factor = linalg.cholesky(gram, lower=True, overwrite_a=True, check_finite=False)
    gains = linalg.cho_solve((factor, True), target, overwrite_b=True, check_finite=False)
    gains *= _plays(interactions)[kept] ** np.float32(-power)
    return replace(from_dense(gains, kept, interactions.n_items, most), decay=decay)


def most_played(interactions: Interactions, most: int) -> NDArray[np.int64]:
    """The ``most`` items with the most plays, ascending; all that were ever played where there are fewer."""
    plays = _plays(interactions)
    if not plays.any():
        raise SourceError("There is not one play to learn from. Give histories with at least a few plays each.")
    kept = np.argsort(-plays, kind="stable")[:most]
    return np.sort(kept[plays[kept] > 0])


def _inverse(gram: Matrix, penalty: float) -> Matrix:
    """Of gram + penalty · 1, by Cholesky: half the work of a general inverse, and in place."""
    gram[np.diag_indices(len(gram))] += penalty
    factor, failed = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1)
    inverse, also = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or also:
        raise SourceError(f"A penalty of {penalty} is too small for these histories. Give a larger one.")
    lower = np.tril(inverse)
    full: Matrix = lower + np.tril(lower, -1).T
    return full


def _played(interactions: Interactions) -> sparse.csr_array:
    """(n_users, n_items), 1 where the user has played the item."""
    user = np.repeat(np.arange(len(interactions)), np.diff(interactions.starts))
    shape = (len(interactions), interactions.n_items)
    ones = np.ones(len(user), np.float32)
    played = sparse.coo_array((ones, (user, interactions.items)), shape=shape).tocsr()
    played.data[:] = 1
    return played


def _listeners(interactions: Interactions) -> NDArray[np.int64]:
    return np.asarray(np.bincount(_played(interactions).indices, minlength=interactions.n_items))


def _plays(interactions: Interactions) -> NDArray[np.int64]:
    return np.bincount(interactions.items, minlength=interactions.n_items)


def _no_links(n_items: int) -> ItemToItem:
    return ItemToItem(np.zeros(n_items + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
