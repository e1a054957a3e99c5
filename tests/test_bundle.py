import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recsys.bundle import FORMAT_VERSION, MANIFEST, TRACKS, Bundle, opened_by_app, record_file, write_folder
from recsys.errors import BundleError, CapabilityMissingError, HubError
from recsys.loading import load_capabilities
from recsys.title_search import TITLES
from recsys.version import VERSION
from tests.contract import write_bundle

CATALOGUE = (TRACKS, TITLES, "catalogue/features.json")
NUMBERS = np.arange(12, dtype=np.float32).reshape(3, 4)
READERS = {
    "models/numbers.npy": Bundle.array,
    "models/tensors.safetensors": Bundle.tensors,
    "models/about.json": Bundle.json,
    TRACKS: lambda bundle, name: bundle.load_catalogue(),
}


def write_models(path, manifest, about):
    with write_folder(path, "models", manifest, config={"seed": 1}, metrics={"loss": 0.5}) as folder:
        folder.array("numbers", NUMBERS)
        folder.tensors("tensors", {"a": NUMBERS, "b": NUMBERS.T})
        folder.json("about", about)


@pytest.fixture
def path(tmp_path, catalogue):
    """A bundle with the small catalogue and a folder of one file of each kind."""
    path = tmp_path / "bundle"
    write_models(path, write_bundle(path, catalogue).manifest, {"name": "Señor", "shares": [0.5, None]})
    return path


def edit_manifest(path, **changes):
    manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    (path / MANIFEST).write_text(json.dumps(manifest | changes), "utf-8")


def files_of(path):
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def test_what_was_written_is_read(path, catalogue):
    bundle = Bundle.open(path)
    np.testing.assert_array_equal(bundle.array("models/numbers.npy"), NUMBERS)
    np.testing.assert_array_equal(bundle.tensors("models/tensors.safetensors")["b"], NUMBERS.T)
    assert bundle.json("models/about.json") == {"name": "Señor", "shares": [0.5, None]}
    assert bundle.load_catalogue().table.equals(catalogue.table)
    assert bundle.capabilities == ["models"]


def test_the_manifest_keeps_what_each_script_was_told_and_measured(path):
    manifest = Bundle.open(path).manifest
    assert (manifest.name, manifest.format_version) == ("Small songs", FORMAT_VERSION)
    assert manifest.config == {"catalogue": {}, "models": {"seed": 1}}
    assert manifest.metrics["models"] == {"loss": 0.5}
    assert set(manifest.files) == {*CATALOGUE, *READERS}


def test_arrays_stay_on_disk_until_they_are_read(path):
    assert isinstance(Bundle.open(path).array("models/numbers.npy").base, np.memmap)


def test_the_same_input_gives_the_same_bytes(path, tmp_path):
    before = files_of(path)
    write_models(path, Bundle.open(path).manifest, {"name": "Señor", "shares": [0.5, None]})
    assert files_of(path) == before


def test_two_scripts_that_began_with_one_manifest_both_stay_recorded(path):
    began_with = Bundle.open(path).manifest
    for folder in ("one", "other"):
        with write_folder(path, folder, began_with, config={"of": folder}, metrics={}) as files:
            files.json("about", folder)
    bundle = Bundle.open(path)
    assert bundle.capabilities == ["models", "one", "other"]
    assert {name: bundle.manifest.config[name] for name in ("one", "other")} == {
        "one": {"of": "one"},
        "other": {"of": "other"},
    }
    assert (bundle.json("one/about.json"), bundle.json("other/about.json")) == ("one", "other")


def test_models_of_another_catalogue_do_not_stay(path, catalogue):
    other = replace(Bundle.open(path).manifest, catalogue="another", files={})
    with write_folder(path, "catalogue", other, config={}, metrics={}) as files:
        files.json("about", 1)
    assert Bundle.open(path).capabilities == []


def test_a_folder_written_again_loses_its_old_files(path):
    with write_folder(path, "models", Bundle.open(path).manifest, config={}, metrics={}) as folder:
        folder.json("new", 1)
    assert not (path / "models/numbers.npy").exists()
    assert set(Bundle.open(path).manifest.files) == {*CATALOGUE, "models/new.json"}


def test_a_file_at_the_top_is_recorded(path):
    (path / "README.md").write_text("# Card", "utf-8")
    record_file(Bundle.open(path), "README.md")
    bundle = Bundle.open(path)
    assert bundle.file("README.md").read_text() == "# Card"
    assert bundle.capabilities == ["models"]


