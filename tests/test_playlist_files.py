"""Playlists as files: what other programs and our own readers find in them, and what strangers' titles cannot do."""

import csv
import io
import json

import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.errors import EmptyQueryError, InvalidQueryError, UnknownTrackError
from recsys.heard_songs import read_heard
from recsys.listening import SongJoin, parse_history
from recsys.playlist_files import FORMATS, cell, file_stem, link_of, one_line, write_playlist
from tests.contract import make_catalogue
from tests.listening_samples import SPOTIFY_ID
from tests.planted_playlists import playlist_catalogue, spotify_id

TITLES = [
    "Still Water",
    '=HYPERLINK("http://x")',
    "+1 (feat. Bo)",
    "-7",
    "@home",
    "＝1+1",  # noqa: RUF001
    "Up\nDown\r\n#EXTINF:1,x - y",
    'He said "Go", twice',
    "Señor Niebla, Vol. 2",
    "Tab\there",
    "#1 Crush",
    "50% off / a\\b: *?",
    "夜に駆ける",
    "Zero\x00\u202eWidth\u2028",
]
ARTISTS = ["Ada", "Bix; Cleo", "=Dov", "#TocoParaVos", "AC/DC", "Sigur Rós", "Eve"] * 2
N = len(TITLES)


@pytest.fixture(scope="module")
def catalogue():
    """Songs with names from strangers; none has a link."""
    return make_catalogue(
        N, title=TITLES, artist=[name.split(";")[0] for name in ARTISTS], artists=ARTISTS, album=["=A"] * N,
        year=[None, *range(2000, 2000 + N - 1)], duration_ms=[None, *[215_499.0] * (N - 1)],
    )  # fmt: skip


@pytest.fixture(scope="module")
def linked():
    """Songs of which every tenth has no link."""
    return playlist_catalogue()


def ids(catalogue, n=None):
    return list(catalogue.track_ids[:n])


# Read back by our own readers


@pytest.mark.parametrize("format_", ["csv", "m3u8", "jspf"])
def test_names_alone_are_read_back(catalogue, format_):
    backwards = ids(catalogue)[::-1]
    file = write_playlist(catalogue, backwards, format_, "Mine")
    heard = read_heard(file.text, catalogue, SongJoin(catalogue))
    assert list(heard.track_ids) == backwards and heard.unmatched == ()


@pytest.mark.parametrize("format_", FORMATS)
def test_links_are_read_back(linked, format_):
    asked = [f"t{row}" for row in (44, 3, 0, 17, 3, 120)]
    file = write_playlist(linked, asked, format_, "Mine – 2")
    heard = read_heard(file.text, linked, SongJoin(linked))
    assert list(heard.track_ids) == asked and heard.matched == {"id": len(asked)}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_are_read_back_from_bytes(linked, format_, encoding):
    text = write_playlist(linked, ids(linked, 9), format_).text
    plays = parse_history(text.encode(encoding))
    assert len(plays) == 9


# CSV


def rows_of(file):
    return list(csv.DictReader(io.StringIO(file.text, newline="")))


def test_csv_has_a_line_a_song_and_all_features(linked):
    rows = rows_of(write_playlist(linked, ids(linked, 12), "csv"))
    assert [row["track_id"] for row in rows] == ids(linked, 12)
    for row, features, track in zip(rows, linked.features, map(linked.track, range(12)), strict=False):
        assert [float(row[name]) for name in FEATURE_NAMES] == pytest.approx(features.tolist(), rel=1e-4)
        assert (row["title"], row["artist"], row["spotify_id"]) == (track.title, track.artists, track.spotify_id or "")


