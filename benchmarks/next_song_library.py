"""SASRec of the library RecTools on plays from a file. Runs in an environment of the library's own, without ours.

PYTHON benchmarks/next_song_library.py FOLDER: reads plays.npz and settings.json there, writes shown.npz and told.json.
Called by `benchmarks.next_song`.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

_K = 10


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    torch.set_num_threads(settings["threads"])
    plays = np.load(folder / "plays.npz")
    table = pd.DataFrame({Columns.User: plays["users"], Columns.Item: plays["items"], Columns.Weight: 1.0})
    table[Columns.Datetime] = pd.Timestamp(2020, 1, 1) + pd.to_timedelta(np.arange(len(table)), unit="s")

    began = time.process_time()
    epochs, pace, found = best_epochs(table, settings)
    model, dataset = new_model(settings, epochs), Dataset.construct(table)
    model.fit(dataset)
    spent = time.process_time() - began
    shown = model.recommend(np.unique(plays["asked"]), dataset, k=settings["k"], filter_viewed=True)
    np.savez(folder / "shown.npz", users=shown[Columns.User], items=shown[Columns.Item], ranks=shown[Columns.Rank])
    told = {"cpu_seconds": spent, "epochs": epochs, "sequences_per_cpu_second": pace, "validation": found}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def best_epochs(table: pd.DataFrame, settings: dict[str, Any]) -> tuple[int, float, list[float]]:
    """After how many epochs NDCG@10 of each user's last play is best; sequences a CPU second; NDCG@10 at each look.

    The library stops by the loss; this is kinder to it, for on small data the loss is best long before the ranking.
    """
    users = table[Columns.User]
    held = (~users.duplicated(keep="last") & (users.map(users.value_counts()) >= 3)).to_numpy()
    last, dataset = table[held].set_index(Columns.User)[Columns.Item], Dataset.construct(table[~held])
    model, seconds = new_model(settings, settings["look_every"]), 0.0
    found: list[float] = []
    while len(found) * settings["look_every"] < settings["most_epochs"]:
        began = time.process_time()
        model.fit_partial(dataset, settings["look_every"], settings["look_every"])
        seconds += time.process_time() - began
        shown = model.recommend(last.index.to_numpy(), dataset, k=_K, filter_viewed=True)
        hits = shown[shown[Columns.Item].to_numpy() == last.loc[shown[Columns.User]].to_numpy()]
        found.append(float((1 / np.log2(1 + hits[Columns.Rank])).sum() / len(last)))
        if len(found) - int(np.argmax(found)) > settings["patience"]:
            break
    epochs = len(found) * settings["look_every"]
    return (int(np.argmax(found)) + 1) * settings["look_every"], users.nunique() * epochs / seconds, found


def new_model(settings: dict[str, Any], epochs: int) -> SASRecModel:
    """Not fitted yet; to be fitted for so many epochs."""

    def trainer() -> Trainer:
        return Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )

    seed_everything(settings["seed"], verbose=False)
    return SASRecModel(
        n_factors=settings["dim"],
        n_blocks=settings["blocks"],
        n_heads=settings["heads"],
        dropout_rate=settings["dropout"],
        session_max_len=settings["max_length"],
        lr=settings["lr"],
        batch_size=settings["batch"],
        loss="softmax",
        get_trainer_func=trainer,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
