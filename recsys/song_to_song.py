"""Song-to-song: what sounds like these songs, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Mask, Rows
from recsys.errors import BundleError, EmptyQueryError, InvalidQueryError, NoMatchError, RecsysError
from recsys.explanations import Norms, changes, reasons, sentence
from recsys.index import ExactIndex, Index, Vectors
from recsys.new_song import NewSong
from recsys.phrases import AVERAGE
from recsys.results import ScoredTrack, check_k
from recsys.selection import pass_over
from recsys.song_queries import SPACES, Aim, Asked, AskedSpace, Options, Seed, shares_of
from recsys.space_files import load_spaces
from recsys.spaces import Space
from recsys.text import fold

_MOST_SEEDS = 500


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
        self,
        seeds: Iterable[str],
        k: int = 10,
        options: Options = Options(),
        *,
        away: Iterable[str] = (),
        weights: Sequence[float] = (),
    ) -> list[ScoredTrack]:
        """The ``k`` tracks most like ``seeds`` and unlike ``away``, best first, never one of either.

        If k tracks qualify, k come back; fewer only where fewer qualify. ``weights``: how much each seed counts, none
        below 0; all alike by default.

        Raises:
            EmptyQueryError: ``seeds`` is empty.
            UnknownTrackError: a track is not in the catalogue.
            InvalidQueryError: ``k``, the space, a weight or a filter is off.
            NoMatchError: no track qualifies.
        """
        return self._rank(self._aim_of(Asked(tuple(seeds), k, options, tuple(away), weights)))

    def similar_to_each(self, asked: Sequence[Asked]) -> Iterator[list[ScoredTrack] | RecsysError]:
        """What `similar_tracks` says to each, in their order, one after the other; an error in its place.

        One matrix product compares all queries of a space and cluster with its songs, unless they have filters.
        """
        aims = [self._aim_or_error(one) for one in asked]
        heads = self._heads(aims)
        for number, aim in enumerate(aims):
            if isinstance(aim, RecsysError):
                yield aim
                continue
            try:
                yield self._rank(aim, heads.get(number))
            except RecsysError as error:
                yield error

    def _heads(self, aims: Sequence[Aim | RecsysError]) -> dict[int, Rows]:
        """The top of the ranking of each query that can be compared together with others, by its number."""
        groups: defaultdict[tuple[str, tuple[int, ...] | None, int], list[int]] = defaultdict(list)
        queries: dict[int, Vectors] = {}
        for number, aim in enumerate(aims):
            if not isinstance(aim, RecsysError) and aim.mask is None:
                groups[aim.options.space, aim.parts, aim.depth].append(number)
                queries[number] = self.spaces[aim.options.space].search_query(aim.point)
        return {
            number: rows
            for (space, parts, depth), numbers in groups.items()
            for number, (rows, _) in zip(
                numbers,
                self._indexes[space].search_many(np.stack([queries[number] for number in numbers]), depth, parts),
                strict=True,
            )
        }

    def _aim_or_error(self, asked: Asked) -> Aim | RecsysError:
        try:
            return self._aim_of(asked)
        except RecsysError as error:
            return error

    def _aim_of(self, asked: Asked) -> Aim:
        rows = self._query_rows(asked.seeds)
        if not len(rows):
            raise EmptyQueryError("No song to start from. Give the track_id of at least one song.")
        away_rows = self._query_rows(asked.away)
        space = self.space(asked.options.space)
        shares = shares_of(asked.seeds, asked.weights)
        liked = space.embeddings[rows] if shares is None else (shares @ space.embeddings[rows])[None]
        point = space.combine(liked, space.embeddings[away_rows])
        counting = rows if shares is None else rows[shares > 0]
        parts = None if self._clusters is None else np.unique(self._clusters[counting]).tolist()
        seed, seen = self._seed_of(rows, shares), np.append(rows, away_rows)
        return self._aim(point, asked.k, asked.options, parts, seed=seed, seen=seen)

    def similar_to_song(
        self, song: NewSong, k: int = 10, options: Options = Options(), *, cluster: int | None = None
    ) -> list[ScoredTrack]:
        """The ``k`` tracks most like a song that the catalogue does not have, best first.

        ``cluster`` is the song's own cluster, for ``options.same_cluster``. Raises as `similar_tracks` does.
        """
        point = self.space(options.space).embed(song)
        parts = None if cluster is None else [cluster]
        artists = self.catalogue.keys_of_artist(fold(song.artist)) if song.artist else []
        seed = Seed(np.append(song.features, np.float32(song.year)), frozenset(artists))
        return self._rank(self._aim(point, k, options, parts, seed=seed, seen=np.empty(0, np.int64)))

    def ask(self, seeds: Iterable[str], away: Iterable[str], space: str, mask: Mask | None) -> AskedSpace:
        """What seeds ask of the songs of ``mask``, to rank beside other engines; raises as `similar_tracks` does."""
        chosen, rows, away_rows = self.space(space), self._query_rows(seeds), self._query_rows(away)
        point = chosen.combine(chosen.embeddings[rows], chosen.embeddings[away_rows])
        return AskedSpace(chosen, self._indexes[space], point, mask)

    def against(self, seeds: Rows, rows: Rows, space: str = "blend") -> list[ScoredTrack]:
        """How the tracks at ``rows`` compare with ``seeds``, in the order given, each with its reasons.

        Raises InvalidQueryError where there is no such space.
        """
        chosen = self.space(space)
        point = chosen.combine(chosen.embeddings[seeds], chosen.embeddings[:0])
        return self._explain(chosen, point, rows, self._seed_of(seeds))

    def compare(self, before: int, after: int, space: str) -> ScoredTrack:
        """The track at row ``after`` beside the one at row ``before``: how like it is, and what changes."""
        (found,) = self.against(np.array([before]), np.array([after]), space)
        return replace(found, why=changes(found.reasons, self.norms))

    def _aim(self, point: Vectors, k: int, options: Options, parts: list[int] | None, *, seed: Seed, seen: Rows) -> Aim:
        k = check_k(k)
        if options.per_artist < 0:
            raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
        mask = options.filters.mask(self.catalogue)
        excluded = np.append(seen, self._query_rows(options.exclude))
        chosen = tuple(parts) if parts is not None and options.same_cluster else None
        return Aim(point, k, options, chosen, seed, mask, excluded)

    def _rank(self, aim: Aim, head: Rows | None = None) -> list[ScoredTrack]:
        """``head``: the first `Aim.depth` rows of the ranking, where they are known."""
        rows = self._best_rows(aim, head)
        if not len(rows):
            where = "in this cluster " if aim.parts is not None else ""
            raise NoMatchError(f"No other song {where}passes the filters. Loosen one, or allow every cluster.")
        space = self.spaces[aim.options.space]
        if aim.options.explain:
            return self._explain(space, aim.point, rows, aim.seed)
        scores = space.scores(aim.point, rows).tolist()
        return [ScoredTrack(self.catalogue.track(row), s) for row, s in zip(rows.tolist(), scores, strict=True)]

    def _best_rows(self, aim: Aim, ranked: Rows | None = None) -> Rows:
        """The best k rows once excluded rows, further versions and an artist's surplus are passed over.

        Reads the ranking from the top, four times deeper each time it proves too short, so that nothing that
        qualifies is missed however much is passed over.
        """
        options, depth = aim.options, aim.depth
        query, index = self.spaces[options.space].search_query(aim.point), self._indexes[options.space]
        while True:
            if ranked is None:
                ranked, _ = index.search(query, depth, aim.mask, aim.parts)
            rows = pass_over(
                self.catalogue,
                ranked,
                aim.k,
                per_artist=options.per_artist,
                one_version=options.one_version,
                excluded=aim.excluded,
            )
            if len(rows) == aim.k or len(ranked) < depth:
                return rows
            ranked, depth = None, 4 * depth

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

    def space(self, name: str) -> Space:
        """The space called ``name``, or InvalidQueryError."""
        if name not in self.spaces:
            raise InvalidQueryError(f"No space is called {name!r}. This bundle has: {', '.join(self.spaces)}.")
        return self.spaces[name]

    def _query_rows(self, track_ids: Iterable[str]) -> Rows:
        ids = list(dict.fromkeys(track_ids))
        if len(ids) > _MOST_SEEDS:
            raise InvalidQueryError(f"{len(ids):,} songs were given; give at most {_MOST_SEEDS}.")
        return self.catalogue.rows(ids)

    def _seed_of(self, rows: Rows, shares: Vectors | None = None) -> Seed:
        if shares is not None:
            rows, shares = rows[shares > 0], shares[shares > 0]
        values = np.average(self._values(rows), axis=0, weights=shares).astype(np.float32)
        return Seed(values, frozenset(self.catalogue.artist_keys[rows].tolist()))

    def _values(self, rows: Rows) -> Vectors:
        """(n_rows, 12): the features in natural units and the year."""
        return np.column_stack([self.catalogue.features[rows], self.catalogue.years[rows]])

    @cached_property
    def norms(self) -> Norms:
        """What is usual here: mean and deviation of the 11 features and the year."""
        return Norms.of(np.column_stack([self.catalogue.features, self.catalogue.years]))


__all__ = ["SPACES", "Asked", "AskedSpace", "Options", "Seed", "SongToSong"]
