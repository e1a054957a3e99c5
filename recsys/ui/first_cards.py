"""The cards for somebody new: a few well-known songs to like or not, shown side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from recsys.catalogue import Track
from recsys.ui.song_table import cover, listen_button, song_attributes, song_button

SHOWN = 10
ANSWERS = (("liked", "Like"), ("disliked", "Not for me"), ("unknown", "Don’t know it"))
_HINT = (
    "New here? Say what you think of a few of these: your list starts with the first one that you like. They tell the "
    "most about taste, for every other song has one of them near it."
)


def cards_html(cards: Sequence[Track], answered: Collection[str]) -> str:
    """HTML of the first cards that are left, until ten have been answered; a song that is not known makes room.

    Args:
        cards: The most telling first.
        answered: Track ids that were liked or not.
    """
    left = [track for track in cards if track.track_id not in answered][: max(0, SHOWN - len(answered))]
    return f'<p class="fine">{_HINT}</p><ol class="cards">{"".join(map(_card, left))}</ol>' if left else ""


def _card(track: Track) -> str:
    about = " · ".join(str(part) for part in (track.artist, track.year) if part)
    answers = "".join(song_button(track, f'data-action="{name}"', text) for name, text in ANSWERS)
    return (
        f"<li {song_attributes(track)}>{cover(track)}"
        f'<p><strong translate="no">{escape(track.title)}</strong><span translate="no">{escape(about)}</span></p>'
        f"<div>{listen_button(track)}{answers}</div></li>"
    )
