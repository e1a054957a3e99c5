"""Paths through planted spaces whose best way is known, and through random ones whose rules can be checked."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.errors import InvalidQueryError, NoMatchError, UnknownTrackError
from recsys.filters import Filters
from recsys.path_search import Line
from recsys.song_path import PathOptions, find_path
from recsys.song_to_song import SongToSong
from recsys.spaces import CosineSpace, LatentSpace, Scaler
from tests.contract import hand_made, make_catalogue, random_catalogue, small_encoder


def planted(points, **columns):
    """Songs t0, t1, … that lie at ``points`` of the latent space."""
    points = np.asarray(points, np.float32)
    features = {name: np.full(len(points), 0.5, np.float32) for name in FEATURE_NAMES} | columns
    catalogue = make_catalogue(len(points), **features)
    scaler = Scaler(FEATURE_NAMES, np.zeros(11, np.float32), np.ones(11, np.float32))
    space = LatentSpace(scaler, small_encoder(11), points, catalogue.features)
    return SongToSong(catalogue, {"latent": space})


def path(songs, start="t0", goal="t1", **options):
    given = replace(PathOptions(space="latent", per_artist=0), **options)
    found = find_path(songs, start, goal, given)
    return [step.song.track.track_id for step in found]


ARCH = [(0, 0, 0), (10, 0, 0), (2, 3, 0), (4, 4, 0), (6, 4, 0), (8, 3, 0)]


def test_songs_on_a_line_come_in_their_order():
    songs = planted([(0, 0, 0), (10, 0, 0), (8, 0, 0), (4, 0, 0), (6, 0, 0), (2, 0, 0)])
    assert path(songs, steps=6) == ["t0", "t5", "t3", "t4", "t2", "t1"]


def test_a_lone_song_on_the_line_is_passed_by_for_an_even_way_around():
    # The song nearest to the middle of the line is t6; those who take it must leap there and back.
    songs = planted([*ARCH, (4, -3, 0)])
    assert path(songs, steps=6) == ["t0", "t2", "t3", "t4", "t5", "t1"]


def test_the_longest_step_counts_not_their_sum():
    #   t2 is on the straight line, right beside the start; by t3 the way is longer and its longest step shorter.
    songs = planted([(0, 0, 0), (10, 0, 0), (2.6, 0, 0), (5, 3, 0)])
    assert path(songs, steps=3) == ["t0", "t3", "t1"]


def test_every_song_is_further_along_than_the_one_before():
    rng = np.random.default_rng(0)
    songs = planted(rng.standard_normal((2_000, 3)))
    for start, goal in product(("t0", "t3"), ("t1", "t2")):
        steps = find_path(songs, start, goal, PathOptions(space="latent", steps=12))
        progress = [step.progress for step in steps]
        assert progress[0] == 0 and progress[-1] == pytest.approx(1, abs=1e-5)
        assert progress == sorted(set(progress))


@pytest.fixture(scope="module")
def many():
    return hand_made(random_catalogue(600))


@pytest.mark.parametrize(("space", "per_artist", "seed"), [*product(("audio", "latent"), (1, 2), (0, 7))])
def test_no_song_or_version_twice_and_the_cap_on_artists_holds(many, space, per_artist, seed):
    catalogue = many.catalogue
    rng = np.random.default_rng(seed)
    for steps in (3, 10, 30):
        start, goal = (f"t{row}" for row in rng.choice(600, 2, replace=False))
        rows = catalogue.rows(path(many, start, goal, space=space, steps=steps, per_artist=per_artist, seed=seed))
        assert len(rows) == steps and catalogue.track(int(rows[0])).track_id == start
        assert catalogue.track(int(rows[-1])).track_id == goal
        inner, groups = rows[1:-1], catalogue.version_groups
        assert len(set(rows.tolist())) == steps
        assert len(set(groups[inner].tolist())) == steps - 2
        assert not set(groups[inner].tolist()) & set(groups[rows[[0, -1]]].tolist())
        for artist in set(catalogue.artist_keys[inner].tolist()):
            assert (catalogue.artist_keys[rows] == artist).sum() <= per_artist


def test_the_cap_moves_the_path_to_another_artist():
    #   t4 is the better second stop, but by the artist of the first.
    points = [(0, 0, 0), (9, 0, 0), (3, 0, 0), (6, 0.5, 0), (6, 0, 0)]
    songs = planted(points, artist_key=[0, 1, 2, 3, 2], artist=["a", "b", "c", "d", "c"])
    assert path(songs, steps=4) == ["t0", "t2", "t4", "t1"]
    assert path(songs, steps=4, per_artist=1) == ["t0", "t2", "t3", "t1"]


def test_versions_may_come_where_they_are_allowed():
    points = [(0, 0, 0), (9, 0, 0), (3, 0, 0), (6, 0.5, 0), (6, 0, 0)]
    songs = planted(points, version_group=[0, 1, 2, 3, 2])
    assert path(songs, steps=4) == ["t0", "t2", "t3", "t1"]
    assert path(songs, steps=4, one_version=False) == ["t0", "t2", "t4", "t1"]


def test_the_same_seed_gives_the_same_path_and_another_one_another(many):
    def ask(seed):
        return path(many, "t5", "t9", space="audio", steps=12, seed=seed)

    assert ask(0) == ask(0) and ask(4) == ask(4)
    assert len({tuple(ask(seed)) for seed in range(6)}) >= 4


def longest(songs, ids, space="audio"):
    points = songs.spaces[space].embeddings[songs.catalogue.rows(ids)]
    return np.linalg.norm(np.diff(points, axis=0), axis=1).max()


def test_no_other_seed_finds_a_clearly_smoother_path(many):
    best = longest(many, path(many, "t5", "t9", space="audio", steps=8))
    others = [longest(many, path(many, "t5", "t9", space="audio", steps=8, seed=seed)) for seed in range(1, 20)]
    assert best <= min(others) * 1.02
    assert np.median(others) < 1.6 * best  # nearly as good


def test_paths_are_smoother_than_those_of_songs_drawn_at_random(many):
    rng = np.random.default_rng(3)
    for _ in range(10):
        start, goal = (f"t{row}" for row in rng.choice(600, 2, replace=False))
        found = path(many, start, goal, space="audio", steps=8)
        random = [start, *(f"t{row}" for row in rng.choice(600, 6)), goal]
        assert longest(many, found) < longest(many, random)


@pytest.mark.parametrize(("course", "sign"), [("rising", 1), ("falling", -1)])
def test_energy_goes_one_way_where_asked(many, course, sign):
    energy = many.catalogue.numbers("energy")
    ends = [
        (a, b) if sign * (energy[b] - energy[a]) > 0 else (b, a)
        for a, b in ((10, 20), (31, 77), (100, 200))
        if abs(energy[a] - energy[b]) > 0.1
    ]
    assert ends
    for a, b in ends:
        rows = many.catalogue.rows(path(many, f"t{a}", f"t{b}", space="audio", steps=8, energy=course))
        assert (sign * np.diff(energy[rows]) >= 0).all()


def test_energy_that_must_go_the_other_way_is_refused(many):
    energy = many.catalogue.numbers("energy")
    low, high = int(energy.argmin()), int(energy.argmax())
    with pytest.raises(InvalidQueryError, match=r"goes the other way .* cannot be rising. Choose falling or any"):
        path(many, f"t{high}", f"t{low}", space="audio", energy="rising")
    with pytest.raises(InvalidQueryError, match=r"cannot be falling. Choose rising or any"):
        path(many, f"t{low}", f"t{high}", space="audio", energy="falling")


def test_unknown_energy_cannot_rise():
    songs = planted([(0, 0, 0), (3, 0, 0), (1, 0, 0)], energy=[np.nan, 0.5, 0.5])
    with pytest.raises(InvalidQueryError, match="unknown"):
        path(songs, steps=3, energy="rising")
    assert path(songs, steps=3) == ["t0", "t2", "t1"]


def test_filters_and_exclude_hold_for_the_songs_between_alone(many):
    years = many.catalogue.years
    start, goal = (f"t{row}" for row in np.flatnonzero(years < 1970)[:2])
    found = path(many, start, goal, space="audio", steps=8, filters=Filters(year_min=1990))
    rows = many.catalogue.rows(found)
    assert (years[rows[1:-1]] >= 1990).all()
    without = path(many, start, goal, space="audio", steps=8, exclude=(found[3],))
    assert found[3] not in without


def test_songs_on_one_side_only_still_make_a_path():
    # Nothing lies beside the second half of the line.
    songs = planted([(0, 0, 0), (10, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0)])
    found = path(songs, steps=5)
    assert sorted(found) == ["t0", "t1", "t2", "t3", "t4"] and found[0] == "t0" and found[-1] == "t1"


def test_each_step_says_what_changes(catalogue):
    songs = hand_made(catalogue)
    steps = find_path(songs, "q0", "l0", PathOptions(steps=4, space="audio"))
    assert steps[0].song.why == "" and steps[0].song.reasons == () and steps[0].jump == 0
    leap = max(steps[1:], key=lambda step: step.jump)
    assert "louder" in leap.song.why or "more energetic" in leap.song.why or "less acoustic" in leap.song.why
    for before, after in pairwise(steps):
        reason = next(r for r in after.song.reasons if r.feature == "tempo")
        tempo = catalogue.numbers("tempo")[catalogue.rows([s.song.track.track_id for s in (before, after)])]
        assert [reason.seed, reason.value] == pytest.approx(tempo.tolist())
        assert sum(r.share for r in after.song.reasons) == pytest.approx(after.song.score, abs=1e-4)


@pytest.mark.parametrize("steps", [2, 31, 0, -1, 2.5, True, "5", None, float("nan")])
def test_a_number_of_steps_out_of_range_is_refused(many, steps):
    with pytest.raises(InvalidQueryError, match="whole number from 3 to 30"):
        path(many, steps=steps, space="audio")


@pytest.mark.parametrize("seed", [-1, 1.5, 2**32, True, None])
def test_a_bad_seed_is_refused(many, seed):
    with pytest.raises(InvalidQueryError, match="seed is"):
        path(many, seed=seed, space="audio")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"space": "smell"}, "No space is called 'smell'"),
        ({"energy": "up"}, "energy is 'up'; choose from any, rising, falling"),
        ({"per_artist": -1}, "per_artist is -1"),
        ({"goal": "t0"}, "same place"),
        ({"filters": Filters(genres=("Opera",))}, "genre 'Opera'"),
    ],
)
def test_bad_options_are_named(many, options, said):
    with pytest.raises(InvalidQueryError, match=said):
        path(many, **{"space": "audio"} | options)


@pytest.mark.parametrize(("start", "goal"), [("nowhere", "t1"), ("t0", "nowhere")])
def test_an_unknown_end_is_named(many, start, goal):
    with pytest.raises(UnknownTrackError, match="'nowhere'"):
        path(many, start, goal, space="audio")


def test_too_few_songs_for_the_steps_say_so():
    songs = planted(ARCH)
    assert len(path(songs, steps=6)) == 6
    with pytest.raises(NoMatchError, match=r"No path of 7 songs was found: 4 songs may lie on it"):
        path(songs, steps=7)


def test_two_unit_vectors_that_are_opposite_have_a_path():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((300, 11)).astype(np.float32)
    points[1] = -points[0]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    catalogue = make_catalogue(300, **{name: np.full(300, 0.5, np.float32) for name in FEATURE_NAMES})
    scaler = Scaler(FEATURE_NAMES, np.zeros(11, np.float32), np.ones(11, np.float32))
    songs = SongToSong(catalogue, {"audio": CosineSpace("audio", scaler, points)})
    assert len(path(songs, space="audio", steps=10)) == 10


def test_the_line_knows_where_songs_lie_beside_it():
    points = np.array([(1, 1), (5, 1), (3, 4), (0, 1), (6, -1)], np.float32)
    line = Line.between(points, 0, 1)
    assert line.length == 4
    assert line.progress.tolist() == pytest.approx([0, 1, 0.5, -0.25, 1.25])
    assert line.aside.tolist() == pytest.approx([0, 0, 9, 0, 4], abs=1e-5)
