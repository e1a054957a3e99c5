"""What next over small worlds whose right answers are known, and over a bundle whose files are damaged."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from recsys.bundle import Bundle, sha256_of
from recsys.errors import (
    BundleError,
    CapabilityMissingError,
    EmptyQueryError,
    InvalidQueryError,
    NoMatchError,
    UnknownTrackError,
)
from recsys.filters import Filters
from recsys.history_engines import LIST_DECAY, TOWERS, Heard, HistoryEngines, influence, latest
from recsys.loading import load_capabilities
from recsys.results import MAX_K
from recsys.score_fusion import ScoreFusion, normalised
from recsys.user_history import FOLDER, HistoryOptions, UserHistory
from tests.contract import RankingContract, ids, make_catalogue
from tests.planted_follow import (
    EACH,
    KINDS,
    SONGS,
    by_hand,
    chain_links,
    fitted,
    follow_catalogue,
    links,
    next_of,
    random_engines,
    random_towers,
)
from train.history.fusion import fused
from train.history.links import Linear

ALL = HistoryOptions(per_artist=0, one_version=False)
HISTORY = ("f8", "f12", "f16", "f20")  # folk
MIXED = ("f8", "f9", "f12", "f13", "f16", "f17")  # folk and metal by turns


@pytest.fixture(scope="module")
def catalogue():
    return follow_catalogue()


@pytest.fixture(scope="module")
def hand(catalogue):
    return by_hand(catalogue)


@pytest.fixture(scope="module")
def whole(catalogue, tmp_path_factory):
    """All engines, fitted."""
    return fitted(catalogue, tmp_path_factory.mktemp("towers"))


@pytest.fixture(scope="module")
def plain(catalogue, whole):
    """The same without towers."""
    return UserHistory(catalogue, replace(whole.engines, towers=None), *whole.fusions.values())


@pytest.fixture(params=["whole", "plain", "hand"])
def any_history(request):
    return request.getfixturevalue(request.param)


def options(**changes):
    return replace(ALL, **changes)


def rows_of(results):
    return [int(track_id[1:]) for track_id in ids(results)]


def kinds(results):
    return [result.track.genres[0] for result in results]


class TestContract(RankingContract):
    @pytest.fixture(params=[HISTORY, MIXED, ("f399",)], ids=["one kind", "two kinds", "one song"])
    def ask(self, request, whole):
        return lambda k, **changes: whole.recommend(request.param, k, options(**changes))


class TestContractWithoutTowers(RankingContract):
    @pytest.fixture
    def ask(self, plain):
        return lambda k, **changes: plain.recommend(HISTORY, k, options(**changes))


class TestContractOfKnownSongs(RankingContract):
    """Only songs of the history; what else qualifies fills up the list, by another score."""

    @pytest.fixture
    def ask(self, whole):
        history = [f"f{4 * i}" for i in range(12)]
        only = tuple(f"f{i}" for i in range(SONGS) if f"f{i}" not in history)

        def answer(k, exclude=(), filters=Filters()):  # noqa: B008
            chosen = options(familiar=1.0, exclude=(*only, *exclude), filters=filters)
            return whole.recommend([*history, *history[::-1], *history[3:7]], k, chosen)

        return answer


# What follows


def test_the_next_songs_follow(any_history):
    assert rows_of(any_history.recommend(HISTORY, 1, ALL)) == [24]
    assert set(rows_of(any_history.recommend(HISTORY, 3, ALL))) < {24, 28, 32, 36}  # now and then one is left out
    assert kinds(any_history.recommend(HISTORY, 3, ALL)) == ["folk"] * 3


@pytest.mark.parametrize("start", range(0, SONGS, 37))
def test_a_history_of_one_song(any_history, start):
    assert next_of(start) in rows_of(any_history.recommend([f"f{start}"], 2, ALL))


def test_the_last_songs_count_most(hand):
    found = rows_of(hand.recommend(["f8", "f101", "f202"], 3, ALL))
    assert found == [206, 105, 12]


@pytest.mark.parametrize("seed", range(5))
def test_new_only_means_new(any_history, seed):
    rng = np.random.default_rng(seed)
    history = [f"f{row}" for row in rng.integers(0, SONGS, 60)]
    found = ids(any_history.recommend(history, MAX_K, ALL))
    assert not set(found) & set(history)
    assert len(found) == SONGS - len(set(history))


@pytest.mark.parametrize("k", [1, 7, 10, 20])
@pytest.mark.parametrize("familiar", [0.0, 0.1, 0.25, 0.5, 0.77, 1.0])
def test_the_dial_is_the_share_of_known_songs(any_history, familiar, k):
    history = [f"f{row}" for row in range(40, 80)]
    found = ids(any_history.recommend(history, k, options(familiar=familiar)))
    assert len(found) == len(set(found)) == k
    assert sum(track_id in history for track_id in found) == round(familiar * k)


def test_known_and_new_songs_take_turns(hand):
    history = [f"f{row}" for row in range(40, 80)]
    known = [track_id in history for track_id in ids(hand.recommend(history, 10, options(familiar=0.5)))]
    assert max(sum(known[i : i + 3]) for i in range(8)) < 3
    assert min(sum(known[i : i + 3]) for i in range(8)) > 0


def test_new_songs_fill_up_where_too_few_are_known(hand):
    found = ids(hand.recommend(HISTORY, 10, options(familiar=1.0)))
    assert len(found) == 10 and set(HISTORY) < set(found)


def test_what_was_played_again_and_again_comes_first_of_the_known(hand):
    history = ["f1", "f2", "f3", *["f50"] * 5, "f60", "f70"]
    assert ids(hand.recommend(history, 1, options(familiar=1.0))) == ["f50"]


def test_each_part_of_the_dial_is_the_start_of_that_part(whole):
    """Known and new songs are those that either dial's end would give."""
    history = [f"f{row}" for row in range(40, 80)]
    new, known = (ids(whole.recommend(history, 10, options(familiar=share))) for share in (0.0, 1.0))
    both = ids(whole.recommend(history, 10, options(familiar=0.4)))
    assert [track_id for track_id in both if track_id in history] == known[:4]
    assert [track_id for track_id in both if track_id not in history] == new[:6]


