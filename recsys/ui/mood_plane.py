"""The mood plane: how pleasant songs sound (valence) and how much is going on (energy), after Russell (1980)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES
from recsys.catalogue import Catalogue
from recsys.results import ScoredTrack
from recsys.ui.plots import as_it_is, plain, style
from recsys.ui.theme import CHOSEN_COLOUR, CLUSTER_COLOURS

_POINTS = 3_000
_VALENCE, _ENERGY = FEATURE_INDEX["valence"], FEATURE_INDEX["energy"]
_CORNERS = ((0, 0, "sad, calm"), (1, 0, "peaceful"), (0, 1, "tense, angry"), (1, 1, "happy, excited"))


def mood_plane(catalogue: Catalogue, results: Sequence[ScoredTrack]) -> go.Figure:
    """The results by number among the songs of the catalogue."""
    n = len(catalogue)
    rows = np.arange(n) if n <= _POINTS else np.random.default_rng(0).choice(n, _POINTS, replace=False)
    others, found = catalogue.features[rows], catalogue.features[catalogue.rows([r.track.track_id for r in results])]
    figure = go.Figure()
    figure.add_scattergl(
        x=others[:, _VALENCE],
        y=others[:, _ENERGY],
        mode="markers",
        marker={"size": 4, "opacity": 0.25, "color": "#7b8494"},
        hoverinfo="skip",
        name="songs of the catalogue",
    )
    figure.add_scatter(
        x=found[:, _VALENCE],
        y=found[:, _ENERGY],
        mode="markers+text",
        marker={"size": 20, "color": CHOSEN_COLOUR, "line": {"width": 1, "color": "#fff"}},
        text=[str(number) for number in range(1, len(results) + 1)],
        textfont={"color": "#fff", "size": 11},
        customdata=[as_it_is(f"{plain(r.track.title)} – {plain(r.track.artist)}") for r in results],
        hovertemplate="%{customdata}<extra></extra>",
        name="found",
    )
    for x, y, word in _CORNERS:
        place = {"xanchor": "left" if x == 0 else "right", "yanchor": "bottom" if y == 0 else "top"}
        figure.add_annotation(text=word, x=x, y=y, xref="paper", yref="paper", showarrow=False, **place)
    figure.update_xaxes(title="valence: sad → happy", range=[-0.02, 1.02], zeroline=False)
    figure.update_yaxes(title="energy: calm → lively", range=[-0.02, 1.02], zeroline=False)
    return style(figure, 420, showlegend=False, title="Where the songs found lie")


def profile_bars(profile: Sequence[float]) -> go.Figure:
    """What sound the mood words ask for: bars of standard deviations from the average song."""
    names = [name for name, value in zip(FEATURE_NAMES, profile, strict=True) if value]
    values = [value for value in profile if value]
    figure = go.Figure(go.Bar(x=values, y=names, orientation="h", marker_color=CLUSTER_COLOURS[0], hoverinfo="x"))
    figure.update_xaxes(title="standard deviations from the average song", range=[-2.5, 2.5])
    figure.update_yaxes(autorange="reversed")
    return style(figure, 110 + 26 * len(names), title="The sound that the mood words ask for")
