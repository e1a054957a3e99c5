"""Rows that repeat a track become one: genres unite, the greatest popularity counts, else the first known value."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from train.ingest.cleaning import values

_GENRES = pa.list_(pa.string())


def unite(rows: pa.Table) -> tuple[pa.Table, NDArray[np.int64]]:
    """One row a track, in order of first appearance.

    Args:
        rows: The columns of `columns.ROWS`; every row has a track id.

    Returns:
        The tracks, with genres and subgenres joined in ``genres``, and each row's track, (n_rows,).
    """
    rows = rows.combine_chunks()
    coded = rows["track_id"].combine_chunks().dictionary_encode()
    codes, n_tracks = coded.indices.to_numpy().astype(np.int64), len(coded.dictionary)
    columns = {
        name: _first_known(rows[name].combine_chunks(), codes, n_tracks)
        for name in rows.column_names
        if name not in ("genres", "subgenres", "popularity", "playlist_id", "playlist_name")
    }
    columns["popularity"] = _greatest(values(rows, "popularity"), codes, n_tracks)
    columns["genres"] = _united_genres(rows, codes, n_tracks)
    return pa.table(columns), codes


def _first_known(column: pa.Array, codes: NDArray[np.int64], n_tracks: int) -> pa.Array:
    """Each track's first value that is not null, or null where none is."""
    known = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    row_of = np.full(n_tracks, -1, np.int64)
    row_of[codes[known][::-1]] = known[::-1]  # of several assignments the last stays: the first known row
    return column.take(pa.array(row_of, mask=row_of < 0))


def _greatest(numbers: NDArray[np.float32], codes: NDArray[np.int64], n_tracks: int) -> pa.Array:
    greatest = np.full(n_tracks, np.nan, np.float32)
    np.fmax.at(greatest, codes, numbers)
    return pa.array(greatest, from_pandas=True)


def _united_genres(rows: pa.Table, codes: NDArray[np.int64], n_tracks: int) -> pa.Array:
    """Each track's genres, each once: those of all its rows first, then the subgenres."""
    names, tracks = [], []
    for column in ("genres", "subgenres"):
        lists = rows[column].combine_chunks().fill_null(pa.scalar([], _GENRES))
        names.append(lists.flatten())
        tracks.append(np.repeat(codes, lists.value_lengths().to_numpy(zero_copy_only=False)))
    coded = pa.concat_arrays(names).dictionary_encode()
    spelling, merged = _one_spelling(coded)
    track, genre = np.concatenate(tracks), merged[coded.indices.to_numpy()]
    # Stable in the order of appearance; np.unique gives the first place of each (track, genre).
    _, first = np.unique(track * max(len(spelling), 1) + genre, return_index=True)
    order = first[np.lexsort((first, track[first]))]
    offsets = np.r_[0, np.cumsum(np.bincount(track[order], minlength=n_tracks))].astype(np.int32)
    return pa.ListArray.from_arrays(offsets, spelling.take(genre[order]))


def _one_spelling(coded: pa.DictionaryArray) -> tuple[pa.Array, NDArray[np.int64]]:
    """The genres, of "Pop" and "pop" the more frequent spelling, and each given spelling's place among them."""
    names = coded.dictionary.to_pylist()
    counts = np.bincount(coded.indices.to_numpy(), minlength=len(names))
    by_count = Counter(dict(zip(names, counts.tolist(), strict=True))).most_common()
    chosen: dict[str, str] = {}
    for name, _ in by_count:
        chosen.setdefault(name.casefold(), name)
    place = {folded: i for i, folded in enumerate(chosen)}
    merged = np.array([place[name.casefold()] for name in names], np.int64)
    return pa.array(list(chosen.values()), pa.string()), merged
