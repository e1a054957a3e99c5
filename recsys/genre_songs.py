"""Which songs of the catalogue have the genres that a lyric was tagged with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Catalogue
from recsys.errors import InvalidQueryError
from recsys.genres import MACRO_GENRES, macro_genres
from recsys.results import ScoredTrack

MOST_SONGS = 50
PER_ARTIST = 2

Masks = NDArray[np.uint16]
"""(n_tracks,): bit ``i`` is set where the song is of ``MACRO_GENRES[i]``; there are 14, so two bytes hold them."""


class GenreSongs:
    """The catalogue's songs by their macro-genres. Nothing is read before it is asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def _masks(self) -> Masks:
        masks = np.zeros(len(self._catalogue), np.uint16)
        for micro, rows in self._catalogue.rows_of_genre.items():
            masks[rows] |= np.uint16(mask_of(macro_genres(micro)))
        return masks

    @cached_property
    def _kinds(self) -> list[int]:
        """The different masks that there are; a thousand or so, however many songs."""
        return [int(mask) for mask in np.unique(self._masks) if mask]

    @property
    def known(self) -> bool:
        """Whether any song here has a genre that leads to a macro-genre."""
        return bool(self._kinds)

    def sharing(self, genres: Collection[str], k: int, beside: int | None = None) -> list[ScoredTrack]:
        """Songs that share ``genres``, those with exactly these genres first.

        Args:
            genres: Macro-genres; none of them give no songs.
            k: How many songs at most, 0 to MOST_SONGS.
            beside: Row of a song that must not come back, nor a version of it; None for none.

        Returns:
            Scored by overlap: genres in common divided by genres of either (Jaccard). Ties go to the more popular
            song. At most PER_ARTIST by one main artist, and one version of a song.

        Raises:
            InvalidQueryError: ``k`` is out of range.
        """
        if not 0 <= k <= MOST_SONGS:
            raise InvalidQueryError(f"k is {k}; it must be a whole number from 0 to {MOST_SONGS}.")
        wanted = mask_of(genres)
        artists: Counter[int] = Counter()
        versions: set[int] = set() if beside is None else {int(self._catalogue.version_groups[beside])}
        found: list[ScoredTrack] = []
        for score, row in self._best_first(wanted) if k else ():
            artist, version = int(self._catalogue.artist_keys[row]), int(self._catalogue.version_groups[row])
            if artists[artist] == PER_ARTIST or version in versions:
                continue
            artists[artist] += 1
            versions.add(version)
            why = compare_genres(wanted, int(self._masks[row]))
            found.append(ScoredTrack(self._catalogue.track(row), score, why=why))
            if len(found) == k:
                break
        return found

    def _best_first(self, wanted: int) -> Iterator[tuple[float, int]]:
        """(overlap, row) of every song that shares a genre; one look at all masks for each different overlap."""
        overlaps = {kind: overlap(kind, wanted) for kind in self._kinds}
        for score in sorted(set(overlaps.values()) - {0.0}, reverse=True):
            here = np.zeros(1 << len(MACRO_GENRES), np.bool_)
            here[[kind for kind, of_kind in overlaps.items() if of_kind == score]] = True
            for row in np.flatnonzero(here[self._masks]):
                yield score, int(row)


def mask_of(genres: Collection[str]) -> int:
    """The bits of these macro-genres; a ValueError for another name."""
    return sum(1 << MACRO_GENRES.index(genre) for genre in set(genres))


def share_all(genres: Collection[str], songs: Sequence[ScoredTrack]) -> bool:
    """Whether each of these songs is of all these macro-genres."""
    return all(set(genres) <= {name for micro in s.track.genres for name in macro_genres(micro)} for s in songs)


def overlap(one: int, other: int) -> float:
    """Jaccard's measure of two sets of genres: 1 for equal ones, 0 for nothing in common."""
    return (one & other).bit_count() / ((one | other).bit_count() or 1)


def compare_genres(wanted: int, has: int) -> str:
    """What a song has of the genres ``wanted``, in a few words: "Rock, but not Pop; also Metal"."""
    if wanted == has:
        return "The same genres"
    names = [_names(mask) for mask in (wanted & has, wanted & ~has, has & ~wanted)]
    shared, missing, more = (", ".join(part) for part in names)
    return shared + (f", but not {missing}" if missing else "") + (f"; also {more}" if more else "")


def _names(mask: int) -> Sequence[str]:
    return [genre for bit, genre in enumerate(MACRO_GENRES) if mask >> bit & 1]
