"""The blend's network: what songs of one playlist have in common, learnt by `train.blend.contrastive`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recsys.blend_inputs import (
    ARTIST_BUCKETS,
    DENSE_STARTS,
    DENSE_WIDTH,
    INPUTS,
    BlendTables,
    BlendTracks,
    Words,
    dense_inputs,
    hash_words,
    sound_of,
    weigh_words,
)
from recsys.index import Vectors, normalise
from recsys.quadrature import NODES, WEIGHTS


@dataclass(frozen=True)
class Network:
    """One hidden layer with a linear path beside it, scaled to length 1.

    ``hidden = relu(dense @ w1 + words @ word_table + b1)``, ``out = hidden @ w2 + dense @ skip + b2``.

    Attributes:
        w1: (DENSE_WIDTH, hidden).
        b1: (hidden,).
        w2: (hidden, dim).
        b2: (dim,).
        skip: (DENSE_WIDTH, dim).
        words: (BUCKETS, hidden), float16.
    """

    w1: Vectors
    b1: Vectors
    w2: Vectors
    b2: Vectors
    skip: Vectors
    words: NDArray[np.float16]

    def tensors(self) -> dict[str, np.ndarray]:
        """The arrays that `from_tensors` reads back."""
        return {f"network.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_tensors(cls, tensors: dict[str, np.ndarray]) -> Network:
        """Read the arrays; KeyError where one is missing."""
        return cls(**{field.name: tensors[f"network.{field.name}"] for field in fields(cls)})


class LearntBlend:
    """Embeds with a network that learnt from groups of songs: playlists, or songs of one genre."""

    unit = True

    def __init__(self, tables: BlendTables, network: Network) -> None:
        self._tables = tables
        self._network = network

    def embed(self, tracks: BlendTracks) -> Vectors:
        net = self._network
        dense, words = self._read(tracks)
        hidden = np.maximum(dense @ net.w1 + self._sum(words, self._vectors(words)) + net.b1, 0)
        return normalise(hidden @ net.w2 + dense @ net.skip + net.b2)

    def average(self) -> Vectors:
        net = self._network
        return normalise(np.maximum(net.b1, 0) @ net.w2 + net.b2)

    def parts(self, tracks: BlendTracks) -> Vectors:
        """Integrated gradients of the embedding along the straight line from the average song; see `Encoder`.

        From no words and every standardised input 0. Inputs meet only at the hidden layer, so the line is followed
        there, once for all of them.
        """
        net = self._network
        hidden, out = self._paths(*self._read(tracks))  # (n, inputs, hidden), (n, inputs, dim)
        whole_hidden, whole_out = hidden.sum(axis=1), out.sum(axis=1)
        parts = np.zeros_like(out)
        for step, weight in zip(NODES, WEIGHTS, strict=True):
            at = net.b1 + step * whole_hidden  # (n, hidden)
            active = at > 0
            position = (at * active) @ net.w2 + net.b2 + step * whole_out  # (n, dim)
            length = np.linalg.norm(position, axis=1)[:, None, None]
            unit = (position / length[:, 0])[:, None, :]
            moved = (hidden * active[:, None, :]) @ net.w2 + out  # (n, inputs, dim)
            parts += weight * (moved - unit * (moved * unit).sum(axis=2, keepdims=True)) / length
        return parts

    def _read(self, tracks: BlendTracks) -> tuple[Vectors, Words]:
        """Dense inputs (n, DENSE_WIDTH) and weighted words."""
        sound = sound_of(tracks, self._tables)
        return dense_inputs(sound, tracks.artist_keys, self._tables), weigh_words(hash_words(tracks), self._tables)

    def _paths(self, dense: Vectors, words: Words) -> tuple[Vectors, Vectors]:
        """What each input adds before the activation, (n, inputs, hidden), and on the linear path."""
        net = self._network
        hidden = np.zeros((len(dense), len(INPUTS), net.w1.shape[1]), np.float32)
        out = np.zeros((len(dense), len(INPUTS), net.w2.shape[1]), np.float32)
        for number, (start, end) in enumerate(pairwise([*DENSE_STARTS, DENSE_WIDTH])):
            hidden[:, number] = dense[:, start:end] @ net.w1[start:end]
            out[:, number] = dense[:, start:end] @ net.skip[start:end]
        vectors, is_artist = self._vectors(words), (words.buckets < ARTIST_BUCKETS)[:, None]
        hidden[:, INPUTS.index("artist")] += self._sum(words, vectors * is_artist)
        hidden[:, INPUTS.index("words")] += self._sum(words, vectors * ~is_artist)
        return hidden, out

    def _vectors(self, words: Words) -> Vectors:
        """The weighted vector of each word, (n_words, hidden)."""
        return self._network.words[words.buckets].astype(np.float32) * words.weights[:, None]

    def _sum(self, words: Words, vectors: Vectors) -> Vectors:
        """The sum of each song's vectors, (n, hidden)."""
        sums = np.zeros((len(words.start) - 1, self._network.words.shape[1]), np.float32)
        filled = np.diff(words.start) > 0
        if filled.any():
            sums[filled] = np.add.reduceat(vectors, words.start[:-1][filled], axis=0)
        return sums
