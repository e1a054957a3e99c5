"""Cleaning, languages and genres on the real lyrics: RECSYS_REAL_DATA names the folder with their files."""

import os
import re
from pathlib import Path

import pytest

from recsys.lyrics import clean
from train.ingest.lyrics import prepare, read_lyrics_files

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("RECSYS_REAL_DATA" not in os.environ, reason="RECSYS_REAL_DATA names no folder"),
]
LEFT_OVER = re.compile(
    r"\d Contributor|Translations[A-Z]|\bLyrics$|\dK?Embed|You might also like$|[\[\]{}]|</?[a-z]+>|&[a-z]+;|Read More"
    r"|[A-Za-z][\u0400-\u045f][A-Za-z]|[\u200b\u2005\r]|^\(?(?:Chorus|Verse \d)\W*$"
)


def find(name):
    """The file of this name below the folder; the test is skipped where it is not there."""
    path = next(Path(os.environ["RECSYS_REAL_DATA"]).rglob(name), None)
    return path or pytest.skip(f"no {name}")


@pytest.mark.parametrize("name", ["lyrics_genres.csv.gz", "spotify_dataset_900k_format.csv.gz"])
def test_nothing_of_the_sites_is_left(name):
    texts = read_lyrics_files([find(name)]).rows["lyrics"].to_pylist()
    lines = [line for text in texts for line in clean(text or "").lines]
    assert len(lines) > 170_000
    assert [line for line in lines if LEFT_OVER.search(line)] == []


def test_the_lyrics_file_gives_its_songs():
    songs = prepare(read_lyrics_files([find("lyrics_genres.csv.gz")]))
    report = songs.report
    removed = {r.reason: r.rows for r in report.removed}
    assert report.rows == 4305 == report.songs + sum(removed.values()) + sum(report.united.values())
    assert report.songs > 4150
    assert 0.01 < report.share_of_other_languages < 0.03
    assert max(report.unknown_genres.values()) < 60
    assert songs.labels.any(axis=1).all()
    assert 1600 < report.groups < 2000


def test_the_music_data_set_is_kept_whole():
    assert prepare(read_lyrics_files([find("tcc_ceds_music_sample.csv.gz")])).report.songs == 1000
