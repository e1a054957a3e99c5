"""Reasons in words: what two songs share and where they part."""

from __future__ import annotations

import numpy as np

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, Features, format_value
from recsys.index import Vectors
from recsys.results import Reason

SAME = 0.35
"""Up to this many standard deviations apart, two songs count as alike in a feature."""
DIFFERENT = 0.8
"""From this many on, a difference is worth a word."""
_ALIKE, _APART = 2, 1


def reasons(
    inputs: tuple[str, ...], shares: Vectors, seed: Features, track: Features, deviations: Features
) -> tuple[Reason, ...]:
    """One reason an input, the one with the largest share first.

    Args:
        inputs: What the space reads.
        shares: (n_inputs,).
        seed: (11,) in natural units, NaN where unknown.
        track: Likewise.
        deviations: (11,) standard deviations over the catalogue.
    """
    order = np.argsort(-np.abs(shares), kind="stable")
    return tuple(_reason(inputs[i], float(shares[i]), seed, track, deviations) for i in order)


def _reason(name: str, share: float, seed: Features, track: Features, deviations: Features) -> Reason:
    column = FEATURE_INDEX.get(name)
    if column is None:
        return Reason(name, share, None, None, name if share > 0 else f"another {name}")
    before, after = float(seed[column]), float(track[column])
    if not (np.isfinite(before) and np.isfinite(after)):
        return Reason(name, share, None, None, f"{name} unknown")
    phrase = compare(name, before, after, float(deviations[column]))
    return Reason(name, share, before, after, phrase)


def compare(name: str, before: float, after: float, deviation: float) -> str:
    """``after`` against ``before`` in words: "same tempo (120 and 122 BPM)", "more acoustic (0.10 → 0.65)"."""
    feature = AUDIO_FEATURES[FEATURE_INDEX[name]]
    old, new = format_value(name, before), format_value(name, after)
    difference = (after - before) / deviation if deviation > 0 else 0.0
    if abs(difference) <= SAME:
        unit = f" {feature.unit}"
        both = old if old == new else f"{old.removesuffix(unit)} and {new}"
        return f"{feature.alike} ({both})"
    degree = "" if abs(difference) >= DIFFERENT else "a little "
    return f"{degree}{feature.more if difference > 0 else feature.less} ({old} → {new})"


def sentence(given: tuple[Reason, ...], deviations: Features) -> str:
    """The reasons that say most: what pulls the songs together, then the largest difference."""
    measured = [r for r in given if r.seed is not None and r.value is not None]
    apart = {r.feature: abs(_difference(r, deviations)) for r in measured}
    alike = [r for r in measured if r.share > 0 and apart[r.feature] <= SAME]
    other = [r for r in given if r.seed is None and r.share > 0]
    different = sorted((r for r in measured if apart[r.feature] >= DIFFERENT), key=lambda r: -apart[r.feature])
    closest = [*other[:1], *(alike or sorted(measured, key=lambda r: apart[r.feature]))][: _ALIKE + bool(other)]
    text = ", ".join(r.phrase for r in closest)
    parted = ", ".join(r.phrase for r in different[:_APART] if r not in closest)
    return f"{text}; {parted}" if text and parted else text or parted


def _difference(reason: Reason, deviations: Features) -> float:
    assert reason.seed is not None and reason.value is not None
    deviation = float(deviations[FEATURE_INDEX[reason.feature]])
    return (reason.value - reason.seed) / deviation if deviation > 0 else 0.0
