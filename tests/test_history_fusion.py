import numpy as np
import pytest

from recsys.errors import SourceError
from recsys.score_fusion import ScoreFusion
from tests.planted_histories import chain, interactions
from train.history import fusion as fusion_module
from train.history.engines import popularity, transitions
from train.history.evaluation import expected_ndcg
from train.history.fusion import fit_fusion, fused
from train.history.linear import RECIPES, choose_settings, fit_linear, scorers, some_questions
from train.history.links import Linear
from train.history.splits import Questions, leave_one_out


def noise_engine(n_items, seed=0):
    rng = np.random.default_rng(seed)
    return lambda histories: rng.normal(size=(len(histories), n_items)).astype(np.float32)


def test_who_knows_gets_the_weight_and_who_guesses_none():
    split = leave_one_out(chain(), 1)
    engines = {"chain": Linear(transitions(split.train)), "noise": noise_engine(40)}
    weights = fit_fusion(engines, split.validation, 40).weights
    assert weights["chain"] > 1
    assert weights["noise"] < 0.1 * weights["chain"]


def test_an_engine_that_is_always_wrong_is_left_out_rather_than_turned_round():
    split = leave_one_out(chain(), 1)
    right = Linear(transitions(split.train))
    weights = fit_fusion({"right": right, "wrong": lambda h: -right(h)}, split.validation, 40).weights
    assert weights["wrong"] == 0


def two_who_know_half_each(loudness=(20, 20)):
    """Two engines, of which each knows every other target, and what they are asked."""
    rng = np.random.default_rng(0)
    n, n_items = 400, 50
    targets = rng.integers(0, n_items, n)

    def half(parity):
        scores = rng.normal(size=(n, n_items)).astype(np.float32)
        known = np.flatnonzero(targets % 2 == parity)
        scores[known, targets[known]] += loudness[parity]
        return lambda histories: scores[[int(history[0]) - n_items for history in histories]]

    questions = Questions(np.arange(n), [np.array([n_items + i]) for i in range(n)], list(targets[:, None]))
    return {"even": half(0), "odd": half(1)}, questions, n_items


def test_two_who_know_half_each_are_better_together():
    engines, questions, n_items = two_who_know_half_each()
    train = interactions([np.arange(n_items)])
    both = fused(engines, fit_fusion(engines, questions, n_items, new_only=False), new_only=False)
    quality = {
        name: expected_ndcg(engine, questions, train, new_only=False)
        for name, engine in (engines | {"both": both}).items()
    }
    assert quality["both"] > max(quality["even"], quality["odd"]) + 0.15


def test_who_says_next_to_nothing_is_not_asked(monkeypatch):
    engines, questions, n_items = two_who_know_half_each(loudness=(20, 1))
    monkeypatch.setattr(fusion_module, "_LEAST_SHARE", 0)
    heard = fit_fusion(engines, questions, n_items, new_only=False)
    assert heard.weights["even"] > heard.weights["odd"] > 0
    share = heard.weights["odd"] / sum(heard.weights.values())
    monkeypatch.setattr(fusion_module, "_LEAST_SHARE", 1.1 * share)
    left = fit_fusion(engines, questions, n_items, new_only=False)
    assert left.engines == ["even"] and left.weights["even"] == heard.weights["even"]


def test_drawn_choices_stand_for_all(monkeypatch):
    split = leave_one_out(chain(n_items=200), 1)
    engines = {"chain": Linear(transitions(split.train, most=5)), "popularity": Linear(popularity(split.train))}
    whole = fit_fusion(engines, split.validation, 200).weights
    monkeypatch.setattr(fusion_module, "_BEST_OF_EACH", 10)
    monkeypatch.setattr(fusion_module, "_OTHERS", 60)
    drawn = fit_fusion(engines, split.validation, 200).weights
    assert drawn["chain"] == pytest.approx(whole["chain"], rel=0.1)


def test_a_new_only_hybrid_never_shows_the_history():
    engine = noise_engine(10)
    scores = fused({"a": engine}, ScoreFusion({"a": 1.0}))([np.array([3, 4])])
    assert np.flatnonzero(scores[0] == -np.inf).tolist() == [3, 4]


def test_a_hybrid_of_which_nothing_is_left_scores_all_alike():
    scores = fused({"a": noise_engine(5)}, ScoreFusion({"a": 0.0}), new_only=False)([np.array([3])])
    assert not scores.any()


def test_no_target_left_is_said():
    questions = Questions(np.array([0]), [np.array([1])], [np.array([1])])
    with pytest.raises(SourceError, match="No validation play"):
        fit_fusion({"a": noise_engine(5)}, questions, 5)


def test_settings_are_chosen_on_the_validation_alone():
    world = chain(n_users=60)
    split = leave_one_out(world, 1)
    names = ["forward transition", "personal popularity", "popularity"]
    chosen = choose_settings(split, names=names)
    other = np.random.default_rng(0).permutation(world.n_items)
    turned = type(split)(split.train, split.validation, split.refit, _renamed(split.test, other))
    assert choose_settings(turned, names=names) == chosen
    assert chosen["popularity"] == {}
    assert set(chosen["forward transition"]) == {"decay", "power", "recency"}


def _renamed(questions, names):
    return Questions(questions.users, questions.histories, [names[target] for target in questions.targets])


def test_all_engines_learn_with_the_settings_that_were_chosen():
    split = leave_one_out(chain(n_users=50), 1)
    engines = fit_linear(split.refit)
    assert list(engines) == list(RECIPES)
    assert (
        fit_linear(split.refit, {"forward transition": {"decay": 0.5, "recency": 0.7}})["forward transition"].decay
        == 0.7
    )
    for scorer in scorers(engines).values():
        scores = scorer([split.test.histories[0], np.array([], np.int64)])
        assert scores.shape == (2, 40)
        assert np.isfinite(scores).all()


def test_some_questions_are_drawn_once_each():
    questions = leave_one_out(chain(n_users=50), 1).validation
    drawn = some_questions(questions, 20, 0)
    assert len(set(drawn.users.tolist())) == 20
    assert some_questions(questions, 50, 0) is questions


def test_whether_old_favourites_fade_is_chosen_with_the_history_unmasked():
    rng = np.random.default_rng(0)
    fading = [np.concatenate([rng.choice(20, 14), 20 + rng.integers(20) + np.zeros(6, int)]) for _ in range(60)]
    split = leave_one_out(interactions(fading, 40), 1)
    assert choose_settings(split, names=["personal popularity"])["personal popularity"]["recency"] < 1