# Lists that are not in the order of listening

LIST = options(in_order=False)
MANY = ("f8", "f101", "f202", "f303", "f44", "f145", "f246", "f347")


def steep(history, decay=0.4):
    """The same engines, forgetting within a song or two, as learnt where what follows what is all that counts."""
    links = {name: replace(one, decay=decay) for name, one in history.engines.links.items()}
    return UserHistory(history.catalogue, replace(history.engines, links=links), *history.fusions.values())


def test_a_list_is_answered_as_a_whole(hand):
    """What comes after each of its songs, where in order it is what comes after the last few."""
    after = {next_of(int(track_id[1:])) for track_id in MANY}
    assert set(rows_of(steep(hand).recommend(MANY, 8, LIST))) == after
    assert len(after & set(rows_of(steep(hand).recommend(MANY, 8, ALL)))) < 6


@pytest.mark.parametrize("name", ["whole", "plain", "hand"])
def test_a_list_backwards_has_much_the_same_answer(request, name):
    history, common = steep(request.getfixturevalue(name)), {}
    for chosen in (LIST, ALL):
        there, back = (set(rows_of(history.recommend(given, 8, chosen))) for given in (MANY, MANY[::-1]))
        common[chosen.in_order] = len(there & back)
    assert common[False] >= 5 and common[False] >= common[True] + 2


@pytest.mark.parametrize("name", ["whole", "plain", "hand"])
def test_no_song_of_a_list_has_the_answer_to_itself(request, name):
    history = steep(request.getfixturevalue(name))
    as_list, in_order = (history.answer(MANY, 8, chosen).weights for chosen in (LIST, ALL))
    assert max(as_list.values()) < 0.3 < max(in_order.values())
    assert len(as_list) == len(MANY)


def test_the_late_songs_of_a_list_count_a_little_more(hand):
    weights = list(steep(hand).answer(MANY, 1, LIST).weights)
    assert weights == ["f347"]
    assert rows_of(steep(hand).recommend(["f8", "f101"], 2, LIST)) == [105, 12]


def test_all_songs_of_a_list_have_a_share(hand):
    """More than the last twelve, which are asked of a history in order."""
    history = [f"f{16 * i + i % 4}" for i in range(20)]
    assert set(hand.answer(history, 60, LIST).weights) == set(history)
    assert len(hand.answer(history, 60, ALL).weights) == 12


def test_a_kind_that_was_listed_early_is_there(whole):
    listed = [*(f"f{row}" for row in range(8, 40, 4)), *(f"f{row}" for row in range(101, 117, 4))]  # folk, then metal
    found = kinds(steep(whole).recommend(listed, 10, LIST))
    assert found.count("folk") >= 4 and found.count("metal") >= 2


@pytest.mark.parametrize("k", [1, 4, 10, 50])
def test_a_shorter_answer_to_a_list_is_the_start_of_a_longer_one(hand, k):
    assert ids(hand.recommend(MANY, k, LIST)) == ids(hand.recommend(MANY, 50, LIST))[:k]


