"""What is said of a track: all that is known of it, and nothing that is not."""

import numpy as np
import pytest

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, FEATURE_NAMES
from tests.contract import make_catalogue
from train.vibe.documents import plain_texts, sound_words, write_documents


def documents_of(scaled=None, **columns):
    catalogue = make_catalogue(1, **{name: [value] for name, value in columns.items()})
    sound = np.zeros((1, len(FEATURE_NAMES)), np.float32)
    for name, value in (scaled or {}).items():
        sound[0, FEATURE_INDEX[name]] = value
    return write_documents(catalogue, sound)


def words_for(scaled=None, **natural):
    values = {feature.name: (feature.low + feature.high) / 2 for feature in AUDIO_FEATURES}
    values |= {"instrumentalness": 0.0, "speechiness": 0.05, "tempo": 120.0} | natural
    sound = np.zeros((1, len(FEATURE_NAMES)), np.float32)
    for name, value in (scaled or {}).items():
        sound[0, FEATURE_INDEX[name]] = value
    (said,) = sound_words(sound, np.array([[values[name] for name in FEATURE_NAMES]], np.float32))
    return said


def test_everything_that_is_known_is_said():
    documents = documents_of(
        {"valence": -1.5},
        title="Low Moon",
        artist="Ada",
        artists="Ada; Bix",
        album="Tides",
        year=1994,
        genres=["folk", "jazz"],
        tempo=72.0,
    )
    assert documents.songs == ["Low Moon by Ada, Bix, from Tides (1994). sad, slow folk, jazz music"]
    assert documents.kinds == ["sad, slow folk, jazz music by Ada, Bix"]
    assert documents.words == [["low", "moon", "ada", "bix", "tides", "folk", "jazz"]]


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({}, "Low Moon by Ada. music"),
        ({"year": 1994}, "Low Moon by Ada (1994). music"),
        ({"album": "Tides"}, "Low Moon by Ada, from Tides. music"),
        ({"genres": ["folk"]}, "Low Moon by Ada. folk music"),
        ({"genres": list("abcdefgh")}, "Low Moon by Ada. a, b, c, d, e, f music"),
    ],
)
def test_what_is_unknown_is_not_made_up(known, text):
    documents = documents_of(title="Low Moon", artist="Ada", artists="Ada", **known)
    assert documents.songs == [text]
    assert "None" not in str(documents) and "nan" not in str(documents)


@pytest.mark.parametrize(
    ("scaled", "natural", "said"),
    [
        ({}, {}, ""),
        ({"valence": 1.1}, {}, "happy"),
        ({"valence": 0.9}, {}, ""),
        ({"valence": -1.1, "energy": -1.1}, {}, "sad, calm"),
        ({"energy": 2, "danceability": 2}, {"tempo": 170.0}, "energetic, danceable, fast"),
        ({"acousticness": 1.2}, {"tempo": 60.0, "instrumentalness": 0.9}, "acoustic, instrumental, slow"),
        ({}, {"speechiness": 0.3}, "rap"),
        ({}, {"tempo": float("nan"), "instrumentalness": float("nan")}, ""),
    ],
)
def test_what_is_clear_about_the_sound_is_said_in_words(scaled, natural, said):
    assert words_for(scaled, **natural) == said


def test_the_baseline_is_title_artist_and_first_genre():
    catalogue = make_catalogue(2, title=["A", "B"], artist=["X", "Y"], genres=[["folk", "jazz"], []])
    assert plain_texts(catalogue) == ["A by X folk", "B by Y"]


def test_every_track_has_its_texts_in_its_row():
    documents = write_documents(make_catalogue(5), np.zeros((5, len(FEATURE_NAMES)), np.float32))
    assert [len(part) for part in documents] == [5, 5, 5]
    assert [text.split(" by ")[0] for text in documents.songs] == [f"Title {i}" for i in range(5)]
