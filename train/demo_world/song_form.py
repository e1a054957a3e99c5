"""A whole song on the page: verses, choruses and the marks that lyric sites leave."""

from __future__ import annotations

import random

from train.demo_world.config import phrases, pick
from train.demo_world.genres import MOOD_ROW, MOODS
from train.demo_world.lyrics import Writer
from train.demo_world.tongues import TONGUES, Tongue

Section = tuple[str, list[str]]
MOST_WORDS = 300
FEWEST_WORDS = 120


def write_lyrics(choice: random.Random, genre: str, mood: str, theme: str, title: str) -> str:
    """English lyrics with their section marks."""
    writer = Writer(choice, genre, mood, theme)
    chorus = ("Chorus", writer.chorus(title))
    sections = _rap(writer, chorus) if genre == "Hip-Hop" else _song(writer, chorus, short=genre == "Electronic")
    return on_page(sections)


def _song(writer: Writer, chorus: Section, short: bool) -> list[Section]:
    """Verse, chorus, verse, chorus, and often a bridge."""
    quatrains = 1 if short else 2
    first, second = ([line for _ in range(quatrains) for line in writer.quatrain()] for _ in "ab")
    sections = [("Verse 1", first), chorus, ("Verse 2", second), chorus]
    if writer.choice.random() < 0.25:
        sections.insert(1, ("Pre-Chorus", writer.rhymed_lines(2)))
    if writer.choice.random() < 0.6:
        sections += [("Bridge", [writer.free_line(), *writer.rhymed_lines(2)]), chorus]
    if writer.choice.random() < 0.3:
        sections += [("Outro", [", ".join([writer.chant.capitalize(), writer.chant]), chorus[1][0]])]
    return sections


def _rap(writer: Writer, chorus: Section) -> list[Section]:
    """Long verses in couplets, a short chorus."""
    verses = [[*writer.couplets(2), writer.free_line(), writer.free_line(), *writer.couplets(2)] for _ in "ab"]
    intro = ("Intro", [f"{writer.chant.capitalize()}, {writer.chant}"])
    return [intro, ("Verse 1", verses[0]), chorus, ("Verse 2", verses[1]), chorus]


def on_page(sections: list[Section]) -> str:
    """The sections under their marks, kept to a length: choruses go first, and come again where there is room."""
    chorus = next(section for section in sections if section[0] == "Chorus")
    while count_words(sections) > MOST_WORDS:
        sections = sections[:-1]
    while count_words(sections) < FEWEST_WORDS:
        sections = [*sections, chorus]
    return "\n\n".join("\n".join([f"[{mark}]", *lines]) for mark, lines in sections)


def count_words(sections: list[Section]) -> int:
    return sum(line.count(" ") + 1 for _, lines in sections for line in lines)


def with_site_marks(choice: random.Random, title: str, lyrics: str) -> str:
    """What copying from a lyric site leaves: a heading, a plug in the middle, a number at the end."""
    if choice.random() < 0.4:
        lyrics = f"{int(1 + choice.random() * 40)} ContributorsTITLE Lyrics".replace("TITLE", title) + f"\n{lyrics}"
    if choice.random() < 0.2:
        head, mark, tail = lyrics.partition("[Verse 2]")
        lyrics = f"{head}You might also like\n{mark}{tail}" if mark else lyrics
    return f"{lyrics}{int(1 + choice.random() * 60)}Embed" if choice.random() < 0.4 else lyrics


def write_foreign_lyrics(choice: random.Random, tongue: int, mood: str, title: str) -> str:
    """Lyrics in another language than English, on the same plan."""
    language = TONGUES[tongue]
    bright = MOODS[MOOD_ROW[mood]].valence > 0.45
    feeling = phrases(language.bright if bright else language.dark)
    lines = phrases(language.lines) + feeling
    choice.shuffle(lines)
    name = title[0].upper() + title[1:]
    chorus = ("Chorus", [f"{name}, {name}", pick(choice, feeling), name, *_ends(choice, language, 1)])
    chorus = ("Chorus", [fill(choice, language, line) for line in chorus[1]])
    verses = [[fill(choice, language, line) for line in _verse(choice, language, lines[i::2])] for i in (0, 1)]
    return on_page([("Verse 1", verses[0]), chorus, ("Verse 2", verses[1]), chorus, chorus])


def _verse(choice: random.Random, language: Tongue, lines: list[str]) -> list[str]:
    """Two quatrains."""
    ends = [*_ends(choice, language, 2), *_ends(choice, language, 2)]
    return [line for pair in zip(lines, ends, strict=False) for line in pair]


def _ends(choice: random.Random, language: Tongue, count: int) -> list[str]:
    """Lines that end on one rhyme."""
    tails = choice.sample(phrases(pick(choice, language.tails)), count)
    acts = choice.sample(phrases(language.acts), count)
    return [f"{act} {tail}" for act, tail in zip(acts, tails, strict=True)]


def fill(choice: random.Random, language: Tongue, line: str) -> str:
    """The line with its slots filled, its first letter a capital."""
    thing, place = pick(choice, phrases(language.things)), pick(choice, phrases(language.places))
    line = line.replace("{thing}", thing).replace("{place}", place)
    return line[0].upper() + line[1:]
