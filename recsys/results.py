"""What the capabilities answer with, and what every query has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recsys.catalogue import Track
from recsys.errors import InvalidQueryError

MAX_K = 500


@dataclass(frozen=True, slots=True)
class Reason:
    """What one input has to do with a score.

    Attributes:
        feature: Name of the input: an audio feature, or what else the space reads ("year", "artist", …).
        share: Signed part of the score that it accounts for. The shares of all reasons and the score of the
            catalogue's average song add up to the score.
        seed: Its value for the seeds (their mean), None where it is not a number.
        value: Its value for the track.
        phrase: The comparison in words: "same tempo (120 and 122 BPM)".
    """

    feature: str
    share: float
    seed: float | None
    value: float | None
    phrase: str


@dataclass(frozen=True, slots=True)
class ScoredTrack:
    """A track, how well it fits the query, and why.

    ``score`` orders one answer and means nothing across models or spaces: a cosine in [-1, 1], a negative distance.
    ``reasons`` are ordered by the size of their share. ``why`` is one sentence made of the reasons that say most.
    """

    track: Track
    score: float
    reasons: tuple[Reason, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A family of songs.

    Attributes:
        label: Number within this bundle; it changes when the clusters are trained again, the name does not.
        profile: A sentence on what its songs sound like.
        size: Number of songs.
        means: Feature → mean in natural units.
        z_scores: Feature → how many of the catalogue's standard deviations the mean lies above the catalogue's.
    """

    label: int
    name: str
    profile: str
    size: int
    means: Mapping[str, float]
    z_scores: Mapping[str, float]


def check_k(k: int) -> int:
    """``k`` if it is a whole number from 1 to MAX_K, else InvalidQueryError."""
    if isinstance(k, bool) or not isinstance(k, int | float) or k != int(k) or not 1 <= k <= MAX_K:
        raise InvalidQueryError(f"k is {k!r}; it must be a whole number from 1 to {MAX_K}.")
    return int(k)
