"""Why a track was found: one reason for each input of the space, and a sentence of those that say most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_INDEX
from recsys.index import Vectors
from recsys.phrases import DIFFERENT, SAME
from recsys.results import PartReason, Reason

COLUMNS = FEATURE_INDEX | {"year": len(FEATURE_INDEX)}
"""Inputs that are numbers: where each stands in the (12,) values of a song, the 11 features and the year."""
UNMEASURED = len(COLUMNS)
_ALIKE, _TELLING = 2, 3
# Most songs have next to nothing of these, so that only much of them is worth a word.
_SELDOM = ("speechiness", "acousticness", "instrumentalness", "liveness")
_IN_SENTENCES = ("artist", "words")
_NOT_HEARD = ("popularity", "duration_ms")  # they change from song to song, and nobody hears it


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
    inputs: tuple[str, ...], shares: Vectors, seed: Vectors, tracks: Vectors, norms: Norms, same_artist: list[bool]
) -> list[tuple[Reason, ...]]:
    """For each track one reason an input, the one with the largest share first.

    Args:
        inputs: What the space reads.
        shares: (n, n_inputs).
        seed: (12,), the features in natural units and the year; NaN where unknown.
        tracks: (n, 12), likewise.
        norms: Of the catalogue.
        same_artist: Of each track, whether it is by a main artist of the seeds.
    """
    columns = [COLUMNS.get(name, UNMEASURED) for name in inputs]
    before, after = np.append(seed, np.nan)[columns], np.insert(tracks, UNMEASURED, np.nan, axis=1)[:, columns]
    known = np.isfinite(before) & np.isfinite(after)  # (n, n_inputs)
    deviation = np.append(norms.deviation, 0.0)[columns]
    scale = np.where(deviation > 0, deviation, np.inf)
    difference = np.where(known, (after - before) / scale, 0.0).tolist()
    old, new = _or_none(np.broadcast_to(before, known.shape), known), _or_none(after, known)
    order = np.argsort(-np.abs(shares), axis=1, kind="stable").tolist()
    parts = shares.tolist()
    return [
        tuple(Reason(inputs[i], parts[n][i], old[n][i], new[n][i], difference[n][i], same_artist[n]) for i in order[n])
        for n in range(len(order))
    ]


def _or_none(values: Vectors, known: NDArray[np.bool_]) -> list[list[float | None]]:
    """As lists, None where not known."""
    boxed = values.astype(object)
    boxed[~known] = None
    return boxed.tolist()


def sentence(given: tuple[Reason, ...], norms: Norms) -> str:
    """The reasons that say most: what pulls the songs together, then what sets them most apart.

    By their share of the score, as long as the words bear it out: what pulls together is alike, and not what nearly
    all songs have; what sets apart is different. An input that is not a number must be among the largest shares.
    """
    measured = [r for r in given if r.comparable]
    alike = [r for r in measured if r.share > 0 and abs(r.difference) <= SAME and _unusual(r, norms) >= SAME]
    named = [r for r in given[:_TELLING] if r.feature in _IN_SENTENCES and r.share > 0]
    together = sorted(named[:1] + alike[:_ALIKE], key=lambda r: -r.share)
    if not together:
        together = sorted(measured, key=lambda r: abs(r.difference))[:_ALIKE]
    apart = [r for r in measured if r.share < 0 and abs(r.difference) >= DIFFERENT and r not in together]
    text = ", ".join(r.phrase for r in together)
    return f"{text}; {apart[0].phrase}" if apart and text else text


def changes(given: Sequence[Reason | PartReason], norms: Norms) -> str:
    """What is different from the song before, the most telling first, and what stays that few songs have."""
    measured = [r for r in given if isinstance(r, Reason) and r.comparable and r.feature not in _NOT_HEARD]
    differing = sorted((r for r in measured if abs(r.difference) > SAME), key=lambda r: -abs(r.difference))
    told = [r for r in differing if abs(r.difference) >= DIFFERENT][:_ALIKE] or differing[:1]
    alike = sorted((r for r in measured if r not in differing and _unusual(r, norms) >= SAME), key=lambda r: -r.share)
    kept = alike[: 1 if told else _ALIKE]
    return "; ".join(", ".join(r.phrase for r in group) for group in (told, kept) if group) or "hardly a change"


def _unusual(reason: Reason, norms: Norms) -> float:
    """How far the track's value is from what most songs have, in standard deviations."""
    column = COLUMNS[reason.feature]
    steps = norms.steps(column, norms.mean[column], reason.value or 0.0)
    return max(steps, 0.0) if reason.feature in _SELDOM else abs(steps)
