"""A table of songs with buttons in each row; used wherever songs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import gradio as gr

from recsys.audio_features import format_value
from recsys.catalogue import Track
from recsys.results import ScoredTrack

_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-action]');
  if (!button) return;
  for (const row of element.querySelectorAll('tr[aria-current]')) row.removeAttribute('aria-current');
  button.closest('tr').setAttribute('aria-current', 'true');
  window.lastSongAction = button.dataset.action;
  trigger('select', {track_id: button.dataset.track, action: button.dataset.action});
});
"""
TO_SIMILAR_SONGS = """() => {
  if (window.lastSongAction !== 'similar') return;
  const tab = document.querySelector('button[role=tab]');
  tab.click();
  tab.scrollIntoView({block: 'nearest'});
}"""
"""Turns to the first tab after the button "similar" was pressed in a row; for an event's ``js``."""
_SCORED = '<th scope="col">Score</th>'
_ACTIONS = '<th scope="col"><span class="unseen">Actions</span></th>'


def song_table(elem_id: str, value: str = "") -> gr.HTML:
    """Shows what `song_rows` makes; its ``select`` event carries ``track_id`` and ``action``."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=_JS, apply_default_css=False)


def song_rows(
    caption: str, songs: Iterable[ScoredTrack | Track], actions: Sequence[tuple[str, str]], *, scores: bool = True
) -> str:
    """HTML of a table of songs.

    Args:
        songs: What to list, in order.
        caption: Heads the table; read first by a screen reader.
        actions: Name and text of each button in a row.
        scores: Whether to show the scores of songs that have one.
    """
    shown = list(songs)
    scored = scores and any(isinstance(song, ScoredTrack) for song in shown)
    rows = "".join(_row(number, song, actions, scored) for number, song in enumerate(shown, 1))
    extra = (_SCORED if scored else "") + (_ACTIONS if actions else "")
    head = f'<thead><tr><th scope="col">#</th><th scope="col">Song</th>{extra}</tr></thead>'
    return f'<table class="songs"><caption>{escape(caption)}</caption>{head}<tbody>{rows}</tbody></table>'


def _row(number: int, song: ScoredTrack | Track, actions: Sequence[tuple[str, str]], scored: bool) -> str:
    track = song.track if isinstance(song, ScoredTrack) else song
    why = f'<span class="why">{escape(song.why)}</span>' if isinstance(song, ScoredTrack) and song.why else ""
    score = f'<td class="score">{song.score:.3f}</td>' if scored and isinstance(song, ScoredTrack) else ""
    by = f'<span class="who">{escape(track.title)}</span><span class="by">{escape(subtitle(track))}</span>'
    buttons = "".join(_button(track, name, text) for name, text in actions)
    go_on = f'<td class="actions"><div>{buttons}</div></td>' if actions else ""
    return f'<tr><td class="number">{number}</td><td>{by}{why}</td>{score}{go_on}</tr>'


def _button(track: Track, action: str, text: str) -> str:
    spoken = escape(f"{text}: {track.title} by {track.artist}")
    return (
        f'<button type="button" data-track="{escape(track.track_id)}" data-action="{escape(action)}" '
        f'aria-label="{spoken}">{escape(text)}</button>'
    )


def subtitle(track: Track) -> str:
    """Artists, year, length and the first genres: what is known of them."""
    length = format_value("duration_ms", track.duration_ms) if track.duration_ms else None
    parts = [track.artists, track.year, length, ", ".join(track.genres[:3]) or None]
    return " · ".join(str(part) for part in parts if part)
