"""One step's loss: which items are embedded, and what each position is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from recsys.towers.item_tower import Tokens
from recsys.towers.pair import TowerPair
from train.history.interactions import Interactions
from train.two_tower.config import TwoTowerConfig
from train.two_tower.distributed import Group, gather_rows
from train.two_tower.losses import full_cross_entropy, in_batch_cross_entropy, sampled_cross_entropy
from train.two_tower.modalities import Modalities


@dataclass
class ItemSource:
    """What the item tower is given for rows of the catalogue.

    Attributes:
        modalities: Kept outputs of the encoders, or with ``encoders`` what these read; None for ids alone.
        known: (n_items,), whether an item's id is learnt from anything.
        encoders: By modality; those without one are taken as they are.
    """

    modalities: Modalities | None
    known: Tensor
    encoders: nn.ModuleDict | None = None

    def tokens(self, rows: Tensor) -> dict[str, Tokens]:
        """Each modality's tokens for ``rows``, on their device."""
        if self.modalities is None:
            return {}
        at = rows.cpu().numpy()
        return {name: self._tokens(name, at, rows.device) for name in self.modalities.by_name}

    def _tokens(self, name: str, at: NDArray[np.int64], device: torch.device) -> Tokens:
        assert self.modalities is not None
        some = self.modalities.by_name[name].take(at)
        present = torch.from_numpy(some.present).to(device)
        values = torch.from_numpy(np.ascontiguousarray(some.values)).to(device)
        if self.encoders is None or name not in self.encoders:
            return Tokens(values.float(), present)
        # One item goes through in any case: every process then has a gradient for every weight.
        seen = present.clone()
        seen[0] = True
        inward = values[seen].float() if values.is_floating_point() else values[seen]
        encoded = self.encoders[name](inward).float()  # (seen, tokens, width)
        out = encoded.new_zeros(len(at), *encoded.shape[1:])
        return Tokens(out.index_put((seen.nonzero()[:, 0],), encoded), present)


class Learner(nn.Module):
    """The towers with a loss; its parameters are all that is trained, so that it can be given to DDP whole."""

    def __init__(
        self, pair: TowerPair, source: ItemSource, config: TwoTowerConfig, interactions: Interactions, group: Group
    ) -> None:
        super().__init__()
        self.pair = pair
        self.encoders = source.encoders
        self.source, self.config, self.group = source, config, group
        self.loss = config.loss_for(interactions.n_items)
        self.n_items = interactions.n_items
        counts = np.bincount(interactions.items, minlength=interactions.n_items)
        # An item that nobody has played is no negative: it would be learnt that what is new is never played.
        played = np.flatnonzero(counts) if source.modalities is not None else np.arange(interactions.n_items)
        places = np.full(interactions.n_items, -1)
        places[played] = np.arange(len(played))
        self.rows = torch.from_numpy(played).to(group.device)
        self.places = torch.from_numpy(places).to(group.device)
        share = np.maximum(counts, 1) / max(1, counts.sum())
        self.log_q = torch.from_numpy(np.log(share).astype(np.float32)).to(group.device)
        self._kept: dict[str, Tokens] | None = None

    def _tokens(self, rows: Tensor) -> dict[str, Tokens]:
        if self.loss != "full" or self.encoders is not None:
            return self.source.tokens(rows)
        if self._kept is None:  # the same rows each step
            self._kept = self.source.tokens(rows)
        return self._kept

    def draw(self, rng: np.random.Generator) -> Tensor:
        """Rows of this step's negatives, the same in every process; none where the loss needs none."""
        if self.loss != "sampled":
            return self.rows[:0]
        drawn = rng.choice(len(self.rows), size=min(self.config.negatives, len(self.rows)), replace=False)
        return self.rows[torch.from_numpy(drawn).to(self.rows.device)]

    def forward(self, items: Tensor, targets: Tensor, lengths: Tensor, negatives: Tensor) -> Tensor:
        """Loss summed over positions. ``items`` and ``targets`` (users, length), as in `Batch`."""
        learnt = targets >= 0
        wanted = targets[learnt]  # (positions,)
        if self.loss == "full":
            rows, places = self.rows, self.places
        else:
            rows = torch.unique(torch.cat([items.flatten(), wanted, negatives, self.rows[:1]]))  # never none
            places = self.places.clone()
            places[rows] = torch.arange(len(rows), device=rows.device)
        embeddings = self.pair.items(rows, self._tokens(rows), self.source.known[rows])  # (rows, dim)
        queries = self.pair.queries(embeddings[places[items]], lengths)[learnt]  # (positions, dim)
        bias = None if self.pair.bias is None else self.pair.bias[rows]
        if self.loss == "full":
            smoothing = self.config.label_smoothing
            return full_cross_entropy(queries, embeddings, places[wanted], bias, smoothing)
        if bias is not None:
            queries = torch.cat([queries, torch.ones_like(queries[:, :1])], dim=1)
            embeddings = torch.cat([embeddings, bias[:, None]], dim=1)
        positives = embeddings[places[wanted]]
        if self.loss == "sampled":
            others = embeddings[places[negatives]]
            return sampled_cross_entropy(queries, positives, others, wanted, negatives, len(self.rows))
        own, counts = torch.unique(wanted, return_counts=True)
        rows, times = gather_rows(own, self.group), gather_rows(counts, self.group)
        candidates = gather_rows(embeddings[places[own]], self.group)
        log_q = self.log_q if self.config.log_q else None
        return in_batch_cross_entropy(queries, positives, candidates, wanted, rows, times, log_q)
