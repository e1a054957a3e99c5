"""Counting which items are played how soon after which: what all linear engines learn from.

Plays p < q of one user that are d = q - p apart make a pair. A user of L plays has L·reach pairs, never L².
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from train.history.interactions import Interactions

Matrix = NDArray[np.float32]
_PAIRS_AT_ONCE, _CELLS_AT_ONCE = 20_000_000, 20_000_000
_PAIRS_PER_CELL = 0.05
"""With more pairs than these it is faster to count in a table of all cells than to sort the pairs."""
_FAINT = 0.01


def reach_of(decay: float, most: int = 400) -> int:
    """How many steps until a decaying weight is below a hundredth."""
    if decay >= 1:
        return most
    return int(np.clip(np.ceil(np.log(_FAINT) / np.log(max(decay, _FAINT))), 1, most))


def followers(interactions: Interactions, decay: float, back: float) -> Iterator[tuple[int, sparse.csr_array]]:
    """Rows of the matrix C with C[a, b] = sum over pairs a … b of decay^(d - 1), and ``back`` times C's transpose.

    Yields:
        The first row of a block and the block, (n_rows, n_items), of 20 million pairs or cells at most.
    """
    n, reach = interactions.n_items, reach_of(decay)
    order = np.argsort(interactions.items, kind="stable")
    plays_of = np.concatenate([[0], np.cumsum(np.bincount(interactions.items, minlength=n))])
    user = np.repeat(np.arange(len(interactions)), np.diff(interactions.starts))
    per_play = reach * (2 if back else 1)
    begin = 0
    while begin < n:
        by_pairs = int(np.searchsorted(plays_of, plays_of[begin] + _PAIRS_AT_ONCE // per_play, "right")) - 1
        by_cells = min(begin + _CELLS_AT_ONCE // n, n)
        crowded = (plays_of[by_cells] - plays_of[begin]) * per_play > _PAIRS_PER_CELL * (by_cells - begin) * n
        end = max(by_cells if crowded else by_pairs, begin + 1)
        plays = order[plays_of[begin] : plays_of[end]]
        pairs = _pairs(interactions.items, user, plays, _steps(decay, reach, back))
        yield begin, (_in_table if crowded else _sorted)(pairs, begin, (end - begin, n))
        begin = end


Pairs = Iterator[tuple[NDArray[np.int64], NDArray[np.int64], float]]


def _pairs(
    items: NDArray[np.int64], user: NDArray[np.int64], plays: NDArray[np.int64], steps: Iterator[tuple[int, float]]
) -> Pairs:
    """Step by step the items of ``plays``, the items so far from them, and what such a pair weighs."""
    for step, weight in steps:
        other = plays + step
        inside = (other >= 0) & (other < len(items))
        inside[inside] = user[other[inside]] == user[plays[inside]]
        yield items[plays[inside]], items[other[inside]], weight


def _in_table(pairs: Pairs, begin: int, shape: tuple[int, int]) -> sparse.csr_array:
    table = np.zeros(shape, np.float32)
    for first, second, weight in pairs:
        _add(table, first - begin, second, np.full(len(first), weight, np.float32))
    return sparse.csr_array(table)


def _sorted(pairs: Pairs, begin: int, shape: tuple[int, int]) -> sparse.csr_array:
    rows, columns, gains = [], [], []
    for first, second, weight in pairs:
        rows.append((first - begin).astype(np.int32))
        columns.append(second.astype(np.int32))
        gains.append(np.full(len(first), weight, np.float32))
    places = (np.concatenate(rows), np.concatenate(columns))
    return sparse.coo_array((np.concatenate(gains), places), shape=shape).tocsr()


def _steps(decay: float, reach: int, back: float) -> Iterator[tuple[int, float]]:
    for distance in range(1, reach + 1):
        yield distance, decay ** (distance - 1)
        if back:
            yield -distance, back * decay ** (distance - 1)


def sums(interactions: Interactions, decay: float, back: float) -> tuple[Matrix, Matrix]:
    """The sums of the rows and of the columns of what `followers` yields, (n_items,) each, without the pairs."""
    reach = reach_of(decay)
    ahead, behind = _room(interactions)
    weight = np.concatenate([[0.0], np.cumsum(decay ** np.arange(reach, dtype=np.float64))])
    after, before = weight[np.minimum(ahead, reach)], weight[np.minimum(behind, reach)]
    n = interactions.n_items
    out = np.bincount(interactions.items, after + back * before, n)
    into = np.bincount(interactions.items, before + back * after, n)
    return out.astype(np.float32), into.astype(np.float32)


def _room(interactions: Interactions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each play how many of the same user come after it, and before it."""
    lengths = np.diff(interactions.starts)
    behind = np.arange(len(interactions.items)) - np.repeat(interactions.starts[:-1], lengths)
    return np.repeat(lengths, lengths) - 1 - behind, behind


def next_item_moments(
    interactions: Interactions, kept: NDArray[np.int64], decay: float, ahead: float = 0.0
) -> tuple[Matrix, Matrix]:
    """The moments of the regression of the next item on the decayed history, both (n_kept, n_kept).

    With x_t the sum over plays p ≤ t of decay^(t - p) · e(item of p), and y_t the sum over plays q > t of
    ahead^(q - t - 1) · e(item of q), over all t that have a next play: G = Σ x_t x_tᵀ and C = Σ x_t y_tᵀ. Two plays
    p ≤ q, d apart, meet in G at every t from q on, together decay^d · (1 + decay² + decay⁴ + …), and in C at every t
    from p to q - 1, together (decay^d - ahead^d) / (decay - ahead), so that both are counted from pairs.

    Args:
        interactions: What to learn from.
        kept: Items to count, ascending; pairs with others are passed over.
        decay: In (0, 1], what a step back takes from the weight of a play in the history.
        ahead: In [0, 1], what a step ahead takes from the weight of a play after it; 0 looks at the next one alone.
    """
    number = np.full(interactions.n_items, -1, np.int64)
    number[kept] = np.arange(len(kept))
    items = number[interactions.items]
    room, _ = _room(interactions)
    square = decay * decay
    meets = room.astype(np.float64) if square == 1 else (1 - square**room) / (1 - square)
    gram, target = np.zeros((len(kept), len(kept)), np.float32), np.zeros((len(kept), len(kept)), np.float32)
    known = items >= 0
    diagonal = np.bincount(items[known], meets[known], len(kept))
    for distance in range(1, reach_of(max(decay, ahead)) + 1):
        first, later = items[:-distance], items[distance:]
        paired = (room[:-distance] >= distance) & (first >= 0) & (later >= 0)
        if not paired.any():
            continue
        first, later, weight = first[paired], later[paired], decay**distance
        _add(target, first, later, np.full(len(first), _until(distance, decay, ahead), np.float32))
        _add(gram, first, later, (weight * meets[distance:][paired]).astype(np.float32))
    gram += gram.T
    gram[np.diag_indices(len(kept))] += diagonal.astype(np.float32)
    return gram, target


def _until(distance: int, decay: float, ahead: float) -> float:
    """The sum over s from 0 to distance - 1 of decay^s · ahead^(distance - 1 - s)."""
    return float(sum(decay**s * ahead ** (distance - 1 - s) for s in range(distance)))


def _add(matrix: Matrix, rows: NDArray[np.int64], columns: NDArray[np.int64], gains: Matrix) -> None:
    np.add.at(matrix.reshape(-1), rows * matrix.shape[1] + columns, gains)
