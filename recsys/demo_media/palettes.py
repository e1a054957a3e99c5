"""The colours of covers: a palette for each scene, lit by the song's mood and aged by its year."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from recsys.demo_media.pictures import Colour
from recsys.demo_media.sheet import Sheet

# Ground, second ground, and three that stand out from both; in that order.
PALETTES = (
    "12263a 1d4e6b f2a65a f7e3c4 e4572e",
    "f4efe6 e5d3b3 d1495b 00798c 30323d",
    "2b1b4d 5a2a83 ff6f91 ffc75f f9f2ed",
    "0b3d2e 14633f e8b23a f3ead3 c8553d",
    "f6c7b6 ee8572 35495e 63b7af fff3e6",
    "1a1a1d 4e1a2d c3073f f2e9e4 950740",
    "d8e2dc a9c5c0 ef6f6c 465775 f7d488",
    "003049 0a5470 fcbf49 eae2b7 d62828",
    "fdf0d5 e9c893 780000 669bbc 003049",
    "22223b 4a4e69 c9ada7 f2e9e4 9a8c98",
    "ffbe0b fb8b24 3a0ca3 f72585 fff8e7",
    "08415c 0e6d8f 6fffe9 f1f7ee cc2936",
    "e7ecef bcd4de 274c77 e76f51 6096ba",
    "31081f 6b0f1a dce0d9 f2a541 b91372",
    "dfe8b5 a3b18a 344e41 bc6c25 fefae0",
    "0d0221 261447 2de2e6 f6f740 ff3864",
)


@dataclass(frozen=True, slots=True)
class Colours:
    """What a cover is painted with."""

    ground: Colour
    under: Colour
    first: Colour
    second: Colour
    third: Colour


def colours_of(sheet: Sheet) -> Colours:
    """The scene's palette as the song has it: sad songs are darker and bluer, old ones faded, wild ones vivid."""
    named = PALETTES[sheet.scene % len(PALETTES)].split()
    return Colours(*(_aged(_lit(_rgb(name), sheet), sheet.year) for name in named))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with a share of ``other`` in it."""
    r, g, b = (round(x + (y - x) * share) for x, y in zip(one, other, strict=True))
    return r, g, b


def _rgb(name: str) -> Colour:
    return int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)


def _lit(colour: Colour, sheet: Sheet) -> Colour:
    gloom = min(1.0, max(0.0, (0.55 - sheet.valence) / 0.55))
    cheer = min(1.0, max(0.0, (sheet.valence - 0.45) / 0.55))
    hue, light, vivid = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    vivid = min(1.0, vivid * (0.65 + 0.6 * sheet.energy))
    light = 0.5 + (light - 0.5) * (0.84 + 0.22 * sheet.energy)
    r, g, b = (round(255 * c) for c in colorsys.hls_to_rgb(hue, light, vivid))
    return mixed(mixed((r, g, b), (16, 24, 52), 0.38 * gloom), (255, 226, 150), 0.16 * cheer)


def _aged(colour: Colour, year: int) -> Colour:
    """Prints of the sixties and seventies have yellowed, those of the nineties greyed."""
    if year < 1980:
        return mixed(colour, (214, 188, 140), 0.26)
    return mixed(colour, (128, 128, 132), 0.12) if 1990 <= year < 2002 else colour
