"""Song-to-song: what sounds like these songs, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Mask, Rows
from recsys.errors import BundleError, EmptyQueryError, InvalidQueryError, NoMatchError
from recsys.explanations import Norms, reasons, sentence
from recsys.filters import NO_FILTERS, Filters
from recsys.index import ExactIndex, Index, Vectors
from recsys.new_song import NewSong
from recsys.phrases import AVERAGE
from recsys.results import ScoredTrack, check_k
from recsys.selection import pass_over
from recsys.space_files import load_spaces
from recsys.spaces import Space
from recsys.text import fold

SPACES = ("blend", "audio", "mood", "latent")
_MOST_SEEDS = 500


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


class SongToSong:
    """Ranks the catalogue by likeness to seed tracks, in any of its spaces."""

    def __init__(
        self,
        catalogue: Catalogue,
        spaces: Mapping[str, Space],
        cluster_of_row: NDArray[np.integer] | None = None,
    ) -> None:
        """``cluster_of_row``: (n_tracks,), the label of each track's cluster; None without clusters."""
        for name, space in spaces.items():
            if len(space.embeddings) != len(catalogue):
                raise BundleError(f"{name} has {len(space.embeddings):,} embeddings for {len(catalogue):,} tracks.")
        self.catalogue = catalogue
        self.spaces = dict(spaces)
        self._clusters = cluster_of_row
        self._indexes: dict[str, Index] = {
            name: ExactIndex(space.search_vectors(), cluster_of_row) for name, space in spaces.items()
        }

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue) -> SongToSong:
        """Open the spaces in ``bundle``; raises BundleError where they are missing or damaged."""
        try:
            labels = bundle.array("clusters/labels.npy")
        except BundleError:
            labels = None  # without clusters every song is compared, and the answer says so
        return cls(catalogue, load_spaces(bundle, catalogue), labels)

    @property
    def has_clusters(self) -> bool:
        """Whether `Options.same_cluster` can be honoured."""
        return self._clusters is not None

    def similar_tracks(
        self, seeds: Iterable[str], k: int = 10, options: Options = Options(), *, away: Iterable[str] = ()
    ) -> list[ScoredTrack]:
        """The ``k`` tracks most like ``seeds`` and unlike ``away``, best first, never one of either.

        If k tracks qualify, k come back; fewer only where fewer qualify.

        Raises:
            EmptyQueryError: ``seeds`` is empty.
            UnknownTrackError: a track is not in the catalogue.
            InvalidQueryError: ``k``, the space or a filter is off.
            NoMatchError: no track qualifies.
        """
        rows = self._query_rows(seeds)
        if not len(rows):
            raise EmptyQueryError("No song to start from. Give the track_id of at least one song.")
        away_rows = self._query_rows(away)
        space = self._space(options.space)
        point = space.combine(space.embeddings[rows], space.embeddings[away_rows])
        parts = None if self._clusters is None else np.unique(self._clusters[rows]).tolist()
        return self._rank(point, k, options, parts, seed=self._seed_of(rows), seen=np.append(rows, away_rows))

    def similar_to_song(
        self, song: NewSong, k: int = 10, options: Options = Options(), *, cluster: int | None = None
    ) -> list[ScoredTrack]:
        """The ``k`` tracks most like a song that the catalogue does not have, best first.

        ``cluster`` is the song's own cluster, for ``options.same_cluster``. Raises as `similar_tracks` does.
        """
        point = self._space(options.space).embed(song)
        parts = None if cluster is None else [cluster]
        artists = self.catalogue.keys_of_artist(fold(song.artist)) if song.artist else []
        seed = Seed(np.append(song.features, np.float32(song.year)), frozenset(artists))
        return self._rank(point, k, options, parts, seed=seed, seen=np.empty(0, np.int64))

    def against(self, seeds: Rows, rows: Rows, space: str = "blend") -> list[ScoredTrack]:
        """How the tracks at ``rows`` compare with ``seeds``, in the order given, each with its reasons.

        Raises InvalidQueryError where there is no such space.
        """
        among = self._space(space)
        point = among.combine(among.embeddings[seeds], among.embeddings[:0])
        return self._explain(among, point, rows, self._seed_of(seeds))

    def near(self, row: int, depth: int, mask: Mask | None = None, space: str = "blend") -> Rows:
        """The ``depth`` rows nearest to one track and itself, nearest first, of those that ``mask`` passes."""
        among = self._space(space)
        query = among.search_query(among.embeddings[row].astype(np.float32))
        return self._indexes[space].search(query, depth, mask, None)[0]

    def _rank(
        self, point: Vectors, k: int, options: Options, parts: list[int] | None, *, seed: Seed, seen: Rows
    ) -> list[ScoredTrack]:
        k = check_k(k)
        if options.per_artist < 0:
            raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
        filtered = options.filters.mask(self.catalogue)
        excluded = np.append(seen, self._query_rows(options.exclude))
        rows = self._best_rows(point, k, options, filtered, excluded, parts if options.same_cluster else None)
        if not len(rows):
            where = "in this cluster " if options.same_cluster and parts is not None else ""
            raise NoMatchError(f"No other song {where}passes the filters. Loosen one, or allow every cluster.")
        space = self.spaces[options.space]
        if options.explain:
            return self._explain(space, point, rows, seed)
        scores = space.scores(point, rows).tolist()
        return [ScoredTrack(self.catalogue.track(row), s) for row, s in zip(rows.tolist(), scores, strict=True)]

    def _best_rows(
        self,
        point: Vectors,
        k: int,
        options: Options,
        mask: Mask | None,
        excluded: Rows,
        parts: Sequence[int] | None,
    ) -> Rows:
        """The best k rows once excluded rows, further versions and an artist's surplus are passed over.

        Reads the ranking from the top, four times deeper each time it proves too short, so that nothing that
        qualifies is missed however much is passed over.
        """
        space, index = self.spaces[options.space], self._indexes[options.space]
        query = space.search_query(point)
        depth = 4 * k + len(excluded) + 16
        while True:
            ranked, _ = index.search(query, depth, mask, parts)
            rows = pass_over(
                self.catalogue,
                ranked,
                k,
                per_artist=options.per_artist,
                one_version=options.one_version,
                excluded=excluded,
            )
            if len(rows) == k or len(ranked) < depth:
                return rows
            depth *= 4

    def _explain(self, space: Space, point: Vectors, rows: Rows, seed: Seed) -> list[ScoredTrack]:
        scores, shares, values = space.scores(point, rows), space.shares(point, rows), self._values(rows)
        same_artist = [artist in seed.artist_keys for artist in self.catalogue.artist_keys[rows].tolist()]
        inputs, average = space.inputs, space.average_score(point)
        if average:
            inputs, shares = (*inputs, AVERAGE), np.column_stack([shares, np.full(len(rows), average, np.float32)])
        why = reasons(inputs, shares, seed.values, values, self.norms, same_artist)
        return [
            ScoredTrack(self.catalogue.track(row), score, given, sentence(given, self.norms))
            for row, score, given in zip(rows.tolist(), scores.tolist(), why, strict=True)
        ]

    def _space(self, name: str) -> Space:
        if name not in self.spaces:
            raise InvalidQueryError(f"No space is called {name!r}. This bundle has: {', '.join(self.spaces)}.")
        return self.spaces[name]

    def _query_rows(self, track_ids: Iterable[str]) -> Rows:
        ids = list(dict.fromkeys(track_ids))
        if len(ids) > _MOST_SEEDS:
            raise InvalidQueryError(f"{len(ids):,} songs were given; give at most {_MOST_SEEDS}.")
        return self.catalogue.rows(ids)

    def _seed_of(self, rows: Rows) -> Seed:
        return Seed(self._values(rows).mean(axis=0), frozenset(self.catalogue.artist_keys[rows].tolist()))

    def _values(self, rows: Rows) -> Vectors:
        """(n_rows, 12): the features in natural units and the year."""
        return np.column_stack([self.catalogue.features[rows], self.catalogue.years[rows]])

    @cached_property
    def norms(self) -> Norms:
        """What is usual here: mean and deviation of the 11 features and the year."""
        return Norms.of(np.column_stack([self.catalogue.features, self.catalogue.years]))
