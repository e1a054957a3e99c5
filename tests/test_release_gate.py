import shutil
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import Bundle, write_manifest
from recsys.capabilities import Capabilities
from recsys.catalogue import Catalogue
from recsys.errors import BundleError
from recsys.genre_songs import GenreSongs
from recsys.index import normalise
from recsys.song_to_song import SongToSong
from recsys.spaces import CosineSpace
from recsys.title_search import TITLES, TitleSearch
from tests.clustered_releases import changed, small_release, with_metric
from tests.contract import make_catalogue, random_catalogue, write_bundle
from train import clusters
from train.features import fit_scaler
from train.release.gate import Forced, Limits, compare, forced_releases, with_reasons
from train.release.golden import compare_answers, golden_answers, overlap, shared_songs
from train.release.metrics import HEADLINES, Headline, compare_metrics


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("release") / "published"
    return small_release(path).path


@pytest.fixture
def published(trained, tmp_path):
    return Bundle.open(shutil.copytree(trained, tmp_path / "published"))


@pytest.fixture
def new(trained, tmp_path):
    return Bundle.open(shutil.copytree(trained, tmp_path / "new"))


def said(comparison):
    return " ".join(comparison.refusals)


def test_the_first_publication_has_nothing_to_compare_with(new):
    comparison = compare(None, new)
    assert not comparison.refusals
    assert "First publication: there is no release to compare with" in str(comparison)


def test_the_same_bundle_passes_and_the_table_shows_what_was_compared(published, new):
    comparison = compare(published, new)
    assert not comparison.refusals
    rows = {line.what: line for line in comparison.lines}
    assert rows["silhouette"].verdict == "the same" and rows["silhouette"].published == rows["silhouette"].new
    assert rows["100 golden answers"].new == "overlap 1.00"
    heading, *lines = str(comparison).splitlines()
    assert heading.split() == ["capability", "what", "published", "new", "change", "verdict"]
    assert [line.split()[0] for line in lines] == ["clusters"] * 4


def test_a_figure_that_fell_beyond_the_tolerance_is_refused(published, new):
    before = published.manifest.metrics["clusters"]["silhouette"]
    worse = with_metric(new, "clusters", silhouette=before * 0.9)
    assert f"clusters: silhouette went from {before:.4f} to {before * 0.9:.4f}" in said(compare(published, worse))
    assert not compare(published, worse, Limits(tolerance=0.11)).refusals


def test_a_better_figure_and_a_slightly_worse_one_pass(published, new):
    before = published.manifest.metrics["clusters"]
    figures = {"silhouette": before["silhouette"] * 1.5, "naive_bayes_accuracy": before["naive_bayes_accuracy"] * 0.97}
    comparison = compare(published, with_metric(new, "clusters", **figures))
    assert not comparison.refusals
    verdicts = {line.what: (line.change, line.verdict) for line in comparison.lines}
    assert verdicts["silhouette"] == ("+50.0%", "better")
    assert verdicts["naive_bayes_accuracy"] == ("-3.0%", "worse, tolerated")


def test_a_figure_that_is_not_measured_any_more_is_refused(published, new):
    metrics = new.manifest.metrics
    kept = {name: value for name, value in metrics["clusters"].items() if name != "silhouette"}
    unmeasured = changed(new.path, metrics=metrics | {"clusters": kept})
    assert "silhouette was" in said(compare(published, unmeasured))
    assert "is not measured any more" in said(compare(published, unmeasured))


def test_areas_under_the_curve_are_measured_from_chance():
    """0.90 to 0.87 is 8% of the way to guessing, and 3% of the figure."""
    old, new = ({"genre_tagger": {"models": {"tagger": {"macro_auc": value}}}} for value in (0.90, 0.87))
    (line,) = compare_metrics(old, new, tolerance=0.05)
    assert line.change == "-7.5%" and line.refusal


