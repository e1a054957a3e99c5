"""Tables of plays, by Arrow, one block of text at a time; and lines of a user and their items."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from recsys.listening.plays import Batch, Gatherer, Row, batches
from recsys.listening.sniff import Format, Sniffed
from recsys.listening.times import seconds_column

_UNQUOTED = (Format.LASTFM_1K, Format.LFM_1B, Format.USER_ITEM)
_ROLES_KEPT = frozenset({"user", "track_id", "title", "artist", "artist_id", "time", "position", "weight", "ms_played"})
_AS_SPACES = bytes.maketrans(b"\t;", b"  ")


def read_table(blocks: Iterable[bytes], sniffed: Sniffed, gatherer: Gatherer, shortest_ms: int) -> None:
    """Add the plays of a table to ``gatherer``; records with another number of fields are skipped and counted."""
    at = {role: position for role, position in sniffed.columns if role in _ROLES_KEPT}
    skip_header = bool(sniffed.header)
    for block in blocks:
        if sniffed.format is Format.USER_ITEM and sniffed.delimiter != ",":
            block = _single_spaced(block)
            sniffed = Sniffed(sniffed.format, " ", sniffed.columns, sniffed.n_columns)
        table = _parse(block, sniffed, skip_header, gatherer, at)
        skip_header = False
        if table is not None and len(table):
            gatherer.add(_batch(table, at, gatherer, shortest_ms))


def _single_spaced(block: bytes) -> bytes:
    block = block.translate(_AS_SPACES)
    if b"  " in block or b" \n" in block or b"\n " in block or block[:1] == b" " or block[-1:] == b" ":
        return b"\n".join(b" ".join(line.split()) for line in block.split(b"\n"))
    return block


def _parse(
    block: bytes, sniffed: Sniffed, skip_header: bool, gatherer: Gatherer, at: dict[str, int]
) -> pa.Table | None:
    quoted = sniffed.format not in _UNQUOTED and b'"' in block
    if quoted and block.count(b'"') % 2:
        return _by_line(block, sniffed, skip_header, gatherer, at)
    names = [str(i) for i in range(sniffed.n_columns)]
    kept = [str(i) for i in at.values()]
    malformed: list[int] = []

    def skip(row: Any) -> str:
        malformed.append(row.actual_columns)
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            read_options=pa_csv.ReadOptions(
                column_names=names, skip_rows_after_names=int(skip_header), block_size=len(block) + 1, use_threads=False
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=sniffed.delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                invalid_row_handler=skip,
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=kept,
                column_types=dict.fromkeys(kept, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return _by_line(block, sniffed, skip_header, gatherer, at)
    gatherer.skip("wrong number of columns", len(malformed))
    return table


def _by_line(
    block: bytes, sniffed: Sniffed, skip_header: bool, gatherer: Gatherer, at: dict[str, int]
) -> pa.Table | None:
    """As `_parse`, each line for itself: a quotation mark that never closes spoils no other line."""
    rows: list[list[str]] = []
    for line in block.decode("utf-8", "replace").split("\n")[int(skip_header) :]:
        if not line.strip():
            continue
        try:
            fields = next(csv.reader(io.StringIO(line), delimiter=sniffed.delimiter), [])
        except csv.Error:
            fields = []
        if len(fields) != sniffed.n_columns:
            fields = line.split(sniffed.delimiter)
        if len(fields) == sniffed.n_columns:
            rows.append(fields)
        else:
            gatherer.skip("wrong number of columns")
    columns = {str(i): pa.array([row[i] or None for row in rows], pa.string()) for i in at.values()}
    return pa.table(columns) if rows else None


def _batch(table: pa.Table, at: dict[str, int], gatherer: Gatherer, shortest_ms: int) -> Batch:
    table = table.combine_chunks()
    if "ms_played" in at:
        played = _floats(table[str(at["ms_played"])])
        short = played < shortest_ms
        gatherer.skip(f"played for under {shortest_ms / 1000:g} s", int(short.sum()))
        table = table.filter(pa.array(~short))
    column = {role: _chunk(table[str(i)]) for role, i in at.items()}
    time = None
    if "time" in column:
        time, unread = seconds_column(column["time"])
        if unread:
            gatherer.unread_times += unread
    order = column.get("position", column.get("weight"))
    ids = column.get("track_id")
    if ids is None and "title" not in column:
        ids = column.get("artist_id")
    return Batch(
        len(table), ids, column.get("artist"), column.get("title"), time, column.get("user"),
        None if order is None else _floats(order),
    )  # fmt: skip


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _floats(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers, NaN for what is none."""
    try:
        return pc.cast(column, pa.float64()).fill_null(np.nan).to_numpy()
    except pa.ArrowInvalid:
        return np.array([_float(text) for text in column.to_pylist()])


def _float(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def read_user_lines(blocks: Iterable[bytes], gatherer: Gatherer) -> None:
    """Add lines that begin with a user and go on with items, oldest first; a user's lines follow one another."""
    for batch in batches(_user_lines(blocks, gatherer)):
        gatherer.add(batch)


def _user_lines(blocks: Iterable[bytes], gatherer: Gatherer) -> Iterator[Row]:
    for block in blocks:
        for line in block.decode("utf-8", "replace").split("\n"):
            user, *items = re.split(r"[\s,;]+", line.strip(" \t,;"))
            if user and not items:
                gatherer.skip("a user without items")
            for item in items:
                yield Row(track_id=item, user=user)
