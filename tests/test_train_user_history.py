"""Training what next: its four modes on planted listeners, and what is said of input that is not as it should be."""

import json
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from recsys.bundle import INVENTED_PART, Bundle
from recsys.errors import BundleError, CapabilityMissingError, SourceError
from recsys.history_engines import TOWERS
from recsys.loading import load_capabilities
from recsys.results import MAX_K
from recsys.score_fusion import ScoreFusion
from recsys.user_history import EVERYTHING, FOLDER, NEW_ONLY, HistoryOptions, UserHistory
from tests.contract import ids, write_bundle
from tests.planted_follow import KINDS, SONGS, follow_catalogue, histories, write_histories
from train.history.card import SHOWN, sections
from train.history.evaluation import CASES
from train.history.hybrid import HYBRID
from train.history.linear import RECIPES
from train.user_history import IDS_ALONE, main

ROOT = Path(__file__).parents[1]
ALWAYS = {
    *("history.json", "item_ids.json", "fitted_ids.json", "listeners.json"),
    *("user_tower.onnx", "item_vectors.npy", "item_codebook.npy", "item_codes.npy", "item_shares.npy"),
    *("towers/towers.json", "towers/towers.safetensors"),
}
ALL = HistoryOptions(per_artist=0, one_version=False)
pytestmark = pytest.mark.slow


@pytest.fixture
def untrained(tmp_path):
    """The planted songs, before training."""
    write_bundle(tmp_path / "bundle", follow_catalogue())
    return tmp_path / "bundle"


@pytest.fixture(scope="module")
def manifest(follow_bundle):
    return Bundle.open(follow_bundle).manifest


def files(path):
    return {name: record for name, record in Bundle.open(path).manifest.files.items() if name.startswith(f"{FOLDER}/")}


def load(path):
    return load_capabilities(Bundle.open(path)).need_history()


def train(path, plays, *flags):
    main(["train", "--out", str(path), "--histories", str(plays), *flags])


# train


def test_every_file_is_written_and_nothing_else(follow_bundle):
    names = {name.removeprefix(f"{FOLDER}/") for name in files(follow_bundle)}
    links = {name for name in names if name.startswith("links_")}
    about = json.loads((follow_bundle / FOLDER / "history.json").read_text("utf-8"))
    assert names - links == ALWAYS
    assert {name.rsplit("_", 1)[0] for name in links} == {given["files"] for given in about["links"].values()}
    on_disk = {p.relative_to(follow_bundle / FOLDER).as_posix() for p in (follow_bundle / FOLDER).rglob("*.*")}
    assert on_disk == names
    assert not list(follow_bundle.rglob("*.pkl")) and not list(follow_bundle.rglob("*.pickle"))
    assert Bundle.open(follow_bundle).capabilities == [FOLDER]


def test_what_was_written_finds_what_follows(follow_bundle):
    history = load(follow_bundle)
    hits = 0
    for start in range(0, SONGS, 9):
        played = [f"f{(start + 4 * step) % SONGS}" for step in range(6)]
        found = ids(history.recommend(played, 3, ALL))
        hits += f"f{(start + 24) % SONGS}" in found
    assert hits >= 40  # of 45
    assert history.engines.towers is not None and history.listeners == {}


def test_only_engines_with_a_say_are_kept(follow_bundle):
    about = json.loads((follow_bundle / FOLDER / "history.json").read_text("utf-8"))
    assert set(about["weights"]) == {NEW_ONLY, EVERYTHING}
    for weights in about["weights"].values():
        assert set(weights) == {*RECIPES, TOWERS} and all(weight >= 0 for weight in weights.values())
    with_a_say = {name for weights in about["weights"].values() for name, weight in weights.items() if weight}
    assert set(about["links"]) == with_a_say - {TOWERS}


