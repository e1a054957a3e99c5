"""What an interrupted training goes on from: safetensors and JSON, nothing that runs when it is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from recsys.errors import SourceError

_STATE = "state.json"


@dataclass
class Progress:
    """How far training is.

    Attributes:
        fingerprint: Of settings and data; a checkpoint of others is of no use.
        epoch: The one under way.
        step: Steps of it that are done.
        total: Steps done in all.
        best: The best NDCG@10 on validation so far.
        best_epoch: After how many epochs it was reached.
        judged: NDCG@10 at each judgement.
        seconds: Time spent.
    """

    fingerprint: str
    epoch: int = 0
    step: int = 0
    total: int = 0
    best: float = -1.0
    best_epoch: int = 0
    judged: tuple[float, ...] = ()
    seconds: float = 0.0


Weights = Mapping[str, Tensor]


def save_checkpoint(
    folder: Path, progress: Progress, weights: Mapping[str, Weights], optimizer: torch.optim.Optimizer
) -> None:
    """Write ``folder`` anew; an earlier checkpoint there stays whole until this one is.

    Args:
        folder: Made if need be.
        progress: How far training is.
        weights: Sets of weights by name: as they are, the best so far, their running mean.
        optimizer: Its state is kept with them.
    """
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, some in weights.items():
        save_file(
            {key: value.detach().cpu().contiguous() for key, value in some.items()}, unfinished / f"{name}.safetensors"
        )
    states = optimizer.state_dict()["state"]
    flat = {f"{number}.{key}": value.cpu() for number, state in states.items() for key, value in state.items()}
    save_file(flat, unfinished / "optimizer.safetensors")
    (unfinished / _STATE).write_text(json.dumps(asdict(progress), indent=1), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.replace(folder)


def load_checkpoint(
    folder: Path, fingerprint: str, optimizer: torch.optim.Optimizer
) -> tuple[Progress, dict[str, dict[str, Tensor]]] | None:
    """What was saved in ``folder``, its optimizer state put into ``optimizer``; None where nothing was.

    Raises:
        SourceError: it is damaged, or of other settings or other data.
    """
    finished = folder if (folder / _STATE).exists() else folder.with_name(folder.name + ".part")
    if not (finished / _STATE).exists():
        return None
    try:
        said = json.loads((finished / _STATE).read_text("utf-8"))
        progress = Progress(**said | {"judged": tuple(said["judged"])})
        weights = {path.stem: load_file(path) for path in sorted(finished.glob("*.safetensors"))}
        flat = weights.pop("optimizer")
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise SourceError(f"The checkpoint in {folder} cannot be read ({error!r}). Delete it to start anew.") from error
    if progress.fingerprint != fingerprint:
        raise SourceError(
            f"The checkpoint in {folder} is of other settings or other data ({progress.fingerprint}, not "
            f"{fingerprint}). Give another folder, or delete it to start anew."
        )
    states: dict[int, dict[str, Tensor]] = {}
    for name, value in flat.items():
        number, key = name.split(".", 1)
        states.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict(optimizer.state_dict() | {"state": states})
    return progress, weights
