import math

import pytest

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, FEATURE_NAMES, MOOD_FEATURES, format_value


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("tempo", 119.6, "120 BPM"),
        ("duration_ms", 227_000, "3:47"),
        ("duration_ms", 119_700, "2:00"),
        ("duration_ms", 3_600_000, "60:00"),
        ("loudness", -6.86, "-6.9 dB"),
        ("popularity", 41.6, "42"),
        ("energy", 0.4249, "0.42"),
        ("valence", 1, "1.00"),
        ("energy", math.nan, "unknown"),
        ("duration_ms", math.inf, "unknown"),
    ],
)
def test_values_read_as_people_write_them(name, value, text):
    assert format_value(name, value) == text


def test_the_eleven_features_have_their_places():
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 11
    assert [FEATURE_INDEX[name] for name in FEATURE_NAMES] == list(range(11))
    assert len(MOOD_FEATURES) == 7 and set(MOOD_FEATURES) < set(FEATURE_NAMES)


def test_no_name_or_alias_means_two_features():
    names = [name for feature in AUDIO_FEATURES for name in (feature.name, *feature.aliases)]
    assert len(names) == len(set(names))


def test_ranges_are_ranges_and_only_whole_columns_may_lack():
    assert all(feature.low < feature.high for feature in AUDIO_FEATURES)
    assert [feature.name for feature in AUDIO_FEATURES if feature.optional] == ["popularity", "duration_ms"]
