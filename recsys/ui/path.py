"""The tab "Path": from this song to that one, each close to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.catalogue import Track, tracks_of
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.journey_handlers import path_notes
from recsys.loading import Capabilities
from recsys.song_path import FEWEST_STEPS, PathOptions, Step, find_path
from recsys.ui.areas import area, notice
from recsys.ui.options import space_choices
from recsys.ui.path_pictures import course_words, courses, way_map
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.ui.well_known import well_known

_MOST_STEPS = 25
_ENERGY = [("Any", "any"), ("Rising", "rising"), ("Falling", "falling")]
_HINT = (
    "Choose the song to start from and the one to arrive at. Between them come songs that lead from one to the other, "
    "each close to the one before, and you see what changes at every step."
)
_MISSING_END = {
    True: ("Where should it end?", "Choose a song under “To that song”."),
    False: ("Where should it begin?", "Choose a song under “From this song”."),
}
_STEP_MEANS = (
    "Step: how far a song lies from the one before, as a share of the distance between the first song and the last. "
    "Low is smooth, high is a leap; the longest step fills its bar."
)
_PICTURES_MEAN = (
    "In the chart, 80 means more than 80% of the songs here have. Mood is the valence: high is happy, low is sad. "
)
_MAP_MEANS = "On the song map below, songs that sound alike lie close together; the numbers are those of the list."
_WELL_KNOWN = 60


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("path-problem", visible=False)
    with gr.Column() as content:
        with gr.Row(equal_height=False, elem_id="path-ends"):
            with gr.Column(scale=5, min_width=260):
                start = song_picker(handlers, "From this song", "path-from", many=False)
            swap = gr.Button("⇄ Swap", elem_id="path-swap", min_width=90, scale=0)
            with gr.Column(scale=5, min_width=260):
                goal = song_picker(handlers, "To that song", "path-to", many=False)
        with gr.Row():
            steps = gr.Slider(
                FEWEST_STEPS, _MOST_STEPS, 10, step=1, label="How many songs", min_width=220, elem_id="path-steps"
            )
            energy = gr.Radio(_ENERGY, value="any", label="Energy", min_width=220, elem_id="path-energy")
        with gr.Accordion("More options", open=False):
            space = gr.Radio([], label="Where it is smooth", elem_id="path-space")
            per_artist = gr.Slider(
                0, 10, 1, step=1, label="Songs by one artist, at most", info="0: any number.", elem_id="path-artists"
            )
        with gr.Row(visible=False, elem_id="path-go-on") as go_on:
            other = gr.Button("Another way", elem_id="path-other", min_width=130, scale=0)
            best = gr.Button("Back to the best way", elem_id="path-best", min_width=190, scale=0, visible=False)
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                table = song_table("path-songs")
                example = gr.Button("Show me this path", variant="primary", visible=False, elem_id="path-example")
            with gr.Column(scale=2, min_width=320):
                about = area("path-about")
                chart = gr.Plot(visible=False, show_label=False, elem_id="path-chart")
                on_map = gr.Plot(visible=False, show_label=False, elem_id="path-map")
    way = gr.State(0)
    shown = [way, table, about, chart, on_map, go_on, best, example]
    inputs = [start, goal, way, steps, energy, per_artist, space]

    def run(begin: object, end: object, way: int, *values: Any) -> list[Any]:
        # The path follows every change, so what is wrong is said where it would be.
        try:
            loaded, ends = handlers.loaded, (picked(begin), picked(end))
            if not all(ends):
                return [0, start_html(loaded, *ends), *_nothing(example=not any(ends))]
            return [way, *show(loaded, ends[0][0], ends[1][0], options_of(way, *values))]
        except RecsysError as error:
            return [way, notice(str(error), problem=True), *_nothing(example=False)]

    def best_way(begin: object, end: object, way: int, *values: Any) -> list[Any]:
        return run(begin, end, 0, *values)

    def other_way(begin: object, end: object, way: int, *values: Any) -> list[Any]:
        return run(begin, end, way + 1, *values)

    def take_example() -> list[Any]:
        return [[chip(track)] for track in example_pair(handlers.loaded)]

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}
    gr.on([start.change, goal.change, best.click], best_way, inputs, shown, **private)
    gr.on([part.input for part in (steps, energy, per_artist, space)], run, inputs, shown, **private)
    other.click(other_way, inputs, shown, **private)
    swap.click(None, [start, goal], [start, goal], js="(a, b) => [b, a]", **private)
    example.click(take_example, None, [start, goal], queue=False, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.songs is None:
            missing = notice(loaded.problems["song_to_song"], title="Paths are not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), *[gr.skip()] * 3]
        choices = space_choices(loaded)
        spaces = gr.update(choices=choices, value=choices[0][1])
        return [gr.skip(), gr.skip(), spaces, start_html(loaded, [], []), gr.update(visible=True)]

    return Tab([problem, content, space, table, example], fill, [steps, energy, space, per_artist])


def options_of(way: int, steps: float, energy: str, per_artist: float, space: str) -> PathOptions:
    """The options, from the components' values; ``way`` 0 is the best one."""
    return PathOptions(int(steps), space, energy, way, int(per_artist))


