"""Settings for the data at hand, and the one for a GPU."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from train.history.interactions import Interactions
from train.two_tower.config import TwoTowerConfig

_DENSE_USER, _DENSE_ITEM = 80, 80
_LONGEST, _SHORTEST = 200, 20
_FEWEST_EPOCHS = 10
_MULTIPLICATIONS = 1.2e13
"""What a fit may take, forward: about twenty CPU minutes where this was measured. Counted rather than timed, so that
every machine learns the same."""


def recommended(interactions: Interactions, seed: int = 0, minutes: float | None = None) -> TwoTowerConfig:
    """Settings for data of this kind.

    Long histories over much played items (MovieLens-1M: 165 plays a listener, 290 an item) bear little dropout, after
    the published recipes for them; this was not measured here. Where plays are few (Last.fm: 48 and 14) half of
    everything is dropped, and wider embeddings are worth their time: they begin at more of EASE's factors. These did
    best on the validation of s3rec_LastFM, with one seed; their length and patience were not swept. Big data get fewer
    epochs than they may be good for, so that a laptop is done the same hour: ``epochs`` gives them more.
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
        config = replace(config, dim=64, dropout=0.15, patience=12)
    else:
        config = replace(config, dim=128, dropout=0.5, patience=8)
    epochs = int(_MULTIPLICATIONS / max(_multiplications(interactions, config), 1))
    return replace(config, epochs=int(np.clip(epochs, _FEWEST_EPOCHS, config.epochs)))


def _multiplications(interactions: Interactions, config: TwoTowerConfig) -> float:
    """Of an epoch, forward: every position is read by the blocks and scored against items.

    What the item tower reads beside ids is not counted.
    """
    positions = float(np.minimum(np.diff(interactions.starts), config.max_length).sum())
    full = config.loss_for(interactions.n_items) == "full"
    scored = interactions.n_items if full else config.negatives
    return positions * config.dim * (scored + config.blocks * (4 + 2 * config.hidden) * config.dim)


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
