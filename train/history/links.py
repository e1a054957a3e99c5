"""Matrices into `ItemToItem`: the strongest links of each item; and scores of many histories at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.item_to_item import ItemToItem
from train.history.interactions import Items
from train.history.pairs import Matrix


def strongest(block: sparse.csr_array, most: int) -> sparse.csr_array:
    """The ``most`` entries of each row that are farthest from 0."""
    kept = np.ones(block.nnz, np.bool_)
    for row in np.flatnonzero(np.diff(block.indptr) > most):
        begin, end = block.indptr[row], block.indptr[row + 1]
        kept[begin + np.argpartition(-np.abs(block.data[begin:end]), most - 1)[most:]] = False
    counts = np.add.reduceat(np.append(kept, False), block.indptr[:-1]) * (np.diff(block.indptr) > 0)
    starts = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_array((block.data[kept], block.indices[kept], starts), shape=block.shape)


def from_blocks(blocks: Iterable[sparse.csr_array], most: int) -> ItemToItem:
    """One after the other the rows of the items, each cut to its ``most`` strongest links."""
    matrix = sparse.vstack([strongest(block, most) for block in blocks], format="csr")
    matrix.sum_duplicates()
    return ItemToItem(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32))


def from_dense(gains: Matrix, kept: NDArray[np.int64], n_items: int, most: int) -> ItemToItem:
    """From the gains (n_kept, n_kept) among the items in ``kept``; the others have no links."""
    n_kept, most = len(kept), min(most, len(kept))
    items, values, counts = [], [], np.zeros(n_items, np.int64)
    for begin in range(0, n_kept, 1_000):
        block = gains[begin : begin + 1_000]
        columns = np.sort(np.argpartition(-np.abs(block), most - 1, axis=1)[:, :most], axis=1)
        found = np.take_along_axis(block, columns, axis=1)
        counts[kept[begin : begin + 1_000]] = (found != 0).sum(axis=1)
        items.append(kept[columns[found != 0]].astype(np.int32))
        values.append(found[found != 0].astype(np.float32))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ItemToItem(starts, np.concatenate(items), np.concatenate(values))


def moved(links: ItemToItem, place: NDArray[np.int64], n_items: int) -> ItemToItem:
    """The same links between items that have other rows now; items that are gone have none.

    Args:
        links: Between the items as they were.
        place: (links.n_items,), where each item is now, -1 for gone.
        n_items: How many items there are now.
    """
    source = np.repeat(place, np.diff(links.starts))
    target = place[links.items]
    kept = (source >= 0) & (target >= 0)
    shape = (n_items, n_items)
    gains = np.asarray(links.gains, np.float32)[kept]  # half precision, as it is kept, is not for SciPy
    matrix = sparse.csr_array((gains, (source[kept], target[kept])), shape=shape)
    prior = None
    if links.prior is not None:
        prior = np.zeros(n_items, np.float32)
        prior[place[place >= 0]] = links.prior[place >= 0]
    starts, items = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    return replace(links, starts=starts, items=items, gains=matrix.data, prior=prior)


class Linear:
    """An `ItemToItem` that answers many histories at once, as one product of sparse matrices."""

    def __init__(self, links: ItemToItem) -> None:
        self.links = links
        shape = (links.n_items, links.n_items)
        self._matrix = sparse.csr_array((links.gains.astype(np.float32), links.items, links.starts), shape=shape)

    def __call__(self, histories: Sequence[Items]) -> Matrix:
        """(n_histories, n_items)."""
        voters = [self.links.weigh(history) for history in histories]
        starts = np.concatenate([[0], np.cumsum([len(items) for items, _ in voters])]).astype(np.int64)
        items = np.concatenate([items for items, _ in voters]) if voters else np.empty(0, np.int64)
        weights = np.concatenate([weights for _, weights in voters]) if voters else np.empty(0, np.float32)
        shape = (len(histories), self.links.n_items)
        scores: Matrix = (sparse.csr_array((weights, items, starts), shape=shape) @ self._matrix).toarray()
        if self.links.prior is not None:
            scores += self.links.prior
        return scores
