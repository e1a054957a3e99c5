"""The catalogue: every track we can recommend, in a fixed order, most popular first where popularity is known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_NAMES, Features
from recsys.errors import UnknownTrackError
from recsys.text import fold

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
"""One flag a track, (n_tracks,): whether it may be recommended."""

SCHEMA = pa.schema(
    [
        pa.field("track_id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("artist", pa.string(), nullable=False),  # the main artist
        pa.field("artists", pa.string(), nullable=False),  # everybody credited, main artist first, "; " between
        pa.field("album", pa.string()),
        pa.field("year", pa.int16()),
        pa.field("explicit", pa.bool_()),
        pa.field("genres", pa.list_(pa.string()), nullable=False),
        pa.field("spotify_id", pa.string()),
        pa.field("key", pa.int8()),  # 0 = C … 11 = B
        pa.field("mode", pa.int8()),  # 1 = major, 0 = minor
        *(pa.field(name, pa.float32()) for name in FEATURE_NAMES),
        pa.field("artist_key", pa.int32(), nullable=False),  # equal for tracks of one main artist
        pa.field("version_group", pa.int32(), nullable=False),  # equal for versions of one song
    ]
)
"""The columns of ``catalogue/tracks.parquet``. Null means unknown, and is never made up."""


@dataclass(frozen=True, slots=True)
class Track:
    """One song. ``track_id`` is stable across catalogues; its row is not. None means unknown."""

    track_id: str
    title: str
    artist: str
    artists: str
    album: str | None = None
    year: int | None = None
    genres: tuple[str, ...] = ()
    explicit: bool | None = None
    popularity: float | None = None
    duration_ms: float | None = None
    spotify_id: str | None = None


class Catalogue:
    """Tracks in row order: row ``i`` of every embedding matrix describes ``track(i)``.

    Text stays in Arrow's compact columns and becomes Python objects only for the tracks that are shown,
    so that a million tracks open in a second.
    """

    def __init__(self, table: pa.Table) -> None:
        """``table`` has the columns of SCHEMA."""
        self._table = table.select(SCHEMA.names).cast(SCHEMA).combine_chunks()
        self._columns = {name: self._table[name].chunk(0) if len(table) else [] for name in SCHEMA.names}

    def __len__(self) -> int:
        return len(self._table)

    @property
    def table(self) -> pa.Table:
        """All columns of SCHEMA."""
        return self._table

    @cached_property
    def track_ids(self) -> list[str]:
        """All ids in row order."""
        return self._table["track_id"].to_pylist()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the track ids in order; bundles record the one they were trained on."""
        return hashlib.sha256("\n".join(self.track_ids).encode()).hexdigest()[:16]

    @cached_property
    def features(self) -> Features:
        """(n_tracks, 11) in natural units, NaN where unknown."""
        columns = [self.numbers(name) for name in FEATURE_NAMES]
        return np.stack(columns, axis=1) if len(self) else np.empty((0, len(FEATURE_NAMES)), np.float32)

    @cached_property
    def artist_keys(self) -> NDArray[np.int32]:
        """(n_tracks,): equal for tracks of one main artist."""
        return self._table["artist_key"].to_numpy()

    @cached_property
    def version_groups(self) -> NDArray[np.int32]:
        """(n_tracks,): equal for versions of one song (live, remix, remaster, …)."""
        return self._table["version_group"].to_numpy()

    def versions_of(self, row: int) -> Rows:
        """Rows of all versions of the song at ``row``, itself among them, ascending: the best known first."""
        order, groups = self._by_version_group
        first, end = np.searchsorted(groups, [self.version_groups[row], self.version_groups[row] + 1])
        return order[first:end]

    @cached_property
    def _by_version_group(self) -> tuple[Rows, NDArray[np.int32]]:
        """(n_tracks,) each: the rows, by version group, and the group of each."""
        order = np.argsort(self.version_groups, kind="stable")
        return order, self.version_groups[order]

    @cached_property
    def years(self) -> NDArray[np.float32]:
        """(n_tracks,): release year, NaN where unknown."""
        return self.numbers("year")

    @cached_property
    def rows_of_genre(self) -> dict[str, Rows]:
        """Genre → its rows, ascending; most frequent genre first."""
        genres = self._table["genres"].chunk(0) if len(self) else pa.array([], SCHEMA.field("genres").type)
        codes = genres.flatten().dictionary_encode()
        rows = np.repeat(np.arange(len(self)), genres.value_lengths().to_numpy(zero_copy_only=False))
        labels = codes.indices.to_numpy(zero_copy_only=False)
        order = np.argsort(labels, kind="stable")
        parts = np.split(rows[order], np.cumsum(np.bincount(labels, minlength=len(codes.dictionary)))[:-1])
        by_name = dict(zip(codes.dictionary.to_pylist(), parts, strict=False))
        return dict(sorted(by_name.items(), key=lambda item: (-len(item[1]), item[0])))

    def keys_of_artist(self, folded_name: str) -> list[int]:
        """Artist keys of the main artists whose name folds to ``folded_name``; usually one."""
        return self._keys_of_artist.get(folded_name, [])

    @cached_property
    def _keys_of_artist(self) -> dict[str, list[int]]:
        _, first_rows = np.unique(self.artist_keys, return_index=True)
        names = self._table["artist"].take(pa.array(first_rows)).to_pylist()
        keys: dict[str, list[int]] = {}
        for key, name in zip(self.artist_keys[first_rows].tolist(), names, strict=True):
            keys.setdefault(fold(name), []).append(key)
        return keys

    def numbers(self, name: str) -> NDArray[np.float32]:
        """Column ``name`` as float32 (n_tracks,), NaN where unknown."""
        return self._table[name].cast(pa.float32()).fill_null(np.nan).to_numpy()

    def strings(self, name: str) -> list[str]:
        """Column ``name`` as text in row order, "" where unknown."""
        return self._table[name].fill_null("").to_pylist()

    def track(self, row: int) -> Track:
        """The track at ``row``."""
        value: dict[str, Any] = {name: self._columns[name][row].as_py() for name in Track.__slots__}
        return Track(**value | {"genres": tuple(value["genres"])})

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._row_of

    def row(self, track_id: str) -> int:
        """Row of ``track_id``, or UnknownTrackError."""
        return int(self.rows([track_id])[0])

    def rows(self, track_ids: Iterable[str]) -> Rows:
        """Row numbers of ``track_ids``, shape (n,), in the order given.

        Raises UnknownTrackError for the first id the catalogue lacks.
        """
        try:
            return np.array([self._row_of[track_id] for track_id in track_ids], dtype=np.int64)
        except (KeyError, TypeError) as error:
            given = error.args[0] if isinstance(error, KeyError) else track_ids
            raise UnknownTrackError(
                f"Track {given!r} is not in this catalogue of {len(self):,} tracks. "
                "Find its id with a title search (/search_tracks)."
            ) from None

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {track_id: row for row, track_id in enumerate(self.track_ids)}


def tracks_of(catalogue: Catalogue, rows: Sequence[int] | Rows) -> list[Track]:
    """The tracks at ``rows``, in that order."""
    return [catalogue.track(int(row)) for row in rows]
