"""The tab "Blend": this plus that minus the other, ranked by several engines at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import gradio as gr

from recsys.capabilities import Capabilities
from recsys.catalogue import Track, tracks_of
from recsys.engine_blend import ENGINES, USUAL, BlendOptions, BlendQuery, blend_engines
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.ui.areas import area, notice
from recsys.ui.engine_votes import ENGINES_SHOWN, voters, votes
from recsys.ui.plots import as_it_is
from recsys.ui.song_picker import chip, picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.ui.well_known import well_known

_K = 10
_NEEDED_BY = {"audio": "song_to_song", "latent": "song_to_song", "vibe": "vibe_search", "history": "user_history"}
_SOURCES = {"audio": "audio", "latent": "latent", "vibe": "text"}
_HINT = (
    "Fill in what you like: any of the four will do. Each goes to its own engine, the engines vote for songs together, "
    "and the sliders say how much each one’s vote counts. With the first two alone it is plain arithmetic: "
    "these songs, minus those."
)
_ONLY_MINUS = "Only songs to be unlike are given. Add a song under “Like these”, a vibe, or songs that were played."
_MINUS_ALONE = (
    "“Not like these” turns Likeness and Kind away from songs; they have no song to start from, so those songs are "
    "just left out."
)
_MINUS = "\N{MINUS SIGN}"
_VIBES = ("late night drive", "calm and sad")
_KEEP_TEXT = "words => journey.write('blend-text', words)"
# Words count once they are entered or left, or when one stops typing: what is half typed means something else.
_WAIT_FOR_WORDS = """() => {
  clearTimeout(window.waitForWords);
  const field = document.querySelector('#blend-text :is(input, textarea)');
  window.waitForWords = setTimeout(() => field?.dispatchEvent(new Event('blur')), 500);
}"""


class Given(NamedTuple):
    """What the engines are given: track ids to be like, to be unlike, and played, oldest first; and a text."""

    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    text: str = ""
    heard: tuple[str, ...] = ()


class Example(NamedTuple):
    """A blend to try: its name on a button, and what it fills in."""

    label: str
    plus: tuple[Track, ...] = ()
    minus: tuple[Track, ...] = ()
    text: str = ""
    heard: tuple[Track, ...] = ()


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("blend-problem", visible=False)
    with gr.Column() as content:
        with gr.Row(equal_height=False):
            with gr.Column(min_width=300) as likes:
                plus = song_picker(handlers, "Like these", "blend-plus")
            with gr.Column(min_width=300) as unlikes:
                minus = song_picker(handlers, "Not like these", "blend-minus")
        with gr.Row(equal_height=False):
            text = gr.Textbox(
                label="And this vibe",
                placeholder="rainy night, no rap",
                max_lines=1,
                min_width=300,
                elem_id="blend-text",
            )
            with gr.Column(min_width=300) as played:
                heard = song_picker(handlers, "After having played, the latest last", "blend-heard")
        with gr.Column(elem_id="blend-start") as start:
            area("blend-hint", notice(_HINT, title="What should come together?"))
            examples = [gr.Button(visible=False, size="sm", min_width=200) for _ in range(3)]
        with gr.Row(visible=False) as answer:
            with gr.Column(scale=2, min_width=280, elem_id="blend-weights"):
                sliders = {name: _slider(name) for name in ENGINES}
                per_artist = gr.Slider(
                    0,
                    10,
                    2,
                    step=1,
                    label="Songs by one artist, at most",
                    info="0: any number.",
                    elem_id="blend-artists",
                )
            with gr.Column(scale=5, min_width=320):
                table = song_table("blend-songs")
    pickers = [plus, minus, heard]
    shown = [start, answer, table]
    inputs = [plus, minus, text, heard, per_artist, *sliders.values()]

    def run(*values: Any) -> list[Any]:
        # The list follows every change, so what is wrong is said where it would be.
        given, per_artist, weights = read(*values)
        asked = any(given)
        parts = [gr.update(visible=not asked), gr.update(visible=asked)]
        if not asked:
            return [*parts, ""]
        try:
            return [*parts, show(handlers.loaded, given, per_artist, weights)]
        except RecsysError as error:
            return [*parts, notice(str(error), problem=True)]

    def take(number: int) -> list[Any]:
        example = examples_of(handlers.loaded)[number]
        return [
            *([chip(track) for track in tracks] for tracks in (example.plus, example.minus, example.heard)),
            example.text,
        ]

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    changes = [*(picker.change for picker in pickers), text.submit, text.blur]
    changes += [slider.input for slider in (*sliders.values(), per_artist)]
    gr.on(changes, run, inputs, shown, trigger_mode="always_last", **private)
    text.change(None, js=_WAIT_FOR_WORDS, **private)
    gr.on([text.submit, text.blur], None, text, js=_KEEP_TEXT, **private)
    for number, button in enumerate(examples):
        filled = button.click(partial(take, number), None, [*pickers, text], queue=False, **private)
        filled.then(run, inputs, shown, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        off = {name: loaded.problems[_NEEDED_BY[name]] for name in ENGINES if _NEEDED_BY[name] in loaded.problems}
        labels = [example.label for example in examples_of(loaded)]
        offers = [gr.update(value=label, visible=True) for label in labels]
        offers += [gr.skip()] * (len(examples) - len(labels))
        nobody = len(off) == len(ENGINES)
        parts = [_unless("audio" in off), _unless("audio" in off), _unless("vibe" in off), _unless("history" in off)]
        return [
            gr.update(value=missing(off), visible=bool(off)),
            _unless(nobody),
            *parts,
            *(_unless(name in off) for name in sliders),
            *offers,
        ]

    outputs = [problem, content, likes, unlikes, text, played, *sliders.values(), *examples]
    return Tab(outputs, fill, [*sliders.values(), per_artist])


def _slider(engine: str) -> gr.Slider:
    shown = ENGINES_SHOWN[engine]
    source = f" ({_SOURCES[engine]})" if engine in _SOURCES else ""
    return gr.Slider(
        0, 1, USUAL[engine], step=0.1, label=shown.name + source, info=shown.listens, elem_id=f"blend-{engine}"
    )


def _unless(off: bool) -> Any:
    return gr.update(visible=False) if off else gr.skip()


def missing(off: dict[str, str]) -> str:
    """HTML of the engines that this bundle lacks. ``off``: engine → why."""
    named: dict[str, list[str]] = {}
    for name, why in off.items():
        named.setdefault(why, []).append(ENGINES_SHOWN[name].name)
    return "".join(notice(why, title=f"Without {' and '.join(names)}.") for why, names in named.items())


def read(
    plus: object, minus: object, text: str, heard: object, per_artist: float, *weights: float
) -> tuple[Given, int, dict[str, float]]:
    """What is asked, from the components' values; the weights are in the order of ENGINES."""
    given = Given(tuple(picked(plus)), tuple(picked(minus)), (text or "").strip(), tuple(picked(heard)))
    return given, int(per_artist), dict(zip(ENGINES, weights, strict=True))


