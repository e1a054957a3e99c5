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
from recsys.ui.errors import shows_errors
from recsys.ui.group_listeners import FIRST, NOTHING, GroupListener, example_listeners, read_listeners, show_cards
from recsys.ui.group_view import accounts, satisfaction_bars, voices_of
from recsys.ui.playlist_edits import added, chips_of, songs_on
from recsys.ui.song_table import song_rows


class GroupWork:
    """Answers to the tab's events: the list's track ids, what it is worth to each, if it can be put on, its rows."""

    def __init__(self, handlers: Handlers, *, has_tray: bool) -> None:
        self._handlers = handlers
        self._has_tray = has_tray

    def make(
        self, present: Sequence[int], way: str, k: float, per_artist: float, new_only: bool, *values: Any
    ) -> list[Any]:
        """The list. What is wrong is said where it would be."""
        try:
            loaded = self._handlers.loaded
            options = GroupOptions(way=way, new_only=bool(new_only), per_artist=int(per_artist))
            listeners = read_listeners(loaded, present, values)
            return blended(loaded, listeners, int(k), options, has_tray=self._has_tray)
        except RecsysError as error:
            return [(), notice(str(error), problem=True), gr.update(visible=False), ""]

    def make_again(self, listed: Sequence[str], *rest: Any) -> list[Any]:
        """The list with other options, if there is one."""
        return self.make(*rest) if listed else [gr.skip()] * 4

    def example(self) -> list[Any]:
        """What is wrong, the components' values for two listeners, and the cards to show."""
        try:
            given = example_listeners(self._handlers.loaded)
        except RecsysError as error:
            kept = [gr.skip()] * (len(NOTHING) * MOST + len(show_cards(FIRST)))
            return [notice(str(error), problem=True), *kept]
        return ["", *given, *NOTHING * (MOST - FEWEST), *show_cards(FIRST)]

    @shows_errors
    def put(self, listed: Sequence[str], value: object) -> list[dict[str, str]]:
        """The playlist with the list's songs behind what it holds."""
        return chips_of(self._handlers.loaded.catalogue, added(songs_on(value), listed))


def blended(
    loaded: Capabilities, listeners: Sequence[GroupListener], k: int, options: GroupOptions, *, has_tray: bool
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
        gr.update(visible=has_tray),
        song_rows(caption, tracks, (), under=[voices_of(song, names) for song in answer.songs]),
    ]