def test_figures_are_there_for_all_engines_and_cases(manifest):
    figures = manifest.metrics[FOLDER]["leave-one-out"]
    told = {(one["engine"], one["case"]) for one in figures}
    engines = {*RECIPES, TOWERS, IDS_ALONE, HYBRID}
    assert {engine for engine, _ in told} == engines
    assert {(engine, case) for engine in engines for case in CASES[:2]} <= told
    for one in figures:
        assert one["n"] > 0
        for name in ("ndcg@10", "recall@10", "hit@10", "recall@20", "coverage@10"):
            assert 0 <= one["values"][name] <= 1 and one["spread"][name] >= 0
        assert {"novelty@10", "popularity bias"} < set(one["values"])


def test_the_planted_order_is_found_and_popularity_does_not_find_it(manifest):
    figures = manifest.metrics[FOLDER]["leave-one-out"]
    ndcg = {one["engine"]: one["values"]["ndcg@10"] for one in figures if one["case"] == "new only"}
    assert ndcg["forward transition"] > 0.5 > 0.1 > ndcg["popularity"]
    assert ndcg[HYBRID] >= 0.95 * max(ndcg.values())


def test_nothing_is_learnt_from_shuffled_histories(untrained, tmp_path, follow_flags):
    rng = np.random.default_rng(0)
    given = histories(n_users=600)
    dealt = np.split(rng.permutation(np.concatenate(given)), len(given))
    train(untrained, write_histories(tmp_path / "plays.csv", dealt), *follow_flags)
    chance = sum(1 / np.log2(np.arange(2, 12))) / SONGS
    for one in Bundle.open(untrained).manifest.metrics[FOLDER]["leave-one-out"]:
        assert one["values"]["ndcg@10"] < 4 * chance + 0.01, one


def test_the_report_and_what_is_known_are_kept(manifest):
    report = manifest.metrics[FOLDER]["report"]
    assert (report["users"], report["plays"]) == (300, 4_200) and report["items"] <= SONGS
    assert report["sources"][0]["matched"]["id"] == 4_200
    assert manifest.metrics[FOLDER]["known"] == {"features": "known of 400 of 400 tracks"}
    assert set(manifest.config[FOLDER]["settings"]) == set(RECIPES)
    assert manifest.config[FOLDER]["towers"]["dim"] == 16


def test_the_card_shows_every_engine_and_says_what_was_asked(manifest):
    text = "\n".join(sections(manifest.metrics[FOLDER]))
    assert text.startswith("## What next\nLearnt from 4,200 plays of")
    for name in (*RECIPES, TOWERS, IDS_ALONE, HYBRID):
        assert f"| {name} |" in text
    assert "**new only** (300 asked)" in text and "- features: known of 400 of 400 tracks" in text
    assert sections(None) == []
    few = {name: value for name, value in manifest.metrics[FOLDER].items() if name != "leave-one-out"}
    assert len(sections(few)) == 3


@pytest.mark.parametrize(("cold", "said"), [(40, True), (20, False)])
def test_the_card_says_where_not_played_yet_gives_the_answer_away(cold, said):
    values = {name: 0.1 for name in SHOWN}
    asked = {"new only": 100, "cold items": cold, "cold among cold": cold}
    figures = [
        {"engine": "hybrid", "case": case, "n": n, "values": values, "spread": values} for case, n in asked.items()
    ]
    report = {"plays": 1_000, "items": 500, "users": 100}
    text = "\n".join(sections({"report": report, "leave-one-out": figures}))
    assert ("played by nobody before.**" in text) is said


def test_the_manifest_is_plain_json_that_names_no_path(follow_bundle, follow_histories):
    for file in (follow_bundle / "manifest.json", *(follow_bundle / FOLDER).rglob("*.json")):
        text = file.read_text("utf-8")
        json.loads(text)
        places = (str(follow_bundle), str(follow_histories.parent), str(Path.home()), "/tmp", "site-pack")
        assert not any(place in text for place in places), file
        assert "NaN" not in text and "Infinity" not in text, file


