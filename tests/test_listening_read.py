import gzip
import json
import random
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from recsys.errors import EmptyQueryError, InvalidQueryError, RecsysError, SourceError
from recsys.listening import NO_TIME, parse_history, read_history_file
from tests import listening_samples as s

EACH = pytest.mark.parametrize(("text", "format_", "names"), s.SAMPLES.values(), ids=s.SAMPLES)


def names(plays):
    return [plays.name(song) for song in plays.song.tolist()]


def json_of(*values):
    return json.dumps(list(values))


@EACH
def test_every_format_is_told_by_its_content(text, format_, names):
    plays = parse_history(text)
    assert plays.format.startswith(format_)
    assert [plays.name(song) for song in plays.song.tolist()] == (
        ["Ada – Still Water", "Ada – Low Moon"] if format_ == "playlists" else names
    )
    assert len(plays.users) == 1 and not plays.user.any()


@EACH
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_reads_the_same(text, format_, names, encoding):
    plays, plain = parse_history(text.encode(encoding)), parse_history(text)
    assert plays.songs == plain.songs
    assert (plays.song == plain.song).all() and (plays.times == plain.times).all()


@EACH
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_every_line_ending_reads_the_same(text, format_, names, ending):
    plays = parse_history(text.replace("\r\n", "\n").replace("\n", ending))
    assert [plays.name(song).replace("\r", "\n") for song in plays.song.tolist()] == [
        name.replace("\r", "\n") for name in map(parse_history(text).name, parse_history(text).song.tolist())
    ]


@EACH
def test_every_format_is_read_from_files(text, format_, names, tmp_path):
    plain, packed, archive = tmp_path / "any.name", tmp_path / "x.bin", tmp_path / "y"
    plain.write_text(text, "utf-8", newline="")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(plain, "folder/any.name")
        zipped.writestr("folder/readme.pdf", b"%PDF-1.4")
    [one], [two], [three] = map(read_history_file, (plain, packed, archive))
    assert one.format.startswith(format_)
    assert one.songs == two.songs == three.songs
    assert (one.song == two.song).all() and (one.song == three.song).all()
    assert "readme.pdf" in three.notes[-1]


@EACH
def test_whatever_is_cut_off_says_so_or_is_read(text, format_, names):
    data = text.encode()
    for end in range(len(data)):
        try:
            assert len(parse_history(data[:end]))
        except RecsysError as error:
            assert str(error)


@EACH
def test_damaged_input_never_surprises(text, format_, names):
    rng, data = random.Random(format_), text.encode()
    marks = [b'"', b"{", b"[", b"\n", b"\0", b",", b"}", b"]", b"\\", b"\xff", b"9" * 30, b"null", b"\\ud800", b"\t"]
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(rng.randrange(1, 8)):
            at = rng.randrange(len(damaged) + 1)
            damaged[at : at + rng.randrange(6)] = rng.choice([*marks, rng.randbytes(rng.randrange(5)), b""])
        try:
            assert len(parse_history(bytes(damaged)))
        except RecsysError as error:
            assert str(error)


@pytest.mark.parametrize("seed", range(10))
def test_noise_never_surprises(seed):
    rng = random.Random(seed)
    for size in range(1, 300, 6):
        try:
            assert len(parse_history(rng.randbytes(size)))
        except RecsysError as error:
            assert str(error)


