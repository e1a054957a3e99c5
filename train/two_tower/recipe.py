"""Settings for the data at hand, and the one for a GPU."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from train.history.interactions import Interactions
from train.two_tower.config import TwoTowerConfig

_DENSE_USER, _DENSE_ITEM = 80, 80
_LONGEST, _SHORTEST = 200, 20


def recommended(interactions: Interactions, seed: int = 0, minutes: float | None = None) -> TwoTowerConfig:
    """Settings for data of this kind.

    Long histories over much played items (MovieLens-1M: 165 plays a listener, 290 an item) bear little dropout, after
    the published recipes for them; this was not measured here. Where plays are few (Last.fm: 48 and 14) half of
    everything is dropped, and wider embeddings are worth their time: they begin at more of EASE's factors. These did
    best on the validation of s3rec_LastFM, with one seed; their length and patience were not swept.
    """
    sizes = np.diff(interactions.starts)
    played = np.bincount(interactions.items, minlength=interactions.n_items)
    plays = len(interactions.items)
    per_user, per_item = plays / max(1, len(sizes)), plays / max(1, int((played > 0).sum()))
    dense = per_user >= _DENSE_USER and per_item >= _DENSE_ITEM
    usual = float(np.quantile(sizes, 0.9)) if len(sizes) else 0.0
    length = int(np.clip(2 ** np.ceil(np.log2(max(usual, 1))), _SHORTEST, _LONGEST))
    config = TwoTowerConfig(max_length=length, average=0.99, seed=seed, minutes=minutes)
    if dense:
        return replace(config, dim=64, dropout=0.15, patience=12)
    return replace(config, dim=128, dropout=0.5, patience=8)


END_TO_END = TwoTowerConfig(
    dim=128,
    heads=4,
    max_length=20,
    dropout=0.3,
    loss="in_batch",
    unit=True,
    batch=256,
    accumulate=4,
    lr=3e-4,
    weight_decay=0.01,
    crop=1.0,
    epochs=50,
    train_encoders=True,
)
"""For GPUs, with `train.two_tower.encode.BIG`: ResNet-18 on spectrograms and covers and mDeBERTa with LoRA learn
with the towers, against the targets of all processes (InfoNCE with logQ). On eight GPUs each holds 256 / 8 / 4 = 8
histories of 20 tracks at a time: 11 GiB by `python -m train.two_tower.memory`."""
