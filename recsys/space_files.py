"""The spaces as a bundle stores them, in the folder ``song_to_song``."""

from __future__ import annotations

from collections.abc import Mapping

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.encoder import Encoder
from recsys.errors import BundleError
from recsys.spaces import CosineSpace, LatentSpace, Scaler, Space

FOLDER = "song_to_song"


def load_spaces(bundle: Bundle, catalogue: Catalogue) -> Mapping[str, Space]:
    """All spaces in ``bundle``, the default first; raises BundleError where one is missing or damaged."""
    about = bundle.json(f"{FOLDER}/spaces.json")
    try:
        scalers = {name: Scaler.from_json(about[name]["scaler"]) for name in ("audio", "mood", "latent")}
        encoder = Encoder.from_tensors(
            bundle.tensors(f"{FOLDER}/latent_encoder.safetensors"), about["latent"]["activations"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{FOLDER}/spaces.json in {bundle.path} lacks {error}. Train the spaces again.") from error
    embeddings = {name: bundle.array(f"{FOLDER}/{name}.npy") for name in scalers}
    return {
        "audio": CosineSpace("audio", scalers["audio"], embeddings["audio"]),
        "mood": CosineSpace("mood", scalers["mood"], embeddings["mood"]),
        "latent": LatentSpace(scalers["latent"], encoder, embeddings["latent"], catalogue.features),
    }
