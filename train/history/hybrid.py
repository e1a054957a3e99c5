"""The hybrid from end to end: settings, engines and weights from the validation plays, figures from the test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion
from train.common import progress_span
from train.history.evaluation import CASES, Figures, Scorer, evaluate
from train.history.fusion import fit_fusion, fused
from train.history.interactions import Interactions
from train.history.linear import Settings, choose_settings, fit_linear, scorers
from train.history.splits import Questions, Split

log = logging.getLogger("train")
Learner = Callable[[Interactions, Questions | None], Scorer]
"""What else takes part, a two-tower model say: learns from plays; told the validation, if any, to stop by."""
HYBRID = "hybrid"
_REPEATS = 0.02
NEW_ONLY = tuple(case for case in CASES if case != "everything")


@dataclass(frozen=True)
class Hybrid:
    """All engines, learnt from all but the test, and how much each counts.

    Attributes:
        settings: Of the linear engines, as chosen on the validation plays.
        links: The linear engines, to be served.
        others: The other engines.
        new: The weights where only new tracks are shown.
        familiar: The weights where those of the history are shown too; the same where hardly anybody repeats.
        repeats: Whether people here play songs again. Where they do not, a song of the history is never the answer.
    """

    settings: Settings
    links: Mapping[str, ItemToItem]
    others: Mapping[str, Scorer]
    new: ScoreFusion
    familiar: ScoreFusion
    repeats: bool
    _scorers: dict[str, Scorer] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_scorers", scorers(self.links) | dict(self.others))

    @property
    def scorers(self) -> dict[str, Scorer]:
        """Every engine by name."""
        return self._scorers

    def engine(self, new_only: bool) -> Scorer:
        """The hybrid as one engine."""
        return fused(self.scorers, self.new if new_only else self.familiar, new_only or not self.repeats)


@dataclass(frozen=True)
class Weighed:
    """What the validation plays decide: settings of the linear engines, weights, whether people play songs again."""

    settings: Settings
    new: ScoreFusion
    familiar: ScoreFusion
    repeats: bool


def weigh(
    split: Split, others: Mapping[str, Learner] | None = None, settings: Settings | None = None, seed: int = 0
) -> Weighed:
    """Choose on the validation plays, with engines that have not seen them; arguments as `learn_hybrid`."""
    if settings is None:
        with progress_span(0, 0.5):
            settings = choose_settings(split, seed=seed)
    with progress_span(0.5, 0.6):
        before = scorers(fit_linear(split.train, settings))
    with progress_span(0.6, 0.95):
        before |= {name: learn(split.train, split.validation) for name, learn in (others or {}).items()}
    n_items = split.train.n_items
    new = familiar = fit_fusion(before, split.validation, n_items, new_only=True, seed=seed)
    again = repeats(split.validation) > _REPEATS
    if again:
        familiar = fit_fusion(before, split.validation, n_items, new_only=False, seed=seed)
    for case, fusion in (("new songs", new), ("known songs too", familiar)):
        log.info("weights for %s: %s", case, {name: weight for name, weight in fusion.weights.items() if weight})
    return Weighed(settings, new, familiar, again)


def learn_hybrid(
    split: Split, others: Mapping[str, Learner] | None = None, settings: Settings | None = None, seed: int = 0
) -> Hybrid:
    """Settings and weights by the validation plays, with engines that have not seen them; then all learn anew.

    Args:
        split: Its test is not looked at.
        others: Engines beside the linear ones.
        settings: Of the linear engines; None chooses them.
        seed: Of what is drawn.
    """
    with progress_span(0, 0.7):
        weighed = weigh(split, others, settings, seed)
    with progress_span(0.7, 0.75):
        links = fit_linear(split.refit, weighed.settings)
    with progress_span(0.75, 1):
        after = {name: learn(split.refit, None) for name, learn in (others or {}).items()}
    return Hybrid(weighed.settings, links, after, weighed.new, weighed.familiar, weighed.repeats)


def judge(hybrid: Hybrid, split: Split, seed: int = 0) -> list[Figures]:
    """The figures of every engine and of the hybrid on the test, by case."""
    figures = []
    for name, scorer in hybrid.scorers.items():
        figures += judge_engine(name, scorer, split, seed)
    figures += evaluate(hybrid.engine(False), split.test, split.refit, HYBRID, ("everything",), seed=seed)
    figures += evaluate(hybrid.engine(True), split.test, split.refit, HYBRID, NEW_ONLY, seed=seed)
    return figures


def judge_engine(name: str, scorer: Scorer, split: Split, seed: int = 0) -> list[Figures]:
    """The figures of one engine, which learnt from ``split.refit``, on the test."""
    return evaluate(scorer, split.test, split.refit, name, seed=seed)


def repeats(questions: Questions) -> float:
    """The share of the targets that were played before."""
    pairs = zip(questions.histories, questions.targets, strict=True)
    again = [np.isin(targets, history) for history, targets in pairs]
    return float(np.concatenate(again).mean()) if again else 0.0
