"""Which format a history is in, told by its first lines, never by its name."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum

from recsys.errors import SourceError
from recsys.listening.times import seconds_of
from recsys.text import fold

UNDERSTOOD = (
    "Understood are: Last.fm-1K (TSV), HetRec 2011 Last.fm (zip or .dat), Spotify's streaming history (JSON), "
    "ListenBrainz (JSON lines), playlists (M3U, JSPF, CSV) and other tables with columns for track, or artist and "
    'title (and user and time, if known), "user item" lines, lines of a user and their items, LFM-1b sessions, and '
    'lines of "artist - title" or Spotify links.'
)


class Format(Enum):
    """What an input can be; the values are the words for it."""

    JSON = "JSON"
    LASTFM_1K = "Last.fm-1K"
    LASTFM_CSV = "Last.fm history (artist, album, title, time)"
    LFM_1B = "LFM-1b listening events"
    TABLE = "table"
    USER_ITEM = "user item"
    USER_LINES = "one user a line"
    SESSIONS = "sessions of ids"
    M3U = "M3U playlist"
    LINES = "lines of songs"


@dataclass(frozen=True)
class Sniffed:
    """The format, and for tables which delimiter and which column (counted from 0) holds what."""

    format: Format
    delimiter: str = "\t"
    columns: tuple[tuple[str, int], ...] = ()
    n_columns: int = 0
    header: tuple[str, ...] = ()


ALIASES: dict[str, str] = {
    "user": "user_id userid user username user_name listener listener_id visitor_id playlist_id pid session_id",
    "track_id": "track_id trackid spotify_track_uri track_uri spotify_uri spotify_track_id spotify_id uri item_id "
    "itemid item song_id songid recording_mbid track_mbid track_url id",
    "title": "title track_name trackname song track song_name songname track_title master_metadata_track_name name "
    "traname",
    "artist": "artist artist_name artistname artists artist_names artist_name_s artist_s track_artist performer "
    "artname master_metadata_album_artist_name",
    "artist_id": "artist_id artistid artist_mbid artid",
    "time": "timestamp time ts played_at listened_at uts utc_time date datetime date_time end_time endtime created_at "
    "played_time added_at time_added unix_timestamp",
    "position": "position pos playlist_position track_position order",
    "weight": "weight plays play_count playcount count listens",
    "ms_played": "ms_played msplayed",
}
"""What a column may hold and the names that it then goes by, folded; of several in one file, the first counts."""

_BINARY = (
    (b"\x89PNG", "is a PNG image"),
    (b"\xff\xd8\xff", "is a JPEG image"),
    (b"GIF8", "is a GIF image"),
    (b"%PDF", "is a PDF"),
    (b"PK\x03\x04", "is a zip archive inside another"),
    (b"SQLite format 3", "is an SQLite database"),
    (b"PAR1", "is a Parquet file: save it as CSV"),
    (b"\x1f\x8b", "is gzipped twice: unpack it once"),
    (b"7z\xbc\xaf", "is a 7z archive: unpack it"),
    (b"Rar!", "is a RAR archive: unpack it"),
    (b"BZh", "is packed with bzip2: unpack it"),
    (b"version https://git-lfs", "is a Git LFS pointer, not the file itself: run git lfs pull"),
)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|rss|svg|plist|head|body)\b", re.IGNORECASE)
_JSON = re.compile(r'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:[{\["]|\]|$))')
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_NUMBERS = re.compile(r"\s*\d{1,18}(?:[\s,;]+\d{1,18})+\s*,?\s*")
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_ARTISTS_ONLY = frozenset({"artist", "artist_id"})
_MOST_LINES = 1_000


def sniff(head: bytes, name: str, cut: bool) -> Sniffed:
    """Tell the format.

    Args:
        head: The beginning of the input, as UTF-8; what `refuse_binary` refuses has been refused.
        name: How to call the input in errors.
        cut: ``head`` is not all of it.

    Raises:
        SourceError: it is empty or nothing that can be read; the message says what it seems to be.
    """
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    if not text.strip():
        raise SourceError(f"{name} is empty. {UNDERSTOOD}")
    if _MARKUP.match(text):
        raise SourceError(f"{name} is a web page or XML, not a history. {UNDERSTOOD}")
    if len(_CONTROL.findall(text)) > 2 + len(text) // 50:
        raise SourceError(f"{name} is not text. {UNDERSTOOD}")
    if _JSON.match(text):
        return Sniffed(Format.JSON)
    if text.lstrip().upper().startswith("#EXTM3U"):
        return Sniffed(Format.M3U)
    lines = [line for line in text.split("\n") if line.strip()]
    if cut and len(lines) > 1:
        lines.pop()
    return _by_lines(lines[:_MOST_LINES])


def refuse_binary(head: bytes, name: str) -> None:
    """Raise a SourceError that says what the input is where its first bytes tell a file that is no text."""
    for mark, what in _BINARY:
        if head.startswith(mark):
            raise SourceError(f"{name} {what}. {UNDERSTOOD}")


def _by_lines(lines: list[str]) -> Sniffed:
    tabbed = [line.split("\t") for line in lines]
    if sum(len(parts) == 6 and bool(_ISO.match(parts[1])) for parts in tabbed) * 2 > len(lines):
        columns = (("user", 0), ("time", 1), ("track_id", 4), ("artist", 3), ("title", 5))
        return Sniffed(Format.LASTFM_1K, "\t", columns, 6)
    table = _table(lines)
    if table:
        return table
    if sum(bool(_NUMBERS.fullmatch(line)) for line in lines) > 0.9 * len(lines):
        return _numbers(lines)
    return _without_header(lines) or Sniffed(Format.LINES)


def _numbers(lines: list[str]) -> Sniffed:
    """Lines of nothing but numbers: what they are, their number on a line tells."""
    split = [re.split(r"[\s,;]+", line.strip(" \t,")) for line in lines]
    width = len(split[0])
    delimiter = "," if "," in lines[0] else "\t" if "\t" in lines[0] else " "
    if all(len(parts) == width for parts in split):
        timed = 3 <= width <= 5 and all((seconds_of(parts[-1]) or 0) > 500_000_000 for parts in split)
        if width == 5 and timed:
            columns = (("user", 0), ("track_id", 3), ("time", 4))
            return Sniffed(Format.LFM_1B, delimiter, columns, 5)
        if width == 2 or timed:
            columns = (("user", 0), ("track_id", 1), *((("time", width - 1),) if timed else ()))
            return Sniffed(Format.USER_ITEM, delimiter, columns, width)
    return Sniffed(Format.SESSIONS if "," in lines[0] else Format.USER_LINES, delimiter)


def roles(header: list[str]) -> dict[str, int]:
    """What each column may hold → its position."""
    folded = [fold(name).replace(" ", "_") for name in header]
    found = {
        role: folded.index(next(alias for alias in aliases.split() if alias in folded))
        for role, aliases in ALIASES.items()
        if any(alias in folded for alias in aliases.split())
    }
    if "track_id" in found and folded[found["track_id"]] == "id" and found.keys() & {"user", "time", "title"}:
        del found["track_id"]  # a record's own number, more likely
    if "title" in found and folded[found["title"]] == "track" and not found.keys() & {"track_id", "artist"}:
        found["track_id"] = found.pop("title")
    if "title" in found and folded[found["title"]] == "name" and not found.keys() & {"track_id", "artist"}:
        del found["title"]
    return found


def _table(lines: list[str]) -> Sniffed | None:
    """A table with a header that names a song's columns."""
    first = lines[0]
    delimiter = max("\t,;|", key=first.count)
    header = _fields(first, delimiter)
    found = roles(header)
    names_song = "track_id" in found or {"artist", "title"} <= found.keys()
    names_artist = bool(found.keys() & _ARTISTS_ONLY) and "user" in found
    enough = len(found) > 1 or (len(header) == 1 and "track_id" in found)
    if not ((names_song or names_artist) and enough) or any(field.strip().isdigit() for field in header):
        return None
    return Sniffed(Format.TABLE, delimiter, tuple(found.items()), len(header), tuple(header))


def _without_header(lines: list[str]) -> Sniffed | None:
    """Last.fm exports of artist, album, title and time, or other tables of text that end with a time."""
    delimiter = max("\t,;", key=lines[0].count)
    rows = [_fields(line, delimiter) for line in lines[:50]]
    width, count = Counter(map(len, rows)).most_common(1)[0]
    timed = sum(len(row) == 4 and seconds_of(row[3]) is not None for row in rows)
    if width == 4 and timed > 0.8 * count and count > 0.8 * len(rows):
        return Sniffed(Format.LASTFM_CSV, delimiter, (("artist", 0), ("title", 2), ("time", 3)), 4)
    return None


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)
