"""The tab "Similar songs": songs like the ones picked, why, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from recsys.catalogue import tracks_of
from recsys.errors import RecsysError, UnknownTrackError
from recsys.handlers import Handlers
from recsys.loading import Capabilities
from recsys.results import ScoredTrack
from recsys.ui import new_song_form, plots
from recsys.ui.areas import area, notice
from recsys.ui.errors import shows_errors
from recsys.ui.kept import forget
from recsys.ui.options import OptionInputs, build_options
from recsys.ui.shares import explain
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.ui.well_known import well_known

ACTIONS = (("compare", "Compare"), ("add", "Add to search"))
_SUGGESTED = 6
_HINT = (
    "Pick one to see what sounds like it, and why. Pick several to search from their middle, "
    "and steer away from others under “Options and filters”."
)
_COMPARE_HINT = (
    '<p class="notice wide-only"><strong>Compare</strong> shows here what a song’s score is made of, and the two '
    "songs side by side.</p>"
)
_TO_DETAILS = """() => requestAnimationFrame(() => {
  if (window.lastSongAction !== 'compare') return;
  const details = document.querySelector('#similar-details');
  details.tabIndex = -1;
  details.focus({preventScroll: true});
  details.scrollIntoView({block: 'nearest'});
})"""


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    picker = song_picker(handlers, "Songs to start from", "seeds")
    with gr.Accordion("Options and filters", open=False, elem_id="options"):
        away = song_picker(handlers, "Steer away from", "away")
        options = build_options()
        reset = gr.Button("Back to the usual options", size="sm", elem_id="options-reset")
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            table = song_table("similar-results")
        with gr.Column(scale=2, min_width=320, elem_id="similar-side"):
            details = area("similar-details")
            comparison = gr.Plot(visible=False, show_label=False, elem_id="similar-comparison")
    new_song_form.build(handlers)
    answer = gr.State([])

    inputs = [picker, away, *options.components]

    def search(seeds: object, steer: object, *values: Any) -> tuple[list[ScoredTrack], str, str, Any]:
        # A search runs at each change of an option, so what it finds wrong is said where its results would be.
        try:
            ranked, html = find_similar(handlers.loaded, picked(seeds), picked(steer), options, values)
        except RecsysError as error:
            ranked, html = [], notice(str(error), problem=True)
        return ranked, html, _COMPARE_HINT if ranked else "", gr.update(visible=False)

    @shows_errors
    def act(ranked: list[ScoredTrack], chosen: object, event: gr.EventData) -> tuple[Any, Any, Any]:
        seeds, track_id, action = picked(chosen), str(event.track_id), str(event.action)
        loaded = handlers.loaded
        if action == "add":
            return [chip(loaded.catalogue.track(row)) for row in _rows(loaded, [*seeds, track_id])], *[gr.skip()] * 2
        result = next((r for r in ranked if r.track.track_id == track_id), None)
        if result is None:
            raise UnknownTrackError(f"Track {track_id!r} is not among the results. Search again.")
        figure = compare(loaded, seeds, result)
        return gr.skip(), explain(result), gr.update(value=figure, visible=True)

    private: dict[str, Any] = {"api_visibility": "private"}
    gr.on(
        [picker.change, away.change, *options.changes],
        search,
        inputs,
        [answer, table, details, comparison],
        trigger_mode="always_last",
        show_progress_on=table,
        **private,
    )
    forget(reset, options.components)
    usual = reset.click(
        lambda: [[], *options.defaults(handlers.loaded)], None, [away, *options.components], queue=False, **private
    )
    usual.then(search, inputs, [answer, table, details, comparison], show_progress_on=table, **private)
    table.select(act, [answer, picker], [picker, details, comparison], show_progress="hidden", **private).success(
        None, js=_TO_DETAILS
    )

    def fill(loaded: Capabilities) -> Sequence[Any]:
        problem = loaded.problems.get("song_to_song")
        missing = notice(problem, title="Similar songs are not available.") if problem else ""
        return [missing or suggest(loaded), *options.fill(loaded)]

    return Tab([table, *options.filled], fill, options.components)


def suggest(loaded: Capabilities) -> str:
    """HTML of well-known songs of different artists to start from."""
    catalogue = loaded.catalogue
    tracks = tracks_of(catalogue, well_known(catalogue, _SUGGESTED))
    hint = notice(_HINT, title="Which songs do you like?")
    return hint + song_rows("Or start with one of these", tracks, (("add", "Start here"),))


def find_similar(
    loaded: Capabilities, seeds: list[str], away: list[str], inputs: OptionInputs, values: Sequence[Any]
) -> tuple[list[ScoredTrack], str]:
    """The ranking and its HTML; a hint instead where nothing is picked."""
    songs = loaded.need_songs()
    if not seeds:
        return [], suggest(loaded)
    k, options = inputs.read(values)
    ranked = songs.similar_tracks(seeds, k, options, away=away)
    titles = " + ".join(track.title for track in map(loaded.catalogue.track, _rows(loaded, seeds)))
    caption = f"{len(ranked)} songs like {titles}"
    if len(ranked) < k:
        caption += f" (no more than {len(ranked)} pass the options)"
    return ranked, song_rows(caption, ranked, ACTIONS)


def compare(loaded: Capabilities, seeds: list[str], result: ScoredTrack) -> Any:
    """A figure of the seeds' mean beside the result."""
    rows = loaded.catalogue.rows(seeds)
    features = loaded.catalogue.features
    title = plots.as_it_is(loaded.catalogue.track(int(rows[0])).title)
    name = title if len(rows) == 1 else f"Mean of your {len(rows)} songs"
    found = loaded.catalogue.row(result.track.track_id)
    other = plots.as_it_is(result.track.title)
    other = other if other != name else f"{name} ({result.track.artist})"
    return plots.compare_songs(loaded.catalogue, {name: features[rows].mean(axis=0), other: features[found]})


def _rows(loaded: Capabilities, track_ids: list[str]) -> list[int]:
    return [int(row) for row in loaded.catalogue.rows(dict.fromkeys(track_ids))]
