"""The joblib files, opened as a stranger would: in a fresh process that has never heard of this project."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.song_to_song import Options

ROOT = Path(__file__).parents[1]
SEEDS = list(range(0, 5_000, 163))
STRANGER = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import joblib, numpy as np, pandas as pd, sklearn, keras
from scipy.sparse import csr_matrix

folder, features, seeds = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
clusters = joblib.load(folder + "/music_recommender_with_clusters.joblib")
neural = joblib.load(folder + "/music_recommender_neural.joblib")
frame, index, codes = neural["dataframe_data"], clusters["track_index"], neural["embeddings"]
raw = frame[features].to_numpy()
scaled = neural["scaler"].transform(raw)

def names(table, rows):
    return table["track_id"].iloc[rows].tolist()

audio, latent = [], []
for seed in seeds:
    _, found = clusters["knn_model"].kneighbors(csr_matrix(clusters["scaler"].transform(raw[[seed]])), n_neighbors=11)
    audio.append(names(index, [row for row in found[0] if row != seed][:10]))
    nearest = np.argsort(np.linalg.norm(codes - codes[seed], axis=1), kind="stable")
    latent.append(names(frame, [row for row in nearest if row != seed][:10]))
predicted = neural["encoder_model"].predict(scaled, verbose=0)
print(json.dumps({
    "keys": [sorted(neural), sorted(clusters)],
    "audio": audio,
    "latent": latent,
    "encoder_error": float(np.abs(predicted - codes).max()),
    "kmeans_agrees": float((neural["kmeans_model"].predict(scaled.astype(neural["kmeans_model"].cluster_centers_.dtype))
                            == frame["cluster"]).mean()),
    "bayes_agrees": float((clusters["naive_bayes_model"].predict(scaled) == index["cluster"]).mean()),
    "columns": [list(frame.columns), list(index.columns)],
    "same_rows": frame["track_id"].tolist() == index["track_id"].tolist(),
    "ours": sorted(name for name in sys.modules if name.split(".")[0] in ("recsys", "train", "app")),
}))
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(demo_path, tmp_path_factory):
    """What a stranger in another folder finds in the demo bundle's exports."""
    arguments = [str(demo_path / "exports"), json.dumps(FEATURE_NAMES), json.dumps(SEEDS)]
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, *arguments],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_files_have_the_promised_keys(found):
    assert found["keys"] == [
        sorted(["scaler", "kmeans_model", "encoder_model", "embeddings", "dataframe_data"]),
        sorted(["knn_model", "scaler", "kmeans_model", "naive_bayes_model", "track_index"]),
    ]


def test_nothing_of_ours_is_needed_to_open_them(found):
    assert found["ours"] == []


@pytest.mark.parametrize("space", ["audio", "latent"])
def test_neighbours_are_the_apps_own(found, demo, space):
    options = Options(space=space, same_cluster=False, per_artist=0, one_version=False)
    songs, track_ids = demo.need_songs(), demo.catalogue.track_ids
    own = [[r.track.track_id for r in songs.similar_tracks([track_ids[seed]], 10, options)] for seed in SEEDS]
    assert found[space] == own


def test_the_encoder_gives_the_embeddings(found):
    assert found["encoder_error"] < 1e-4


def test_the_clusters_are_the_apps_own(found):
    assert found["kmeans_agrees"] > 0.999
    assert found["bayes_agrees"] > 0.7


def test_both_tables_are_in_catalogue_order(found):
    assert found["same_rows"]
    frame, index = found["columns"]
    assert set(FEATURE_NAMES) < set(frame)
    assert index == ["track_id", "track_name", "track_artist", "cluster"]


@pytest.mark.parametrize("path", [ROOT / "app.py", *sorted((ROOT / "recsys").rglob("*.py"))], ids=lambda p: p.name)
def test_the_app_never_opens_them(path):
    text = path.read_text("utf-8")
    assert "import joblib" not in text and "import pickle" not in text and "joblib.load" not in text
