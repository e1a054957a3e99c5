"""Small worlds of listening whose rule is known."""

import numpy as np

from train.history.interactions import Interactions


def interactions(histories, n_items=None, times=None):
    lengths = [len(history) for history in histories]
    items = np.concatenate([np.asarray(history, np.int64) for history in histories])
    return Interactions(
        [f"user {i}" for i in range(len(histories))],
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items,
        None if times is None else np.concatenate([np.asarray(some, np.int64) for some in times]),
        int(items.max()) + 1 if n_items is None else n_items,
    )


def chain(n_users=300, n_items=40, length=12, seed=0):
    """Everybody plays on from where they began: 7, 8, 9, …; item 0 follows the last one. All items are as popular."""
    starts = np.random.default_rng(seed).integers(0, n_items, n_users)
    return interactions([(start + np.arange(length)) % n_items for start in starts], n_items)


def shuffled(world, seed=0):
    """The same plays, dealt to the same users at random: nothing is left to be learnt but popularity."""
    items = np.random.default_rng(seed).permutation(world.items)
    return Interactions(world.users, world.starts, items, None, world.n_items)


def noise(n_users=60, n_items=25, longest=15, seed=0, repeats=True):
    """Plays without any rule."""
    rng = np.random.default_rng(seed)
    histories = []
    for _ in range(n_users):
        length = int(rng.integers(1, longest + 1))
        histories.append(rng.integers(0, n_items, length) if repeats else rng.permutation(n_items)[:length])
    return interactions(histories, n_items)
