"""A playlist as a file that other programs read: CSV, M3U8, JSPF, or the links of its songs at Spotify.

CSV is RFC 4180's, M3U8 the extended M3U in UTF-8, JSPF that of https://www.xspf.org/jspf. Titles come from strangers:
none may open a line of its own or be run as a spreadsheet's formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import Catalogue, Rows, Track, tracks_of
from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.text import fold

_SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001  what a spreadsheet takes for the start of one
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_UNSEEN = re.compile("[\0-\x08\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")  # names that Windows keeps for itself
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """A file to save.

    Attributes:
        name: Safe on every system: letters, digits and dashes, and its ending.
        media_type: What a browser calls it.
        text: To be written as UTF-8.
        left_out: Songs that the format cannot hold.
    """

    name: str
    media_type: str
    text: str
    left_out: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaylistFormat:
    """How a format is called and written."""

    label: str
    ending: str
    media_type: str
    write: Callable[[Catalogue, Rows, str], str]
    needs_link: bool = False


def write_playlist(catalogue: Catalogue, track_ids: Sequence[str], format_: str, title: str = "") -> PlaylistFile:
    """The songs, in their order, as a file in one of FORMATS.

    Raises:
        EmptyQueryError: there is no song, or none that the format can hold.
        InvalidQueryError: there is no such format.
        UnknownTrackError: a track is not in the catalogue.
    """
    if format_ not in FORMATS:
        raise InvalidQueryError(f"format is {format_!r}; give one of: {', '.join(FORMATS)}.")
    rows = catalogue.rows(track_ids)
    if not len(rows):
        raise EmptyQueryError("There is no song to write. Give the track_id of at least one song.")
    chosen = FORMATS[format_]
    left_out: list[Track] = []
    if chosen.needs_link:
        linked = [link_of(track) is not None for track in tracks_of(catalogue, rows)]
        left_out = tracks_of(catalogue, [row for row, has in zip(rows.tolist(), linked, strict=True) if not has])
        rows = rows[linked]
        if not len(rows):
            raise EmptyQueryError(
                f"None of these {len(left_out):,} songs has a Spotify id, so there is no link to write. "
                "Choose CSV, M3U8 or JSPF."
            )
    name = one_line(title) or "Playlist"
    return PlaylistFile(
        f"{file_stem(name)}.{chosen.ending}", chosen.media_type, chosen.write(catalogue, rows, name), tuple(left_out)
    )


def link_of(track: Track) -> str | None:
    """The song's page at Spotify, None where the catalogue has no sound id of it."""
    given = track.spotify_id
    return f"https://open.spotify.com/track/{given}" if given and _SPOTIFY_ID.fullmatch(given) else None


def file_stem(title: str) -> str:
    """A file's name for a title, without its ending.

    >>> file_stem("Señor Niebla / Best of"), file_stem("…")
    ('senor-niebla-best-of', 'playlist')
    """
    stem = re.sub("[^a-z0-9]+", "-", fold(title))[:_LONGEST_NAME].strip("-") or "playlist"
    return f"{stem}-playlist" if _DEVICE.fullmatch(stem) else stem


def one_line(text: str | None) -> str:
    """``text`` without line breaks, and without what steers a screen rather than being seen on it."""
    return " ".join(_UNSEEN.sub("", text or "").split())


def cell(text: str | None) -> str:
    """``text`` on one line, as a spreadsheet's cell that it will not take for a formula.

    >>> cell("=1+1"), cell("-7"), cell("-7+1")
    ("'=1+1", '-7', "'-7+1")
    """
    plain = one_line(text)
    return f"'{plain}" if _FORMULA.match(plain) and not _NUMBER.fullmatch(plain) else plain


def csv_of(catalogue: Catalogue, rows: Rows, title: str = "") -> str:
    """A header, and a line a song: ids, names and the 11 features in natural units."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["track_id", "title", "artist", "album", "year", "spotify_id", *FEATURE_NAMES])
    for track, features in zip(tracks_of(catalogue, rows), catalogue.features[rows], strict=True):
        about = [cell(value) for value in (track.track_id, track.title, track.artists, track.album)]
        numbers = ["" if value != value else f"{value:g}" for value in features.tolist()]
        writer.writerow([*about, track.year, cell(track.spotify_id), *numbers])
    return text.getvalue()


def _m3u8(catalogue: Catalogue, rows: Rows, title: str) -> str:
    """Where a song has no link, its place is taken by a file of its name, which a player will look for."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title}"]
    for track in tracks_of(catalogue, rows):
        name = f"{one_line(track.artist)} - {one_line(track.title)}"
        seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1000)
        lines += [f"#EXTINF:{seconds},{name}", link_of(track) or f"./{re.sub(_NOT_IN_FILES, '_', name)}.mp3"]
    return "\n".join(lines) + "\n"


_NOT_IN_FILES = r'[\\/:*?"<>|%]'


def _jspf(catalogue: Catalogue, rows: Rows, title: str) -> str:
    playlist = {"title": title, "track": [_jspf_track(track) for track in tracks_of(catalogue, rows)]}
    return json.dumps({"playlist": playlist}, ensure_ascii=False, indent=2) + "\n"


def _jspf_track(track: Track) -> dict[str, Any]:
    """What the format has a name for, and nothing that is unknown. Location and identifier are lists there."""
    link = link_of(track)
    known = {
        "location": [link] if link else None,
        "identifier": [f"spotify:track:{track.spotify_id}"] if link else None,
        "title": one_line(track.title),
        "creator": one_line(track.artists),
        "album": one_line(track.album),
        "duration": None if track.duration_ms is None else round(track.duration_ms),
    }
    return {name: value for name, value in known.items() if value}


def _links(catalogue: Catalogue, rows: Rows, title: str) -> str:
    return _lines(link_of(track) for track in tracks_of(catalogue, rows))


def _lines(values: Iterable[str | None]) -> str:
    return "".join(f"{value}\n" for value in values if value)


FORMATS: Mapping[str, PlaylistFormat] = {
    "csv": PlaylistFormat("CSV", "csv", "text/csv", csv_of),
    "m3u8": PlaylistFormat("M3U8", "m3u8", "audio/x-mpegurl", _m3u8),
    "jspf": PlaylistFormat("JSPF", "jspf", "application/json", _jspf),
    "links": PlaylistFormat("Spotify links", "txt", "text/plain", _links, needs_link=True),
}
