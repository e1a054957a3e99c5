"""How much of a mixed history its answer follows: read in order, as engines were trained, beside read as a list.

python -m benchmarks.mixed_histories --bundle bundles/tidytuesday [--count 30] [--songs 15] [--seed 0]

Each history is drawn from two or three of the bundle's playlists, as many songs of each, shuffled.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.bundle import Bundle
from recsys.user_history import HistoryOptions, UserHistory
from train.same_playlist import read_playlists

_K = 10


@dataclass(frozen=True)
class Followed:
    """What one answer follows.

    Attributes:
        largest, last: The largest share of a song, that of the last song.
        named: How many songs the reasons name.
        least_part: The share of the playlist with the least, of its fair one.
        backwards: Songs in common with the answer to the history backwards.
        seconds: Taken.
    """

    largest: float
    last: float
    named: int
    least_part: float
    backwards: int
    seconds: float


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--count", type=int, default=30, help="histories")
    parser.add_argument("--songs", type=int, default=15, help="in each")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    bundle = Bundle.open(options.bundle)
    engine = UserHistory.load(bundle, bundle.load_catalogue())
    histories = mixed(bundle, engine.catalogue.track_ids, options.count, options.songs, options.seed)
    for name, in_order in (("in order", True), ("as a list", False)):
        found = [followed(engine, parts, in_order) for parts in histories]
        mean = {field: np.mean([getattr(one, field) for one in found]) for field in Followed.__annotations__}
        print(
            f"{name:10} largest share {mean['largest']:.2f}, of the last song {mean['last']:.2f}; songs named "
            f"{mean['named']:.1f}; least part {mean['least_part']:.2f} of its fair share; backwards the same "
            f"{mean['backwards']:.1f} of {_K}; {1e3 * mean['seconds']:.0f} ms"
        )


def mixed(bundle: Bundle, ids: Sequence[str], count: int, songs: int, seed: int) -> list[dict[str, int]]:
    """Histories: track id → which playlist it is from, in the order of the history."""
    rng = np.random.default_rng(seed)
    playlists = [rows for rows in map(np.unique, read_playlists(bundle)) if len(rows) >= songs]
    found = []
    for number in range(count):
        n_parts = 2 + number % 2
        chosen = rng.choice(len(playlists), n_parts, replace=False)
        plays = [(ids[r], p) for p, i in enumerate(chosen) for r in rng.choice(playlists[i], songs // n_parts, False)]
        found.append(dict(plays[i] for i in rng.permutation(len(plays))))
    return found


def followed(engine: UserHistory, parts: dict[str, int], in_order: bool) -> Followed:
    """What the answer to one history follows."""
    history, options = list(parts), HistoryOptions(in_order=in_order)
    engine.answer(history, _K, options)
    began = time.perf_counter()
    answer = engine.answer(history, _K, options)
    took = time.perf_counter() - began
    backwards = {one.track.track_id for one in engine.recommend(history[::-1], _K, options)}
    tracks = [engine.catalogue.track(engine.catalogue.row(track_id)) for track_id in history]
    whys = [one.why for one in answer.results]
    shares = np.bincount([parts[i] for i in answer.weights], list(answer.weights.values()), 1 + max(parts.values()))
    return Followed(
        max(answer.weights.values()),
        answer.weights.get(history[-1], 0.0),
        sum(any(f"“{track.title}” by {track.artist}" in why for why in whys) for track in tracks),
        float(shares.min() * len(shares)),
        sum(one.track.track_id in backwards for one in answer.results),
        took,
    )


if __name__ == "__main__":
    main()
