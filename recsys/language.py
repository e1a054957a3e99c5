"""Which language a lyric is in, for a tagger that learnt English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

NAMES = MappingProxyType({
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "kn": "Kannada",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi",
    "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh-cn": "Chinese (simplified)",
    "zh-tw": "Chinese (traditional)",
})  # fmt: skip
"""Code → English name of the 55 languages that langdetect knows."""

_SAMPLE = 2_000  # characters that are read of a long text; more of a lyric change no answer, only the time
_PIECES = 5
_FEWEST_WORDS = 8  # different ones; "get up and boogie" alone passes for Afrikaans
_SURE = 0.9
# In scripts without spaces, each character counts.
_WORD = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]|[^\\W\\d_]+(?:'[^\\W\\d_]+)*")
# What is sung in every language, and says nothing on any.
_SYLLABLES = re.compile(
    r"\b(?:(?:[dlnbrstwy]a+h?|[bd]u+m|d[uo]o?b?|h[ae]+y*|o+h*|wh?oa+h*|a+h+|u+h+|y+e+a+h*|ye+|m+h*m+|eh+|sha|ay+|boom|bop"
    r"|shoo|doo|ooo*h*|ra+h*|hm+|o+w+|ho+)[\s,.!?()-]*)+(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language by ISO code and English name, and how probable it is, in [0, 1]."""

    code: str
    name: str
    probability: float

    @property
    def foreign(self) -> bool:
        """Whether it is surely not English."""
        return self.code != "en" and self.probability >= _SURE


def language_of(text: str) -> Language | None:
    """The language that most of ``text`` is in; None where there is too little to go by.

    The same text gives the same answer each time, in any thread. It is best given cleaned lyrics, whose lines are
    each read once however often they are sung.
    """
    lines = dict.fromkeys(text.lower().splitlines())  # capitals alone would be passed over
    telling = _SYLLABLES.sub(" ", "\n".join(lines))
    if len(set(_WORD.findall(telling))) < _FEWEST_WORDS:
        return None
    return _detect(_sample(telling))


def notice(text: str) -> str:
    """A sentence that warns of lyrics in another language than English, or nothing."""
    language = language_of(text)
    if language is None or not language.foreign:
        return ""
    return f"This looks like {language.name}; the tagger was trained on English lyrics, so take its answer with care."


def _sample(text: str) -> str:
    """All of a short text; of a long one, pieces spread evenly over it."""
    if len(text) <= _SAMPLE:
        return text
    size, gaps = _SAMPLE // _PIECES, _PIECES - 1
    starts = (i * (len(text) - size) // gaps for i in range(_PIECES))
    return " ".join(text[start : start + size] for start in starts)


def _detect(text: str) -> Language | None:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # no letters that any profile knows
        return None
    return Language(found[0].lang, NAMES.get(found[0].lang, found[0].lang), float(found[0].prob)) if found else None


@cache
def _factory() -> Any:
    """Profiles of langdetect, read at the first use; its own shared factory is not safe to start in two threads."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.set_seed(0)
    factory.load_profile(PROFILES_DIRECTORY)
    return factory
