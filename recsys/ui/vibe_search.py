"""The tab "Vibe search": songs for a few words, what was understood of them, and where the songs lie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import gradio as gr

from recsys.catalogue import Catalogue
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.loading import Capabilities
from recsys.ui.areas import area, notice
from recsys.ui.errors import shows_errors
from recsys.ui.mood_plane import mood_plane, profile_bars
from recsys.ui.query_chips import chips_html, query_chips
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.vibe_search import VibeAnswer, VibeOptions

EXAMPLES = (
    "songs for a rainy heartbreak",
    "music to focus on coding",
    "sad but fast, 90s, under 4 minutes",
    "late night drive, no rap",
    "canciones alegres para una fiesta en la playa",
)
ACTIONS = (("more", "More like this"), ("less", "Less like this"))
_INFO = "A mood, an occasion, a genre, an artist to be like; and what it should not be. English or Spanish."
_HINT = "It may say years, tempo, length, artists in and out: “sad but fast, 90s, not Drake, under 3 minutes”."


class Asked(NamedTuple):
    """What the search has been told beside its text and songs: chips taken back, and songs to be less like."""

    dropped: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("vibe-problem", visible=False)
    with gr.Column() as content:
        with gr.Row(equal_height=False):
            text = gr.Textbox(
                label="What should the music be like?",
                info=_INFO,
                lines=1,
                max_lines=3,
                scale=5,
                min_width=280,
                elem_id="vibe-text",
            )
            start = gr.Button("Search", variant="primary", scale=1, min_width=120, elem_id="vibe-start")
        with gr.Row(elem_id="vibe-examples"):
            examples = {words: gr.Button(words, size="sm", min_width=160) for words in EXAMPLES}
        like = song_picker(handlers, "More of the vibe of these songs, with words or without", "vibe-like")
        chips = query_chips("vibe-chips")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                table = song_table("vibe-results")
            with gr.Column(scale=2, min_width=320):
                plane = gr.Plot(visible=False, show_label=False, elem_id="vibe-plane")
                profile = gr.Plot(visible=False, show_label=False, elem_id="vibe-profile")
    asked = gr.State(Asked())
    shown = [asked, chips, table, plane, profile]

    def run(words: str, songs: object, told: Asked) -> list[Any]:
        # What is wrong with a query is said where its songs would be, and stays there.
        hidden = [gr.update(visible=False)] * 2
        if not words.strip() and not picked(songs):
            return [Asked(), "", _start(), *hidden]
        try:
            return [told, *show(handlers.loaded, words, picked(songs), told)]
        except RecsysError as error:
            return [told, chips_of(handlers, words, told), notice(str(error), problem=True), *hidden]

    def begin(words: str, songs: object) -> list[Any]:
        return run(words, songs, Asked())

    def take_back(words: str, songs: object, told: Asked, event: gr.EventData) -> list[Any]:
        return run(words, songs, without(told, str(event.chip)))

    @shows_errors
    def act(words: str, songs: object, told: Asked, event: gr.EventData) -> list[Any]:
        catalogue, track_id = handlers.loaded.catalogue, str(event.track_id)
        others = [one for one in picked(songs) if one != track_id]
        more = [chip(catalogue.track(row)) for row in catalogue.rows([*others, track_id]).tolist()]
        if str(event.action) == "more":  # the picker's change starts the search
            return [more, told._replace(less=tuple(one for one in told.less if one != track_id)), *[gr.skip()] * 4]
        told = told._replace(less=(*told.less, track_id))
        return [more[:-1], *run(words, more[:-1], told)]

    private: dict[str, Any] = {"api_visibility": "private", "show_progress_on": table}
    asks = {"inputs": [text, like, asked], "outputs": shown} | private
    gr.on([start.click, text.submit], begin, [text, like], shown, trigger_mode="always_last", **private)
    gr.on([start.click, text.submit], None, text, js="words => journey.write('vibe', words)", **private)
    like.change(run, trigger_mode="always_last", **asks)
    for words, button in examples.items():
        filled = button.click(partial(str, words), None, text, queue=False, **private)
        filled.then(begin, [text, like], shown, **private).then(
            None, text, js="words => journey.write('vibe', words)", **private
        )
    chips.select(take_back, **asks)
    table.select(act, [text, like, asked], [like, *shown], **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.vibe is None:
            missing = notice(loaded.problems["vibe_search"], title="Vibe search is not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
        return [gr.skip(), gr.skip(), _start()]

    return Tab([problem, content, table], fill)


def _start() -> str:
    return notice(_HINT, title="Say it in your own words.")


def show(loaded: Capabilities, words: str, songs: Sequence[str], told: Asked) -> list[Any]:
    """The chips, the songs, the mood plane and the profile for a query."""
    answer = loaded.need_vibe().answer(words, 10, VibeOptions(told.dropped, tuple(songs), told.less))
    notes = "".join(notice(note) for note in answer.query.notes)
    number = len(answer.results)
    caption = f"{number} songs for “{words.strip()}”" if words.strip() else f"{number} songs of that vibe"
    found = song_rows(caption, answer.results, ACTIONS, scores=False)
    return [
        chips_html([*answer.query.chips, *_steering(loaded.catalogue, told)]),
        notes + found,
        gr.update(value=mood_plane(loaded.catalogue, answer.results), visible=True),
        _profile(answer),
    ]


def chips_of(handlers: Handlers, words: str, told: Asked) -> str:
    """The chips of a query that finds nothing, to take back what asks too much; none where it is not understood."""
    try:
        loaded = handlers.loaded
        chips = loaded.need_vibe().understood(words, told.dropped).chips
    except RecsysError:
        return chips_html([])
    return chips_html([*chips, *_steering(loaded.catalogue, told)])


def _profile(answer: VibeAnswer) -> Any:
    asked_for = answer.profile.any()
    return gr.update(value=profile_bars(answer.profile.tolist()) if asked_for else None, visible=bool(asked_for))


def without(told: Asked, chip_id: str) -> Asked:
    """``told``, with the chip taken back."""
    kind, _, rest = chip_id.partition(":")
    if kind == "less":
        return told._replace(less=tuple(given for given in told.less if given != rest))
    return told._replace(dropped=(*told.dropped, chip_id))


class _Steer(NamedTuple):
    """A chip for a song to be less like; its id names the song."""

    kind: str
    label: str
    id: str


def _steering(catalogue: Catalogue, told: Asked) -> list[_Steer]:
    titles = ((track_id, catalogue.track(catalogue.row(track_id)).title) for track_id in told.less)
    return [_Steer("less", title, f"less:{track_id}") for track_id, title in titles]
