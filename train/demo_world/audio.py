"""How songs sound: Spotify's audio features, from genre, mood, artist, scene, year and chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from train.demo_world.artists import Artists, Rows, Values
from train.demo_world.config import Config, numbers
from train.demo_world.genres import GENRE_ROW, GENRES, MICROS, MOODS

SONG_FORM = ("Folk/Country", "Classical", "Soundtrack")  # where three in a bar is common
BEFORE_PEOPLE = ("Comedy", "Religious", "Jazz/Blues")  # where an audience is often heard


def smooth_unit(x: Values) -> Values:
    """Into (0, 1): unchanged in the middle, bent at the ends so that nothing piles up there."""
    high = 0.85 + 0.15 * np.tanh((np.maximum(x, 0.85) - 0.85) / 0.15)
    low = 0.15 - 0.15 * np.tanh((0.15 - np.minimum(x, 0.15)) / 0.15)
    return np.where(x > 0.85, high, np.where(x < 0.15, low, x))


def logit(p: Values) -> Values:
    return np.log(p / (1 - p))


def sigmoid(x: Values) -> Values:
    return 1 / (1 + np.exp(-x))


def of_genre(field: str, genre: Rows) -> Values:
    return np.array([getattr(g, field) for g in GENRES], dtype=float)[genre]


def of_micro(field: str, micro: Rows) -> Values:
    return np.array([getattr(m, field) for _, m in MICROS], dtype=float)[micro]


def sound(config: Config, songs: pd.DataFrame, artists: Artists) -> pd.DataFrame:
    """The features of the originals, one row a song."""
    rng = numbers(config.seed, "audio")
    n = len(songs)
    artist, genre, micro, mood = (songs[c].to_numpy() for c in ("artist", "genre", "micro", "mood"))
    decade = (songs["year"].to_numpy() - 2000) / 10
    own = artists.offset[artist].T  # (6, n_songs)
    feeling = _feeling(genre, mood)

    lift = 0.30 * feeling[:, 1] + 0.05 * own[1] + 0.015 * decade + rng.normal(0, 0.075, n)
    energy = smooth_unit(of_genre("energy", genre) + of_micro("energy", micro) + lift)
    brighter = 0.45 * feeling[:, 0] + 0.05 * own[2] - 0.02 * decade + rng.normal(0, 0.10, n)
    valence = smooth_unit(of_genre("valence", genre) + of_micro("valence", micro) + brighter)
    tempo = _tempo(rng, of_genre("tempo", genre) + of_micro("tempo", micro) + 5 * own[3] + 8 * feeling[:, 1])
    swing = 0.04 * brighter + 0.035 * own[0] - 0.0012 * np.abs(tempo - 118) + rng.normal(0, 0.07, n)
    bare = of_micro("acoustic", micro) + 0.5 * own[4] - 5.0 * lift - 0.2 * decade + rng.normal(0, 1.7, n)
    louder = 10 * (lift + of_micro("energy", micro)) + 0.9 * decade + rng.normal(0, 2.0, n)
    spoken = 0.024 + (of_genre("speechiness", genre) - 0.024) * rng.lognormal(-0.1, 0.5, n) * np.exp(0.25 * own[5])
    return pd.DataFrame(
        {
            "popularity": _popularity(rng, artists.fame[artist], songs["album"].to_numpy()),
            "duration_ms": _duration(rng, of_genre("minutes", genre), decade),
            "danceability": smooth_unit(of_genre("danceability", genre) + of_micro("danceability", micro) + swing),
            "energy": energy,
            "key": rng.integers(0, 12, n),
            "loudness": np.clip(of_genre("loudness", genre) + louder, -42.0, -0.4),
            "mode": (rng.random(n) < 0.62 + 0.4 * feeling[:, 0]).astype(np.int64),
            "speechiness": np.clip(spoken, 0.022, 0.96),
            "acousticness": np.clip(sigmoid(logit(of_genre("acousticness", genre)) + bare), 0, 0.996),
            "instrumentalness": _instrumentalness(rng, songs["instrumental"].to_numpy(), genre),
            "liveness": _liveness(rng, genre),
            "valence": valence,
            "tempo": tempo,
            "time_signature": _meter(rng, genre),
        }
    )


def _feeling(genre: Rows, mood: Rows) -> Values:
    """Valence and energy of each song's mood, less most of what is usual in its genre. (n_songs, 2)."""
    plane = {m.name: (m.valence, m.energy) for m in MOODS}
    usual = np.array([np.mean([plane[name] for name in g.moods.split()], axis=0) for g in GENRES])
    return np.array(list(plane.values()))[mood] - (0.7 * usual[genre] + 0.3 * np.array([0.47, 0.5]))


def _tempo(rng: np.random.Generator, middle: Values) -> Values:
    """Beats per minute; trackers halve one song in twenty-five and count some of the slow ones double."""
    tempo, slip = middle + rng.normal(0, 13, len(middle)), rng.random(len(middle))
    tempo = np.where(slip < 0.04, tempo / 2, np.where((slip > 0.95) & (tempo < 100), tempo * 2, tempo))
    return np.clip(tempo, 46, 218)


def _popularity(rng: np.random.Generator, fame: Values, album: Rows) -> Rows:
    """0 to 100: most artists little known, a few everywhere; each album has its own luck, a few songs are hits."""
    hit = np.where(rng.random(len(fame)) < 0.025, rng.uniform(10, 30, len(fame)), 0)
    luck = rng.normal(0, 5, int(album.max()) + 1)[album]
    return np.clip(np.round(29 + 10.5 * fame + luck + hit + rng.normal(0, 6, len(fame))), 0, 100).astype(np.int64)


def _duration(rng: np.random.Generator, minutes: Values, decade: Values) -> Rows:
    """Milliseconds; songs have become shorter."""
    typical = minutes * (1 - 0.05 * decade) * rng.lognormal(0, 0.2, len(minutes))
    return (np.clip(typical, 0.9, 9.5) * 60_000).astype(np.int64)


def _instrumentalness(rng: np.random.Generator, instrumental: np.ndarray, genre: Rows) -> Values:
    """Next to nothing with a voice, high without; a few songs with a voice that is easily missed."""
    n = len(genre)
    trace = np.where(rng.random(n) < 0.45, 0.0, 10 ** rng.uniform(-6, -1.7, n))
    buried = rng.random(n) < 0.04 + 0.25 * of_genre("instrumental", genre)
    return np.where(instrumental, rng.beta(12, 2, n), np.where(buried, rng.uniform(0.02, 0.6, n), trace))


def _liveness(rng: np.random.Generator, genre: Rows) -> Values:
    """Low with a long tail; some music is made before people."""
    n = len(genre)
    people = np.isin(genre, [GENRE_ROW[name] for name in BEFORE_PEOPLE])
    heard = rng.random(n) < np.where(people, 0.2, 0.04)
    return np.clip(np.where(heard, rng.uniform(0.35, 0.95, n), 0.04 + rng.lognormal(-2.25, 0.55, n)), 0.02, 0.99)


def _meter(rng: np.random.Generator, genre: Rows) -> Rows:
    """Beats a bar: four, sometimes three, rarely five or one."""
    n, chance = len(genre), rng.random(len(genre))
    three = np.where(np.isin(genre, [GENRE_ROW[name] for name in SONG_FORM]), 0.2, 0.05)
    return np.where(chance < three, 3, np.where(chance > 0.99, 5, np.where(chance > 0.985, 1, np.full(n, 4))))
