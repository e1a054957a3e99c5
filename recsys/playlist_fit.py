"""How well songs fit a playlist, and which other songs would: by its few nearest songs, never by its middle.

A playlist has several sides, so that its middle may be a place where nothing of it stands. How the numbers below were
chosen is measured by benchmarks/playlist_doctor.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Rows
from recsys.index import Vectors
from recsys.spaces import Space

NEAREST = 5
"""A song fits a playlist as well as it fits the five songs of it that are nearest."""
SUPPORTERS = 2
"""A song is added on the word of the two songs that it goes with best: more of them drown the playlist's sides."""
ODD = 0.13
"""A song whose oddity is more is said not to fit: how much further away it is than the playlist's middle song, in
distances of that song, times the share of the catalogue that would fit better. So in a narrow playlist a smaller share
will do."""
FAR = 0.2
"""From the share of the catalogue on that would fit better, a song fits no better than others …"""
MIXED = 0.5
"""… and where more than this part of a playlist does not, there is nothing that a song does not fit."""
_SAMPLE = 3_000
_BLOCK = 1 << 22  # distances that are kept at a time


def fit_distances(embeddings: Vectors, rows: Rows, playlist: Rows, nearest: int = NEAREST) -> Vectors:
    """The mean distance of each row to the ``nearest`` songs of a playlist, itself left out, (n_rows,).

    Args:
        embeddings: (n_tracks, dim).
        rows: (n_rows,) whose distance is asked.
        playlist: (n_songs,) distinct rows; two or more, or else one that is not among ``rows``.
        nearest: From how many songs; all of them where the playlist has fewer.
    """
    theirs = embeddings[playlist].astype(np.float32)
    squares = np.square(theirs).sum(axis=1)
    found = np.empty(len(rows), np.float32)
    size = max(_BLOCK // len(playlist), 1)
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        mine = embeddings[block].astype(np.float32)
        square = np.square(mine).sum(axis=1)[:, None] + squares - 2 * mine @ theirs.T  # (n_block, n_songs)
        itself = block[:, None] == playlist
        square[itself] = np.inf
        others = len(playlist) - itself.sum(axis=1)
        square.sort(axis=1)
        counted = np.arange(len(playlist)) < np.minimum(nearest, others)[:, None]
        away = np.sqrt(np.where(counted, np.maximum(square, 0), 0))
        found[start : start + size] = away.sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    return found


def better_fits(space: Space, playlist: Rows) -> NDArray[np.float64]:
    """For each song of a playlist, the share of the catalogue that would fit the others better: 0 fits, 1 does not.

    The share is taken over 3,000 songs drawn once, always the same, where the catalogue has more.

    Args:
        space: In which songs are compared.
        playlist: (n_songs,) distinct rows, two or more.
    """
    n_tracks = len(space.embeddings)
    others = np.arange(n_tracks)
    if n_tracks > _SAMPLE:
        others = np.sort(np.random.default_rng(0).choice(n_tracks, _SAMPLE, replace=False))
    others = others[~np.isin(others, playlist)]
    if not len(others):
        return np.zeros(len(playlist))
    usual = np.sort(fit_distances(space.embeddings, others, playlist))
    return np.searchsorted(usual, fit_distances(space.embeddings, playlist, playlist)) / len(usual)


def outliers(space: Space, playlist: Rows, better: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which songs of a playlist are said not to fit, (n_songs,); ``better`` is what `better_fits` says.

    Distances are compared with their median, which a few strangers do not move.
    """
    if mixed(better):
        return np.zeros(len(playlist), np.bool_)
    away = fit_distances(space.embeddings, playlist, playlist)
    middle = np.median(away)
    odd: NDArray[np.bool_] = better * (away - middle) > ODD * middle
    return odd


def mixed(better: NDArray[np.float64]) -> bool:
    """Whether the songs have so little in common that none can be said not to fit."""
    return bool((better >= FAR).mean() > MIXED)


def support(space: Space, candidates: Rows, playlist: Rows) -> Vectors:
    """(n_candidates, n_songs): how well each candidate goes with each song of a playlist.

    The space's own score, hubness and all, less what depends on the playlist's song alone: where a space compares
    by distance, its inner products would otherwise favour songs far from the average.
    """
    found = np.empty((len(candidates), len(playlist)), np.float32)
    for column, row in enumerate(playlist.tolist()):
        point = space.embeddings[row].astype(np.float32)
        found[:, column] = space.scores(point, candidates) - point @ point / 2
    return found


def goes_with(supports: Vectors, supporters: int = SUPPORTERS) -> Vectors:
    """(n_candidates,): the mean of each candidate's best ``supporters`` values of `support`."""
    most = min(supporters, supports.shape[1])
    best: Vectors = np.partition(supports, -most, axis=1)[:, -most:].mean(axis=1)
    return best