@pytest.mark.parametrize("name", READERS)
def test_a_flipped_byte_is_damage(path, name):
    contents = bytearray((path / name).read_bytes())
    contents[len(contents) // 2] ^= 1
    (path / name).write_bytes(contents)
    with pytest.raises(BundleError, match=rf"{name} is damaged: its sha256 is not the manifest's"):
        READERS[name](Bundle.open(path), name)


@pytest.mark.parametrize("name", READERS)
def test_a_truncated_file_is_told_by_its_size(path, name):
    contents = (path / name).read_bytes()
    (path / name).write_bytes(contents[:-7])
    with pytest.raises(BundleError, match=rf"{name} has [\d,]+ bytes, expected {len(contents):,}"):
        READERS[name](Bundle.open(path), name)


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_named(path, name):
    (path / name).unlink()
    with pytest.raises(BundleError, match=rf"{name} is missing, though the manifest names it"):
        READERS[name](Bundle.open(path), name)


@pytest.mark.parametrize("name", READERS)
def test_a_file_of_another_kind_cannot_be_read(path, name):
    (path / name).write_bytes(b"\x80 neither this nor that")
    bundle = Bundle.open(path)
    record_file(bundle, name)
    with pytest.raises(BundleError, match=rf"{name} cannot be read \(.*\)\. Train or download the bundle again"):
        READERS[name](Bundle.open(path), name)


def test_what_the_manifest_does_not_name_was_not_trained(path):
    with pytest.raises(CapabilityMissingError, match=r"was trained without vibe_search/model.onnx"):
        Bundle.open(path).file("vibe_search/model.onnx")


def test_a_newer_format_asks_for_a_newer_app(path):
    edit_manifest(path, format_version=FORMAT_VERSION + 1)
    with pytest.raises(
        BundleError, match=r"has bundle format 2, but this app \(.*\) reads up to format 1\. Update the app"
    ):
        Bundle.open(path)


def test_a_newer_format_names_the_version_that_reads_it(path):
    edit_manifest(path, format_version=FORMAT_VERSION + 1, libraries={"recsys": "9.1.0"})
    with pytest.raises(BundleError, match=r"Use version 9\.1\.0 of the app or a later one\."):
        Bundle.open(path)


def test_the_version_is_pyprojects():
    about = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert about["project"]["version"] == VERSION


def test_a_file_that_can_be_mended_is(path):
    good = (path / "models/about.json").read_bytes()
    asked = []

    def mend(name):
        asked.append(name)
        (path / name).write_bytes(good)

    for spoil in (lambda file: file.unlink(), lambda file: file.write_bytes(good[:-1] + b"!")):
        spoil(path / "models/about.json")
        assert Bundle.open(path, mend).json("models/about.json")["name"] == "Señor"
    assert asked == ["models/about.json"] * 2


def test_a_file_that_cannot_be_mended_says_both_what_and_why(path):
    (path / "models/about.json").unlink()

    def mend(name):
        raise HubError("The Hub is asleep.")

    with pytest.raises(BundleError, match=r"is missing, though .* It could not be downloaded: The Hub is asleep\."):
        Bundle.open(path, mend).file("models/about.json")


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("catalogue/tracks.parquet", True),
        ("catalogue/titles.sqlite", True),
        ("catalogue/playlists.parquet", False),
        ("song_to_song/audio.npy", True),
        ("song_to_song/latent_encoder.keras", False),
        ("genre_tagger/model.onnx", True),
        ("genre_tagger/model/tokenizer.json", True),
        ("genre_tagger/model/model.safetensors", False),
        ("user_history/towers/towers.safetensors", False),
        ("exports/music_recommender_neural.joblib", False),
        ("figures/map.png", False),
        ("README.md", False),
    ],
)
def test_what_the_app_opens(name, opened):
    assert opened_by_app(name) == opened


def test_another_catalogue_is_told_by_its_fingerprint(path, catalogue):
    edit_manifest(path, catalogue="0123456789abcdef")
    with pytest.raises(BundleError, match=rf"trained on catalogue 0123456789abcdef, but .* {catalogue.fingerprint}"):
        Bundle.open(path).load_catalogue()


