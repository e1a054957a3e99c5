"""All engines of one split: settings chosen, engines learnt, weighed, and judged."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys.history_engines import TOWERS
from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion
from train.common import progress_span, report_progress
from train.history.evaluation import CASES, Figures, Scorer, evaluate, over_seeds
from train.history.fusion import fit_fusion, fused
from train.history.interactions import Interactions, Items
from train.history.linear import RECIPES, Settings, choose_settings, fit_linear, scorers
from train.history.pairs import Matrix
from train.history.splits import Questions, Split
from train.two_tower.config import TwoTowerConfig
from train.two_tower.modalities import Modalities
from train.two_tower.model import TwoTower
from train.two_tower.validation import Validation

log = logging.getLogger("train")
IDS = "SASRec (ids alone)"
HYBRID = "hybrid"
_MOST_JUDGED = 5_000


@dataclass(frozen=True)
class Plan:
    """What to learn and how.

    Attributes:
        towers: Settings of the two towers; None to leave them out.
        ids_alone: Whether to fit them on ids alone too, for comparison.
        choose: Whether to choose the settings of the linear engines, or take those to begin with.
        seeds: The towers are fitted and judged once for each.
    """

    towers: TwoTowerConfig | None
    ids_alone: bool = True
    choose: bool = True
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Weighed:
    """What was chosen on the validation: settings of the linear engines, epochs of the towers, weights of all.

    Attributes:
        fusions: By case, "new only" and "everything".
        epochs: By model, `TOWERS` and `IDS`: after how many it was best.
        towers: Those that were fitted meanwhile.
    """

    settings: Settings
    fusions: Mapping[str, ScoreFusion]
    epochs: Mapping[str, int]
    towers: Mapping[str, TwoTower]


def weigh(split: Split, modalities: Modalities | None, plan: Plan, seed: int) -> Weighed:
    """Learn from ``split.train`` and choose on ``split.validation``; its test is not looked at."""
    with progress_span(0.0, 0.4):
        settings = choose_settings(split, seed=seed) if plan.choose else {n: dict(r.start) for n, r in RECIPES.items()}
        asked = scorers(fit_linear(split.train, settings))
    towers = {}
    for place, (name, known) in enumerate(_models(modalities, plan)):
        with progress_span(0.4 + 0.25 * place, 0.65 + 0.25 * place):
            assert plan.towers is not None
            config = replace(plan.towers, seed=seed)
            towers[name] = fit_towers(split.train, known, config, validation_of(split.validation, seed))
    served = {TOWERS: tower_scorer(towers[TOWERS])} if TOWERS in towers else {}
    report_progress("Weighing the engines", 0.9)
    n_items = split.train.n_items
    fusions = {
        "new only": fit_fusion(asked | served, split.validation, n_items, True, seed),
        "everything": fit_fusion(asked | served, split.validation, n_items, False, seed),
    }
    for case, fusion in fusions.items():
        log.info("weights (%s): %s", case, {name: w for name, w in fusion.weights.items() if w})
    return Weighed(settings, fusions, {name: tower.history.best_epoch for name, tower in towers.items()}, towers)


def judge(split: Split, modalities: Modalities | None, plan: Plan) -> tuple[list[Figures], Weighed]:
    """The figures of every engine and of the hybrid on ``split.test``; and what was chosen, with the first seed.

    Engines learn anew from all but the test, with the settings and weights that the validation gave.
    """
    runs: dict[tuple[str, str], list[Figures]] = {}
    first: Weighed | None = None
    linear: dict[str, ItemToItem] = {}
    for number, seed in enumerate(plan.seeds):
        with progress_span(number / len(plan.seeds), (number + 1) / len(plan.seeds)):
            with progress_span(0.0, 0.5):
                weighed = weigh(split, modalities, replace(plan, choose=plan.choose and first is None), seed)
            if first is None:
                first, linear = weighed, fit_linear(split.refit, weighed.settings)
            else:
                weighed = replace(weighed, settings=first.settings)
            asked: dict[str, Scorer] = dict(scorers(linear))
            for name, known in _models(modalities, plan):
                assert plan.towers is not None
                config = replace(plan.towers, seed=seed, epochs=max(weighed.epochs[name], 1), patience=10**6)
                with progress_span(0.5, 0.8):
                    asked[name] = tower_scorer(fit_towers(split.refit, known, config))
            report_progress("Judging", 0.8)
            for figures in judge_all(asked, weighed.fusions, split, only_seeded=number > 0, seed=seed):
                runs.setdefault((figures.engine, figures.case), []).append(figures)
    assert first is not None
    found = [over_seeds(several) if len(several) > 1 else several[0] for several in runs.values()]
    return sorted(found, key=lambda one: CASES.index(one.case)), first


def judge_all(
    asked: Mapping[str, Scorer], fusions: Mapping[str, ScoreFusion], split: Split, only_seeded: bool, seed: int
) -> list[Figures]:
    """Each engine in every case, and the hybrid, which masks the history but for the case "everything"."""
    found: list[Figures] = []
    for name, scorer in asked.items():
        if not (only_seeded and name in RECIPES):
            found += evaluate(scorer, split.test, split.refit, name, seed=seed)
    weighed = {name: scorer for name, scorer in asked.items() if name in fusions["new only"].weights}
    for case, fusion in fusions.items():
        cases = [case] if case == "everything" else [one for one in CASES if one != "everything"]
        hybrid = fused(weighed, fusion, new_only=case != "everything")
        found += evaluate(hybrid, split.test, split.refit, HYBRID, cases, seed=seed)
    return found


def fit_towers(
    interactions: Interactions,
    modalities: Modalities | None,
    config: TwoTowerConfig,
    validation: Validation | None = None,
) -> TwoTower:
    """Fit, and say how long it took. Without a validation all epochs are done and the last weights are kept."""
    began = time.perf_counter()
    towers = TwoTower.fit(interactions, modalities, config, validation, hold_out=0)
    seconds = time.perf_counter() - began
    log.info("towers: %d epochs, best after %d, %.0f s", towers.history.epoch, towers.history.best_epoch, seconds)
    return towers


def tower_scorer(towers: TwoTower) -> Scorer:
    """The towers as an engine among others."""

    def score(histories: Sequence[Items]) -> Matrix:
        scores: Matrix = towers.query_embeddings(histories) @ towers.embeddings.T
        return scores

    return score


def validation_of(questions: Questions, seed: int) -> Validation:
    """One target of each of at most 5,000 questions, to stop the towers by."""
    rows = np.sort(np.random.default_rng(seed).permutation(len(questions))[:_MOST_JUDGED])
    some = questions.take(rows)
    return Validation(some.histories, np.array([targets[0] for targets in some.targets], np.int64))


def _models(modalities: Modalities | None, plan: Plan) -> list[tuple[str, Modalities | None]]:
    if plan.towers is None:
        return []
    if modalities is None:
        return [(TOWERS, None)]
    return [(TOWERS, modalities), *([(IDS, None)] if plan.ids_alone else [])]
