"""Nearest neighbours by inner product, under a mask.

Every space is searched this way. A cosine is the inner product of unit vectors; a Euclidean distance becomes one by a
further dimension: |x - y|² = |x|² - 2 (x·y - |y|²/2); a penalty on hubs is one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Mask, Rows

Vectors = NDArray[np.float32]


def normalise(vectors: Vectors) -> Vectors:
    """Scale each row of ``vectors`` (…, dim) to unit length; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


class Index(Protocol):
    """What a capability needs of an index."""

    def search(
        self, query: Vectors, k: int, mask: Mask | None = None, parts: Sequence[int] | None = None
    ) -> tuple[Rows, Vectors]: ...


class ExactIndex:
    """Compares the query with every vector that may be returned, in FAISS's flat index.

    Vectors are kept in parts (one a cluster), so that a search within one cluster reads only that cluster's memory.
    """

    def __init__(self, vectors: Vectors, part_of_row: NDArray[np.integer] | None = None) -> None:
        """``vectors``: (n, dim). ``part_of_row``: (n,), the part each row lies in; all in part 0 by default."""
        n, dim = vectors.shape
        labels = np.zeros(n, dtype=np.int64) if part_of_row is None else np.asarray(part_of_row, dtype=np.int64)
        self.dim = dim
        self._rows: dict[int, Rows] = {int(p): np.flatnonzero(labels == p) for p in np.unique(labels)}
        self._flat: dict[int, faiss.IndexFlatIP] = {}
        for part, rows in self._rows.items():
            self._flat[part] = faiss.IndexFlatIP(dim)
            self._flat[part].add(np.ascontiguousarray(vectors[rows], dtype=np.float32))

    def search(
        self, query: Vectors, k: int, mask: Mask | None = None, parts: Sequence[int] | None = None
    ) -> tuple[Rows, Vectors]:
        """The ``k`` rows that score highest, best first; fewer where fewer may be returned.

        Args:
            query: (dim,).
            k: How many.
            mask: Rows that may be returned, (n,); all by default.
            parts: Parts to look in; all by default.

        Returns:
            Rows and inner products, both (min(k, rows allowed),). Ties go to the lower row.

        Raises:
            ValueError: ``query`` does not have ``dim`` values.
        """
        if query.shape != (self.dim,):
            raise ValueError(f"the query has shape {query.shape}, expected ({self.dim},)")
        chosen = self._rows.keys() if parts is None else [part for part in parts if part in self._rows]
        found = [self._search_part(part, query[None], k, mask) for part in chosen]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = np.concatenate([rows for rows, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]

    def _search_part(self, part: int, query: Vectors, k: int, mask: Mask | None) -> tuple[Rows, Vectors]:
        rows = self._rows[part]
        parameters = None
        if mask is not None:
            allowed = mask if len(self._rows) == 1 else mask[rows]
            bits = np.packbits(allowed, bitorder="little")
            # FAISS's stubs describe the C++ signatures.
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        scores, local = self._flat[part].search(query, min(k, len(rows)), params=parameters)
        found = local[0] >= 0  # FAISS fills up with -1 where the mask leaves fewer than k
        return rows[local[0][found]], scores[0][found]
