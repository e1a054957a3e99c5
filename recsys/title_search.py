"""Finding a song by what people type: any word order, no accents, a typing error or two.

An SQLite FTS5 index over folded titles and artists. Its rowids follow the catalogue's rows, which are ordered by
popularity, so that the first matches that SQLite meets are the best known and a query stops early, however
many songs match. Words that the catalogue lacks are replaced by the nearest ones that it has.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recsys.catalogue import Catalogue
from recsys.errors import BundleError
from recsys.text import fold

TITLES = "catalogue/titles.sqlite"
MAX_QUERY = 200
_CANDIDATES = 300
_MAX_WORDS = 12
_SCHEMA = """
CREATE VIRTUAL TABLE song USING fts5(title, artist, content='', detail=none, tokenize='ascii', prefix='1 2 3');
CREATE TABLE title (folded TEXT, row INTEGER, PRIMARY KEY (folded, row)) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def build_title_index(path: Path, catalogue: Catalogue) -> None:
    """Write the index of ``catalogue`` to ``path``. The same catalogue gives the same bytes."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        words: set[str] = set()
        database.executemany("INSERT INTO song(rowid, title, artist) VALUES (?, ?, ?)", _songs(catalogue, words))
        titles = ((fold(title), row) for row, title in enumerate(catalogue.strings("title")))
        database.executemany("INSERT INTO title VALUES (?, ?)", titles)
        database.executemany("INSERT INTO word VALUES (?)", ((word,) for word in sorted(words)))
        database.execute("INSERT INTO song(song) VALUES ('optimize')")
    database.close()


def _songs(catalogue: Catalogue, words: set[str]) -> Iterator[tuple[int, str, str]]:
    texts = zip(catalogue.strings("title"), catalogue.strings("artists"), strict=True)
    for row, (title, artists) in enumerate(texts):
        folded = fold(title), fold(artists)
        words.update(*(text.split() for text in folded))
        yield row, *folded


class TitleSearch:
    """Searches one title index; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._database()

    def _database(self) -> sqlite3.Connection:
        """A read-only connection of the calling thread's own."""
        if not hasattr(self._local, "database"):
            try:
                database = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
                database.execute("PRAGMA trusted_schema = OFF")
                database.execute("SELECT row FROM title LIMIT 1")
            except sqlite3.Error as error:
                raise BundleError(f"{self._path} is not a title index ({error}). Train the catalogue again.") from error
            self._local.database = database
        return self._local.database

    def search(self, text: str, limit: int = 12) -> list[int]:
        """Rows of the songs that ``text`` may mean, best first; at most ``limit``, none for text without a word.

        Exact titles come first, then songs that hold every word (the last word may be unfinished), then, where
        nothing does, songs that hold the nearest words. Within each, popular songs first.
        """
        folded = fold(text[:MAX_QUERY])
        words = folded.split()[:_MAX_WORDS]
        if not words:
            return []
        found = self._matches([[word] for word in words], folded, limit)
        if not found:
            found = self._matches([self._nearest(word) for word in words], folded, limit)
        return found

    def rows_titled(self, text: str, limit: int) -> list[int]:
        """Rows of the songs whose whole title folds as ``text`` does, popular ones first."""
        query = "SELECT row FROM title WHERE folded = ? ORDER BY row LIMIT ?"
        return [row for (row,) in self._database().execute(query, (fold(text), limit))]

    def _matches(self, alternatives: list[list[str]], folded: str, limit: int) -> list[int]:
        """Rows that hold one of the alternatives for every word."""
        terms = [" OR ".join(f'"{word}"' for word in words) for words in alternatives]
        expression = " AND ".join(f"({term})" for term in terms)
        unfinished = " OR ".join(f'"{word}" *' for word in alternatives[-1])
        prefix = " AND ".join(f"({term})" for term in [*terms[:-1], unfinished])
        database = self._database()
        rows = self.rows_titled(folded, limit)
        for query in (expression, prefix):
            if len(rows) < limit:
                matched = database.execute(
                    "SELECT rowid FROM song WHERE song MATCH ? LIMIT ?", (query, _CANDIDATES)
                ).fetchall()
                rows += [row for (row,) in matched]
        return list(dict.fromkeys(rows))[:limit]

    def _nearest(self, word: str) -> list[str]:
        """``word`` and the catalogue's words that a typing error or two away from it."""
        allowed = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        near = (
            process.extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=20) if allowed else []
        )
        return [word, *(match for match, _, _ in near)]

    @cached_property
    def _words(self) -> list[str]:
        """Every word of the catalogue; read at the first typing error."""
        return [word for (word,) in self._database().execute("SELECT word FROM word ORDER BY word")]
