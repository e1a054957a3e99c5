"""Cluster the catalogue with K-Means, name the clusters, and check them with Naive Bayes.

python -m train.clusters --out bundles/tidytuesday
python -m train.clusters --out bundles/tidytuesday --k auto
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, silhouette_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from threadpoolctl import threadpool_limits

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX
from recsys.bundle import Bundle, write_folder
from recsys.clusters import FOLDER, Diagnostics
from recsys.errors import SourceError
from recsys.index import Vectors
from recsys.results import Cluster
from train.cluster_names import name_clusters, profile_sentence
from train.common import parse_config, report_progress, run
from train.features import TrainingFeatures, read_training_features

Labels = NDArray[np.int32]
MINI_BATCH_FROM = 200_000
SILHOUETTE_SAMPLE = 3_000
EXAMPLES_A_CLUSTER = 12


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    k: str = field(default="6", metadata={"help": "number of clusters, or 'auto' for elbow and silhouette to choose"})
    max_k: int = field(default=12, metadata={"help": "the largest number of clusters that the elbow plot shows"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})


@dataclass(frozen=True)
class Fitted:
    """What training found, before it is written."""

    kmeans: KMeans
    labels: Labels
    naive_bayes: GaussianNB
    clusters: list[Cluster]
    song_map: Vectors
    examples: dict[str, dict[str, list[int]]]
    diagnostics: Diagnostics


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    bundle = Bundle.open(config.out)
    data = read_training_features(bundle)
    fitted = fit(data, config)
    write(bundle, config, data, fitted)


def fit(data: TrainingFeatures, config: Config) -> Fitted:
    """Cluster, name, check and map the songs of ``data``."""
    scaled = data.scaled
    _check_size(len(scaled), config)
    report_progress("Clusters: trying each number of clusters", 0.1)
    elbow = measure_elbow(scaled, config)
    k = choose_k(elbow) if config.k == "auto" else int(config.k)
    report_progress(f"Clusters: K-Means with {k}", 0.6)
    kmeans = fit_kmeans(scaled, k, config.seed, restarts=10)
    labels: Labels = kmeans.predict(scaled).astype(np.int32)
    naive_bayes, checked = check_with_naive_bayes(scaled, labels, config.seed)
    song_map, axes = map_songs(data)
    diagnostics = Diagnostics(elbow, _silhouette(scaled, labels, config.seed), checked, axes)
    examples = find_examples(scaled, labels, kmeans.cluster_centers_, naive_bayes)
    return Fitted(kmeans, labels, naive_bayes, describe(data, labels), song_map, examples, diagnostics)


def _check_size(n_tracks: int, config: Config) -> None:
    if config.k != "auto" and not (config.k.isdecimal() and int(config.k) >= 2):
        raise SourceError(f"--k is {config.k!r}; give a whole number from 2 on, or 'auto'.")
    needed = max(config.max_k, 0 if config.k == "auto" else int(config.k)) + 1
    if n_tracks < needed:
        raise SourceError(f"The catalogue has {n_tracks:,} songs; clustering needs {needed:,}. Lower --k and --max-k.")


def fit_kmeans(scaled: Vectors, k: int, seed: int, restarts: int) -> KMeans | MiniBatchKMeans:
    """K-Means; in mini-batches for large catalogues."""
    algorithm = KMeans if len(scaled) < MINI_BATCH_FROM else MiniBatchKMeans
    extra = {} if algorithm is KMeans else {"batch_size": 16_384}
    with threadpool_limits(1, user_api="openmp"):  # threads add up in any order, and the same seed must give the same
        return algorithm(k, n_init=restarts, random_state=seed, **extra).fit(scaled)


def measure_elbow(scaled: Vectors, config: Config) -> dict[str, list[float]]:
    """Inertia and silhouette for each number of clusters from 2 to ``max_k``."""
    elbow: dict[str, list[float]] = {"k": [], "inertia": [], "silhouette": []}
    for k in range(2, config.max_k + 1):
        kmeans = fit_kmeans(scaled, k, config.seed, restarts=1)
        elbow["k"].append(k)
        elbow["inertia"].append(float(kmeans.inertia_))
        elbow["silhouette"].append(_silhouette(scaled, kmeans.predict(scaled), config.seed))
        report_progress(f"Clusters: measured {k} clusters", 0.1 + 0.5 * (k - 1) / (config.max_k - 1))
    return elbow


def _silhouette(scaled: Vectors, labels: NDArray[np.integer], seed: int) -> float:
    """Mean silhouette on a sample; 0 where the sample fell into one cluster."""
    size = min(SILHOUETTE_SAMPLE, len(scaled))
    chosen = np.random.default_rng(seed).choice(len(scaled), size, replace=False)
    sampled = labels[chosen]
    if not 1 < len(np.unique(sampled)) < size:
        return 0.0
    return float(silhouette_score(scaled[chosen], sampled))


def choose_k(elbow: dict[str, list[float]]) -> int:
    """Where the inertia curve bends most, give or take one, the number with the best silhouette.

    The bend is the point farthest below the line between the curve's ends, after Satopää et al. (2011), "Kneedle".
    """
    k, inertia = np.array(elbow["k"]), np.array(elbow["inertia"])
    line = np.interp(k, k[[0, -1]], inertia[[0, -1]])
    bend = int((line - inertia).argmax())
    near = range(max(bend - 1, 0), min(bend + 2, len(k)))
    return int(k[max(near, key=lambda i: elbow["silhouette"][i])])


def check_with_naive_bayes(scaled: Vectors, labels: Labels, seed: int) -> tuple[GaussianNB, dict[str, Any]]:
    """Gaussian Naive Bayes from features to cluster, and how well one that has not seen a fifth does on it."""
    kept, held_out = train_test_split(np.arange(len(scaled)), test_size=0.2, random_state=seed)
    guessed = GaussianNB().fit(scaled[kept], labels[kept]).predict(scaled[held_out])
    names = np.unique(labels)
    return GaussianNB().fit(scaled, labels), {
        "accuracy": float(accuracy_score(labels[held_out], guessed)),
        "confusion": confusion_matrix(labels[held_out], guessed, labels=names).tolist(),
        "report": classification_report(labels[held_out], guessed, labels=names, output_dict=True, zero_division=0),
        "held_out": len(held_out),
    }


def map_songs(data: TrainingFeatures) -> tuple[Vectors, list[dict[str, Any]]]:
    """The two directions in which songs differ most (PCA), each described by the features it is made of."""
    pca = PCA(2, svd_solver="full").fit(data.scaled)
    signs = np.sign(pca.components_[np.arange(2), np.abs(pca.components_).argmax(axis=1)])
    axes = []
    for direction, variance in zip(pca.components_ * signs[:, None], pca.explained_variance_ratio_, strict=True):
        strongest = np.argsort(-np.abs(direction))[:3]
        named = [(AUDIO_FEATURES[FEATURE_INDEX[data.scaler.names[i]]], direction[i] > 0) for i in strongest]
        high = ", ".join(f.more if up else f.less for f, up in named)
        low = ", ".join(f.less if up else f.more for f, up in named)
        axes.append({"low": low, "high": high, "variance": float(variance)})
    return ((pca.transform(data.scaled)) * signs).astype(np.float32), axes


def describe(data: TrainingFeatures, labels: Labels) -> list[Cluster]:
    """Name, profile, size and means of each cluster."""
    members = [labels == label for label in range(labels.max() + 1)]
    z_scores = [dict(zip(data.scaler.names, _rounded(data.scaled[m].mean(axis=0)), strict=True)) for m in members]
    columns = [FEATURE_INDEX[name] for name in data.scaler.names]
    raw = data.catalogue.features[:, columns]
    means = [dict(zip(data.scaler.names, _rounded(raw[m].mean(axis=0)), strict=True)) for m in members]
    names = name_clusters(means, z_scores)
    sizes = [int(m.sum()) for m in members]
    return [
        Cluster(i, names[i], profile_sentence(z_scores[i], sizes[i] / len(labels)), sizes[i], means[i], z_scores[i])
        for i in range(len(members))
    ]


def _rounded(values: Vectors) -> list[float]:
    return [round(float(value), 4) for value in values]


def find_examples(
    scaled: Vectors, labels: Labels, centroids: Vectors, naive_bayes: GaussianNB
) -> dict[str, dict[str, list[int]]]:
    """Rows that show each cluster: its core, its border, and where Naive Bayes disagrees, the clearest first."""
    distances = np.linalg.norm(scaled[:, None, :] - centroids, axis=2)  # (n_tracks, k)
    ordered = np.sort(distances, axis=1)
    margin = ordered[:, 1] - ordered[:, 0]
    probabilities = naive_bayes.predict_proba(scaled)
    guessed, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    examples: dict[str, dict[str, list[int]]] = {}
    for label in range(len(centroids)):
        members = np.flatnonzero(labels == label)
        disagree = members[guessed[members] != label]
        examples[str(label)] = {
            "exemplars": _lowest(members, distances[members, label]),
            "borderline": _lowest(members, margin[members]),
            "disagreements": _lowest(disagree, -sure[disagree]),
        }
    return examples


def _lowest(rows: NDArray[np.int64], values: Vectors) -> list[int]:
    return rows[np.argsort(values, kind="stable")[:EXAMPLES_A_CLUSTER]].tolist()


def write(bundle: Bundle, config: Config, data: TrainingFeatures, fitted: Fitted) -> None:
    """Write the ``clusters`` folder of ``bundle``."""
    checked = fitted.diagnostics.naive_bayes
    metrics = {
        "k": len(fitted.clusters),
        "silhouette": fitted.diagnostics.silhouette,
        "inertia": float(fitted.kmeans.inertia_),
        "naive_bayes_accuracy": checked["accuracy"],
    }
    settings = {"k": config.k, "max_k": config.max_k, "seed": config.seed}
    with write_folder(bundle.path, FOLDER, bundle.manifest, config=settings, metrics=metrics) as folder:
        folder.array("labels", fitted.labels)
        folder.array("map", fitted.song_map)
        folder.tensors("model", _arrays(fitted))
        about = {
            "clusters": [asdict(cluster) for cluster in fitted.clusters],
            "scaler": data.scaler.as_json(),
            "examples": fitted.examples,
            "diagnostics": asdict(fitted.diagnostics),
        }
        folder.json("clusters", about)


def _arrays(fitted: Fitted) -> dict[str, np.ndarray]:
    naive_bayes = fitted.naive_bayes
    arrays = {
        "centroids": fitted.kmeans.cluster_centers_,
        "naive_bayes.prior": naive_bayes.class_prior_,
        "naive_bayes.mean": naive_bayes.theta_,
        "naive_bayes.variance": naive_bayes.var_,
    }
    return {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}


if __name__ == "__main__":
    run(main)
