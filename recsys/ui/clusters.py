"""The tab "Clusters": the families of songs, on a map and in figures."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import tracks_of
from recsys.clusters import Clusters
from recsys.errors import InvalidQueryError
from recsys.handlers import Handlers, place_track
from recsys.loading import Capabilities
from recsys.text import fold
from recsys.ui import plots
from recsys.ui.errors import shows_errors
from recsys.ui.map_clicks import map_clicks
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab

ACTIONS = (("similar", "Similar songs"), ("map", "Show on map"))
_MAP = "cluster-map"
_EXAMPLES = {
    "Typical": ("exemplars", "Songs nearest the middle of the cluster"),
    "Borderline": ("borderline", "Songs about as near to another cluster"),
    "Naive Bayes disagrees": ("disagreements", "Songs that Naive Bayes would place elsewhere"),
}
# The table notes what was asked for, so that only "Similar songs" leaves this tab.
_GO_TO_SIMILAR = """() => {
  if (window.lastSongAction === 'similar') document.querySelectorAll('button[role=tab]')[0].click();
}"""


def build(handlers: Handlers, seeds: gr.HTML) -> Tab:
    """Lay out the tab inside the current `gr.Tab`; "Similar songs" sends the song to ``seeds``, on the first tab."""
    problem = gr.Markdown(visible=False)
    choice = gr.Radio([], label="Cluster", elem_id="cluster-choice")
    about = gr.HTML(elem_id="cluster-about", js_on_load=None, apply_default_css=False)
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            song_map = gr.Plot(label="Map of songs", elem_id=_MAP)
            with gr.Row():
                x = gr.Dropdown(plots.axis_choices(), value="", label="Across", min_width=140)
                y = gr.Dropdown(plots.axis_choices(), value="", label="Up", min_width=140)
            gr.Markdown(
                "Each point is a song; click one to see it. Big catalogues show a sample of 5,000. Axes that show "
                "“what differs most” are the first two principal components, named by the features they are made of."
            )
        with gr.Column(scale=2, min_width=320):
            where = song_picker(handlers, "Where is this song?", "where", many=False)
            clicked = song_table("clicked-song")
            kind = gr.Radio(list(_EXAMPLES), value="Typical", label="Songs of the cluster")
            examples = song_table("cluster-examples")
            download = gr.DownloadButton("Download this cluster as a playlist (CSV)", elem_id="download-cluster")
    clicks = map_clicks(_MAP)
    with gr.Accordion("How the clusters were found, and how sure they are", open=False):
        figures = [gr.Plot(label=label) for label in ("Profiles", "Elbow", "Sizes", "Naive Bayes")]

    @shows_errors
    def show(name: str, kind: str) -> tuple[str, str]:
        return describe(handlers.loaded.need_clusters(), name), list_examples(handlers.loaded, name, kind)

    @shows_errors
    def draw(x: str, y: str, chosen: object) -> Any:
        clusters = handlers.loaded.need_clusters()
        row = clusters.catalogue.row(picked(chosen)[0]) if picked(chosen) else None
        return plots.song_map(clusters, x or None, y or None, row)

    @shows_errors
    def click(event: gr.EventData) -> str:
        loaded = handlers.loaded
        row = event.row
        if not isinstance(row, int) or not 0 <= row < len(loaded.catalogue):
            raise InvalidQueryError(f"The map sent {row!r}, which is no song of this catalogue. Load the page again.")
        return describe_song(loaded, loaded.catalogue.track(row).track_id)

    @shows_errors
    def locate(chosen: object) -> str:
        return describe_song(handlers.loaded, picked(chosen)[0]) if picked(chosen) else ""

    @shows_errors
    def act(event: gr.EventData) -> tuple[Any, Any]:
        loaded = handlers.loaded
        found = [chip(loaded.catalogue.track(loaded.catalogue.row(str(event.track_id))))]
        return (found, gr.skip()) if event.action == "similar" else (gr.skip(), found)

    @shows_errors
    def save(name: str) -> str:
        return str(write_playlist(handlers.loaded.need_clusters(), name))

    private: dict[str, Any] = {"api_visibility": "private"}
    gr.on([choice.change, kind.change], show, [choice, kind], [about, examples], **private)
    gr.on([x.change, y.change, where.change], draw, [x, y, where], song_map, **private)
    where.change(locate, where, clicked, **private)
    clicks.select(click, None, clicked, **private)
    for table in (clicked, examples):
        table.select(act, None, [seeds, where], **private).success(None, js=_GO_TO_SIMILAR)
    download.click(save, choice, download, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.clusters is None:
            text = f"**Clusters are not available.** {loaded.problems['clusters']}"
            return [gr.update(value=text, visible=True), *[gr.update(visible=False)] * 6]
        names = [cluster.name for cluster in loaded.clusters.clusters]
        drawn = [plots.profile_heatmap, plots.elbow, plots.sizes, plots.confusion]
        return [
            gr.update(visible=False),
            gr.update(choices=names, value=names[0]),
            plots.song_map(loaded.clusters, None, None),
            *(draw(loaded.clusters) for draw in drawn),
        ]

    return Tab([problem, choice, song_map, *figures], fill)


def describe(clusters: Clusters, name: str) -> str:
    """HTML of a cluster's profile."""
    cluster = next(c for c in clusters.clusters if c.name == name)
    return (
        f'<div class="notice"><strong>{escape(cluster.name)}</strong> – {cluster.size:,} songs.<br>'
        f"{escape(cluster.profile)}</div>"
    )


