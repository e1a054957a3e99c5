"""Settings by the kind of data."""

import numpy as np
import pytest

from tests.planted_listening import chain, interactions
from train.two_tower.config import TwoTowerConfig
from train.two_tower.encode import BIG
from train.two_tower.memory import Load, TextShape, step_bytes
from train.two_tower.recipe import END_TO_END, recommended


def world(n_users, length, n_items, seed=0):
    rng = np.random.default_rng(seed)
    return interactions(list(rng.integers(0, n_items, (n_users, length))), n_items)


def test_sparse_data_are_given_more_dropout_than_dense():
    sparse, dense = recommended(world(100, 20, 500)), recommended(world(100, 150, 60))
    assert sparse.dropout > dense.dropout


@pytest.mark.parametrize(("length", "expected"), [(5, 20), (50, 64), (150, 200), (1_000, 200)])
def test_windows_are_as_long_as_most_histories(length, expected):
    assert recommended(world(50, length, 100)).max_length == expected


def test_big_data_get_fewer_epochs_so_that_a_laptop_is_done():
    small, big, huge = (recommended(world(n_users, 150, 400)).epochs for n_users in (100, 10_000, 100_000))
    assert small == TwoTowerConfig().epochs > big > huge == 10


def test_what_the_caller_says_stays():
    config = recommended(chain(), seed=7, minutes=3.0)
    assert (config.seed, config.minutes) == (7, 3.0)


@pytest.mark.parametrize(
    ("config", "n_items", "expected"),
    [
        (TwoTowerConfig(), 1_000, "full"),
        (TwoTowerConfig(), 1_000_000, "sampled"),
        (TwoTowerConfig(train_encoders=True), 1_000, "in_batch"),
        (TwoTowerConfig(loss="full"), 1_000_000, "full"),
    ],
    ids=str,
)
def test_the_loss_is_chosen_by_the_size_of_the_catalogue(config, n_items, expected):
    assert config.loss_for(n_items) == expected


def test_the_recipe_for_eight_gpus_fits_into_their_memory():
    users = END_TO_END.batch // 8 // END_TO_END.accumulate
    load = Load(users, END_TO_END.max_length, BIG.chunks, BIG.chunk_length, BIG.sound.bands, BIG.sound.frames)
    needed = step_bytes(load, END_TO_END, 100_000, BIG.audio, BIG.cover, TextShape())
    assert needed < 0.8 * 40 * 2**30
