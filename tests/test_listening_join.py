import random
import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recsys.catalogue import SCHEMA, Catalogue
from recsys.errors import InvalidQueryError
from recsys.listening import SongJoin, join_plays, parse_history
from recsys.listening.join import NOWHERE, WAYS
from recsys.listening.name_keys import artist_key, artists_in, song_key, whole_key
from recsys.text import fold
from recsys.title_search import TitleSearch, build_title_index
from tests.listening_samples import SPOTIFY_ID

SONGS = [
    # title, artists; best known first
    ("Halo", "Beyoncé"),
    ("Bohemian Rhapsody - Remastered 2011", "Queen"),
    ("Under Pressure", "Queen; David Bowie"),
    ("Memories - Dillon Francis Remix", "Maroon 5"),
    ("Memories", "Maroon 5"),
    ("Rumour (feat. Señor Y)", "Simon & Garfunkel"),
    ("Love, Pt. 1", "The Cure"),
    ("Love, Pt. 2", "The Cure"),
    ("Back In Black", "AC/DC"),
    ("EARFQUAKE", "Tyler, The Creator"),
    ("Stand By Me", "Ben E. King"),
    ("So What", "P!nk"),
    ("Tik Tok", "Ke$ha"),
    ("Rock And Roll All Nite", "KISS"),
    ("Funky Town", "Lipps Inc."),
    ("Lovesick Blues", "Ada"),
    ("Lovesick Bluesy", "Ada"),
    ("사랑", "아이유"),
    ("Yesterday", "The Beatles"),
    ("Yesterday", "Somebody Else"),
    ("HUMBLE.", "Skrillex"),
    ("Song 2", "Blur"),
    ("99", "Ada"),
    ("!!!", "!!!"),
    ("Two - Three - Four", "One"),
]
ROW = {song: row for row, song in enumerate(SONGS)}


def small_catalogue(songs=SONGS, spotify_id=None, versions=None):
    artists = [credit if credit.startswith("Tyler") else credit.split("; ")[0] for _, credit in songs]
    keys: dict[str, int] = {}
    columns: dict[str, list[Any]] = {
        "track_id": [f"id{row}" for row in range(len(songs))],
        "title": [title for title, _ in songs],
        "artist": artists,
        "artists": [credit for _, credit in songs],
        "genres": [[] for _ in songs],
        "spotify_id": [spotify_id, *[None] * len(songs)][: len(songs)],
        "artist_key": [keys.setdefault(fold(name), len(keys)) for name in artists],
        "version_group": versions or list(range(len(songs))),
    }
    empty = [None] * len(songs)
    return Catalogue(pa.table({f.name: pa.array(columns.get(f.name, empty), f.type) for f in SCHEMA}))


@pytest.fixture(scope="module")
def join():
    return SongJoin(small_catalogue(spotify_id=SPOTIFY_ID))


def found(join, artist, title, **options):
    row, way = join.find(None, artist, title, **options)
    return (SONGS[row], WAYS[way]) if row >= 0 else None