NASTY = {
    "deep array": "[" * 100_000,
    "deep object": '{"a":' * 50_000,
    "deep mixture": '[{"a":' * 50_000,
    "quotes": '"' * 100_000,
    "commas": "a," * 50_000,
    "half a pair": "\ud800 - \udfff",
    "escaped half a pair": '[{"title": "\\ud800", "artist": "x"}]',
    "long numbers": "1" * 5_000 + " " + "2" * 5_000,
    "infinite": '[{"title": "a", "artist": "b", "time": 1e400}]',
    "huge": '[{"title": "a", "artist": "b", "time": ' + "9" * 5_000 + "}]",
    "far away": "user,track,time\n1,2,99999999999999999999\n1,2,9999-12-31T23:59:59Z\n1,2,0001-01-01T00:00:00-12:00\n",
    "not a number": "[NaN]",
    "dashes": " - \n – \n- -\n–––",
    "separators": "a\x1fb - c\x1fd",
    "open quote": 'title,artist\n"unclosed,b\nx,y\n',
    "wrong types": '[{"track_metadata": {"track_name": ["x"], "artist_name": 5}, "listened_at": {}}]',
    "empty object": "{}",
    "nested nothing": "[[[]]]",
    "header only": "user,track,time\n",
    "one huge line": "a - " + "b" * 1_000_000,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_input_is_answered_in_time(text):
    started = time.perf_counter()
    try:
        assert len(parse_history(text))
    except RecsysError as error:
        assert str(error)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\ufeff", b"", b"\xef\xbb\xbf\n", "\0\0"])
def test_nothing_is_an_empty_history(text):
    with pytest.raises(EmptyQueryError, match="artist - title"):
        parse_history(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html><html><body>Log in</body></html>", "is a web page"),
        ("<?xml version='1.0'?><x/>", "web page or XML"),
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04abc", "zip archive"),
        (bytes(range(32)) * 20, "is not text"),
        ("[]", "holds no play"),
        ('{"name": "nothing"}', "holds no play"),
        (json_of(s.spotify("short", ms=5_000)), r"holds no play of a song \(1 × played for under 30 s\)"),
        (json_of(s.spotify(None, uri=None, episode_name="On cats")), "1 × podcast or audiobook"),
        ("x" * 400, "a line that names no song"),
        ("https://example.org/song\n", "a line that names no song"),
    ],
)
def test_what_is_no_history_is_called_what_it_is(text, said):
    with pytest.raises(InvalidQueryError, match=said) as caught:
        parse_history(text)
    assert "Understood are: Last.fm-1K" in str(caught.value)


def test_spotify_skips_and_podcasts_are_counted():
    plays = parse_history(
        json_of(
            s.spotify("long"),
            s.spotify("short", ms=29_999),
            s.spotify(None, uri=None, episode_name="On cats"),
            s.spotify(None, uri=None),
        )
    )
    assert names(plays) == ["Ada – long"]
    assert plays.skipped == {"played for under 30 s": 1, "podcast or audiobook": 1, "no song named": 1}
    assert plays.rows == 4
    assert plays.songs["track_id"].to_pylist() == [s.SPOTIFY_ID]


def test_spotify_skips_may_be_kept():
    assert len(parse_history(json_of(s.spotify("long"), s.spotify("short", ms=100)), shortest_ms=0)) == 2


def test_listenbrainz_links_become_ids():
    info = {"spotify_id": f"https://open.spotify.com/track/{s.SPOTIFY_ID}", "recording_mbid": "m"}
    assert parse_history(json_of(s.listen("x", **info))).songs["track_id"].to_pylist() == [s.SPOTIFY_ID]
    assert parse_history(json_of(s.listen("x", recording_mbid="m"))).songs["track_id"].to_pylist() == ["m"]


@pytest.mark.parametrize(
    "cut", ["[" + s.SPOTIFY[1:-1] + ', {"ts": "2020-04-1', s.SPOTIFY[:-1], '{"payload": {"listens": ' + s.SPOTIFY[:-3]]
)
def test_json_before_a_cut_is_kept(cut):
    plays = parse_history(cut)
    assert "Ada – Still Water" in names(plays)
    assert "cut off" in " ".join(plays.notes)


def test_whole_json_is_not_called_cut():
    for text in (
        s.SPOTIFY,
        s.LISTENBRAINZ,
        s.LISTENBRAINZ_API,
        s.SPOTIFY + "\n",
        json.dumps(json.loads(s.SPOTIFY), indent=2),
    ):
        assert not parse_history(text).notes


def test_a_damaged_line_of_json_costs_only_itself():
    lines = [json.dumps(s.listen(title, at=1_600_000_000 + i)) for i, title in enumerate("abc")]
    lines[1] = lines[1].replace(":", "", 1)
    plays = parse_history("\n".join(lines))
    assert {"Ada – a", "Ada – c"} <= set(names(plays))
    assert "damaged" in plays.notes[0]


