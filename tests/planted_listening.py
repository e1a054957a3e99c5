"""Histories whose order is known: chains that can be learnt, and noise that cannot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train.history.interactions import Interactions
from train.two_tower.modalities import Modalities, single


def interactions(histories: Sequence[Sequence[int]], n_items: int | None = None) -> Interactions:
    """``histories`` as arrays."""
    starts = np.cumsum([0, *(len(history) for history in histories)]).astype(np.int64)
    items = np.concatenate([np.asarray(history, dtype=np.int64) for history in histories])
    users = [f"u{number}" for number in range(len(histories))]
    return Interactions(users, starts, items, None, n_items or int(items.max()) + 1)


def chain(n_items: int = 40, n_users: int = 120, length: int = 12, seed: int = 0) -> Interactions:
    """After item i comes i + 1, or now and then i + 2; the last is followed by the first."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([1, 2], p=[0.9, 0.1], size=(n_users, length))
    return interactions((rng.integers(0, n_items, (n_users, 1)) + np.cumsum(steps, axis=1)) % n_items, n_items)


def shuffled(given: Interactions, seed: int = 0) -> Interactions:
    """The same plays, dealt out at random."""
    items = np.random.default_rng(seed).permutation(given.items)
    return Interactions(given.users, given.starts, items, None, given.n_items)


def kinds(
    n_kinds: int = 5, each: int = 30, n_users: int = 150, length: int = 10, seed: int = 0
) -> tuple[Interactions, Modalities, np.ndarray, np.ndarray]:
    """Listeners who keep to one kind of song, and songs whose kind can be seen but for their number.

    Returns:
        Histories in which the last five of each kind are not played, what is known of the songs, the kind of each
        song, and the kind that each listener keeps to.
    """
    rng = np.random.default_rng(seed)
    kind = np.repeat(np.arange(n_kinds), each)
    likes = rng.integers(0, n_kinds, n_users)
    histories = [rng.choice(each - 5, length, replace=False) + each * like for like in likes]
    looks = rng.normal(size=(n_kinds, 8))[kind] + 0.3 * rng.normal(size=(len(kind), 8))
    sounds = rng.normal(size=(n_kinds, 6))[kind] + 0.3 * rng.normal(size=(len(kind), 6))
    known = Modalities({"cover": single(looks), "features": single(sounds, rng.random(len(kind)) < 0.8)})
    return interactions(histories, len(kind)), known, kind, likes
