"""Understanding what people type into Vibe search, in English and Spanish, without a language model.

"sad but fast, 90s, not Drake, no live versions, under 3 minutes, like Portishead" holds words to search by ("sad",
"fast"), conditions (years, artist, live, duration) and a name to start from. Each becomes a chip that can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from recsys import vibe_words as w
from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.filters import Filters
from recsys.vibe_chips import Chip, Reading
from recsys.vibe_names import CatalogueLookup, Lookup, is_common
from recsys.vibe_numbers import Range
from recsys.vibe_reader import read
from recsys.vibe_text import plain, tidy

__all__ = ["CatalogueLookup", "Chip", "Lookup", "VibeQuery", "understand"]

MAX_TEXT = 1_000
MAX_CHIPS = 32
HITS_FROM = 60.0
GEMS_UP_TO = 30.0
"""Popularity from 0 to 100: in the catalogues at hand a quarter of the songs or fewer are above the one, as many or more
below the other."""
_MOST_WORDS_OF_A_NAME = 10
_RANGES = {"years": "year", "tempo": "tempo", "duration": "duration"}
_FLAGS = ("explicit", "instrumental", "live")
_ADVICE = "Describe a mood, a moment or a sound."
_LETTERS = re.compile(r"[^\W_]")
_OPPOSITES = [
    tuple(re.compile(rf"\b(?:{'|'.join(words.phrases)})") for words in pair) for pair in w.OPPOSITES
]


@dataclass(frozen=True)
class VibeQuery:
    """A query, understood.

    ``wanted`` are the phrases to search by, in order, ``unwanted`` those to turn away from; either may be empty, and so
    may both where the query holds conditions only. ``like_songs`` are track ids. ``notes`` tell what to be careful about.
    """

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    filters: Filters
    like_artists: tuple[str, ...]
    like_songs: tuple[str, ...]
    chips: tuple[Chip, ...]
    notes: tuple[str, ...]

    @property
    def embedding_text(self) -> str:
        """What is to be embedded; empty where nothing is wanted in words."""
        return ", ".join(self.wanted)


def understand(text: str, lookup: Lookup, dropped: Collection[str] = ()) -> VibeQuery:
    """What ``text`` asks for, without the chips whose ids are ``dropped``: neither they nor their words count.

    Raises:
        EmptyQueryError: no letter or digit, or every chip was dropped.
        InvalidQueryError: too long, or two of its conditions contradict each other.
    """
    if len(text) > MAX_TEXT:
        raise InvalidQueryError(f"The query has {len(text):,} characters; at most {MAX_TEXT:,} are read. Shorten it.")
    tidied = tidy(text)
    if not _LETTERS.search(tidied):
        raise EmptyQueryError("The query is empty. Say what the music should be like, such as 'sad but fast, 90s'.")
    notes = [f"A single letter says little. {_ADVICE}"] if len(tidied) == 1 else []
    readings = _without_repeats(_read_or_name(tidied, lookup))
    if len(readings) > MAX_CHIPS:
        notes.append(f"Only the first {MAX_CHIPS} parts of {len(readings)} are read; the rest was cut.")
    kept = [reading for reading in readings[:MAX_CHIPS] if reading.chip.id not in dropped]
    if not kept:
        raise EmptyQueryError("Nothing is left of the query: every part of it was taken back. Type another.")
    names = {kind: tuple(reading.name for reading in kept if reading.chip.kind == kind) for kind in _NAMED}
    return VibeQuery(
        text,
        wanted=names["want"],
        unwanted=names["not"],
        filters=_filters(kept),
        like_artists=names["like_artist"],
        like_songs=names["like_song"],
        chips=tuple(reading.chip for reading in kept),
        notes=tuple(dict.fromkeys([*notes, *(reading.note for reading in kept if reading.note), *_tensions(kept)])),
    )


def _without_repeats(readings: Sequence[Reading]) -> list[Reading]:
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(reading.chip.id, reading)
    return list(first.values())


_NAMED = ("want", "not", "like_artist", "like_song", "artist", "not_artist")


def _read_or_name(text: str, lookup: Lookup) -> list[Reading]:
    """The readings of ``text``; "No Scrubs" alone is the song, and says nothing against scrubs."""
    readings = read(text, lookup)
    if not readings:
        return [_whole(text, "" if len(text) == 1 else f"These words say little about the music. {_ADVICE}")]
    doubtful = any(reading.chip.kind == "not" or reading.note for reading in readings)
    if not doubtful or text.count(" ") >= _MOST_WORDS_OF_A_NAME or (text.islower() and is_common(readings[0].name)):
        return readings
    what = "an artist" if lookup.artist(text) else "a song" if lookup.song(text) else None
    if what is None:
        return readings
    return [_whole(text, f"'{text}' is {what} here, so that its words are searched as they are; 'like {text}' starts from it.")]


def _whole(text: str, note: str) -> Reading:
    return Reading(Chip("want", text, text), name=text, note=note)


# Conditions


def _filters(readings: Sequence[Reading]) -> Filters:
    of_kind = {kind: [reading for reading in readings if reading.chip.kind == kind] for kind in (*_RANGES, *_FLAGS, "popularity")}
    bounds: dict[str, float | None] = {}
    for kind, name in _RANGES.items():
        bounds[f"{name}_min"], bounds[f"{name}_max"] = _narrowed(of_kind[kind])
    flags = {kind: _agreed(of_kind[kind]) for kind in _FLAGS}
    popular = _agreed(of_kind["popularity"])
    only = tuple(reading.name for reading in readings if reading.chip.kind == "artist")
    for reading in readings:
        if reading.chip.kind == "not_artist" and reading.name in only:
            raise _contradiction(Chip("artist", f"by {reading.name}", ""), reading.chip)
    return Filters(
        **bounds,
        **flags,
        popularity_min=HITS_FROM if popular else None,
        popularity_max=GEMS_UP_TO if popular is False else None,
        only_artists=only,
        exclude_artists=tuple(reading.name for reading in readings if reading.chip.kind == "not_artist"),
    )


def _narrowed(readings: Sequence[Reading]) -> Range:
    """The range that several leave: those apart unite ("80s, 2000s"), others and open ones narrow each other."""
    closed = [reading for reading in readings if reading.low is not None and reading.high is not None]
    opened = [reading for reading in readings if reading not in closed]
    low, high = max((_low(reading) for reading in closed), default=_NEVER), min((_high(reading) for reading in closed), default=_EVER)
    if low > high:
        low, high = min(map(_low, closed)), max(map(_high, closed))
    for reading in opened:
        low, high = max(low, _low(reading)), min(high, _high(reading))
    if low > high:
        later, earlier = max(opened, key=_low), min(opened, key=_high)
        first = earlier if _high(earlier) == high else later
        raise _contradiction(*_apart(first, readings))
    return Range(None if low == _NEVER else low, None if high == _EVER else high)


_NEVER, _EVER = float("-inf"), float("inf")


def _low(reading: Reading) -> float:
    return _NEVER if reading.low is None else reading.low


def _high(reading: Reading) -> float:
    return _EVER if reading.high is None else reading.high


def _apart(reading: Reading, others: Sequence[Reading]) -> tuple[Chip, Chip]:
    """``reading`` and one of ``others`` that leaves nothing of it, in the query's order."""
    other = next(o for o in others if _low(o) > _high(reading) or _low(reading) > _high(o))
    first, second = sorted((reading, other), key=list(others).index)
    return first.chip, second.chip


