"""The user tower: what its states depend on, and what they do not."""

import pytest
import torch

from recsys.towers.dropout import Dropout
from recsys.towers.item_tower import ItemShape
from recsys.towers.pair import ServedUserTower, TowerPair
from recsys.towers.user_tower import UserShape, UserTower

SHAPES = [
    UserShape(dim=8, max_length=12),
    UserShape(dim=8, max_length=12, heads=2, norm="post", hidden=4),
    UserShape(dim=8, max_length=12, positions="none", blocks=1),
]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.norm}-{shape.positions}")


def tower_of(shape):
    torch.manual_seed(0)
    tower = UserTower(shape).eval()
    with torch.no_grad():
        for parameter in tower.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return tower


@each_shape
def test_a_state_has_the_shape_of_its_item(shape):
    assert tower_of(shape)(torch.randn(3, 7, 8)).shape == (3, 7, 8)


@each_shape
@pytest.mark.parametrize("changed", range(6))
def test_what_comes_later_changes_nothing_before_it(shape, changed):
    tower, items = tower_of(shape), torch.randn(2, 6, 8)
    other = items.clone()
    other[:, changed] = torch.randn(2, 8)
    before, after = tower(items), tower(other)
    assert torch.equal(before[:, :changed], after[:, :changed])
    assert not torch.allclose(before[:, changed], after[:, changed])


@pytest.mark.parametrize(
    "shape", [*SHAPES, UserShape(dim=8, max_length=12, positions="end")], ids=lambda s: s.positions
)
@pytest.mark.parametrize("length", [1, 4, 9])
def test_padding_changes_nothing(shape, length):
    tower, items = tower_of(shape), torch.randn(2, 12, 8)
    lengths = torch.tensor([length, 12])
    padded = tower(items, lengths)
    torch.testing.assert_close(tower(items[:1, :length], lengths[:1])[0], padded[0, :length], atol=1e-5, rtol=1e-5)


def test_positions_from_the_end_are_those_of_a_history_served_alone():
    tower = tower_of(UserShape(dim=8, max_length=12, positions="end"))
    items = torch.randn(1, 5, 8)
    torch.testing.assert_close(tower(items), tower(items, torch.tensor([5])))


@pytest.mark.parametrize("positions", ["start", "end"])
def test_order_matters_only_with_positions_or_causality(positions):
    tower = tower_of(UserShape(dim=8, max_length=12, positions=positions))
    items = torch.randn(1, 5, 8)
    swapped = items[:, [1, 0, 2, 3, 4]]
    assert not torch.allclose(tower(items)[:, -1], tower(swapped)[:, -1], atol=1e-4)


def test_dropout_is_of_training_alone():
    tower, items = tower_of(UserShape(dim=8, dropout=0.5, attention_dropout=0.2)), torch.randn(1, 5, 8)
    assert torch.equal(tower(items), tower(items))
    tower.train()
    assert not torch.equal(tower(items), tower(items))


@pytest.mark.parametrize(
    ("unit", "temperature", "learns"), [(True, None, True), (True, 0.05, False), (False, None, None)]
)
def test_scores_can_be_cosines_over_a_temperature(unit, temperature, learns):
    pair = TowerPair(ItemShape(5, 8), UserShape(dim=8), unit, temperature).eval()
    items = pair.items(torch.arange(5))
    queries = pair.queries(items[None])
    if unit:
        torch.testing.assert_close(items.norm(dim=-1), torch.ones(5))
        torch.testing.assert_close(queries.norm(dim=-1), torch.full((1, 5), 1 / (temperature or 0.07)))
        assert pair.log_temperature.requires_grad == learns
    else:
        assert not torch.allclose(items.norm(dim=-1), torch.ones(5))


@pytest.mark.parametrize("bias", [False, True])
def test_the_served_tower_folds_the_bias_into_the_inner_product(bias):
    torch.manual_seed(0)
    pair = TowerPair(ItemShape(5, 8), UserShape(dim=8), bias=bias).eval()
    plain = pair.items(torch.arange(5))
    if pair.bias is None:
        served, scores = plain, pair.queries(plain[None])[0, -1] @ plain.T
    else:
        torch.nn.init.normal_(pair.bias)
        served = torch.cat([plain, pair.bias[:, None]], dim=1)
        scores = pair.queries(plain[None])[0, -1] @ plain.T + pair.bias
    torch.testing.assert_close(ServedUserTower(pair)(served[None])[0] @ served.T, scores)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_leaves_out_as_much_as_it_says_and_keeps_the_mean(rate):
    torch.manual_seed(0)
    values = torch.ones(1_000, 301, requires_grad=True)
    out = Dropout(rate).train()(values)
    assert float((out == 0).float().mean()) == pytest.approx(rate, abs=0.005)
    assert float(out.detach().mean()) == pytest.approx(1, abs=0.01)
    (gradient,) = torch.autograd.grad(out.sum(), values)
    assert torch.equal(gradient, out.detach())
    assert torch.equal(Dropout(rate).eval()(values), values)


def test_dropout_draws_each_number_by_itself():
    torch.manual_seed(0)
    left = (Dropout(0.5).train()(torch.ones(4_000, 64)) == 0).float()
    together = torch.corrcoef(left.T) - torch.eye(64)
    assert float(together.abs().max()) < 0.08


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_dropout_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="from 0 to below 1"):
        Dropout(rate)
