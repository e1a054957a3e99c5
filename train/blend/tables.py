"""Fit what the blend reads of a song to a catalogue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recsys.audio_features import FEATURE_NAMES
from recsys.blend_inputs import BUCKETS, BlendTables, BlendTracks, Words, ranks_of, soft_histogram, sound_of
from recsys.index import Vectors

GRID = 512
CHUNK = 65_536
# Means and spreads of a million songs are those of so many.
MOST_SONGS = 200_000
_EPSILON = 1e-3


def fit_tables(tracks: BlendTracks, words: Words, trained_on: tuple[str, ...], seed: int) -> BlendTables:
    """Ranks, scales, artists' mean sound and word weights. Features not in ``trained_on`` stay unknown."""
    values = tracks.values.copy()
    values[:, [i for i, name in enumerate(FEATURE_NAMES) if name not in trained_on]] = np.nan
    grid, ranks = (np.stack(part) for part in zip(*(quantile_grid(column) for column in values.T), strict=True))
    n_artists = int(tracks.artist_keys.max()) + 1
    blank = BlendTables(
        grid=grid,
        ranks=ranks,
        mean=np.zeros(1, np.float32),
        scale=np.ones(1, np.float32),
        artist_sound=np.zeros((n_artists, 1), np.float16),
        artist_size=np.log(np.maximum(np.bincount(tracks.artist_keys, minlength=n_artists), 1)).astype(np.float32),
        artist_scale=np.ones(1, np.float32),
        idf=word_weights(words),
    )
    mean, scale = _moments(values, blank, seed)
    scaled = replace(blank, mean=mean, scale=scale)
    return _with_artists(tracks, scaled)


def quantile_grid(column: Vectors) -> tuple[Vectors, Vectors]:
    """At most GRID values of one column, and where each stands from 0 to 1 (equal values share one place)."""
    known = np.sort(column[np.isfinite(column)])
    grid, ranks = np.full(GRID, np.inf, np.float32), np.ones(GRID, np.float32)
    if len(known):
        picked = np.unique(known[np.linspace(0, len(known) - 1, GRID).astype(int)])
        middle = np.searchsorted(known, picked, "left") + np.searchsorted(known, picked, "right")
        grid[: len(picked)], ranks[: len(picked)] = picked, middle / (2 * len(known))
    return grid, ranks


def word_weights(words: Words) -> Vectors:
    """Inverse document frequency from 0 to 1, (BUCKETS,); 0 for a bucket that one song alone uses."""
    n = max(len(words.start) - 1, 2)
    frequency = np.bincount(words.buckets, minlength=BUCKETS)
    weight = np.log(n / np.maximum(frequency, 1)) / np.log(n)
    return np.where(frequency > 1, weight, 0).astype(np.float32)


def _moments(values: Vectors, tables: BlendTables, seed: int) -> tuple[Vectors, Vectors]:
    """Mean and deviation of the soft histogram where it is known."""
    chosen = np.random.default_rng(seed).permutation(len(values))[:MOST_SONGS]
    bumps = soft_histogram(ranks_of(values[chosen], tables))
    known = np.isfinite(bumps)
    count = np.maximum(known.sum(axis=0), 1)
    bumps[~known] = 0
    mean = bumps.sum(axis=0, dtype=np.float64) / count
    variance = np.square(bumps, dtype=np.float64).sum(axis=0) / count - mean**2
    return mean.astype(np.float32), (np.sqrt(np.maximum(variance, 0)) + _EPSILON).astype(np.float32)


def _with_artists(tracks: BlendTracks, tables: BlendTables) -> BlendTables:
    """Add the mean sound of each artist, and how it spreads over the songs."""
    keys = tracks.artist_keys
    n_artists = len(tables.artist_size)
    total = np.zeros((n_artists, len(tables.mean)), np.float32)
    for start in range(0, len(tracks), CHUNK):
        span = slice(start, start + CHUNK)
        part = BlendTracks(tracks.values[span], keys[span], (), (), ())
        order = np.argsort(keys[span], kind="stable")
        owners, first = np.unique(keys[span][order], return_index=True)
        total[owners] += np.add.reduceat(sound_of(part, tables)[order], first, axis=0)
    songs = np.maximum(np.bincount(keys, minlength=n_artists), 1)
    sound = total / songs[:, None]
    mean = (songs[:, None] * sound).sum(axis=0) / songs.sum()
    spread = np.sqrt((songs[:, None] * np.square(sound - mean)).sum(axis=0) / songs.sum())
    return replace(tables, artist_sound=sound.astype(np.float16), artist_scale=(spread + _EPSILON).astype(np.float32))
