"""A history as somebody gives it: ids, lines, or text in any format, with an account of what was not found."""

import json

import pytest

from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.heard_songs import read_heard
from recsys.listening import SongJoin
from tests.listening_samples import SAMPLES, SPOTIFY_ID
from tests.planted_follow import follow_catalogue

IDS = ("q0", "q2", "l2", "q0")
LINES = ("Ada – Still Water", "Low Moon by Ada", "Dov - Don't Blink")


@pytest.fixture(scope="module")
def join(catalogue):
    return SongJoin(catalogue)


@pytest.fixture
def read(catalogue, join):
    return lambda given: read_heard(given, catalogue, join)


# Lists


@pytest.mark.parametrize("kind", [list, tuple])
def test_track_ids_are_taken_as_they_are(read, kind):
    heard = read(kind(IDS))
    assert heard.track_ids == IDS
    assert (heard.format, heard.plays, heard.matched) == ("track ids", 4, {"id": 4})
    assert (heard.unmatched, heard.unmatched_songs, heard.notes) == ((), 0, ())


def test_lines_are_found(read):
    heard = read(LINES)
    assert heard.track_ids == ("q0", "q2", "l2")
    assert heard.format == "lines of songs" and heard.matched == {"artist and title": 3}


def test_ids_and_lines_may_be_mixed(read):
    heard = read(["q0", "Dov – Red Siren", "q4", "Wildfire by Fay", "nobody – nothing", "l3"])
    assert heard.track_ids == ("q0", "l0", "q4", "l5", "l3")
    assert heard.plays == 6 and sum(heard.matched.values()) == 5
    assert heard.unmatched == (("nobody – nothing", 1),)


def test_ids_of_which_one_is_unknown(read):
    heard = read(["q0", "zz", "q2", "zz"])
    assert heard.track_ids == ("q0", "q2") and heard.unmatched == (("zz", 2),)


def test_numbers_that_are_ids_with_one_unknown():
    songs = follow_catalogue(20)
    table = songs.table.set_column(0, "track_id", [[str(i) for i in range(20)]])
    numbered = type(songs)(table)
    heard = read_heard(["3", "4", "999", "5"], numbered, SongJoin(numbered))
    assert heard.track_ids == ("3", "4", "5") and heard.unmatched_songs == 1


def test_a_line_in_a_list_is_one_song(read):
    assert read(["Ada –\nStill Water", "q2"]).track_ids == ("q0", "q2")


def test_a_misspelt_song_is_found_and_said_how(read):
    heard = read(["Ada – Stil Watr", "Bix – Senor Niebla"])
    assert heard.track_ids == ("q0", "q3") and heard.matched == {"artist and title": 1, "similar spelling": 1}


def test_plays_stay_in_order_and_as_often(read):
    given = ["l0", "q0", "l0", "l0", "q2"] * 40
    assert read(given).track_ids == tuple(given)
    lines = ["Dov – Red Siren", "Ada – Still Water", "Dov – Red Siren"] * 30
    assert read(lines).track_ids == ("l0", "q0", "l0") * 30


# Text

HERE = {
    "Ada – Still Water",
    "Ada – Low Moon",
    "Bix – Señor Niebla",
    "Dov – Red Siren",
    "Ada; Bix – Low Moon",
    "q0",
    "q1",
}
KNOWN = {name for name, (_, _, songs) in SAMPLES.items() if HERE & set(songs)}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_format_may_be_pasted(read, name):
    text, called, songs = SAMPLES[name]
    heard = read(text)
    assert heard.format.startswith(called) and heard.plays == len(songs)
    assert len(heard.track_ids) == sum(heard.matched.values()) == sum(song in HERE for song in songs)
    assert {song for song, _ in heard.unmatched} == {song for song in songs if song not in HERE}


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - KNOWN))
def test_a_history_of_unknown_songs_names_some(read, name):
    with pytest.raises(
        InvalidQueryError, match=r"^None of the .* in the history is in this catalogue|not tracks|artist"
    ):
        read(SAMPLES[name][0])


