"""The two joblib files that other tools expect. The app never opens them: joblib runs whatever code a file holds.

python -m train.exports --out bundles/tidytuesday
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from recsys.audio_features import FEATURE_INDEX
from recsys.bundle import Bundle, write_folder
from recsys.catalogue import Catalogue
from train.common import parse_config, report_progress, run
from train.features import TrainingFeatures, read_training_features
from train.keras_setup import keras_with_seed

log = logging.getLogger(__name__)
NEURAL = "music_recommender_neural.joblib"
WITH_CLUSTERS = "music_recommender_with_clusters.joblib"
_NEIGHBOURS = 11  # ten and the song itself


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, with song_to_song and clusters"})


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    bundle = Bundle.open(config.out)
    report_progress("Exports: writing the joblib files", 0.0)
    data = read_training_features(bundle)
    scaler = fit_standard_scaler(data)
    kmeans = rebuild_kmeans(bundle, data)
    contents = {
        NEURAL: neural(bundle, data, scaler, kmeans),
        WITH_CLUSTERS: with_clusters(bundle, data, scaler, kmeans),
    }
    with write_folder(bundle.path, "exports", bundle.manifest, config={}, metrics={}) as folder:
        for name, content in contents.items():
            joblib.dump(content, folder.path / name, compress=3)
    for name in contents:
        log.info("Saved: %s", bundle.path / "exports" / name)


def neural(bundle: Bundle, data: TrainingFeatures, scaler: StandardScaler, kmeans: KMeans) -> dict[str, Any]:
    """The autoencoder's embeddings and all that is needed to embed a further song."""
    keras = keras_with_seed(0)
    return {
        "scaler": scaler,
        "kmeans_model": kmeans,
        "encoder_model": keras.saving.load_model(bundle.file("song_to_song/latent_encoder.keras")),
        "embeddings": bundle.array("song_to_song/latent.npy")[:].copy(),
        "dataframe_data": as_frame(data.catalogue, bundle),
    }


def with_clusters(bundle: Bundle, data: TrainingFeatures, scaler: StandardScaler, kmeans: KMeans) -> dict[str, Any]:
    """Cosine neighbours on the standardised features, with both models of the clusters."""
    neighbours = NearestNeighbors(n_neighbors=min(_NEIGHBOURS, len(data.scaled)), metric="cosine", algorithm="brute")
    return {
        "knn_model": neighbours.fit(csr_matrix(data.scaled)),
        "scaler": scaler,
        "kmeans_model": kmeans,
        "naive_bayes_model": GaussianNB().fit(data.scaled, kmeans.labels_),
        "track_index": as_frame(data.catalogue, bundle)[["track_id", "track_name", "track_artist", "cluster"]],
    }


def as_frame(catalogue: Catalogue, bundle: Bundle) -> pd.DataFrame:
    """The catalogue in row order, in the column names of the Spotify sets, with each song's cluster."""
    columns = {"track_name": "title", "track_artist": "artist"}
    text = {name: catalogue.strings(column) for name, column in columns.items()}
    features = {name: catalogue.features[:, column] for name, column in FEATURE_INDEX.items()}
    labels = bundle.array("clusters/labels.npy")[:].copy()
    return pd.DataFrame({"track_id": catalogue.track_ids} | text | features | {"cluster": labels})


def fit_standard_scaler(data: TrainingFeatures) -> StandardScaler:
    columns = [FEATURE_INDEX[name] for name in data.scaler.names]
    return StandardScaler().fit(data.catalogue.features[:, columns])


def rebuild_kmeans(bundle: Bundle, data: TrainingFeatures) -> KMeans:
    """scikit-learn's K-Means with the bundle's centroids: one more step from there leaves them where they are."""
    centroids = bundle.tensors("clusters/model.safetensors")["centroids"]
    kmeans = KMeans(len(centroids), init=centroids, n_init=1, max_iter=1, tol=1.0).fit(data.scaled)
    kmeans.cluster_centers_ = centroids.astype(data.scaled.dtype)
    kmeans.labels_ = bundle.array("clusters/labels.npy")[:].copy()
    return kmeans


if __name__ == "__main__":
    run(main)
