"""Songs for learning, for choosing and for testing, no artist in two of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.errors import SourceError

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers: ``train`` fits the models, ``validation`` chooses among them, ``test`` is looked at once."""

    train: Rows
    validation: Rows
    test: Rows


def split_by_group(groups: NDArray[np.int32], validation: float, test: float, seed: int) -> Split:
    """Whole groups in random order, until each part has its share of the songs.

    Raises:
        SourceError: there are too few groups for three parts.
    """
    order = np.random.default_rng(seed).permutation(np.unique(groups))
    if len(order) < 3:
        raise SourceError(
            f"The lyrics are by {len(order)} artist{'s' * (len(order) != 1)}; learning, choosing and testing on "
            "artists of their own takes at least 3."
        )
    sizes = np.bincount(groups, minlength=int(groups.max()) + 1)[order]
    reached = np.cumsum(sizes) / sizes.sum()
    first = max(int(np.searchsorted(reached, test)) + 1, 1)
    second = max(int(np.searchsorted(reached, test + validation)) + 1, first + 1)
    parts = np.split(order, [min(first, len(order) - 2), min(second, len(order) - 1)])
    tested, validated, trained = (np.flatnonzero(np.isin(groups, part)) for part in parts)
    return Split(trained, validated, tested)
