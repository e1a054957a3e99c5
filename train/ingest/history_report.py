"""What became of the files of histories, as data and as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from train.ingest.report import table

_LISTED = 20


@dataclass(frozen=True)
class SourceHistories:
    """One format in one file. ``rows`` = ``plays`` + those of ``skipped``.

    Attributes:
        matched: Plays by the way in which they were joined to the catalogue; empty where there is none.
        unmatched: Plays of songs that the catalogue lacks.
    """

    source: str
    format: str
    rows: int
    plays: int
    users: int
    songs: int
    matched: Mapping[str, int] = field(default_factory=dict)
    unmatched: int = 0
    unmatched_songs: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HistoriesReport:
    """All files together.

    Attributes:
        dropped: Plays that were read and joined but not kept, by reason.
        most_unmatched: Songs that the catalogue lacks, and how often each was played; most often first.
        items: How many different items the histories hold.
    """

    sources: tuple[SourceHistories, ...]
    users: int
    plays: int
    items: int
    dropped: Mapping[str, int]
    users_dropped: int
    most_unmatched: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        """Tables of the files, of what was joined how, of what was left out, and the songs that are most missed."""
        read = [(s.source, s.format, s.rows, s.rows - s.plays, s.plays, s.users, s.songs) for s in self.sources]
        parts = [table(("source", "read as", "rows", "no plays", "plays", "users", "songs"), read)]
        if any(s.matched for s in self.sources):
            parts.append("Joined to the catalogue (plays)\n" + self._joined())
        left = [(s.source, why, n) for s in self.sources for why, n in s.skipped.items()]
        left += [("together", why, n) for why, n in self.dropped.items() if n]
        if left:
            parts.append("Left out\n" + table(("source", "why", "rows"), left))
        if self.most_unmatched:
            parts.append("Not in the catalogue, most played first\n" + table(("song", "plays"), self._missed()))
        parts += [note for s in self.sources for note in (f"{s.source}: {said}" for said in s.notes)]
        parts += self.notes
        parts.append(f"Kept: {self.plays:,} plays of {self.items:,} items by {self.users:,} users.")
        return "\n\n".join(parts)

    def _joined(self) -> str:
        ways = list(dict.fromkeys(way for s in self.sources for way, n in s.matched.items() if n))
        lines: list[tuple[str | int, ...]] = [
            (s.source, *(s.matched.get(way, 0) for way in ways), s.unmatched) for s in self.sources
        ]
        return table(("source", *ways, "not in it"), lines)

    def _missed(self) -> list[tuple[str, int]]:
        return list(self.most_unmatched[:_LISTED])
