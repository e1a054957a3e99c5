"""The genres of a song of the catalogue, as HTML: by its lyric as bars, else as the catalogue lists them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from recsys.genre_songs import share_all
from recsys.results import ScoredTrack
from recsys.track_tags import TrackTags
from recsys.ui.areas import notice
from recsys.ui.genre_bars import answer, bars, in_words, remarks, said
from recsys.ui.song_table import song_rows

_BY_LYRIC = "By its lyric"
_BY_CATALOGUE = "Not by its words, but by the genres that the catalogue lists"
_NONE = "Nothing is known of its genres: it has no lyric here, and no genre that leads to one of the 14."


def song_genres(tags: TrackTags) -> str:
    """HTML of what is known of one song: its genres, where they come from, and what it sings of."""
    track = tags.track
    by = _BY_LYRIC if tags.source == "lyric" else _BY_CATALOGUE
    head = (
        f'<p class="of-song"><strong translate="no">{escape(track.title)}</strong> '
        f'<span translate="no">{escape(track.artists)}</span></p><p class="fine">{by}:</p>'
    )
    if tags.source == "lyric":
        return head + answer(tags.genres) + remarks(tags.notes) + _themes(tags) + bars(tags.genres)
    chosen = said(tags.chosen) if tags.chosen else f'<div role="status">{notice(_NONE)}</div>'
    return head + chosen + remarks(tags.notes) + _themes(tags)


def songs_of(genres: Sequence[str], songs: Sequence[ScoredTrack]) -> str:
    """HTML of the songs that share these genres, or some of them; nothing where there are none."""
    if not songs:
        return ""
    how = "share" if share_all(genres, songs) else "come closest to"
    return song_rows(f"Songs here that {how} {in_words(genres)}", songs, scores=False)


def _themes(tags: TrackTags) -> str:
    """What its verses speak of, as vibe search read them when the bundle was made."""
    if not tags.themes:
        return ""
    return f'<p class="fine">Its verses seem to speak of <strong>{escape(in_words(tags.themes))}</strong>.</p>'
