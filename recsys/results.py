"""What the capabilities answer with, and what every query has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from recsys.catalogue import Track
from recsys.errors import InvalidQueryError
from recsys.phrases import compare, counted_double, name_phrase

MAX_K = 500


class Reason(NamedTuple):
    """What one input has to do with a score.

    Attributes:
        feature: Name of the input: an audio feature, or what else the space reads ("year", "artist", …).
        share: Signed part of the score that it accounts for; all of a track's add up to its score. Where the
            catalogue's average song has a score too, "average" is that, and the others say what is beside it.
        seed: Its value for the seeds (their mean), None where it is unknown or not a number.
        value: Its value for the track, likewise.
        difference: How many of the catalogue's standard deviations ``value`` lies above ``seed``; 0 for None.
        same_artist: Whether the track is by a main artist of the seeds.
    """

    feature: str
    share: float
    seed: float | None
    value: float | None
    difference: float = 0.0
    same_artist: bool = False

    @property
    def phrase(self) -> str:
        """The comparison in words: "same tempo (120 and 122 BPM)"."""
        if self.seed is None or self.value is None:
            return name_phrase(self.feature, together=self.share > 0, same_artist=self.same_artist)
        return compare(self.feature, self.seed, self.value, self.difference)

    @property
    def comparable(self) -> bool:
        """Whether both values are known and measure one thing: of half or double the tempo nobody knows."""
        if self.seed is None or self.value is None:
            return False
        return self.feature != "tempo" or not counted_double(self.seed, self.value)


class PartReason(NamedTuple):
    """What one engine, or one part of a search, has to do with a score; a track's shares add up to its score."""

    feature: str
    share: float
    phrase: str
    seed: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class ScoredTrack:
    """A track, how well it fits the query, and why.

    ``score`` orders one answer and means nothing across models or spaces: a cosine in [-1, 1], a negative distance.
    ``reasons`` are ordered by the size of their share. ``why`` is one sentence made of the reasons that say most.
    """

    track: Track
    score: float
    reasons: tuple[Reason, ...] | tuple[PartReason, ...] = ()
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
    if isinstance(k, bool) or not isinstance(k, int | float) or not 1 <= k <= MAX_K or k != int(k):
        raise InvalidQueryError(f"k is {k!r}; it must be a whole number from 1 to {MAX_K}.")
    return int(k)


class LineReason(NamedTuple):
    """What one line of a lyric has to do with a genre.

    Attributes:
        line: Number of the line among the cleaned lines, from 0; the first of them where it is sung more than once.
        text: The line.
        weight: By how much the genre's log-odds fall when the line is left out wherever it stands; above 0.
    """

    line: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class GenreScore:
    """How much a lyric sounds like one macro-genre.

    Attributes:
        probability: Calibrated, in [0, 1]; a song may be of several genres, so they do not add up to 1.
        threshold: Probability from which the tagger says yes, chosen for the best F1 on songs held out.
        lines: The lines that speak for it most, the strongest first.
    """

    genre: str
    probability: float
    threshold: float
    lines: tuple[LineReason, ...] = ()

    @property
    def chosen(self) -> bool:
        """Whether the tagger says that the lyric is of this genre."""
        return self.probability >= self.threshold