def show(loaded: Capabilities, start: str, goal: str, options: PathOptions) -> list[Any]:
    """HTML of the songs on the way, what is said and drawn beside them, and updates for the buttons."""
    path = find_path(loaded.need_songs(), start, goal, options)
    tracks = [step.song.track for step in path]
    rows = loaded.catalogue.rows([track.track_id for track in tracks])
    notes = "".join(map(notice, path_notes(path)))
    caption = f"{len(path)} songs from {tracks[0].title} to {tracks[-1].title}"
    if options.seed:
        caption += f" (another way, number {options.seed})"
    table = song_rows(caption, [step.song for step in path], scores=False, under=step_bars(path))
    about = f"{course_words(loaded.catalogue, rows)} {_PICTURES_MEAN}{_MAP_MEANS if loaded.clusters else ''}"
    return [
        f'{notes}<p class="fine">{_STEP_MEANS}</p>{table}',
        f'<p class="fine">{about}</p>',
        _plot(courses(loaded.catalogue, rows)),
        _plot(way_map(loaded.clusters, rows) if loaded.clusters else None),
        gr.update(visible=True),
        gr.update(visible=bool(options.seed)),
        gr.update(visible=False),
    ]


def _nothing(*, example: bool) -> list[Any]:
    """Updates for all that stands beside the list, where there is no path."""
    hidden = gr.update(visible=False)
    return ["", hidden, hidden, hidden, hidden, gr.update(visible=example)]


def _plot(figure: Any) -> Any:
    return gr.update(value=figure, visible=figure is not None)


def step_bars(path: Sequence[Step]) -> list[str]:
    """HTML of how long the step to each song is; nothing for the first."""
    longest = max(step.jump for step in path) or 1
    return ["", *(_bar(step.jump, longest) for step in path[1:])]


def _bar(jump: float, longest: float) -> str:
    return (
        f'<span class="step"><span class="step-size">Step: {100 * jump:.0f}%</span>'
        f'<span class="step-bar"><i style="width:{100 * jump / longest:.0f}%"></i></span></span>'
    )


def start_html(loaded: Capabilities, begin: Sequence[str], end: Sequence[str]) -> str:
    """HTML of what to do while a song is missing: both, or one of the two."""
    if begin or end:
        title, words = _MISSING_END[bool(begin)]
        return notice(words, title=title)
    hint = notice(_HINT, title="From which song to which?")
    return hint + song_rows("For example, from the first of these two to the second", example_pair(loaded))


def example_pair(loaded: Capabilities) -> list[Track]:
    """Two well-known songs that are far apart, the calmer one first."""
    catalogue = loaded.catalogue
    rows = well_known(catalogue, _WELL_KNOWN)
    points = loaded.need_songs().space(space_choices(loaded)[0][1]).embeddings[rows]
    apart = np.linalg.norm(points[:, None] - points, axis=2)  # (n, n)
    pair = rows[list(np.unravel_index(np.argmax(apart), apart.shape))]
    energy = catalogue.features[pair, FEATURE_INDEX["energy"]]
    return tracks_of(catalogue, pair[np.argsort(energy, kind="stable")])
