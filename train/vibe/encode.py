"""Embedding many texts: in parallel, going on where an interrupted run stopped, and shared by several processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recsys.errors import SourceError
from recsys.text_encoder import TextEncoder
from train.common import report_progress

_BLOCK = 2_000


@dataclass(frozen=True)
class Shard:
    """Which process of several this is, from 0: where among all texts it begins."""

    number: int = 0
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From "2/4", the second of four; raises SourceError for anything else."""
        number, _, of = text.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise SourceError(f"--shard is {text!r}; give the number of this process and of all, such as 2/4.")
        return cls(int(number) - 1, int(of))


@dataclass(frozen=True)
class Embedder:
    """Embeds texts and keeps what it has done in a folder, under a hash of what the texts say.

    A run after an interruption finds it there, and so do other processes that embed the same texts: each begins at
    its own place, takes what others have done, and does what nobody has. A text is read by itself, so its embedding
    depends neither on the others nor on the number of workers or processes.

    Attributes:
        encoder: What reads the texts.
        kept: The folder, one for each encoder and length of window.
        workers: Texts read at a time.
    """

    encoder: TextEncoder
    kept: Path
    workers: int
    shard: Shard = Shard()

    def embed(self, texts: Sequence[str], step: str) -> NDArray[np.float16]:
        """(n, dim) unit embeddings of ``texts``; equal texts are read once. ``step``: what to say meanwhile."""
        distinct = list(dict.fromkeys(texts))
        number = {text: i for i, text in enumerate(distinct)}
        blocks = [distinct[i : i + _BLOCK] for i in range(0, len(distinct), _BLOCK)]
        first = self.shard.number * len(blocks) // self.shard.of
        self.kept.mkdir(parents=True, exist_ok=True)
        done: dict[int, NDArray[np.float16]] = {}
        with (
            ThreadPoolExecutor(self.workers) as pool,
            tqdm(total=len(distinct), desc=step, unit="text", disable=None) as bar,
        ):
            for i in [*range(first, len(blocks)), *range(first)]:
                report_progress(step, len(done) / len(blocks))
                done[i] = self._block(blocks[i], pool)
                bar.update(len(blocks[i]))
        return np.concatenate([done[i] for i in range(len(blocks))])[[number[text] for text in texts]]

    def _block(self, texts: Sequence[str], pool: ThreadPoolExecutor) -> NDArray[np.float16]:
        said = "\0".join(texts).encode()
        path = self.kept / f"{hashlib.sha256(said).hexdigest()[:24]}.npy"
        if path.exists():
            found: NDArray[np.float16] = np.load(path, allow_pickle=False)
            return found
        made = np.stack(list(pool.map(self.encoder.embed, texts))).astype(np.float16)
        unfinished = path.with_suffix(f".{os.getpid()}.npy")
        np.save(unfinished, made, allow_pickle=False)
        unfinished.replace(path)
        return made
