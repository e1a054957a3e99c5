"""Counts on the real data sets: RECSYS_REAL_DATA names the folder with their files."""

import os
from pathlib import Path

import pytest

from recsys.catalogue import SCHEMA
from train.ingest.merge import merge
from train.ingest.playlists import read_playlists
from train.ingest.tracks import read_tracks

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("RECSYS_REAL_DATA" not in os.environ, reason="RECSYS_REAL_DATA names no folder"),
]

# File: (rows, tracks, features to train on)
EXPECTED = {
    "tidytuesday_spotify_songs.csv.gz": (32_833, 28_351, 11),
    "spotify_tracks_dataset_sample.csv.gz": (5_055, 2_516, 11),
    "billboard_1960_2016.csv.gz": (5_497, 5_366, 10),
    "genre_playlists_2023.csv.gz": (9_634, 8_140, 11),
    "artist_ids_no_genre.csv.gz": (10_776, 10_775, 10),
    "msd_music_info_sample.csv.gz": (5_000, 4_999, 10),
    "spotify_dataset_900k_format.csv.gz": (5_007, 4_984, 10),
}


def find(name):
    """The file of this name below the folder; the test is skipped where it is not there."""
    path = next(Path(os.environ["RECSYS_REAL_DATA"]).rglob(name), None)
    return path or pytest.skip(f"no {name}")


@pytest.mark.parametrize("name", EXPECTED)
def test_each_file_gives_its_tracks(name):
    source = read_tracks(find(name))
    merged = merge([source])
    n_rows, n_tracks, n_features = EXPECTED[name]
    assert source.format.marks  # recognised, not read by usual names alone
    assert (merged.cleaning.rows, len(merged.catalogue), len(merged.trained_on)) == (n_rows, n_tracks, n_features)
    assert merged.catalogue.table.schema == SCHEMA


def test_all_files_make_one_catalogue():
    merged = merge([read_tracks(find(name)) for name in EXPECTED])
    assert len(merged.catalogue) == 61_561
    assert len(set(merged.catalogue.track_ids)) == 61_561
    assert "popularity" in merged.left_out


def test_playlists_join_their_tracks():
    names = ("tidytuesday_spotify_songs.csv.gz", "genre_playlists_2023.csv.gz")
    _, entries = read_playlists(find("playlists.csv.gz"))
    merged = merge([read_tracks(find(name)) for name in names], [entries])
    assert merged.playlists is not None
    assert len(merged.playlists["playlist_id"].unique()) == 568
    assert merged.cleaning.playlists[-1]["not_in_catalogue"] == 20


def test_versions_of_real_songs_are_grouped():
    catalogue = merge([read_tracks(find("tidytuesday_spotify_songs.csv.gz"))]).catalogue
    titles = catalogue.strings("title")
    groups = {titles[row]: group for row, group in enumerate(catalogue.version_groups.tolist())}
    assert groups["Bohemian Rhapsody - 2011 Mix"] == groups["Bohemian Rhapsody - Remastered 2011"]
    assert 0.8 < (catalogue.version_groups.max() + 1) / len(catalogue) < 0.98
