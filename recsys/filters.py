"""Which tracks a query may return: years, popularity, duration, tempo, explicit, sung, live, genres, artists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from recsys.catalogue import Catalogue, Mask
from recsys.errors import InvalidQueryError, NoMatchError
from recsys.live_versions import live_titles
from recsys.text import fold

MS_PER_SECOND = 1000
_SHOWN_GENRES = 12
# Spotify's own words on its features: above 0.5 a track is meant to be instrumental, above 0.8 it is likely live.
INSTRUMENTAL_FROM = 0.5
LIVE_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a track must meet; None or empty means no condition.

    Bounds are inclusive. A track whose value is unknown fails a condition on it. ``genres`` passes tracks that have at
    least one of them. Duration is in seconds. A song is live if its title says so or its liveness is high; the title is
    always known, so ``live`` never fails for want of a liveness.
    """

    year_min: float | None = None
    year_max: float | None = None
    popularity_min: float | None = None
    popularity_max: float | None = None
    duration_min: float | None = None
    duration_max: float | None = None
    tempo_min: float | None = None
    tempo_max: float | None = None
    explicit: bool | None = None
    instrumental: bool | None = None
    live: bool | None = None
    genres: tuple[str, ...] = ()
    only_artists: tuple[str, ...] = ()
    exclude_artists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, low, high in self._ranges():
            if any(bound is not None and not isfinite(bound) for bound in (low, high)):
                raise InvalidQueryError(f"The bounds of {name} must be numbers, given {low} and {high}.")
            if low is not None and high is not None and low > high:
                raise InvalidQueryError(f"{name} from {low:g} to {high:g} holds nothing: the first bound is larger.")

    def _ranges(self) -> Iterator[tuple[str, float | None, float | None]]:
        yield "year", self.year_min, self.year_max
        yield "popularity", self.popularity_min, self.popularity_max
        yield "duration", self.duration_min, self.duration_max
        yield "tempo", self.tempo_min, self.tempo_max

    def mask(self, catalogue: Catalogue) -> Mask | None:
        """Which tracks pass, (n_tracks,); None where every track does.

        Raises:
            InvalidQueryError: a genre that the catalogue does not have.
            NoMatchError: no track passes; the message says how many pass each condition alone.
        """
        return None if self == NO_FILTERS else _mask(self, catalogue)

    def without_unknown(self, catalogue: Catalogue) -> tuple[Filters, tuple[str, ...]]:
        """The conditions on what the catalogue knows of some song, and the names of the other conditions."""
        asked: dict[str, tuple[str, ...]] = {
            name: (f"{name}_min", f"{name}_max") for name, low, high in self._ranges() if (low, high) != _ANY
        }
        asked |= {name: (name,) for name in ("explicit", "instrumental") if getattr(self, name) is not None}
        unknown = tuple(name for name in asked if not np.isfinite(_values(catalogue, name)).any())
        lifted: dict[str, Any] = {field: None for name in unknown for field in asked[name]}
        return replace(self, **lifted), unknown

    def conditions(self, catalogue: Catalogue) -> Iterator[tuple[str, Mask]]:
        """Each condition in words and the tracks that meet it."""
        for name, low, high in self._ranges():
            if low is not None or high is not None:
                values = _values(catalogue, name)
                passed = np.isfinite(values)
                if low is not None:
                    passed &= values >= low
                if high is not None:
                    passed &= values <= high
                yield f"{name} {_range_text(low, high)}{_if_unknown(np.isfinite(values))}", passed
        if self.explicit is not None:
            marked = catalogue.numbers("explicit")
            words = ("explicit" if self.explicit else "not explicit") + _if_unknown(np.isfinite(marked))
            yield words, marked == float(self.explicit)
        if self.instrumental is not None:
            values = _column(catalogue, "instrumentalness")
            words = ("instrumental" if self.instrumental else "with vocals") + _if_unknown(np.isfinite(values))
            yield words, values >= INSTRUMENTAL_FROM if self.instrumental else values < INSTRUMENTAL_FROM
        if self.live is not None:
            live = live_titles(catalogue) | (_column(catalogue, "liveness") >= LIVE_FROM)
            yield ("live", live) if self.live else ("not live", ~live)
        if self.genres:
            yield "genre " + " or ".join(self.genres), _has_genre(catalogue, self.genres)
        if self.only_artists:
            yield "by " + " or ".join(self.only_artists), _by_artists(catalogue, self.only_artists)
        if self.exclude_artists:
            yield "without " + ", ".join(self.exclude_artists), ~_by_artists(catalogue, self.exclude_artists)


NO_FILTERS = Filters()
_ANY = (None, None)


@lru_cache(maxsize=32)
def _mask(filters: Filters, catalogue: Catalogue) -> Mask:
    conditions = list(filters.conditions(catalogue))
    mask: Mask = np.logical_and.reduce([passed for _, passed in conditions])
    if not mask.any():
        alone = "; ".join(f"{words}: {np.count_nonzero(passed):,} songs" for words, passed in conditions)
        raise NoMatchError(f"No song passes these filters together ({alone}). Loosen one of them.")
    mask.setflags(write=False)
    return mask


def _values(catalogue: Catalogue, name: str) -> np.ndarray:
    if name == "duration":
        return _column(catalogue, "duration_ms") / MS_PER_SECOND
    return _column(catalogue, "instrumentalness" if name == "instrumental" else name)


@lru_cache(maxsize=16)
def _column(catalogue: Catalogue, name: str) -> np.ndarray:
    return catalogue.numbers(name)


def _has_genre(catalogue: Catalogue, genres: tuple[str, ...]) -> Mask:
    passed = np.zeros(len(catalogue), dtype=bool)
    for genre in genres:
        if genre not in catalogue.rows_of_genre:
            some = ", ".join(list(catalogue.rows_of_genre)[:_SHOWN_GENRES])
            known = f"Some that it has: {some}." if some else "It knows no song's genre."
            raise InvalidQueryError(f"No song of this catalogue has the genre {genre!r}. {known}")
        passed[catalogue.rows_of_genre[genre]] = True
    return passed


def _by_artists(catalogue: Catalogue, names: tuple[str, ...]) -> Mask:
    keys = {name: catalogue.keys_of_artist(fold(name)) for name in names}
    if unknown := [repr(name) for name in names if not keys[name]]:
        raise InvalidQueryError(f"No artist here is called {' or '.join(unknown)}. Check the spelling.")
    return np.isin(catalogue.artist_keys, [key for found in keys.values() for key in found])


def _if_unknown(known: Mask) -> str:
    return "" if known.any() else " (which is not known of any song here)"


def _range_text(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g}–{high:g}"