def show(loaded: Capabilities, given: Given, per_artist: int, weights: dict[str, float]) -> str:
    """HTML of the songs and their votes."""
    if not (given.plus or given.text or given.heard):
        return notice(_ONLY_MINUS, title="Unlike these, but like what?")
    query = BlendQuery(given.plus, given.minus, given.text, given.heard, weights)
    answer = blend_engines(loaded, query, _K, BlendOptions(per_artist))
    tracks = [row.song.track for row in answer.results]
    caption = f"{len(tracks)} songs for {formula(loaded, given)}"
    if len(tracks) < _K:
        caption += f" (no more than {len(tracks)} qualify)"
    said = notice(_MINUS_ALONE) if given.minus and not given.plus else ""
    table = song_rows(caption, tracks, under=[votes(row) for row in answer.results])
    return said + voters(answer) + table


def formula(loaded: Capabilities, given: Given) -> str:
    """What is asked as a sum: titles, the text in quotes, how many songs were played."""
    plus, minus, heard = (
        [track.title for track in _tracks(loaded, ids)] for ids in (given.plus, given.minus, given.heard)
    )
    terms = [*plus, *([f"“{given.text}”"] if given.text else [])]
    if heard:
        terms.append(f"after {heard[-1]}" if len(heard) == 1 else f"after {len(heard)} songs, the last {heard[-1]}")
    return f" {_MINUS} ".join([" + ".join(terms), *minus])


def examples_of(loaded: Capabilities) -> list[Example]:
    """Blends of well-known songs that this bundle's engines can answer."""
    first, second, third = (tracks_of(loaded.catalogue, well_known(loaded.catalogue, 3)) * 3)[:3]
    made = []
    if loaded.songs and loaded.vibe:
        made.append(Example(as_it_is(f"{first.title} + “{_VIBES[0]}”"), plus=(first,), text=_VIBES[0]))
    if loaded.songs:
        made.append(Example(as_it_is(f"{second.title} {_MINUS} {first.title}"), plus=(second,), minus=(first,)))
    if loaded.vibe and loaded.history:
        label = f"“{_VIBES[1]}” after {third.title}"
        made.append(Example(label, text=_VIBES[1], heard=(third,)))
    return made


def _tracks(loaded: Capabilities, track_ids: Sequence[str]) -> list[Track]:
    return tracks_of(loaded.catalogue, loaded.catalogue.rows(track_ids))
