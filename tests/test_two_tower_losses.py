"""Each loss against the formula written out."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from train.two_tower import losses
from train.two_tower.losses import full_cross_entropy, in_batch_cross_entropy, sampled_cross_entropy

N, ITEMS, DIM = 37, 23, 6


@pytest.fixture
def given():
    torch.manual_seed(0)
    queries, items = torch.randn(N, DIM, requires_grad=True), torch.randn(ITEMS, DIM, requires_grad=True)
    bias = torch.randn(ITEMS, requires_grad=True)
    return queries, items, torch.randint(0, ITEMS, (N,)), bias


def gradients(loss, *of):
    return torch.autograd.grad(loss, of)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("chunk", [5, 37, 1_000])
@pytest.mark.parametrize("biased", [False, True])
def test_the_full_loss_and_its_gradient_are_those_of_the_formula(given, smoothing, chunk, biased, monkeypatch):
    monkeypatch.setattr(losses, "CHUNK", chunk)
    queries, items, targets, bias = given
    of = (queries, items, bias) if biased else (queries, items)
    scores = queries @ items.T + (bias if biased else 0)
    expected = functional.cross_entropy(scores, targets, reduction="sum", label_smoothing=smoothing)
    found = full_cross_entropy(queries, items, targets, bias if biased else None, smoothing)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-5)
    for own, other in zip(gradients(3 * found, *of), gradients(3 * expected, *of), strict=True):
        torch.testing.assert_close(own, other, atol=1e-4, rtol=1e-4)


def test_the_full_loss_of_hopeless_scores_is_finite():
    queries = torch.tensor([[500.0]], requires_grad=True)
    items = torch.tensor([[1.0], [-1.0]])
    loss = full_cross_entropy(queries, items, torch.tensor([1]))
    assert torch.isfinite(loss)
    assert torch.isfinite(gradients(loss, queries)[0]).all()


def test_no_positions_lose_nothing():
    nobody = torch.zeros(0, DIM, requires_grad=True)
    assert full_cross_entropy(nobody, torch.randn(ITEMS, DIM), torch.zeros(0, dtype=torch.long)).item() == 0


def test_the_sampled_loss_is_its_formula(given, monkeypatch):
    monkeypatch.setattr(losses, "CHUNK", 8)
    queries, items, targets, _ = given
    rows = torch.tensor([0, 3, 4, 9, 17])
    found = sampled_cross_entropy(queries, items[targets], items[rows], targets, rows, ITEMS)
    expected = 0.0
    for query, target in zip(queries.detach(), targets, strict=True):
        others = [float(query @ items[row].detach()) + np.log((ITEMS - 1) / 5) for row in rows if row != target]
        own = float(query @ items[target].detach())
        expected -= own - np.logaddexp.reduce([own, *others])
    assert found.item() == pytest.approx(expected, rel=1e-5)


def test_the_sampled_loss_against_every_item_is_the_full_one(given):
    queries, items, targets, _ = given
    rows = torch.arange(ITEMS)
    found = sampled_cross_entropy(queries, items[targets], items, targets, rows, ITEMS + 1)
    torch.testing.assert_close(found, full_cross_entropy(queries, items, targets))


@pytest.mark.parametrize("corrected", [False, True])
def test_the_loss_in_the_batch_is_its_formula(given, corrected):
    queries, items, targets, _ = given
    share = torch.rand(ITEMS) + 0.1
    log_q = (share / share.sum()).log() if corrected else None
    rows, times = torch.unique(targets, return_counts=True)
    found = in_batch_cross_entropy(queries, items[targets], items[rows], targets, rows, times, log_q)
    lowered = torch.zeros(ITEMS) if log_q is None else log_q + np.log(N)
    scores = (queries @ items.T).detach()
    expected = 0.0
    for row, target in zip(scores, targets, strict=True):  # each play of the batch is a negative of its own
        others = [float(row[other] - lowered[other]) for other in targets if other != target]
        expected -= float(row[target]) - np.logaddexp.reduce([float(row[target]), *others])
    assert found.item() == pytest.approx(expected, rel=1e-5)


def test_with_the_correction_popular_items_are_not_scored_down():
    """Of 71 items one is played 30 times as often as any other: by as much should its score be higher."""
    share = torch.tensor([0.3] + [0.01] * 70)
    apart = {}
    for name, correction in (("corrected", share.log()), ("plain", None)):
        generator = torch.Generator().manual_seed(0)
        scores = torch.zeros(71, 1, requires_grad=True)
        optimizer = torch.optim.Adam([scores], lr=0.05)
        for _ in range(400):
            batch = torch.multinomial(share, 128, replacement=True, generator=generator)
            rows, times = torch.unique(batch, return_counts=True)
            loss = in_batch_cross_entropy(
                torch.ones(128, 1), scores[batch], scores[rows], batch, rows, times, correction
            )
            optimizer.zero_grad()
            (loss / 128).backward()
            optimizer.step()
        apart[name] = float((scores[0] - scores[1:].mean()).detach())
    assert apart["corrected"] == pytest.approx(np.log(30), abs=0.5)
    assert apart["plain"] < 1