def _agreed(readings: Sequence[Reading]) -> bool | None:
    """Whether a condition holds; None where nobody asked."""
    for one, other in combinations(readings, 2):
        if one.holds != other.holds:
            raise _contradiction(one.chip, other.chip)
    return readings[0].holds if readings else None


def _contradiction(one: Chip, other: Chip) -> InvalidQueryError:
    return InvalidQueryError(f"No song can be both '{one.label}' and '{other.label}'. Take one of the two out of the query.")


# Notes


def _tensions(readings: Sequence[Reading]) -> Iterator[str]:
    """What pulls apart, or is not as it may seem."""
    wanted = [reading.name for reading in readings if reading.chip.kind == "want"]
    for name in wanted:
        if any(reading.chip.kind == "not" and plain(reading.name) == plain(name) for reading in readings):
            yield f"'{name}' is both wanted and unwanted."
    for one, other in combinations(wanted, 2):
        if any(_opposed(plain(one), plain(other), *pair) for pair in _OPPOSITES):
            yield f"'{one}' and '{other}' pull apart: the songs lie somewhere between."
    for kind in _RANGES:
        closed = sorted((r.low, r.high) for r in readings if r.chip.kind == kind and r.low is not None and r.high is not None)
        if any(later[0] > earlier[1] + 1 for earlier, later in zip(closed, closed[1:], strict=False)):
            yield f"The {kind} between those you named are searched, too." if kind == "years" else f"Any {kind} between those you named is searched, too."


def _opposed(one: str, other: str, first: re.Pattern[str], second: re.Pattern[str]) -> bool:
    return bool((first.search(one) and second.search(other)) or (second.search(one) and first.search(other)))
