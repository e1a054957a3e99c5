"""The table of moods: what is found in a text, what it is in English, and how it sounds."""

import numpy as np
import pytest

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES
from recsys.moods import find_moods, in_english, moods, profile_of
from recsys.text import fold


def names(text):
    return [found.mood.name for found in find_moods(text)]


def value(text, feature):
    return profile_of(found.mood for found in find_moods(text))[FEATURE_INDEX[feature]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("songs for a rainy heartbreak", ["rainy", "heartbreak"]),
        ("music to focus on coding", ["focus", "focus"]),
        ("Late night drives!", ["night drive", "road trip"]),
        ("a broken heart", ["heartbreak"]),
        ("canciones tristes pero rápidas", ["sad", "fast"]),
        ("algo tranquilo para dormir", ["calm", "sleep"]),
        ("música para concentrarme", ["focus"]),
        ("con el corazón roto", ["heartbreak"]),
        ("la fiesta en la playa", ["party", "summer"]),
        ("happier and softer", ["happy", "calm"]),
        ("reguetón para perrear", ["reggaeton", "reggaeton"]),
        ("Drake and Portishead", []),
        ("", []),
        ("🎉 \x00 <b>", []),
    ],
)
def test_phrases_are_found_in_both_languages(text, expected):
    assert names(text) == expected


def test_the_longer_phrase_wins():
    assert [found.words for found in find_moods("feel good music for a good mood")] == ["feel good", "good mood"]


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("tristes", "sad"),
        ("para el gimnasio", "gym"),
        ("una noche de lluvia en Madrid", "night rain madrid"),
        ("con el piano", "con el piano"),
        ("Corazón Roto", "broken heart"),
        ("rainy day", "rainy day"),
        ("Portishead, live at Roseland", "portishead live at roseland"),
    ],
)
def test_spanish_is_put_into_english(spanish, english):
    assert in_english(spanish) == english


@pytest.mark.parametrize(
    ("text", "feature", "side"),
    [
        ("sad", "valence", -1),
        ("happy", "valence", 1),
        ("sleep", "energy", -1),
        ("gym", "energy", 1),
        ("piano", "acousticness", 1),
        ("instrumental", "instrumentalness", 1),
        ("running", "tempo", 1),
        ("dance party", "danceability", 1),
        ("rap", "speechiness", 1),
        ("live", "liveness", 1),
    ],
)
def test_a_mood_points_the_way_that_it_should(text, feature, side):
    assert side * value(text, feature) > 0.5


def test_sad_but_fast_is_sad_and_fast():
    assert value("sad but fast", "valence") < -0.5 and value("sad but fast", "tempo") > 0.3


def test_moods_that_agree_are_no_more_than_the_strongest_and_a_half():
    """ "Calm, relaxing, sleepy" must not ask for what no song is."""
    together = np.abs(profile_of(found.mood for found in find_moods("calm meditation sleep focus"))).max()
    assert together < 1.6 * max(np.abs(mood.profile).max() for mood in moods())
    assert value("sad", "valence") == value("sad sadness sorrow", "valence")


def test_no_mood_is_no_profile():
    assert not profile_of([]).any() and profile_of([]).shape == (11,)


def test_every_mood_is_found_by_its_own_phrases():
    for mood in moods():
        assert mood.profile.shape == (len(FEATURE_NAMES),) and 0.5 <= np.abs(mood.profile).max() <= 2.5
    from recsys.moods import _pairs, _phrases, _table

    for name, given in _table().items():
        for phrase in given["english"].split(", "):
            assert names(phrase), phrase
        for form, english in _pairs(given, "forms"):
            assert in_english(form) == fold(english) and english in given["english"].split(", "), form
        for spanish, english in _pairs(given, "spanish"):
            assert in_english(spanish) in (fold(english), fold(spanish)), spanish  # "café" is a word of both
            assert names(english), f"{name}: {english} is in no mood's English"
    assert all(form == fold(form) for form in _phrases()[0])
