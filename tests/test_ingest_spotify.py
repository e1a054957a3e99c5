"""The collector against Spotify's double, with the real spotipy over HTTP."""

import csv
import gzip
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recsys.bundle import Bundle
from recsys.errors import SourceError
from recsys.ui.page import kind_text
from tests.ingest_rows import FEATURES, VALUES
from tests.spotify_double import CLIENT_ID, CLIENT_SECRET, CUT, TOKEN, SpotifyDouble, features, serve, spotify_id, track
from train import card, catalogue
from train.ingest import source_file
from train.ingest.spotify import client
from train.ingest.spotify.__main__ import POLICY, main
from train.ingest.spotify.songs import playlist_id_of
from train.ingest.tracks import read_tracks

ROOT = Path(__file__).parents[1]


@pytest.fixture
def spotify(monkeypatch, tmp_path):
    """The double, and this process set up to ask it, in an empty folder."""
    with serve(SpotifyDouble()) as double:
        double.known_features = {spotify_id(number): features(number) for number in range(200)}
        double.genres = {spotify_id(number, "artist"): ["indie pop", f"scene {number}"] for number in range(20)}
        monkeypatch.setenv("SPOTIPY_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", CLIENT_SECRET)
        monkeypatch.setenv("SPOTIPY_API_URL", f"{double.url}/v1/")
        monkeypatch.setenv("SPOTIPY_TOKEN_URL", f"{double.url}/api/token")
        monkeypatch.chdir(tmp_path)
        yield double


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(client, "sleep", waited.append)
    return waited


@pytest.fixture
def collect(tmp_path, caplog):
    """Run the collector; gives the rows of its file."""
    caplog.set_level(logging.INFO)

    def run(*playlist_ids, out="songs.csv", **flags):
        options = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
        main(["--playlist", *playlist_ids, "--out", str(tmp_path / out), *options])
        return read_csv(tmp_path / out) if out.endswith(".csv") else None

    return run


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def songs(*numbers):
    return [track(number) for number in numbers]


def column(rows, name):
    return [row[name] for row in rows]


def data_set(path, *lines):
    """A file of tracks, each line an id, a title and an artist, with one length."""
    path.write_text("\n".join([f"id,name,artist,duration_ms,{FEATURES}", *(f"{line},{VALUES}" for line in lines), ""]))
    return path


# What is asked for


def test_every_page_of_a_playlist_is_read_in_order(spotify, collect):
    rows = collect(spotify.add(1, songs(*range(120))))
    assert column(rows, "track_id") == [spotify_id(number) for number in range(120)]
    assert column(rows, "position") == [str(position) for position in range(120)]
    pages = [asked for asked in spotify.asked if "/items" in asked]
    assert [page.partition("offset=")[2].partition("&")[0] for page in pages] == ["0", "50", "100"]
    assert len([asked for asked in spotify.asked if asked.startswith("audio-features")]) == 2


def test_a_row_holds_what_spotify_says(spotify, collect):
    (row,) = collect(spotify.add(1, songs(42), name="Mine, “all” mine"))
    assert row == {
        "track_id": spotify_id(42),
        "spotify_id": spotify_id(42),
        "title": "Song 42",
        "artist": "Artist 4",
        "artists": "Artist 4",
        "album": "Album 4",
        "release_date": "1999-05-01",
        "explicit": "false",
        "genres": "indie pop; scene 4",
        "popularity": "42",
        "duration_ms": "200042",
        **{name: str(value) for name, value in features(42).items() if name != "id"},
        "source": "spotify",
        "playlist_id": spotify_id(1, "list"),
        "playlist_name": "Mine, “all” mine",
        "position": "0",
    }


def test_answers_from_before_2026_are_read_too(spotify, collect):
    spotify.item_key = "track"
    assert column(collect(spotify.add(1, songs(1, 2))), "title") == ["Song 1", "Song 2"]


