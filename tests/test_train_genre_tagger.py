"""Training the tagger, end to end: planted lyrics and a RoBERTa of random weights, small enough to train in seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys.bundle import Bundle, Manifest, write_folder
from recsys.errors import SourceError
from recsys.genre_tagger import GenreTagger
from recsys.genres import MACRO_GENRES
from tests.planted_lyrics import GENRES, MICRO, planted_corpus, planted_song, write_csv
from tests.tiny_encoders import SIZES, save_tiny_roberta, tiny_classifier
from train.genre_tagger import Config, main, recipe_of
from train.tagger.recipe import Recipe

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def bundle(tiny_tagger):
    return Bundle.open(tiny_tagger)


@pytest.fixture(scope="module")
def metrics(bundle):
    return bundle.manifest.metrics["genre_tagger"]


# What was learnt


@pytest.mark.slow
@pytest.mark.parametrize("genre", GENRES)
def test_unseen_songs_get_their_planted_genre(bundle, genre):
    tagger = GenreTagger.load(bundle)
    assert tagger.genres == GENRES
    for seed in range(1000, 1010):
        best = tagger.tag(planted_song((genre,), seed))[0]
        assert best.genre == genre and best.chosen


@pytest.mark.slow
def test_a_song_of_two_genres_gets_both(bundle):
    tagger = GenreTagger.load(bundle)
    found = [tagger.tag(planted_song(("Metal", "Religious"), seed), lines=0) for seed in range(2000, 2010)]
    assert sum({scores[0].genre, scores[1].genre} == {"Metal", "Religious"} for scores in found) >= 8


@pytest.mark.slow
def test_the_figures_are_those_of_artists_never_seen(metrics):
    models = metrics["models"]
    assert models["tagger"]["macro_auc"] > 0.9 and models["tagger"]["macro_f1"] > 0.8
    assert models["linear"]["macro_auc"] > 0.9 and models["TF-IDF baseline"]["macro_auc"] > 0.9
    assert models["label prior"]["macro_auc"] == 0.5
    assert models["transformer"]["macro_auc"] > 0.65, "the encoder learnt nothing"
    assert abs(models["transformer"]["macro_auc"] - models["transformer, float"]["macro_auc"]) < 0.05
    assert metrics["songs"] == {"train": 150, "validation": 60, "test": 30}
    assert list(metrics["genres"]) == list(GENRES)
    assert sum(row["songs"] for row in metrics["genres"].values()) >= 30
    assert metrics["lyrics"]["songs"] == 240 and metrics["lyrics"]["groups"] == 48
    assert len(metrics["macro_auc_by_epoch"]) == 8
    assert max(metrics["macro_auc_by_epoch"]) > metrics["macro_auc_by_epoch"][0]


@pytest.mark.slow
def test_the_tagger_is_no_worse_than_the_better_of_its_readers(metrics):
    models = metrics["models"]
    assert (
        models["tagger"]["macro_auc"] >= max(models["linear"]["macro_auc"], models["transformer"]["macro_auc"]) - 0.05
    )


@pytest.mark.slow
def test_thresholds_and_transformer_shares_are_shares(bundle):
    about = bundle.json("genre_tagger/tagger.json")
    assert about["genres"] == list(GENRES) and len(about["bias"]) == 4
    assert len(about["thresholds"]) == 4 and all(0 < threshold < 1 for threshold in about["thresholds"])
    assert all(0 <= share <= 1 for share in about["transformer_shares"]) and len(about["transformer_shares"]) == 4
    assert about["flat_threshold"] == 0.2
    assert about["window"] == 128  # 256 were asked for; the encoder has 128 positions
    assert "trained on 150 songs" in about["about"] and "30 songs by artists it had never seen" in about["about"]


# What is written


@pytest.mark.slow
def test_no_file_tells_where_it_was_made(bundle, tiny_tagger_flags):
    folder = Path(tiny_tagger_flags[1]).parent
    for path in bundle.path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for place in (str(folder), str(bundle.path), folder.name, str(Path.home()), str(ROOT)):
            assert place.encode() not in content, f"{path.name} names {place}"
    config = bundle.manifest.config["genre_tagger"]
    assert config["lyrics"] == ["planted.csv"] and config["base_model"] == "tiny-roberta" and "out" not in config
    assert config["pool"] == "cls" and config["epochs"] == 8


@pytest.mark.slow
def test_only_safe_files_are_written(bundle):
    names = {name.removeprefix("genre_tagger/") for name in bundle.manifest.files}
    assert {"tagger.json", "ngrams.json", "ngrams.safetensors", "model.onnx"} <= names
    assert {"model/model.safetensors", "model/config.json", "model/tokenizer.json"} <= names
    assert {Path(name).suffix for name in names} <= {".json", ".safetensors", ".onnx", ".md", ".txt"}
    assert {p.relative_to(bundle.path).as_posix() for p in bundle.path.rglob("*") if p.is_file()} == {
        *bundle.manifest.files,
        "manifest.json",
    }
    for name in bundle.manifest.files:
        bundle.file(name)


@pytest.mark.slow
def test_the_manifest_is_plain_json(bundle):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    json.loads((bundle.path / "manifest.json").read_text("utf-8"), parse_constant=refuse)


@pytest.mark.slow
def test_the_saved_folder_opens_with_a_plain_pipeline(bundle):
    from transformers import pipeline

    classify = pipeline("text-classification", str(bundle.path / "genre_tagger" / "model"), top_k=None, device="cpu")
    text = planted_song(("Metal",), 3000, n_lines=4)
    found: Any = classify([text])[0]
    assert {answer["label"] for answer in found} == set(GENRES)
    assert classify.model.config.problem_type == "multi_label_classification"
    readers = GenreTagger.load(bundle).readers
    if len(readers) == 2:
        odds = readers[0][1].log_odds(text.split("\n"))
        served = dict(zip(GENRES, 1 / (1 + np.exp(-odds)), strict=True))
        assert {a["label"]: a["score"] for a in found} == pytest.approx(served, abs=0.05)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bundle_beside_what_was_there(bundle, tiny_tagger_flags, tmp_path):
    import torch

    with write_folder(tmp_path, "clusters", Manifest("Mine", "abc"), config={"k": 6}, metrics={"k": 6}) as folder:
        folder.json("clusters", {"kept": True})
    before = Bundle.open(tmp_path).manifest
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    main([*tiny_tagger_flags, "--out", str(tmp_path)])
    torch.set_num_threads(threads)
    after = Bundle.open(tmp_path)
    assert (after.manifest.name, after.manifest.catalogue) == ("Mine", "abc")
    assert after.manifest.files.items() >= before.files.items()
    assert after.json("clusters/clusters.json") == {"kept": True}
    assert after.manifest.config["clusters"] == {"k": 6} and after.manifest.metrics["clusters"] == {"k": 6}
    again = {name: record for name, record in after.manifest.files.items() if name.startswith("genre_tagger/")}
    assert again == bundle.manifest.files
    assert after.manifest.metrics["genre_tagger"] == bundle.manifest.metrics["genre_tagger"]


@pytest.mark.slow
def test_two_processes_write_one_whole_bundle(tiny_tagger_flags, tmp_path):
    flags = [*tiny_tagger_flags, "--out", str(tmp_path / "bundle"), "--epochs", "2"]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*launcher, "-m", "train.genre_tagger", *flags],
        env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    bundle = Bundle.open(tmp_path / "bundle")
    assert [path.name for path in (tmp_path).iterdir()] == ["bundle"]
    assert sorted(path.name for path in bundle.path.iterdir()) == ["genre_tagger", "manifest.json"]
    for name in bundle.manifest.files:
        bundle.file(name)
    assert len(bundle.manifest.metrics["genre_tagger"]["macro_auc_by_epoch"]) == 2
    assert bundle.manifest.metrics["genre_tagger"]["songs"] == {"train": 150, "validation": 60, "test": 30}
    assert GenreTagger.load(bundle).tag(planted_song(("Metal",), 1))[0].genre == "Metal"


# What learns, and how fast


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bert", "roberta"])
@pytest.mark.parametrize(
    ("pool", "freeze", "learning"), [("mean", 0, "012"), ("mean", 1, "12"), ("mean", 9, "2"), ("cls", 1, "1")]
)
def test_what_is_frozen_stays_as_it_is_and_rates_fall_downwards(kind, pool, freeze, learning):
    from train.tagger.mean_layer import add_mean_layer
    from train.tagger.transformer import _optimizer

    model = tiny_classifier(kind)
    if pool == "mean":
        add_mean_layer(model)
    recipe = recipe_of(Config(lyrics=(), out=Path(), pool=pool, freeze=freeze, rate=1e-3, head_rate=1e-2, decay=0.5))
    groups = _optimizer(model, recipe).param_groups
    rates = {id(p): group["lr"] for group in groups for p in group["params"]}
    last = model.config.num_hidden_layers - 1
    for name, parameter in model.named_parameters():
        layer = next((n for n in "012" if f"layer.{n}." in name), None)
        if "classifier" in name or "pooler" in name:
            square = "pooler" in name or "classifier.dense" in name
            expected: float | None = 1e-3 if square and pool == "mean" else 1e-2
        elif layer is None:
            expected = None if freeze else 1e-3 * 0.5 ** (last + 1)
        else:
            expected = 1e-3 * 0.5 ** (last - int(layer)) if layer in learning else None
        assert rates.get(id(parameter)) == (None if expected is None else pytest.approx(expected)), name
        assert parameter.requires_grad == (expected is not None)


# The figures of an epoch


@pytest.mark.slow
def test_an_epochs_auc_is_that_of_whole_songs(tmp_path):
    """Windows are judged in an order of their own; each must be counted for its song."""
    from recsys.lyric_transformer import LyricTransformer
    from recsys.onnx_model import OnnxModel
    from tests.planted_lyrics import labels_of
    from train.onnx_export import export_onnx
    from train.tagger.measure import log_odds_of
    from train.tagger.quality import common, macro_auc
    from train.tagger.transformer import fine_tune

    rows = planted_corpus(72, 12)
    for i, row in enumerate(rows):  # of one to five windows
        row["lyrics"] = planted_song((GENRES[(i // 12) % 4],), i, n_lines=3 + 9 * (i % 5))
    parts = [([row["lyrics"] for row in some], labels_of(some)) for some in (rows[:32], rows[32:])]
    flags = Config(
        lyrics=(),
        out=tmp_path,
        base_model=str(save_tiny_roberta(tmp_path / "tiny")),
        freeze=0,
        pool="cls",
        window=96,
        epochs=1,
        rate=5e-3,
    )
    tuned = fine_tune(recipe_of(flags), GENRES, *parts)
    export_onnx(tuned.model, tmp_path / "float.onnx", int8=False)
    reader = LyricTransformer(tuned.windower, OnnxModel(tmp_path / "float.onnx"))
    windows = [len(tuned.windower.windows(text.split("\n"))) for text in parts[1][0]]
    assert min(windows) == 1 and max(windows) > 3
    kept = common(parts[1][1])
    expected = macro_auc(parts[1][1][:, kept], log_odds_of(reader, parts[1][0], "check")[:, kept])
    assert tuned.epochs == [pytest.approx(expected, abs=0.005)]


# Bad data


def test_bad_data_is_refused_before_torch_is_imported():
    code = "import sys, train.genre_tagger; assert not {'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def refused(tmp_path, rows, *flags, message):
    """Training on ``rows`` ends in a SourceError with ``message`` and leaves nothing behind."""
    given = write_csv(tmp_path / "songs.csv", rows)
    out = tmp_path / "bundle"
    with pytest.raises(SourceError, match=message):
        main(["--lyrics", str(given), "--out", str(out), *flags])
    assert not out.exists()


def without(rows, column):
    return [{name: value for name, value in row.items() if name != column} for row in rows]


def test_a_file_without_genres_is_refused(tmp_path):
    rows = without(planted_corpus(12, 4), "genres")
    refused(tmp_path, rows, message=r"songs\.csv has no column of genres: name one genres, .*It has 3 columns")


def test_genres_that_nobody_knows_are_listed(tmp_path):
    rows = [row | {"genres": "blorp, zwee"} for row in planted_corpus(12, 4)]
    refused(tmp_path, rows, message=r"(?s)No lyrics are left to learn from\..*blorp")


def test_a_single_genre_cannot_be_told_apart(tmp_path):
    rows = [row | {"genres": MICRO["Metal"]} for row in planted_corpus(24, 6)]
    refused(tmp_path, rows, message=r"tell 0 genres apart \(none\); a tagger needs at least 2")


def test_too_few_artists_are_refused(tmp_path):
    refused(tmp_path, planted_corpus(12, 2), message=r"by 2 artists; learning, choosing and testing")


def test_an_empty_file_is_refused(tmp_path):
    rows = [dict.fromkeys(("artist", "title", "lyrics", "genres"), "")]
    refused(tmp_path, rows, message="No lyrics are left")


@pytest.mark.slow
def test_a_base_model_that_is_not_there_is_named(tmp_path):
    refused(
        tmp_path,
        planted_corpus(40, 10),
        *("--base-model", str(tmp_path / "nowhere")),
        message=r"The base model '.*nowhere' cannot be opened .*a folder that save_pretrained wrote, or 'minilm'",
    )


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["tokenizer", "weights", "config"])
def test_a_folder_that_lacks_a_part_is_no_base_model(tmp_path, gone):
    base = save_tiny_roberta(tmp_path / "tiny")
    for path in base.iterdir():
        if path.name.startswith({"tokenizer": "tokenizer", "weights": "model.", "config": "config."}[gone]):
            path.unlink()
    refused(tmp_path, planted_corpus(40, 10), "--base-model", str(base), message=r"tiny' (cannot be opened|has no)")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--pool", "max"), r"--pool is 'max'; give 'mean' or 'cls'"),
        (("--window", "2"), r"--window is 2; .*at least 16"),
        (("--batch", "0"), r"--batch is 0; .*at least 1"),
        (("--epochs", "0"), r"--epochs is 0; .*at least 1"),
        (("--validation", "0.6", "--test", "0.5"), r"--validation is 0\.6 and --test is 0\.5; .*less than 1 together"),
        (("--test", "-0.1"), r"--validation is 0\.12 and --test is -0\.1"),
    ],
)
def test_flags_out_of_range_are_named(tmp_path, flags, message):
    refused(tmp_path, planted_corpus(8, 4), *flags, message=message)


def test_a_recipe_is_all_of_its_flags():
    config = Config(lyrics=("a.csv",), out=Path("out"), base_model="roberta-base", window=512, rate=2e-5)
    recipe = recipe_of(config)
    assert isinstance(recipe, Recipe) and (recipe.base_model, recipe.window, recipe.rate) == ("roberta-base", 512, 2e-5)


def test_planted_genres_are_of_the_14_in_their_order():
    assert [genre for genre in MACRO_GENRES if genre in MICRO] == list(GENRES)
    assert SIZES["max_position_embeddings"] == 130
