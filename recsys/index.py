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
_HEAP_LIMIT = 2_048
_MANY = 0.1


def normalise(vectors: Vectors) -> Vectors:
    """Scale each row of ``vectors`` (…, dim) to unit length; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


def distances(a: Vectors, b: Vectors) -> Vectors:
    """Euclidean distances of each of ``a`` (n_a, dim) from each of ``b`` (n_b, dim): (n_a, n_b)."""
    squares = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2 * a @ b.T
    found: Vectors = np.sqrt(np.maximum(squares, 0))
    return found


class Index(Protocol):
    """What a capability needs of an index."""

    def search(
        self, query: Vectors, k: int, mask: Mask | None = None, parts: Sequence[int] | None = None
    ) -> tuple[Rows, Vectors]: ...

    def search_many(
        self, queries: Vectors, k: int, parts: Sequence[int] | None = None
    ) -> list[tuple[Rows, Vectors]]: ...


class ExactIndex:
    """Compares the query with every vector that may be returned, in FAISS's flat index.

    Vectors are kept in parts (one a cluster), so that a search within one cluster reads only that cluster's memory.
    """

    def __init__(self, vectors: Vectors, part_of_row: NDArray[np.integer] | None = None) -> None:
        """``vectors``: (n, dim). ``part_of_row``: (n,), the part each row lies in; all in part 0 by default."""
        n, dim = vectors.shape
        labels = np.zeros(n, dtype=np.int64) if part_of_row is None else np.asarray(part_of_row, dtype=np.int64)
        self.dim = dim
        self._rows: dict[int, Rows] = {int(part): np.flatnonzero(labels == part) for part in np.unique(labels)}
        self._flat: dict[int, faiss.IndexFlatIP] = {}
        # One query is too little work to share: FAISS's threads would wait for each other, and for other requests'.
        faiss.omp_set_num_threads(1)
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
        if mask is None:
            found = [self._search_part(part, query, k) for part in chosen]
        else:
            passing = np.count_nonzero(mask) / len(mask)
            found = [self._search_masked(part, query, k, mask, passing) for part in chosen]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = np.concatenate([rows for rows, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]

    def search_many(self, queries: Vectors, k: int, parts: Sequence[int] | None = None) -> list[tuple[Rows, Vectors]]:
        """What `search` says to each of ``queries`` (m, dim), at the cost of one matrix product a part."""
        chosen = list(self._rows) if parts is None else [part for part in parts if part in self._rows]
        if not chosen or k >= _HEAP_LIMIT:
            return [self.search(query, k, None, parts) for query in queries]
        found = [self._search_part_many(part, np.ascontiguousarray(queries), k) for part in chosen]
        answers = []
        for query, *of_parts in zip(queries, *found, strict=True):
            clear = [one for one in of_parts if one is not None]
            if len(clear) < len(of_parts):
                answers.append(self.search(query, k, None, parts))
                continue
            rows, scores = (np.concatenate(column) for column in zip(*clear, strict=True))
            order = np.lexsort((rows, -scores))[:k]
            answers.append((rows[order], scores[order]))
        return answers

    def _search_part_many(self, part: int, queries: Vectors, k: int) -> list[tuple[Rows, Vectors] | None]:
        """The best of one part for each query; None where rounding may decide which is the last of them.

        A matrix product rounds in another order than a search for one, so that what it found is scored once more.
        """
        rows, flat = self._rows[part], self._flat[part]
        _, local = flat.search(queries, min(k + 1, len(rows)))
        scores = np.empty(local.shape, np.float32)
        x, distances, labels = (faiss.swig_ptr(array) for array in (queries, scores, local))
        # FAISS's stubs leave it out.
        flat.compute_distance_subset(len(queries), x, local.shape[1], distances, labels)  # type: ignore[attr-defined]
        found: list[tuple[Rows, Vectors] | None] = []
        for one, labels_of_one in zip(scores, local, strict=True):
            best = np.sort(one)[::-1]
            close = len(best) > k and bool(np.isclose(best[k - 1], best[k], rtol=1e-5, atol=1e-6))
            found.append(None if close else (rows[labels_of_one], one))
        return found

    def _search_part(self, part: int, query: Vectors, k: int, selected: Mask | None = None) -> tuple[Rows, Vectors]:
        """The best k of one part and whatever equals the last of them. ``selected``: (rows of the part,)."""
        rows, flat = self._rows[part], self._flat[part]
        if k > _HEAP_LIMIT:
            return self._sort_part(part, query, k, selected)
        parameters = None
        if selected is not None:
            bits = np.packbits(selected, bitorder="little")
            # FAISS's stubs describe the C++ signatures.
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        (scores,), (local,) = flat.search(query[None], min(k + 1, len(rows)), params=parameters)
        found = local >= 0  # FAISS fills up with -1 where fewer are selected
        if np.count_nonzero(found) > k and scores[k] == scores[k - 1]:
            # Of equals FAISS keeps any: take them all, and leave it to `search` to choose.
            least = np.nextafter(scores[k], np.float32(-np.inf))
            _, scores, local = flat.range_search(query[None], least, params=parameters)
            found = local >= 0
        return rows[local[found]], scores[found]

    def _search_masked(self, part: int, query: Vectors, k: int, mask: Mask, passing: float) -> tuple[Rows, Vectors]:
        """The best of one part among the rows that pass. ``passing``: the share of all rows that do.

        FAISS checks a mask one vector at a time, several times slower than it compares without one. Where many pass,
        the best k of them are among a few more of the part's best; only if they are not is the mask handed on.
        """
        if passing >= _MANY:
            depth = int(1.5 * k / passing) + 16
            rows, scores = self._search_part(part, query, depth)
            kept = mask[rows]
            if np.count_nonzero(kept) >= k or len(rows) < depth:
                return rows[kept], scores[kept]
        return self._search_part(part, query, k, mask[self._rows[part]])

    def _sort_part(self, part: int, query: Vectors, k: int, selected: Mask | None) -> tuple[Rows, Vectors]:
        """The same as `_search_part` for a deep search, where sorting all is quicker than FAISS's heap of k."""
        rows, flat = self._rows[part], self._flat[part]
        vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * self.dim).reshape(flat.ntotal, self.dim)
        scores = vectors @ query
        if selected is not None:
            rows, scores = rows[selected], scores[selected]
        order = np.argsort(-scores, kind="stable")[:k]
        return rows[order], scores[order]
