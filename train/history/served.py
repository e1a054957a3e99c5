"""The folder ``user_history`` of a bundle: engines as arrays, towers as embeddings and ONNX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recsys.bundle import Bundle, FolderWriter, write_folder
from recsys.catalogue import Rows
from recsys.fast_index import SUB_DIM, fit_codes
from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion
from recsys.spaces import Scaler
from recsys.user_history import FOLDER
from train.two_tower.modalities import Modalities

if TYPE_CHECKING:  # torch takes seconds to import
    from train.two_tower.model import TwoTower

MODEL = "towers"
_MULTIPLE = 2 * SUB_DIM


def write_history(
    bundle: Bundle,
    links: Mapping[str, ItemToItem],
    towers: TwoTower | None,
    modalities: Modalities | None,
    fusions: Mapping[str, ScoreFusion],
    rows: Rows,
    fitted_ids: Sequence[str],
    listeners: Mapping[str, Sequence[str]],
    *,
    scaler: Scaler | None,
    config: dict[str, Any],
    metrics: dict[str, Any],
    seed: int,
) -> None:
    """Write the folder.

    Args:
        bundle: Whose catalogue the items are.
        links: Engines that have a say.
        towers: None to do without.
        modalities: What is known of the catalogue's tracks, as the item tower reads it; None for ids alone.
        fusions: Weights by case.
        rows: (n_tracks,), the row that each track had when the towers were fitted, -1 for one that is new.
        fitted_ids: Track ids of these rows.
        listeners: Histories to try the app with, as track ids by name; never those of real people.
        scaler: By which the features were standardised that the towers read.
        config: For the manifest.
        metrics: Likewise.
        seed: Of the quick codes.
    """
    with write_folder(bundle.path, FOLDER, bundle.manifest, config=config, metrics=metrics) as folder:
        about: dict[str, Any] = {
            "links": {name: _write_links(folder, place, one) for place, (name, one) in enumerate(links.items())},
            "towers": None,
            "weights": {case: dict(fusion.weights) for case, fusion in fusions.items()},
        }
        if towers is not None:
            towers.save(folder.path / MODEL)
            towers.export_user_tower(folder.path / "user_tower.onnx")
            about["towers"] = _write_items(folder, towers, modalities, rows, seed)
            about["scaler"] = scaler.as_json() if scaler is not None else None
        folder.json("item_ids", bundle.load_catalogue().track_ids)
        folder.json("fitted_ids", list(fitted_ids))
        folder.json("listeners", {name: list(ids) for name, ids in listeners.items()})
        folder.json("history", about)


def _write_links(folder: FolderWriter, place: int, links: ItemToItem) -> dict[str, Any]:
    files = f"links_{place}"
    folder.array(f"{files}_starts", links.starts)
    folder.array(f"{files}_items", links.items.astype(np.int32))
    folder.array(f"{files}_gains", links.gains.astype(np.float16 if _fits(links.gains) else np.float32))
    if links.prior is not None:
        folder.array(f"{files}_prior", links.prior.astype(np.float32))
    return {"files": files, "decay": links.decay, "reach": links.reach, "distinct": links.distinct}


def _fits(gains: np.ndarray) -> bool:
    """Whether half precision keeps these numbers apart from 0 and from infinity."""
    sizes = np.abs(gains[gains != 0])
    return not len(sizes) or (sizes.max() < 6e4 and np.quantile(sizes, 0.01) > 1e-4)


def _write_items(
    folder: FolderWriter, towers: TwoTower, modalities: Modalities | None, rows: Rows, seed: int
) -> dict[str, Any]:
    if modalities is None:
        embeddings = np.zeros((len(rows), towers.embeddings.shape[1]), np.float32)
        embeddings[rows >= 0] = towers.embeddings[rows[rows >= 0]]
        shares = (rows >= 0).astype(np.float32)[:, None]
    else:
        embeddings, shares = towers.item_embeddings(modalities, rows), towers.shares(modalities, rows)
    width = embeddings.shape[1]
    vectors = np.pad(embeddings, ((0, 0), (0, -width % _MULTIPLE))).astype(np.float16)
    codebook, codes = fit_codes(vectors, seed)
    for name, array in (("vectors", vectors), ("codebook", codebook), ("codes", codes)):
        folder.array(f"item_{name}", array)
    folder.array("item_shares", shares.astype(np.float16))
    return {
        "width": width,
        "max_length": towers.config.max_length,
        "names": list(towers.names),
        "settings": asdict(towers.config),
    }


def model_folder(path: Path) -> Path:
    """Where the towers of the bundle at ``path`` lie, for more training."""
    return path / FOLDER / MODEL
