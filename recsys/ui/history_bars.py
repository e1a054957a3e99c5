"""What a list of recommendations rests on: the songs of the history that weigh most, and what is known of the songs."""

from __future__ import annotations

import plotly.graph_objects as go

from recsys.catalogue import Catalogue
from recsys.history_reasons import MODALITIES
from recsys.ui.plots import as_it_is, short, style
from recsys.ui.theme import CLUSTER_COLOURS
from recsys.user_history import HistoryAnswer

_MOST = 8


def weight_bars(catalogue: Catalogue, answer: HistoryAnswer) -> go.Figure:
    """Bars of the share of each song of the history in the list."""
    heaviest = sorted(answer.weights.items(), key=lambda pair: -pair[1])[:_MOST]
    tracks = [catalogue.track(catalogue.row(track_id)) for track_id, _ in heaviest]
    names = [as_it_is(f"{number}. {short(track.title, 26)}") for number, track in enumerate(tracks, 1)]
    shares = [100 * share for _, share in heaviest]
    return _bars(names, shares, "Songs that this list follows", CLUSTER_COLOURS[0])


def modality_bars(answer: HistoryAnswer) -> go.Figure:
    """Bars of how much of its attention the item tower gave to each kind of thing known of the songs in the list."""
    ordered = sorted(answer.modalities.items(), key=lambda pair: -pair[1])
    names = [MODALITIES.get(name, name) for name, _ in ordered]
    return _bars(names, [100 * share for _, share in ordered], "What the model looks at in them", CLUSTER_COLOURS[2])


def _bars(names: list[str], shares: list[float], title: str, colour: str) -> go.Figure:
    figure = go.Figure(go.Bar(x=shares, y=names, orientation="h", marker_color=colour, hovertemplate="%{x:.0f}%"))
    figure.update_xaxes(title="%", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=6)
    figure.update_traces(name="")
    return style(figure, 110 + 26 * len(names), title=title)
