"""Covers and clips of a world's songs: as arrays for training, as files for whoever wants a folder of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle, add_array
from recsys.demo_media import RATE, SECONDS, Picture, Sheet, lacks, paint, render_clip, sheet_of
from recsys.demo_media.pictures import SIZE, Circle
from recsys.sheets import SCENES

_FINE = 3  # drawn so many times as large, then made smaller, for smooth edges


def scenes_of(tracks: pd.DataFrame) -> NDArray[np.uint8]:
    """(n_tracks,) the scene of each track as a number, in the alphabetical order of the names.

    The app needs these to show the same covers and to play the same clips: the catalogue does not hold them.
    """
    return np.unique(tracks["scene"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.uint8)


def store_scenes(tracks: pd.DataFrame, bundle: Path) -> None:
    """Add the scenes to the bundle that was trained on these tracks, in the order of its catalogue."""
    scenes = pd.Series(scenes_of(tracks), index=tracks["track_id"])
    add_array(bundle, SCENES, scenes[Bundle.open(bundle).load_catalogue().track_ids].to_numpy())


def sheets_of(tracks: pd.DataFrame) -> list[Sheet]:
    """The sheet of each track, in order."""
    features = tracks[list(FEATURE_NAMES)].to_numpy(dtype=float).tolist()
    years = tracks["release_date"].str[:4].astype(int).tolist()
    columns = (tracks[name].tolist() for name in ("track_id", "artist", "album", "genres", "key", "mode"))
    return [
        sheet_of(track_id, artist, album, genres.split("; "), year, key, mode, values, scene)
        for track_id, artist, album, genres, key, mode, year, values, scene in zip(
            *columns, years, features, scenes_of(tracks).tolist(), strict=True
        )
    ]


def presence(kind: str, tracks: pd.DataFrame) -> NDArray[np.bool_]:
    """(n_tracks,) which tracks have "audio", or a "cover"; a few in a hundred lack it."""
    return np.array([not lacks(kind, track_id) for track_id in tracks["track_id"]])


def clips_of(
    tracks: pd.DataFrame, seconds: float = SECONDS, batch: int = 250
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Clips of the tracks that have audio, some at a time: their rows, and (n_rows, seconds * RATE) samples.

    About 2 ms a clip of 4 seconds; nothing is kept.
    """
    having, sheets = np.flatnonzero(presence("audio", tracks)), sheets_of(tracks)
    for start in range(0, len(having), batch):
        rows = having[start : start + batch]
        yield rows, np.stack([render_clip(sheets[row], seconds) for row in rows])


def covers_of(tracks: pd.DataFrame, size: int = 64) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """(n_tracks, size, size, 3) covers, and (n_tracks,) who has one; the others are black. About 1 ms a cover."""
    present = presence("cover", tracks)
    pixels = np.zeros((len(tracks), size, size, 3), dtype=np.uint8)
    sheets = sheets_of(tracks)
    for row in np.flatnonzero(present):
        pixels[row] = draw(paint(sheets[row]), size)
    return pixels, present


def draw(picture: Picture, size: int = 64) -> NDArray[np.uint8]:
    """The picture as pixels, (size, size, 3)."""
    side = size * _FINE
    scale = side / SIZE
    way = np.linspace(0, 1, side)[:, None, None]
    ramp = (np.array(picture.top) * (1 - way) + np.array(picture.bottom) * way).astype(np.uint8)  # (side, 1, 3)
    image = Image.fromarray(np.repeat(ramp, side, axis=1))
    pen = ImageDraw.Draw(image, "RGBA")  # which mixes what is drawn with what is there
    for shape in picture.shapes:
        ink = (*shape.colour, round(255 * shape.opacity))
        if not isinstance(shape, Circle):
            pen.polygon([(x * scale, y * scale) for x, y in shape.points], fill=ink)
            continue
        x, y, r = shape.x * scale, shape.y * scale, (shape.radius + (shape.width or 0) / 2) * scale
        if shape.width is None:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)
        else:
            pen.ellipse((x - r, y - r, x + r, y + r), outline=ink, width=max(1, round(shape.width * scale)))
    return np.asarray(image.reduce(_FINE))


def write_covers(tracks: pd.DataFrame, folder: Path, size: int = 128) -> None:
    """``TRACK_ID.png`` in ``folder`` for each track that has a cover."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sheet in _named("cover", tracks):
        Image.fromarray(draw(paint(sheet), size)).save(folder / f"{name}.png")


def write_clips(tracks: pd.DataFrame, folder: Path, seconds: float = SECONDS, rate: int = RATE) -> None:
    """``TRACK_ID.ogg`` in ``folder`` for each track that has audio."""
    import soundfile  # only who writes files needs it

    folder.mkdir(parents=True, exist_ok=True)
    for name, sheet in _named("audio", tracks):
        soundfile.write(folder / f"{name}.ogg", render_clip(sheet, seconds, rate), rate)


def _named(kind: str, tracks: pd.DataFrame) -> Sequence[tuple[str, Sheet]]:
    """Ids and sheets of the tracks that have audio, or a cover."""
    both = zip(tracks["track_id"], sheets_of(tracks), strict=True)
    return [(track_id, sheet) for track_id, sheet in both if not lacks(kind, track_id)]
