import math

import numpy as np
import pytest

from recsys.errors import InvalidQueryError, NoMatchError
from recsys.filters import Filters
from tests.contract import make_catalogue


def build(**conditions):
    return Filters(**conditions)


def passing(catalogue, **conditions):
    mask = build(**conditions).mask(catalogue)
    assert mask is not None
    return [catalogue.track_ids[row] for row in np.flatnonzero(mask)]


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({"year_min": 2010}, ["l2", "l3", "l4", "l5"]),
        ({"year_max": 1975}, ["q0", "q1"]),
        ({"year_min": 1980, "year_max": 1985}, ["q2", "q3"]),
        ({"popularity_min": 64}, ["l4", "l5"]),
        ({"popularity_max": 41}, ["q0", "q1"]),
        ({"duration_min": 256}, ["q4", "q5"]),
        ({"duration_max": 204}, ["l0", "l1"]),
        ({"tempo_min": 138}, ["l4", "l5"]),
        ({"tempo_max": 82}, ["q0", "q1"]),
        ({"explicit": True}, ["l4"]),
        ({"explicit": False, "genres": ("Metal",)}, ["l3", "l5"]),
        ({"genres": ("Jazz", "Metal")}, ["q3", "q4", "l3", "l4", "l5"]),
        ({"exclude_artists": ("ADA", "Dov"), "year_max": 2000}, ["q3", "q5"]),
        ({"genres": ("Folk",), "tempo_max": 84, "year_min": 1975}, ["q1", "q2"]),
    ],
)
def test_bounds_are_inclusive_and_all_conditions_hold(catalogue, conditions, ids):
    assert passing(catalogue, **conditions) == ids


def test_no_condition_is_no_mask(catalogue):
    assert Filters().mask(catalogue) is None


@pytest.mark.parametrize("bound", [{"year_min": 0}, {"year_max": 9999}])
def test_an_unknown_value_fails_a_condition_on_it(catalogue, bound):
    assert "q4" not in passing(catalogue, **bound) and len(passing(catalogue, **bound)) == 11


def test_unknown_is_neither_explicit_nor_clean():
    catalogue = make_catalogue(3, explicit=[True, None, False])
    assert passing(catalogue, explicit=False) == ["t2"]
    assert passing(catalogue, explicit=True) == ["t0"]


def test_half_instrumental_is_instrumental_and_unknown_is_neither():
    catalogue = make_catalogue(4, instrumentalness=[0.5, 0.499, None, 0.9])
    assert passing(catalogue, instrumental=True) == ["t0", "t3"]
    assert passing(catalogue, instrumental=False) == ["t1"]


def test_where_no_song_is_known_to_be_instrumental_the_error_says_so():
    with pytest.raises(NoMatchError, match=r"instrumental \(which is not known of any song here\): 0 songs"):
        passing(make_catalogue(2), instrumental=True)


def test_a_live_title_or_a_high_liveness_is_live():
    titles = ["Song", "Song (Live)", "Song", "Live Forever", "Song - En Vivo"]
    catalogue = make_catalogue(5, title=titles, liveness=[0.79, 0.1, 0.8, None, None])
    assert passing(catalogue, live=True) == ["t1", "t2", "t4"]
    assert passing(catalogue, live=False) == ["t0", "t3"]


@pytest.mark.parametrize(
    "title",
    [
        *(
            "A (Live)",
            "A [LIVE]",
            "A - Live",
            "A – Live at Wembley, 1986",
            "A - 2009 Remaster; Live",
            "A - Live / 1999",
        ),
        *(
            "A - Recorded Live at the BBC",
            "A (MTV Unplugged)",
            "A - Acoustic / Live At Abbey Road, 2005",
            "A - Ao Vivo",
        ),
        *("La Ciudad En Vivo", "A - En Directo 2012", "A (Live from Paris) [Remastered]", "A (feat. B) - Live"),
        *("A Live Version", "A - Live London Sessions / 2013", "A (Acoustic / Live)"),
    ],
)
def test_titles_of_live_versions(title):
    assert passing(make_catalogue(1, title=[title]), live=True) == ["t0"]


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Live Forever",
            "Live and Let Die",
            "How Do I Live",
            "Long Live (Taylor's Version)",
            "A (How We Live)",
            "Alive",
        ),
        *(
            "A (Olive)",
            "A - Recorded At Electric Lady Studios",
            "Vivo",
            "Directo",
            "A (Live Your Life)",
            "Born to Live",
        ),
    ],
)
def test_titles_that_only_speak_of_living(title):
    assert passing(make_catalogue(1, title=[title]), live=False) == ["t0"]


