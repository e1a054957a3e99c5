"""Which rows a catalogue keeps, and the report on those that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.audio_features import AUDIO_FEATURES

MALFORMED = "wrong number of columns"
_N_EXAMPLES = 5
_TEXTS = {"no track id": "track_id", "no title": "title", "no artist": "artist"}
_REASONS: tuple[str, ...] = (
    *_TEXTS,
    *(f"null feature: {feature.name}" for feature in AUDIO_FEATURES),
    *(f"out of range: {feature.name}" for feature in AUDIO_FEATURES),
)
KEPT = -1
Reasons = NDArray[np.int8]
"""For each row, (n_rows,): KEPT, or the position in the list of reasons of the first that applies."""


@dataclass(frozen=True)
class NotKept:
    """Rows of one source that were left out for one reason.

    Attributes:
        found: Least and greatest of the values that were out of range: a wrong unit shows at once.
        examples: A few of the rows, which count from 1, the header not counted.
    """

    reason: str
    source: str
    rows: int
    found: str = ""
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class SourceCount:
    """What became of one source's rows. ``united`` rows are kept: they repeat a track that is already there."""

    source: str
    format: str
    rows: int
    kept: int
    united: int


@dataclass(frozen=True)
class Cleaning:
    """What became of every row that was read: rows = kept + those not kept, and kept = tracks + united."""

    rows: int
    kept: int
    united: int
    tracks: int
    sources: list[SourceCount]
    not_kept: list[NotKept]
    playlists: list[dict[str, object]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(rows: pa.Table) -> Reasons:
    """The first reason for which each row cannot be kept. Optional features may be null, but not out of range."""
    reasons = np.full(len(rows), KEPT, np.int8)
    for code, applies in enumerate(_checks(rows)):
        reasons[(reasons == KEPT) & applies] = code
    return reasons


def lacking(feature: str) -> int:
    """The code of the reason "null feature: ``feature``"."""
    return _REASONS.index(f"null feature: {feature}")


def values(rows: pa.Table, name: str) -> NDArray[np.float32]:
    """Column ``name`` as (n_rows,), NaN where null."""
    return rows[name].to_numpy().astype(np.float32, copy=False)


def _checks(rows: pa.Table) -> Iterator[NDArray[np.bool_]]:
    """Where each of the reasons applies, in their order."""
    for column in _TEXTS.values():
        yield rows[column].is_null().to_numpy()
    for feature in AUDIO_FEATURES:
        yield np.isnan(values(rows, feature.name)) & (not feature.optional)
    for feature in AUDIO_FEATURES:
        given = values(rows, feature.name)
        yield (given < feature.low) | (given > feature.high)


def not_kept(rows: pa.Table, reasons: Reasons, source: str) -> list[NotKept]:
    """One record a reason that occurs among one source's rows, with a few of the rows."""
    records = []
    for code, reason in enumerate(_REASONS):
        at = np.flatnonzero(reasons == code)
        if len(at):
            examples = [_example(rows, int(row), reason) for row in at[:_N_EXAMPLES]]
            records.append(NotKept(reason, source, len(at), _found(rows, at, reason), examples))
    return records


def _found(rows: pa.Table, at: NDArray[np.int64], reason: str) -> str:
    kind, _, name = reason.partition(": ")
    if kind != "out of range":
        return ""
    least, greatest = (f"{end(values(rows, name)[at]):.4g}" for end in (np.min, np.max))
    return least if least == greatest else f"{least} to {greatest}"


def _example(rows: pa.Table, row: int, reason: str) -> dict[str, Any]:
    example: dict[str, Any] = {"row": row + 1}
    example |= {column: rows[column][row].as_py() for column in _TEXTS.values()}
    kind, _, name = reason.partition(": ")
    # As text: an infinite value has no JSON number.
    return example | ({"value": f"{rows[name][row].as_py():.6g}"} if kind == "out of range" else {})


def expected_range(reason: str) -> str:
    """The range that "out of range" refers to; empty for other reasons."""
    feature = next((f for f in AUDIO_FEATURES if reason == f"out of range: {f.name}"), None)
    if feature is None:
        return ""
    unit = f" {feature.unit}" if feature.unit else ""
    return f"{feature.low:,g} to {feature.high:,g}{unit}"
