"""The tray at the page's foot: the songs that were put on the playlist, its files, and the song that is listened to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.playlist_files import FORMATS, write_playlist
from recsys.ui.song_picker import named_songs

_FORMATS = "".join(f'<option value="{name}">{format_.label}</option>' for name, format_ in FORMATS.items())
_HTML = f"""
<aside class="tray" aria-label="Your playlist">
  <p class="said" role="status"></p>
  <div class="player" role="region" aria-label="Now playing" hidden>
    <p><strong class="playing" translate="no"></strong>
      <button type="button" class="before round" aria-label="Play the song before">«</button>
      <button type="button" class="next round" aria-label="Play the next song">»</button>
      <button type="button" class="stop round" aria-label="Close the player">✕</button></p>
    <div class="sound"></div>
    <p class="fine about-clip">A clip of 12 seconds, made on this machine from what is known of the song.</p>
  </div>
  <button type="button" class="handle" aria-expanded="false" aria-controls="tray-songs">
    <span aria-hidden="true">♫</span> <span>Playlist</span> <b>0</b></button>
  <div class="songs-in" id="tray-songs" hidden>
    <p class="fine none">Nothing here yet. The + beside any song on the page puts it here.</p>
    <ol></ol>
    <button type="button" class="undo plain-button" data-go="undo" hidden>Undo the last change</button>
    <div class="tools">
      <button type="button" class="listen" data-go="play">Play it</button>
      <button type="button" data-go="playlist">Check and mend it</button>
      <button type="button" data-go="similar">Find songs like these</button>
      <button type="button" data-go="heard">What comes next</button>
      <button type="button" data-go="link">Copy a link to it</button>
      <button type="button" data-go="clear">Empty it</button>
    </div>
    <div class="tools save">
      <label>Name <input type="text" class="title" maxlength="120" placeholder="My playlist"/></label>
      <label>File <select class="format">{_FORMATS}</select></label>
      <button type="button" data-go="save" class="first">Save</button>
    </div>
  </div>
</aside>
"""


def build_tray(handlers: Handlers) -> gr.HTML:
    """The tray, to be rendered below the tabs that use it.

    Its value is a list of songs as a `song_picker` holds them; Python may set it.
    """

    def save(asked: object) -> dict[str, Any]:  # Gradio hands over one argument
        return playlist_file(handlers, asked if isinstance(asked, dict) else {})

    def named(track_ids: object) -> dict[str, Any]:
        return named_songs(handlers, track_ids)

    return gr.HTML(
        value=[],
        html_template=_HTML,
        js_on_load=Path(__file__).with_suffix(".js").read_text("utf-8"),
        apply_default_css=False,
        server_functions=[save, named],
        elem_id="tray",
        render=False,
    )


def playlist_file(handlers: Handlers, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A file for the browser to save, or the ``problem`` with it. What the browser sends may come from anybody."""
    given = asked.get("ids")
    track_ids = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    title = str(asked.get("title") or "")[:120]
    try:
        file = write_playlist(handlers.loaded.catalogue, track_ids, str(asked.get("format")), title)
    except RecsysError as error:
        return {"problem": str(error)}
    return {"name": file.name, "type": file.media_type, "text": file.text, "left_out": len(file.left_out)}