def test_an_app_in_development_mode_is_told_less(spotify, collect, caplog):
    """No artists at once, no popularity; and one artist is no longer there."""
    answer = spotify.answer
    spotify.answer = lambda path, query: (403, {}) if path == "artists/" else answer(path, query)
    del spotify.genres[spotify_id(1, "artist")]
    items = [{name: value for name, value in track(number).items() if name != "popularity"} for number in (1, 11, 31)]
    rows = collect(spotify.add(1, items))
    assert column(rows, "genres") == ["indie pop; scene 0", "", "indie pop; scene 3"]
    assert column(rows, "popularity") == ["", "", ""]
    assert "one artist at a time" in caplog.text


def test_without_genres_a_song_is_kept(spotify, collect, caplog):
    spotify.refused = {"artists": 403}
    assert column(collect(spotify.add(1, songs(1, 2))), "genres") == ["", ""]
    assert "have no genre from Spotify" in caplog.text


def test_repeats_within_and_across_playlists_are_counted(spotify, collect, caplog):
    rows = collect(spotify.add(1, songs(1, 2, 3, 2)), spotify.add(2, songs(3, 4)))
    assert len(rows) == 6
    said = "6 entries in 2 playlists: 4 songs, 1 of them in several playlists, and 1 repeat within a playlist."
    assert said in caplog.text
    (asked,) = [asked for asked in spotify.asked if asked.startswith("audio-features")]
    assert asked.count("track") == 4


def test_a_playlist_given_twice_is_collected_once(spotify, collect):
    mine = spotify.add(1, songs(1, 2))
    assert len(collect(mine, f"https://open.spotify.com/playlist/{mine}?si=abc")) == 2


def test_what_is_no_song_is_counted_and_listed(spotify, collect, caplog, tmp_path):
    local = track(2, id=None, is_local=True, name="My tape")
    podcast = {"type": "episode", "id": spotify_id(1, "episode"), "name": "Talk"}
    away = track(3, id=None)
    unknown = track(4)
    del spotify.known_features[spotify_id(4)]
    rows = collect(spotify.add(1, [track(1), local, None, podcast, away, unknown, track(5)]))
    assert column(rows, "title") == ["Song 1", "Song 5"]
    left_out = read_csv(tmp_path / "songs.left_out.csv")
    assert [(row["position"], row["song"], row["why"]) for row in left_out] == [
        ("1", "Artist 0 - My tape", "local file"),
        ("2", "nothing", "no longer on Spotify"),
        ("3", "Talk", "not a song but a podcast's episode"),
        ("4", "Artist 0 - Song 3", "no id: not available"),
        ("5", "Artist 0 - Song 4", "no audio features"),
    ]
    for reason in column(left_out, "why"):
        assert reason in caplog.text


def test_an_older_list_of_what_was_left_out_goes(spotify, collect, tmp_path):
    (tmp_path / "songs.left_out.csv").write_text("old")
    collect(spotify.add(1, songs(1)))
    assert not (tmp_path / "songs.left_out.csv").exists()


def test_parquet_and_gzip_hold_the_same(spotify, collect, tmp_path):
    mine = spotify.add(1, songs(1, 2, 3))
    expected = column(collect(mine), "title")
    collect(mine, out="songs.parquet")
    collect(mine, out="songs.csv.gz")
    assert pq.read_table(tmp_path / "songs.parquet")["title"].to_pylist() == expected
    assert gzip.decompress((tmp_path / "songs.csv.gz").read_bytes()) == (tmp_path / "songs.csv").read_bytes()


# Patience


def test_retry_after_is_waited_for_and_said(spotify, collect, waits, caplog):
    spotify.once = {"playlists": [429, 429], "audio-features": [429]}
    spotify.retry_after = "7"
    assert len(collect(spotify.add(1, songs(1)))) == 1
    assert waits == [7, 7, 7]
    assert "Spotify answers 429, too many requests: waiting 7 s." in caplog.text


def test_retry_after_is_really_slept(spotify, collect, monkeypatch):
    slept = []

    def note_and_sleep(seconds):
        slept.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(client, "sleep", note_and_sleep)
    spotify.once, spotify.retry_after = {"playlists": [429]}, "1"
    collect(spotify.add(1, songs(1)))
    assert slept == [1]


def test_more_patience_than_is_allowed_is_an_error_that_says_until_when(spotify, collect, waits):
    spotify.once, spotify.retry_after = {"playlists": [429]}, "83000"
    with pytest.raises(
        SourceError, match=r"wait 23:03:20, until .*; --patience is 0:10:00\. Run the same command again"
    ):
        collect(spotify.add(1, songs(1)))
    assert waits == []


