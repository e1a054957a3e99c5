"""Covers as arrays of bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
_MOST_PIXELS = 100_000_000


def read_cover(path: Path, side: int) -> NDArray[np.uint8]:
    """(3, side, side), the whole picture, squeezed if it is not square.

    Raises:
        OSError, SyntaxError: it is no picture, or a truncated one.
        ValueError: it is so large that opening it would be an attack.
    """
    with Image.open(path) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise ValueError(f"{path} has {picture.width} × {picture.height} pixels, more than any cover.")
        picture.draft("RGB", (side, side))  # JPEG is then decoded small
        small = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8).transpose(2, 0, 1)
