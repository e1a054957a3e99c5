"""Measures of ranked lists. Definitions after Järvelin & Kekäläinen (2002) and Radovanović et al. (2010)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def precision_at_k(relevant: NDArray[np.bool_]) -> float:
    """Mean share of relevant items. ``relevant``: (n_queries, k), one flag a returned item."""
    return float(relevant.mean()) if relevant.size else 0.0


def recall_at_k(relevant: NDArray[np.bool_], n_relevant: NDArray[np.integer]) -> float:
    """Mean share found of the relevant items that k places can hold.

    Args:
        relevant: (n_queries, k), one flag a returned item.
        n_relevant: (n_queries,), how many items are relevant.
    """
    found = relevant.sum(axis=1) / np.minimum(n_relevant, relevant.shape[1])
    return float(found.mean()) if found.size else 0.0


def ndcg_at_k(relevant: NDArray[np.bool_], n_relevant: NDArray[np.integer]) -> float:
    """Mean discounted gain, divided by that of a list that begins with relevant items. Arguments as `recall_at_k`."""
    discounts = 1 / np.log2(np.arange(2, relevant.shape[1] + 2))
    ideal = np.append(0, np.cumsum(discounts))[np.minimum(n_relevant, relevant.shape[1])]
    found = (relevant * discounts).sum(axis=1) / ideal
    return float(found.mean()) if found.size else 0.0


def hubness_skew(neighbours: NDArray[np.integer], n_items: int) -> float:
    """Skewness of N_k, how often each item appears in others' top k. 0 is even; above about 1 there are hubs.

    Args:
        neighbours: (n_queries, k), the rows returned for each query.
        n_items: Size of the catalogue.
    """
    occurrence = np.bincount(neighbours.ravel(), minlength=n_items).astype(np.float64)
    deviation = occurrence.std()
    return float(((occurrence - occurrence.mean()) ** 3).mean() / deviation**3) if deviation > 0 else 0.0


def hit_rate_at_k(relevant: NDArray[np.bool_]) -> float:
    """Share of the queries that find anything. ``relevant``: (n_queries, k), one flag a returned item."""
    return float(relevant.any(axis=1).mean()) if relevant.size else 0.0


def coverage(shown: NDArray[np.integer], n_items: int) -> float:
    """Share of the catalogue that is among ``shown``, items of any shape."""
    return len(np.unique(shown)) / n_items if n_items else 0.0


def novelty(shown: NDArray[np.integer], plays: NDArray[np.integer], n_plays: int) -> float:
    """Mean surprise in bits, -log2 of an item's share of all plays, of the items in ``shown`` (Zhou et al., 2010).

    Args:
        shown: Items, of any shape.
        plays: (n_items,) how often each was played; one never played counts as played once.
        n_plays: Of all items.
    """
    share = np.maximum(plays, 1) / max(n_plays, 1)
    return float(-np.log2(share[shown]).mean()) if shown.size else 0.0


def popularity_percentiles(plays: NDArray[np.integer]) -> NDArray[np.float64]:
    """(n_items,) the share of items that are played less, equals counted half: 0 is the least played, 1 the most."""
    order = np.sort(plays)
    below, up_to = np.searchsorted(order, plays, "left"), np.searchsorted(order, plays, "right")
    return (below + up_to) / (2 * max(len(plays), 1))
