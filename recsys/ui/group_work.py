"""What the tab "Group" answers to its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from recsys.capabilities import Capabilities
from recsys.errors import RecsysError
from recsys.group_blend import FEWEST, MOST, GroupOptions, blend_group
from recsys.handlers import Handlers
from recsys.ui.areas import notice
from recsys.ui.group_listeners import FIRST, NOTHING, GroupListener, example_listeners, read_listeners, show_cards
from recsys.ui.group_view import accounts, satisfaction_bars, voices_of
from recsys.ui.song_table import song_rows


class GroupWork:
    """Answers to the tab's events: whether there is a list, what it is worth to each, its rows."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    def make(
        self, present: Sequence[int], way: str, k: float, per_artist: float, new_only: bool, *values: Any
    ) -> list[Any]:
        """The list. What is wrong is said where it would be."""
        try:
            loaded = self._handlers.loaded
            options = GroupOptions(way=way, new_only=bool(new_only), per_artist=int(per_artist))
            listeners = read_listeners(loaded, present, values)
            return blended(loaded, listeners, int(k), options)
        except RecsysError as error:
            return [False, notice(str(error), problem=True), ""]

    def make_again(self, made: bool, *rest: Any) -> list[Any]:
        """The list with other options, if there is one."""
        return self.make(*rest) if made else [gr.skip()] * 3

    def example(self) -> list[Any]:
        """What is wrong, the components' values for two listeners, and the cards to show."""
        try:
            given = example_listeners(self._handlers.loaded)
        except RecsysError as error:
            kept = [gr.skip()] * (len(NOTHING) * MOST + len(show_cards(FIRST)))
            return [notice(str(error), problem=True), *kept]
        return ["", *given, *NOTHING * (MOST - FEWEST), *show_cards(FIRST)]


def blended(loaded: Capabilities, listeners: Sequence[GroupListener], k: int, options: GroupOptions) -> list[Any]:
    """That there is a list, HTML of what it is worth to each, and HTML of its rows."""
    engine = loaded.history or loaded.need_songs()
    histories = {one.name: one.track_ids for one in listeners}
    answer = blend_group(loaded.catalogue, histories, engine, k, options)
    tracks = [song.track for song in answer.songs]
    names = list(histories)
    found = f"{len(tracks)} songs for {len(names)} listeners"
    caption = found + (f" (no more than {len(tracks)} qualify)" if len(tracks) < k else "")
    return [
        True,
        accounts(listeners) + satisfaction_bars(answer, options.way),
        song_rows(caption, tracks, (), under=[voices_of(song, names) for song in answer.songs]),
    ]
