"""Playlists, from a file of their own or from the playlist columns of a file of tracks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from train.ingest.formats import GENERIC, require
from train.ingest.source_file import SourceFile
from train.ingest.tracks import SourceTracks

_NEEDED = ("playlist_id", "playlist_name", "track_id")
_ENTRIES = pa.schema(
    [
        ("playlist_id", pa.string()),
        ("playlist_name", pa.string()),
        ("position", pa.float64()),
        ("track_id", pa.string()),
    ]
)
PLAYLISTS = pa.schema(
    [
        pa.field("playlist_id", pa.string(), nullable=False),
        pa.field("playlist_name", pa.string(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),  # from 0, over the tracks that the catalogue holds
        pa.field("row", pa.int32(), nullable=False),  # in the catalogue
    ]
)
"""The columns of ``catalogue/playlists.parquet``, ordered by playlist, then position."""


@dataclass(frozen=True)
class PlaylistEntries:
    """One source's entries: playlist_id, playlist_name, position and track_id, in the file's order."""

    source: str
    table: pa.Table


def read_playlists(given: str | Path) -> tuple[SourceFile, PlaylistEntries]:
    """Read a file with the columns playlist_id, playlist_name, track_id and, if it has one, position.

    Raises:
        SourceError: it is missing, damaged, not a table, or lacks one of these columns.
    """
    file = SourceFile.open(given)
    resolved = {n: c for n, c in GENERIC.resolve(file.columns).items() if n in _ENTRIES.names}
    require(resolved, file.header, file.name, _NEEDED)
    table = file.read(resolved.values()).columns
    columns = {name: GENERIC.converter(name)(table[column]) for name, column in resolved.items()}
    return file, _entries(file.name, columns, len(table))


def playlists_of(tracks: SourceTracks) -> PlaylistEntries | None:
    """The playlists that a file of tracks names in its rows, or None where it names none."""
    columns = {name: tracks.rows[name] for name in _NEEDED}
    if columns["playlist_id"].null_count == len(tracks.rows):
        return None
    return _entries(tracks.file.name, columns, len(tracks.rows))


def _entries(source: str, columns: dict[str, pa.ChunkedArray], n_rows: int) -> PlaylistEntries:
    """Entries that name a playlist and a track; without positions, a playlist's order is the file's."""
    positions = columns.get("position", pa.chunked_array([pa.array(np.arange(n_rows, dtype=np.float64))]))
    columns = columns | {"position": pc.fill_null(positions, np.inf)}
    columns["playlist_name"] = pc.coalesce(columns["playlist_name"], columns["playlist_id"])
    table = pa.table([columns[name] for name in _ENTRIES.names], schema=_ENTRIES)
    return PlaylistEntries(source, table.filter(pc.and_(table["playlist_id"].is_valid(), table["track_id"].is_valid())))


def join(sources: list[PlaylistEntries], track_ids: pa.Array) -> tuple[pa.Table, list[dict[str, object]]]:
    """All playlists over the catalogue's rows, and what became of each source's entries.

    A track counts once a playlist. Playlists with one id in several sources unite, in the sources' order.

    Returns:
        A table of PLAYLISTS, and one record a source: entries, repeated, not in the catalogue, with examples.
    """
    table = pa.concat_tables([source.table for source in sources]).combine_chunks()
    source_of = np.repeat(np.arange(len(sources)), [len(source.table) for source in sources])
    rows = pc.fill_null(pc.index_in(table["track_id"], value_set=track_ids), -1).to_numpy()
    ranks, ids, names = _playlist_ranks(table)
    order = np.lexsort((table["position"].to_numpy(), source_of, ranks))
    order = order[rows[order] >= 0]
    _, first = np.unique(ranks[order].astype(np.int64) * len(track_ids) + rows[order], return_index=True)
    kept = order[np.sort(first)]
    starts = np.flatnonzero(np.r_[True, ranks[kept][1:] != ranks[kept][:-1]]) if len(kept) else kept
    positions = np.arange(len(kept)) - np.repeat(starts, np.diff(np.r_[starts, len(kept)]))
    columns = [ids.take(ranks[kept]), names.take(ranks[kept]), positions.astype(np.int32), rows[kept].astype(np.int32)]
    is_kept = np.zeros(len(table), bool)
    is_kept[kept] = True
    report = [
        _fate(source, rows[source_of == i] < 0, int(is_kept[source_of == i].sum())) for i, source in enumerate(sources)
    ]
    return pa.table(columns, schema=PLAYLISTS), report


def _playlist_ranks(table: pa.Table) -> tuple[np.ndarray, pa.Array, pa.Array]:
    """Each entry's rank among the ids in their order, the ids by rank, and the first name of each."""
    coded = table["playlist_id"].combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy()
    order = np.argsort(np.array(coded.dictionary.to_pylist(), dtype=object), kind="stable")
    rank_of = np.empty(len(order), np.int64)
    rank_of[order] = np.arange(len(order))
    first = np.unique(codes, return_index=True)[1]  # codes count up in order of appearance
    return rank_of[codes], coded.dictionary.take(order), table["playlist_name"].combine_chunks().take(first[order])


def _fate(source: PlaylistEntries, missing: np.ndarray, kept: int) -> dict[str, object]:
    unknown = source.table["track_id"].filter(pa.array(missing)).unique().to_pylist()
    return {
        "source": source.source,
        "entries": len(source.table),
        "kept": kept,
        "repeated": len(source.table) - kept - int(missing.sum()),
        "not_in_catalogue": int(missing.sum()),
        "tracks_not_in_catalogue": len(unknown),
        "examples": unknown[:5],
    }
