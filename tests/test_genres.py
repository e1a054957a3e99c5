"""The table from micro-genres to the 14 macro-genres."""

from collections import Counter

import pytest

from recsys.genres import ENDINGS, MACRO_GENRES, PHRASES, macro_genres, map_genres, phrases_of, split_names
from recsys.text import fold

# Genres of the Spotify tracks data set.
SPOTIFY = """
    acoustic afrobeat alt-rock alternative ambient anime black-metal bluegrass blues brazil breakbeat cantopop
    chicago-house children chill classical club comedy country dance dancehall death-metal deep-house detroit-techno
    disco disney drum-and-bass dub dubstep edm electro electronic emo folk forro funk garage gospel goth grindcore
    groove grunge hard-rock hardcore hardstyle heavy-metal hip-hop honky-tonk house idm indie indie-pop industrial
    j-dance j-idol j-pop j-rock jazz k-pop kids latin latino mandopop metal metalcore minimal-techno mpb new-age opera
    pagode piano pop pop-film power-pop progressive-house psych-rock punk punk-rock r-n-b reggae reggaeton rock
    rock-n-roll rockabilly salsa samba sertanejo show-tunes singer-songwriter ska songwriter soul spanish synth-pop
    tango techno trance trip-hop world-music
""".split()
NO_GENRE = (
    "british french german guitar happy indian iranian malay party romance sad sleep study swedish turkish".split()
)


def test_there_are_14_in_alphabetical_order():
    assert len(MACRO_GENRES) == 14
    assert list(MACRO_GENRES) == sorted(MACRO_GENRES) == list(PHRASES)


@pytest.mark.parametrize("genre", MACRO_GENRES)
def test_each_is_its_own_micro_genre(genre):
    assert macro_genres(genre) == (genre,)
    assert split_names(genre) == [genre]


@pytest.mark.parametrize("genre", MACRO_GENRES)
def test_no_phrase_is_listed_twice_or_empty(genre):
    counts = Counter(fold(phrase) for phrase in PHRASES[genre].split("|"))
    assert [phrase for phrase, count in counts.items() if count > 1 or not phrase] == []


@pytest.mark.parametrize("genre", MACRO_GENRES)
def test_every_phrase_is_reached(genre):
    assert [phrase for phrase in phrases_of(genre) if genre not in macro_genres(" ".join(phrase))] == []


@pytest.mark.parametrize("name", SPOTIFY)
def test_spotifys_genres_are_known(name):
    assert macro_genres(name)


@pytest.mark.parametrize("name", [*NO_GENRE, "christmas", "spoken word", "", "&", "xyzzy"])
def test_what_names_no_genre_has_none(name):
    assert macro_genres(name) == ()


@pytest.mark.parametrize(
    ("micro", "macro"),
    [
        ("alternative rock", "Alternative, Rock"),
        ("dancehall", "Reggae/Latin"),
        ("jazz rap", "Hip-Hop, Jazz/Blues"),
        ("hip hop", "Hip-Hop"),
        ("Hip Hop/Rap", "Hip-Hop"),
        ("R&B", "R&B/Soul"),
        ("r & b", "R&B/Soul"),
        ("rhythm and blues", "Jazz/Blues, R&B/Soul"),
        ("rock 'n' roll", "Rock"),
        ("rock-and-roll", "Rock"),
        ("variété française", "Pop"),
        ("trip hop", "Electronic, Hip-Hop"),
        ("jazz house", "Electronic, Jazz/Blues"),
        ("uk alternative pop", "Alternative, Pop"),
        ("gospel", "Religious"),
        ("movie tunes", "Soundtrack"),
        ("british comedy", "Comedy"),
        ("thrash metal", "Metal"),
        ("classic soundtrack", "Soundtrack"),
    ],
)
def test_micro_genres_are_mapped(micro, macro):
    assert ", ".join(macro_genres(micro)) == macro


@pytest.mark.parametrize(
    ("micro", "macro"),
    [
        ("canadian singer-songwriter", "Folk/Country"),  # an unknown word before a known phrase
        ("modern blues rock", "Jazz/Blues, Rock"),
        ("classic texas country", "Folk/Country"),
        ("gothic country", "Alternative, Folk/Country"),  # two phrases
        ("swedish electropop", "Electronic, Pop"),
        ("country hip hop", "Folk/Country, Hip-Hop"),
        ("etherpop", "Pop"),  # by its ending
        ("deathmetal", "Metal"),
    ],
)
def test_compound_names_are_read_phrase_by_phrase(micro, macro):
    assert ", ".join(macro_genres(micro)) == macro


def test_a_phrase_inside_a_longer_one_does_not_count():
    assert macro_genres("hip house") == ("Electronic", "Hip-Hop")
    assert macro_genres("country gospel") == ("Folk/Country", "Religious")
    assert "Pop" not in macro_genres("pop-film")
    assert "Reggae/Latin" not in macro_genres("hip pop")


@pytest.mark.parametrize("ending", ENDINGS)
def test_endings_are_phrases(ending):
    assert macro_genres(ending) == macro_genres(f"xyzzy{ending}") != ()


def test_names_are_split():
    assert split_names("Pop, dance pop;  Hip Hop/Rap | soul,,") == ["Pop", "dance pop", "Hip Hop/Rap", "soul"]
    assert split_names(" ; ") == []


def test_a_songs_genres_are_united_and_unknown_names_listed():
    assert map_genres(["soul", "christmas", "pop soul", "hel"]) == (("Pop", "R&B/Soul"), ("christmas", "hel"))
    assert map_genres([]) == ((), ())
