"""Choosing songs so that every part of a history has its share in them (Steck, Calibrated Recommendations, 2018)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
STRENGTH = 0.5
_FIRST = 0.1  # of a song's share of the list, which it counts as having before anything is chosen


def in_proportion(
    scores: Numbers, voices: Numbers, wanted: Numbers, k: int, strength: float = STRENGTH
) -> NDArray[np.int64]:
    """``k`` candidates, each the one that adds most to what the list has and to what of the history it lacks.

    A list's worth is the sum of its scores, as shares of the best, and ``strength`` times the sum of wanted(v) · log of
    what v has in the list. The sum is highest where each v has what is wanted, so that the divergence of the one from
    the other (Kullback and Leibler's) is what is lost; and the first of a long list are the short list.

    Args:
        scores: (n_candidates,).
        voices: (n_candidates, n_voters), how much each song of the history speaks for a candidate, none below 0.
        wanted: (n_voters,), what each should have in the list; they add up to 1.
        k: How many; all where there are fewer.
        strength: 0 is the order of ``scores``.

    Returns:
        Places of candidates, in the order in which they are to be shown; the earlier of equals first.
    """
    whole = voices.sum(axis=1, keepdims=True)
    shares = np.divide(voices, whole, out=np.zeros(voices.shape, np.float64), where=whole > 0)
    worth = scores / max(float(np.abs(scores).max(initial=0)), 1e-12)
    has = _FIRST * np.asarray(wanted, np.float64)
    left = np.ones(len(scores), np.bool_)
    chosen = np.zeros(min(k, len(scores)), np.int64)
    for place in range(len(chosen)):
        lacked = np.log1p(shares / np.maximum(has, 1e-12)) @ wanted
        chosen[place] = best = int(np.where(left, worth + strength * lacked, -np.inf).argmax())
        left[best] = False
        has = has + shares[best]
    return chosen