def test_the_same_seed_gives_the_same_bytes(follow_bundle, untrained, follow_histories, follow_flags):
    command = [sys.executable, "-m", "train.user_history", "train", "--out", str(untrained)]
    command += ["--histories", str(follow_histories), *follow_flags]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)  # another process, other addresses
    one, other = files(follow_bundle), files(untrained)
    assert one == other
    assert Bundle.open(follow_bundle).manifest.metrics == Bundle.open(untrained).manifest.metrics


def test_another_seed_gives_other_towers_and_the_same_links(follow_bundle, untrained, follow_histories, follow_flags):
    train(untrained, follow_histories, *follow_flags, "--seed", "1", "--no-evaluate")
    one, other = files(follow_bundle), files(untrained)
    assert one[f"{FOLDER}/item_vectors.npy"] != other[f"{FOLDER}/item_vectors.npy"]
    assert "leave-one-out" not in Bundle.open(untrained).manifest.metrics[FOLDER]
    found, before = load(untrained), load(follow_bundle)
    for name in set(found.engines.links) & set(before.engines.links):
        np.testing.assert_array_equal(found.engines.links[name].items, before.engines.links[name].items)


def test_without_towers_there_are_none(untrained, follow_histories):
    train(untrained, follow_histories, "--no-towers", "--no-choose")
    history = load(untrained)
    assert history.engines.towers is None and ids(history.recommend(["f0", "f4", "f8"], 1, ALL)) == ["f12"]
    assert not {"user_tower.onnx", "item_vectors.npy"} & {name.split("/")[1] for name in files(untrained)}
    engines = {one["engine"] for one in Bundle.open(untrained).manifest.metrics[FOLDER]["leave-one-out"]}
    assert engines == {*RECIPES, HYBRID}


def test_settings_are_chosen_on_the_validation(untrained, follow_histories):
    train(untrained, follow_histories, "--no-towers", "--no-evaluate")
    settings = Bundle.open(untrained).manifest.config[FOLDER]["settings"]
    assert set(settings) == set(RECIPES) and "recency" in settings["forward transition"]
    assert ids(load(untrained).recommend(["f0", "f4", "f8"], 1, ALL)) == ["f12"]


def test_only_an_invented_world_has_listeners_to_be(untrained, follow_histories):
    manifest = json.loads((untrained / "manifest.json").read_text("utf-8"))
    (untrained / "manifest.json").write_text(json.dumps(manifest | {"synthetic": True}), "utf-8")
    train(untrained, follow_histories, "--no-towers", "--no-choose", "--no-evaluate")
    listeners = load(untrained).listeners
    assert len(listeners) == 12 and set(listeners) < {f"u{user}" for user in range(300)}
    given = histories()
    for name, plays in listeners.items():
        assert list(plays) == [f"f{row}" for row in given[int(name[1:])]]


def test_a_partly_invented_world_gives_nobody_away(untrained, follow_histories):
    manifest = json.loads((untrained / "manifest.json").read_text("utf-8"))
    mixed = {"synthetic": True, "provenance": [{"source": "songs.csv", INVENTED_PART: "the audio features of 1 row"}]}
    (untrained / "manifest.json").write_text(json.dumps(manifest | mixed), "utf-8")
    train(untrained, follow_histories, "--no-towers", "--no-choose", "--no-evaluate")
    assert load(untrained).listeners == {}


# What the towers read of the songs


@pytest.fixture
def npz(tmp_path):
    """Writes embeddings: kinds can be told apart, and of the songs after the first ``n`` nothing is known."""

    def write(name="audio", n=SONGS, width=6, tokens=0):
        rng = np.random.default_rng(0)
        kind = np.eye(len(KINDS), width)[np.arange(n) % len(KINDS)] + 0.1 * rng.normal(size=(n, width))
        values = np.repeat(kind[:, None], tokens, axis=1) if tokens else kind
        path = tmp_path / f"{name}.npz"
        np.savez(path, ids=np.array([f"f{i}" for i in range(n)]), values=values)
        return path

    return write


