from concurrent.futures import ThreadPoolExecutor

import pytest

from recsys.errors import BundleError
from recsys.title_search import TitleSearch, build_title_index
from tests.contract import make_catalogue

SONGS = [  # the most popular first, as in every catalogue
    ("Hello", "Mira Vane"),
    ("Señor Niebla", "Los Ríos"),
    ("Don't Stop", "Mira Vane"),
    ("Hello Again", "Otto"),
    ("夜に駆ける", "YOASOBI"),
    ("Hell or High Water", "The Drovers"),
    ("Near Light", "Ólafur"),
    ("AC/DC Tribute (Live)", "Anna Bell; Otto"),
    ("Stop", "Zed"),
    ("🔥🔥🔥", "Emoji Band"),
    ("Not And Or", "The Logicians"),
    ("Hello", "Aria"),
]


@pytest.fixture(scope="module")
def songs():
    titles, artists = zip(*SONGS, strict=True)
    return make_catalogue(len(SONGS), title=titles, artist=artists)


@pytest.fixture(scope="module")
def titles(songs, tmp_path_factory):
    path = tmp_path_factory.mktemp("titles") / "titles.sqlite"
    build_title_index(path, songs)
    return TitleSearch(path)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("senor niebla", 1),
        ("SEÑOR", 1),
        ("los rios", 1),
        ("dont stop", 2),
        ("don’t stop", 2),
        ("mira dont", 2),  # artist and title, in either order
        ("stop mira", 2),
        ("niebla rios senor", 1),
        ("hello otto", 3),
        ("anna otto", 7),  # everybody credited
        ("ac dc", 7),
        ("ac/dc (live)", 7),
        ("夜に駆ける", 4),
        ("駆け", 4),
        ("yoasobi 夜", 4),
        ("olafur", 6),
        ("near", 6),
        ("not and or", 10),
        ("stop", 8),  # an exact title before a more popular song that only holds it
        ("again", 3),
        ("nieb", 1),
        ("los ri", 1),
        ("n", 1),
    ],
)
def test_the_song_that_was_meant_comes_first(titles, query, first):
    assert titles.search(query)[0] == first


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("niebal", 1),  # two letters swapped
        ("senyor niebla", 1),
        ("drovrs", 5),
        ("higj water", 5),
        ("yoasobbi", 4),
        ("logicans", 10),
        ("olafru", 6),
    ],
)
def test_a_typing_error_is_forgiven(titles, query, first):
    assert titles.search(query)[0] == first


def test_popular_songs_come_first(titles):
    assert titles.search("hello") == [0, 11, 3]
    assert titles.search("hel") == [0, 3, 5, 11]
    assert titles.search("mira") == [0, 2]


def test_every_word_must_be_there(titles):
    assert titles.search("hello vane") == [0]
    assert titles.search("niebla drovers") == []


def test_short_words_are_not_guessed(titles):
    assert titles.search("zx") == []


def test_no_more_come_back_than_asked_for(titles):
    assert titles.search("hello", limit=1) == [0]
    assert titles.search("hello", limit=2) == [0, 11]


@pytest.mark.parametrize("query", ["", "  ", '"', "*", "(", ")", "🔥", "'", "^", ":", "-", "\0", "_", "\ud800", '"*()'])
def test_text_without_a_word_finds_nothing(titles, query):
    assert titles.search(query) == []


@pytest.mark.parametrize(
    "query",
    ['"hello"', "hello*", "(hello", "hello)", "^hello", "-hello", "hello:", "hello\0", "🔥hello🔥", "%hello%"],
)
def test_odd_characters_are_passed_over(titles, query):
    assert titles.search(query)[0] == 0


@pytest.mark.parametrize("query", ["NEAR(hello again)", "hello NOT again", "title:hello", "{title}: hello"])
def test_search_operators_are_only_words(titles, query):
    assert titles.search(query) == []
    assert titles.search("not or") == [10]


def test_a_very_long_query_is_cut(titles):
    assert titles.search("hello " * 10_000)[0] == 0
    assert titles.search("x" * 100_000) == []


def test_threads_search_side_by_side(titles):
    queries = ["hello", "niebla", "niebal", "stop", "駆け"] * 20
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(titles.search, queries)) == [titles.search(query) for query in queries]


@pytest.mark.parametrize("contents", [b"", b"not a database", b"SQLite format 3\0" + bytes(500)])
def test_a_damaged_file_is_an_error_of_the_bundle(tmp_path, contents):
    path = tmp_path / "titles.sqlite"
    path.write_bytes(contents)
    with pytest.raises(BundleError, match=r"titles.sqlite is not a title index \(.*\)\. Train the catalogue again"):
        TitleSearch(path)


def test_a_missing_file_is_an_error_of_the_bundle_and_is_not_made(tmp_path):
    with pytest.raises(BundleError, match="is not a title index"):
        TitleSearch(tmp_path / "titles.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_path_with_odd_characters_opens(songs, tmp_path):
    path = tmp_path / "a?b #c%20" / "titles.sqlite"
    path.parent.mkdir()
    build_title_index(path, songs)
    assert TitleSearch(path).search("niebla") == [1]


def test_the_same_catalogue_gives_the_same_bytes(songs, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for path in (one, two, two):  # once over an older one
        build_title_index(path, songs)
    assert one.read_bytes() == two.read_bytes()
