"""The tab "For you": what to play next, after songs that were picked or a history that was pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import gradio as gr

from recsys.errors import EmptyQueryError, RecsysError
from recsys.filters import Filters
from recsys.handlers import Handlers
from recsys.heard_songs import HeardSongs, read_heard
from recsys.loading import Capabilities
from recsys.ui.areas import area, notice
from recsys.ui.errors import shows_errors
from recsys.ui.first_cards import cards_html
from recsys.ui.history_bars import modality_bars, weight_bars
from recsys.ui.query_chips import chips_html, query_chips
from recsys.ui.song_picker import picked, song_picker
from recsys.ui.song_table import song_rows, song_table
from recsys.ui.tab import Tab
from recsys.user_history import HistoryOptions

_SHOW = "() => document.querySelector('#heard-account').scrollIntoView({block: 'start'})"
ACTIONS = (("liked", "Like"), ("disliked", "Not for me"))
_K = 10
_HINT = (
    "Pick a few songs in the order in which you played them, or paste a history. "
    "What you paste is read, answered and forgotten."
)
_PASTE_INFO = (
    "Lines such as “artist – title”, Spotify links, Spotify's or ListenBrainz's JSON, Last.fm's TSV, or a table; "
    "oldest first. It is not stored."
)
_DIAL_INFO = "0: only songs that are new to you. 10: only songs that you have played."
_MOST_NAMED = 5


class Given(NamedTuple):
    """What the tab has been told beside the picked songs.

    Attributes:
        source: Where ``played`` came from, in words; "" for nowhere.
        played: Track ids, oldest first; picked songs come after them.
        liked, disliked: Track ids of recommendations and cards.
        unknown: Track ids of cards that say nothing.
        in_order: Whether ``played`` is in the order of listening, by its times; picked songs are a list.
    """

    source: str = ""
    played: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    in_order: bool = False


class _Chip(NamedTuple):
    kind: str
    label: str
    id: str


def build(handlers: Handlers) -> Tab:
    """Lay out the tab inside the current `gr.Tab`."""
    problem = area("history-problem", visible=False)
    with gr.Column() as content:
        cards = song_table("heard-cards")
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=320):
                picker = song_picker(handlers, "Songs you played, the latest last", "heard")
            with gr.Column(scale=2, min_width=320):
                listener = gr.Dropdown(
                    [], value=None, label="Or be a listener of the demo world", visible=False, elem_id="heard-listener"
                )
        with gr.Accordion("Or paste a history", open=False, elem_id="heard-paste"):
            # As many lines at most as at least: Gradio 6.31 takes seconds to measure a long text otherwise.
            pasted = gr.Textbox(label="History", info=_PASTE_INFO, lines=8, max_lines=8, elem_id="heard-text")
            use = gr.Button("Use this history", variant="primary", elem_id="heard-use")
        account = area("heard-account")
        with gr.Row():
            familiar = gr.Slider(
                0,
                _K,
                0,
                step=1,
                label="Known songs among ten",
                info=_DIAL_INFO,
                elem_id="heard-familiar",
                min_width=280,
            )
            per_artist = gr.Slider(
                0,
                10,
                2,
                step=1,
                label="Songs by one artist, at most",
                info="0: any number.",
                min_width=280,
                elem_id="heard-artists",
            )
            without = gr.Textbox(
                label="Artists to leave out",
                info="With commas between them.",
                max_lines=1,
                min_width=280,
                elem_id="heard-without",
            )
        chips = query_chips("heard-chips")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                table = song_table("heard-results")
            with gr.Column(scale=2, min_width=320):
                weights = gr.Plot(visible=False, show_label=False, elem_id="heard-weights")
                modalities = gr.Plot(visible=False, show_label=False, elem_id="heard-modalities")
    given = gr.State(Given())
    shown = [given, cards, chips, table, weights, modalities]
    inputs = [given, picker, familiar, per_artist, without]

    def run(told: Given, songs: object, *values: Any) -> list[Any]:
        # A list follows every change, so what is wrong is said where the songs would be.
        try:
            loaded = handlers.loaded
            first = cards_of(loaded, told, picked(songs))
            return [told, first, steering(loaded, told), *follow(loaded, told, picked(songs), *values)]
        except EmptyQueryError:
            return [told, first, steering(loaded, told), _start(), *[gr.update(visible=False)] * 2]
        except RecsysError as error:
            return [told, gr.skip(), gr.skip(), notice(str(error), problem=True), *[gr.update(visible=False)] * 2]

    def take(text: str, *rest: Any) -> list[Any]:
        try:
            loaded = handlers.loaded
            heard = read_heard(text, loaded.catalogue, loaded.joins)
        except RecsysError as error:
            return [notice(str(error), problem=True), *[gr.skip()] * len(shown)]
        told = Given(f"a pasted history ({heard.format})", heard.track_ids, in_order=heard.in_order)
        return [account_of(heard), *run(told, *rest)]

    def be(name: str | None, *rest: Any) -> list[Any]:
        plays = handlers.loaded.need_history().listeners.get(name or "", ())
        told = Given(str(name), plays, in_order=True) if plays else Given()
        said = notice(f"{len(plays)} plays of {name}, who is invented like the songs.") if plays else ""
        return [said, *run(told, *rest)]

    def take_back(told: Given, event: gr.EventData, *rest: Any) -> list[Any]:
        return run(without_chip(told, str(event.chip)), *rest)

    @shows_errors
    def act(told: Given, event: gr.EventData, *rest: Any) -> list[Any]:
        track_id, action = str(event.track_id), str(event.action)
        return run(steered(told, action, track_id), *rest)

    private: dict[str, Any] = {"api_visibility": "private", "show_progress_on": table}
    changes = [picker.change, familiar.release, per_artist.release, without.submit, without.blur]
    gr.on(changes, run, inputs, shown, trigger_mode="always_last", **private)
    taken = use.click(take, [pasted, *inputs[1:]], [account, *shown], **private)
    taken.then(None, js=_SHOW, api_visibility="private")
    listener.input(be, [listener, *inputs[1:]], [account, *shown], **private)
    chips.select(take_back, inputs, shown, **private)
    gr.on([table.select, cards.select], act, inputs, shown, **private)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.history is None:
            missing = notice(loaded.problems["user_history"], title="Recommendations from a history are not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), *[gr.skip()] * 3]
        names = list(loaded.history.listeners)
        return [
            gr.skip(),
            gr.skip(),
            gr.update(choices=names, visible=bool(names)),
            cards_of(loaded, Given(), []),
            _start(),
        ]

    return Tab([problem, content, listener, cards, table], fill, [familiar, per_artist, without])


def follow(
    loaded: Capabilities, told: Given, songs: Sequence[str], familiar: float, per_artist: float, without: str
) -> list[Any]:
    """HTML of the songs that come next, and pictures of what they rest on."""
    options = HistoryOptions(
        familiar=familiar / _K,
        liked=told.liked,
        disliked=told.disliked,
        per_artist=int(per_artist),
        filters=Filters(exclude_artists=tuple(name.strip() for name in without.split(",") if name.strip())),
        in_order=told.in_order,
    )
    answer = loaded.need_history().answer([*told.played, *songs], _K, options)
    results = answer.results
    caption = f"{len(results)} songs that follow" + (
        f" (no more than {len(results)} qualify)" if len(results) < _K else ""
    )
    return [
        song_rows(caption, results, ACTIONS, scores=False),
        _plot(weight_bars(loaded.catalogue, answer) if answer.weights else None),
        _plot(modality_bars(answer) if answer.modalities else None),
    ]


def cards_of(loaded: Capabilities, told: Given, songs: Sequence[str]) -> str:
    """HTML of the cards for who has told nothing else; "" where there is a history."""
    if told.played or songs:
        return ""
    left = [track for track in loaded.cards if track.track_id not in told.unknown]
    return cards_html(left, {*told.liked, *told.disliked})


def _plot(figure: Any) -> Any:
    return gr.update(value=figure, visible=figure is not None)


def account_of(heard: HeardSongs) -> str:
    """HTML of what was found of a history, in how many ways, and what was not."""
    found = sum(heard.matched.values())
    ways = ", ".join(f"{count:,} by {way}" for way, count in heard.matched.items())
    parts = [f"{found:,} of {heard.plays:,} plays are of songs in this catalogue ({ways})."]
    if heard.unmatched:
        names = "; ".join(f"{song[:80]} ({plays:,})" for song, plays in heard.unmatched[:_MOST_NAMED])
        more = heard.unmatched_songs - min(_MOST_NAMED, len(heard.unmatched))
        parts.append(f"Not here: {names}{f'; and {more:,} more songs' if more > 0 else ''}.")
    return notice(" ".join([*parts, *heard.notes]), title=f"Read as {heard.format}.")


def steering(loaded: Capabilities, told: Given) -> str:
    """HTML of the chips for what was given and what was liked or not; each may be taken back."""
    chips = [_Chip("history", f"{len(told.played):,} plays from {told.source}", "history")] if told.played else []
    for kind, track_ids in (("liked", told.liked), ("disliked", told.disliked)):
        for track_id in track_ids:
            chips.append(
                _Chip(kind, loaded.catalogue.track(loaded.catalogue.row(track_id)).title, f"{kind}:{track_id}")
            )
    return chips_html(chips, "What the list follows")


def steered(told: Given, action: str, track_id: str) -> Given:
    """``told``, and one song more that is liked, not, or unknown; the last word on a song counts."""
    liked = tuple(given for given in told.liked if given != track_id)
    disliked = tuple(given for given in told.disliked if given != track_id)
    if action == "liked":
        return told._replace(liked=(*liked, track_id), disliked=disliked)
    if action == "unknown":
        return told._replace(unknown=(*told.unknown, track_id))
    return told._replace(liked=liked, disliked=(*disliked, track_id))


def without_chip(told: Given, chip_id: str) -> Given:
    """``told``, with the chip taken back."""
    kind, _, track_id = chip_id.partition(":")
    if kind == "history":
        return told._replace(source="", played=(), in_order=False)
    liked = tuple(given for given in told.liked if given != track_id)
    disliked = tuple(given for given in told.disliked if given != track_id)
    return told._replace(liked=liked) if kind == "liked" else told._replace(disliked=disliked)


def _start() -> str:
    return notice(_HINT, title="What have you been listening to?")