@pytest.mark.parametrize("tokens", [0, 3])
def test_embeddings_from_elsewhere_are_read(untrained, follow_histories, follow_flags, npz, tokens):
    audio, covers = npz("audio", 300, tokens=tokens), npz("covers", width=5)
    media = ["--audio", str(audio), "--covers", str(covers)]
    train(untrained, follow_histories, *follow_flags, *media, "--no-evaluate")
    known = Bundle.open(untrained).manifest.metrics[FOLDER]["known"]
    said = {"features": 400, "audio": 300, "cover": 400}
    assert known == {name: f"known of {count} of 400 tracks" for name, count in said.items()}
    towers = load(untrained).engines.towers
    assert towers is not None and set(towers.names) == {*said, "id"}
    np.testing.assert_allclose(towers.shares.astype(np.float32).sum(axis=1), 1, atol=5e-3)
    audio_share = towers.shares[:, towers.names.index("audio")]
    assert (audio_share[300:] == 0).all() and (audio_share[:300] > 0).all()


def bad_text(path):
    path.write_text("no archive")


def bad_keys(path):
    np.savez(path, names=np.array(["f0"]), values=np.zeros((1, 2)))


def bad_pickle(path):
    np.savez(path, ids=np.array(["f0", None], object), values=np.zeros((2, 2)))


def bad_ids(path):
    np.savez(path, ids=np.array(["zz", "yy"]), values=np.zeros((2, 2)))


def bad_length(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.zeros((3, 2)))


def bad_axes(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.zeros(2))


def bad_more_axes(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.zeros((2, 1, 3, 4)))


def bad_nan(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.full((2, 3), np.nan))


def bad_words(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.array([["a", "b"], ["c", "d"]]))


def bad_huge(path):
    np.savez(path, ids=np.array(["f0", "f1"]), values=np.full((2, 3), 1e6))


def bad_missing(path):
    pass


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (bad_missing, r"audio\.npz cannot be read as embeddings \(.*No such file"),
        (bad_text, r"audio\.npz cannot be read as embeddings \("),
        (bad_keys, r"audio\.npz cannot be read as embeddings \(.*ids is not a file"),
        (bad_pickle, r"audio\.npz cannot be read as embeddings \(.*allow_pickle"),
        (bad_ids, r"audio\.npz has none of the catalogue's track ids; its first is \['zz'\]"),
        (bad_length, r"has ids of shape \(2,\) and values of shape \(3, 2\), float64\. Give ids \(n,\) and values"),
        (bad_axes, r"has ids of shape \(2,\) and values of shape \(2,\), float64\."),
        (bad_more_axes, r"has ids of shape \(2,\) and values of shape \(2, 1, 3, 4\), float64\."),
        (bad_nan, r"finite numbers below 60,000\.$"),
        (bad_words, r"values of shape \(2, 2\), <U1\. Give"),
        (bad_huge, r"finite numbers below 60,000\.$"),
    ],
)
def test_embeddings_that_are_none_are_a_clear_error(untrained, follow_histories, tmp_path, spoil, words):
    spoil(tmp_path / "audio.npz")
    with pytest.raises(SourceError, match=words):
        train(untrained, follow_histories, "--audio", str(tmp_path / "audio.npz"))
    assert Bundle.open(untrained).capabilities == []


@pytest.mark.parametrize("flag", ["--audio", "--covers"])
def test_a_folder_that_is_not_there_is_named(untrained, follow_histories, tmp_path, flag):
    with pytest.raises(
        SourceError, match=r"nowhere is not a folder\. Give a folder of files named after track ids, or an \.npz"
    ):
        train(untrained, follow_histories, flag, str(tmp_path / "nowhere"))


