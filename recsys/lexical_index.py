"""Which tracks have a query's words, and how telling those are: BM25 (Robertson and Zaragoza, 2009).

What a word adds to a track is computed in training, so that a search only adds up the postings of its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Rows
from recsys.index import Vectors


@dataclass(frozen=True, eq=False)
class LexicalIndex:
    """Postings of every word.

    Attributes:
        words: In order; word ``i`` has the postings from ``starts[i]`` to ``starts[i + 1]``.
        starts: (n_words + 1,).
        rows: (n_postings,), ascending within a word.
        gains: (n_postings,) what the word adds to the score of the row.
        n_rows: How many tracks there are.
    """

    words: Sequence[str]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    gains: NDArray[np.float16]
    n_rows: int

    def scores(self, words: Sequence[str]) -> Vectors:
        """(n_rows,), 0 for a track that has none of ``words``."""
        total = np.zeros(self.n_rows, np.float32)
        for word in dict.fromkeys(words):
            if (number := self._numbers.get(word)) is not None:
                postings = slice(self.starts[number], self.starts[number + 1])
                total[self.rows[postings]] += self.gains[postings]
        return total

    def has(self, word: str) -> bool:
        """Whether it has postings of ``word``."""
        return word in self._numbers

    def rows_of(self, word: str) -> Rows:
        """The tracks that have ``word``."""
        number = self._numbers.get(word)
        if number is None:
            return np.empty(0, np.int64)
        return self.rows[self.starts[number] : self.starts[number + 1]].astype(np.int64)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}
