"""The catalogue's own lyrics, tagged while training: which songs, by which tagger, and how a bundle holds it."""

import shutil

import numpy as np
import pytest

from recsys.bundle import Bundle, write_folder
from recsys.errors import BundleError
from recsys.genre_tagger import Calibration, GenreTagger
from recsys.song_tags import SongTags
from tests.contract import make_catalogue, write_bundle
from tests.planted_lyrics import planted_corpus, planted_song, write_csv
from train.genre_tagger import main
from train.tagger.song_tags import tag_tracks

GENRES = ("Metal", "Pop")
LYRICS = {row["title"]: row["lyrics"] for row in planted_corpus(240, 48)}
UNLEARNT = planted_song(("Metal",), 7000)


def songs_of(*titles):
    """A catalogue of planted songs, by the artists who sing them in the corpus; others are nobody's."""
    numbers = [int(title.split()[1]) if title.startswith("Number") else None for title in titles]
    artists = ["Nobody" if number is None else f"Artist {number % 48}" for number in numbers]
    return make_catalogue(len(titles), title=list(titles), artist=artists, artists=artists)


@pytest.fixture(scope="module")
def trained(tiny_tagger_flags, tmp_path_factory):
    """A bundle with songs, some of whose lyrics the tagger was given; the first five lyrics of them tagged."""
    folder = tmp_path_factory.mktemp("tagged")
    titles = ["Unlearnt", "Number 3", "Number 200", "Wordless", "Number 3 - Live", "Number 7", "Number 11", "Number 12"]
    catalogue = songs_of(*titles)
    row = {"artist": "Nobody", "title": "Unlearnt", "lyrics": UNLEARNT, "genres": "blorp"}
    unlearnt = write_csv(folder / "unlearnt.csv", [row])
    write_bundle(folder / "bundle", catalogue)
    learnt, *others = tiny_tagger_flags[1:]
    flags = ["--lyrics", learnt, str(unlearnt), *others, "--epochs", "1", "--catalogue-songs", "5"]
    main([*flags, "--out", str(folder / "bundle")])
    return Bundle.open(folder / "bundle"), catalogue


@pytest.mark.slow
def test_songs_are_tagged_by_the_tagger_that_is_served(trained):
    bundle, catalogue = trained
    tagger = GenreTagger.load(bundle, catalogue)
    for row, lyric in enumerate([UNLEARNT, LYRICS["Number 3"], LYRICS["Number 200"]]):
        served = {score.genre: score.probability for score in tagger.tag(lyric, lines=0)}
        kept = tagger.tags_of(row)
        assert kept is not None and {s.genre: s.probability for s in kept} == pytest.approx(served, abs=1e-3)


@pytest.mark.slow
def test_the_most_popular_lyrics_are_read_and_versions_share_them(trained):
    bundle, catalogue = trained
    tags = GenreTagger.load(bundle, catalogue).song_tags
    assert tags is not None and tags.rows.tolist() == [0, 1, 2, 4, 5, 6]  # 3 has no words, 7 was one too many
    assert tags.left_out == 1
    assert tags.probabilities.dtype == np.float16 and tags.probabilities.shape == (6, 4)
    assert (tags.probabilities[1] == tags.probabilities[3]).all()


@pytest.mark.slow
def test_songs_that_the_tagger_learnt_from_are_marked(trained):
    bundle, catalogue = trained
    tagger = GenreTagger.load(bundle, catalogue)
    assert [tagger.learnt_from(row) for row in range(8)] == [False, True, True, False, True, True, True, False]
    assert bundle.json("genre_tagger/tagger.json")["song_tags"] == {"tagged": 6, "left_out": 1, "learnt": 5}


@pytest.mark.slow
def test_a_tagger_without_a_catalogue_beside_it_opens_and_knows_no_songs(tiny_tagger, trained):
    assert "song_tags" not in Bundle.open(tiny_tagger).json("genre_tagger/tagger.json")
    older = GenreTagger.load(Bundle.open(tiny_tagger), trained[1])
    assert older.song_tags is None and older.tags_of(0) is None and not older.learnt_from(0)
    assert GenreTagger.load(trained[0]).song_tags is None  # nobody said which catalogue it is


