"""A history in any format that we know: pasted text, or a file, an archive or a folder of them."""

from __future__ import annotations

import gzip
import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from recsys.errors import EmptyQueryError, InvalidQueryError, SourceError
from recsys.listening.hetrec import TAGS, WEIGHTS, read_hetrec
from recsys.listening.json_plays import LISTS, LOGS, NAMES, read_json
from recsys.listening.m3u import read_m3u
from recsys.listening.plays import Gatherer, Plays, unite
from recsys.listening.sniff import UNDERSTOOD, Format, refuse_binary, sniff
from recsys.listening.song_lines import KNOWN_SHARE, read_lines
from recsys.listening.tables import read_table, read_user_lines
from recsys.listening.text_blocks import BLOCK, TextBlocks
from recsys.text import fold

MOST_PLAYS = 100_000
SHORTEST_MS = 30_000
"""A song that was played for less was skipped: the length from which Spotify counts a stream."""
_HEAD = 1 << 16
_YOU = "you"
_NUMBERED = re.compile(r"^(?:streaming_?history|endsong)(?:_?(?:music|audio|video))?(?:_[\d-]+)*_?\d*$", re.IGNORECASE)
Progress = Callable[[float], None]


def parse_history(
    text: str | bytes, most: int = MOST_PLAYS, shortest_ms: int = SHORTEST_MS, called: str = "history"
) -> Plays:
    """One user's plays, oldest first, from pasted text in any of the formats.

    Of several users in it, the one with most plays is taken, and of more than ``most`` plays the latest; the notes
    say so. Nothing is kept anywhere. ``called`` is the word for the input in an error.

    Raises:
        EmptyQueryError: there is nothing in it.
        InvalidQueryError: it is in no format that we know, or holds no play; the message says what it holds.
    """
    data = text.lstrip().encode("utf-8", "replace") if isinstance(text, str) else text
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise EmptyQueryError(f'The {called} is empty. Paste some songs, one "artist - title" a line.')
    try:
        plays = _read(io.BytesIO(data), "The text", _YOU, shortest_ms, time.time(), pasted=True)
    except SourceError as error:
        raise InvalidQueryError(str(error)) from None
    return _latest(_one_user(plays), most)


def _one_user(plays: Plays) -> Plays:
    if len(plays.users) < 2:
        return plays
    counts = np.bincount(plays.user, minlength=len(plays.users))
    chosen = int(counts.argmax())
    name = plays.users[chosen]
    note = f"The text holds {len(plays.users):,} users or playlists; {name!r}, with most plays, was taken."
    its = plays.user == chosen
    return replace(
        plays, users=(name,), user=np.zeros(int(its.sum()), np.int32), song=plays.song[its], times=plays.times[its],
        notes=(*plays.notes, note),
    )  # fmt: skip


def _latest(plays: Plays, most: int) -> Plays:
    if len(plays) <= most:
        return plays
    note = f"Of {len(plays):,} plays the latest {most:,} were taken."
    cut = slice(len(plays) - most, None)
    return replace(
        plays, user=plays.user[cut], song=plays.song[cut], times=plays.times[cut], notes=(*plays.notes, note)
    )


def read_history_file(
    path: str | Path, shortest_ms: int = SHORTEST_MS, progress: Progress = lambda fraction: None
) -> list[Plays]:
    """The plays in a file, which may be gzipped, in an archive (zip) or in a folder; one Plays a format in it.

    A format that names no user has one: called as the file, or as the archive or folder that it is in.

    Raises:
        SourceError: it is missing, damaged, or nothing in it is a history that we know.
    """
    path = Path(path).expanduser()
    now = time.time()
    try:
        if path.is_dir():
            return _read_members(_Folder(path), path.name, path.resolve().name or _YOU, shortest_ms, now, progress)
        if not path.is_file():
            raise SourceError(f"{path} does not exist: check the path.")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _read_members(_Zip(archive), path.name, path.stem, shortest_ms, now, progress)
        with path.open("rb") as raw, _unpacked(raw) as stream:
            size = max(path.stat().st_size, 1)
            return [_read(stream, path.name, _user_of(path), shortest_ms, now, lambda: progress(raw.tell() / size))]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} is damaged or cut off ({error}). Download it again.") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"{path.name} is a zip archive that cannot be opened ({error}). Download it again."
        ) from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _user_of(path: Path) -> str:
    """Who a file belongs to that names nobody: Spotify's numbered files in one folder are one user's."""
    stem = path.name.split(".")[0]
    folder = path.resolve().parent.name
    return folder if folder and _NUMBERED.match(stem) else stem or _YOU


