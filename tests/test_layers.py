"""The rules of who may import whom, read from the sources; and that a running app has not loaded what is heavy."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"tensorflow", "keras", "torch", "transformers", "sentence_transformers", "sklearn", "joblib", "pickle"}
NETWORK = {"huggingface_hub", "httpx", "requests", "urllib.request", "aiohttp", "spotipy"}
LAYERS = [
    {"errors", "text", "audio_features", "settings", "quadrature", "phrases", "genres", "language"}
    | {"body_limit", "version", "invalid"},
    {"catalogue", "results", "metrics", "onnx_model", "text_windows"},
    {"bundle", "hub", "index", "new_song", "filters", "title_search", "encoder", "explanations", "text_encoder"}
    | {"genre_songs", "live_versions", "song_titles", "fast_index", "lexical_index", "moods", "selection"}
    | {"item_to_item", "score_fusion", "calibration"},
    {"vibe_words", "vibe_chips", "vibe_text", "vibe_numbers", "vibe_names"},
    {"vibe_reader", "vibe_query"},
    {"two_towers"},
    {"history_engines"},
    {"history_reasons"},
    {"listening"},  # readers of histories, and joining them to a catalogue
    {"lyric_marks", "lyrics", "lyric_style", "lyric_ngrams", "lyric_transformer", "song_tags"},
    {"spaces"},  # and whatever else begins with "space" or "blend"
    {"vibe_space", "vibe_reasons", "lyric_chunks"},
    {"vibe_ranking", "path_search", "first_cards"},
    {"song_queries"},
    {"song_to_song", "clusters", "genre_tagger", "vibe_search", "user_history"},
    {"demo_media"},
    {"sheets"},
    {"demo", "capabilities", "heard_songs", "song_path"}
    | {"playlist_fit", "playlist_jumps", "playlist_files", "playlist_checkup"},
    {"engine_blend", "playlist_order", "playlist_words", "media"},
    {"group_tastes", "playlist_doctor"},
    {"group_blend"},
    {"releases"},
    {"loading"},
    {"schemas", "tagging", "track_tags"},
    {"handlers", "journey_schemas", "playlist_schemas"},
    {"journey_handlers", "playlist_handlers", "client"},
    {"questions"},
    {"batches", "api_errors"},
    {"media_routes"},
    {"api"},
    {"ui"},
]
CAPABILITIES = LAYERS[14]
LEVEL = {name: i for i, layer in enumerate(LAYERS) for name in layer}


def imports(path):
    """Every module that the file at ``path`` names in an import, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def packages(path):
    return {name.split(".")[0] for name in imports(path)}


def room(path):
    """The module of recsys that a file is or lies in: "index", "ui"."""
    return path.relative_to(ROOT / "recsys").parts[0].removesuffix(".py")


def siblings(path):
    """The modules of recsys that the file imports, but for its own."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("recsys.")} - {room(path)}


def level(name):
    """How high a module of recsys stands; a KeyError asks for its place in LAYERS."""
    return LEVEL["spaces" if name.startswith(("space", "blend")) else name]


RECSYS = sorted(
    path for path in (ROOT / "recsys").rglob("*.py") if path.name != "__init__.py" and room(path) != "towers"
)
CLIENT = ROOT / "recsys/client.py"
SERVED = [*RECSYS, ROOT / "app.py"]
TRAIN = sorted((ROOT / "train").rglob("*.py"))


def each(paths):
    """Run the test on each of the files."""
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.relative_to(ROOT).as_posix())


@each(RECSYS)
def test_imports_go_down(path):
    assert not {name for name in siblings(path) if level(name) > level(room(path))}


@each(RECSYS)
def test_capabilities_do_not_know_each_other(path):
    if room(path) in CAPABILITIES:
        assert not siblings(path) & CAPABILITIES


@each(RECSYS)
def test_only_the_ui_knows_gradio(path):
    assert "gradio" not in packages(path) or room(path) == "ui"


@each([*SERVED, *TRAIN])
def test_only_hub_reaches_the_network(path):
    reach = {name for name in imports(path) if name in NETWORK}
    # The collector is no part of what serves, and talks to another service; the client is the other side of the wire.
    others = (ROOT / "train/ingest/spotify/client.py", CLIENT)
    assert not reach or path in others or path.is_relative_to(ROOT / "recsys/hub")


@each([*SERVED, *TRAIN])
def test_nothing_here_asks_the_app_over_the_wire(path):
    assert not any(name.startswith("recsys.client") for name in imports(path))


@each(SERVED)
def test_what_serves_never_imports_what_trains(path):
    assert not packages(path) & (HEAVY | {"train"})


@each(TRAIN)
def test_training_knows_nothing_of_the_page(path):
    assert "gradio" not in packages(path)
    assert not {
        name for name in imports(path) if name.startswith(("recsys.ui", "recsys.api", "recsys.handlers", "app"))
    }


@each([*SERVED, *TRAIN])
def test_only_settings_reads_the_environment(path):
    reads = {"recsys/demo.py", "train/common.py", "train/keras_setup.py"}  # they hand it on, or set it for Keras
    reads |= {"recsys/settings.py", "train/ingest/spotify/settings.py"}  # the app's, and the collector's credentials
    text = path.read_text("utf-8")
    assert path.relative_to(ROOT).as_posix() in reads or not re.search(r"os\.environ|getenv|BaseSettings", text)


def test_the_entry_point_stays_short():
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) < 80


_SERVE = """
import json, sys, urllib.request
from pathlib import Path
from app import serve
from recsys.settings import Settings
page, loader, url = serve(Settings(bundle=Path(sys.argv[1])), block=False)
loader.wait(60)
track = json.load(urllib.request.urlopen(url + "api/v1/search_tracks?query=a&limit=1"))[0]["track_id"]
body = json.dumps({"track_ids": [track], "space": "latent"}).encode()
asked = urllib.request.Request(url + "api/v1/similar_tracks", body, {"Content-Type": "application/json"})
answer = json.load(urllib.request.urlopen(asked))
print(json.dumps({"results": len(answer["results"]), "modules": sorted({name.split(".")[0] for name in sys.modules})}))
page.close()
"""


@pytest.mark.slow
def test_an_app_that_has_answered_has_loaded_nothing_heavy(demo_path):
    done = subprocess.run(
        [sys.executable, "-c", _SERVE, str(demo_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (said,) = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert said["results"] == 10
    assert not set(said["modules"]) & (HEAVY - {"pickle"} | {"train"})  # the standard library itself uses pickle
