"""The blend's network: what songs of one playlist have in common, learnt by `train.blend.contrastive`."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from recsys.blend_inputs import (
    ARTIST_BUCKETS,
    DENSE_STARTS,
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

_STEPS = np.append(NODES, np.array([0, 1], np.float32))[:, None, None]


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
        self._w2_transposed = np.ascontiguousarray(network.w2.T)
        self._to_dense = np.ascontiguousarray(np.hstack([network.w1, network.skip]).T)  # (hidden + dim, DENSE_WIDTH)

    def embed(self, tracks: BlendTracks) -> Vectors:
        net = self._network
        dense, words = self._read(tracks)
        hidden = np.maximum(dense @ net.w1 + self._sum(words, self._vectors(words)) + net.b1, 0)
        return normalise(hidden @ net.w2 + dense @ net.skip + net.b2)

    def average(self) -> Vectors:
        net = self._network
        return normalise(np.maximum(net.b1, 0) @ net.w2 + net.b2)

    def shares(self, point: Vectors, tracks: BlendTracks) -> Vectors:
        """Integrated gradients along the straight line from the average song; see `Encoder.path_shares`.

        From no words and every standardised input 0. Inputs meet only at the hidden layer, so the line is followed
        there, once for all of them. What the quadrature leaves over is shared out by size, so that rows add up.
        """
        net = self._network
        dense, words = self._read(tracks)
        vectors = self._vectors(words)
        into_hidden, into_out = dense @ net.w1 + self._sum(words, vectors), dense @ net.skip
        slope_hidden, slope_out, rise = self._slopes(point, into_hidden, into_out)
        of_dense = dense * (np.hstack([slope_hidden, slope_out]) @ self._to_dense)  # (n, DENSE_WIDTH)
        shares = np.zeros((len(dense), len(INPUTS)), np.float32)
        shares[:, : len(DENSE_STARTS)] = np.add.reduceat(of_dense, DENSE_STARTS, axis=1)
        owner = np.repeat(np.arange(len(dense)), np.diff(words.start))
        of_words = (vectors * slope_hidden[owner]).sum(axis=1)  # (n_words,)
        for name, chosen in (("artist", words.buckets < ARTIST_BUCKETS), ("words", words.buckets >= ARTIST_BUCKETS)):
            shares[:, INPUTS.index(name)] += np.bincount(owner[chosen], of_words[chosen], minlength=len(dense))
        size = np.abs(shares)
        left_over = rise - shares.sum(axis=1)
        return shares + size * (left_over / np.maximum(size.sum(axis=1), 1e-9))[:, None]

    def _slopes(self, point: Vectors, into_hidden: Vectors, into_out: Vectors) -> tuple[Vectors, Vectors, Vectors]:
        """Mean slope of the cosine along the line, by hidden unit and by linear output, and its rise, (n,)."""
        net = self._network
        hidden = net.b1 + _STEPS * into_hidden  # (nodes + 2, n, hidden)
        active = hidden > 0
        out = (hidden * active) @ net.w2 + net.b2 + _STEPS * into_out  # (nodes + 2, n, dim)
        length = np.linalg.norm(out, axis=2, keepdims=True)
        unit = out / length
        cosine = unit @ point  # (nodes + 2, n)
        slope = ((point - unit * cosine[..., None]) / length)[:-2]  # by the output
        slope_hidden = np.tensordot(WEIGHTS, (slope @ self._w2_transposed) * active[:-2], axes=1)
        return slope_hidden, np.tensordot(WEIGHTS, slope, axes=1), cosine[-1] - cosine[-2]

    def _read(self, tracks: BlendTracks) -> tuple[Vectors, Words]:
        """Dense inputs (n, DENSE_WIDTH) and weighted words."""
        sound = sound_of(tracks, self._tables)
        return dense_inputs(sound, tracks.artist_keys, self._tables), weigh_words(hash_words(tracks), self._tables)

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
