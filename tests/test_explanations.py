import numpy as np
import pytest

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES
from recsys.explanations import compare, reasons, sentence

DEVIATIONS = np.array([0.1, 0.1, 3, 0.1, 0.1, 0.1, 0.1, 0.1, 20, 20, 60_000], dtype=np.float32)
SEED = np.array([0.5, 0.5, -9, 0.1, 0.1, 0, 0.1, 0.5, 120, 40, 200_000], dtype=np.float32)


def song_like_seed(**values):
    features = SEED.copy()
    for name, value in values.items():
        features[FEATURE_INDEX[name]] = value
    return features


def explain(shares, **values):
    """The sentence for a song that is the seed but for ``values``; ``shares`` by name."""
    return sentence(
        reasons(tuple(shares), np.array(list(shares.values())), SEED, song_like_seed(**values), DEVIATIONS), DEVIATIONS
    )


@pytest.mark.parametrize(
    ("name", "before", "after", "phrase"),
    [
        ("tempo", 120, 122, "same tempo (120 and 122 BPM)"),
        ("tempo", 120, 120.2, "same tempo (120 BPM)"),
        ("tempo", 120, 150, "faster (120 BPM → 150 BPM)"),
        ("loudness", -9, -9.5, "as loud (-9.0 and -9.5 dB)"),
        ("loudness", -9, -11, "a little quieter (-9.0 dB → -11.0 dB)"),
        ("acousticness", 0.1, 0.65, "more acoustic (0.10 → 0.65)"),
        ("danceability", 0.5, 0.5, "as danceable (0.50)"),
        ("valence", 0.5, 0.45, "a little sadder (0.50 → 0.45)"),
        ("energy", 0.5, 0.4, "calmer (0.50 → 0.40)"),
        ("duration_ms", 200_000, 300_000, "longer (3:20 → 5:00)"),
        ("instrumentalness", 0.5, 0.1, "more vocal (0.50 → 0.10)"),
    ],
)
def test_two_values_in_words(name, before, after, phrase):
    assert compare(name, before, after, float(DEVIATIONS[FEATURE_INDEX[name]])) == phrase


def test_a_feature_that_never_varies_is_alike():
    assert compare("energy", 0.5, 0.5, 0.0) == "as energetic (0.50)"


def test_reasons_come_with_the_largest_share_first():
    shares = np.array([0.1, -0.5, 0.3])
    given = reasons(("energy", "valence", "tempo"), shares, SEED, song_like_seed(valence=0.9), DEVIATIONS)
    assert [reason.feature for reason in given] == ["valence", "tempo", "energy"]
    assert [reason.share for reason in given] == pytest.approx([-0.5, 0.3, 0.1])
    assert (given[0].seed, given[0].value) == pytest.approx((0.5, 0.9))


def test_an_unknown_value_is_said_to_be_unknown():
    (reason,) = reasons(("popularity",), np.array([0.2]), song_like_seed(popularity=np.nan), SEED, DEVIATIONS)
    assert (reason.phrase, reason.seed, reason.value) == ("popularity unknown", None, None)


@pytest.mark.parametrize(("share", "phrase"), [(0.3, "artist"), (-0.3, "another artist")])
def test_an_input_that_is_no_feature_is_named(share, phrase):
    (reason,) = reasons(("artist",), np.array([share]), SEED, SEED, DEVIATIONS)
    assert (reason.phrase, reason.seed, reason.value) == (phrase, None, None)


def test_a_sentence_says_what_pulls_together_and_then_what_parts():
    said = explain(
        {"tempo": 0.4, "danceability": 0.3, "energy": 0.2, "acousticness": -0.3}, tempo=122, acousticness=0.65
    )
    assert said == "same tempo (120 and 122 BPM), as danceable (0.50); more acoustic (0.10 → 0.65)"


def test_likeness_with_a_negative_share_is_not_boasted_of():
    assert explain({"tempo": -0.4, "energy": 0.2}) == "as energetic (0.50)"


def test_where_nothing_is_alike_the_closest_come_first():
    said = explain({"energy": 0.2, "tempo": -0.1, "valence": -0.3}, energy=0.55, tempo=130, valence=0.9)
    assert said.startswith("a little faster (120 BPM → 130 BPM), a little more energetic (0.50 → 0.55); happier")


def test_what_is_no_feature_leads_the_sentence():
    assert explain({"tempo": 0.4, "artist": 0.1}) == "artist, same tempo (120 BPM)"


def test_the_largest_difference_is_told_once():
    said = explain({"energy": -0.2}, energy=0.9)
    assert said == "more energetic (0.50 → 0.90)"


def test_a_song_with_nothing_known_has_an_empty_sentence():
    unknown = np.full(len(FEATURE_NAMES), np.nan, np.float32)
    assert sentence(reasons(("energy",), np.array([0.1]), SEED, unknown, DEVIATIONS), DEVIATIONS) == ""
