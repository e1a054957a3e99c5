"""What was understood of a query, each with a button that takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

import gradio as gr

_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-chip]');
  if (button) trigger('select', {chip: button.dataset.chip});
});
"""
_KINDS = {
    "want": "Looks for",
    "not": "Leaves out",
    "not_artist": "Leaves out",
    "like_artist": "Like",
    "like_song": "Like",
    "more": "More like",
    "less": "Less like",
    "history": "After",
    "liked": "Liked",
    "disliked": "Not",
}
_CONDITION = "Only"
_OWN_WORDS = {"years", "tempo", "duration", "explicit", "instrumental", "live", "popularity", "artist", "history"}
"""Kinds whose labels are the app's words rather than the visitor's or a name; those are never translated."""
# What the kind says already.
_SAID_BY_KIND = {"not": "no ", "not_artist": "not ", "like_artist": "like ", "like_song": "like "}


class Removable(Protocol):
    """A chip."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def id(self) -> str: ...


def query_chips(elem_id: str) -> gr.HTML:
    """Shows what `chips_html` makes; its ``select`` event carries ``chip``, the id of the one to take back."""
    return gr.HTML("", elem_id=elem_id, js_on_load=_JS, apply_default_css=False)


def chips_html(chips: Iterable[Removable], title: str = "Understood") -> str:
    """HTML of the chips under a ``title``; nothing where there are none."""
    shown = "".join(_chip(chip) for chip in chips)
    head = f'<span class="fine">{escape(title)} (✕ takes it back):</span>'
    return f'<div class="query-chips" role="group" aria-label="{escape(title)}">{head}{shown}</div>' if shown else ""


def _chip(chip: Removable) -> str:
    kind = _KINDS.get(chip.kind, _CONDITION)
    label = chip.label.removeprefix(_SAID_BY_KIND.get(chip.kind, ""))
    data = "" if chip.kind in _OWN_WORDS else ' translate="no"'
    return (
        f'<button type="button" class="{escape(chip.kind)}" data-chip="{escape(chip.id)}" '
        f'aria-label="Take back: {escape(kind)} {escape(label)}"><small>{kind}</small> '
        f"<span{data}>{escape(label)}</span> ✕</button>"
    )
