"""From this song to that one: a path on which every song is close to the one before, and says what changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from recsys.audio_features import FEATURE_INDEX, format_value
from recsys.catalogue import Mask
from recsys.errors import InvalidQueryError, NoMatchError
from recsys.filters import NO_FILTERS, Filters
from recsys.index import Vectors
from recsys.path_search import Line, Rules, smoothest
from recsys.results import ScoredTrack
from recsys.song_to_song import SongToSong

FEWEST_STEPS, MOST_STEPS = 3, 30
MOST_SEED = 2**32 - 1
ENERGY_COURSES = ("any", "rising", "falling")
_DETOUR = 0.6
"""With a seed, steps count as up to this much longer than they are, by chance."""
_ENERGY_WEIGHT = 0.5
"""Where energy rises, its whole course is worth this share of the distance from start to goal."""
_ATTEMPTS = (
    (0.5, 128, True),
    (1.5, 256, True),
    (1.5, 256, False),
    (4.0, 256, False),
    (float("inf"), 512, False),
)
"""How wide stretches are, in steps; from how many songs each step chooses; whether all go forwards: the next where the
ones before lead nowhere."""


@dataclass(frozen=True)
class PathOptions:
    """What the path is like.

    Attributes:
        steps: How many songs, start and goal among them, 3 to 30.
        space: The space in which it is smooth.
        energy: "any"; "rising": no song has less energy than the one before; "falling": none has more.
        seed: 0 for the best path; every other number for another one that is nearly as good.
        per_artist: At most this many songs by one main artist, start and goal included; 0 for any number.
        one_version: At most one version of a song, and none of start and goal.
        filters, exclude: As in song-to-song; start and goal need not pass.
    """

    steps: int = 10
    space: str = "blend"
    energy: str = "any"
    seed: int = 0
    per_artist: int = 1
    one_version: bool = True
    filters: Filters = NO_FILTERS
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One song of a path.

    Attributes:
        song: Its score, reasons and sentence compare it with the song before; the start has none.
        jump: The distance from the song before, as a share of the distance from start to goal; 0 for the start.
        progress: How far along the way it lies, from 0 (start) to 1 (goal).
    """

    song: ScoredTrack
    jump: float
    progress: float


def find_path(songs: SongToSong, start: str, goal: str, options: PathOptions = PathOptions()) -> list[Step]:
    """The songs from ``start`` to ``goal``, both included, in the order to play them.

    Raises:
        UnknownTrackError: a track is not in the catalogue.
        InvalidQueryError: an option is off, both songs are one, or the energy of the goal is on the wrong side.
        NoMatchError: too few songs qualify.
    """
    _check(options)
    catalogue = songs.catalogue
    first, last = (int(row) for row in catalogue.rows([start, goal]))
    points = songs.space(options.space).embeddings
    if first == last or np.array_equal(points[first], points[last]):
        raise InvalidQueryError("Start and goal are in the same place. Choose two songs that differ.")
    allowed = _allowed(songs, first, last, options)
    level = _level(songs, first, last, options.energy)
    if level is not None:
        allowed &= (level >= level[first]) & (level <= level[last])
        points = _with_level(points, level, first, last)
    line = Line.between(points, first, last)
    alike = catalogue.version_groups if options.one_version else np.arange(len(catalogue))
    rising = () if level is None else (level,)
    detours = _detours(len(catalogue), options.seed)
    for width, most, forwards in _ATTEMPTS:
        stretches = line.stretches(options.steps, allowed, width=width, most=most)
        ordered = (*rising, line.progress) if forwards else rising
        rules = Rules(catalogue.artist_keys, alike, options.per_artist, ordered, detours)
        path = smoothest(points, first, last, stretches, rules)
        if path is not None:
            return _steps(songs, options.space, path.tolist(), line)
    raise NoMatchError(
        f"No path of {options.steps} songs was found: {np.count_nonzero(allowed):,} songs may lie on it. Ask for fewer "
        "steps, loosen a filter, or allow more songs by one artist or any course of the energy."
    )


def _check(options: PathOptions) -> None:
    steps, seed = options.steps, options.seed
    if isinstance(steps, bool) or not isinstance(steps, int) or not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise InvalidQueryError(f"steps is {steps!r}; it must be a whole number from {FEWEST_STEPS} to {MOST_STEPS}.")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MOST_SEED:
        raise InvalidQueryError(f"seed is {seed!r}; it must be a whole number from 0 to {MOST_SEED}.")
    if options.per_artist < 0:
        raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
    if options.energy not in ENERGY_COURSES:
        raise InvalidQueryError(f"energy is {options.energy!r}; choose from {', '.join(ENERGY_COURSES)}.")


def _allowed(songs: SongToSong, first: int, last: int, options: PathOptions) -> Mask:
    """(n_tracks,): which songs may lie between the two."""
    catalogue = songs.catalogue
    mask = options.filters.mask(catalogue)
    allowed = np.ones(len(catalogue), np.bool_) if mask is None else mask.copy()
    allowed[[first, last]] = False
    excluded = catalogue.rows(options.exclude)
    allowed[excluded] = False
    if options.one_version:
        allowed &= ~np.isin(catalogue.version_groups, catalogue.version_groups[[first, last, *excluded.tolist()]])
    return allowed


def _level(songs: SongToSong, first: int, last: int, course: str) -> Vectors | None:
    """(n_tracks,): the energy, with its sign changed where it falls; None where its course does not matter."""
    if course == "any":
        return None
    energy = songs.catalogue.features[:, FEATURE_INDEX["energy"]]
    before, after = float(energy[first]), float(energy[last])
    if not (np.isfinite(before) and np.isfinite(after)):
        raise InvalidQueryError(f"The energy of start or goal is unknown, so it cannot be {course}. Let it be any.")
    sign = 1 if course == "rising" else -1
    if sign * (after - before) < 0:
        said = " → ".join(format_value("energy", value) for value in (before, after))
        other = ENERGY_COURSES[2 if sign > 0 else 1]
        raise InvalidQueryError(
            f"The energy from start to goal goes the other way ({said}), so it cannot be {course}. "
            f"Choose {other} or any, or swap the two songs."
        )
    return sign * energy


def _with_level(points: Vectors, level: Vectors, first: int, last: int) -> Vectors:
    """The points with the level as one more axis, so that it goes along evenly."""
    rise = float(level[last] - level[first])
    if not rise:
        return points
    scale = _ENERGY_WEIGHT * float(np.linalg.norm(points[last] - points[first])) / rise
    return np.column_stack([points, np.nan_to_num(level) * np.float32(scale)])


def _detours(n: int, seed: int) -> Vectors:
    if not seed:
        return np.ones(n, np.float32)
    return 1 + np.float32(_DETOUR) * np.random.default_rng(seed).random(n, dtype=np.float32)


def _steps(songs: SongToSong, space: str, path: list[int], line: Line) -> list[Step]:
    points = songs.spaces[space].embeddings
    whole = float(np.linalg.norm(points[path[-1]] - points[path[0]]))
    steps = [Step(ScoredTrack(songs.catalogue.track(path[0]), 0.0), 0.0, 0.0)]
    for before, after in pairwise(path):
        jump = float(np.linalg.norm(points[after] - points[before])) / whole
        steps.append(Step(songs.compare(before, after, space), jump, float(line.progress[after])))
    return steps
