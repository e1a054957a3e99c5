"""A button that puts all songs of a table on the playlist, in the browser alone."""

from __future__ import annotations

import gradio as gr

_JS = """() => {
  const rows = [...document.querySelectorAll('#TABLE tr[data-label]')], held = journey.held('tray');
  const ids = new Set(held.map(song => song.track_id));
  const added = rows.map(row => ({track_id: row.dataset.track, label: row.dataset.label}))
    .filter(song => !ids.has(song.track_id));
  if (added.length) journey.put('tray', [...held, ...added]);
  journey.say(added.length ? 'Put on your playlist:' : 'All of these are on your playlist already.', added);
}"""


def keep_all(text: str, table: str, elem_id: str) -> gr.Button:
    """Lay it out. ``table``: the ``elem_id`` of a `song_table`. Songs that are on the playlist stay where they are."""
    button = gr.Button(text, elem_id=elem_id)
    button.click(None, js=_JS.replace("TABLE", table), api_visibility="private")
    return button
