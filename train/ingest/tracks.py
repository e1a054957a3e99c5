"""A file of tracks, in any format that we know, as rows of canonical columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.audio_features import AUDIO_FEATURES
from train.ingest.columns import ROWS
from train.ingest.convert import Column, to_text
from train.ingest.formats import INVENTED, Format, recognise, require_track_columns
from train.ingest.source_file import SourceFile

_SPOTIFY_ID = "^[0-9A-Za-z]{22}$"


@dataclass(frozen=True)
class SourceTracks:
    """One file's rows.

    Attributes:
        rows: The columns of `columns.ROWS`, one row a record, in the file's order. Nothing has been cleaned yet.
        malformed: Records left out because they have another number of fields than the header.
        features: The optional features that the file has a column for.
        origins: Where audio features come from → of how many rows, in a format that says so for each row.
    """

    file: SourceFile
    format: Format
    rows: pa.Table
    malformed: int
    features: frozenset[str]
    origins: Mapping[str, int] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether any of it is invented."""
        return self.format.synthetic or INVENTED in self.origins

    @property
    def invented(self) -> str:
        """What of it is invented, for people."""
        if self.format.synthetic:
            return "everything"
        rows = self.origins.get(INVENTED, 0)
        return f"the audio features of {rows:,} of {len(self.rows):,} rows" if rows else "nothing"

    @property
    def provenance(self) -> dict[str, str]:
        """What the bundle's manifest records of this source."""
        record = {
            "source": self.file.name,
            "format": self.format.name,
            "licence": self.format.licence,
            "sha256": self.file.sha256,
        }
        origins = "; ".join(f"{origin} ({rows:,} rows)" for origin, rows in self.origins.items())
        return record | ({"features_from": origins} if origins else {})


def read_tracks(given: str | Path) -> SourceTracks:
    """Read the file at ``given``, a local path or ``hf://datasets/…`` address.

    Raises:
        SourceError: it is missing, damaged, not a table, or lacks a column that every catalogue needs.
    """
    file = SourceFile.open(given)
    format_ = recognise(file.columns)
    resolved = format_.resolve(file.columns)
    require_track_columns(resolved, file.header, file.name)
    source = file.read(dict.fromkeys([*resolved.values(), *([format_.origin] if format_.origin else [])]))
    converted = {name: format_.converter(name)(source.columns[column]) for name, column in resolved.items()}
    converted["artist"] = _main_artists(converted, format_)
    converted |= _ids(converted, format_)
    optional = frozenset(f.name for f in AUDIO_FEATURES if f.optional and f.name in resolved)
    origins = _origins(source.columns[format_.origin]) if format_.origin else {}
    return SourceTracks(file, format_, _table(converted, len(source.columns)), source.malformed, optional, origins)


def _origins(column: Column) -> dict[str, int]:
    """Rows by what ``column`` says, most first. However it is written, INVENTED is one."""
    said = Counter(text or "not stated" for text in to_text(column).to_pylist())
    counts = Counter[str]()
    for text, rows in said.items():
        counts[INVENTED if text.casefold() == INVENTED else text] += rows
    return dict(counts.most_common())


def _table(converted: dict[str, Column], n_rows: int) -> pa.Table:
    columns = [
        converted[field.name].cast(field.type, safe=False) if field.name in converted else pa.nulls(n_rows, field.type)
        for field in ROWS
    ]
    return pa.table(columns, schema=ROWS)


def _main_artists(converted: dict[str, Column], format_: Format) -> Column:
    """The first artist credited, or the file's own column of main artists where it has one."""
    credited = converted["artists"]
    first = main_artists(credited) if format_.commas_between_artists else _first_part(credited, "; ")
    return pc.coalesce(converted["artist"], first) if "artist" in converted else first


def _first_part(texts: Column, separator: str) -> Column:
    return pc.replace_substring_regex(texts, f"{separator}.*$", "")


def main_artists(credited: Column) -> Column:
    """The main artist where commas both separate artists and belong to names.

    Of "Tyler, The Creator, Frank Ocean" any beginning may be the name: it is the one that most often stands alone
    in this column, and the first part where none does more than once.
    """
    coded = credited.combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    counts = np.bincount(coded.indices.drop_null().to_numpy(), minlength=len(texts))
    alone = Counter(dict(zip(texts, counts.tolist(), strict=True)))
    return pa.chunked_array([pa.array([_main_artist(text, alone) for text in texts], pa.string()).take(coded.indices)])


def _main_artist(text: str, alone: Counter[str]) -> str:
    if ";" in text or "," not in text:
        return text.partition(";")[0]
    parts = text.split(",")
    beginnings = [",".join(parts[:n]).strip() for n in range(1, len(parts) + 1)]
    best = max(beginnings, key=lambda name: alone[name])  # the shortest of equals
    return best if alone[best] > 1 else beginnings[0]


def _ids(converted: dict[str, Column], format_: Format) -> dict[str, Column]:
    """Track ids and Spotify's ids: made from artist, title and length where the file has none."""
    if "track_id" not in converted:
        return {"track_id": _made_ids(converted)}
    if format_.synthetic or "spotify_id" in converted:
        return {}
    ids = converted["track_id"]
    return {"spotify_id": pc.if_else(pc.match_substring_regex(ids, _SPOTIFY_ID), ids, pa.scalar(None, pa.string()))}


def _made_ids(converted: dict[str, Column]) -> Column:
    """22 hexadecimal characters that depend on nothing but artists, title and length; null where either is."""
    lengths = converted.get("duration_ms")
    lengths = [None] * len(converted["title"]) if lengths is None else lengths.to_pylist()
    ids = [
        None if title is None or artists is None else _digest(f"{artists}\x1f{title}\x1f{round(length or 0)}")
        for artists, title, length in zip(
            converted["artists"].to_pylist(), converted["title"].to_pylist(), lengths, strict=True
        )
    ]
    return pa.chunked_array([pa.array(ids, pa.string())])


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:22]
