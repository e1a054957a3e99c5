"""One query for similar songs, beside scikit-learn's brute-force search on sparse input, twenty queries each in turn.

python -m benchmarks.similar_tracks [--sizes 32000 114000 1000000] [--queries 200]

Both run on one thread in one process a size, on a generated catalogue, so that the ratio holds however busy the machine
is. "Whole call" is `SongToSong.similar_tracks` with its reasons; scikit-learn gives bare row numbers.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.generated_bundle import train_generated

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
BLOCK, WARM_UP = 20, 5
_CHILD = """
import sys
from benchmarks.similar_tracks import measure
measure(int(sys.argv[1]), sys.argv[2])
"""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[32_000, 114_000, 1_000_000], help="songs")
    parser.add_argument("--queries", type=int, default=200, help="queries to time")
    options = parser.parse_args(argv)
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            bundle = train_generated(Path(folder), size)
            arguments = [str(options.queries), str(bundle)]
            subprocess.run([sys.executable, "-c", _CHILD, *arguments], env=os.environ | THREADS, check=True)


def measure(n_queries: int, folder: str) -> None:
    """Print the table for the bundle in ``folder``; run in a process of its own."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.neighbors import NearestNeighbors

    from recsys.bundle import Bundle
    from recsys.filters import Filters
    from recsys.loading import load_capabilities
    from recsys.song_to_song import Options

    before, began = resident(), time.perf_counter()
    loaded = load_capabilities(Bundle.open(Path(folder)))
    songs, catalogue = loaded.need_songs(), loaded.catalogue
    rows = np.random.default_rng(0).integers(0, len(catalogue), n_queries + WARM_UP)
    ids = [catalogue.track_ids[row] for row in rows]
    songs.similar_tracks(ids[:1])
    load_seconds, ours = time.perf_counter() - began, resident() - before

    audio = songs.spaces["audio"].embeddings
    before, began = resident(), time.perf_counter()
    scaled = csr_matrix(np.asarray(audio))
    peer = NearestNeighbors(n_neighbors=11, metric="cosine", algorithm="brute").fit(scaled)
    fit_seconds, theirs = time.perf_counter() - began, resident() - before

    filters = Filters(duration_min=120, popularity_min=10, tempo_max=160)
    calls: dict[str, Callable[[str], object]] = {
        "blend, whole call": lambda i: songs.similar_tracks([i]),
        "blend, every cluster": lambda i: songs.similar_tracks([i], 10, Options(same_cluster=False)),
        "blend, three filters": lambda i: songs.similar_tracks([i], 10, Options(filters=filters)),
        "blend, three filters, no reasons": lambda i: songs.similar_tracks(
            [i], 10, Options(filters=filters, explain=False)
        ),
        "audio, whole call": lambda i: songs.similar_tracks([i], 10, Options(space="audio")),
        "audio, three filters, no reasons": lambda i: songs.similar_tracks(
            [i], 10, Options(space="audio", filters=filters, explain=False)
        ),
        "scikit-learn, csr": lambda i: peer.kneighbors(scaled[catalogue.row(i)]),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for start in range(0, n_queries, BLOCK):
        for name, call in calls.items():
            for number, track_id in enumerate(ids[start : start + WARM_UP + BLOCK]):
                started = time.perf_counter()
                call(track_id)
                if number >= WARM_UP:
                    times[name].append(time.perf_counter() - started)
    print(f"\n{len(catalogue):,} songs")
    print(f"  loads in {load_seconds:.1f} s and {ours:,.0f} MB")
    print(f"  scikit-learn fits in {fit_seconds:.1f} s and {theirs:,.0f} MB")
    print(f"  recall@10 against exact search: {recall(songs, ids[:50]):.4f}")
    slow = np.median(times["scikit-learn, csr"])
    for name, taken in times.items():
        p50, p99 = np.percentile(taken, [50, 99]) * 1e3
        print(f"  {name:33} p50 {p50:8.2f} ms   p99 {p99:8.2f} ms   {slow / np.median(taken):6.1f} times as fast")


def recall(songs: object, ids: list[str]) -> float:
    """Share of the exact ten nearest in the blend that a bare search returns."""
    import numpy as np

    from recsys.song_to_song import Options, SongToSong

    assert isinstance(songs, SongToSong)
    space = songs.spaces["blend"]
    vectors = space.search_vectors()
    bare = Options(same_cluster=False, per_artist=0, one_version=False)
    hits = []
    for track_id in ids:
        row = songs.catalogue.row(track_id)
        scores = vectors @ space.search_query(space.embeddings[row])
        scores[row] = -np.inf
        exact = {songs.catalogue.track_ids[i] for i in np.argpartition(-scores, 10)[:10]}
        hits.append(len(exact & {r.track.track_id for r in songs.similar_tracks([track_id], 10, bare)}) / 10)
    return float(np.mean(hits))


def resident() -> float:
    """Resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
