"""The playlist doctor on a world whose kinds are known: planted strangers, repeats, versions and gaps."""

from itertools import permutations

import pytest

from recsys import playlist_doctor
from recsys.audio_features import FEATURE_INDEX
from recsys.errors import EmptyQueryError, InvalidQueryError, NoMatchError, UnknownTrackError
from recsys.filters import Filters
from recsys.playlist_doctor import DoctorOptions, check_playlist
from recsys.playlist_jumps import measure_jumps
from recsys.playlist_order import ARCS
from recsys.playlist_words import transition, what_sets_apart
from recsys.results import PartReason, Reason
from recsys.song_to_song import Options
from tests.contract import make_catalogue, random_catalogue
from tests.planted_playlists import KINDS, SONGS, of_kind, playlist_catalogue, playlist_songs

EVERY = Options(same_cluster=False, per_artist=0, one_version=False)


@pytest.fixture(scope="module")
def songs():
    return playlist_songs(playlist_catalogue())


@pytest.fixture
def check(songs):
    return lambda playlist, **options: check_playlist(songs, playlist, DoctorOptions(**options))


def added(found):
    return [one.scored.track.track_id for one in found.additions]


def played(found):
    return [step.track.track_id for step in found.order]


# What does not fit


@pytest.mark.parametrize(("kind", "other"), list(permutations(KINDS, 2)))
def test_a_stranger_is_found_first(check, kind, other):
    home, stranger = of_kind(kind)[:12], of_kind(other)[20]
    found = check([*home[:5], stranger, *home[5:]], k=0)
    first, *others = found.misfits
    assert (first.scored.track.track_id, first.position, first.outlier) == (stranger, 6, True)
    assert sum(one.outlier for one in others) <= 2 and first.better > 2 * others[0].better
    assert [one.better for one in found.misfits] == sorted((one.better for one in found.misfits), reverse=True)


def test_what_sets_a_stranger_apart_is_said_in_values_of_both(check, songs):
    home, stranger = of_kind("folk")[:12], of_kind("metal")[20]
    (first, *_) = check([*home, stranger], k=0).misfits
    theirs = songs.catalogue.features[songs.catalogue.rows(home)].mean(axis=0)
    telling = [r for r in first.scored.reasons if r.phrase in first.scored.why]
    assert telling and all(abs(r.difference) >= 0.8 and r.share < 0 for r in telling)
    for reason in telling:
        assert reason.seed == pytest.approx(float(theirs[FEATURE_INDEX[reason.feature]]), rel=1e-4)


def test_every_song_has_its_place_among_those_given(check):
    playlist = [*of_kind("folk")[:6], of_kind("disco")[3], of_kind("folk")[0]]
    found = check(playlist, k=0)
    assert {playlist[one.position - 1] for one in found.misfits} == set(playlist)
    assert all(playlist[one.position - 1] == one.scored.track.track_id for one in found.misfits)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_songs_have_no_misfit(check, n):
    found = check(of_kind("folk")[:n], k=2)
    assert found.misfits == () and "With fewer than 4 different songs" in found.notes[0]
    assert len(found.order) == n and len(found.additions) == 2


def test_songs_that_have_nothing_in_common_are_not_held_against_one_another():
    many = random_catalogue(400)
    found = check_playlist(playlist_songs(many), many.track_ids[:12], DoctorOptions(k=3))
    assert "These songs have little in common, so none of them is said not to fit." in found.notes
    assert not any(one.outlier for one in found.misfits) and max(one.better for one in found.misfits) > 0.3
    assert len(found.additions) == 3


def test_words_for_what_sets_apart():
    tempo, energy = Reason("tempo", -0.2, 90, 170, 2.0), Reason("energy", -0.3, 0.8, 0.2, -2.5)
    artist, like = Reason("artist", -0.1, None, None), Reason("valence", -0.05, 0.5, 0.52, 0.1)
    assert what_sets_apart([tempo, energy, like]) == "calmer (0.80 → 0.20), faster (90 BPM → 170 BPM)"
    assert what_sets_apart([artist, like]) == "an artist of another kind"
    assert what_sets_apart([like]) == "as happy (0.50 and 0.52)"
    assert what_sets_apart([Reason("words", -0.1, None, None)]) == ""
    assert what_sets_apart([PartReason("x", -1, "y")]) == ""


# What is there twice


def test_repeats_and_versions_are_told_apart(check):
    found = check(["t0", "t6", "t9", "t6", "t3", "t6"], k=0)
    versions, same = sorted(found.repeats, key=lambda one: not one.versions)
    assert ([t.track_id for t in versions.tracks], versions.positions, versions.versions) == (
        ["t0", "t3"],
        (1, 5),
        True,
    )
    assert ([t.track_id for t in same.tracks], same.positions, same.versions) == (["t6"] * 3, (2, 4, 6), False)
    assert sorted(played(found)) == ["t0", "t3", "t6", "t9"]


def test_without_repeats_none_is_told(check):
    assert check(of_kind("disco")[:9], k=0).repeats == ()


# What is missing


