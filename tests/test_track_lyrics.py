"""Lyrics for the tracks of a catalogue: joined by artist and title, every row accounted for."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from tests.contract import make_catalogue
from train.ingest.track_lyrics import read_track_lyrics

WORDS = "I walk along the river\nevery night and wonder where you are"


@pytest.fixture
def read(tmp_path):
    """Rows (artist, title, lyrics) as a file, joined to four tracks."""
    catalogue = make_catalogue(
        4,
        title=["Río Bravo", "Rio Bravo - Live at Wembley", "Lantern (feat. Otto)", "Marble"],
        artist=["Mira", "Mira", "Ines", "Ines"],
        artists=["Mira", "Mira", "Ines; Otto", "Ines"],
    )

    def joined(*rows):
        path = tmp_path / "lyrics.parquet"
        names = ("artist", "title", "lyrics")
        pq.write_table(pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)}), path)
        return read_track_lyrics(catalogue, [path])

    return joined


@pytest.mark.parametrize(
    ("artist", "title", "rows"),
    [
        ("mira", "RIO BRAVO", {0, 1}),
        ("Mira", "Rio Bravo - Remastered 2011", {0, 1}),
        ("Ines", "Lantern", {2}),
        ("Otto", "Lantern", {2}),
        ("Ines; Otto", "Lantern", {2}),
        ("Mira", "Marble", set()),
        ("Ines", "Rio Bravo", set()),
    ],
)
def test_artist_and_title_are_joined_as_people_write_them(read, artist, title, rows):
    found = read((artist, title, WORDS))
    assert set(found.lines) == rows
    assert found.unmatched == (not rows) and found.read == 1
    assert all(lines == tuple(WORDS.split("\n")) for lines in found.lines.values())


@pytest.mark.parametrize(
    ("artist", "title", "lyrics"),
    [(None, "Marble", WORDS), ("Ines", None, WORDS), ("Ines", "Marble", None), ("Ines", "Marble", "[Chorus]")],
)
def test_what_is_of_no_use_is_counted(read, artist, title, lyrics):
    found = read((artist, title, lyrics), ("Mira", "Rio Bravo", WORDS), ("Nobody", "Nothing", WORDS))
    assert (found.read, found.unmatched, found.unusable) == (3, 1, 1)
    assert set(found.lines) == {0, 1}
    assert "Lyrics of 2 tracks, from 3 in the files; 1 are" in found.as_text()


def test_of_two_lyrics_the_first_counts(read):
    assert read(("Mira", "Rio Bravo", WORDS), ("Mira", "Rio Bravo", "other words here")).lines[0][0] == WORDS[:22]


def test_a_file_without_lyrics_is_a_clear_error(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text("artist,title\nMira,Marble\n")
    with pytest.raises(SourceError, match=r"no column of lyrics: name one lyrics, lyric.*'artist', 'title'"):
        read_track_lyrics(make_catalogue(1), [path])
