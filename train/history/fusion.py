"""How much each engine counts in the hybrid, learnt on the validation plays.

The engines' normalised scores are the features of one softmax over the whole catalogue, whose weights make the plays
that came next most likely (McFadden's conditional logit). Weights are never negative: an engine may be left out, and
never be held against a song. Engines must not have learnt from the questions; after that they learn anew from all but
the test, and the weights stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from recsys.errors import SourceError
from recsys.score_fusion import ScoreFusion, normalised
from train.history.evaluation import Scorer, blocks, checked
from train.history.interactions import Items
from train.history.pairs import Matrix
from train.history.splits import Questions

_QUESTIONS = 10_000
_BEST_OF_EACH, _OTHERS = 100, 300
_PENALTY = 1e-2


class _Choices:
    """Choices of everybody, side by side.

    features (n, n_choices, n_engines); corrections (n, n_choices), the log of how many items a choice stands for, -inf
    where there is none; chosen (n, n_choices), the share of the targets that it is.
    """

    def __init__(self, parts: Sequence[tuple[Matrix, Matrix, Matrix]]) -> None:
        widest = max(part[1].shape[0] for part in parts)
        n, engines = len(parts), parts[0][0].shape[1]
        self.features = np.zeros((n, widest, engines), np.float32)
        self.corrections = np.full((n, widest), -np.inf, np.float32)
        self.chosen = np.zeros((n, widest), np.float32)
        for row, (features, corrections, chosen) in enumerate(parts):
            self.features[row, : len(features)] = features
            self.corrections[row, : len(features)] = corrections
            self.chosen[row, : len(features)] = chosen

    def loss(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Mean surprise of the targets, in nats, and its slope."""
        logits = self.features @ weights.astype(np.float32) + self.corrections
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        total = odds.sum(axis=1, keepdims=True)
        surprise = np.where(self.chosen > 0, np.log(total) - logits, 0)
        slope = np.einsum("nc,nce->e", odds / total - self.chosen, self.features) / len(odds)
        loss = float((surprise * self.chosen).sum(axis=1).mean()) + _PENALTY * float(weights @ weights)
        return loss, slope.astype(np.float64) + 2 * _PENALTY * weights


def fit_fusion(
    scorers: Mapping[str, Scorer], questions: Questions, n_items: int, new_only: bool = True, seed: int = 0
) -> ScoreFusion:
    """The weights under which the targets are likeliest.

    Args:
        scorers: The engines, which have not learnt from ``questions``.
        questions: The validation; 10,000 of them are drawn where there are more.
        n_items: Size of the catalogue.
        new_only: Whether the history is masked, and only targets that are not in it count.
        seed: Of what is drawn.

    Raises:
        SourceError: no target is left to learn from.
    """
    rng = np.random.default_rng(seed)
    if len(questions) > _QUESTIONS:
        questions = questions.take(np.sort(rng.choice(len(questions), _QUESTIONS, replace=False)))
    parts = []
    for rows in blocks(len(questions), n_items * max(len(scorers), 1)):
        asked = questions.take(rows)
        allowed = allowed_items(asked.histories, n_items, new_only)
        features = features_of(scorers, asked.histories, allowed)
        for row, targets in enumerate(asked.targets):
            wanted = targets[allowed[row, targets]]
            if len(wanted):
                parts.append(_choices(features[row], allowed[row], wanted, rng))
    if not parts:
        raise SourceError("No validation play is left to weigh the engines by. Give more or longer histories.")
    choices = _Choices(parts)
    start = np.full(len(scorers), 1 / len(scorers))
    found = minimize(choices.loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start))
    return ScoreFusion({name: round(float(weight), 4) for name, weight in zip(scorers, found.x, strict=True)})


def allowed_items(histories: Sequence[Items], n_items: int, new_only: bool) -> NDArray[np.bool_]:
    """(n_histories, n_items): all items, or those that the history does not hold."""
    allowed = np.ones((len(histories), n_items), np.bool_)
    if new_only:
        for row, history in enumerate(histories):
            allowed[row, history] = False
    return allowed


def features_of(scorers: Mapping[str, Scorer], histories: Sequence[Items], allowed: NDArray[np.bool_]) -> Matrix:
    """(n_histories, n_items, n_engines)."""
    columns = [normalised(checked(scorer(histories), *allowed.shape), allowed) for scorer in scorers.values()]
    return np.stack(columns, axis=-1)


def fused(scorers: Mapping[str, Scorer], fusion: ScoreFusion, new_only: bool = True) -> Scorer:
    """The hybrid as one engine; with ``new_only`` items of the history are as good as never shown."""

    def score(histories: Sequence[Items]) -> Matrix:
        answers = {name: scorers[name](histories) for name in fusion.engines or list(scorers)[:1]}
        allowed = allowed_items(histories, next(iter(answers.values())).shape[1], new_only)
        total = fusion.fuse(answers, allowed)
        total[~allowed] = -np.inf
        return total

    return score


def _choices(
    features: Matrix, allowed: NDArray[np.bool_], targets: Items, rng: np.random.Generator
) -> tuple[Matrix, Matrix, Matrix]:
    """The targets, what an engine puts far up, and some of the others, which stand for all of them."""
    surely = np.zeros(len(allowed), np.bool_)
    surely[targets] = True
    n_best = min(_BEST_OF_EACH, len(allowed) - 1)
    for column in features.T:
        surely[np.argpartition(-np.where(allowed, column, -np.inf), n_best)[:n_best]] = True
    surely &= allowed
    others = np.flatnonzero(allowed & ~surely)
    drawn = others if len(others) <= _OTHERS else rng.choice(others, _OTHERS, replace=False)
    sure = np.flatnonzero(surely)
    items = np.concatenate([sure, drawn])
    corrections = np.zeros(len(items), np.float32)
    corrections[len(sure) :] = np.log(max(len(others), 1) / max(len(drawn), 1))
    return features[items], corrections, (np.isin(items, targets) / len(targets)).astype(np.float32)
