"""The tab "Playlist": what does not fit a playlist, what is there twice, what is missing, an order to play it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from recsys.capabilities import Capabilities
from recsys.handlers import Handlers
from recsys.playlist_doctor import MOST_SONGS
from recsys.playlist_order import ARCS
from recsys.ui import playlist_findings as findings
from recsys.ui.areas import area, notice
from recsys.ui.playlist_work import Checked, PlaylistWork, changed
from recsys.ui.song_picker import song_picker
from recsys.ui.song_table import song_table
from recsys.ui.tab import Tab
from recsys.ui.text_file import text_file

DOCTOR: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "playlist_doctor"}
"""The page and the API share two places: 500 songs keep a processor busy for seconds, and the other tabs want one."""

_ENDINGS = (".csv", ".m3u", ".m3u8", ".json", ".jspf", ".txt")
_PASTE_INFO = (
    "Lines such as “artist – title”, Spotify links, or the text of a CSV, M3U8 or JSPF file; "
    f"up to {MOST_SONGS} songs. It is read, answered and forgotten."
)
_ARCS = [(f"{name.capitalize()}: {what}", name) for name, what in ARCS.items()]
_ORDER_HEAD = (
    '<h2 class="part">An order in which each song leads to the next</h2>'
    '<p class="fine">Small jumps in tempo, key, energy and sound, no artist twice in a row, '
    "and the energy as you choose.</p>"
)
_SHOW = "() => document.querySelector('#playlist-summary').scrollIntoView({block: 'nearest'})"


def build(handlers: Handlers, tray: gr.HTML | None = None) -> Tab:
    """Lay out the tab inside the current `gr.Tab`.

    ``tray`` holds the playlist's songs, as `song_picker` holds those picked; where there is none, the tab makes one.
    """
    problem = area("playlist-problem", visible=False)
    with gr.Column() as content:
        playlist = tray or song_picker(handlers, "Songs of the playlist, in order", "playlist-songs")
        with gr.Accordion("Paste or upload a playlist", open=False, elem_id="playlist-paste"):
            # As high at first as at most: a box that grows takes seconds to measure 100 lines (Gradio 6.31).
            pasted = gr.Textbox(label="Playlist", info=_PASTE_INFO, lines=8, max_lines=8, elem_id="playlist-text")
            file = text_file("Choose a file…", "playlist-file", _ENDINGS)
            with gr.Row():
                replace = gr.Button("Use it as the playlist", variant="primary", min_width=200)
                append = gr.Button("Add it to the playlist", min_width=200)
        account = area("playlist-account")
        with gr.Row(elem_id="playlist-start"):
            check = gr.Button("Check this playlist", variant="primary", min_width=200, elem_id="playlist-check")
            example = gr.Button("Try an example", min_width=160)
        state = area("playlist-state")
        summary = area("playlist-summary")
        with gr.Column(visible=False, elem_id="playlist-parts") as parts:
            misfits = song_table("playlist-misfits")
            repeats = song_table("playlist-repeats")
            gaps = song_table("playlist-gaps")
            add_all = gr.Button("Put all on the playlist", visible=False, size="sm", elem_id="playlist-add-all")
            area("playlist-order-head", _ORDER_HEAD)
            arc = gr.Radio(_ARCS, value="peak", label="What the energy does", elem_id="playlist-arc")
            with gr.Row():
                with gr.Column(scale=3, min_width=320):
                    picture = gr.Plot(show_label=False, elem_id="playlist-energy")
                with gr.Column(scale=2, min_width=320):
                    smoothness = area("playlist-smoothness")
                    use_order = gr.Button("Use this order", variant="primary", elem_id="playlist-use-order")
            order = area("playlist-order")
    checked = gr.State(Checked())
    shown = [checked, playlist, state, summary, parts, misfits, repeats, gaps, add_all, picture, smoothness, order]
    work = PlaylistWork(handlers)
    private: dict[str, Any] = {"api_visibility": "private"}
    slow: dict[str, Any] = private | DOCTOR | {"show_progress_on": summary}
    check.click(work.check, [playlist, arc], shown, **slow).then(None, js=_SHOW, **private)
    arc.input(work.check_again, [checked, playlist, arc], shown, trigger_mode="always_last", **slow)
    for table, name in ((misfits, "misfits"), (repeats, "repeats"), (gaps, "gaps")):
        table.select(work.act, [checked, playlist, arc], shown, **slow).then(None, js=_back_to(name), **private)
    add_all.click(work.add_all, [checked, playlist, arc], shown, **slow).then(None, js=_back_to("gaps"), **private)
    use_order.click(work.use_order, [checked, playlist, arc], shown, **slow)
    for button, take in ((replace, work.replace), (append, work.append)):
        button.click(take, [pasted, playlist, arc], [account, *shown], **slow).then(None, js=_SHOW, **private)
    example.click(work.example, arc, [account, *shown], **slow).then(None, js=_SHOW, **private)
    file.select(_text_of, None, pasted, show_progress="hidden", **private)
    quiet: dict[str, Any] = private | {"show_progress": "hidden", "queue": False, "trigger_mode": "always_last"}
    playlist.change(changed, [checked, playlist], [state, summary, parts, example], **quiet)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.songs is None:
            missing = notice(loaded.problems["song_to_song"], title="Checking playlists is not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
        return [gr.skip(), gr.skip(), findings.too_few()]

    return Tab([problem, content, summary], fill, [arc])


def _back_to(part: str) -> str:
    """The button that was pressed is gone with its row: who works by keyboard goes on at the part's heading."""
    return f"() => document.querySelector('#playlist-{part} h2')?.focus({{preventScroll: true}})"


def _text_of(event: gr.EventData) -> str:
    return str(event.text)
