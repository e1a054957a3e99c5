"""What the history model learns from: histories joined to the catalogue, and what is known of its tracks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.errors import SourceError
from recsys.spaces import Scaler
from recsys.title_search import TITLES, TitleSearch
from train.common import report_progress
from train.features import read_training_features
from train.ingest.histories import Histories, read_histories
from train.ingest.history_filters import HistoryOptions
from train.two_tower.modalities import Modalities, Modality, single

log = logging.getLogger("train")
_CHUNKS = 4
_ARRAYS = ("ids", "values")
_LARGEST = 60_000  # of what half precision holds


@dataclass(frozen=True)
class Media:
    """Where clips and covers lie: folders of files named after track ids, or .npz files of embeddings; "" for none.

    Lyrics are an .npz file, or the verses that vibe search has embedded.

    An .npz file holds ``ids`` (n,), text, and ``values`` (n, width) or (n, tokens, width): what any encoder made of the
    tracks that have it.
    """

    audio: str = ""
    covers: str = ""
    lyrics: str = ""


def read_interactions(
    paths: Sequence[str], catalogue: Catalogue | None, titles: TitleSearch | None, options: HistoryOptions
) -> Histories:
    """Read and report; see `train.ingest.histories.read_histories`."""
    found = read_histories(paths, catalogue, titles, options, report_progress)
    log.info("%s", found.report.as_text())
    return found


def read_modalities(
    bundle: Bundle, media: Media, cache: Path, scaler: Scaler | None = None
) -> tuple[Modalities, dict[str, str]]:
    """What is known of each track, as the item tower reads it, and of how many tracks it is known, in words.

    Features come from the catalogue, lyrics from vibe search (embeddings of their verses) where it has read any,
    clips and covers from ``media``. Features are standardised as by ``scaler``, that of the catalogue that towers were
    fitted on; None for this bundle's own.
    """
    data = read_training_features(bundle)
    catalogue = data.catalogue
    by_name = {"features": single((scaler or data.scaler)(catalogue.features))}
    if media.lyrics:
        by_name["lyrics"] = _embeddings(Path(media.lyrics), catalogue.track_ids)
    elif (lyrics := _lyrics(bundle, len(catalogue))) is not None:
        by_name["lyrics"] = lyrics
    said: dict[str, str] = {}
    folders: dict[str, Path] = {}
    for name, place in (("audio", media.audio), ("cover", media.covers)):
        if place.endswith(".npz"):
            by_name[name] = _embeddings(Path(place), catalogue.track_ids)
        elif place:
            folders[name] = _folder(Path(place))
    if folders:
        from train.history.media_folders import encode_folders  # torch takes seconds to import

        encoded, corrupt = encode_folders(folders, catalogue.track_ids, cache)
        by_name |= encoded
        said |= corrupt
    modalities = Modalities(by_name)
    for name, count in modalities.coverage().items():
        said[name] = f"known of {count:,} of {len(catalogue):,} tracks" + (f"; {said[name]}" if name in said else "")
        log.info("%s: %s", name, said[name])
    return modalities, said


def fitting(modalities: Modalities, widths: Sequence[tuple[str, int]]) -> Modalities:
    """Those that towers of these ``widths`` read; what is lacking is masked for all tracks.

    Raises:
        SourceError: one has another width than it had in training.
    """
    by_name = {}
    for name, width in widths:
        found = modalities.by_name.get(name)
        if found is None:
            log.warning("%s: the towers know it, but it was not given; tracks go without.", name)
            found = Modality(
                np.zeros((modalities.n_items, 1, width), np.float16), np.zeros(modalities.n_items, np.bool_)
            )
        if found.values.shape[-1] != width:
            raise SourceError(
                f"{name} has {found.values.shape[-1]} numbers, but the towers were trained on {width}. "
                "Give what the same encoder makes."
            )
        by_name[name] = found
    return Modalities(by_name)


def titles_of(bundle: Bundle) -> TitleSearch:
    """The bundle's title index."""
    return TitleSearch(bundle.file(TITLES))


def _lyrics(bundle: Bundle, n_items: int) -> Modality | None:
    """(n_items, 4, dim): up to four verses of each track, as vibe search has embedded them."""
    files = [f"vibe_search/chunk_{name}.npy" for name in ("rows", "vectors")]
    if any(file not in bundle.manifest.files for file in files):
        return None
    rows, vectors = (bundle.array(file) for file in files)
    values = np.zeros((n_items, _CHUNKS, vectors.shape[1]), np.float16)
    place = np.zeros(n_items, np.int64)
    for row, vector in zip(rows.tolist(), vectors, strict=True):
        if place[row] < _CHUNKS:
            values[row, place[row]] = vector
            place[row] += 1
    return Modality(values, place > 0)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise SourceError(f"{path} is not a folder. Give a folder of files named after track ids, or an .npz file.")
    return path


def _embeddings(path: Path, track_ids: Sequence[str]) -> Modality:
    try:
        with np.load(path, allow_pickle=False) as file:
            ids, values = (file[name] for name in _ARRAYS)
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"{path} cannot be read as embeddings ({error}). Give an .npz file with ids (n,), as text, and values "
            "(n, width) or (n, tokens, width)."
        ) from error
    shaped = ids.ndim == 1 and values.ndim in (2, 3) and len(ids) == len(values) and values.dtype.kind in "fiu"
    if not shaped or not (np.abs(values) < _LARGEST).all():
        raise SourceError(
            f"{path} has ids of shape {ids.shape} and values of shape {values.shape}, {values.dtype}. Give ids (n,) "
            f"and values (n, width) or (n, tokens, width): finite numbers below {_LARGEST:,}."
        )
    if values.ndim == 2:
        values = values[:, None]
    row_of = {str(name): i for i, name in enumerate(ids.tolist())}
    found = np.array([row_of.get(track_id, -1) for track_id in track_ids])
    if not (found >= 0).any():
        raise SourceError(f"{path} has none of the catalogue's track ids; its first is {ids.tolist()[:1]}.")
    taken = values[np.maximum(found, 0)].astype(np.float16)
    taken[found < 0] = 0
    return Modality(taken, found >= 0)