@pytest.mark.parametrize("retry_after", [None, "soon"])
def test_a_429_that_does_not_say_how_long_is_waited_for_longer_each_time(spotify, collect, waits, retry_after):
    spotify.once, spotify.retry_after = {"playlists": [429, 429, 429]}, retry_after
    collect(spotify.add(1, songs(1)))
    assert waits == [1, 2, 4]


def test_an_outage_that_passes_is_waited_out(spotify, collect, waits, caplog):
    spotify.once = {"audio-features": [500, 503, CUT]}
    assert len(collect(spotify.add(1, songs(1)))) == 1
    assert waits == [1, 2, 4]
    assert "Spotify answers 503: waiting 2 s." in caplog.text
    assert "Spotify cannot be reached (" in caplog.text


def test_an_outage_that_stays_is_an_error(spotify, collect, waits):
    spotify.refused = {"playlists": 502}
    with pytest.raises(SourceError, match=r"Spotify answers 502, 6 times\. Check the connection"):
        collect(spotify.add(1, songs(1)))


def test_no_network_is_an_error(spotify, collect, waits, monkeypatch):
    monkeypatch.setenv("SPOTIPY_TOKEN_URL", "http://127.0.0.1:9/api/token")
    with pytest.raises(SourceError, match=r"Spotify cannot be reached \(ConnectionError\), 6 times"):
        collect(spotify.add(1, songs(1)))
    assert waits == [1, 2, 4, 8, 16]


# Going on


def test_an_interrupted_run_goes_on_where_it_was(spotify, collect, waits, tmp_path):
    mine = spotify.add(1, songs(*range(150)))
    whole = spotify.answer

    def cut_at_the_third_page(path, query):
        return (CUT, whole(path, query)[1]) if query.get("offset") == ["100"] else whole(path, query)

    spotify.answer = cut_at_the_third_page
    with pytest.raises(SourceError, match="run the same command again to go on"):
        collect(mine)
    assert not (tmp_path / "songs.csv").exists() and (tmp_path / "songs.csv.partial").exists()
    spotify.answer = whole
    spotify.asked.clear()
    assert len(collect(mine)) == 150
    assert [asked for asked in spotify.asked if "offset=0&" in asked or "offset=50&" in asked] == []
    assert len([asked for asked in spotify.asked if "offset=100&" in asked]) == 1
    assert not (tmp_path / "songs.csv.partial").exists()


def test_a_run_cut_among_the_features_asks_for_the_rest_only(spotify, collect, waits):
    mine = spotify.add(1, songs(*range(150)))
    whole, last = spotify.answer, spotify_id(149)
    spotify.answer = lambda path, query: (
        (500, {}) if last in query.get("ids", [""])[0] and path.startswith("audio") else whole(path, query)
    )
    with pytest.raises(SourceError, match="Spotify answers 500"):
        collect(mine)
    spotify.answer = whole
    spotify.asked.clear()
    assert len(collect(mine)) == 150
    (asked,) = [asked for asked in spotify.asked if asked.startswith("audio-features")]
    assert spotify_id(100) in asked and spotify_id(99) not in asked
    assert [asked for asked in spotify.asked if "/items" in asked] == []


def test_a_playlist_changed_in_between_is_read_anew(spotify, collect, waits):
    mine = spotify.add(1, songs(*range(60)))
    spotify.refused = {"audio-features": 500}
    with pytest.raises(SourceError, match="500"):
        collect(mine)
    spotify.refused = {}
    spotify.playlists[mine] |= {"snapshot_id": "second", "items": songs(*range(1, 61))}
    assert column(collect(mine), "track_id") == [spotify_id(number) for number in range(1, 61)]


def test_a_run_that_is_stopped_by_hand_says_how_to_go_on(spotify, collect, monkeypatch):
    def stop(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "sleep", stop)
    spotify.once = {"audio-features": [429]}
    mine = spotify.add(1, songs(1))
    with pytest.raises(SourceError, match=r"Interrupted\. .* run the same command again to go on"):
        collect(mine)
    assert len(collect(mine)) == 1


