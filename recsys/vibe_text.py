"""Text as vibe queries are matched: one plain character for each that was typed, so that places stay the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from recsys.vibe_words import Words

_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_WORD_END = r"(?![\w'])"
_SPACES = re.compile(r"[^\S\n]+")
_PLAIN = {"’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"}  # noqa: RUF001


def tidy(text: str) -> str:
    """``text`` with its accents composed, one space between words, and none of what cannot be seen."""
    return _SPACES.sub(" ", _UNSEEN.sub(" ", unicodedata.normalize("NFC", text))).strip()


def plain(text: str) -> str:
    """``text`` in lower case without accents, exactly as long as it was.

    >>> plain("Años 90’s – ¡Rápido!")
    "anos 90's - ¡rapido!"
    """
    return text.lower() if text.isascii() else "".join(map(_plain_character, text))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    return unicodedata.normalize("NFKD", character)[0].casefold()[0]


def one_of(*tables: Words, ends: bool = True) -> str:
    """A pattern for any phrase of ``tables``, the longest that fits; by default it ends where a word does."""
    phrases = sorted(words_of(*tables), key=lambda phrase: (phrase[0], -len(phrase), phrase))
    closed = {
        phrase: re.escape(phrase[1:]) + (_WORD_END if ends and phrase[-1].isalnum() else "") for phrase in phrases
    }
    # By first letters, so that most words are passed over after one look.
    by_letter = (
        f"{re.escape(letter)}(?:{'|'.join(closed[phrase] for phrase in group)})"
        for letter, group in groupby(phrases, key=lambda phrase: phrase[0])
    )
    return f"(?:{'|'.join(by_letter)})"


def words_of(*tables: Words) -> frozenset[str]:
    """All phrases of ``tables``."""
    return frozenset(phrase for table in tables for phrase in table.phrases)


def kinds_of(tables: Iterable[tuple[str, Words]]) -> dict[str, str]:
    """Phrase → the name of its table; where two hold it, the first."""
    kinds: dict[str, str] = {}
    for name, table in tables:
        for phrase in table.phrases:
            kinds.setdefault(phrase, name)
    return kinds
