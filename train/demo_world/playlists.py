"""Playlists: a theme, a few scenes that its maker favours, and the songs nearest to both."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd

from train.demo_world.artists import Scenes, Values
from train.demo_world.config import Config, numbers, phrases, pick, words
from train.demo_world.genres import GENRES, MICROS, MOODS

SHARES = {"micro": 0.23, "mood": 0.13, "mood and genre": 0.20, "era": 0.11, "activity": 0.17, "scene": 0.16}
PLAYLISTS = 150
# An activity, and the sound it asks for in standard deviations from the average song.
ACTIVITIES = (
    ("Gym", {"energy": 1.3, "tempo": 0.8, "danceability": 0.3}),
    ("leg day", {"energy": 1.5, "loudness": 1.0, "valence": -0.4}),
    ("Rainy Sunday", {"energy": -0.9, "acousticness": 0.9, "valence": -0.6}),
    ("Focus (no words)", {"instrumentalness": 2.0, "energy": -0.4}),
    ("sleep, please", {"energy": -1.8, "acousticness": 1.3, "loudness": -1.2}),
    ("Road trip", {"energy": 0.7, "valence": 0.7, "tempo": 0.3}),
    ("dinner with friends", {"energy": -0.5, "danceability": 0.4, "valence": 0.5, "acousticness": 0.4}),
    ("Studying for finals", {"instrumentalness": 1.2, "energy": -0.7}),
    ("run faster", {"tempo": 1.7, "energy": 1.0}),
    ("first coffee", {"energy": -0.6, "valence": 0.5, "acousticness": 0.7}),
    ("late night drive", {"energy": 0.1, "valence": -0.9, "danceability": 0.4}),
    ("cleaning the flat", {"energy": 0.8, "valence": 1.1, "danceability": 0.8}),
    ("BBQ in the yard", {"valence": 1.1, "danceability": 0.8}),
    ("yoga with mum", {"energy": -1.5, "acousticness": 1.1}),
    ("our wedding", {"valence": 0.5, "danceability": 0.6, "popularity": 1.0}),
    ("post breakup", {"valence": -1.3, "energy": -0.6}),
    ("pre-drinks", {"danceability": 1.2, "energy": 0.9, "popularity": 0.6}),
    ("commute", {"popularity": 0.8, "energy": 0.3}),
    ("shouting in the car", {"energy": 1.4, "loudness": 1.0}),
    ("bath time", {"energy": -1.2, "acousticness": 1.0, "valence": 0.1}),
    ("campfire", {"acousticness": 1.5, "energy": -0.6, "valence": 0.2}),
    ("cooking pasta", {"valence": 0.8, "acousticness": 0.4, "danceability": 0.3}),
    ("kids' party", {"valence": 1.5, "energy": 0.5}),
    ("deep work", {"instrumentalness": 1.8, "energy": 0.2}),
    ("3am", {"energy": -0.8, "valence": -1.2}),
)
OF_MICRO = phrases("{x} essentials | my {x} phase | {x} 101 | best of {x} | {x} and chill | all the {x} I own | {x}!!")
OF_MOOD = {
    "joyful": phrases("instant good mood | happy songs only | smile :) | sunshine in a playlist"),
    "party": phrases("house party | dance till we drop | Friday night out | turn it UP"),
    "hopeful": phrases("it gets better | songs for starting over | keep going"),
    "romantic": phrases("songs to kiss to | date night | for my love | slow dancing in the kitchen"),
    "calm": phrases("calm down | soft songs for a quiet evening | breathe | peaceful"),
    "dreamy": phrases("daydreaming | floating | half asleep | clouds"),
    "nostalgic": phrases("take me back | songs that smell like summer camp | when we were young(er)"),
    "sad": phrases("sad hours | crying on the bus | songs for a rainy heartbreak | heartbroken"),
    "brooding": phrases("dark & moody | villain era | staring out of the window | dark thoughts"),
    "angry": phrases("angry walk | RAGE | songs to slam doors to | mad at everyone"),
}
OF_ERA = phrases("{d}s forever | best of the {d}s | {d}s throwback | born in the {d}s | the {d}s were better")
OF_SCENE = phrases("the {x} crowd | {x} and friends | everyone who played {x} | {x} family | songs from {x}")
OF_BOTH = phrases("{mood} {genre} | {genre} for {mood} days | {mood} {genre} mix | {genre}, but {mood}")


@dataclass(frozen=True)
class Theme:
    """A playlist's name and how near each song is to it, in standard deviations or so."""

    name: str
    nearness: Values  # (n_songs,)


