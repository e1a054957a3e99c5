"""Files of lyrics with genres, read, cleaned and labelled with the 14 macro-genres.

Known are this project's own files, the Spotify lyrics sets of 500k and 900k songs, the Music Dataset 1950–2019, the
demo world's, and every table whose columns have usual names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.errors import SourceError
from recsys.genres import MACRO_GENRES, map_genres, split_names
from recsys.language import language_of
from recsys.lyrics import MAX_CHARACTERS, MIN_WORDS, clean
from recsys.text import fold
from train.common import report_progress
from train.ingest.convert import by_distinct, to_names, to_text
from train.ingest.lyric_groups import Labels, components, groups_of
from train.ingest.lyrics_report import LyricsReport, Removed
from train.ingest.source_file import SourceFile

ALIASES: Mapping[str, tuple[str, ...]] = {
    "lyrics": ("lyrics", "lyric", "song_lyrics", "text"),
    "genres": ("genres", "genre", "micro_genres", "track_genre", "artist_genres", "playlist_genre", "tags", "tag"),
    "artist": ("artist", "artist_s", "artists", "artist_name", "artist_names", "track_artist", "performer", "singer"),
    "title": ("title", "song", "track_name", "song_name", "song_title", "track_title", "track", "name"),
}
"""Column → names it goes by, folded; of several in one file, the first counts."""

ROWS = pa.schema(
    [*((name, pa.string()) for name in ("lyrics", "artist", "title", "source")), ("genres", pa.list_(pa.string()))]
)
_GENRES = pa.list_(pa.string())
_N_EXAMPLES = 3
_STEPS_SAID = 10


@dataclass(frozen=True)
class SourceLyrics:
    """The rows of all files, in their order, with the columns of ROWS; ``malformed`` records could not be read."""

    rows: pa.Table
    files: tuple[SourceFile, ...]
    malformed: int


@dataclass(frozen=True)
class LabelledLyrics:
    """Songs to learn from.

    Attributes:
        texts: Cleaned lyrics.
        labels: (n_songs, 14), whether a song is of each of MACRO_GENRES.
        groups: (n_songs,), the same number for songs that no split may part.
        artists: As credited, "" where unknown; ``titles`` likewise.
    """

    texts: list[str]
    labels: NDArray[np.bool_]
    groups: Labels
    titles: list[str]
    artists: list[str]
    report: LyricsReport


class _Row(NamedTuple):
    text: str
    genres: tuple[str, ...]
    title: str
    artist: str


def read_lyrics_files(given: Sequence[str | Path], needed: Sequence[str] = ("lyrics", "genres")) -> SourceLyrics:
    """Read CSV or Parquet files, local or ``hf://datasets/…``; of their columns only four.

    Raises:
        SourceError: a file is missing, damaged, or lacks one of the columns ``needed``; or no file was named.
    """
    if not given:
        raise SourceError("No file of lyrics was named.")
    files = tuple(SourceFile.open(path) for path in given)
    read = [_read(file, needed) for file in files]
    return SourceLyrics(pa.concat_tables(rows for rows, _ in read), files, sum(malformed for _, malformed in read))


def _read(file: SourceFile, needed: Sequence[str]) -> tuple[pa.Table, int]:
    found = {name: next((a for a in aliases if a in file.columns), None) for name, aliases in ALIASES.items()}
    for name in needed:
        if found[name] is None:
            raise SourceError(
                f"{file.name} has no column of {name}: name one {', '.join(ALIASES[name])}. "
                f"It has {len(file.header)} columns: {', '.join(map(repr, file.header))}."
            )
    source = file.read(dict.fromkeys(column for column in found.values() if column))
    n_rows = len(source.columns)
    columns = {
        name: to_text(source.columns[column]) if column else pa.chunked_array([pa.nulls(n_rows, pa.string())])
        for name, column in found.items()
    }
    columns["genres"] = by_distinct(to_names(columns["genres"]), split_names, _GENRES)
    columns["source"] = pa.array([file.name] * n_rows, pa.string())
    return pa.table([columns[field.name] for field in ROWS], schema=ROWS), source.malformed


def prepare(source: SourceLyrics, english_only: bool = True) -> LabelledLyrics:
    """Clean the lyrics, map their genres, leave out what is of no use, unite what is one song.

    Raises:
        SourceError: no row is left; the message is the report.
    """
    sorting = _Sorting(source, english_only)
    rows = source.rows.to_pylist()
    for i, row in enumerate(rows):
        if i % max(len(rows) // _STEPS_SAID, 1) == 0:
            report_progress(f"Lyrics: read {i:,} of {len(rows):,}", i / len(rows))
        sorting.add(i, row["lyrics"] or "", row["genres"] or [], row["title"] or "", row["artist"] or "")
    songs, united = _unite(sorting.kept)
    groups = groups_of([s.text for s in songs], [s.title for s in songs], [s.artist for s in songs])
    report = sorting.report(songs, united, int(groups.max(initial=-1)) + 1)
    if not songs:
        raise SourceError(f"No lyrics are left to learn from.\n{report.as_text()}")
    return LabelledLyrics(
        texts=[song.text for song in songs],
        labels=np.array([[genre in song.genres for genre in MACRO_GENRES] for song in songs], bool),
        groups=groups,
        titles=[song.title for song in songs],
        artists=[song.artist for song in songs],
        report=report,
    )


class _Sorting:
    """Takes rows one by one: keeps those of use, counts the others."""

    def __init__(self, source: SourceLyrics, english_only: bool) -> None:
        self.source, self.english_only = source, english_only
        self.kept: list[_Row] = []
        self.removed: defaultdict[str, list[int]] = defaultdict(list)
        self.unknown: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.usable = 0
        self.language_of = cache(_foreign_language)  # of repeated texts, once

    def add(self, row: int, lyrics: str, names: Sequence[str], title: str, artist: str) -> None:
        genres, unknown = map_genres(names)
        self.unknown.update(dict.fromkeys(unknown, 1))
        lyrics, problem = _cleaned(lyrics)
        problem = problem or _genre_problem(names, genres)
        if not problem:
            self.usable += 1
            if language := self.language_of(lyrics):
                self.languages[language] += 1
                problem = "not in English" if self.english_only else ""
        if problem:
            self.removed[problem].append(row)
        else:
            self.kept.append(_Row(lyrics, genres, title, artist))

    def report(self, songs: Sequence[_Row], united: Mapping[str, int], n_groups: int) -> LyricsReport:
        malformed = [Removed("wrong number of columns", self.source.malformed)] if self.source.malformed else []
        counts = Counter(genre for song in songs for genre in song.genres)
        return LyricsReport(
            rows=len(self.source.rows) + self.source.malformed,
            songs=len(songs),
            groups=n_groups,
            sources=_counted(Counter(self.source.rows["source"].to_pylist())),
            removed=(*malformed, *(self._removed(*pair) for pair in self.removed.items())),
            united=united,
            unknown_genres=_counted(self.unknown),
            other_languages=_counted(self.languages),
            share_of_other_languages=self.languages.total() / max(self.usable, 1),
            english_only=self.english_only,
            genres={genre: counts[genre] for genre in MACRO_GENRES},
        )

    def _removed(self, reason: str, rows: Sequence[int]) -> Removed:
        examples = self.source.rows.take(rows[:_N_EXAMPLES]).to_pylist()
        return Removed(reason, len(rows), tuple(f"{e['source']}: {_named(e)}" for e in examples))


def _named(row: Mapping[str, str | None]) -> str:
    """What to call a row: its title, else how its lyrics begin."""
    return row["title"] or " ".join((row["lyrics"] or "nothing").split())[:40]


def _counted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _cleaned(lyrics: str) -> tuple[str, str]:
    """Clean text, and why it cannot be used, "" if it can."""
    if not lyrics.strip():
        return "", "no lyrics"
    if len(lyrics) > MAX_CHARACTERS:
        return "", f"more than {MAX_CHARACTERS:,} characters"
    cleaned = clean(lyrics)
    if cleaned.words == 0:
        return "", "nothing that is sung"
    return cleaned.text, f"fewer than {MIN_WORDS} words" if cleaned.words < MIN_WORDS else ""


def _genre_problem(names: Sequence[str], genres: Sequence[str]) -> str:
    if genres:
        return ""
    return "no genre that the table knows" if names else "no genre given"


def _foreign_language(text: str) -> str:
    language = language_of(text)
    return language.name if language is not None and language.foreign else ""


def _unite(rows: Sequence[_Row]) -> tuple[list[_Row], dict[str, int]]:
    """One row a song, of several the one with the longest text and with the genres of all; and why they were united."""
    texts = [row.text for row in rows]
    names = [f"{a}\n{t}" if (a := fold(row.artist)) and (t := fold(row.title)) else "" for row in rows]
    by_text, by_both = components(len(rows), texts), components(len(rows), texts, names)
    members = defaultdict[int, list[_Row]](list)
    for song, row in zip(by_both.tolist(), rows, strict=True):
        members[song].append(row)
    same_text = len(rows) - len(set(by_text.tolist()))
    united = {"the same text": same_text, "the same artist and title": len(rows) - same_text - len(members)}
    return [_united(several) for several in members.values()], {why: n for why, n in united.items() if n}


def _united(several: Sequence[_Row]) -> _Row:
    found = {genre for row in several for genre in row.genres}
    genres = tuple(genre for genre in MACRO_GENRES if genre in found)
    return max(several, key=lambda row: len(row.text))._replace(genres=genres)
