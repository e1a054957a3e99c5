"""Pictures as a list of shapes, and as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""
Point = tuple[float, float]
SIZE = 100.0
"""The side of a picture; x grows to the right, y downwards."""


@dataclass(frozen=True, slots=True)
class Polygon:
    points: Sequence[Point]
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc, or a ring where ``width`` is given: the ring's, half of it on either side of ``radius``."""

    x: float
    y: float
    radius: float
    colour: Colour
    opacity: float = 1.0
    width: float | None = None


Shape = Polygon | Circle


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes over a background that goes from one colour at the top to another at the bottom."""

    top: Colour
    bottom: Colour
    shapes: tuple[Shape, ...]


def svg(picture: Picture, title: str = "") -> str:
    """The picture as an SVG document of about 2 kB, sharp at any size.

    ``title`` is what a screen reader says; it may hold anything.
    """
    label = f' role="img" aria-label="{_escaped(title)}"' if title else ' aria-hidden="true"'
    body = "".join(map(_element, picture.shapes))
    name = f"g{_hex(picture.top)[1:]}{_hex(picture.bottom)[1:]}"  # alike in two pictures only if it means the same
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"{label}>'
        f'<linearGradient id="{name}" x2="0" y2="1"><stop stop-color="{_hex(picture.top)}"/>'
        f'<stop offset="1" stop-color="{_hex(picture.bottom)}"/></linearGradient>'
        f'<rect width="100" height="100" fill="url(#{name})"/>{body}</svg>'
    )


def _element(shape: Shape) -> str:
    see = f' opacity="{shape.opacity:.2g}"' if shape.opacity < 1 else ""
    if isinstance(shape, Polygon):
        points = " ".join(f"{_short(x)},{_short(y)}" for x, y in shape.points)
        return f'<polygon points="{points}" fill="{_hex(shape.colour)}"{see}/>'
    at = f'<circle cx="{_short(shape.x)}" cy="{_short(shape.y)}" r="{_short(shape.radius)}"'
    if shape.width is None:
        return f'{at} fill="{_hex(shape.colour)}"{see}/>'
    return f'{at} fill="none" stroke="{_hex(shape.colour)}" stroke-width="{_short(shape.width)}"{see}/>'


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _escaped(text: str) -> str:
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, name)
    return "".join(c for c in text if c.isprintable())
