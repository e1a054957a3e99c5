"""The spaces as a bundle stores them, in the folder ``song_to_song``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys.blend import BlendSpace, Embedder, Parts
from recsys.blend_inputs import BlendTables
from recsys.blend_network import LearntBlend, Network
from recsys.blend_plain import PlainBlend
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.encoder import Encoder
from recsys.errors import BundleError
from recsys.spaces import CosineSpace, LatentSpace, Scaler, Space

FOLDER = "song_to_song"
ARRAYS = ("blend", "hubness", "parts", "part_scale", "audio", "mood", "latent")


def load_spaces(bundle: Bundle, catalogue: Catalogue) -> Mapping[str, Space]:
    """All spaces in ``bundle``, the default first; raises BundleError where one is missing or damaged."""
    about = bundle.json(f"{FOLDER}/spaces.json")
    arrays = {name: bundle.array(f"{FOLDER}/{name}.npy") for name in ARRAYS}
    codes = bundle.tensors(f"{FOLDER}/latent_encoder.safetensors")
    tensors = bundle.tensors(f"{FOLDER}/blend.safetensors")
    try:
        scalers = {name: Scaler.from_json(about[name]["scaler"]) for name in ("audio", "mood", "latent")}
        encoder = Encoder.from_tensors(codes, about["latent"]["activations"])
        embedder = _embedder(about["blend"], tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{FOLDER} in {bundle.path} lacks something ({error!r}). Train the spaces again.") from error
    parts = Parts(arrays["parts"], arrays["part_scale"])
    return {
        "blend": BlendSpace(catalogue, embedder, arrays["blend"], arrays["hubness"], parts),
        "audio": CosineSpace("audio", scalers["audio"], arrays["audio"]),
        "mood": CosineSpace("mood", scalers["mood"], arrays["mood"]),
        "latent": LatentSpace(scalers["latent"], encoder, arrays["latent"], catalogue.features),
    }


def _embedder(about: Mapping[str, Any], tensors: dict[str, np.ndarray]) -> Embedder:
    tables = BlendTables.from_tensors(tensors)
    if about["kind"] == "learnt":
        return LearntBlend(tables, Network.from_tensors(tensors))
    return PlainBlend(tables, tensors["plain.mean"], tensors["plain.axes"])
