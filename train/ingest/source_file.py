"""One source file as a table of text: CSV, gzipped CSV or Parquet, told apart by content."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recsys.bundle import sha256_of
from recsys.errors import SourceError
from recsys.hub import DATASET_PREFIX, fetch_dataset_file
from train.ingest.columns import fold_column
from train.ingest.sniff import why_not_csv

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_HEAD = 1 << 16
# A record may not be longer than a block; lyrics make long ones.
_BLOCK = 1 << 24
# Unquoted only. "None", "Null" and "NaN" are titles of songs, so they are text unless a number is expected.
_NULLS = ["", "NA"]


@dataclass(frozen=True)
class SourceTable:
    """What was read of a file: columns by folded name, and how many records had another number of fields."""

    columns: pa.Table
    malformed: int


@dataclass(frozen=True)
class SourceFile:
    """A file of tracks or playlists that exists and looks like one.

    Attributes:
        name: How reports call it: the file's name without folders, or its address on the Hub.
        path: Where it is on this machine; never written anywhere.
    """

    name: str
    path: Path
    compressed: bool
    head: bytes

    @classmethod
    def open(cls, given: str | Path) -> SourceFile:
        """Find ``given``, a local path or ``hf://datasets/…`` address, and look at its first bytes.

        Raises:
            SourceError: it is missing, empty, damaged, or neither CSV nor Parquet.
        """
        remote = str(given).startswith(DATASET_PREFIX)
        path = fetch_dataset_file(str(given)) if remote else Path(given).expanduser()
        if not path.is_file():
            what = "is a folder: name the files in it" if path.is_dir() else "does not exist: check the path"
            raise SourceError(f"{given} {what}.")
        source = cls(str(given) if remote else path.name, path, *_first_bytes(path))
        if not source.is_parquet and (problem := why_not_csv(source.head)):
            raise SourceError(f"{given} {problem}")
        return source

    @property
    def is_parquet(self) -> bool:
        return self.head.startswith(_PARQUET) and not self.compressed

    @cached_property
    def sha256(self) -> str:
        """sha256 of the file as it is on disk, in hexadecimal."""
        return sha256_of(self.path)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Folded column name → its position; of columns with one folded name, the first."""
        folded = [fold_column(name) for name in self.header]
        return {name: i for i, name in reversed(list(enumerate(folded))) if name}

    @cached_property
    def header(self) -> list[str]:
        """Column names as the file writes them."""
        if self.is_parquet:
            try:
                return list(pq.read_schema(self.path).names)
            except (pa.ArrowException, OSError) as error:
                raise SourceError(f"{self.name} is a damaged Parquet file ({error}). Download it again.") from error
        return next(csv.reader(io.StringIO(self._first_line), delimiter=self._delimiter), [])

    def read(self, folded_names: Iterable[str]) -> SourceTable:
        """The columns of these folded names, which must be in `columns`; the others are not read.

        Raises:
            SourceError: the file is damaged or not UTF-8.
        """
        wanted = {name: self.columns[name] for name in folded_names}
        try:
            if self.is_parquet:
                table = pq.read_table(self.path, columns=[self.header[i] for i in wanted.values()])
                return SourceTable(pa.table([table[self.header[i]] for i in wanted.values()], names=list(wanted)), 0)
            return self._read_csv(wanted)
        except (pa.ArrowException, OSError, EOFError) as error:
            raise SourceError(f"{self.name} {_explain(str(error))}") from error

    def _read_csv(self, wanted: dict[str, int]) -> SourceTable:
        malformed: list[int] = []

        def skip(row: Any) -> str:
            malformed.append(row.actual_columns)
            return "skip"

        names = [str(i) for i in range(len(self.header))]  # positions: names in a file may repeat or be empty
        kept = [str(i) for i in wanted.values()]
        with pa.input_stream(str(self.path), compression="gzip" if self.compressed else None) as stream:
            table = pa_csv.read_csv(
                stream,
                read_options=pa_csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=_BLOCK),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=kept,
                    column_types=dict.fromkeys(kept, pa.string()),
                    null_values=_NULLS,
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
        return SourceTable(table.rename_columns(list(wanted)), len(malformed))

    @cached_property
    def _first_line(self) -> str:
        return self.head.decode("utf-8-sig", errors="replace").lstrip("\r\n")

    @cached_property
    def _delimiter(self) -> str:
        line = self._first_line.partition("\n")[0]
        return max(",;\t", key=line.count)  # the comma where none occurs


def _first_bytes(path: Path) -> tuple[bool, bytes]:
    """Whether the file is gzipped, and up to 64 KiB of its contents, unpacked."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if not head.startswith(_GZIP):
            return False, head
        with gzip.open(path) as file:
            return True, file.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} {_explain(str(error))}") from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _explain(error: str) -> str:
    """What a parser's ``error`` means to whoever gave the file."""
    lowered = error.lower()
    if "truncated" in lowered or "ended before" in lowered:
        return "is a truncated gzip file: its end is missing. Download it again."
    if "zlib" in lowered or "gzip" in lowered or "crc" in lowered or "decompressing" in lowered:
        return f"is a damaged gzip file ({error}). Download it again."
    if "utf8" in lowered or "utf-8" in lowered:
        return "is not UTF-8 text. Save it as UTF-8, for example with iconv -f latin1 -t utf-8."
    return f"cannot be read as a table: {error}."
