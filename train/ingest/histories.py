"""Files of listening histories, in any format that `recsys.listening` knows, as one set of interactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Catalogue
from recsys.errors import SourceError
from recsys.hub import DATASET_PREFIX, fetch_dataset_file
from recsys.listening import NO_TIME, Joined, Plays, SongJoin, join_plays, read_history_file
from recsys.listening.order import oldest_first
from recsys.title_search import TitleSearch
from train.history.interactions import Interactions
from train.ingest.history_filters import HistoryOptions, k_core, long_enough, repeats_in_a_row
from train.ingest.history_report import HistoriesReport, SourceHistories

Progress = Callable[[str, float], None]
Numbers = NDArray[np.int64]
_MOST_LISTED = 1_000
_SAME = "the same play in several files"
_DEFAULT = HistoryOptions()


@dataclass(frozen=True)
class Histories:
    """Everybody's histories, and what the items are.

    Attributes:
        item_ids: (n_items,) what the files call each item, or the catalogue's track ids.
        item_names: (n_items,) "artist – title", or what is known of it; empty with a catalogue, which has the names.
    """

    interactions: Interactions
    item_ids: Sequence[str]
    item_names: Sequence[str]
    report: HistoriesReport


@dataclass(frozen=True)
class _Part:
    """One format in one file, and the item of each play; -1 for what the catalogue lacks."""

    source: str
    plays: Plays
    items: Numbers


def read_histories(
    paths: Sequence[str | Path],
    catalogue: Catalogue | None = None,
    titles: TitleSearch | None = None,
    options: HistoryOptions = _DEFAULT,
    progress: Progress = lambda step, fraction: None,
) -> Histories:
    """Read ``paths``: files, zip archives, folders, or hf://datasets/… addresses.

    With a catalogue, items are its rows; songs are joined by id, else by artist and title, else nearly so, and those
    that it lacks are counted and listed. Without one, items are the files' own ids, or artists and titles where a
    file does not give every song an id, numbered in order of first appearance. A user name that occurs in several
    files of one format is one user; in files of different formats there are several, and their names say which.
    The same input gives the same result.

    Raises:
        SourceError: a file is missing, damaged or no history, it holds artists and there is a catalogue of tracks, or
            nothing is left.
    """
    if not paths:
        raise SourceError("No file of histories was given. Name one or more.")
    parts, sources, missed, called = _read(paths, catalogue, titles, options, progress)
    progress("Putting histories in order", 0.9)
    users, user_names = _users(parts)
    items = np.concatenate([part.items for part in parts])
    times = np.concatenate([part.plays.times for part in parts])
    source_of = np.repeat(np.arange(len(parts)), [len(part.plays) for part in parts])
    kept, dropped = _kept(users, items, times, source_of, options)
    if not len(kept):
        raise SourceError(_nothing_left(parts, sources, dropped))
    users, items, times = users[kept], items[kept], times[kept]
    present, starts = np.unique(users, return_index=True)
    ids, names = (catalogue.track_ids, []) if catalogue else (called.ids, called.names)
    if catalogue is None:
        items, ids, names = _renumbered(items, ids, names)
    filled, time_notes = _filled(times, starts)
    interactions = Interactions(
        users=[user_names[user] for user in present.tolist()],
        starts=np.append(starts, len(items)).astype(np.int64),
        items=items,
        times=filled,
        n_items=len(ids),
    )
    report = HistoriesReport(
        sources=tuple(sources),
        users=len(present),
        plays=len(items),
        items=len(np.unique(items)),
        dropped=dropped,
        users_dropped=len(user_names) - len(present),
        most_unmatched=tuple(missed.most_common(_MOST_LISTED)),
        notes=(*_united_users(parts), *time_notes),
    )
    return Histories(interactions, ids, names, report)


def _read(
    paths: Sequence[str | Path],
    catalogue: Catalogue | None,
    titles: TitleSearch | None,
    options: HistoryOptions,
    progress: Progress,
) -> tuple[list[_Part], list[SourceHistories], Counter[str], _Items]:
    """Every part of every file, the report on each, the songs that the catalogue lacks, and the items without one."""
    join = None if catalogue is None else SongJoin(catalogue, titles)
    items, missed = _Items(), Counter[str]()
    parts, sources = [], []
    for i, given in enumerate(paths):
        name, start = Path(str(given)).name, 0.9 * i / len(paths)

        def told(
            doing: str, low: float, high: float, name: str = name, start: float = start
        ) -> Callable[[float], None]:
            return lambda done: progress(f"{doing} {name}", start + 0.9 * (low + (high - low) * done) / len(paths))

        remote = str(given).startswith(DATASET_PREFIX)
        path = fetch_dataset_file(str(given)) if remote else Path(given)
        found = read_history_file(path, options.shortest_ms, told("Reading", 0.0, 0.5))
        for plays in found:
            if join is None:
                parts.append(_Part(name, plays, items.of(plays)))
                sources.append(_source(name, plays))
                continue
            if plays.artists_only:
                raise SourceError(
                    f"{name} ({plays.format}) holds artists, not tracks: it cannot be joined to a catalogue of tracks. "
                    "Read it without a catalogue, as artists, or leave it out."
                )
            joined = join_plays(plays, join, told("Joining", 0.5, 1.0))
            parts.append(_Part(name, plays, joined.rows))
            sources.append(_source(name, plays, joined))
            missed.update(dict(joined.unmatched()))
    return parts, sources, missed, items


def _source(name: str, plays: Plays, joined: Joined | None = None) -> SourceHistories:
    told = SourceHistories(
        name, plays.format, plays.rows, len(plays), len(plays.users), len(plays.songs), skipped=plays.skipped,
        notes=plays.notes,
    )  # fmt: skip
    if joined is None:
        return told
    lost = int((joined.rows < 0).sum())
    if joined.not_sought:
        note = f"Seldom played songs that were not sought by spelling, only by artist and title: {joined.not_sought:,}."
        told = replace(told, notes=(*told.notes, note))
    return replace(told, matched=joined.matched, unmatched=lost, unmatched_songs=joined.unmatched_songs)


class _Items:
    """Numbers for what files call songs, in order of first appearance."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self.names: list[str] = []

    @property
    def ids(self) -> list[str]:
        return list(self._number)

    def of(self, plays: Plays) -> Numbers:
        """The item of each play. Songs are told apart by id where each has one, else by artist and title."""
        columns = [plays.songs[name].to_pylist() for name in ("track_id", "artist", "title")]
        by_id = all(track_id is not None for track_id in columns[0])
        numbers = []
        for song, (track_id, artist, title) in enumerate(zip(*columns, strict=True)):
            name = plays.name(song)
            known = (artist is not None and title is not None) or track_id is None
            key = track_id if by_id or not known else name.casefold()
            number = self._number.setdefault(str(key), len(self._number))
            if number == len(self.names):
                self.names.append(name)
            numbers.append(number)
        return np.array(numbers, np.int64)[plays.song]


