"""What training is stopped by: NDCG@10 of each listener's last play among all items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recsys.towers.pair import TowerPair
from train.history.interactions import Interactions
from train.two_tower.batches import Rows, pad
from train.two_tower.learner import ItemSource

_USERS = 256
_ITEMS = 8_192


@dataclass(frozen=True)
class Validation:
    """Histories and what was played next. ``targets``: (n,), one a history."""

    histories: Sequence[Rows]
    targets: Rows

    @property
    def is_new(self) -> NDArray[np.bool_]:
        """(n,), whether the target is not in the history."""
        pairs = zip(self.histories, self.targets, strict=True)
        return np.array([target not in history for history, target in pairs], dtype=np.bool_)


def hold_out_last(interactions: Interactions, most: int = 5_000, seed: int = 0) -> tuple[Interactions, Validation]:
    """Take away the last play of at most ``most`` listeners with three plays or more."""
    sizes = np.diff(interactions.starts)
    able = np.flatnonzero(sizes >= 3)
    chosen = np.sort(np.random.default_rng(seed).permutation(able)[:most])
    taken = interactions.starts[chosen + 1] - 1
    kept = np.ones(len(interactions.items), dtype=np.bool_)
    kept[taken] = False
    sizes[chosen] -= 1
    times = None if interactions.times is None else interactions.times[kept]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rest = Interactions(interactions.users, starts, interactions.items[kept], times, interactions.n_items)
    return rest, Validation([rest.history(user) for user in chosen], interactions.items[taken])


@torch.no_grad()
def embed_items(pair: TowerPair, source: ItemSource, device: torch.device) -> Tensor:
    """(n_items, dim) with the towers as they are."""
    rows = torch.arange(len(source.known), device=device)
    return torch.cat([pair.items(some, source.tokens(some), source.known[some]) for some in torch.split(rows, _ITEMS)])


@torch.no_grad()
def last_queries(pair: TowerPair, embeddings: Tensor, histories: Sequence[Rows]) -> Tensor:
    """(n, dim) for ``histories`` of rows of ``embeddings``; zeros for an empty one."""
    found = embeddings.new_zeros(len(histories), embeddings.shape[1])
    lengths = np.array([len(history) for history in histories])
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    for start in range(0, len(order), _USERS):
        rows = order[start : start + _USERS]
        batch = pad([histories[row] for row in rows], pair.user_tower.shape.max_length)
        sizes = torch.from_numpy(batch.lengths).to(embeddings.device)
        states = pair.queries(embeddings[torch.from_numpy(batch.items).to(embeddings.device)], sizes)
        found[torch.from_numpy(rows).to(found.device)] = states[torch.arange(len(sizes)), sizes - 1]
    return found


@torch.no_grad()
def judge(pair: TowerPair, source: ItemSource, validation: Validation, device: torch.device) -> float:
    """NDCG@10 over all items; ties count as lost.

    A history's own items are masked where the target is new. Where it is not they compete with it: masking all but the
    target would give it away.
    """
    training = pair.training
    pair.eval()
    embeddings = embed_items(pair, source, device)
    queries = last_queries(pair, embeddings, validation.histories)
    gain, is_new = 0.0, validation.is_new
    for start in range(0, len(queries), _USERS):
        part = slice(start, start + _USERS)
        scores = queries[part] @ embeddings.T  # (users, n_items)
        if pair.bias is not None:
            scores += pair.bias
        targets = torch.from_numpy(validation.targets[part]).to(device)[:, None]
        own = scores.gather(1, targets)
        some = [h if new else h[:0] for h, new in zip(validation.histories[part], is_new[part], strict=True)]
        user = np.repeat(np.arange(len(some)), [len(history) for history in some])
        heard = torch.from_numpy(np.concatenate(some)).to(device)
        scores[torch.from_numpy(user).to(device), heard] = float("-inf")
        rank = (scores.scatter(1, targets, float("-inf")) >= own).sum(dim=1)
        gain += float(torch.where(rank < 10, 1 / torch.log2(rank + 2.0), 0.0).sum())
    pair.train(training)
    return gain / max(1, len(queries))
