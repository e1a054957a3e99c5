"""Dropout whose chance is drawn a byte a number: on a processor torch's own takes a tenth of the user tower's time."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_STEPS = 256


class Dropout(nn.Module):
    """As `torch.nn.Dropout`; on a processor ``rate`` is rounded to a multiple of 1/256."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"The dropout is {rate}; it is a share from 0 to below 1.")
        self.rate = rate
        self.least = min(_STEPS - 1, round(rate * _STEPS))

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.least:
            return values
        if values.device.type != "cpu":
            return functional.dropout(values, self.rate)
        words = torch.empty(-(-values.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        chance = words.view(torch.uint8)[: values.numel()].view(values.shape)
        return values * (chance >= self.least).to(values.dtype).mul_(_STEPS / (_STEPS - self.least))

    def extra_repr(self) -> str:
        """The rate."""
        return f"rate={self.rate}"
