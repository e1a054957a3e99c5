"""Which tracks of a catalogue the songs of a history are: by id, else by artist and title, else nearly so.

Rows are ordered by popularity, so that of several tracks that a name may mean the best known is taken. A title that
names a version means the track of that very title; one that names none means the usual recording, however it is issued.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recsys.catalogue import Catalogue, Rows
from recsys.errors import InvalidQueryError
from recsys.listening.artist_index import ArtistIndex, Shelf, typing_errors
from recsys.listening.name_keys import song_key, whole_key
from recsys.listening.plays import Plays
from recsys.listening.song_lines import DASH
from recsys.song_titles import song_title, version_kind
from recsys.title_search import TitleSearch

WAYS = ("id", "artist and title", "another version", "similar spelling", "title alone")
"""How a song was found, from the surest to the least sure."""
NOWHERE = -1
MOST_MISSPELT = 20_000
_ID, _NAMES, _VERSION, _SPELLING, _TITLE = range(len(WAYS))
_MOST_NAMESAKES = 1_000
_NUMBERS = re.compile(r"\d+")
_BY = re.compile(r"\s+by\s+", re.IGNORECASE)
_NOWHERE = NOWHERE, NOWHERE
Found = tuple[int, int]
"""A row and the position of its way in WAYS, or NOWHERE twice."""


@dataclass(frozen=True)
class Joined:
    """What became of the plays.

    Attributes:
        rows: (n_plays,) in the catalogue, NOWHERE for a song that is not in it.
        song_rows, song_ways: (n_songs,) each song's row, and the position of its way in WAYS.
        not_sought: Songs that are nowhere as they stand and too seldom played to be sought by spelling.
    """

    plays: Plays
    rows: Rows
    song_rows: Rows
    song_ways: NDArray[np.int64]
    not_sought: int = 0

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        return np.bincount(self.plays.song, minlength=len(self.song_rows))

    @property
    def matched(self) -> dict[str, int]:
        """How many plays were joined in each way."""
        return {way: int(self._counts[self.song_ways == i].sum()) for i, way in enumerate(WAYS)}

    @property
    def matched_songs(self) -> dict[str, int]:
        """How many songs were joined in each way."""
        return {way: int(((self.song_ways == i) & (self._counts > 0)).sum()) for i, way in enumerate(WAYS)}

    @property
    def unmatched_songs(self) -> int:
        return int(((self.song_rows < 0) & (self._counts > 0)).sum())

    def unmatched(self, limit: int | None = None) -> list[tuple[str, int]]:
        """Songs that the catalogue lacks and how often each was played, most often first."""
        lost = np.flatnonzero((self.song_rows < 0) & (self._counts > 0))
        order = lost[np.argsort(-self._counts[lost], kind="stable")][:limit]
        return [(self.plays.name(int(song)), int(self._counts[song])) for song in order]

    def known(self, called: str = "history") -> Rows:
        """Rows of the plays that were found, in order. ``called`` is the word for all of them in an error.

        Raises:
            InvalidQueryError: none was.
        """
        rows = self.rows[self.rows >= 0]
        if not len(rows):
            lost = self.unmatched(3)
            names = ", ".join(f'"{name[:80]}"' for name, _ in lost)
            more = self.unmatched_songs - len(lost)
            raise InvalidQueryError(
                f"None of the {self.unmatched_songs:,} songs in the {called} is in this catalogue: {names}"
                f'{f" and {more:,} more" if more > 0 else ""}. Write each as "artist - title", or pick songs by search.'
            )
        return rows


def join_plays(
    plays: Plays,
    join: SongJoin,
    progress: Callable[[float], None] = lambda fraction: None,
    most_misspelt: int = MOST_MISSPELT,
) -> Joined:
    """Join every song of ``plays`` once. Plays of artists alone match nothing: an artist is not a track.

    Names that are nowhere as they stand are sought by spelling, which takes longer: the ``most_misspelt`` most played.
    """
    n_songs = len(plays.songs)
    rows, ways = np.full(n_songs, NOWHERE), np.full(n_songs, NOWHERE)
    if plays.artists_only:
        return Joined(plays, rows[plays.song], rows, ways)
    counts = np.bincount(plays.song, minlength=n_songs)
    columns = [plays.songs[name].to_pylist() for name in ("track_id", "artist", "title")]
    used = np.flatnonzero(counts).tolist()
    for done, song in enumerate(used):
        rows[song], ways[song] = join.exactly(*(column[song] for column in columns), loose=plays.loose)
        if done % 10_000 == 0:
            progress(0.3 * done / len(used))
    missing = np.flatnonzero((rows < 0) & (counts > 0))
    missing = missing[np.argsort(-counts[missing], kind="stable")]
    for done, song in enumerate(missing.tolist()):
        given = (column[song] for column in columns)
        rows[song], ways[song] = join.find(*given, loose=plays.loose, spelling=done < most_misspelt)
        if done % 1_000 == 0:
            progress(0.3 + 0.7 * done / len(missing))
    return Joined(plays, rows[plays.song], rows, ways, max(0, len(missing) - most_misspelt))


class SongJoin:
    """Finds songs in one catalogue. Made lazily: the first name takes a second for a million tracks."""

    def __init__(self, catalogue: Catalogue, titles: TitleSearch | None = None, best_known: bool = True) -> None:
        """Over ``catalogue``.

        Args:
            catalogue: Whose songs.
            titles: Its title index, without which one is made in memory when a title stands alone.
            best_known: Of copies of one recording take the best known; else the one of the very title, if there is one.
        """
        self._catalogue = catalogue
        self._title_search = titles
        self._takes_best_known = best_known

    def warm_up(self) -> None:
        """Make what the first name would wait for."""
        self.find("", "", "nothing")
        if len(self._catalogue):
            self._catalogue.versions_of(0)
        _ = self._artists.near("nobody at all")

    @cached_property
    def _artists(self) -> ArtistIndex:
        return ArtistIndex(self._catalogue)

    @cached_property
    def _row_of_id(self) -> dict[str, int]:
        """Row by track id, and by Spotify's id where the catalogue has its own."""
        spotify = self._catalogue.table["spotify_id"]
        rows = {}
        if spotify.null_count < len(spotify):
            rows = {i: row for row, i in reversed(list(enumerate(spotify.to_pylist()))) if i is not None}
        return rows | {track_id: row for row, track_id in enumerate(self._catalogue.track_ids)}

    def find(
        self, track_id: str | None, artist: str | None, title: str | None, *, loose: bool = False, spelling: bool = True
    ) -> Found:
        """The row of a song and the position of its way in WAYS, or NOWHERE twice.

        Args:
            track_id: The catalogue's id, or Spotify's; others are passed over.
            artist: Everybody credited, or one of them.
            title: The song's, with or without what tells a version.
            loose: A person typed it: artist and title may be the other way round, or a title may stand alone.
            spelling: Look for names that are nearly the same, too.
        """
        found = self.exactly(track_id, artist, title, loose=loose)
        if found[0] >= 0 or not title:
            return found
        for by, song in _pairs(artist, title, loose) if spelling else ():
            found = self._nearly(by, song)
            if found[0] >= 0:
                return self._best_known(found, song)
        return self._alone(artist, title) if loose else _NOWHERE

    def exactly(self, track_id: str | None, artist: str | None, title: str | None, *, loose: bool = False) -> Found:
        """As `find`, by id or by artist and title as they stand."""
        if track_id is not None and (row := self._row_of_id.get(track_id)) is not None:
            return row, _ID
        if not title:
            return _NOWHERE
        if loose and artist is None and (row := self._row_of_id.get(title)) is not None:
            return row, _ID
        for by, song in _pairs(artist, title, loose):
            found = self._by(self._artists.artists(by), song)
            if found[0] >= 0:
                return self._best_known(found, song)
        return _NOWHERE

    def _best_known(self, found: Found, title: str) -> Found:
        """Of the copies of what was found, the best known of the kind that ``title`` asks for.

        What names a version, "Halo - Live", and is there by this very name, stays.
        """
        row, way = found
        copies = self._catalogue.versions_of(row) if self._takes_best_known else ()
        if len(copies) < 2:
            return found
        whole, titles = whole_key(title), self._catalogue.table["title"]
        named = whole_key(titles[row].as_py()) == whole
        if named and whole != song_key(title):
            return found
        wanted = song_title(titles[row].as_py()), version_kind(title)
        called = ((copy, titles[copy].as_py()) for copy in map(int, copies))
        best = next((copy for copy, name in called if (song_title(name), version_kind(name)) == wanted), row)
        if way == _NAMES and whole_key(titles[best].as_py()) != whole:
            way = _VERSION
        return best, way

    def _by(self, artists: list[int], title: str) -> Found:
        """The song of this title by one of the artists."""
        if not artists:
            return _NOWHERE
        if (row := self._titled_by(artists, title)) is not None:
            return row, _NAMES
        shelves = [self._artists.shelf(artist) for artist in artists]
        whole = whole_key(title)
        exact = [shelf.whole[whole] for shelf in shelves if whole in shelf.whole]
        if exact:
            return exact[0], _NAMES
        key = song_key(title)
        versions = [shelf.songs[key] for shelf in shelves if key in shelf.songs]
        return (versions[0], _VERSION) if versions else _NOWHERE

    def _titled_by(self, artists: list[int], title: str) -> int | None:
        """The same by the title index, which spares looking at all songs of the artists."""
        if self._title_search is None:
            return None
        rows = self._title_search.rows_titled(title, _MOST_NAMESAKES)
        return next((row for row in rows if any(self._artists.credits(artist, row) for artist in artists)), None)

    def _nearly(self, artist: str, title: str) -> Found:
        """The song of nearly this title by the artist, else of this title by an artist of nearly this name."""
        key = song_key(title)
        for code in self._artists.artists(artist):
            if (row := _near_title(self._artists.shelf(code), key)) is not None:
                return row, _SPELLING
        near = self._artists.near(artist)
        if near and (row := self._titled_by(near, title)) is not None:
            return row, _SPELLING
        for code in near:
            row, _ = self._by([code], title)
            if row >= 0:
                return row, _SPELLING
        for code in near[:1]:
            if len(key) > 8 and (row := _near_title(self._artists.shelf(code), key)) is not None:
                return row, _SPELLING
        return _NOWHERE

    def _alone(self, artist: str | None, title: str) -> Found:
        """The best known song that is called like the whole line."""
        lines = [title] if artist is None else [f"{title} by {artist}", f"{artist} - {title}"]
        for text in dict.fromkeys(text for line in lines for text in (line, song_title(line))):
            if (row := self._titled(text)) is not None:
                return self._best_known((row, _TITLE), text)
        return _NOWHERE

    def _titled(self, text: str) -> int | None:
        if self._title_search is None:
            return self._row_of_title.get(whole_key(text))
        return next(iter(self._title_search.rows_titled(text, 1)), None)

    @cached_property
    def _row_of_title(self) -> dict[str, int]:
        titles = enumerate(self._catalogue.strings("title"))
        return {whole_key(title): row for row, title in reversed(list(titles))}


