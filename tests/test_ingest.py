import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.audio_features import AUDIO_FEATURES
from recsys.errors import SourceError
from train.ingest.columns import ALIASES, fold_column
from train.ingest.convert import parse_duration, parse_key, parse_number, parse_year, split_genres
from train.ingest.formats import FORMATS
from train.ingest.playlists import read_playlists
from train.ingest.source_file import SourceFile
from train.ingest.tracks import read_tracks

SPOTIFY_ID = "6f807x0ima9a1j3VPbc7VN"
FEATURES = "danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo"
VALUES = "0.5,0.25,6,-2.5,1,0.0625,0.125,0,0.75,1,122.5"
EXPECTED = {
    "danceability": 0.5,
    "energy": 0.25,
    "key": 6,
    "loudness": -2.5,
    "mode": 1,
    "speechiness": 0.0625,
    "acousticness": 0.125,
    "instrumentalness": 0,
    "liveness": 0.75,
    "valence": 1,
    "tempo": 122.5,
}
GENERIC_HEADER = f"id,name,artist,{FEATURES}"


@pytest.fixture
def read(tmp_path):
    """Write lines to a file and read its tracks."""

    def write_and_read(*lines, name="songs.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return read_tracks(path)

    return write_and_read


def only_row(source):
    [row] = source.rows.to_pylist()
    return {name: value for name, value in row.items() if value is not None}


# Formats


def test_tidytuesday(read):
    source = read(
        "track_id,track_name,track_artist,track_popularity,track_album_id,track_album_name,track_album_release_date,"
        f"playlist_name,playlist_id,playlist_genre,playlist_subgenre,{FEATURES},duration_ms",
        f'{SPOTIFY_ID},"Hello, You",Tyler,66,x,The Album,2019-06-14,Pop Remix,p1,pop,dance pop,{VALUES},194754',
    )
    assert source.format.name == "TidyTuesday Spotify songs"
    assert source.features == {"popularity", "duration_ms"}
    assert only_row(source) == EXPECTED | {
        "track_id": SPOTIFY_ID,
        "spotify_id": SPOTIFY_ID,
        "title": "Hello, You",
        "artist": "Tyler",
        "artists": "Tyler",
        "album": "The Album",
        "year": 2019,
        "genres": ["pop"],
        "subgenres": ["dance pop"],
        "popularity": 66,
        "duration_ms": 194754,
        "playlist_id": "p1",
        "playlist_name": "Pop Remix",
    }


def test_114k_with_its_unnamed_index(read):
    source = read(
        f",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,{FEATURES},time_signature,track_genre",
        f"0,{SPOTIFY_ID},Gen Hoshino;Another,Comedy,Comedy,73,230666,False,{VALUES},4,acoustic",
    )
    assert source.format.name == "Spotify tracks data set (114k)"
    assert only_row(source) == EXPECTED | {
        "track_id": SPOTIFY_ID,
        "spotify_id": SPOTIFY_ID,
        "title": "Comedy",
        "artist": "Gen Hoshino",
        "artists": "Gen Hoshino; Another",
        "album": "Comedy",
        "explicit": False,
        "genres": ["acoustic"],
        "popularity": 73,
        "duration_ms": 230666,
    }


LYRICS_HEADER = (
    "Artist(s),song,text,Length,emotion,Genre,Album,Release Date,Key,Tempo,Loudness (db),Time signature,Explicit,"
    "Popularity,Energy,Danceability,Positiveness,Speechiness,Liveness,Acousticness,Instrumentalness"
)
LYRICS_VALUES = '"hip hop, rap",An Album,29th April 2013,D# min,105,-6.85db,4/4,Yes,40,25,50,100,6,75,12,0'


def test_lyrics_set_is_rescaled_and_newlines_in_lyrics_do_no_harm(read):
    source = read(LYRICS_HEADER, f'!!!,Ready,"A line\nanother, ""quoted""\n",03:47,joy,{LYRICS_VALUES}')
    row = only_row(source)
    made = row.pop("track_id")
    assert row.pop("acousticness") == pytest.approx(0.12)
    assert row.pop("speechiness") == pytest.approx(0.06)
    assert row.pop("loudness") == pytest.approx(-6.85)
    assert row == {
        "title": "Ready",
        "artist": "!!!",
        "artists": "!!!",
        "album": "An Album",
        "year": 2013,
        "explicit": True,
        "genres": ["hip hop", "rap"],
        "key": 3,
        "mode": 0,
        "danceability": 0.5,
        "energy": 0.25,
        "instrumentalness": 0,
        "liveness": 0.75,
        "valence": 1,
        "tempo": 105,
        "popularity": 40,
        "duration_ms": 227000,
    }
    assert len(made) == 22


def test_made_ids_depend_on_artist_title_and_length_only(read):
    lines = [
        f"A,Song,x,03:47,joy,{LYRICS_VALUES}",
        f"A,Song,y,03:47,anger,{LYRICS_VALUES}",
        f"A,Song,x,03:48,joy,{LYRICS_VALUES}",
        f"B,Song,x,03:47,joy,{LYRICS_VALUES}",
        f",Song,x,03:47,joy,{LYRICS_VALUES}",
    ]
    ids = read(LYRICS_HEADER, *lines).rows["track_id"].to_pylist()
    assert ids[0] == ids[1] == read(LYRICS_HEADER, lines[0], name="other.csv").rows["track_id"][0].as_py()
    assert len({*ids[:4]}) == 3
    assert ids[4] is None


def test_commas_belong_to_a_name_that_stands_alone_more_often(read):
    artists = ["Tyler, The Creator", "Tyler, The Creator", "Tyler, The Creator, Frank Ocean", "Drake", "Drake"]
    artists += ["Drake, Future", "One, Off", "Zedd;Katy Perry"]
    source = read(LYRICS_HEADER, *(f'"{artist}",Song,x,03:47,joy,{LYRICS_VALUES}' for artist in artists))
    main = ["Tyler, The Creator"] * 3 + ["Drake"] * 3 + ["One", "Zedd"]
    assert source.rows["artist"].to_pylist() == main
    assert source.rows["artists"].to_pylist()[-3:] == ["Drake, Future", "One, Off", "Zedd; Katy Perry"]


def test_billboard(read):
    source = read(
        f"year,artist_name,artist_id,explicit,track_name,track_id,{FEATURES},type,uri,track_href,analysis_url,duration_ms",
        f"1960,Percy Faith & His Orchestra,x,True,Theme,{SPOTIFY_ID},{VALUES},audio_features,u,h,a,144893",
    )
    assert source.format.name == "Billboard Hot 100 with audio features"
    assert source.features == {"duration_ms"}
    row = only_row(source)
    assert (row["year"], row["artist"], row["explicit"]) == (1960, "Percy Faith & His Orchestra", True)
    assert "popularity" not in row


def test_million_song_dataset_keeps_its_ids_and_year_0_is_unknown(read):
    header = f"track_id,name,artist,spotify_preview_url,spotify_id,genre,year,duration_ms,{FEATURES}"
    source = read(
        header,
        f"TROUVHL128F426C441,Come as You Are,Nirvana,u,{SPOTIFY_ID},RnB,1991,218920,{VALUES}",
        f"TRXXXXX128F426C441,Other,Nirvana,u,{SPOTIFY_ID},,0,218920,{VALUES}",
    )
    assert source.format.name == "Million Song Dataset + Spotify"
    assert source.rows["track_id"][0].as_py() == "TROUVHL128F426C441"
    assert source.rows["spotify_id"][0].as_py() == SPOTIFY_ID
    assert source.rows["year"].to_pylist() == [1991, None]
    assert source.rows["genres"].to_pylist() == [["RnB"], None]


def test_genre_playlists_take_milliseconds_not_minutes(read):
    source = read(
        "track_id,track_name,artist_name,artist_id,track_popularity,album_name,album_id,track_length,release_date,"
        f"playlist_id,playlist_name,genre,{FEATURES},duration_ms,time_signature",
        f"{SPOTIFY_ID},Annihilate,Metro Boomin,a,88,Album,b,3.86,2023-06,p,RapCaviar,Hip-Hop,{VALUES},231747.0,4.0",
    )
    assert source.format.name == "genre playlists 2023"
    row = only_row(source)
    assert (row["duration_ms"], row["popularity"], row["year"]) == (231747, 88, 2023)
    assert (row["genres"], row["playlist_id"], row["playlist_name"]) == (["Hip-Hop"], "p", "RapCaviar")


def test_artist_ids_no_genre(read):
    source = read(
        f"track_id,name,duration_ms,release_date,album_type,explicit,{FEATURES},time_signature,artist",
        f"{SPOTIFY_ID},Jingle Bells,156666,1945,compilation,False,{VALUES},4.0,Ken Lane Singers; Frank Sinatra",
    )
    assert source.format.name == "tracks of artists, no genre"
    row = only_row(source)
    assert (row["artist"], row["artists"]) == ("Ken Lane Singers", "Ken Lane Singers; Frank Sinatra")
    assert (row["title"], row["year"]) == ("Jingle Bells", 1945)


def test_demo_world(read):
    source = read(
        "track_id,title,artist,artists,album,release_date,explicit,genres,subgenres,popularity,duration_ms,"
        f"{FEATURES},time_signature,mood,scene",
        f"{SPOTIFY_ID},Song,Main,Main; Guest,Album,2019,true,Hip-Hop; Pop,trap; drill,50,200000,{VALUES},4,calm,north",
    )
    assert source.format.synthetic
    row = only_row(source)
    assert "spotify_id" not in row
    assert (row["artist"], row["artists"]) == ("Main", "Main; Guest")
    assert (row["genres"], row["subgenres"]) == (["Hip-Hop", "Pop"], ["trap", "drill"])


def test_any_table_with_usual_names(read):
    source = read(
        f'{GENERIC_HEADER},BPM,Duration,year,popularity\n7,Song,"[\'A\', ""B\'s""]",{VALUES},90,1:02:03,1999.0,5'
    )
    assert source.format.name == "any table with usual column names"
    row = only_row(source)
    assert (row["track_id"], row["artists"], row["artist"]) == ("7", "A; B's", "A")
    assert (row["tempo"], row["duration_ms"], row["year"]) == (122.5, 3_723_000, 1999)
    assert "spotify_id" not in row


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_every_format_states_a_licence(format_):
    assert len(format_.licence) > 10


def test_the_tables_of_names_agree():
    aliases = [alias for names in ALIASES.values() for alias in names]
    assert all(fold_column(alias) == alias for alias in aliases)
    assert all(feature.name in ALIASES for feature in AUDIO_FEATURES)


# Values


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Loudness (db)", "loudness_db"), ("Artist(s)", "artist_s"), ("track_id", "track_id"), ("\ufeff Key ", "key")],
)
def test_column_names_fold(name, folded):
    assert fold_column(name) == folded


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_number, "-6.85db", -6.85),
        (parse_number, "120 BPM", 120),
        (parse_number, ".5", 0.5),
        (parse_number, "2.04e-05", 2.04e-05),
        (parse_number, "loud", None),
        (parse_duration, "03:47", 227_000),
        (parse_duration, "1:02:03", 3_723_000),
        (parse_duration, "227000", 227_000),
        (parse_duration, "short", None),
        (parse_year, "2019", 2019),
        (parse_year, "2019-06", 2019),
        (parse_year, "2019-06-14", 2019),
        (parse_year, "14/06/2019", 2019),
        (parse_year, "0", None),
        (parse_year, "20190614", None),
        (parse_key, "A# Maj", 10),
        (parse_key, "Bb", 10),
        (parse_key, "C min", 0),
        (parse_key, "11.0", 11),
        (parse_key, "-1", None),
        (parse_key, "H", None),
    ],
)
def test_parsers(parse, text, value):
    assert parse(text) == value


def test_genres_split_at_any_separator_and_appear_once():
    assert split_genres("hip hop, rap; hip hop| R&B/Soul") == ["hip hop", "rap", "R&B/Soul"]


def test_text_in_a_number_column_is_unknown_and_a_song_may_be_called_null(read):
    good, bad = VALUES, VALUES.replace("122.5", "fast")
    rows = read(GENERIC_HEADER, f"1,NULL,None,{good}", f"2,NaN,NA,{bad}", f'3,"NA","",{good}').rows
    assert rows["title"].to_pylist() == ["NULL", "NaN", "NA"]
    assert rows["artist"].to_pylist() == ["None", None, None]
    assert rows["tempo"].to_pylist() == [122.5, None, 122.5]


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