def test_only_some_artists(catalogue):
    assert passing(catalogue, only_artists=("eve", "Bix")) == ["q3", "l3"]
    with pytest.raises(NoMatchError, match=r"year from 2000: 6 songs; by Ada or Bix: 4 songs"):
        passing(catalogue, only_artists=("Ada", "Bix"), year_min=2000)
    with pytest.raises(InvalidQueryError, match=r"No artist here is called 'Nobody'"):
        passing(catalogue, only_artists=("Nobody",))


def test_all_artists_of_an_excluded_name_go():
    catalogue = make_catalogue(3, artist=["Nova", "nova!", "Other"], artist_key=[0, 1, 2])
    assert passing(catalogue, exclude_artists=("Nova",)) == ["t2"]


@pytest.mark.parametrize("name", ["year", "popularity", "duration", "tempo"])
def test_bounds_the_wrong_way_round_contradict(name):
    with pytest.raises(InvalidQueryError, match=f"{name} from 3 to 2 holds nothing: the first bound is larger"):
        build(**{f"{name}_min": 3, f"{name}_max": 2})


@pytest.mark.parametrize("bound", ["year_min", "tempo_max"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_bound_that_is_no_number_is_refused(bound, value):
    with pytest.raises(InvalidQueryError, match=r"The bounds of (year|tempo) must be numbers, given"):
        build(**{bound: value})


def test_an_unknown_genre_is_named_beside_known_ones(catalogue):
    with pytest.raises(InvalidQueryError, match=r"genre 'Polka'\. Some that it has: Folk, Rock, Metal, Jazz"):
        passing(catalogue, genres=("Folk", "Polka"))


def test_a_genre_in_a_catalogue_without_any():
    with pytest.raises(InvalidQueryError, match=r"It knows no song's genre"):
        passing(make_catalogue(2), genres=("Folk",))


def test_an_unknown_artist_is_named(catalogue):
    with pytest.raises(InvalidQueryError, match=r"No artist here is called 'Nobody'"):
        passing(catalogue, exclude_artists=("Ada", "Nobody"))


def test_an_unknown_artist_is_named_beside_a_name_that_two_bear():
    catalogue = make_catalogue(3, artist=["Nova", "nova!", "Other"], artist_key=[0, 1, 2])
    with pytest.raises(InvalidQueryError, match=r"No artist here is called 'Nobody'"):
        passing(catalogue, exclude_artists=("Nova", "Nobody"))


def test_nothing_left_says_how_many_pass_each_condition(catalogue):
    with pytest.raises(NoMatchError, match=r"together \(year up to 1990: 4 songs; genre Metal: 3 songs\)\. Loosen"):
        passing(catalogue, year_max=1990, genres=("Metal",))


def test_a_range_is_worded_as_it_was_given(catalogue):
    with pytest.raises(NoMatchError, match=r"tempo 300–400: 0 songs; explicit: 1 songs; without Ada: 9 songs"):
        passing(catalogue, tempo_min=300, tempo_max=400, explicit=True, exclude_artists=("Ada",))


def test_a_mask_that_is_shared_cannot_be_changed(catalogue):
    mask = Filters(year_min=2000).mask(catalogue)
    assert mask is not None
    with pytest.raises(ValueError, match="read-only"):
        mask[0] = True


def test_two_catalogues_have_masks_of_their_own(catalogue):
    later = make_catalogue(2, year=[1999, 2000])
    assert len(passing(catalogue, year_min=2000)) == 6
    assert passing(later, year_min=2000) == ["t1"]