def test_times_out_of_order_are_sorted_and_equal_times_keep_their_order():
    lines = [s.listen(title, at=1_600_000_000 + at) for title, at in [("a", 5), ("b", 1), ("c", 9), ("d", 5), ("e", 9)]]
    assert [name[-1] for name in names(parse_history(json_of(*lines)))] == list("badce")


def test_equal_times_in_a_list_of_latest_first_are_turned_round():
    lines = [s.listen(title, at=1_600_000_000 - at) for title, at in [("e", 0), ("d", 1), ("c", 1), ("b", 2), ("a", 3)]]
    assert [name[-1] for name in names(parse_history(json_of(*lines)))] == list("abcde")


def test_impossible_times_keep_the_order_given():
    ahead = int(time.time()) + 10 * 86_400
    ats = [1_600_000_000, 0, 1_600_000_010, ahead, 1_600_000_005]
    plays = parse_history(json_of(*(s.listen(title, at=at) for title, at in zip("abcde", ats, strict=True))))
    assert [name[-1] for name in names(plays)] == list("abecd")
    assert (plays.times == NO_TIME).tolist() == [False, True, False, False, True]
    assert "1 before 1990, 1 in the future" in plays.notes[0]


def test_only_impossible_times_leave_the_order_of_the_file():
    plays = parse_history(json_of(*(s.listen(title, at=at) for title, at in zip("abc", (30, 20, 40), strict=True))))
    assert [name[-1] for name in names(plays)] == list("abc")
    assert (plays.times == NO_TIME).all()


def test_more_than_the_most_plays_leaves_the_latest():
    rows = [f"u,{1_600_000_000 + i},song{i}" for i in range(100_050)]
    random.Random(0).shuffle(rows)
    plays = parse_history("user,time,track_id\n" + "\n".join(rows))
    assert len(plays) == 100_000
    assert plays.name(int(plays.song[0])) == "song50" and plays.name(int(plays.song[-1])) == "song100049"
    assert plays.notes == ("Of 100,050 plays the latest 100,000 were taken.",)


@pytest.mark.parametrize("whole", ["Beyoncé – Halo", "Sigur Rós – Hoppípolla", "Guns N’ Roses – You", "Аквариум – Рок"])
def test_garbled_names_are_mended(whole):
    plays = parse_history(" – ".join(part.encode().decode("latin-1") for part in whole.split(" – ")))
    assert plays.name(0) == whole
    assert "garbled" in plays.notes[0]


@pytest.mark.parametrize("name", ["São Tomé – Água", "ÄÖÜ – Ça", "Ã – Â", "Måneskin – Zitti e buoni"])
def test_accents_are_not_taken_for_garbled(name):
    assert parse_history(name).name(0) == name


