"""Engines together and alone: python -m benchmarks.engine_blend --bundle DIR.

Every playlist with a name and enough songs that the likeness has not seen is asked for: one or three of its songs,
drawn by chance, are the songs to be like, and its name is the text. Of the ten songs that come back, how many are on
it? The space that speaks for the likeness, the blend, is learnt anew from the other half of the playlists. Two things
flatter the vibe: genres that a source took from the playlists themselves, and its head, which learnt from the names.
The model of histories takes no part, for it has seen the playlists.

Measured on 28,351 songs and 230 unseen Spotify playlists (TidyTuesday 2020), seed 0, with the deviation of the mean:

    songs to be like                             1                3
    sound: the 11 features alone           0.039 ± 0.007    0.048 ± 0.007
    likeness: the blend                    0.192 ± 0.016    0.210 ± 0.016
    kind                                   0.032 ± 0.006    0.023 ± 0.004
    vibe                                   0.114 ± 0.014    0.113 ± 0.014
    sound and kind                         0.038 ± 0.006    0.039 ± 0.006
    sound, kind and vibe                   0.135 ± 0.014    0.153 ± 0.015
    likeness and kind                      0.098 ± 0.009    0.106 ± 0.010
    likeness and kind, as usual            0.157 ± 0.013    0.183 ± 0.014
    likeness and vibe                      0.218 ± 0.018    0.217 ± 0.017
    likeness, kind and vibe                0.213 ± 0.017    0.209 ± 0.017
    likeness, kind and vibe, as usual      0.228 ± 0.018    0.227 ± 0.018

So the likeness finds four to five times as many as the sound. The kind takes from it: from one song and no text, with
weights of 0, 0.1, 0.2, 0.3, 0.5 and 1, it leaves 0.192, 0.157, 0.144, 0.132, 0.116 and 0.098; beside a text too, 1 is
worse than 0.1 to 0.5 (0.228 to 0.230). Its usual weight is 0.1, the least that has a say.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from tqdm import tqdm

from benchmarks.unseen_playlists import read_unseen
from recsys.bundle import Bundle
from recsys.capabilities import Capabilities, load_capabilities
from recsys.catalogue import Rows
from recsys.engine_blend import USUAL, BlendOptions, BlendQuery, blend_engines
from recsys.errors import RecsysError
from recsys.song_to_song import SongToSong
from train.common import run
from train.same_playlist import PLAYLISTS


class Way(NamedTuple):
    """Weights of engines, and whether the blend speaks for "audio" or the features alone do."""

    weights: Mapping[str, float]
    blend: bool = True


_WAYS = {
    "sound": Way({"audio": 1}, blend=False),
    "likeness": Way({"audio": 1}),
    "kind": Way({"latent": 1}),
    "vibe": Way({"vibe": 1}),
    "sound and kind": Way({"audio": 1, "latent": 1}, blend=False),
    "sound, kind and vibe": Way({"audio": 1, "latent": 1, "vibe": 1}, blend=False),
    "likeness and kind": Way({"audio": 1, "latent": 1}),
    "likeness and kind, as usual": Way({"audio": USUAL["audio"], "latent": USUAL["latent"]}),
    "likeness and vibe": Way({"audio": 1, "vibe": 1}),
    "likeness, kind and vibe": Way({"audio": 1, "latent": 1, "vibe": 1}),
    "likeness, kind and vibe, as usual": Way({name: USUAL[name] for name in ("audio", "latent", "vibe")}),
}
_SEEDS, _FEWEST, _K = (1, 3), 13, 10


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with playlists")
    parser.add_argument("--seed", type=int, default=0, help="of the split and of the songs to be like")
    options = parser.parse_args(argv)
    bundle = Bundle.open(options.bundle)
    unseen = read_unseen(options.bundle, options.seed)
    loaded = load_capabilities(bundle)
    spaces = dict(loaded.need_songs().spaces)
    blend = replace(loaded, songs=SongToSong(loaded.catalogue, spaces | {"blend": unseen.songs.space("blend")}))
    spaces.pop("blend")
    sound = replace(loaded, songs=SongToSong(loaded.catalogue, spaces))
    judged = {frozenset(rows.tolist()) for rows in unseen.playlists}
    playlists = [(name, rows) for name, rows in named_playlists(bundle) if frozenset(rows.tolist()) in judged]
    for n_seeds in _SEEDS:
        rng = np.random.default_rng(options.seed)
        found: dict[str, list[float]] = {name: [] for name in _WAYS}
        for name, rows in tqdm(playlists, unit="playlist"):
            seeds = rng.choice(rows, n_seeds, replace=False)
            for asked, way in _WAYS.items():
                found[asked].append(precision(blend if way.blend else sound, name, seeds, rows, way.weights))
        print(f"{len(playlists)} playlists, songs to be like: {n_seeds}; share of ten, deviation of the mean")
        for asked, shares in found.items():
            print(f"{asked:36} {np.mean(shares):.3f} ± {np.std(shares) / np.sqrt(len(shares)):.3f}", flush=True)


def named_playlists(bundle: Bundle) -> Iterator[tuple[str, Rows]]:
    """The name and the rows, each once, of every playlist that is long enough."""
    table = pq.read_table(bundle.file(PLAYLISTS), columns=["playlist_id", "playlist_name", "row"]).to_pandas()
    for _, one in table.groupby("playlist_id", sort=True):
        rows = one["row"].drop_duplicates().to_numpy().astype(np.int64)
        if len(rows) >= _FEWEST:
            yield str(one["playlist_name"].iloc[0]), rows


def precision(loaded: Capabilities, name: str, seeds: Rows, rows: Rows, weights: Mapping[str, float]) -> float:
    """The share of ten answers that is on the playlist; 0 where the engine can make nothing of the name."""
    ids = loaded.catalogue.track_ids
    query = BlendQuery(tuple(ids[row] for row in seeds), text=name, weights=weights)
    try:
        answer = blend_engines(loaded, query, _K, BlendOptions(per_artist=0))
    except RecsysError:
        return 0.0
    return sum(loaded.catalogue.row(row.song.track.track_id) in set(rows.tolist()) for row in answer.results) / _K


if __name__ == "__main__":
    run(main)
