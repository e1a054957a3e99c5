"""What to play after what: for each item the items that it speaks for, and how a history's items are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Rows
from recsys.index import Vectors


@dataclass(frozen=True, eq=False)
class ItemToItem:
    """Links from item to item; item ``i`` has those from ``starts[i]`` to ``starts[i + 1]``.

    The score of an item is what the history's items add to it, each times its weight, and what it has by itself:
    score(j) = prior(j) + sum over plays p of weight(p) · gain(item of p → j).

    Attributes:
        starts: (n_items + 1,).
        items: (n_links,) where a link leads, each once within an item.
        gains: (n_links,) what it adds.
        prior: (n_items,) what every item scores without any history, or None for 0.
        decay: The last play weighs 1, the one before ``decay``, and so on; 1 weighs all alike.
        reach: Only so many of the last plays count; None for all.
        distinct: Whether an item that was played often votes once, as of its last play.
    """

    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    gains: NDArray[np.floating]
    prior: Vectors | None = None
    decay: float = 1.0
    reach: int | None = None
    distinct: bool = False

    @property
    def n_items(self) -> int:
        """How many items are scored."""
        return len(self.starts) - 1

    def weigh(self, history: Rows) -> tuple[Rows, Vectors]:
        """Which items of a history (oldest first) vote, each once, the latest first, and their weights."""
        latest = np.asarray(history)[::-1]
        if self.distinct:
            latest = latest[np.sort(np.unique(latest, return_index=True)[1])]
        latest = latest[: self.reach]
        weights = np.power(self.decay, np.arange(len(latest), dtype=np.float64))
        voters, first, group = np.unique(latest, return_index=True, return_inverse=True)
        order = np.argsort(first)
        return voters[order], np.bincount(group, weights, len(voters))[order].astype(np.float32)

    def scores(self, history: Rows) -> Vectors:
        """(n_items,) for a history, oldest first; an empty one is answered by ``prior``."""
        total = np.zeros(self.n_items, np.float32) if self.prior is None else self.prior.astype(np.float32)
        for item, weight in zip(*self.weigh(history), strict=True):
            links = slice(self.starts[item], self.starts[item + 1])
            total[self.items[links]] += weight * self.gains[links].astype(np.float32)
        return total

    def without_prior(self) -> ItemToItem:
        """The links alone: an item without a vote scores 0."""
        return replace(self, prior=None)

    def score_all(self, histories: Sequence[Rows]) -> Vectors:
        """(n_histories, n_items)."""
        return np.stack([self.scores(history) for history in histories]) if histories else self._no_scores()

    def votes(self, history: Rows, item: int) -> tuple[Rows, Vectors]:
        """The items of ``history`` that speak for ``item``, strongest first, and what each adds to its score."""
        voters, weights = self.weigh(history)
        gains = np.array([self._gain(voter, item) for voter in voters], np.float32) * weights
        speaking = np.flatnonzero(gains > 0)
        order = speaking[np.argsort(-gains[speaking], kind="stable")]
        return voters[order], gains[order]

    def parts(self, history: Rows, voters: Rows, rows: Rows) -> Vectors:
        """(n_rows, n_voters): what each of some items of ``history`` adds to the scores of ``rows``, each once."""
        weight = dict(zip(*(column.tolist() for column in self.weigh(history)), strict=True))
        order = np.argsort(rows)
        ranked = rows[order]
        found = np.zeros((len(rows), len(voters)), np.float32)
        for column, voter in enumerate(voters.tolist()):
            links = slice(self.starts[voter], self.starts[voter + 1])
            items = self.items[links]
            place = np.minimum(np.searchsorted(ranked, items), max(len(rows) - 1, 0))
            here = np.flatnonzero(ranked[place] == items) if len(rows) else place[:0]
            found[order[place[here]], column] = weight.get(voter, 0.0) * self.gains[links][here].astype(np.float32)
        return found

    def _gain(self, voter: int, item: int) -> float:
        links = slice(self.starts[voter], self.starts[voter + 1])
        found = np.flatnonzero(self.items[links] == item)
        return float(self.gains[links][found[0]]) if len(found) else 0.0

    def _no_scores(self) -> Vectors:
        return np.empty((0, self.n_items), np.float32)
