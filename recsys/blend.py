"""The blend: the space that answers "what sounds like this" best, by measurement.

Where the catalogue came with playlists, a small network that learnt to place songs of one playlist together
(`recsys.blend_network`); where it did not, the best space that was found without (`recsys.blend_plain`). Both carry a
correction of hubness: one number a song that is taken from its score, CSLS after Conneau et al. (2018), "Word
translation without parallel data".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recsys.blend_inputs import INPUTS, BlendTracks, new_tracks
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors, normalise
from recsys.new_song import NewSong
from recsys.quadrature import share_out
from recsys.spaces import away_from


class Embedder(Protocol):
    """How the blend embeds songs, those of the catalogue and others alike."""

    unit: bool
    """Whether embeddings have length 1, and so compare by cosine; by Euclidean distance otherwise."""

    def embed(self, tracks: BlendTracks) -> Vectors:
        """(n, dim)."""
        ...

    def parts(self, tracks: BlendTracks) -> Vectors:
        """(n, len(INPUTS), dim): what each input adds to each song's embedding, beside the average song's."""
        ...

    def average(self) -> Vectors:
        """(dim,): the embedding of the catalogue's average song."""
        ...


@dataclass(frozen=True)
class Parts:
    """What each input adds to each song's embedding, in bytes: a million songs would take gigabytes otherwise.

    Attributes:
        values: (n_tracks, len(INPUTS), dim), int8.
        scale: (n_tracks,), what a song's values are multiplied by.
    """

    values: NDArray[np.int8]
    scale: Vectors

    @classmethod
    def of(cls, parts: Vectors) -> Parts:
        """From (n, len(INPUTS), dim)."""
        scale = np.maximum(np.abs(parts).max(axis=(1, 2)), 1e-9) / np.float32(np.iinfo(np.int8).max)
        return cls(np.rint(parts / scale[:, None, None]).astype(np.int8), scale.astype(np.float32))


class BlendSpace:
    """The catalogue in the blend; see `recsys.spaces.Space`."""

    name = "blend"

    def __init__(
        self, catalogue: Catalogue, embedder: Embedder, embeddings: Vectors, hubness: Vectors, parts: Parts
    ) -> None:
        """``embeddings``: (n_tracks, dim). ``hubness``: (n_tracks,), added to each song's score."""
        self.inputs = (*INPUTS, "hubness")
        self.embeddings = embeddings
        self._catalogue = catalogue
        self._embedder = embedder
        self._hubness = hubness
        self._parts = parts
        self._bias = hubness if embedder.unit else hubness - np.square(embeddings).sum(axis=1) / 2
        self._mean_hubness = float(hubness.mean())

    @property
    def learnt(self) -> bool:
        """Whether it learnt from playlists."""
        return self._embedder.unit

    def embed(self, song: NewSong) -> Vectors:
        return self._embedder.embed(new_tracks(song, self._catalogue))[0]

    def combine(self, liked: Vectors, disliked: Vectors) -> Vectors:
        point = away_from(liked, disliked)
        return normalise(point) if self._embedder.unit else point

    def search_vectors(self) -> Vectors:
        return np.column_stack([self.embeddings, self._bias])

    def search_query(self, point: Vectors) -> Vectors:
        return np.append(point, np.float32(1))

    def scores(self, point: Vectors, rows: Rows) -> Vectors:
        return self.embeddings[rows] @ point + self._bias[rows]

    def average_score(self, point: Vectors) -> float:
        return float(self._embedder.average() @ point) + self._mean_hubness

    def shares(self, point: Vectors, rows: Rows) -> Vectors:
        """The inner product of the point with each part of the song's embedding.

        Where distances are Euclidean the score is quadratic, and the point is halfway to the song instead. What the
        parts leave over is shared out by size, so that rows add up.
        """
        halfway = 0.0 if self._embedder.unit else 0.5
        target = point - np.float32(halfway) * self.embeddings[rows]  # (n_rows, dim)
        shares = (self._parts.values[rows] @ target[:, :, None])[:, :, 0] * self._parts.scale[rows][:, None]
        hubness = self._hubness[rows] - self._mean_hubness
        total = self.scores(point, rows) - self.average_score(point) - hubness
        return np.column_stack([share_out(shares, total), hubness])
