"""A table of songs with buttons in each row; used wherever songs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import gradio as gr

from recsys.audio_features import format_value
from recsys.catalogue import Track
from recsys.media import cover_path
from recsys.playlist_files import link_of
from recsys.results import ScoredTrack

_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-action]');
  if (!button) return;
  for (const row of element.querySelectorAll('[aria-current]')) row.removeAttribute('aria-current');
  button.closest('[data-label]').setAttribute('aria-current', 'true');
  window.lastSongAction = button.dataset.action;
  trigger('select', {track_id: button.dataset.track, action: button.dataset.action});
});
const mark = () => requestAnimationFrame(() => journey.mark(element));
watch('value', mark);
mark();
"""
_KEEP_ALL = '<button type="button" class="plain-button keep-all" data-do="keep-all">+ All on the playlist</button>'
_SCORE = "Score: how near a song is to what was asked; more is nearer. Compare it within one list only."
_SCORED = '<th scope="col">Score</th>'
_COVER = '<th scope="col"><span class="unseen">Cover</span></th>'
_ACTIONS = '<th scope="col"><span class="unseen">Actions</span></th>'


def song_table(elem_id: str, value: str = "") -> gr.HTML:
    """Shows what `song_rows` makes; its ``select`` event carries ``track_id`` and ``action``."""
    return gr.HTML(value, elem_id=elem_id, elem_classes="song-table", js_on_load=_JS, apply_default_css=False)


def song_rows(
    caption: str,
    songs: Iterable[ScoredTrack | Track],
    actions: Sequence[tuple[str, str]] = (),
    *,
    scores: bool = True,
    under: Sequence[str] = (),
) -> str:
    """HTML of a table of songs.

    Each row can be heard, put on the playlist, and sent to every other part of the page; `page.js` does that.

    Args:
        songs: What to list, in order.
        caption: Heads the table; read first by a screen reader.
        actions: Name and text of each further button in a row.
        scores: Whether to show the scores of songs that have one.
        under: HTML below each song's reason, one a song; none by default.
    """
    shown = list(songs)
    scored = scores and any(isinstance(song, ScoredTrack) for song in shown)
    parts = under or [""] * len(shown)
    rows = "".join(
        _row(number, song, actions, scored, part)
        for number, (song, part) in enumerate(zip(shown, parts, strict=True), 1)
    )
    columns = f'<th scope="col">#</th>{_COVER}<th scope="col">Song</th>{_SCORED if scored else ""}{_ACTIONS}'
    meaning = f'<span class="fine">{_SCORE}</span>' if scored else ""
    head = f"<caption>{escape(caption)}{meaning}</caption><thead><tr>{columns}</tr></thead>"
    table = f'<table class="songs">{head}<tbody>{rows}</tbody></table>'
    return f'<div class="song-list">{table}{_KEEP_ALL}</div>' if len(shown) > 1 else table


def _row(number: int, song: ScoredTrack | Track, actions: Sequence[tuple[str, str]], scored: bool, under: str) -> str:
    track = song.track if isinstance(song, ScoredTrack) else song
    why = f'<span class="why">{escape(song.why)}</span>' if isinstance(song, ScoredTrack) and song.why else ""
    score = f'<td class="score">{song.score:.3f}</td>' if scored and isinstance(song, ScoredTrack) else ""
    by = (
        f'<span class="who" translate="no">{escape(track.title)}</span>'
        f'<span class="by" translate="no">{escape(subtitle(track))}</span>'
    )
    own = "".join(song_button(track, f'data-action="{escape(name)}"', text) for name, text in actions)
    everywhere = f"{listen_button(track)}{_keep(track)}{_send(track)}"
    return (
        f"<tr {song_attributes(track)}>"
        f'<td class="number">{number}</td><td class="cover">{cover(track)}</td><td>{by}{why}{under}</td>{score}'
        f'<td class="actions"><div>{everywhere}</div><div>{own}</div></td></tr>'
    )


def song_attributes(track: Track) -> str:
    """What `page.js` reads of a row."""
    spotify = spotify_id_of(track)
    playable = f' data-spotify="{escape(spotify)}"' if spotify else ""
    return f'data-track="{escape(track.track_id)}" data-label="{escape(label_of(track))}"{playable}'


def cover(track: Track) -> str:
    """HTML of a song's picture, drawn from its features; it says nothing that its words do not."""
    return f'<img src="{cover_path(track.track_id)}" alt="" loading="lazy" width="48" height="48">'


def listen_button(track: Track) -> str:
    """HTML of the button that plays a song."""
    # A clip is there for invented songs only; the style sheet hides the button elsewhere.
    kind = "spotify" if spotify_id_of(track) else "clip"
    return song_button(track, f'data-do="play" class="round {kind}"', "▶", "Listen")


def _keep(track: Track) -> str:
    return song_button(track, 'data-do="keep" class="round" aria-pressed="false"', "+", "On the playlist")


def _send(track: Track) -> str:
    return song_button(track, 'data-do="send" aria-haspopup="menu" aria-expanded="false"', "Send on ▾", "Send on")


def song_button(track: Track, attributes: str, text: str, spoken: str = "") -> str:
    """HTML of a button that concerns a song; it is read out with the song's name."""
    said = escape(f"{spoken or text}: {track.title} by {track.artist}")
    return (
        f'<button type="button" data-track="{escape(track.track_id)}" {attributes} aria-label="{said}">'
        f"{escape(text)}</button>"
    )


def label_of(track: Track) -> str:
    """How a song is called where there is room for one line."""
    return f"{track.title} – {track.artist}"


def spotify_id_of(track: Track) -> str:
    """The id by which Spotify's player plays a song; "" where none is known."""
    return (track.spotify_id or "") if link_of(track) else ""


def subtitle(track: Track) -> str:
    """Artists, year, length and the first genres: what is known of them."""
    length = format_value("duration_ms", track.duration_ms) if track.duration_ms else None
    parts = [track.artists, track.year, length, ", ".join(track.genres[:3]) or None]
    return " · ".join(str(part) for part in parts if part)
