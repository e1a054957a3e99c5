"""How names are compared: what people write differently, though they mean the same, is made equal."""

from __future__ import annotations

import re
from functools import lru_cache

from recsys.song_titles import song_title
from recsys.text import fold

# Letters that stay when accents go, and those that stage names put for others.
_LETTERS = str.maketrans({"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "æ": "ae", "Æ": "ae", "œ": "oe", "$": "s"})
_INNER_MARK = re.compile(r"(?<=\w)!(?=\w)")  # "P!nk"
_TOGETHER = re.compile(
    r"\s*(?:[;,/+]|\s(?:&|and|y|e|x|×|vs\.?|with|feat\.?|ft\.?|featuring|presents|pres\.?|con)\s)\s*",
    re.IGNORECASE,
)
_GUESTS = re.compile(r"\s*[(\[]?\b(?:feat|ft|featuring)\b.*$", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def artist_key(name: str) -> str:
    """Equal for ways to write one artist: case, accents, "The", "&" for "and", spaces and punctuation.

    >>> artist_key("The Beatles") == artist_key("beatles"), artist_key("AC/DC") == artist_key("acdc")
    (True, True)
    """
    folded = fold(_INNER_MARK.sub("i", name).translate(_LETTERS))
    return _together(folded.removeprefix("the ")) or name.strip().casefold()


def _together(folded: str) -> str:
    """Without spaces and without "and": "Funky Town" is "Funkytown", "Rock & Roll" is "Rock 'n' Roll"."""
    return "".join(word for word in folded.split() if word not in ("and", "n")) or folded


def artists_in(credit: str) -> list[str]:
    """The whole credit, then, where it may name several artists, each of them in order.

    >>> artists_in("Simon & Garfunkel")
    ['Simon & Garfunkel', 'Simon', 'Garfunkel']
    """
    without = _GUESTS.sub("", credit)
    parts = [part for part in _TOGETHER.split(credit) if part and part.strip(" ()[]")]
    return list(dict.fromkeys([credit, *([without] if without.strip() else []), *parts]))


def whole_key(title: str) -> str:
    """The title with everything in it that tells a version."""
    return _together(fold(title.translate(_LETTERS))) or title.strip().casefold()


def song_key(title: str) -> str:
    """The title without what tells a version, equal for all versions of a song."""
    return _together(song_title(title.translate(_LETTERS)))
