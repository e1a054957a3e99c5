"""What the demo world's songs sound and look like in a few numbers: small encoders that need no training.

A clip is told by its log-mel spectrogram's mean, deviation and change in each band, a cover by its colours on a coarse
grid. Written as the .npz files of embeddings that `train.user_history` reads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.fft import rfft

from recsys.demo_media import RATE
from train.demo_world.media import clips_of, covers_of

_SECONDS = 2.0
_WINDOW, _HOP, _BANDS = 1_024, 1_024, 40
_COVER, _GRID = 32, 8
_WORKERS = 2


def write_summaries(tracks: pd.DataFrame, folder: Path) -> dict[str, Path]:
    """Write ``audio.npz`` and ``cover.npz`` to ``folder``; paths by name."""
    ids = tracks["track_id"].to_numpy(dtype=str)
    rows, values = sounds_of(tracks)
    pixels, present = covers_of(tracks, _COVER)
    paths = {name: folder / f"{name}.npz" for name in ("audio", "cover")}
    np.savez(paths["audio"], ids=ids[rows], values=values)
    np.savez(paths["cover"], ids=ids[present], values=coarse(pixels[present]))
    return paths


def sounds_of(tracks: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Rows of the tracks that have audio, and (n_rows, 3 · bands) of their clips."""
    filters = mel_filters()
    with ThreadPoolExecutor(_WORKERS) as pool:
        found = list(pool.map(lambda batch: (batch[0], summary(batch[1], filters)), clips_of(tracks, _SECONDS)))
    return np.concatenate([rows for rows, _ in found]), np.concatenate([values for _, values in found])


def summary(samples: NDArray[np.float32], filters: NDArray[np.float32]) -> NDArray[np.float16]:
    """(n, 3 · bands) of clips (n, samples): mean and deviation over time, and mean change from frame to frame."""
    starts = np.arange(0, samples.shape[1] - _WINDOW + 1, _HOP)
    window = np.hanning(_WINDOW).astype(np.float32)
    loud = np.empty((len(samples), len(starts), filters.shape[1]), np.float32)
    for i, start in enumerate(starts):
        power = np.abs(rfft(samples[:, start : start + _WINDOW] * window, axis=1)) ** 2
        loud[:, i] = np.log10(power @ filters + 1e-6)
    parts = (loud.mean(axis=1), loud.std(axis=1), np.abs(np.diff(loud, axis=1)).mean(axis=1))
    return np.concatenate(parts, axis=1).astype(np.float16)


def mel_filters() -> NDArray[np.float32]:
    """(bins, bands): triangles, evenly spaced on the mel scale (O'Shaughnessy, 1987)."""
    highest = 2595 * np.log10(1 + RATE / 2 / 700)
    corners = 700 * (10 ** (np.linspace(0, highest, _BANDS + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE)[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


def coarse(pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
    """(n, grid · grid · 3) mean colours of covers (n, side, side, 3), from 0 to 1."""
    n, side = len(pixels), pixels.shape[1] // _GRID
    blocks = pixels.reshape(n, _GRID, side, _GRID, side, 3).mean(axis=(2, 4)) / 255
    return blocks.reshape(n, -1).astype(np.float16)
