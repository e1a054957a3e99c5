"""What the playlist doctor finds, as HTML: what a playlist is like, what does not fit, what is there twice, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from recsys.catalogue import Track
from recsys.heard_songs import HeardSongs
from recsys.playlist_checkup import Addition, Checkup, Misfit, Repeat
from recsys.playlist_doctor import FEWEST_SONGS, MOST_SONGS
from recsys.playlist_fit import mixed
from recsys.ui.areas import notice
from recsys.ui.order_view import smoother
from recsys.ui.song_table import song_rows

TAKE_OUT, KEEP, ADD = ("out", "Take out"), ("keep", "Keep this one"), ("add", "Add")
_MOST_NAMED = 5
_MOST_LEANINGS = 5


def account_of(heard: HeardSongs, together: int) -> str:
    """HTML of what was found of a playlist, and what not; with what was there, ``together`` songs would be on it."""
    found, once = sum(heard.matched.values()), len(set(heard.track_ids))
    ways = ", ".join(f"{count:,} by {escape(way)}" for way, count in heard.matched.items())
    parts = [f"{found:,} of {heard.plays:,} songs are in this catalogue ({ways})."]
    if once < found:
        parts.append(f"{found - once:,} were there more than once and are kept once.")
    if together > MOST_SONGS:
        parts.append(f"Of {together:,} songs the first {MOST_SONGS} are taken.")
    if heard.unmatched:
        names = "; ".join(
            f'<span translate="no">{escape(song[:80])}</span>' for song, _ in heard.unmatched[:_MOST_NAMED]
        )
        more = heard.unmatched_songs - min(_MOST_NAMED, len(heard.unmatched))
        parts.append(f"Not here: {names}{f'; and {more:,} more songs' if more > 0 else ''}.")
    parts += [escape(note) for note in heard.notes]
    return f'<p class="notice"><strong>Read as {escape(heard.format)}.</strong> {" ".join(parts)}</p>'


def summary(found: Checkup) -> str:
    """HTML of what there is to do, and of what the playlist is like."""
    odd = sum(one.outlier for one in found.misfits)
    fitting = found.misfits and not _mixed(found.misfits)
    facts = [
        counted(odd, "song does not fit", "songs do not fit") if odd else "every song fits" if fitting else "",
        counted(len(found.repeats), "song in several versions", "songs in several versions") if found.repeats else "",
        counted(len(found.bridges) + len(found.additions), "song to add", "songs to add"),
    ]
    calmer = smoother(found.smoothness)
    if calmer:
        facts.append(f"an order with {calmer}% smaller jumps")
    items = "".join(f"<li>{escape(fact)}</li>" for fact in facts if fact)
    notes = "".join(f'<p class="fine">{escape(note)}</p>' for note in found.notes)
    return (
        f'<h2 class="answer" tabindex="-1">{counted(len(found.order), "song", "songs")}, looked at from all sides</h2>'
        f'<ul class="checkup-facts">{items}</ul>{notes}{_likeness(found.leanings)}'
    )


def _likeness(leanings: Sequence[str]) -> str:
    head = '<h2 class="part">What it is like</h2>'
    if not leanings:
        return f'{head}<p class="fine">On average it sounds like the catalogue as a whole.</p>'
    items = "".join(f"<li>{escape(leaning[0].upper() + leaning[1:])}</li>" for leaning in leanings[:_MOST_LEANINGS])
    fine = "Its average song beside that of the catalogue, the most marked first. Figures from 0 to 1 are shares."
    return f'{head}<p class="fine">{fine}</p><ul class="leanings">{items}</ul>'


def _mixed(found: Sequence[Misfit]) -> bool:
    """Whether the songs have so little in common that none of them is said not to fit."""
    return bool(found) and mixed(np.array([one.better for one in found]))


def misfits(found: Sequence[Misfit]) -> str:
    """HTML of the songs that do not fit, with why."""
    head = '<h2 class="part" tabindex="-1">What does not fit</h2>'
    odd = [one for one in found if one.outlier]
    if not found:
        return f'{head}<p class="fine">With {FEWEST_SONGS} different songs and more, this says which do not fit.</p>'
    if _mixed(found):
        return f'{head}<p class="fine">These songs have little in common, so that none of them stands out.</p>'
    if not odd:
        return f'{head}<p class="fine">Nothing stands out: each song is near some of the others.</p>'
    fine = (
        "Songs much further from the others than most songs here. "
        "The share says how much of the catalogue would fit better: 0% is a perfect fit."
    )
    under = [
        f'<span class="fit">Place {one.position} · {one.better:.0%} of the catalogue would fit better</span>'
        for one in odd
    ]
    caption = counted(len(odd), "song does not fit", "songs do not fit")
    table = song_rows(caption, [one.scored for one in odd], (TAKE_OUT,), scores=False, under=under)
    return f'{head}<p class="fine">{fine}</p>{table}'


def repeats(found: Sequence[Repeat]) -> str:
    """HTML of songs that are there in several versions."""
    head = '<h2 class="part" tabindex="-1">The same song twice</h2>'
    if not found:
        return f'{head}<p class="fine">No song is there in two versions.</p>'
    fine = (
        "Versions of one song: live, remastered, remixed. Keep the one you like; the others of its table are taken out."
    )
    tables = "".join(_versions(one) for one in found)
    return f'{head}<p class="fine">{fine}</p>{tables}'


def _versions(repeat: Repeat) -> str:
    under = [_about_version(track, place) for track, place in zip(repeat.tracks, repeat.positions, strict=True)]
    caption = f"{len(repeat.tracks)} versions of “{repeat.tracks[0].title}”"
    return song_rows(caption, repeat.tracks, (KEEP,), under=under)


def _about_version(track: Track, place: int) -> str:
    album = f' · on <span translate="no">{escape(track.album)}</span>' if track.album else ""
    known = f" · popularity {track.popularity:.0f} of 100" if track.popularity is not None else ""
    return f'<span class="fit">Place {place}{album}{known}</span>'


def gaps(found: Checkup) -> str:
    """HTML of songs that would fill a gap, each with its best place."""
    head = '<h2 class="part" tabindex="-1">Songs to add</h2>'
    if not found.bridges and not found.additions:
        return f'{head}<p class="fine">No song was found to add.</p>'
    fine = "“Add” puts a song at its best place: where the jumps to both its neighbours are small."
    tables = _additions(found, "Bridges over the roughest jumps of the order below", found.bridges)
    tables += _additions(found, "Songs that go with those that are there", found.additions)
    return f'{head}<p class="fine">{fine}</p>{tables}'


def _additions(found: Checkup, caption: str, songs: Sequence[Addition]) -> str:
    if not songs:
        return ""
    under = [f'<span class="fit">{_place(found, one)}</span>' for one in songs]
    return song_rows(caption, [one.scored for one in songs], (ADD,), scores=False, under=under)


def _place(found: Checkup, song: Addition) -> str:
    track = before(found, song)
    if track is None:
        return "Best place: first"
    return f'Best place: after “<span translate="no">{escape(track.title)}</span>”'


def before(found: Checkup, song: Addition) -> Track | None:
    """The song that comes before the best place of a song to add, in the proposed order; None where it is the first."""
    return found.order[song.after - 1].track if song.after else None


def counted(number: int, one: str, more: str) -> str:
    """The number with its noun.

    >>> counted(0, "song", "songs"), counted(1, "song", "songs"), counted(1_200, "song", "songs")
    ('No songs', '1 song', '1,200 songs')
    """
    return f"{number:,} {one if number == 1 else more}" if number else f"No {more}"


def too_few() -> str:
    """HTML of what to do where the playlist has no song."""
    text = (
        "Press + beside any song on the other tabs, paste or upload a playlist, or try the example. "
        "You will see what does not fit, what is there twice, which songs would fill a gap, "
        "and an order in which each song leads to the next."
    )
    return notice(text, title="The playlist is empty.")
