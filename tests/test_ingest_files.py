"""Files in and out of order: containers, bad input, playlists. The formats themselves are in test_ingest."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from tests.ingest_rows import EXPECTED, FEATURES, GENERIC_HEADER, VALUES, only_row
from train.ingest.playlists import read_playlists
from train.ingest.source_file import SourceFile
from train.ingest.tracks import read_tracks

# Containers


def test_gzip_and_parquet_are_known_by_content_not_name(tmp_path):
    text = f"{GENERIC_HEADER}\n1,Song,A,{VALUES}\n"
    zipped = tmp_path / "zipped.txt"
    zipped.write_bytes(gzip.compress(text.encode()))
    parquet = tmp_path / "parquet.csv"
    values = dict(zip(FEATURES.split(","), map(float, VALUES.split(",")), strict=True))
    pq.write_table(pa.Table.from_pylist([{"id": "1", "name": "Song", "artist": ["A", "B"], **values}]), parquet)
    assert only_row(read_tracks(zipped)) == only_row(read_tracks(parquet)) | {"artists": "A"}
    assert read_tracks(parquet).rows["artists"].to_pylist() == ["A; B"]


def test_bom_windows_line_ends_and_semicolons(tmp_path):
    path = tmp_path / "songs.csv"
    text = f"\ufeff{GENERIC_HEADER}\r\n1,Señor,A,{VALUES}\r\n".replace(",", ";")
    path.write_text(text, "utf-8", newline="")
    assert only_row(read_tracks(path)) == EXPECTED | {"track_id": "1", "title": "Señor", "artist": "A", "artists": "A"}


def test_records_of_another_width_are_counted(read):
    source = read(GENERIC_HEADER, f"1,Song,A,{VALUES}", "2,Short,A,0.5", f"3,Long,A,{VALUES},9,9")
    assert (len(source.rows), source.malformed) == (1, 2)


def test_several_gzip_members_are_one_file(tmp_path):
    path = tmp_path / "songs.csv.gz"
    path.write_bytes(gzip.compress(f"{GENERIC_HEADER}\n".encode()) + gzip.compress(f"1,Song,A,{VALUES}\n".encode()))
    assert len(read_tracks(path).rows) == 1


# Bad input


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"nowhere\.csv does not exist: check the path"):
        read_tracks(tmp_path / "nowhere.csv")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(SourceError, match="is a folder: name the files in it"):
        read_tracks(tmp_path)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "is empty. Expected a CSV"),
        (b"  \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image"),
        (b"PK\x03\x04rest", "is a zip archive.*: unpack it"),
        (b"\n<!DOCTYPE html><html><body>Log in</body>", "is a web page"),
        (b'{"tracks": []}', "is JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "is a Git LFS pointer"),
        (b"abc\0\1\2\3", "is a binary file, not a CSV"),
        ("id,name".encode("utf-16"), "is UTF-16 text"),
        (b"PAR1 and no more", "is a damaged Parquet file"),
        (b"\x1f\x8b\x08\x00oh no", "gzip"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n\0"), "is a PNG image"),
        (gzip.compress(gzip.compress(b"id,name")), "is gzipped twice"),
        (f"{GENERIC_HEADER}\n1,Se\xf1or,A,{VALUES}\n".encode("latin1"), "is not UTF-8 text"),
    ],
)
def test_what_is_not_a_table_is_told_by_its_contents(tmp_path, contents, message):
    path = tmp_path / "songs.csv"
    path.write_bytes(contents)
    with pytest.raises(SourceError, match=rf"songs\.csv.*{message}"):
        read_tracks(path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_truncated_gzip_says_so(tmp_path, share):
    rows = "\n".join(f"{i},Song {i * 7919 % 1000},A,{VALUES}" for i in range(20_000))
    whole = gzip.compress(f"{GENERIC_HEADER}\n{rows}\n".encode())
    path = tmp_path / "songs.csv.gz"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceError, match=r"songs\.csv\.gz is a truncated gzip file"):
        read_tracks(path)


def test_a_damaged_gzip_says_so(tmp_path):
    rows = "\n".join(f"{i},Song {i * 7919 % 1000},A,{VALUES}" for i in range(20_000))
    whole = bytearray(gzip.compress(f"{GENERIC_HEADER}\n{rows}\n".encode()))
    whole[len(whole) // 2] ^= 0xFF
    path = tmp_path / "songs.csv.gz"
    path.write_bytes(whole)
    with pytest.raises(SourceError, match="gzip file"):
        read_tracks(path)


def test_missing_columns_are_named_with_their_aliases_and_what_was_found(read):
    with pytest.raises(SourceError) as caught:
        read("name,artist,danceability,energy", "Song,A,0.5,0.5")
    message = str(caught.value)
    assert "songs.csv lacks 7 of the 11 columns that are needed" in message
    assert "loudness (or loudness_db)" in message
    assert "It has 4 columns: 'name', 'artist', 'danceability', 'energy'." in message
    assert "popularity" not in message


def test_other_columns_altogether(read):
    with pytest.raises(SourceError, match=r"title \(or track_name, song, name"):
        read("a,b", "1,2")


# Playlists


def test_playlists_are_read_by_the_columns_that_matter(tmp_path):
    path = tmp_path / "playlists.csv"
    path.write_text("source,playlist_id,playlist_name,position,track_id\nx,p,Mine,3,t1\nx,p,Mine,1,t2\nx,,Mine,1,t2\n")
    file, entries = read_playlists(path)
    assert file.name == entries.source == "playlists.csv"
    assert entries.table.to_pydict() == {
        "playlist_id": ["p", "p"],
        "playlist_name": ["Mine", "Mine"],
        "position": [3, 1],
        "track_id": ["t1", "t2"],
    }


def test_a_file_of_other_things_is_no_playlists_file(tmp_path):
    path = tmp_path / "playlists.csv"
    path.write_text("playlist_id,position\np,1\n")
    with pytest.raises(SourceError, match=r"lacks 2 of the 3 columns(.|\n)*playlist_name(.|\n)*track_id"):
        read_playlists(path)


def test_a_source_is_named_without_its_folder(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text(f"{GENERIC_HEADER}\n1,Song,A,{VALUES}\n")
    assert SourceFile.open(path).name == "songs.csv"
