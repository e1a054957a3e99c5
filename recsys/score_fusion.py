"""Adding up the scores of engines that count in different units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.index import Vectors

_FAINT = 1e-6


@dataclass(frozen=True, eq=False)
class ScoreFusion:
    """How much each engine counts.

    Attributes:
        weights: By engine, none below 0; engines with 0 need not be asked.
    """

    weights: Mapping[str, float]

    @property
    def engines(self) -> list[str]:
        """Those that have a say."""
        return [name for name, weight in self.weights.items() if weight > 0]

    def fuse(self, scores: Mapping[str, Vectors], allowed: NDArray[np.bool_]) -> Vectors:
        """The fused scores, 0 where not ``allowed``.

        Args:
            scores: By engine, each (…, n_items); engines without a say may be missing.
            allowed: The same shape, which items may be shown: the others have no part in an engine's mean and spread.
        """
        total = np.zeros(allowed.shape, np.float32)
        for name in self.engines:
            total += np.float32(self.weights[name]) * normalised(scores[name], allowed)
        return total


def normalised(scores: Vectors, allowed: NDArray[np.bool_]) -> Vectors:
    """How far above or below its mean an engine puts each item, in standard deviations z, as sign(z)·sqrt(abs(z)).

    Sparse engines put a few items dozens of deviations above all others. The root keeps them on top and leaves the
    other engines a say in their order; of what was measured on two data sets (z itself, its logarithm, ranks, the span
    from lowest to highest) it ranks the next plays best. An engine that scores all alike says 0.

    Args:
        scores: (…, n_items).
        allowed: The same shape. Items that are not allowed get 0.
    """
    counted = np.maximum(allowed.sum(axis=-1, keepdims=True), 1)
    kept = np.where(allowed, scores, 0).astype(np.float32)
    away = np.where(allowed, kept - kept.sum(axis=-1, keepdims=True, dtype=np.float64) / counted, 0)
    spread = np.sqrt((away * away).sum(axis=-1, keepdims=True) / counted)
    faint = spread <= _FAINT * np.abs(kept).max(axis=-1, keepdims=True, initial=0)
    return np.where(allowed, _compressed(np.where(faint, 0, away / np.where(faint, 1, spread))), 0)


def compressed(scores: Vectors, mean: float, deviation: float) -> Vectors:
    """`normalised` of some of an engine's ``scores``, where the mean and the deviation of all of them are known."""
    if deviation <= _FAINT * max(abs(mean), float(np.abs(scores).max(initial=0))):
        return np.zeros_like(scores, np.float32)
    return _compressed((scores.astype(np.float64) - mean) / deviation)


def _compressed(z: NDArray[np.floating]) -> Vectors:
    found: Vectors = (np.sign(z) * np.sqrt(np.abs(z))).astype(np.float32)
    return found
