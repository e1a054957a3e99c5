import numpy as np
import pytest

from recsys.errors import SourceError
from tests.planted_histories import interactions, noise
from train.history.engines import popularity
from train.history.evaluation import CASES, Figures, card_rows, evaluate, expected_ndcg, over_seeds
from train.history.links import Linear
from train.history.splits import Questions, leave_one_out


def ask(histories, targets):
    return Questions(np.arange(len(histories)), [np.array(h) for h in histories], [np.array(t) for t in targets])


def table(scores):
    """An engine that answers the question asked last with the last row, and so on."""
    rows = iter(np.asarray(scores, np.float32))
    return lambda histories: np.stack([next(rows) for _ in histories])


TRAIN = interactions([[0, 1, 2], [0, 1], [0]], 6)


def figures(scores, histories, targets, case, **options):
    found = evaluate(table(scores), ask(histories, targets), TRAIN, cases=[case], ks=(2, 3), **options)
    return found[0].values


def test_figures_by_hand():
    values = figures([[6, 5, 4, 3, 2, 1]], [[0]], [[1, 3]], "everything")
    assert values["recall@2"] == 0.5
    assert values["recall@3"] == 0.5
    assert values["hit@2"] == 1
    assert values["ndcg@2"] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))


def test_new_only_masks_the_history_and_what_is_not_new():
    values = figures([[6, 5, 4, 3, 2, 1]], [[0]], [[0, 1]], "new only")
    assert values["ndcg@2"] == 1


def test_a_question_without_a_new_target_is_not_asked():
    found = evaluate(table(np.ones((2, 6))), ask([[0], [0]], [[0], [1]]), TRAIN, cases=["everything", "new only"])
    assert [(one.case, one.n) for one in found] == [("everything", 2), ("new only", 1)]


def test_cold_items_are_those_that_nobody_played():
    engine = [[6, 5, 4, 1, 2, 3]]
    assert figures(engine, [[0]], [[1, 5]], "cold items")["hit@3"] == 1  # 1, 2, then 5: places three
    assert figures(engine, [[0]], [[1, 5]], "cold items")["hit@2"] == 0
    assert figures(engine, [[0]], [[1, 5]], "cold among cold")["ndcg@2"] == 1


def test_a_case_without_questions_has_no_figures():
    assert not evaluate(table(np.ones((1, 6))), ask([[0]], [[1]]), TRAIN, cases=["cold items"])


@pytest.mark.parametrize("target", range(6))
def test_ties_are_worth_what_chance_is_worth(target):
    n, k = 4_000, 2
    found = evaluate(table(np.ones((n, 6))), ask([[0]] * n, [[target]] * n), TRAIN, cases=["everything"], ks=(k,))
    assert found[0].values["recall@2"] == pytest.approx(k / 6, abs=0.03)


@pytest.mark.parametrize("new_only", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_the_expected_gain_is_the_mean_over_orders_of_ties(seed, new_only):
    rng = np.random.default_rng(seed)
    questions = ask([rng.integers(0, 6, 2) for _ in range(30)], [rng.permutation(6)[:2] for _ in range(30)])
    scores = rng.integers(0, 3, (30, 6))
    case = "new only" if new_only else "everything"
    drawn = [
        evaluate(table(scores), questions, TRAIN, cases=[case], ks=(2,), seed=s)[0].values["ndcg@2"] for s in range(200)
    ]
    assert expected_ndcg(table(scores), questions, TRAIN, new_only, k=2) == pytest.approx(np.mean(drawn), abs=0.02)


def test_expected_gain_of_a_masked_target_is_0():
    assert expected_ndcg(table([[-np.inf] * 6]), ask([[0]], [[1]]), TRAIN) == 0


def test_what_is_never_shown_is_not_found():
    scores = np.full((1, 6), -np.inf)
    scores[0, 3] = 1
    assert figures(scores, [[0]], [[1]], "everything")["hit@3"] == 0
    assert figures(scores, [[0]], [[3]], "everything")["hit@2"] == 1


def test_lists_longer_than_the_catalogue_are_no_error():
    found = evaluate(table(np.ones((1, 6))), ask([[0]], [[1]]), TRAIN, cases=["new only"], ks=(10,))
    assert found[0].values["recall@10"] == 1


def test_coverage_novelty_and_bias_tell_the_popular_from_the_rare():
    popular = figures([[9, 8, 7, 0, 0, 0]] * 2, [[5]] * 2, [[0]] * 2, "everything")
    rare = figures([[0, 0, 0, 7, 8, 9], [0, 0, 7, 8, 0, 9]], [[1]] * 2, [[0]] * 2, "everything")
    assert popular["coverage@2"] == pytest.approx(2 / 6)
    assert rare["coverage@2"] == pytest.approx(3 / 6)
    assert rare["novelty@2"] > popular["novelty@2"]
    assert rare["popularity bias"] < popular["popularity bias"] < 0.01


def test_the_spread_of_one_question_in_two_is_known():
    n = 400
    found = evaluate(
        table(np.tile([9.0, 1, 1, 1, 1, 1], (n, 1))), ask([[5]] * n, [[0], [1]] * (n // 2)), TRAIN, ks=(1,)
    )
    assert found[0].values["hit@1"] == pytest.approx(0.5)
    assert found[0].spread["hit@1"] == pytest.approx(0.5 / np.sqrt(n), rel=0.15)


@pytest.mark.parametrize(("scores", "said"), [(np.full((1, 6), np.nan), "NaN"), (np.ones((1, 5)), r"shape \(1, 5\)")])
def test_scores_that_cannot_be_ranked_are_said(scores, said):
    with pytest.raises(SourceError, match=said):
        evaluate(table(scores), ask([[0]], [[1]]), TRAIN)


def test_over_seeds_gives_mean_and_deviation():
    runs = [Figures("a", "new only", 5, {"ndcg@10": v}, {"ndcg@10": 9.0}) for v in (0.1, 0.3)]
    one = over_seeds(runs)
    assert one.values["ndcg@10"] == pytest.approx(0.2)
    assert one.spread["ndcg@10"] == pytest.approx(np.sqrt(0.02))
    assert over_seeds(runs[:1]).spread["ndcg@10"] == 0
    assert card_rows([one], ["ndcg@10"]) == [["a", "new only", "5", "0.2000 ± 0.1414"]]


def test_all_cases_of_a_world_are_answered_alike_every_time():
    split = leave_one_out(noise(), 1)
    engine = Linear(popularity(split.refit))
    first, second = (evaluate(engine, split.test, split.refit) for _ in range(2))
    assert first == second
    assert {one.case for one in first} <= set(CASES)