def _users(parts: Sequence[_Part]) -> tuple[Numbers, list[str]]:
    """The user of each play of all parts, and the users' names: one user a format and name."""
    formats: dict[str, set[str]] = {}
    for part in parts:
        for user in part.plays.users:
            formats.setdefault(user, set()).add(part.plays.format)
    number: dict[tuple[str, str], int] = {}
    names: list[str] = []
    users = []
    for part in parts:
        mine = []
        for user in part.plays.users:
            key = part.plays.format, user
            if key not in number:
                number[key] = len(names)
                names.append(user if len(formats[user]) == 1 else f"{user} ({part.plays.format})")
            mine.append(number[key])
        users.append(np.array(mine, np.int64)[part.plays.user])
    return np.concatenate(users), names


def _united_users(parts: Sequence[_Part]) -> list[str]:
    """What to say of user names that occur more than once."""
    seen = Counter((part.plays.format, user) for part in parts for user in part.plays.users)
    united = sum(count > 1 for count in seen.values())
    apart = sum(count > 1 for count in Counter(user for _, user in seen).values())
    said = []
    if united:
        said.append(f"User names in several files of one format, each taken for one user: {united:,}.")
    if apart:
        said.append(f"User names in files of different formats, each taken for one user a format: {apart:,}.")
    return said


