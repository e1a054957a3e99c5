"""The settings of the two-tower model."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Literal

from recsys.towers.item_tower import ItemShape
from recsys.towers.user_tower import UserShape

FULL_UP_TO = 50_000
"""Catalogues of more items are learnt against a sample of them."""


@dataclass(frozen=True)
class TwoTowerConfig:
    """How the towers are built and fitted.

    Attributes:
        dim: Of the shared space.
        blocks: Of the user tower.
        heads: Of the user tower's attention.
        hidden: Width of its feed-forward layers, in multiples of ``dim``.
        max_length: How much of a history's end is read.
        dropout: In the user tower.
        attention_dropout: Of its attention weights; slow on a CPU above 0.
        norm: Layers are normalised before or after.
        positions: Counted from the start of the history, from its end, or not at all.
        ids: Items have an embedding of their own.
        item_dropout: In the item tower.
        modality_dropout: How often a modality is left out of an item in training.
        id_dropout: How often an item's id is, where it also has modalities.
        unit: Embeddings of length 1 (cosine) rather than of any.
        temperature: With ``unit``; None has it learnt.
        item_bias: Each item has a number of its own that is added to its score.
        loss: Cross-entropy over all items ("full"), over ``negatives`` drawn evenly ("sampled"), over the batch's own
            ("in_batch", InfoNCE); "auto" is full up to 50,000 items and sampled beyond,
            and in_batch where encoders are trained.
        negatives: How many are drawn a step, for "sampled".
        log_q: Correct "in_batch" for popular items being negatives more often.
        label_smoothing: For "full".
        lr: Learning rate of Adam.
        weight_decay: Of everything but item embeddings (decoupled).
        item_decay: Of item embeddings.
        batch: Histories a step, over all processes.
        accumulate: In how many pieces a process works through its share of a batch.
        epochs: At most.
        patience: Stop after so many judgements without a better NDCG@10 on validation.
        judge_every: Epochs between judgements.
        minutes: Stop after so long.
        average: Weights are judged and kept as their running mean with this decay; 0 for the weights as they are.
        crop: How often a window ends at random within a history rather than with it.
        last: Learn only from so many targets at a window's end; 0 for all.
        seed: Of all chance.
        start: Ids begin at factors of what is played together (`train.two_tower.start`), or at random.
        refit: Once the best number of epochs is known, learn anew for as long from everything, what was held back for
            validation included. Takes as long again, and made no difference on Last.fm; not where the caller gives a
            validation of its own.
        bf16: Compute with bfloat16 on a GPU.
        train_encoders: Learn the encoders of audio, lyrics and covers too, rather than read their kept outputs.
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
    ids: bool = True
    item_dropout: float = 0.1
    modality_dropout: float = 0.2
    id_dropout: float = 0.3
    unit: bool = False
    temperature: float | None = None
    item_bias: bool = False
    loss: Literal["auto", "full", "sampled", "in_batch"] = "auto"
    negatives: int = 2_000
    log_q: bool = True
    label_smoothing: float = 0.0
    lr: float = 1e-3
    weight_decay: float = 0.0
    item_decay: float = 0.0
    batch: int = 128
    accumulate: int = 1
    epochs: int = 200
    patience: int = 10
    judge_every: int = 1
    minutes: float | None = None
    average: float = 0.0
    crop: float = 0.0
    last: int = 0
    seed: int = 0
    start: Literal["factors", "random"] = "factors"
    refit: bool = False
    bf16: bool = True
    train_encoders: bool = False

    def loss_for(self, n_items: int) -> Literal["full", "sampled", "in_batch"]:
        """The loss for a catalogue of ``n_items``."""
        if self.loss != "auto":
            return self.loss
        if self.train_encoders:
            return "in_batch"  # any other would have tracks encoded that nobody in the batch has played
        return "full" if n_items <= FULL_UP_TO else "sampled"

    def item_shape(self, n_items: int, widths: tuple[tuple[str, int], ...]) -> ItemShape:
        """The item tower for modalities of these ``widths``."""
        heads = 4 if self.dim % 4 == 0 else 1
        return ItemShape(
            n_items=n_items,
            dim=self.dim,
            widths=widths,
            ids=self.ids or not widths,
            heads=heads,
            dropout=self.item_dropout,
            modality_dropout=self.modality_dropout,
            id_dropout=self.id_dropout,
        )

    def user_shape(self) -> UserShape:
        """The user tower."""
        return UserShape(
            dim=self.dim,
            blocks=self.blocks,
            heads=self.heads,
            hidden=self.hidden,
            max_length=self.max_length,
            dropout=self.dropout,
            attention_dropout=self.attention_dropout,
            norm=self.norm,
            positions=self.positions,
        )

    def fingerprint(self) -> str:
        """A hash of all that decides what is learnt, how long it may take aside."""
        lasting = replace(self, epochs=0, patience=0, minutes=None, refit=False)
        return hashlib.sha256(json.dumps(asdict(lasting), sort_keys=True).encode()).hexdigest()[:16]