def test_every_headline_is_found_where_training_leaves_it():
    figures = [
        {"engine": "hybrid", "case": case, "values": {"ndcg@10": 0.2, "recall@10": 0.3}}
        for case in ("new only", "everything")
    ]
    tagger = dict.fromkeys(("macro_auc", "micro_auc", "macro_f1", "micro_f1", "ece"), 0.6)
    metrics = {
        "catalogue": {"tracks": 5},
        "song_to_song": {
            "same_playlist_precision@10": {"blend": 0.2},
            "hubness_skew": {"blend": 1.0},
            "autoencoder_loss": 0.1,
        },
        "clusters": {"k": 6, "silhouette": 0.1, "naive_bayes_accuracy": 0.9},
        "genre_tagger": {"models": {"tagger": tagger}},
        "vibe_search": {"names": {"engines": {"all": {"precision@10": 0.1, "ndcg@10": 0.1, "recall@100": 0.1}}}},
        "user_history": {"leave-one-out": figures},
    }
    assert [headline.path for headline in HEADLINES if headline.value(metrics) is None] == []
    assert [headline.value({}) for headline in HEADLINES] == [None] * len(HEADLINES)


def test_lower_can_be_better():
    loss = (Headline("song_to_song", ("loss",), "lower"),)
    old, new = {"song_to_song": {"loss": 0.1}}, {"song_to_song": {"loss": 0.2}}
    assert compare_metrics(old, new, 0.05, loss)[0].refusal
    assert not compare_metrics(new, old, 0.05, loss)[0].refusal


def test_a_capability_that_was_dropped_is_refused(published, new):
    kept = {name: record for name, record in new.manifest.files.items() if not name.startswith("clusters/")}
    bare = changed(new.path, files=kept)
    assert "clusters: the published release has it and this bundle does not" in said(compare(published, bare))


def test_invented_songs_over_real_ones_are_refused(published, new):
    invented = changed(new.path, synthetic=True)
    assert "songs of this bundle are invented, those of the published release are real" in said(
        compare(published, invented)
    )


def test_real_songs_over_invented_ones_are_not_held_to_them(published, tmp_path):
    demo = changed(published.path, synthetic=True)
    real = small_release(tmp_path / "real", seed=7, songs=90)
    worse = with_metric(real, "clusters", silhouette=0.0001)
    comparison = compare(demo, worse)
    assert not comparison.refusals
    assert "nothing is held against them" in str(comparison)


def test_a_capability_that_the_app_cannot_open_is_refused(published, new):
    (new.path / "clusters" / "labels.npy").write_bytes(b"nonsense")
    comparison = compare(published, Bundle.open(new.path))
    assert "clusters: the app cannot open it" in said(comparison)
    assert said(compare(None, Bundle.open(new.path))), "nor as the first publication"


def test_a_bundle_that_cannot_be_opened_at_all_is_an_error_that_nothing_overrules(published, new):
    (new.path / "catalogue" / "tracks.parquet").unlink()
    with pytest.raises(BundleError, match=r"tracks\.parquet is missing"):
        compare(published, new)


def test_a_published_release_that_cannot_be_opened_stops_nobody(published, new):
    (published.path / "catalogue" / "tracks.parquet").unlink()
    comparison = compare(published, new)
    assert not comparison.refusals
    assert "published release cannot be opened" in str(comparison)


def test_another_catalogue_is_compared_on_what_both_hold(published, tmp_path):
    """The first 100 of 120 songs, clustered anew."""
    path = tmp_path / "smaller"
    write_bundle(path, Catalogue(random_catalogue(120).table.slice(0, 100)))
    clusters.main(["--out", str(path), "--k", "3"])
    comparison = compare(published, Bundle.open(path), Limits(tolerance=1, changed=1))
    assert not comparison.refusals
    assert "The catalogues differ" in str(comparison) and "100 of 120" in str(comparison)


