"""What the towers are taught by: cross-entropy over all items, over sampled ones, or over the batch's own (InfoNCE).

Each loss is a sum over positions, so that a batch can come in pieces, and from several processes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

CHUNK = 256
"""Positions whose scores are in memory at a time: 256 × 3,500 items stay within a processor's cache."""

_LEAST = 1e-37


def full_cross_entropy(
    queries: Tensor,
    items: Tensor,
    targets: Tensor,
    bias: Tensor | None = None,
    smoothing: float = 0.0,
) -> Tensor:
    """Summed cross-entropy of ``targets`` among all items, with memory for `CHUNK` positions' scores.

    Args:
        queries: (n, dim).
        items: (n_items, dim).
        targets: (n,), rows of ``items``.
        bias: (n_items,), added to each item's score.
        smoothing: Share of the target's probability that is spread over all items.
    """
    if bias is None:
        bias = items.new_zeros(len(items))
    total: Tensor = _FullCrossEntropy.apply(queries, items, targets, bias, smoothing)  # type: ignore[no-untyped-call]
    return total


class _FullCrossEntropy(torch.autograd.Function):
    """The gradient is made with the loss, a chunk at a time, so that no score is kept or computed twice."""

    @staticmethod
    def forward(ctx: Any, queries: Tensor, items: Tensor, targets: Tensor, bias: Tensor, smoothing: float) -> Tensor:
        by_query = torch.empty_like(queries, dtype=torch.float32)
        by_item = torch.zeros_like(items, dtype=torch.float32)
        by_bias = torch.zeros_like(bias, dtype=torch.float32)
        middle, level = items.mean(dim=0), bias.mean()
        total = queries.new_zeros((), dtype=torch.float32)
        for start in range(0, len(queries), CHUNK):
            some, wanted = queries[start : start + CHUNK], targets[start : start + CHUNK, None]
            scores = torch.addmm(bias, some, items.T).float()  # (chunk, n_items)
            own = scores.gather(1, wanted)
            slope = scores.softmax(dim=1)
            surprise = -slope.gather(1, wanted).clamp(min=_LEAST).log()
            total += surprise.sum()
            slope.scatter_add_(1, wanted, torch.full_like(own, smoothing - 1))
            if smoothing:
                total += smoothing * (own.sum() - (some @ middle + level).float().sum())
                slope -= smoothing / len(items)
            by_bias += slope.sum(dim=0)
            slope = slope.to(items.dtype)
            by_query[start : start + CHUNK] = slope @ items
            by_item += slope.T @ some.to(items.dtype)
        ctx.save_for_backward(by_query.to(queries.dtype), by_item.to(items.dtype), by_bias.to(bias.dtype))
        return total

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, Tensor, None, Tensor, None]:
        by_query, by_item, by_bias = ctx.saved_tensors
        return by_query * outer[0], by_item * outer[0], None, by_bias * outer[0], None


def sampled_cross_entropy(
    queries: Tensor,
    positives: Tensor,
    negatives: Tensor,
    targets: Tensor,
    rows: Tensor,
    n_items: int,
) -> Tensor:
    """Summed cross-entropy of each target against ``negatives``, drawn evenly and shared by all positions.

    The negatives stand for all other items (their scores are raised by log((n_items - 1) / k)), so that the loss
    estimates the full one; a negative that is the target is left out.

    Args:
        queries: (n, dim).
        positives: (n, dim), the targets' embeddings.
        negatives: (k, dim).
        targets: (n,), the targets' rows in the catalogue.
        rows: (k,), the negatives' rows in the catalogue.
        n_items: How many items there are.
    """
    stands_for = torch.log(torch.tensor((n_items - 1) / len(rows), dtype=torch.float32, device=queries.device))
    offsets = stands_for.expand(len(rows))
    return _against(queries, positives, negatives, targets, rows, offsets)


def in_batch_cross_entropy(
    queries: Tensor,
    positives: Tensor,
    candidates: Tensor,
    targets: Tensor,
    rows: Tensor,
    times: Tensor,
    log_q: Tensor | None,
) -> Tensor:
    """Summed InfoNCE: each target against the targets of the whole batch.

    An item is a negative as often as it is played. With the logQ correction (Bengio and Senécal, 2008; Yi et al.,
    2019) each negative counts for so much less, and the loss estimates the full one: of scores s, the batch's counts
    c, its size B and shares of plays q, minus log of exp(s_t) / (exp(s_t) + Σ c_j exp(s_j) / (B q_j)) over j ≠ t.

    Args:
        queries: (n, dim).
        positives: (n, dim), the targets' embeddings.
        candidates: (m, dim), the distinct targets of the batch, those of other processes included.
        targets: (n,), the targets' rows in the catalogue.
        rows: (m,), the candidates' rows in the catalogue.
        times: (m,), how often each is a target; it counts as so many negatives.
        log_q: (n_items,), log of each item's share of plays; None for no correction.
    """
    offsets = times.float().log()
    if log_q is not None:
        offsets = offsets - log_q[rows] - times.sum().log()
    return _against(queries, positives, candidates, targets, rows, offsets)


def _against(
    queries: Tensor,
    positives: Tensor,
    candidates: Tensor,
    targets: Tensor,
    rows: Tensor,
    offsets: Tensor,
) -> Tensor:
    # A process without positions has its part in the gradient all the same, or the others would wait for it.
    total = 0 * (queries.sum() + positives.sum() + candidates.sum()).float()
    for start in range(0, len(queries), CHUNK):
        part = slice(start, start + CHUNK)
        total = total + checkpoint(
            _chunk_against,
            queries[part],
            positives[part],
            candidates,
            targets[part],
            rows,
            offsets,
            use_reentrant=False,
        )
    return total


def _chunk_against(
    queries: Tensor,
    positives: Tensor,
    candidates: Tensor,
    targets: Tensor,
    rows: Tensor,
    offsets: Tensor,
) -> Tensor:
    own = (queries * positives).sum(dim=1).float()  # (n,)
    scores = (queries @ candidates.T).float() + offsets  # (n, m)
    scores = scores.masked_fill(targets[:, None] == rows, float("-inf"))  # the target is no negative of itself
    return functional.cross_entropy(
        torch.cat([own[:, None], scores], dim=1), torch.zeros_like(targets), reduction="sum"
    )
