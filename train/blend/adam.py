"""Adam, after Kingma & Ba (2015), over named arrays."""

from __future__ import annotations

import numpy as np

from recsys.index import Vectors

_MEAN_DECAY, _SQUARE_DECAY, _EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """Changes the arrays it is given in place."""

    def __init__(self, weights: dict[str, Vectors]) -> None:
        self.weights = weights
        self._mean = {name: np.zeros_like(value) for name, value in weights.items()}
        self._square = {name: np.zeros_like(value) for name, value in weights.items()}
        self._steps = 0

    def step(self, gradients: dict[str, Vectors], rate: float) -> None:
        """One update with learning rate ``rate``."""
        self._steps += 1
        rate *= float(np.sqrt(1 - _SQUARE_DECAY**self._steps) / (1 - _MEAN_DECAY**self._steps))
        for name, gradient in gradients.items():
            self._mean[name] += (1 - _MEAN_DECAY) * (gradient - self._mean[name])
            self._square[name] += (1 - _SQUARE_DECAY) * (gradient**2 - self._square[name])
            self.weights[name] -= rate * self._mean[name] / (np.sqrt(self._square[name]) + _EPSILON)
