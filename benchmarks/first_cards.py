"""How well likes and dislikes of ten cards predict taste: python -m benchmarks.first_cards --bundle DIR.

The bundle must have playlists. Half of them teach the space; each of the others stands for a person, of whom half of
the songs are visible and the rest hidden. The person's answer to a card is made from the visible half and the playlists
of the first half, never from the space: of all songs that could be cards, those whose artists share playlists most with
the visible artists are liked (a fifth of the cards' pool), the lower half is disliked, and the rest is left without an
answer, as is a card that the person does not know: the chance to know one is its popularity divided by 100.

All songs are then ranked by the mean of the liked cards less half the mean of the disliked. "above": the mean share of
the catalogue that a hidden song is ranked above (0.5 is chance); "found": of the hidden songs, how many are among the
best 2%; "answers" and "likes": of the cards.

On 28,351 songs of the TidyTuesday set, three splits of 471 playlists, 219 people each:

    ten cards                    above  found  answers  likes
    first cards                  0.768  13.2%      7.3    1.5
    most popular, one an artist  0.607   5.7%      7.2    2.9
    random of the best known     0.685   9.0%      7.0    1.3
    random                       0.604   4.8%      3.7    0.4
    furthest apart, best known   0.759  13.4%      7.5    1.4

Also tried on two of the splits: A-optimal design for a taste that is linear in the space (0.769, 12.3%), or smooth in
it (a Gaussian process; 0.767, 12.4%). The people are simulated: nobody was asked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import recsys.first_cards as cards
from recsys.blend_inputs import catalogue_tracks
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors
from recsys.spaces import away_from
from train.blend.fit import fit_blend
from train.common import run
from train.features import read_training_features
from train.same_playlist import read_playlists, split_playlists

_LIKED, _DISLIKED = 0.8, 0.5
_BEST = 0.02
_FEWEST_SONGS = 20


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with playlists")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="one split of the playlists each")
    parser.add_argument("--draws", type=int, default=5, help="times that who knows what, and random cards, are drawn")
    options = parser.parse_args(argv)
    bundle = Bundle.open(options.bundle)
    data, playlists = read_training_features(bundle), read_playlists(bundle)
    catalogue = data.catalogue
    measured: dict[str, list[tuple[float, ...]]] = {}
    for seed in options.seeds:
        split = split_playlists(playlists, seed)
        fitted = fit_blend(catalogue_tracks(catalogue), data.scaler.names, split.train, seed, with_parts=False)
        points = fitted.embeddings
        people = [songs for songs in split.test if len(songs) >= _FEWEST_SONGS]
        for name, figures in measure(catalogue, points, split.train, people, options.draws, seed).items():
            measured.setdefault(name, []).append(figures)
        print(f"seed {seed}: {len(people)} people", flush=True)
    print(f"{'ten cards':28} above  found  answers  likes")
    for name, each in measured.items():
        above, hits, answers, likes = np.mean(each, axis=0)
        print(f"{name:28} {above:.3f}  {hits:.1%}  {answers:7.1f}  {likes:5.1f}")


def measure(
    catalogue: Catalogue, points: Vectors, train: list[Rows], people: list[Rows], draws: int, seed: int
) -> dict[str, tuple[float, ...]]:
    """Name of a choice → the four figures."""
    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    chosen = cards.first_cards(catalogue, points)
    print(
        f"chosen in {(time.perf_counter() - began) * 1e3:.0f} ms: "
        + "; ".join(f"{track.artist} – {track.title}" for track in (catalogue.track(int(row)) for row in chosen))
    )
    pool = cards.well_known(catalogue)
    together = companions(catalogue, train)
    choices: dict[str, Callable[[], Rows]] = {
        "first cards": lambda: chosen,
        "most popular, one an artist": lambda: pool[:10],
        "random of the best known": lambda: rng.choice(pool, 10, replace=False),
        "random": lambda: rng.choice(len(catalogue), 10, replace=False),
        "furthest apart, best known": lambda: apart(points, pool),
    }
    return {
        name: tuple(
            np.mean(
                [
                    trial(catalogue, points, together, pool, choose(), person, rng)
                    for _ in range(draws)
                    for person in people
                ],
                axis=0,
            )
        )
        for name, choose in choices.items()
    }


def companions(catalogue: Catalogue, playlists: list[Rows]) -> Vectors:
    """(n_artists, n_playlists): 1 where the artist is in the playlist, scaled to length 1 for each artist."""
    matrix = np.zeros((int(catalogue.artist_keys.max()) + 1, len(playlists)), np.float32)
    for column, songs in enumerate(playlists):
        matrix[catalogue.artist_keys[songs], column] = 1
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1)


def trial(
    catalogue: Catalogue,
    points: Vectors,
    together: Vectors,
    pool: Rows,
    shown: Rows,
    person: Rows,
    rng: np.random.Generator,
) -> tuple[float, float, float, float]:
    """One person is shown the cards."""
    order = rng.permutation(person)
    visible, hidden = order[: len(order) // 2], order[len(order) // 2 :]
    artists = catalogue.artist_keys
    fond = together @ together[artists[visible]].mean(axis=0)  # (n_artists,)
    fond[artists[visible]] = np.inf
    usual = np.quantile(fond[artists[pool]], [_DISLIKED, _LIKED])
    known = rng.random(len(shown)) < np.nan_to_num(catalogue.numbers("popularity")[shown]) / 100
    liked = shown[known & (fond[artists[shown]] >= usual[1]) & (fond[artists[shown]] > 0)]
    disliked = shown[known & (fond[artists[shown]] <= usual[0])]
    scores = taste(points, liked, disliked)
    scores[visible] = scores[shown] = np.nan
    rest = np.sort(scores[np.isfinite(scores)])
    asked = hidden[np.isfinite(scores[hidden])]
    above = np.searchsorted(rest, scores[asked], "left") / len(rest)
    above = (above + np.searchsorted(rest, scores[asked], "right") / len(rest)) / 2
    return float(above.mean()), float((above >= 1 - _BEST).mean()), float(len(liked) + len(disliked)), float(len(liked))


def taste(points: Vectors, liked: Rows, disliked: Rows) -> Vectors:
    """(n_tracks,): the score of each song; where nothing is said, the catalogue's order, best known first."""
    if len(liked):
        return points @ away_from(points[liked], points[disliked])
    if len(disliked):
        return -points @ points[disliked].mean(axis=0)
    return -np.arange(len(points), dtype=np.float32)


def apart(points: Vectors, pool: Rows) -> Rows:
    """Each card the furthest from those before (Gonzalez, 1985)."""
    chosen, nearest = [0], np.full(len(pool), np.inf)
    for _ in range(9):
        nearest = np.minimum(nearest, np.linalg.norm(points[pool] - points[pool[chosen[-1]]], axis=1))
        chosen.append(int(nearest.argmax()))
    return pool[chosen]


if __name__ == "__main__":
    run(main)
