import numpy as np
import pytest

from tests.planted_histories import noise
from train.history import pairs
from train.history.pairs import followers, next_item_moments, reach_of, sums


def counted(world, decay, back):
    """Pair by pair, as the definition has it."""
    matrix = np.zeros((world.n_items, world.n_items))
    for user in range(len(world)):
        history = world.history(user)
        for p, item in enumerate(history):
            for q in range(p + 1, min(len(history), p + 1 + reach_of(decay))):
                matrix[item, history[q]] += decay ** (q - p - 1)
                matrix[history[q], item] += back * decay ** (q - p - 1)
    return matrix


@pytest.mark.parametrize("per_cell", [0, 1e9])
@pytest.mark.parametrize("at_once", [1, 100, 10**6])
@pytest.mark.parametrize(("decay", "back"), [(0.8, 0), (0.3, 0), (0.9, 0.5), (1, 1)])
def test_pairs_are_those_of_the_definition_however_many_fit_at_once(monkeypatch, decay, back, at_once, per_cell):
    monkeypatch.setattr(pairs, "_PAIRS_AT_ONCE", at_once)
    monkeypatch.setattr(pairs, "_CELLS_AT_ONCE", at_once)
    monkeypatch.setattr(pairs, "_PAIRS_PER_CELL", per_cell)
    world = noise()
    found = np.concatenate([block.toarray() for _, block in followers(world, decay, back)])
    np.testing.assert_allclose(found, counted(world, decay, back), rtol=1e-5)


@pytest.mark.parametrize(("decay", "back"), [(0.8, 0), (0.9, 0.5)])
def test_sums_need_no_pairs(decay, back):
    world = noise(seed=1)
    out, into = sums(world, decay, back)
    np.testing.assert_allclose(out, counted(world, decay, back).sum(axis=1), rtol=1e-4)
    np.testing.assert_allclose(into, counted(world, decay, back).sum(axis=0), rtol=1e-4)


@pytest.mark.parametrize(("decay", "ahead"), [(0.9, 0), (0.5, 0), (1, 0), (0.9, 0.5), (0.7, 0.7), (0.5, 0.9), (1, 1)])
@pytest.mark.parametrize("repeats", [False, True])
def test_moments_are_those_of_the_regression_written_out(monkeypatch, decay, ahead, repeats):
    monkeypatch.setattr(pairs, "_FAINT", 1e-12)
    world = noise(seed=2, repeats=repeats)
    kept = np.array([0, 1, 3, 4, 7, 20])
    inputs, targets = [], []
    for user in range(len(world)):
        history = world.history(user)
        for t in range(len(history) - 1):
            x, y = np.zeros(world.n_items), np.zeros(world.n_items)
            np.add.at(x, history[: t + 1], decay ** np.arange(t, -1.0, -1))
            np.add.at(y, history[t + 1 :], np.power(float(ahead), np.arange(len(history) - t - 1)))
            inputs.append(x[kept])
            targets.append(y[kept])
    gram, target = next_item_moments(world, kept, decay, ahead)
    np.testing.assert_allclose(gram, np.transpose(inputs) @ inputs, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(target, np.transpose(inputs) @ targets, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("decay", "reach"), [(0.5, 7), (0.01, 1), (0.0, 1), (1.0, 400), (0.9999, 400)])
def test_reach_is_where_a_weight_has_faded(decay, reach):
    assert reach_of(decay) == reach
