"""A text, understood: it proposes songs, and says of any song how well it fits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from recsys.catalogue import Mask, Rows
from recsys.fast_index import FastIndex
from recsys.index import Vectors
from recsys.lyric_chunks import CloseLyrics
from recsys.vibe_space import direction

_FIRST_DEPTH = 100
_BY_WORDS = 60
_BEST = 10  # songs whose mean the query is drawn to


@dataclass(frozen=True, eq=False)
class AskedVibe:
    """What a text asks of an index.

    Attributes:
        index: Of all songs.
        aims: (m, dim), what adds up to the query.
        lexical: (n_tracks,), what a song's words add to its score.
        sung: The songs whose lyrics are close to the text.
        mask: (n_tracks,), the songs that meet the conditions; None for all.
    """

    index: FastIndex
    aims: Vectors
    lexical: Vectors
    sung: CloseLyrics
    mask: Mask | None

    @property
    def silent(self) -> bool:
        """Whether the text has conditions alone, so that all songs that meet them fit alike."""
        return not self.aims.any()

    def drawn(self, pull: float) -> AskedVibe:
        """The same, drawn towards what it finds (pseudo-relevance feedback, after Rocchio, 1971).

        The best songs for "sleep" tell how songs sound that say nothing of sleep.
        """
        rows, parts = self.ranked(_FIRST_DEPTH)
        best = parts[:_BEST].sum(axis=1)
        shares = np.exp(best - best.max(initial=-np.inf))
        towards = pull * direction(self.index.vectors[rows[:_BEST]], shares) if len(rows) else 0 * self.aims[0]
        return replace(self, aims=np.vstack([self.aims, towards]))

    def candidates(self, depth: int) -> Rows:
        """About the ``depth`` songs nearest to the query, and those whose words or lyrics speak for them."""
        by_words = np.flatnonzero(self.lexical if self.mask is None else (self.lexical > 0) & self.mask)
        if len(by_words) > _BY_WORDS:
            by_words = by_words[np.argpartition(-self.lexical[by_words], _BY_WORDS)[:_BY_WORDS]]
        near = self.index.candidates(self.aims.sum(axis=0), depth, self.mask)
        return np.union1d(near, np.union1d(by_words, self.sung.rows))

    def parts(self, rows: Rows) -> Vectors:
        """(n_rows, m + 2): what each of the aims, the words (BM25) and the lyrics add to each score."""
        of_lyrics = np.zeros(len(rows), np.float32)
        _, here, there = np.intersect1d(rows, self.sung.rows, return_indices=True)
        of_lyrics[here] = self.sung.scores[there]
        return np.column_stack([self.index.scores(self.aims, rows), self.lexical[rows], of_lyrics])

    def scores(self, rows: Rows) -> Vectors:
        """(n_rows,)."""
        total: Vectors = self.parts(rows).sum(axis=1)
        return total

    def ranked(self, depth: int) -> tuple[Rows, Vectors]:
        """The candidates, best first, with the parts of their scores."""
        rows = self.candidates(depth)
        parts = self.parts(rows)
        order = np.argsort(-parts.sum(axis=1), kind="stable")
        return rows[order], parts[order]