def _kept(
    users: Numbers, items: Numbers, times: Numbers, source_of: Numbers, options: HistoryOptions
) -> tuple[Numbers, dict[str, int]]:
    """Positions of the plays that are kept, by user and oldest first, and why how many others are not."""
    dropped: dict[str, int] = {}
    kept = np.flatnonzero(items >= 0)
    if len(np.unique(source_of)) > 1:
        kept = kept[oldest_first(users[kept], times[kept], None, np.inf).order]
        kept = _less(dropped, _SAME, kept, ~_in_several(users[kept], items[kept], times[kept], source_of[kept]))
    elif not (np.diff(users) >= 0).all():
        kept = kept[np.argsort(users[kept], kind="stable")]
    if not options.repeats:
        kept = _less(dropped, "the same song again at once", kept, ~repeats_in_a_row(users[kept], items[kept]))
    if options.k_core > 1:
        core = k_core(users[kept], items[kept], options.k_core)
        kept = _less(dropped, f"not in the {options.k_core}-core", kept, core)
    enough = long_enough(users[kept], options.min_length)
    return _less(dropped, f"of a user with under {options.min_length} plays", kept, enough), dropped


def _less(dropped: dict[str, int], why: str, kept: Numbers, stay: NDArray[np.bool_]) -> Numbers:
    if not stay.all():
        dropped[why] = int((~stay).sum())
    return kept[stay]


def _in_several(users: Numbers, items: Numbers, times: Numbers, source_of: Numbers) -> NDArray[np.bool_]:
    """Which plays repeat one of the same user, item and second in an earlier file, as overlapping exports do."""
    order = np.lexsort((source_of, items, times, users))
    new = np.ones(len(order), bool)
    columns = [column[order] for column in (users, times, items)]
    new[1:] = np.logical_or.reduce([np.diff(column) != 0 for column in columns]) | (columns[1][1:] == NO_TIME)
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    repeats = np.zeros(len(order), bool)
    repeats[order] = source_of[order] != source_of[order][first]
    return repeats


def _renumbered(items: Numbers, ids: Sequence[str], names: Sequence[str]) -> tuple[Numbers, list[str], list[str]]:
    """Without the items that nobody has any more."""
    left, items = np.unique(items, return_inverse=True)
    return items.astype(np.int64), [ids[i] for i in left.tolist()], [names[i] for i in left.tolist()]


def _filled(times: Numbers, starts: Numbers) -> tuple[Numbers | None, list[str]]:
    """Times without gaps: that of the play before, or of the user's first play that has one.

    None where most plays, or most users, have no time. A user without any gets the earliest time of all, so that a
    split by time puts them before it.
    """
    known = times != NO_TIME
    if known.all() or not known.any():
        return (times if known.all() else None), []
    user_of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(times))))
    has = np.bincount(user_of, known) > 0
    if known.mean() < 0.5 or has.mean() < 0.5:
        return None, [f"{int((~known).sum()):,} of {len(times):,} plays have no time: only the order is used."]
    first = np.full(len(starts), times[known].min())
    at = np.flatnonzero(known)
    whose, where = np.unique(user_of[at], return_index=True)
    first[whose] = times[at[where]]
    last = np.maximum.accumulate(np.where(known, np.arange(len(times)), starts[user_of]))
    filled = np.where(times[last] != NO_TIME, times[last], first[user_of])
    return filled, [f"Plays without a time, each given that of the play before it: {int((~known).sum()):,}."]


def _nothing_left(parts: Sequence[_Part], sources: Sequence[SourceHistories], dropped: dict[str, int]) -> str:
    names = ", ".join(source.source for source in sources)
    read = sum(len(part.plays) for part in parts)
    lost = sum(source.unmatched for source in sources)
    why = [f"{count:,} {reason}" for reason, count in ({"not in the catalogue": lost} | dropped).items() if count]
    advice = " Give histories of the catalogue's songs, or ask for a lower k_core or min_length."
    return f"{names}: none of the {read:,} plays is left ({'; '.join(why)}).{advice}"
