"""How far two songs that follow one another are apart: in tempo, key, energy and sound.

Each is divided by what it is between two songs drawn by chance, so that a jump of 1 is no better than shuffling.
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

_KEEP_AWAY = ("artist_keys", "version_groups")
_PAIRS = 4_000
_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
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


def mean_jump(jumps: Jumps, order: Rows) -> dict[str, float]:
    """The mean jump in this order: "total" and each part; nothing of fewer than two songs."""
    if len(order) < 2:
        return {}
    here, there = order[:-1], order[1:]
    return {name: float(part[here, there].mean()) for name, part in {"total": jumps.total, **jumps.parts}.items()}


def tempo_gap(before: Vectors, after: Vectors) -> Square:
    """In octaves, from 0 to 0.5: a beat twice as fast is the same beat."""
    with np.errstate(divide="ignore", invalid="ignore"):
        octaves = np.log2(after.astype(np.float64) / before)
    gap: Square = np.abs(octaves - np.round(octaves))
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
