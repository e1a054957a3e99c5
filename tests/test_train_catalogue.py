import hashlib
import json
import logging

import pyarrow.parquet as pq
import pytest

from recsys.bundle import Bundle, write_folder
from recsys.errors import BundleError, SourceError
from recsys.title_search import TITLES
from train.catalogue import Config, build, main

FEATURES = "danceability,energy,loudness,speechiness,acousticness,instrumentalness,liveness,valence,tempo"
HEADER = f"track_id,title,artists,genre,popularity,duration_ms,playlist_id,playlist_name,{FEATURES}"
VALUES = "0.5,0.25,-2.5,0.0625,0.125,0,0.75,1,122.5"
MSD_HEADER = f"track_id,name,artist,spotify_preview_url,spotify_id,genre,year,duration_ms,{FEATURES}"


def line(
    track_id, title="Song", artists="A", genre="pop", popularity="50", duration="200000", values=VALUES, lists=","
):
    return f"{track_id},{title},{artists},{genre},{popularity},{duration},{lists},{values}"


@pytest.fixture
def write(tmp_path):
    """Write lines to a file; its path."""

    def write_file(*lines, name="songs.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return str(path)

    return write_file


@pytest.fixture
def make(write, tmp_path):
    """A bundle's catalogue of these lines below HEADER."""

    def make_bundle(*lines, **flags):
        return build(Config(tracks=(write(HEADER, *lines),), out=tmp_path / "bundle", **flags))

    return make_bundle


def cleaning_of(bundle):
    return bundle.json("catalogue/cleaning.json")


def reasons_of(bundle):
    return {record["reason"]: record["rows"] for record in cleaning_of(bundle)["not_kept"]}


def test_repeats_of_a_track_unite(make):
    bundle = make(
        line("t", "First", genre="pop", popularity="10"),
        line("u", genre="Pop", popularity="90"),
        line("t", "Second", genre="rock; pop", popularity="30"),
    )
    catalogue = bundle.load_catalogue()
    track = catalogue.track(catalogue.row("t"))
    assert len(catalogue) == 2
    assert (track.title, track.genres, track.popularity) == ("First", ("pop", "rock"), 30)
    cleaning = cleaning_of(bundle)
    assert [cleaning[name] for name in ("rows", "kept", "united", "tracks")] == [3, 3, 1, 2]


def test_what_one_row_leaves_open_another_may_tell(write, tmp_path):
    first = write(f"track_id,title,artists,{FEATURES}", f"t,Song,A,{VALUES}", name="first.csv")
    second = write(
        f"track_id,title,artists,year,explicit,{FEATURES}", f"t,Other,B,1999,yes,{VALUES}", name="second.csv"
    )
    track = build(Config((first, second), tmp_path / "bundle")).load_catalogue().track(0)
    assert (track.title, track.artist, track.year, track.explicit) == ("Song", "A", 1999, True)


def test_genres_of_all_rows_come_before_subgenres(write, tmp_path):
    header = f"track_id,title,artists,genres,subgenres,{FEATURES}"
    songs = write(header, f"t,Song,A,pop,dance pop,{VALUES}", f"t,Song,A,rock,indie,{VALUES}")
    assert build(Config((songs,), tmp_path / "b")).load_catalogue().track(0).genres == (
        "pop",
        "rock",
        "dance pop",
        "indie",
    )


def test_every_row_is_accounted_for(make):
    good = [line(f"g{i}") for i in range(40)]
    bundle = make(
        *good,
        line("", "No id"),
        line("a", ""),
        line("b", artists=""),
        line("c", values=VALUES.replace("0.25", "")),
        line("d", values=VALUES.replace("0.25", "nan")),
        line("e", values=VALUES.replace("122.5", "0")),
        line("f", values=VALUES.replace("-2.5", "-60.5")),
        line("h", values=VALUES.replace("0.75", "inf")),
        line("i", popularity="101"),
        line("j", duration=""),
        "k,too short",
        line("g0", "Again"),
    )
    assert reasons_of(bundle) == {
        "no track id": 1,
        "no title": 1,
        "no artist": 1,
        "null feature: energy": 2,
        "null feature: duration_ms": 1,
        "out of range: tempo": 1,
        "out of range: loudness": 1,
        "out of range: liveness": 1,
        "out of range: popularity": 1,
        "wrong number of columns": 1,
    }
    cleaning = cleaning_of(bundle)
    assert cleaning["rows"] == 52 == cleaning["kept"] + sum(reasons_of(bundle).values())
    assert (cleaning["tracks"], cleaning["united"]) == (40, 1)
    assert sum(source["rows"] for source in cleaning["sources"]) == 52


def test_examples_name_row_and_value_and_are_few(make):
    bundle = make(line("g"), *(line(f"t{i}", f"Slow {i}", values=VALUES.replace("122.5", f"{i}")) for i in range(8)))
    [record] = cleaning_of(bundle)["not_kept"]
    assert (record["rows"], record["found"], len(record["examples"])) == (8, "0 to 7", 5)
    assert record["examples"][1] == {"row": 3, "track_id": "t1", "title": "Slow 1", "artist": "A", "value": "1"}


def test_a_bad_row_does_not_lend_its_values_to_a_good_one(make):
    bundle = make(line("t", "Bad", genre="metal", values=VALUES.replace("122.5", "0")), line("t", "Good"))
    track = bundle.load_catalogue().track(0)
    assert (track.title, track.genres) == ("Good", ("pop",))


def test_an_optional_feature_that_few_rows_lack_is_trained_on(make):
    bundle = make(*(line(f"t{i}") for i in range(19)), line("u", popularity=""))
    assert "popularity" in bundle.json("catalogue/features.json")["trained_on"]
    assert reasons_of(bundle) == {"null feature: popularity": 1}
    assert len(bundle.load_catalogue()) == 19


def test_a_track_whose_other_row_tells_the_feature_is_kept(make):
    bundle = make(*(line(f"t{i}") for i in range(19)), line("t3", popularity=""))
    assert reasons_of(bundle) == {}
    assert cleaning_of(bundle)["kept"] == 20


def test_an_optional_feature_that_many_rows_lack_is_left_out(make):
    bundle = make(*(line(f"t{i}") for i in range(18)), line("u", popularity=""), line("v", popularity=""))
    features = bundle.json("catalogue/features.json")
    assert features["trained_on"] == [*FEATURES.split(","), "duration_ms"]
    assert features["left_out"] == {"popularity": "known for 90% of the tracks, 95% needed"}
    assert bundle.load_catalogue().track(19).popularity is None


def test_two_formats_make_one_catalogue(write, tmp_path):
    songs = write(HEADER, line("t", "Song"), line("u", "Other", artists="B"))
    msd = write(
        MSD_HEADER,
        f"TR1,SONG - Live,a,u,x,Rock,1991,218920,{VALUES}",
        f"TR2,Bad,a,u,x,Rock,1991,1,{VALUES}",
        name="msd.csv",
    )
    bundle = build(Config((songs, msd), tmp_path / "bundle"))
    catalogue = bundle.load_catalogue()
    assert catalogue.track_ids == ["t", "u", "TR1"]
    assert catalogue.artist_keys.tolist() == [0, 1, 0]
    assert catalogue.version_groups.tolist() == [0, 1, 0]
    assert bundle.manifest.name == "songs + msd"
    assert bundle.manifest.provenance[1]["format"] == "Million Song Dataset + Spotify"
    assert bundle.json("catalogue/features.json")["left_out"] == {"popularity": "not in msd.csv"}
    assert [(r["source"], r["reason"]) for r in cleaning_of(bundle)["not_kept"]] == [
        ("msd.csv", "out of range: duration_ms")
    ]


def test_most_popular_first_and_unknown_last_in_the_files_order(make):
    rows = [line("a", popularity="3"), line("b", popularity=""), line("c", popularity="9"), line("d", popularity="")]
    assert make(*rows, line("e", popularity="9")).load_catalogue().track_ids == ["c", "e", "a", "b", "d"]


def test_artists_are_one_however_spelt_unless_nothing_is_left_of_the_name(make):
    catalogue = make(
        line("a", artists="Beyoncé"), line("b", artists="BEYONCE"), line("c", artists="!!!"), line("d", artists="???")
    )
    assert catalogue.load_catalogue().artist_keys.tolist() == [0, 0, 1, 2]


def test_playlists_in_the_rows(make):
    bundle = make(
        line("b", lists="p2,Two"),
        line("a", lists="p1,One"),
        line("a", lists="p2,Two"),
        line("b", lists="p2,Two"),
        line("x", lists="p2,Two", values=VALUES.replace("122.5", "0")),
    )
    assert pq.read_table(bundle.file("catalogue/playlists.parquet")).to_pydict() == {
        "playlist_id": ["p1", "p2", "p2"],
        "playlist_name": ["One", "Two", "Two"],
        "position": [0, 0, 1],
        "row": [1, 0, 1],
    }
    [fate] = cleaning_of(bundle)["playlists"]
    assert (fate["entries"], fate["kept"], fate["repeated"], fate["not_in_catalogue"]) == (5, 3, 1, 1)
    assert fate["examples"] == ["x"]


def test_playlists_of_their_own_keep_their_positions(make, write):
    lists = write(
        "playlist_id,playlist_name,position,track_id", "p,Mine,9,a", "p,Mine,2,b", "p,Mine,1,gone", name="lists.csv"
    )
    bundle = make(line("a"), line("b"), playlists=(lists,))
    table = pq.read_table(bundle.file("catalogue/playlists.parquet"))
    assert (table["row"].to_pylist(), table["position"].to_pylist()) == ([1, 0], [0, 1])
    assert str(table.schema.field("row").type) == "int32"
    assert cleaning_of(bundle)["playlists"][0]["not_in_catalogue"] == 1
    assert bundle.manifest.provenance[1]["source"] == "lists.csv"


def test_without_playlists_there_is_no_file_of_them(make):
    assert "catalogue/playlists.parquet" not in make(line("a")).manifest.files


def test_titles_can_be_searched(make):
    assert make(line("a")).file(TITLES).is_file()


def test_the_same_data_gives_the_same_bytes_wherever_it_lies(write, tmp_path):
    lines = [HEADER, *(line(f"t{i}", f"Song {i}", popularity=f"{i % 7}", lists=f"p{i % 3},List") for i in range(50))]
    sums = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        source = write(*lines, name=f"{folder}/songs.csv")
        build(Config((source,), tmp_path / folder / "bundle"))
        files = sorted(path for path in (tmp_path / folder / "bundle").rglob("*") if path.is_file())
        sums.append([(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files])
    assert len(sums[0]) == 6
    assert sums[0] == sums[1]


def test_no_file_names_this_machine(make, tmp_path):
    manifest = make(line("a")).path / "manifest.json"
    assert str(tmp_path) not in manifest.read_text("utf-8")
    assert json.loads(manifest.read_text("utf-8"))["config"]["catalogue"]["tracks"] == ["songs.csv"]


def test_only_the_demo_world_is_synthetic(make, write, tmp_path):
    demo = write(
        f"track_id,title,artist,artists,genres,subgenres,mood,scene,{FEATURES}", f"d1,S,A,A,Pop,x,m,s,{VALUES}"
    )
    assert build(Config((demo,), tmp_path / "demo")).manifest.synthetic
    assert not make(line("a")).manifest.synthetic


def test_models_of_the_catalogue_before_are_removed(make, tmp_path):
    old = make(line("a"))
    with write_folder(old.path, "clusters", old.manifest, config={}, metrics={}) as writer:
        writer.json("sizes", [1])
    (old.path / "notes.txt").write_text("mine")
    new = make(line("b"))
    assert new.capabilities == []
    assert not (new.path / "clusters").exists()
    assert (new.path / "notes.txt").exists()
    assert "clusters" not in new.manifest.config


def test_a_folder_that_is_no_bundle_is_left_alone(make, tmp_path):
    (tmp_path / "bundle" / "catalogue").mkdir(parents=True)
    with pytest.raises(BundleError, match=r"not a bundle\. Choose another --out"):
        make(line("a"))


def test_a_failed_run_leaves_the_old_catalogue(make):
    old = make(line("a"))
    with pytest.raises(SourceError, match="none of the 1 rows can be kept"):
        make(line("b", values=VALUES.replace("0.5", "50")))
    assert Bundle.open(old.path).load_catalogue().track_ids == ["a"]


def test_nothing_left_says_why(make):
    rows = [line("a", values=VALUES.replace("0.5", "50")), line("b", values=VALUES.replace("0.5", "80"))]
    message = r"none of the 2 rows.*2 × out of range: danceability \(found 50 to 80, expected 0 to 1\)"
    with pytest.raises(SourceError, match=message):
        make(*rows)


def test_a_header_without_rows_says_so(make):
    with pytest.raises(SourceError, match=r"songs\.csv: no rows below the header"):
        make()


def test_the_report_is_an_aligned_table_on_screen(write, tmp_path, caplog):
    songs = write(
        HEADER, *(line(f"t{i}") for i in range(1200)), line("t0"), line("x", values=VALUES.replace("122.5", "0"))
    )
    with caplog.at_level(logging.INFO, logger="train"):
        main(["--tracks", songs, "--out", str(tmp_path / "bundle"), "--name", "Mine"])
    lines = caplog.text.splitlines()
    at = next(i for i, text in enumerate(lines) if text.split()[:1] == ["source"])
    assert lines[at + 1].split() == [
        "songs.csv",
        *"any table with usual column names".split(),
        "1,202",
        "1,201",
        "1",
        "1",
    ]
    assert len(lines[at]) == len(lines[at + 1])
    assert "1,201 rows kept, less 1 united with a row before: 1,200 tracks." in caplog.text
    assert any(text.split()[:5] == ["out", "of", "range:", "tempo", "songs.csv"] for text in lines)
    assert "Models will train on 11 features of 11." in caplog.text
    assert Bundle.open(tmp_path / "bundle").manifest.name == "Mine"
