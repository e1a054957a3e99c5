import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle
from recsys.clusters import EXAMPLES, Clusters
from recsys.errors import SourceError
from tests.contract import make_catalogue, random_catalogue, write_bundle
from train.cluster_names import ARCHETYPES, REFERENCE, match_archetypes, name_clusters, profile_sentence
from train.clusters import Config, choose_k, fit, main
from train.features import TrainingFeatures, fit_scaler

SIZE = 120
RANGES = {"loudness": (-60, 6), "tempo": (20, 300), "popularity": (0, 100)}


def profile_of(archetype, strength=1.0):
    """Feature means of a cluster just like an archetype, in natural units."""
    z = ARCHETYPES[archetype]
    return {name: middle + strength * z.get(name, 0.0) * spread for name, (middle, spread) in REFERENCE.items()}


def planted(profiles, order_seed):
    """Songs around each of ``profiles`` in a shuffled order, and the number of the profile of each."""
    rng = np.random.default_rng(7)
    group = np.repeat(np.arange(len(profiles)), SIZE)
    columns = {"duration_ms": rng.normal(210_000, 20_000, len(group))}
    for name, (_, spread) in REFERENCE.items():
        middle = np.array([profile[name] for profile in profiles])[group]
        columns[name] = np.clip(rng.normal(middle, 0.3 * spread), *RANGES.get(name, (0, 1)))
    order = np.random.default_rng(order_seed).permutation(len(group))
    arrays = {name: column[order].astype(np.float32) for name, column in columns.items()}
    return make_catalogue(len(group), **arrays), group[order]


def training_features(catalogue):
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    return TrainingFeatures(catalogue, scaler, scaler(catalogue.features))


def names_of_groups(fitted, group):
    """The cluster's name that most songs of each planted group got."""
    return {g: fitted.clusters[np.bincount(fitted.labels[group == g]).argmax()].name for g in np.unique(group).tolist()}


def test_each_archetype_gets_its_own_name_in_any_order():
    names = list(ARCHETYPES)
    for order in (range(6), (3, 1, 5, 0, 4, 2)):
        means = [profile_of(names[i]) for i in order]
        assert match_archetypes(means) == {label: names[i] for label, i in enumerate(order)}
        assert name_clusters(means, means) == [names[i] for i in order]


def test_two_clusters_like_one_archetype_share_out_the_names():
    rap = "Rap / Hip Hop"
    others = [name for name in ARCHETYPES if name != rap][:4]
    means = [profile_of(rap), profile_of(rap, 0.9), *map(profile_of, others)]
    names = name_clusters(means, [{"speechiness": 2.0, "energy": 0.1}] * 6)
    assert rap in names[:2] and len(set(names)) == 6 and names[2:] == others


def test_a_poor_match_is_named_from_its_features():
    names = list(ARCHETYPES)
    strange = profile_of(names[0]) | {name: m for name, (m, _) in REFERENCE.items()} | {"tempo": 200.0}
    z_scores = [{"tempo": 2.5, "danceability": -0.8, "energy": 0.1}] * 6
    named = name_clusters([strange, *(profile_of(name) for name in names[1:])], z_scores)
    assert named == ["Fast · loose-rhythmed", *names[1:]]


@pytest.mark.parametrize("k", [2, 4, 7])
def test_with_another_number_of_clusters_features_name_them(k):
    profiles = [{"energy": z, "valence": z / 2, "tempo": 0.1} for z in np.linspace(-1, 1, k)]
    names = name_clusters([profile_of("Vocal Jazz")] * k, profiles)
    assert len(set(names)) == k and not set(names) & set(ARCHETYPES)
    assert names[0] == "Calm · sad" and names[-1].startswith("Energetic · happy")


def test_clusters_that_cannot_be_told_apart_still_have_names_of_their_own():
    assert len(set(name_clusters([profile_of("Vocal Jazz")] * 5, [{"energy": 1.0, "valence": 0.5}] * 5))) == 5


def test_a_profile_in_words():
    sentence = profile_sentence({"energy": 1.6, "valence": -0.9, "tempo": 0.2}, 0.25)
    assert sentence == "Very energetic, sad, compared with the rest of this catalogue; 25% of its songs."
    assert profile_sentence({"energy": 0.1}, 0.5).startswith("Close to the average in everything, compared")


def test_the_bend_decides_and_the_silhouette_between_its_neighbours():
    elbow: dict[str, list[float]] = {
        "k": [2, 3, 4, 5, 6],
        "inertia": [100, 50, 20, 18, 16],
        "silhouette": [0.9, 0.2, 0.3, 0.4, 0.8],
    }
    assert choose_k(elbow) == 5
    assert choose_k(elbow | {"silhouette": [0.9, 0.5, 0.3, 0.4, 0.8]}) == 3
    assert choose_k({"k": [2, 3], "inertia": [2, 1], "silhouette": [0.5, 0.6]}) == 3


@pytest.mark.slow
def test_names_stay_on_the_same_music_whatever_the_seed_and_order():
    archetypes = list(ARCHETYPES)
    seen = []
    for seed in (0, 1):
        catalogue, group = planted([profile_of(name) for name in archetypes], order_seed=seed)
        fitted = fit(training_features(catalogue), Config(max_k=7, seed=seed))
        assert names_of_groups(fitted, group) == dict(enumerate(archetypes))
        seen.append([cluster.name for cluster in fitted.clusters])
    assert seen[0] != seen[1], "the labels did not change, so nothing was shown"


