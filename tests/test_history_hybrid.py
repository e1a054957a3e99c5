import numpy as np
import pytest

from tests.planted_histories import chain, interactions, shuffled
from train.history.hybrid import judge, learn_hybrid, repeats
from train.history.linear import RECIPES
from train.history.splits import global_time, leave_one_out

SETTINGS = {name: dict(recipe.start) for name, recipe in RECIPES.items()}


def favourites(n_users=120, n_items=60, seed=0):
    """Everybody plays three favourites again and again, in any order."""
    rng = np.random.default_rng(seed)
    return interactions([rng.choice(rng.permutation(n_items)[:3], 12) for _ in range(n_users)], n_items)


def ndcg(figures):
    return {(one.engine, one.case): one.values["ndcg@10"] for one in figures}


def test_the_hybrid_of_a_chain_finds_the_next():
    split = leave_one_out(chain(), 1)
    found = ndcg(judge(learn_hybrid(split, settings=SETTINGS), split))
    assert found["hybrid", "new only"] > 0.95
    assert found["hybrid", "new only"] > 3 * found["popularity", "new only"]


def test_favourites_are_found_where_the_history_may_be_shown():
    world = favourites()
    split = leave_one_out(world, 1)
    assert repeats(split.validation) > 0.9
    hybrid = learn_hybrid(split, settings=SETTINGS)
    found = ndcg(judge(hybrid, split))
    assert found["hybrid", "everything"] > 0.6
    assert found["personal popularity", "everything"] > 0.6
    assert hybrid.familiar.weights["personal popularity"] > 0
    assert hybrid.new.weights["personal popularity"] == 0


def test_nothing_is_learnt_from_plays_dealt_at_random():
    split = leave_one_out(shuffled(chain()), 1)
    found = ndcg(judge(learn_hybrid(split, settings=SETTINGS), split))
    chance = sum(1 / np.log2(np.arange(2, 12))) / 30
    assert found["hybrid", "new only"] < 1.6 * chance


def test_another_engine_takes_part_and_learns_twice_never_from_the_test():
    world = shuffled(chain())  # nobody else can know
    split = leave_one_out(world, 1)
    learnt = []
    after = {
        tuple(h.tolist()): int(t[0])
        for q in (split.validation, split.test)
        for h, t in zip(q.histories, q.targets, strict=True)
    }

    def oracle(plays, validation):
        learnt.append((len(plays.items), validation is not None))

        def score(histories):
            scores = np.zeros((len(histories), world.n_items), np.float32)
            for row, history in enumerate(histories):
                scores[row, after[tuple(history.tolist())]] = 1
            return scores

        return score

    hybrid = learn_hybrid(split, {"oracle": oracle}, SETTINGS)
    assert learnt == [(len(world.items) - 2 * len(world), True), (len(world.items) - len(world), False)]
    assert max(hybrid.new.weights, key=lambda name: hybrid.new.weights[name]) == "oracle"
    assert ndcg(judge(hybrid, split))["hybrid", "new only"] == pytest.approx(1)


def test_without_repeats_both_cases_have_the_same_weights():
    split = leave_one_out(chain(n_users=50), 1)
    hybrid = learn_hybrid(split, settings=SETTINGS)
    assert hybrid.familiar is hybrid.new


def test_where_nobody_repeats_a_song_of_the_history_is_never_the_answer():
    split = leave_one_out(chain(n_users=50), 1)
    hybrid = learn_hybrid(split, settings=SETTINGS)
    assert not hybrid.repeats
    scores = hybrid.engine(new_only=False)(split.test.histories)
    assert all(np.isneginf(row[history]).all() for row, history in zip(scores, split.test.histories, strict=True))
    found = ndcg(judge(hybrid, split))
    assert found["hybrid", "everything"] == found["hybrid", "new only"]


def test_a_split_by_time_is_learnt_and_judged_too():
    plain = chain()
    times = np.concatenate([np.arange(12) + shift for shift in np.random.default_rng(0).integers(0, 9, len(plain))])
    world = type(plain)(plain.users, plain.starts, plain.items, times, plain.n_items)
    split = global_time(world, 0.2, 0.2)
    found = ndcg(judge(learn_hybrid(split, settings=SETTINGS), split))
    assert found["hybrid", "new only"] > 0.8
    assert found["hybrid", "new only"] > 2 * found["popularity", "new only"]