@pytest.fixture
def changed(trained, tmp_path):
    """Write the bundle's folder again with other tags, or with other bytes in their place."""

    def write(**tensors):
        bundle, catalogue = trained
        before = bundle.tensors("genre_tagger/song_tags.safetensors")
        shutil.copytree(bundle.path, tmp_path / "copy")
        with write_folder(tmp_path / "copy", "genre_tagger", bundle.manifest, config={}, metrics={}) as folder:
            shutil.copytree(bundle.path / "genre_tagger", folder.path, dirs_exist_ok=True)
            folder.tensors("song_tags", before | tensors)
        return Bundle.open(tmp_path / "copy"), catalogue

    return write


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"rows": np.array([0, 1, 2, 4, 5, 8], np.int32)}, "not rows of a catalogue of 8"),
        ({"rows": np.array([0, 2, 1, 4, 5, 6], np.int32)}, "not rows of a catalogue of 8"),
        ({"rows": np.array([0, 1], np.int32)}, r"tags of 2 songs have the shape \(6, 4\)"),
        ({"probabilities": np.zeros((6, 3), np.float16)}, r"tags of 6 songs have the shape \(6, 3\)"),
        ({"learnt": np.zeros(5, np.bool_)}, "tags of 6 songs have"),
        ({"more": np.zeros(5)}, "unexpected keyword argument 'more'"),
    ],
)
def test_tags_that_do_not_belong_here_are_refused(changed, tensors, words):
    bundle, catalogue = changed(**tensors)
    with pytest.raises(BundleError, match=f"genre_tagger in .*{words}.*Train the tagger again"):
        GenreTagger.load(bundle, catalogue)


@pytest.mark.slow
def test_a_damaged_file_of_tags_is_named(changed):
    bundle, catalogue = changed()
    (bundle.path / "genre_tagger" / "song_tags.safetensors").write_bytes(b"no")
    with pytest.raises(BundleError, match=r"song_tags\.safetensors has 2 bytes, expected"):
        GenreTagger.load(bundle, catalogue)


# Without a model


class Reader:
    """Says Metal where "blood" is sung; counts what it reads."""

    def __init__(self):
        self.read = 0

    def log_odds(self, lines):
        self.read += 1
        return np.array([2.0 if "blood" in lines[0] else -2.0, 0.0])

    def log_odds_without(self, lines, left_out):
        raise AssertionError("nobody asked for lines")


@pytest.fixture
def reader():
    return Reader()


def tagger_with(reader, tags=None):
    calibration = Calibration(1.0, np.zeros(2, np.float32), np.array([0.5, 0.6], np.float32))
    return GenreTagger(GENRES, [(1.0, reader)], calibration, "a test", tags)


def test_each_lyric_is_read_once(reader):
    lines = {9: ("sun and rain",), 2: ("all is blood",), 5: ("sun and rain",), 7: ("a third song",)}
    tags = tag_tracks(tagger_with(reader), lines, {5}, most=2)
    assert reader.read == 2
    assert tags.rows.tolist() == [2, 5, 9] and tags.learnt.tolist() == [False, True, False] and tags.left_out == 1
    assert tags.probabilities[:, 0].round(2).tolist() == pytest.approx([0.88, 0.12, 0.12], abs=0.01)


def test_tags_come_back_with_names_and_thresholds_best_first(reader):
    tags = SongTags(np.array([3, 8], np.int32), np.array([[0.1, 0.7], [0.9, 0.2]], np.float16), np.array([False, True]))
    tagger = tagger_with(reader, tags)
    scores = tagger.tags_of(3)
    assert scores is not None and [(s.genre, s.chosen, s.lines) for s in scores] == [
        ("Pop", True, ()),
        ("Metal", False, ()),
    ]
    assert [tagger.tags_of(row) for row in (0, 4, 9)] == [None] * 3
    assert [tagger.learnt_from(row) for row in (3, 8, 9)] == [False, True, False]