def test_no_cell_is_a_formula_or_a_second_line(catalogue):
    file = write_playlist(catalogue, ids(catalogue), "csv")
    rows = rows_of(file)
    assert len(rows) == N and len(file.text.splitlines()) == N + 1
    for row in rows:
        assert not any(value.startswith(("=", "+", "@", "\t", "＝")) for value in row.values())  # noqa: RUF001
        assert not any(value.startswith("-") and value != "-7" for value in row.values())
    assert rows[1]["title"] == '\'=HYPERLINK("http://x")' and rows[3]["title"] == "-7"
    assert rows[0]["year"] == "" and rows[0]["energy"] == ""


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1", "'=1"), ("-1", "-1"), ("-1.5", "-1.5"), ("-1-1", "'-1-1"), ("--", "'--"), ("a=1", "a=1"),
        ("\n=1", "'=1"), (" =1", "'=1"), ("\x00=1", "'=1"), ("\ufeff@x", "'@x"), ("", ""), (None, ""),
        ("－2", "'－2"),  # noqa: RUF001
    ],
)  # fmt: skip
def test_cells(given, written):
    assert cell(given) == written


# M3U8


def test_m3u8_is_two_lines_a_song_after_its_head(linked):
    lines = write_playlist(linked, ["t0", "t9"], "m3u8", "My list").text.split("\n")
    track = linked.track(0)
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:My list"]
    assert lines[2] == f"#EXTINF:{round(track.duration_ms / 1000)},{track.artist} - {track.title}"
    assert lines[3] == f"https://open.spotify.com/track/{spotify_id(0)}"
    assert lines[5] == f"./{linked.track(9).artist} - {linked.track(9).title}.mp3" and lines[6:] == [""]


def test_no_title_opens_a_line_or_a_folder_in_m3u8(catalogue):
    text = write_playlist(catalogue, ids(catalogue), "m3u8", "A\n#EXTINF:9,b\r\u2028c").text
    lines = text.splitlines()
    assert len(lines) == 2 + 2 * N and lines[1] == "#PLAYLIST:A #EXTINF:9,b c"
    assert all(line.startswith("#EXTINF:") for line in lines[2::2])
    assert all(line.startswith("./") and "/" not in line[2:] and "\\" not in line for line in lines[3::2])
    assert lines[2].startswith("#EXTINF:-1,") and lines[4].startswith("#EXTINF:215,")


# JSPF


def test_jspf_has_the_fields_of_its_specification(linked):
    playlist = json.loads(write_playlist(linked, ["t0", "t9"], "jspf", "My list").text)["playlist"]
    assert playlist.keys() == {"title", "track"} and playlist["title"] == "My list"
    first, other = playlist["track"]
    assert first["location"] == [f"https://open.spotify.com/track/{spotify_id(0)}"]
    assert first["identifier"] == [f"spotify:track:{spotify_id(0)}"]
    assert first["duration"] == round(linked.track(0).duration_ms) and first["creator"] == linked.track(0).artists
    assert not other.keys() & {"location", "identifier", "album"}
    allowed = "location identifier title creator annotation info image album trackNum duration link meta extension"
    assert (first.keys() | other.keys()) <= set(allowed.split())


def test_a_jspf_of_others_is_read():
    """With a creator of its own, text where lists belong, and MusicBrainz's identifiers."""
    tracks = [
        {"title": "Still Water", "creator": "Ada", "identifier": ["https://musicbrainz.org/recording/e97f805a-ab48"]},
        {"title": "Low Moon", "creator": "Ada", "location": f"https://open.spotify.com/track/{SPOTIFY_ID}?si=x"},
        {"location": [f"https://open.spotify.com/intl-de/track/{SPOTIFY_ID}"], "title": "x"},
    ]
    given = {"playlist": {"title": "My list", "creator": "lena", "date": "2024-01-01T00:00:00Z", "track": tracks}}
    plays = parse_history(json.dumps(given))
    rows = plays.songs.take(plays.song).to_pylist()
    assert [(r["artist"], r["title"]) for r in rows[:2]] == [("Ada", "Still Water"), ("Ada", "Low Moon")]
    assert [r["track_id"] for r in rows] == [None, SPOTIFY_ID, SPOTIFY_ID]