def test_a_wrong_encoding_is_read_and_counted():
    plays = parse_history("Ada – x\n".encode() + "Bix\tSeñor Niebla\n".encode("latin-1"))
    assert names(plays) == ["Ada – x", "Bix – Señor Niebla"]
    assert "not UTF-8 and have been read as Windows-1252: 1" in plays.notes[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Queen - Bohemian Rhapsody", (None, "Queen", "Bohemian Rhapsody")),
        ("Queen – Bohemian Rhapsody", (None, "Queen", "Bohemian Rhapsody")),
        ("Queen—Bohemian Rhapsody", (None, None, "Queen—Bohemian Rhapsody")),
        ("Queen — Bohemian Rhapsody - Remastered 2011", (None, "Queen", "Bohemian Rhapsody - Remastered 2011")),
        ("Queen\tBohemian Rhapsody\tA Night at the Opera", (None, "Queen", "Bohemian Rhapsody")),
        ("12\tQueen\tInnuendo", (None, "Queen", "Innuendo")),
        ("Halo by Beyoncé", (None, "Beyoncé", "Halo")),
        ("“Stand by Me” by Ben E. King", (None, "Ben E. King", "Stand by Me")),
        ("1. Queen - Innuendo", (None, "Queen", "Innuendo")),
        ("#3) Queen - Innuendo 6:30", (None, "Queen", "Innuendo")),
        ("- Queen - Innuendo", (None, "Queen", "Innuendo")),
        ("• Queen | Innuendo", (None, "Queen", "Innuendo")),
        ("Jay-Z - 99 Problems", (None, "Jay-Z", "99 Problems")),
        ("7 - Catfish", (None, "7", "Catfish")),
        ("99 Luftballons", (None, None, "99 Luftballons")),
        (f"spotify:track:{s.SPOTIFY_ID}", (s.SPOTIFY_ID, None, None)),
        (f"https://open.spotify.com/intl-de/track/{s.SPOTIFY_ID}?si=1", (s.SPOTIFY_ID, None, None)),
        (f"open.spotify.com/track/{s.SPOTIFY_ID}", (s.SPOTIFY_ID, None, None)),
        (s.SPOTIFY_ID, (s.SPOTIFY_ID, None, None)),
        ("사랑 - 노래", (None, "사랑", "노래")),
    ],
)
def test_lines_are_read_as_people_write_them(line, expected):
    assert tuple(parse_history(line).songs.to_pylist()[0].values()) == expected


def test_a_line_with_another_number_of_columns_is_counted():
    plays = parse_history("user,time,track_id\nu,1600000000,a\nu,b\nu,1600000001,c\n")
    assert names(plays) == ["a", "c"]
    assert plays.skipped == {"wrong number of columns": 1}


def test_a_stray_quotation_mark_spoils_one_line_only():
    plays = parse_history('artist,title\nAda,"Low Moon\nBix,Two\nCleo,Three\n')
    assert names(plays)[1:] == ["Bix – Two", "Cleo – Three"]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1241478537", 1_241_478_537),
        ("1241478537000", 1_241_478_537),
        ("1241478537000000", 1_241_478_537),
        ("2009-05-04T23:08:57Z", 1_241_478_537),
        ("2009-05-04T23:08:57.5Z", 1_241_478_537),
        ("2009-05-05T01:08:57+02:00", 1_241_478_537),
        ("2009-05-04 23:08:57", 1_241_478_537),
        ("2009-05-04 23:08:57 UTC", 1_241_478_537),
        ("2009-05-04 23:08", 1_241_478_480),
        ("04 May 2009 23:08", 1_241_478_480),
        ("04 May 2009, 23:08", 1_241_478_480),
        ("2009-05-04", 1_241_395_200),
        ("soon", NO_TIME),
        ("", NO_TIME),
    ],
)
def test_times_are_read_as_files_write_them(written, seconds):
    with_others = parse_history(f'user,time,track_id\nu,"{written}",a\nu,,b\n')
    alone = parse_history(f'user,time,track_id\nu,"{written}",a\n')
    assert seconds in with_others.times.tolist()
    assert alone.times.tolist() == [seconds]


def test_times_that_cannot_be_read_are_counted():
    assert "Times that could not be read: 1" in " ".join(parse_history("user,time,track_id\nu,soon,a\nu,,b\n").notes)


def test_hetrec_is_read_as_tagging_events(tmp_path):
    with zipfile.ZipFile(tmp_path / "h.zip", "w") as zipped:
        zipped.writestr("user_artists.dat", s.HETREC_WEIGHTS)
        zipped.writestr("user_taggedartists-timestamps.dat", s.HETREC_TAGS)
        zipped.writestr("artists.dat", s.HETREC_ARTISTS)
        zipped.extractall(tmp_path / "folder")
    for path in (tmp_path / "h.zip", tmp_path / "folder"):
        [plays] = read_history_file(path)
        assert names(plays) == ["Duran Duran", "Morcheeba"]
        assert plays.times.tolist() == [1_238_536_700, 1_238_536_800]
        assert plays.artists_only and plays.format == "HetRec 2011 Last.fm: artists tagged"
        assert plays.skipped == {"the same at the same time": 1}
        assert "Of 3 artists that users played, 1 were never tagged" in plays.notes[-1]


