"""What a demo song's cover and clip are made from: what the catalogue knows of it, and its scene."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from recsys.audio_features import FEATURE_NAMES

LACKING = {"audio": 30, "cover": 40}
"""How many songs in a thousand have no clip or no cover, so that models meet what a real collection is like."""
_USUAL = (0.56, 0.6, -8.0, 0.08, 0.35, 0.1, 0.2, 0.5, 118.0)  # for what is unknown; the first nine of FEATURE_NAMES


@dataclass(frozen=True, slots=True)
class Sheet:
    """One song, for the painter and for the band.

    Attributes:
        song, artist, album: Numbers that seed what only the song has, what all songs of its artist share, and what
            all of its album do.
        scene: From 0: who plays the same rooms. Nothing else in the catalogue tells it.
        genre: The first of its macro-genres, "" if it has none.
        year: Of its release.
        key: 0 = C … 11 = B.
        minor: Whether the key is minor.
        danceability … tempo: The audio features, each in its own unit, `loudness` in dB and `tempo` in BPM.
    """

    song: int
    artist: int
    album: int
    scene: int
    genre: str
    year: int
    key: int
    minor: bool
    danceability: float
    energy: float
    loudness: float
    speechiness: float
    acousticness: float
    instrumentalness: float
    liveness: float
    valence: float
    tempo: float


def sheet_of(
    track_id: str,
    artist: str,
    album: str | None,
    genres: Sequence[str],
    year: int | None,
    key: int | None,
    mode: int | None,
    features: Sequence[float],
    scene: int,
) -> Sheet:
    """The sheet of a song, from the catalogue's columns and its scene.

    ``mode`` is 1 for major and 0 for minor; where unknown, a sad song is in minor. ``features`` are the nine audio
    features in the order of FEATURE_NAMES (more are not read), NaN where unknown. ``scene`` counts from 0.
    """
    known = [u if math.isnan(v) else float(v) for v, u in zip(features, _USUAL, strict=False)]
    values = dict(zip(FEATURE_NAMES, known, strict=False))
    return Sheet(
        song=seed_of(track_id),
        artist=seed_of(artist),
        album=seed_of(f"{artist}\n{album or track_id}"),
        scene=scene,
        genre=genres[0] if len(genres) else "",
        year=2000 if year is None else int(year),
        key=seed_of(track_id) % 12 if key is None else int(key),
        minor=values["valence"] < 0.5 if mode is None else mode == 0,
        **values,
    )


def seed_of(text: str) -> int:
    """A number from a text, the same on every machine."""
    return zlib.crc32(text.encode())


def lacks(kind: str, track_id: str) -> bool:
    """Whether the song has no "audio" or no "cover": a few in a hundred, the same ones always."""
    return seed_of(f"{kind} of {track_id}") % 1000 < LACKING[kind]
