"""How covers are laid out: twelve compositions, each a function of the album's own chance and the song's energy."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence

from recsys.demo_media.palettes import Colours, mixed
from recsys.demo_media.pictures import Circle, Point, Polygon, Shape

Composition = Callable[[random.Random, Colours, float], Iterator[Shape]]
"""(the album's chance, colours, energy from 0 to 1) → shapes, the hindmost first."""


def _between(chance: random.Random, low: float, high: float) -> float:
    return low + (high - low) * chance.random()


def _box(x: float, y: float, width: float, height: float) -> Sequence[Point]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _wave(y: float, height: float, length: float, phase: float) -> Sequence[Point]:
    """All that lies below a sine."""
    line = [(4.0 * i - 2, y + height * math.sin(2 * math.pi * 4 * i / length + phase)) for i in range(27)]
    return (*line, (104, 104), (-4, 104))


def sun(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """A big sun, sliced by the horizon."""
    x, r = _between(chance, 36, 64), _between(chance, 24, 31)
    yield Circle(x, 48, r + 9, c.first, 0.18)
    yield Circle(x, 48, r, c.first)
    slices = 3 + round(4 * energy)
    for i in range(slices):
        yield Polygon(_box(0, 49 + i * 34 / slices, 100, 0.8 + 3.2 * i / slices), c.under)
    yield Polygon(_box(0, 82, 100, 20), c.third)
    yield Polygon(_box(0, 82, 100, 1.5), c.second)


def stripes(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Broad bands across, as on a racing jersey."""
    lean, at = _between(chance, 20, 55) * chance.choice((-1, 1)), _between(chance, 6, 24)
    for i in range(4 + round(3 * energy)):
        width = _between(chance, 4, 13)
        colour = (c.first, c.second, c.third)[i % 3]
        yield Polygon(((at + lean, -2), (at + width + lean, -2), (at + width - lean, 102), (at - lean, 102)), colour)
        at += width + _between(chance, 1, 5)


def waves(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """A sea of layers under a small moon."""
    yield Circle(_between(chance, 24, 76), _between(chance, 16, 26), _between(chance, 6, 11), c.second)
    shades = (c.first, mixed(c.first, c.third, 0.5), c.third, mixed(c.third, c.ground, 0.45))
    length = _between(chance, 60, 110) - 30 * energy
    for i, colour in enumerate(shades):
        yield Polygon(_wave(38 + 16 * i, 2.5 + 6 * energy, length, _between(chance, 0, 6.3)), colour)


def dots(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """A screen of dots that swell towards one spot."""
    x0, y0, many = _between(chance, 25, 75), _between(chance, 25, 75), 6 + round(2 * energy)
    step = 100 / many
    for i in range(many * many):
        x, y = (i % many + 0.5) * step, (i // many + 0.5) * step
        near = max(0.0, 1 - math.hypot(x - x0, y - y0) / 78)
        colour = c.first if near > 0.72 else c.second if near > 0.4 else c.third
        yield Circle(x, y, step * (0.12 + 0.36 * near), colour)


def mountains(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Ridges one behind the other."""
    yield Circle(_between(chance, 25, 75), 28, 12, c.first)
    shades = (mixed(c.second, c.under, 0.55), mixed(c.third, c.under, 0.35), c.third, mixed(c.third, c.ground, 0.55))
    for i, colour in enumerate(shades):
        base, rough = 44 + 13 * i, 7 + 12 * energy
        peaks = [(20.0 * k - 10 + _between(chance, -5, 5), base + _between(chance, -rough, rough)) for k in range(7)]
        yield Polygon([(-12, 104), *peaks, (112, 104)], colour)


def rings(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Two stones in the water."""
    spots = ((_between(chance, 22, 42), _between(chance, 28, 44), c.first, c.second), (72, 68, c.third, c.first))
    for x, y, colour, core in spots:
        count = 4 + round(3 * energy)
        for i in range(1, count):
            yield Circle(x, y, 5 + i * 42 / count, colour, 0.95 - 0.5 * i / count, width=26 / count)
        yield Circle(x, y, 5.5, core)


def tiles(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Quarter circles and half squares in a grid, as the Bauhaus liked them."""
    many = 3 if energy < 0.6 else 4
    side = 100 / many
    for i in range(many * many):
        x, y = i % many * side, i // many * side
        back, front = chance.sample((c.first, c.second, c.third, c.under), 2)
        yield Polygon(_box(x, y, side + 0.3, side + 0.3), back)
        turn, kind = chance.randrange(4), chance.random()
        corner = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))[turn]
        if kind < 0.55:
            yield Polygon(_quarter(corner, side, turn), front)
        elif kind < 0.8:
            yield Circle(x + side / 2, y + side / 2, side * 0.33, front)
        else:
            yield Polygon(
                (corner, *(((x, y), (x + side, y), (x + side, y + side), (x, y + side)) * 2)[turn + 1 : turn + 3]),
                front,
            )


def _quarter(corner: Point, radius: float, turn: int) -> Sequence[Point]:
    """A quarter of a disc inside the square that it is a corner of."""
    angles = [math.pi / 2 * (turn + k / 8) for k in range(9)]
    return (corner, *((corner[0] + radius * math.cos(a), corner[1] + radius * math.sin(a)) for a in angles))


def clouds(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Large discs that shine through each other."""
    for i in range(5 + round(2 * energy)):
        colour = (c.first, c.third, c.second)[i % 3]
        yield Circle(_between(chance, 8, 92), _between(chance, 8, 92), _between(chance, 17, 34), colour, 0.62)


def rays(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Light from one point."""
    x, y, many = _between(chance, 30, 70), _between(chance, 55, 84), 7 + round(6 * energy)
    start = _between(chance, 0, 6.3)
    for i in range(many):
        a, wide = start + 2 * math.pi * i / many, math.pi / many * 0.52
        ends = [(x + 150 * math.cos(a + s * wide), y + 150 * math.sin(a + s * wide)) for s in (-1, 1)]
        yield Polygon(((x, y), *ends), c.first if i % 2 else c.third)
    yield Circle(x, y, _between(chance, 13, 20), c.second)
    yield Circle(x, y, 8, c.ground)


def towers(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """A skyline, and a few lit windows."""
    yield Circle(_between(chance, 20, 80), _between(chance, 18, 30), 9, c.first)
    x = -3.0
    while x < 100:
        wide, high = _between(chance, 10, 19), _between(chance, 24, 44 + 34 * energy)
        body = mixed(c.third, c.ground, _between(chance, 0.0, 0.45))
        yield Polygon(_box(x, 100 - high, wide, high), body)
        for floor in range(int(high // 9)):
            if chance.random() < 0.55:
                yield Polygon(_box(x + wide * 0.28, 104 - high + 9 * floor, wide * 0.44, 3), c.second)
        x += wide + 1.2


def moons(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """The phases of a moon across a tall field."""
    many = 3 if energy < 0.55 else 4
    r, tilt = 35 / many, _between(chance, -16, 16)
    yield Polygon(((0, 26 + tilt), (100, 26 - tilt), (100, 74 - tilt), (0, 74 + tilt)), c.third)
    for i in range(many):
        x = (i + 0.5) * 100 / many
        y = 50 + tilt * (50 - x) / 50
        yield Circle(x, y, r, c.second)
        yield Circle(x + r * (2 * i / (many - 1) - 1) * 0.9, y, r * 0.92, c.first)


def shards(chance: random.Random, c: Colours, energy: float) -> Iterator[Shape]:
    """Splinters around a centre."""
    x, y = _between(chance, 40, 60), _between(chance, 40, 60)
    many = 6 + round(5 * energy)
    for i in range(many):
        a = 2 * math.pi * (i + _between(chance, -0.25, 0.25)) / many
        far, wide = _between(chance, 34, 66), _between(chance, 0.14, 0.34)
        tip = (x + far * math.cos(a), y + far * math.sin(a))
        side = (x + far * 0.5 * math.cos(a + wide), y + far * 0.5 * math.sin(a + wide))
        near = (x + 5 * math.cos(a), y + 5 * math.sin(a))
        other = (x + far * 0.5 * math.cos(a - wide), y + far * 0.5 * math.sin(a - wide))
        colour = (c.first, c.third, c.second)[i % 3]
        yield Polygon((near, side, tip), colour)
        yield Polygon((near, tip, other), mixed(colour, c.ground, 0.35))


COMPOSITIONS: tuple[Composition, ...] = (
    sun, stripes, waves, dots, mountains, rings, tiles, clouds, rays, towers, moons, shards,
)  # fmt: skip
