"""What became of the rows of lyrics files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from train.ingest.report import table

_MOST_LISTED = 20


@dataclass(frozen=True)
class Removed:
    """Rows left out for one reason, and a few of them by file and title."""

    reason: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class LyricsReport:
    """Counts: rows = united + songs + all rows that were removed.

    Attributes:
        sources: File → rows in it.
        united: Why a row was found to repeat another → rows that were united with it.
        unknown_genres: Micro-genre that the table does not know → rows that name it, the most frequent first.
        other_languages: Language that is not English → rows in it, whether or not they were removed.
        share_of_other_languages: Of all rows whose words were usable and whose genre is known.
        genres: Macro-genre → songs.
        groups: How many groups the songs fall into.
    """

    rows: int
    songs: int
    groups: int
    sources: Mapping[str, int]
    removed: tuple[Removed, ...]
    united: Mapping[str, int]
    unknown_genres: Mapping[str, int]
    other_languages: Mapping[str, int]
    share_of_other_languages: float
    english_only: bool
    genres: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For a manifest, as JSON can hold it."""
        return asdict(self)

    def as_text(self) -> str:
        """Tables, numbers aligned; empty ones are left out."""
        parts = [
            f"{self.rows:,} rows read, {self.songs:,} songs kept, {self.groups:,} groups by artist and words.",
            _counts("Rows by file", "file", self.sources),
            _removed(self.removed),
            _counts("Rows united with another", "for", self.united),
            self._languages(),
            _counts("Songs by genre (a song may have several)", "genre", self.genres),
            _counts("Micro-genres that the table does not know", "name", self.unknown_genres),
        ]
        return "\n\n".join(part for part in parts if part)

    def _languages(self) -> str:
        done = "removed" if self.english_only else "kept"
        title = f"Not in English: {100 * self.share_of_other_languages:.1f}% of the usable rows, {done}"
        return _counts(title, "language", self.other_languages)


def _counts(title: str, what: str, counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    shown = list(counts.items())[:_MOST_LISTED]
    more = f"\n  and {len(counts) - len(shown):,} more" if len(counts) > len(shown) else ""
    return f"{title}\n{table((what, 'count'), shown)}{more}"


def _removed(removed: Sequence[Removed]) -> str:
    lines = [(r.reason, r.rows, r.examples[0] if r.examples else "") for r in removed]
    return "Rows removed\n" + table(("reason", "rows", "for example"), lines) if lines else ""
