"""The tab "Clusters": the families of songs, on a map and in figures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from recsys.catalogue import tracks_of
from recsys.clusters import Clusters
from recsys.errors import InvalidQueryError
from recsys.handlers import Handlers, place_track
from recsys.loading import Capabilities
from recsys.ui import diagnostics, song_map
from recsys.ui.areas import area, notice
from recsys.ui.cluster_download import named, playlist_button
from recsys.ui.errors import shows_errors
from recsys.ui.map_clicks import map_clicks
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab

ACTIONS = (("map", "Show on map"),)
_MAP = "cluster-map"
_EXAMPLES = {
    "Typical": ("exemplars", "Songs nearest the middle of the cluster"),
    "Borderline": ("borderline", "Songs about as near to another cluster"),
    "Naive Bayes disagrees": ("disagreements", "Songs that Naive Bayes would place elsewhere"),
}
_MAP_HELP = (
    "Each point is a song: click one to see it. Big catalogues show a sample of 5,000. “Automatic” axes are the "
    "first two principal components, the directions in which songs differ most, named by the features they are made of."
)
_TO_MAP = "() => document.querySelector('#cluster-map').scrollIntoView({block: 'nearest'})"
_TO_SONG = (
    "() => requestAnimationFrame(() => document.querySelector('#clicked-song').scrollIntoView({block: 'nearest'}))"
)


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("cluster-problem", visible=False)
    with gr.Column() as content:
        with gr.Row():
            with gr.Column(scale=2, min_width=320):
                plot = gr.Plot(show_label=False, elem_id=_MAP)
                with gr.Row():
                    x = gr.Dropdown(song_map.axis_choices(), value="", label="Across", min_width=120, elem_id="across")
                    y = gr.Dropdown(song_map.axis_choices(), value="", label="Up", min_width=120, elem_id="up")
            with gr.Column(scale=1, min_width=320):
                choice = gr.Radio([], label="Cluster", elem_id="cluster-choice")
                about = area("cluster-about")
                where = song_picker(handlers, "Where is this song?", "where", many=False)
                clicked = song_table("clicked-song")
        gr.Markdown(_MAP_HELP)
        kind = gr.Radio(list(_EXAMPLES), value="Typical", label="Songs of the cluster", elem_id="cluster-songs")
        examples = song_table("cluster-examples")
        download = playlist_button(handlers)
        with gr.Accordion("How the clusters were found, and how sure they are", open=False):
            figures = [gr.Plot(show_label=False) for _ in diagnostics.FIGURES]
    clicks = map_clicks(_MAP)

    @shows_errors
    def show(name: str, kind: str) -> tuple[str, str, Any]:
        loaded = handlers.loaded
        return describe(loaded.need_clusters(), name), list_examples(loaded, name, kind), gr.update(cluster=name)

    @shows_errors
    def draw(name: str, x: str, y: str, chosen: object) -> Any:
        clusters = handlers.loaded.need_clusters()
        row = clusters.catalogue.row(picked(chosen)[0]) if picked(chosen) else None
        return song_map.draw(clusters, x or None, y or None, lit=name, chosen=row)

    @shows_errors
    def click(event: gr.EventData) -> tuple[list[dict[str, str]], str]:
        loaded = handlers.loaded
        catalogue, row = loaded.catalogue, event.row
        if not isinstance(row, int) or not 0 <= row < len(catalogue):
            raise InvalidQueryError(f"The map sent {row!r}, which is no song of this catalogue. Load the page again.")
        track = catalogue.track(row)
        return [chip(track)], describe_song(loaded, track.track_id)

    @shows_errors
    def locate(chosen: object) -> tuple[str, Any]:
        if not picked(chosen):
            return "", gr.skip()
        loaded, track_id = handlers.loaded, picked(chosen)[0]
        return describe_song(loaded, track_id), place_track(loaded.need_clusters(), track_id).cluster.name

    @shows_errors
    def show_on_map(event: gr.EventData) -> list[dict[str, str]]:
        catalogue = handlers.loaded.catalogue
        return [chip(catalogue.track(catalogue.row(str(event.track_id))))]

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([choice.change, kind.change], show, [choice, kind], [about, examples, download], **private)
    choice.change(None, choice, None, js=song_map.LIGHT_UP, **private)
    drawn = [choice, x, y, where]
    gr.on([x.change, y.change, where.change], draw, drawn, plot, trigger_mode="always_last", **private)
    where.change(locate, where, [clicked, choice], **private)
    clicks.select(click, None, [where, clicked], **private).success(None, js=_TO_SONG)
    examples.select(show_on_map, None, where, **private).success(None, js=_TO_MAP)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.clusters is None:
            text = notice(loaded.problems["clusters"], title="Clusters are not available.")
            return [gr.update(value=text, visible=True), gr.update(visible=False), *[gr.skip()] * (2 + len(figures))]
        names = [cluster.name for cluster in loaded.clusters.clusters]
        return [
            gr.skip(),
            gr.skip(),
            gr.update(choices=names, value=names[0]),
            song_map.draw(loaded.clusters, lit=names[0]),
            *(figure(loaded.clusters) for figure in diagnostics.FIGURES),
        ]

    return Tab([problem, content, choice, plot, *figures], fill, [choice, kind, x, y])


def describe(clusters: Clusters, name: str) -> str:
    """HTML of a cluster's profile."""
    cluster = named(clusters, name)
    return notice(f"{cluster.size:,} songs. {cluster.profile}", title=cluster.name)


def list_examples(loaded: Capabilities, name: str, kind: str) -> str:
    """HTML of the cluster's songs of one kind."""
    clusters = loaded.need_clusters()
    key, caption = _EXAMPLES[kind]
    tracks = tracks_of(loaded.catalogue, clusters.examples(named(clusters, name).label, key))
    return song_rows(caption, tracks, ACTIONS) if tracks else notice(f"{caption}: none.")


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
    return song_rows("Chosen song", [track]) + f'<p class="notice">{escape(text)}</p>'
