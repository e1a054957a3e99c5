"""The columns that every reader gives, and what known data sets call them."""

from __future__ import annotations

import re

import pyarrow as pa

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES

_NOT_NAME = re.compile("[^a-z0-9]+")

REQUIRED: tuple[str, ...] = ("title", "artists", *(f.name for f in AUDIO_FEATURES if not f.optional))
"""Columns that a file of tracks must have."""

ALIASES: dict[str, tuple[str, ...]] = {
    "track_id": ("track_id", "id", "spotify_track_id"),
    "title": ("title", "track_name", "song", "name", "track", "song_name", "track_title"),
    "artists": ("artists", "artist_s", "artist_names", "artist_name", "track_artist", "artist", "performer"),
    "artist": ("artist",),  # the main artist, where another column holds everybody credited
    "album": ("album", "album_name", "track_album_name"),
    "year": ("year", "release_date", "track_album_release_date", "album_release_date", "release_year"),
    "explicit": ("explicit", "is_explicit", "track_explicit"),
    "genres": ("genres", "genre", "track_genre", "playlist_genre", "artist_genres"),
    "subgenres": ("subgenres", "subgenre", "playlist_subgenre"),
    "spotify_id": ("spotify_id",),
    "key": ("key",),
    "mode": ("mode",),
    **{feature.name: (feature.name, *feature.aliases) for feature in AUDIO_FEATURES},
    "playlist_id": ("playlist_id",),
    "playlist_name": ("playlist_name",),
    "position": ("position", "playlist_position"),
}
"""Canonical name → names it goes by, folded as `fold_column` does; of several in one file, the first counts."""

ROWS = pa.schema(
    [
        *((name, pa.string()) for name in ("track_id", "title", "artist", "artists", "album", "spotify_id")),
        ("year", pa.int16()),
        ("explicit", pa.bool_()),
        ("genres", pa.list_(pa.string())),
        ("subgenres", pa.list_(pa.string())),
        ("key", pa.int8()),
        ("mode", pa.int8()),
        *((name, pa.float32()) for name in FEATURE_NAMES),
        ("playlist_id", pa.string()),
        ("playlist_name", pa.string()),
    ]
)
"""One row a record of a source file, null where the file says nothing."""


def fold_column(name: str) -> str:
    """``name`` in lower case with everything else than letters and digits as "_", and none at its ends.

    >>> fold_column("Loudness (db)")
    'loudness_db'
    """
    return _NOT_NAME.sub("_", name.lower()).strip("_")