def test_a_catalogue_without_a_song_of_the_old_one_is_refused(published, tmp_path):
    path = tmp_path / "others"
    write_bundle(path, make_catalogue(5, track_id=[f"x{i}" for i in range(5)]))
    comparison = compare(published, Bundle.open(path))
    assert "has no song of the published release" in said(comparison)


def songs_of(catalogue, order=None):
    """Song-to-song by the cosine of all features; ``order`` gives each song another's."""
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    scaled = normalise(scaler(catalogue.features))
    return SongToSong(catalogue, {"blend": CosineSpace("blend", scaler, scaled if order is None else scaled[order])})


def capabilities(path, catalogue, songs):
    """As they would be loaded, with song-to-song made by hand."""
    bundle = write_bundle(path, catalogue)
    titles = TitleSearch(bundle.file(TITLES))
    return Capabilities(bundle, catalogue, titles, songs, None, None, GenreSongs(catalogue), None, None)


def test_golden_answers_of_other_songs_are_refused(tmp_path):
    catalogue = random_catalogue(200)
    one = capabilities(tmp_path / "one", catalogue, songs_of(catalogue))
    order = np.random.default_rng(1).permutation(200)
    other = capabilities(tmp_path / "other", catalogue, songs_of(catalogue, order))
    shared = shared_songs(one, other)
    old, new = golden_answers(one, shared), golden_answers(other, shared)
    assert golden_answers(one, shared) == old, "the same questions and answers each time"
    assert len(old["song_to_song"]) == 100 and all(len(answer) == 10 for answer in old["song_to_song"])
    (line,) = compare_answers(old, new, 0.3)
    assert line.capability == "song_to_song" and line.verdict == "CHANGED"
    assert "of 100 golden answers changed; 30% may" in str(line.refusal)
    (same,) = compare_answers(old, old, 0.0)
    assert same.refusal is None


def test_songs_that_only_one_catalogue_holds_change_no_answer(tmp_path):
    """Songs that both hold, with equal features, rank alike whatever else is there."""
    doubled = random_catalogue(100).table
    others = doubled.set_column(0, "track_id", [[f"x{i}" for i in range(100)]])
    everything, fewer = Catalogue(pa.concat_tables([doubled, others.cast(doubled.schema)])), Catalogue(doubled)
    one = capabilities(tmp_path / "one", everything, songs_of(everything))
    two = capabilities(tmp_path / "two", fewer, songs_of(fewer))
    shared = shared_songs(one, two)
    assert len(shared.ids) == 100 and not shared.same
    (line,) = compare_answers(golden_answers(one, shared), golden_answers(two, shared), 0.0)
    assert line.refusal is None and line.new >= "overlap 0.90"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(("a", "b"), ("b", "a"), 1.0), (("a", "b"), ("a",), 0.5), ((), (), 1.0), ((), ("a",), 0.0), (("a",), ("b",), 0.0)],
)
def test_overlap(one, other, expected):
    assert overlap(one, other) == expected


def test_reasons_are_kept_once_they_are_published(new):
    first = Forced("a fairer test set", ["clusters: worse."], "a" * 40, date(2026, 11, 21))
    forced = with_reasons(new.manifest, None, first)
    assert forced_releases(forced) == [
        {"reason": "a fairer test set", "overruled": ["clusters: worse."], "published": "a" * 40, "date": "2026-11-21"}
    ]
    write_manifest(new.path, forced)
    assert Bundle.open(new.path).manifest == forced, "the app opens it"
    assert with_reasons(forced, forced, None) == forced
    second = with_reasons(forced, forced, Forced("another", ["x"], "b" * 40, date(2026, 11, 22)))
    assert [one["reason"] for one in forced_releases(second)] == ["a fairer test set", "another"]


def test_a_reason_of_a_run_that_broke_off_is_dropped(new):
    forced = with_reasons(new.manifest, None, Forced("too hasty", ["x"], "", date(2026, 11, 21)))
    assert with_reasons(forced, new.manifest, None) == new.manifest
