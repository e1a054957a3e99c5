"""What turns a spectrogram, a cover or lyrics into tokens for the item tower."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import AutoModel, ResNetConfig, ResNetModel

TILES = 4
"""A cover is also described by the mean colour of 4 × 4 tiles."""


@dataclass(frozen=True)
class ResNetShape:
    """Of a residual network (He et al., 2016) of basic layers; by default ResNet-18.

    Attributes:
        stem: Channels of the first layer.
        widths: Channels of each stage.
        depths: Layers of each stage.
        weights: A folder or a name on the Hub with trained weights of this shape ("microsoft/resnet-18"); None for
            random ones.
    """

    stem: int = 64
    widths: tuple[int, ...] = (64, 128, 256, 512)
    depths: tuple[int, ...] = (2, 2, 2, 2)
    weights: str | None = None


SMALL_RESNET = ResNetShape(stem=16, widths=(16, 32, 64), depths=(1, 1, 1))


def build_resnet(shape: ResNetShape) -> Any:
    """A ResNet for three channels, as transformers has it.

    Raises:
        OSError, ValueError: ``shape.weights`` cannot be opened.
    """
    if shape.weights:
        return ResNetModel.from_pretrained(shape.weights)
    widths, depths = list(shape.widths), list(shape.depths)
    config = ResNetConfig(
        embedding_size=shape.stem, hidden_sizes=widths, depths=depths, layer_type="basic", num_channels=3
    )
    return ResNetModel(config)


class SpectrogramEncoder(nn.Module):
    """Log-mel (n, bands, frames) → one token: ResNet's, beside each band's mean and deviation.

    The latter say something from the first step on, where the network has not been trained.
    """

    def __init__(self, shape: ResNetShape, bands: int, remember: bool = True) -> None:
        super().__init__()
        self.network = build_resnet(shape)
        self.width = int(self.network.config.hidden_sizes[-1]) + 2 * bands
        self.remember = remember

    def forward(self, raw: Tensor) -> Tensor:
        """(n, 1, width)."""
        seen = _resnet(self.network, raw[:, None].expand(-1, 3, -1, -1), self.remember)
        return torch.cat([seen, raw.mean(dim=2), raw.std(dim=2)], dim=1)[:, None]


class CoverEncoder(nn.Module):
    """Pictures (n, 3, side, side), bytes, → one token: ResNet's, beside the mean colours of 4 × 4 tiles."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, shape: ResNetShape, remember: bool = True) -> None:
        super().__init__()
        self.network = build_resnet(shape)
        self.width = int(self.network.config.hidden_sizes[-1]) + 3 * TILES**2
        self.remember = remember
        # ImageNet's, with which the trained weights were made.
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406])[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225])[:, None, None], persistent=False)

    def forward(self, raw: Tensor) -> Tensor:
        """(n, 1, width)."""
        scaled = (raw.float() / 255 - self.mean) / self.deviation
        seen = _resnet(self.network, scaled, self.remember)
        tiles = nn.functional.adaptive_avg_pool2d(scaled, TILES).flatten(1)
        return torch.cat([seen, tiles], dim=1)[:, None]


def _resnet(network: Any, pictures: Tensor, remember: bool) -> Tensor:
    """(n, channels) of ``pictures`` (n, 3, height, width).

    Where activations are not to be remembered they are computed again for the gradient, a stage at a time.
    """
    states: Tensor = network.embedder(pictures)
    for stage in network.encoder.stages:
        states = (
            stage(states) if remember or not states.requires_grad else checkpoint(stage, states, use_reentrant=False)
        )
    return network.pooler(states).flatten(1)


class LyricsEncoder(nn.Module):
    """Token numbers (n, chunks, length), 0 where there is none, → one token a chunk, the mean of its states."""

    def __init__(self, model: Any, padding: int) -> None:
        super().__init__()
        self.model = model
        self.padding = padding
        self.width = int(model.config.hidden_size)

    def forward(self, raw: Tensor) -> Tensor:
        """(n, chunks, width); zeros for a chunk without words."""
        numbers = raw.flatten(0, 1).long()  # (n * chunks, length)
        there = numbers != self.padding
        full = there.any(dim=1)
        out = torch.zeros(len(numbers), self.width, device=raw.device)
        if full.any():
            longest = int(there[full].sum(dim=1).max())
            numbers, there = numbers[full, :longest], there[full, :longest]
            states = self.model(input_ids=numbers, attention_mask=there.long()).last_hidden_state
            kept = there[..., None].to(states.dtype)
            out = out.index_put((full.nonzero()[:, 0],), ((states * kept).sum(1) / kept.sum(1)).float())
        return out.reshape(*raw.shape[:2], self.width)


def build_text_model(path: str, lora_rank: int = 0, remember: bool = True) -> Any:
    """The encoder at ``path``; with ``lora_rank`` frozen but for low-rank updates of its attention (Hu et al., 2021).

    ``remember`` false computes activations again for the gradient (gradient checkpointing).

    Raises:
        OSError, ValueError: it cannot be opened.
    """
    model = AutoModel.from_pretrained(path)
    if not remember:
        model.activation_checkpointing_enable({"use_reentrant": False})
    if not lora_rank:
        return model
    from peft import LoraConfig, get_peft_model

    names = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    # DeBERTa's names, BERT's and RoBERTa's, DistilBERT's.
    pairs = (("query_proj", "value_proj"), ("query", "value"), ("q_lin", "v_lin"))
    targets = next((list(pair) for pair in pairs if names.issuperset(pair)), None)
    config = LoraConfig(r=lora_rank, lora_alpha=2 * lora_rank, lora_dropout=0.05, target_modules=targets, bias="none")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers in the manner of its version 4
        return get_peft_model(model, config)
