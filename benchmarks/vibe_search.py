"""One vibe query, beside the obvious way: sentence-transformers in torch and scikit-learn's cosine over all tracks.

python -m benchmarks.vibe_search [--sizes 114000 1000000] [--queries 60] [--bundle bundles/tidytuesday]

Sizes are generated catalogues: real embeddings with noise. With a bundle that has named playlists, also what the quick
codes cost in NDCG beside an exact search. Both ways take turns in one process a size.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.similar_tracks import resident
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Mask, Rows
from recsys.fast_index import FastIndex, fit_codes
from recsys.index import Vectors
from recsys.loading import load_capabilities
from recsys.spaces import Scaler
from recsys.text_encoder import TextEncoder
from recsys.vibe_search import VibeSearch
from recsys.vibe_space import Weights, sound_of, track_vectors

QUERIES = (
    "songs for a rainy heartbreak",
    "music to focus on coding",
    "sad but fast, 90s, under 4 minutes",
    "late night drive, no rap",
    "canciones alegres para una fiesta en la playa",
    "gym",
)
_WORDS = "night love rain city gold river heart summer blue fire dream road home dance wild moon".split()
_TEXTS = 2_000
_CHILD = "import sys; from benchmarks.vibe_search import measure; measure(int(sys.argv[1]), int(sys.argv[2]))"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[114_000, 1_000_000], help="tracks")
    parser.add_argument("--queries", type=int, default=60, help="queries to time")
    parser.add_argument("--bundle", type=Path, help="a bundle with vibe search and named playlists")
    options = parser.parse_args(argv)
    for size in options.sizes:
        subprocess.run([sys.executable, "-c", _CHILD, str(size), str(options.queries)], check=True)
    if options.bundle:
        compare_with_exact(options.bundle)


class _Nobody:
    """Knows no artist and no song."""

    def artist(self, text: str) -> str | None:
        return None

    def song(self, text: str) -> str | None:
        return None


def measure(size: int, n_queries: int) -> None:
    """Print the times for a generated catalogue of ``size`` tracks; run in a process of its own."""
    from sentence_transformers import SentenceTransformer
    from sklearn.metrics.pairwise import cosine_similarity

    from train.base_model import find_base_model
    from train.vibe.encoder import export_encoder
    from train.vibe.postings import count_words

    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        export_encoder("minilm", Path(folder))
        encoder = TextEncoder.open(Path(folder) / "encoder.onnx", Path(folder) / "tokenizer.json", 128)
        words = [list(rng.choice(_WORDS, 4)) + [f"w{i}" for i in rng.integers(size // 3, size=3)] for _ in range(size)]
        catalogue = generated_catalogue(size, rng)
        scaler = Scaler(("energy", "valence"), np.zeros(2, np.float32), np.ones(2, np.float32))
        texts = np.stack([encoder.embed(" ".join(some)) for some in words[:_TEXTS]])
        embeddings = texts[rng.integers(_TEXTS, size=size)] + rng.normal(0, 0.02, (size, texts.shape[1]))
        embeddings = embeddings.astype(np.float32)
        before = resident()
        sound = sound_of(scaler, catalogue.features)
        vectors = track_vectors(embeddings, embeddings, 1.5 * embeddings.mean(axis=0), sound)
        index = FastIndex(vectors, *fit_codes(vectors, 0))
        search = VibeSearch(catalogue, encoder, index, count_words(words), scaler, Weights(), _Nobody())
        search.search(QUERIES[0])
        taken = resident() - before
        theirs = SentenceTransformer(find_base_model("minilm"))

        def obvious(query: str) -> object:
            scores = cosine_similarity(theirs.encode([query], show_progress_bar=False), embeddings)[0]
            return np.argsort(-scores)[:10]

        calls: dict[str, Callable[[str], object]] = {
            "encode alone": encoder.embed,
            "vibe search, whole call": search.search,
            "sentence-transformers + scikit-learn": obvious,
        }
        print(f"{size:,} tracks, {n_queries} queries in turn; vibe search takes {taken:,.0f} MB")
        times = timed(calls, n_queries)
        slowest = np.median(times["sentence-transformers + scikit-learn"])
        for name, took in times.items():
            p50, p99 = np.percentile(took, [50, 99]) * 1e3
            print(f"  {name:38} p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  {slowest / np.median(took):7.1f} times as fast")


def timed(calls: dict[str, Callable[[str], object]], n_queries: int) -> dict[str, list[float]]:
    """Seconds of each call, in blocks that take turns, so that no thread of one waits in another's time."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for block in range(0, n_queries, 20):
        for name, call in calls.items():
            for i in range(-2, min(20, n_queries - block)):
                query = QUERIES[i % len(QUERIES)]
                began = time.perf_counter()
                call(query)
                if i >= 0:
                    times[name].append(time.perf_counter() - began)
    return times


def generated_catalogue(size: int, rng: np.random.Generator) -> Catalogue:
    """Tracks with a title, an artist, a year and features, all drawn at random."""
    import pyarrow as pa

    from recsys.audio_features import AUDIO_FEATURES
    from recsys.catalogue import SCHEMA

    numbers = rng.integers(size // 8 + 1, size=size)
    columns = {
        "track_id": [f"t{i}" for i in range(size)],
        "title": [f"Title {i}" for i in range(size)],
        "artist": [f"Artist {i}" for i in numbers],
        "artists": [f"Artist {i}" for i in numbers],
        "genres": [[]] * size,
        "year": rng.integers(1960, 2020, size=size),
        "artist_key": numbers,
        "version_group": range(size),
    } | {feature.name: rng.uniform(feature.low, feature.high, size).astype(np.float32) for feature in AUDIO_FEATURES}
    fields = [SCHEMA.field(name) for name in SCHEMA.names]
    return Catalogue(pa.table({f.name: pa.array(columns.get(f.name, [None] * size), f.type) for f in fields}))


def compare_with_exact(path: Path) -> None:
    """Print NDCG@10 on the bundle's playlist names by the quick codes and by an exact search."""
    from train.vibe.quality import figures_of
    from train.vibe.queries import read_named

    bundle = Bundle.open(path)
    named, search = read_named(bundle), load_capabilities(bundle).need_vibe()
    quick = figures_of(search, named)
    with patch.object(FastIndex, "candidates", _all_rows):
        exact = figures_of(search, named)
    print(f"{len(named)} names of {path.name}: NDCG@10 {quick['ndcg@10']:.4f}, exact {exact['ndcg@10']:.4f}")


def _all_rows(index: FastIndex, query: Vectors, k: int, mask: Mask | None = None) -> Rows:
    return np.arange(len(index)) if mask is None else np.flatnonzero(mask)


if __name__ == "__main__":
    main()
