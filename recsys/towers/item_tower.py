"""The item tower: what is known of a track, read by cross-attention, as one embedding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

ID = "id"
_FARTHEST = 10.0  # deviations from the mean


@dataclass(frozen=True)
class ItemShape:
    """How the item tower is built.

    Attributes:
        n_items: Rows of the id embedding.
        dim: Of an item embedding.
        widths: Modality → width of its tokens, in the order of the attention's shares; none for ids alone.
        ids: Whether each item also has an embedding of its own.
        heads: Of the cross-attention.
        dropout: Of what the tokens are turned into.
        modality_dropout: How often, in training, a modality that is there is left out.
        id_dropout: How often the id is, so that an item without one is nothing unusual.
    """

    n_items: int
    dim: int = 64
    widths: tuple[tuple[str, int], ...] = ()
    ids: bool = True
    heads: int = 4
    dropout: float = 0.1
    modality_dropout: float = 0.2
    id_dropout: float = 0.3

    @property
    def names(self) -> tuple[str, ...]:
        """What the shares of attention are of."""
        return tuple(name for name, _ in self.widths) + ((ID,) if self.ids else ())


class Tokens(NamedTuple):
    """One modality of some items.

    ``values`` (items, tokens, width); a token of zeros is not there. ``present`` (items,), whether any of it is.
    """

    values: Tensor
    present: Tensor


class ItemOutput(NamedTuple):
    """``embeddings`` (items, dim); ``shares`` (items, names), how much attention each of `ItemShape.names` had.

    The shares of an item add up to 1, or to 0 where nothing is known of it.
    """

    embeddings: Tensor
    shares: Tensor


class ItemTower(nn.Module):
    """Tokens of any subset of modalities → an embedding.

    A learnt query, to which the item's id is added where it has one, attends to the tokens that are there. An item of
    which nothing is known has a learnt embedding.
    """

    def __init__(self, shape: ItemShape) -> None:
        super().__init__()
        self.shape = shape
        self.id = nn.Embedding(shape.n_items, shape.dim) if shape.ids else None
        if self.id is not None:
            nn.init.normal_(self.id.weight, std=0.02)
        if not shape.widths:
            return
        self.inward = nn.ModuleDict({name: _project(width, shape) for name, width in shape.widths})
        for name, width in shape.widths:
            self.register_buffer(f"{name}_mean", torch.zeros(width))
            self.register_buffer(f"{name}_deviation", torch.ones(width))
        self.kind = nn.ParameterDict({name: nn.Parameter(torch.randn(shape.dim) * 0.02) for name in shape.names})
        self.query = nn.Parameter(torch.randn(shape.dim) * 0.02)
        self.nothing = nn.Parameter(torch.randn(shape.dim) * 0.02)
        self.attention = _CrossAttention(shape.dim, shape.heads)
        last = nn.Linear(2 * shape.dim, shape.dim)
        self.outward = nn.Sequential(nn.LayerNorm(shape.dim), nn.Linear(shape.dim, 2 * shape.dim), nn.GELU(), last)
        # Like that of an id embedding, so that scores begin small and the user tower finds items of one size.
        for layer in (self.attention.outward, last):
            nn.init.normal_(layer.weight, std=0.02 / shape.dim**0.5)
            nn.init.zeros_(layer.bias)

    def forward(
        self, rows: Tensor, modalities: Mapping[str, Tokens] | None = None, known: Tensor | None = None
    ) -> Tensor:
        """Embeddings (items, dim); arguments as `explain`."""
        return self.explain(rows, modalities, known).embeddings

    def explain(
        self, rows: Tensor, modalities: Mapping[str, Tokens] | None = None, known: Tensor | None = None
    ) -> ItemOutput:
        """Embeddings, and what they rest on.

        Args:
            rows: (items,), of the id embedding; ignored where there is none.
            modalities: What is known of these items. One that is missing counts as absent from them all.
            known: (items,), whether the item's id has been learnt; None for all.
        """
        if not self.shape.widths:
            assert self.id is not None, "an item tower without ids needs modalities"
            return ItemOutput(self.id(rows), torch.ones(len(rows), 1, device=rows.device))
        states, there, owner = self._tokens(rows, modalities or {}, known)
        mixed, weights = self.attention(self._query(states, there, owner), states, there)
        anything = there.any(dim=1, keepdim=True)  # (items, 1)
        embeddings = torch.where(anything, mixed + self.outward(mixed), self.nothing)
        shares = torch.zeros(len(rows), len(self.shape.names), device=weights.device, dtype=weights.dtype)
        return ItemOutput(embeddings, shares.index_add(1, owner, weights))

    def _tokens(
        self, rows: Tensor, modalities: Mapping[str, Tokens], known: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """States (items, tokens, dim), whether each is there (items, tokens), and of what each token is (tokens,)."""
        states, there, owner = [], [], []
        for number, (name, _) in enumerate(self.shape.widths):
            if name not in modalities:
                continue
            values, present = modalities[name]
            kept = present & self._kept(rows, self.shape.modality_dropout)
            scaled = (values - self.get_buffer(f"{name}_mean")) / self.get_buffer(f"{name}_deviation")
            states.append(self.inward[name](scaled.clamp(-_FARTHEST, _FARTHEST)) + self.kind[name])
            there.append(kept[:, None] & (values != 0).any(dim=-1))
            owner += [number] * values.shape[1]
        if self.id is not None:
            kept = self._kept(rows, self.shape.id_dropout)
            states.append((self.id(rows) + self.kind[ID])[:, None])
            there.append((kept if known is None else kept & known)[:, None])
            owner.append(len(self.shape.widths))
        if not states:
            states.append(self.nothing.expand(len(rows), 1, -1))
            there.append(torch.zeros(len(rows), 1, dtype=torch.bool, device=rows.device))
            owner.append(0)
        return torch.cat(states, dim=1), torch.cat(there, dim=1), torch.tensor(owner, device=rows.device)

    @torch.no_grad()
    def set_scale(self, name: str, values: Tensor) -> None:
        """Standardise modality ``name`` by ``values`` (tokens, width), those that are there; kept with the weights."""
        deviation = values.std(dim=0, correction=0)
        self.get_buffer(f"{name}_mean").copy_(values.mean(dim=0))
        self.get_buffer(f"{name}_deviation").copy_(torch.where(deviation > 1e-4, deviation, 1.0))

    def _kept(self, rows: Tensor, dropout: float) -> Tensor:
        if not self.training or dropout == 0:
            return torch.ones(len(rows), dtype=torch.bool, device=rows.device)
        return torch.rand(len(rows), device=rows.device) >= dropout

    def _query(self, states: Tensor, there: Tensor, owner: Tensor) -> Tensor:
        """(items, dim): the learnt query, and the id's token where the item has one."""
        if self.id is None:
            return self.query.expand(len(states), -1)
        return self.query + states[:, -1] * there[:, -1:].to(states.dtype)


