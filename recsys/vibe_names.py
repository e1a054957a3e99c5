"""Artists and songs that a vibe query names, told from words that only look like names."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import NamedTuple, Protocol

import numpy as np

from recsys import vibe_words as w
from recsys.catalogue import Catalogue
from recsys.genres import PHRASES
from recsys.song_titles import song_title
from recsys.text import fold
from recsys.title_search import TitleSearch
from recsys.vibe_text import words_of

_MOST_WORDS = 7
_MOST_NAMESAKES = 1_000
_MOST_SEARCHED = 100
_WORD = re.compile(r"[^\s;]+")
_MARKS = " \"“”«»(['’"
_BETWEEN_TITLE_AND_ARTIST = re.compile(r" (?:by|de|del) ", re.IGNORECASE)


class Lookup(Protocol):
    """What the catalogue calls by a name. Names are compared folded, and must be the same."""

    def artist(self, text: str) -> str | None:
        """The name, as the catalogue spells it, of the main artist who is called ``text``."""
        ...

    def song(self, text: str) -> str | None:
        """The track id of the song called ``text``, which may be "title by artist" or "title de artist"."""
        ...


class CatalogueLookup:
    """Names in one catalogue. Of several that are called the same, the most popular is meant."""

    def __init__(self, catalogue: Catalogue, titles: TitleSearch) -> None:
        self._catalogue = catalogue
        self._titles = titles

    @cached_property
    def _first_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """All artist keys, ascending, and the first row of each: the catalogue begins with what is popular."""
        return np.unique(self._catalogue.artist_keys, return_index=True)

    def artist(self, text: str) -> str | None:
        found = self._keys(text)
        if not found:
            return None
        keys, rows = self._first_rows
        row = int(rows[np.searchsorted(keys, found)].min())
        return str(self._catalogue.table["artist"][row])

    def _keys(self, text: str) -> list[int]:
        """Keys of the artists called ``text``; "Simon and Garfunkel" are "Simon & Garfunkel" and vice versa."""
        folded = fold(text)
        keys = self._catalogue.keys_of_artist(folded)
        if not keys and " and " in folded:
            keys = self._catalogue.keys_of_artist(folded.replace(" and ", " "))
        if not keys and "&" in text:
            keys = self._catalogue.keys_of_artist(fold(text.replace("&", " and ")))
        return keys

    def song(self, text: str) -> str | None:
        rows = self._titled(text, 1)
        if not rows:
            splits = list(_BETWEEN_TITLE_AND_ARTIST.finditer(text))
            rows = [row for at in reversed(splits) for row in self._by(text[: at.start()], text[at.end() :])]
        return self._catalogue.track_ids[rows[0]] if rows else None

    def _titled(self, title: str, limit: int) -> list[int]:
        """Rows of the songs of this title, the best known first; where none is, of versions of such a song."""
        rows = self._titles.rows_titled(title, limit)
        if rows:
            return rows
        song, titles = song_title(title), self._catalogue.table["title"]
        return [row for row in self._titles.search(title, _MOST_SEARCHED) if song_title(str(titles[row])) == song]

    def _by(self, title: str, artist: str) -> list[int]:
        keys = set(self._keys(artist))
        rows = self._titled(title, _MOST_NAMESAKES) if keys else []
        return [row for row in rows if int(self._catalogue.artist_keys[row]) in keys]


class Name(NamedTuple):
    """A name in a query, and where it ends: an artist as the catalogue spells them, or a track id."""

    end: int
    artist: str | None
    track_id: str | None = None


@cache
def common_words() -> frozenset[str]:
    """Words that mean themselves when they are written in small letters, though some artist bears them as a name."""
    genres = {fold(phrase) for text in PHRASES.values() for phrase in text.split("|")}
    return words_of(w.MOODS, w.NOUNS, w.SMALL, w.DEGREES) | genres


def is_common(folded: str) -> bool:
    """Whether ``folded`` is made of common words only, or is a genre."""
    words = common_words()
    return folded in words or all(word in words for word in folded.split())


def has_capital(text: str, at: int) -> bool:
    """Whether a capital at ``at`` tells a name: not where all is in capitals."""
    return text[at : at + 1].isupper() and not text.isupper() and text[at : at + 2] not in ("I ", "I'")


def find_name(
    text: str, at: int, stops: re.Pattern[str], lookup: Lookup, *, songs: bool, capital: bool = False
) -> Name | None:
    """The longest name that begins at ``at``.

    In small letters it must be more than common words and be followed by one of ``stops``; with ``capital`` it must
    have one. An artist goes before a song of the same name.
    """
    at += len(text[at:]) - len(text[at:].lstrip(_MARKS))
    proper = has_capital(text, at)
    if capital and not proper:
        return None
    chosen = not text.istitle()  # "Not Sad": a capital that every word has does not tell a name
    for end in reversed([word.end() for word, _ in zip(_WORD.finditer(text, at), range(_MOST_WORDS), strict=False)]):
        called = text[at:end].rstrip(",.!?:;\"“”«»)]’'")
        stop = at + len(called)
        followed = bool(stops.match(text, stop))
        if not called or not (proper or followed):
            continue
        artist = lookup.artist(called) or (lookup.artist(f"the {called}") if songs and followed else None)
        track_id = lookup.song(called) if songs and followed and artist is None else None
        if (artist or track_id) and ((proper and chosen) or not is_common(fold(called))):
            return Name(stop + text.startswith(('"', "”"), stop), artist, track_id)
    return None