# M3U of others


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#EXTM3U\n#EXTINF:123,Ada - Still Water\nC:\\Music\\x.mp3\n", ["Ada – Still Water"]),
        ("#EXTM3U\n#EXTINF:123,Ada - Still Water\n#EXTVLCOPT:a\n\nhttp://x/y.mp3\nb/03 - Bix - Low.flac", [
            "Ada – Still Water", "Bix – Low"]),
        ("#extm3u\r\n#extinf:-1 tvg-id=\"a\",Ada - Still Water\r\na\r\n", ["Ada – Still Water"]),
        ("#EXTM3U\n#EXTINF:1,Ada - A\n#EXTINF:1,Ada - B\nx.mp3\n#EXTINF:1,Ada - C", ["Ada – A", "Ada – B", "Ada – C"]),
        ("\ufeff#EXTM3U\n#PLAYLIST:Ada - No song\n01 Ada - A.mp3", ["Ada – A"]),
    ],
)  # fmt: skip
def test_m3u_of_others_is_read(text, names):
    plays = parse_history(text)
    assert plays.format == "M3U playlist"
    assert [plays.name(song) for song in plays.song.tolist()] == names


def test_an_m3u_without_a_song_is_refused():
    with pytest.raises(InvalidQueryError, match="holds no play of a song"):
        parse_history("#EXTM3U\n#PLAYLIST:x\n")


# Links


def test_songs_without_a_link_are_told(linked):
    file = write_playlist(linked, ids(linked, 20), "links")
    assert file.text.split("\n") == [
        f"https://open.spotify.com/track/{spotify_id(r)}" for r in range(20) if r % 10 != 9
    ] + [""]
    assert [track.track_id for track in file.left_out] == ["t9", "t19"]


def test_no_link_at_all_is_refused(catalogue):
    with pytest.raises(EmptyQueryError, match=rf"None of these {N} songs has a Spotify id.* Choose CSV, M3U8 or JSPF"):
        write_playlist(catalogue, ids(catalogue), "links")


@pytest.mark.parametrize("given", ["x", "", f"{SPOTIFY_ID}\n", f"{SPOTIFY_ID}/../a", "a" * 21 + "é"])
def test_what_is_no_spotify_id_makes_no_link(given):
    songs = make_catalogue(1, spotify_id=[given])
    assert link_of(songs.track(0)) is None
    assert "open.spotify.com" not in write_playlist(songs, ["t0"], "m3u8").text


# Names, and what is refused


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Señor Niebla / Best of", "senor-niebla-best-of.csv"), ("../../etc/passwd", "etc-passwd.csv"),
        ("", "playlist.csv"), ("…", "playlist.csv"),
        ("a\r\nb", "a-b.csv"), ("CON", "con-playlist.csv"), ("x" * 500, "x" * 60 + ".csv"),
    ],
)  # fmt: skip
def test_file_names_are_safe(linked, title, name):
    assert write_playlist(linked, ["t0"], "csv", title).name == name


def test_each_format_has_its_ending_and_type(linked):
    found = {f: write_playlist(linked, ["t0"], f, "a") for f in FORMATS}
    assert {f: file.name for f, file in found.items()} == {
        "csv": "a.csv", "m3u8": "a.m3u8", "jspf": "a.jspf", "links": "a.txt"
    }  # fmt: skip
    assert all("/" in file.media_type and not file.left_out for file in found.values())


def test_songs_come_as_often_as_asked(linked):
    assert len(rows_of(write_playlist(linked, ["t0", "t0"], "csv"))) == 2


@pytest.mark.parametrize(
    ("asked", "format_", "error", "match"),
    [
        ([], "csv", EmptyQueryError, r"There is no song to write"),
        (["zz"], "csv", UnknownTrackError, r"'zz' is not in this catalogue"),
        (["t0"], "xspf", InvalidQueryError, r"format is 'xspf'; give one of: csv, m3u8, jspf, links"),
    ],
)
def test_what_cannot_be_written_is_refused(linked, asked, format_, error, match):
    with pytest.raises(error, match=match):
        write_playlist(linked, asked, format_)


def test_what_steers_a_screen_is_taken_out():
    assert one_line("a\x1b\x07\u202eb\u2066c  d\u2029e") == "abc d e"
    assert file_stem("a\x00b") in ("a-b", "ab")
