"""How well the playlist doctor sees: python -m benchmarks.playlist_doctor --bundle DIR.

On playlists that the blend has not seen. Misfits: a song from a playlist of another main genre, without that of its new
home among its own, is planted among 12 or 30 songs; is it ranked above them? Gaps: a quarter of a playlist, at least
ten songs, is taken out; how many of ten songs to add are among them? Order: the mean jump from song to song, 1 being
chance.

Measured on 28,351 songs of Spotify playlists (TidyTuesday 2020), 235 playlists unseen, seed 0, one thread:

    A stranger among songs of one playlist, 932 times    AUC   hit@1
    standardised features: distance to the centre        0.752  0.239
    plain blend: distance to the centre                  0.900  0.629
    plain blend: 5 nearest                               0.913  0.639
    blend: distance to the centre                        0.966  0.818
    blend: 5 nearest (the app's)                         0.967  0.823
    Said not to fit                          seed 0                       seed 1
                                 strangers  two  clean playlists   strangers  two  clean playlists
    share × how much further       82.8%   82.0%    33.6%            83.7%   84.2%    32.3%
    share ≥ 0.2, 2 deviations      79.9%   78.3%    33.4%            81.6%   78.1%    31.2%
    (two: of two strangers among 16 songs; clean: playlists without a stranger of which some song is said not to fit.
    The second way was the doctor's. Where half of the songs have less than 3% of the catalogue fitting better, the
    first finds 86% and 86% of the strangers, the second 83% and 84%.)
    “Hello” and “Shake It Off” among 16 Latin songs, 40 times: 34% are said not to fit, before none.
    Measured once, aside, when the rule was chosen: the second way, two strangers, and what is said here of narrow
    playlists and of these two songs. The command prints the rest.

    Songs to add, of 220 playlists                     recall@10
    similar_tracks with all songs as seeds               0.075 ± 0.008
    on the word of 1, 2, 3, 5 songs                      0.222, 0.225, 0.215, 0.197
    the doctor, as it is served                          0.224 ± 0.016

    Orders of 60 playlists: jump  keys agree  tempo step  artist again  arc kept
    given                  0.766        20%      12.5%         7.02         0.01
    random                 0.802        20%      13.7%         1.92         0.00
    peak                   0.395        57%       5.0%         0.35         0.95
    smooth                 0.355        71%       3.6%         0.35         0.07

On 5,000 songs of the demo world, 75 playlists unseen: AUC 0.850 and hit@1 0.367 beside 0.674 and 0.167 of standardised
features; recall@10 0.127 ± 0.017 beside 0.061 ± 0.011; a jump of 0.460 (peak) beside 0.839 as given.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr

from benchmarks.unseen_playlists import Unseen, read_unseen
from recsys.audio_features import FEATURE_INDEX
from recsys.catalogue import Rows, tracks_of
from recsys.index import Vectors
from recsys.playlist_doctor import DoctorOptions, check_playlist
from recsys.playlist_fit import better_fits, fit_distances, goes_with, outliers, support
from recsys.playlist_jumps import Square, key_gap, mean_jump, measure_jumps, tempo_gap, wheel
from recsys.playlist_order import ARCS, best_order
from recsys.selection import pass_over
from recsys.song_to_song import Options
from train.common import run

_SIZES = (12, 30)
_K = 10
_MOST_ORDERED = 60


class Planted(NamedTuple):
    """Songs of one playlist, and a row that is none of them."""

    rows: Rows
    stranger: int


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with playlists")
    parser.add_argument("--seed", type=int, default=0, help="of the split and of what is planted")
    options = parser.parse_args(argv)
    unseen = read_unseen(options.bundle, options.seed)
    rng = np.random.default_rng(options.seed)
    print(f"{len(unseen.catalogue):,} songs, {len(unseen.playlists)} playlists that the blend has not seen")
    misfits(unseen, plant(unseen, rng))
    gaps(unseen, rng)
    orders(unseen, rng)


def plant(unseen: Unseen, rng: np.random.Generator) -> list[Planted]:
    """Two strangers for each playlist and size."""
    genres = [set(track.genres) for track in tracks_of(unseen.catalogue, np.arange(len(unseen.catalogue)))]
    homes = [playlist for playlist in unseen.playlists if len(playlist) >= 8]
    mains = [Counter(g for row in home.tolist() for g in genres[row]).most_common(1)[0][0] for home in homes]
    planted = []
    for home, main_genre in zip(homes, mains, strict=True):
        for size in _SIZES * 2:
            rows = rng.permutation(home)[:size]
            while True:
                other = int(rng.integers(len(homes)))
                stranger = int(rng.choice(homes[other]))
                if mains[other] != main_genre and main_genre not in genres[stranger] and stranger not in home:
                    planted.append(Planted(rows, stranger))
                    break
    return planted


def misfits(unseen: Unseen, planted: Sequence[Planted]) -> None:
    """AUC: how many of the home's songs the stranger is ranked above; hit@1: it is first."""
    blend = unseen.songs.spaces["blend"].embeddings
    ways = {
        "standardised features: distance to the centre": from_centre(unseen.scaled),
        "plain blend: distance to the centre": from_centre(unseen.plain),
        "plain blend: 5 nearest": from_nearest(unseen.plain, 5),
        "blend: distance to the centre": from_centre(blend),
    }
    ways |= {f"blend: {nearest} nearest": from_nearest(blend, nearest) for nearest in (1, 3, 5, 10, 500)}
    print(f"\nA stranger among songs of one playlist, {len(planted):,} times    AUC   hit@1")
    for name, far in ways.items():
        auc, first = [], []
        for home, stranger in planted:
            away = far(np.append(home, stranger))
            auc.append(float((away[-1] > away[:-1]).mean()))
            first.append(away[-1] > away[:-1].max())
        print(f"{name:52} {np.mean(auc):.3f}  {np.mean(first):.3f}", flush=True)
    space = unseen.songs.spaces["blend"]
    playlists = [np.append(*one) for one in planted]
    odd = [outliers(space, rows, better_fits(space, rows)) for rows in playlists]
    clean = [outliers(space, rows, better_fits(space, rows)) for rows, _ in planted]
    told, wrongly = np.mean([one[-1] for one in odd]), np.mean(np.concatenate([one[:-1] for one in odd]))
    print(f"Said not to fit: {told:.0%} of the strangers, {wrongly:.1%} of the playlists' own songs")
    songs, lists = np.mean(np.concatenate(clean)), np.mean([one.any() for one in clean])
    print(f"Without a stranger: {songs:.1%} of the songs, one or more in {lists:.0%} of the playlists")


