"""Clusters: which families of songs there are, which one a song belongs to, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import Features
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Rows
from recsys.errors import BundleError, InvalidQueryError
from recsys.index import Vectors
from recsys.new_song import NewSong
from recsys.results import Cluster
from recsys.spaces import Scaler

FOLDER = "clusters"
EXAMPLES = ("exemplars", "borderline", "disagreements")
"""Songs nearest the centroid; about as near to another one; and those Naive Bayes would place elsewhere."""


@dataclass(frozen=True)
class NaiveBayes:
    """Gaussian Naive Bayes from standardised features to cluster labels.

    Attributes:
        prior: (n_clusters,) probability of each cluster.
        mean, variance: (n_clusters, n_features).
    """

    prior: NDArray[np.float32]
    mean: Vectors
    variance: Vectors

    def probabilities(self, scaled: Vectors) -> Vectors:
        """(n, n_features) -> (n, n_clusters)."""
        offset = scaled[:, None, :] - self.mean
        log = -0.5 * (np.log(2 * np.pi * self.variance) + offset**2 / self.variance).sum(axis=2) + np.log(self.prior)
        likelihood = np.exp(log - log.max(axis=1, keepdims=True))
        return likelihood / likelihood.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Placement:
    """Where a song falls.

    Attributes:
        cluster: The nearest centroid's cluster.
        runner_up: The second nearest's.
        margin: How much nearer the first is, from 0 (on the border) to 1 (on the centroid).
        naive_bayes: The cluster that Naive Bayes gives the song, by another road.
        probability: The probability that Naive Bayes gives to it.
    """

    cluster: Cluster
    runner_up: Cluster
    margin: float
    naive_bayes: Cluster
    probability: float


@dataclass(frozen=True)
class Diagnostics:
    """What training measured, for the UI and the card; see `train.clusters` for each entry.

    Attributes:
        elbow: "k", "inertia" and "silhouette" by number of clusters.
        silhouette: Of the chosen clusters, on a sample.
        naive_bayes: "accuracy", "confusion" (rows: true cluster) and "report", on held-out songs.
        axes: How to read each axis of the map, and the share of variance that it shows.
    """

    elbow: Mapping[str, list[float]]
    silhouette: float
    naive_bayes: Mapping[str, Any]
    axes: Sequence[Mapping[str, Any]]


class Clusters:
    """K-Means clusters of the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        clusters: Sequence[Cluster],
        labels: NDArray[np.integer],
        centroids: Vectors,
        scaler: Scaler,
        naive_bayes: NaiveBayes,
        song_map: Vectors,
        examples: Mapping[str, Mapping[str, list[int]]],
        diagnostics: Diagnostics,
    ) -> None:
        """``labels``: (n_tracks,). ``centroids``: (n_clusters, n_features). ``song_map``: (n_tracks, 2)."""
        if len(labels) != len(catalogue):
            raise BundleError(f"There are {len(labels):,} cluster labels for {len(catalogue):,} tracks.")
        self.catalogue = catalogue
        self.clusters = tuple(clusters)
        self.labels = labels
        self.song_map = song_map
        self.diagnostics = diagnostics
        self._centroids = centroids
        self._scaler = scaler
        self._naive_bayes = naive_bayes
        self._examples = examples

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue) -> Clusters:
        """Open the clusters in ``bundle``; raises BundleError where they are missing or damaged."""
        arrays = bundle.tensors(f"{FOLDER}/model.safetensors")
        about = bundle.json(f"{FOLDER}/clusters.json")
        try:
            naive_bayes = NaiveBayes(*(arrays[f"naive_bayes.{name}"] for name in ("prior", "mean", "variance")))
            return cls(
                catalogue,
                [Cluster(**cluster) for cluster in about["clusters"]],
                bundle.array(f"{FOLDER}/labels.npy"),
                arrays["centroids"],
                Scaler.from_json(about["scaler"]),
                naive_bayes,
                bundle.array(f"{FOLDER}/map.npy"),
                about["examples"],
                Diagnostics(**about["diagnostics"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"The clusters in {bundle.path} lack something ({error!r}). Train them again.") from error

    def cluster_of(self, track_id: str) -> Cluster:
        """The cluster of a track of the catalogue."""
        return self.clusters[int(self.labels[self.catalogue.row(track_id)])]

    def predict(self, song: NewSong) -> Cluster:
        """The cluster with the centroid nearest to ``song``."""
        return self.place(song.features).cluster

    def place(self, features: Features) -> Placement:
        """Where a song with ``features`` (11,) falls, with what speaks for another cluster."""
        scaled = self._scaler(features)[None]  # (1, n_features)
        distances = np.linalg.norm(self._centroids - scaled, axis=1)
        first, second = np.argsort(distances, kind="stable")[:2]
        probabilities = self._naive_bayes.probabilities(scaled)[0]
        guess = int(probabilities.argmax())
        return Placement(
            cluster=self.clusters[first],
            runner_up=self.clusters[second],
            margin=float(1 - distances[first] / distances[second]) if distances[second] > 0 else 0.0,
            naive_bayes=self.clusters[guess],
            probability=float(probabilities[guess]),
        )

    def examples(self, label: int, kind: str) -> Rows:
        """Rows of the cluster's exemplars, borderline songs or disagreements, the clearest first."""
        if kind not in EXAMPLES:
            raise InvalidQueryError(f"No examples are called {kind!r}; choose from {', '.join(EXAMPLES)}.")
        return np.array(self._examples[str(self.cluster(label).label)][kind], dtype=np.int64)

    def cluster(self, label: int) -> Cluster:
        """The cluster numbered ``label``, or InvalidQueryError."""
        if not isinstance(label, int) or not 0 <= label < len(self.clusters):
            raise InvalidQueryError(f"No cluster is numbered {label!r}; they run from 0 to {len(self.clusters) - 1}.")
        return self.clusters[label]

    def rows(self, label: int) -> Rows:
        """Rows of the cluster's songs, those nearest its centroid first."""
        members = self._members[self.cluster(label).label]
        scaled = self._scaler(self.catalogue.features[members])
        return members[np.argsort(np.linalg.norm(scaled - self._centroids[label], axis=1), kind="stable")]

    @cached_property
    def _members(self) -> list[Rows]:
        return [np.flatnonzero(self.labels == cluster.label) for cluster in self.clusters]
