"""Encoders of clips, covers and lyrics that learn with the towers, and what they make of every track, kept as files.

Training end to end is for GPUs; what it leaves is read by ``train.user_history train`` on any machine.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from recsys.bundle import Bundle
from recsys.errors import SourceError
from train.common import is_first_process, progress_span
from train.features import read_training_features
from train.history.interactions import Interactions
from train.history.material import Media
from train.ingest.track_lyrics import read_track_lyrics
from train.two_tower.config import TwoTowerConfig
from train.two_tower.encode import BIG, EncoderConfig, build_encoders, encode_all
from train.two_tower.modalities import Modalities
from train.two_tower.model import TwoTower
from train.two_tower.raw import Sources, read_raw
from train.two_tower.recipe import END_TO_END

log = logging.getLogger("train")
KINDS = {"small": EncoderConfig(), "big": BIG}
_WEIGHTS, _KIND = "encoders.safetensors", "encoders.json"


def learn_encoders(
    bundle: Bundle,
    interactions: Interactions,
    media: Media,
    lyrics: Sequence[str],
    out: Path,
    kind: str,
    changes: dict[str, object],
) -> None:
    """Train towers and encoders together; under torchrun in all processes, of which the first writes ``out``.

    Args:
        bundle: Whose tracks.
        interactions: What to learn from.
        media: Folders of clips and covers.
        lyrics: Files of lyrics.
        out: Gets ``audio.npz``, ``cover.npz`` and ``lyrics.npz``, and the encoders for tracks to come.
        kind: "small" or "big".
        changes: Settings of the towers other than `train.two_tower.recipe.END_TO_END`.
    """
    chosen = KINDS[check_kind(kind)]
    with progress_span(0.0, 0.2):
        raw = _read(bundle, media, lyrics, chosen, out / ".read")
    encoders = build_encoders(chosen, tuple(name for name in raw.by_name if name != "features"))
    config: TwoTowerConfig = replace(END_TO_END, **changes)  # type: ignore[arg-type]
    with progress_span(0.2, 0.9):
        TwoTower.fit(interactions, raw, config, checkpoint=out / ".checkpoint", encoders=encoders)
    if is_first_process():
        save_file({name: value.contiguous().cpu() for name, value in encoders.state_dict().items()}, out / _WEIGHTS)
        (out / _KIND).write_text(json.dumps({"kind": kind, "names": list(encoders)}), "utf-8")
        with progress_span(0.9, 1.0):
            _keep(bundle, raw, encoders, out)


def apply_encoders(bundle: Bundle, media: Media, lyrics: Sequence[str], learnt: Path, out: Path) -> None:
    """What the encoders in ``learnt`` make of the tracks of a catalogue, in ``out``; nothing is trained."""
    try:
        said = json.loads((learnt / _KIND).read_text("utf-8"))
        chosen, weights = KINDS[check_kind(said["kind"])], load_file(learnt / _WEIGHTS)
        encoders = build_encoders(chosen, tuple(said["names"]))
        encoders.load_state_dict(weights)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise SourceError(f"{learnt} holds no learnt encoders that can be read ({error!r}).") from error
    out.mkdir(parents=True, exist_ok=True)
    raw = _read(bundle, media, lyrics, chosen, out / ".read")
    _keep(bundle, raw, torch.nn.ModuleDict({name: encoders[name] for name in raw.by_name if name in encoders}), out)


def check_kind(kind: str) -> str:
    """``kind``, if there are such encoders."""
    if kind not in KINDS:
        raise SourceError(f"There are no encoders {kind!r}; give one of {', '.join(KINDS)}.")
    return kind


def _read(bundle: Bundle, media: Media, lyrics: Sequence[str], config: EncoderConfig, cache: Path) -> Modalities:
    data = read_training_features(bundle)
    ids = data.catalogue.track_ids
    audio, covers = (Path(place) if place else None for place in (media.audio, media.covers))
    given = [folder for folder in (audio, covers) if folder is not None]
    if not (given or lyrics) or not all(folder.is_dir() for folder in given):
        raise SourceError("Encoders learn from files: give --audio and --covers as folders, and --lyrics as files.")
    texts: list[str | None] | None = None
    if lyrics:
        lines = read_track_lyrics(data.catalogue, lyrics).lines
        texts = ["\n".join(lines[row]) if row in lines else None for row in range(len(ids))]
    chunker = config.chunker() if texts is not None else None
    sources = Sources(ids, audio, covers, texts, data.scaler(data.catalogue.features), chunker)
    raw, _ = read_raw(sources, config.sound, config.cover_side, cache)
    return raw


def _keep(bundle: Bundle, raw: Modalities, encoders: torch.nn.ModuleDict, out: Path) -> None:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ids = np.array(bundle.load_catalogue().track_ids)
    for name, modality in encode_all(raw, encoders, None, device).by_name.items():
        if name in encoders:
            values = np.asarray(modality.values)[modality.present]
            np.savez(out / f"{name}.npz", ids=ids[modality.present], values=values)
            log.info("Saved: %s (%d tracks)", out / f"{name}.npz", len(values))
