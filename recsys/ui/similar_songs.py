"""The tab "Similar songs": songs like the ones picked, why, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr
import numpy as np

from recsys.catalogue import tracks_of
from recsys.errors import UnknownTrackError
from recsys.handlers import Handlers
from recsys.loading import Capabilities
from recsys.results import Reason, ScoredTrack
from recsys.ui import plots
from recsys.ui.errors import shows_errors
from recsys.ui.options import OptionInputs, build_options
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.ui.theme import CLUSTER_COLOURS

ACTIONS = (("compare", "Compare"), ("add", "Add to search"))
_SUGGESTED = 6
_LOOKED_AT = 500
_HINT = "Pick a song to see what sounds like it. Several songs are searched from their middle."


def build(handlers: Handlers) -> tuple[Tab, gr.HTML]:
    """Lay out the tab inside the current `gr.Tab`; gives the picker too, so that other tabs can send songs to it."""
    with gr.Row():
        with gr.Column(scale=2, min_width=320):
            picker = song_picker(handlers, "Songs to start from", "seeds")
            away = song_picker(handlers, "Steer away from (optional)", "away")
            options = build_options()
            find = gr.Button("Find similar songs", variant="primary")
        with gr.Column(scale=3, min_width=320):
            table = song_table("similar-results", _notice(_HINT))
            details = gr.HTML(elem_id="similar-details", js_on_load=None, apply_default_css=False)
            comparison = gr.Plot(visible=False, label="Side by side", elem_id="similar-comparison")
    answer = gr.State([])

    inputs = [picker, away, *options.components]

    @shows_errors
    def search(seeds: object, steer: object, *values: Any) -> tuple[list[ScoredTrack], str, str, Any]:
        ranked, html = find_similar(handlers.loaded, picked(seeds), picked(steer), options, values)
        return ranked, html, "", gr.update(visible=False)

    @shows_errors
    def act(ranked: list[ScoredTrack], chosen: object, event: gr.EventData) -> tuple[Any, str, Any]:
        seeds, track_id, action = picked(chosen), str(event.track_id), str(event.action)
        loaded = handlers.loaded
        if action == "add":
            return [chip(loaded.catalogue.track(row)) for row in _rows(loaded, [*seeds, track_id])], "", gr.skip()
        result = next((r for r in ranked if r.track.track_id == track_id), None)
        if result is None:
            raise UnknownTrackError(f"Track {track_id!r} is not among the results. Search again.")
        figure = compare(loaded, seeds, result)
        return gr.skip(), explain(result), gr.update(value=figure, visible=True)

    outputs = [answer, table, details, comparison]
    gr.on(
        [find.click, picker.change, away.change],
        search,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="minimal",
        trigger_mode="always_last",
    )
    table.select(act, [answer, picker], [picker, details, comparison], api_visibility="private").then(
        None, js="() => document.querySelector('#similar-details')?.scrollIntoView({block: 'nearest'})"
    )

    def fill(loaded: Capabilities) -> Sequence[Any]:
        problem = loaded.problems.get("song_to_song")
        return [_notice(problem) if problem else suggest(loaded), *options.fill(loaded)]

    return Tab([table, *options.filled], fill), picker


def suggest(loaded: Capabilities) -> str:
    """HTML of well-known songs of different artists to start from."""
    catalogue = loaded.catalogue
    _, first_rows = np.unique(catalogue.artist_keys[:_LOOKED_AT], return_index=True)
    tracks = tracks_of(catalogue, np.sort(first_rows)[:_SUGGESTED])
    return _notice(_HINT) + song_rows("Or start with one of these", tracks, (("add", "Start here"),))


def find_similar(
    loaded: Capabilities, seeds: list[str], away: list[str], inputs: OptionInputs, values: Sequence[Any]
) -> tuple[list[ScoredTrack], str]:
    """The ranking and its HTML; a hint instead where nothing is picked."""
    if not seeds:
        return [], suggest(loaded)
    k, options = inputs.read(values)
    songs = loaded.need_songs()
    ranked = songs.similar_tracks(seeds, k, options, away=away)
    caption = f"{len(ranked)} songs like " + " + ".join(
        t.title for t in map(loaded.catalogue.track, _rows(loaded, seeds))
    )
    if len(ranked) < k:
        caption += f" (no more than {len(ranked)} pass the options)"
    return ranked, song_rows(caption, ranked, ACTIONS)


def compare(loaded: Capabilities, seeds: list[str], result: ScoredTrack) -> Any:
    """A figure of the seeds' mean beside the result."""
    rows = loaded.catalogue.rows(seeds)
    features = loaded.catalogue.features
    name = loaded.catalogue.track(int(rows[0])).title if len(rows) == 1 else f"Mean of your {len(rows)} songs"
    found = loaded.catalogue.row(result.track.track_id)
    other = result.track.title if result.track.title != name else f"{name} ({result.track.artist})"
    return plots.compare_songs(loaded.catalogue, {name: features[rows].mean(axis=0), other: features[found]})


def explain(result: ScoredTrack) -> str:
    """HTML of what the score is made of: one bar a reason, to the right where it brings the songs together."""
    most = max((abs(reason.share) for reason in result.reasons), default=0) or 1
    rows = "".join(_share_row(reason, most) for reason in result.reasons)
    title = f"Why “{escape(result.track.title)}”: what its score of {result.score:.3f} is made of"
    legend = "Blue brings the songs together, orange sets them apart; beside the catalogue's average song."
    return f'<table class="shares"><caption>{title}<br><small>{legend}</small></caption>{rows}</table>'


def _share_row(reason: Reason, most: float) -> str:
    colour = CLUSTER_COLOURS[0] if reason.share >= 0 else CLUSTER_COLOURS[1]
    bar = f'<div><i style="width:{100 * abs(reason.share) / most:.0f}%;background:{colour}"></i></div>'
    return f'<tr><td>{escape(reason.phrase)}</td><td class="bar">{bar}</td><td>{reason.share:+.3f}</td></tr>'


def _rows(loaded: Capabilities, track_ids: list[str]) -> list[int]:
    return [int(row) for row in loaded.catalogue.rows(dict.fromkeys(track_ids))]


def _notice(text: str) -> str:
    return f'<p class="notice">{escape(text)}</p>'
