"""What is played next, beside SASRec of the library RecTools: one split, one run, figures and training time.

python -m benchmarks.next_song --histories FILE … --library PYTHON [--minutes 10] [--shape ours|published]

PYTHON is the interpreter of an environment with the library, whose pins are not ours:
`python -m venv other && other/bin/pip install "rectools[torch]"`. Leave-one-out, new tracks only, the whole catalogue
ranked. Both stop by each listener's last play before the test, then learn anew from all plays before it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from train.history.card import engine_table
from train.history.evaluation import Figures, Scorer, evaluate
from train.history.hybrid import HYBRID, learn_hybrid
from train.history.interactions import Interactions, Items
from train.history.linear import choose_settings
from train.history.material import read_interactions
from train.history.pairs import Matrix
from train.history.splits import Split, leave_one_out
from train.history.tower_engine import TowerEngine
from train.ingest.history_filters import HistoryOptions
from train.two_tower.recipe import recommended

_K = 20
_SCRIPT = Path(__file__).with_name("next_song_library.py")
_PUBLISHED = {"dim": 64, "blocks": 2, "heads": 1, "dropout": 0.1, "max_length": 200, "lr": 1e-3, "batch": 128}
"""The recipe that reaches the figures published for SASRec with full cross-entropy on MovieLens-1M."""


@dataclass(frozen=True)
class Run:
    """One way: its figures, the CPU seconds that it took, and what else is to be told."""

    figures: list[Figures]
    cpu_seconds: float
    told: str


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", nargs="+", required=True, help="files of histories")
    parser.add_argument("--library", type=Path, required=True, help="interpreter of an environment with RecTools")
    parser.add_argument("--shape", choices=("ours", "published"), default="ours", help="of the library's model")
    parser.add_argument("--minutes", type=float, help="stop fitting our towers after so long")
    parser.add_argument("--most-epochs", type=int, default=200, help="of the library")
    parser.add_argument("--look-every", type=int, default=5, help="epochs of the library between judgements")
    parser.add_argument("--patience", type=int, default=4, help="judgements of the library without a better one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    found = read_interactions(options.histories, None, None, HistoryOptions(min_length=2))
    split = leave_one_out(found.interactions)
    runs = [theirs(split, options), *ours(split, options)]
    print(engine_table([one for run in runs for one in run.figures]))
    for run in runs:
        print(f"{run.figures[0].engine:20} {run.cpu_seconds:8,.0f} CPU s   {run.told}")


def theirs(split: Split, options: argparse.Namespace) -> Run:
    """The library's figures."""
    config = asdict(recommended(split.refit))
    shape = {name: config[name] for name in _PUBLISHED} if options.shape == "ours" else _PUBLISHED
    more = {name: getattr(options, name) for name in ("most_epochs", "look_every", "patience", "seed", "threads")}
    users = np.repeat(np.arange(len(split.refit)), np.diff(split.refit.starts))
    with tempfile.TemporaryDirectory(prefix="library-") as name:
        folder = Path(name)
        (folder / "settings.json").write_text(json.dumps(shape | more | {"k": _K}), "utf-8")
        np.savez(folder / "plays.npz", users=users, items=split.refit.items, asked=split.test.users)
        subprocess.run([str(options.library), str(_SCRIPT), str(folder)], check=True, cwd=folder)
        told = json.loads((folder / "told.json").read_text("utf-8"))
        with np.load(folder / "shown.npz") as shown:
            scorer = as_scorer(split, dict(shown))
    figures = evaluate(scorer, split.test, split.refit, "SASRec (RecTools)", ("new only",))
    pace = f"{told['epochs']} epochs, {told['sequences_per_cpu_second']:,.0f} sequences a CPU second"
    return Run(figures, told["cpu_seconds"], f"{pace}; {shape}")


def as_scorer(split: Split, shown: dict[str, Items]) -> Scorer:
    """Lists as scores: the first of a list is highest, and what is not in it is never shown."""
    row_of = {id(history): int(user) for user, history in zip(split.test.users, split.test.histories, strict=True)}
    lists: dict[int, tuple[Items, Items]] = {
        user: (shown["items"][rows], shown["ranks"][rows])
        for user, rows in ((u, np.flatnonzero(shown["users"] == u)) for u in row_of.values())
    }

    def score(histories: Sequence[Items]) -> Matrix:
        scores = np.full((len(histories), split.refit.n_items), -np.inf, np.float32)
        for row, history in enumerate(histories):
            items, ranks = lists[row_of[id(history)]]
            scores[row, items] = -ranks
        return scores

    return score


def ours(split: Split, options: argparse.Namespace) -> list[Run]:
    """The towers on ids, and the hybrid with them; the towers are fitted once for both."""
    changes: dict[str, Any] = {"minutes": options.minutes} if options.minutes else {}
    towers = TowerEngine(None, changes, options.seed)
    spent = {"towers": 0.0}
    epochs = 0

    def timed(interactions: Interactions, questions: Any) -> Scorer:
        nonlocal epochs
        began = time.process_time()
        scorer: Callable[..., Matrix] = towers(interactions, questions)
        spent["towers"] += time.process_time() - began
        epochs += towers.towers.history.epoch if towers.towers else 0
        return scorer

    began = time.process_time()
    hybrid = learn_hybrid(split, {"two towers": timed}, choose_settings(split, seed=options.seed), options.seed)
    whole = time.process_time() - began
    pace = f"{len(split.refit) * epochs / spent['towers']:,.0f} sequences a CPU second, judging and starting included"
    runs = []
    for name, scorer, seconds, told in (
        ("two towers", hybrid.scorers["two towers"], spent["towers"], f"{epochs} epochs in two fits, {pace}"),
        (HYBRID, hybrid.engine(new_only=True), whole, str({n: w for n, w in hybrid.new.weights.items() if w})),
    ):
        runs.append(Run(evaluate(scorer, split.test, split.refit, name, ("new only",)), seconds, told))
    return runs


if __name__ == "__main__":
    main()
