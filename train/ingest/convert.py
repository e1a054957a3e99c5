"""Turning the text of a column into values. What cannot be understood becomes null, never a guess.

Parsers take one text and are called once for each distinct one, so that they may be plain Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = pa.ChunkedArray
Converter = Callable[[Column], Column]

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_NUMBER = re.compile(r"([-+]?\d*\.?\d+(?:e[-+]?\d+)?)\s*(?:db|bpm)?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d+)?)")
_FLAGS = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY = re.compile(r"([A-G])\s*([#♯b♭]?)(?:\s*/.*)?(?:\s+(?:maj|min|m).*)?", re.IGNORECASE)
_MODES = {"maj": 1, "major": 1, "1": 1, "1.0": 1, "min": 0, "minor": 0, "0": 0, "0.0": 0}
_LIST = r"^\[\s*['\"].*['\"]\s*\]$"  # a Python list that pandas wrote out: ['A', 'B']


def to_text(column: Column) -> Column:
    """Any column as text without spaces at its ends; empty is null. Lists are joined with "; "."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), "; ")
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def by_distinct(column: Column, parse: Callable[[str], Any], type_: pa.DataType) -> Column:
    """``parse`` of each text, called once a distinct one; null stays null."""
    coded = to_text(column).combine_chunks().dictionary_encode()
    values = pa.array([parse(text) for text in coded.dictionary.to_pylist()], type_)
    return pa.chunked_array([values.take(coded.indices)], type_)


def to_number(column: Column, parse: Callable[[str], float | None] | None = None) -> Column:
    """Numbers as float64. ``parse`` reads a text that is not a plain number."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        numbers = column.cast(pa.float64())
    else:
        text = to_text(column)
        try:
            numbers = text.cast(pa.float64())
        except pa.ArrowInvalid:
            numbers = by_distinct(text, parse or parse_number, pa.float64())
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)


def to_share(column: Column) -> Column:
    """0–100 as a share of 1."""
    return pc.divide(to_number(column), 100.0)


def to_milliseconds(column: Column) -> Column:
    """Durations: a number is milliseconds already, ``03:47`` and ``1:02:03`` are a clock's."""
    return to_number(column, parse_duration)


def to_year(column: Column) -> Column:
    return by_distinct(column, parse_year, pa.int16())


def to_flag(column: Column) -> Column:
    return by_distinct(column, lambda text: _FLAGS.get(text.lower()), pa.bool_())


def to_key(column: Column) -> Column:
    return by_distinct(column, parse_key, pa.int8())


def to_mode(column: Column) -> Column:
    return by_distinct(column, lambda text: _MODES.get(text.lower().split()[-1]), pa.int8())


def to_names(column: Column) -> Column:
    """Everybody credited, "; " between, from text with ";" or from a list written out as ['A', 'B']."""
    text = to_text(column)
    if pc.any(pc.match_substring_regex(text, _LIST)).as_py():
        inner = pc.replace_substring_regex(text, r"^\[\s*['\"]|['\"]\s*\]$", "")
        inner = pc.replace_substring_regex(inner, r"['\"]\s*,\s*['\"]", "; ")
        text = pc.if_else(pc.match_substring_regex(text, _LIST), inner, text)
    return to_text(pc.replace_substring_regex(text, r"\s*;[\s;]*", "; "))


def to_list(column: Column) -> Column:
    """Genres: text with ";", "," or "|" between, or lists."""
    return by_distinct(to_names(column), split_genres, pa.list_(pa.string()))


def split_genres(text: str) -> list[str]:
    """The genres in ``text``, each once, in order.

    >>> split_genres("hip hop, rap; hip hop")
    ['hip hop', 'rap']
    """
    return list(dict.fromkeys(part for part in (p.strip() for p in re.split(r"[;,|]", text)) if part))


def parse_number(text: str) -> float | None:
    """A number with its unit: ``-6.85db`` is -6.85."""
    match = _NUMBER.fullmatch(text)
    return float(match[1]) if match else None


def parse_duration(text: str) -> float | None:
    """Milliseconds of ``03:47`` (227,000) or ``1:02:03``; a plain number is milliseconds already."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return parse_number(text)
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), float(match[3])
    return 1000 * (3600 * hours + 60 * minutes + seconds)


def parse_year(text: str) -> int | None:
    """The year in ``2019``, ``2019-06``, ``2019-06-14`` or ``29th April 2013``; null before 1800, as 0 for unknown."""
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def parse_key(text: str) -> int | None:
    """Semitones above C of ``D# min``, ``Bb`` or ``3``; null for -1, which says that none was found."""
    number = parse_number(text)
    if number is not None:
        return int(number) if number in range(12) else None
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    shift = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(match[2].lower(), 0)
    return (_SEMITONES[match[1].upper()] + shift) % 12
