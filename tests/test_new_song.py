import math

import numpy as np
import pytest

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES
from recsys.errors import InvalidQueryError
from recsys.new_song import new_song

GOOD: dict[str, object] = {
    "danceability": 0.5,
    "energy": 0.25,
    "loudness": -7.5,
    "speechiness": 0.125,
    "acousticness": 1,
    "instrumentalness": 0,
    "liveness": 0.75,
    "valence": 0.5,
    "tempo": 120,
    "popularity": 40,
    "duration_ms": 200_000,
}


def test_values_land_in_the_order_of_the_features():
    assert new_song(dict(reversed(GOOD.items()))).features.tolist() == list(GOOD.values())


def test_an_unknown_feature_is_named_beside_the_known_ones():
    with pytest.raises(InvalidQueryError, match=r"'energie', 'mood': no such feature. The features are danceability, "):
        new_song(GOOD | {"mood": 1, "energie": 0.5})


def test_all_missing_features_are_named():
    with pytest.raises(InvalidQueryError, match=r"Missing: energy, tempo\. Give a number"):
        new_song({name: value for name, value in GOOD.items() if name not in ("energy", "tempo")})


@pytest.mark.parametrize("name", ["popularity", "duration_ms"])
@pytest.mark.parametrize("given", [{}, None])
def test_a_feature_that_whole_catalogues_lack_may_be_missing(name, given):
    values = {n: v for n, v in GOOD.items() if n != name} | ({name: None} if given is None else {})
    unknown = np.isnan(new_song(values).features)
    assert [n for n, u in zip(FEATURE_NAMES, unknown, strict=True) if u] == [name]


def test_none_for_a_needed_feature_is_missing():
    with pytest.raises(InvalidQueryError, match=r"Missing: valence\."):
        new_song(GOOD | {"valence": None})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "0.5", "loud", True, [0.5], -0.01, 1.01, 10**400])
def test_what_is_no_number_in_range_is_refused(value):
    with pytest.raises(InvalidQueryError, match=r"energy is .*; it must be a number from 0 to 1\."):
        new_song(GOOD | {"energy": value})


@pytest.mark.parametrize("feature", AUDIO_FEATURES, ids=lambda f: f.name)
def test_the_ends_of_a_range_belong_to_it(feature):
    for value in (feature.low, feature.high):
        song = new_song(GOOD | {feature.name: value})
        assert song.features[FEATURE_NAMES.index(feature.name)] == np.float32(value)
    with pytest.raises(InvalidQueryError, match=f"{feature.name} is"):
        new_song(GOOD | {feature.name: feature.high * 1.001})


def test_the_year_is_known_or_not():
    assert math.isnan(new_song(GOOD).year)
    assert new_song(GOOD, year=1999).year == 1999


@pytest.mark.parametrize("year", [0, 99_999, math.nan, True, "1999"])
def test_a_year_that_cannot_be_is_refused(year):
    with pytest.raises(InvalidQueryError, match=r"year is .*; it must be a number from 1000 to 3000"):
        new_song(GOOD, year=year)


def test_text_is_kept():
    song = new_song(GOOD, artist="Ada", title="Still Water", album="Lakes")
    assert (song.artist, song.title, song.album) == ("Ada", "Still Water", "Lakes")
