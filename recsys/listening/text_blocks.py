"""Bytes as UTF-8 text in blocks of whole lines, whatever encoding they came in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

BLOCK = 1 << 24
_LONGEST_RECORD = 1 << 26
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What UTF-8 looks like when its bytes were taken for Windows-1252: "Ã©", "â€™".
_GARBLED = "[ÂÃÅÄÐÑØÙ][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]|[âã][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]{2}"


class TextBlocks:
    """Iterates over blocks of UTF-8 bytes that end at a line's end and no other sign of it than a line feed.

    Attributes:
        mended: Lines that were not valid in their encoding and have been read as Windows-1252, so far.
    """

    def __init__(self, stream: IO[bytes], quoted: bool = False, size: int = BLOCK) -> None:
        """``quoted``: never end a block within double quotes, where a line may go on."""
        self._stream, self._quoted, self._size = stream, quoted, size
        self.mended = 0

    def __iter__(self) -> Iterator[bytes]:
        left = b""
        for block in self._decoded():
            left += block
            end = left.rfind(b"\n") + 1
            odd = self._quoted and left.count(b'"', 0, end) % 2 and len(left) < _LONGEST_RECORD
            if end and not odd:
                yield self._valid(left[:end])
                left = left[end:]
        if left:
            yield self._valid(left)

    def _decoded(self) -> Iterator[bytes]:
        head = self._stream.read(self._size)
        encoding, skip = encoding_of(head)
        block = head[skip:]
        if encoding == "utf-8":
            while block:
                if block.endswith(b"\r"):
                    block += self._stream.read(1)
                yield block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                block = self._stream.read(self._size)
            return
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        while block:
            text = decoder.decode(block)
            yield text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
            block = self._stream.read(self._size)

    def _valid(self, block: bytes) -> bytes:
        try:
            block.decode()
        except UnicodeDecodeError:
            return b"\n".join(self._line(line) for line in block.split(b"\n"))
        return block

    def _line(self, line: bytes) -> bytes:
        try:
            line.decode()
        except UnicodeDecodeError:
            self.mended += 1
            return line.decode("cp1252", "replace").encode()
        return line


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding that ``head`` tells of, and how many bytes its mark takes; UTF-8 where nothing is told."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    sample = head[:400]
    if len(sample) >= 4:  # UTF-16 without a mark: every other byte of plain text is zero
        if sample[1::2].count(0) > 0.4 * len(sample[1::2]) and not sample[::2].count(0):
            return "utf-16-le", 0
        if sample[::2].count(0) > 0.4 * len(sample[::2]) and not sample[1::2].count(0):
            return "utf-16-be", 0
    return "utf-8", 0


def mended(text: str) -> str:
    """``text`` as it was before UTF-8 was taken for Windows-1252, or as it is.

    >>> mended("BeyoncÃ©"), mended("São Tomé")
    ('Beyoncé', 'São Tomé')
    """
    if not re.search(_GARBLED, text):
        return text
    try:
        return b"".join(_byte(c) for c in text).decode()
    except UnicodeError:
        return text


def _byte(character: str) -> bytes:
    """As Windows-1252 writes it, or as Latin-1 for the five bytes that Windows-1252 leaves out."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def repair(table: pa.Table) -> tuple[pa.Table, int]:
    """``table`` of text with garbled values mended, and how many were."""
    count = 0
    for i, name in enumerate(table.column_names):
        column = table[name].combine_chunks()
        suspect = pc.match_substring_regex(column, _GARBLED).fill_null(False)
        if pc.any(suspect).as_py():
            values = column.to_pylist()
            at = pc.indices_nonzero(suspect).to_pylist()
            for row in at:
                better = mended(values[row])
                count += better != values[row]
                values[row] = better
            table = table.set_column(i, name, pa.array(values, pa.string()))
    return table, count
