"""How a lyric is written, whatever it says: its length, its repeats, its punctuation, who speaks to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

STYLE = (
    "words", "lines", "words a line", "different words", "different lines", "letters a word", "spread of line lengths",
    "long words", "brackets", "questions", "exclamations", "commas", "apostrophes", "hyphens", "capitals", "digits",
    "dropped g", "first person", "second person", "vocables", "other letters",
)  # fmt: skip
"""What `style_of` measures, in its order; lengths as logarithms, counts as shares."""

_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?")
_ME = frozenset(("i", "i'm", "i'll", "i've", "i'd", "me", "my", "mine", "myself"))
_YOU = frozenset(("you", "you're", "you'll", "you've", "you'd", "your", "yours", "ya", "u"))
_VOCABLES = frozenset(("oh", "ooh", "yeah", "la", "na", "hey", "uh", "whoa", "woah", "ah", "ay", "ayy", "mm", "doo"))


def style_of(lines: Sequence[str]) -> NDArray[np.float32]:
    """(len(STYLE),) for the lyric with these lines."""
    text = "\n".join(lines)
    words = _WORDS.findall(text.lower())
    n_lines, n_words, n_chars = max(len(lines), 1), max(len(words), 1), max(len(text), 1)
    lengths = [len(word) for word in words] or [0]
    values = (
        np.log1p(len(words)),
        np.log1p(len(lines)),
        len(words) / n_lines,
        len(set(words)) / n_words,
        len(set(lines)) / n_lines,
        sum(lengths) / n_words,
        float(np.std([len(line) for line in lines] or [0])),
        sum(length > 7 for length in lengths) / n_words,
        *(text.count(mark) / n_lines for mark in "(?!,"),
        text.count("'") / n_words,
        text.count("-") / n_words,
        sum(map(str.isupper, text)) / n_chars,
        sum(map(str.isdigit, text)) / n_chars,
        sum(word.endswith(("in'", "in")) for word in words) / n_words,
        sum(word in _ME for word in words) / n_words,
        sum(word in _YOU for word in words) / n_words,
        sum(word in _VOCABLES for word in words) / n_words,
        sum(not char.isascii() for char in text) / n_chars,
    )
    return np.array(values, np.float32)
