"""Nodes and weights for integrals along the path from the average song to another.

Gauss-Legendre on [0, 1]: eight nodes integrate polynomials of degree 15 exactly.
"""

from __future__ import annotations

import numpy as np

_points, _weights = np.polynomial.legendre.leggauss(8)
NODES = ((_points + 1) / 2).astype(np.float32)
WEIGHTS = (_weights / 2).astype(np.float32)
