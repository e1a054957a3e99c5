"""A song that the catalogue does not have, as a person or a program gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, Features
from recsys.errors import InvalidQueryError


@dataclass(frozen=True)
class NewSong:
    """A song that the catalogue does not have.

    Attributes:
        features: (11,) in natural units; NaN where an optional one is unknown.
        year: Release year, NaN where unknown.
    """

    features: Features
    year: float = np.nan
    artist: str = ""
    title: str = ""
    album: str = ""


def new_song(values: Mapping[str, object], *, year: float | None = None, **text: str) -> NewSong:
    """A song from feature values by name.

    Raises:
        InvalidQueryError: a name is not a feature, a value is not a number in its range, or one of the nine
            features that every catalogue has is missing.
    """
    known = ", ".join(feature.name for feature in AUDIO_FEATURES)
    if unknown := sorted(set(values) - set(FEATURE_INDEX)):
        raise InvalidQueryError(f"{', '.join(map(repr, unknown))}: no such feature. The features are {known}.")
    features = np.full(len(AUDIO_FEATURES), np.nan, dtype=np.float32)
    missing = []
    for i, feature in enumerate(AUDIO_FEATURES):
        value = values.get(feature.name)
        if value is None:
            missing += [] if feature.optional else [feature.name]
            continue
        features[i] = _in_range(feature.name, value, feature.low, feature.high)
    if missing:
        raise InvalidQueryError(f"Missing: {', '.join(missing)}. Give a number for each of {known}.")
    if year is not None:
        year = _in_range("year", year, 1000, 3000)
    return NewSong(features, np.nan if year is None else year, **text)


def _in_range(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:  # NaN fails too
        raise InvalidQueryError(f"{name} is {value!r}; it must be a number from {low:g} to {high:g}.")
    return float(value)
