"""The proposed order of a playlist: its songs one after the other, how smooth it is, its energy beside that of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from recsys.catalogue import Track
from recsys.playlist_checkup import Step
from recsys.ui.plots import as_it_is, plain, style
from recsys.ui.song_table import listen_button, song_attributes
from recsys.ui.theme import CLUSTER_COLOURS

_PARTS = {"total": "All together", "tempo": "Tempo", "key": "Key", "energy": "Energy", "sound": "Sound"}
_SMOOTH, _ROUGH = 0.4, 0.8
_NOW, _NEW = "#7b8494", CLUSTER_COLOURS[0]
_UNKNOWN = "unknown"


def order_table(steps: Sequence[Step]) -> str:
    """HTML of the songs in their new order, with what changes from one to the next."""
    titles = ("#", '<span class="unseen">Listen</span>', "Song", "Energy", "Tempo", "Key", "From the song before")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    caption = (
        "The proposed order "
        "<small>Energy: 0 is calm, 100 lively. Keys one step apart go together. "
        f"A jump is smooth up to {_SMOOTH}, rough from {_ROUGH}; two songs drawn by chance are 1 apart.</small>"
    )
    rows = "".join(_row(number, step) for number, step in enumerate(steps, 1))
    return (
        f'<table class="songs order"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(number: int, step: Step) -> str:
    track = step.track
    tempo = _UNKNOWN if step.tempo is None else f"{step.tempo:.0f} BPM"
    said = f"{_jump(step.jump)} {escape(step.transition)}" if step.jump is not None else "It begins."
    return (
        f'<tr {song_attributes(track)}><td class="number">{number}</td><td class="listen">{listen_button(track)}</td>'
        f'<td class="song" translate="no"><span class="who">{escape(track.title)}</span>'
        f'<span class="by">{escape(track.artists)}</span></td>'
        f'<td class="energy">{_energy(step.energy)}</td><td class="tempo">{tempo}</td>'
        f'<td class="key-name">{escape(step.key or _UNKNOWN)}</td><td class="said">{said}</td></tr>'
    )


def _energy(energy: float | None) -> str:
    if energy is None:
        return _UNKNOWN
    percent = round(100 * energy)
    return f'<span class="meter" aria-hidden="true"><i style="width:{percent}%"></i></span> {percent} {_level(energy)}'


def _level(energy: float) -> str:
    return "calm" if energy < 0.4 else "medium" if energy < 0.7 else "lively"


def _jump(jump: float) -> str:
    name = "smooth" if jump <= _SMOOTH else "noticeable" if jump < _ROUGH else "rough"
    return f'<b class="jump {name}">{name}</b>'


def smoother(smoothness: Mapping[str, Mapping[str, float]]) -> int:
    """By how many percent the jumps of the proposed order are smaller than now; 0 where they are not."""
    given, proposed = (smoothness.get(name, {}).get("total", 0.0) for name in ("given", "proposed"))
    return max(0, round(100 * (1 - proposed / given))) if given else 0


def smoothness_table(smoothness: Mapping[str, Mapping[str, float]]) -> str:
    """HTML of how large the jumps between neighbours are, as it is and as proposed."""
    given, proposed = smoothness.get("given", {}), smoothness.get("proposed", {})
    if not given:
        return ""
    most = max(1.0, *given.values(), *proposed.values())
    rows = "".join(
        f'<tr><th scope="row">{label}</th>{_cell(given[name], most, "now")}{_cell(proposed[name], most, "new")}</tr>'
        for name, label in _PARTS.items()
        if name in given
    )
    percent = smoother(smoothness)
    verdict = (
        f"The proposed order has {percent}% smaller jumps." if percent else "It is as smooth as it can be already."
    )
    caption = (
        f"<strong>{verdict}</strong> How far neighbours are apart, on average: 0 is no jump at all, "
        "1 as far as two songs drawn by chance. Lower is smoother."
    )
    head = '<tr><td></td><th scope="col">As it is</th><th scope="col">Proposed</th></tr>'
    return f'<table class="smoothness"><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _cell(value: float, most: float, kind: str) -> str:
    bar = f'<span class="meter {kind}" aria-hidden="true"><i style="width:{100 * value / most:.0f}%"></i></span>'
    return f"<td>{bar} {value:.2f}</td>"


def energy_lines(now: Sequence[tuple[Track, float]], new: Sequence[tuple[Track, float]]) -> go.Figure:
    """The energy of the songs one after the other; NaN where it is unknown."""
    figure = go.Figure()
    for name, songs, colour, width, dash in (("as it is", now, _NOW, 2, "dot"), ("proposed", new, _NEW, 3, "solid")):
        figure.add_scatter(
            x=list(range(1, len(songs) + 1)),
            y=[100 * energy for _, energy in songs],
            mode="lines+markers" if len(songs) <= 60 else "lines",
            name=name,
            line={"color": colour, "width": width, "dash": dash},
            text=[f"{plain(track.title)} – {plain(track.artist)}" for track, _ in songs],
            hovertemplate=as_it_is("%{x}. %{text}<br>energy %{y:.0f}<extra>%{fullData.name}</extra>"),
        )
    figure.update_xaxes(title="place in the playlist", rangemode="tozero", zeroline=False, tickformat="d", nticks=12)
    figure.update_yaxes(title="energy: calm → lively", range=[0, 100], zeroline=False)
    legend = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"}
    return style(figure, 300, title="Energy from first to last", legend=legend)
