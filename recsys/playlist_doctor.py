"""The playlist doctor: what does not fit, what is there twice, what is missing, and an order to play it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.catalogue import Rows, tracks_of
from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.filters import NO_FILTERS, Filters
from recsys.index import Vectors
from recsys.playlist_checkup import Addition, Checkup, Misfit, Repeat, Step
from recsys.playlist_fit import SUPPORTERS, better_fits, goes_with, mixed, outliers, support
from recsys.playlist_jumps import Jumps, Square, jump_parts, key_name, mean_jump, mean_of, measure_jumps, wheel
from recsys.playlist_order import ARCS, best_order
from recsys.playlist_words import leanings, transition, what_sets_apart
from recsys.results import MAX_K
from recsys.selection import pass_over
from recsys.song_to_song import SongToSong

MOST_SONGS = 500
FEWEST_SONGS = 4
"""With fewer songs, none can be said not to fit the others."""
_SPACE = "blend"
_DEPTH = 300
_MOST_BRIDGES = 5
_ROUGH = 0.8  # jumps, of chance, from which on a song in between is looked for


@dataclass(frozen=True)
class DoctorOptions:
    """What is asked for.

    Attributes:
        arc: What the energy does; one of `recsys.playlist_order.ARCS`.
        k: How many songs to add, 0 for none.
        leave_out: Track ids that are taken out of the playlist first, and not proposed either.
        per_artist: At most this many songs by one main artist among those added; 0 for any number.
        filters: Conditions on songs to add.
    """

    arc: str = "peak"
    k: int = 10
    leave_out: tuple[str, ...] = ()
    per_artist: int = 2
    filters: Filters = NO_FILTERS


def check_playlist(songs: SongToSong, playlist: Sequence[str], options: DoctorOptions = DoctorOptions()) -> Checkup:
    """Look at a playlist of track ids, in its order.

    Raises:
        EmptyQueryError: no song is in it, or none is left.
        InvalidQueryError: it has more than 500 songs, or an option is off.
        UnknownTrackError: a track is not in the catalogue.
    """
    if options.arc not in ARCS:
        raise InvalidQueryError(f"arc is {options.arc!r}; give one of: {', '.join(ARCS)}.")
    if not 0 <= options.k <= MAX_K:
        raise InvalidQueryError(f"k is {options.k}; it must be from 0 to {MAX_K}.")
    if options.per_artist < 0:
        raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
    if len(playlist) > MOST_SONGS:
        raise InvalidQueryError(f"The playlist has {len(playlist):,} songs; at most {MOST_SONGS} are looked at.")
    return _Doctor(songs, playlist, options).checkup()


class _Doctor:
    """One playlist, looked at from all sides."""

    def __init__(self, songs: SongToSong, playlist: Sequence[str], options: DoctorOptions) -> None:
        catalogue = songs.catalogue
        given = catalogue.rows(playlist)
        self._out = catalogue.rows(options.leave_out)
        self._at = np.flatnonzero(~np.isin(given, self._out))  # place in the playlist of every song that stays
        self._given: Rows = given[self._at]
        if not len(self._given):
            raise EmptyQueryError("No song is left to look at. Give at least one song that is not left out.")
        _, first = np.unique(self._given, return_index=True)
        self._first = np.sort(first)
        self._rows: Rows = self._given[self._first]  # distinct, as they come
        self._songs, self._catalogue, self._options = songs, catalogue, options
        self._space = songs.space(_SPACE)
        self._notes: list[str] = []

    def checkup(self) -> Checkup:
        misfits = self._misfits()
        jumps = measure_jumps(self._catalogue, self._space.embeddings, self._rows)
        order = best_order(jumps, self._energy(), self._options.arc)
        smoothness = {"given": mean_jump(jumps, np.arange(len(order))), "proposed": mean_jump(jumps, order)}
        additions, bridges = self._missing(misfits, jumps, order) if self._options.k else ((), ())
        self._say_what_is_unknown(jumps, order)
        return Checkup(
            misfits,
            self._repeats(),
            leanings(self._catalogue.features[self._rows], self._songs.norms),
            self._steps(jumps, order),
            smoothness,
            bridges,
            additions,
            tuple(self._notes),
        )

    def _misfits(self) -> tuple[Misfit, ...]:
        rows = self._rows
        if len(rows) < FEWEST_SONGS:
            self._notes.append(f"With fewer than {FEWEST_SONGS} different songs, none can be said not to fit.")
            return ()
        shares = better_fits(self._space, rows)
        odd = outliers(self._space, rows, shares)
        if mixed(shares):
            self._notes.append("These songs have little in common, so none of them is said not to fit.")
        found = []
        for i in np.argsort(-shares, kind="stable").tolist():
            scored = self._songs.against(np.delete(rows, i), rows[i : i + 1], _SPACE)[0]
            place = int(self._at[self._first[i]]) + 1
            found.append(
                Misfit(replace(scored, why=what_sets_apart(scored.reasons)), place, float(shares[i]), bool(odd[i]))
            )
        return tuple(found)

    def _repeats(self) -> tuple[Repeat, ...]:
        groups = self._catalogue.version_groups[self._given]
        found = []
        for group, count in Counter(groups.tolist()).items():
            if count > 1:
                places = np.flatnonzero(groups == group)
                rows = self._given[places]
                found.append(
                    Repeat(
                        tuple(tracks_of(self._catalogue, rows)),
                        tuple((self._at[places] + 1).tolist()),
                        versions=len(np.unique(rows)) > 1,
                    )
                )
        return tuple(found)

    def _energy(self) -> Vectors:
        """In standard deviations of the catalogue; all alike where it knows none."""
        column, usual = FEATURE_INDEX["energy"], self._songs.norms
        values, spread = self._catalogue.features[self._rows, column], usual.deviation[column]
        return (values - usual.mean[column]) / spread if spread > 0 else np.zeros_like(values)

    def _steps(self, jumps: Jumps, order: Rows) -> tuple[Step, ...]:
        keys = wheel(self._catalogue)
        steps = []
        for place, song in enumerate(order.tolist()):
            row = int(self._rows[song])
            before = int(order[place - 1]) if place else None
            steps.append(
                Step(
                    self._catalogue.track(row),
                    self._feature(row, "energy"),
                    self._feature(row, "tempo"),
                    key_name(float(keys[row])),
                    None if before is None else float(jumps.total[before, song]),
                    "" if before is None else transition(self._catalogue, int(self._rows[before]), row),
                )
            )
        return tuple(steps)

    def _feature(self, row: int, name: str) -> float | None:
        value = float(self._catalogue.features[row, FEATURE_INDEX[name]])
        return value if np.isfinite(value) else None

    def _missing(
        self, misfits: Sequence[Misfit], jumps: Jumps, order: Rows
    ) -> tuple[tuple[Addition, ...], tuple[Addition, ...]]:
        """Songs to add, on the word of songs that fit, and among them those that bridge the roughest places."""
        odd = {self._catalogue.row(m.scored.track.track_id) for m in misfits if m.outlier}
        speaking = np.array([row for row in self._rows.tolist() if row not in odd] or self._rows, np.int64)
        staying = np.flatnonzero(np.isin(self._rows[order], speaking))  # places of the order
        candidates, supports, shown = self._candidates(speaking)
        if not len(candidates):
            self._notes.append("No song to add passes the filters.")
            return (), ()
        if len(shown) < self._options.k:
            self._notes.append(f"Only {len(shown)} of the {self._options.k} songs to add were found; these are all.")
        scores = goes_with(supports)
        best = np.argsort(-scores, kind="stable")
        at = {row: i for i, row in enumerate(candidates.tolist())}

        def addition(row: int, after: int) -> Addition:
            friends = speaking[np.argsort(-supports[at[row]], kind="stable")[:SUPPORTERS]]
            return self._addition(row, float(scores[at[row]]), friends, after)

        bridges = self._bridges(jumps, order, staying, candidates[best], shown)
        places = self._best_places(order, staying, shown)
        return tuple(addition(*place) for place in places.items()), tuple(addition(*place) for place in bridges)

    def _candidates(self, speaking: Rows) -> tuple[Rows, Vectors, Rows]:
        """Songs near any that speak, how well they go with each, and those to add; looks deeper while too few pass."""
        mask = self._options.filters.mask(self._catalogue)
        passing = len(self._catalogue) if mask is None else int(mask.sum())
        depth = _DEPTH + len(self._rows)
        asked = [self._songs.ask([self._catalogue.track_ids[row]], (), _SPACE, mask) for row in speaking.tolist()]
        while True:
            candidates = np.unique(np.concatenate([one.candidates(depth) for one in asked]))
            candidates = candidates[~np.isin(candidates, self._rows)]
            supports = support(self._space, candidates, speaking)
            ranked = candidates[np.argsort(-goes_with(supports), kind="stable")]
            shown = self._shown(ranked, self._options.k)
            if len(shown) == self._options.k or depth >= passing:
                return candidates, supports, shown
            depth *= 8

    def _shown(self, ranked: Rows, k: int, beside: Rows | None = None) -> Rows:
        """The first that are no version of a song that is there or left out."""
        return pass_over(
            self._catalogue,
            ranked,
            k,
            per_artist=self._options.per_artist,
            one_version=True,
            excluded=np.concatenate([self._rows, self._out]),
            shown=beside,
        )

    def _addition(self, row: int, score: float, friends: Rows, after: int) -> Addition:
        scored = self._songs.against(friends, np.array([row]), _SPACE)[0]
        near = tuple(tracks_of(self._catalogue, friends))
        songs = " and ".join(f"“{track.title}” by {track.artist}" for track in near)
        return Addition(replace(scored, score=score, why=f"Goes with {songs}: {scored.why}."), near, after)

    def _jumps(self, before: Rows, after: Rows) -> Square:
        """(n_before, n_after), songs of one artist a whole jump further apart than they are."""
        parts = jump_parts(self._catalogue, self._space.embeddings, before, after)
        artists = self._catalogue.artist_keys
        total: Square = mean_of(parts) + (artists[before][:, None] == artists[after])
        return total

    def _best_places(self, order: Rows, staying: Rows, rows: Rows) -> dict[int, int]:
        """Row → how many songs of the order come before it where the larger of its two jumps is smallest.

        Jumps are those from and to songs that fit, as if the others were gone: one is told to take them out.
        """
        cost = self._jumps(rows, self._rows[order[staying]])
        edge = np.zeros((len(rows), 1))
        worst = np.maximum(np.hstack([edge, cost]), np.hstack([cost, edge]))
        places = np.append(0, staying + 1)[worst.argmin(axis=1)]
        return dict(zip(rows.tolist(), places.tolist(), strict=True))

    def _bridges(self, jumps: Jumps, order: Rows, staying: Rows, ranked: Rows, shown: Rows) -> list[tuple[int, int]]:
        """(row, how many songs come before) for the roughest places where a song that fits makes it smoother.

        Places are between songs that fit, as in `_best_places`.
        """
        kept = order[staying]
        steps = jumps.total[kept[:-1], kept[1:]]
        rough = [i for i in np.argsort(-steps, kind="stable")[:_MOST_BRIDGES].tolist() if steps[i] >= _ROUGH]
        fitting = self._shown(ranked, _DEPTH, shown)
        found: dict[int, int] = {}
        for i in rough if len(fitting) else ():
            worst = self._jumps(self._rows[kept[[i, i + 1]]], fitting).max(axis=0)
            worst[np.isin(fitting, list(found))] = np.inf
            if worst.min() < steps[i]:
                found[int(fitting[worst.argmin()])] = int(staying[i]) + 1
        return sorted(found.items(), key=lambda pair: pair[1])

    def _say_what_is_unknown(self, jumps: Jumps, order: Rows) -> None:
        unknown = int((~np.isfinite(wheel(self._catalogue)[self._rows])).sum())
        if unknown == len(self._rows):
            self._notes.append("No key is known of these songs: the order goes by tempo, energy and sound.")
        elif unknown:
            self._notes.append(f"The key of {unknown} of the {len(self._rows)} songs is unknown and was not counted.")
        if jumps.together[order[:-1], order[1:]].any():
            self._notes.append("One artist has so many of the songs that some of them must follow one another.")
