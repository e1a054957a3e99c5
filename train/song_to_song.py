"""Train the spaces that songs are compared in: audio, mood, latent, and their blend.

python -m train.song_to_song --out bundles/tidytuesday
python -m train.song_to_song --out bundles/tidytuesday --smoke-test "Bohemian Rhapsody"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.audio_features import MOOD_FEATURES
from recsys.bundle import Bundle, write_folder
from recsys.errors import EmptyQueryError
from recsys.index import Vectors, normalise
from recsys.song_to_song import Options, SongToSong
from recsys.space_files import FOLDER
from recsys.title_search import TITLES, TitleSearch
from train.autoencoder import Autoencoder, fit_autoencoder
from train.common import parse_config, run
from train.features import TrainingFeatures, fit_scaler, read_training_features
from train.keras_setup import save_keras


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})
    smoke_test: str | None = field(
        default=None, metadata={"help": "train nothing; print the five songs nearest to the one with this title"}
    )


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    bundle = Bundle.open(config.out)
    if config.smoke_test is not None:
        print(smoke_test(bundle, config.smoke_test))
        return
    data = read_training_features(bundle)
    write(bundle, config, data, fit_autoencoder(data.scaled, config.seed))


def write(bundle: Bundle, config: Config, data: TrainingFeatures, autoencoder: Autoencoder) -> None:
    """Write the ``song_to_song`` folder of ``bundle``."""
    mood = fit_scaler(data.catalogue, tuple(name for name in MOOD_FEATURES if name in data.scaler.names))
    embeddings: dict[str, Vectors] = {
        "audio": normalise(data.scaled),
        "mood": normalise(mood(data.catalogue.features)),
        "latent": autoencoder.encoder(data.scaled),
    }
    about: dict[str, Any] = {
        "audio": {"scaler": data.scaler.as_json()},
        "mood": {"scaler": mood.as_json()},
        "latent": {
            "scaler": data.scaler.as_json(),
            "activations": autoencoder.encoder.activations,
            "curve": autoencoder.curve,
        },
    }
    metrics: dict[str, Any] = {}
    with write_folder(bundle.path, FOLDER, bundle.manifest, config={"seed": config.seed}, metrics=metrics) as folder:
        for name, vectors in embeddings.items():
            folder.array(name, vectors)
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
