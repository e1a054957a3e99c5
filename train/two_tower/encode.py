"""The encoders of audio, lyrics and covers, and their outputs for every item, computed once and kept."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from tqdm import tqdm

from recsys.errors import SourceError
from recsys.towers.encoders import (
    SMALL_RESNET,
    CoverEncoder,
    LyricsEncoder,
    ResNetShape,
    SpectrogramEncoder,
    build_text_model,
)
from train.base_model import MINILM, find_base_model
from train.common import report_progress
from train.two_tower.modalities import Modalities, Modality
from train.two_tower.sound import SoundShape
from train.two_tower.words import Chunker

log = logging.getLogger(__name__)

RESNET_18 = ResNetShape()
SOUND = SoundShape()
_BATCH = {"audio": 64, "cover": 64, "lyrics": 16}


@dataclass(frozen=True)
class EncoderConfig:
    """Which encoders read the tracks.

    Attributes:
        audio: Of spectrograms.
        cover: Of covers.
        text: Of lyrics: "minilm", "microsoft/mdeberta-v3-base", or a folder.
        lora_rank: Of the updates by which ``text`` learns, where encoders are trained; 0 trains all its weights.
        chunks: Of a text, at most.
        chunk_length: Tokens of each.
        sound: What is made of a clip.
        cover_side: Pixels.
        remember: Keep activations for the gradient; false computes them again, for a smaller memory.
        seed: Of weights that are not trained yet.
    """

    audio: ResNetShape = SMALL_RESNET
    cover: ResNetShape = SMALL_RESNET
    text: str = MINILM
    lora_rank: int = 0
    chunks: int = 4
    chunk_length: int = 128
    sound: SoundShape = SOUND
    cover_side: int = 64
    remember: bool = True
    seed: int = 0

    def chunker(self) -> Chunker:
        """What turns lyrics into what the text encoder reads."""
        return Chunker(self.text, self.chunks, self.chunk_length)


BIG = EncoderConfig(
    audio=RESNET_18,
    cover=replace(RESNET_18, weights="microsoft/resnet-18"),
    text="microsoft/mdeberta-v3-base",
    lora_rank=16,
    sound=SoundShape(bands=128, frames=512),
    cover_side=224,
    remember=False,
)
"""For a GPU: trained end to end."""


def build_encoders(config: EncoderConfig, names: tuple[str, ...]) -> nn.ModuleDict:
    """The encoders of those of "audio", "cover" and "lyrics" that are among ``names``.

    Raises:
        SourceError: trained weights cannot be opened.
    """
    torch.manual_seed(config.seed)
    encoders = nn.ModuleDict()
    try:
        if "audio" in names:
            encoders["audio"] = SpectrogramEncoder(config.audio, config.sound.bands, config.remember)
        if "cover" in names:
            encoders["cover"] = CoverEncoder(config.cover, config.remember)
        if "lyrics" in names:
            model = build_text_model(find_base_model(config.text), config.lora_rank, config.remember)
            encoders["lyrics"] = LyricsEncoder(model, int(model.config.pad_token_id or 0))
    except (OSError, ValueError) as error:
        raise SourceError(f"An encoder cannot be opened ({error}). Give a folder, or a name on the Hub.") from error
    return encoders


def encode_all(
    raw: Modalities, encoders: nn.ModuleDict, cache: Path | None, device: torch.device | None = None
) -> Modalities:
    """What ``encoders`` make of every item, as float16; modalities without an encoder as they are.

    Kept in folder ``cache``, where there is one, by what was read and by the encoder's weights, so that another run
    is quick.
    """
    by_name = dict(raw.by_name)
    for name, encoder in encoders.items():
        if name in by_name:
            values = _kept(name, by_name[name], encoder, cache, device or torch.device("cpu"))
            by_name[name] = Modality(values, by_name[name].present)
    return Modalities(by_name)


def _kept(
    name: str, modality: Modality, encoder: nn.Module, cache: Path | None, device: torch.device
) -> NDArray[np.float16]:
    if cache is None:
        return _encode(name, modality, encoder, device)
    kept = cache / f"{name}-{_fingerprint(modality, encoder)}.npy"
    if kept.exists():
        found: NDArray[np.float16] = np.load(kept, allow_pickle=False)
        return found
    values = _encode(name, modality, encoder, device)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part.npy")
    np.save(unfinished, values, allow_pickle=False)
    unfinished.replace(kept)
    return values


@torch.no_grad()
def _encode(name: str, modality: Modality, encoder: nn.Module, device: torch.device) -> NDArray[np.float16]:
    encoder.to(device).eval()
    rows = np.flatnonzero(modality.present)
    size = _BATCH.get(name, 64)
    out: NDArray[np.float32] | None = None
    for start in tqdm(range(0, max(1, len(rows)), size), desc=f"Encoding {name}", disable=None):
        some = rows[start : start + size]
        report_progress(f"Encoding {name}", start / max(1, len(rows)))
        if not len(some):
            some = np.zeros(1, dtype=np.int64)  # nothing is there: only the shape is asked for
        inward = torch.from_numpy(np.ascontiguousarray(modality.values[some])).to(device)
        made = encoder(inward.float() if inward.is_floating_point() else inward).float().cpu().numpy()
        if out is None:
            out = np.zeros((len(modality.present), *made.shape[1:]), np.float32)
        out[some] = made
    assert out is not None
    out[~modality.present] = 0
    return np.clip(out, -60_000, 60_000).astype(np.float16)


def _fingerprint(modality: Modality, encoder: nn.Module) -> str:
    said = hashlib.sha256(np.ascontiguousarray(modality.values).tobytes())
    said.update(modality.present.tobytes())
    for name, value in encoder.state_dict().items():
        said.update(name.encode() + value.detach().cpu().contiguous().numpy().tobytes())
    return said.hexdigest()[:24]
