"""Train the spaces that songs are compared in: audio, mood, latent, and their blend.

python -m train.song_to_song --out bundles/tidytuesday
python -m train.song_to_song --out bundles/tidytuesday --smoke-test "Bohemian Rhapsody"
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.audio_features import MOOD_FEATURES
from recsys.blend import BlendSpace
from recsys.blend_inputs import catalogue_tracks
from recsys.bundle import Bundle, write_folder
from recsys.catalogue import Rows
from recsys.errors import EmptyQueryError
from recsys.index import normalise
from recsys.song_to_song import Options, SongToSong
from recsys.space_files import FOLDER
from recsys.spaces import CosineSpace, LatentSpace, Scaler, Space
from recsys.title_search import TITLES, TitleSearch
from train.autoencoder import Autoencoder, fit_autoencoder
from train.blend.fit import FittedBlend, fit_blend
from train.common import parse_config, progress_span, report_progress, run
from train.features import TrainingFeatures, fit_scaler, read_training_features
from train.keras_setup import save_keras
from train.same_playlist import read_playlists
from train.space_quality import FEWEST_PLAYLISTS, hubness_of_spaces, precision_of_spaces

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})
    evaluate: bool = field(
        default=True, metadata={"help": "measure each space on held-out playlists, if there are any"}
    )
    smoke_test: str | None = field(
        default=None, metadata={"help": "train nothing; print the five songs nearest to the one with this title"}
    )


@dataclass(frozen=True)
class Fitted:
    """What training found, before it is written."""

    audio: CosineSpace
    mood: CosineSpace
    mood_scaler: Scaler
    autoencoder: Autoencoder
    latent: LatentSpace
    blend: FittedBlend
    blend_space: BlendSpace

    def spaces(self) -> dict[str, Space]:
        return {"blend": self.blend_space, "audio": self.audio, "mood": self.mood, "latent": self.latent}


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    bundle = Bundle.open(config.out)
    if config.smoke_test is not None:
        print(smoke_test(bundle, config.smoke_test))
        return
    data = read_training_features(bundle)
    playlists = read_playlists(bundle)
    fitted = fit(data, playlists, config.seed)
    write(bundle, config, data, fitted, measure(data, fitted, playlists, config))


def fit(data: TrainingFeatures, playlists: list[Rows], seed: int) -> Fitted:
    """Train every space; the blend learns from all ``playlists``."""
    catalogue, scaler = data.catalogue, data.scaler
    mood_scaler = fit_scaler(catalogue, tuple(name for name in MOOD_FEATURES if name in scaler.names))
    with progress_span(0.0, 0.3):
        autoencoder = fit_autoencoder(data.scaled, seed)
    with progress_span(0.3, 0.65):
        blend = fit_blend(catalogue_tracks(catalogue), scaler.names, playlists, seed)
    return Fitted(
        audio=CosineSpace("audio", scaler, normalise(data.scaled)),
        mood=CosineSpace("mood", mood_scaler, normalise(mood_scaler(catalogue.features))),
        mood_scaler=mood_scaler,
        autoencoder=autoencoder,
        latent=LatentSpace(scaler, autoencoder.encoder, autoencoder.encoder(data.scaled), catalogue.features),
        blend=blend,
        blend_space=blend.space(catalogue),
    )


def measure(data: TrainingFeatures, fitted: Fitted, playlists: list[Rows], config: Config) -> dict[str, Any]:
    """What the card says of the spaces."""
    metrics: dict[str, Any] = {
        "blend_kind": fitted.blend.kind,
        "hubness_skew": hubness_of_spaces(fitted.spaces())
        | {"blend_uncorrected": round(fitted.blend.hubness_skew[0], 3)},
        "autoencoder_loss": fitted.autoencoder.curve["val_loss"][-1],
    }
    if config.evaluate and len(playlists) >= FEWEST_PLAYLISTS:
        with progress_span(0.65, 1.0):
            report_progress("Similar songs: measuring on held-out playlists", 0.0)
            names = data.scaler.names
            found = precision_of_spaces(data.catalogue, fitted.spaces(), names, playlists, config.seed)
        metrics["same_playlist_precision@10"] = found
        log.info("Same-playlist precision at 10, other artists, half of the playlists held out:")
        log.info("%s", "\n".join(f"  {name:8} {precision:.4f}" for name, precision in found.items()))
    return metrics


def write(bundle: Bundle, config: Config, data: TrainingFeatures, fitted: Fitted, metrics: dict[str, Any]) -> None:
    """Write the ``song_to_song`` folder of ``bundle``."""
    scaler, autoencoder = data.scaler.as_json(), fitted.autoencoder
    about = {
        "blend": {"kind": fitted.blend.kind, "losses": [round(loss, 4) for loss in fitted.blend.losses[::10]]},
        "audio": {"scaler": scaler},
        "mood": {"scaler": fitted.mood_scaler.as_json()},
        "latent": {
            "scaler": scaler,
            "activations": autoencoder.encoder.activations,
            "curve": autoencoder.curve,
        },
    }
    with write_folder(bundle.path, FOLDER, bundle.manifest, config={"seed": config.seed}, metrics=metrics) as folder:
        for name, space in fitted.spaces().items():
            folder.array(name, space.embeddings)
        for name, array in fitted.blend.arrays().items():
            folder.array(name, array)
        folder.tensors("blend", fitted.blend.tensors)
        folder.tensors("latent_encoder", autoencoder.encoder.tensors())
        save_keras(autoencoder.keras_encoder, folder.path / "latent_encoder.keras")
        folder.json("spaces", about)


def smoke_test(bundle: Bundle, title: str) -> str:
    """The five songs nearest to the one called ``title``, by Euclidean distance between latent codes."""
    catalogue = bundle.load_catalogue()
    found = TitleSearch(bundle.file(TITLES)).search(title, limit=1)
    if not found:
        raise EmptyQueryError(f"No song is called {title!r} in {bundle.path}. Check the spelling.")
    seed = catalogue.track(found[0])
    options = Options(space="latent", same_cluster=False, per_artist=0, one_version=False)
    nearest = SongToSong.load(bundle, catalogue).similar_tracks([seed.track_id], 5, options)
    lines = [f"{-r.score:8.4f}  {r.track.title} – {r.track.artist}" for r in nearest]
    return "\n".join([f"Nearest to {seed.title} – {seed.artist}, by Euclidean distance:", *lines])


if __name__ == "__main__":
    run(main)
