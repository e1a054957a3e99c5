import json

import pytest

from recsys import demo
from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import MANIFEST
from recsys.errors import BundleError
from recsys.genres import map_genres


@pytest.fixture
def trainer(monkeypatch, tmp_path):
    """Puts a package ``train`` with an ``all.py`` of our own where the child process looks for it."""
    root = tmp_path / "root"
    (root / "train").mkdir(parents=True)
    (root / "recsys").mkdir()
    (root / "requirements.txt").touch()
    monkeypatch.setattr(demo, "ROOT", root)

    def write(source):
        (root / "train/all.py").write_text("import json, os, sys\nfrom pathlib import Path\n" + source, "utf-8")

    return write


GOOD = """
assert sys.argv[1:3] == ["--demo", "--out"] and os.environ["RECSYS_PROGRESS"] == "json"
print(json.dumps({"step": "Half way", "fraction": 0.5}))
print("a line for nobody")
out = Path(sys.argv[3])
(out / "manifest.json").write_text("{}")
"""


def quiet(step, fraction):
    pass


def test_the_bundle_is_built_once_and_found_again(trainer, tmp_path):
    trainer(GOOD)
    said = []
    cache = tmp_path / "cache"
    first = demo.demo_bundle(cache, lambda step, fraction: said.append((step, fraction)))
    assert said == [("Half way", 0.5)]
    assert (first / MANIFEST).is_file() and first.parent == cache
    assert demo.demo_bundle(cache, lambda *progress: pytest.fail("built again")) == first
    assert [path.name for path in cache.iterdir()] == [first.name]


def test_progress_never_goes_back_where_two_scripts_tell_of_theirs(trainer, tmp_path):
    lines = [("one", 0.4), ("other", 0.2), ("one", 0.6)]
    told = "".join(f"print(json.dumps({{'step': {step!r}, 'fraction': {fraction}}}))\n" for step, fraction in lines)
    trainer(told + GOOD.splitlines()[-2] + "\n" + GOOD.splitlines()[-1])
    said = []
    demo.demo_bundle(tmp_path / "cache", lambda step, fraction: said.append((step, fraction)))
    assert said == [("one", 0.4), ("other", 0.4), ("one", 0.6)]


def test_where_there_is_nothing_to_train_with_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    with pytest.raises(BundleError, match=r"nothing to train the demo world with\. Set RECSYS_REPO"):
        demo.demo_bundle(tmp_path / "cache", quiet)
    assert not (tmp_path / "cache").exists()


def test_other_sources_make_another_bundle(trainer, tmp_path):
    trainer(GOOD)
    first = demo.demo_bundle(tmp_path, quiet)
    trainer(GOOD + "# changed")
    assert demo.demo_bundle(tmp_path, quiet) != first


def test_a_failing_trainers_words_reach_the_error(trainer, tmp_path):
    trainer("print(json.dumps({'step': 'x', 'fraction': 0}))\nsys.exit('error: no disk left')")
    with pytest.raises(
        BundleError, match=r"failed \(exit status 1\)\. Run `python -m train.all .*: error: no disk left"
    ):
        demo.demo_bundle(tmp_path / "cache", quiet)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_trainers_traceback_ends_in_what_went_wrong(trainer, tmp_path):
    trainer("raise RuntimeError('out of luck')")
    with pytest.raises(BundleError, match=r"RuntimeError: out of luck$"):
        demo.demo_bundle(tmp_path / "cache", quiet)


@pytest.mark.parametrize(
    "line", ["3", "[]", "null", '"step"', json.dumps({"step": "x"}), '{"step": 1, "fraction": "a"}']
)
def test_lines_that_are_json_but_no_progress_are_passed_over(trainer, tmp_path, line):
    trainer(f"print({line!r})\n" + GOOD)
    assert (demo.demo_bundle(tmp_path / "cache", quiet) / MANIFEST).is_file()


@pytest.mark.slow
def test_the_demo_world_says_that_it_is_invented(demo, demo_path):
    assert demo.bundle.manifest.synthetic and len(demo.catalogue) == 5_000
    assert demo.problems == {}
    assert demo.bundle.capabilities == ["clusters", "genre_tagger", "song_to_song", "user_history", "vibe_search"]
    assert demo_path.name.startswith("demo-")


@pytest.mark.slow
def test_the_demo_tagger_learnt_what_was_planted(demo, demo_path):
    measured = demo.bundle.manifest.metrics["genre_tagger"]
    models = measured["models"]
    assert models["tagger"]["macro_auc"] > 0.9 > models["label prior"]["macro_auc"]
    assert models["tagger"]["macro_f1"] > 0.5
    assert len(measured["genres"]) == 14


@pytest.mark.slow
def test_the_lyrics_of_the_best_known_demo_songs_were_tagged(demo):
    """And mostly with a genre that the catalogue lists, songs that the tagger had not learnt from included."""
    tagger = demo.need_tagger()
    tags = tagger.song_tags
    assert tags is not None and 200 <= len(tags.rows) < 300 and tags.left_out > 1000
    unseen = [row for row in tags.rows.tolist() if not tagger.learnt_from(row)]
    found = [(row, {score.genre for score in tagger.tags_of(row) if score.chosen}) for row in unseen]
    right = [bool(said & set(map_genres(demo.catalogue.track(row).genres)[0])) for row, said in found if said]
    assert len(right) > 50 and sum(right) > 0.7 * len(right)


@pytest.mark.slow
def test_the_cards_show_the_tagger_beside_what_is_simple(demo_path):
    for path in ("README.md", "genre_tagger/model/README.md"):
        card = (demo_path / path).read_text("utf-8")
        assert "## Genre tagger" in card and '"type": "macro_auc"' in card
        for row in ("| `tagger` |", "| `TF-IDF baseline` |", "| `label prior` |", "| Hip-Hop |"):
            assert row in card


def sound_of(demo, text, k=20):
    """Mean of each feature over the answer, in standard deviations from the average song."""
    features = demo.catalogue.features
    rows = demo.catalogue.rows([result.track.track_id for result in demo.need_vibe().search(text, k)])
    assert len(rows) == k
    scaled = (features[rows].mean(axis=0) - features.mean(axis=0)) / features.std(axis=0)
    return dict(zip(FEATURE_NAMES, scaled.tolist(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("songs for a rainy heartbreak", {"valence": -1, "energy": -1}),
        ("canciones alegres para una fiesta en la playa", {"valence": 1, "energy": 1, "danceability": 1}),
        ("angry music for the gym", {"energy": 1, "loudness": 1}),
        ("calm piano to fall asleep", {"energy": -1, "acousticness": 1}),
        ("sad but fast", {"valence": -1, "tempo": 1}),
        ("happy, no sad songs", {"valence": 1}),
    ],
)
def test_the_demos_vibe_search_leans_the_way_that_it_is_told(demo, text, sides):
    found = sound_of(demo, text)
    assert {name: round(side * found[name], 2) for name, side in sides.items() if side * found[name] < 0.3} == {}
