"""How much each engine counts in the hybrid, learnt on the validation plays.

The engines' normalised scores are the features of a linear ranking of the whole catalogue. Its weights first make the
plays that came next most likely (McFadden's conditional logit), and then go on to the best NDCG with ranks counted
softly (Qin et al., 2010): likelihood alone cares about the order of what nobody sees, and measured it ended below the
best single engine on one of two data sets. Weights are never negative: an engine may be left out, and never be held
against a song. Engines must not have learnt from the questions; after that they learn anew from all but the test, and
the weights stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
_PENALTY, _SOFT_PENALTY = 1e-2, 1e-4
_LEAST_START = 0.1
_LEAST_SHARE = 0.01
_TINY = 1e-12


class _Choices:
    """Choices of everybody, side by side; the first is what was played next.

    features (n, n_choices, n_engines); stands_for (n, n_choices), how many items a choice stands for, 0 where there is
    none.
    """

    def __init__(self, parts: Sequence[tuple[Matrix, Matrix]]) -> None:
        widest, n_engines = max(len(part[1]) for part in parts), parts[0][0].shape[1]
        self.features = np.zeros((len(parts), widest, n_engines), np.float32)
        self.stands_for = np.zeros((len(parts), widest), np.float32)
        for row, (features, stands_for) in enumerate(parts):
            self.features[row, : len(features)] = features
            self.stands_for[row, : len(features)] = stands_for

    def surprise(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The mean of -log of the probability of what was played next, and its slope."""
        scores = self.features @ weights.astype(np.float32)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True)) * self.stands_for
        shares = odds / odds.sum(axis=1, keepdims=True)
        slope = np.einsum("nc,nce->e", shares, self.features) - self.features[:, 0].sum(axis=0)
        return self._penalised(float(-np.log(shares[:, 0] + _TINY).mean()), slope, weights, _PENALTY)

    def lost_gain(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Less the mean NDCG, each rank counted softly: who scores just below is half above; and its slope."""
        scores = self.features @ weights.astype(np.float32)
        above = 1 / (1 + np.exp(np.clip(scores[:, :1] - scores, -30, 30)))
        others = self.stands_for[:, 1:] * above[:, 1:]
        rank = 1 + others.sum(axis=1)
        gain = 1 / np.log2(1 + rank)
        lost = gain**2 / ((1 + rank) * np.log(2))
        steep = others * (1 - above[:, 1:]) * lost[:, None]
        slope = np.einsum("nc,nce->e", steep, self.features[:, 1:]) - steep.sum(axis=1) @ self.features[:, 0]
        return self._penalised(-float(gain.mean()), slope, weights, _SOFT_PENALTY)

    def _penalised(
        self, loss: float, slope: Matrix, weights: NDArray[np.float64], penalty: float
    ) -> tuple[float, NDArray[np.float64]]:
        slope_of_mean = slope.astype(np.float64) / len(self.features)
        return loss + penalty * float(weights @ weights), slope_of_mean + 2 * penalty * weights


def fit_fusion(
    scorers: Mapping[str, Scorer], questions: Questions, n_items: int, new_only: bool = True, seed: int = 0
) -> ScoreFusion:
    """The weights under which the targets rank best; of several targets of one question one is drawn.

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
                parts.append(_choices(features[row], allowed[row], int(rng.choice(wanted)), rng))
    if not parts:
        raise SourceError("No validation play is left to weigh the engines by. Give more or longer histories.")
    choices = _Choices(parts)
    weights = _minimum(choices.surprise, np.full(len(scorers), 1 / len(scorers)))
    weights = _minimum(choices.lost_gain, np.maximum(weights, _LEAST_START))
    weights[weights < _LEAST_SHARE * weights.sum()] = 0  # says next to nothing, and takes as long to ask
    return ScoreFusion({name: round(float(weight), 4) for name, weight in zip(scorers, weights, strict=True)})


def _minimum(
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start))
    return np.asarray(found.x, np.float64)


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
    features: Matrix, allowed: NDArray[np.bool_], target: int, rng: np.random.Generator
) -> tuple[Matrix, Matrix]:
    """The target, what an engine puts far up, and some of the others, which stand for all of them."""
    far_up = np.zeros(len(allowed), np.bool_)
    n_best = min(_BEST_OF_EACH, len(allowed) - 1)
    for column in features.T:
        far_up[np.argpartition(-np.where(allowed, column, -np.inf), n_best)[:n_best]] = True
    far_up &= allowed
    far_up[target] = False
    others = allowed & ~far_up
    others[target] = False
    drawn = np.flatnonzero(others)
    if len(drawn) > _OTHERS:
        drawn = rng.choice(drawn, _OTHERS, replace=False)
    items = np.concatenate([[target], np.flatnonzero(far_up), drawn])
    stands_for = np.ones(len(items), np.float32)
    stands_for[len(items) - len(drawn) :] = others.sum() / max(len(drawn), 1)
    return features[items], stands_for
