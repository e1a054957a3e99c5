"""Spanish beside English, whether what is not wanted stays away, and songs beside words.

python -m benchmarks.vibe_queries --bundle bundles/tidytuesday

Spanish: the same wish in both languages; relevant are the tracks of playlists whose names have the English word. Both
rank the same catalogue, so the ratio of their NDCG says what the translation loses.

Negation: the share of the ten songs found that are what was to stay away: by their genres, or by a sound on the wrong
side of the catalogue's average. Beside it, that of the same query without its negation.

Songs beside words: the share of ten songs found for a playlist's name that are on it, alone and with three of its songs
to be like, which are left out.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.bundle import Bundle
from recsys.errors import RecsysError
from recsys.loading import load_capabilities
from recsys.metrics import ndcg_at_k
from recsys.vibe_search import VibeOptions, VibeSearch
from train.vibe.queries import Named, read_named

_TRANSLATED = (
    ("workout music", "música para entrenar", "workout|gym|fitness|crossfit"),
    ("gym hard rock", "rock duro para el gimnasio", "hard rock workout|rock workout"),
    ("songs for a party", "canciones para una fiesta", "party|fiesta"),
    ("chill music", "música relajada", "chill|relax"),
    ("rock for driving", "rock para conducir", "rock drive|road trip|rock driv"),
    ("summer songs", "canciones de verano", "summer|verano|tropical"),
    ("happy electronic music", "música electrónica alegre", "happy"),
    ("dance music", "música para bailar", "dance"),
    ("sad trap", "trap triste", "sad trap|dark trap"),
    ("soul ballads for the night", "baladas de soul para la noche", "soul"),
    ("rap for the street", "rap de la calle", "gangst|street|rap"),
    ("electronic music for a rave", "música electrónica para una rave", "edm|rave|big room|electro"),
    ("tropical summer house", "house tropical de verano", "tropical house|tropical"),
    ("love songs", "canciones de amor", "love"),
)
# What is asked, the words that take something away, and what must not come: a genre, or a feature and its side.
_NEGATIONS: Sequence[tuple[str, str, tuple[str, ...], str, int]] = (
    ("rainy evening", "no sad songs", (), "valence", -1),
    ("music for the evening", "nothing sad", (), "valence", -1),
    ("morning coffee", "not energetic", (), "energy", 1),
    ("dance party", "no rap", ("rap", "hip hop", "hip-hop"), "", 0),
    ("summer", "no latin", ("latin", "latin pop", "latin hip hop"), "", 0),
    ("driving", "without rock", ("rock", "hard rock", "album rock", "classic rock"), "", 0),
    ("guitar songs", "not happy", (), "valence", 1),
    ("late night", "nothing slow", (), "tempo", -1),
    ("una fiesta", "sin rap", ("rap", "hip hop", "hip-hop"), "", 0),
    ("para la tarde", "nada triste", (), "valence", -1),
)
_ALL_TRACKS = VibeOptions(per_artist=0, one_version=False)
_PLAYLISTS, _FEWEST, _SEEDS = 220, 20, 3


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with vibe search and named playlists")
    bundle = Bundle.open(parser.parse_args(argv).bundle)
    search = load_capabilities(bundle).need_vibe()
    compare_languages(search, read_named(bundle))
    check_negations(search)
    with_songs(search, read_named(bundle)[:_PLAYLISTS])


def compare_languages(search: VibeSearch, named: Sequence[Named]) -> None:
    """Print NDCG@10 of each wish in both languages, and of all."""
    totals = []
    for english, spanish, pattern in _TRANSLATED:
        lists = [playlist.rows for playlist in named if re.search(pattern, playlist.name, re.IGNORECASE)]
        if not lists:
            continue
        relevant = np.unique(np.concatenate(lists))
        both = [ndcg_of(search, text, relevant) for text in (english, spanish)]
        totals.append(both)
        print(f"{english:28} {both[0]:.3f}   {spanish:30} {both[1]:.3f}")
    means = np.mean(totals, axis=0)
    print(
        f"NDCG@10 over {len(totals)} wishes: English {means[0]:.3f}, Spanish {means[1]:.3f}, {means[1] / means[0]:.2f}"
    )


def ndcg_of(search: VibeSearch, text: str, relevant: np.ndarray) -> float:
    rows = search.catalogue.rows([found.track.track_id for found in search.search(text, 10, _ALL_TRACKS)])
    return ndcg_at_k(np.isin(rows, relevant)[None], np.array([len(relevant)]))


def check_negations(search: VibeSearch) -> None:
    """Print the share of what was to stay away, with and without the negation."""
    means = np.nanmean(search.catalogue.features, axis=0)
    shares = []
    for wish, negation, genres, feature, side in _NEGATIONS:
        try:
            pair = [share_of(search, text, genres, feature, side, means) for text in (wish, f"{wish}, {negation}")]
        except RecsysError as error:
            print(f"{wish}, {negation}: {error}")
            continue
        shares.append(pair)
        print(f"{wish + ', ' + negation:36} unwanted {pair[1]:.0%}, without the negation {pair[0]:.0%}")
    print(f"mean: {np.mean(shares, axis=0)[1]:.0%} instead of {np.mean(shares, axis=0)[0]:.0%}")


def share_of(search: VibeSearch, text: str, genres: Sequence[str], feature: str, side: int, means: np.ndarray) -> float:
    """Of the ten songs found for ``text``, the share that has one of ``genres`` or the feature on the given side."""
    tracks = [found.track for found in search.search(text)]
    if genres:
        return float(np.mean([bool(set(genres) & set(track.genres)) for track in tracks]))
    column = FEATURE_INDEX[feature]
    values = search.catalogue.features[search.catalogue.rows([track.track_id for track in tracks]), column]
    return float(np.mean(side * (values - means[column]) > 0))


def with_songs(search: VibeSearch, named: Sequence[Named]) -> None:
    """Print the share of the ten found that are on the playlist, by its name alone and by songs of it beside."""
    rng, shares = np.random.default_rng(0), []
    for playlist in named:
        rows = np.asarray(playlist.rows)
        if len(rows) < _FEWEST:
            continue
        seeds = rng.choice(rows, _SEEDS, replace=False)
        ids = tuple(search.catalogue.track_ids[row] for row in seeds.tolist())
        try:
            found = [search.search(playlist.name, 10, VibeOptions(exclude=ids, more=more)) for more in ((), ids)]
        except RecsysError as error:
            print(f"{playlist.name}: {error}")
            continue
        ours = [search.catalogue.rows([song.track.track_id for song in songs]) for songs in found]
        shares.append([float(np.isin(songs, rows).mean()) for songs in ours])
    (alone, beside), errors = np.mean(shares, axis=0), np.std(shares, axis=0) / len(shares) ** 0.5
    print(
        f"{len(shares)} playlists: name alone {alone:.3f} ± {errors[0]:.3f}, "
        f"with {_SEEDS} songs {beside:.3f} ± {errors[1]:.3f}"
    )


if __name__ == "__main__":
    main()
