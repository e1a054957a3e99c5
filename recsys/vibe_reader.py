"""Reading a vibe query from left to right: what is wanted, what is not, and which conditions it names.

A query is read phrase by phrase. A phrase ends at a comma, at a contrast ("but", "pero"), at most lists ("and", "y"),
and where a name or a negation begins. Years, tempo, duration and other conditions are taken out of it. A negation holds
until the phrase ends, and through a list.
"""

from __future__ import annotations

import re

from recsys import vibe_words as w
from recsys.genres import PHRASES
from recsys.text import fold
from recsys.vibe_chips import Chip, Reading
from recsys.vibe_names import Lookup, Name, find_name, has_capital, is_common
from recsys.vibe_numbers import Number, read_numbers
from recsys.vibe_text import kinds_of, one_of, plain, words_of

Span = tuple[int, int]

# Genres that are written with "and" stay whole.
_GENRES = w.Words(
    " | ".join(name for text in PHRASES.values() for name in re.split(r"\s*\|\s*", text.strip()) if " and " in name)
)
_ROLE_OF = kinds_of([("kept", w.ROLES["kept"]), ("kept", _GENRES), *w.ROLES.items()])
_ROLE = re.compile(one_of(*w.ROLES.values(), _GENRES).replace(r"(?![\w'])", r"(?![\w'-])"))
_WANTS_AGAIN = re.compile(" ?" + one_of(w.WANTS_AGAIN))
_SIMILE = re.compile(one_of(w.SIMILE))

_SAID = {word: flag for flag, table in w.SAID.items() for word in table.phrases}
_ALONE = {word: flag for flag, table in w.SAID_ALONE.items() for word in table.phrases}
_DENIED = {word: flag for flag, table in w.DENIED.items() for word in table.phrases}
_FLAG = re.compile(one_of(*w.SAID.values()) + f"|{one_of(*w.SAID_ALONE.values(), *w.DENIED.values())}")

_NOT_DENIED_BEFORE = re.compile(" " + one_of(w.NOT_DENIED_BEFORE))
_BETWEEN_PARTS = ("and", "or", "nor", "contrast", "negation", "asking")
# What lets a condition stand alone.
_CLOSED = re.compile(f" ?(?:$|{one_of(*(w.ROLES[role] for role in _BETWEEN_PARTS))})")

_BREAK = re.compile(r"[,;.!?:|/()\[\]{}<>#\n¡¿…。、，]+| - ")  # noqa: RUF001
_WORD = re.compile(r"[^\W_](?:[^\s,;!?:|/()\[\]{}<>#\"“”«»¡¿….。、，]|\.(?=[^\W_]))*")  # noqa: RUF001
_LIST = re.compile(f" ?{one_of(w.ROLES['and'], w.ROLES['or'], w.ROLES['nor'])} ?")
_SPACELESS = re.compile(r"\S+")
_COMMA = re.compile(r", ?")

_NOUNS, _PURPOSES, _SMALL = words_of(w.NOUNS), words_of(w.PURPOSES), words_of(w.SMALL)
_DEGREES, _JOINING = words_of(w.DEGREES), words_of(w.JOINING)
_LIKENESS = frozenset(("like", "como"))
_CUT_BEFORE, _CUT_AFTER = _NOUNS | _SMALL, _NOUNS | _SMALL - {"to", "me", "more", "solo"}
# What may follow a name in small letters.
_STOPS = re.compile(
    rf" *(?:$|[,;.!?:)\]\n\"“”]|- |{one_of(*(w.ROLES[role] for role in _BETWEEN_PARTS))}"
    rf"|{one_of(w.NOUNS, w.UNDER, w.OVER, w.BETWEEN, w.SINCE, w.BEFORE, w.IN_YEARS)}|'?\d|{one_of(*w.SAID.values())})",
    re.IGNORECASE,
)
_YEARS_STAY = "{!r} is not ruled out: years, tempo and length can only be asked for. The words count as unwanted."
_NOBODY = "No artist or song here is called {!r}; the words are searched as they are."


def read(text: str, lookup: Lookup) -> list[Reading]:
    """Everything that the tidy ``text`` says, in its order."""
    reader = _Reader(text, lookup)
    at = 0
    while at < len(text):
        at = reader.step(at)
    reader.end_phrase(at)
    return [reading for _, reading in sorted(reader.found, key=lambda found: found[0])]


