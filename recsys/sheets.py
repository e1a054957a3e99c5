"""The sheet of every song of a catalogue: what its cover is drawn from, and its clip rendered.

A demo world's bundle stores the scene of each song, so that what the app shows is what the models were trained on.
Other catalogues know no scenes; theirs are told by how an artist's songs sound, so that like music has like covers.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import AUDIO_FEATURES
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.demo_media import Sheet, sheet_of
from recsys.errors import BundleError
from recsys.genres import MACRO_GENRES, macro_genres

log = logging.getLogger(__name__)
SCENES = "catalogue/scenes.npy"
"""The scene of each track as a number from 0, (n_tracks,) of uint8; only bundles of the demo world have it."""
Scenes = NDArray[np.uint8]

_HEARD = AUDIO_FEATURES[:9]  # those that a sheet has
_N_SCENES = 48
# Palettes by mood: calm to wild downwards, sad to happy to the right.
_PALETTES = np.array([[9, 12, 6, 14], [7, 3, 8, 4], [13, 0, 11, 1], [5, 15, 2, 10]])


@dataclass(frozen=True)
class Sheets:
    """Sheets of a catalogue's songs.

    Attributes:
        catalogue: The songs.
        stored: The scenes that the bundle stores, (n_tracks,); None where it stores none that can be used.
    """

    catalogue: Catalogue
    stored: Scenes | None = None

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue) -> Sheets:
        """Open the scenes in ``bundle``; a damaged file of them is as good as none, for covers are drawn without."""
        if SCENES not in bundle.manifest.files:
            return cls(catalogue)
        try:
            scenes = bundle.array(SCENES)
            if scenes.shape != (len(catalogue),) or scenes.dtype != np.uint8:
                raise BundleError(
                    f"{SCENES} holds {scenes.dtype} of shape {scenes.shape}, expected uint8 ({len(catalogue)},)."
                )
        except BundleError as error:
            log.warning("The demo world's own covers and its clips are off: %s", error)
            return cls(catalogue)
        return cls(catalogue, scenes)

    @cached_property
    def scenes(self) -> Scenes:
        """(n_tracks,): as stored, or else by mood."""
        return scenes_by_mood(self.catalogue) if self.stored is None else self.stored

    def of(self, row: int) -> Sheet:
        """The sheet of the song at ``row``; what is unknown of it is taken to be as usual."""
        song = self.catalogue.table.slice(row, 1).to_pylist()[0]
        return sheet_of(
            song["track_id"],
            song["artist"],
            song["album"],
            _macro_genres(song["genres"]),
            song["year"],
            song["key"],
            song["mode"],
            [_as_read(song[feature.name], feature.low, feature.high) for feature in _HEARD],
            int(self.scenes[row]),
        )


def scenes_by_mood(catalogue: Catalogue) -> Scenes:
    """A scene for each track, (n_tracks,), by the mood of its artist's songs; 0.3 s for a million tracks.

    Energy and valence, beside other artists of this catalogue, choose the palette, and acousticness one of the three
    layouts that go with it. All songs of an artist have one scene, or those of an album would share no drawing. An
    artist of whom nothing is known has any.
    """
    _, artists = np.unique(catalogue.artist_keys, return_inverse=True)
    energy = _level(catalogue, "energy", artists, 4)
    valence = _level(catalogue, "valence", artists, 4)
    acousticness = _level(catalogue, "acousticness", artists, 3)
    told = (energy >= 0) & (valence >= 0)
    scenes = np.where(told, _PALETTES[energy, valence] + 16 * np.maximum(acousticness, 0), np.arange(len(told)))
    return (scenes % _N_SCENES).astype(np.uint8)[artists]


def _level(catalogue: Catalogue, feature: str, artists: NDArray[np.intp], levels: int) -> NDArray[np.intp]:
    """Which of ``levels`` equally large parts each artist is in by the mean of a feature, -1 where it is unknown."""
    values = catalogue.numbers(feature)
    known = np.isfinite(values)
    n_artists = int(artists.max(initial=-1)) + 1
    counts = np.bincount(artists[known], minlength=n_artists)
    sums = np.bincount(artists[known], values[known], minlength=n_artists)
    means = sums[counts > 0] / counts[counts > 0]
    level = np.full(n_artists, -1)
    if len(means):
        cuts = np.quantile(means, np.arange(1, levels) / levels)
        level[counts > 0] = np.searchsorted(cuts, means, side="right")
    return level


def _macro_genres(genres: list[str]) -> list[str]:
    """The first macro-genre of a song, if any; where the first genre is one, it is that."""
    if genres and genres[0] in MACRO_GENRES:
        return genres[:1]
    return [macro for genre in genres for macro in macro_genres(genre)][:1]


def _as_read(value: float | None, low: float, high: float) -> float:
    """The number that a source gave: the shortest decimal that the catalogue's 32 bits stand for; NaN if unknown."""
    if value is None or math.isnan(value):
        return math.nan
    return min(max(float(str(np.float32(value))), low), high)
