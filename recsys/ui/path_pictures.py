"""A path in pictures: what becomes of energy, mood and tempo on the way, and the way on the map of songs."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import FEATURE_INDEX, format_value
from recsys.catalogue import Catalogue, Rows, tracks_of
from recsys.clusters import Clusters
from recsys.index import Vectors
from recsys.ui.plots import as_it_is, percentiles, plain, short, style
from recsys.ui.song_map import axis_words
from recsys.ui.theme import CHOSEN_COLOUR, CLUSTER_COLOURS

_AROUND = 1_500
"""How many other songs the map shows."""
# What is drawn: its name here, and dashes and marks that tell it apart without its colour.
_COURSES = {
    "energy": ("Energy", "solid", "circle"),
    "valence": ("Mood", "dash", "square"),
    "tempo": ("Tempo", "dot", "diamond"),
}


def courses(catalogue: Catalogue, rows: Rows) -> go.Figure | None:
    """Lines of energy, mood and tempo from song to song, as percentiles of the catalogue; None where none is known.

    ``rows``: (n_songs,), in the order of the path.
    """
    features = catalogue.features[rows]
    heights = percentiles(catalogue, features)
    if not np.isfinite(heights[:, [FEATURE_INDEX[name] for name in _COURSES]]).any():
        return None
    titles = [short(track.title) for track in tracks_of(catalogue, rows)]
    numbers = list(range(1, len(rows) + 1))
    figure = go.Figure()
    for (name, (label, dash, symbol)), colour in zip(_COURSES.items(), CLUSTER_COLOURS, strict=False):
        column = FEATURE_INDEX[name]
        values = [format_value(name, value) for value in features[:, column].tolist()]
        figure.add_scatter(
            x=numbers,
            y=heights[:, column],
            name=label,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"color": colour, "symbol": symbol, "size": 7},
            customdata=list(zip(titles, values, strict=True)),
            hovertemplate="%{x}. %{customdata[0]}: %{customdata[1]}, more than %{y:.0f}% of songs"
            "<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title="number of the song", range=[0.6, len(rows) + 0.4], dtick=max(1, len(rows) // 8))
    figure.update_yaxes(range=[-4, 104], title="more than … % of songs")
    legend = {"orientation": "h", "x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top"}
    return style(figure, 270, legend=legend).update_layout(margin_t=40)


def course_words(catalogue: Catalogue, rows: Rows) -> str:
    """From what to what each of them goes, in a sentence; "" where nothing is known."""
    ends = catalogue.features[rows[[0, -1]]]  # (2, n_features)
    told = []
    for name, (label, _, _) in _COURSES.items():
        first, last = ends[:, FEATURE_INDEX[name]].tolist()
        if np.isfinite([first, last]).all():
            told.append(f"{label} {format_value(name, first)} → {format_value(name, last)}")
    return f"{', '.join(told)}." if told else ""


def way_map(clusters: Clusters, rows: Rows) -> go.Figure:
    """The songs of the path on the map, numbered and joined by a line, among a sample of all songs."""
    catalogue, places = clusters.catalogue, clusters.song_map
    around = places[:: max(1, len(catalogue) // _AROUND)]
    way = places[rows]
    figure = go.Figure()
    figure.add_scatter(
        x=around[:, 0],
        y=around[:, 1],
        mode="markers",
        hoverinfo="skip",
        marker={"size": 4, "color": "#7F7F7F", "opacity": 0.3},
    )
    colours = [CLUSTER_COLOURS[0]] * len(rows)
    colours[0] = colours[-1] = CHOSEN_COLOUR
    figure.add_scatter(
        x=way[:, 0],
        y=way[:, 1],
        mode="lines+markers+text",
        line={"color": CLUSTER_COLOURS[0], "width": 2},
        marker={"size": 18, "color": colours, "opacity": 1, "line": {"color": "#fff", "width": 1}},
        text=[str(number) for number in range(1, len(rows) + 1)],
        textfont={"color": "#fff", "size": 10},
        hovertext=[plain(f"{track.title} – {track.artist}") for track in tracks_of(catalogue, rows)],
        hovertemplate=as_it_is("%{text}. %{hovertext}<extra></extra>"),
    )
    for axis, update in enumerate((figure.update_xaxes, figure.update_yaxes)):
        words = [word.rpartition(" (")[0] or word for word in axis_words(clusters, None, axis)]
        title = {"text": "<br>".join(words), "font": {"size": 12}}
        update(title=title, range=_extent(around[:, axis], way[:, axis]), zeroline=False, showticklabels=False)
    return style(figure, 360, showlegend=False, hovermode="closest").update_layout(margin_t=10)


def _extent(around: Vectors, way: Vectors) -> list[float]:
    """From where to where an axis goes: all of the way, and the others but for a few far out."""
    low, high = np.nanpercentile(around, [1, 99])
    low, high = min(low, np.nanmin(way)), max(high, np.nanmax(way))
    margin = 0.06 * (high - low)
    return [float(low - margin), float(high + margin)]
