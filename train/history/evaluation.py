"""How well an engine answers: the whole catalogue is ranked, nothing is sampled, and ties flatter nobody.

Of items with equal scores each is as likely to come first as any other: an engine that scores all alike does as well as
chance, whatever the order of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.errors import SourceError
from recsys.metrics import coverage, novelty, popularity_percentiles
from train.history.interactions import Interactions, Items
from train.history.pairs import Matrix
from train.history.splits import Questions, cold_items

Scorer = Callable[[Sequence[Items]], Matrix]
"""Histories → (n_histories, n_items), higher is better."""

CASES = ("everything", "new only", "cold items", "cold among cold")
"""All items, those of the history too · the history masked · masked, only targets that nobody played in training · the
same, ranked among cold items alone."""
_CELLS_AT_ONCE = 20_000_000
_DRAWS = 500
_LOWEST = np.finfo(np.float32).min
"""Items that score -inf are never shown."""


@dataclass(frozen=True)
class Figures:
    """One engine in one case.

    Attributes:
        engine, case: Which.
        n: How many questions were asked.
        values: By name: "recall@10", "ndcg@10", "hit@10", …, "coverage@10" (share of the catalogue that was shown to
            someone), "novelty@10" (mean of -log2 of the share of all plays that what is shown had), "popularity bias"
            (mean percentile of popularity of what is shown, less that of what was played).
        spread: By the same names: over seeds, or over users drawn anew (bootstrap).
    """

    engine: str
    case: str
    n: int
    values: dict[str, float]
    spread: dict[str, float]


def evaluate(
    scorer: Scorer,
    questions: Questions,
    train: Interactions,
    engine: str = "",
    cases: Sequence[str] = CASES,
    ks: Sequence[int] = (10, 20),
    seed: int = 0,
) -> list[Figures]:
    """The figures of ``scorer`` in each case that has questions.

    Args:
        scorer: The engine.
        questions: What to ask.
        train: What the engine learnt from: says what is cold, and how popular each item is.
        engine: Its name, for the table.
        cases: Some of `CASES`.
        ks: Lengths of lists; coverage, novelty and bias are told of the first.
        seed: Of the order of ties and of the users drawn anew.

    Raises:
        SourceError: the scores have the wrong shape, or hold NaN.
    """
    cold = cold_items(train)
    asked = {case: _relevant(questions, case, cold) for case in cases}
    lists: dict[str, list[NDArray[np.int64]]] = {case: [] for case in cases}
    rng = np.random.default_rng(seed)
    for rows in blocks(len(questions), train.n_items):
        histories = [questions.histories[i] for i in rows]
        scores = checked(scorer(histories), len(rows), train.n_items)
        for case in cases:
            lists[case].append(_ranked(_masked(scores, histories, case, cold), max(ks), rng))
    found = {case: _Found(np.concatenate(lists[case]), *asked[case]) for case in cases}
    return [_figures(engine, case, found[case], train, ks, seed) for case in cases if len(found[case].rows)]


def expected_ndcg(
    scorer: Scorer, questions: Questions, train: Interactions, new_only: bool = True, k: int = 10
) -> float:
    """NDCG@k as `evaluate` finds it in the mean over all orders of ties; faster, since nothing is sorted.

    0 where no target can be found.
    """
    case = "new only" if new_only else "everything"
    cold = np.zeros(train.n_items, np.bool_)
    discounts = np.concatenate([1 / np.log2(np.arange(2, k + 2)), np.zeros(1)])
    gained, ideal = np.concatenate([[0.0], np.cumsum(discounts)]), np.cumsum(discounts)
    total, rows_asked = 0.0, _relevant(questions, case, cold)
    relevant = dict(zip(rows_asked[0].tolist(), rows_asked[1], strict=True))
    for rows in blocks(len(questions), train.n_items):
        histories = [questions.histories[i] for i in rows]
        scores = _masked(checked(scorer(histories), len(rows), train.n_items), histories, case, cold)
        for row, question in enumerate(rows.tolist()):
            wanted = relevant.get(question, np.empty(0, np.int64))
            for target in scores[row, wanted]:
                above, up_to = int((scores[row] > target).sum()), int((scores[row] >= target).sum())
                gain = gained[min(up_to, k + 1)] - gained[min(above, k + 1)]
                total += gain / (up_to - above) / ideal[min(len(wanted), k) - 1] if target > _LOWEST else 0.0
    return total / len(relevant) if relevant else 0.0


def over_seeds(runs: Sequence[Figures]) -> Figures:
    """The mean and the standard deviation of one engine in one case, trained with several seeds."""
    values = {name: [run.values[name] for run in runs] for name in runs[0].values}
    means = {name: float(np.mean(some)) for name, some in values.items()}
    spread = {name: float(np.std(some, ddof=1)) if len(some) > 1 else 0.0 for name, some in values.items()}
    return Figures(runs[0].engine, runs[0].case, runs[0].n, means, spread)


def card_rows(figures: Sequence[Figures], names: Sequence[str]) -> list[list[str]]:
    """Rows of a table: engine, case, how many questions, and each figure ± its spread."""
    return [
        [one.engine, one.case, f"{one.n:,}", *(f"{one.values[name]:.4f} ± {one.spread[name]:.4f}" for name in names)]
        for one in figures
    ]


def blocks(n_questions: int, n_items: int) -> list[NDArray[np.int64]]:
    """Rows of questions, so many at once that their scores take 80 MB."""
    size = max(_CELLS_AT_ONCE // max(n_items, 1), 1)
    return [np.arange(begin, min(begin + size, n_questions)) for begin in range(0, n_questions, size)]


def checked(scores: Matrix, n: int, n_items: int) -> Matrix:
    """The scores, if they are what a scorer should give."""
    if scores.shape != (n, n_items):
        raise SourceError(f"An engine answered {n} histories over {n_items} items with scores of shape {scores.shape}.")
    if np.isnan(scores).any():
        raise SourceError("An engine gave scores that are not numbers (NaN), which cannot be ranked.")
    return scores


@dataclass(frozen=True)
class _Found:
    """(n, k) what was shown, -1 beyond the end; the rows that have something to find, and that."""

    shown: NDArray[np.int64]
    rows: NDArray[np.int64]
    relevant: Sequence[Items]


def _relevant(questions: Questions, case: str, cold: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Items]]:
    def of(history: Items, targets: Items) -> Items:
        if case == "everything":
            return targets
        new = targets[~np.isin(targets, history)]
        return new if case == "new only" else new[cold[new]]

    found = [of(*pair) for pair in zip(questions.histories, questions.targets, strict=True)]
    rows = np.array([i for i, some in enumerate(found) if len(some)], np.int64)
    return rows, [found[i] for i in rows]


def _masked(scores: Matrix, histories: Sequence[Items], case: str, cold: NDArray[np.bool_]) -> Matrix:
    if case == "everything":
        return scores
    masked = scores.copy()
    for row, history in enumerate(histories):
        masked[row, history] = -np.inf
    if case == "cold among cold":
        masked[:, ~cold] = -np.inf
    return masked


def _ranked(scores: Matrix, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n, k) the best items, best first, -1 where nothing is left to show."""
    shown = np.full((len(scores), k), -1, np.int64)
    n_items = scores.shape[1]
    least = np.partition(scores, n_items - k, axis=1)[:, n_items - k] if k < n_items else np.full(len(scores), -np.inf)
    for row, bound in enumerate(least):
        items = rng.permutation(np.flatnonzero(scores[row] >= max(bound, _LOWEST)))
        best = items[np.argsort(-scores[row, items], kind="stable")[:k]]
        shown[row, : len(best)] = best
    return shown


