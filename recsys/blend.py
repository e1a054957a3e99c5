"""The blend: the space that answers "what sounds like this" best, by measurement.

Where the catalogue came with playlists, a small network that learnt to place songs of one playlist together
(`recsys.blend_network`); where it did not, the best space that was found without (`recsys.blend_plain`). Both carry a
correction of hubness: one number a song that is taken from its score, CSLS after Conneau et al. (2018), "Word
translation without parallel data".
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np

from recsys.blend_inputs import INPUTS, BlendTracks, catalogue_tracks, new_tracks
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors, normalise
from recsys.new_song import NewSong
from recsys.spaces import away_from


class Embedder(Protocol):
    """How the blend embeds songs, those of the catalogue and others alike."""

    unit: bool
    """Whether embeddings have length 1, and so compare by cosine; by Euclidean distance otherwise."""

    def embed(self, tracks: BlendTracks) -> Vectors:
        """(n, dim)."""
        ...

    def shares(self, point: Vectors, tracks: BlendTracks) -> Vectors:
        """(n, len(INPUTS)): the part of each song's score at ``point`` that each input accounts for."""
        ...

    def average(self) -> Vectors:
        """(dim,): the embedding of the catalogue's average song."""
        ...


class BlendSpace:
    """The catalogue in the blend; see `recsys.spaces.Space`."""

    name = "blend"

    def __init__(self, catalogue: Catalogue, embedder: Embedder, embeddings: Vectors, hubness: Vectors) -> None:
        """``embeddings``: (n_tracks, dim). ``hubness``: (n_tracks,), added to each song's score."""
        self.inputs = (*INPUTS, "hubness")
        self.embeddings = embeddings
        self._catalogue = catalogue
        self._embedder = embedder
        self._hubness = hubness
        self._bias = hubness if embedder.unit else hubness - np.square(embeddings).sum(axis=1) / 2

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
        of_inputs = self._embedder.shares(point, catalogue_tracks(self._catalogue, rows))
        return np.column_stack([of_inputs, self._hubness[rows] - self._mean_hubness])

    @cached_property
    def _mean_hubness(self) -> float:
        return float(self._hubness.mean())
