"""The mixture: a planted slope and biases come back, and choices are the best there are."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from train.tagger.mixture import calibrate, choose_share, choose_thresholds, shares_of

BIASES = np.array([-2.0, 0.5, -4.0])


def sigmoid(odds):
    return 1 / (1 + np.exp(-odds))


@pytest.fixture(scope="module")
def planted():
    """20,000 songs whose true log-odds are 1.7 times what the models say, and a bias a genre."""
    rng = np.random.default_rng(0)
    mixed = rng.normal(size=(20_000, 3))
    return rng.random(mixed.shape) < sigmoid(1.7 * mixed + BIASES), mixed


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0])
def test_a_planted_slope_and_biases_come_back(planted, scale):
    labels, mixed = planted
    found = calibrate(labels, mixed * scale, labels.mean(axis=0))
    assert found.slope * scale == pytest.approx(1.7, abs=0.07)
    np.testing.assert_allclose(found.bias, BIASES, atol=0.12)


def test_the_mean_probability_is_the_share_of_songs_drawn_to_the_training_songs(planted):
    labels, mixed = planted
    few, n = labels[:80], 80
    prior = np.array([0.5, 0.1, 0.02])
    found = calibrate(few, mixed[:80], prior)
    expected = (few.sum(axis=0) + 20 * prior) / (n + 20)
    np.testing.assert_allclose(found.probabilities(mixed[:80]).mean(axis=0), expected, atol=1e-5)


def test_a_genre_without_a_validation_song_is_as_likely_as_among_the_training_songs():
    labels = np.zeros((100, 2), bool)
    labels[:40, 0] = True
    odds = np.random.default_rng(0).normal(size=(100, 2))
    found = calibrate(labels, odds, np.array([0.4, 0.06]))
    np.testing.assert_allclose(found.probabilities(odds).mean(axis=0), [0.4, 20 * 0.06 / 120], atol=1e-5)
    assert np.isfinite(found.thresholds).all()


@pytest.mark.parametrize("scale", [1, 50])
def test_songs_that_are_told_apart_perfectly_have_a_finite_calibration(scale):
    labels = np.tile([True, False], 50)[:, None]
    odds = np.where(labels, 20.0, -20.0) * scale
    found = calibrate(labels, odds, np.array([0.5]))
    probabilities = found.probabilities(odds)
    assert np.isfinite([found.slope, *found.bias, *probabilities.ravel()]).all()
    assert ((probabilities >= found.thresholds) == labels).all()
    assert 0 < found.thresholds[0] < 1


def test_calibration_keeps_the_order_of_songs(planted):
    labels, mixed = planted
    found = calibrate(labels[:200], mixed[:200], labels.mean(axis=0))
    for column, probabilities in zip(mixed.T, found.probabilities(mixed).T, strict=True):
        np.testing.assert_array_equal(np.argsort(column, kind="stable"), np.argsort(probabilities, kind="stable"))


# Thresholds


def test_thresholds_give_the_best_f1(planted):
    """Of calibrated probabilities, nothing is far better than what was chosen, and the genres' thresholds differ."""
    labels, mixed = planted
    probabilities = sigmoid(1.7 * mixed + BIASES)
    thresholds = choose_thresholds(labels, probabilities)
    for wanted, p, chosen in zip(labels.T, probabilities.T, thresholds, strict=True):
        best = max(f1_score(wanted, p >= t) for t in np.linspace(0.02, 0.98, 49))
        assert f1_score(wanted, p >= chosen) > best - 0.01
    assert np.ptp(thresholds) > 0.03


def test_a_gap_is_cut_in_its_middle():
    labels = np.repeat([True, False], [20, 80])[:, None]
    probabilities = np.where(labels, 0.9, 0.1)
    assert choose_thresholds(labels, probabilities)[0] == pytest.approx(0.5)


