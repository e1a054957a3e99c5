"""Nearest neighbours by inner product among many long vectors: quick codes first, then the vectors themselves.

Product quantisation (Jégou, Douze and Schmid, 2011) in FAISS's fast-scan form (André, Kermarrec and Le Scouarnec,
2015): 4 bits for each 4 dimensions, compared in registers. What scores best by the codes is scored again by the
vectors, which stay on disk, memory-mapped.
"""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Mask, Rows
from recsys.errors import BundleError
from recsys.index import Vectors

SUB_DIM = 4
_BITS = 4
_MOST_TRAINED_ON = 50_000
_FEWEST_TRAINED_ON = 1_000
_FEW = 4_000
_CHUNK = 16_384


def fit_codes(vectors: NDArray[np.floating], seed: int) -> tuple[Vectors, NDArray[np.uint8]]:
    """Codebook (dim / 4, 16, 4) and codes (n, dim / 8) of ``vectors`` (n, dim); dim is a multiple of 8."""
    n, dim = vectors.shape
    rows = np.random.default_rng(seed).permutation(n)[:_MOST_TRAINED_ON]
    rows = np.resize(rows, max(len(rows), _FEWEST_TRAINED_ON))  # FAISS wants so many, new or not
    quantiser = faiss.ProductQuantizer(dim, dim // SUB_DIM, _BITS)
    quantiser.cp.seed = seed + 1
    quantiser.train(_floats(vectors[np.sort(rows)]))
    codes = [quantiser.compute_codes(_floats(vectors[i : i + _CHUNK])) for i in range(0, n, _CHUNK)]
    codebook = faiss.vector_to_array(quantiser.centroids).reshape(dim // SUB_DIM, 2**_BITS, SUB_DIM)
    return codebook, np.concatenate(codes)


class FastIndex:
    """Approximate search, exact scores: see the module."""

    def __init__(self, vectors: NDArray[np.float16], codebook: Vectors, codes: NDArray[np.uint8]) -> None:
        """``vectors``: (n, dim); the other two as `fit_codes` gives them."""
        n, self.dim = vectors.shape
        if self.dim % (2 * SUB_DIM) or codebook.shape != (self.dim // SUB_DIM, 2**_BITS, SUB_DIM):
            raise BundleError(
                f"A codebook of shape {codebook.shape} does not belong to vectors of {self.dim} dimensions."
            )
        if codes.shape != (n, self.dim // (2 * SUB_DIM)) or codes.dtype != np.uint8:
            raise BundleError(f"There are codes of shape {codes.shape} for {n:,} vectors of {self.dim} dimensions.")
        self.vectors = vectors
        plain = faiss.IndexPQ(self.dim, self.dim // SUB_DIM, _BITS, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(np.ascontiguousarray(codebook, np.float32).ravel(), plain.pq.centroids)
        faiss.copy_array_to_vector(np.ascontiguousarray(codes).ravel(), plain.codes)
        plain.ntotal, plain.is_trained = n, True
        faiss.omp_set_num_threads(1)
        self._codes = faiss.IndexPQFastScan(plain)  # type: ignore[arg-type]  # the stubs know one constructor

    def __len__(self) -> int:
        return len(self.vectors)

    def candidates(self, query: Vectors, k: int, mask: Mask | None = None) -> Rows:
        """About the ``k`` best rows for ``query`` (dim,) among those of ``mask`` (n,), in no certain order.

        All rows that pass, where they are few.
        """
        if mask is None:
            return self._nearest(query, k)
        passing = int(np.count_nonzero(mask))
        if passing <= k:
            return np.flatnonzero(mask)
        if passing <= _FEW:
            rows = np.flatnonzero(mask)
            return rows[np.argpartition(-self.scores(query, rows), k)[:k]]
        depth = int(1.5 * k * len(self) / passing)
        while True:
            found = self._nearest(query, depth)
            kept = found[mask[found]]
            if len(kept) >= k or depth >= len(self):
                return kept[:k]
            depth *= 4

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """(n_rows,): the inner product of ``query`` (dim,) with the vector of each row; of (m, dim), (n_rows, m)."""
        return np.concatenate(
            [_floats(self.vectors[rows[i : i + _CHUNK]]) @ query.T for i in range(0, max(len(rows), 1), _CHUNK)]
        )

    def _nearest(self, query: Vectors, k: int) -> Rows:
        _, (rows,) = self._codes.search(np.ascontiguousarray(query[None], np.float32), min(k, len(self)))
        return rows[rows >= 0].astype(np.int64)


def _floats(vectors: NDArray[np.floating]) -> Vectors:
    return np.ascontiguousarray(vectors, np.float32)
