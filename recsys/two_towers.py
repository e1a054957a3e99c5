"""The two-tower model as served: embeddings of all items, and a graph that reads a history of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from recsys.catalogue import Mask, Rows
from recsys.errors import BundleError
from recsys.fast_index import FastIndex
from recsys.index import Vectors

_CHUNK = 65_536


class TwoTowers:
    """Scores items for a history by the inner product of their embedding with the history's query."""

    def __init__(
        self,
        user_tower: Path,
        index: FastIndex,
        width: int,
        max_length: int,
        names: Sequence[str],
        shares: NDArray[np.floating],
    ) -> None:
        """Take what the bundle has.

        Args:
            user_tower: ONNX: (1, length, width) item embeddings → (1, width), the query.
            index: The item embeddings, zeros after the first ``width`` numbers of each.
            width: Of an item embedding.
            max_length: How much of a history's end the user tower reads.
            names: What an item embedding is made of: "audio", "lyrics", "id", …
            shares: (n_items, n_names), how much of the item tower's attention each had.
        """
        if width > index.dim or shares.shape != (len(index), len(names)):
            raise BundleError(
                f"user_history has embeddings of {index.dim} dimensions, not {width}, or shares of shape "
                f"{shares.shape} for {len(index):,} items. Train or download the bundle again."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a history is too little work to share
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(user_tower), options, providers=["CPUExecutionProvider"])
        given = self._session.get_inputs()[0]
        if len(given.shape) != 3 or given.shape[-1] != width:
            raise BundleError(
                f"user_tower.onnx reads {given.shape}, not embeddings of {width} dimensions. "
                "Train or download the bundle again."
            )
        self._input = given.name
        self.index, self.max_length = index, max_length
        self._width = width
        self.names, self.shares = tuple(names), shares

    def query(self, history: Rows) -> Vectors:
        """(dim,), for a history, oldest first, not empty; only its end is read."""
        items = self.index.vectors[history[-self.max_length :], : self._width].astype(np.float32)
        query = np.zeros(self.index.dim, np.float32)
        query[: self._width] = self._session.run(None, {self._input: items[None]})[0][0]
        return query

    def candidates(self, query: Vectors, k: int, mask: Mask | None = None) -> Rows:
        """About the ``k`` best items for a query."""
        return self.index.candidates(query, k, mask)

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """(n_rows,), of ``query`` (dim,); of (m, dim), (n_rows, m)."""
        return self.index.scores(query, rows)

    def spread(self, query: Vectors) -> tuple[float, float]:
        """Mean and standard deviation of the scores of all items, from their moments."""
        mean, covariance = self._moments
        return float(query @ mean), max(float(query @ covariance @ query), 0.0) ** 0.5

    @cached_property
    def _moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        dim, n = self.index.dim, len(self.index)
        total, squares = np.zeros(dim), np.zeros((dim, dim))
        for start in range(0, n, _CHUNK):
            part = self.index.vectors[start : start + _CHUNK].astype(np.float32)
            total += part.sum(axis=0, dtype=np.float64)
            squares += part.T @ part
        mean = total / n
        return mean, squares / n - np.outer(mean, mean)
