"""Windows of histories as batches."""

import numpy as np
import pytest

from tests.planted_listening import chain, interactions
from train.two_tower.batches import Windows, pad

HISTORIES = [[0, 1, 2, 3], [4, 5], [6], [7, 8, 9, 10, 11, 12], [0, 12, 0, 12, 0]]


def epoch(given, batch=2, seed=0, number=0, **options):
    return list(Windows(given, **options).epoch(batch, seed, number))


def rows_of(batches):
    """Each row's inputs and targets, without padding."""
    return {
        (tuple(items[:length].tolist()), tuple(targets[:length].tolist()))
        for batch in batches
        for items, targets, length in zip(batch.items, batch.targets, batch.lengths, strict=True)
    }


def test_every_history_of_two_plays_comes_once_with_what_followed():
    batches = epoch(interactions(HISTORIES), max_length=10)
    assert rows_of(batches) == {(tuple(h[:-1]), tuple(h[1:])) for h in HISTORIES if len(h) > 1}
    assert sum(len(batch.lengths) for batch in batches) == 4


def test_of_a_long_history_the_end_is_taken():
    assert ((10, 11), (11, 12)) in rows_of(epoch(interactions(HISTORIES), max_length=2))


def test_padding_is_no_target():
    for batch in epoch(interactions(HISTORIES), batch=4, max_length=10):
        there = np.arange(batch.items.shape[1]) < batch.lengths[:, None]
        assert (batch.targets[~there] == -1).all()
        assert (batch.items[~there] == 0).all()
        assert batch.n_targets == batch.lengths.sum()


def test_only_the_last_targets_are_learnt_where_asked():
    for batch in epoch(interactions(HISTORIES), batch=4, max_length=10, last=2):
        assert ((batch.targets >= 0).sum(axis=1) == np.minimum(batch.lengths, 2)).all()


def test_cropped_windows_lie_within_their_histories():
    given = interactions([list(range(100))] * 200)
    ends = {row[1][-1] for row in rows_of(epoch(given, batch=50, max_length=10, crop=1.0))}
    assert len(ends) > 50
    for items, targets in rows_of(epoch(given, batch=50, max_length=10, crop=1.0)):
        assert np.array_equal(np.array(items) + 1, targets)


def test_epochs_differ_and_repeat_with_their_seed():
    given = chain()

    def said(seed, number):
        return [batch.items.tolist() for batch in epoch(given, 16, seed, number, max_length=10)]

    assert said(0, 0) == said(0, 0)
    assert said(0, 0) != said(0, 1)
    assert said(0, 0) != said(1, 0)


def test_histories_of_about_one_length_come_together():
    rng = np.random.default_rng(0)
    given = interactions([list(range(n)) for n in rng.integers(2, 200, 1_000)])
    batches = epoch(given, batch=32, max_length=200)
    filled = sum(batch.lengths.sum() for batch in batches) / sum(batch.items.size for batch in batches)
    assert filled > 0.9


@pytest.mark.parametrize("world", [2, 3])
def test_processes_share_a_batch_between_them(world):
    for batch in epoch(chain(), batch=16, max_length=10):
        shares = [batch.share(rank, world) for rank in range(world)]
        assert sum(share.n_targets for share in shares) == batch.n_targets
        assert rows_of(shares) == rows_of([batch])


def test_histories_are_padded_at_their_end_for_questions():
    batch = pad([np.array([1, 2, 3]), np.array([4])], max_length=2)
    assert batch.items.tolist() == [[2, 3], [4, 0]]
    assert batch.lengths.tolist() == [2, 1]
