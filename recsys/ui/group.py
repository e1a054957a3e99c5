"""The tab "Group": one list for two to five listeners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from recsys.capabilities import Capabilities
from recsys.errors import RecsysError
from recsys.group_blend import FEWEST, MOST, WAYS, GroupOptions, blend_group
from recsys.handlers import Handlers
from recsys.ui.areas import area, notice
from recsys.ui.errors import shows_errors
from recsys.ui.group_listeners import GroupListener, build_listener, example, free_number, read_listeners
from recsys.ui.group_view import accounts, satisfaction_bars, start, voices_of
from recsys.ui.playlist_edits import added, chips_of, songs_on
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab

_WAYS = [(f"{name.capitalize()}: {meaning}", name) for name, meaning in WAYS.items()]
_PRESENT = tuple(range(1, FEWEST + 1))
_MOST_SONGS = 50
_BY_SOUND = "This bundle has no model of listening histories, so tastes are read from how the songs sound."
_SHOW = "() => document.querySelector('#group-answer').scrollIntoView({block: 'nearest'})"


def build(handlers: Handlers, tray: gr.HTML | None = None) -> Tab:
    """Lay out the tab inside the current `gr.Tab`; the songs of the list can be put on ``tray``, where there is one."""
    problem = area("group-problem", visible=False)
    with gr.Column() as content:
        hint = area("group-hint")
        with gr.Row(equal_height=False, elem_id="group-listeners"):
            listeners = [build_listener(handlers, number) for number in range(1, MOST + 1)]
        with gr.Row():
            more = gr.Button("Add a listener", size="sm", min_width=140, scale=0, elem_id="group-more")
        way = gr.Radio(_WAYS, value="fair", label="How to choose", elem_id="group-way")
        with gr.Row():
            k = gr.Slider(5, _MOST_SONGS, 10, step=1, label="How many songs", min_width=240)
            per_artist = gr.Slider(
                0, 10, 2, step=1, label="Songs by one artist, at most", info="0: any number.", min_width=240
            )
            new_only = gr.Checkbox(
                True, label="Only new songs", info="None that any of them has played", min_width=240,
                elem_id="group-new",
            )  # fmt: skip
        with gr.Row():
            make = gr.Button("Make the list", variant="primary", min_width=200, elem_id="group-make")
            try_it = gr.Button("Try an example", min_width=160, elem_id="group-example")
        answer = area("group-answer")
        put_all = gr.Button("Put all on the playlist", visible=False, size="sm", elem_id="group-put-all")
        table = song_table("group-results")
    present = gr.State(_PRESENT)
    listed = gr.State(())
    values = [component for one in listeners for component in one.components]
    inputs = [present, way, k, per_artist, new_only, *values]
    shown = [listed, answer, put_all, table]

    def run(present: Sequence[int], way: str, k: float, per_artist: float, new_only: bool, *values: Any) -> list[Any]:
        # What is wrong is said where the list would be.
        try:
            loaded = handlers.loaded
            options = GroupOptions(way=way, new_only=bool(new_only), per_artist=int(per_artist))
            return blended(loaded, read_listeners(loaded, present, values), int(k), options, tray is not None)
        except RecsysError as error:
            return [(), notice(str(error), problem=True), gr.update(visible=False), ""]

    def again(listed: Sequence[str], *rest: Any) -> list[Any]:
        return run(*rest) if listed else [gr.skip()] * len(shown)

    def show_cards(present: Sequence[int]) -> list[Any]:
        cards = [gr.update(visible=number in present) for number in range(1, MOST + 1)]
        return [tuple(present), *cards, gr.update(visible=free_number(present) is not None)]

    def add(present: Sequence[int]) -> list[Any]:
        number = free_number(present)
        return show_cards(sorted([*present, number]) if number else present)

    def remove(number: int) -> Any:
        def removed(present: Sequence[int]) -> list[Any]:
            return ["", [], None, "", *show_cards([one for one in present if one != number])]

        return removed

    def fill_example(*_: Any) -> list[Any]:
        try:
            given = example(handlers.loaded)
        except RecsysError as error:
            return [gr.skip()] * (len(values) + len(cards)) + [notice(str(error), problem=True)]
        others = ["", [], None, ""] * (MOST - FEWEST)
        return [*given, *others, *show_cards(_PRESENT), ""]

    @shows_errors
    def put(listed: Sequence[str], value: object) -> list[dict[str, str]]:
        return chips_of(handlers.loaded.catalogue, added(songs_on(value), listed))

    private: dict[str, Any] = {"api_visibility": "private"}
    slow: dict[str, Any] = private | {"show_progress_on": answer, "trigger_mode": "always_last"}
    quick: dict[str, Any] = private | {"show_progress": "hidden"}
    cards = [present, *(one.card for one in listeners), more]
    make.click(run, inputs, shown, **slow).then(None, js=_SHOW, **private)
    changes = [way.input, k.release, per_artist.release, new_only.input]
    gr.on(changes, again, [listed, *inputs], shown, **slow)
    more.click(add, present, cards, **quick)
    for number, one in enumerate(listeners, 1):
        if one.remove:
            one.remove.click(remove(number), present, [*one.components, *cards], **quick)
    filled = try_it.click(fill_example, None, [*values, *cards, answer], **quick)
    filled.success(run, inputs, shown, **slow).then(None, js=_SHOW, **private)
    if tray is not None:
        put_all.click(put, [listed, tray], tray, **quick)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        beings = [one.components[2] for one in listeners]
        if loaded.history is None and loaded.songs is None:
            missing = notice(loaded.problems["song_to_song"], title="Lists for a group are not available.")
            updates = [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
            return [*updates, *[gr.skip()] * len(beings)]
        names = list(loaded.history.listeners) if loaded.history else []
        hint = start() + (notice(_BY_SOUND) if loaded.history is None else "")
        return [gr.skip(), gr.skip(), hint, *[gr.update(choices=names, visible=bool(names))] * len(beings)]

    return Tab([problem, content, hint, *(one.components[2] for one in listeners)], fill)


def blended(
    loaded: Capabilities, listeners: Sequence[GroupListener], k: int, options: GroupOptions, tray: bool
) -> list[Any]:
    """The ids of the list, HTML of what it is worth to each, whether it can be put on a playlist, and HTML of it."""
    engine = loaded.history or loaded.need_songs()
    histories = {one.name: one.track_ids for one in listeners}
    answer = blend_group(loaded.catalogue, histories, engine, k, options)
    tracks = [song.track for song in answer.songs]
    names = list(histories)
    found = f"{len(tracks)} songs for {len(names)} listeners"
    caption = found + (f" (no more than {len(tracks)} qualify)" if len(tracks) < k else "")
    return [
        tuple(track.track_id for track in tracks),
        accounts(listeners) + satisfaction_bars(answer, options.way),
        gr.update(visible=tray),
        song_rows(caption, tracks, (), under=[voices_of(song, names) for song in answer.songs]),
    ]
