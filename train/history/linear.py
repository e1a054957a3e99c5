"""Choosing the settings of the linear engines on the validation plays, and learning them all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recsys.item_to_item import ItemToItem
from train.common import report_progress
from train.history.engines import (
    MOST_DENSE,
    ease,
    item_knn,
    last_played,
    next_item_ridge,
    personal_popularity,
    popularity,
    transitions,
)
from train.history.evaluation import Scorer, expected_ndcg
from train.history.interactions import Interactions
from train.history.links import Linear
from train.history.splits import Questions, Split

log = logging.getLogger("train")
Settings = dict[str, dict[str, float]]
_QUESTIONS = 4_000
_DENSE_WHEN_CHOOSING = 4_000
"""Items for which the closed forms speak while their settings are chosen, 27 times as fast as with `MOST_DENSE`."""


@dataclass(frozen=True)
class Recipe:
    """How one engine is learnt and what may be set.

    Attributes:
        learn: Interactions and settings by name → links.
        start: The settings to begin with.
        grid: Values to try, one setting after the other, the others staying at the best so far.
        recency: Values to try of the decay of the history that asks; links need not be learnt anew for these.
        dense: Whether it takes the cube of the items to learn, so that settings are chosen on fewer of them.
        of_history: Whether it answers with songs of the history, so that masking these leaves nothing to judge.
    """

    learn: Callable[..., ItemToItem]
    start: Mapping[str, float]
    grid: Mapping[str, Sequence[float]]
    recency: Sequence[float] = ()
    dense: bool = False
    of_history: bool = False


RECIPES: dict[str, Recipe] = {
    "popularity": Recipe(popularity, {}, {}),
    "last played": Recipe(last_played, {}, {}),
    "personal popularity": Recipe(personal_popularity, {}, {}, (1, 0.997, 0.99, 0.97, 0.9, 0.8), of_history=True),
    "ItemKNN with recency": Recipe(item_knn, {"power": 0.5}, {"power": (0.4, 0.5, 0.6)}, (1, 0.98, 0.95, 0.9, 0.8)),
    "forward transition": Recipe(
        transitions,
        {"decay": 0.8, "power": 0.5},
        {"decay": (0.5, 0.8, 0.9), "power": (0.2, 0.35, 0.5)},
        (0.5, 0.7, 0.8, 0.9, 0.95),
    ),
    "window": Recipe(
        transitions,
        {"decay": 0.95, "back": 0.5, "power": 0.5},
        {"decay": (0.9, 0.97), "back": (0.25, 0.5, 1), "power": (0.3, 0.4, 0.5)},
        (0.8, 0.9, 0.95, 0.98),
    ),
    "EASE": Recipe(
        ease,
        {"penalty": 100, "power": 0},
        {"penalty": (30, 100, 300, 1_000, 3_000), "power": (0, 0.2, 0.4)},
        (1, 0.98, 0.95, 0.9, 0.8),
        dense=True,
    ),
    "next-item ridge": Recipe(
        next_item_ridge,
        {"decay": 0.9, "penalty": 200, "ahead": 0, "power": 0},
        {
            "penalty": (50, 200, 800, 3_200, 12_800),
            "power": (0, 0.2, 0.4),
            "decay": (0.7, 0.8, 0.9, 0.95),
            "ahead": (0, 0.5),
        },
        dense=True,
    ),
}


def fit_linear(interactions: Interactions, settings: Settings | None = None) -> dict[str, ItemToItem]:
    """Every engine by name, with the ``settings`` that `choose_settings` gave, or those to begin with."""
    settings = settings or {name: dict(recipe.start) for name, recipe in RECIPES.items()}
    engines = {}
    for number, (name, chosen) in enumerate(settings.items()):
        report_progress(f"learning {name}", number / len(settings))
        began = time.perf_counter()
        engines[name] = _learn(RECIPES[name], interactions, chosen)
        log.info("%s: %.1f s", name, time.perf_counter() - began)
    return engines


def choose_settings(split: Split, new_only: bool = True, seed: int = 0, names: Sequence[str] = ()) -> Settings:
    """For each engine the settings with the best NDCG@10 on the validation plays.

    Args:
        split: Its test is not looked at.
        new_only: Whether to judge by new tracks, with the history masked.
        seed: Of the draw of 4,000 questions, where there are more.
        names: Some of `RECIPES`; none means all.
    """
    questions = some_questions(split.validation, _QUESTIONS, seed)
    chosen: Settings = {}
    for number, name in enumerate(names or RECIPES):
        report_progress(f"choosing settings of {name}", number / len(names or RECIPES))
        began = time.perf_counter()
        chosen[name], quality = _search(RECIPES[name], split.train, questions, new_only)
        log.info("%s: %s, NDCG@10 %.4f, %.1f s", name, chosen[name], quality, time.perf_counter() - began)
    return chosen


def scorers(engines: Mapping[str, ItemToItem]) -> dict[str, Scorer]:
    """The engines as they are asked in training."""
    return {name: Linear(links) for name, links in engines.items()}


def some_questions(questions: Questions, most: int, seed: int) -> Questions:
    """``most`` of them, drawn, or all."""
    if len(questions) <= most:
        return questions
    return questions.take(np.sort(np.random.default_rng(seed).choice(len(questions), most, replace=False)))


def _search(
    recipe: Recipe, train: Interactions, questions: Questions, new_only: bool
) -> tuple[dict[str, float], float]:
    """One setting after the other; the history's decay for each learning, since it goes without one."""
    new_only = new_only and not recipe.of_history
    best, quality = dict(recipe.start), -1.0
    seen: set[tuple[float, ...]] = set()
    for name in recipe.grid or [""]:
        for value in recipe.grid.get(name, [0.0]):
            tried = best | ({name: value} if name else {})
            key = tuple(value for setting, value in tried.items() if setting != "recency")
            if key in seen:
                continue
            seen.add(key)
            if not recipe.grid and not recipe.recency:
                return tried, expected_ndcg(Linear(recipe.learn(train)), questions, train, new_only)
            for settings, links in _served(recipe, train, tried):
                found = expected_ndcg(Linear(links), questions, train, new_only)
                if found > quality:
                    best, quality = settings, found
    return best, quality


def _served(
    recipe: Recipe, train: Interactions, settings: dict[str, float]
) -> Iterator[tuple[dict[str, float], ItemToItem]]:
    links = _learn(recipe, train, settings, _DENSE_WHEN_CHOOSING)
    if not recipe.recency:
        yield settings, links
    for recency in recipe.recency:
        yield settings | {"recency": recency}, replace(links, decay=recency)


def _learn(
    recipe: Recipe, train: Interactions, settings: Mapping[str, float], most_dense: int = MOST_DENSE
) -> ItemToItem:
    options: dict[str, Any] = {name: value for name, value in settings.items() if name != "recency"}
    links = recipe.learn(train, **options | ({"most_dense": most_dense} if recipe.dense else {}))
    return replace(links, decay=settings["recency"]) if "recency" in settings else links
