"""What a vibe query is made of: readings, and the chips that show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Chip(NamedTuple):
    """One thing that was understood, as the page shows it.

    ``kind`` is one of "years", "tempo", "duration", "explicit", "instrumental", "live", "popularity", "artist" (only
    this one), "not_artist", "like_artist", "like_song", "want", "not". ``words`` is the part of the query it came from.
    """

    kind: str
    label: str
    words: str

    @property
    def id(self) -> str:
        """Stable text that names this chip: "years:1990-1999", "not:no sad"."""
        return f"{self.kind}:{self.label.replace('–', '-').lower()}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A chip and what it means: a range, a condition that holds or not, or a name.

    ``name`` is an artist, a track id, or the phrase that is wanted or not; ``note`` what to tell whoever asked.
    """

    chip: Chip
    low: float | None = None
    high: float | None = None
    holds: bool = True
    name: str = ""
    note: str = ""
