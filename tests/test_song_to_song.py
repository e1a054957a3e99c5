from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import SCHEMA, Catalogue
from recsys.errors import (
    BundleError,
    EmptyQueryError,
    InvalidQueryError,
    NoMatchError,
    RecsysError,
    UnknownTrackError,
)
from recsys.filters import Filters
from recsys.new_song import new_song
from recsys.results import MAX_K
from recsys.song_to_song import Asked, Options, SongToSong
from tests.contract import RankingContract, hand_made, ids, random_catalogue

SPACES = ("audio", "latent")
ANYTHING = Options(space="audio", same_cluster=False, per_artist=0, one_version=False)


def options(**changes):
    return Options(**{name: getattr(ANYTHING, name) for name in Options.__dataclass_fields__} | changes)


@pytest.fixture(scope="module")
def songs(catalogue):
    """The small catalogue; its quiet songs are cluster 0, its loud ones cluster 1."""
    return hand_made(catalogue, np.repeat([0, 1], 6))


@pytest.fixture(scope="module")
def many():
    """Six hundred random songs in four clusters."""
    catalogue = random_catalogue(600)
    return hand_made(catalogue, np.random.default_rng(1).integers(0, 4, len(catalogue)))


class TestContract(RankingContract):
    @pytest.fixture(params=SPACES)
    def ask(self, request, songs):
        return lambda k, **changes: songs.similar_tracks(["q2"], k, options(space=request.param, **changes))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    ("seed", "nearest"),
    [
        ("q0", ["q1", "q2", "q3", "q4", "q5"]),
        ("q5", ["q4", "q3", "q2", "q1", "q0"]),
        ("l0", ["l1", "l2", "l3", "l4", "l5"]),
    ],
)
def test_neighbours_are_those_known_by_hand(songs, space, seed, nearest):
    assert ids(songs.similar_tracks([seed], 5, options(space=space))) == nearest


@pytest.mark.parametrize("space", SPACES)
def test_seeds_and_away_never_come_back(songs, space):
    ranked = songs.similar_tracks(["q0", "l0"], MAX_K, options(space=space), away=["q3", "l3"])
    assert sorted(ids(ranked)) == ["l1", "l2", "l4", "l5", "q1", "q2", "q4", "q5"]


def test_a_seed_given_twice_counts_once(songs):
    assert songs.similar_tracks(["q0", "l5", "q0"], 5, ANYTHING) == songs.similar_tracks(["q0", "l5"], 5, ANYTHING)


def test_the_order_of_seeds_does_not_matter(songs):
    one, other = (songs.similar_tracks(seeds, 5, ANYTHING) for seeds in (["q0", "q5"], ["q5", "q0"]))
    assert ids(one) == ids(other)


@pytest.mark.parametrize("ask", [{"seeds": ["q0", "zz"]}, {"seeds": ["q0"], "away": ["zz"]}])
def test_unknown_seed_is_named(songs, ask):
    with pytest.raises(UnknownTrackError, match=r"Track 'zz' is not in this catalogue of 12 tracks"):
        songs.similar_tracks(**ask, options=ANYTHING)


def test_no_seed_is_refused(songs):
    with pytest.raises(EmptyQueryError, match=r"No song to start from\. Give the track_id"):
        songs.similar_tracks([], 5, ANYTHING, away=["q0"])


def test_too_many_seeds_are_refused(songs):
    with pytest.raises(InvalidQueryError, match=r"501 songs were given; give at most 500"):
        songs.similar_tracks([f"t{i}" for i in range(501)], 5, ANYTHING)


def test_an_unknown_space_is_named_beside_those_there_are(songs):
    with pytest.raises(InvalidQueryError, match=r"No space is called 'taste'\. This bundle has: audio, latent"):
        songs.similar_tracks(["q0"], 5, options(space="taste"))


def test_a_negative_artist_cap_is_refused(songs):
    with pytest.raises(InvalidQueryError, match=r"per_artist is -1; give 1 or more, or 0 for no limit"):
        songs.similar_tracks(["q0"], 5, options(per_artist=-1))


def test_embeddings_of_another_size_are_refused(catalogue, many):
    with pytest.raises(BundleError, match=r"audio has 600 embeddings for 12 tracks"):
        SongToSong(catalogue, many.spaces)


def test_at_most_so_many_songs_an_artist(songs):
    assert ids(songs.similar_tracks(["q0"], 6, options(per_artist=1)))[:3] == ["q1", "q3", "q4"]
    assert ids(songs.similar_tracks(["q0"], 4, options(per_artist=2))) == ["q1", "q2", "q3", "q4"]


def test_no_version_of_a_seed_and_one_of_any_other_song(songs):
    assert "q1" not in ids(songs.similar_tracks(["q0"], MAX_K, options(one_version=True)))
    loud = ids(songs.similar_tracks(["l3"], MAX_K, options(one_version=True)))
    assert "l1" in loud and "l0" not in loud  # both are "Red Siren"; the remix is nearer


