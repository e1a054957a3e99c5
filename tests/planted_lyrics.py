"""Invented lyrics whose genre shows in the words: a corpus whose right answers are known."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WORDS = {
    "Folk/Country": "tractor whiskey porch banjo prairie saddle barn mule creek harvest",
    "Hip-Hop": "hustle block paper rhyme chain dealer mic crew ghetto flow",
    "Metal": "corpse blood inferno wrath demon skull plague abyss slaughter tomb",
    "Religious": "savior glory altar mercy cross heaven prayer grace shepherd angel",
}
"""Genre → the words that only its songs sing."""
GENRES = tuple(WORDS)
MICRO = {
    "Folk/Country": "outlaw country, bluegrass",
    "Hip-Hop": "gangsta rap, boom bap",
    "Metal": "thrash metal, death metal",
    "Religious": "worship, gospel",
}
NEUTRAL = (
    "morning window table garden letter summer corner evening color number picture river shadow minute question winter "
    "station pocket story circle market island mirror basket ladder candle button village engine doctor teacher bridge"
).split()
TEMPLATES = (
    "I saw the {} and the {} by the {}",
    "you gave me a {} with your {} and a {}",
    "we were the {} in a {} of the {}",
    "there is a {} for every {} and {}",
    "they never told me about the {} or the {} or the {}",
)


def planted_line(genre: str | None, rng: np.random.Generator, share: float = 1.0) -> str:
    """An English line; each of its three nouns is the genre's own with probability ``share``, else anybody's."""
    own = WORDS[genre].split() if genre else NEUTRAL
    nouns = [str(rng.choice(own if rng.random() < share else NEUTRAL)) for _ in range(3)]
    return str(rng.choice(TEMPLATES)).format(*nouns)


def planted_song(genres: Sequence[str], seed: int, n_lines: int = 12) -> str:
    """Lines that speak of each of ``genres`` in turn, half of their nouns neutral."""
    rng = np.random.default_rng((seed, *map(GENRES.index, genres)))
    return "\n".join(planted_line(genres[i % len(genres)], rng, 0.5) for i in range(n_lines))


def planted_corpus(n_songs: int, n_artists: int) -> list[dict[str, str]]:
    """Songs in our format; every artist sings in every genre, each ninth song is of two."""
    rows = []
    for i in range(n_songs):
        at = (i // n_artists) % len(GENRES)
        genres = (GENRES[at], GENRES[(at + 1) % len(GENRES)])[: 2 if i % 9 == 0 else 1]
        micro = ", ".join(MICRO[genre] for genre in genres)
        rows.append(
            {
                "artist": f"Artist {i % n_artists}",
                "title": f"Number {i}",
                "lyrics": planted_song(genres, i),
                "genres": micro,
            }
        )
    return rows


def labels_of(rows: Sequence[dict[str, str]]) -> np.ndarray:
    """(n_songs, n_genres) for the planted genres, in the order of GENRES."""
    return np.array([[MICRO[genre] in row["genres"] for genre in GENRES] for row in rows])


def write_csv(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path
