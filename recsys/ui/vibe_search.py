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
from recsys.ui.song_picker import chip
from recsys.ui.song_table import TO_SIMILAR_SONGS, song_rows, song_table
from recsys.ui.tab import Tab
from recsys.vibe_search import VibeAnswer, VibeOptions

EXAMPLES = (
    "songs for a rainy heartbreak",
    "music to focus on coding",
    "sad but fast, 90s, under 4 minutes",
    "late night drive, no rap",
    "canciones alegres para una fiesta en la playa",
)
ACTIONS = (("more", "More like this"), ("less", "Less like this"), ("similar", "Similar songs"))
_INFO = "A mood, an occasion, a genre, an artist to be like; and what it should not be. English or Spanish."
_HINT = "It may say years, tempo, length, artists in and out: “sad but fast, 90s, not Drake, under 3 minutes”."


class Asked(NamedTuple):
    """What the search has been told beside its text: chips taken back, and songs to be more or less like."""

    dropped: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def build(handlers: Handlers, seeds: gr.HTML) -> Tab:
    """Lay out the tab inside the current `gr.Tab`; "Similar songs" sends the song to ``seeds``, on the first tab."""
    problem = area("vibe-problem", visible=False)
    with gr.Column() as content:
        with gr.Row(equal_height=False):
            text = gr.Textbox(
                label="What should the music be like?", info=_INFO, lines=1, max_lines=3, scale=5, elem_id="vibe-text"
            )
            start = gr.Button("Search", variant="primary", scale=1, min_width=120)
        with gr.Row(elem_id="vibe-examples"):
            examples = {words: gr.Button(words, size="sm", min_width=160) for words in EXAMPLES}
        chips = query_chips("vibe-chips")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                table = song_table("vibe-results")
            with gr.Column(scale=2, min_width=320):
                plane = gr.Plot(visible=False, show_label=False, elem_id="vibe-plane")
                profile = gr.Plot(visible=False, show_label=False, elem_id="vibe-profile")
    asked = gr.State(Asked())
    shown = [asked, chips, table, plane, profile]

    def run(words: str, told: Asked) -> list[Any]:
        # What is wrong with a query is said where its songs would be, and stays there.
        try:
            return [told, *show(handlers.loaded, words, told)]
        except RecsysError as error:
            hidden = gr.update(visible=False)
            return [told, chips_of(handlers, words, told), notice(str(error), problem=True), hidden, hidden]

    def begin(words: str) -> list[Any]:
        return run(words, Asked())

    def take_back(words: str, told: Asked, event: gr.EventData) -> list[Any]:
        return run(words, without(told, str(event.chip)))

    @shows_errors
    def act(words: str, told: Asked, event: gr.EventData) -> list[Any]:
        track_id, action = str(event.track_id), str(event.action)
        if action == "similar":
            catalogue = handlers.loaded.catalogue
            return [[chip(catalogue.track(catalogue.row(track_id)))], *[gr.skip()] * len(shown)]
        return [gr.skip(), *run(words, steered(told, action, track_id))]

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([start.click, text.submit], begin, text, shown, trigger_mode="always_last", **private)
    for words, button in examples.items():
        filled = button.click(partial(str, words), None, text, queue=False, **private)
        filled.then(begin, text, shown, **private)
    chips.select(take_back, [text, asked], shown, **private)
    table.select(act, [text, asked], [seeds, *shown], **private).success(None, js=TO_SIMILAR_SONGS, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.vibe is None:
            missing = notice(loaded.problems["vibe_search"], title="Vibe search is not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
        return [gr.skip(), gr.skip(), notice(_HINT, title="Say it in your own words.")]

    return Tab([problem, content, table], fill)


def show(loaded: Capabilities, words: str, told: Asked) -> list[Any]:
    """The chips, the songs, the mood plane and the profile for a query."""
    answer = loaded.need_vibe().answer(words, 10, VibeOptions(told.dropped, told.more, told.less))
    notes = "".join(notice(note) for note in answer.query.notes)
    caption = f"{len(answer.results)} songs for “{words.strip()}”"
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


def steered(told: Asked, action: str, track_id: str) -> Asked:
    """``told``, and one song more to be like or unlike; the last word on a song counts."""
    more = tuple(given for given in told.more if given != track_id)
    less = tuple(given for given in told.less if given != track_id)
    return (
        Asked(told.dropped, (*more, track_id), less)
        if action == "more"
        else Asked(told.dropped, more, (*less, track_id))
    )


def without(told: Asked, chip_id: str) -> Asked:
    """``told``, with the chip taken back."""
    kind, _, rest = chip_id.partition(":")
    if kind in ("more", "less"):
        kept = {name: tuple(given for given in getattr(told, name) if given != rest) for name in ("more", "less")}
        return Asked(told.dropped, **kept)
    return told._replace(dropped=(*told.dropped, chip_id))


class _Steer(NamedTuple):
    """A chip for a song to be more or less like; its id names the song."""

    kind: str
    label: str
    id: str


def _steering(catalogue: Catalogue, told: Asked) -> list[_Steer]:
    return [
        _Steer(kind, catalogue.track(catalogue.row(track_id)).title, f"{kind}:{track_id}")
        for kind in ("more", "less")
        for track_id in getattr(told, kind)
    ]
