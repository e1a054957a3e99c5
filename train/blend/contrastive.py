"""Train the blend's network: songs of one group near each other, others apart.

The loss is supervised contrastive, after Khosla et al. (2020), equation 2, where the classes are groups (playlists, or
songs of one genre) and a song may be in several. Adam for the dense weights; row-wise Adagrad, after Duchi et al.
(2011), for the word table, of which a batch touches little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys.blend_inputs import BUCKETS, DENSE_WIDTH
from recsys.blend_network import Network
from recsys.catalogue import Rows
from recsys.index import Vectors
from train.blend.adam import Adam
from train.blend.batches import DROPOUT, Batch, Batches, Dropout, Songs
from train.common import report_progress


@dataclass(frozen=True)
class Settings:
    """Settings of the training, chosen on validation playlists of the TidyTuesday set.

    ``kept_dim``: The trained space is turned to its principal axes and cut to so many; the 31 first hold 99.7% of it,
    and with the hubness correction make 32, which an index reads quickly.
    """

    dim: int = 47
    kept_dim: int = 31
    hidden: int = 256
    steps: int = 1_200
    groups_per_step: int = 48
    songs_per_group: int = 16
    temperature: float = 0.06
    rate: float = 5e-3
    word_rate: float = 2.5e-2
    dropout: Dropout = DROPOUT


@dataclass
class Weights:
    """What is trained, changed in place: the dense arrays by name, and the word table with its running squares."""

    dense: dict[str, Vectors]
    words: Vectors
    word_squares: Vectors


def settings_for(groups: Sequence[Rows]) -> Settings:
    """Fewer steps for fewer songs in groups: as many passes over them as were found best."""
    entries = sum(len(group) for group in groups)
    return Settings(steps=int(np.clip(entries / 20, 200, Settings.steps)))


def train_network(songs: Songs, groups: Sequence[Rows], settings: Settings, seed: int) -> tuple[Network, list[float]]:
    """Fit the network to groups of rows; gives it with the loss of every step."""
    rng = np.random.default_rng(seed)
    weights = _initial(settings, rng)
    adam = Adam(weights.dense)
    batches = Batches(songs, groups, settings.dropout, rng)
    losses = []
    for step in range(settings.steps):
        batch = batches.draw(settings.groups_per_step, settings.songs_per_group)
        gradients, to_hidden, loss = _gradients(weights, batch, settings, rng)
        pace = min(1.0, step / 30) * (0.525 + 0.475 * float(np.cos(np.pi * step / settings.steps)))
        adam.step(gradients, settings.rate * pace)
        _step_words(weights, batch, to_hidden, settings.word_rate * pace)
        losses.append(loss)
        if step % 50 == 0:
            report_progress(
                f"Similar songs: learning from groups, step {step} of {settings.steps}", step / settings.steps
            )
    return Network(**weights.dense, words=weights.words.astype(np.float16)), losses


def turn_network(network: Network, embeddings: Vectors, kept_dim: int) -> Network:
    """The network with its output turned to the principal axes of ``embeddings`` (n, dim), and cut to ``kept_dim``."""
    _, axes = np.linalg.eigh((embeddings.T @ embeddings).astype(np.float64))  # ascending
    axes = axes[:, ::-1][:, :kept_dim]
    turn = (axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])).astype(np.float32)
    return replace(network, w2=network.w2 @ turn, b2=network.b2 @ turn, skip=network.skip @ turn)


def _initial(settings: Settings, rng: np.random.Generator) -> Weights:
    def normal(variance: float, *shape: int) -> Vectors:
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(np.sqrt(variance))

    hidden, dim = settings.hidden, settings.dim
    dense = {
        "w1": normal(2 / DENSE_WIDTH, DENSE_WIDTH, hidden),
        "b1": np.zeros(hidden, np.float32),
        "w2": normal(1 / hidden, hidden, dim),
        "b2": np.zeros(dim, np.float32),
        "skip": normal(0.3 / DENSE_WIDTH, DENSE_WIDTH, dim),
    }
    return Weights(dense, normal(4e-4, BUCKETS, hidden), np.full(BUCKETS, 1e-8, np.float32))


def _step_words(weights: Weights, batch: Batch, to_hidden: Vectors, rate: float) -> None:
    gradient = batch.words.T @ to_hidden  # (n_columns, hidden)
    weights.word_squares[batch.columns] += np.square(gradient).mean(axis=1)
    weights.words[batch.columns] -= rate * gradient / np.sqrt(weights.word_squares[batch.columns])[:, None]


def _gradients(
    weights: Weights, batch: Batch, settings: Settings, rng: np.random.Generator
) -> tuple[dict[str, Vectors], Vectors, float]:
    """One pass forward and back: the dense gradients, the gradient at the hidden layer, the loss."""
    dense, w = batch.dense, weights.dense
    hidden = dense @ w["w1"] + batch.words @ weights.words[batch.columns] + w["b1"]  # (batch, hidden)
    dropped = settings.dropout.hidden
    kept = (rng.random(hidden.shape, dtype=np.float32) > dropped) / np.float32(1 - dropped)
    active = np.maximum(hidden, 0) * kept
    out = active @ w["w2"] + dense @ w["skip"] + w["b2"]  # (batch, dim)
    length = np.linalg.norm(out, axis=1, keepdims=True) + np.float32(1e-8)
    unit = out / length
    to_unit, loss = _contrast(unit, batch.positive, batch.allowed, settings.temperature)
    to_out = (to_unit - unit * (to_unit * unit).sum(axis=1, keepdims=True)) / length
    to_hidden = (to_out @ w["w2"].T) * kept * (hidden > 0)
    gradients = {
        "w1": dense.T @ to_hidden,
        "b1": to_hidden.sum(axis=0),
        "w2": active.T @ to_out,
        "b2": to_out.sum(axis=0),
        "skip": dense.T @ to_out,
    }
    return gradients, to_hidden, loss


def _contrast(
    unit: Vectors, positive: Vectors, allowed: NDArray[np.bool_], temperature: float
) -> tuple[Vectors, float]:
    """The loss and its gradient by the unit vectors (batch, dim)."""
    logits = np.where(allowed, unit @ unit.T / np.float32(temperature), np.float32(-1e9))  # (batch, batch)
    logits -= logits.max(axis=1, keepdims=True)
    chance = np.exp(logits)
    total = chance.sum(axis=1, keepdims=True)
    counted = positive.sum(axis=1, keepdims=True) > 0
    weight = counted / np.float32(max(int(counted.sum()), 1))
    loss = float((weight * positive * (np.log(total) - logits)).sum())
    slope = weight * (chance / total - positive) / np.float32(temperature)
    return slope @ unit + slope.T @ unit, loss
