"""The whole pipeline on a small file such as anybody has: nine features, no popularity, no duration, no playlists."""

import contextlib
import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recsys.audio_features import AUDIO_FEATURES
from recsys.bundle import Bundle
from recsys.errors import SourceError
from recsys.loading import load_capabilities
from recsys.new_song import new_song
from recsys.song_to_song import Options
from train.all import main
from train.common import PROGRESS_VARIABLE

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
SONGS = 300
NEEDED = [feature for feature in AUDIO_FEATURES if not feature.optional]


@pytest.fixture(scope="module")
def songs_csv(tmp_path_factory):
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("sources") / "songs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["track_id", "title", "artists", *(feature.name for feature in NEEDED)])
        for i in range(SONGS):
            values = [f"{rng.uniform(feature.low, feature.high):.4f}" for feature in NEEDED]
            writer.writerow([f"s{i}", f"Song {i}", f"Artist {i % 40}", *values])
    return path


@pytest.fixture(scope="module")
def trained(songs_csv, tmp_path_factory):
    out = tmp_path_factory.mktemp("all") / "bundle"
    main(["--tracks", str(songs_csv), "--out", str(out), "--name", "Nine features"])
    return out


@pytest.mark.parametrize("flags", [[], ["--demo", "--tracks", "songs.csv"]])
def test_files_or_the_demo_but_not_both_or_neither(tmp_path, flags):
    with pytest.raises(SourceError, match=r"Give either --tracks FILE … or --demo, and not both"):
        main(["--out", str(tmp_path / "bundle"), *flags])
    assert not (tmp_path / "bundle").exists()


def test_every_part_is_written_and_every_file_is_whole(trained):
    bundle = Bundle.open(trained)
    assert bundle.capabilities == ["clusters", "song_to_song", "vibe_search"]
    assert {name.split("/")[0] for name in bundle.manifest.files} >= {"catalogue", "exports", "figures", "README.md"}
    on_disk = {p.relative_to(trained).as_posix() for p in trained.rglob("*") if p.is_file()} - {"manifest.json"}
    assert on_disk == set(bundle.manifest.files)
    for name in bundle.manifest.files:
        bundle.file(name)
    assert (bundle.manifest.name, bundle.manifest.synthetic) == ("Nine features", False)


def test_the_bundle_serves(trained):
    loaded = load_capabilities(Bundle.open(trained))
    assert list(loaded.problems) == ["genre_tagger", "user_history"], "no lyrics and no histories were given"
    assert len(loaded.catalogue) == SONGS
    seed = loaded.catalogue.track(loaded.titles.search("song 7")[0])
    assert seed.title == "Song 7"
    for space in loaded.need_songs().spaces:
        ranked = loaded.need_songs().similar_tracks([seed.track_id], 10, Options(space=space))
        assert len(ranked) == 10 and all(result.why for result in ranked)
        unknown = [reason for reason in ranked[0].reasons if reason.feature in ("popularity", "duration_ms")]
        assert all(reason.share == 0 and reason.value is None for reason in unknown)
        assert not any(word in result.why for result in ranked for word in ("unknown", "popular"))
    assert loaded.need_clusters().cluster_of(seed.track_id).size > 0


def test_without_playlists_the_default_is_there_all_the_same(trained):
    loaded = load_capabilities(Bundle.open(trained))
    assert len(loaded.need_songs().similar_tracks(["s7"], 10)) == 10


def test_a_new_song_needs_only_the_nine(trained):
    loaded = load_capabilities(Bundle.open(trained))
    song = new_song({feature.name: (feature.low + feature.high) / 2 for feature in NEEDED})
    cluster = loaded.need_clusters().predict(song)
    ranked = loaded.need_songs().similar_to_song(song, 5, Options(space="audio"), cluster=cluster.label)
    assert len(ranked) == 5


def test_the_card_tells_what_it_holds(trained):
    card = (trained / "README.md").read_text("utf-8")
    assert card.startswith("---\n") and "# Nine features" in card and "songs.csv" in card
    for line in card.splitlines():
        if line.startswith("!["):
            assert (trained / line[line.index("(") + 1 : -1]).is_file()


@pytest.fixture(scope="module")
def again(songs_csv, tmp_path_factory):
    """Another bundle trained on the same, and the lines of progress that were printed."""
    out = tmp_path_factory.mktemp("again") / "bundle"
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.setenv(PROGRESS_VARIABLE, "json")
        main(["--tracks", str(songs_csv), "--out", str(out), "--name", "Nine features", "--no-exports"])
    return out, [json.loads(line) for line in said.getvalue().splitlines()]


def test_progress_runs_from_start_to_end(again):
    fractions = [line["fraction"] for line in again[1]]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) > 20


def test_exports_are_left_out_where_they_are_not_wanted(again):
    assert not (again[0] / "exports").exists()


def test_the_same_files_and_seed_give_the_same_models(trained, again):
    one, other = (Bundle.open(path).manifest.files for path in (trained, again[0]))
    assert {name: record for name, record in one.items() if not name.startswith("exports/")} == other


def test_to_begin_with_nothing_heavy_is_imported():
    """Each heavy step has a process of its own, which begins by importing this: TensorFlow and torch must not meet."""
    heavy = ("torch", "tensorflow", "keras", "transformers")
    code = f"import sys, train.all; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]"
