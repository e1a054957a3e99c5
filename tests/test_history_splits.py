import numpy as np
import pytest

from recsys.errors import SourceError
from tests.planted_histories import chain, interactions, noise
from train.history.splits import cold_items, cut, global_time, leave_one_out, usual_validation

WORLD = interactions([[0, 1, 2, 3, 4], [5, 6], [7, 8, 9], [1]], 11)


def test_the_last_play_is_the_test_and_the_one_before_the_validation():
    split = leave_one_out(WORLD, 1)
    assert split.test.users.tolist() == [0, 2]
    assert [t.tolist() for t in split.test.targets] == [[4], [9]]
    assert [h.tolist() for h in split.test.histories] == [[0, 1, 2, 3], [7, 8]]
    assert [t.tolist() for t in split.validation.targets] == [[3], [8]]
    assert [h.tolist() for h in split.validation.histories] == [[0, 1, 2], [7]]


def test_short_histories_are_learnt_from_and_not_asked():
    split = leave_one_out(WORLD, 1)
    assert split.train.history(1).tolist() == split.refit.history(1).tolist() == [5, 6]
    assert split.train.history(3).tolist() == [1]


def test_several_validation_plays_leave_something_to_learn():
    split = leave_one_out(WORLD, 3)
    assert split.train.history(0).tolist() == [0]
    assert split.train.history(2).tolist() == [7]
    assert [t.tolist() for t in split.validation.targets] == [[3], [2], [1], [8]]


@pytest.mark.parametrize("n_validation", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_is_asked_has_been_learnt(n_validation, seed):
    world = noise(seed=seed)
    split = leave_one_out(world, n_validation)
    for learnt, questions in ((split.train, split.validation), (split.refit, split.test)):
        for user, history, targets in zip(questions.users, questions.histories, questions.targets, strict=True):
            seen = learnt.history(user)
            whole = world.history(user)
            assert whole[: len(seen)].tolist() == seen.tolist()
            assert len(seen) <= len(history)
            assert whole[len(history)] == targets[0]
    for user, history in zip(split.test.users, split.test.histories, strict=True):
        assert split.refit.history(user).tolist() == history.tolist()


def test_a_play_that_only_the_test_has_is_cold_in_training():
    split = leave_one_out(interactions([[0, 1, 2, 9], [0, 1, 2, 3]], 10), 1)
    assert cold_items(split.refit)[[9, 3]].all()
    assert not cold_items(split.refit)[[0, 1, 2]].any()


def test_few_users_are_asked_more_often():
    assert [usual_validation(n) for n in (0, 500, 1_090, 2_000, 6_000)] == [3, 3, 3, 2, 1]


def test_nobody_to_ask_is_said():
    with pytest.raises(SourceError, match="three plays"):
        leave_one_out(interactions([[0, 1], [2]]))


def timed():
    histories = [[0, 1, 2, 3], [4, 5], [6, 7, 6], [8]]
    times = [[0, 10, 85, 95], [20, 30], [96, 97, 98], [40]]
    return interactions(histories, 12, times)


def test_after_the_moment_nothing_is_learnt():
    split = global_time(timed(), test=0.5, validation=0.2)
    moment = np.quantile(timed().times, 0.5)
    assert (split.refit.times <= moment).all()
    assert (split.train.times <= np.quantile(timed().times, 0.3)).all()
    assert split.test.users.tolist() == [0]
    assert split.test.histories[0].tolist() == [0, 1]
    assert split.test.targets[0].tolist() == [2, 3]


def test_users_with_nothing_before_are_counted_apart():
    assert global_time(timed(), test=0.5, validation=0.2).newcomers == 1


def test_targets_are_distinct():
    world = interactions([[0, 1, 1, 1, 2]] * 4, times=[[0, 1, 2, 3, 4]] * 4)
    assert global_time(world, 0.4, 0.2).test.targets[0].tolist() == [1, 2]


def test_a_split_by_time_needs_times():
    with pytest.raises(SourceError, match="Use leave-one-out"):
        global_time(chain())


def test_a_moment_with_nothing_on_one_side_is_said():
    with pytest.raises(SourceError, match="before and after"):
        global_time(interactions([[0, 1], [2, 3]], times=[[1, 1], [1, 1]]))


def test_cut_keeps_the_beginnings():
    short = cut(timed(), np.array([2, 0, 1, 1]))
    assert [short.history(user).tolist() for user in range(4)] == [[0, 1], [], [6], [8]]
    assert short.times is not None
    assert short.times.tolist() == [0, 10, 96, 40]
