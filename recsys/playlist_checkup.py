"""What the playlist doctor finds."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.catalogue import Track
from recsys.results import ScoredTrack


@dataclass(frozen=True, slots=True)
class Misfit:
    """A song and how well it fits the others.

    Attributes:
        scored: With what sets it apart from the others as its sentence.
        position: In the playlist as given, from 1.
        better: Share of the catalogue that would fit better.
        outlier: It is said not to fit.
    """

    scored: ScoredTrack
    position: int
    better: float
    outlier: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """Songs that are one song.

    Attributes:
        tracks: One a place where it stands, in order.
        positions: The places, from 1.
        versions: They are versions of a song rather than one and the same.
    """

    tracks: tuple[Track, ...]
    positions: tuple[int, ...]
    versions: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A song in its new place. ``jump`` is the one from the song before, 1 being chance; None for the first."""

    track: Track
    energy: float | None
    tempo: float | None
    key: str | None
    jump: float | None
    transition: str


@dataclass(frozen=True, slots=True)
class Addition:
    """A song to add.

    Attributes:
        scored: The song, and why.
        near: The songs of the playlist that it goes with best.
        after: How many songs of the new order come before its best place.
    """

    scored: ScoredTrack
    near: tuple[Track, ...]
    after: int


@dataclass(frozen=True)
class Checkup:
    """What the doctor finds.

    Attributes:
        misfits: Every distinct song, the one that fits least first; empty where there are too few to say.
        repeats: Songs that are there more than once, and versions of one song.
        leanings: What the playlist has more or less of than the catalogue, in words, the most marked first.
        order: The distinct songs in their new order.
        smoothness: "given", "proposed" → "total", "tempo", … → the mean jump, 1 being chance.
        bridges: Songs for the roughest places of the order, in its order.
        additions: Songs to add, best first.
        notes: What to know about this answer.
    """

    misfits: tuple[Misfit, ...]
    repeats: tuple[Repeat, ...]
    leanings: tuple[str, ...]
    order: tuple[Step, ...]
    smoothness: dict[str, dict[str, float]]
    bridges: tuple[Addition, ...]
    additions: tuple[Addition, ...]
    notes: tuple[str, ...]
