"""Lyrics as people paste them and as files hold them, made into clean lines of song.

Training and serving read through the same `clean`, so that the tagger meets what it was taught. What a lyrics site
adds goes, and so do names of sections; what is sung stays as it is, repeats and case included. Whatever was done is
told in the notes. All expressions take time in proportion to the text, however odd it is: quantifiers are possessive,
bounded, or cannot overlap with what follows them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.lyric_marks import HAS_CONTENT, SEAM, TIMES, seam, without_directions, without_html, without_site

CLEANING_VERSION = 1  # raise it with every change to what `clean` returns: a tagger is trained for one version
MAX_CHARACTERS = 100_000
MIN_WORDS = 3
FEW_WORDS = 20

# Words of letters; in scripts without spaces each character counts.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}](?:['-]?[^\W\d_{_UNSPACED}])*+")


@dataclass(frozen=True, slots=True)
class Lyrics:
    """A cleaned lyric.

    Attributes:
        lines: What is sung, line by line, none of them blank.
        notes: Sentences on what was removed or changed, and on what to be careful about.
    """

    lines: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> int:
        """How many words are sung, repeats included."""
        return sum(len(_WORD.findall(line)) for line in self.lines)


def read_lyrics(text: object) -> Lyrics:
    """Clean ``text`` if it is a lyric that the tagger can read.

    Raises:
        EmptyQueryError: it is empty, or nothing sung is left of it.
        InvalidQueryError: it is not text, has more than MAX_CHARACTERS, or fewer than MIN_WORDS words.
    """
    if not isinstance(text, str):
        raise InvalidQueryError(f"Lyrics must be text, the words of one song; {_kind(text)} was given.")
    if len(text) > MAX_CHARACTERS:
        raise InvalidQueryError(
            f"The lyrics have {len(text):,} characters; at most {MAX_CHARACTERS:,} are read, and nothing is cut "
            "without saying so. Give one song at a time."
        )
    if not text.strip():
        raise EmptyQueryError("The lyrics are empty. Paste the words of a song.")
    lyrics = clean(text)
    if (words := lyrics.words) == 0:
        raise EmptyQueryError(f"No words of a song were found, only {_what_else(text, lyrics)}. Paste what is sung.")
    if words < MIN_WORDS:
        raise InvalidQueryError(
            f"The lyrics have only {words} word{'s' * (words > 1)} ({lyrics.text!r}); "
            f"at least {MIN_WORDS} are needed, and a whole verse is better."
        )
    if words < FEW_WORDS:
        return Lyrics(lyrics.lines, (*lyrics.notes, f"Only {words} words: take the answer with care."))
    return lyrics


def clean(text: str) -> Lyrics:
    r"""The lines that are sung, without any check whether there are enough of them.

    >>> clean("3 ContributorsNight Lyrics[Verse 1]\nI don’t knowYou do (x2)2Embed").lines
    ("I don't know", 'You do')
    """
    notes = []
    for step, note in _STEPS:
        text, removed = step(text)
        if removed and note:
            notes.append(note.format(count=f"{len(removed):,}", s="s" * (len(removed) > 1), example=_short(removed[0])))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return Lyrics(tuple(line for line in lines if HAS_CONTENT.search(line)), tuple(notes))


Step = Callable[[str], tuple[str, list[str]]]  # text → new text, and what was removed from it


def _short(removed: str) -> str:
    line = " ".join(removed.split())
    return line if len(line) <= 40 else line[:39] + "…"


def _kind(given: object) -> str:
    return {type(None): "nothing (null)", list: "a list", dict: "an object", bytes: "bytes"}.get(
        type(given), f"a value of type {type(given).__name__}"
    )


def _what_else(text: str, lyrics: Lyrics) -> str:
    """What a text without words holds, in words."""
    said, kinds = " ".join(lyrics.notes), {unicodedata.category(char)[0] for char in text}
    if "stage direction" in said:
        return "section marks or stage directions"
    if lyrics.lines:
        return "numbers"
    if "lyrics site" in said:
        return "what a lyrics site adds"
    if "HTML" in said:
        return "HTML tags"
    if "S" in kinds:
        return "emoji or other symbols"
    return "punctuation" if "P" in kinds else "control or invisible characters"


# Characters

_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_QUOTES = str.maketrans(dict.fromkeys("‘’\u201a\u201b\u02bc´`\u2032", "'") | dict.fromkeys("“”„‟″", '"'))
# Cyrillic letters that a lyrics site hides in Latin words as a watermark.
_LOOK_ALIKES = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456"
        "\u0410\u0415\u041e\u0420\u0421\u0422\u0425\u0412\u041c\u041d\u041a",
        "aeopcyxiAEOPCTXBMHK",
        strict=True,
    )
)
_CYRILLIC = "".join(_LOOK_ALIKES)


def _with_plain_lines(text: str) -> tuple[str, list[str]]:
    return _LINE_END.sub("\n", text), []


def _with_plain_characters(text: str) -> tuple[str, list[str]]:
    """Composed letters, straight quotes, one plain space between words."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_QUOTES)), []


def _replacing(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Step:
    """A step that replaces each match, and tells which of them it changed."""
    compiled = re.compile(pattern, re.MULTILINE)

    def step(text: str) -> tuple[str, list[str]]:
        removed = list[str]()

        def replacement(match: re.Match[str]) -> str:
            new = by if isinstance(by, str) else by(match)
            if new != match[0]:
                removed.append(match[0])
            return new

        return compiled.sub(replacement, text), removed

    return step


_STEPS: tuple[tuple[Step, str], ...] = (
    (without_html, "Removed HTML tags."),
    (_with_plain_lines, ""),
    (_replacing(f"[{_INVISIBLE}]", ""), "Removed {count} control or invisible character{s}."),
    (_with_plain_characters, ""),
    (without_site, 'Removed what a lyrics site adds, such as "{example}".'),
    (_replacing(rf"(?<=[A-Za-z])[{_CYRILLIC}]|[{_CYRILLIC}](?=[A-Za-z])", lambda m: _LOOK_ALIKES[m[0]]),
     "Replaced {count} Cyrillic letter{s} in Latin words, a watermark of lyrics sites."),
    (_replacing(SEAM, seam), "Split {count} line{s} that had been joined."),
    (_replacing(rf"\( ?{TIMES} ?\)|(?<=[\s)\]}}\"])(?:{TIMES}(?=[^\w\n]*$)|[xX] ?\d{{1,2}}(?=[A-Z][a-z]))", ""),
     "Removed {count} repetition mark{s} such as {example}."),
    (without_directions, "Removed {count} section mark{s} or stage direction{s} such as {example}."),
)  # fmt: skip
