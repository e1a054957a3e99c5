import pytest

from recsys.audio_features import AUDIO_FEATURES
from tests.ingest_rows import EXPECTED, FEATURES, GENERIC_HEADER, VALUES, only_row
from train.ingest.columns import ALIASES, fold_column
from train.ingest.convert import parse_duration, parse_key, parse_number, parse_year, split_genres
from train.ingest.formats import FORMATS

SPOTIFY_ID = "6f807x0ima9a1j3VPbc7VN"


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
