"""How well each space finds songs that people put into one playlist: python -m benchmarks.same_playlist --bundle DIR.

The bundle must have playlists. For each seed half of them are held out: what is learnt is learnt from the other half.
Every space is measured with the 11 audio features, with the release year added, and, where it reads more, with that.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import MOOD_FEATURES
from recsys.blend_inputs import BlendTracks, catalogue_tracks
from recsys.bundle import Bundle
from recsys.catalogue import Rows
from recsys.errors import SourceError
from recsys.index import Vectors, normalise
from train.autoencoder import fit_autoencoder
from train.blend.fit import fit_blend
from train.blend.hubness import measure_hubness
from train.common import run
from train.features import TrainingFeatures, read_training_features
from train.same_playlist import read_playlists, same_playlist_precision, split_playlists
from train.space_quality import FEWEST_PLAYLISTS, ranking_of


@dataclass(frozen=True)
class Ranking:
    """Every song as a query and as an item, ranked by inner product, and the hubness of it."""

    queries: Vectors
    items: Vectors
    skew: float


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with playlists")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="one split of the playlists each")
    options = parser.parse_args(argv)
    bundle = Bundle.open(options.bundle)
    data, playlists = read_training_features(bundle), read_playlists(bundle)
    if len(playlists) < FEWEST_PLAYLISTS:
        raise SourceError(
            f"{options.bundle} has {len(playlists)} playlists; measuring takes {FEWEST_PLAYLISTS} or more."
        )
    print(f"{len(data.catalogue):,} songs, {len(playlists)} playlists, half of them held out, seeds {options.seeds}")
    print(f"{'space':34} precision@10        hubness skew")
    for name, fit in rankings(data).items():
        found = []
        for seed in options.seeds:
            split = split_playlists(playlists, seed)
            ranking = fit(split.train, seed)
            keys = data.catalogue.artist_keys
            precision = same_playlist_precision(ranking.queries, ranking.items, keys, split.test)
            found.append((precision, ranking.skew))
        (mean, skew), spread = np.mean(found, axis=0), np.std([precision for precision, _ in found])
        print(f"{name:34} {mean:.4f} ± {spread:.4f}     {skew:5.2f}", flush=True)


def rankings(data: TrainingFeatures) -> dict[str, Callable[[list[Rows], int], Ranking]]:
    """What is measured: name -> a fit to training playlists with a seed."""
    catalogue = data.catalogue
    year = standardised(np.nan_to_num(catalogue.years, nan=float(np.nanmean(catalogue.years)))[:, None])
    mood = data.scaled[:, [i for i, name in enumerate(data.scaler.names) if name in MOOD_FEATURES]]
    both = np.hstack([data.scaled, year])
    every = catalogue_tracks(catalogue)
    blank = [""] * len(every)
    unnamed = replace(every, artist_keys=np.arange(len(every)), artists=blank, titles=blank, albums=blank)
    bare = replace(unnamed, values=np.column_stack([every.values[:, :-1], np.full(len(every), np.nan, np.float32)]))

    def blend(tracks: BlendTracks, learn: bool = True) -> Callable[[list[Rows], int], Ranking]:
        return lambda groups, seed: blended(data.scaler.names, tracks, groups if learn else [], seed)

    return {
        "random": lambda _, seed: by_cosine(np.random.default_rng(seed).standard_normal((len(every), 8))),
        "mood": lambda *_: by_cosine(mood),
        "mood + year": lambda *_: by_cosine(np.hstack([mood, year])),
        "audio": lambda *_: by_cosine(data.scaled),
        "audio + year": lambda *_: by_cosine(both),
        "latent": lambda _, seed: by_distance(fit_autoencoder(data.scaled, seed).encoder(data.scaled)),
        "latent + year": lambda _, seed: by_distance(fit_autoencoder(both, seed).encoder(both)),
        "plain blend, 11 features": blend(bare, learn=False),
        "plain blend, + year": blend(unnamed, learn=False),
        "plain blend, + year, artist": blend(every, learn=False),
        "blend, 11 features": blend(bare),
        "blend, + year": blend(unnamed),
        "blend, + year, artist, words": blend(every),
    }


def standardised(values: Vectors) -> Vectors:
    return ((values - values.mean(axis=0)) / values.std(axis=0)).astype(np.float32)


def by_cosine(vectors: NDArray[Any]) -> Ranking:
    unit = normalise(np.asarray(vectors, np.float32))
    return Ranking(unit, unit, measure_hubness(unit, np.zeros(len(unit), np.float32)))


def by_distance(codes: Vectors) -> Ranking:
    bias = -np.square(codes).sum(axis=1) / 2
    queries = np.column_stack([codes, np.ones(len(codes), np.float32)])
    return Ranking(queries, np.column_stack([codes, bias]), measure_hubness(codes, bias))


def blended(trained_on: tuple[str, ...], tracks: BlendTracks, groups: list[Rows], seed: int) -> Ranking:
    fitted = fit_blend(tracks, trained_on, groups, seed, with_parts=False)
    return Ranking(*ranking_of(fitted), fitted.hubness_skew[1])


if __name__ == "__main__":
    run(main)
