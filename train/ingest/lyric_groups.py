"""Which songs belong together: one song given twice, and songs that must not be parted by a split.

Songs share a group if they share the main artist, or if their words are nearly the same: a cover that is trained on
would give its original away.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from recsys.text import fold

Labels = NDArray[np.int32]

_OPENING = 200  # letters
_OVERLAP = 0.6  # of the shorter one's different words
_LINES, _LINE_WORDS, _RARE = 3, 4, 30
_ANOTHER_ARTIST = re.compile(
    r"[,;&+|(\[]|(?:^|\s)(?:feat|ft|featuring|with|and|vs|x|con|presents)(?:\.|\s)", re.IGNORECASE
)
_ASIDE = re.compile(r"[(\[].*|\s[-–]\s.*")


def main_artist(credited: str) -> str:
    """The first artist of a credit, folded; the same for every way in which one artist is credited.

    Commas and "&" always part, also within a name: "Earth, Wind & Fire" is "earth" each time, which is all it takes.

    >>> main_artist("The Beatles feat. Billy Preston"), main_artist("Simon & Garfunkel")
    ('beatles', 'simon')
    """
    parts = (fold(part) for part in _ANOTHER_ARTIST.split(credited))
    first = next((part for part in parts if part not in ("", "the")), fold(credited))
    return first.removeprefix("the ") or first


def bare_title(title: str) -> str:
    """``title`` folded, without what stands in brackets or after a dash."""
    return fold(_ASIDE.sub("", title)) or fold(title)


def components(n_rows: int, *keys: Sequence[Hashable]) -> Labels:
    """Which rows hang together, (n_rows,), numbered in the order of their first rows.

    Args:
        n_rows: How many rows there are.
        keys: For each kind of key one value a row: rows with one value hang together; None and "" say nothing.
    """
    edges = list[tuple[int, int]]()
    for values in keys:
        first = dict[Hashable, int]()
        edges += ((first.setdefault(value, row), row) for row, value in enumerate(values) if value not in (None, ""))
    return linked(n_rows, edges)


def linked(n_rows: int, edges: Iterable[tuple[int, int]]) -> Labels:
    """Which rows hang together through ``edges``, (n_rows,), numbered in the order of their first rows."""
    ends = np.array(list(edges), np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(n_rows, n_rows))
    labels = connected_components(graph, directed=False)[1]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int32)


def groups_of(texts: Sequence[str], titles: Sequence[str], artists: Sequence[str]) -> Labels:
    """A number a song, (n_songs,): the same for songs by one main artist and for songs of nearly the same words."""
    openings = [fold(text).replace(" ", "")[:_OPENING] for text in texts]
    group = components(len(texts), [main_artist(artist) for artist in artists], openings)
    first = np.unique(group, return_index=True)[1]
    edges = zip(first[group].tolist(), range(len(texts)), strict=True)
    return linked(len(texts), [*edges, *_alike(texts, titles)])


def _alike(texts: Sequence[str], titles: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Pairs of songs that share their title or some lines, and most of their words."""
    words = cache(lambda row: frozenset(fold(texts[row]).split()))
    for one, other in {*_same_title(titles), *_same_lines(texts)}:
        if len(words(one) & words(other)) >= _OVERLAP * min(len(words(one)), len(words(other))):
            yield one, other


def _same_title(titles: Sequence[str]) -> Iterable[tuple[int, int]]:
    rows = _places((bare_title(title), row) for row, title in enumerate(titles))
    return (pair for title, several in rows.items() if title for pair in combinations(several, 2))


def _same_lines(texts: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Pairs that share a few lines of some length; a line of many songs says nothing."""
    folded = ((fold(line), row) for row, text in enumerate(texts) for line in set(text.split("\n")))
    rows = _places((line, row) for line, row in folded if line.count(" ") >= _LINE_WORDS - 1)
    shared = Counter(pair for several in rows.values() if len(several) <= _RARE for pair in combinations(several, 2))
    return (pair for pair, lines in shared.items() if lines >= _LINES)


def _places(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Text → the rows that it stands in, each once, ascending."""
    rows = defaultdict[str, dict[int, None]](dict)
    for text, row in pairs:
        rows[text][row] = None
    return {text: list(several) for text, several in rows.items()}
