"""Understanding what people type into Vibe search, in English and Spanish, without a language model.

"sad but fast, 90s, not Drake, no live versions, under 3 minutes, like Portishead" holds words to search by ("sad",
"fast"), conditions (years, artist, live, duration) and a name to start from. Each becomes a chip that can be taken
back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import inf

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
"""Popularity, 0 to 100: the most popular fifth of known catalogues, or fewer, and their less popular half, or more."""
_MOST_WORDS_OF_A_NAME = 10
_RANGES = ("years", "tempo", "duration")
_ADVICE = "Describe a mood, a moment or a sound."
_LETTERS = re.compile(r"[^\W_]")
_OPPOSITES = [tuple(re.compile(rf"\b(?:{'|'.join(words.phrases)})") for words in pair) for pair in w.OPPOSITES]


@dataclass(frozen=True)
class VibeQuery:
    """A query, understood.

    ``wanted`` are the phrases to search by, in order, ``unwanted`` those to turn away from; both are empty where the
    query holds conditions only. ``like_songs`` are track ids. ``notes`` tell what to be careful about.
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


NO_WORDS = VibeQuery("", (), (), Filters(), (), (), (), ())
"""What is asked where songs alone say what is wanted."""


def understand(text: str, lookup: Lookup, dropped: Collection[str] = ()) -> VibeQuery:
    """What ``text`` asks for, without the chips whose ids are ``dropped``: neither they nor their words count.

    Raises:
        EmptyQueryError: no letter or digit, or every chip was dropped.
        InvalidQueryError: too long, or two of its conditions contradict each other.
    """
    if len(text) > MAX_TEXT:
        raise InvalidQueryError(f"The query has {len(text):,} characters; at most {MAX_TEXT:,} are read. Shorten it.")
    tidied = tidy(text)
    notes: list[str] = []
    letters = _LETTERS.findall(tidied)
    if not letters:
        raise EmptyQueryError("The query is empty. Say what the music should be like, such as 'sad but fast, 90s'.")
    if len(letters) == 1:
        tidied = letters[0]
        notes.append(f"A single letter says little. {_ADVICE}")
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
    return [
        _whole(
            text, f"'{text}' is {what} here, so that its words are searched as they are; 'like {text}' starts from it."
        )
    ]


def _whole(text: str, note: str) -> Reading:
    return Reading(Chip("want", text, text), name=text, note=note)


# Conditions


def _filters(readings: Sequence[Reading]) -> Filters:
    def of(kind: str) -> list[Reading]:
        return [reading for reading in readings if reading.chip.kind == kind]

    for only, excluded in product(of("artist"), of("not_artist")):
        if only.name == excluded.name:
            raise _contradiction(only.chip, excluded.chip)
    years, tempo, duration = (_narrowed(of(kind)) for kind in _RANGES)
    popular = _agreed(of("popularity"))
    return Filters(
        year_min=years.low,
        year_max=years.high,
        tempo_min=tempo.low,
        tempo_max=tempo.high,
        duration_min=duration.low,
        duration_max=duration.high,
        popularity_min=HITS_FROM if popular else None,
        popularity_max=GEMS_UP_TO if popular is False else None,
        explicit=_agreed(of("explicit")),
        instrumental=_agreed(of("instrumental")),
        live=_agreed(of("live")),
        only_artists=tuple(reading.name for reading in of("artist")),
        exclude_artists=tuple(reading.name for reading in of("not_artist")),
    )


def _narrowed(readings: Sequence[Reading]) -> Range:
    """The range that several leave: those apart unite ("80s, 2000s"), others and open ones narrow each other."""
    opened = [reading for reading in readings if reading.low is None or reading.high is None]
    closed = [reading for reading in readings if reading not in opened]
    low, high = max(map(_low, closed), default=-inf), min(map(_high, closed), default=inf)
    if low > high:
        low, high = min(map(_low, closed)), max(map(_high, closed))
    low, high = max([low, *map(_low, opened)]), min([high, *map(_high, opened)])
    if low > high:
        apart = ((one, other) for one, other in combinations(readings, 2) if _miss(one, other))
        # Closed ones that are apart unite: what contradicts them is an open one.
        one, other = next(pair for pair in apart if pair[0] in opened or pair[1] in opened)
        raise _contradiction(one.chip, other.chip)
    return Range(None if low == -inf else low, None if high == inf else high)


def _low(reading: Reading) -> float:
    return -inf if reading.low is None else reading.low


def _high(reading: Reading) -> float:
    return inf if reading.high is None else reading.high


def _miss(one: Reading, other: Reading) -> bool:
    return _low(one) > _high(other) or _low(other) > _high(one)


def _agreed(readings: Sequence[Reading]) -> bool | None:
    """Whether a condition holds; None where nobody asked."""
    for one, other in combinations(readings, 2):
        if one.holds != other.holds:
            raise _contradiction(one.chip, other.chip)
    return readings[0].holds if readings else None


def _contradiction(one: Chip, other: Chip) -> InvalidQueryError:
    return InvalidQueryError(
        f"No song can be both '{one.label}' and '{other.label}'. Take one of the two out of the query."
    )


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
        ranges = sorted((_low(reading), _high(reading)) for reading in readings if reading.chip.kind == kind)
        if any(later[0] > earlier[1] + 1 for earlier, later in pairwise(ranges)):
            yield f"What lies between the {kind} you named is searched, too."


def _opposed(one: str, other: str, first: re.Pattern[str], second: re.Pattern[str]) -> bool:
    return bool((first.search(one) and second.search(other)) or (second.search(one) and first.search(other)))