def list_examples(loaded: Capabilities, name: str, kind: str) -> str:
    """HTML of the cluster's songs of one kind."""
    clusters = loaded.need_clusters()
    label = next(c.label for c in clusters.clusters if c.name == name)
    key, caption = _EXAMPLES[kind]
    tracks = tracks_of(loaded.catalogue, clusters.examples(label, key))
    return song_rows(caption, tracks, ACTIONS) if tracks else f'<p class="notice">{caption}: none.</p>'


def describe_song(loaded: Capabilities, track_id: str) -> str:
    """HTML of one song and where it falls."""
    placement = place_track(loaded.need_clusters(), track_id)
    track = loaded.catalogue.track(loaded.catalogue.row(track_id))
    sure = (
        "at its core" if placement.margin > 0.3 else "towards its edge" if placement.margin > 0.1 else "on its border"
    )
    agrees = placement.naive_bayes.label == placement.cluster.label
    second = f"agrees ({placement.probability:.0%} sure)" if agrees else f"says {placement.naive_bayes.name}"
    text = f"In {placement.cluster.name}, {sure}; next would be {placement.runner_up.name}. Naive Bayes {second}."
    return song_rows("Chosen song", [track], (("similar", "Similar songs"),)) + f'<p class="notice">{escape(text)}</p>'


def write_playlist(clusters: Clusters, name: str) -> Path:
    """Write the cluster's songs to a CSV file, those nearest its middle first."""
    cluster = next(c for c in clusters.clusters if c.name == name)
    folder = Path(tempfile.mkdtemp(prefix="recsys-playlist-"))
    path = folder / f"{re.sub(' +', '-', fold(cluster.name)) or 'cluster'}.csv"
    rows = clusters.rows(cluster.label)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["track_id", "title", "artist", "album", "year", *FEATURE_NAMES])
        for row, features in zip(rows, clusters.catalogue.features[rows], strict=True):
            track = clusters.catalogue.track(int(row))
            about = [track.track_id, *(_as_text(v) for v in (track.title, track.artists, track.album)), track.year]
            writer.writerow([*about, *(f"{value:g}" for value in features)])
    return path


def _as_text(value: str | None) -> str | None:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{value}" if value and value[0] in "=+-@\t\r" else value