@pytest.mark.parametrize("text", ["", "{", "\xff", "not json"])
def test_a_manifest_that_is_not_json(path, text):
    (path / MANIFEST).write_text(text, "latin-1")
    with pytest.raises(BundleError, match=r"manifest.json cannot be read \(.*\)\. Train or download it again"):
        Bundle.open(path)


@pytest.mark.parametrize("text", ["[]", "3", "null", "{}", '"format_version"', '{"format_version": "1"}'])
def test_json_that_is_no_manifest(path, text):
    (path / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(BundleError, match=r"manifest.json has no format_version\. It is not a manifest of this app"):
        Bundle.open(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": []},
        {"files": {"a": {"sha256": "0"}}},
        {"files": {"a": None}},
        {"surprise": 1},
    ],
)
def test_a_manifest_with_other_fields_is_refused(path, changes):
    edit_manifest(path, **changes)
    with pytest.raises(BundleError, match=r"manifest.json is not a manifest of this app \("):
        Bundle.open(path)


@pytest.mark.parametrize("field", ["name", "catalogue", "files"])
def test_a_manifest_that_lacks_a_field_is_refused(path, field):
    manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    del manifest[field]
    (path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BundleError, match=rf"is not a manifest of this app \(.*{field}"):
        Bundle.open(path)


def test_a_folder_that_is_no_bundle_is_named(tmp_path):
    with pytest.raises(BundleError, match=rf"{tmp_path} holds no manifest.json\. Give the folder that"):
        Bundle.open(tmp_path)


@pytest.mark.parametrize(
    "name", ["../outside.json", "models/../../outside.json", "{root}/outside.json", "..\\\\outside"]
)
def test_a_bundle_that_names_a_file_outside_is_refused(path, tmp_path, name):
    (tmp_path / "outside.json").write_text("1", "utf-8")
    name = name.format(root=tmp_path)
    edit_manifest(path, files={name: {"sha256": "6b86b273ff34fce19d6b804eff5a3f57", "size": 1}})
    with pytest.raises(BundleError, match=r"names '.*outside.*', a file outside the bundle"):
        Bundle.open(path)


def test_files_may_be_links_as_in_the_hubs_cache(path, tmp_path):
    blob = tmp_path / "blob"
    (path / "models/about.json").rename(blob)
    (path / "models/about.json").symlink_to(blob)
    assert Bundle.open(path).json("models/about.json")["name"] == "Señor"


def test_pickled_arrays_are_refused_unopened(path, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (tmp_path / "exploded").touch, ()

    np.save(path / "models/numbers.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    record_file(Bundle.open(path), "models/numbers.npy")
    with pytest.raises(BundleError, match=r"models/numbers.npy cannot be read \(.*Python objects"):
        Bundle.open(path).array("models/numbers.npy")
    assert not (tmp_path / "exploded").exists()


def test_python_objects_are_not_written_either(path):
    with (
        pytest.raises(ValueError, match="allow_pickle"),
        write_folder(path, "models", Bundle.open(path).manifest, config={}, metrics={}) as folder,
    ):
        folder.array("objects", np.array([{}], dtype=object))


def test_numbers_that_json_lacks_are_not_written(path):
    with (
        pytest.raises(ValueError, match="JSON"),
        write_folder(path, "models", Bundle.open(path).manifest, config={}, metrics={}) as folder,
    ):
        folder.json("about", float("nan"))


def test_an_interrupted_write_leaves_the_old_bundle_whole(path):
    before = files_of(path)
    with (
        pytest.raises(KeyboardInterrupt),
        write_folder(path, "models", Bundle.open(path).manifest, config={"seed": 2}, metrics={}) as folder,
    ):
        folder.array("numbers", NUMBERS + 1)
        raise KeyboardInterrupt
    assert files_of(path) == before
    np.testing.assert_array_equal(Bundle.open(path).array("models/numbers.npy"), NUMBERS)


def test_missing_capabilities_are_named_and_the_rest_works(path):
    loaded = load_capabilities(Bundle.open(path))
    assert set(loaded.problems) == {"song_to_song", "clusters", "genre_tagger", "vibe_search", "user_history"}
    assert loaded.titles.search("niebla") == [3]
    with pytest.raises(CapabilityMissingError, match=r"was trained without clusters/"):
        loaded.need_clusters()
    with pytest.raises(CapabilityMissingError, match=r"was trained without song_to_song/"):
        loaded.need_songs()
