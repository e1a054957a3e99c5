"""The card's figures, as PNG files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recsys.bundle import Bundle
from recsys.clusters import Clusters
from recsys.errors import BundleError

_MAP_POINTS = 4_000
_SHORT = 30


def draw_figures(bundle: Bundle, clusters: Clusters | None, folder: Path) -> list[str]:
    """Draw what the bundle has into ``folder``; the names of the files."""
    drawn = []
    if clusters:
        drawn += [_save(folder, name, draw, clusters) for name, draw in CLUSTER_FIGURES.items()]
    try:
        curve = bundle.json("song_to_song/spaces.json")["latent"]["curve"]
    except BundleError:
        return drawn
    return [*drawn, _save(folder, "loss_curve.png", _loss_curve, curve)]


def _save(folder: Path, name: str, draw: Callable[[Axes, Any], None], data: object) -> str:
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    draw(figure.add_subplot(), data)
    # Without the writer's name and version the same figure is the same file.
    figure.savefig(folder / name, dpi=90, metadata={"Software": None})
    return name


def _elbow(axes: Axes, clusters: Clusters) -> None:
    measured = clusters.diagnostics.elbow
    axes.plot(measured["k"], measured["inertia"], "o-", label="inertia")
    axes.axvline(len(clusters.clusters), linestyle=":", color="grey")
    axes.set(title="How many clusters?", xlabel="number of clusters", ylabel="inertia")
    other = axes.twinx()
    other.plot(measured["k"], measured["silhouette"], "s--", color="tab:red", label="silhouette")
    other.set_ylabel("silhouette (dashed)")


def _heatmap(axes: Axes, clusters: Clusters) -> None:
    names = list(clusters.clusters[0].z_scores)
    z = np.array([[c.z_scores[name] for name in names] for c in clusters.clusters])
    axes.imshow(z, cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(z)), _names(clusters))
    for (row, column), value in np.ndenumerate(z):
        colour = "white" if abs(value) > 1.2 else "black"
        axes.text(column, row, f"{value:+.1f}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_title("Mean of each feature, in standard deviations", loc="left")


def _map(axes: Axes, clusters: Clusters) -> None:
    n = len(clusters.catalogue)
    rows = np.random.default_rng(0).choice(n, min(n, _MAP_POINTS), replace=False)
    for cluster, name in zip(clusters.clusters, _names(clusters), strict=True):
        members = rows[clusters.labels[rows] == cluster.label]
        across, up = clusters.song_map[members].T
        axes.scatter(across, up, s=4, alpha=0.6, label=name)
    labels = [f"← {axis['low']}\n{axis['high']} →" for axis in clusters.diagnostics.axes]
    axes.set_title("Map of songs", loc="left")
    axes.set_xlabel(labels[0], fontsize=7)
    axes.set_ylabel(labels[1], fontsize=7)
    axes.legend(fontsize=7, markerscale=3)


def _sizes(axes: Axes, clusters: Clusters) -> None:
    axes.barh(_names(clusters), [c.size for c in clusters.clusters])
    axes.invert_yaxis()
    axes.set_title("Songs in each cluster")


def _confusion(axes: Axes, clusters: Clusters) -> None:
    counts = np.array(clusters.diagnostics.naive_bayes["confusion"])
    axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(counts):
        colour = "white" if value > counts[row].sum() / 2 else "black"
        axes.text(column, row, f"{value:,}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(counts)), [name[:12] for name in _names(clusters)], fontsize=7)
    axes.set_yticks(range(len(counts)), _names(clusters))
    axes.set(title="Naive Bayes on held-out songs", xlabel="taken for", ylabel="")


def _loss_curve(axes: Axes, curve: dict[str, list[float]]) -> None:
    for name, label in (("loss", "training"), ("val_loss", "validation")):
        axes.plot(curve[name], label=label)
    axes.set(title="Autoencoder", xlabel="epoch", ylabel="mean squared error")
    axes.legend()


def _names(clusters: Clusters) -> list[str]:
    return [c.name if len(c.name) <= _SHORT else c.name[: _SHORT - 1] + "…" for c in clusters.clusters]


CLUSTER_FIGURES: dict[str, Callable[[Axes, Clusters], None]] = {
    "elbow.png": _elbow,
    "heatmap.png": _heatmap,
    "map.png": _map,
    "sizes.png": _sizes,
    "confusion.png": _confusion,
}