@pytest.mark.slow
@pytest.mark.parametrize("k", ["4", "auto"])
def test_another_k_finds_the_planted_groups(k):
    catalogue, group = planted([profile_of(name, 1.5) for name in list(ARCHETYPES)[1:5]], order_seed=0)
    fitted = fit(training_features(catalogue), Config(k=k, max_k=8))
    names = names_of_groups(fitted, group)
    assert len(fitted.clusters) == len(set(names.values())) == 4
    assert [cluster.size for cluster in fitted.clusters] == [SIZE] * 4
    assert not set(names.values()) & set(ARCHETYPES)


@pytest.mark.slow
def test_music_like_no_archetype_is_named_from_features():
    fitted = fit(training_features(random_catalogue(400)), Config(max_k=7))
    names = {cluster.name for cluster in fitted.clusters}
    assert len(names) == 6 and any("·" in name and name not in ARCHETYPES for name in names)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A bundle of planted songs with clusters, and the clusters loaded."""
    catalogue, _ = planted([profile_of(name) for name in ARCHETYPES], order_seed=0)
    path = tmp_path_factory.mktemp("clusters") / "bundle"
    write_bundle(path, catalogue)
    main(["--out", str(path), "--max-k", "8", "--seed", "3"])
    bundle = Bundle.open(path)
    return bundle, Clusters.load(bundle, bundle.load_catalogue())


@pytest.mark.slow
def test_naive_bayes_in_plain_arrays_is_scikit_learns(trained):
    _, clusters = trained
    scaled = training_features(clusters.catalogue).scaled
    expected = GaussianNB().fit(scaled, clusters.labels).predict_proba(scaled)
    np.testing.assert_allclose(clusters._naive_bayes.probabilities(scaled), expected, atol=1e-4)


@pytest.mark.slow
def test_every_song_lies_with_its_nearest_centroid(trained):
    _, clusters = trained
    for row in range(0, len(clusters.catalogue), 37):
        assert clusters.place(clusters.catalogue.features[row]).cluster.label == clusters.labels[row]


@pytest.mark.slow
def test_what_was_measured_is_all_there(trained):
    bundle, clusters = trained
    measured = clusters.diagnostics
    assert measured.elbow["k"] == [2, 3, 4, 5, 6, 7, 8]
    assert len(measured.elbow["inertia"]) == len(measured.elbow["silhouette"]) == 7
    assert measured.elbow["inertia"] == sorted(measured.elbow["inertia"], reverse=True)
    assert np.sum(measured.naive_bayes["confusion"]) == measured.naive_bayes["held_out"] == 6 * SIZE // 5
    assert measured.naive_bayes["accuracy"] > 0.9 and "macro avg" in measured.naive_bayes["report"]
    assert bundle.manifest.config["clusters"] == {"k": "6", "max_k": 8, "seed": 3}
    assert bundle.manifest.metrics["clusters"]["k"] == 6
    assert sum(cluster.size for cluster in clusters.clusters) == len(clusters.catalogue)
    assert [len(axis["high"].split(", ")) for axis in measured.axes] == [3, 3]
    assert clusters.song_map.shape == (len(clusters.catalogue), 2)


@pytest.mark.slow
def test_examples_belong_to_their_cluster_and_are_the_clearest(trained):
    _, clusters = trained
    for cluster in clusters.clusters:
        for kind in EXAMPLES:
            assert all(clusters.labels[row] == cluster.label for row in clusters.examples(cluster.label, kind))
        exemplars = clusters.examples(cluster.label, "exemplars")
        assert exemplars.tolist() == clusters.rows(cluster.label)[:12].tolist()
        edge = [
            clusters.place(clusters.catalogue.features[row]).margin
            for row in clusters.examples(cluster.label, "borderline")
        ]
        core = [clusters.place(clusters.catalogue.features[row]).margin for row in exemplars]
        assert max(edge) < min(core)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_files(trained, tmp_path):
    bundle, clusters = trained
    write_bundle(tmp_path, clusters.catalogue)
    main(["--out", str(tmp_path), "--max-k", "8", "--seed", "3"])
    again = Bundle.open(tmp_path).manifest.files
    assert {n: r for n, r in again.items() if n.startswith("clusters/")} == {
        n: r for n, r in bundle.manifest.files.items() if n.startswith("clusters/")
    }


@pytest.mark.parametrize("k", ["0", "1", "-3", "six", "2.5", "", "٣x"])
def test_a_bad_k_is_named(k):
    with pytest.raises(SourceError, match=rf"--k is '{k}'; give a whole number from 2 on, or 'auto'"):
        fit(training_features(random_catalogue(50)), Config(k=k))


@pytest.mark.parametrize(("k", "max_k", "needed"), [("6", 12, 13), ("auto", 12, 13), ("20", 12, 21)])
def test_too_few_songs_are_told_how_many_it_takes(k, max_k, needed):
    with pytest.raises(SourceError, match=rf"has 10 songs; clustering needs {needed}\. Lower --k and --max-k"):
        fit(training_features(random_catalogue(10)), Config(k=k, max_k=max_k))
