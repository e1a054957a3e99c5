"""Figures of quality: scikit-learn's where it has them, by hand where it has not."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from train.tagger.quality import (
    FLAT_THRESHOLD,
    calibration_error,
    common,
    decisions,
    macro_auc,
    measurable,
    measure,
    micro_auc,
    per_genre,
)

GENRES = ("Folk/Country", "Metal", "Pop", "Rock")


@pytest.fixture
def planted():
    """Labels and scores of 200 songs; nobody is of the third genre, everybody of the fourth."""
    rng = np.random.default_rng(0)
    labels = rng.random((200, 4)) < (0.1, 0.4, 0.0, 1.1)
    scores = np.clip(0.3 * labels + 0.7 * rng.random((200, 4)), 0, 1)
    return labels, scores


def test_only_genres_with_and_without_songs_are_measured(planted):
    assert measurable(planted[0]).tolist() == [True, True, False, False]


def test_genres_with_a_handful_of_songs_are_not_chosen_by():
    songs = np.arange(40)[:, None]
    assert common(songs < [10, 9, 30, 40, 0]).tolist() == [True, False, True, False, False]
    assert common(songs < [9, 3, 40]).tolist() == [True, True, True], "with none that has enough, all have a say"


def test_aucs_are_scikit_learns_over_measurable_genres(planted):
    labels, scores = planted
    assert macro_auc(labels, scores) == pytest.approx(roc_auc_score(labels[:, :2], scores[:, :2], average="macro"))
    assert micro_auc(labels, scores) == pytest.approx(roc_auc_score(labels[:, :2], scores[:, :2], average="micro"))
    assert macro_auc(labels, scores) != pytest.approx(micro_auc(labels, scores), abs=1e-3)


def test_decisions_are_scikit_learns_over_measurable_genres(planted):
    labels, scores = planted
    chosen = scores >= 0.5
    for kind in ("micro", "macro"):
        expected = f1_score(labels[:, :2], chosen[:, :2], average=kind)
        assert decisions(labels, chosen)[f"{kind}_f1"] == pytest.approx(expected)


def test_nothing_measurable_is_nan():
    labels, scores = np.zeros((5, 2), bool), np.full((5, 2), 0.5)
    assert np.isnan([macro_auc(labels, scores), micro_auc(labels, scores), *decisions(labels, labels).values()]).all()


def test_a_guess_has_an_auc_of_a_half_and_choosing_nobody_an_f1_of_0(planted):
    labels, _ = planted
    assert macro_auc(labels, np.full(labels.shape, 0.3)) == 0.5
    assert decisions(labels, np.zeros_like(labels)) == {"micro_f1": 0, "macro_f1": 0}


def test_probabilities_that_mean_what_they_say_have_no_error():
    probabilities = np.tile([0.05, 0.25, 0.55, 0.95], (4000, 1))
    labels = np.arange(4000)[:, None] < 4000 * probabilities
    assert calibration_error(labels, probabilities) == pytest.approx(0, abs=1e-9)
    rng = np.random.default_rng(0)
    said = rng.random((20_000, 3))
    assert calibration_error(rng.random(said.shape) < said, said) < 0.01


def test_a_planted_gap_is_found_exactly():
    """A quarter of the pairs is said to be 0.9 and true at 0.5, the others are right: an error of a tenth."""
    probabilities = np.repeat([0.9, 0.2], [100, 300])[:, None]
    labels = np.concatenate([np.arange(100) < 50, np.arange(300) < 60])[:, None]
    assert calibration_error(labels, probabilities) == pytest.approx(0.25 * 0.4)


def test_gaps_that_cancel_out_over_bins_still_count():
    probabilities = np.repeat([0.3, 0.7], 100)[:, None]
    labels = np.repeat([True, False], 100)[:, None]
    assert calibration_error(labels, probabilities) == pytest.approx(0.7)


@pytest.mark.parametrize(("said", "true"), [(1.0, True), (0.0, False)])
def test_certainty_that_is_right_has_no_error(said, true):
    assert calibration_error(np.full((9, 2), true), np.full((9, 2), said)) == 0


def test_all_figures_of_a_model(planted):
    labels, scores = planted
    thresholds = np.array([0.6, 0.4, 0.5, 0.5])
    figures = measure(labels, scores, thresholds)
    assert figures == {
        "macro_auc": macro_auc(labels, scores),
        "micro_auc": micro_auc(labels, scores),
        **decisions(labels, scores >= thresholds),
        "micro_f1_at_0.2": decisions(labels, scores >= FLAT_THRESHOLD)["micro_f1"],
        "macro_f1_at_0.2": decisions(labels, scores >= 0.2)["macro_f1"],
        "ece": calibration_error(labels, scores),
    }


def test_each_genre_has_its_figures(planted):
    labels, scores = planted
    thresholds = np.array([0.5, 0.4, 0.5, 0.5])
    rows = per_genre(GENRES, labels, {"tagger": scores, "other": 1 - scores}, thresholds)
    assert list(rows) == list(GENRES)
    chosen = scores >= thresholds
    for j, genre in enumerate(GENRES[:2]):
        auc = roc_auc_score(labels[:, j], scores[:, j])
        assert rows[genre] == {
            "songs": labels[:, j].sum(),
            "auc": {"tagger": pytest.approx(auc), "other": pytest.approx(1 - auc)},
            "precision": pytest.approx(precision_score(labels[:, j], chosen[:, j])),
            "recall": pytest.approx(recall_score(labels[:, j], chosen[:, j])),
            "f1": pytest.approx(f1_score(labels[:, j], chosen[:, j])),
            "threshold": thresholds[j],
        }


def test_what_cannot_be_measured_is_none(planted):
    labels, scores = planted
    rows = per_genre(GENRES, labels, {"tagger": scores}, np.array([0.5, 2.0, 0.5, 0.5]))
    nobody, everybody = rows["Pop"], rows["Rock"]
    assert (nobody["songs"], nobody["auc"], nobody["recall"], nobody["f1"]) == (0, {"tagger": None}, None, None)
    assert everybody["songs"] == 200 and everybody["auc"] == {"tagger": None} and everybody["recall"] > 0
    assert rows["Metal"]["precision"] is None and rows["Metal"]["f1"] == 0
