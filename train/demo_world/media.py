"""Sheets, covers and clips of a world's songs, as arrays for training and as files for whoever wants files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from recsys.audio_features import FEATURE_NAMES
from recsys.demo_media import Picture, Sheet, lacks, paint, sheet_of
from recsys.demo_media.pictures import SIZE, Circle

FINE = 4  # drawn so many times as large, then made smaller, for smooth edges


def scenes_of(tracks: pd.DataFrame) -> NDArray[np.uint8]:
    """(n_tracks,) the scene of each track as a number, the names in their alphabet's order."""
    return np.unique(tracks["scene"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.uint8)


def sheets(tracks: pd.DataFrame) -> list[Sheet]:
    """The sheet of each track, in order."""
    features = tracks[list(FEATURE_NAMES)].to_numpy(dtype=float)
    years = tracks["release_date"].str[:4].astype(int)
    columns = (tracks[name].tolist() for name in ("track_id", "artist", "album", "genres", "key", "mode"))
    rows = zip(*columns, years.tolist(), features, scenes_of(tracks).tolist(), strict=True)
    return [
        sheet_of(track_id, artist, album, genres.split("; "), year, key, mode, values.tolist(), scene)
        for track_id, artist, album, genres, key, mode, year, values, scene in rows
    ]


def draw(picture: Picture, size: int = 64) -> NDArray[np.uint8]:
    """The picture as pixels, (size, size, 3)."""
    side = size * FINE
    scale = side / SIZE
    way = np.linspace(0, 1, side)[:, None, None]
    top, bottom = np.array(picture.top), np.array(picture.bottom)
    ground = np.broadcast_to(top + (bottom - top) * way, (side, side, 3)).astype(np.uint8)
    image = Image.fromarray(ground)
    pen = ImageDraw.Draw(image, "RGBA")
    for shape in picture.shapes:
        ink = (*shape.colour, round(255 * shape.opacity))
        if isinstance(shape, Circle):
            half = (shape.width or 0) / 2
            x, y, r = shape.x * scale, shape.y * scale, (shape.radius + half) * scale
            box = (x - r, y - r, x + r, y + r)
            if shape.width is None:
                pen.ellipse(box, fill=ink)
            else:
                pen.ellipse(box, outline=ink, width=max(1, round(shape.width * scale)))
        else:
            pen.polygon([(x * scale, y * scale) for x, y in shape.points], fill=ink)
    return np.asarray(image.reduce(FINE))