@pytest.mark.parametrize(
    ("artist", "title", "expected", "way"),
    [
        ("Beyoncé", "Halo", 0, "artist and title"),
        ("beyonce", "HALO", 0, "artist and title"),
        ("Beyoncé", "Halo - Live at Glastonbury 2011", 0, "another version"),
        ("Beyoncé", "Halo (Radio Edit) [feat. Somebody]", 0, "another version"),
        ("Queen", "Bohemian Rhapsody", 1, "another version"),
        ("Queen", "Bohemian Rhapsody - Remastered 2011", 1, "artist and title"),
        ("Queen", "Bohemian Rapsody", 1, "similar spelling"),
        ("Quen", "Under Pressure", NOWHERE, ""),  # too short a name for a typing error
        ("David Bowie", "Under Pressure", 2, "artist and title"),
        ("Queen & David Bowie", "Under Pressure", 2, "artist and title"),
        ("Queen feat. David Bowie", "Under Pressure", 2, "artist and title"),
        ("Queen, Davd Bowie", "Under Presure", 2, "similar spelling"),
        ("Maroon 5", "Memories", 4, "artist and title"),
        ("Maroon 5", "Memories (Cut Copy Remix)", 3, "another version"),
        ("Maroon 4", "Memories", 4, "similar spelling"),
        ("Simon and Garfunkel", "Rumour", 5, "another version"),
        ("Simon Garfunkel", "Rumor", 5, "similar spelling"),
        ("Simon & Garfunkle", "Rumour", 5, "similar spelling"),
        ("Cure", "Love, Part 2", 7, "another version"),
        ("The Cure", "Love, Pt. 3", NOWHERE, ""),
        ("The Cure", "Love", NOWHERE, ""),
        ("ACDC", "back in black", 8, "artist and title"),
        ("AC-DC", "Back in Blak", 8, "similar spelling"),
        ("Tyler, The Creator", "Earfquake", 9, "artist and title"),
        ("Tyler The Creator", "Earfquake", 9, "artist and title"),
        ("Pink", "So What", 11, "artist and title"),
        ("Kesha", "TiK ToK", 12, "artist and title"),
        ("Kiss", "Rock 'n' Roll All Nite", 13, "artist and title"),
        ("Lipps Inc", "Funkytown", 14, "artist and title"),
        ("Ada", "Lovesick Bluess", NOWHERE, ""),  # two songs are as near
        ("아이유", "사랑", 17, "artist and title"),
        ("Somebody Else", "Yesterday", 19, "artist and title"),
        ("Skrillex", "Rumble", NOWHERE, ""),
        ("Blur", "Song 3", NOWHERE, ""),
        ("!!!", "!!!", 23, "artist and title"),
        ("Nobody At All", "Halo", NOWHERE, ""),
        ("Queen", "Halo", NOWHERE, ""),
        ("Halo", "Beyoncé", NOWHERE, ""),  # the other way round is for what people type
        (None, "Halo", NOWHERE, ""),
        ("Beyoncé", None, NOWHERE, ""),
        ("Beyoncé", "", NOWHERE, ""),
        ("", "", NOWHERE, ""),
        ("One", "Two - Three - Four", 24, "artist and title"),
    ],
)
def test_names_are_joined_as_people_write_them(join, artist, title, expected, way):
    assert found(join, artist, title) == ((SONGS[expected], way) if expected >= 0 else None)


@pytest.mark.parametrize(
    ("line", "expected", "way"),
    [
        ("Beyoncé - Halo", 0, "artist and title"),
        ("Halo - Beyoncé", 0, "artist and title"),
        ("Halo by Beyonce", 0, "artist and title"),
        ("Halo, Beyoncé", 0, "artist and title"),
        ("Beyoncé, Halo", 0, "artist and title"),
        ("Stand By Me", 10, "title alone"),
        ("Stand By Me by Ben E King", 10, "artist and title"),
        ("Ben E. King – Stand By Me", 10, "artist and title"),
        ("EARFQUAKE, Tyler, The Creator", 9, "artist and title"),
        ("Tyler, The Creator, EARFQUAKE", 9, "artist and title"),
        ("Memories - Dillon Francis Remix - Maroon 5", 3, "artist and title"),
        ("yesterday", 18, "title alone"),
        ("Yesterday - Remastered 2009", 18, "title alone"),
        ("id4", 4, "id"),
        (f"https://open.spotify.com/track/{SPOTIFY_ID}", 0, "id"),
        ("Bohemian Rapsody by Queen", 1, "similar spelling"),
        ("two - three - four - one", 24, "artist and title"),
        ("no such song", NOWHERE, ""),
    ],
)
@pytest.mark.parametrize("with_index", [False, True])
def test_typed_lines_are_joined(join, tmp_path, line, expected, way, with_index):
    if with_index:
        build_title_index(tmp_path / "titles.sqlite", small_catalogue())
        join = SongJoin(small_catalogue(spotify_id=SPOTIFY_ID), TitleSearch(tmp_path / "titles.sqlite"))
    joined = join_plays(parse_history(line), join)
    assert joined.rows.tolist() == [expected]
    assert joined.matched == {name: int(name == way) for name in WAYS}