def write_clip(path, seed):
    rng = np.random.default_rng(seed)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((3_000 * rng.normal(size=16_000)).astype(np.int16).tobytes())


def test_corrupt_clips_are_masked_and_counted(untrained, follow_histories, follow_flags, tmp_path):
    clips = tmp_path / "clips"
    clips.mkdir()
    for i in range(12):
        write_clip(clips / f"f{i}.wav", i)
    (clips / "f12.wav").write_bytes(b"RIFF no sound")
    (clips / "f13.wav").write_bytes(b"")
    train(untrained, follow_histories, *follow_flags, "--audio", str(clips), "--no-evaluate")
    said = Bundle.open(untrained).manifest.metrics[FOLDER]["known"]["audio"]
    assert said.startswith("known of 12 of 400 tracks; 12 present, 386 missing, 2 corrupt (")
    assert "f12" in said and "f13" in said and str(tmp_path) not in said
    assert len(load(untrained).recommend(["f12", "f13"], 10)) == 10


# index


@pytest.fixture(scope="module")
def small(tmp_path_factory, follow_flags):
    """A bundle of the first 360 songs, trained."""
    path = tmp_path_factory.mktemp("small") / "bundle"
    write_bundle(path, follow_catalogue(360))
    plays = write_histories(path.parent / "plays.csv", histories(n_songs=360))
    train(path, plays, *follow_flags, "--no-evaluate", "--epochs", "8")
    return path


@pytest.fixture
def indexed(small, untrained):
    main(["index", "--out", str(untrained), "--trained", str(small)])
    return untrained


def vectors(path):
    bundle = Bundle.open(path)
    width = bundle.json(f"{FOLDER}/history.json")["towers"]["width"]
    return bundle.array(f"{FOLDER}/item_vectors.npy")[:, :width].astype(np.float32)


def test_old_tracks_keep_their_embeddings_and_new_ones_have_some(small, indexed):
    before, after = vectors(small), vectors(indexed)
    assert (len(before), len(after)) == (360, 400)
    np.testing.assert_allclose(after[:360], before, atol=2e-3)
    assert (np.abs(after[360:]).max(axis=1) > 0.05).all()


def test_old_tracks_are_recommended_as_before(small, indexed):
    before, after = load(small), load(indexed)
    new = tuple(f"f{row}" for row in range(360, 400))
    for start in range(0, 300, 41):
        played = [f"f{start + 4 * step}" for step in range(6)]
        expected = ids(before.recommend(played, 5, ALL))
        found = ids(after.recommend(played, 5, HistoryOptions(per_artist=0, one_version=False, exclude=new)))
        assert found[0] == expected[0] and len(set(found) & set(expected)) >= 4


def test_new_tracks_are_recommended_by_what_they_are(indexed):
    """No link leads to them, so only the towers can: those of the listener's kind come before the others."""
    loaded, towers = load(indexed), ScoreFusion({TOWERS: 1.0})
    assert not any((links.items >= 360).any() for links in loaded.engines.links.values())
    history = UserHistory(loaded.catalogue, loaded.engines, towers, towers)
    old = tuple(f"f{row}" for row in range(360))
    better = 0
    for kind in range(len(KINDS)):
        played = [f"f{kind + 4 * step}" for step in range(20, 30)]
        found = history.recommend(played, MAX_K, HistoryOptions(per_artist=0, one_version=False, exclude=old))
        assert len(found) == 40
        assert {reason.feature for result in found for reason in result.reasons} == {TOWERS}
        better += sum(result.track.genres[0] == KINDS[kind] for result in found[:10])
    assert better > 16, "by chance 10 of 40, give or take 2.4"


def test_new_tracks_can_be_in_a_history(indexed):
    history = load(indexed)
    assert len(history.recommend(["f399"], 10)) == 10
    assert len(history.recommend(["f399", "f8", "f12"], 10, HistoryOptions(familiar=0.3))) == 10