def test_hetrec_weights_alone_put_the_most_played_last(tmp_path):
    (tmp_path / "user_artists.dat").write_text(s.HETREC_WEIGHTS)
    [plays] = read_history_file(tmp_path)
    assert [plays.name(int(song)) for song in plays.song[:2]] == ["52", "51"]
    assert (plays.times == NO_TIME).all()


def test_files_of_one_person_in_a_folder_are_one_user(tmp_path):
    folder = tmp_path / "MyData"
    folder.mkdir()
    (folder / "Streaming_History_Audio_2019_1.json").write_text(json_of(s.spotify("b", ts="2019-02-01T00:00:00Z")))
    (folder / "Streaming_History_Audio_2018_0.json").write_text(json_of(s.spotify("a", ts="2018-02-01T00:00:00Z")))
    (folder / "notes.txt").write_text("nothing of the kind")
    [plays] = read_history_file(folder)
    assert plays.users == ("MyData",) and [name[-1] for name in names(plays)] == ["a", "b"]
    assert "notes.txt" in plays.notes[-1]
    [alone] = read_history_file(folder / "Streaming_History_Audio_2019_1.json")
    assert alone.users == ("MyData",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"a,b,c\n1,2,3\nx,y,z\n", "none of the histories"),
        (b"A long text about music.\nIt goes on.\n", "none of the histories"),
        (gzip.compress(s.DEMO.encode() * 100)[:-20], "damaged or cut off"),
        (gzip.compress(b"\x1f\x8b123"), "gzipped twice"),
        (b"\x1f\x8b\x00\x00", "damaged or cut off"),
        (bytes(range(256)) * 8, "is not text"),
    ],
)
def test_a_file_that_is_no_history_is_an_error(tmp_path, content, said):
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(SourceError, match=said):
        read_history_file(tmp_path / "f.csv")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"nothing\.csv does not exist"):
        read_history_file(tmp_path / "nothing.csv")


def test_an_archive_without_histories_is_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        zipped.writestr("readme.pdf", b"%PDF-1.4")
    with pytest.raises(SourceError, match=r"a\.zip holds no history: readme\.pdf"):
        read_history_file(tmp_path / "a.zip")


def test_progress_reaches_the_end(tmp_path):
    (tmp_path / "f.csv").write_text(s.DEMO)
    told: list[float] = []
    read_history_file(tmp_path / "f.csv", progress=told.append)
    assert told and told[-1] == 1.0


def test_users_stay_apart_and_in_order(tmp_path):
    (tmp_path / "f.tsv").write_text(s.LASTFM_1K, "utf-8")
    [plays] = read_history_file(tmp_path / "f.tsv")
    assert plays.users == ("user_000001", "user_000002")
    assert plays.user.tolist() == [0, 0, 1] and plays.user.dtype == np.int32


def test_reading_is_light_to_import():
    code = (
        "import sys, recsys.listening; print(*(m for m in ('pandas', 'torch', 'sklearn', 'scipy') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_playlists_beside_a_log_of_plays_are_not_plays(tmp_path):
    (tmp_path / "StreamingHistory_music_0.json").write_text(s.SPOTIFY_OLD)
    (tmp_path / "Playlist1.json").write_text(s.SPOTIFY_PLAYLISTS)
    (tmp_path / "feedback.jsonl").write_text('{"recording_mbid": "m", "score": 1, "created": 1600000000}')
    [plays] = read_history_file(tmp_path)
    assert names(plays) == ["Ada – Still Water"]
    assert "feedback.jsonl" in plays.notes[-1] and "JSON list of songs (1 files)" in plays.notes[-1]


def test_a_hundred_thousand_plays_of_json_are_read_in_seconds():
    text = json_of(*(s.spotify(f"song {i % 5000}", ts="2020-04-11T00:27:53Z") for i in range(100_000)))
    started = time.process_time()
    assert len(parse_history(text)) == 100_000
    assert time.process_time() - started < 8
