"""A catalogue's songs by who is credited: all that joining a name looks at are the songs of an artist."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recsys.catalogue import Catalogue, Rows
from recsys.listening.name_keys import artist_key, artists_in, song_key, whole_key

_MOST_SHELVES = 20_000
_MOST_NEAR = 3


@dataclass(frozen=True)
class Shelf:
    """One artist's songs: title → row of the best known one, whole titles and titles without versions."""

    whole: dict[str, int] = field(default_factory=dict)
    songs: dict[str, int] = field(default_factory=dict)


def typing_errors(length: int) -> int:
    """How many may stand between what is meant and a name of this length: none in a short one."""
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 16 else 3


class ArtistIndex:
    """Artists of one catalogue by name. Made in a second for a million tracks; songs are looked at when asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._titles = catalogue.table["title"]
        names, at = _credits(catalogue)
        coded = names.dictionary_encode()
        self._code_of: dict[str, int] = {}
        codes = [self._code_of.setdefault(artist_key(n), len(self._code_of)) for n in coded.dictionary.to_pylist()]
        mine = np.array(codes, np.int64)[coded.indices.to_numpy()] if len(names) else np.empty(0, np.int64)
        n_tracks = max(len(catalogue), 1)
        pairs = np.sort(mine * n_tracks + at)  # by artist, then row: the best known first
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        self._rows = pairs % n_tracks
        self._starts = np.searchsorted(pairs, np.arange(len(self._code_of) + 1) * n_tracks)
        self._shelves: dict[int, Shelf] = {}

    def artists(self, credit: str) -> list[int]:
        """The artists that ``credit`` names, exactly: the whole of it or, if nobody is called so, its parts."""
        whole, *parts = (self._code_of.get(artist_key(name)) for name in artists_in(credit))
        return [whole] if whole is not None else list(dict.fromkeys(part for part in parts if part is not None))

    def near(self, credit: str) -> list[int]:
        """Artists whose names are a typing error or two away, the nearest first."""
        found: dict[int, int] = {}
        for name in artists_in(credit)[:4]:
            key = artist_key(name)
            allowed = typing_errors(len(key) - 1)  # artists are sought among all, and so with more care
            for length in range(len(key) - allowed, len(key) + allowed + 1) if allowed else ():
                for block in ((0, key[0], length), (1, key[-1], length)):
                    choices = self._blocks.get(block, [])
                    matches = process.extract(key, choices, scorer=OSA.distance, score_cutoff=allowed, limit=_MOST_NEAR)
                    found |= {self._code_of[match]: int(errors) for match, errors, _ in matches if errors}
        return sorted(found, key=lambda code: (found[code], code))[:_MOST_NEAR]

    @cached_property
    def _blocks(self) -> dict[tuple[int, str, int], list[str]]:
        """Keys by length and their first (0) or last (1) letter: a typing error is seldom in both."""
        blocks: dict[tuple[int, str, int], list[str]] = defaultdict(list)
        for key in self._code_of:
            if key:
                blocks[0, key[0], len(key)].append(key)
                blocks[1, key[-1], len(key)].append(key)
        return dict(blocks)

    def rows(self, artist: int) -> Rows:
        """Rows of the artist's songs, ascending."""
        return self._rows[self._starts[artist] : self._starts[artist + 1]]

    def credits(self, artist: int, row: int) -> bool:
        """Whether the artist is credited for the song at ``row``."""
        rows = self.rows(artist)
        at = int(np.searchsorted(rows, row))
        return at < len(rows) and int(rows[at]) == row

    def shelf(self, artist: int) -> Shelf:
        """The artist's songs by title; kept for the next time, and safe to ask for from several threads."""
        shelf = self._shelves.get(artist)
        if shelf is None:
            shelf = self._stock(self.rows(artist))
            if len(self._shelves) >= _MOST_SHELVES:
                self._shelves = {}
            self._shelves[artist] = shelf
        return shelf

    def _stock(self, rows: Rows) -> Shelf:
        shelf = Shelf()
        for row, title in zip(rows.tolist(), self._titles.take(pa.array(rows)).to_pylist(), strict=True):
            shelf.whole.setdefault(whole_key(title), row)
            shelf.songs.setdefault(song_key(title), row)
        return shelf


def _credits(catalogue: Catalogue) -> tuple[pa.Array, Rows]:
    """Every name that is credited, the main artists' too, and the row of each."""
    lists = pc.split_pattern(catalogue.table["artists"].combine_chunks(), ";")
    names, at = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    main = catalogue.table["artist"].combine_chunks()
    return (
        pa.concat_arrays([*_chunks(names), *_chunks(main)]),
        np.concatenate([at, np.arange(len(main))]),
    )


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]