@contextmanager
def _unpacked(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    head = raw.read(2)
    raw.seek(0)
    if head == b"\x1f\x8b":
        with gzip.open(raw) as stream:
            yield stream  # type: ignore[misc]
    else:
        yield raw


class _Folder:
    def __init__(self, path: Path) -> None:
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        self.names = [file.relative_to(path).as_posix() for file in files]
        self._path = path

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with (self._path / name).open("rb") as raw, _unpacked(raw) as stream:
            yield stream


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        named = (info.filename for info in archive.infolist() if not info.is_dir())
        self.names = sorted(n for n in named if not n.rpartition("/")[2].startswith(".") and "__MACOSX" not in n)
        self._archive = archive

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with self._archive.open(name) as stream:
            yield stream


def _read_members(
    box: _Folder | _Zip, name: str, whose: str, shortest_ms: int, now: float, progress: Progress
) -> list[Plays]:
    """Each format's plays of the files in an archive or folder; what else lies in it is named in a note."""
    by_base = {member.rpartition("/")[2]: member for member in box.names}
    if by_base.keys() & {TAGS, WEIGHTS}:

        def blocks(base: str) -> list[bytes] | None:
            if base not in by_base:
                return None
            with box.open(by_base[base]) as stream:
                return list(TextBlocks(stream))

        return [read_hetrec(blocks, name, now)]
    found: dict[str, list[Plays]] = {}
    passed = []
    for i, member in enumerate(box.names):
        progress(i / len(box.names))
        try:
            with box.open(member) as stream:
                plays = _read(stream, member, whose, shortest_ms, now)
        except SourceError:
            passed.append(member)
            continue
        found.setdefault(plays.format, []).append(plays)
    if not found:
        raise SourceError(f"{name} holds no history: {', '.join(passed[:10]) or 'it is empty'}. {UNDERSTOOD}")
    if found.keys() & LOGS:  # a playlist or a library beside a log of plays tells nothing of what was played
        passed += [f"{name} ({len(parts)} files)" for name, parts in found.items() if name in LISTS]
        found = {name: parts for name, parts in found.items() if name not in LISTS}
    united = [unite(parts, now) for parts in found.values()]
    if passed:
        more = f" and {len(passed) - 10:,} more" if len(passed) > 10 else ""
        note = f"Not read, for they hold no plays: {', '.join(passed[:10])}{more}."
        united[0] = replace(united[0], notes=(*united[0].notes, note))
    return united


@dataclass
class _Counting:
    """Blocks that tell how far reading is."""

    blocks: TextBlocks
    tell: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        for block in self.blocks:
            self.tell()
            yield block


def _read(
    stream: IO[bytes], name: str, whose: str, shortest_ms: int, now: float, tell: Callable[[], None] = lambda: None,
    *, pasted: bool = False,
) -> Plays:  # fmt: skip
    head = stream.read(_HEAD)
    refuse_binary(head, name)
    rest = _Ahead(head, stream)
    sniffed = sniff(b"".join(TextBlocks(io.BytesIO(head))), name, len(head) == _HEAD)
    quoted = sniffed.format in (Format.TABLE, Format.LASTFM_CSV)
    blocks = TextBlocks(rest, quoted)  # type: ignore[arg-type]
    counting = _Counting(blocks, tell)
    gatherer = Gatherer(whose)
    called, loose = sniffed.format.value, False
    if sniffed.format is Format.JSON:
        called = read_json(counting, gatherer, shortest_ms)
        loose = called == NAMES
    elif sniffed.format is Format.LINES:
        sure, loose = read_lines(counting, gatherer), True
        if sure < KNOWN_SHARE and not pasted:
            raise SourceError(f"{name} is none of the histories that are understood. {UNDERSTOOD}")
    elif sniffed.format is Format.M3U:
        read_m3u(counting, gatherer)
        loose = True
    elif sniffed.format in (Format.USER_LINES, Format.SESSIONS):
        read_user_lines(counting, gatherer)
    else:
        read_table(counting, sniffed, gatherer, shortest_ms)
        called = _called(called, sniffed.header)
    if blocks.mended:
        gatherer.notes.append(f"Lines that were not UTF-8 and have been read as Windows-1252: {blocks.mended:,}.")
    if gatherer.unread_times:
        gatherer.notes.append(f"Times that could not be read: {gatherer.unread_times:,}.")
    if not len(gatherer):
        why = "; ".join(f"{count:,} × {reason}" for reason, count in gatherer.skipped.items())
        raise SourceError(f"{name} holds no play of a song{f' ({why})' if why else ''}. {UNDERSTOOD}")
    artists_only = bool(sniffed.columns) and not {"title", "track_id"} & {role for role, _ in sniffed.columns}
    return gatherer.plays(called, artists_only=artists_only, loose=loose, now=now)


def _called(called: str, header: tuple[str, ...]) -> str:
    if "playlist_id" in (fold(name).replace(" ", "_") for name in header):
        return "playlists"
    return f"{called} ({', '.join(header)})" if header else called


class _Ahead:
    """A stream whose beginning has been read already."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = BLOCK) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head + self._stream.read(max(size - len(head), 0))
        return self._stream.read(size)
