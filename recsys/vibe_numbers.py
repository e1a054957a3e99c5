"""Years, tempo and duration in a vibe query: "late 90s", "before 2000", "over 140 bpm", "menos de 3 minutos"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from recsys import vibe_words as w
from recsys.vibe_chips import Chip, Reading
from recsys.vibe_text import kinds_of, one_of

TEMPO_SLACK = 5.0
"""How far a song may be from "120 bpm"."""
DURATION_SLACK = 30.0
"""Seconds that a song may be off "about 3 minutes"."""


class Range(NamedTuple):
    """Inclusive bounds; None is open."""

    low: float | None
    high: float | None


class Number(NamedTuple):
    """A reading and where in the query it stands."""

    start: int
    end: int
    reading: Reading


_DECADE_OF = {word: decade for decade, words in w.DECADES.items() for word in words.phrases}
_NUMBER_OF = {word: str(number) for number, words in w.NUMBERS.items() for word in words.phrases}
# Part of a decade → its first and last year: the early nineties end where the late ones have not begun.
_PARTS = [
    (re.compile(one_of(words)), first, last) for words, first, last in ((w.EARLY, 0, 4), (w.MID, 3, 6), (w.LATE, 5, 9))
]
_SPANISH_DECADE = one_of(w.DECADE_OPENINGS)
_DECADE = (
    r"(?<!my )(?<!their )(?<!your )"  # "in my 20s" is an age
    rf"(?:'?(?:(?:19|20)\d0|\d0)'?s\b|{_SPANISH_DECADE} '?(?:(?:19|20)?\d0'?s?(?![\w:])|{one_of(*w.DECADES.values())})"
    rf"|{one_of(*(w.Words(*words) for words in w.DECADES.values()))})"
)
_YEAR = r"(?:19\d\d|20[0-2]\d)(?!['\w]|:\d)"
_PERIOD = rf"(?:{one_of(w.EARLY, w.MID, w.LATE)}[ -]?)?(?:the )?(?:{_DECADE}|{_YEAR})"
_BOUNDS: tuple[tuple[str, w.Words], ...] = (
    ("before", w.BEFORE), ("until", w.UNTIL), ("after", w.AFTER), ("since", w.SINCE),
)  # fmt: skip
_BOUND_OF = kinds_of(_BOUNDS)
_YEARS = re.compile(
    rf"(?<![\w$€£.:-])(?:(?P<bound>{one_of(*(words for _, words in _BOUNDS))})[ ]?|{one_of(w.BETWEEN, w.IN_YEARS)} )?"
    rf"(?P<first>{_PERIOD})"
    rf"(?:[ ]?(?P<to>{one_of(w.TO)})[ ]?(?P<second>{_PERIOD}|\d\ds?(?![\w:])(?! ?(?:bpm|min))))?"
    rf"(?:(?P<plus>\+)| (?P<onwards>{one_of(w.ONWARDS)})| (?P<earlier>{one_of(w.OR_EARLIER)}))?"
)
_DIGITS, _DECADE_WORD = re.compile(r"\d+"), re.compile(r"\b" + one_of(*w.DECADES.values()))
_IS_DECADE = re.compile(rf"\d'?s|{_SPANISH_DECADE}")


def _period(text: str, like: float = 1900) -> Range:
    """The years of "late 90s", "los noventa", "1994"; a bare "95" lies in the century of ``like``."""
    if word := _DECADE_WORD.search(text):
        first, is_decade = _DECADE_OF[word[0]], True
    else:
        number = int(_DIGITS.findall(text)[0])
        is_decade = number % 10 == 0 and (number < 100 or bool(_IS_DECADE.search(text)))
        first = number if number > 99 else number + (2000 if is_decade and number < 30 else int(like // 100 * 100))
    if not is_decade:
        return Range(first, first)
    begin, end = next(((begin, end) for part, begin, end in _PARTS if part.match(text)), (0, 9))
    return Range(first + begin, first + end)


def _years(match: re.Match[str]) -> Range | None:
    low, high = _period(match["first"])
    assert low is not None and high is not None
    bound = _BOUND_OF.get(match["bound"] or "", "")
    if match["second"]:
        if bound in ("before", "after"):
            return None
        other = _period(match["second"], like=low)
        years = [low, high, *(year for year in other if year is not None)]
        return Range(min(years), max(years))
    if match["plus"] or match["onwards"]:
        return Range(low, None)
    if match["earlier"]:
        return Range(None, high)
    bounds = {
        "before": Range(None, low - 1),
        "until": Range(None, high),
        "after": Range(high + 1, None),
        "since": Range(low, None),
    }
    return bounds.get(bound, Range(low, high))


_COUNT = rf"(?:\d{{1,4}}(?:[.,]\d)?|{one_of(*w.NUMBERS.values())})"
_COMPARED = rf"(?:(?P<under>{one_of(w.UNDER)})|(?P<over>{one_of(w.OVER)})|(?P<about>{one_of(w.ABOUT)}))[ ]?(?:the )?"
_SUFFIXED = rf"(?: (?P<less>{one_of(w.OR_LESS)})| (?P<more>{one_of(w.OR_MORE)}))?"
_TO = rf"[ ]?(?:{one_of(w.TO)})[ ]?"

_TEMPO = re.compile(
    rf"(?<![\w.:])(?:{_COMPARED}|{one_of(w.AMOUNT_FROM)} )?(?P<first>\d{{2,3}})(?:{_TO}(?P<second>\d{{2,3}}))?"
    rf"(?P<plus>\+)?[ -]?{one_of(w.BPM)}{_SUFFIXED}"
)
_TEMPO_FIRST = re.compile(
    rf"(?<![\w.:]){one_of(w.TEMPO)}:? ?(?:{_COMPARED}|{one_of(w.AMOUNT_FROM)} )?"
    rf"(?P<first>\d{{2,3}})(?:{_TO}(?P<second>\d{{2,3}}))?(?P<plus>\+)?(?![\w:]){_SUFFIXED}"
)


def _around(match: re.Match[str], first: float, second: float | None, slack: float) -> Range:
    """The range that a match of an amount means."""
    if second is not None:
        return Range(min(first, second), max(first, second))
    if match["under"] or match["less"]:
        return Range(None, first)
    if match["over"] or match["more"] or match["plus"]:
        return Range(first, None)
    return Range(max(first - slack, 0), first + slack)


def _tempo(match: re.Match[str]) -> Range | None:
    return _around(match, float(match["first"]), float(match["second"]) if match["second"] else None, TEMPO_SLACK)


_LENGTH_UNITS = one_of(w.HOURS, w.MINUTES, w.SECONDS)
_CLOCK = r"\d{1,2}(?::|m ?)[0-5]\ds?(?!\w)"
_REST = rf" {one_of(w.AND_A_HALF)}|(?: and| y)? ?\d{{1,2}} ?{one_of(w.SECONDS)}|[ ]?\d{{2}}(?![\w:])"
_LENGTH = (
    rf"(?:{_CLOCK}(?: ?{one_of(w.MINUTES)})?|{_COUNT}\+?[ -]?{_LENGTH_UNITS}(?:{_REST})?"
    rf"|{_COUNT} {one_of(w.AND_A_HALF)} {_LENGTH_UNITS})"
)
_DURATION = re.compile(
    rf"(?<![\w.:$])(?:{_COMPARED}|{one_of(w.AMOUNT_FROM)} )?"
    rf"(?:(?P<first>{_LENGTH}|{_COUNT}(?={_TO}{_LENGTH}))(?:{_TO}(?P<second>{_LENGTH}))?(?P<plus>\+)?)"
    rf"(?:{_SUFFIXED})(?P<long>[ -]{one_of(w.LONG)})?"
)
_AMOUNT, _HALF = re.compile(rf"({_COUNT})\+?[ -]*({_LENGTH_UNITS})?"), re.compile(one_of(w.AND_A_HALF))
_SECONDS_IN = {
    unit: seconds for table, seconds in ((w.HOURS, 3600), (w.MINUTES, 60), (w.SECONDS, 1)) for unit in table.phrases
}


def _seconds(text: str) -> float:
    """Seconds in "3:30", "3 min 30", "two and a half minutes"; minutes where no unit is named."""
    if re.match(_CLOCK, text):
        minutes, seconds = _DIGITS.findall(text)
        return float(minutes) * 60 + float(seconds)
    total, unit = 0.0, 60.0
    for count, named in _AMOUNT.findall(_HALF.sub("", text)):
        unit = _SECONDS_IN.get(named, unit / 60 if total else unit)
        total += float(_NUMBER_OF.get(count, count).replace(",", ".")) * unit
    return total + unit / 2 if _HALF.search(text) else total


def _duration(match: re.Match[str]) -> Range | None:
    asked = any(match[name] for name in ("under", "over", "about", "second", "plus", "less", "more", "long"))
    if not asked and "+" not in match["first"]:
        return None  # "music for a 20 minute run" says nothing about the songs
    first = _seconds(match["first"])
    if "+" in match["first"]:
        return Range(first, None)
    return _around(match, first, _seconds(match["second"]) if match["second"] else None, DURATION_SLACK)


def _label(bounds: Range, write: Callable[[float], str], unit: str = "") -> str:
    low, high = (None if bound is None else write(bound) for bound in bounds)
    if low is None or high is None:
        return (f"from {low}" if high is None else f"up to {high}") + unit
    return (low if low == high else f"{low}–{high}") + unit


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _whole(value: float) -> str:
    return f"{value:.0f}"


_FORMS: tuple[
    tuple[str, re.Pattern[str], Callable[[re.Match[str]], Range | None], Callable[[float], str], str], ...
] = (
    ("tempo", _TEMPO, _tempo, _whole, " BPM"),
    ("tempo", _TEMPO_FIRST, _tempo, _whole, " BPM"),
    ("duration", _DURATION, _duration, _minutes, ""),
    ("years", _YEARS, _years, _whole, ""),
)


def read_numbers(text: str, folded: str) -> Iterator[Number]:
    """Every range that the query names, none over another; ``folded`` is the plain ``text``."""
    taken: list[tuple[int, int]] = []
    for kind, pattern, read, write, unit in _FORMS:
        for match in pattern.finditer(folded):
            bounds = None if any(match.start() < end and start < match.end() for start, end in taken) else read(match)
            if bounds is not None:
                taken.append(match.span())
                chip = Chip(kind, _label(bounds, write, unit), text[slice(*match.span())])
                yield Number(*match.span(), Reading(chip, *bounds))
