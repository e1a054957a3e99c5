"""The 11 audio features: name, unit, range, and what known data sets call them.

Ranges and meanings are those of Spotify's audio-features reference; `loudness` may pass 0 dB on clipped masters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
"""Feature values in natural units, (n_tracks, 11) in the order of FEATURE_NAMES; NaN where unknown."""


@dataclass(frozen=True, slots=True)
class AudioFeature:
    """One feature as Spotify defines it.

    Attributes:
        name: The column's canonical name.
        label: What the UI calls it.
        unit: "" for a share of 1.
        low, high: The least and greatest value that a row may have.
        more, less, alike: How to say that a song has more of it, less, or as much.
        aliases: Other names of the column, folded as `fold_column` does.
        optional: Whole data sets lack it; they train without it.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    more: str
    less: str
    alike: str
    aliases: tuple[str, ...] = ()
    optional: bool = False


AUDIO_FEATURES: tuple[AudioFeature, ...] = (
    AudioFeature("danceability", "Danceability", "", 0, 1, "more danceable", "less danceable", "as danceable"),
    AudioFeature("energy", "Energy", "", 0, 1, "more energetic", "calmer", "as energetic"),
    AudioFeature("loudness", "Loudness", "dB", -60, 6, "louder", "quieter", "as loud", ("loudness_db",)),
    AudioFeature("speechiness", "Speechiness", "", 0, 1, "more spoken", "less spoken", "as much speech"),
    AudioFeature("acousticness", "Acousticness", "", 0, 1, "more acoustic", "less acoustic", "as acoustic"),
    AudioFeature(
        "instrumentalness", "Instrumentalness", "", 0, 1, "more instrumental", "less instrumental", "as instrumental"
    ),
    AudioFeature("liveness", "Liveness", "", 0, 1, "more live", "less live", "as live"),
    AudioFeature("valence", "Valence", "", 0, 1, "happier", "sadder", "as happy", ("positiveness",)),
    # No beat is slower than 20 BPM: 0 says that none was found, and less than 1 that somebody rescaled the column.
    AudioFeature("tempo", "Tempo", "BPM", 20, 300, "faster", "slower", "same tempo", ("bpm",)),
    AudioFeature(
        "popularity",
        "Popularity",
        "",
        0,
        100,
        "more popular",
        "less known",
        "as popular",
        ("track_popularity",),
        optional=True,
    ),
    AudioFeature(
        "duration_ms",
        "Duration",
        "ms",
        1_000,
        10_800_000,
        "longer",
        "shorter",
        "same length",
        ("duration", "length", "track_duration_ms"),
        optional=True,
    ),
)

FEATURE_NAMES: tuple[str, ...] = tuple(f.name for f in AUDIO_FEATURES)
MOOD_FEATURES: tuple[str, ...] = (
    "danceability",
    "energy",
    "valence",
    "tempo",
    "acousticness",
    "instrumentalness",
    "popularity",
)
FEATURE_INDEX: dict[str, int] = {name: i for i, name in enumerate(FEATURE_NAMES)}


def format_value(name: str, value: float) -> str:
    """A feature value as a person reads it: ``120 BPM``, ``3:47``, ``-6.9 dB``, ``0.42``."""
    if not math.isfinite(value):
        return "unknown"
    if name == "duration_ms":
        minutes, seconds = divmod(round(value / 1000), 60)
        return f"{minutes}:{seconds:02d}"
    if name == "popularity":
        return f"{value:.0f}"
    if name == "tempo":
        return f"{value:.0f} BPM"
    return f"{value:.1f} dB" if name == "loudness" else f"{value:.2f}"
