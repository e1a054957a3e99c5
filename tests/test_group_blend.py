"""One list for several listeners whose tastes are known, by sound and by a model of histories."""

import math
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recsys.errors import EmptyQueryError, InvalidQueryError, NoMatchError, UnknownTrackError
from recsys.filters import Filters
from recsys.group_blend import WAYS, GroupOptions, blend_group, choose
from recsys.playlist_fit import support
from tests.planted_follow import by_hand, follow_catalogue, next_of
from tests.planted_playlists import of_kind, playlist_catalogue, playlist_songs

FREE = GroupOptions(per_artist=0, one_version=False)


@pytest.fixture(scope="module")
def songs():
    return playlist_songs(playlist_catalogue())


@pytest.fixture
def blend(songs):
    def ask(histories, k=10, **options):
        return blend_group(songs.catalogue, histories, songs, k, GroupOptions(**options))

    return ask


def ids(answer):
    return [song.track.track_id for song in answer.songs]


FOLK, METAL, DISCO = (of_kind(kind)[:8] for kind in ("folk", "metal", "disco"))


# Choosing, on worths that are given


def world(n) -> Any:
    return SimpleNamespace(artist_keys=np.arange(n), version_groups=np.arange(n))


def chosen(worth, way, k=2, **options):
    worth = np.asarray(worth, float)
    return choose(world(worth.shape[1]), np.arange(worth.shape[1]), worth, k, GroupOptions(way=way, **options)).tolist()


WORTH = [
    # a loves 0 and 1, b loves 2, both can bear 3
    [2.0, 1.9, 0.0, 0.6],
    [0.0, 0.0, 1.0, 0.5],
]


def test_each_way_by_hand():
    assert chosen(WORTH, "average") == [0, 1]
    assert chosen(WORTH, "least misery", k=1) == [3]
    assert chosen(WORTH, "fair", k=2)[:1] == [0] and set(chosen(WORTH, "fair", k=2)) == {0, 2}


def test_fair_takes_each_time_what_raises_the_sum_of_logarithms_most():
    rng = np.random.default_rng(0)
    worth = rng.random((3, 30))
    had, left = np.full(3, 0.5), set(range(30))
    for row in chosen(worth, "fair", k=10):
        gains = {i: sum(math.log(h + w) for h, w in zip(had, worth[:, i], strict=True)) for i in left}
        assert gains[row] == pytest.approx(max(gains.values()))
        had += worth[:, row]
        left.remove(row)


def test_fair_leaves_whoever_has_least_with_more():
    """A majority of three with one taste, and one listener with another."""
    worth = np.vstack([np.tile(np.r_[np.ones(20), np.zeros(20)], (3, 1)), np.r_[np.zeros(20), np.ones(20)]])
    for way, minority in (("average", 0), ("fair", 2)):
        rows = chosen(worth, way, k=10)
        assert sum(row >= 20 for row in rows) >= minority
        assert way == "fair" or not any(row >= 20 for row in rows)


def test_artists_and_versions_are_limited():
    songs: Any = SimpleNamespace(artist_keys=np.array([0, 0, 0, 1, 2]), version_groups=np.array([0, 1, 2, 3, 3]))
    worth = np.array([[5.0, 4, 3, 2, 1], [5.0, 4, 3, 2, 1]])
    for options, rows in (
        (GroupOptions(), [0, 1, 3]),
        (GroupOptions(per_artist=1), [0, 3]),
        (FREE, [0, 1, 2, 3, 4]),
        (GroupOptions(per_artist=0), [0, 1, 2, 3]),
    ):
        assert choose(songs, np.arange(5), worth, 5, options).tolist() == rows


# By sound


@pytest.mark.parametrize("way", WAYS)
def test_listeners_of_one_taste_get_what_they_would_get_alone(blend, way):
    answer = blend({"a": FOLK, "b": of_kind("folk")[8:16]}, way=way)
    assert set(ids(answer)) <= set(of_kind("folk")) and min(answer.satisfaction.values()) > 0.7


def test_two_tastes_share_the_list(blend):
    answer = blend({"a": FOLK, "b": METAL}, k=10)
    shares = [sum(i in of_kind(kind) for i in ids(answer)) for kind in ("folk", "metal")]
    assert min(shares) >= 3
    assert all(0.2 < value < 0.95 for value in answer.satisfaction.values())


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_as_many_listeners_as_there_may_be(blend, n):
    histories = {f"L{i}": of_kind("disco")[5 * i : 5 * i + 5] for i in range(n)}
    answer = blend(histories)
    assert list(answer.satisfaction) == list(histories)
    assert all(len(song.voices) == n for song in answer.songs)


def test_nothing_that_anybody_has_played_comes_back_unless_asked(blend):
    played = set(FOLK) | set(METAL)
    assert not played & set(ids(blend({"a": FOLK, "b": METAL}, k=40)))
    assert "t3" not in ids(blend({"a": ["t0"], "b": FOLK[2:]}, k=100, per_artist=0))  # another version of t0
    assert played & set(ids(blend({"a": FOLK, "b": METAL}, k=40, new_only=False)))


