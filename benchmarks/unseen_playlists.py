"""A bundle's playlists, half of them unseen: what the blend learnt, it learnt from the other half."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.blend_inputs import catalogue_tracks
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Rows
from recsys.errors import SourceError
from recsys.index import Vectors
from recsys.song_to_song import SongToSong
from train.blend.fit import fit_blend
from train.features import read_training_features
from train.same_playlist import read_playlists, split_playlists
from train.space_quality import FEWEST_PLAYLISTS


@dataclass(frozen=True)
class Unseen:
    """What is judged, and by what.

    Attributes:
        catalogue: All songs.
        scaled: (n_tracks, n_features), standardised features.
        songs: Song-to-song whose blend has not seen ``playlists``.
        plain: (n_tracks, dim), the blend that learns from no playlist.
        playlists: Rows, each song once, in their order.
    """

    catalogue: Catalogue
    scaled: Vectors
    songs: SongToSong
    plain: Vectors
    playlists: list[Rows]


def read_unseen(path: Path, seed: int) -> Unseen:
    """Fit the blend anew, to the half of the playlists that ``seed`` draws."""
    bundle = Bundle.open(path)
    data, playlists = read_training_features(bundle), read_playlists(bundle)
    if len(playlists) < FEWEST_PLAYLISTS:
        raise SourceError(f"{path} has {len(playlists)} playlists; measuring takes {FEWEST_PLAYLISTS} or more.")
    split = split_playlists(playlists, seed)
    tracks = catalogue_tracks(data.catalogue)
    learnt = fit_blend(tracks, data.scaler.names, split.train, seed)
    plain = fit_blend(tracks, data.scaler.names, [], seed, with_parts=False)
    songs = SongToSong(data.catalogue, {"blend": learnt.space(data.catalogue)})
    return Unseen(data.catalogue, data.scaled, songs, plain.embeddings, [distinct(p) for p in split.test])


def distinct(rows: Rows) -> Rows:
    """Each once, in the order in which they come first."""
    _, first = np.unique(rows, return_index=True)
    found: Rows = rows[np.sort(first)]
    return found
