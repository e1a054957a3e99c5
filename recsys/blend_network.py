"""The blend's network: what songs of one playlist have in common, learnt by `train.blend.contrastive`."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from recsys.blend_inputs import (
    ARTIST_BUCKETS,
    INPUTS,
    BlendTables,
    BlendTracks,
    Words,
    columns_of_inputs,
    dense_inputs,
    hash_words,
    sound_of,
    weigh_words,
)
from recsys.index import Vectors, normalise
from recsys.quadrature import NODES, WEIGHTS

_COLUMNS = columns_of_inputs()


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
        self._from_dense = np.hstack([network.w1, network.skip])

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
        into_hidden, into_out = self._paths(*self._read(tracks))  # (inputs, n, hidden), (inputs, n, dim)
        steps = np.append(NODES, np.array([0, 1], np.float32))[:, None, None]
        hidden = net.b1 + steps * into_hidden.sum(axis=0)  # (nodes + 2, n, hidden)
        out = np.maximum(hidden, 0) @ net.w2 + net.b2 + steps * into_out.sum(axis=0)  # (nodes + 2, n, dim)
        length = np.linalg.norm(out, axis=2, keepdims=True)
        unit = out / length
        cosine = unit @ point  # (nodes + 2, n)
        slope = ((point - unit * cosine[..., None]) / length)[:-2]  # of the cosine, by out
        slope_out = np.tensordot(WEIGHTS, slope, axes=1)  # (n, dim)
        slope_hidden = np.tensordot(WEIGHTS, (slope @ net.w2.T) * (hidden[:-2] > 0), axes=1)  # (n, hidden)
        shares = (into_hidden * slope_hidden).sum(axis=2).T + (into_out * slope_out).sum(axis=2).T  # (n, inputs)
        left_over = cosine[-1] - cosine[-2] - shares.sum(axis=1)
        size = np.abs(shares)
        return shares + size * (left_over / np.maximum(size.sum(axis=1), 1e-9))[:, None]

    def _read(self, tracks: BlendTracks) -> tuple[Vectors, Words]:
        """Dense inputs (n, DENSE_WIDTH) and weighted words."""
        sound = sound_of(tracks, self._tables)
        return dense_inputs(sound, tracks.artist_keys, self._tables), weigh_words(hash_words(tracks), self._tables)

    def _paths(self, dense: Vectors, words: Words) -> tuple[Vectors, Vectors]:
        """What each input adds before the activation, and on the linear path."""
        both, split = self._from_dense, self._network.w1.shape[1]
        paths = np.zeros((len(INPUTS), len(dense), both.shape[1]), np.float32)
        for name, span in _COLUMNS.items():
            paths[INPUTS.index(name)] = dense[:, span] @ both[span]
        hidden, out = paths[..., :split], paths[..., split:]
        vectors = self._vectors(words)
        is_artist = (words.buckets < ARTIST_BUCKETS)[:, None]
        hidden[INPUTS.index("artist")] += self._sum(words, vectors * is_artist)
        hidden[INPUTS.index("words")] += self._sum(words, vectors * ~is_artist)
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