def test_a_pasted_text_is_read_in_order_of_time(read):
    plays = [(1_600_000_300, "q2"), (1_600_000_100, "q0"), (1_600_000_200, "l2")]
    text = "user_id,timestamp,track_id\n" + "".join(f"me,{at},{track}\n" for at, track in plays)
    assert read(text).track_ids == ("q0", "l2", "q2")


def test_of_several_users_one_is_taken_and_that_is_said(read):
    heard = read(SAMPLES["demo world"][0])
    assert heard.track_ids == ("q1", "q0")
    assert any("'anna', with most plays, was taken" in note for note in heard.notes)


def test_what_was_left_out_is_said(read):
    heard = read("Ada – Still Water\nhttps://example.org/a/page\nLow Moon by Ada\n")
    assert heard.track_ids == ("q0", "q2")
    assert heard.notes == ("1 records were left out: a line that names no song.",)


def test_ids_in_a_text_are_ids(read):
    assert read("track_id\nq0\nq2\n").track_ids == ("q0", "q2")
    assert read(json.dumps(["Ada – Still Water", "Ada – Low Moon"])).track_ids == ("q0", "q2")


def test_a_spotify_link_to_a_song_that_is_not_here_is_listed(read):
    heard = read(f"Ada – Still Water\nhttps://open.spotify.com/track/{SPOTIFY_ID}\n")
    assert heard.track_ids == ("q0",) and heard.unmatched == ((SPOTIFY_ID, 1),)


def test_unmatched_songs_come_most_played_first_and_at_most_a_hundred(read):
    lines = ["Ada – Still Water"] + ["X – often"] * 3 + ["Y – twice"] * 2 + [f"Z{i} – once {i}" for i in range(200)]
    heard = read(lines)
    assert heard.unmatched[:2] == (("X – often", 3), ("Y – twice", 2))
    assert (len(heard.unmatched), heard.unmatched_songs, heard.plays) == (100, 202, 206)


def test_of_very_many_plays_the_latest_are_read(read):
    heard = read("Ada – Still Water\n" * 2_000 + "Dov – Red Siren\n" * 100_000)
    assert set(heard.track_ids) == {"l0"} and len(heard.track_ids) == 100_000
    assert "Of 102,000 plays the latest 100,000 were taken." in heard.notes


# Nothing to go by


@pytest.mark.parametrize("given", [[], (), "", " \n\t", [""], ["", " "], "\x00"])
def test_an_empty_history_says_so(read, given):
    with pytest.raises(EmptyQueryError, match=r"^The history is empty\. (Give track ids|Paste some songs)"):
        read(given)


@pytest.mark.parametrize("given", [["zz"], ["Nobody – Nothing", "zz"], "Nobody – Nothing\nNo One – Never\n"])
def test_nothing_known_says_so_and_names_some(read, given):
    with pytest.raises(
        InvalidQueryError, match=r"^None of the \d songs in the history is in this catalogue: \".*Write"
    ):
        read(given)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body>no</body></html>", r"^The text is a web page or XML, not a history\."),
        ("\x89PNG\r\n\x1a\n" + "\x00" * 50, r"^The text "),
        ('[{"ts": "2020-04-11T00:27:53Z", "ms_played": 1', r"^The text "),
        ("🎵🎶", r"^(The text|None of the)"),
        ("userID\tartistID\tweight\r\n2\t51\t13883\r\n", r"artist"),
    ],
    ids=["page", "picture", "truncated", "emoji", "artists"],
)
def test_what_is_no_history_of_songs_is_refused(read, text, words):
    with pytest.raises(InvalidQueryError, match=words):
        read(text)


def test_only_plays_with_times_and_track_ids_are_in_the_order_of_listening(read):
    """Whoever writes down songs writes them as they come to mind."""
    assert read(IDS).in_order
    timed = "timestamp,track_id\n1600000000,q0\n1600000300,q2\n"
    assert read(timed).in_order
    assert read(timed).track_ids == ("q0", "q2")
    for listed in (LINES, "\n".join(LINES), "track_id\nq0\nq2\n"):
        assert not read(listed).in_order
