"""Songs as people type or paste them, one a line: "artist – title", "title by artist", a Spotify link, an id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from recsys.listening.plays import Gatherer, Row, batches

_LINK = re.compile(r"(?:spotify:track:|open\.spotify\.com/(?:[A-Za-z-]+/)*track/)([0-9A-Za-z]{22})(?![0-9A-Za-z])")
_OTHER_LINK = re.compile(r"^(?:https?://|spotify:)\S+$")
_SPOTIFY_ID = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z]{22}")
_BULLET = re.compile(r"^\s*(?:[-*•·–]\s+|#?\d{1,6}\s*[.):]\s+)")
_LENGTH = re.compile(r"\s*[\[(]?\b\d{1,2}:\d\d(?::\d\d)?[\])]?\s*$")
DASH = re.compile(r"\s+(?:[-‐‑‒–—―−~|/]+|::)\s+|\s[–—―]|[–—―]\s")  # noqa: RUF001
_BY = re.compile(r"\s+by\s+", re.IGNORECASE)
_QUOTES = " \t\"“”„«»'’‘"
_LONGEST = 300
KNOWN_SHARE = 0.5


def read_lines(blocks: Iterable[bytes], gatherer: Gatherer) -> float:
    """Add a play for each line that may name a song; the share of lines that surely do: with an id or an artist."""
    sure = total = 0

    def rows() -> Iterator[Row]:
        nonlocal sure, total
        for block in blocks:
            for line in block.decode("utf-8", "replace").split("\n"):
                if not line.strip() or line.lstrip().startswith("#EXT"):
                    continue
                total += 1
                row = song_of(line)
                if row is None:
                    gatherer.skip("a line that names no song")
                    continue
                sure += bool(row.track_id or row.artist)
                yield row

    for batch in batches(rows()):
        gatherer.add(batch)
    return sure / max(total, 1)


def song_of(line: str) -> Row | None:
    """What a line names; without an artist, title is the whole line. None where it can be no song.

    >>> song_of("1. Queen – Bohemian Rhapsody (5:55)")[:3], song_of("Halo by Beyoncé")[:3]
    ((None, 'Queen', 'Bohemian Rhapsody'), (None, 'Beyoncé', 'Halo'))
    """
    line = line.strip(" \t\ufeff\0")
    if link := link_in(line):
        return Row(track_id=link)
    if len(line) > _LONGEST or _OTHER_LINK.match(line) or not any(c.isalnum() or ord(c) > 0x2000 for c in line):
        return None
    if _SPOTIFY_ID.fullmatch(line):
        return Row(track_id=line)
    if "\t" in line:
        parts = [part.strip() for part in line.split("\t") if part.strip()]
        parts = [part for part in parts if not re.fullmatch(r"\d{1,6}\.?|\d{1,2}:\d\d", part)] or parts
        if len(parts) > 1:
            return Row(artist=parts[0].strip(_QUOTES) or parts[0], title=parts[1].strip(_QUOTES) or parts[1])
    bare = _LENGTH.sub("", _BULLET.sub("", line)) or line
    for separator, artist_first in ((DASH, True), (_BY, False)):
        found = list(separator.finditer(bare))
        at = found[0 if artist_first else -1] if found else None
        if at and (left := _bare(bare[: at.start()])) and (right := _bare(bare[at.end() :])):
            return Row(artist=left, title=right) if artist_first else Row(artist=right, title=left)
    return Row(title=_bare(bare) or bare)


def link_in(text: str) -> str | None:
    """The id in a link to a track at Spotify, if there is one."""
    link = _LINK.search(text)
    return link[1] if link else None


def _bare(name: str) -> str:
    """Without quotation marks around; names are compared without any, so that one of the name's own is not missed."""
    return name.strip(_QUOTES)
