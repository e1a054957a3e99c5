"""Which plays a model is trained on: no repeats in a row, users and items with enough plays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class HistoryOptions:
    """What is kept of the histories.

    Attributes:
        shortest_ms: A song that was played for less was skipped, and is no play; 0 keeps all. Where a file tells.
        repeats: Keep a song that is played again right after itself.
        k_core: Drop users and items with fewer plays, again and again until all that are left have as many.
        min_length: Drop users with fewer plays; the last of the filters.
    """

    shortest_ms: int = 30_000
    repeats: bool = True
    k_core: int = 0
    min_length: int = 1


def repeats_in_a_row(users: NDArray[np.int64], items: NDArray[np.int64]) -> Flags:
    """(n,): whether a play is of the item that the same user played just before. In order of users and time."""
    same = np.zeros(len(users), bool)
    same[1:] = (users[1:] == users[:-1]) & (items[1:] == items[:-1])
    return same


def k_core(users: NDArray[np.int64], items: NDArray[np.int64], k: int) -> Flags:
    """(n,): the plays of the largest set in which each user and each item has ``k`` plays or more; it may be empty."""
    kept = np.ones(len(users), bool)
    while True:
        enough = np.bincount(users[kept], minlength=1) >= k, np.bincount(items[kept], minlength=1) >= k
        at = np.flatnonzero(kept)
        stay = enough[0][users[at]] & enough[1][items[at]]
        if stay.all():
            return kept
        kept[at[~stay]] = False


def long_enough(users: NDArray[np.int64], least: int) -> Flags:
    """(n,): whether the play's user has ``least`` plays or more."""
    counts = np.bincount(users, minlength=1)
    flags: Flags = counts[users] >= least
    return flags
