"""Measures of ranked lists. Definitions after Järvelin & Kekäläinen (2002) and Radovanović et al. (2010)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def precision_at_k(relevant: NDArray[np.bool_]) -> float:
    """Mean share of relevant items. ``relevant``: (n_queries, k), one flag a returned item."""
    return float(relevant.mean()) if relevant.size else 0.0


def hubness_skew(neighbours: NDArray[np.integer], n_items: int) -> float:
    """Skewness of N_k, how often each item appears in others' top k. 0 is even; above about 1 there are hubs.

    Args:
        neighbours: (n_queries, k), the rows returned for each query.
        n_items: Size of the catalogue.
    """
    occurrence = np.bincount(neighbours.ravel(), minlength=n_items).astype(np.float64)
    deviation = occurrence.std()
    return float(((occurrence - occurrence.mean()) ** 3).mean() / deviation**3) if deviation > 0 else 0.0
