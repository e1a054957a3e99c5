"""Folders of clips and covers, lyrics and features → what the encoders read, with what was missing or corrupt."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from train.common import report_progress
from train.two_tower.modalities import Modalities, Modality, single
from train.two_tower.pictures import SUFFIXES as PICTURES
from train.two_tower.pictures import read_cover
from train.two_tower.sound import SUFFIXES as SOUNDS
from train.two_tower.sound import SoundShape, log_mel

log = logging.getLogger(__name__)

_NAMED = 20


@dataclass(frozen=True)
class Sources:
    """Where what is known of the tracks lies; anything may be None.

    Attributes:
        track_ids: In catalogue order; files are named after them.
        audio: A folder of clips.
        covers: A folder of pictures.
        lyrics: (n_items,), None or "" where there are none.
        features: (n_items, n_features), standardised; a row with a number missing counts as absent.
        token_ids: Text → numbers of its chunks' tokens (see `train.two_tower.words`), for ``lyrics``.
    """

    track_ids: Sequence[str]
    audio: Path | None = None
    covers: Path | None = None
    lyrics: Sequence[str | None] | None = None
    features: NDArray[np.floating[Any]] | None = None
    token_ids: Callable[[Sequence[str]], NDArray[np.int32]] | None = None


@dataclass
class Found:
    """What was found of one modality: how many tracks have it, lack it, and whose file is corrupt."""

    present: int = 0
    missing: int = 0
    corrupt: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"{self.present} present, {self.missing} missing, {len(self.corrupt)} corrupt"
        named = ", ".join(self.corrupt[:_NAMED]) + (", …" if len(self.corrupt) > _NAMED else "")
        return f"{said} ({named})" if self.corrupt else said


def read_raw(
    sources: Sources, sound: SoundShape, cover_side: int, cache: Path, workers: int = 2
) -> tuple[Modalities, dict[str, Found]]:
    """Everything that ``sources`` name, decoded; a file that cannot be decoded is masked and counted.

    Decoded files are kept in folder ``cache`` under a hash of their bytes, so that another run is quick.
    """
    by_name: dict[str, Modality] = {}
    found: dict[str, Found] = {}
    if sources.audio is not None:
        empty = np.zeros((sound.bands, sound.frames), np.float16)
        files = _files(sources.audio, sources.track_ids, SOUNDS)
        kind = hashlib.sha256(repr(sound).encode()).hexdigest()[:8]
        by_name["audio"], found["audio"] = _read(
            "audio",
            files,
            sources.track_ids,
            lambda path: log_mel(path, sound),
            empty,
            cache / f"audio-{kind}",
            workers,
        )
    if sources.covers is not None:
        blank = np.zeros((3, cover_side, cover_side), np.uint8)
        files = _files(sources.covers, sources.track_ids, PICTURES)
        by_name["cover"], found["cover"] = _read(
            "cover",
            files,
            sources.track_ids,
            lambda path: read_cover(path, cover_side),
            blank,
            cache / f"cover-{cover_side}",
            workers,
        )
    if sources.lyrics is not None and sources.token_ids is not None:
        texts = [text or "" for text in sources.lyrics]
        there = np.array([bool(text.strip()) for text in texts], dtype=np.bool_)
        by_name["lyrics"] = Modality(sources.token_ids(texts), there)
        found["lyrics"] = Found(int(there.sum()), int((~there).sum()))
    if sources.features is not None:
        by_name["features"] = single(sources.features)
        there = by_name["features"].present
        found["features"] = Found(int(there.sum()), int((~there).sum()))
    for name, said in found.items():
        log.info("%s: %s", name, said)
    return Modalities(by_name), found


def _files(folder: Path, track_ids: Sequence[str], suffixes: Iterable[str]) -> list[Path | None]:
    """The file of each track: one that is named after it, by the order of ``suffixes`` where there are several."""
    order = {suffix: place for place, suffix in enumerate(suffixes)}
    by_name: dict[str, Path] = {}
    paths = [path for path in folder.rglob("*") if path.suffix.lower() in order and path.is_file()]
    for path in sorted(paths, key=lambda path: (-order[path.suffix.lower()], str(path))):
        by_name[path.stem] = path
    return [by_name.get(track_id) for track_id in track_ids]


def _read(
    name: str,
    files: Sequence[Path | None],
    track_ids: Sequence[str],
    decode: Callable[[Path], NDArray[Any]],
    empty: NDArray[Any],
    cache: Path,
    workers: int,
) -> tuple[Modality, Found]:
    cache.mkdir(parents=True, exist_ok=True)
    values = np.zeros((len(files), *empty.shape), empty.dtype)
    present = np.zeros(len(files), dtype=np.bool_)
    found = Found(missing=sum(path is None for path in files))
    there = [row for row, path in enumerate(files) if path is not None]

    def one(row: int) -> NDArray[Any] | None:
        path = files[row]
        assert path is not None
        return _kept(path, decode, empty, cache)

    with ThreadPoolExecutor(workers) as pool:
        each = tqdm(pool.map(one, there), total=len(there), desc=f"Reading {name}", disable=None)
        for done, (row, array) in enumerate(zip(there, each, strict=True)):
            if done % 500 == 0:
                report_progress(f"Reading {name}", done / len(there))
            if array is None:
                found.corrupt.append(track_ids[row])
            else:
                values[row], present[row] = array, True
    found.present = int(present.sum())
    return Modality(values, present), found


def _kept(path: Path, decode: Callable[[Path], NDArray[Any]], empty: NDArray[Any], cache: Path) -> NDArray[Any] | None:
    """The decoded file, None where it cannot be; from the cache if its bytes have been decoded before."""
    try:
        kept = cache / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:24]}.npy"
        if kept.exists():
            found: NDArray[Any] = np.load(kept, allow_pickle=False)
            if found.shape == empty.shape:
                return found
        made = decode(path)
    except (OSError, RuntimeError, ValueError, SyntaxError, EOFError) as error:  # what decoders raise on bad bytes
        log.warning("%s cannot be decoded (%s); the track goes without it.", path, error)
        return None
    unfinished = kept.with_suffix(f".{abs(hash(path.name))}.part.npy")
    np.save(unfinished, made, allow_pickle=False)
    unfinished.replace(kept)
    return made
