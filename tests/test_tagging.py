"""From a text to its genres, with a tagger that says what it is told to; and how the page shows it."""

from types import SimpleNamespace

import pytest

from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.genre_songs import GenreSongs
from recsys.results import GenreScore, LineReason
from recsys.tagging import TaggedLyric, tag, tag_many
from recsys.ui.genre_bars import genre_bars, in_words, percent
from recsys.ui.lyric_lines import lyric_lines
from tests.contract import ids, make_catalogue

LYRIC = "Over the hill and <b>far</b> away\nThe engine sings all night\nOver the hill and far away\nQuiet morning"
FIRST = LineReason(0, "Over the hill and far away", 0.7)
SECOND = LineReason(1, "The engine sings all night", 0.9)
ROCK = GenreScore("Rock", 0.8, 0.5, (SECOND, FIRST))
FOLK = GenreScore("Folk/Country", 0.4, 0.3, (FIRST,))
POP = GenreScore("Pop", 0.2, 0.5)


class Tagger:
    """Answers with the scores that it was given, their lines only where asked for."""

    def __init__(self, *scores):
        self.scores = list(scores)

    def tag(self, lyrics, lines=3):
        return [GenreScore(s.genre, s.probability, s.threshold, s.lines[:lines]) for s in self.scores]

    def tag_many(self, lyrics):
        return [self.tag(one, 0) for one in lyrics]


def loaded(*scores, genres=(["rock"], ["rock", "folk"], ["pop"])):
    songs = GenreSongs(make_catalogue(len(genres), genres=genres))
    return SimpleNamespace(need_tagger=lambda: Tagger(*scores), genre_songs=songs)


@pytest.fixture
def tagged():
    return tag(loaded(ROCK, FOLK, POP), LYRIC)


def test_chosen_genres_bring_their_songs(tagged):
    assert tagged.chosen == ["Rock", "Folk/Country"]
    assert ids(tagged.songs) == ["t1", "t0"]
    assert tagged.lyrics.lines[0] == "Over the hill and far away"


def test_where_nothing_is_chosen_there_are_no_songs():
    unsure = tag(loaded(POP), LYRIC)
    assert (unsure.chosen, list(unsure.songs)) == ([], [])


@pytest.mark.parametrize(
    ("genres", "words"),
    [
        ([["pop"]], "This catalogue has no songs with these genres."),
        ([[]], "This catalogue has no songs with genres that are known here."),
    ],
)
def test_a_catalogue_that_has_no_such_songs_says_so(genres, words):
    assert words in tag(loaded(ROCK, genres=genres), LYRIC).notes
    assert words not in tag(loaded(ROCK, genres=genres), LYRIC, k=0).notes


def test_a_batch_of_more_than_half_a_minutes_work_is_refused():
    long = "la la la\n" * 11_000
    with pytest.raises(
        InvalidQueryError, match=r"The lyrics have 1,0\d\d,\d{3} characters together; at most 1,000,000"
    ):
        tag_many(loaded(POP), [long] * 11)
    assert len(tag_many(loaded(POP), [long] * 10)) == 10


def test_notes_on_the_text_are_passed_on():
    notes = tag(loaded(POP), "[Chorus]\n" + LYRIC).notes
    assert any("[Chorus]" in note for note in notes)


def test_a_text_that_cannot_be_read_is_refused():
    with pytest.raises(EmptyQueryError, match="empty"):
        tag(loaded(POP), " ")


@pytest.mark.parametrize("lines", [0, 2])
def test_in_a_batch_an_error_takes_the_place_of_a_bad_text_only(lines):
    first, bad, last = tag_many(loaded(ROCK, POP), [LYRIC, "one", LYRIC + "\nOne more line"], lines, 1)
    assert isinstance(bad, InvalidQueryError)
    for answer in (first, last):
        assert isinstance(answer, TaggedLyric)
        assert answer.chosen == ["Rock"] and ids(answer.songs) == ["t0"]
        assert len(answer.genres[0].lines) == lines
    assert isinstance(last, TaggedLyric) and len(last.lyrics.lines) == 5


def test_every_genre_has_a_bar_that_is_told_in_words(tagged):
    html = genre_bars(tagged)
    assert html.index(">Rock<") < html.index(">Folk/Country<") < html.index(">Pop<")
    for words in ("Rock and Folk/Country</p>", ">80%<", ">40%<", ">20%<", "needs 50%", "needs 30%"):
        assert words in html
    assert (html.count(">yes<"), html.count(">no<")) == (2, 1)
    assert "width:80.0%" in html and "left:50.0%" in html


def test_an_unsure_answer_says_so_and_names_the_most_probable():
    html = genre_bars(tag(loaded(POP), LYRIC))
    assert "Not sure." in html and "The most probable is Pop, at 20%." in html


def test_a_line_is_marked_wherever_it_is_sung_and_names_its_genres(tagged):
    html = lyric_lines(tagged).replace(' translate="no"', "")
    assert html.count("<mark>Over the hill and far away</mark>") == 2
    assert html.count("<mark>") == 3 and "<p>Quiet morning</p>" in html
    over = html.split("<mark>Over the hill")[1].split("</p>")[0]
    assert ">Rock<" in over and ">Folk/Country<" in over


def test_a_genre_without_a_line_of_its_own_is_named():
    html = lyric_lines(tag(loaded(GenreScore("Rock", 0.8, 0.5)), LYRIC))
    assert "No single line speaks for Rock" in html and "<mark" not in html
    assert lyric_lines(tag(loaded(POP), LYRIC)) == ""


def test_nothing_of_the_text_becomes_html():
    evil = 'I love "you" <3 & <img src=x onerror=alert(1) and then'
    scores = GenreScore("Rock", 0.8, 0.5, (LineReason(0, evil, 1.0),))
    html = lyric_lines(tag(loaded(scores), f"{evil}\nand a line\nand <another line & more"))
    assert "<img" not in html and "<3" not in html and "&lt;3 &amp; " in html
    assert "&lt;another line &amp; more" in html


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "<1%"), (0.004, "<1%"), (0.014, "1%"), (0.5, "50%"), (0.999, ">99%"), (1.0, ">99%")],
)
def test_percentages_are_never_quite_sure(probability, words):
    assert percent(probability) == words


def test_names_are_listed_as_one_would_say_them():
    assert [in_words(names) for names in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A and B", "A, B and C"]
