"""Engines that rank together, over a small world in which each one's favourites are known."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recsys.capabilities import Capabilities
from recsys.engine_blend import ENGINES, USUAL, BlendOptions, BlendQuery, _moments, blend_engines
from recsys.errors import EmptyQueryError, InvalidQueryError, NoMatchError, UnknownTrackError
from recsys.filters import Filters
from recsys.genre_songs import GenreSongs
from tests.contract import RankingContract, hand_made
from tests.planted_follow import by_hand, follow_catalogue, next_of
from tests.planted_vibes import search_over

ALL = BlendOptions(per_artist=0, one_version=False)
SEEDS, HISTORY = ("f0",), ("f8", "f12", "f16", "f20")  # all folk


@pytest.fixture(scope="module")
def catalogue():
    return follow_catalogue()


@pytest.fixture(scope="module")
def loaded(catalogue, tmp_path_factory):
    vibe = search_over(catalogue, tmp_path_factory.mktemp("vibe"))
    nothing: Any = SimpleNamespace()  # neither the bundle nor titles are asked
    genre_songs = GenreSongs(catalogue)
    return Capabilities(
        nothing, catalogue, nothing, hand_made(catalogue), None, None, genre_songs, vibe, by_hand(catalogue)
    )


def ids(answer):
    return [row.song.track.track_id for row in answer.results]


def kinds(answer):
    return [row.song.track.genres[0] for row in answer.results]


def ask(loaded, k=10, options=ALL, **query):
    return blend_engines(loaded, BlendQuery(**query), k, options)


class TestContract(RankingContract):
    @pytest.fixture
    def ask(self, loaded):
        query = BlendQuery(SEEDS, (), "disco", HISTORY)

        def answer(k, **changes):
            return [row.song for row in blend_engines(loaded, query, k, replace(ALL, **changes)).results]

        return answer


@pytest.mark.parametrize("space", ["audio", "latent"])
def test_one_engine_alone_ranks_as_it_does_by_itself(loaded, space):
    from recsys.song_to_song import Options

    alone = loaded.songs.similar_tracks(SEEDS, 10, Options(space, False, 0, False))
    answer = ask(loaded, seeds=SEEDS, weights={space: 1.0})
    assert ids(answer) == [found.track.track_id for found in alone]
    assert answer.voters == (space,)


def test_likeness_is_the_blends_where_there_is_one(loaded):
    from recsys.song_to_song import Options, SongToSong

    spaces = loaded.songs.spaces
    songs = SongToSong(loaded.catalogue, spaces | {"blend": spaces["latent"]})
    answer = ask(replace(loaded, songs=songs), seeds=SEEDS, weights={"audio": 1.0})
    alone = songs.similar_tracks(SEEDS, 10, Options("blend", False, 0, False))
    assert ids(answer) == [found.track.track_id for found in alone]
    assert ids(answer) != ids(ask(loaded, seeds=SEEDS, weights={"audio": 1.0}))
    assert answer.voters == ("audio",) and "audio" in answer.results[0].votes


def test_the_kind_has_little_to_say_unless_asked_to(loaded):
    assert set(USUAL) == set(ENGINES) and 0 < USUAL["latent"] <= 0.2
    usual = ask(loaded, 20, seeds=SEEDS)
    assert ids(usual) == ids(ask(loaded, 20, seeds=SEEDS, weights=USUAL))
    assert all(row.votes["audio"] > row.votes["latent"] > 0 for row in usual.results[:5])


def test_vibe_alone_ranks_as_it_does_by_itself(loaded):
    from recsys.vibe_search import VibeOptions

    alone = loaded.vibe.search("metal", 10, VibeOptions(per_artist=0, one_version=False))
    assert ids(ask(loaded, text="metal")) == [found.track.track_id for found in alone]


def test_history_alone_ranks_as_it_does_by_itself(loaded):
    from recsys.user_history import HistoryOptions

    alone = loaded.history.recommend(HISTORY, 3, HistoryOptions(per_artist=0, one_version=False))
    assert ids(ask(loaded, 3, history=HISTORY)) == [found.track.track_id for found in alone]


def test_the_weights_decide_who_is_heard(loaded):
    def share_of_metal(vibe):
        answer = ask(loaded, 20, seeds=SEEDS, text="metal", weights={"audio": 1.0, "vibe": vibe})
        return kinds(answer).count("metal") / 20

    shares = [share_of_metal(weight) for weight in (0.0, 0.5, 1.0)]
    assert shares[0] == 0 and shares == sorted(shares)
    quiet = ask(loaded, 20, seeds=SEEDS, text="metal", weights={"audio": 0.05, "vibe": 1.0})
    assert kinds(quiet).count("metal") >= 18


def test_a_song_that_two_engines_want_comes_first(loaded):
    best = ids(ask(loaded, 1, seeds=SEEDS, history=HISTORY, weights={"audio": 0.3, "history": 1.0}))
    assert best == [f"f{next_of(20)}"]


def test_votes_add_up_and_reasons_to_the_score(loaded):
    answer = ask(loaded, 30, seeds=SEEDS, text="disco", history=HISTORY)
    assert answer.voters == ENGINES and answer.silent == {}
    for row in answer.results:
        assert sum(row.votes.values()) == pytest.approx(1)
        assert set(row.votes) == set(ENGINES)
        assert sum(reason.share for reason in row.song.reasons) == pytest.approx(row.song.score, abs=1e-4)
        for reason in row.song.reasons:
            assert (row.votes[reason.feature] > 0) == (reason.share > 0)
        strongest = max(row.votes, key=row.votes.get)
        assert next(r for r in row.song.reasons if r.feature == strongest).phrase in row.song.why


def test_twice_the_weights_change_nothing_but_the_scores(loaded):
    half = ask(loaded, 20, seeds=SEEDS, text="disco", weights={"audio": 0.2, "vibe": 0.4})
    whole = ask(loaded, 20, seeds=SEEDS, text="disco", weights={"audio": 0.4, "vibe": 0.8})
    assert ids(half) == ids(whole)
    assert [row.votes for row in half.results] == [pytest.approx(row.votes, abs=1e-5) for row in whole.results]


def test_an_engine_without_input_takes_no_part_and_it_is_said_why(loaded):
    answer = ask(loaded, seeds=SEEDS, weights={"audio": 1.0, "vibe": 1.0, "history": 0.0})
    assert answer.voters == ("audio",)
    assert answer.silent == {
        "latent": "its weight is 0",
        "vibe": "no text was given",
        "history": "its weight is 0",
    }


def test_an_engine_that_the_bundle_lacks_takes_no_part_in_the_bundles_own_words(loaded):
    less = replace(loaded, history=None, problems={"user_history": "It was never trained."})
    answer = ask(less, seeds=SEEDS, history=HISTORY)
    assert answer.voters == ("audio", "latent")
    assert answer.silent == {"vibe": "no text was given", "history": "It was never trained."}


def test_nothing_to_rank_by_says_what_is_missing(loaded):
    with pytest.raises(EmptyQueryError, match=r"nothing to rank by\. audio: no song was given; .*vibe: no text"):
        ask(loaded)
    with pytest.raises(EmptyQueryError, match="audio: its weight is 0"):
        ask(loaded, seeds=SEEDS, weights={})


def test_what_the_text_sets_as_a_condition_holds_for_all_engines(loaded):
    answer = ask(loaded, 20, seeds=SEEDS, text="from 1990 to 1999")
    assert answer.voters == ("audio", "latent") and "conditions alone" in answer.silent["vibe"]
    assert all(1990 <= row.song.track.year <= 1999 for row in answer.results)


def test_songs_of_the_query_do_not_come_back(loaded):
    answer = ask(loaded, 300, seeds=SEEDS, away=("f4",), history=HISTORY)
    assert not {*SEEDS, "f4", *HISTORY} & set(ids(answer))


def test_away_turns_from_a_song(loaded):
    toward = ask(loaded, 20, seeds=("f0", "f1"), weights={"latent": 1.0})
    away = ask(loaded, 20, seeds=("f0",), away=("f1",), weights={"latent": 1.0})
    assert kinds(away).count("metal") < kinds(toward).count("metal")


def test_the_cap_on_artists_and_versions_hold(loaded):
    answer = ask(loaded, 40, BlendOptions(per_artist=1), seeds=SEEDS, text="folk", history=HISTORY)
    artists = [row.song.track.artist for row in answer.results]
    groups = loaded.catalogue.version_groups[loaded.catalogue.rows([*ids(answer), *SEEDS, *HISTORY])]
    assert len(set(artists)) == len(artists)
    assert len(set(groups.tolist())) == len(groups)


def test_a_sample_of_the_rest_stands_for_it():
    rng = np.random.default_rng(0)
    best, rest = rng.normal(5, 1, 200).astype(np.float32), rng.normal(0, 2, 50_000).astype(np.float32)
    every = np.concatenate([best, rest]).astype(np.float64)
    mean, deviation = _moments(best, rest[::10], len(rest))
    assert mean == pytest.approx(every.mean(), abs=0.1) and deviation == pytest.approx(every.std(), rel=0.03)
    assert _moments(best, best[:0], 0) == pytest.approx((float(best.mean()), float(best.std())), rel=1e-5)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"smell": 1.0}, "No engine is called 'smell'; choose from audio, latent, vibe, history"),
        ({"audio": -0.1}, "The weight of audio is -0.1; give a number from 0 to 1"),
        ({"audio": 1.1}, "The weight of audio is 1.1"),
        ({"audio": float("nan")}, "The weight of audio is nan"),
    ],
)
def test_bad_weights_are_named(loaded, weights, said):
    with pytest.raises(InvalidQueryError, match=said):
        ask(loaded, seeds=SEEDS, weights=weights)


@pytest.mark.parametrize("query", [{"seeds": ("zz",)}, {"away": ("zz",)}, {"history": ("zz",)}])
def test_unknown_songs_are_named(loaded, query):
    with pytest.raises(UnknownTrackError, match="'zz'"):
        ask(loaded, **{"seeds": SEEDS} | query)


def test_other_bad_options_are_named(loaded):
    with pytest.raises(InvalidQueryError, match="per_artist is -1"):
        ask(loaded, options=BlendOptions(per_artist=-1), seeds=SEEDS)
    with pytest.raises(NoMatchError, match="No song passes"):
        ask(loaded, options=BlendOptions(filters=Filters(year_min=2999)), seeds=SEEDS)