def test_a_version_of_an_excluded_song_stays_away_too(songs):
    assert "l1" not in ids(songs.similar_tracks(["l3"], MAX_K, options(one_version=True, exclude=("l0",))))


def test_one_cluster_or_all(songs):
    assert sorted(ids(songs.similar_tracks(["q0"], MAX_K, options(same_cluster=True)))) == [
        "q1",
        "q2",
        "q3",
        "q4",
        "q5",
    ]
    assert len(songs.similar_tracks(["q0"], MAX_K, ANYTHING)) == 11
    assert len(songs.similar_tracks(["q0", "l0"], MAX_K, options(same_cluster=True))) == 10


def test_without_clusters_every_song_is_compared(catalogue):
    songs = hand_made(catalogue)
    assert not songs.has_clusters
    assert len(songs.similar_tracks(["q0"], MAX_K, options(same_cluster=True))) == 11


def test_a_cluster_that_the_filters_empty_says_so(songs):
    with pytest.raises(NoMatchError, match=r"No other song in this cluster passes the filters"):
        songs.similar_tracks(["q0"], 5, options(same_cluster=True, filters=Filters(year_min=2000)))


@pytest.mark.parametrize("space", SPACES)
def test_steering_away_moves_the_ranking(songs, space):
    asked = options(space=space)
    to_quieter, to_louder = (ids(songs.similar_tracks(["q2"], 3, asked, away=[away])) for away in ("q5", "q0"))
    assert set(to_quieter[:2]) == {"q0", "q1"}
    assert to_louder[0] == "q3"


def reference(songs, seeds, k, asked):
    """The answer by hand: every allowed song in order of score, passing over what the options forbid."""
    catalogue, space, rows = songs.catalogue, songs.spaces[asked.space], songs.catalogue.rows(seeds)
    point = space.combine(space.embeddings[rows], space.embeddings[:0])
    order = np.argsort(-space.scores(point, np.arange(len(catalogue))), kind="stable")
    mask = asked.filters.mask(catalogue)
    clusters = set(songs._clusters[rows])
    versions, artists, kept = set(catalogue.version_groups[rows]), Counter[int](), []
    for row in order:
        version, artist = catalogue.version_groups[row], catalogue.artist_keys[row]
        forbidden = (
            row in rows
            or (mask is not None and not mask[row])
            or (asked.same_cluster and songs._clusters[row] not in clusters)
            or (asked.one_version and version in versions)
            or (asked.per_artist and artists[artist] == asked.per_artist)
        )
        if not forbidden:
            kept.append(catalogue.track_ids[row])
            versions.add(version)
            artists[artist] += 1
    return kept[:k]


FILTERS = (Filters(), Filters(genres=("Jazz",)), Filters(year_min=1995, tempo_max=200))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("seeds", [["t0"], ["t17", "t300", "t599"]], ids=len)
def test_if_k_qualify_k_come_back_whatever_the_options(many, space, seeds):
    for k, cap, one_version, same, filters in product(
        (1, 10, 60, MAX_K), (0, 1, 3), (True, False), (True, False), FILTERS
    ):
        asked = Options(space, same, cap, one_version, filters)
        assert ids(many.similar_tracks(seeds, k, asked)) == reference(many, seeds, k, asked), asked


def test_one_artist_with_nearly_everything_does_not_crowd_out_the_rest(catalogue):
    table = catalogue.table.take([0] * 3000 + list(range(12)))  # "Still Water" by Ada, three thousand times more
    track_ids = pa.array([f"c{i}" for i in range(3000)] + catalogue.track_ids)
    songs = hand_made(Catalogue(table.set_column(0, SCHEMA.field("track_id"), track_ids)))
    ranked = songs.similar_tracks(["q1"], 10, options(per_artist=1))
    assert sorted(result.track.artist for result in ranked) == ["Ada", "Bix", "Cleo", "Dov", "Eve", "Fay"]
    assert len(songs.similar_tracks(["q1"], 10, options(one_version=True))) == 9


@pytest.mark.parametrize("space", SPACES)
def test_shares_add_up_to_the_score(many, space):
    ranked = many.similar_tracks(["t3", "t44"], 100, options(space=space), away=["t9"])
    for result in ranked:
        assert sum(reason.share for reason in result.reasons) == pytest.approx(result.score, abs=1e-4)


