"""The tab "Lyric genres": what the words of a song say about its genre, and which songs here share it.

The words are pasted; or a song of the catalogue is chosen, whose words were read when the bundle was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.loading import Capabilities
from recsys.lyrics import MAX_CHARACTERS
from recsys.tagging import tag
from recsys.track_tags import track_tags
from recsys.ui.areas import area, notice
from recsys.ui.example_lyrics import EXAMPLES
from recsys.ui.genre_bars import genre_bars
from recsys.ui.lyric_lines import lyric_lines
from recsys.ui.song_genres import song_genres, songs_of
from recsys.ui.song_picker import picked, song_picker
from recsys.ui.song_table import song_table
from recsys.ui.tab import Tab

TAGGING: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "tagging"}
"""The page and the API share two places: a tagger keeps a processor busy, and the other tabs want one too."""

_INFO = f"One song at a time, up to {MAX_CHARACTERS:,} characters. Shift + Enter tags it too."
_HINT = "Paste the words of a song, or try one of the examples."
_FIGURES = (
    "Macro AUC: how often a song of a genre is ranked above one that is not of it, on average over the genres; 1 is "
    "always, 0.5 is chance. Macro F1: how right its yes and no are, 1 at best."
)
_SHOW = "() => document.querySelector('#lyric-answer').scrollIntoView({block: 'nearest'})"


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("lyric-problem", visible=False)
    with gr.Column() as content:
        with gr.Row():
            with gr.Column(scale=1, min_width=320):
                text = gr.Textbox(
                    label="Lyrics", info=_INFO, placeholder=_HINT, lines=14, max_lines=14, elem_id="lyric-text"
                )
                start = gr.Button("Tag", variant="primary")
                area("lyric-examples-label", '<p class="fine">Invented examples:</p>')
                with gr.Row(elem_id="lyric-examples"):
                    examples = {name: gr.Button(name, size="sm", min_width=90) for name in EXAMPLES}
                song = song_picker(handlers, "Or a song of the catalogue", "lyric-song", many=False)
            with gr.Column(scale=1, min_width=320):
                answer = area("lyric-answer")
        with gr.Row():
            with gr.Column(scale=1, min_width=320):
                lines = area("lyric-lines")
            with gr.Column(scale=1, min_width=320):
                table = song_table("lyric-songs")

    def run(pasted: object) -> tuple[str, str, str, list[Any]]:
        # What is wrong with a lyric is said where its genres would be, and stays there. No song is chosen any more.
        try:
            tagged = tag(handlers.loaded, pasted)
        except RecsysError as error:
            return notice(str(error), problem=True), "", "", []
        return genre_bars(tagged), lyric_lines(tagged), songs_of(tagged.chosen, tagged.songs), []

    def show(chosen: object) -> tuple[Any, Any, Any]:
        """What is known of the song that was chosen; where it was taken back, what is shown stays."""
        if not (ids := picked(chosen)):
            return gr.skip(), gr.skip(), gr.skip()
        try:
            tags = track_tags(handlers.loaded, ids[0])
        except RecsysError as error:
            return notice(str(error), problem=True), "", ""
        return song_genres(tags), "", songs_of(tags.chosen, tags.songs)

    private: dict[str, Any] = {"api_visibility": "private"}
    tagging: dict[str, Any] = private | TAGGING | {"show_progress_on": answer, "trigger_mode": "always_last"}
    shown = [answer, lines, table]
    outputs = [*shown, song]
    gr.on([start.click, text.submit], run, text, outputs, **tagging).then(None, js=_SHOW, **private)
    for name, button in examples.items():
        filled = button.click(partial(EXAMPLES.get, name), None, text, queue=False, show_progress="hidden", **private)
        filled.then(run, text, outputs, **tagging).then(None, js=_SHOW, **private)
    chosen = song.change(show, song, shown, queue=False, show_progress="hidden", **private)
    chosen.then(None, js=_SHOW, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.tagger is None:
            missing = notice(loaded.problems["genre_tagger"], title="Lyric genres are not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
        return [gr.skip(), gr.skip(), _start(loaded.tagger.about)]

    return Tab([problem, content, answer], fill)


def _start(about: str) -> str:
    return notice(about, title="What genre do these words sound like?") + f'<p class="fine">{_FIGURES}</p>'
