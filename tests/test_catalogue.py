import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import Catalogue, tracks_of
from recsys.errors import UnknownTrackError
from tests.conftest import LOUD, QUIET
from tests.contract import make_catalogue


def test_rows_and_ids_name_the_same_tracks(catalogue):
    assert catalogue.rows(["l0", "q2", "l0"]).tolist() == [6, 2, 6]
    assert catalogue.row("q5") == 5
    assert [catalogue.track(row).track_id for row in range(len(catalogue))] == catalogue.track_ids
    assert [track.title for track in tracks_of(catalogue, [9, 0])] == ["Neon Teeth", "Still Water"]


def test_no_ids_have_no_rows(catalogue):
    assert catalogue.rows([]).shape == (0,)


@pytest.mark.parametrize("unknown", ["q9", "", "Q0", None, 3])
def test_unknown_track_is_named(catalogue, unknown):
    with pytest.raises(UnknownTrackError, match=rf"Track {unknown!r} is not in this catalogue of 12 tracks"):
        catalogue.rows(["q0", unknown])


def test_an_id_of_a_wrong_type_is_an_unknown_track(catalogue):
    with pytest.raises(UnknownTrackError, match=r"\['q0'\]"):
        catalogue.rows([["q0"]])


def test_a_track_says_what_is_known_and_none_where_nothing_is(catalogue):
    track = catalogue.track(4)
    assert (track.title, track.artist, track.year, track.album) == ("Paper Boats", "Cleo", None, None)
    assert track.genres == ("Jazz", "Folk")
    assert (track.explicit, catalogue.track(10).explicit) == (False, True)
    assert catalogue.track(0).popularity == 40


def test_features_are_in_natural_units_in_their_order(catalogue):
    np.testing.assert_allclose(catalogue.features[[0, 6]], [QUIET, LOUD], rtol=1e-6)


def test_unknown_numbers_are_nan_and_unknown_text_is_empty():
    catalogue = make_catalogue(3, tempo=[120, None, 90], album=["A", None, "B"])
    np.testing.assert_array_equal(catalogue.numbers("tempo"), np.array([120, np.nan, 90], np.float32))
    assert np.isnan(catalogue.features[1, FEATURE_NAMES.index("tempo")])
    assert np.isnan(catalogue.features[:, FEATURE_NAMES.index("energy")]).all()
    assert catalogue.strings("album") == ["A", "", "B"]


def test_genres_come_most_frequent_first_with_their_rows(catalogue):
    rows = {genre: found.tolist() for genre, found in catalogue.rows_of_genre.items()}
    assert rows == {"Folk": [0, 1, 2, 4], "Rock": [6, 7, 8, 9], "Metal": [9, 10, 11], "Jazz": [3, 4]}
    assert list(rows) == ["Folk", "Rock", "Metal", "Jazz"]


def test_a_catalogue_without_genres_has_none():
    assert make_catalogue(3).rows_of_genre == {}


def test_artists_are_found_by_their_folded_name(catalogue):
    assert catalogue.keys_of_artist("ada") == [0]
    assert catalogue.keys_of_artist("Ada") == catalogue.keys_of_artist("nobody") == []


def test_two_artists_of_one_name_are_both_found():
    catalogue = make_catalogue(3, artist=["Nova", "nova!", "Other"], artist_key=[0, 1, 2])
    assert catalogue.keys_of_artist("nova") == [0, 1]


def test_versions_of_a_song_are_found_the_best_known_first():
    songs = make_catalogue(5, version_group=[1, 0, 1, 2, 1])
    assert [songs.versions_of(row).tolist() for row in range(5)] == [[0, 2, 4], [1], [0, 2, 4], [3], [0, 2, 4]]


def test_the_fingerprint_follows_the_ids_and_their_order():
    same, again, turned = (make_catalogue(3, track_id=list(ids)) for ids in ("abc", "abc", "acb"))
    assert same.fingerprint == again.fingerprint != turned.fingerprint
    assert same.fingerprint == make_catalogue(3, track_id=list("abc"), title=["x", "y", "z"]).fingerprint


def test_ids_do_not_run_together_in_the_fingerprint():
    assert make_catalogue(2, track_id=["a", "bc"]).fingerprint != make_catalogue(2, track_id=["ab", "c"]).fingerprint


def test_an_empty_catalogue_is_a_catalogue():
    catalogue = make_catalogue(0)
    assert len(catalogue) == 0 and catalogue.features.shape == (0, 11) and catalogue.rows_of_genre == {}
    with pytest.raises(UnknownTrackError, match="of 0 tracks"):
        catalogue.row("a")


def test_a_table_that_lacks_a_column_is_refused(catalogue):
    with pytest.raises(KeyError, match="version_group"):
        Catalogue(catalogue.table.drop_columns(["version_group"]))
