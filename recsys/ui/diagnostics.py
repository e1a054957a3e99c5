"""Figures of how the clusters were found and how well they hold together."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX
from recsys.clusters import Clusters
from recsys.ui.plots import plain, short, style
from recsys.ui.theme import CLUSTER_COLOURS

_TICK = 22


def profile_heatmap(clusters: Clusters) -> go.Figure:
    """How far each cluster's mean of each feature lies from the catalogue's, in standard deviations."""
    names = list(clusters.clusters[0].z_scores)
    z = np.array([[cluster.z_scores[name] for cluster in clusters.clusters] for name in names])
    figure = go.Figure(
        go.Heatmap(
            z=z,
            x=_names(clusters),
            y=[AUDIO_FEATURES[FEATURE_INDEX[name]].label for name in names],
            zmid=0,
            colorscale="RdBu_r",
            text=[[f"{value.round(1) + 0:+.1f}" for value in row] for row in z],
            texttemplate="%{text}",
            hovertemplate="%{x}<br>%{y}: %{z:+.2f} standard deviations<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(tickangle=-90, **_ticks(clusters))
    return style(figure, 560, title="Each cluster’s mean, in standard deviations<br>from the catalogue’s")


def elbow(clusters: Clusters) -> go.Figure:
    """Inertia and silhouette by number of clusters, the chosen one marked."""
    measured = clusters.diagnostics.elbow
    figure = go.Figure()
    curves = (("inertia", "Inertia (lower is tighter)", "y"), ("silhouette", "Silhouette (higher is clearer)", "y2"))
    for (name, about, axis), colour in zip(curves, CLUSTER_COLOURS, strict=False):
        figure.add_scatter(
            x=measured["k"], y=measured[name], name=about, yaxis=axis, mode="lines+markers", marker_color=colour
        )
    figure.add_vline(x=len(clusters.clusters), line_dash="dot", line_color="#888")
    figure.update_xaxes(title="number of clusters (dotted: chosen)", dtick=1)
    side = {"overlaying": "y", "side": "right", "title": "silhouette", "showgrid": False}
    figure.update_yaxes(title="inertia")
    legend = {"orientation": "h", "x": 0, "y": -0.3}
    return style(figure, 380, title="How many clusters?", yaxis2=side, legend=legend)


def sizes(clusters: Clusters) -> go.Figure:
    """How many songs each cluster has."""
    counts = [cluster.size for cluster in clusters.clusters]
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=_names(clusters),
            orientation="h",
            marker_color=[CLUSTER_COLOURS[i % len(CLUSTER_COLOURS)] for i in range(len(counts))],
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            cliponaxis=False,
        )
    )
    figure.update_yaxes(autorange="reversed", **_ticks(clusters))
    figure.update_xaxes(range=[0, 1.2 * max(counts)])
    return style(figure, 100 + 46 * len(counts), title="Songs in each cluster")


def confusion(clusters: Clusters) -> go.Figure:
    """Where Naive Bayes places held-out songs of each cluster, in percent of the cluster."""
    counts = np.array(clusters.diagnostics.naive_bayes["confusion"], dtype=float)
    share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = _names(clusters)
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=names,
            y=names,
            colorscale="Blues",
            zmin=0,
            zmax=100,
            text=[[f"{value:.0f}%" for value in row] for row in share],
            texttemplate="%{text}",
            hovertemplate="of %{y}, %{z:.1f}% are taken for %{x}<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed", title="K-Means", **_ticks(clusters))
    figure.update_xaxes(title="Naive Bayes", tickangle=-90, **_ticks(clusters))
    accuracy = clusters.diagnostics.naive_bayes["accuracy"]
    return style(figure, 560, title=f"Naive Bayes agrees on {accuracy:.1%}<br>of held-out songs")


def _names(clusters: Clusters) -> list[str]:
    return [plain(cluster.name) for cluster in clusters.clusters]


def _ticks(clusters: Clusters) -> dict[str, list[str]]:
    """Names beside an axis are cut, for a phone; the list of clusters and the hover text have them whole."""
    return {"tickvals": _names(clusters), "ticktext": [short(c.name, _TICK) for c in clusters.clusters]}


FIGURES = (profile_heatmap, elbow, sizes, confusion)
