import math

import numpy as np
import pytest

from recsys.explanations import COLUMNS, Norms, changes, reasons, sentence
from recsys.phrases import compare, name_phrase

SEED = {
    "danceability": 0.5,
    "energy": 0.5,
    "loudness": -9.0,
    "speechiness": 0.1,
    "acousticness": 0.1,
    "instrumentalness": 0.0,
    "liveness": 0.1,
    "valence": 0.5,
    "tempo": 120.0,
    "popularity": 40.0,
    "duration_ms": 200_000.0,
    "year": 1990.0,
}
DEVIATION = [0.1, 0.1, 3, 0.1, 0.1, 0.1, 0.1, 0.1, 20, 20, 60_000, 10]
# The seed lies one deviation above the mean in everything, two in tempo: all of it is worth telling.
MEAN = [value - (2 if name == "tempo" else 1) * d for (name, value), d in zip(SEED.items(), DEVIATION, strict=True)]
NORMS = Norms(MEAN, DEVIATION)


def ask(shares, norms=NORMS, **values):
    """Reasons for a song that is the seed but for ``values``; ``shares`` by name."""
    share, seed, track = (np.array([*given.values()], np.float32) for given in (shares, SEED, SEED | values))
    (found,) = reasons(tuple(shares), share[None], seed, track[None], norms, [False])
    return found


def explain(shares, norms=NORMS, **values):
    return sentence(ask(shares, norms, **values), norms)


@pytest.mark.parametrize(
    ("name", "before", "after", "difference", "phrase"),
    [
        ("tempo", 120, 122, 0.1, "same tempo (120 and 122 BPM)"),
        ("tempo", 120, 120.2, 0.01, "same tempo (120 BPM)"),
        ("tempo", 120, 150, 1.5, "faster (120 BPM → 150 BPM)"),
        ("tempo", 71, 143, 2.4, "same beat counted double (71 BPM → 143 BPM)"),
        ("tempo", 150, 77, -2.4, "same beat counted half (150 BPM → 77 BPM)"),
        ("tempo", 135, 79, -1.9, "slower (135 BPM → 79 BPM)"),
        ("tempo", 0, 120, 4, "faster (0 BPM → 120 BPM)"),
        ("popularity", 40, 80, 2, "more popular (40 → 80)"),
        ("loudness", -9, -9.5, -0.2, "as loud (-9.0 and -9.5 dB)"),
        ("loudness", -9, -11, -0.7, "a little quieter (-9.0 dB → -11.0 dB)"),
        ("acousticness", 0.1, 0.65, 5.5, "more acoustic (0.10 → 0.65)"),
        ("danceability", 0.5, 0.5, 0, "as danceable (0.50)"),
        ("energy", 0.5, 0.465, -0.35, "as energetic (0.50 and 0.47)"),
        ("energy", 0.5, 0.46, -0.4, "a little calmer (0.50 → 0.46)"),
        ("energy", 0.5, 0.42, -0.8, "calmer (0.50 → 0.42)"),
        ("duration_ms", 200_000, 300_000, 1.7, "longer (3:20 → 5:00)"),
        ("instrumentalness", 0.5, 0.1, -4, "less instrumental (0.50 → 0.10)"),
        ("year", 1990, 1991, 0.1, "same years (1990 and 1991)"),
        ("year", 1990, 2010, 2, "newer (1990 → 2010)"),
    ],
)
def test_two_values_in_words(name, before, after, difference, phrase):
    assert compare(name, before, after, difference) == phrase


def test_what_is_no_number_in_words():
    assert name_phrase("artist", together=True, same_artist=True) == "same artist"
    assert name_phrase("artist", together=True) != name_phrase("artist", together=False)
    assert name_phrase("popularity", together=True) == "popularity unknown"


def test_norms_are_those_of_the_songs_that_are_known():
    norms = Norms.of(np.array([[1, math.nan, 5], [3, math.nan, math.nan]]))
    assert (norms.mean, norms.deviation) == ([2, 0, 5], [1, 0, 0])
    assert (norms.steps(0, 1, 4), norms.steps(2, 5, 9)) == (3, 0)


def test_reasons_come_with_the_largest_share_first():
    given = ask({"energy": 0.1, "valence": -0.5, "tempo": 0.3}, valence=0.9)
    assert [reason.feature for reason in given] == ["valence", "tempo", "energy"]
    assert [reason.share for reason in given] == pytest.approx([-0.5, 0.3, 0.1])
    assert (given[0].seed, given[0].value, given[0].difference) == pytest.approx((0.5, 0.9, 4))