class _Reader:
    """Where a reading stands: the phrase under way, and whether it is wanted."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self.text = text
        self.plain = plain(text)
        self.lookup = lookup
        self.numbers = {number.start: number for number in read_numbers(text, self.plain)}
        self.found: list[tuple[int, Reading]] = []
        self.phrase: list[Span] = []
        self.negated_at: int | None = None  # where what is not wanted begins, with its negation
        self.is_story = False
        self.note = ""

    def step(self, at: int) -> int:
        """Read what stands at ``at``; where to go on."""
        if self.negated_at is not None and self.plain[at].isalnum() and not self._core():
            if name := self._name(at, songs=False):
                return self._names("not_artist", self.negated_at, at, name)
        if number := self.numbers.get(at):
            return self._number(number)
        if stop := _BREAK.match(self.plain, at):
            self.end_phrase(at)
            return stop.end()
        if not self.plain[at].isalnum() and self.plain[at] not in "&+":
            return at + 1
        role = _ROLE.match(self.plain, at)
        if role and (end := self._role(_ROLE_OF[role[0]], role)) is not None:
            return end
        if (end := self._flag(at)) is not None:
            return end
        word = _WORD.match(self.plain, at)
        if word is None:
            return at + 1
        self.phrase.append(word.span())
        return word.end()

    # Conditions

    def _number(self, number: Number) -> int:
        if self.negated_at is None:
            self.found.append((number.start, number.reading))
        else:
            self.phrase.append((number.start, number.end))
            self.note = _YEARS_STAY.format(self.text[number.start : number.end])
        return number.end

    def _flag(self, at: int) -> int | None:
        """Take up a condition that begins at ``at``; None where there is none."""
        match = _FLAG.match(self.plain, at)
        if match is None or self.is_story or (self.negated_at is not None and self._core()):
            return None
        end, negated = match.end(), self.negated_at is not None
        if match[0] in _ALONE:
            flag = _ALONE[match[0]] if self._stands_alone(end) else None
        elif match[0] in _DENIED:
            flag = _DENIED[match[0]] if negated and not _NOT_DENIED_BEFORE.match(self.plain, end) else None
        else:
            flag = _SAID[match[0]]
        if flag is None:
            return None
        kind, holds = flag
        holds = holds != (negated and match[0] not in _DENIED)
        start = at if self.negated_at is None else self.negated_at
        label = w.FLAG_LABELS[kind][0 if holds else 1]
        self.found.append((start, Reading(Chip(kind, label, self.text[start:end]), holds=holds)))
        return self._after_denied(end) if negated else end

    def _stands_alone(self, end: int) -> bool:
        """Whether the word before ``end`` is alone or closes what it goes with: "clean", "sad songs live"."""
        before = self.plain[slice(*self.phrase[-1])] if self._core() else ""
        return before in _NOUNS | {""} and bool(_CLOSED.match(self.plain, end) or _BREAK.match(self.plain, end))

    def _after_denied(self, at: int) -> int:
        """A condition or a name ends its negation, unless a list goes on: "no vocals or drums"."""
        self.phrase = []
        joint = _LIST.match(self.plain, at)
        if joint is None or _WANTS_AGAIN.match(self.plain, joint.end()):
            self.negated_at = None
            return at
        goes_on = (
            _ROLE_OF[joint[0].strip()] != "and"
            or _FLAG.match(self.plain, joint.end())
            or self._name(joint.end(), songs=False)
        )
        self.negated_at = joint.end() if goes_on else None
        return joint.end()

    # Names

    def _name(self, at: int, *, songs: bool, capital: bool = False) -> Name | None:
        return find_name(self.text, at, _STOPS, self.lookup, songs=songs, capital=capital)

    def _names(self, kind: str, start: int, at: int, name: Name) -> int:
        """Take up the name at ``at``, and those that a list adds to it; ``start`` is where its chip's words begin."""
        self._take_name(kind, start, at, name)
        if kind == "not_artist":
            return self._after_denied(name.end)
        capital = has_capital(self.text, at)
        comma = _COMMA.match(self.plain, name.end) if capital else None
        joint = _LIST.match(self.plain, name.end) or comma
        following = joint and self._name(joint.end(), songs=kind == "like", capital=capital)
        return self._names(kind, joint.end(), joint.end(), following) if joint and following else name.end

    def _take_name(self, kind: str, start: int, at: int, name: Name) -> None:
        called = name.artist or self.text[at : name.end].strip('"“”«» ')
        if kind == "like":
            kind = "like_artist" if name.artist else "like_song"
        label = {"not_artist": f"not {called}", "artist": f"by {called}"}.get(kind, f"like {called}")
        chip = Chip(kind, label, self.text[start : name.end])
        self.found.append((start, Reading(chip, name=name.artist or name.track_id or "")))

    # Roles

    def _role(self, role: str, match: re.Match[str]) -> int | None:
        """Act on an operator; None where it turns out to be a word like others."""
        start, end = match.span()
        if role == "kept" or (self.is_story and role != "contrast"):
            return self._plain_words(match)
        if role == "story":
            self.is_story = self.negated_at is None
            return None
        if role == "contrast":
            self.end_phrase(start)
            return end
        if role == "negation" or (role == "nor" and self.negated_at is None):
            return self._negate(start, end)
        if role in ("and", "or", "nor"):
            return self._list(start, end)
        if role == "asking":
            return None if self._core() else end
        return self._naming(role, match)

    def _negate(self, start: int, end: int) -> int:
        if self.negated_at is None or self._core():
            self.end_phrase(start)
            self.negated_at = start
        self.phrase = []
        return end

    def _list(self, start: int, end: int) -> int | None:
        if self.negated_at is not None:
            again = _WANTS_AGAIN.match(self.plain, end)
            self.end_phrase(start)
            self.negated_at = None if again else end + 1
            return end
        following = _ROLE.match(self.plain, end + 1)
        if following is None or _ROLE_OF[following[0]] == "kept":
            words = {self.plain[slice(*span)] for span in self.phrase}
            if words & (_JOINING | (_PURPOSES - {"i"})):
                return None
        self.end_phrase(start)
        return end

    def _naming(self, role: str, match: re.Match[str]) -> int | None:
        """Act on "like", "by", "only", after which a name may follow."""
        start, end = match.span()
        at = end + 1
        likes = role in ("like", "maybe_like")
        if name := self._name(at, songs=likes, capital=role in ("maybe_like", "maybe_by")):
            if self.negated_at is None:
                self.end_phrase(start)
                return self._names("like" if likes else "artist", start, at, name)
            if not name.artist:
                return self._plain_words(match)  # a song that is not wanted can only be told in words
            return self._names("not_artist", self._end_item(start), at, name)
        if role == "only" and not self._core():
            return end
        if role == "like" and at < len(self.plain) and not self._is_simile(at):
            self._end_item(start)
            self.note = _NOBODY
            return end
        return self._plain_words(match) if likes else None

    def _is_simile(self, at: int) -> bool:
        """Whether "like" compares: "like a rainy day", "like rain on a window"."""
        word = _WORD.match(self.plain, at)
        common = word is not None and is_common(fold(word[0])) and not has_capital(self.text, at)
        return common or bool(_SIMILE.match(self.plain, at))

    def _plain_words(self, match: re.Match[str]) -> int:
        self.phrase += [
            (match.start() + word.start(), match.start() + word.end()) for word in _SPACELESS.finditer(match[0])
        ]
        return match.end()

    # Phrases

    def _core(self) -> list[Span]:
        """The words of the phrase under way without those at its ends that say nothing."""
        spans, negated = self.phrase, self.negated_at is not None
        words = [self.plain[slice(*span)].strip("'\"") for span in spans]
        first, last = 0, len(words)
        cut = _CUT_BEFORE | _PURPOSES | _DEGREES | _LIKENESS if negated else _CUT_BEFORE
        while first < last and words[first] in cut and (negated or not self._describes(words[first:])):
            first += 1
        while first < last and words[last - 1] in _CUT_AFTER:
            last -= 1
        return spans[first:last]

    @staticmethod
    def _describes(words: list[str]) -> bool:
        """Whether words are a noun and what it is for, which say more together: "music to focus on coding"."""
        return words[0] in _NOUNS and len(words) > 2 and words[1] in _PURPOSES

    def end_phrase(self, at: int) -> None:
        """Take up the phrase that ends before ``at`` and begin another."""
        if core := self._core():
            phrase = self._joined(core)
            note = _NOBODY.format(phrase) if self.note == _NOBODY else self.note
            if self.negated_at is None:
                reading = Reading(Chip("want", phrase, self.text[core[0][0] : core[-1][1]]), name=phrase, note=note)
            else:
                words = self.text[self.negated_at : core[-1][1]]
                reading = Reading(Chip("not", f"no {phrase}", words), name=phrase, note=note)
            self.found.append((core[0][0], reading))
        self.phrase, self.negated_at, self.is_story, self.note = [], None, False, ""

    def _end_item(self, at: int) -> int:
        """End the phrase but not its negation; where what is not wanted, if anything, begins."""
        negated_at = self.negated_at
        self.end_phrase(at)
        self.negated_at = negated_at
        return at if negated_at is None else negated_at

    def _joined(self, spans: list[Span]) -> str:
        """The words as they were typed; what was taken out between two leaves a space."""
        phrase, before = "", spans[0][0]
        for start, end in spans:
            between = self.text[before:start]
            phrase += (" " if any(map(str.isalnum, between)) else between) + self.text[start:end]
            before = end
        return phrase.strip("'\"")