def make_playlists(config: Config, songs: pd.DataFrame, scenes: Scenes) -> pd.DataFrame:
    """About 150 playlists of 30 to 80 songs: playlist_id, playlist_name, position, track_id."""
    rng, choice = numbers(config.seed, "playlists"), words(config.seed, "playlist names")
    sounds = standardised(songs)
    scene = songs["scene"].to_numpy()
    taste = 0.25 * sounds["popularity"]
    tables = []
    for row, kind in enumerate(np.repeat(list(SHARES), [round(s * PLAYLISTS) for s in SHARES.values()])):
        theme = _theme(choice, str(kind), songs, sounds, scenes)
        favours = 0.9 * np.isin(scene, _favoured(rng, theme.nearness, scene, len(scenes.names)))
        appeal = theme.nearness + favours + taste + rng.gumbel(0, 0.45, len(songs))
        chosen = np.argsort(-appeal, kind="stable")[: rng.integers(30, 81)]
        ids = songs["track_id"].to_numpy()[rng.permutation(chosen)]
        tables.append(
            pd.DataFrame(
                {
                    "playlist_id": f"demopl{row:04}",
                    "playlist_name": theme.name,
                    "position": np.arange(len(ids)),
                    "track_id": ids,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def standardised(songs: pd.DataFrame) -> dict[str, Values]:
    """The features that themes speak of, in standard deviations from the mean."""
    names = (
        "danceability", "energy", "loudness", "acousticness", "instrumentalness", "valence", "tempo", "popularity",
    )  # fmt: skip
    return {n: ((songs[n] - songs[n].mean()) / songs[n].std()).to_numpy() for n in names}


def _favoured(rng: np.random.Generator, nearness: Values, scene: np.ndarray, scenes: int) -> np.ndarray:
    """Three of the nine scenes whose songs lie nearest to the theme, by chance."""
    total = np.bincount(scene, nearness, minlength=scenes)
    mean = total / np.maximum(np.bincount(scene, minlength=scenes), 1)
    return rng.choice(np.argsort(-mean, kind="stable")[:9], 3, replace=False)


def _theme(choice: random.Random, kind: str, songs: pd.DataFrame, sounds: dict[str, Values], scenes: Scenes) -> Theme:
    """A theme of the kind, by chance."""
    if kind == "activity":
        name, profile = pick(choice, ACTIVITIES)
        return Theme(name, 1.3 * nearness_to(sounds, profile))
    if kind == "era":
        return _era(choice, songs)
    if kind == "micro":
        row = int(choice.random() * len(MICROS))
        return Theme(pick(choice, OF_MICRO).format(x=MICROS[row][1].name), _tagged(songs, row))
    if kind == "scene":
        row = int(choice.random() * len(scenes.names))
        return Theme(pick(choice, OF_SCENE).format(x=scenes.names[row]), 2.5 * (songs["scene"] == row).to_numpy())
    mood = int(choice.random() * len(MOODS))
    feels = 1.6 * (songs["mood"] == mood).to_numpy() + nearness_to(sounds, _sound_of(mood))
    if kind == "mood":
        return Theme(pick(choice, OF_MOOD[MOODS[mood].name]), feels)
    genre = int(choice.random() * len(GENRES))
    name = pick(choice, OF_BOTH).format(mood=MOODS[mood].name, genre=GENRES[genre].name.split("/")[0].lower())
    return Theme(name, feels + 2.5 * ((songs["genre"] == genre) | (songs["second"] == genre)).to_numpy())


def _sound_of(mood: int) -> dict[str, float]:
    """Where the mood lies, in standard deviations of the songs."""
    return {"valence": 2.2 * (MOODS[mood].valence - 0.47), "energy": 2.2 * (MOODS[mood].energy - 0.5)}


def _tagged(songs: pd.DataFrame, micro: int) -> Values:
    tagged = 2.5 * (songs["micro"] == micro) + 2.0 * (songs["other_micro"] == micro)
    nearness: Values = (tagged + 0.5 * (songs["genre"] == MICROS[micro][0])).to_numpy(dtype=float)
    return nearness


def _era(choice: random.Random, songs: pd.DataFrame) -> Theme:
    """A decade; half of them of one genre."""
    decade, genre = pick(choice, (1970, 1980, 1990, 2000, 2010)), int(choice.random() * len(GENRES))
    of_genre = choice.random() < 0.5
    name = pick(choice, OF_ERA).format(d=f"{decade % 100:02}" if decade < 2000 else decade)
    near = 2.5 - np.abs(songs["year"].to_numpy() - decade - 4.5) / 4
    near = np.maximum(near, -2.0) + of_genre * 1.5 * (songs["genre"] == genre).to_numpy()
    return Theme(f"{name} ({GENRES[genre].name.split('/')[0].lower()})" if of_genre else name, near)


def nearness_to(sounds: dict[str, Values], profile: dict[str, float]) -> Values:
    """Minus the distance to a profile; what the profile does not name may be as it likes."""
    distance: Values = np.sqrt(sum((sounds[name] - z) ** 2 for name, z in profile.items()))
    return -distance
