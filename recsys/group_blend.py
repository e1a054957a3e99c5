"""One list for two to five listeners, and how content each of them may be with it.

What a song is worth to a listener is counted in songs of a list made for them alone: 1 is as good as those are on
average, 0 no better than any song. Satisfaction is the mean over the list, so that 1 says that nobody had to give way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Catalogue, Mask, Rows, Track
from recsys.errors import EmptyQueryError, InvalidQueryError, NoMatchError
from recsys.filters import NO_FILTERS, Filters
from recsys.group_tastes import HistoryTaste, SoundTaste, Taste
from recsys.results import check_k
from recsys.selection import pass_over
from recsys.song_to_song import SongToSong
from recsys.user_history import UserHistory

FEWEST, MOST = 2, 5
WAYS: Mapping[str, str] = {
    "fair": "whoever has had least so far counts most",
    "average": "the most for all together, though one may go short",
    "least misery": "songs that nobody minds",
}
"""Name → what it seeks."""
_DEPTH = 400
_HEAD_START = 0.5  # songs that everybody is taken to have had, so that the first choice is not all one listener's
_SPEAKS = 0.15  # songs' worth from which on a listener is said to be spoken for
_TINY = 1e-6
Worth = NDArray[np.float64]


@dataclass(frozen=True)
class GroupOptions:
    """What may come back.

    Attributes:
        way: One of WAYS.
        new_only: No song that any of the listeners has played.
        per_artist, one_version, exclude, filters: As in song-to-song.
    """

    way: str = "fair"
    new_only: bool = True
    per_artist: int = 2
    one_version: bool = True
    exclude: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Voice:
    """One listener on one song: its worth to them, and the song of theirs that speaks for it, if one does."""

    listener: str
    worth: float
    because: Track | None


@dataclass(frozen=True, slots=True)
class GroupSong:
    """A song for all, the listener whom it is worth most to first."""

    track: Track
    voices: tuple[Voice, ...]
    why: str


@dataclass(frozen=True)
class GroupAnswer:
    """The list in the order of choice, and name → satisfaction from 0 to 1."""

    songs: tuple[GroupSong, ...]
    satisfaction: dict[str, float]


def blend_group(
    catalogue: Catalogue,
    histories: Mapping[str, Sequence[str]],
    engine: UserHistory | SongToSong,
    k: int = 10,
    options: GroupOptions = GroupOptions(),
) -> GroupAnswer:
    """The ``k`` songs for all listeners, fewer only where fewer qualify.

    Args:
        catalogue: Ranked.
        histories: Name → track ids, oldest first, at least one each.
        engine: What knows their tastes.
        k: How many.
        options: What may come back.

    Raises:
        EmptyQueryError: a history is empty.
        InvalidQueryError: there are not two to five listeners, or ``k`` or an option is off.
        UnknownTrackError: a track is not in the catalogue.
        NoMatchError: no song qualifies.
    """
    k = check_k(k)
    if not FEWEST <= len(histories) <= MOST:
        raise InvalidQueryError(f"{len(histories)} listeners were given; give {FEWEST} to {MOST}.")
    if options.way not in WAYS:
        raise InvalidQueryError(f"way is {options.way!r}; give one of: {', '.join(WAYS)}.")
    if options.per_artist < 0:
        raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
    mask = options.filters.mask(catalogue)
    tastes = {name: _taste(engine, name, history, mask, options.new_only) for name, history in histories.items()}
    rows, worth = _worth(catalogue, list(tastes.values()), k, options)
    chosen = choose(catalogue, rows, worth, k, options)
    satisfaction = np.minimum(worth[:, chosen].mean(axis=1), 1.0).tolist()
    return GroupAnswer(
        _songs(catalogue, tastes, rows[chosen], worth[:, chosen]),
        dict(zip(tastes, satisfaction, strict=True)),
    )


def _taste(
    engine: UserHistory | SongToSong, name: str, history: Sequence[str], mask: Mask | None, new_only: bool
) -> Taste:
    if not len(history):
        raise EmptyQueryError(f"The history of {name} is empty. Give at least one song for each listener.")
    if isinstance(engine, UserHistory):
        return HistoryTaste(engine, history, mask, new_only)
    return SoundTaste(engine, history, mask, new_only)


def _worth(catalogue: Catalogue, tastes: Sequence[Taste], k: int, options: GroupOptions) -> tuple[Rows, Worth]:
    """Candidates (n,), and what each is worth to each listener, (n_listeners, n)."""
    out = catalogue.rows(options.exclude)
    if options.new_only:
        out = np.concatenate([out, *(taste.history for taste in tastes)])
    depth = _DEPTH + 4 * k
    found = [taste.candidates(depth) for taste in tastes]
    rows = np.unique(np.concatenate(found))
    rows = rows[~np.isin(rows, out)]
    if options.new_only and options.one_version:  # another version of what one of them knows is not new
        rows = rows[~np.isin(catalogue.version_groups[rows], catalogue.version_groups[out])]
    if not len(rows):
        raise NoMatchError("No song qualifies for the group. Loosen the filters, or allow songs that are known.")
    worth = np.stack([_worth_to(catalogue, taste, rows, k, options) for taste in tastes])
    return rows, worth


def _worth_to(catalogue: Catalogue, taste: Taste, rows: Rows, k: int, options: GroupOptions) -> Worth:
    scores = np.maximum(taste.scores(rows).astype(np.float64), 0)
    ranked = np.argsort(-scores, kind="stable")
    alone = pass_over(
        catalogue,
        rows[ranked],
        k,
        per_artist=options.per_artist,
        one_version=options.one_version,
        excluded=rows[:0],
    )
    return scores / max(float(scores[np.searchsorted(rows, alone)].mean()), _TINY)


def choose(catalogue: Catalogue, rows: Rows, worth: Worth, k: int, options: GroupOptions) -> Rows:
    """Positions among ``rows`` of the songs chosen, one after the other.

    "fair" adds the song that raises most the sum, over the listeners, of the logarithm of what each has had so far:
    Nash's bargaining solution, taken greedily. "average" adds the largest sum, "least misery" the largest minimum.

    Args:
        catalogue: Whose rows.
        rows: (n,) ascending.
        worth: (n_listeners, n).
        k: How many.
        options: With the way, and the limits on artists and versions.
    """
    artists, versions = catalogue.artist_keys[rows], catalogue.version_groups[rows]
    value = _VALUES[options.way]
    had = np.full(len(worth), _HEAD_START)
    free = np.ones(len(rows), np.bool_)
    of_artist: Counter[int] = Counter()
    chosen: list[int] = []
    while len(chosen) < k and free.any():
        best = int(np.where(free, value(worth, had), -np.inf).argmax())
        chosen.append(best)
        had += worth[:, best]
        free[best] = False
        if options.one_version:
            free &= versions != versions[best]
        artist = int(artists[best])
        of_artist[artist] += 1
        if options.per_artist and of_artist[artist] >= options.per_artist:
            free &= artists != artist
    return np.array(chosen, np.int64)


def _fair(worth: Worth, had: Worth) -> Worth:
    value: Worth = np.log(had[:, None] + worth).sum(axis=0)
    return value


def _average(worth: Worth, had: Worth) -> Worth:
    value: Worth = worth.sum(axis=0)
    return value


def _least_misery(worth: Worth, had: Worth) -> Worth:
    value: Worth = worth.min(axis=0) + _TINY * worth.sum(axis=0)
    return value


_VALUES: Mapping[str, Callable[[Worth, Worth], Worth]] = {
    "fair": _fair,
    "average": _average,
    "least misery": _least_misery,
}


def _songs(catalogue: Catalogue, tastes: Mapping[str, Taste], rows: Rows, worth: Worth) -> tuple[GroupSong, ...]:
    speakers = [taste.speaker(rows) for taste in tastes.values()]
    songs = []
    for i, row in enumerate(rows.tolist()):
        voices = []
        for who, name in enumerate(tastes):
            speaker, value = speakers[who][i], float(worth[who, i])
            because = catalogue.track(speaker) if speaker is not None and value >= _SPEAKS else None
            voices.append(Voice(name, value, because))
        voices.sort(key=lambda voice: -voice.worth)
        songs.append(GroupSong(catalogue.track(row), tuple(voices), _why(voices)))
    return tuple(songs)


def _why(voices: Sequence[Voice]) -> str:
    """One sentence: who is spoken for by which song, and who gives way."""
    said = [f"{v.listener}: because of “{v.because.title}” by {v.because.artist}" for v in voices if v.because]
    quiet = [voice.listener for voice in voices if voice.worth < _SPEAKS]
    text = "; ".join(said)
    if quiet and said:
        return f"{text}. Not much in it for {' and '.join(quiet)}."
    return f"{text}." if text else "It is near what all of them like."
