"""What tests share: a catalogue small enough to know by heart, and the demo world, trained and served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle
from recsys.catalogue import SCHEMA, Catalogue
from recsys.demo import demo_bundle as build_or_find_demo
from recsys.loading import Capabilities, load_capabilities
from recsys.settings import Settings
from tests.contract import write_bundle
from tests.hub_double.client import hub, impatient, lfs_hub  # noqa: F401
from tests.planted_follow import follow_catalogue, histories, write_histories
from tests.planted_lyrics import planted_corpus, write_csv
from tests.planted_vibes import planted_catalogue, planted_playlists
from tests.tiny_encoders import save_tiny_roberta
from train.ingest.tracks import SourceTracks, read_tracks

# danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo, popularity, ms
QUIET = (0.3, 0.2, -18.0, 0.04, 0.90, 0.30, 0.10, 0.20, 80.0, 40.0, 240_000.0)
LOUD = (0.7, 0.9, -4.0, 0.10, 0.05, 0.00, 0.20, 0.80, 130.0, 60.0, 200_000.0)
SONGS = [
    # id, title, artist, year, genres, base features, how far from them
    ("q0", "Still Water", "Ada", 1970, ["Folk"], QUIET, 0),
    ("q1", "Still Water - Live", "Ada", 1975, ["Folk"], QUIET, 1),
    ("q2", "Low Moon", "Ada", 1980, ["Folk"], QUIET, 2),
    ("q3", "Señor Niebla", "Bix", 1985, ["Jazz"], QUIET, 3),
    ("q4", "Paper Boats", "Cleo", None, ["Jazz", "Folk"], QUIET, 4),
    ("q5", "Slow Bell", "Cleo", 1995, [], QUIET, 5),
    ("l0", "Red Siren", "Dov", 2000, ["Rock"], LOUD, 0),
    ("l1", "Red Siren (Remix)", "Dov", 2005, ["Rock"], LOUD, 1),
    ("l2", "Don't Blink", "Dov", 2010, ["Rock"], LOUD, 2),
    ("l3", "Neon Teeth", "Eve", 2015, ["Rock", "Metal"], LOUD, 3),
    ("l4", "Riot Hour", "Fay", 2019, ["Metal"], LOUD, 4),
    ("l5", "Wildfire", "Fay", 2020, ["Metal"], LOUD, 5),
]
VERSION_GROUPS = [0, 0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9]
STEP = np.array([0.01, 0.01, 0.3, 0.004, 0.01, 0.01, 0.01, 0.01, 2.0, 1.0, 4_000.0])


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Six quiet songs and six loud ones; within each, a later one lies further from the first."""
    features = np.array([np.array(base) + far * STEP for *_, base, far in SONGS], dtype=np.float32)
    artists = sorted({song[2] for song in SONGS})
    columns = {
        "track_id": [song[0] for song in SONGS],
        "title": [song[1] for song in SONGS],
        "artist": [song[2] for song in SONGS],
        "artists": [song[2] for song in SONGS],
        "album": [None] * len(SONGS),
        "year": [song[3] for song in SONGS],
        "explicit": [song[0] == "l4" for song in SONGS],
        "genres": [song[4] for song in SONGS],
        "spotify_id": [None] * len(SONGS),
        "key": [0] * len(SONGS),
        "mode": [1] * len(SONGS),
        "artist_key": [artists.index(song[2]) for song in SONGS],
        "version_group": VERSION_GROUPS,
    } | {name: features[:, column] for column, name in enumerate(FEATURE_NAMES)}
    return Catalogue(pa.table({name: pa.array(columns[name], SCHEMA.field(name).type) for name in SCHEMA.names}))


@pytest.fixture(scope="session")
def demo_path() -> Path:
    """The demo world's bundle, as the app builds it; kept between runs while the sources stay the same."""
    return build_or_find_demo(Settings().cache, lambda step, fraction: None)


@pytest.fixture(scope="session")
def demo(demo_path: Path) -> Capabilities:
    """The demo world's bundle, loaded."""
    return load_capabilities(Bundle.open(demo_path))


@pytest.fixture(scope="session")
def app_url(demo_path: Path) -> Iterator[str]:
    """Address of the app, serving the demo world."""
    from app import serve

    page, loader, url = serve(Settings(bundle=demo_path), block=False)
    loader.wait(60)
    yield url.rstrip("/")
    page.close()


@pytest.fixture(scope="session")
def tiny_tagger_flags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Flags of `train.genre_tagger`, all but --out, for planted songs and a tiny RoBERTa with random weights."""
    folder = tmp_path_factory.mktemp("tiny")
    lyrics = write_csv(folder / "planted.csv", planted_corpus(240, 48))
    base = save_tiny_roberta(folder / "tiny-roberta")
    rates = ["--rate", "5e-3", "--head-rate", "5e-3", "--epochs", "8", "--patience", "8"]
    sizes = ["--validation", "0.25", "--window", "256"]
    return ["--lyrics", str(lyrics), "--base-model", str(base), "--pool", "cls", "--freeze", "0", *rates, *sizes]


@pytest.fixture(scope="session")
def tiny_tagger(tiny_tagger_flags: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that holds a genre tagger and nothing else, trained with ``tiny_tagger_flags`` on one thread."""
    import torch

    from train.genre_tagger import main

    path = tmp_path_factory.mktemp("tagger") / "bundle"
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        main([*tiny_tagger_flags, "--out", str(path)])
    finally:
        torch.set_num_threads(threads)
    return path


@pytest.fixture(scope="session")
def tiny_sentence_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny RoBERTa with random weights, to be given as --encoder."""
    return save_tiny_roberta(tmp_path_factory.mktemp("encoder") / "tiny-roberta")


@pytest.fixture(scope="session")
def vibe_bundle(tiny_sentence_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of planted songs and playlists with vibe search, read by the tiny encoder."""
    from train.vibe_search import main

    path = tmp_path_factory.mktemp("vibe") / "bundle"
    write_bundle(path, planted_catalogue(), playlists=planted_playlists())
    main(["--out", str(path), "--encoder", str(tiny_sentence_encoder)])
    return path


@pytest.fixture(scope="session")
def follow_flags() -> list[str]:
    """Flags of `train.user_history train`, all but --out and --histories, for small towers and no long search."""
    sizes = ["--dim", "16", "--max-length", "12", "--batch", "64", "--epochs", "3", "--dropout", "0.1"]
    return [*sizes, "--no-choose"]


@pytest.fixture(scope="session")
def follow_histories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of planted listeners."""
    return write_histories(tmp_path_factory.mktemp("plays") / "plays.csv", histories())


@pytest.fixture(scope="session")
def follow_bundle(follow_histories: Path, follow_flags: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of planted songs, trained on planted listeners, judged."""
    from train.user_history import main

    path = tmp_path_factory.mktemp("follow") / "bundle"
    write_bundle(path, follow_catalogue())
    main(["train", "--out", str(path), "--histories", str(follow_histories), *follow_flags])
    return path


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., SourceTracks]:
    """Write lines to a file and read its tracks."""

    def write_and_read(*lines: str, name: str = "songs.csv") -> SourceTracks:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return read_tracks(path)

    return write_and_read
