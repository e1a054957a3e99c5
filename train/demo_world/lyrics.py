"""Lyrics by a grammar: quatrains whose second and fourth lines rhyme, and a chorus around the title.

A song draws a small palette of things, places and people, and stays with it, so that it seems to be about
something. Words come from the genre, from genres near it, from anybody; from the mood and from the theme.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from train.demo_world.config import phrases, pick
from train.demo_world.feelings import FEELINGS, RHYMES, THEMES
from train.demo_world.genres import GENRE_ROW, GENRES, MOOD_ROW, MOODS
from train.demo_world.words import COMMON, VOICES, WHEN, Voice

SUBJECTS = ("I", "I", "I", "we", "we", "you", "{who}")
STRENGTHS = (1, 2, 3, 4, 6)  # some songs hardly sound like their genre on paper
HOOKS = phrases(
    "Oh, {t} | {t}, {t} | We called it {t} | {t}, you and me | {t}, oh, {t} | And it all comes back: {t} | "
    "They're playing {t} | Sing it again: {t} | {t}, {chant} | It was always {t} | {chant}, {t}"
)


@dataclass(frozen=True)
class Lexicon:
    """One voice, taken apart."""

    things: tuple[str, ...]
    places: tuple[str, ...]
    who: tuple[str, ...]
    acts: tuple[str, ...]
    lines: tuple[str, ...]
    chants: tuple[str, ...]


def _lexicon(voice: Voice) -> Lexicon:
    return Lexicon(*(tuple(phrases(getattr(voice, part))) for part in Lexicon.__dataclass_fields__))


@cache
def lexicons(genre: str, strength: int) -> tuple[Lexicon, ...]:
    """Whose words a song of ``genre`` uses, as often as they stand here: its own as often as ``strength`` says."""
    own, anybody = _lexicon(VOICES[genre]), _lexicon(COMMON)
    kin = tuple(_lexicon(VOICES[k]) for k in GENRES[GENRE_ROW[genre]].kin)
    return (own,) * strength + (anybody,) * 4 + kin * 2


@cache
def rhymes(mood: str) -> tuple[tuple[str, ...], ...]:
    """The rhyme families, with the tails that go with the mood."""
    bright = MOODS[MOOD_ROW[mood]].valence > 0.45
    return tuple(tuple(phrases(f"{plain} | {light if bright else dark}")) for plain, light, dark in RHYMES)


@cache
def lines_of(mood: str, theme: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return tuple(phrases(FEELINGS[mood].lines)), tuple(phrases(THEMES[theme].lines)), tuple(phrases(WHEN))


def _voice(choice: random.Random, genre: str) -> str:
    """Whose voice a song is written in: one in ten borrows that of a genre next door altogether."""
    return pick(choice, GENRES[GENRE_ROW[genre]].kin) if choice.random() < 0.1 else genre


class Writer:
    """Writes one song in English, and never the same line twice outside the chorus."""

    def __init__(self, choice: random.Random, genre: str, mood: str, theme: str) -> None:
        self.choice = choice
        self.lexicons = lexicons(_voice(choice, genre), pick(choice, STRENGTHS))
        self.mood_lines, self.theme_lines, when = lines_of(mood, theme)
        self.families = choice.sample(rhymes(mood), len(RHYMES))
        self.used: set[str] = set()
        self.palette = {
            "thing": [self._word("things") for _ in range(5)],
            "place": [self._word("places") for _ in range(3)],
            "who": [self._word("who") for _ in range(2)],
            "when": [pick(choice, when) for _ in range(2)],
        }
        self.chant = self._word("chants")

    def _word(self, part: str) -> str:
        word: str = pick(self.choice, getattr(pick(self.choice, self.lexicons), part))
        return word

    def fill(self, line: str) -> str:
        """The line with its slots filled from the song's palette, its first letter a capital."""
        for slot, words in self.palette.items():
            if "{" + slot in line:
                line = line.replace("{" + slot + "}", pick(self.choice, words))
        return line[0].upper() + line[1:]

    def free_line(self) -> str:
        """A line of the genre, the mood or the theme that need not rhyme."""
        for _ in range(20):
            lexicon = pick(self.choice, self.lexicons)
            line = pick(
                self.choice,
                pick(self.choice, (lexicon.lines, lexicon.lines, self.mood_lines, self.theme_lines, self.theme_lines)),
            )
            if line not in self.used:
                break
        self.used.add(line)
        return self.fill(line)

    def rhymed_lines(self, count: int) -> list[str]:
        """Lines that end on one rhyme, each with another tail."""
        tails = self.choice.sample(self.families.pop(), count)
        return [self.fill(f"{self._deed()} {tail}") for tail in tails]

    def _deed(self) -> str:
        """Somebody did something; what is mine only I do."""
        for _ in range(20):
            act = self._word("acts")
            if act not in self.used:
                break
        self.used.add(act)
        mine = " my " in act or " I " in act
        return f"{'I' if mine else pick(self.choice, SUBJECTS)} {act}"

    def quatrain(self) -> list[str]:
        second, fourth = self.rhymed_lines(2)
        return [self.free_line(), second, self.free_line(), fourth]

    def couplets(self, count: int) -> list[str]:
        """Two lines on one rhyme at a time, as rappers do, with a shout after some."""
        lines = [line for _ in range(count) for line in self.rhymed_lines(2)]
        return [f"{line} ({self.chant})" if self.choice.random() < 0.15 else line for line in lines]

    def chorus(self, title: str) -> list[str]:
        """Four lines, of which the first and the third sing the title."""
        name = title.split(" (")[0]
        first, third = (pick(self.choice, HOOKS).replace("{t}", name).replace("{chant}", self.chant) for _ in "ab")
        second, fourth = self.rhymed_lines(2)
        second = self.fill(pick(self.choice, self.mood_lines)) if self.choice.random() < 0.4 else second
        return [first[0].upper() + first[1:], second, third[0].upper() + third[1:], fourth]
