"""Plays as columns: who, which song, when. Names are kept once a song, so that 19 million plays take 300 MB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recsys.listening.order import NO_TIME, oldest_first
from recsys.listening.text_blocks import repair

__all__ = ["NO_TIME", "Batch", "Gatherer", "Plays", "Row", "batches", "one_a_time", "unite"]

SONGS = pa.schema([("track_id", pa.string()), ("artist", pa.string()), ("title", pa.string())])
_SPOTIFY = r"^(?:spotify:track:|(?:https?://)?open\.spotify\.com/(?:[A-Za-z-]+/)*track/)([0-9A-Za-z]{22}).*$"
_APART = "\x1f"
_LONGEST_NAME = 1_000


@dataclass(frozen=True)
class Plays:
    """Plays of one or more users, each user's oldest first, users in the order in which they first appear.

    Attributes:
        format: What the input was recognised as, in words.
        users: Their names.
        songs: Columns of SONGS, null where unknown, in order of first appearance. Spotify's links are bare ids.
        user: (n_plays,) positions in ``users``, ascending.
        song: (n_plays,) positions in ``songs``.
        times: (n_plays,) seconds since 1970, NO_TIME where unknown.
        rows: How many records were read; those that are no plays are in ``skipped``.
        skipped: Why records were left out, and how many.
        notes: Sentences on what was unusual.
        artists_only: The "songs" are artists: no titles.
        loose: Names were typed by a person: artist and title may be the other way round, or only one be there.
    """

    format: str
    users: tuple[str, ...]
    songs: pa.Table
    user: NDArray[np.int32]
    song: NDArray[np.int32]
    times: NDArray[np.int64]
    rows: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    artists_only: bool = False
    loose: bool = False

    def __len__(self) -> int:
        return len(self.song)

    def name(self, song: int) -> str:
        """How lists call the song: "artist – title", or what is known of it."""
        known = {column: self.songs[column][song].as_py() for column in SONGS.names}
        return " – ".join(filter(None, (known["artist"], known["title"]))) or known["track_id"] or ""


def one_a_time(plays: Plays) -> Plays:
    """Plays without those that repeat user, time and song of another."""
    order = np.lexsort((plays.song, plays.times, plays.user))
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in (plays.user, plays.times, plays.song):
        same &= np.diff(column[order]) == 0
    same &= plays.times[order][1:] != NO_TIME
    kept = np.ones(len(order), bool)
    kept[order[1:][same]] = False
    count = int((~kept).sum())
    skipped = dict(plays.skipped) | ({"the same at the same time": count} if count else {})
    return replace(plays, user=plays.user[kept], song=plays.song[kept], times=plays.times[kept], skipped=skipped)


def unite(parts: Sequence[Plays], now: float) -> Plays:
    """Plays of one format as one: users of the same name are one user, whose plays are put in order.

    A song that is in several parts is there once a part.
    """
    if len(parts) == 1:
        return parts[0]
    number: dict[str, int] = {}
    users, songs, n_songs = [], [], 0
    skipped = Counter[str]()
    notes: list[str] = []
    for part in parts:
        mine = np.array([number.setdefault(name, len(number)) for name in part.users], np.int32)
        users.append(mine[part.user])
        songs.append(part.song + np.int32(n_songs))
        n_songs += len(part.songs)
        skipped.update(part.skipped)
        notes += part.notes
    user, song = np.concatenate(users), np.concatenate(songs)
    ordered = oldest_first(user, np.concatenate([part.times for part in parts]), None, now)
    first = parts[0]
    return Plays(
        first.format, tuple(number), pa.concat_tables([part.songs for part in parts]).combine_chunks(),
        user[ordered.order], song[ordered.order], ordered.times, sum(part.rows for part in parts), dict(skipped),
        tuple(dict.fromkeys(notes)), first.artists_only, first.loose,
    )  # fmt: skip


class Row(NamedTuple):
    """One play as a parser finds it. ``user`` None: whoever the whole input belongs to."""

    track_id: str | None = None
    artist: str | None = None
    title: str | None = None
    time: int | None = None
    user: str | None = None


class Batch(NamedTuple):
    """Some plays as Arrow columns of one length; None for a column that the format lacks."""

    length: int
    track_id: pa.Array | None = None
    artist: pa.Array | None = None
    title: pa.Array | None = None
    time: pa.Array | None = None
    user: pa.Array | None = None
    position: NDArray[np.float64] | None = None


def batches(rows: Iterable[Row], size: int = 50_000) -> Iterable[Batch]:
    """``rows`` as batches of up to ``size``."""
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield _batch(held)
            held = []
    if held:
        yield _batch(held)


def _batch(rows: list[Row]) -> Batch:
    ids, artists, titles, times, users = zip(*rows, strict=True)
    names = [_strings(column) for column in (ids, artists, titles)]
    return Batch(len(rows), names[0], names[1], names[2], pa.array(times, pa.int64()), _strings(users))


def _strings(values: Iterable[str | None]) -> pa.Array:
    """Text for Arrow; halves of surrogate pairs, which JSON can smuggle in, become question marks."""
    kept = list(values)
    try:
        return pa.array(kept, pa.string())
    except UnicodeEncodeError:
        return pa.array([v and v.encode("utf-8", "replace").decode() for v in kept], pa.string())


class Gatherer:
    """Collects batches into Plays; songs and users get their numbers as they appear."""

    def __init__(self, whose: str) -> None:
        """``whose``: the user of plays that name none."""
        self._whose = whose
        self._users: dict[str, int] = {}
        self._song_of: dict[str, int] = {}
        self._names: list[pa.Table] = []
        self._columns: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]] = []
        self._positions: list[NDArray[np.float64] | None] = []
        self.skipped: Counter[str] = Counter()
        self.notes: list[str] = []
        self.unread_times = 0
        self.rows = 0  # records that are no plays; plays are added at the end

    def add(self, batch: Batch) -> None:
        """Take the plays of ``batch``, but for those that name nothing."""
        columns = [_clean(column, batch.length) for column in (batch.track_id, batch.artist, batch.title)]
        keys = pc.binary_join_element_wise(*(column.fill_null("") for column in columns), _APART)
        named = pc.not_equal(keys, _APART * 2).to_numpy(zero_copy_only=False)
        songs = self._codes_of_songs(keys, columns)
        users = self._codes_of_users(batch.user, batch.length)
        times = np.full(batch.length, NO_TIME) if batch.time is None else batch.time.fill_null(NO_TIME).to_numpy()
        if not named.all():
            self.skip("no song named", int((~named).sum()))
        self._columns.append((users[named], songs[named], times[named]))
        self._positions.append(None if batch.position is None else batch.position[named])

    def skip(self, reason: str, count: int = 1) -> None:
        if count:
            self.skipped[reason] += count
            self.rows += count

    def __len__(self) -> int:
        return sum(len(songs) for _, songs, _ in self._columns)

    def plays(self, format_: str, *, artists_only: bool = False, loose: bool = False, now: float) -> Plays:
        """All that was added, in order; ``now`` is the time after which a play cannot be."""
        empty = np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)
        users, songs, times = (np.concatenate(part) for part in zip(empty, *self._columns, strict=True))
        self._columns = []
        self.rows += len(songs)
        ordered = oldest_first(users, times, self._all_positions(), now)
        self.notes += ordered.notes
        table = pa.concat_tables([SONGS.empty_table(), *self._names]).combine_chunks()
        mended, count = repair(table)
        if count:
            self.notes.append(f"Names that a wrong encoding had garbled and that have been mended: {count:,}.")
        names = tuple(self._users)
        song = songs[ordered.order]
        times = ordered.times
        return Plays(
            format_, names, _bare_ids(mended), users[ordered.order], song, times, self.rows, dict(self.skipped),
            tuple(self.notes), artists_only, loose,
        )  # fmt: skip

    def _all_positions(self) -> NDArray[np.float64] | None:
        given = [positions for positions in self._positions if positions is not None]
        return np.concatenate(given) if given and len(given) == len(self._positions) else None

    def _codes_of_songs(self, keys: pa.Array, columns: list[pa.Array]) -> NDArray[np.int32]:
        coded = keys.dictionary_encode()
        codes = coded.indices.to_numpy()
        first = np.unique(codes, return_index=True)[1]  # where each is first: codes count up in order of appearance
        mine, new = [], []
        for key, at in zip(coded.dictionary.to_pylist(), first.tolist(), strict=True):
            if key not in self._song_of:
                self._song_of[key] = len(self._song_of)
                new.append(at)
            mine.append(self._song_of[key])
        self._names.append(pa.table(columns, schema=SONGS).take(pa.array(new, pa.int64())))
        return np.array(mine, np.int32)[codes]

    def _codes_of_users(self, users: pa.Array | None, length: int) -> NDArray[np.int32]:
        if users is None:
            return np.full(length, self._users.setdefault(self._whose, len(self._users)), np.int32)
        coded = pc.coalesce(_clean(users, length), pa.scalar(self._whose)).dictionary_encode()
        mine = [self._users.setdefault(name, len(self._users)) for name in coded.dictionary.to_pylist()]
        return np.array(mine, np.int32)[coded.indices.to_numpy()]


def _clean(column: pa.Array | None, length: int) -> pa.Array:
    """Without spaces around, null where nothing is left, cut where a name is too long to be one."""
    if column is None:
        return pa.nulls(length, pa.string())
    trimmed = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(column), 0, _LONGEST_NAME)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _bare_ids(songs: pa.Table) -> pa.Table:
    return songs.set_column(0, "track_id", pc.replace_substring_regex(songs["track_id"], _SPOTIFY, r"\1"))