COPIES = [
    # best known first, all versions of one song but the last
    "Stairway to Heaven - Live at Earls Court",
    "Stairway to Heaven - Remaster",
    "Stairway to Heaven - 1990 Remaster",
    "Stairway to Heaven (feat. Somebody)",
    "Stairway to Heaven - Sunset Remix",
    "Stairway To Heaven",
    "Stairway to Heaven - Live",
    "Going to California",
]


@pytest.mark.parametrize(
    ("title", "expected", "way"),
    [
        ("Stairway to Heaven", 1, "another version"),
        ("stairway to heavn", 1, "similar spelling"),
        ("Stairway to Heaven - Remaster", 1, "artist and title"),
        ("Stairway to Heaven - 1990 Remaster", 2, "artist and title"),
        ("Stairway to Heaven (Mono)", 1, "another version"),
        ("Stairway to Heaven (Deluxe Edition)", 1, "another version"),
        ("Stairway to Heaven - Sunset Remix", 4, "artist and title"),
        ("Stairway to Heaven - Live", 6, "artist and title"),
        ("Stairway to Heaven (Live in Paris)", 0, "another version"),
        ("Stairway to Heaven - Karaoke Version", 0, "another version"),  # none is here: whichever is best known
        ("Going to California", 7, "artist and title"),
    ],
)
@pytest.mark.parametrize("with_index", [False, True])
def test_of_the_copies_of_a_recording_the_best_known_is_taken(tmp_path, title, expected, way, with_index):
    catalogue = small_catalogue([(copy, "Led Zeppelin") for copy in COPIES], versions=[0, 0, 0, 0, 0, 0, 0, 1])
    build_title_index(tmp_path / "titles.sqlite", catalogue)
    join = SongJoin(catalogue, TitleSearch(tmp_path / "titles.sqlite") if with_index else None)
    assert join.find(None, "Led Zeppelin", title) == (expected, WAYS.index(way))
    assert join_plays(parse_history(f"Led Zeppelin - {title}"), join).rows.tolist() == [expected]


def test_the_copy_of_the_very_title_is_taken_where_that_is_asked_for():
    catalogue = small_catalogue([(copy, "Led Zeppelin") for copy in COPIES], versions=[0] * len(COPIES))
    join = SongJoin(catalogue, best_known=False)
    assert join.find(None, "Led Zeppelin", "Stairway to Heaven") == (5, WAYS.index("artist and title"))


def test_an_id_goes_before_names(join):
    assert join.find("id3", "Beyoncé", "Halo") == (3, WAYS.index("id"))
    assert join.find("no such id", "Beyoncé", "Halo") == (0, WAYS.index("artist and title"))
    assert join.find(SPOTIFY_ID, None, None) == (0, WAYS.index("id"))


def test_what_is_unmatched_is_counted_and_listed(join):
    lines = ["A - B"] * 2 + ["Beyoncé - Halo"] * 2 + ["C - D"] * 3 + ["Queen - Bohemian Rhapsody", "nothing"]
    joined = join_plays(parse_history("\n".join(lines)), join)
    assert joined.unmatched() == [("C – D", 3), ("A – B", 2), ("nothing", 1)]
    assert joined.unmatched(1) == [("C – D", 3)]
    assert joined.unmatched_songs == 3
    assert joined.known().tolist() == [0, 0, 1]
    assert joined.matched == {**dict.fromkeys(WAYS, 0), "artist and title": 2, "another version": 1}
    assert joined.matched_songs == {**dict.fromkeys(WAYS, 0), "artist and title": 1, "another version": 1}
    assert sum(joined.matched.values()) + sum(count for _, count in joined.unmatched()) == len(joined.plays)