@pytest.mark.parametrize("space", SPACES)
def test_reasons_name_every_input_the_largest_share_first(songs, space):
    (result,) = songs.similar_tracks(["q0"], 1, options(space=space))
    shares = [abs(reason.share) for reason in result.reasons]
    named = {reason.feature for reason in result.reasons}
    assert named - {"average"} == set(FEATURE_NAMES) and len(named) == len(result.reasons)
    assert shares == sorted(shares, reverse=True)
    assert "same tempo (80 and 82 BPM)" in [reason.phrase for reason in result.reasons]
    assert result.why and all(
        part in [r.phrase for r in result.reasons] for part in result.why.split("; ")[0].split(", ")
    )


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("row", [0, 4, 11])
def test_a_song_with_a_catalogue_songs_features_finds_it_first(songs, catalogue, space, row):
    song = new_song(dict(zip(FEATURE_NAMES, catalogue.features[row].tolist(), strict=True)))
    ranked = songs.similar_to_song(song, 12, options(space=space))
    assert ranked[0].track == catalogue.track(row) and len(ranked) == 12
    within = songs.similar_to_song(song, 12, options(space=space, same_cluster=True), cluster=row // 6)
    assert ids(within) == [track_id for track_id in ids(ranked) if track_id[0] == "ql"[row // 6]]


def test_a_song_without_popularity_is_compared_by_the_rest(songs, catalogue):
    values = dict(zip(FEATURE_NAMES, catalogue.features[2].tolist(), strict=True)) | {"popularity": None}
    (best,) = songs.similar_to_song(new_song(values), 1, options(space="latent"))
    assert best.track.track_id == "q2"
    assert next(r for r in best.reasons if r.feature == "popularity").phrase == "popularity unknown"
    assert "popularity" not in best.why


@pytest.mark.slow
@pytest.mark.parametrize("space", ["blend", "audio", "mood", "latent"])
@pytest.mark.parametrize("row", [0, 1234, 4000])
def test_on_the_demo_world_too_shares_explain_every_score(demo, space, row):
    songs = demo.need_songs()
    ranked = songs.similar_tracks([demo.catalogue.track_ids[row]], 50, options(space=space))
    assert len(ranked) == 50 and next(iter(songs.spaces)) == "blend"
    for result in ranked:
        assert sum(reason.share for reason in result.reasons) == pytest.approx(result.score, abs=1e-4)


@pytest.mark.parametrize("space", SPACES)
def test_many_questions_are_answered_as_each_alone(many, space):
    """Whatever they have in common or not, and with errors in the places of those that cannot be answered."""
    given = many.catalogue.track_ids
    changes: list[dict[str, Any]] = [
        {},
        {"same_cluster": True},
        {"same_cluster": True, "per_artist": 1},
        {"filters": Filters(tempo_min=110)},
    ]
    asked = [
        Asked(
            given[i : i + 1 + i % 3],
            5 + i % 2,
            options(space=space, **changes[i % 4]),
            given[300 : 300 + i % 2],
            (1, 0.5, 0)[: 1 + i % 3] if i % 5 else (),
        )
        for i in range(60)
    ]
    asked[7], asked[8] = Asked(["zz"], 5, options(space=space)), Asked([], 5, options(space=space))
    asked[9], asked[10] = Asked(given[:1], 0, options(space=space)), Asked(given[:1], 5, options(space="taste"))
    answers = list(many.similar_to_each(asked))
    assert len(answers) == 60
    for one, answer in zip(asked, answers, strict=True):
        if isinstance(answer, RecsysError):
            with pytest.raises(type(answer)) as alone:
                many.similar_tracks(one.seeds, one.k, one.options, away=one.away, weights=one.weights)
            assert str(alone.value) == str(answer)
        else:
            assert answer == many.similar_tracks(one.seeds, one.k, one.options, away=one.away, weights=one.weights)
    assert [i for i, answer in enumerate(answers) if isinstance(answer, RecsysError)] == [7, 8, 9, 10]


def test_tracks_are_compared_with_seeds_as_a_search_compares_them(many):
    seeds = many.catalogue.track_ids[3:6]
    for space in SPACES:
        ranked = many.similar_tracks(seeds, 9, options(space=space))
        rows = many.catalogue.rows(ids(ranked))
        compared = many.against(many.catalogue.rows(seeds), rows[::-1], space)[::-1]
        assert ids(compared) == ids(ranked) and [r.why for r in compared] == [r.why for r in ranked]
        assert [r.score for r in compared] == pytest.approx([r.score for r in ranked], abs=1e-5)


def test_a_song_asks_for_itself_and_then_the_most_alike(songs):
    rows = songs.ask(["q0"], (), "latent", None).candidates(4)
    assert [songs.catalogue.track_ids[row] for row in rows.tolist()] == ["q0", "q1", "q2", "q3"]
    mask = songs.catalogue.artist_keys != songs.catalogue.artist_keys[0]
    kept = songs.ask(["q0"], (), "latent", mask).candidates(3)
    assert [songs.catalogue.track_ids[row] for row in kept.tolist()] == ["q3", "q4", "q5"]
