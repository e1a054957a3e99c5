"""What next for one listener, beside the obvious way: the same towers in torch and a product with all embeddings.

python -m benchmarks.what_next [--sizes 114000 1000000] [--queries 60]

Generated catalogues, links and embeddings; histories of 100 plays. Both ways take turns in one process a size.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.similar_tracks import resident
from benchmarks.vibe_search import generated_catalogue
from recsys.fast_index import FastIndex, fit_codes
from recsys.history_engines import TOWERS, HistoryEngines
from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion
from recsys.two_towers import TwoTowers
from recsys.user_history import UserHistory

_LINKS, _DIM, _LENGTH, _TURN = 100, 64, 100, 20
_CHILD = "import sys; from benchmarks.what_next import measure; measure(int(sys.argv[1]), int(sys.argv[2]))"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[114_000, 1_000_000], help="tracks")
    parser.add_argument("--queries", type=int, default=60, help="histories to time")
    options = parser.parse_args(argv)
    for size in options.sizes:
        subprocess.run([sys.executable, "-c", _CHILD, str(size), str(options.queries)], check=True)


def measure(size: int, n_queries: int) -> None:
    """Print the times for a generated catalogue of ``size`` tracks; run in a process of its own."""
    import torch

    from recsys.towers.item_tower import ItemShape
    from recsys.towers.pair import TowerPair
    from recsys.towers.user_tower import UserShape
    from train.two_tower.export import export_user_tower

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    catalogue = generated_catalogue(size, rng)
    centres = rng.normal(size=(500, _DIM))
    vectors = (centres[rng.integers(500, size=size)] + 0.5 * rng.normal(size=(size, _DIM))).astype(np.float16)
    pair = TowerPair(ItemShape(1, _DIM), UserShape(_DIM, max_length=200)).eval()
    histories = [rng.integers(size, size=_LENGTH) for _ in range(n_queries)]
    before = resident()
    with tempfile.TemporaryDirectory() as folder:
        export_user_tower(pair, _DIM, Path(folder) / "user_tower.onnx")
        shares = np.ones((size, 1), np.float16)
        index = FastIndex(vectors, *fit_codes(vectors, 0))
        towers = TwoTowers(Path(folder) / "user_tower.onnx", index, _DIM, 200, ["id"], shares)
        links = {name: generated_links(size, rng) for name in ("forward transition", "EASE")}
        weights = ScoreFusion({"forward transition": 2.0, "EASE": 2.0, TOWERS: 1.0})
        history = UserHistory(catalogue, HistoryEngines(links, towers, size), weights, weights)
        ids = [[catalogue.track_ids[row] for row in rows] for rows in histories]
        history.recommend(ids[0])
        taken = resident() - before
        items = torch.from_numpy(vectors.astype(np.float32))

        def obvious(number: int) -> object:
            with torch.no_grad():
                query = pair.queries(items[histories[number]][None])[0, -1]
                return torch.argsort(items @ query, descending=True)[:10]

        calls: dict[str, Callable[[int], object]] = {
            "what next, hybrid and reasons": lambda number: history.recommend(ids[number]),
            "torch towers alone, full product": obvious,
        }
        print(f"{size:,} tracks, {n_queries} histories of {_LENGTH} plays in turn; what next takes {taken:,.0f} MB")
        times = timed(calls, n_queries)
        slowest = np.median(times["torch towers alone, full product"])
        for name, took in times.items():
            p50, p99 = np.percentile(took, [50, 99]) * 1e3
            print(f"  {name:34} p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  {slowest / np.median(took):6.2f} times as fast")


def timed(calls: dict[str, Callable[[int], object]], n_queries: int) -> dict[str, list[float]]:
    """Seconds of each call, in blocks that take turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for block in range(0, n_queries, _TURN):
        for name, call in calls.items():
            call(block)
            for number in range(block, min(block + _TURN, n_queries)):
                began = time.perf_counter()
                call(number)
                times[name].append(time.perf_counter() - began)
    return times


def generated_links(size: int, rng: np.random.Generator) -> ItemToItem:
    """A hundred links an item, to items drawn at random."""
    starts = np.arange(size + 1, dtype=np.int64) * _LINKS
    items = rng.integers(size, size=size * _LINKS, dtype=np.int32)
    gains = rng.random(size * _LINKS, dtype=np.float32).astype(np.float16)
    return ItemToItem(starts, items, gains, decay=0.9)


if __name__ == "__main__":
    main()
