"""The listeners of the tab "Group": who they are, and what each of them has played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from gradio.components import Component

from recsys.capabilities import Capabilities
from recsys.catalogue import tracks_of
from recsys.errors import InvalidQueryError, RecsysError
from recsys.first_cards import first_cards
from recsys.group_blend import FEWEST, MOST
from recsys.handlers import Handlers
from recsys.heard_songs import HeardSongs, read_heard
from recsys.index import distances
from recsys.playlist_files import one_line
from recsys.song_to_song import Options
from recsys.ui.song_picker import chip, picked, song_picker

NOTHING: list[Any] = ["", [], None, ""]
"""The values of `ListenerInputs.components` of whom nothing is known."""
FIRST = tuple(range(1, FEWEST + 1))
"""The numbers of the listeners whom the tab begins with."""
_PASTE_INFO = "Lines such as “artist – title”, Spotify links, or the text of an exported file. It is not stored."
_LONGEST_NAME = 60
_LIKE = 4  # songs beside the first of an invented taste
_NAMES = ("Ana", "Ben")


@dataclass(frozen=True)
class ListenerInputs:
    """The components of one listener.

    Attributes:
        card: Around them all; hidden while there are fewer listeners.
        components: Name, songs picked, listener of the demo world, pasted text.
        remove: Takes the listener back; None for the two without whom there is no group.
    """

    card: gr.Column
    components: Sequence[Component]
    remove: gr.Button | None


@dataclass(frozen=True)
class GroupListener:
    """One listener, read.

    Attributes:
        name: To be shown.
        track_ids: Oldest first; songs picked come after those pasted.
        pasted: What was found of the pasted text; None where there is none.
    """

    name: str
    track_ids: tuple[str, ...]
    pasted: HeardSongs | None = None


def build_listener(handlers: Handlers, number: int) -> ListenerInputs:
    """Lay out the listener with this number, from 1."""
    with gr.Column(
        visible=number <= FEWEST, elem_id=f"listener-{number}", elem_classes="listener", min_width=320
    ) as card:
        with gr.Row(equal_height=True):
            name = gr.Textbox(
                label=f"Listener {number}",
                placeholder="Name",
                max_lines=1,
                max_length=_LONGEST_NAME,
                min_width=140,
                elem_id=f"group-name-{number}",
            )
            remove = None
            if number > FEWEST:
                remove = gr.Button(f"Remove listener {number}", size="sm", min_width=120, scale=0)
        songs = song_picker(handlers, "Songs they like, the latest last", f"group-{number}")
        being = gr.Dropdown(
            [], value=None, label="Or a listener of the demo world", visible=False, elem_id=f"group-being-{number}"
        )
        with gr.Accordion("Or paste a history", open=False, elem_id=f"group-paste-{number}"):
            # Not growing, for then it would measure itself anew for every line of a paste (Gradio 6.31).
            pasted = gr.Textbox(
                label=f"History of listener {number}", info=_PASTE_INFO, lines=5, max_lines=5,
                elem_id=f"group-text-{number}",
            )  # fmt: skip
    return ListenerInputs(card, [name, songs, being, pasted], remove)


def read_listeners(loaded: Capabilities, present: Sequence[int], values: Sequence[Any]) -> list[GroupListener]:
    """The listeners with these numbers, from 1, of whom anything is known, out of all components' values.

    Raises:
        InvalidQueryError: two have one name, or what one of them pasted cannot be read.
    """
    found: list[GroupListener] = []
    for number in present:
        given, songs, being, text = values[(number - 1) * len(NOTHING) : number * len(NOTHING)]
        plays = loaded.history.listeners.get(str(being or ""), ()) if loaded.history else ()
        name = one_line(str(given or ""))[:_LONGEST_NAME] or (str(being) if plays else f"Listener {number}")
        if any(one.name == name for one in found):
            raise InvalidQueryError(f"Two listeners are called {name!r}. Give each a name of their own.")
        pasted = _read(loaded, name, str(text)) if text and str(text).strip() else None
        track_ids = (*(pasted.track_ids if pasted else ()), *plays, *picked(songs))
        found.append(GroupListener(name, track_ids, pasted))
    return found


def _read(loaded: Capabilities, name: str, text: str) -> HeardSongs:
    try:
        return read_heard(text, loaded.catalogue, loaded.joins)
    except RecsysError as error:
        raise InvalidQueryError(f"{name}: {error}") from error


def one_more(present: Sequence[int]) -> list[Any]:
    """Which listeners there are after one came, and what that shows."""
    free = [number for number in range(1, MOST + 1) if number not in present]
    return show_cards(sorted([*present, *free[:1]]))


def one_less(number: int, present: Sequence[int]) -> list[Any]:
    """The listener's values, forgotten; which listeners there are after that, and what that shows."""
    return [*NOTHING, *show_cards([one for one in present if one != number])]


def show_cards(present: Sequence[int]) -> list[Any]:
    """The numbers of the listeners, whose cards are shown, and whether there is room for one more."""
    cards = [gr.update(visible=number in present) for number in range(1, MOST + 1)]
    return [tuple(present), *cards, gr.update(visible=len(present) < MOST)]


def example_listeners(loaded: Capabilities) -> list[Any]:
    """Values of two listeners with different tastes: of the demo world where it has some, invented ones elsewhere."""
    if loaded.history and len(loaded.history.listeners) >= FEWEST:
        one, other = _apart(loaded)
        return ["", [], one, "", "", [], other, ""]
    songs = loaded.need_songs()
    embeddings = songs.space("blend").embeddings
    cards = first_cards(loaded.catalogue, embeddings)
    apart = distances(embeddings[cards], embeddings[cards[:1]])[:, 0]
    second = int(np.argsort(apart, kind="stable")[len(apart) // 2])  # neither alike nor with nothing in common
    values: list[Any] = []
    for name, row in zip(_NAMES, (int(cards[0]), int(cards[second])), strict=True):
        like = songs.similar_tracks([loaded.catalogue.track_ids[row]], _LIKE, Options(same_cluster=False, per_artist=1))
        tracks = [*tracks_of(loaded.catalogue, np.array([row])), *(one.track for one in like)]
        values += [name, [chip(track) for track in tracks], None, ""]
    return values


def _apart(loaded: Capabilities) -> tuple[str, str]:
    """The first listener of the demo world, and one whose average song is neither near nor far from theirs."""
    listeners = loaded.need_history().listeners
    names = list(listeners)
    if loaded.songs is None:
        return names[0], names[1]
    embeddings = loaded.songs.space("blend").embeddings
    middles = np.stack([embeddings[loaded.catalogue.rows(listeners[name])].mean(axis=0) for name in names])
    order = np.argsort(np.linalg.norm(middles - middles[0], axis=1), kind="stable")
    return names[0], names[int(order[max(1, len(order) // 2)])]
