"""The tab "Group": one list for two to five listeners."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from recsys.capabilities import Capabilities
from recsys.group_blend import MOST, WAYS
from recsys.handlers import Handlers
from recsys.ui.areas import area, notice
from recsys.ui.group_listeners import FIRST, build_listener, one_less, one_more
from recsys.ui.group_view import start
from recsys.ui.group_work import GroupWork
from recsys.ui.song_table import song_table
from recsys.ui.tab import Tab

_WAYS = [(f"{name.capitalize()}: {meaning}", name) for name, meaning in WAYS.items()]
_MOST_SONGS = 50
_BY_SOUND = "This bundle has no model of listening histories, so tastes are read from how the songs sound."
_SHOW = "() => document.querySelector('#group-answer').scrollIntoView({block: 'nearest'})"


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("group-problem", visible=False)
    with gr.Column() as content:
        hint = area("group-hint")
        with gr.Row(equal_height=False, elem_id="group-listeners"):
            listeners = [build_listener(handlers, number) for number in range(1, MOST + 1)]
        more = gr.Button("Add a listener", size="sm", elem_id="group-more")
        way = gr.Radio(_WAYS, value="fair", label="How to choose", elem_id="group-way")
        with gr.Row():
            k = gr.Slider(5, _MOST_SONGS, 10, step=1, label="How many songs", min_width=240, elem_id="group-songs")
            per_artist = gr.Slider(
                0,
                10,
                2,
                step=1,
                label="Songs by one artist, at most",
                info="0: any number.",
                min_width=240,
                elem_id="group-artists",
            )
        new_only = gr.Checkbox(
            True, label="Only new songs", info="None that any of them has played", elem_id="group-new"
        )
        with gr.Row():
            make = gr.Button("Make the list", variant="primary", min_width=200, elem_id="group-make")
            example = gr.Button("Try an example", min_width=160, elem_id="group-example")
        answer = area("group-answer")
        table = song_table("group-results")
    present, made = gr.State(FIRST), gr.State(False)
    values = [component for one in listeners for component in one.components]
    inputs = [present, way, k, per_artist, new_only, *values]
    shown = [made, answer, table]
    cards = [present, *(one.card for one in listeners), more]
    work = GroupWork(handlers)
    private: dict[str, Any] = {"api_visibility": "private"}
    slow: dict[str, Any] = private | {"show_progress_on": answer, "trigger_mode": "always_last"}
    quick: dict[str, Any] = private | {"show_progress": "hidden"}
    make.click(work.make, inputs, shown, **slow).then(None, js=_SHOW, **private)
    changes = [way.input, k.release, per_artist.release, new_only.input]
    gr.on(changes, work.make_again, [made, *inputs], shown, **slow)
    more.click(one_more, present, cards, **quick)
    for number, one in enumerate(listeners, 1):
        if one.remove:
            one.remove.click(partial(one_less, number), present, [*one.components, *cards], **quick)
    filled = example.click(work.example, None, [answer, *values, *cards], **quick)
    filled.success(work.make, inputs, shown, **slow).then(None, js=_SHOW, **private)
    called, beings = ([one.components[place] for one in listeners] for place in (0, 2))

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.history is None and loaded.songs is None:
            missing = notice(loaded.problems["song_to_song"], title="Lists for a group are not available.")
            updates = [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
            return [*updates, *[gr.skip()] * len(beings)]
        names = list(loaded.history.listeners) if loaded.history else []
        known = start() + (notice(_BY_SOUND) if loaded.history is None else "")
        return [gr.skip(), gr.skip(), known, *[gr.update(choices=names, visible=bool(names))] * len(beings)]

    return Tab([problem, content, hint, *beings], fill, [way, k, per_artist, new_only, *called])
