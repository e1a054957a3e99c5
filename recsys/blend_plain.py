"""The blend where there are no playlists to learn from."""

from __future__ import annotations

import numpy as np

from recsys.blend_inputs import (
    INPUTS,
    N_VALUES,
    YEAR_COLUMNS,
    BlendTables,
    BlendTracks,
    artist_sound_of,
    ranks_of,
    sound_of,
)
from recsys.index import Vectors


class PlainBlend:
    """The best space found without playlists: ranks of the features, the year, and the artist's mean sound.

    Compared by Euclidean distance after a projection to the principal axes. The weights were chosen on playlists of
    the TidyTuesday set; nothing is learnt from the catalogue at hand but its spread.
    """

    unit = False
    YEAR_WEIGHT, SOUND_WEIGHT, YEARS_WEIGHT = 4.0, 0.6, 0.8

    def __init__(self, tables: BlendTables, mean: Vectors, axes: Vectors) -> None:
        """``mean``: (width,) of `wide_inputs` over the catalogue. ``axes``: (width, dim)."""
        self._tables = tables
        self.mean = mean
        self.axes = axes

    @classmethod
    def wide_inputs(cls, tracks: BlendTracks, tables: BlendTables) -> Vectors:
        """Weighted ranks and the artist's weighted mean sound, (n, 12 + SOUND_WIDTH)."""
        ranks = np.nan_to_num(ranks_of(tracks.values, tables), nan=0.5)
        ranks[:, -1] *= cls.YEAR_WEIGHT
        weights = np.full(len(tables.mean), cls.SOUND_WEIGHT, np.float32)
        weights[YEAR_COLUMNS] = cls.YEARS_WEIGHT
        sound = artist_sound_of(sound_of(tracks, tables), tracks.artist_keys, tables)
        return np.hstack([ranks, sound * tables.scale * weights]).astype(np.float32)

    def embed(self, tracks: BlendTracks) -> Vectors:
        return ((self.wide_inputs(tracks, self._tables) - self.mean) @ self.axes).astype(np.float32)

    def average(self) -> Vectors:
        return np.zeros(self.axes.shape[1], np.float32)

    def parts(self, tracks: BlendTracks) -> Vectors:
        """The embedding is linear in the inputs, so that its parts are exact."""
        moved = self.wide_inputs(tracks, self._tables) - self.mean  # (n, width)
        parts = np.zeros((len(moved), len(INPUTS), self.axes.shape[1]), np.float32)
        parts[:, :N_VALUES] = moved[:, :N_VALUES, None] * self.axes[:N_VALUES]
        parts[:, INPUTS.index("artist")] = moved[:, N_VALUES:] @ self.axes[N_VALUES:]
        return parts
