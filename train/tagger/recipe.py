"""How to fine-tune, apart from `train.tagger.transformer` so that reading the flags does not import torch."""

from __future__ import annotations

from dataclasses import dataclass

EFFECTIVE_BATCH = 16


@dataclass(frozen=True)
class Recipe:
    """How to fine-tune.

    Attributes:
        base_model: Name on the Hub, path, or "minilm".
        layers: Keep only so many of the encoder's layers, from below; 0 for all.
        freeze: Leave the embeddings and so many layers as they are; 0 trains everything.
        pool: "mean" for `train.tagger.mean_layer` on top, "cls" for the encoder as it is.
        window: Most tokens read at a time.
        epochs: At most; training stops when ``patience`` epochs have not improved the validation's macro AUC.
        rate, head_rate: Learning rates of the encoder's last layer and of the new head.
        decay: Of the rate from one layer to the one below.
        batch: Songs a device holds at a time; gradients add up to an effective batch of 16.
    """

    base_model: str
    layers: int
    freeze: int
    pool: str
    window: int
    epochs: int
    patience: int
    rate: float
    head_rate: float
    decay: float
    batch: int
    seed: int