@pytest.mark.parametrize("kind", KINDS)
def test_songs_of_the_kind_are_added_and_none_that_is_there(check, kind):
    home = of_kind(kind)
    found = check(home[:20], k=10)
    assert len(added(found)) == 10 and set(added(found)) <= set(home[20:])
    scores = [one.scored.score for one in found.additions]
    assert scores == sorted(scores, reverse=True)


def test_both_sides_of_a_mixed_playlist_have_their_songs(check):
    folk, metal = of_kind("folk"), of_kind("metal")
    found = set(added(check([*folk[:15], *metal[:15]], k=20, per_artist=0)))
    assert len(found & set(folk)) >= 4 and len(found & set(metal)) >= 4 and found <= {*folk, *metal}


def test_a_stranger_has_no_say_in_what_is_added(check):
    home = of_kind("folk")
    assert set(added(check([*home[:12], of_kind("metal")[20]], k=15))) <= set(home)


def test_the_songs_named_are_those_that_it_goes_with_best(check, songs):
    found = check(of_kind("folk")[:10], k=3)
    for one in found.additions:
        by_score = songs.similar_tracks([one.scored.track.track_id], 100, EVERY)
        nearest = [r.track.track_id for r in by_score if r.track.track_id in of_kind("folk")[:10]][:2]
        assert [track.track_id for track in one.near] == nearest
        assert all(f"“{track.title}” by {track.artist}" in one.scored.why for track in one.near)


def test_what_is_added_keeps_to_artists_versions_filters_and_what_is_left_out(check, songs):
    home = of_kind("folk")
    found = check(home[2:20], k=20, per_artist=1, filters=Filters(year_min=2000))
    tracks = [one.scored.track for one in found.additions]
    assert len({track.artist for track in tracks}) == len(tracks) and all((t.year or 0) >= 2000 for t in tracks)
    assert f"Only {len(tracks)} of the 20 songs to add were found; these are all." in found.notes
    everything = set(added(check(home[2:20], k=60, per_artist=0)))
    assert {"t0", "t3"} & everything and not {"t0", "t3"} <= everything  # one version of a song
    assert "t3" not in added(check(["t0", *home[2:20]], k=60, per_artist=0))
    gone = added(check(home[2:20], k=3))[0]
    assert gone not in added(check(home[2:20], k=60, leave_out=(gone,)))


def test_the_place_of_an_addition_is_where_it_jumps_least(check):
    found = check(of_kind("folk")[:10], k=5)
    assert all(0 <= one.after <= 10 for one in found.additions)
    assert check(of_kind("folk")[:1], k=1).additions[0].after in (0, 1)


def test_rough_places_are_bridged(check):
    playlist = [*of_kind("folk")[:4], *of_kind("disco")[:4]]
    found = check(playlist, k=5)
    jumps = [step.jump for step in found.order[1:]]
    assert found.bridges, jumps
    for one in found.bridges:
        assert jumps[one.after - 1] >= 0.8 and one.scored.track.track_id not in playlist
    names = [one.scored.track.track_id for one in found.bridges]
    assert len(set(names)) == len(names) and not set(names) & set(added(found))


@pytest.mark.parametrize("arc", ARCS)
def test_songs_are_put_after_songs_that_fit(check, arc):
    folk, metal = of_kind("folk"), of_kind("metal")
    for stranger in metal[:8]:
        found = check([*folk[:9:3], stranger, *folk[20:40:2]], k=20, per_artist=0, arc=arc)
        odd = {one.scored.track.track_id for one in found.misfits if one.outlier}
        assert stranger in odd
        for one in (*found.additions, *found.bridges):
            assert one.after == 0 or played(found)[one.after - 1] not in odd


@pytest.mark.parametrize("arc", ARCS)
def test_bridges_lie_where_it_is_rough_between_songs_that_fit(check, songs, arc, monkeypatch):
    monkeypatch.setattr(playlist_doctor, "_ROUGH", 0.4)  # nothing is rough within one kind of this world
    roughness = []
    for stranger in of_kind("metal")[10:18]:
        found = check([*of_kind("folk")[:9:4], stranger, *of_kind("folk")[20:60:4]], k=3, arc=arc)
        odd = {one.scored.track.track_id for one in found.misfits if one.outlier}
        kept = [track for track in played(found) if track not in odd]
        assert stranger in odd
        for one in found.bridges:
            at = kept.index(played(found)[one.after - 1])
            rows = songs.catalogue.rows(kept[at : at + 2])
            roughness.append(measure_jumps(songs.catalogue, songs.space("blend").embeddings, rows).total[0, 1])
    assert roughness, "no bridges"
    assert min(roughness) >= 0.4


def test_no_songs_to_add_are_looked_for_where_none_are_asked(check):
    found = check(of_kind("folk")[:8], k=0)
    assert found.additions == found.bridges == ()


def test_filters_that_leave_nothing_say_so(check):
    with pytest.raises(NoMatchError, match="year from 2999"):
        check(of_kind("folk")[:8], filters=Filters(year_min=2999))


def test_filters_that_leave_only_what_is_there_say_so(check):
    found = check(of_kind("folk")[:5], filters=Filters(only_artists=("Artist 0",)), k=3)
    assert found.additions == () and found.notes == ("No song to add passes the filters.", *found.notes[1:])


