"""What all figures share, and the comparison of songs. Colours of text and grid come from the page (`theme.css`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES, Features, format_value
from recsys.catalogue import Catalogue
from recsys.ui.theme import CLUSTER_COLOURS, SANS

_SHORT_NAME = 40


def style(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    """Give ``figure`` its height and the look of the page."""
    if isinstance(layout.get("title"), str):
        title = {"x": 0, "xref": "container", "pad": {"l": 10}, "font": {"size": 15}}
        layout["title"] = title | {"text": layout["title"]}
    margin = {"l": 10, "r": 10, "t": 50 if "title" in layout else 30, "b": 10}
    clear = "rgba(0,0,0,0)"
    figure.update_layout(height=height, margin=margin, paper_bgcolor=clear, plot_bgcolor=clear, **layout)
    bar = {"bgcolor": clear, "color": "#7b8494", "activecolor": "#6366f1", "remove": ["select2d", "lasso2d"]}
    # Dragging would hold up a thumb that scrolls the page; zooming can be chosen in the figure's bar.
    figure.update_layout(font_family=", ".join(SANS), dragmode=False, modebar=bar)
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure


def plain(text: str) -> str:
    """Plotly reads a little HTML in its texts; titles are data."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def as_it_is(text: str) -> str:
    """``text`` marked as data, such as a title, for where no HTML can: `phrase_book.js` leaves what begins so alone."""
    return f"\N{WORD JOINER}{text}"


def short(name: str, length: int = _SHORT_NAME) -> str:
    """A name that fits into a legend or beside an axis."""
    return plain(name if len(name) <= length else name[: length - 1] + "…")


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
            name=short(name),
            orientation="h",
            marker_color=colour,
            customdata=values,
            hovertemplate="%{y}: %{customdata}, more than %{x:.0f}% of songs<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, 100], title="more than … % of songs")
    figure.update_yaxes(autorange="reversed")
    legend = {"orientation": "h", "x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top"}
    figure = style(figure, 440, barmode="group", bargap=0.3, legend=legend)
    return figure.update_layout(margin_t=60)
