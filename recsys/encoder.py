"""A small dense network in plain arrays: what Keras trained, served without it, and what its output rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.errors import BundleError
from recsys.index import Vectors
from recsys.quadrature import NODES, WEIGHTS

ACTIVATIONS = ("linear", "relu", "tanh")


@dataclass(frozen=True)
class DenseLayer:
    """``activation(x @ weights + bias)``; weights (n_in, n_out), bias (n_out,)."""

    weights: Vectors
    bias: Vectors
    activation: str


class Encoder:
    """Dense layers one after another."""

    def __init__(self, layers: Sequence[DenseLayer]) -> None:
        for layer in layers:
            if layer.activation not in ACTIVATIONS:
                raise BundleError(f"An encoder has activation {layer.activation!r}, expected one of {ACTIVATIONS}.")
        self.layers = tuple(layers)

    @classmethod
    def from_tensors(cls, tensors: dict[str, np.ndarray], activations: Sequence[str]) -> Encoder:
        """Read arrays named ``0.weights``, ``0.bias``, ``1.weights`` and so on."""
        return cls([DenseLayer(tensors[f"{i}.weights"], tensors[f"{i}.bias"], a) for i, a in enumerate(activations)])

    def tensors(self) -> dict[str, np.ndarray]:
        """The arrays that `from_tensors` reads back."""
        weights = {f"{i}.weights": layer.weights for i, layer in enumerate(self.layers)}
        return weights | {f"{i}.bias": layer.bias for i, layer in enumerate(self.layers)}

    @property
    def activations(self) -> list[str]:
        return [layer.activation for layer in self.layers]

    def __call__(self, inputs: Vectors) -> Vectors:
        """(…, n_in) -> (…, n_out)."""
        for layer in self.layers:
            inputs = _activate(inputs @ layer.weights + layer.bias, layer.activation)
        return inputs

    def path_shares(self, inputs: Vectors, gradient: Callable[[Vectors], Vectors]) -> NDArray[np.float32]:
        """How much of a score each input accounts for: integrated gradients from the origin.

        After Sundararajan, Taly & Yan (2017), "Axiomatic attribution for deep networks". The shares of one row add up
        to score(encode(row)) - score(encode(0)), as far as eight quadrature nodes resolve the path.

        Args:
            inputs: (n, n_in); the origin is the catalogue's average song when inputs are standardised.
            gradient: d score / d output, (m, n_out) -> (m, n_out).

        Returns:
            (n, n_in).
        """
        n, n_in = inputs.shape
        path = (NODES[:, None, None] * inputs).reshape(-1, n_in)  # (nodes * n, n_in)
        slopes = self._backward(path, gradient).reshape(len(NODES), n, n_in)
        return inputs * np.tensordot(WEIGHTS, slopes, axes=1)

    def _backward(self, inputs: Vectors, gradient: Callable[[Vectors], Vectors]) -> Vectors:
        """D score / d inputs, (m, n_in)."""
        outputs = [inputs]
        for layer in self.layers:
            outputs.append(_activate(outputs[-1] @ layer.weights + layer.bias, layer.activation))
        slope: NDArray[Any] = gradient(outputs[-1])
        for layer, output in zip(reversed(self.layers), reversed(outputs[1:]), strict=True):
            slope = (slope * _derivative(output, layer.activation)) @ layer.weights.T
        return slope


def _activate(values: Vectors, activation: str) -> Vectors:
    if activation == "relu":
        return np.maximum(values, 0)
    return np.tanh(values) if activation == "tanh" else values


def _derivative(output: Vectors, activation: str) -> Vectors:
    """The activation's derivative, from its output."""
    if activation == "relu":
        return (output > 0).astype(np.float32)
    return 1 - output * output if activation == "tanh" else np.ones_like(output)
