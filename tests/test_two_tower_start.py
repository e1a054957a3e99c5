"""Where item embeddings begin."""

import numpy as np
import pytest

from tests.planted_listening import chain, interactions, kinds
from train.two_tower import start
from train.two_tower.start import SIZE, starting_embeddings


@pytest.mark.parametrize("dense_up_to", [10_000, 0], ids=["eigenvectors", "singular vectors"])
def test_songs_that_are_played_together_begin_near_each_other(dense_up_to, monkeypatch):
    monkeypatch.setattr(start, "_DENSE_UP_TO", dense_up_to)
    given, _, kind, _ = kinds()
    played = np.bincount(given.items, minlength=given.n_items) > 0
    found = starting_embeddings(given, 8)[played]
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    alike, same = found @ found.T, kind[played][:, None] == kind[played]
    assert alike[same].mean() > alike[~same].mean() + 0.5


@pytest.mark.parametrize("dim", [4, 64])
def test_they_have_one_size_whatever_the_dimensions(dim):
    found = starting_embeddings(chain(), dim)
    assert found.shape == (40, dim)
    assert found.dtype == np.float32
    assert np.sqrt(np.square(found[:, : min(dim, 38)]).mean()) == pytest.approx(SIZE, rel=0.01)


def test_the_seed_decides():
    assert np.array_equal(starting_embeddings(chain(), 50, 3), starting_embeddings(chain(), 50, 3))


@pytest.mark.parametrize("histories", [[[0, 1]], [[0, 0, 0]], [[0], [1, 2]]], ids=str)
def test_hardly_any_data_are_no_error(histories):
    assert np.isfinite(starting_embeddings(interactions(histories, 4), 8)).all()
