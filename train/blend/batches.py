"""Batches for the contrastive training: songs of some groups, who is alike among them, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.blend_inputs import ARTIST_BUCKETS, BUCKETS, BlendTables, Words, dense_inputs
from recsys.catalogue import Rows
from recsys.index import Vectors

MIN_GROUP = 8


@dataclass(frozen=True)
class Dropout:
    """Chances that a part of a song is left out of a batch, so that the network learns to do without it."""

    inputs: float = 0.15
    words: float = 0.3
    artist: float = 0.5
    hidden: float = 0.6


DROPOUT = Dropout()


@dataclass(frozen=True)
class Songs:
    """What batches are made from.

    Attributes:
        sound: (n, SOUND_WIDTH), float16 to keep a million songs small.
        artist_keys: (n,).
        words: Weighted.
    """

    sound: NDArray[np.float16]
    artist_keys: NDArray[np.int64]
    words: Words
    tables: BlendTables


@dataclass(frozen=True)
class Batch:
    """Some songs, and which of them belong together.

    Attributes:
        dense: (batch, DENSE_WIDTH).
        words: (batch, n_columns), the weights of the words that the batch uses.
        columns: (n_columns,), the bucket of each.
        positive: (batch, batch), each row's share for each song of its groups; a row adds up to 1, or 0 without any.
        allowed: (batch, batch), the pairs that count: two songs by one artist are neither alike nor unlike, so that
            the network cannot win by telling artists apart.
    """

    dense: Vectors
    words: csr_matrix
    columns: NDArray[np.int64]
    positive: Vectors
    allowed: NDArray[np.bool_]


class Batches:
    """Draws batches from groups of songs, larger groups more often."""

    def __init__(self, songs: Songs, groups: Sequence[Rows], dropout: Dropout, rng: np.random.Generator) -> None:
        self._songs, self._groups, self._dropout, self._rng = songs, groups, dropout, rng
        sizes = np.array([len(group) for group in groups])
        self._chance = np.sqrt(sizes) / np.sqrt(sizes).sum()
        columns = np.repeat(np.arange(len(groups)), sizes)
        ones = np.ones(len(columns), np.float32)
        self._member = csr_matrix((ones, (np.concatenate(groups), columns)), shape=(len(songs.sound), len(groups)))

    def draw(self, n_groups: int, songs_per_group: int) -> Batch:
        """A batch of at most ``n_groups * songs_per_group`` different songs."""
        rng = self._rng
        picked = rng.choice(len(self._groups), min(n_groups, len(self._groups)), replace=False, p=self._chance)
        chosen = [self._groups[g] for g in picked]
        rows = np.unique(
            np.concatenate([rng.choice(group, min(songs_per_group, len(group)), replace=False) for group in chosen])
        )
        keys, sound = self._songs.artist_keys[rows], self._songs.sound[rows].astype(np.float32)
        dense = dense_inputs(sound, keys, self._songs.tables)
        dense *= rng.random(dense.shape, dtype=np.float32) > self._dropout.inputs
        allowed = keys[:, None] != keys
        positive = ((self._member[rows] @ self._member[rows].T).toarray() > 0) & allowed
        shares = (positive / np.maximum(positive.sum(axis=1, keepdims=True), 1)).astype(np.float32)
        columns, words = self._words_of(rows)
        return Batch(dense, words, columns, shares, allowed)

    def _words_of(self, rows: Rows) -> tuple[NDArray[np.int64], csr_matrix]:
        """Buckets in use and their weights, some words and half of the artists' names left out."""
        words, dropout = self._songs.words, self._dropout
        sizes = words.start[rows + 1] - words.start[rows]
        start = np.concatenate([[0], np.cumsum(sizes)])
        at = np.repeat(words.start[rows] - start[:-1], sizes) + np.arange(start[-1])
        buckets, weights = words.buckets[at], words.weights[at] / np.float32(1 - dropout.words)
        unnamed = np.repeat(self._rng.random(len(rows)) < dropout.artist, sizes) & (buckets < ARTIST_BUCKETS)
        kept = (self._rng.random(len(at)) > dropout.words) & ~unnamed
        bag = csr_matrix((weights * kept, buckets, start), shape=(len(rows), BUCKETS))
        bag.eliminate_zeros()
        columns, local = np.unique(bag.indices, return_inverse=True)
        return columns.astype(np.int64), csr_matrix((bag.data, local, bag.indptr), shape=(len(rows), len(columns)))
