"""The two towers as an engine among others: fitted once with a validation to stop by, then again for as long."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from train.history.evaluation import Scorer
from train.history.interactions import Interactions, Items
from train.history.pairs import Matrix
from train.history.splits import Questions
from train.two_tower.config import TwoTowerConfig
from train.two_tower.modalities import Modalities
from train.two_tower.model import TwoTower
from train.two_tower.recipe import recommended
from train.two_tower.validation import Validation

log = logging.getLogger("train")
_MOST_JUDGED = 5_000


class TowerEngine:
    """Learns as `train.history.hybrid.Learner` says.

    Attributes:
        towers: The last that were fitted, None before.
    """

    def __init__(
        self, modalities: Modalities | None, changes: dict[str, object], seed: int = 0, refit: bool = True
    ) -> None:
        """Say how to fit.

        Args:
            modalities: What the item tower reads; None for ids alone.
            changes: Settings that differ from those recommended for the data.
            seed: Of all chance.
            refit: Whether to fit again once the validation may be learnt from, or to go on with the first fit.
        """
        self.towers: TwoTower | None = None
        self._modalities, self._changes, self._seed, self._refit = modalities, changes, seed, refit
        self._config: TwoTowerConfig | None = None

    def __call__(self, interactions: Interactions, questions: Questions | None) -> Scorer:
        """Fit, with the validation to stop by; without one for as many epochs as were best with one."""
        if questions is not None:
            config = replace(recommended(interactions, self._seed), **self._changes)  # type: ignore[arg-type]
            self.towers = self._fit(interactions, config, _validation(questions, self._seed))
            self._config = replace(config, epochs=max(self.towers.history.best_epoch, 1), minutes=None)
        elif self._refit or self.towers is None:
            assert self._config is not None, "first with a validation"
            self.towers = self._fit(interactions, self._config, None)
        return scorer(self.towers)

    def _fit(self, interactions: Interactions, config: TwoTowerConfig, validation: Validation | None) -> TwoTower:
        began = time.perf_counter()
        towers = TwoTower.fit(interactions, self._modalities, config, validation, hold_out=0)
        progress = towers.history
        log.info("towers: %d epochs, %.0f s", progress.epoch, time.perf_counter() - began)
        return towers


def scorer(towers: TwoTower) -> Scorer:
    """The towers as an engine that has been fitted."""

    def score(histories: Sequence[Items]) -> Matrix:
        scores: Matrix = towers.query_embeddings(histories) @ towers.embeddings.T
        return scores

    return score


def _validation(questions: Questions, seed: int) -> Validation:
    """One target of each of at most 5,000 questions."""
    rows = np.sort(np.random.default_rng(seed).permutation(len(questions))[:_MOST_JUDGED])
    some = questions.take(rows)
    return Validation(some.histories, np.array([targets[0] for targets in some.targets], np.int64))