def test_what_was_measured_and_the_settings_stay(small, indexed):
    old, new = (Bundle.open(path).manifest for path in (small, indexed))
    assert new.config[FOLDER] == old.config[FOLDER]
    assert new.metrics[FOLDER]["report"] == old.metrics[FOLDER]["report"]
    assert new.metrics[FOLDER]["known"] == {"features": "known of 400 of 400 tracks"}


def test_an_index_can_be_indexed_again(indexed, tmp_path):
    """Back to fewer songs in another order: links and embeddings follow the track ids."""
    songs = follow_catalogue()
    order = np.random.default_rng(0).permutation(SONGS)[:350]
    from recsys.catalogue import Catalogue

    fewer = Catalogue(songs.table.take(order))
    write_bundle(tmp_path / "fewer", fewer)
    main(["index", "--out", str(tmp_path / "fewer"), "--trained", str(indexed)])
    np.testing.assert_allclose(vectors(tmp_path / "fewer"), vectors(indexed)[order], atol=2e-3)
    found = load(tmp_path / "fewer").recommend([f"f{order[0]}", f"f{order[1]}"], 5)
    assert len(found) == 5 and all(np.isfinite(result.score) for result in found)


def test_an_index_in_place_changes_no_byte_that_is_served(small, tmp_path):
    copy = shutil.copytree(small, tmp_path / "copy")
    main(["index", "--out", str(copy)])
    assert files(copy) == files(small)


def test_listeners_without_songs_that_are_gone(small, tmp_path):
    copy = shutil.copytree(small, tmp_path / "copy")
    about = copy / FOLDER / "listeners.json"
    about.write_text(json.dumps({"Ann": ["f0", "f359", "f4"]}), "utf-8")
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    from recsys.bundle import sha256_of

    record = {"sha256": sha256_of(about), "size": about.stat().st_size}
    manifest["files"][f"{FOLDER}/listeners.json"] = record
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    write_bundle(tmp_path / "fewer", follow_catalogue(350))
    main(["index", "--out", str(tmp_path / "fewer"), "--trained", str(copy)])
    history = load(tmp_path / "fewer")
    assert history.listeners == {"Ann": ("f0", "f4")}
    assert len(history.recommend(history.listeners["Ann"], 5)) == 5


def test_towers_of_ids_alone_are_indexed_too(untrained, follow_histories, follow_flags, tmp_path):
    """A bundle without towers, and a new track of which nothing is known to the links."""
    train(untrained, follow_histories, "--no-towers", "--no-choose", "--no-evaluate")
    write_bundle(tmp_path / "fewer", follow_catalogue(200))
    main(["index", "--out", str(tmp_path / "fewer"), "--trained", str(untrained)])
    assert ids(load(tmp_path / "fewer").recommend(["f0", "f4", "f8"], 1, ALL)) == ["f12"]


def test_embeddings_of_another_encoder_are_refused(follow_histories, follow_flags, untrained, npz, tmp_path):
    train(untrained, follow_histories, *follow_flags, "--audio", str(npz(width=6)), "--no-evaluate")
    other = npz("other", width=7)
    with pytest.raises(
        SourceError, match=r"audio has 7 numbers, but the towers were trained on 6\. Give what the same"
    ):
        main(["index", "--out", str(untrained), "--audio", str(other)])
    main(["index", "--out", str(untrained)])
    towers = load(untrained).engines.towers
    assert towers is not None and not towers.shares[:, towers.names.index("audio")].any()


def test_an_index_without_training_is_a_clear_error(untrained):
    with pytest.raises(CapabilityMissingError, match=r"trained without user_history"):
        main(["index", "--out", str(untrained)])


# recommend


def recommend(path, plays, user, *flags):
    main(["recommend", "--out", str(path), "--histories", str(plays), "--user-id", user, *flags])


