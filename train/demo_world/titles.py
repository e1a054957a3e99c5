"""Titles: a pattern, a word of the mood, and nouns of the genre and of what the song is about."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import pairwise

from train.demo_world.config import phrases, pick
from train.demo_world.feelings import FEELINGS, THEMES
from train.demo_world.names import GIVEN, PLACES
from train.demo_world.tongues import TONGUES
from train.demo_world.words import COMMON, VOICES

NAMED = phrases(
    "{adj} {noun} | {adj} {noun} | {adj} {noun} | The {noun} on {place} | {noun} for {name} | {noun} and {other} | "
    "The {adj} {noun} | {name}'s {noun} | {noun} Weather | {noun} Season | {name}, Probably | {many} {nouns} | "
    "{noun} on {place} | "
    "A {noun} Called {name} | The {noun} and the {other} | {adj} {noun}, {adj2} {other} | {noun} No. {number}"
)
SAID = phrases(
    "Don't Wake the {noun} | I Still Owe You a {noun} | You Left the {noun} On | Who Took the {noun}? | "
    "We Were Almost a {noun} | Nobody Loves a {noun} | Save Me the {noun} | Can't Outrun the {noun} | "
    "Don't Tell {name} | I'll Bring the {noun} | Leave the {noun} Alone | Meet Me by the {noun} | "
    "How to Lose a {noun} | You're My {adj} {noun} | If I Were a {noun} | Hold the {noun} | This {noun} Isn't Yours"
)
MANY = phrases("Two | Seven | Eleven | Thirteen | Forty | Ninety-Nine | A Thousand | Too Many | A Dozen")
OF_GENRE = {
    "Classical": phrases(
        "Nocturne No. {number}: The {noun} | {noun} Variations | Elegy for {name} | The {adj} {noun} | "
        "Étude for a {noun} | Lullaby of the {noun} | Three Songs of the {noun} | {noun} Prelude No. {number}"
    ),
    "Comedy": phrases(
        "My {noun} Has a {other} | The {noun} Song | There's a {noun} in My {other} | Ode to a {noun} | "
        "{name} Ate the {noun} | I Married a {noun} | Not Without My {noun} | The Ballad of the {adj} {noun}"
    ),
    "Metal": phrases(
        "{noun} of the {adj} {other} | Crown of {nouns} | {adj} {noun} | Hail the {noun} | Beneath the {noun} | "
        "{noun} Eternal | By {noun} and {other} | Funeral of the {noun}"
    ),
    "Jazz/Blues": phrases(
        "{adj} {noun} Blues | {noun} at Midnight | {name}'s Bounce | The {noun} Rag | Slow {noun} | {noun} for Two | "
        "{place} Blues"
    ),
    "Religious": phrases(
        "Sing, {noun}, Sing | {adj} {noun} of Mercy | Lead Me to the {noun} | Hallelujah for a {noun} | "
        "O {adj} {noun} | Every {noun} Shall Praise | At the {noun} I Wait"
    ),
    "Soundtrack": phrases(
        "{noun} (Main Theme) | The {noun} Awakens at {place} | Farewell to {name} | {name} and the {noun} | "
        "Chase through the {noun} | End Credits: {adj} {noun} | The {adj} {noun}"
    ),
    "Electronic": phrases("{noun} {number} | {adj} {noun} | {noun} / {other} | {adj} {noun} Theory | {noun} Drive"),
    "Hip-Hop": phrases(
        "{noun} Arithmetic | {adj} {noun} | {nouns} & {others} | {noun} on {place} | {noun} Money | {noun} Music"
    ),
}
# What the patterns could make, and somebody has made already.
REAL = frozenset(
    phrases(
        "Blue Rain | Blue Train | Broken Drum | Cold December | Crimson Thunder | Empty Garden | Golden Ticket | "
        "Green River | Haunted Mountain | Lonely Island | Lonely Road | Midnight City | Midnight Rain | "
        "Midnight River | Midnight Train | Morning Coffee | Morning Starship | Morning Train | New Pony | "
        "New Sunrise | "
        "Old Train | Paper Crown | Quiet Whiskey | Red Button | Red Flag | Red Leather | Red Rain | Red Tide | "
        "Red Umbrella | Silver Rocket | Sunny Road | Sweet Victory | The Hammer Song | The Highway Song | "
        "The Lemonade Song | The Red Telephone | The Wedding Song | Velvet Snow | Violet City | Wild Honey | "
        "Wild Weekend | Window Weather | Yellow River | Red Sun | Green Light | Blue Moon | Electric City"
    )
)


@cache
def nouns_of(genre: str, theme: str) -> tuple[tuple[str, ...], ...]:
    """What a title may name: the genre's words, the theme's, anybody's."""
    return tuple(tuple(phrases(text)) for text in (VOICES[genre].nouns, THEMES[theme].nouns, COMMON.nouns))


@cache
def adjectives_of(mood: str) -> tuple[str, ...]:
    return tuple(phrases(FEELINGS[mood].adjectives))


def write_title(choice: random.Random, genre: str, mood: str, theme: str) -> str:
    """A title in English that is not a known song's."""
    while (title := _title(choice, genre, mood, theme)) in REAL:
        pass
    return title


def _title(choice: random.Random, genre: str, mood: str, theme: str) -> str:
    patterns = OF_GENRE.get(genre, NAMED) if choice.random() < 0.3 else NAMED if choice.random() < 0.72 else SAID
    own, about, anybody = nouns_of(genre, theme)
    noun, other = (pick(choice, pick(choice, (own, own, about, about, about, anybody))) for _ in "ab")
    adjectives = adjectives_of(mood)
    other = other if other != noun else "Ladder"
    title = pick(choice, patterns).format(
        adj=pick(choice, adjectives),
        adj2=pick(choice, adjectives),
        noun=noun,
        other=other,
        nouns=plural(noun),
        others=plural(other),
        name=pick(choice, GIVEN),
        place=pick(choice, PLACES),
        many=pick(choice, MANY),
        number=int(2 + choice.random() * 11),
    )
    return _grammatical(title)


def plural(noun: str) -> str:
    noun = re.sub(r"(?<=[^aeiou])y$", "ie", noun)
    return re.sub(r"(x|ch|sh|ss)$", r"\1e", noun) + "s"


def _grammatical(title: str) -> str:
    """An before a vowel."""
    words = title.split(" ")
    for i, (word, following) in enumerate(pairwise(words)):
        if word in {"A", "a"} and following[0] in "AEIOUÉ" and following != "One":
            words[i] = word + "n"
    return " ".join(words)


def write_foreign_title(choice: random.Random, tongue: int) -> str:
    """A title in the tongue's own language."""
    language = TONGUES[tongue]
    return pick(choice, phrases(language.titles)).format(noun=pick(choice, phrases(language.nouns)))
