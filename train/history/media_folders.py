"""Folders of clips and covers, read by the small encoders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from train.two_tower.encode import EncoderConfig, build_encoders, encode_all
from train.two_tower.modalities import Modality
from train.two_tower.raw import Sources, read_raw


def encode_folders(
    folders: Mapping[str, Path], track_ids: Sequence[str], cache: Path, config: EncoderConfig | None = None
) -> tuple[Mapping[str, Modality], dict[str, str]]:
    """The embeddings of "audio" and "cover", and what was missing or corrupt, in words.

    Decoded files and embeddings are kept in ``cache``, so that another run is quick.
    """
    chosen = config or EncoderConfig()
    sources = Sources(track_ids, audio=folders.get("audio"), covers=folders.get("cover"))
    raw, found = read_raw(sources, chosen.sound, chosen.cover_side, cache)
    encoded = encode_all(raw, build_encoders(chosen, tuple(raw.by_name)), cache)
    return encoded.by_name, {name: str(said) for name, said in found.items()}
