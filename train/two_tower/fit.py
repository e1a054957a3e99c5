"""Fitting the towers: Adam, early stopping, checkpoints; alone or under torchrun."""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from train.common import report_progress
from train.history.interactions import Interactions
from train.two_tower.batches import Batch, Windows
from train.two_tower.checkpoint import Progress, load_checkpoint, save_checkpoint
from train.two_tower.config import TwoTowerConfig
from train.two_tower.distributed import Group, from_leader
from train.two_tower.learner import Learner
from train.two_tower.validation import Validation, judge

log = logging.getLogger(__name__)

_CHECKPOINT_SECONDS = 300.0


@dataclass
class Fitting:
    """A training under way.

    Attributes:
        learner: The towers and their loss.
        interactions: What is learnt from.
        validation: What decides when to stop; None to train for all epochs.
        config: The settings.
        group: The processes.
        checkpoint: A folder to go on from and to save to; None for none.
    """

    learner: Learner
    interactions: Interactions
    validation: Validation | None
    config: TwoTowerConfig
    group: Group
    checkpoint: Path | None = None
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self.progress = Progress(f"{self.config.fingerprint()}-{data_fingerprint(self.interactions)}")
        self.optimizer = build_optimizer(self.learner, self.config)
        self.best: dict[str, Tensor] = {}
        self.mean: dict[str, Tensor] = {}
        self.windows = Windows(self.interactions, self.config.max_length, self.config.crop, self.config.last)
        self.started = self.saved = time.monotonic()
        encoders = self.learner.encoders is not None
        self.module: nn.Module = self.learner
        if self.group.world > 1:
            self.module = DistributedDataParallel(self.learner, find_unused_parameters=encoders)

    def run(self) -> Progress:
        """Train; leaves the best weights in the learner.

        Raises:
            SourceError: the checkpoint is not of this training.
        """
        self._resume()
        bar = tqdm(total=self.config.epochs, initial=self.progress.epoch, desc="Two towers", unit="epoch", disable=None)
        with bar:
            while self.progress.epoch < self.config.epochs and not self._has_settled():
                if not self._epoch():
                    break
                bar.update(1)
                bar.set_postfix(ndcg=f"{self.progress.best:.4f}")
        self._save()
        if self.best:
            self.learner.load_state_dict(self.best)
        elif self.mean:
            self.learner.load_state_dict(self.mean)
        self.learner.eval()
        return self.progress

    def _epoch(self) -> bool:
        """One pass over the histories; False where time ran out."""
        progress, config = self.progress, self.config
        self.learner.train()
        steps = self.windows.steps(config.batch)
        for step, batch in enumerate(self.windows.epoch(config.batch, config.seed, progress.epoch)):
            if step < progress.step:
                continue  # done before the interruption
            self._step(batch, step)
            progress.step, progress.total = step + 1, progress.total + 1
            done = (progress.epoch + (step + 1) / steps) / config.epochs
            if step % max(1, steps // 10) == 0 and self.group.leads:
                report_progress(f"Two towers: epoch {progress.epoch + 1}", min(1.0, done))
            if self._out_of_time():
                self._judge()
                return False
            if time.monotonic() - self.saved > _CHECKPOINT_SECONDS:
                self._save()
        progress.epoch, progress.step = progress.epoch + 1, 0
        if progress.epoch % config.judge_every == 0 or progress.epoch == config.epochs:
            self._judge()
        return True

    def _step(self, batch: Batch, step: int) -> None:
        config, group, device = self.config, self.group, self.group.device
        seeds = (config.seed, self.progress.epoch, step)
        # All chance of a step follows from its number, so a training that was interrupted goes on as if it was not.
        torch.manual_seed(int(np.random.SeedSequence((*seeds, group.rank)).generate_state(1)[0]))
        negatives = self.learner.draw(np.random.default_rng((*seeds, 1)))
        scale = group.world / max(1, batch.n_targets)  # DDP takes the mean over processes
        share = batch.share(group.rank, group.world)
        for number in range(config.accumulate):
            piece = share.share(number, config.accumulate)  # an empty one too: the other processes wait for it
            last = number == config.accumulate - 1
            waits = isinstance(self.module, DistributedDataParallel) and not last
            with self.module.no_sync() if waits else nullcontext():  # type: ignore[operator]
                with torch.autocast(device.type, torch.bfloat16, enabled=config.bf16 and device.type == "cuda"):
                    arrays = (torch.from_numpy(a).to(device) for a in (piece.items, piece.targets, piece.lengths))
                    loss = self.module(*arrays, negatives)
                (loss * scale).backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self._average()

    def _average(self) -> None:
        if not self.config.average:
            return
        weights = self.learner.state_dict()
        if not self.mean:
            self.mean = {name: value.detach().clone() for name, value in weights.items()}
            return
        # Early on the mean is of few steps, or the first random weights would stay in it for long.
        keep = min(self.config.average, self.progress.total / (self.progress.total + 10))
        for name, value in self.mean.items():
            if value.is_floating_point():
                value.lerp_(weights[name].detach(), 1 - keep)

    def _judge(self) -> None:
        """Measure on validation; keep the weights where they are the best so far."""
        if self.validation is None:
            return
        progress, group = self.progress, self.group
        own = {name: value.detach().clone() for name, value in self.learner.state_dict().items()}
        judged = {name: value.clone() for name, value in self.mean.items()} or own
        score = 0.0
        if group.leads:
            self.learner.load_state_dict(judged)
            score = judge(self.learner.pair, self.learner.source, self.validation, group.device)
            self.learner.load_state_dict(own)
        score = from_leader(score, group)
        progress.judged = (*progress.judged, score)
        if score > progress.best:
            progress.best, progress.best_epoch, self.best = score, progress.epoch, judged
        log.info("Epoch %d: NDCG@10 %.4f on validation (best %.4f)", progress.epoch, score, progress.best)

    def _has_settled(self) -> bool:
        since = (self.progress.epoch - self.progress.best_epoch) // self.config.judge_every
        return self.validation is not None and bool(self.progress.judged) and since >= self.config.patience

    def _out_of_time(self) -> bool:
        if self.config.minutes is None:
            return False
        spent = self.progress.seconds + time.monotonic() - self.started
        return from_leader(spent, self.group) > 60 * self.config.minutes

    def _resume(self) -> None:
        found = self.checkpoint and load_checkpoint(self.checkpoint, self.progress.fingerprint, self.optimizer)
        if found:
            self.progress, weights = found
            device = self.group.device
            self.learner.load_state_dict(weights["weights"])
            self.best = {name: value.to(device) for name, value in weights.get("best", {}).items()}
            self.mean = {name: value.to(device) for name, value in weights.get("mean", {}).items()}
            log.info("Going on in epoch %d, after %d steps", self.progress.epoch + 1, self.progress.total)

    def _save(self) -> None:
        now = time.monotonic()
        self.progress.seconds, self.started, self.saved = self.progress.seconds + now - self.started, now, now
        if self.checkpoint is None or not self.group.leads:
            return
        sets = {"weights": self.learner.state_dict(), "best": self.best, "mean": self.mean}
        save_checkpoint(self.checkpoint, self.progress, {k: v for k, v in sets.items() if v}, self.optimizer)


def build_optimizer(learner: Learner, config: TwoTowerConfig) -> torch.optim.Optimizer:
    """AdamW; item embeddings have a decay of their own, biases and norms none."""
    tables: list[Tensor] = []
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in learner.named_parameters():
        if parameter.requires_grad:
            (tables if "item_tower.id." in name else matrices if parameter.ndim > 1 else others).append(parameter)
    groups: list[dict[str, Any]] = [
        {"params": tables, "weight_decay": config.item_decay},
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    filled = [group for group in groups if group["params"]]
    return torch.optim.AdamW(filled, lr=config.lr, betas=(0.9, 0.98), fused=True)


def data_fingerprint(interactions: Interactions) -> str:
    """A hash of who played what, names aside."""
    said = hashlib.sha256(np.ascontiguousarray(interactions.starts).tobytes())
    said.update(np.ascontiguousarray(interactions.items).tobytes() + str(interactions.n_items).encode())
    return said.hexdigest()[:16]
