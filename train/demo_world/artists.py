"""Scenes, and the artists that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from train.demo_world.config import Config, numbers, phrases, words
from train.demo_world.feelings import THEMES
from train.demo_world.genres import GENRE_ROW, GENRES, MICROS, MOOD_ROW
from train.demo_world.names import SCENES, unused
from train.demo_world.tongues import TONGUES

Rows = NDArray[np.int64]
Values = NDArray[np.float64]
OFFSETS = 6  # danceability, energy, valence, tempo, acousticness, speechiness


@dataclass(frozen=True)
class Scenes:
    """Who plays the same rooms: what playlists and listeners follow, and audio shows only in part."""

    names: tuple[str, ...]
    genre: Rows
    micro: Rows  # the micro-genre that the scene leans to
    era: Rows  # the middle of its years
    themes: Rows  # (n_scenes, 3) what it likes to sing about
    follower: Rows  # the scene that listeners go on to
    offset: Values  # (n_scenes, 6)


@dataclass(frozen=True)
class Artists:
    """One row an artist."""

    names: tuple[str, ...]
    genre: Rows
    second: Rows  # a second genre, or -1
    scene: Rows
    micro: Rows
    mood: Rows
    tongue: Rows  # the row in TONGUES, or -1 for English
    fame: Values  # in standard deviations, skewed to the right
    debut: Rows
    until: Rows
    songs: Rows  # how many
    offset: Values  # (n_artists, 6), the scene's included


def quotas(total: int, weights: Values) -> Rows:
    """Whole numbers that add to ``total``, at least one each, as near the weights as may be."""
    share = 1 + (total - len(weights)) * weights / weights.sum()
    whole: Rows = np.floor(share).astype(np.int64)
    short = total - whole.sum()
    whole[np.argsort(whole - share, kind="stable")[:short]] += 1
    return whole


def invent_scenes(config: Config) -> Scenes:
    rng = numbers(config.seed, "scenes")
    n = len(SCENES)
    genre = np.repeat(np.arange(len(GENRES)), quotas(n, np.array([g.weight for g in GENRES])))
    since = np.array([g.since for g in GENRES])[genre]
    return Scenes(
        names=tuple(words(config.seed, "scene names").sample(SCENES, n)),
        genre=genre,
        micro=micro_of(rng, genre),
        era=np.clip(rng.triangular(since, 2014, 2024).astype(np.int64), since + 3, 2022),
        themes=rng.permuted(np.tile(np.arange(len(THEMES)), (n, 1)), axis=1)[:, :3],
        follower=_followers(rng, genre),
        offset=rng.normal(0, 0.5, (n, OFFSETS)),
    )


def _followers(rng: np.random.Generator, genre: Rows) -> Rows:
    """Who comes after each scene: another one, near in genre where chance allows."""
    kin = np.zeros((len(GENRES), len(GENRES)))
    for row, g in enumerate(GENRES):
        kin[row, [GENRE_ROW[k] for k in g.kin]] = 1.0
    closeness = kin[genre][:, genre] + np.equal.outer(genre, genre) + rng.random((len(genre), len(genre)))
    np.fill_diagonal(closeness, -1)
    nearest: Rows = closeness.argmax(axis=1)
    return nearest


def micro_of(rng: np.random.Generator, genre: Rows) -> Rows:
    """A micro-genre of each genre, by chance; rows in MICROS."""
    first = np.array([next(r for r, (g, _) in enumerate(MICROS) if g == genre) for genre in range(len(GENRES))])
    many = np.array([len(g.micros) for g in GENRES])
    return first[genre] + rng.integers(0, many[genre])


def mood_of(rng: np.random.Generator, genre: Rows) -> Rows:
    """A mood as the genre has them; rows in MOODS."""
    tables = [np.array([MOOD_ROW[m] for m in g.moods.split()]) for g in GENRES]
    many = np.array([len(t) for t in tables])
    padded = np.array([np.resize(t, many.max()) for t in tables])
    return padded[genre, rng.integers(0, many[genre])]


def kin_of(rng: np.random.Generator, genre: Rows) -> Rows:
    """A genre near each genre."""
    kin = np.array([[GENRE_ROW[k] for k in g.kin] for g in GENRES])
    return kin[genre, rng.integers(0, kin.shape[1], len(genre))]


def invent_artists(config: Config, scenes: Scenes) -> Artists:
    rng = numbers(config.seed, "artists")
    n = config.artists
    genre = np.repeat(np.arange(len(GENRES)), quotas(n, np.array([g.weight for g in GENRES])))
    scene = _scene_of(rng, genre, scenes)
    since = np.array([g.since for g in GENRES])[genre]
    debut = np.clip(rng.normal(scenes.era[scene] - 3, 5).astype(np.int64), since, 2023)
    tongue = _tongues(rng, genre)
    leans = (scenes.genre[scene] == genre) & (rng.random(n) < 0.7)
    return Artists(
        names=_names(config.seed, genre, tongue),
        genre=genre,
        second=np.where(rng.random(n) < 0.35, kin_of(rng, genre), -1),
        scene=scene,
        micro=np.where(leans, scenes.micro[scene], micro_of(rng, genre)),
        mood=mood_of(rng, genre),
        tongue=tongue,
        fame=rng.gamma(1.6, 1.0, n) - 1.6,
        debut=debut,
        until=np.minimum(debut + 1 + rng.gamma(2.0, 4.0, n).astype(np.int64), 2025),
        songs=quotas(config.songs - round(0.04 * config.songs), rng.lognormal(0, 0.7, n) + 0.25),
        offset=scenes.offset[scene] + rng.normal(0, 0.45, (n, OFFSETS)),
    )


def _scene_of(rng: np.random.Generator, genre: Rows, scenes: Scenes) -> Rows:
    """Mostly a scene of the artist's own genre; every fourth artist plays next door."""
    home = np.where(rng.random(len(genre)) < 0.25, kin_of(rng, genre), genre)
    rooms = [np.flatnonzero(scenes.genre == g) for g in range(len(GENRES))]
    return np.array([rooms[g][int(u * len(rooms[g]))] for g, u in zip(home, rng.random(len(home)), strict=True)])


def _tongues(rng: np.random.Generator, genre: Rows) -> Rows:
    """Who may sing in another language than English: the Latin artists in Spanish, the others in turn."""
    likely = np.where(genre == GENRE_ROW["Reggae/Latin"], 0.7, 0.0)
    for name in phrases("Pop | Folk/Country | Alternative | Electronic | Rock"):
        likely[genre == GENRE_ROW[name]] = 0.03
    sings = rng.random(len(genre)) < likely
    other = sings.cumsum() % len(TONGUES)
    return np.where(sings, np.where(genre == GENRE_ROW["Reggae/Latin"], 0, other), -1)


def _names(seed: int, genre: Rows, tongue: Rows) -> tuple[str, ...]:
    choice, taken = words(seed, "artist names"), dict[str, None]()
    for g, t in zip(genre, tongue, strict=True):
        taken[unused(choice, set(taken), GENRES[g].name, int(t))] = None
    return tuple(taken)