def test_a_table_is_printed(follow_bundle, follow_histories, capsys):
    recommend(follow_bundle, follow_histories, "u7", "--k", "5")
    head, *lines = capsys.readouterr().out.splitlines()
    last = follow_catalogue().track(int(histories()[7][-1])).title
    assert head == f"u7: 14 plays, the last of {last}"
    assert len(lines) == 5 and [line.split()[0] for line in lines] == list("12345")
    assert all(" – Band " in line and line.endswith(".") for line in lines)


def test_the_table_is_what_the_app_gives(follow_bundle, follow_histories, capsys):
    recommend(follow_bundle, follow_histories, "u3", "--familiar", "0.5")
    printed = capsys.readouterr().out
    played = [f"f{row}" for row in histories()[3]]
    for result in load(follow_bundle).recommend(played, 10, HistoryOptions(familiar=0.5)):
        assert f"{result.track.title} – {result.track.artist}" in printed and result.why in printed


def test_a_history_of_one_song_has_a_table(follow_bundle, tmp_path, capsys):
    plays = write_histories(tmp_path / "one.csv", [np.array([8])])
    recommend(follow_bundle, plays, "u0")
    assert len(capsys.readouterr().out.splitlines()) == 11


@pytest.mark.parametrize("user", ["zz", "", "U7", "7"])
def test_an_unknown_user_is_named(follow_bundle, follow_histories, user):
    words = rf"^There is no user '{user}' among the 300 in the histories; the first are 'u0', 'u1', 'u2', 'u3', 'u4'\.$"
    with pytest.raises(SourceError, match=words):
        recommend(follow_bundle, follow_histories, user)


# evaluate


def test_evaluate_prints_a_table_and_writes_nothing(follow_bundle, follow_histories, follow_flags, capsys):
    before = {path: path.stat().st_mtime_ns for path in follow_bundle.rglob("*") if path.is_file()}
    main(["evaluate", "--out", str(follow_bundle), "--histories", str(follow_histories), *follow_flags])
    printed = capsys.readouterr().out
    for name in (*RECIPES, TOWERS, IDS_ALONE, HYBRID, "ndcg@10", *CASES[:2]):
        assert name in printed
    assert {path: path.stat().st_mtime_ns for path in follow_bundle.rglob("*") if path.is_file()} == before


def test_evaluate_needs_no_bundle(tmp_path, follow_flags, capsys):
    plays = write_histories(tmp_path / "plays.txt", histories(), timed=False)
    main(["evaluate", "--histories", str(plays), *follow_flags])
    printed = capsys.readouterr().out
    assert TOWERS in printed and IDS_ALONE not in printed, "without a catalogue they are the same"
    assert HYBRID in printed


def test_evaluate_over_time(tmp_path, follow_histories, follow_flags, capsys):
    main(["evaluate", "--histories", str(follow_histories), "--split", "time", *follow_flags])
    assert HYBRID in capsys.readouterr().out


def test_two_seeds_are_two_fits_and_their_spread(tmp_path, capsys):
    plays = write_histories(tmp_path / "plays.txt", histories(n_users=120), timed=False)
    flags = ["--dim", "8", "--max-length", "8", "--epochs", "1", "--no-choose"]
    main(["evaluate", "--histories", str(plays), *flags, "--seeds", "2"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    told = {name: [line for line in lines if line.startswith(name)] for name in (TOWERS, HYBRID, "popularity  ")}
    assert all(len(of_engine) == len(CASES) for of_engine in told.values()), "each case once"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--split", "random"], r"^--split is 'random'; give one of leave-one-out, time\.$"),
        (["--split", "time"], r"^A split by time needs times, but these histories have only an order"),
        (["--seeds", "0"], r"^--seeds is 0; give 1 or more\.$"),
    ],
)
def test_what_evaluate_cannot_do_is_said(tmp_path, flags, words):
    plays = write_histories(tmp_path / "plays.txt", histories(n_users=20), timed=False)
    with pytest.raises(SourceError, match=words):
        main(["evaluate", "--histories", str(plays), "--no-towers", *flags])


