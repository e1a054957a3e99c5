"""The lyrics of a catalogue's tracks, from files of lyrics joined by artist and title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recsys.catalogue import Catalogue
from recsys.lyrics import MAX_CHARACTERS, MIN_WORDS, clean
from recsys.text import fold
from train.ingest.lyrics import read_lyrics_files
from train.version_groups import song_title

Names = Mapping[tuple[str, str], Sequence[int]]
"""Folded artist and title without its version → rows of the catalogue."""


@dataclass(frozen=True)
class TrackLyrics:
    """What is sung in which tracks.

    Attributes:
        lines: Row of a track → its cleaned lines.
        read: Lyrics in the files.
        unmatched: Of these, for how many the catalogue has no such song.
        unusable: How many have no name, hardly any words, or too many.
    """

    lines: dict[int, tuple[str, ...]]
    read: int
    unmatched: int
    unusable: int

    def as_text(self) -> str:
        return (
            f"Lyrics of {len(self.lines):,} tracks, from {self.read:,} in the files; {self.unmatched:,} are of songs "
            f"that the catalogue has not, {self.unusable:,} are of no use (no artist or title, hardly any words)."
        )


def read_track_lyrics(catalogue: Catalogue, given: Sequence[str | Path]) -> TrackLyrics:
    """Lyrics for the tracks by the same artist with the same title; all versions of a song share its words.

    Raises:
        SourceError: a file is missing, damaged, or has no column of lyrics.
    """
    source = read_lyrics_files(given, needed=("lyrics",))
    names = rows_by_name(catalogue)
    lines: dict[int, tuple[str, ...]] = {}
    unmatched = unusable = 0
    for row in source.rows.to_pylist():
        text, artist, title = row["lyrics"] or "", row["artist"] or "", row["title"] or ""
        if not artist or not title or len(text) > MAX_CHARACTERS:
            unusable += 1
            continue
        rows = rows_of(names, artist, title)
        if not rows:
            unmatched += 1
            continue
        cleaned = clean(text)
        if cleaned.words < MIN_WORDS:
            unusable += 1
            continue
        for track in rows:
            lines.setdefault(track, cleaned.lines)
    return TrackLyrics(lines, len(source.rows), unmatched, unusable)


def rows_of(names: Names, artist: str, title: str) -> Sequence[int]:
    """Rows of the song by ``artist`` that is called ``title``, in any version; none where the catalogue lacks it."""
    return names.get((fold(artist), song_title(title)), ())


def rows_by_name(catalogue: Catalogue) -> Names:
    """Rows by folded artist, each of those credited, and title without its version."""
    rows: dict[tuple[str, str], list[int]] = {}
    columns = zip(catalogue.strings("artist"), catalogue.strings("artists"), catalogue.strings("title"), strict=True)
    for row, (artist, artists, title) in enumerate(columns):
        song = song_title(title)
        for name in {fold(given) for given in (artist, *artists.split("; "), artists)}:
            rows.setdefault((name, song), []).append(row)
    return rows