def _near_title(shelf: Shelf, key: str) -> int | None:
    """The song whose title is nearest to ``key``, if it is near enough, no other is as near, and numbers agree."""
    allowed = typing_errors(len(key))
    near = process.extract(key, shelf.songs.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=2)
    near = [match for match in near if _may_be_misspelt(key, match[0])]
    if not allowed or not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return None
    return shelf.songs[near[0][0]]


def _may_be_misspelt(typed: str, key: str) -> bool:
    """Not where a number differs, or the first letter of a short title: "Rumble" is not "Humble"."""
    return _NUMBERS.findall(typed) == _NUMBERS.findall(key) and (typed[0] == key[0] or len(key) > 8)


def _pairs(artist: str | None, title: str, loose: bool) -> list[tuple[str, str]]:
    return _readings(artist, title) if loose else [(artist, title)] if artist else []


def _readings(artist: str | None, title: str) -> list[tuple[str, str]]:
    """Ways to read a line as artist and title, the likeliest first."""
    if artist is not None:
        pairs = [(artist, title), (title, artist)]
        line = f"{artist} - {title}"
        parts = [(line[: cut.start()], line[cut.end() :]) for cut in list(DASH.finditer(line))[1:]]
        return pairs + [pair for left, right in parts for pair in ((left, right), (right, left))]
    first, comma, last = title.partition(",")
    start, _, end = title.rpartition(",")
    pairs = [(first, last), (start, end), (last, first), (end, start)] if comma else []
    return [(a.strip(), b.strip()) for a, b in pairs if a.strip() and b.strip()]