# What is not as it should be


@pytest.mark.parametrize("argv", [[], ["learn"], ["--out", "x"], ["TRAIN"]])
def test_an_unknown_mode_is_named(argv):
    given = argv[0] if argv else "nothing"
    with pytest.raises(
        SourceError, match=rf"^Say what to do: train, evaluate, encode, index, recommend; given {given}\. --help"
    ):
        main(argv)


def test_the_command_says_its_errors_in_one_line():
    command = [sys.executable, "-m", "train.user_history", "learn"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and done.stderr.startswith(
        "error: Say what to do: train, evaluate, encode, index, recommend"
    )
    assert len(done.stderr.splitlines()) == 1


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user_id,timestamp,track_id\na,1600000000,zz\na,1600000001,yy\n", r"(?i)none|not one|nothing"),
        ("user_id,timestamp,track_id\na,1600000000,f1\n", r"(?i)plays|nothing"),
        ("", r"is empty"),
        ('[{"ts": "2020-04-11T00:27:53Z", "ms_pl', r"(?i)cut off|damaged|broken|not JSON|JSON"),
    ],
    ids=["no match", "one play", "empty", "truncated JSON"],
)
def test_histories_that_teach_nothing_are_a_clear_error(untrained, tmp_path, text, words):
    plays = write(tmp_path / "plays.txt", text)
    with pytest.raises(SourceError, match=words):
        train(untrained, plays, "--no-towers")
    assert Bundle.open(untrained).capabilities == []


def test_no_file_of_histories_is_a_clear_error(untrained):
    with pytest.raises(SourceError, match=r"^No file of histories was given\. Name one or more\.$"):
        main(["train", "--out", str(untrained)])


def test_histories_too_short_to_ask_are_a_clear_error(untrained, tmp_path):
    plays = write_histories(tmp_path / "plays.csv", [np.array([0, 4]), np.array([4, 8])])
    with pytest.raises(SourceError, match=r"^Nobody has three plays or more, so nothing can be asked"):
        train(untrained, plays, "--no-towers")


def test_without_a_catalogue_there_is_a_clear_error(tmp_path, follow_histories):
    with pytest.raises(BundleError, match=r"holds no manifest\.json"):
        train(tmp_path, follow_histories)


def test_plays_out_of_order_in_1970_and_in_duplicate_are_put_right(untrained, tmp_path):
    """Nothing is lost: a user's lines may lie anywhere, and a time of 0 is no time."""
    given = histories(n_users=60)
    lines = [
        f"u{user},{1_600_000_000 + 100 * play},f{row}" for user, history in enumerate(given)
        for play, row in enumerate(history.tolist())
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    lines = [lines[i] for i in rng.permutation(len(lines))] + ["u0,0,f8", "u0,-5,f12", f"u0,{10**12},f16"]
    plays = write(tmp_path / "plays.csv", "user_id,timestamp,track_id\n" + "\n".join(lines) + "\n")
    train(untrained, plays, "--no-towers", "--no-choose", "--no-evaluate")
    report = Bundle.open(untrained).manifest.metrics[FOLDER]["report"]
    assert report["users"] == 60 and report["plays"] >= 60 * 14
    assert ids(load(untrained).recommend(["f0", "f4", "f8"], 1, ALL)) == ["f12"]


def test_a_trained_bundle_can_be_trained_again(follow_bundle, follow_histories, tmp_path):
    copy = shutil.copytree(follow_bundle, tmp_path / "copy")
    train(copy, follow_histories, "--no-towers", "--no-choose", "--no-evaluate")
    bundle = Bundle.open(copy)
    assert UserHistory.load(bundle, bundle.load_catalogue()).engines.towers is None
    assert {p.relative_to(copy).as_posix() for p in (copy / FOLDER).rglob("*.*")} == set(files(copy))
