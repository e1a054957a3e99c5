"""Both towers over one space, in which the score of an item is an inner product."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from recsys.towers.item_tower import ItemShape, ItemTower, Tokens
from recsys.towers.user_tower import UserShape, UserTower

_FIRST_TEMPERATURE = 0.07


class TowerPair(nn.Module):
    """An item tower and a user tower, and how their outputs are compared.

    Args:
        unit: Item embeddings and queries have length 1, and scores are divided by a temperature.
        temperature: That temperature; None has it learnt.
        bias: Each item has a number that is added to its score.
    """

    def __init__(
        self,
        items: ItemShape,
        users: UserShape,
        unit: bool = False,
        temperature: float | None = None,
        bias: bool = False,
    ) -> None:
        super().__init__()
        assert items.dim == users.dim, f"items have {items.dim} dimensions, the user tower {users.dim}"
        self.item_tower = ItemTower(items)
        self.user_tower = UserTower(users)
        self.unit = unit
        self.bias = nn.Parameter(torch.zeros(items.n_items)) if bias else None
        if unit:
            self.user_tower.scale = users.dim**0.5  # a unit vector's numbers are small
            cold = torch.tensor(math.log(temperature or _FIRST_TEMPERATURE))
            self.log_temperature = nn.Parameter(cold, requires_grad=temperature is None)

    def items(
        self, rows: Tensor, modalities: Mapping[str, Tokens] | None = None, known: Tensor | None = None
    ) -> Tensor:
        """(items, dim); arguments as `ItemTower.explain`."""
        found: Tensor = self.item_tower(rows, modalities, known)
        return functional.normalize(found, dim=-1) if self.unit else found

    def queries(self, items: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(batch, length, dim), after each of ``items`` (batch, length, dim), which are padded at their end."""
        states: Tensor = self.user_tower(items, lengths)
        if not self.unit:
            return states
        return functional.normalize(states, dim=-1) * torch.exp(-self.log_temperature)


class ServedUserTower(nn.Module):
    """(1, length, width) embeddings of a history's items → (1, width), its query.

    Where items have a bias it is their embedding's last number, and the query's last number is 1.
    """

    def __init__(self, pair: TowerPair) -> None:
        super().__init__()
        self.pair = pair

    def forward(self, items: Tensor) -> Tensor:
        if self.pair.bias is None:
            return self.pair.queries(items)[:, -1]
        last = self.pair.queries(items[..., :-1])[:, -1]  # (1, dim)
        return torch.cat([last, torch.ones_like(last[:, :1])], dim=1)
