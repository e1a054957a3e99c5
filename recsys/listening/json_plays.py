"""Plays from JSON: Spotify's extended and older streaming history, ListenBrainz, playlists, and their like.

Spotify describes the fields of its files in the "Read me" that comes with them, ListenBrainz in "JSON documentation"
of its API. An object that holds lists of plays, as the pages of an API and playlists do, is searched for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from recsys.listening.json_objects import JsonObjects
from recsys.listening.plays import Gatherer, Row, batches
from recsys.listening.song_lines import link_in, song_of
from recsys.listening.times import seconds_of

_DEEPEST = 8
_SPOTIFY, _SPOTIFY_OLD, _LISTENBRAINZ = (
    "Spotify extended streaming history",
    "Spotify streaming history",
    "ListenBrainz",
)
_OTHER, NAMES = "JSON list of songs", "JSON list of names"
LOGS = frozenset({_SPOTIFY, _SPOTIFY_OLD, _LISTENBRAINZ})
"""Formats of what was played, each play once."""
LISTS = frozenset({_OTHER, NAMES})
"""Formats that may as well be a playlist, or what somebody likes."""
_NOT_MUSIC = (
    "episode_name spotify_episode_uri episode_show_name audiobook_title audiobook_uri podcastName episodeName".split()
)
_PODCAST, _NO_SONG = "podcast or audiobook", "no song named"
_TITLE = ("title", "track_name", "trackName", "name", "song", "master_metadata_track_name")
_ARTIST = (
    "artist",
    "artist_name",
    "artistName",
    "artists",
    "master_metadata_album_artist_name",
    "performer",
    "creator",
)
_ID = ("track_id", "track_uri", "trackUri", "spotify_track_uri", "spotify_id", "uri", "trackId", "recording_mbid")
_PLACES = ("identifier", "location")
_TIME = ("played_at", "timestamp", "ts", "time", "listened_at", "endTime", "added_at", "addedDate", "date")
_USER = ("user_name", "username", "user_id", "user")


def read_json(blocks: Iterable[bytes], gatherer: Gatherer, shortest_ms: int) -> str:
    """Add the plays of a JSON text; returns what it was recognised as, "" where it holds none."""
    objects = JsonObjects(blocks)
    reader = _Reader(gatherer, shortest_ms)
    for batch in batches(row for value in objects for row in reader.rows(value, None, 0)):
        gatherer.add(batch)
    if objects.cut:
        gatherer.notes.append("The JSON is cut off: what was whole before the cut has been read.")
    if objects.damaged:
        gatherer.notes.append(f"The JSON is damaged at {objects.damaged:,} places, which were passed over.")
    return reader.kinds.most_common(1)[0][0] if reader.kinds else ""


class _Reader:
    def __init__(self, gatherer: Gatherer, shortest_ms: int) -> None:
        self._gatherer, self._shortest = gatherer, shortest_ms
        self.kinds: Counter[str] = Counter()

    def rows(self, value: Any, owner: str | None, depth: int) -> Iterator[Row]:
        """The plays in ``value``; ``owner`` is the user or playlist that it lies in."""
        if isinstance(value, str) and depth < 2:
            row = song_of(value)
            if row:
                self.kinds[NAMES] += 1
                yield row._replace(user=owner)
        elif isinstance(value, list) and depth < _DEEPEST:
            for inner in value:
                yield from self.rows(inner, owner, depth + 1)
        elif isinstance(value, dict):
            known = self._play(value, owner)
            if known is None and depth < _DEEPEST:
                owner = _text(value, *_USER, "pid", "playlist_id", "name") or owner
                for inner in value.values():
                    if isinstance(inner, dict | list):
                        yield from self.rows(inner, owner, max(depth + 1, 2))
            elif isinstance(known, Row):
                yield known
            elif known:
                self._gatherer.skip(known)

    def _play(self, value: dict[str, Any], owner: str | None) -> Row | str | None:
        """The play that an object is, why it is none to keep, or None where it is something else."""
        metadata = value.get("track_metadata")
        if isinstance(metadata, dict):
            self.kinds[_LISTENBRAINZ] += 1
            return _listen(value, metadata, owner)
        if "ms_played" in value or "msPlayed" in value:
            extended = "ms_played" in value
            self.kinds[_SPOTIFY if extended else _SPOTIFY_OLD] += 1
            return self._spotify(value, value.get("ms_played" if extended else "msPlayed"), owner)
        track = value.get("track")
        if isinstance(track, list):
            return None  # JSPF: a playlist that has a title and a creator, as its songs do
        inner = value | track if isinstance(track, dict) else value
        title = _text(inner, *_TITLE) or (track if isinstance(track, str) else None)
        artist, track_id = _artist(inner), _text(inner, *_ID) or _linked(inner)
        if any(isinstance(v, list) and k not in (*_ARTIST, *_PLACES) for k, v in value.items()) and not (
            title and artist
        ):
            return None  # it holds songs rather than being one
        if track_id and track_id.startswith("spotify:") and not track_id.startswith("spotify:track:"):
            return None if not (title and artist) else _PODCAST
        if not ((title and artist) or (track_id and (title or artist or "track" in track_id or "track_id" in inner))):
            return None
        self.kinds[_OTHER] += 1
        return Row(track_id, artist, title, _time(value), _text(value, *_USER) or owner)

    def _spotify(self, value: dict[str, Any], played: Any, owner: str | None) -> Row | str:
        title = _text(value, "master_metadata_track_name", "trackName")
        artist = _text(value, "master_metadata_album_artist_name", "artistName")
        uri = _text(value, "spotify_track_uri", "trackUri")
        if not (uri or title):
            return _PODCAST if any(value.get(name) for name in _NOT_MUSIC) else _NO_SONG
        if isinstance(played, int | float) and played < self._shortest:
            return f"played for under {self._shortest / 1000:g} s"
        return Row(uri, artist, title, _time(value), _text(value, "username") or owner)


def _listen(value: dict[str, Any], metadata: dict[str, Any], owner: str | None) -> Row | str:
    title, artist = _text(metadata, "track_name"), _text(metadata, "artist_name")
    extra = metadata.get("additional_info")
    extra = extra if isinstance(extra, dict) else {}
    track_id = _text(extra, "spotify_id", "recording_mbid") or _text(value, "recording_mbid")
    if not (title or track_id):
        return _NO_SONG
    return Row(track_id, artist, title, _time(value), _text(value, "user_name") or owner)


def _text(value: dict[str, Any], *names: str) -> str | None:
    """The first of these fields that holds text or a number."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
    return None


def _linked(value: dict[str, Any]) -> str | None:
    """The id in a link to Spotify among the places and identifiers that JSPF has for a song."""
    given = [value.get(name) for name in _PLACES]
    places = [place for one in given for place in (one if isinstance(one, list) else [one])]
    return next((link for place in places if isinstance(place, str) and (link := link_in(place))), None)


def _artist(value: dict[str, Any]) -> str | None:
    """The artists, "; " between, from text, objects with a name, or a list of either."""
    found = next((value[name] for name in _ARTIST if value.get(name)), None)
    parts = found if isinstance(found, list) else [found]
    names = [_text(part, "name", "artist_name") if isinstance(part, dict) else part for part in parts]
    return "; ".join(name for name in names if isinstance(name, str)) or None


def _time(value: dict[str, Any]) -> int | None:
    return next((time for name in _TIME if (time := seconds_of(value.get(name))) is not None), None)
