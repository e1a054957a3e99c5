"""HetRec 2011 Last.fm (Cantador, Brusilovsky and Kuflik): 1,892 users, their artists, when they tagged them.

It holds no plays. What comes nearest to a history are the tags, which have a time: each time that a user tagged an
artist is one event, however many tags were given. Artists that a user played but never tagged have no time and are
left out, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from recsys.listening.plays import Gatherer, Plays, one_a_time
from recsys.listening.sniff import sniff
from recsys.listening.tables import read_table

TAGS, WEIGHTS, ARTISTS = "user_taggedartists-timestamps.dat", "user_artists.dat", "artists.dat"
FORMAT = "HetRec 2011 Last.fm"
Blocks = Callable[[str], Iterable[bytes] | None]
"""A member's text by its name, None where it is missing."""


def read_hetrec(blocks: Blocks, name: str, now: float) -> Plays:
    """The tagging events, or, where the tags are missing, the artists that each user played, most played last."""
    names = _artist_names(blocks(ARTISTS))
    listened = _pairs(blocks(WEIGHTS), name, now)
    tags = _pairs(blocks(TAGS), name, now)
    if tags is None or not len(tags):
        assert listened is not None  # one of the two is there: that is how the format is told
        return named(replace(listened, format=f"{FORMAT}: artists played"), names)
    events = one_a_time(tags)
    notes = [*events.notes, "The events are tags: HetRec tells when a user tagged an artist, not when they played it."]
    if listened is not None:
        missing = len(_keys(listened) - _keys(events))
        notes.append(
            f"Of {len(listened):,} artists that users played, {missing:,} were never tagged by them: without a time, "
            "they are left out."
        )
    return named(replace(events, format=f"{FORMAT}: artists tagged", notes=tuple(notes)), names)


def _pairs(blocks: Iterable[bytes] | None, name: str, now: float) -> Plays | None:
    """The users and artists of one of the files."""
    if blocks is None:
        return None
    held = list(blocks)
    gatherer = Gatherer(name)
    read_table(held, sniff(held[0] if held else b"", name, True), gatherer, 0)
    return gatherer.plays(FORMAT, artists_only=True, now=now)


def _keys(plays: Plays) -> set[tuple[str, str]]:
    ids = plays.songs["track_id"].to_pylist()
    return {(plays.users[u], ids[s]) for u, s in zip(plays.user.tolist(), plays.song.tolist(), strict=True)}


def _artist_names(blocks: Iterable[bytes] | None) -> dict[str, str]:
    """Artist id → name."""
    lines = b"".join(blocks or ()).decode("utf-8", "replace").split("\n")[1:]
    return {parts[0]: parts[1].strip() for line in lines if len(parts := line.split("\t")) > 1 and parts[1].strip()}


def named(plays: Plays, names: dict[str, str]) -> Plays:
    """With the artists' names, where they are known."""
    ids = plays.songs["track_id"].to_pylist()
    artists = pc.coalesce(plays.songs["artist"], pa.array([names.get(i or "") for i in ids], pa.string()))
    return replace(plays, songs=plays.songs.set_column(1, "artist", artists))
