"""Reading the real histories, and joining them to real tracks: RECSYS_REAL_DATA names the folder with their files."""

import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from recsys.listening import SongJoin, join_plays, read_history_file
from train.ingest.histories import read_histories
from train.ingest.merge import merge
from train.ingest.tracks import read_tracks

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("RECSYS_REAL_DATA" not in os.environ, reason="RECSYS_REAL_DATA names no folder"),
]


def find(name):
    """The file of this name below the folder; the test is skipped where it is not there."""
    path = next(Path(os.environ["RECSYS_REAL_DATA"]).rglob(name), None)
    return path or pytest.skip(f"no {name}")


@pytest.mark.parametrize(
    ("name", "format_", "users", "plays", "items"),
    [
        ("hetrec2011-lastfm-2k.zip", "HetRec 2011 Last.fm: artists tagged", 1_892, 86_976, 12_523),
        ("lfm1b_train500_sessions_ids_only.csv.gz", "sessions of ids", 500, 326_093, 132_873),
        ("lfm1b_test500_sessions_ids_only.csv.gz", "sessions of ids", 498, 55_179, 33_845),
        ("playlists.csv.gz", "playlists", 568, 41_882, 36_256),
        ("s3rec_LastFM.txt.gz", "one user a line", 1_090, 52_551, 3_646),
        ("sasrec_Video.txt.gz", "user item", 31_013, 287_107, 23_715),
    ],
)
def test_histories_are_read_whole(name, format_, users, plays, items):
    histories = read_histories([find(name)])
    assert histories.report.sources[0].format == format_
    assert (len(histories.interactions), len(histories.interactions.items)) == (users, plays)
    assert histories.interactions.n_items == items


def test_names_find_the_tracks_that_ids_do():
    catalogue = merge([read_tracks(find("tidytuesday_spotify_songs.csv.gz"))]).catalogue
    [plays] = read_history_file(find("playlists.csv.gz"))
    join = SongJoin(catalogue)
    by_id = join_plays(plays, join)
    nameless = plays.songs.set_column(0, "track_id", pa.nulls(len(plays.songs), pa.string()))
    by_name = join_plays(replace(plays, songs=nameless), join)
    known = by_id.song_ways == 0
    found = known & (by_name.song_rows >= 0)
    groups = catalogue.version_groups
    same = groups[by_id.song_rows[found]] == groups[by_name.song_rows[found]]
    assert known.sum() > 28_000
    assert found.sum() > 0.999 * known.sum()
    assert same.mean() > 0.999
