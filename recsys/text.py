"""Folding text so that what people type meets what catalogues hold."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile("['’‘`´]")
# Scripts written without spaces: each character is a word of its own, so that any part of a title is found.
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")


def fold(text: str) -> str:
    """``text`` in lower case, without accents or punctuation, words separated by one space.

    >>> fold("Don’t Stop – Señor Niebla (Live)")
    'dont stop senor niebla live'
    """
    text = _APOSTROPHES.sub("", text)  # first, for NFKD makes a space of ´
    if not text.isascii():
        text = _UNSPACED.sub(r" \1 ", text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text.casefold()).strip()
