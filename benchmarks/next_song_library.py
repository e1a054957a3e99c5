"""SASRec of the library RecTools on plays from a file. Runs in an environment of the library's own, without ours.

PYTHON benchmarks/next_song_library.py FOLDER: reads plays.npz and settings.json there, writes shown.npz and told.json.
Called by `benchmarks.next_song`.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Callback, Trainer, seed_everything
from pytorch_lightning.callbacks import EarlyStopping
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

LOSS = "val_loss"


class Clock(Callback):
    """CPU seconds of all epochs together, and the loss on the validation after each."""

    def __init__(self) -> None:
        self.began = self.seconds = 0.0
        self.losses: list[float] = []

    def on_train_epoch_start(self, trainer: Trainer, module: Any) -> None:
        self.began = time.process_time()

    def on_train_batch_end(self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        now = time.process_time()
        self.seconds, self.began = self.seconds + now - self.began, now

    def on_validation_end(self, trainer: Trainer, module: Any) -> None:
        if not trainer.sanity_checking:
            self.losses.append(float(trainer.callback_metrics[LOSS]))


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    torch.set_num_threads(settings["threads"])
    plays = np.load(folder / "plays.npz")
    table = pd.DataFrame({Columns.User: plays["users"], Columns.Item: plays["items"], Columns.Weight: 1.0})
    table[Columns.Datetime] = pd.Timestamp(2020, 1, 1) + pd.to_timedelta(np.arange(len(table)), unit="s")
    dataset = Dataset.construct(table)

    began = time.process_time()
    clock = clock_of(fit(dataset, settings, settings["most_epochs"], last_plays))
    epochs = int(np.argmin(clock.losses)) + 1
    model = fit(dataset, settings, epochs, None)
    spent = time.process_time() - began
    shown = model.recommend(np.unique(plays["asked"]), dataset, k=settings["k"], filter_viewed=True)
    np.savez(folder / "shown.npz", users=shown[Columns.User], items=shown[Columns.Item], ranks=shown[Columns.Rank])
    pace = len(np.unique(plays["users"])) * len(clock.losses) / clock.seconds
    told = {"cpu_seconds": spent, "epochs": epochs, "sequences_per_cpu_second": pace}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def last_plays(interactions: pd.DataFrame) -> np.ndarray:
    """(n_plays,) whether a play is its user's last, of those with three or more."""
    users = interactions[Columns.User]
    last: np.ndarray = (~users.duplicated(keep="last") & (users.map(users.value_counts()) >= 3)).to_numpy()
    return last


def clock_of(model: SASRecModel) -> Clock:
    """The clock that ran while the model was fitted: the library works with copies."""
    return next(callback for callback in model.fit_trainer.callbacks if isinstance(callback, Clock))


def fit(dataset: Dataset, settings: dict[str, Any], epochs: int, held: Callable[..., np.ndarray] | None) -> SASRecModel:
    """The model after ``epochs``; with plays held out, as long as the loss on them falls."""

    def trainer() -> Trainer:
        patience = [EarlyStopping(LOSS, patience=settings["patience"])] if held else []
        return Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            callbacks=[Clock(), *patience],
        )

    seed_everything(settings["seed"], verbose=False)
    model = SASRecModel(
        n_factors=settings["dim"],
        n_blocks=settings["blocks"],
        n_heads=settings["heads"],
        dropout_rate=settings["dropout"],
        session_max_len=settings["max_length"],
        lr=settings["lr"],
        batch_size=settings["batch"],
        loss="softmax",
        get_trainer_func=trainer,
        get_val_mask_func=held,
    )
    return model.fit(dataset)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
