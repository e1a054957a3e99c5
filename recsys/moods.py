"""Words of mood and occasion, English and Spanish, and what music for them sounds like. The table is moods.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES
from recsys.catalogue import Mask
from recsys.index import Vectors
from recsys.text import fold

_STRONGEST = 0.9
_TABLE = Path(__file__).with_name("moods.toml")
SPANISH_SMALL = frozenset(
    "a al algo con de del e el ella en es esta este hay la las lo los me mi mis muy musica o para por que se sin su "
    "sus te tu un una unas uno unos y ya cancion canciones como cuando mas".split()
)
"""Spanish words that join others and say nothing by themselves."""


@dataclass(frozen=True, eq=False)
class Mood:
    """A kind of mood or occasion.

    Attributes:
        profile: (11,) where songs for it stand, in standard deviations from the average song; 0 for no matter.
    """

    name: str
    profile: Vectors

    def fits(self, scaled: Vectors) -> Mask:
        """(n,): which songs have the mood rather than not; for leaving them out, so that doubt counts as yes.

        Those that lie on the mood's side of the average song, in all or in what matters most to it.

        Args:
            scaled: (n, 11), features in standard deviations.
        """
        strongest = np.abs(self.profile) >= _STRONGEST * np.abs(self.profile).max()
        return (scaled @ self.profile > 0) | (scaled[:, strongest] * self.profile[strongest] > 0).any(axis=1)


class FoundMood(NamedTuple):
    """A phrase of the table in a text: the folded ``words`` of the text, its English, its mood, and its language."""

    words: str
    english: str
    mood: Mood
    spanish: bool


@cache
def moods() -> tuple[Mood, ...]:
    """All moods of the table."""
    return tuple(Mood(name, _profile(given["profile"])) for name, given in _table().items())


def find_moods(text: str) -> list[FoundMood]:
    """The phrases of the table in ``text``, in its order; of phrases that overlap the longest of the first."""
    return [found for _, found in _scan(text) if found is not None]


def in_english(text: str) -> str:
    """``text``, folded, with the table's Spanish phrases in English; the other words stay as they are.

    Beside such a phrase, Spanish words that only join others are left out: they would make it look like Spanish
    lyrics, and find songs for being Spanish.
    """
    parts = _scan(text)
    if any(found is not None and found.spanish for _, found in parts):
        parts = [(word, found) for word, found in parts if found is not None or word not in SPANISH_SMALL]
    return " ".join(word if found is None else found.english for word, found in parts)


def profile_of(found: Iterable[Mood]) -> Vectors:
    """(11,): where songs stand that are for all of these moods at once.

    Moods that agree make it no more extreme than one alone; those on different features keep most of their say.
    """
    distinct = list(dict.fromkeys(found))
    if not distinct:
        return np.zeros(len(FEATURE_NAMES), np.float32)
    total = np.sum([mood.profile for mood in distinct], axis=0)
    return (total / np.sqrt(len(distinct))).astype(np.float32)


def _scan(text: str) -> list[tuple[str, FoundMood | None]]:
    """The words of ``text`` from left to right, a phrase of the table as one."""
    words, phrases, longest = fold(text).split(), *_phrases()
    parts: list[tuple[str, FoundMood | None]] = []
    at = 0
    while at < len(words):
        for n in range(min(longest, len(words) - at), 0, -1):
            here = " ".join(words[at : at + n])
            if found := phrases.get(here):
                parts.append((here, FoundMood(here, *found)))
                at += n
                break
        else:
            parts.append((words[at], None))
            at += 1
    return parts


@cache
def _phrases() -> tuple[dict[str, tuple[str, Mood, bool]], int]:
    """Folded phrase → its English, its mood and whether it is Spanish; and the most words in one."""
    table: dict[str, tuple[str, Mood, bool]] = {}
    for mood, given in zip(moods(), _table().values(), strict=True):
        for phrase in given["english"].split(", "):
            for form in _plurals(fold(phrase)):
                table.setdefault(form, (phrase, mood, False))
        for form, phrase in _pairs(given, "forms"):
            table.setdefault(form, (phrase, mood, False))
    for mood, given in zip(moods(), _table().values(), strict=True):
        for spanish, english in _pairs(given, "spanish"):
            for form in _spanish_forms(fold(spanish)):
                table.setdefault(form, (english, mood, True))
    return table, max(phrase.count(" ") + 1 for phrase in table)


def _pairs(given: dict[str, str], kind: str) -> list[tuple[str, str]]:
    """Spanish phrases or other forms, and the English phrases that mean the same."""
    pairs = (pair.split("=") for pair in given.get(kind, "").split(", ") if pair)
    return [(other, english) for other, english in pairs]


def _plurals(phrase: str) -> list[str]:
    return [phrase, f"{phrase}s"]


def _spanish_forms(phrase: str) -> list[str]:
    """Either gender, one or many."""
    if " " in phrase or phrase[-1] not in "ao":
        return [phrase, f"{phrase}s", f"{phrase}es"]
    return [phrase[:-1] + ending for ending in ("a", "o", "as", "os")]


def _profile(given: dict[str, float]) -> Vectors:
    profile = np.zeros(len(FEATURE_NAMES), np.float32)
    for name, value in given.items():
        profile[FEATURE_INDEX[name]] = value
    return profile


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text("utf-8"))
