"""What stands in a playlist, read from Spotify's records."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from recsys.errors import SourceError

_ID = "[0-9A-Za-z]{22}"
_ADDRESS = re.compile(
    rf"(?:https?://)?open\.spotify\.com/(?:intl-\w+/)?(?:user/\w+/)?playlist/({_ID})/?(?:[?#].*)?"
    rf"|spotify:(?:user:\w+:)?playlist:({_ID})|({_ID})"
)


@dataclass(frozen=True)
class Song:
    """One track. ``popularity`` is None for apps in development mode, which are not told."""

    track_id: str
    title: str
    artists: tuple[str, ...]
    artist_ids: tuple[str, ...]
    album: str | None
    release_date: str | None
    explicit: bool | None
    popularity: int | None
    duration_ms: int | None


@dataclass(frozen=True)
class Entry:
    """One line of a playlist.

    Attributes:
        position: From 0.
        song: None for what cannot be used.
        name: What to call it in reports.
        why: Why it cannot be used; empty for a song.
    """

    playlist_id: str
    playlist_name: str
    position: int
    song: Song | None
    name: str
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Entry:
        song = given["song"]
        lists = {name: tuple(song[name]) for name in ("artists", "artist_ids")} if song else {}
        return cls(**given | {"song": Song(**song | lists) if song else None})


def playlist_id_of(given: str) -> str:
    """The id in the address, URI or id of a playlist.

    Raises:
        SourceError: it is none of these.
    """
    match = _ADDRESS.fullmatch(given.strip())
    if match is None:
        raise SourceError(
            f"{given!r} is not a playlist. Give its address, https://open.spotify.com/playlist/ID (Share, Copy link), "
            "or spotify:playlist:ID."
        )
    return next(group for group in match.groups() if group)


def read_entry(playlist_id: str, playlist_name: str, position: int, item: dict[str, Any] | None) -> Entry:
    """One of the ``items`` of a page. Older answers call what stands there "track"."""
    item = item or {}
    track = item.get("item") or item.get("track")
    name, why = _name(track), _why_not(item, track)
    song = None if why or track is None else _song(track)
    return Entry(playlist_id, playlist_name, position, song, name, why)


def _name(track: dict[str, Any] | None) -> str:
    if not track:
        return "nothing"
    by = ", ".join(_names(track))
    return f"{by} - {track.get('name') or 'no title'}" if by else str(track.get("name") or "no title")


def _why_not(item: dict[str, Any], track: dict[str, Any] | None) -> str:
    if not track:
        return "no longer on Spotify"
    if item.get("is_local") or track.get("is_local"):
        return "local file"
    if track.get("type", "track") != "track":
        return f"not a song but a podcast's {track['type']}"
    if not track.get("id"):
        return "no id: not available"
    return "" if track.get("name") and _names(track) else "no title or artist"


def _names(track: dict[str, Any]) -> list[str]:
    return [artist["name"] for artist in track.get("artists") or [] if artist.get("name")]


def _song(track: dict[str, Any]) -> Song:
    album = track.get("album") or {}
    return Song(
        track_id=track["id"],
        title=track["name"],
        artists=tuple(_names(track)),
        artist_ids=tuple(artist["id"] for artist in track["artists"] if artist.get("id")),
        album=album.get("name") or None,
        release_date=album.get("release_date") or None,
        explicit=track.get("explicit"),
        popularity=track.get("popularity"),
        duration_ms=track.get("duration_ms"),
    )
