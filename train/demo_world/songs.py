"""What each song is, before anybody hears or reads it: genre, mood, subject, album and date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from train.demo_world.artists import Artists, Rows, Scenes, kin_of, micro_of, mood_of
from train.demo_world.config import Config, numbers
from train.demo_world.feelings import THEMES
from train.demo_world.genres import GENRE_ROW, GENRES, MICROS, MOODS

ALBUM_SIZES = (1, 1, 4, 8, 10, 12)


def invent_songs(config: Config, artists: Artists, scenes: Scenes) -> pd.DataFrame:
    """The originals, one row each; every column a row in one of the tables, or a number."""
    rng = numbers(config.seed, "songs")
    artist = np.repeat(np.arange(len(artists.names)), artists.songs)
    n, home = len(artist), artists.genre[artist]
    genre = _genre(rng, artists, artist)
    mood = np.where(rng.random(n) < 0.35, artists.mood[artist], mood_of(rng, genre))
    mood = np.where(rng.random(n) < 0.05, rng.integers(0, len(MOODS), n), mood)
    loyal = (genre == home) & (rng.random(n) < 0.6)
    voiceless = rng.random(n) < np.array([g.instrumental for g in GENRES])[genre]
    micro = np.where(loyal, artists.micro[artist], micro_of(rng, genre))
    songs = pd.DataFrame(
        {
            "artist": artist,
            "guest": _guests(rng, artists, artist),
            "genre": genre,
            "second": _second(rng, artists, artist, genre, micro),
            "micro": micro,
            "other_micro": np.where(rng.random(n) < 0.2, micro_of(rng, genre), -1),
            "mood": mood,
            "scene": artists.scene[artist],
            "theme": _theme(rng, scenes.themes[artists.scene[artist]], mood),
            "instrumental": voiceless
            | (np.array([MICROS[m][1].name == "ambient" for m in micro]) & (rng.random(n) < 0.6)),
            "explicit": rng.random(n) < np.array([g.explicit for g in GENRES])[genre],
        }
    )
    songs["explicit"] &= ~songs["instrumental"]
    songs["tongue"] = _tongue(rng, artists.tongue[artist], songs["instrumental"].to_numpy())
    return songs.join(_albums(rng, artists))


def _genre(rng: np.random.Generator, artists: Artists, artist: Rows) -> Rows:
    """Home mostly, now and then the second genre, once in a while next door."""
    home, second, chance = artists.genre[artist], artists.second[artist], rng.random(len(artist))
    genre = np.where((chance < 0.28) & (second >= 0), second, home)
    return np.where(chance > 0.96, kin_of(rng, home), genre)


def _second(rng: np.random.Generator, artists: Artists, artist: Rows, genre: Rows, micro: Rows) -> Rows:
    """The song's other macro-genre, or -1: its micro-genre's own, else sometimes the artist's."""
    also = np.array([GENRE_ROW[m.also] if m.also else -1 for _, m in MICROS])[micro]
    home, drawn = artists.genre[artist], rng.random(len(artist)) < 0.3
    also = np.where((also < 0) & drawn, np.where(genre == home, artists.second[artist], home), also)
    return np.where(also == genre, -1, also)


def _theme(rng: np.random.Generator, of_scene: Rows, mood: Rows) -> Rows:
    """Half the songs are about what the scene sings about, the others about what goes with the mood."""
    fits = [[t for t, theme in enumerate(THEMES.values()) if m.name in theme.moods.split()] for m in MOODS]
    longest = max(map(len, fits))
    table = np.array([np.resize(f, longest) for f in fits])
    by_mood = table[mood, rng.integers(0, longest, len(mood))]
    by_scene = of_scene[np.arange(len(mood)), rng.integers(0, 3, len(mood))]
    return np.where(rng.random(len(mood)) < 0.5, by_scene, by_mood)


def _guests(rng: np.random.Generator, artists: Artists, artist: Rows) -> Rows:
    """One song in sixteen has a guest from the same scene; -1 elsewhere."""
    guest = np.full(len(artist), -1)
    for row in np.flatnonzero(rng.random(len(artist)) < 1 / 16):
        mates = np.flatnonzero(artists.scene == artists.scene[artist[row]])
        guest[row] = rng.choice(mates)
    return np.where(guest == artist, -1, guest)


def _tongue(rng: np.random.Generator, tongue: Rows, voiceless: np.ndarray) -> Rows:
    """3% of the songs that have words, from the artists that may; the others sing in English."""
    able = np.flatnonzero((tongue >= 0) & ~voiceless)
    wanted = min(len(able), round(0.03 * int((~voiceless).sum())))
    sung = np.full(len(tongue), -1)
    chosen = rng.choice(able, wanted, replace=False)
    sung[chosen] = tongue[chosen]
    return sung


def _albums(rng: np.random.Generator, artists: Artists) -> pd.DataFrame:
    """Each artist's songs in albums, in order of release: album number (over all artists), date and year."""
    album: list[int] = []
    dates: list[Any] = []
    started = 0
    for debut, until, songs in zip(artists.debut, artists.until, artists.songs, strict=True):
        sizes = _cut(rng, int(songs))
        days = np.sort(rng.integers(0, 365 * (until - debut) + 300, len(sizes)))
        album += np.repeat(np.arange(started, started + len(sizes)), sizes).tolist()
        dates += np.repeat(np.datetime64(f"{debut}-01-15") + days, sizes).tolist()
        started += len(sizes)
    date = np.array(dates, dtype="datetime64[D]")
    return pd.DataFrame({"album": album, "date": date, "year": date.astype("datetime64[Y]").astype(int) + 1970})


def _cut(rng: np.random.Generator, songs: int) -> list[int]:
    """Singles, EPs and albums that hold ``songs`` songs together."""
    sizes: list[int] = []
    while (left := songs - sum(sizes)) > 0:
        sizes.append(min(left, int(rng.choice(ALBUM_SIZES))))
    return sizes