def _figures(engine: str, case: str, found: _Found, train: Interactions, ks: Sequence[int], seed: int) -> Figures:
    shown = found.shown[found.rows]
    hits = np.stack([np.isin(row, some) for row, some in zip(shown, found.relevant, strict=True)])
    n_relevant = np.array([len(some) for some in found.relevant])
    played = np.bincount(train.items, minlength=train.n_items)
    percentile = popularity_percentiles(played)
    per_user: dict[str, NDArray[np.float64]] = {}
    for k in ks:
        discounts = 1 / np.log2(np.arange(2, k + 2))
        ideal = np.cumsum(discounts)[np.minimum(n_relevant, k) - 1]
        per_user |= {
            f"recall@{k}": hits[:, :k].sum(axis=1) / np.minimum(n_relevant, k),
            f"ndcg@{k}": (hits[:, :k] * discounts).sum(axis=1) / ideal,
            f"hit@{k}": hits[:, :k].max(axis=1).astype(np.float64),
        }
    first, top = ks[0], shown[:, : ks[0]]
    wanted = np.array([percentile[some].mean() for some in found.relevant])
    places = np.maximum((top >= 0).sum(axis=1), 1)
    per_user["popularity bias"] = np.where(top >= 0, percentile[top], 0).sum(axis=1) / places - wanted
    values = {name: float(some.mean()) for name, some in per_user.items()}
    values[f"coverage@{first}"] = coverage(top[top >= 0], train.n_items)
    values[f"novelty@{first}"] = novelty(top[top >= 0], played, len(train.items))
    draws = _draws(len(shown), seed)
    spread = {name: float((draws @ some).std()) for name, some in per_user.items()}
    return Figures(engine, case, len(shown), values, dict.fromkeys(values, 0.0) | spread)


def _draws(n: int, seed: int) -> NDArray[np.float64]:
    """(n_draws, n) the weights of users who are drawn anew, with replacement."""
    rng = np.random.default_rng(seed)
    return np.stack([np.bincount(rng.integers(0, n, n), minlength=n) / n for _ in range(_DRAWS)])