def test_satisfaction_is_the_mean_worth_and_voices_stand_by_it(blend):
    answer = blend({"a": FOLK, "b": METAL, "c": DISCO}, k=12)
    for name, value in answer.satisfaction.items():
        worths = [voice.worth for song in answer.songs for voice in song.voices if voice.listener == name]
        assert value == pytest.approx(min(np.mean(worths), 1))
    for song in answer.songs:
        worths = [voice.worth for voice in song.voices]
        assert worths == sorted(worths, reverse=True)


def test_the_song_that_speaks_is_the_listeners_own_and_nearest(blend, songs):
    histories = {"a": FOLK, "b": METAL}
    for song in blend(histories).songs:
        row = songs.catalogue.rows([song.track.track_id])
        for voice in song.voices:
            if voice.because is not None:
                own = songs.catalogue.rows(histories[voice.listener])
                nearest = own[support(songs.spaces["blend"], row, own)[0].argmax()]
                assert voice.because == songs.catalogue.track(int(nearest))
                assert f"{voice.listener}: because of “{voice.because.title}” by {voice.because.artist}" in song.why


def test_who_gives_way_is_said(blend):
    answer = blend({"Ana": FOLK, "Ben": METAL})
    (first, *_) = (song for song in answer.songs if song.voices[-1].worth < 0.15)
    assert first.why.endswith(f"Not much in it for {first.voices[-1].listener}.")


def test_filters_and_exclusions_hold(blend):
    whole = blend({"a": FOLK, "b": FOLK[:3]}, k=5)
    without = blend({"a": FOLK, "b": FOLK[:3]}, k=5, exclude=tuple(ids(whole)[:1]))
    assert ids(whole)[0] not in ids(without)
    recent = blend({"a": FOLK, "b": METAL}, k=5, filters=Filters(year_min=2010))
    assert all(song.track.year >= 2010 for song in recent.songs)


def test_the_order_of_listeners_does_not_matter_for_who_gets_what(blend):
    one, other = blend({"a": FOLK, "b": METAL}), blend({"b": METAL, "a": FOLK})
    assert one.satisfaction == pytest.approx(other.satisfaction, abs=0.1)


# By a model of histories


@pytest.fixture(scope="module")
def engine():
    return by_hand(follow_catalogue())


def test_what_follows_each_history_is_in_the_list(engine):
    answer = blend_group(engine.catalogue, {"a": ["f0"], "b": ["f1"]}, engine, 2, FREE)
    assert set(ids(answer)) == {f"f{next_of(0)}", f"f{next_of(1)}"}


def test_a_listener_alone_and_twice_gets_the_models_own_list(engine):
    history = ["f8", "f12", "f16", "f20"]
    answer = blend_group(engine.catalogue, {"a": history, "b": history}, engine, 5, FREE)
    alone = [r for r in engine.recommend(history, 5) if r.score > 0]
    assert ids(answer)[: len(alone)] == [r.track.track_id for r in alone]
    assert answer.satisfaction == {"a": pytest.approx(1), "b": pytest.approx(1)}
    assert all(v.because is None or v.because.track_id in history for s in answer.songs for v in s.voices)


def test_known_songs_may_come_where_asked(engine):
    history = ["f8", "f8", "f12", "f8"]
    options = GroupOptions(new_only=False, per_artist=0)
    answer = blend_group(engine.catalogue, {"a": history, "b": history}, engine, 3, options)
    assert ids(answer)[0] == "f8"


# What is refused


@pytest.mark.parametrize(
    ("histories", "k", "options", "error", "match"),
    [
        ({"a": FOLK}, 5, {}, InvalidQueryError, r"1 listeners were given; give 2 to 5"),
        ({str(i): FOLK for i in range(6)}, 5, {}, InvalidQueryError, r"6 listeners were given; give 2 to 5"),
        ({"a": FOLK, "b": []}, 5, {}, EmptyQueryError, r"The history of b is empty"),
        ({"a": FOLK, "b": ["zz"]}, 5, {}, UnknownTrackError, r"'zz' is not in this catalogue"),
        ({"a": FOLK, "b": METAL}, 0, {}, InvalidQueryError, r"k is 0; it must be a whole number"),
        ({"a": FOLK, "b": METAL}, 5, {"way": "loud"}, InvalidQueryError, r"way is 'loud'; give one of: fair, average"),
        ({"a": FOLK, "b": METAL}, 5, {"per_artist": -1}, InvalidQueryError, r"per_artist is -1"),
        ({"a": FOLK, "b": METAL}, 5, {"exclude": ("zz",)}, UnknownTrackError, r"'zz' is not in this catalogue"),
        ({"a": FOLK, "b": METAL}, 5, {"filters": Filters(year_min=2999)}, NoMatchError, r"year from 2999"),
        ({"a": of_kind("folk"), "b": of_kind("metal") + of_kind("disco")}, 5, {}, NoMatchError, r"No song qual"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(blend, histories, k, options, error, match):
    with pytest.raises(error, match=match):
        blend(histories, k, **options)


@pytest.mark.parametrize("pair", list(combinations([FOLK, METAL, DISCO], 2)))
def test_the_same_group_has_the_same_answer(blend, pair):
    histories = dict(zip("ab", pair, strict=True))
    assert blend(histories) == blend(histories)