def test_a_damaged_partial_file_is_named(spotify, collect, tmp_path):
    (tmp_path / "songs.csv.partial").write_text("this is no database, but long enough to be taken for something" * 20)
    with pytest.raises(SourceError, match=r"songs\.csv\.partial cannot be used .* Remove it"):
        collect(spotify.add(1, songs(1)))


# When Spotify gives no audio features


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refused_features_are_said_plainly_and_end_the_run(spotify, collect, caplog, tmp_path, status):
    spotify.refused = {"audio-features": status}
    mine = spotify.add(1, songs(1, 2))
    with pytest.raises(SourceError, match=rf"no audio features \({status}\).*--fallback demo to have them invented"):
        collect(mine)
    assert f"Spotify refused audio features ({status}: Said with {status})" in caplog.text
    assert "no app registered since November 2024" in caplog.text
    assert not (tmp_path / "songs.csv").exists()
    assert not [asked for asked in spotify.asked if asked.startswith("artists")]


def test_a_data_set_stands_in_by_id_then_by_artist_and_title(spotify, collect, caplog, tmp_path):
    spotify.refused = {"audio-features": 403}
    given = data_set(
        tmp_path / "other.csv",
        f"{spotify_id(1)},Called otherwise,Somebody,200000",
        "x2,song 2,ARTIST 0,200000",
        "x3,Song 3,Another artist,200003",
    )
    rows = collect(spotify.add(1, songs(1, 2, 3)), fallback=given)
    assert column(rows, "title") == ["Song 1", "Song 2"]
    assert column(rows, "source") == ["other.csv", "other.csv"]
    assert column(rows, "tempo") == ["122.5", "122.5"]
    assert column(rows, "genres") == ["indie pop; scene 0"] * 2
    assert "2 of 3 songs without audio features were found in other.csv, 1 were not." in caplog.text
    (lost,) = read_csv(tmp_path / "songs.left_out.csv")
    assert (lost["track_id"], lost["why"]) == (spotify_id(3), "no audio features")


def test_a_data_set_on_the_hub_is_named_with_its_revision(spotify, collect, tmp_path, monkeypatch):
    spotify.refused = {"audio-features": 403}
    given = data_set(tmp_path / "other.csv", "x1,Song 1,Artist 0,200000")
    address = "hf://datasets/someone/songs/other.csv@v1"
    monkeypatch.setattr(source_file, "fetch_dataset_file", {address: given}.__getitem__)
    (row,) = collect(spotify.add(1, songs(1)), fallback=address)
    assert row["source"] == address


def test_another_version_stands_in_only_where_it_is_as_long(spotify, collect, tmp_path):
    spotify.refused = {"audio-features": 403}
    given = data_set(tmp_path / "other.csv", "x1,Blue,Artist 0,201000", "x2,Red,Artist 0,260000")
    items = [track(1, name="Blue - Remastered 2011"), track(2, name="Red - Live at Home")]
    assert column(collect(spotify.add(1, items), fallback=given), "title") == ["Blue - Remastered 2011"]


def test_features_that_spotify_did_give_are_not_replaced(spotify, collect, tmp_path):
    del spotify.known_features[spotify_id(2)]
    given = data_set(tmp_path / "other.csv", "x1,Song 1,Artist 0,200000", "x2,Song 2,Artist 0,200000")
    rows = collect(spotify.add(1, songs(1, 2)), fallback=given)
    assert column(rows, "source") == ["spotify", "other.csv"]
    assert column(rows, "tempo") == ["101.5", "122.5"]


def test_a_fallback_without_any_of_the_songs_is_an_error(spotify, collect, tmp_path):
    spotify.refused = {"audio-features": 403}
    given = data_set(tmp_path / "other.csv", "x1,Something,Else,200000")
    with pytest.raises(SourceError, match=r"No song is left to write\. Give other playlists, or another --fallback"):
        collect(spotify.add(1, songs(1, 2)), fallback=given)
    assert not (tmp_path / "songs.csv").exists()


