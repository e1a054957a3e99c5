"""Integrals along the path from the average song to another, and what they leave over.

Gauss-Legendre on [0, 1]: eight nodes integrate polynomials of degree 15 exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_points, _weights = np.polynomial.legendre.leggauss(8)
NODES = ((_points + 1) / 2).astype(np.float32)
WEIGHTS = (_weights / 2).astype(np.float32)


def share_out(shares: NDArray[np.float32], totals: NDArray[np.float32]) -> NDArray[np.float32]:
    """``shares`` (n, n_inputs), changed in proportion to their size so that each row adds up to its total (n,)."""
    size = np.abs(shares)
    left_over = totals - shares.sum(axis=1)
    return shares + size * (left_over / np.maximum(size.sum(axis=1), 1e-9))[:, None]
