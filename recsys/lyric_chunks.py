"""Lyrics as a vibe search sees them: embeddings of their chunks and what each speaks of; the words are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import Bundle
from recsys.catalogue import Mask, Rows
from recsys.errors import BundleError
from recsys.fast_index import FastIndex
from recsys.index import Vectors


class CloseLyrics(NamedTuple):
    """Tracks, ascending by row, (n,); the cosine of the closest chunk of each; what it speaks of, "" for unknown."""

    rows: Rows
    scores: Vectors
    themes: list[str]


NO_LYRICS = CloseLyrics(np.empty(0, np.int64), np.empty(0, np.float32), [])


class LyricChunks:
    """Finds the tracks whose lyrics, or a part of them, are closest to a text."""

    def __init__(
        self, index: FastIndex, rows: NDArray[np.int32], spoken: NDArray[np.int8], themes: Sequence[str], n_tracks: int
    ) -> None:
        """Take the arrays as the bundle has them.

        Args:
            index: The chunks' embeddings, (n_chunks, dim), of unit length.
            rows: (n_chunks,), the track that each is from.
            spoken: (n_chunks,), the number of its theme; -1 for none in particular.
            themes: Their names.
            n_tracks: In the catalogue.
        """
        if not len(index) == len(rows) == len(spoken) or rows.min(initial=0) < 0 or rows.max(initial=-1) >= n_tracks:
            raise BundleError(f"The lyrics of vibe_search do not belong to a catalogue of {n_tracks:,} tracks.")
        if spoken.max(initial=-1) >= len(themes):
            raise BundleError(f"The lyrics of vibe_search name themes beyond the {len(themes)} that it lists.")
        self._index, self._rows, self._spoken, self._themes = index, rows, spoken, themes

    @classmethod
    def load(cls, bundle: Bundle, folder: str, themes: Sequence[str], n_tracks: int) -> LyricChunks:
        """Open the files ``chunk_*.npy`` in ``folder``; raises BundleError where one is missing or damaged."""
        vectors, codebook, codes, rows, spoken = (
            bundle.array(f"{folder}/chunk_{name}.npy") for name in ("vectors", "codebook", "codes", "rows", "themes")
        )
        return cls(FastIndex(vectors, codebook, codes), rows, spoken, themes, n_tracks)

    def closest(self, query: Vectors, k: int, mask: Mask | None = None) -> CloseLyrics:
        """The tracks of about the ``k`` chunks closest to ``query`` (text_dim,), each with its closest chunk."""
        query = np.pad(query, (0, self._index.dim - len(query)))
        chunks = self._index.candidates(query, k, None if mask is None else mask[self._rows])
        cosines = self._index.scores(query, chunks)
        order = np.lexsort((chunks, -cosines))
        rows, first = np.unique(self._rows[chunks[order]], return_index=True)
        best = order[first]
        themes = [self._themes[number] if number >= 0 else "" for number in self._spoken[chunks[best]].tolist()]
        return CloseLyrics(rows.astype(np.int64), cosines[best], themes)

    def themes_of(self, row: int, most: int = 2) -> list[str]:
        """What the lyrics of the track at ``row`` speak of, the theme of most chunks first; [] where unknown."""
        spoken = Counter(self._spoken[self._rows == row].tolist())
        return [self._themes[number] for number, _ in spoken.most_common() if number >= 0][:most]