def test_a_fallback_that_is_not_there_is_an_error(spotify, collect):
    spotify.refused = {"audio-features": 403}
    with pytest.raises(SourceError, match=r"nowhere\.csv does not exist"):
        collect(spotify.add(1, songs(1)), fallback="nowhere.csv")


def test_invented_features_are_asked_for_marked_and_the_same_each_time(spotify, collect, caplog):
    spotify.refused = {"audio-features": 403}
    mine = spotify.add(1, songs(*range(30)))
    rows = collect(mine, fallback="demo")
    assert set(column(rows, "source")) == {"demo"}
    assert len({row["tempo"] for row in rows}) > 20
    assert "The audio features of 30 songs are INVENTED" in caplog.text
    assert collect(mine, fallback="demo") == rows


def test_invented_rows_do_not_stand_in_for_others(spotify, collect, tmp_path):
    spotify.refused = {"audio-features": 403}
    mine = spotify.add(1, songs(*range(5)))
    collect(mine, fallback="demo")
    with pytest.raises(SourceError, match=r"the audio features of 5 of 5 rows in it is invented"):
        collect(mine, out="again.csv", fallback=tmp_path / "songs.csv")


# What the catalogue makes of it


def train(tmp_path, *files):
    out = tmp_path / "bundle"
    catalogue.main(["--tracks", *map(str, files), "--out", str(out)])
    return Bundle.open(out)


def test_a_catalogue_is_made_of_what_was_collected(spotify, collect, tmp_path):
    collect(spotify.add(1, songs(*range(40)), name="First"), spotify.add(2, songs(*range(30, 60)), name="Second"))
    bundle = train(tmp_path, tmp_path / "songs.csv")
    tracks = bundle.load_catalogue()
    assert len(tracks) == 60
    song = tracks.track(tracks.row(spotify_id(42)))
    assert (song.title, song.artist, song.album, song.year) == ("Song 42", "Artist 4", "Album 4", 1999)
    assert (song.genres, song.popularity, song.spotify_id) == (("indie pop", "scene 4"), 42, spotify_id(42))
    playlists = pq.read_table(bundle.path / "catalogue" / "playlists.parquet")
    assert playlists["playlist_name"].to_pylist() == ["First"] * 40 + ["Second"] * 30
    assert not bundle.manifest.synthetic and not bundle.manifest.wholly_synthetic
    (record,) = bundle.manifest.provenance
    assert (record["format"], record["features_from"]) == ("collected playlists", "spotify (70 rows)")
    assert "do not allow training" in record["licence"]


def test_a_catalogue_with_invented_features_says_so(spotify, collect, tmp_path):
    for number in range(3):
        del spotify.known_features[spotify_id(number)]
    collect(spotify.add(1, songs(*range(10))), fallback="demo")
    bundle = train(tmp_path, tmp_path / "songs.csv")
    manifest = bundle.manifest
    assert manifest.synthetic and not manifest.wholly_synthetic
    (record,) = manifest.provenance
    assert record["features_from"] == "spotify (7 rows); demo (3 rows)"
    assert record["invented"] == "the audio features of 3 of 10 rows"
    assert "Partly invented" in kind_text(manifest)
    assert "**Some of it is invented** (songs.csv: the audio features of 3 of 10 rows)" in card.invented_text(manifest)


def test_one_invented_source_among_real_ones_marks_the_bundle(spotify, collect, tmp_path):
    spotify.refused = {"audio-features": 403}
    collect(spotify.add(1, songs(1)), fallback="demo")
    real = data_set(tmp_path / "real.csv", "x1,Something,Else,200000")
    manifest = train(tmp_path, tmp_path / "songs.csv", real).manifest
    assert manifest.synthetic and not manifest.wholly_synthetic
    assert [record["invented"] for record in manifest.provenance] == ["the audio features of 1 of 1 rows", "nothing"]


@pytest.mark.parametrize("said", ["demo", "Demo ", "DEMO"])
def test_the_mark_is_read_however_it_is_written(tmp_path, said):
    path = tmp_path / "songs.csv"
    path.write_text(f"spotify_id,playlist_id,playlist_name,source,name,artist,{FEATURES}\nx,p,P,{said},N,A,{VALUES}\n")
    assert read_tracks(path).synthetic


# What the user did wrong, and what nobody should see


