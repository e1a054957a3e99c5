"""Why a track was found: one reason for each input of the space, and a sentence of those that say most."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.index import Vectors
from recsys.phrases import DIFFERENT, SAME
from recsys.results import Reason

COLUMNS = FEATURE_INDEX | {"year": len(FEATURE_INDEX)}
"""Inputs that are numbers: where each stands in the (12,) values of a song, the 11 features and the year."""
_ALIKE, _APART, _TELLING = 2, 1, 3
_IN_SENTENCES = ("artist", "words")


@dataclass(frozen=True)
class Norms:
    """What is usual in a catalogue.

    Attributes:
        mean, deviation: 12 values each, over the songs where they are known; a deviation of 0 where none are.
    """

    mean: list[float]
    deviation: list[float]

    @classmethod
    def of(cls, values: Vectors) -> Norms:
        """From the values of all songs, (n_tracks, 12)."""
        known = np.isfinite(values).any(axis=0)
        mean, deviation = np.zeros(values.shape[1]), np.zeros(values.shape[1])
        mean[known], deviation[known] = np.nanmean(values[:, known], axis=0), np.nanstd(values[:, known], axis=0)
        return cls(mean.tolist(), deviation.tolist())

    def steps(self, column: int, before: float, after: float) -> float:
        """How many standard deviations ``after`` lies above ``before``."""
        return (after - before) / self.deviation[column] if self.deviation[column] > 0 else 0.0


def reasons(
    inputs: tuple[str, ...],
    shares: list[float],
    seed: list[float],
    track: list[float],
    norms: Norms,
    *,
    same_artist: bool = False,
) -> tuple[Reason, ...]:
    """One reason an input, the one with the largest share first.

    Args:
        inputs: What the space reads.
        shares: One an input.
        seed: 12 values, the features in natural units and the year; NaN where unknown.
        track: Likewise.
        norms: Of the catalogue.
        same_artist: Whether the track is by a main artist of the seeds.
    """
    found = []
    for name, share in sorted(zip(inputs, shares, strict=True), key=lambda pair: -abs(pair[1])):
        column = COLUMNS.get(name)
        if column is None or not (math.isfinite(seed[column]) and math.isfinite(track[column])):
            found.append(Reason(name, share, None, None, 0.0, same_artist))
        else:
            before, after = seed[column], track[column]
            found.append(Reason(name, share, before, after, norms.steps(column, before, after), same_artist))
    return tuple(found)


def sentence(given: tuple[Reason, ...], norms: Norms) -> str:
    """The reasons that say most: what pulls the songs together, then the largest difference.

    What both songs have and most songs have not says more than what is common to all. An input that is not a number
    is named first where it is among the largest shares.
    """
    measured = [r for r in given if r.value is not None]
    alike = [r for r in measured if r.share > 0 and abs(r.difference) <= SAME]
    named = [r for r in given[:_TELLING] if r.feature in _IN_SENTENCES and r.share > 0][:1]
    telling = sorted((r for r in alike if _unusual(r, norms) >= SAME), key=lambda r: -_unusual(r, norms))
    closest = [*named, *(telling or sorted(measured, key=lambda r: abs(r.difference)))[:_ALIKE]]
    different = sorted((r for r in measured if abs(r.difference) >= DIFFERENT), key=lambda r: -abs(r.difference))
    text = ", ".join(r.phrase for r in closest)
    parted = ", ".join(r.phrase for r in different[:_APART] if r not in closest)
    return f"{text}; {parted}" if text and parted else text or parted


def _unusual(reason: Reason, norms: Norms) -> float:
    """How far the track's value is from the catalogue's mean, in standard deviations."""
    column = COLUMNS[reason.feature]
    return abs(norms.steps(column, norms.mean[column], reason.value or 0.0))
