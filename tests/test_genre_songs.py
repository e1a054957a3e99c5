import time

import numpy as np
import pytest

from recsys.errors import InvalidQueryError
from recsys.genre_songs import MOST_SONGS, GenreSongs, compare_genres, mask_of
from recsys.genres import MACRO_GENRES
from tests.contract import ids, make_catalogue

GENRES = [
    ["pop rock"],  # t0: Pop and Rock
    ["rock"],
    ["pop"],
    ["blues rock", "pop"],  # Jazz/Blues, Rock, Pop
    [],
    ["bebop"],
    ["rock", "xyzzy"],  # Rock, and a name that nobody knows
    ["rock"],
]


@pytest.fixture(scope="module")
def songs():
    return GenreSongs(make_catalogue(len(GENRES), genres=GENRES))


def test_songs_with_exactly_these_genres_come_first_then_by_overlap(songs):
    found = songs.sharing(["Rock", "Pop"], 10)
    assert ids(found)[0] == "t0" and found[0].score == 1
    assert ids(found)[1] == "t3" and found[1].score == pytest.approx(2 / 3)
    assert {song.score for song in found[2:]} == {0.5}


def test_ties_go_to_the_more_popular_song(songs):
    assert ids(songs.sharing(["Rock"], 3)) == ["t1", "t6", "t7"]


def test_songs_that_share_nothing_stay_away(songs):
    assert ids(songs.sharing(["Jazz/Blues"], 10)) == ["t5", "t3"]
    assert songs.sharing(["Classical"], 10) == []
    assert songs.sharing([], 10) == []


def test_k_bounds_the_answer(songs):
    assert songs.sharing(["Rock"], 0) == []
    assert ids(songs.sharing(["Rock"], 2)) == ["t1", "t6"]


@pytest.mark.parametrize("k", [-1, MOST_SONGS + 1])
def test_a_k_out_of_range_is_refused(songs, k):
    with pytest.raises(InvalidQueryError, match=rf"k is {k}; it must be a whole number from 0 to 50"):
        songs.sharing(["Rock"], k)


def test_no_artist_has_more_than_two_songs():
    catalogue = make_catalogue(6, genres=[["rock"]] * 6, artist_key=[7, 7, 7, 7, 8, 9])
    assert ids(GenreSongs(catalogue).sharing(["Rock"], 6)) == ["t0", "t1", "t4", "t5"]


def test_a_song_is_shown_in_one_version():
    catalogue = make_catalogue(4, genres=[["rock"]] * 4, version_group=[3, 3, 1, 3])
    assert ids(GenreSongs(catalogue).sharing(["Rock"], 4)) == ["t0", "t2"]


def test_each_song_says_what_it_shares(songs):
    why = {song.track.track_id: song.why for song in songs.sharing(["Rock", "Pop"], 10)}
    assert why["t0"] == "The same genres"
    assert why["t1"] == "Rock, but not Pop"
    assert why["t3"] == "Pop, Rock; also Jazz/Blues"


def test_all_three_parts_are_told_at_once():
    assert compare_genres(mask_of(["Pop", "Rock"]), mask_of(["Rock", "Metal"])) == "Rock, but not Pop; also Metal"


@pytest.mark.parametrize("genres", [[[]] * 3, [["xyzzy"]] * 3])
def test_a_catalogue_without_genres_has_no_songs_and_says_so(genres):
    songs = GenreSongs(make_catalogue(3, genres=genres))
    assert not songs.known
    assert songs.sharing(["Rock"], 5) == []


def test_an_empty_catalogue_has_none_either():
    songs = GenreSongs(make_catalogue(0))
    assert not songs.known and songs.sharing(["Rock"], 5) == []


def test_every_macro_genre_has_a_bit_of_its_own():
    assert len({mask_of([genre]) for genre in MACRO_GENRES}) == len(MACRO_GENRES)
    assert mask_of(MACRO_GENRES) < 2**16
    assert mask_of(["Rock", "Rock"]) == mask_of(["Rock"])


def test_the_order_is_that_of_a_plain_loop():
    rng = np.random.default_rng(5)
    names = [genre.lower() for genre in ("Rock", "Pop", "Metal", "Folk", "Jazz")]
    genres = [[name for name in names if rng.random() < 0.4] for _ in range(400)]
    songs = GenreSongs(make_catalogue(400, genres=genres))
    wanted = {"Rock", "Metal", "Pop"}
    has = [{{"folk": "Folk/Country", "jazz": "Jazz/Blues"}.get(n, n.title()) for n in song} for song in genres]
    score = [len(wanted & song) / len(wanted | song) for song in has]
    order = sorted(range(400), key=lambda row: (-score[row], row))
    assert ids(songs.sharing(wanted, 50)) == [f"t{row}" for row in order[:50]]


@pytest.mark.slow
def test_a_million_songs_are_searched_in_milliseconds():
    rng = np.random.default_rng(0)
    kinds = [["rock"], ["pop"], ["rock", "metal"], ["jazz", "soul"], ["folk", "pop"], [], ["techno"], ["hip hop"]]
    songs = GenreSongs(make_catalogue(1_000_000, genres=[kinds[i] for i in rng.integers(len(kinds), size=1_000_000)]))
    songs.sharing(["Rock"], 1)  # reads the genres
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert len(songs.sharing(["Rock", "Reggae/Latin", "Comedy"], 10)) == 10
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
