"""The spaces that song-to-song measures likeness in. One shape: embed, search, score, and say what a score rests on.

A point is where a query stands in a space: a song's embedding, the mean of several, or that of a song which the
catalogue does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from recsys.audio_features import FEATURE_INDEX, Features
from recsys.catalogue import Rows
from recsys.encoder import Encoder
from recsys.index import Vectors, normalise
from recsys.new_song import NewSong
from recsys.quadrature import share_out


class Space(Protocol):
    """One way to compare songs."""

    name: str
    inputs: tuple[str, ...]
    """What the space reads, one name a share."""
    embeddings: Vectors
    """(n_tracks, dim), in catalogue row order."""

    def embed(self, song: NewSong) -> Vectors:
        """The point of a song that is not in the catalogue, (dim,)."""
        ...

    def combine(self, liked: Vectors, disliked: Vectors) -> Vectors:
        """One point (dim,) close to the points ``liked`` (n, dim) and away from ``disliked`` (m, dim)."""
        ...

    def search_vectors(self) -> Vectors:
        """(n_tracks, search_dim): what the index holds."""
        ...

    def search_query(self, point: Vectors) -> Vectors:
        """(search_dim,): its inner product with a search vector orders tracks as the score does."""
        ...

    def scores(self, point: Vectors, rows: Rows) -> Vectors:
        """The score of each row, (n_rows,)."""
        ...

    def average_score(self, point: Vectors) -> float:
        """The score of the catalogue's average song: that of no difference from the mean in anything."""
        ...

    def shares(self, point: Vectors, rows: Rows) -> Vectors:
        """(n_rows, n_inputs): the signed part of each score that each input accounts for.

        A row adds up to the score less `average_score`.
        """
        ...


@dataclass(frozen=True)
class Scaler:
    """Standardises features to mean 0 and deviation 1 over the catalogue.

    Attributes:
        names: The features it takes, in order.
        mean, scale: (n_names,).
    """

    names: tuple[str, ...]
    mean: Vectors
    scale: Vectors

    @classmethod
    def from_json(cls, given: Mapping[str, list[float]] | Mapping[str, list[str]]) -> Scaler:
        mean, scale = (np.array(given[key], dtype=np.float32) for key in ("mean", "scale"))
        return cls(tuple(str(name) for name in given["names"]), mean, scale)

    def as_json(self) -> dict[str, list[float] | list[str]]:
        return {"names": list(self.names), "mean": self.mean.tolist(), "scale": self.scale.tolist()}

    def __call__(self, features: Features) -> Vectors:
        """(…, 11) in natural units -> (…, n_names); an unknown value becomes 0, the catalogue's mean."""
        columns = [FEATURE_INDEX[name] for name in self.names]
        scaled = (features[..., columns] - self.mean) / self.scale
        return np.nan_to_num(scaled, nan=0.0).astype(np.float32)


AWAY_WEIGHT = 0.5
"""How far a query moves from what it should not be like, as a share of the distance. Rocchio (1971) weighs the
negative centroid like this or less."""


def away_from(liked: Vectors, disliked: Vectors) -> Vectors:
    """The mean of ``liked`` (n, dim), moved away from the mean of ``disliked`` (m, dim; m may be 0)."""
    centre = liked.mean(axis=0)
    return centre + AWAY_WEIGHT * (centre - disliked.mean(axis=0)) if len(disliked) else centre


class CosineSpace:
    """Standardised features, compared by cosine. The average song is the origin."""

    def __init__(self, name: str, scaler: Scaler, embeddings: Vectors) -> None:
        """``embeddings``: (n_tracks, n_features), the unit vectors of the standardised features."""
        self.name = name
        self.inputs = scaler.names
        self.embeddings = embeddings
        self._scaler = scaler

    def embed(self, song: NewSong) -> Vectors:
        return normalise(self._scaler(song.features))

    def combine(self, liked: Vectors, disliked: Vectors) -> Vectors:
        return normalise(away_from(liked, disliked))

    def search_vectors(self) -> Vectors:
        return self.embeddings

    def search_query(self, point: Vectors) -> Vectors:
        return point

    def scores(self, point: Vectors, rows: Rows) -> Vectors:
        return self.embeddings[rows] @ point

    def average_score(self, point: Vectors) -> float:
        return 0.0

    def shares(self, point: Vectors, rows: Rows) -> Vectors:
        return self.embeddings[rows] * point


class LatentSpace:
    """Codes of an autoencoder, compared by Euclidean distance; the score is the distance with its sign changed."""

    name = "latent"

    def __init__(self, scaler: Scaler, encoder: Encoder, embeddings: Vectors, features: Features) -> None:
        """``embeddings``: (n_tracks, dim) codes. ``features``: (n_tracks, 11) in natural units."""
        self.inputs = scaler.names
        self.embeddings = embeddings
        self._scaler = scaler
        self._encoder = encoder
        self._features = features

    def embed(self, song: NewSong) -> Vectors:
        return self._encoder(self._scaler(song.features))

    def combine(self, liked: Vectors, disliked: Vectors) -> Vectors:
        return away_from(liked, disliked)

    def search_vectors(self) -> Vectors:
        return np.column_stack([self.embeddings, -np.square(self.embeddings).sum(axis=1) / 2])

    def search_query(self, point: Vectors) -> Vectors:
        return np.append(point, np.float32(1))

    def scores(self, point: Vectors, rows: Rows) -> Vectors:
        return -np.linalg.norm(self.embeddings[rows] - point, axis=1)

    def average_score(self, point: Vectors) -> float:
        return -float(np.linalg.norm(self._encoder(np.zeros(len(self.inputs), np.float32)) - point))

    def shares(self, point: Vectors, rows: Rows) -> Vectors:
        def gradient(codes: Vectors) -> Vectors:
            offset = codes - point
            return -offset / np.maximum(np.linalg.norm(offset, axis=1, keepdims=True), 1e-6)

        shares = self._encoder.path_shares(self._scaler(self._features[rows]), gradient)
        return share_out(shares, self.scores(point, rows) - self.average_score(point))
