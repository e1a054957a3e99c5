"""Songs put into words: titles, albums, lyrics, and the tables that others read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from train.demo_world.artists import Artists, Scenes
from train.demo_world.config import Config, numbers, words
from train.demo_world.feelings import THEMES
from train.demo_world.genres import GENRES, MICROS, MOODS
from train.demo_world.song_form import with_site_marks, write_foreign_lyrics, write_lyrics
from train.demo_world.titles import write_foreign_title, write_title
from train.demo_world.tongues import TONGUES

THEME_NAMES = tuple(THEMES)
DECIMALS = {
    "danceability": 3, "energy": 3, "loudness": 3, "speechiness": 4, "acousticness": 5,
    "instrumentalness": 6, "liveness": 4, "valence": 3, "tempo": 3,
}  # fmt: skip
COLUMNS = [
    "track_id", "title", "artist", "artists", "album", "release_date", "explicit", "genres", "subgenres",
    "popularity", "duration_ms", "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness",
    "instrumentalness", "liveness", "valence", "tempo", "time_signature", "mood", "scene",
]  # fmt: skip


def write_titles(config: Config, songs: pd.DataFrame) -> list[str]:
    """A title for each song; an artist has no two alike. Versions add their tag to the original's."""
    choice, taken, titles = words(config.seed, "titles"), set[tuple[int, str]](), list[str]()
    columns = songs[["artist", "genre", "mood", "theme", "tongue", "original", "tag"]]
    for artist, genre, mood, theme, tongue, original, tag in columns.itertuples(index=False):
        while not tag:
            title = (
                write_foreign_title(choice, tongue)
                if tongue >= 0
                else write_title(choice, GENRES[genre].name, MOODS[mood].name, THEME_NAMES[theme])
            )
            if (artist, title.lower()) not in taken:
                break
        taken.add((artist, title.lower()))
        titles.append(titles[original] + tag if tag else title)
    return titles


def write_albums(config: Config, songs: pd.DataFrame, titles: list[str]) -> list[str]:
    """An album is called after one of its songs, or as a song of its kind would be."""
    choice, names, albums = words(config.seed, "albums"), dict[int, str](), list[str]()
    sizes = songs.loc[songs["tag"] == "", "album"].value_counts().to_dict()
    columns = songs[["album", "genre", "mood", "theme", "tongue", "heading"]]
    for title, (album, genre, mood, theme, tongue, heading) in zip(
        titles, columns.itertuples(index=False), strict=True
    ):
        if album not in names:
            named = sizes[album] == 1 or tongue >= 0 or choice.random() < 0.4
            other = write_title(choice, GENRES[genre].name, MOODS[mood].name, THEME_NAMES[theme])
            names[album] = title if named else other
        albums.append(
            heading if heading.startswith("Live") else f"{names[album]} ({heading})" if heading else names[album]
        )
    return albums


def write_all_lyrics(config: Config, songs: pd.DataFrame, titles: list[str]) -> list[str]:
    """Lyrics for each song with a voice, "" for the others; a version sings its original's."""
    choice, lyrics = words(config.seed, "lyrics"), list[str]()
    columns = songs[["genre", "mood", "theme", "tongue", "instrumental", "original", "tag"]]
    for title, row in zip(titles, columns.itertuples(index=False), strict=True):
        if row.instrumental or row.tag:
            lyrics.append(lyrics[row.original] if row.tag else "")
        elif row.tongue >= 0:
            lyrics.append(write_foreign_lyrics(choice, row.tongue, MOODS[row.mood].name, title))
        else:
            lyrics.append(
                write_lyrics(choice, GENRES[row.genre].name, MOODS[row.mood].name, THEME_NAMES[row.theme], title)
            )
    return [with_site_marks(choice, title, text) if text else "" for title, text in zip(titles, lyrics, strict=True)]


def shuffled(config: Config, songs: pd.DataFrame) -> pd.DataFrame:
    """The songs in an order that tells nothing, with their ids."""
    order = numbers(config.seed, "order").permutation(len(songs))
    return songs.iloc[order].reset_index(drop=True).assign(track_id=[f"demo{i:08}" for i in range(len(songs))])


def tracks_table(songs: pd.DataFrame, artists: Artists, scenes: Scenes) -> pd.DataFrame:
    """What the catalogue reads; ``mood`` and ``scene`` are the planted truth."""
    names = np.array([*artists.names, ""])
    genres = np.array([*(g.name for g in GENRES), ""])
    micros = np.array([*(m.name for _, m in MICROS), ""])
    table = songs.assign(
        artist=names[songs["artist"]],
        artists=joined(names, songs["artist"], songs["guest"]),
        release_date=songs["date"].dt.strftime("%Y-%m-%d"),
        genres=joined(genres, songs["genre"], songs["second"]),
        subgenres=joined(micros, songs["micro"], songs["other_micro"]),
        mood=np.array([m.name for m in MOODS])[songs["mood"]],
        scene=np.array(scenes.names)[songs["scene"]],
        album=songs["album_name"],
    )
    return table[COLUMNS].round(DECIMALS)


def joined(names: np.ndarray, first: pd.Series, second: pd.Series) -> list[str]:
    """Two names as "A; B", or "A" where the second is missing (-1) or the same."""
    pairs = zip(names[first], names[second], strict=True)
    return [f"{a}; {b}" if b and a != b else str(a) for a, b in pairs]


def lyrics_table(songs: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    """The songs that have words."""
    codes = np.array([*(t.code for t in TONGUES), "en"])[songs["tongue"]]
    table = tracks[["track_id", "artist", "title", "genres"]].assign(lyrics=songs["lyrics"], language=codes)
    has_words = (songs["lyrics"] != "").to_numpy()
    return table.loc[has_words, ["track_id", "artist", "title", "lyrics", "genres", "language"]].reset_index(drop=True)
