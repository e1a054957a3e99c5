"""The world itself: built from a Config, written as the files that the readers know."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from train.demo_world.artists import invent_artists, invent_scenes
from train.demo_world.audio import sound
from train.demo_world.config import Config
from train.demo_world.listeners import listen
from train.demo_world.media import write_clips, write_covers
from train.demo_world.playlists import make_playlists
from train.demo_world.releases import release
from train.demo_world.songs import invent_songs
from train.demo_world.tracks import (
    lyrics_table,
    shuffled,
    tracks_table,
    write_albums,
    write_all_lyrics,
    write_titles,
)
from train.demo_world.versions import add_versions


@dataclass(frozen=True)
class DemoWorld:
    """What a music service would hand over, and the planted truth beside it (``mood`` and ``scene`` of tracks)."""

    tracks: pd.DataFrame
    playlists: pd.DataFrame
    lyrics: pd.DataFrame
    histories: pd.DataFrame


def build_demo_world(config: Config) -> DemoWorld:
    """The world that ``config`` asks for; the same one every time."""
    scenes = invent_scenes(config)
    artists = invent_artists(config, scenes)
    originals = invent_songs(config, artists, scenes)
    songs = release(config, add_versions(config, originals, sound(config, originals, artists), artists))
    titles = write_titles(config, songs)
    songs = songs.assign(
        title=titles,
        album_name=write_albums(config, songs, titles),
        lyrics=write_all_lyrics(config, songs, titles),
    )
    songs = shuffled(config, songs)
    tracks = tracks_table(songs, artists, scenes)
    return DemoWorld(
        tracks=tracks,
        playlists=make_playlists(config, songs, scenes),
        lyrics=lyrics_table(songs, tracks),
        histories=listen(config, songs, scenes),
    )


def write(world: DemoWorld, out: Path, media: bool = False) -> None:
    """``tracks.csv.gz`` and the others in ``out``; the bytes are the same for the same world.

    With ``media``, a folder ``covers`` of PNG files and one ``audio`` of Ogg files too, each called after its track.
    """
    out.mkdir(parents=True, exist_ok=True)
    for table in fields(world):
        text = getattr(world, table.name).to_csv(index=False, lineterminator="\n")
        (out / f"{table.name}.csv.gz").write_bytes(gzip.compress(text.encode(), compresslevel=1, mtime=0))
    if media:
        write_covers(world.tracks, out / "covers")
        write_clips(world.tracks, out / "audio")
