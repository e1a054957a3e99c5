"""Batches of histories: cut to windows, of about equal length each, the same for the same seed, epoch and step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from train.history.interactions import Interactions

Rows = NDArray[np.int64]

_POOL = 32
"""So many batches are sorted by length together: long enough to waste little padding, short enough to stay random."""


@dataclass(frozen=True)
class Batch:
    """Histories padded at their end, and what came next.

    Attributes:
        items: (users, length), rows of the catalogue; 0 where there is padding.
        targets: (users, length), the item that followed; -1 where nothing is to be learnt.
        lengths: (users,), how many of each row are items.
    """

    items: Rows
    targets: Rows
    lengths: Rows

    def share(self, rank: int, world: int) -> Batch:
        """Every ``world``-th history, from the ``rank``-th on."""
        part = slice(rank, None, world)
        return Batch(self.items[part], self.targets[part], self.lengths[part])

    @property
    def n_targets(self) -> int:
        """Positions to learn from."""
        return int((self.targets >= 0).sum())


@dataclass(frozen=True)
class Windows:
    """What is drawn from each history in an epoch.

    Attributes:
        interactions: The histories.
        max_length: Of a window.
        crop: The chance that a window ends at random within its history rather than at its last play, so that short
            beginnings and the middle of long histories are learnt from too.
        last: Learn only from so many targets at the end of the window; 0 for all.
    """

    interactions: Interactions
    max_length: int
    crop: float = 0.0
    last: int = 0

    def users(self) -> Rows:
        """Those with two plays or more."""
        return np.flatnonzero(np.diff(self.interactions.starts) >= 2)

    def steps(self, batch: int) -> int:
        """Batches in an epoch."""
        return -(-len(self.users()) // batch)

    def epoch(self, batch: int, seed: int, epoch: int) -> Iterator[Batch]:
        """Every history once, in an order of its own each epoch."""
        rng = np.random.default_rng((seed, epoch))
        users = rng.permutation(self.users())
        sizes = np.diff(self.interactions.starts)[users]
        ends = np.where(rng.random(len(users)) < self.crop, rng.integers(2, sizes + 1), sizes)
        begins = np.maximum(0, ends - self.max_length - 1)
        order = _by_length(ends - begins, batch * _POOL)
        pieces = [order[start : start + batch] for start in range(0, len(order), batch)]
        for piece in rng.permutation(len(pieces)):
            rows = pieces[piece]
            first = self.interactions.starts[users[rows]]
            yield self._cut(first + begins[rows], first + ends[rows])

    def _cut(self, begins: Rows, ends: Rows) -> Batch:
        lengths = ends - begins - 1
        places = np.arange(lengths.max())
        there = places < lengths[:, None]  # (users, length)
        at = np.where(there, begins[:, None] + places, 0)
        items = np.where(there, self.interactions.items[at], 0)
        learnt = there & (places >= (lengths - self.last)[:, None]) if self.last else there
        targets = np.where(learnt, self.interactions.items[np.where(there, at + 1, 0)], -1)
        return Batch(items, targets, lengths)


def _by_length(lengths: Rows, pool: int) -> Rows:
    """Positions, sorted by length within each pool of neighbours."""
    parts = [np.arange(start, min(start + pool, len(lengths))) for start in range(0, len(lengths), pool)]
    return np.concatenate([part[np.argsort(lengths[part], kind="stable")] for part in parts])


def pad(histories: list[Rows], max_length: int) -> Batch:
    """The ends of ``histories`` as one batch without targets."""
    lengths = np.array([min(len(history), max_length) for history in histories], dtype=np.int64)
    items = np.zeros((len(histories), max(1, lengths.max(initial=0))), dtype=np.int64)
    for row, (history, length) in enumerate(zip(histories, lengths, strict=True)):
        items[row, :length] = history[len(history) - length :]
    return Batch(items, np.full_like(items, -1), lengths)
