import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.clusters import Clusters, Diagnostics, NaiveBayes
from recsys.errors import BundleError, InvalidQueryError, UnknownTrackError
from recsys.new_song import new_song
from recsys.results import Cluster
from tests.conftest import LOUD, QUIET
from train.features import fit_scaler

LABELS = np.repeat([0, 1], 6)
EXAMPLES = {
    "0": {"exemplars": [2, 3], "borderline": [5], "disagreements": []},
    "1": {"exemplars": [8], "borderline": [11], "disagreements": [9]},
}


def build(catalogue, labels=LABELS):
    """Two clusters, quiet and loud, as training would find them."""
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    scaled = scaler(catalogue.features)
    centroids = np.stack([scaled[LABELS == label].mean(axis=0) for label in (0, 1)])
    variance = np.stack([scaled[LABELS == label].var(axis=0) for label in (0, 1)])
    named = [Cluster(label, name, "", 6, {}, {}) for label, name in enumerate(("Quiet", "Loud"))]
    bayes = NaiveBayes(np.array([0.5, 0.5], np.float32), centroids, variance)
    diagnostics = Diagnostics({"k": [], "inertia": [], "silhouette": []}, 0.5, {"accuracy": 1.0}, [])
    return Clusters(catalogue, named, labels, centroids, scaler, bayes, scaled[:, :2], EXAMPLES, diagnostics)


@pytest.fixture(scope="module")
def clusters(catalogue):
    return build(catalogue)


def song(features):
    return new_song(dict(zip(FEATURE_NAMES, features, strict=True)))


def test_a_track_has_the_cluster_that_it_was_given(clusters):
    assert [clusters.cluster_of(track_id).name for track_id in ("q5", "l0")] == ["Quiet", "Loud"]


def test_unknown_track_is_named(clusters):
    with pytest.raises(UnknownTrackError, match="'zz' is not in this catalogue"):
        clusters.cluster_of("zz")


@pytest.mark.parametrize(("features", "name"), [(QUIET, "Quiet"), (LOUD, "Loud")])
def test_a_new_song_falls_to_the_nearest_centroid(clusters, features, name):
    assert clusters.predict(song(features)).name == name
    placement = clusters.place(song(features).features)
    assert placement.naive_bayes.name == placement.cluster.name == name != placement.runner_up.name
    assert placement.probability > 0.99


def test_the_margin_is_1_on_the_centroid_and_0_on_the_border(clusters, catalogue):
    middles = [catalogue.features[LABELS == label].mean(axis=0) for label in (0, 1)]
    assert clusters.place(middles[0]).margin == pytest.approx(1, abs=1e-3)
    assert clusters.place((middles[0] + middles[1]) / 2).margin == pytest.approx(0, abs=1e-3)
    assert 0 < clusters.place(0.6 * middles[0] + 0.4 * middles[1]).margin < 0.5


def test_unknown_values_count_as_the_average(clusters, catalogue):
    values = dict(zip(FEATURE_NAMES, QUIET, strict=True)) | {"popularity": None, "duration_ms": None}
    assert clusters.predict(new_song(values)).name == "Quiet"


def test_a_clusters_songs_come_with_the_most_typical_first(clusters, catalogue):
    rows = clusters.rows(0)
    assert sorted(rows.tolist()) == [0, 1, 2, 3, 4, 5]
    assert set(rows[:2].tolist()) == {2, 3} and set(rows[-2:].tolist()) == {0, 5}


def test_examples_are_found_by_kind(clusters):
    assert clusters.examples(1, "borderline").tolist() == [11]
    assert clusters.examples(0, "disagreements").tolist() == []
    with pytest.raises(
        InvalidQueryError, match=r"No examples are called 'best'; choose from exemplars, borderline, dis"
    ):
        clusters.examples(0, "best")


@pytest.mark.parametrize("label", [-1, 2, 1.0, "1", None])
def test_a_label_that_does_not_exist_is_refused(clusters, label):
    for ask in (clusters.cluster, clusters.rows):
        with pytest.raises(InvalidQueryError, match=rf"No cluster is numbered {label!r}; they run from 0 to 1"):
            ask(label)


def test_labels_of_another_catalogue_are_refused(catalogue):
    with pytest.raises(BundleError, match=r"There are 11 cluster labels for 12 tracks"):
        build(catalogue, LABELS[:11])


def test_naive_bayes_by_hand():
    bayes = NaiveBayes(
        np.array([0.25, 0.75], np.float32), np.array([[0], [2]], np.float32), np.array([[1], [1]], np.float32)
    )
    probabilities = bayes.probabilities(np.array([[1], [0]], np.float32))
    odds = 3 * np.exp(-2)  # of the second cluster at 0: its prior is three times, its density e^-2 times the first's
    np.testing.assert_allclose(probabilities, [[0.25, 0.75], [1 / (1 + odds), odds / (1 + odds)]], rtol=1e-5)


def test_naive_bayes_far_from_everything_is_still_a_probability():
    bayes = NaiveBayes(
        np.array([0.5, 0.5], np.float32), np.array([[0], [2]], np.float32), np.array([[1e-3], [1e-3]], np.float32)
    )
    probabilities = bayes.probabilities(np.array([[1e4]], np.float32))
    assert probabilities.sum() == pytest.approx(1) and probabilities.argmax() == 1
