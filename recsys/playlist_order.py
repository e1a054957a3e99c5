"""An order for a playlist: small jumps from song to song, along an arc of energy, no artist twice in a row.

A jump is measured in tempo, key, energy and sound. Each is divided by what it is between two songs drawn by chance, so
that a jump of 1 is no better than shuffling. The search is local and always ends the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_INDEX
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors

ARCS: Mapping[str, str] = {
    "peak": "warm-up, peak, cool-down",
    "rising": "calm first, energetic last",
    "falling": "energetic first, calm last",
    "smooth": "small jumps only, whatever the energy does",
}
"""Name → what the energy does."""
_PEAK = 0.65  # of the way
_ARC = 0.25  # what a song a deviation of energy off its place costs, in jumps of chance; more makes rough transitions
_SAME_ARTIST = 4.0
_KEEP_AWAY = ("artist_keys", "version_groups")
_PAIRS = 4_000
_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_WORTH = 1e-6
Square = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Jumps:
    """How far apart the songs of a playlist are, each pair, 1 being chance.

    Attributes:
        parts: "tempo", "key", "energy", "sound" → (n, n), symmetric.
        total: Their mean, (n, n).
        together: (n, n), which pairs should not follow one another: one artist, or versions of one song.
    """

    parts: Mapping[str, Square]
    total: Square
    together: NDArray[np.bool_]


def measure_jumps(catalogue: Catalogue, embeddings: Vectors, rows: Rows) -> Jumps:
    """The jumps between any two of ``rows``. What is unknown of a song counts as chance.

    Args:
        catalogue: Whose songs.
        embeddings: (n_tracks, dim), how the songs sound.
        rows: (n,).
    """
    parts = jump_parts(catalogue, embeddings, rows, rows)
    together = np.zeros((len(rows), len(rows)), np.bool_)
    for name in _KEEP_AWAY:
        keys = getattr(catalogue, name)[rows]
        together |= keys[:, None] == keys
    np.fill_diagonal(together, False)
    return Jumps(parts, mean_of(parts), together)


def jump_parts(catalogue: Catalogue, embeddings: Vectors, before: Rows, after: Rows) -> dict[str, Square]:
    """By part (tempo, key, energy, sound) the jump from each of some songs to each of others, (n_before, n_after)."""
    gaps = _gaps(catalogue, before[:, None], after) | {"sound": _apart(embeddings, before[:, None], after)}
    usual = _usual(catalogue) | {"sound": _usual_sound(embeddings)}
    return {name: np.nan_to_num(gap / usual[name], nan=1.0) for name, gap in gaps.items()}


def mean_of(parts: Mapping[str, Square]) -> Square:
    """All parts of a jump in one number."""
    total: Square = np.mean(list(parts.values()), axis=0)
    return total


def tempo_gap(before: Vectors, after: Vectors) -> Vectors:
    """In octaves, from 0 to 0.5: a beat twice as fast is the same beat."""
    with np.errstate(divide="ignore", invalid="ignore"):
        octaves = np.log2(after.astype(np.float64) / before)
    gap: Vectors = np.abs(octaves - np.round(octaves))
    return gap


def key_gap(before: Vectors, after: Vectors) -> Vectors:
    """In steps on the circle of fifths, 0 to 7; major and its relative minor are one step apart.

    ``before`` and ``after`` are what `wheel` says. Up to one step, two keys go together without a clash.
    """
    around = np.abs(before % 12 - after % 12)
    gap: Vectors = np.minimum(around, 12 - around) + (before // 12 != after // 12)
    return np.where(np.isfinite(before) & np.isfinite(after), gap, np.nan)


@lru_cache(maxsize=4)
def wheel(catalogue: Catalogue) -> Vectors:
    """(n_tracks,): fifths above C, or above A minor and 12; NaN where key or mode is unknown."""
    key, mode = catalogue.numbers("key"), catalogue.numbers("mode")
    minor = mode == 0
    place: Vectors = (key + np.where(minor, 3, 0)) * 7 % 12 + np.where(minor, 12, 0)
    known = np.where(np.isfinite(mode) & (key >= 0), place, np.float32(np.nan))
    known.setflags(write=False)
    return known


def key_name(place: float) -> str | None:
    """The key at a place of `wheel`, with its name on DJs' wheel: "A minor (8A)". None where unknown.

    >>> key_name(0), key_name(12), key_name(11)
    ('C major (8B)', 'A minor (8A)', 'F major (7B)')
    """
    if not np.isfinite(place):
        return None
    fifths, minor = int(place) % 12, place >= 12
    tonic = (fifths * 7 - (3 if minor else 0)) % 12
    number = (fifths + 7) % 12 + 1
    return f"{_NAMES[tonic]} {'minor' if minor else 'major'} ({number}{'A' if minor else 'B'})"


def best_order(jumps: Jumps, energy: Vectors, arc: str) -> Rows:
    """Positions of the songs, first to last, (n,).

    Args:
        jumps: Between them.
        energy: (n,), in standard deviations of the catalogue; NaN where unknown, which fits anywhere.
        arc: One of ARCS.
    """
    costs = jumps.total + _SAME_ARTIST * jumps.together
    places = _ARC * _off_the_arc(energy, arc)
    order = np.arange(len(energy)) if arc == "smooth" else _along(energy, arc)
    while True:
        better = _move(_turn(order, costs, places), costs, places)
        if np.array_equal(better, order):
            return order
        order = better


def mean_jump(jumps: Jumps, order: Rows) -> dict[str, float]:
    """The mean jump in this order: "total" and each part; nothing of fewer than two songs."""
    if len(order) < 2:
        return {}
    here, there = order[:-1], order[1:]
    return {name: float(part[here, there].mean()) for name, part in {"total": jumps.total, **jumps.parts}.items()}


def _gaps(catalogue: Catalogue, before: Rows, after: Rows) -> dict[str, Square]:
    tempo, energy = (catalogue.features[:, FEATURE_INDEX[name]] for name in ("tempo", "energy"))
    keys = wheel(catalogue)
    return {
        "tempo": tempo_gap(tempo[before], tempo[after]),
        "key": key_gap(keys[before], keys[after]).astype(np.float64),
        "energy": np.abs(energy[before].astype(np.float64) - energy[after]),
    }


def _apart(embeddings: Vectors, before: Rows, after: Rows) -> Square:
    """Distances of pairs, both (n,), or of each of (n, 1) to each of (m,), which need not be laid out one by one."""
    here, there = embeddings[before].astype(np.float64), embeddings[after].astype(np.float64)
    if before.ndim == 1:
        return np.linalg.norm(here - there, axis=1)
    squares = np.square(here).sum(axis=2) + np.square(there).sum(axis=1) - 2 * here[:, 0] @ there.T
    return np.sqrt(np.maximum(squares, 0))


def _chance(n_tracks: int) -> tuple[Rows, Rows]:
    """Pairs of songs drawn by chance, always the same."""
    draw = np.random.default_rng(0)
    before, after = draw.integers(0, n_tracks, (2, _PAIRS))
    return before[before != after], after[before != after]


@lru_cache(maxsize=4)
def _usual(catalogue: Catalogue) -> dict[str, float]:
    return {name: _mean(gap) for name, gap in _gaps(catalogue, *_chance(len(catalogue))).items()}


def _usual_sound(embeddings: Vectors) -> float:
    return _mean(_apart(embeddings, *_chance(len(embeddings))))


def _mean(gaps: Square) -> float:
    """Of what is known; infinite where nothing differs, for then nothing jumps."""
    known = gaps[np.isfinite(gaps)]
    return float(known.mean()) if known.any() else float("inf")


def _shape(n: int, arc: str) -> Square:
    """How much energy each place of ``n`` is for, from low to high."""
    way = np.linspace(0, 1, n)
    if arc == "peak":
        return np.where(way <= _PEAK, way / _PEAK, 0.999 * (1 - way) / (1 - _PEAK))
    return -way if arc == "falling" else way


def _along(energy: Vectors, arc: str) -> Rows:
    """The songs with the least energy where the arc is lowest, and so on."""
    order = np.empty(len(energy), np.int64)
    filled = np.where(np.isfinite(energy), energy, _middle(energy))
    order[np.argsort(_shape(len(energy), arc), kind="stable")] = np.argsort(filled, kind="stable")
    return order


def _off_the_arc(energy: Vectors, arc: str) -> Square:
    """(n, n): how far each song's energy is from what each place of the arc is for."""
    n = len(energy)
    if arc == "smooth":
        return np.zeros((n, n))
    filled = np.where(np.isfinite(energy), energy, _middle(energy)).astype(np.float64)
    wanted = filled[_along(energy, arc)]
    off = np.abs(filled[:, None] - wanted)
    off[~np.isfinite(energy)] = 0
    return off