# The order


@pytest.mark.parametrize("arc", ARCS)
def test_an_order_has_every_song_once_and_is_smoother(check, arc):
    playlist = of_kind("folk")[:25]
    found = check(playlist, arc=arc, k=0)
    assert sorted(played(found)) == sorted(playlist)
    assert found.smoothness["proposed"]["total"] < found.smoothness["given"]["total"]
    assert found.order[0].jump is None and found.order[0].transition == ""
    assert found.smoothness["proposed"]["total"] == pytest.approx(sum(s.jump for s in found.order[1:]) / 24)


def test_what_is_left_out_is_gone_from_everything(check):
    playlist = [*of_kind("folk")[:8], of_kind("metal")[20]]
    found = check(playlist, leave_out=(playlist[-1], playlist[0]), k=0)
    assert sorted(played(found)) == sorted(playlist[1:-1])
    assert {one.position for one in found.misfits} == set(range(2, 9))  # places in the playlist as it was given


def test_leanings_are_what_is_unlike_the_catalogue(check, songs):
    found = check(of_kind("metal"), k=0)
    catalogue = songs.catalogue
    energy = catalogue.features[catalogue.rows(of_kind("metal")), 1].mean() - catalogue.features[:, 1].mean()
    spread = catalogue.features[:, 1].std()
    said = [text for text in found.leanings if text.startswith(("more energetic", "calmer"))]
    assert bool(said) == (abs(energy) > 0.35 * spread)
    assert check(list(catalogue.track_ids), k=0).leanings == ()


def test_half_or_double_the_tempo_sets_no_song_apart():
    tempo, energy = Reason("tempo", -0.4, 71, 143, 2.4), Reason("energy", -0.1, 0.5, 0.9, 4)
    assert what_sets_apart([tempo, energy]) == "more energetic (0.50 → 0.90)"
    assert what_sets_apart([tempo, energy._replace(difference=0.5)]) == "a little more energetic (0.50 → 0.90)"
    assert what_sets_apart([tempo._replace(value=120)]) == "faster (71 BPM → 120 BPM)"


def test_transitions_in_words():
    songs = make_catalogue(4, tempo=[120, 122, 61, None], key=[0, 7, 6, 0], mode=[1, 1, 1, 1])
    assert transition(songs, 0, 1) == "tempo 120 → 122 BPM; keys go together"
    assert transition(songs, 1, 2) == "tempo 122 → 61 BPM, half or double; keys 5 steps apart"
    assert transition(songs, 0, 3) == "same key"


def test_unknown_keys_are_said():
    some = playlist_songs(playlist_catalogue())
    found = check_playlist(some, [f"t{i}" for i in range(7)], DoctorOptions(k=0))
    assert "The key of 1 of the 7 songs is unknown and was not counted." in found.notes
    none = playlist_songs(playlist_catalogue(key=[None] * SONGS))
    found = check_playlist(none, of_kind("folk")[:9], DoctorOptions(k=0))
    assert "No key is known of these songs: the order goes by tempo, energy and sound." in found.notes
    assert all(step.key is None for step in found.order)


def test_songs_by_one_artist_must_follow_one_another(check):
    found = check(["t0", "t6", "t9"], k=0)
    assert any(note.startswith("One artist has so many") for note in found.notes)


def test_unknown_features_are_no_obstacle():
    bare = playlist_songs(playlist_catalogue(energy=[None] * SONGS, tempo=[None] * SONGS))
    found = check_playlist(bare, [f"t{i}" for i in range(20)], DoctorOptions(k=3))
    assert len(found.order) == 20 and len(found.additions) == 3
    assert all(step.energy is None and step.tempo is None for step in found.order)


def test_the_same_playlist_has_the_same_answer(check):
    assert check(of_kind("disco")[:30]) == check(of_kind("disco")[:30])


# What is refused


@pytest.mark.parametrize(
    ("playlist", "options", "error", "match"),
    [
        ([], {}, EmptyQueryError, r"No song is left to look at\. Give at least one"),
        (["t1"], {"leave_out": ("t1",)}, EmptyQueryError, r"No song is left"),
        (["zz"], {}, UnknownTrackError, r"'zz' is not in this catalogue"),
        (["t1"], {"leave_out": ("zz",)}, UnknownTrackError, r"'zz' is not in this catalogue"),
        (["t1"], {"arc": "up"}, InvalidQueryError, r"arc is 'up'; give one of: peak, rising, falling, smooth"),
        (["t1"], {"k": -1}, InvalidQueryError, r"k is -1; it must be from 0 to 500"),
        (["t1"], {"k": 501}, InvalidQueryError, r"k is 501"),
        (["t1"], {"per_artist": -1}, InvalidQueryError, r"per_artist is -1; give 1 or more, or 0"),
        (["t1"] * 501, {}, InvalidQueryError, r"The playlist has 501 songs; at most 500 are looked at"),
    ],
)
def test_what_cannot_be_answered_is_refused(check, playlist, options, error, match):
    with pytest.raises(error, match=match):
        check(playlist, **options)
