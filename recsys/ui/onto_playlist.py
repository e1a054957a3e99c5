"""Puts all songs of a list on the playlist, the tray that all tabs share, at one press."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.ui.areas import area


class PutButton:
    """A button, and beside it what came of pressing it.

    Attributes:
        songs: A `gr.State` of the songs to put there, each as `recsys.ui.song_picker.chip` says.
        said: What was done; to be emptied when the songs change.
    """

    def __init__(self, text: str, elem_id: str, tray: gr.HTML | None) -> None:
        """Lay it out; without a ``tray`` there is nothing to see."""
        self.songs = gr.State([])
        button = gr.Button(text, elem_id=elem_id, visible=tray is not None, min_width=200, scale=0)
        self.said = area(f"{elem_id}-said")
        if tray is not None:
            button.click(
                put,
                [tray, self.songs],
                [tray, self.said],
                api_visibility="private",
                show_progress="hidden",
                queue=False,
            )


def put(held: object, songs: list[dict[str, str]]) -> tuple[list[Any], str]:
    """What the tray holds with the songs, and HTML of what was done."""
    together = with_songs(held, songs)
    new = len(together) - len(with_songs(held, []))
    words = f"{new} songs were put on the playlist." if new else "All of these songs are on the playlist already."
    if 0 < new < len(songs):
        words += f" {len(songs) - new} were on it already."
    return together, f'<p class="fine" role="status">{words}</p>'


def with_songs(held: object, songs: list[dict[str, str]]) -> list[Any]:
    """The tray's value with each of the songs once, new ones last. ``held`` comes from the browser."""
    before = [song for song in held if isinstance(song, dict)] if isinstance(held, list) else []
    there = {song.get("track_id") for song in before}
    return before + [song for song in songs if song["track_id"] not in there]
