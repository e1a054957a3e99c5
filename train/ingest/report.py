"""The cleaning report as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from train.ingest.cleaning import Cleaning, NotKept, expected_range

_WIDEST = 48


def as_text(cleaning: Cleaning) -> str:
    """Tables of the sources, of the rows not kept by reason, and of the playlists, numbers aligned."""
    parts = [_sources(cleaning)]
    if cleaning.not_kept:
        parts.append(_reasons(cleaning.not_kept))
    if cleaning.playlists:
        parts.append(_playlists(cleaning.playlists))
    return "\n\n".join(parts)


def _sources(cleaning: Cleaning) -> str:
    lines = [(s.source, s.format, s.rows, s.kept, s.united, s.rows - s.kept) for s in cleaning.sources]
    if len(lines) > 1:
        total = cleaning.rows, cleaning.kept, cleaning.united, cleaning.rows - cleaning.kept
        lines.append(("together", "", *total))
    text = table(("source", "read as", "rows", "kept", "united", "not kept"), lines)
    united = f"less {cleaning.united:,} united with a row before"
    return f"{text}\n{cleaning.kept:,} rows kept, {united}: {cleaning.tracks:,} tracks."


def _reasons(records: Sequence[NotKept]) -> str:
    lines = [
        (r.reason, r.source, r.rows, r.found, expected_range(r.reason), _first_example(r))
        for r in sorted(records, key=lambda r: -r.rows)
    ]
    return "Rows not kept\n" + table(("reason", "source", "rows", "found", "expected", "for example"), lines)


def _first_example(record: NotKept) -> str:
    if not record.examples:
        return ""
    example = record.examples[0]
    return f"row {example['row']:,}: {_short(example['title'] or example['track_id'] or '')}"


def _playlists(records: Sequence[dict[str, Any]]) -> str:
    lines = [(r["source"], r["entries"], r["kept"], r["repeated"], r["not_in_catalogue"]) for r in records]
    heading = ("source", "entries", "kept", "repeated", "track not in the catalogue")
    return "Playlists\n" + table(heading, lines)


def table(heading: Sequence[str], lines: Sequence[Sequence[str | int]]) -> str:
    """Columns with two spaces between, numbers to the right, text to the left; columns of empty text are left out."""
    filled = [i for i in range(len(heading)) if any(line[i] != "" for line in lines)]
    heading, lines = [heading[i] for i in filled], [[line[i] for i in filled] for line in lines]
    numeric = [all(isinstance(line[i], int) for line in lines) for i in range(len(heading))]
    cells = [list(heading), *([_cell(value) for value in line] for line in lines)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heading))]
    aligned = (
        [cell.rjust(w) if right else cell.ljust(w) for cell, w, right in zip(row, widths, numeric, strict=True)]
        for row in cells
    )
    return "\n".join("  " + "  ".join(row).rstrip() for row in aligned)


def _cell(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else _short(value)


def _short(text: str, width: int = _WIDEST) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
