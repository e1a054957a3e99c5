"""From a song of the catalogue to its genres: by its lyric, or as the catalogue lists them; as a page shows it."""

from types import SimpleNamespace

import numpy as np
import pytest

from recsys.errors import CapabilityMissingError, InvalidQueryError, UnknownTrackError
from recsys.genre_songs import GenreSongs
from recsys.genre_tagger import Calibration, GenreTagger
from recsys.results import ScoredTrack
from recsys.song_tags import SongTags
from recsys.track_tags import LEARNT, track_tags
from recsys.ui.song_genres import song_genres, songs_of
from tests.contract import ids, make_catalogue

KINDS = ("Metal", "Pop", "Rock")
GENRES = [["pop"], ["rock"], ["pop rock"], ["death metal", "blorp"], ["blorp"], [], ["pop"], ["pop"]]
TAGS = SongTags(
    np.array([1, 2, 6], np.int32),
    np.array([[0.1, 0.8, 0.55], [0.1, 0.2, 0.9], [0.1, 0.2, 0.3]], np.float16),
    np.array([False, True, False]),
)


def loaded(tags=TAGS, themes=(), **columns):
    catalogue = make_catalogue(len(GENRES), genres=GENRES, **columns)
    calibration = Calibration(1.0, np.zeros(3, np.float32), np.full(3, 0.5, np.float32))
    tagger = GenreTagger(KINDS, [], calibration, "a test", tags)
    vibe = SimpleNamespace(themes_of=lambda row: list(themes) if row == 1 else [])
    return SimpleNamespace(
        need_tagger=lambda: tagger, catalogue=catalogue, genre_songs=GenreSongs(catalogue), vibe=vibe
    )


def test_a_song_whose_lyric_was_read_has_the_tags_of_its_lyric():
    tags = track_tags(loaded(themes=["rain", "hope"]), "t1")
    assert (tags.source, tags.chosen, tags.learnt) == ("lyric", ["Pop", "Rock"], False)
    assert [(score.genre, score.chosen) for score in tags.genres] == [("Pop", True), ("Rock", True), ("Metal", False)]
    assert tags.themes == ["rain", "hope"]
    assert list(tags.notes) == ["Read from its lyric when the bundle was made; the words themselves are not kept."]


def test_a_song_that_the_tagger_learnt_from_says_so():
    tags = track_tags(loaded(), "t2")
    assert tags.learnt and LEARNT in tags.notes and tags.chosen == ["Rock"]


def test_where_no_genre_is_probable_enough_none_is_chosen():
    tags = track_tags(loaded(), "t6")
    assert (tags.source, tags.chosen, list(tags.songs)) == ("lyric", [], [])
    assert "Not sure." in song_genres(tags) and songs_of(tags.chosen, tags.songs) == ""


def test_a_song_without_a_lyric_has_the_catalogues_genres_and_says_so():
    tags = track_tags(loaded(), "t3")
    assert (tags.source, tags.genres, tags.chosen, tags.learnt) == ("catalogue", [], ["Metal"], False)
    assert list(tags.notes) == [
        "No lyric of this song came with the catalogue. Paste its words to have them tagged.",
        "The catalogue lists it as death metal, blorp; what stands above is what of the 14 genres that means.",
        "No macro-genre is known for blorp.",
    ]


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (None, "This bundle holds no tags of its songs' lyrics."),
        (
            SongTags(TAGS.rows, TAGS.probabilities, TAGS.learnt, 1234),
            "one of the 1,234 less popular songs whose lyrics",
        ),
    ],
)
def test_why_its_lyric_was_not_read_is_not_overstated(tags, words):
    first, *_ = track_tags(loaded(tags), "t0").notes
    assert words in first and first.endswith("Paste its words to have them tagged.")


@pytest.mark.parametrize(
    ("track_id", "said"),
    [("t4", "No macro-genre is known for blorp."), ("t5", "The catalogue does not say what genre it is.")],
)
def test_a_song_of_which_nothing_is_known_has_no_genres(track_id, said):
    tags = track_tags(loaded(), track_id)
    assert (tags.chosen, list(tags.songs), tags.notes[-1]) == ([], [], said)
    assert "Nothing is known of its genres" in song_genres(tags)


def test_songs_that_share_its_genres_come_along_but_neither_itself_nor_a_version():
    assert ids(track_tags(loaded(), "t0").songs) == ["t6", "t7", "t2"]
    assert ids(track_tags(loaded(), "t0", k=1).songs) == ["t6"]
    versions = loaded(version_group=[0, 1, 2, 3, 4, 5, 0, 7])
    assert ids(track_tags(versions, "t0").songs) == ["t7", "t2"]


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(UnknownTrackError, match="'zz' is not in this catalogue"):
        track_tags(loaded(), "zz")
    with pytest.raises(InvalidQueryError, match="k is 51; it must be a whole number from 0 to 50"):
        track_tags(loaded(), "t0", k=51)

    def missing():
        raise CapabilityMissingError("no tagger here")

    without = loaded()
    without.need_tagger = missing
    with pytest.raises(CapabilityMissingError, match="no tagger here"):
        track_tags(without, "t0")


def test_a_bundle_without_vibe_search_tells_no_themes():
    bundle = loaded(themes=["rain"])
    bundle.vibe = None
    assert track_tags(bundle, "t1").themes == []


def test_the_page_shows_bars_where_a_lyric_was_read_and_a_sentence_where_not():
    html = song_genres(track_tags(loaded(themes=["rain"]), "t1"))
    for words in ("By its lyric", "Pop and Rock</p>", ">80%<", "needs 50%", "seem to speak of <strong>rain</strong>"):
        assert words in html
    plain = song_genres(track_tags(loaded(), "t3"))
    assert "Not by its words, but by the genres that the catalogue lists" in plain
    assert "Metal</p>" in plain and "<ol" not in plain and "No lyric of this song came" in plain
    tags = track_tags(loaded(), "t0")
    assert "Songs here that share Pop" in songs_of(tags.chosen, tags.songs)


def test_a_caption_says_share_only_where_all_songs_share_all_genres():
    catalogue = make_catalogue(3, genres=[["rock", "metal"], ["hard rock", "metal", "pop"], ["rock"]])
    tracks = [ScoredTrack(catalogue.track(row), 1.0) for row in range(3)]
    assert "Songs here that share Rock and Metal" in songs_of(["Rock", "Metal"], tracks[:2])
    assert "Songs here that come closest to Rock and Metal" in songs_of(["Rock", "Metal"], tracks)
    assert "Songs here that share Rock<" in songs_of(["Rock"], tracks)


def test_names_are_escaped_and_not_translated():
    names = ["<b>Loud</b>"] * len(GENRES)
    html = song_genres(track_tags(loaded(title=names, artist=names, artists=names), "t1"))
    assert html.count('translate="no">&lt;b&gt;Loud&lt;/b&gt;<') == 2 and "<b>Loud" not in html
