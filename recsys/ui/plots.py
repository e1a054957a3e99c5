"""Figures. Colours of text and grid come from the page's theme (see `theme.CSS`); heights are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, FEATURE_NAMES, Features, format_value
from recsys.catalogue import Catalogue, Rows
from recsys.clusters import Clusters
from recsys.ui.theme import CLUSTER_COLOURS

MAP_POINTS = 5_000
_SHORT_NAME = 34


def _style(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    margin = {"l": 10, "r": 10, "t": 40, "b": 10}
    figure.update_layout(
        height=height, margin=margin, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", **layout
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure


def percentiles(catalogue: Catalogue, features: Features) -> np.ndarray:
    """(…, 11): the share of the catalogue's songs, in percent, that have less of each feature; NaN where unknown."""
    step = max(1, len(catalogue) // 20_000)  # a sample tells a percentile well enough
    result = np.full(features.shape, np.nan)
    for column in range(features.shape[-1]):
        known = np.sort(catalogue.features[::step, column])
        known = known[np.isfinite(known)]
        if len(known):
            result[..., column] = 100 * np.searchsorted(known, features[..., column], side="left") / len(known)
    return np.where(np.isfinite(features), result, np.nan)


def compare_songs(catalogue: Catalogue, songs: Mapping[str, Features]) -> go.Figure:
    """Bars of each song's features as percentiles of the catalogue. ``songs``: name -> (11,) in natural units."""
    figure = go.Figure()
    labels = [feature.label for feature in AUDIO_FEATURES]
    for (name, features), colour in zip(songs.items(), CLUSTER_COLOURS, strict=False):
        values = [format_value(feature, value) for feature, value in zip(FEATURE_NAMES, features, strict=True)]
        figure.add_bar(
            y=labels,
            x=percentiles(catalogue, features),
            name=_short(name),
            orientation="h",
            marker_color=colour,
            customdata=values,
            hovertemplate="%{y}: %{customdata}, more than %{x:.0f}% of songs<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, 100], title="more than … % of the songs here")
    figure.update_yaxes(autorange="reversed")
    return _style(figure, 460, barmode="group", legend={"orientation": "h", "y": 1.1})


def song_map(clusters: Clusters, x: str | None, y: str | None, chosen: int | None = None) -> go.Figure:
    """The catalogue's songs, coloured by cluster; each point carries its row.

    Args:
        clusters: Whose songs.
        x: Feature across; None for the direction in which songs differ most.
        y: Feature up; None for the direction in which they differ most after that.
        chosen: Row of a song to mark.
    """
    rows = _sample(len(clusters.catalogue))
    values = np.stack([_axis_values(clusters, x, 0), _axis_values(clusters, y, 1)], axis=1)
    figure = go.Figure()
    for cluster in clusters.clusters:
        members = rows[clusters.labels[rows] == cluster.label]
        figure.add_scattergl(
            x=values[members, 0],
            y=values[members, 1],
            mode="markers",
            name=_short(cluster.name),
            marker={"size": 5, "opacity": 0.65, "color": CLUSTER_COLOURS[cluster.label % len(CLUSTER_COLOURS)]},
            customdata=members,
            text=_hover_texts(clusters.catalogue, members),
            hovertemplate="%{text}<extra>%{fullData.name}</extra>",
        )
    if chosen is not None:
        figure.add_scatter(
            x=[values[chosen, 0]],
            y=[values[chosen, 1]],
            mode="markers",
            name="Chosen song",
            marker={"size": 16, "symbol": "star", "color": "#D00000", "line": {"width": 2, "color": "#fff"}},
            customdata=[chosen],
            text=_hover_texts(clusters.catalogue, np.array([chosen])),
            hovertemplate="%{text}<extra></extra>",
        )
    figure.update_xaxes(title=_axis_title(clusters, x, 0), zeroline=False)
    figure.update_yaxes(title=_axis_title(clusters, y, 1), zeroline=False)
    return _style(figure, 560, legend={"orientation": "h", "y": -0.2})


def _sample(n: int) -> Rows:
    """Rows to draw: all of a small catalogue, else an even sample."""
    return np.arange(n) if n <= MAP_POINTS else np.random.default_rng(0).choice(n, MAP_POINTS, replace=False)


def _axis_values(clusters: Clusters, feature: str | None, direction: int) -> np.ndarray:
    if feature is None:
        return clusters.song_map[:, direction]
    values = clusters.catalogue.features[:, FEATURE_INDEX[feature]]
    return values / 60_000 if feature == "duration_ms" else values


def _axis_title(clusters: Clusters, feature: str | None, direction: int) -> str:
    if feature is not None:
        about = AUDIO_FEATURES[FEATURE_INDEX[feature]]
        unit = "minutes" if feature == "duration_ms" else about.unit
        return f"{about.label} ({unit})" if unit else about.label
    axis = clusters.diagnostics.axes[direction]
    return f"← {axis['low']}<br>{axis['high']} → ({axis['variance']:.0%} of the differences)"


def _hover_texts(catalogue: Catalogue, rows: Rows) -> list[str]:
    tracks = [catalogue.track(int(row)) for row in rows]
    return [f"{_plain(track.title)} – {_plain(track.artist)}" for track in tracks]


def _plain(text: str) -> str:
    """Plotly reads a little HTML in its texts; titles are data."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def profile_heatmap(clusters: Clusters) -> go.Figure:
    """How far each cluster's mean of each feature lies from the catalogue's, in standard deviations."""
    names = list(clusters.clusters[0].z_scores)
    z = [[cluster.z_scores[name] for name in names] for cluster in clusters.clusters]
    figure = go.Figure(
        go.Heatmap(
            z=z,
            x=[AUDIO_FEATURES[FEATURE_INDEX[name]].label for name in names],
            y=[_short(cluster.name) for cluster in clusters.clusters],
            zmid=0,
            colorscale="RdBu_r",
            text=[[f"{value:+.1f}" for value in row] for row in z],
            texttemplate="%{text}",
            textfont={"color": "#111"},
            hovertemplate="%{y}<br>%{x}: %{z:+.2f} standard deviations<extra></extra>",
            colorbar={"title": "z"},
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _style(figure, 120 + 44 * len(z), title="Mean of each feature, beside the catalogue's")


def elbow(clusters: Clusters) -> go.Figure:
    """Inertia and silhouette by number of clusters, the chosen one marked."""
    measured = clusters.diagnostics.elbow
    figure = go.Figure()
    figure.add_scatter(x=measured["k"], y=measured["inertia"], name="Inertia (lower is tighter)", mode="lines+markers")
    figure.add_scatter(
        x=measured["k"],
        y=measured["silhouette"],
        name="Silhouette (higher is clearer)",
        yaxis="y2",
        mode="lines+markers",
    )
    figure.add_vline(x=len(clusters.clusters), line_dash="dot", line_color="#888", annotation_text="chosen")
    figure.update_xaxes(title="number of clusters", dtick=1)
    side = {"overlaying": "y", "side": "right", "title": "silhouette", "showgrid": False}
    figure.update_yaxes(title="inertia")
    return _style(figure, 360, title="How many clusters?", yaxis2=side, legend={"orientation": "h", "y": -0.25})


def sizes(clusters: Clusters) -> go.Figure:
    """How many songs each cluster has."""
    counts = [cluster.size for cluster in clusters.clusters]
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=[_short(cluster.name) for cluster in clusters.clusters],
            orientation="h",
            marker_color=[CLUSTER_COLOURS[i % len(CLUSTER_COLOURS)] for i in range(len(counts))],
            text=[f"{count:,}" for count in counts],
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _style(figure, 100 + 40 * len(counts), title="Songs in each cluster")


def confusion(clusters: Clusters) -> go.Figure:
    """Where Naive Bayes places held-out songs of each cluster, in percent of the cluster."""
    counts = np.array(clusters.diagnostics.naive_bayes["confusion"], dtype=float)
    share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [_short(cluster.name, 22) for cluster in clusters.clusters]
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
    figure.update_yaxes(autorange="reversed", title="K-Means")
    figure.update_xaxes(title="Naive Bayes")
    accuracy = clusters.diagnostics.naive_bayes["accuracy"]
    return _style(figure, 460, title=f"Naive Bayes agrees on {accuracy:.1%} of held-out songs")


def _short(name: str, length: int = _SHORT_NAME) -> str:
    plain = _plain(name)
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def axis_choices() -> Sequence[tuple[str, str]]:
    """What the map's axes may show."""
    return [("What differs most", "")] + [(feature.label, feature.name) for feature in AUDIO_FEATURES]