def from_centre(vectors: Vectors) -> Callable[[Rows], Vectors]:
    return lambda rows: np.linalg.norm(vectors[rows] - vectors[rows].mean(axis=0), axis=1)


def from_nearest(vectors: Vectors, nearest: int) -> Callable[[Rows], Vectors]:
    return lambda rows: fit_distances(vectors, rows, rows, nearest)


def gaps(unseen: Unseen, rng: np.random.Generator) -> None:
    """Recall@10 of songs that were taken out."""
    catalogue, songs = unseen.catalogue, unseen.songs
    space = songs.spaces["blend"]
    everything = np.arange(len(catalogue))
    cases = []
    for playlist in unseen.playlists:
        if len(playlist) >= 2 * _K:
            mixed = rng.permutation(playlist)
            cut = max(_K, len(mixed) // 4)
            cases.append((mixed[cut:], mixed[:cut]))
    ids = catalogue.track_ids
    plain = Options(same_cluster=False, explain=False)

    def similar(seeds: Rows) -> list[str]:
        return [one.track.track_id for one in songs.similar_tracks([ids[row] for row in seeds], _K, plain)]

    def doctor(seeds: Rows) -> list[str]:
        found = check_playlist(songs, [ids[row] for row in seeds], DoctorOptions(arc="smooth", k=_K))
        return [one.scored.track.track_id for one in found.additions]

    print(f"\nSongs to add, of {len(cases)} playlists                     recall@10")
    tell("similar_tracks with all songs as seeds", [recall(similar(seeds), held, ids) for seeds, held in cases])
    tell("the doctor, as it is served", [recall(doctor(seeds), held, ids) for seeds, held in cases])
    found: dict[int, list[float]] = {1: [], 2: [], 3: [], 5: [], 500: []}
    for seeds, held in cases:
        supports = support(space, everything, seeds)
        for supporters, recalls in found.items():
            ranked = np.argsort(-goes_with(supports, supporters), kind="stable")[:3_000]
            shown = pass_over(catalogue, ranked, _K, per_artist=2, one_version=True, excluded=seeds)
            recalls.append(recall([ids[row] for row in shown], held, ids))
    for supporters, recalls in found.items():
        tell(f"on the word of {supporters} songs", recalls)


def recall(shown: Sequence[str], held: Rows, ids: Sequence[str]) -> float:
    return len(set(shown) & {ids[row] for row in held}) / _K


def tell(name: str, values: Sequence[float]) -> None:
    print(f"{name:52} {np.mean(values):.3f} ± {np.std(values) / len(values) ** 0.5:.3f}", flush=True)


def orders(unseen: Unseen, rng: np.random.Generator) -> None:
    """Smoothness of orders, and how well the energy keeps to its arc."""
    rows_of = [playlist for playlist in unseen.playlists if len(playlist) >= 20][:_MOST_ORDERED]
    energy = unseen.catalogue.features[:, FEATURE_INDEX["energy"]]
    energy = (energy - np.nanmean(energy)) / np.nanstd(energy)
    keys, tempo = wheel(unseen.catalogue), unseen.catalogue.features[:, FEATURE_INDEX["tempo"]]
    ways = ["given", "random", *ARCS]
    figures: dict[str, list[list[float]]] = {way: [] for way in ways}
    for rows in rows_of:
        jumps = measure_jumps(unseen.catalogue, unseen.songs.spaces["blend"].embeddings, rows)
        for way in ways:
            began = time.perf_counter()
            order = np.arange(len(rows)) if way == "given" else rng.permutation(len(rows))
            if way in ARCS:
                order = best_order(jumps, energy[rows], way)
            seconds = time.perf_counter() - began
            there = rows[order]
            fine = float((key_gap(keys[there[:-1]], keys[there[1:]]) <= 1).mean())
            step = float(np.median(2 ** tempo_gap(tempo[there[:-1]], tempo[there[1:]]) - 1))
            again = float(jumps.together[order[:-1], order[1:]].sum())
            jump = mean_jump(jumps, order)["total"]
            figures[way].append([jump, fine, step, again, kept(energy[there], way), 1000 * seconds])
    print(f"\nOrders of {len(rows_of)} playlists: jump  keys agree  tempo step  artist again  arc kept       ms")
    for way, told in figures.items():
        jump, fine, step, again, arc, ms = np.mean(told, axis=0)
        print(f"{way:26} {jump:.3f} {fine:10.0%} {step:10.1%} {again:12.2f} {arc:12.2f} {ms:9.0f}", flush=True)


def kept(energy: Square | Vectors, way: str) -> float:
    """Rank correlation of the energy with a straight rise or fall, or with a peak at 65 % of the way."""
    place = np.linspace(0, 1, len(energy))
    wanted = {"rising": place, "falling": -place}.get(way, np.where(place < 0.65, place / 0.65, (1 - place) / 0.35))
    return float(spearmanr(wanted, energy).statistic)


if __name__ == "__main__":
    run(main)