def test_each_track_has_reasons_of_its_own():
    seed = np.array([*SEED.values()], np.float32)
    louder = seed + np.eye(12, dtype=np.float32)[2] * 6
    one, other = reasons(
        ("loudness", "artist"),
        np.array([[0.1, 0.2], [-0.3, 0.2]]),
        seed,
        np.stack([seed, louder]),
        NORMS,
        [True, False],
    )
    assert [reason.phrase for reason in one] == ["same artist", "as loud (-9.0 dB)"]
    assert [reason.phrase for reason in other] == ["louder (-9.0 dB → -3.0 dB)", name_phrase("artist", together=True)]


@pytest.mark.parametrize("name", ["popularity", "year"])
def test_an_unknown_value_is_said_to_be_unknown(name):
    (reason,) = ask({name: 0.2}, **{name: math.nan})
    assert (reason.phrase, reason.seed, reason.value) == (f"{name} unknown", None, None)


def test_every_number_has_a_column_of_its_own():
    assert list(COLUMNS) == list(SEED) and list(COLUMNS.values()) == list(range(12))


def test_a_sentence_says_what_pulls_together_and_then_what_parts():
    shares = {"tempo": 0.4, "danceability": 0.3, "energy": 0.2, "acousticness": -0.3}
    said = explain(shares, tempo=122, acousticness=0.65)
    assert said == "same tempo (120 and 122 BPM), as danceable (0.50); more acoustic (0.10 → 0.65)"


def test_likeness_with_a_negative_share_is_not_boasted_of():
    assert explain({"tempo": -0.4, "energy": 0.2}) == "as energetic (0.50)"


def test_what_is_common_to_all_songs_is_not_worth_telling():
    common = Norms([*MEAN[:8], SEED["tempo"], *MEAN[9:]], DEVIATION)
    assert explain({"tempo": 0.4, "energy": 0.2}, common) == "as energetic (0.50)"


def test_where_nothing_is_alike_the_closest_come_first():
    said = explain({"energy": 0.2, "tempo": -0.1, "valence": -0.3}, energy=0.55, tempo=128, valence=0.9)
    assert said.startswith("a little faster (120 BPM → 128 BPM), a little more energetic (0.50 → 0.55); happier")


def test_an_artist_leads_the_sentence_only_among_the_largest_shares():
    assert explain({"tempo": 0.1, "artist": 0.4}).startswith(name_phrase("artist", together=True))
    shares = {"tempo": 0.4, "energy": 0.3, "valence": 0.2, "artist": 0.1}
    assert explain(shares) == "same tempo (120 BPM), as energetic (0.50)"


def test_the_largest_difference_is_told_once():
    assert explain({"energy": -0.2}, energy=0.9) == "more energetic (0.50 → 0.90)"


@pytest.mark.parametrize("tempo", [61, 235])
def test_half_or_double_the_tempo_is_no_difference(tempo):
    shares = {"energy": 0.2, "tempo": -0.5, "valence": -0.1}
    assert explain(shares, tempo=tempo, valence=0.9) == "as energetic (0.50); happier (0.50 → 0.90)"
    assert changes(ask(shares, tempo=tempo, valence=0.9), NORMS) == "happier (0.50 → 0.90); as energetic (0.50)"
    assert changes(ask({"tempo": -0.5}, tempo=tempo), NORMS) == "hardly a change"
    assert "faster" in changes(ask(shares, tempo=180, valence=0.9), NORMS)


def test_what_is_unknown_stays_out_of_the_sentence():
    assert explain({"popularity": 0.4, "energy": 0.2}, popularity=math.nan) == "as energetic (0.50)"
    assert explain({"energy": 0.2}, energy=math.nan) == ""


EQUAL = dict.fromkeys(SEED, 0.1)


def changed(**values):
    return changes(ask(EQUAL, **values), NORMS)


def test_changes_start_with_the_largest_and_keep_to_two():
    said = changed(energy=0.9, tempo=150.0, valence=0.1, loudness=-8.0)
    told, _ = said.split("; ")
    assert "more energetic" in told and "sadder" in told and told.count(",") == 1
    assert said.startswith(("more energetic", "sadder"))


def test_a_small_change_is_told_where_there_is_no_large_one():
    assert changed(loudness=-7.5).startswith("a little louder (-9.0 dB → -7.5 dB); ")


def test_where_nothing_changes_what_stays_is_told():
    assert changed() and ";" not in changed() and "→" not in changed()


def test_popularity_and_length_are_no_change_that_is_heard():
    assert "→" not in changed(popularity=90.0, duration_ms=400_000.0)


def test_what_stays_is_told_only_where_few_songs_have_it():
    usual = Norms([*SEED.values()], DEVIATION)
    assert changes(ask(EQUAL, usual), usual) == "hardly a change"
    assert changes(ask(EQUAL, usual, tempo=150.0), usual) == "faster (120 BPM → 150 BPM)"
