"""A small world for vibe search: four kinds of songs that differ in mood, and an encoder to know by heart."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import Catalogue
from recsys.fast_index import FastIndex, fit_codes
from recsys.index import Vectors, normalise
from recsys.lyric_chunks import LyricChunks
from recsys.text import fold
from recsys.title_search import TitleSearch, build_title_index
from recsys.vibe_query import CatalogueLookup
from recsys.vibe_search import VibeSearch
from recsys.vibe_space import Weights, both_texts, sound_of, track_vectors
from tests.contract import make_catalogue
from train.features import fit_scaler
from train.vibe.documents import write_documents
from train.vibe.postings import count_words

SONGS = 400
PER_ARTIST = 10
KINDS = ("folk", "darkwave", "bossa nova", "disco")  # sad and slow, sad and fast, happy and slow, happy and fast
NOUNS = ("River", "Lantern", "Harbour", "Marble", "Compass", "Orchard", "Needle", "Violet")
FIRST = ("Mira", "Otto", "Ines", "Bruno", "Tilda")
LAST = ("Vane", "Keller", "Moreau", "Quist", "Abara", "Lindqvist", "Orlov", "Pereira", "Sato", "Dunne")
WEIGHTS = Weights(spread=0.3)  # of the planted encoder's inner products


@cache
def _vector(word: str) -> Vectors:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=PlantedEncoder.dim).astype(np.float32)


class PlantedEncoder:
    """Stands in for a `TextEncoder`: a text lies between its words, and a word says nothing of another.

    ``read`` lists what was embedded; after ``fails_after`` texts it raises.
    """

    dim = 256

    def __init__(self, fails_after: int | None = None) -> None:
        self.read: list[str] = []
        self._fails_after = fails_after

    def knows(self, word: str) -> bool:
        return len(word) > 2 and not word.startswith("zz")

    def embed(self, text: str) -> Vectors:
        if self._fails_after is not None and len(self.read) >= self._fails_after:
            raise RuntimeError("the power went out")
        self.read.append(text)
        return normalise(np.sum([_vector(word) for word in fold(text).split() or [""]], axis=0))


def planted_catalogue() -> Catalogue:
    """400 songs, the best known first; forty artists of one kind each, with two versions of every song.

    Song ``i`` is of kind ``i % 4``. Every tenth round, a happy song is called gloomy.
    """
    rng = np.random.default_rng(0)
    row = np.arange(SONGS)
    kind, nth = row % 4, row // 4
    happy, fast = kind >= 2, kind % 2 == 1
    artist = kind + 4 * (nth % (SONGS // 4 // PER_ARTIST))
    names = [f"{FIRST[a % 5]} {LAST[a // 5]}" for a in artist]
    titles = [
        f"Gloomy Parade {i}" if happy[i] and nth[i] % 10 == 3 else f"{NOUNS[nth[i] % len(NOUNS)]} {i}"
        for i in range(SONGS)
    ]
    features = {name: np.full(SONGS, 0.3) + rng.uniform(0, 0.05, SONGS) for name in FEATURE_NAMES} | {
        "valence": np.where(happy, 0.8, 0.2) + rng.uniform(-0.05, 0.05, SONGS),
        "energy": np.where(fast, 0.85, 0.25) + rng.uniform(-0.05, 0.05, SONGS),
        "acousticness": np.where(fast, 0.1, 0.8) + rng.uniform(-0.05, 0.05, SONGS),
        "loudness": np.where(fast, -5.0, -15.0) + rng.uniform(-1, 1, SONGS),
        "tempo": np.where(fast, 155.0, 80.0) + rng.uniform(-4, 4, SONGS),
        "popularity": np.linspace(95, 5, SONGS),
        "duration_ms": 150_000 + 1_000 * rng.integers(0, 150, SONGS).astype(np.float64),
    }
    return make_catalogue(
        SONGS,
        title=titles,
        artist=names,
        artists=names,
        artist_key=artist,
        version_group=artist + 100 * (nth // (SONGS // 4 // PER_ARTIST) // 2),
        year=1970 + (7 * row) % 50,
        genres=[[KINDS[k]] for k in kind],
        **{name: values.astype(np.float32) for name, values in features.items()},
    )


def search_over(
    catalogue: Catalogue,
    folder: Path,
    weights: Weights = WEIGHTS,
    head: Vectors | None = None,
    not_indexed: Sequence[str] = (),
    chunks: LyricChunks | None = None,
) -> VibeSearch:
    """Vibe search with a `PlantedEncoder`, made as training makes it; without postings of the words ``not_indexed``."""
    encoder: Any = PlantedEncoder()
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    sound = sound_of(scaler, catalogue.features)
    documents = write_documents(catalogue, sound)
    songs, kinds = (np.stack([encoder.embed(text) for text in texts]) for texts in (documents.songs, documents.kinds))
    vectors = track_vectors(songs, kinds, both_texts(songs, kinds).mean(axis=0), sound)
    lexical = count_words([[word for word in words if word not in not_indexed] for words in documents.words])
    build_title_index(folder / "titles.sqlite", catalogue)
    lookup = CatalogueLookup(catalogue, TitleSearch(folder / "titles.sqlite"))
    index = FastIndex(vectors, *fit_codes(vectors, 0))
    return VibeSearch(catalogue, encoder, index, lexical, scaler, weights, lookup, head, chunks)


NAMES = (
    ("rainy window", "crying alone", "lost at sea", "grey letters", "old ballads", "empty house", "slow tears"),
    ("rage drive", "cold machines", "night panic", "steel city", "broken glass", "storm engine", "black leather"),
    ("sunday coffee", "soft morning", "sunny terrace", "light kitchen", "hammock", "sweet nothing", "garden party"),
    ("dance all night", "summer club", "glitter", "roller skates", "happy hour", "sugar rush", "birthday"),
)


def planted_playlists() -> pa.Table:
    """Seven playlists a kind, of twenty songs each: playlist_id, playlist_name, position, row."""
    rng = np.random.default_rng(1)
    rows: list[tuple[str, str, int, int]] = []
    for kind, names in enumerate(NAMES):
        for name in names:
            chosen = 4 * rng.choice(SONGS // 4, 20, replace=False) + kind
            rows += [(name, name.title(), position, int(row)) for position, row in enumerate(chosen)]
    ids, called, positions, tracks = zip(*rows, strict=True)
    return pa.table(
        {
            "playlist_id": pa.array(ids),
            "playlist_name": pa.array(called),
            "position": pa.array(positions, pa.int32()),
            "row": pa.array(tracks, pa.int32()),
        }
    )