def test_few_songs_are_believed_less_than_what_is_expected_of_them():
    """Five songs that happen to score low do not pull the threshold down; 5,000 such songs do."""
    probabilities = np.tile(np.repeat([0.6, 0.1], [10, 90]), 100)[:, None]
    unlucky = probabilities == 0.1
    expected = choose_thresholds(np.zeros_like(unlucky), probabilities)[0]
    assert expected == pytest.approx(0.35)
    few = unlucky & (np.cumsum(unlucky)[:, None] <= 5)
    assert choose_thresholds(few, probabilities)[0] == expected
    assert choose_thresholds(unlucky, probabilities)[0] < 0.1


def test_songs_of_one_probability_are_all_chosen_or_none():
    """What a threshold is worth is judged by all songs that it lets in, whatever their order."""
    labels = np.repeat([True, False, True, False], [10, 60, 10, 20])[:, None]
    probabilities = np.repeat([0.6, 0.3, 0.3, 0.05], [10, 60, 10, 20])[:, None]
    for order in (np.arange(100), np.arange(100)[::-1]):
        found = choose_thresholds(labels[order], probabilities[order])[0]
        belief = 20 / (20 + 200)
        target = (belief * labels + (1 - belief) * probabilities)[:, 0]
        worth = {
            t: 2 * target[probabilities[:, 0] >= t].sum() / ((probabilities >= t).sum() + target.sum())
            for t in (0.6, 0.3, 0.05)
        }
        best = max(worth, key=worth.__getitem__)
        assert (probabilities >= found).sum() == (probabilities >= best).sum()
        assert not np.isclose(found, probabilities).any()


# The share


@pytest.fixture(scope="module")
def readers():
    """Labels of 400 songs; a reader that knows them well, and one that knows nothing."""
    rng = np.random.default_rng(1)
    labels = rng.random((400, 3)) < 0.3
    return labels, 4 * labels + rng.normal(size=labels.shape), rng.normal(size=labels.shape)


def test_the_better_model_gets_the_greater_share(readers):
    labels, knows, guesses = readers
    assert choose_share(labels, knows, guesses) > 0.6
    assert choose_share(labels, guesses, knows) < 0.4


def test_a_model_that_is_wrong_gets_none(readers):
    labels, knows, _ = readers
    assert choose_share(labels, knows, -knows) in (0.6, 0.7, 0.8, 0.9, 1.0)
    assert choose_share(labels, -3 * knows, knows) < 0.3


def test_of_equals_the_even_share_is_taken(readers):
    labels, knows, _ = readers
    assert choose_share(labels, knows, knows) == 0.5
    assert choose_share(np.zeros_like(labels), knows, knows) == 0.5


def test_two_models_that_know_different_things_are_mixed():
    rng = np.random.default_rng(2)
    labels = rng.random((2000, 2)) < 0.4
    one, other = (labels * 1.5 + rng.normal(size=labels.shape) for _ in range(2))
    assert 0.3 <= choose_share(labels, one, other) <= 0.7


def test_a_handful_of_songs_has_no_say(readers):
    """The second genre's nine songs would make the wrong model look right."""
    rng = np.random.default_rng(3)
    labels = np.zeros((400, 2), bool)
    labels[:200, 0] = labels[:9, 1] = True
    right = 4 * labels + rng.normal(size=labels.shape)
    wrong = right.copy()
    wrong[:, 0] = rng.normal(size=400)
    right[:, 1] = -50 * labels[:, 1]
    assert choose_share(labels, right, wrong) > 0.6
    assert choose_share(labels[:, 1:], right[:, 1:], wrong[:, 1:]) == 0.0


def test_a_rare_genre_is_left_to_the_n_grams():
    """Rare is both few songs and a small share; one of the two is no reason."""
    songs = np.arange(20_000)[:, None]
    large = songs < [150, 99, 5_000]
    np.testing.assert_array_equal(shares_of(0.4, large), [0.4, 0.0, 0.4])
    small = songs[:500] < [5, 4, 200]
    np.testing.assert_array_equal(shares_of(0.4, small), [0.4, 0.0, 0.4])
