"""What can be asked of song-to-song, and what becomes of a question before it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recsys.catalogue import Mask, Rows
from recsys.errors import InvalidQueryError
from recsys.filters import NO_FILTERS, Filters
from recsys.index import Index, Vectors
from recsys.spaces import Space

SPACES = ("blend", "audio", "mood", "latent")
_MOST_WEIGHT = 1_000


@dataclass(frozen=True)
class Options:
    """What may come back.

    Attributes:
        space: The space to measure in.
        same_cluster: Only songs of the seeds' clusters (where the bundle has clusters).
        per_artist: At most this many songs by one main artist; 0 for any number.
        one_version: At most one version of a song, and none of a seed.
        exclude: Track ids that must not come back.
        explain: Whether results carry reasons; a search without them takes a fraction of the time.
    """

    space: str = "blend"
    same_cluster: bool = True
    per_artist: int = 2
    one_version: bool = True
    filters: Filters = NO_FILTERS
    exclude: tuple[str, ...] = ()
    explain: bool = True


@dataclass(frozen=True)
class Seed:
    """What a query starts from, for comparison in words.

    Attributes:
        values: (12,), the features in natural units and the year; the mean of several seeds.
        artist_keys: Of the seeds' main artists.
    """

    values: Vectors
    artist_keys: frozenset[int]


@dataclass(frozen=True)
class Asked:
    """One of many questions, as `SongToSong.similar_tracks` takes them."""

    seeds: Sequence[str]
    k: int = 10
    options: Options = Options()
    away: Sequence[str] = ()
    weights: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class Aim:
    """What to look for.

    Attributes:
        point: Where the query stands in its space.
        k, options: As asked.
        parts: The clusters to look in; None for all.
        seed: What to compare with in words.
        mask: What passes the filters, (n_tracks,); None for everything.
        excluded: Rows that may not come back.
    """

    point: Vectors
    k: int
    options: Options
    parts: tuple[int, ...] | None
    seed: Seed
    mask: Mask | None
    excluded: Rows

    @property
    def depth(self) -> int:
        """How much of the ranking to read at first."""
        return 4 * self.k + len(self.excluded) + 16


@dataclass(frozen=True, eq=False)
class AskedSpace:
    """A point of a space: it proposes songs of ``mask``, and says of any song how near it is."""

    space: Space
    index: Index
    point: Vectors
    mask: Mask | None

    def candidates(self, depth: int) -> Rows:
        """The best ``depth`` songs."""
        return self.index.search(self.space.search_query(self.point), depth, self.mask)[0]

    def scores(self, rows: Rows) -> Vectors:
        """(n_rows,)."""
        return self.space.scores(self.point, rows)


def shares_of(seeds: Sequence[str], weights: Sequence[float]) -> Vectors | None:
    """(n_distinct_seeds,), in the order in which they first come, adding up to 1; None where all count alike."""
    if not len(weights):
        return None
    if len(weights) != len(seeds):
        raise InvalidQueryError(
            f"{len(weights)} weights were given for {len(seeds)} songs; give one for each, or none."
        )
    total: dict[str, float] = {}
    for seed, weight in zip(seeds, weights, strict=True):
        if not 0 <= weight <= _MOST_WEIGHT:
            raise InvalidQueryError(f"A weight is {weight}; give a number from 0 to {_MOST_WEIGHT}.")
        total[seed] = total.get(seed, 0.0) + weight
    if not any(total.values()):
        raise InvalidQueryError("All weights are 0, so that no song counts. Give one a weight above 0.")
    shares = np.array(list(total.values()), np.float64)
    return (shares / shares.sum()).astype(np.float32)