def _middle(energy: Vectors) -> float:
    known = energy[np.isfinite(energy)]
    return float(np.median(known)) if len(known) else 0.0


def _turn(order: Rows, costs: Square, places: Square) -> Rows:
    """Turn stretches round as long as that helps: for each middle, the best of all stretches around it (2-opt)."""
    n = len(order)
    for twice in range(1, 2 * n - 2):  # twice the middle
        reach = min(twice, 2 * (n - 1) - twice)
        steps = np.arange(2 - twice % 2, reach + 1, 2)
        first, last = (twice - steps) // 2, (twice + steps) // 2
        left, right = order[first], order[last]
        off = places[left, last] + places[right, first] - places[left, first] - places[right, last]
        before, after = order[first - 1], order[np.minimum(last + 1, n - 1)]
        head = np.where(first > 0, costs[before, right] - costs[before, left], 0)
        tail = np.where(last < n - 1, costs[left, after] - costs[right, after], 0)
        change = np.cumsum(off) + head + tail
        if not len(change):
            continue
        best = int(change.argmin())
        if change[best] < -_WORTH:
            order = order.copy()
            a, b = int(first[best]), int(last[best])
            order[a : b + 1] = order[a : b + 1][::-1]
    return order


def _move(order: Rows, costs: Square, places: Square) -> Rows:
    """Take each song out and put it back where it costs least, the others moving up."""
    n = len(order)
    for song in range(n) if n > 2 else ():
        rest = order[order != song]
        at = np.arange(n)
        cumulated = np.append(0, np.cumsum(places[rest, at[:-1]]))  # the others as they are before the song
        shifted = np.append(0, np.cumsum(places[rest, at[1:]]))  # and one place later, after it
        total = cumulated + (shifted[-1] - shifted) + places[song, at]
        total[1:] += costs[rest, song]
        total[:-1] += costs[song, rest]
        total[1:-1] -= costs[rest[:-1], rest[1:]]
        now = int(np.flatnonzero(order == song)[0])
        best = int(total.argmin())
        if total[best] < total[now] - _WORTH:
            order = np.insert(rest, best, song)
    return order