def test_the_policy_is_said_first(spotify, collect, caplog):
    collect(spotify.add(1, songs(1)))
    assert caplog.messages[0] == POLICY and "forbids training" in POLICY


def test_an_unknown_playlist_says_what_it_may_be(spotify, collect):
    with pytest.raises(SourceError, match=r"refused playlist list0+9 \(404: Said with 404\).* private"):
        collect(spotify_id(9, "list"))


def test_a_playlist_that_an_app_is_not_given_says_why(spotify, collect):
    mine = spotify.add(1, songs(1))
    spotify.refused = {f"playlists/{mine}/items": 403}
    with pytest.raises(SourceError, match=r"in development mode .* extended quota"):
        collect(mine)


def test_an_empty_playlist_is_an_error_only_when_it_stands_alone(spotify, collect, caplog):
    empty, other = spotify.add(1, [], name="Void"), spotify.add(2, songs(1))
    assert len(collect(empty, other)) == 1
    assert "Playlist “Void” (" in caplog.text
    with pytest.raises(SourceError, match="No song is left to write"):
        collect(empty)


def test_wrong_credentials_are_an_error_that_names_the_variables(spotify, collect, monkeypatch):
    monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", "wrong")
    with pytest.raises(SourceError, match=r"not know these credentials \(Invalid client secret\).*SPOTIPY_CLIENT_ID"):
        collect(spotify.add(1, songs(1)))


def test_missing_credentials_are_an_error_that_names_the_variables(spotify, collect, monkeypatch):
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    with pytest.raises(SourceError, match=r"No credentials for Spotify\. Set SPOTIPY_CLIENT_ID and"):
        collect(spotify.add(1, songs(1)))
    assert spotify.tokens == 0 and spotify.asked == []


@pytest.mark.parametrize(
    "given",
    [
        spotify_id(7, "list"),
        f"spotify:playlist:{spotify_id(7, 'list')}",
        f"https://open.spotify.com/playlist/{spotify_id(7, 'list')}",
        f"open.spotify.com/intl-es/playlist/{spotify_id(7, 'list')}?si=0123&pt=9",
        f"http://open.spotify.com/user/somebody/playlist/{spotify_id(7, 'list')}",
    ],
)
def test_a_playlist_may_be_given_in_many_ways(given):
    assert playlist_id_of(given) == spotify_id(7, "list")


@pytest.mark.parametrize(
    "given", ["", "mine", f"https://open.spotify.com/album/{spotify_id(1)}", "https://example.org/playlist/1"]
)
def test_what_is_no_playlist_is_refused_before_anything_is_asked(spotify, collect, given):
    with pytest.raises(SourceError, match=r"is not a playlist\. Give its address"):
        collect(given)
    assert spotify.tokens == 0


def test_a_file_that_no_reader_knows_is_refused_at_once(spotify, collect):
    with pytest.raises(SourceError, match=r"--out is songs\.xlsx: end it in \.csv"):
        collect(spotify.add(1, songs(1)), out="songs.xlsx")
    assert spotify.tokens == 0


def test_as_a_process_it_reads_dotenv_and_tells_no_secret(spotify, tmp_path):
    mine = spotify.add(1, songs(*range(60)))
    spotify.once = {"playlists": [429], "audio-features": [500]}
    spotify.retry_after = "0"
    names = {name: os.environ[name] for name in os.environ if name.startswith("SPOTIPY_")}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in names.items()) + "RECSYS_REPO=a/b\n")
    clean = {name: value for name, value in os.environ.items() if name not in names} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "train.ingest.spotify", "--playlist", mine, "--out", "songs.csv"],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Saved: songs.csv" in done.stderr and "too many requests: waiting 0 s." in done.stderr
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir() if path.name != ".env")
    for secret in (TOKEN, CLIENT_SECRET):
        assert secret not in done.stdout + done.stderr + written
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "songs.csv"]


def test_even_at_debug_level_no_secret_is_logged(spotify, collect, caplog):
    caplog.set_level(logging.DEBUG)
    collect(spotify.add(1, songs(1)))
    assert caplog.records
    assert TOKEN not in caplog.text and CLIENT_SECRET not in caplog.text