def test_only_unknown_songs_are_a_clear_error(join):
    joined = join_plays(parse_history("A - B\nC - D\nE - F\nG - H\nC - D"), join)
    with pytest.raises(InvalidQueryError, match=r'None of the 4 songs .*: "C – D", "A – B", "E – F" and 1 more'):
        joined.known()


def test_artists_alone_match_no_track(join):
    plays = parse_history("user,artist\nu,Queen\nu,Ada\n")
    assert plays.artists_only
    assert (join_plays(plays, join).rows == NOWHERE).all()


def test_an_empty_catalogue_matches_nothing():
    joined = join_plays(parse_history("A - B\nC"), SongJoin(small_catalogue([])))
    assert (joined.rows == NOWHERE).all()


def test_keys_are_never_empty_for_a_name():
    for name in ("!!!", "♥", "The The", "And", "n", "The", "&", "...", "$"):
        assert artist_key(name) and whole_key(name) and song_key(name)
    assert artist_key("The The") != artist_key("The Cure")


def test_credits_are_taken_apart():
    assert artists_in("A & B feat. C") == ["A & B feat. C", "A & B", "A", "B", "C"]
    assert artists_in("Tyler, The Creator")[0] == "Tyler, The Creator"
    assert artists_in("Ada") == ["Ada"]


def test_every_song_is_found_by_its_own_name(join):
    for row, (title, artists) in enumerate(SONGS):
        assert join.find(None, artists, title)[0] == row


def words(rng, n):
    syllables = "ba ce di fo gu la me ni ro su ta ve wi yo zu mar len tis kor pel".split()
    return [
        " ".join("".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(rng.randint(1, 3)))
        for _ in range(n)
    ]


def test_misspelt_names_are_found_and_absent_ones_are_not():
    rng = random.Random(5)
    artists, titles = words(rng, 400), words(rng, 4_000)
    songs = [(title, artists[i % 400]) for i, title in enumerate(titles)]
    known = SongJoin(small_catalogue(songs[:3_000]))
    right = wrong = 0
    for row, (title, artist) in enumerate(songs[:3_000:5]):
        at = rng.randrange(1, len(title) - 1)
        got = known.find(None, artist, title[:at] + rng.choice("qxj") + title[at + 1 :])[0]
        right += got >= 0 and songs[got] == songs[row * 5]
        wrong += got >= 0 and songs[got] != songs[row * 5]
    assert right > 540 and wrong < 6  # of 600
    assert sum(known.find(None, artist, title)[0] >= 0 for title, artist in songs[3_000:]) <= 10  # of 1,000


@pytest.mark.slow
def test_a_thousand_names_are_joined_to_many_tracks_in_two_seconds():
    rng = random.Random(7)
    artists = list(dict.fromkeys(words(rng, 20_000)))
    songs = [(title, artists[i % len(artists)]) for i, title in enumerate(words(rng, 200_000))]
    join = SongJoin(small_catalogue(songs))
    join.find(None, "anybody", "at all")
    lines = [f"{artist[:3]}x{artist[3:]} - {title}" for title, artist in rng.sample(songs, 1_000)]
    started = time.perf_counter()
    joined = join_plays(parse_history("\n".join(lines)), join)
    assert time.perf_counter() - started < 2
    assert np.mean(joined.rows >= 0) > 0.5


def test_only_the_most_played_are_sought_by_spelling(join):
    plays = parse_history("Queen - Bohemian Rapsody\nQueen - Under Presure\nQueen - Under Presure\nBeyoncé - Halo")
    joined = join_plays(plays, join, most_misspelt=1)
    assert joined.rows.tolist() == [NOWHERE, 2, 2, 0]
    assert joined.not_sought == 1 and join_plays(plays, join).not_sought == 0
