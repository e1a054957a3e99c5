"""What a file is that should have been a CSV, told by its first bytes."""

from __future__ import annotations

_EXPECTED = "Expected a CSV, a gzipped CSV or a Parquet file."
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "is a PNG image"),
    (b"\xff\xd8\xff", "is a JPEG image"),
    (b"GIF8", "is a GIF image"),
    (b"%PDF", "is a PDF"),
    (b"PK\x03\x04", "is a zip archive (or a spreadsheet): unpack it and give the CSV inside"),
    (b"SQLite format 3", "is an SQLite database"),
    (b"\xff\xfe", "is UTF-16 text: save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text: save it as UTF-8"),
    (b"PAR1", "is Parquet inside gzip: unpack it"),
    (b"\x1f\x8b", "is gzipped twice: unpack it once"),
)
_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "is a web page: the download gave a page, perhaps a login, in place of the file"),
    (b"<html", "is a web page: the download gave a page, perhaps a login, in place of the file"),
    (b"<?xml", "is XML"),
    (b"version https://git-lfs", "is a Git LFS pointer, not the file itself: run git lfs pull"),
    (b"{", "is JSON"),
    (b"[", "is JSON"),
)


def why_not_csv(head: bytes) -> str | None:
    """A sentence that follows the file's name, or None where ``head`` may be the beginning of a CSV."""
    text = head.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return f"is empty. {_EXPECTED}"
    for magic, what in _BINARY:
        if head.startswith(magic):
            return f"{what}. {_EXPECTED}"
    if b"\0" in head:
        return f"is a binary file, not a CSV. {_EXPECTED}"
    beginning = text[:64].lower()
    return next((f"{what}. {_EXPECTED}" for mark, what in _TEXT if beginning.startswith(mark)), None)
