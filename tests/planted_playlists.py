"""A small world for playlists: three kinds of songs far apart, graded in energy, with keys and links for most."""

from __future__ import annotations

import numpy as np

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES
from recsys.catalogue import Catalogue
from recsys.index import normalise
from recsys.song_to_song import SongToSong
from recsys.spaces import CosineSpace
from tests.contract import make_catalogue
from train.features import fit_scaler

KINDS = ("folk", "metal", "disco")
SONGS = 180
PER_ARTIST = 5
# Where each kind stands in each feature, from 0, the least that it may have, to 1.
_PLACES = np.random.default_rng(3).permuted(np.tile([0.2, 0.5, 0.8], (len(FEATURE_NAMES), 1)), axis=1).T


def spotify_id(row: int) -> str:
    return f"{row:022d}"


def of_kind(kind: str) -> list[str]:
    """Track ids, in row order."""
    return [f"t{row}" for row in range(KINDS.index(kind), SONGS, len(KINDS))]


def playlist_catalogue(**columns: object) -> Catalogue:
    """Row i is of kind i % 3; every tenth song has no link, every seventh no key; t3 is another version of t0."""
    rng = np.random.default_rng(0)
    row = np.arange(SONGS)
    kind, nth = row % len(KINDS), row // len(KINDS)
    places = np.clip(_PLACES[kind] + rng.normal(0, 0.06, (SONGS, len(FEATURE_NAMES))), 0, 1)
    features = {f.name: f.low + places[:, i] * (f.high - f.low) for i, f in enumerate(AUDIO_FEATURES)}
    artist = kind + len(KINDS) * (nth // PER_ARTIST)
    group = np.where(row == 3, 0, row)
    keys = [None if r % 7 == 6 else int(k) for r, k in enumerate(rng.integers(0, 12, SONGS))]
    return make_catalogue(
        SONGS,
        **{
            "artist": [f"Artist {a}" for a in artist],
            "artist_key": artist,
            "version_group": group,
            "genres": [[KINDS[k]] for k in kind],
            "year": 1980 + nth % 40,
            "spotify_id": [None if r % 10 == 9 else spotify_id(r) for r in range(SONGS)],
            "key": keys,
            "mode": [None if key is None else int(m) for key, m in zip(keys, rng.integers(0, 2, SONGS), strict=True)],
        }
        | features
        | columns,
    )


def playlist_songs(catalogue: Catalogue) -> SongToSong:
    """Song-to-song whose blend is a cosine of all features."""
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    return SongToSong(catalogue, {"blend": CosineSpace("blend", scaler, normalise(scaler(catalogue.features)))})