@pytest.mark.parametrize("familiar", [0.0, 0.3, 1.0])
def test_a_list_keeps_to_the_options(whole, catalogue, familiar):
    listed = [f"f{row}" for row in range(0, 160, 7)]
    chosen = HistoryOptions(
        familiar=familiar, disliked=("f1",), liked=("f2",), exclude=("f3",), filters=Filters(year_min=1980),
        in_order=False,
    )  # fmt: skip
    found = whole.recommend(listed, 10, chosen)
    artists = [result.track.artist for result in found]
    assert len(set(ids(found))) == 10 and max(map(artists.count, artists)) <= 2
    assert not set(ids(found)) & {"f1", "f2", "f3"} and all((result.track.year or 0) >= 1980 for result in found)
    assert len(set(catalogue.version_groups[catalogue.rows(ids(found))].tolist())) == 10


def test_fewer_where_fewer_qualify_for_a_list(any_history):
    asked = options(in_order=False, filters=Filters(only_artists=("Band 5", "Band 8")))
    assert len(any_history.recommend(HISTORY, 50, asked)) == 20 - 1
    assert len(any_history.recommend(MANY, MAX_K, LIST)) == SONGS - len(MANY)


def test_a_list_of_a_hundred_thousand(any_history):
    rng = np.random.default_rng(0)
    listed = [f"f{row}" for row in rng.integers(0, SONGS - 40, 100_000)]
    found = any_history.recommend(listed, 10, LIST)
    assert len(found) == 10 and not set(ids(found)) & set(listed)


def test_the_towers_alone_read_all_of_a_list(catalogue, whole):
    towers = UserHistory(catalogue, replace(whole.engines, links={}), *whole.fusions.values())
    weights = towers.answer(["f8", "f201", "f302"], 10, LIST).weights
    assert len(weights) == 3 and max(weights.values()) < 0.6


def test_a_history_in_order_is_answered_as_it_was_learnt(whole):
    """The engines hear it with their own decay."""
    heard = Heard(np.array([8, 101, 202]), np.empty(0, np.int64))
    for name, links_ in steep(whole).engines.links.items():
        assert steep(whole).engines.links_for(name, heard) is not None
        assert steep(whole).engines.links_for(name, heard).decay == links_.decay == 0.4
        assert steep(whole).engines.links_for(name, heard._replace(in_order=False)).decay == LIST_DECAY


# Liked and not liked


def test_a_liked_song_counts_as_played_just_now(any_history):
    assert 205 not in rows_of(any_history.recommend(["f8"], 2, ALL))
    assert 205 in rows_of(any_history.recommend(["f8"], 2, options(liked=("f201",))))


def test_what_is_liked_or_not_never_comes_back(any_history):
    liked: list[str] = []
    disliked: list[str] = []
    for turn in range(8):
        chosen = options(liked=tuple(liked), disliked=tuple(disliked), familiar=0.2)
        found = ids(any_history.recommend(MIXED, 10, chosen))
        assert len(found) == 10 and not set(found) & {*liked, *disliked}
        (liked if turn % 2 else disliked).append(found[turn])


def test_songs_like_those_that_are_not_liked_fall(any_history):
    before = kinds(any_history.recommend(MIXED, 20, ALL))
    after = kinds(any_history.recommend(MIXED, 20, options(disliked=("f9", "f13", "f17"))))
    assert before.count("metal") > after.count("metal")


def test_what_follows_a_song_that_is_not_liked_falls(any_history):
    """A song that is not in the history at all."""
    place = {}
    for disliked in ((), ("f20",)):
        found = rows_of(any_history.recommend(["f16", "f17"], MAX_K, options(disliked=disliked)))
        place[disliked] = found.index(28)
    assert place[("f20",)] > place[()]


def test_the_towers_alone_turn_away(catalogue, whole):
    towers = UserHistory(catalogue, replace(whole.engines, links={}), *whole.fusions.values())
    before = kinds(towers.recommend(MIXED, 60, ALL))
    after = kinds(towers.recommend(MIXED, 60, options(disliked=("f21", "f25", "f29", "f33"))))
    assert after.count("metal") < before.count("metal")


def test_liked_songs_alone_are_a_history(any_history):
    assert rows_of(any_history.recommend([], 1, options(liked=HISTORY))) == [24]


def test_a_song_of_the_history_that_is_not_liked_is_not_heard(hand):
    assert rows_of(hand.recommend(["f8", "f101"], 1, options(disliked=("f101",)))) == [12]


@pytest.mark.parametrize("history", [(), HISTORY])
def test_a_history_without_one_song_that_is_liked_is_empty(any_history, history):
    with pytest.raises(EmptyQueryError, match=r"^The history is empty\. Give at least one song"):
        any_history.recommend(history, 10, options(disliked=(*HISTORY, "f7")))


