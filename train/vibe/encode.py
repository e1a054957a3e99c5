"""Embedding many texts: in parallel, and going on where an interrupted run stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recsys.text_encoder import TextEncoder
from train.common import report_progress

_SHARD = 2_000


def embed_all(texts: Sequence[str], encoder: TextEncoder, kept: Path, workers: int, step: str) -> NDArray[np.float16]:
    """(n, dim) unit embeddings of ``texts``; equal texts are read once.

    Every 2,000 texts are saved in folder ``kept`` under a hash of what they say, and found there by a later run.
    Each text is read by itself, so its embedding does not depend on the others nor on the number of workers.
    """
    distinct = list(dict.fromkeys(texts))
    number = {text: i for i, text in enumerate(distinct)}
    kept.mkdir(parents=True, exist_ok=True)
    shards = []
    with ThreadPoolExecutor(workers) as pool, tqdm(total=len(distinct), desc=step, unit="text", disable=None) as bar:
        for start in range(0, len(distinct), _SHARD):
            report_progress(step, start / len(distinct))
            some = distinct[start : start + _SHARD]
            shards.append(_shard(some, encoder, kept, pool))
            bar.update(len(some))
    return np.concatenate(shards)[[number[text] for text in texts]]


def _shard(texts: Sequence[str], encoder: TextEncoder, kept: Path, pool: ThreadPoolExecutor) -> NDArray[np.float16]:
    said = "\0".join(texts).encode()
    path = kept / f"{hashlib.sha256(said).hexdigest()[:24]}.npy"
    if path.exists():
        found: NDArray[np.float16] = np.load(path, allow_pickle=False)
        return found
    made = np.stack(list(pool.map(encoder.embed, texts))).astype(np.float16)
    unfinished = path.with_suffix(".part.npy")
    np.save(unfinished, made, allow_pickle=False)
    unfinished.replace(path)
    return made
