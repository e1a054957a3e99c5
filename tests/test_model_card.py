"""The card that the Hub shows, checked with the Hub client's own reader."""

import contextlib
import io
import re

import pytest
from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import model_index_to_eval_results

from recsys.bundle import Bundle, Manifest
from recsys.capabilities import load_capabilities
from tests.clustered_releases import changed, small_release
from tests.hub_double import OWNER_TOKEN
from train.card import how_to_load, main, sources_of, write_card
from train.card_metadata import metadata

TAGGER = {"models": {"tagger": {"macro_auc": 0.9, "micro_auc": 0.91, "macro_f1": 0.6}}}
HISTORY = [
    {"engine": engine, "case": case, "values": {"ndcg@10": value, "recall@10": 2 * value}}
    for engine, value in (("hybrid", 0.1), ("popularity", 0.01))
    for case in ("everything", "new only")
]
MEASURED = Manifest(
    "Real songs",
    "c",
    provenance=[
        {"source": "hf://datasets/someone/songs@v2/data/tracks.csv", "format": "any", "licence": "MIT"},
        {"source": "hf://datasets/someone/songs/data/more.csv@v1", "format": "any", "licence": "MIT"},
        {"source": "mine.csv", "format": "any", "licence": "mine"},
    ],
    config={"genre_tagger": {"base_model": "roberta-base", "lyrics": ["l.csv"]}, "vibe_search": {"encoder": "minilm"}},
    metrics={
        "song_to_song": {"same_playlist_precision@10": {"blend": 0.25}},
        "clusters": {"silhouette": 0.2, "naive_bayes_accuracy": 0.8},
        "genre_tagger": TAGGER,
        "vibe_search": {"names": {"engines": {"all": {"ndcg@10": 0.3}}}},
        "user_history": {"leave-one-out": HISTORY},
    },
)


def read(manifest):
    return ModelCard(metadata(manifest) + "\n\n# Card\n").data


def test_the_metadata_names_data_sets_base_models_and_licence():
    about = read(MEASURED)
    assert about.library_name == "recsys"
    assert (about.license, about.license_name) == ("other", "see-data")
    assert about.datasets == ["someone/songs"]
    assert about.base_model == ["roberta-base", "sentence-transformers/all-MiniLM-L6-v2"]
    assert about.tags == ["music", "recommendation"]


def test_each_capability_that_was_measured_has_a_result():
    about = read(MEASURED)
    results = {(one.task_name, one.metric_type): one.metric_value for one in about.eval_results}
    assert results == {
        ("song-to-song", "precision@10"): 0.25,
        ("clusters", "silhouette"): 0.2,
        ("clusters", "accuracy"): 0.8,
        ("genres of a lyric", "macro_auc"): 0.9,
        ("genres of a lyric", "micro_auc"): 0.91,
        ("genres of a lyric", "macro_f1"): 0.6,
        ("vibe search", "ndcg@10"): 0.3,
        ("what next", "ndcg@10"): 0.1,
        ("what next", "recall@10"): 0.2,
    }
    name, again = model_index_to_eval_results(about.to_dict()["model-index"])
    assert name == "Real songs" and len(again) == 9
    assert all(one.dataset_name and one.dataset_type for one in again)


def test_invented_songs_are_free_and_said_to_be_invented():
    about = read(Manifest("Demo", "c", synthetic=True))
    assert about.license == "cc0-1.0" and "synthetic" in about.tags
    assert about.datasets is None and about.base_model is None and about.eval_results is None


def test_an_encoder_of_a_folder_is_not_called_a_model_of_the_hub():
    config = {"genre_tagger": {"base_model": "tiny"}, "vibe_search": {"encoder": "a/b/c"}}
    assert read(Manifest("Songs", "c", config=config)).base_model is None


def test_every_source_is_listed_with_its_licence():
    rows = sources_of(MEASURED)
    assert [row[0] for row in rows][2:] == ["mine.csv", "l.csv"]
    assert rows[-1][2].startswith("Not known")
    plays = {"report": {"sources": [{"source": "p.csv", "format": "table"}]}}
    assert sources_of(Manifest("S", "c", metrics={"user_history": plays}))[0][:2] == ["p.csv", "histories: table"]


@pytest.fixture(scope="module")
def carded(tmp_path_factory):
    path = tmp_path_factory.mktemp("card") / "bundle"
    small_release(path)
    main(["--out", str(path)])
    return path


def test_the_card_shows_plots_limits_and_how_to_load_it(carded):
    text = (carded / "README.md").read_text("utf-8")
    figures = re.findall(r"!\[.+\]\((.+)\)", text)
    assert figures and all((carded / name).is_file() for name in figures)
    assert all((carded / name).stat().st_size < 200_000 for name in figures)
    assert "## Limits" in text and "## Data" in text and "RECSYS_BUNDLE=path/to/this/folder" in text
    assert ModelCard(text).data.to_dict()["model-index"]
    assert Bundle.open(carded).file("README.md")


def five_lines(text):
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(code.splitlines()) == 5
    return code


def printed(code):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "README.md", "exec"), {})
    return said.getvalue()


def test_the_five_lines_load_it_from_the_folder(carded):
    code = five_lines((carded / "README.md").read_text("utf-8"))
    assert "'Title " in printed(code.replace("path/to/this/folder", str(carded)))


@pytest.mark.slow
def test_the_five_lines_load_it_from_the_hub(carded, lfs_hub, monkeypatch, tmp_path):
    from recsys.hub.push import push

    bundle = Bundle.open(carded)
    write_card(bundle, load_capabilities(bundle).clusters, [], "someone/songs")
    monkeypatch.setenv("HF_TOKEN", OWNER_TOKEN)
    push(carded, "someone/songs")
    monkeypatch.delenv("HF_TOKEN")
    assert "RECSYS_REPO=someone/songs python app.py" in (carded / "README.md").read_text("utf-8")
    assert "'Title " in printed(five_lines((carded / "README.md").read_text("utf-8")))


def test_what_was_published_against_the_gate_is_told(carded):
    forced = {"reason": "new test set", "date": "2026-11-21", "published": "a" * 40, "overruled": ["clusters: worse."]}
    bundle = changed(carded, config=Bundle.open(carded).manifest.config | {"release": {"forced": [forced]}})
    write_card(bundle, None, [])
    assert "- 2026-11-21: new test set (clusters: worse.)" in (carded / "README.md").read_text("utf-8")


def test_where_it_lies_is_said_either_way():
    assert any("RECSYS_REPO=me/songs" in part for part in how_to_load("me/songs"))
    assert any("RECSYS_BUNDLE=" in part for part in how_to_load(None))
