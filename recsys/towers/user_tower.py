"""The user tower: SASRec (Kang and McAuley, 2018), causal self-attention over the embeddings of a history's items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from recsys.towers.dropout import Dropout


@dataclass(frozen=True)
class UserShape:
    """How the user tower is built.

    Attributes:
        dim: Of items, states and queries.
        blocks: Each is self-attention and a feed-forward layer.
        heads: Of the attention; ``dim`` is a multiple of it.
        hidden: Width of the feed-forward layer, in multiples of ``dim``.
        max_length: Positions; of a longer history the end is read.
        dropout: Of the embeddings that come in and of what each layer adds.
        attention_dropout: Of attention weights; above 0 the fused kernel cannot be used on a CPU.
        norm: Where the layers are normalised: before each, or after.
        positions: Counted from the history's start, from its end, or not at all.
    """

    dim: int = 64
    blocks: int = 2
    heads: int = 1
    hidden: int = 1
    max_length: int = 200
    dropout: float = 0.2
    attention_dropout: float = 0.0
    norm: Literal["pre", "post"] = "pre"
    positions: Literal["start", "end", "none"] = "start"


class UserTower(nn.Module):
    """From item embeddings to what the listener wants next, at each position."""

    def __init__(self, shape: UserShape) -> None:
        super().__init__()
        self.shape = shape
        self.scale = shape.dim**0.5
        self.position = nn.Embedding(shape.max_length, shape.dim)
        self.dropout = Dropout(shape.dropout)
        self.blocks = nn.ModuleList(_Block(shape) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(shape.dim, eps=1e-6)
        nn.init.normal_(self.position.weight, std=0.02)

    def forward(self, items: Tensor, lengths: Tensor | None = None) -> Tensor:
        """States (batch, length, dim) for ``items`` of that shape, histories padded at their end.

        A state depends on its own item and those before it, never on padding. ``lengths`` (batch,) are needed only
        where positions are counted from the end.
        """
        states = self.dropout(items * self.scale + self._positions(items, lengths))  # (batch, length, dim)
        for block in self.blocks:
            states = block(states)
        normed: Tensor = self.norm(states)
        return normed

    def _positions(self, items: Tensor, lengths: Tensor | None) -> Tensor:
        length = items.shape[1]
        if self.shape.positions == "none":
            return self.position.weight[:1] * 0
        if self.shape.positions == "start":
            return self.position.weight[:length]  # (length, dim)
        if lengths is None:
            return self.position.weight[self.shape.max_length - length :]
        places = torch.arange(length, device=items.device) + self.shape.max_length - lengths[:, None]
        found: Tensor = self.position(places.clamp(max=self.shape.max_length - 1))  # (batch, length, dim)
        return found


class _Block(nn.Module):
    def __init__(self, shape: UserShape) -> None:
        super().__init__()
        self.attention = _Attention(shape)
        self.attention_norm = nn.LayerNorm(shape.dim, eps=1e-6)
        self.forward_norm = nn.LayerNorm(shape.dim, eps=1e-6)
        wide = shape.hidden * shape.dim
        self.feed_forward = nn.Sequential(
            nn.Linear(shape.dim, wide), nn.GELU(), Dropout(shape.dropout), nn.Linear(wide, shape.dim)
        )
        self.dropout = Dropout(shape.dropout)
        self.before = shape.norm == "pre"

    def forward(self, states: Tensor) -> Tensor:
        if self.before:
            states = states + self.dropout(self.attention(self.attention_norm(states)))
            return states + self.dropout(self.feed_forward(self.forward_norm(states)))
        states = self.attention_norm(states + self.dropout(self.attention(states)))
        normed: Tensor = self.forward_norm(states + self.dropout(self.feed_forward(states)))
        return normed


class _Attention(nn.Module):
    def __init__(self, shape: UserShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.dropout = shape.attention_dropout
        self.inward = nn.Linear(shape.dim, 3 * shape.dim)
        self.outward = nn.Linear(shape.dim, shape.dim)

    def forward(self, states: Tensor) -> Tensor:
        split = self.inward(states).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        query, key, value = split[0], split[1], split[2]  # each (batch, heads, length, dim / heads)
        dropout = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True)
        out: Tensor = self.outward(mixed.transpose(1, 2).flatten(2))  # (batch, length, dim)
        return out