def _project(width: int, shape: ItemShape) -> nn.Module:
    return nn.Sequential(nn.Linear(width, shape.dim), nn.GELU(), nn.Dropout(shape.dropout), nn.LayerNorm(shape.dim))


class _CrossAttention(nn.Module):
    """One query an item over its tokens; gives the weights too, so it is spelt out."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.asked = nn.Linear(dim, dim)
        self.inward = nn.Linear(dim, 2 * dim)
        self.outward = nn.Linear(dim, dim)

    def forward(self, query: Tensor, states: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """(items, dim), and weights (items, tokens), the mean over heads; 0 throughout where nothing is there."""
        asked = self.asked(query).unflatten(-1, (self.heads, -1))  # (items, heads, part)
        key, value = (
            self.inward(states).unflatten(-1, (2, self.heads, -1)).unbind(dim=2)
        )  # (items, tokens, heads, part)
        scores = torch.einsum("nhp,nthp->nht", asked, key) / key.shape[-1] ** 0.5
        absent = ~there[:, None]  # (items, 1, tokens)
        # Not minus infinity: the softmax of a row of those is not a number, and nor is its gradient.
        weights = scores.float().masked_fill(absent, -1e9).softmax(dim=-1).masked_fill(absent, 0).to(value.dtype)
        mixed = torch.einsum("nht,nthp->nhp", weights, value).flatten(1)
        return self.outward(mixed), weights.mean(dim=1)
