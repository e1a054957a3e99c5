"""The map of songs: a point a song, coloured by cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX
from recsys.catalogue import Catalogue, Rows
from recsys.clusters import Clusters
from recsys.ui.plots import as_it_is, plain, short, style
from recsys.ui.theme import CHOSEN_COLOUR, CLUSTER_COLOURS

MAP_POINTS = 5_000
_LIT, _DIM = 0.9, 0.35
_PAPER: dict[str, Any] = {"xref": "paper", "yref": "paper", "showarrow": False}

# In the page, so that choosing a cluster shows at once; a cluster's trace carries its name.
LIGHT_UP = f"""name => {{
  const map = document.querySelector('#cluster-map .js-plotly-plot');
  const clusters = map?.data ? [...map.data.keys()].filter(i => map.data[i].meta) : [];
  if (!clusters.length || !window.Plotly) return;
  const opacity = clusters.map(i => map.data[i].meta === name ? {_LIT} : {_DIM});
  window.Plotly.restyle(map, {{'marker.opacity': opacity}}, clusters);
}}"""


def axis_choices() -> Sequence[tuple[str, str]]:
    """What the map's axes may show."""
    return [("Automatic", "")] + [(feature.label, feature.name) for feature in AUDIO_FEATURES]


def draw(
    clusters: Clusters,
    x: str | None = None,
    y: str | None = None,
    *,
    lit: str | None = None,
    chosen: int | None = None,
) -> go.Figure:
    """The catalogue's songs, coloured by cluster; each point carries its row.

    Args:
        clusters: Whose songs.
        x: Feature across; None for the direction in which songs differ most.
        y: Feature up; None for the direction in which they differ most after that.
        lit: Name of the cluster to make stand out.
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
            name=short(cluster.name),
            meta=cluster.name,
            marker={
                "size": 5,
                "opacity": _LIT if cluster.name == lit else _DIM,
                "color": CLUSTER_COLOURS[cluster.label % len(CLUSTER_COLOURS)],
            },
            customdata=members,
            text=_hover_texts(clusters.catalogue, members),
            hovertemplate="%{text}<extra>%{fullData.name}</extra>",
        )
    for end, word in enumerate(axis_words(clusters, y, 1)):
        # The page's style sheet colours the first two annotations like its text.
        place = {"x": 0, "xanchor": "left", "xshift": 4, "y": end, "yanchor": "bottom"}
        figure.add_annotation(text=word, **place, **_PAPER)
    if chosen is not None and np.isfinite(values[chosen]).all():
        _mark(figure, clusters.catalogue, chosen, values[chosen])
    figure.update_xaxes(title={"text": "<br>".join(filter(None, axis_words(clusters, x, 0)))}, zeroline=False)
    figure.update_yaxes(zeroline=False)
    # What one has zoomed into stays, until the axes mean something else.
    return style(figure, 600, showlegend=False, uirevision=f"{x} {y}", hovermode="closest")


def _mark(figure: go.Figure, catalogue: Catalogue, row: int, place: np.ndarray) -> None:
    """A star, and a label above all points; the points' layer covers everything else that is drawn in the plot."""
    text, track = _hover_texts(catalogue, np.array([row])), catalogue.track(row)
    figure.add_scattergl(
        x=place[:1],
        y=place[1:],
        mode="markers",
        name="Chosen song",
        marker={"size": 18, "symbol": "star", "color": CHOSEN_COLOUR, "line": {"width": 2, "color": "#fff"}},
        customdata=[row],
        text=text,
        hovertemplate="%{text}<extra></extra>",
    )
    figure.add_annotation(
        x=float(place[0]),
        y=float(place[1]),
        text=as_it_is(short(f"{track.title} – {track.artist}")),
        bgcolor=CHOSEN_COLOUR,
        font={"color": "#fff"},
        borderpad=3,
        arrowcolor=CHOSEN_COLOUR,
        arrowhead=0,
        standoff=8,
        ax=0,
        ay=-36,
    )


def _sample(n: int) -> Rows:
    """Rows to draw: all of a small catalogue, else an even sample."""
    return np.arange(n) if n <= MAP_POINTS else np.random.default_rng(0).choice(n, MAP_POINTS, replace=False)


def _axis_values(clusters: Clusters, feature: str | None, direction: int) -> np.ndarray:
    if feature is None:
        return clusters.song_map[:, direction]
    values = clusters.catalogue.features[:, FEATURE_INDEX[feature]]
    return values / 60_000 if feature == "duration_ms" else values


def axis_words(clusters: Clusters, feature: str | None, direction: int) -> tuple[str, str]:
    """What the low end and the high end of an axis mean; a feature needs one only."""
    back, on = ("← ", " →") if direction == 0 else ("↓ ", " ↑")
    if feature is not None:
        about = AUDIO_FEATURES[FEATURE_INDEX[feature]]
        unit = "minutes" if feature == "duration_ms" else about.unit
        return "", f"{about.label}{f' ({unit})' if unit else ''}{on}"
    axis = clusters.diagnostics.axes[direction]
    return f"{back}{axis['low']}", f"{axis['high']}{on} ({axis['variance']:.0%})"


def _hover_texts(catalogue: Catalogue, rows: Rows) -> list[str]:
    tracks = [catalogue.track(int(row)) for row in rows]
    return [as_it_is(f"{plain(track.title)} – {plain(track.artist)}") for track in tracks]
