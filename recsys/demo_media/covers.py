"""A demo song's cover: its scene gives palette and layout, its album the drawing, its genre the label's mark."""

from __future__ import annotations

import random
from collections.abc import Iterator

from recsys.demo_media.compositions import COMPOSITIONS
from recsys.demo_media.palettes import PALETTES, Colours, colours_of, mixed
from recsys.demo_media.pictures import Circle, Picture, Polygon, Shape
from recsys.demo_media.sheet import Sheet
from recsys.genres import MACRO_GENRES


def paint(sheet: Sheet) -> Picture:
    """The cover of a song. Songs of one album share the drawing; each has the light of its own mood.

    Forty-eight scenes in a row have forty-eight pairs of palette and layout (their numbers, 16 and 12, have 48 as
    their least common multiple).
    """
    colours = colours_of(sheet)
    layout = COMPOSITIONS[sheet.scene % len(COMPOSITIONS)]
    shapes = [*layout(random.Random(sheet.album), colours, sheet.energy), *_mark(sheet, colours)]
    turned = (sheet.scene // len(PALETTES)) % 2 == 1 and sheet.album % 2 == 1
    top, bottom = (colours.under, colours.ground) if turned else (colours.ground, colours.under)
    return Picture(top, bottom, tuple(shapes))


def _mark(sheet: Sheet, c: Colours) -> Iterator[Shape]:
    """A record label's device: seven of them in two colours, one for each macro-genre."""
    row = MACRO_GENRES.index(sheet.genre) if sheet.genre in MACRO_GENRES else None
    if row is None:
        return
    ink, paper = (c.second, mixed(c.ground, (0, 0, 0), 0.25))[:: 1 if row % 2 else -1]
    kind = row // 2
    if kind == 0:
        yield from _frame(3.2, ink)
    elif kind == 1:
        yield Polygon(((0, 87), (100, 87), (100, 100), (0, 100)), ink)
        yield Polygon(((6, 92.2), (42 + row % 5 * 6, 92.2), (42 + row % 5 * 6, 95.2), (6, 95.2)), paper)
    elif kind == 2:
        yield Circle(85, 15, 9.5, ink)
        yield Circle(85, 15, 3.4, paper)
    elif kind == 3:
        yield Polygon(((0, 0), (11, 0), (11, 100), (0, 100)), ink)
        yield Circle(5.5, 9, 2.6, paper)
    elif kind == 4:
        yield Polygon(((66, 0), (100, 0), (100, 34)), ink)
        yield Polygon(((78, 0), (100, 0), (100, 22)), paper)
    elif kind == 5:
        yield Polygon(((0, 0), (100, 0), (100, 11), (0, 11)), ink)
        yield from (Circle(8 + 7 * i, 5.5, 2.1, paper) for i in range(3))
    else:
        yield Polygon(((6, 78), (22, 78), (22, 94), (6, 94)), ink)
        yield Polygon(((10, 90), (14, 82), (18, 90)), paper)


def _frame(width: float, ink: tuple[int, int, int]) -> Iterator[Shape]:
    far = 100 - width
    yield Polygon(((0, 0), (100, 0), (100, width), (0, width)), ink)
    yield Polygon(((0, far), (100, far), (100, 100), (0, 100)), ink)
    yield Polygon(((0, 0), (width, 0), (width, 100), (0, 100)), ink)
    yield Polygon(((far, 0), (100, 0), (100, 100), (far, 100)), ink)