def test_only_songs_that_are_not_liked_say_nothing(any_history):
    with pytest.raises(EmptyQueryError, match=r"^The history is empty\."):
        any_history.recommend([], 10, options(disliked=("f1",)))


# Who is shown


@pytest.mark.parametrize("familiar", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("per_artist", [1, 2, 3])
def test_at_most_so_many_songs_an_artist_known_and_new_together(whole, per_artist, familiar):
    history = [f"f{row}" for row in range(0, 160, 4)]
    found = whole.recommend(history, 10, HistoryOptions(per_artist=per_artist, familiar=familiar, one_version=False))
    artists = [result.track.artist for result in found]
    assert max(map(artists.count, artists)) <= per_artist and len(found) == 10


def test_an_artist_with_the_best_songs_is_capped(hand, catalogue):
    band = [row for row in range(SONGS) if catalogue.track(row).artist == "Band 0"]
    history = [f"f{(row - 4) % SONGS}" for row in band]
    free = hand.recommend(history, 6, options(per_artist=0))
    assert [result.track.artist for result in free] == ["Band 0"] * 6
    capped = [result.track.artist for result in hand.recommend(history, 6, options(per_artist=2))]
    assert capped.count("Band 0") == 2 and len(capped) == 6


@pytest.mark.parametrize("familiar", [0.0, 0.5])
def test_one_version_of_a_song(whole, catalogue, familiar):
    history = [f"f{row}" for row in range(40, 80)]
    asked = options(familiar=familiar, one_version=True)
    groups = catalogue.version_groups[catalogue.rows(ids(whole.recommend(history, 100, asked)))].tolist()
    assert len(groups) == len(set(groups)) > 80
    everything = catalogue.version_groups[catalogue.rows(ids(whole.recommend(history, 300, ALL)))].tolist()
    assert len(set(everything)) < len(everything)


@pytest.mark.parametrize("name", ["liked", "disliked", "exclude"])
def test_no_version_of_a_song_that_is_out(hand, name):
    history = ["f0", "f196"]  # f200, the live version of f0, follows f196
    assert ids(hand.recommend(history, 1, ALL)) == ["f200"]
    asked = options(**{name: ("f0",)}, one_version=True)
    assert "f200" not in ids(hand.recommend(history, 200, asked))


def test_filters_hold_for_known_and_new(whole, catalogue):
    history = [f"f{row}" for row in range(40, 120)]
    found = whole.recommend(history, 20, options(familiar=0.5, filters=Filters(year_min=1990, genres=("jazz",))))
    assert len(found) == 20 and sum(track_id in history for track_id in ids(found)) == 10
    assert set(kinds(found)) == {"jazz"} and all((result.track.year or 0) >= 1990 for result in found)


def test_excluded_artists_stay_away(any_history):
    plain = any_history.recommend(HISTORY, 10, ALL)
    artists = tuple({result.track.artist for result in plain[:3]})
    found = any_history.recommend(HISTORY, 10, options(filters=Filters(exclude_artists=artists)))
    assert len(found) == 10 and not {result.track.artist for result in found} & set(artists)


def test_an_artist_that_nobody_knows_is_named(whole):
    with pytest.raises(InvalidQueryError, match="No artist here is called 'Nobody'"):
        whole.recommend(HISTORY, 10, options(filters=Filters(exclude_artists=("Nobody",))))


def test_fewer_where_fewer_qualify(any_history):
    found = any_history.recommend(HISTORY, 50, options(filters=Filters(only_artists=("Band 5", "Band 8"))))
    assert len(found) == 20 - 1, "f8 is one of their twenty"


def test_nothing_qualifies(any_history):
    exclude = tuple(f"f{row}" for row in range(SONGS) if f"f{row}" not in HISTORY)
    with pytest.raises(NoMatchError, match=r"^No song qualifies\. Loosen the filters, or allow songs"):
        any_history.recommend(HISTORY, 10, options(exclude=exclude))
    assert set(ids(any_history.recommend(HISTORY, 10, options(exclude=exclude, familiar=1.0)))) == set(HISTORY)


# Odd histories


def test_duplicates_are_plays(any_history):
    found = any_history.recommend(["f8"] * 1_000 + ["f12", "f12"], 10, ALL)
    assert rows_of(found)[0] == 16 and len(found) == 10


def test_a_hundred_thousand_plays(any_history):
    rng = np.random.default_rng(0)
    history = [f"f{row}" for row in rng.integers(0, SONGS - 40, 100_000 - 4)] + list(HISTORY)
    found = any_history.recommend(history, 10, ALL)
    assert len(found) == 10 and all(np.isfinite(result.score) for result in found)
    assert not set(ids(found)) & set(history)


def test_more_are_refused(hand):
    with pytest.raises(InvalidQueryError, match=r"^The history has 100,001 plays; at most 100,000 are read\."):
        hand.recommend(["f1"] * 100_001)


@pytest.mark.parametrize("where", ["history", "liked", "disliked", "exclude"])
@pytest.mark.parametrize("given", ["zz", "", "f400", "F1", "f1 "])
def test_an_unknown_song_is_named(hand, where, given):
    history, chosen = (["f1", given], ALL) if where == "history" else (["f1"], options(**{where: (given,)}))
    with pytest.raises(UnknownTrackError, match=f"Track '{given}' is not in this catalogue of 400 tracks"):
        hand.recommend(history, 10, chosen)


@pytest.mark.parametrize("familiar", [-0.1, 1.1, 10, float("nan"), float("inf")])
def test_a_dial_beyond_its_ends_is_refused(hand, familiar):
    with pytest.raises(InvalidQueryError, match=r"^familiar is .*; give a share from 0 \(only new songs\) to 1\.$"):
        hand.recommend(HISTORY, 10, options(familiar=familiar))


def test_a_negative_artist_cap_is_refused(hand):
    with pytest.raises(InvalidQueryError, match=r"per_artist is -1; give 1 or more, or 0 for no limit"):
        hand.recommend(HISTORY, 10, HistoryOptions(per_artist=-1))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_question_has_the_same_answer(whole, seed):
    rng = np.random.default_rng(seed)
    history = [f"f{row}" for row in rng.integers(0, SONGS, 30)]
    chosen = HistoryOptions(familiar=0.3, liked=("f1",), disliked=("f2", "f3"))
    assert whole.recommend(history, 20, chosen) == whole.recommend(tuple(history), 20, chosen)


def test_a_history_of_songs_that_lead_nowhere():
    """Nothing is known of them, so all are alike; they come in the catalogue's order."""
    n = 700
    engines = HistoryEngines({"forward transition": links({}, n)}, None, n)
    fusion = ScoreFusion({"forward transition": 1.0})
    found = UserHistory(make_catalogue(n), engines, fusion, fusion).recommend(["t3"], 5)
    assert ids(found) == ["t0", "t1", "t2", "t4", "t5"]
    assert {(result.score, result.reasons, result.why) for result in found} == {(0.0, (), "Nothing speaks against it.")}


@pytest.mark.parametrize("weights", [{}, {"forward transition": 0.0}, {"an engine that is not here": 1.0}])
def test_no_engine_with_a_say(weights):
    n = 700
    engines = HistoryEngines({"forward transition": links({3: {4: 1.0}}, n)}, None, n)
    fusion = ScoreFusion(weights)
    history = UserHistory(make_catalogue(n), engines, fusion, fusion)
    assert ids(history.recommend(["t1"], 2)) == ["t0", "t2"]
    assert ids(history.recommend(["t1"], 2, HistoryOptions(familiar=0.5))) == ["t0", "t1"]


# Ranking few, as if all had been ranked

N = 1_500
FUSIONS = [
    {"forward transition": 1.0, "EASE": 0.5, "last played": 0.7, "popularity": 0.2, TOWERS: 0.9},
    {"forward transition": 1.0, "EASE": 0.3, "popularity": 0.1},
    {"last played": 0.2, TOWERS: 1.0},
    {"EASE": 1.0},
    {TOWERS: 1.0},
    {"forward transition": 0.0, "popularity": 1.0, "last played": 1.0},
]


@pytest.fixture(scope="module")
def random(tmp_path_factory):
    return random_engines(N, random_towers(N, tmp_path_factory.mktemp("random")))


def asked(seed, with_disliked=True):
    rng = np.random.default_rng(seed)
    history = rng.integers(0, N, int(rng.integers(1, 40)))
    disliked = rng.integers(0, N, int(rng.integers(1, 4))) if with_disliked and seed % 3 == 0 else history[:0]
    return Heard(history[~np.isin(history, disliked)], disliked) if len(disliked) else Heard(history, disliked)


@pytest.mark.parametrize("new_only", [True, False])
@pytest.mark.parametrize("number", range(len(FUSIONS)))
def test_few_candidates_give_the_ten_that_ranking_all_gives(random, number, new_only):
    fusion = ScoreFusion(FUSIONS[number])
    for seed in range(50):
        heard = asked(seed)
        if not len(heard.history):
            continue
        mask = ~np.isin(np.arange(N), heard.history) if new_only else np.ones(N, bool)
        few, everything = (random.rank(heard, fusion, depth, mask, new_only) for depth in (340, N))
        np.testing.assert_allclose(few.parts.sum(axis=1)[:10], everything.parts.sum(axis=1)[:10], atol=1e-5)
        assert few.rows[:10].tolist() == everything.rows[:10].tolist()


def test_quick_codes_alone_lose_hardly_any(random):
    """Random embeddings are the hardest to code; the app asks with a mask, and of few songs all are scored."""
    fusion, kept = ScoreFusion(FUSIONS[4]), 0
    for seed in range(50):
        few, everything = (random.rank(asked(seed, False), fusion, depth, None, False) for depth in (340, N))
        kept += len(np.intersect1d(few.rows[:10], everything.rows[:10]))
    assert kept >= 0.98 * 500


def dense(engines, name):
    """An engine as training asks it."""
    if name != TOWERS:
        return Linear(engines.links[name])
    vectors = engines.towers.index.vectors.astype(np.float32)
    return lambda histories: np.stack([engines.towers.query(history) for history in histories]) @ vectors.T


@pytest.mark.parametrize("new_only", [True, False])
@pytest.mark.parametrize("number", range(len(FUSIONS)))
def test_what_is_served_is_what_was_weighed(random, number, new_only):
    """Item for item the score that `train.history.fusion.fused` gives.

    But for the towers' where the history is masked: the mean and the deviation of their scores are of all items.
    """
    fusion = ScoreFusion(FUSIONS[number])
    scorers = {name: dense(random, name) for name in fusion.engines}
    agreed = 0
    for seed in range(50):
        heard = asked(seed, with_disliked=False)
        expected = fused(scorers, fusion, new_only)([heard.history])[0]
        allowed = np.isfinite(expected)
        found = random.rank(heard, fusion, N, allowed, new_only)
        agreed += len(np.intersect1d(found.rows[:10], np.argsort(-expected, kind="stable")[:10]))
        if new_only and TOWERS in fusion.engines:
            scores, weight = scorers[TOWERS]([heard.history]), np.float32(fusion.weights[TOWERS])
            expected[allowed] += (
                weight * (normalised(scores, np.ones((1, N), bool)) - normalised(scores, allowed[None]))[0][allowed]
            )
        np.testing.assert_allclose(found.parts.sum(axis=1), expected[found.rows], atol=2e-3)
    assert agreed >= 0.99 * 10 * 50


def test_towers_statistics_are_those_of_all_scores(random):
    for seed in range(50):
        query = random.towers.query(asked(seed, with_disliked=False).history)
        scores = random.towers.scores(query, np.arange(N))
        np.testing.assert_allclose(random.towers.spread(query), (scores.mean(), scores.std()), rtol=1e-3, atol=1e-4)


def test_towers_read_the_end_of_a_history(random):
    history = np.arange(100)
    np.testing.assert_array_equal(random.towers.query(history), random.towers.query(history[-12:]))
    assert not np.allclose(random.towers.query(history), random.towers.query(history[:-1]))


# Reasons


@pytest.mark.parametrize("familiar", [0.0, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_shares_of_the_reasons_add_up_to_the_score(any_history, seed, familiar):
    rng = np.random.default_rng(seed)
    history = [f"f{row}" for row in rng.integers(0, SONGS, 25)]
    chosen = HistoryOptions(familiar=familiar, liked=("f3",), disliked=("f5",))
    for result in any_history.recommend(history, 20, chosen):
        assert sum(reason.share for reason in result.reasons) == pytest.approx(result.score, abs=1e-5)
        sizes = [abs(reason.share) for reason in result.reasons]
        assert sizes == sorted(sizes, reverse=True) and 0 not in sizes
        assert all(reason.phrase for reason in result.reasons)
        assert result.why[0].isupper() and result.why.endswith(".")


@pytest.mark.parametrize("seed", range(5))
def test_the_song_that_is_named_is_the_one_that_leads_there(hand, catalogue, seed):
    """Songs so far apart that no song follows two of them."""
    rng = np.random.default_rng(seed)
    history = [int(block * 4 * 20 + kind) for block, kind in enumerate(rng.permutation(len(KINDS)))]
    for result in hand.recommend([f"f{row}" for row in history], 12, ALL):
        row = int(result.track.track_id[1:])
        (leader,) = [h for h in history if row in (next_of(h), next_of(next_of(h)), next_of(next_of(next_of(h))))]
        track = catalogue.track(leader)
        assert result.why == f"Because of “{track.title}” by {track.artist}."
        (reason,) = result.reasons
        assert (reason.feature, reason.phrase) == ("forward transition", "is often played after what you played")


def test_two_songs_are_named_where_both_lead_there(hand):
    (result,) = hand.recommend(["f8", "f12"], 1, ALL)
    assert result.track.track_id == "f16"
    assert result.why == "Because of “Tune 12” by Band 12 and “Tune 8” by Band 8."


def test_a_liked_song_may_be_the_reason(hand):
    (result,) = hand.recommend(["f8"], 1, options(liked=("f101",)))
    assert result.why == "Because of “Tune 101” by Band 21."


def test_influence_is_shared_out_exactly(whole):
    """The parts of all songs of a short history add up to the parts of the engines with a reason for the song."""
    heard = Heard(np.array([8, 12, 16]), np.empty(0, np.int64))
    fusion = ScoreFusion({"forward transition": 1.0, "ItemKNN with recency": 0.5})
    ranked = whole.engines.rank(heard, fusion, SONGS, ~np.isin(np.arange(SONGS), heard.history), True)
    spoken = influence(whole.engines, fusion, heard, ranked, 12)
    assert spoken.shape == (SONGS - 3, 3) and (spoken >= 0).all()
    led = spoken.sum(axis=1)
    assert (led <= np.maximum(ranked.parts, 0).sum(axis=1) + 1e-5).all()
    np.testing.assert_allclose(led[0], ranked.parts[0].sum(), rtol=1e-5)


def test_the_towers_say_which_song_they_miss_most(catalogue, whole):
    towers = UserHistory(catalogue, replace(whole.engines, links={}), *whole.fusions.values())
    result = towers.recommend(["f201", "f8"], 1, ALL)[0]
    assert kinds([result]) == ["folk"] and result.why.startswith("Because of “Tune 8” by Band 8")
    (reason,) = result.reasons
    assert reason.feature == TOWERS and reason.phrase == "fits the course of your listening, by who plays it"


@pytest.mark.parametrize(
    ("history", "most", "expected"),
    [([1, 2, 3], 2, [3, 2]), ([1, 2, 1, 2, 2], 5, [2, 1]), ([7], 3, [7]), ([3, 3, 3], 1, [3])],
)
def test_the_latest_songs(history, most, expected):
    assert latest(np.array(history), most).tolist() == expected


# Bundles


def test_engines_of_another_catalogue_are_refused(catalogue):
    fusion = ScoreFusion({"forward transition": 1.0})
    engines = HistoryEngines({"forward transition": links({}, 50)}, None, 50)
    with pytest.raises(BundleError, match=r"user_history has 50 items for a catalogue of 400\. Train it again\."):
        UserHistory(catalogue, engines, fusion, fusion)


def test_listeners_are_there_to_try(whole):
    assert whole.listeners == {"Ann": ("f0", "f4")}
    assert len(whole.recommend(whole.listeners["Ann"], 5)) == 5


def load(path):
    bundle = Bundle.open(path)
    return UserHistory.load(bundle, bundle.load_catalogue())


@pytest.fixture
def copy(follow_bundle, tmp_path):
    return shutil.copytree(follow_bundle, tmp_path / "copy")


def signed(path, name, contents):
    """Write a file of the bundle and enter it in the manifest as if it had been so all along."""
    (path / name).write_bytes(contents)
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = {"sha256": sha256_of(path / name), "size": len(contents)}
    (path / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def signed_array(path, name, array):
    np.save(path / FOLDER / name, array)
    signed(path, f"{FOLDER}/{name}", (path / FOLDER / name).read_bytes())


FILES = (
    *("history.json", "listeners.json", "user_tower.onnx"),
    *("item_vectors.npy", "item_codebook.npy", "item_codes.npy", "item_shares.npy"),
    *("links_0_starts.npy", "links_0_items.npy", "links_0_gains.npy"),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(copy, name):
    file = copy / FOLDER / name
    contents = bytearray(file.read_bytes())
    contents[len(contents) // 2] ^= 1
    file.write_bytes(contents)
    with pytest.raises(BundleError, match=rf"{name} is damaged"):
        load(copy)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(copy, name):
    (copy / FOLDER / name).unlink()
    with pytest.raises(BundleError, match=rf"{name} is missing, though the manifest names it"):
        load(copy)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_a_clear_error(copy, name):
    signed(copy, f"{FOLDER}/{name}", b"not what it should be")
    with pytest.raises(BundleError, match=r"cannot be read \(.*Train or download the bundle again"):
        load(copy)


@pytest.mark.slow
@pytest.mark.parametrize("contents", ["{}", "[]", "3", "null", '{"links": {}, "towers": null}'])
def test_settings_that_lack_something_are_a_clear_error(copy, contents):
    signed(copy, f"{FOLDER}/history.json", contents.encode())
    with pytest.raises(BundleError, match=r"user_history cannot be read \(.*Train or download the bundle again"):
        load(copy)


def _cut(array):
    return array[:-1]


def _far(array):
    return np.where(np.arange(len(array)) == 3, 10**6, array).astype(array.dtype)


def _before(array):
    return np.where(np.arange(len(array)) == 3, -5, array).astype(array.dtype)


def _backwards(array):
    return np.concatenate([array[:1], array[1:-1][::-1], array[-1:]])


def _flat(array):
    return array.ravel()


def _wider(array):
    return np.concatenate([array, array], axis=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("links_0_starts.npy", _cut),
        ("links_0_starts.npy", _far),
        ("links_0_starts.npy", _backwards),
        ("links_0_items.npy", _cut),
        ("links_0_items.npy", _far),
        ("links_0_items.npy", _before),
        ("links_0_gains.npy", _cut),
        ("item_vectors.npy", _cut),
        ("item_vectors.npy", _flat),
        ("item_vectors.npy", _wider),
        ("item_codes.npy", _cut),
        ("item_codebook.npy", _cut),
        ("item_shares.npy", _cut),
        ("item_shares.npy", _wider),
    ],
)
def test_arrays_that_do_not_belong_together_are_a_clear_error(copy, name, change):
    signed_array(copy, name, change(np.load(copy / FOLDER / name)))
    with pytest.raises(BundleError, match=r"rain (it|or download)|of shape"):
        load(copy)


@pytest.mark.slow
def test_embeddings_of_another_catalogue_are_refused(copy):
    """All of one size, so that only the catalogue tells."""
    for name in ("item_vectors", "item_codes", "item_shares"):
        signed_array(copy, f"{name}.npy", np.load(copy / FOLDER / f"{name}.npy")[:-7])
    with pytest.raises(BundleError, match=r"user_history has embeddings of 393 items for a catalogue of 400"):
        load(copy)


@pytest.mark.slow
def test_a_user_tower_of_another_width_is_refused(copy, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    random_towers(8, other, dim=24)
    signed(copy, f"{FOLDER}/user_tower.onnx", (other / "user_tower.onnx").read_bytes())
    with pytest.raises(BundleError, match=r"user_tower\.onnx reads .*, not embeddings of 16 dimensions"):
        load(copy)


@pytest.mark.slow
def test_damage_here_leaves_the_others(copy):
    (copy / FOLDER / "history.json").unlink()
    loaded = load_capabilities(Bundle.open(copy))
    assert loaded.history is None and "history.json is missing" in loaded.problems["user_history"]
    with pytest.raises(CapabilityMissingError, match=r"history\.json is missing"):
        loaded.need_history()
    assert loaded.titles.search("Tune 7", 1)


@pytest.mark.slow
def test_a_bundle_without_it_says_so(copy):
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["files"] = {k: v for k, v in manifest["files"].items() if not k.startswith(f"{FOLDER}/")}
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(CapabilityMissingError, match=r"trained without user_history"):
        load(copy)


@pytest.mark.slow
def test_a_bundle_without_towers_works(copy):
    about = json.loads((copy / FOLDER / "history.json").read_text("utf-8"))
    signed(copy, f"{FOLDER}/history.json", json.dumps(about | {"towers": None}).encode())
    found = load(copy).recommend(HISTORY, 10)
    assert len(found) == 10 and found[0].track.track_id == "f24"
    assert all(reason.feature != TOWERS for result in found for reason in result.reasons)


def test_the_planted_chain_is_what_it_says():
    assert EACH * len(KINDS) == SONGS
    assert chain_links().scores(np.array([8]))[[12, 16, 20, 24]].tolist() == [1.0, 0.5, 0.25, 0.0]


# Ranking for a group


def test_scores_of_given_songs_are_those_that_a_list_has(any_history):
    answer = any_history.recommend(HISTORY, 20, ALL)
    history, rows = any_history.catalogue.rows(HISTORY), any_history.catalogue.rows(ids(answer))
    asked = any_history.ask(HISTORY)
    assert asked.scores(rows) == pytest.approx([r.score for r in answer], abs=1e-4)
    best = asked.candidates(300)
    scores = asked.scores(best)
    assert not np.isin(history, best).any() and (np.diff(scores) <= 1e-5).all()
    assert len(best) and scores[: len(rows)] == pytest.approx([r.score for r in answer[: len(best)]], abs=1e-4)


def test_the_history_counts_where_it_may_come_back(hand):
    history = ["f8", "f8", "f12"]
    assert hand.ask(history, new_only=False).candidates(10)[0] == 8
    only = np.zeros(len(hand.catalogue), np.bool_)
    only[100:] = True
    assert (hand.ask(history, only).candidates(300) >= 100).all()


def test_the_song_before_speaks_for_the_one_that_follows(hand):
    voters, votes = hand.ask(["f1", "f8"]).speakers(np.array([next_of(8)]), 10)
    assert voters[votes[0].argmax()] == 8 and votes.shape == (1, 2)
