"""Fit the blend where there are no playlists: principal axes, nothing learnt but the catalogue's own spread."""

from __future__ import annotations

import numpy as np

from recsys.blend_inputs import BlendTables, BlendTracks
from recsys.blend_plain import PlainBlend

DIM = 31


def fit_plain(tracks: BlendTracks, tables: BlendTables, dim: int = DIM) -> PlainBlend:
    """Project the wide inputs of ``tracks`` (all of the catalogue, or a sample) to ``dim`` axes."""
    wide = PlainBlend.wide_inputs(tracks, tables)
    mean = wide.mean(axis=0)
    spread = (wide - mean).T @ (wide - mean) / max(len(wide) - 1, 1)
    _, axes = np.linalg.eigh(spread.astype(np.float64))  # ascending
    axes = axes[:, ::-1][:, :dim]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])  # the same on every machine
    return PlainBlend(tables, mean.astype(np.float32), (axes * signs).astype(np.float32))
