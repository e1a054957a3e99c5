import numpy as np
import pytest

from recsys.song_titles import version_kind
from train.version_groups import song_title, version_groups


@pytest.mark.parametrize(
    ("title", "song"),
    [
        # After a dash
        ("West End Girls - 2001 Remaster", "West End Girls"),
        ("Bohemian Rhapsody - Remastered 2011", "Bohemian Rhapsody"),
        ("Jive Talkin' - 2009 Remastered Version", "Jive Talkin'"),
        ("Helter Skelter - Mono / Remastered", "Helter Skelter"),
        ("Instant Karma! (We All Shine On) - 2010 - Remaster", "Instant Karma! (We All Shine On)"),
        ("Disaster - 2018", "Disaster"),
        ("Weak - Radio Edit", "Weak"),
        ("Bitter Sweet Symphony - Extended Version", "Bitter Sweet Symphony"),
        ("Pony - Single Version", "Pony"),
        ("Animals - Victor Niglio & Martin Garrix Festival Trap Remix", "Animals"),
        ("Being With You – Live at Wembley, 1986", "Being With You"),
        ("Man of the Year - MTV Unplugged", "Man of the Year"),
        ("Everybody - Re-Recording", "Everybody"),
        ("As It Was - Spotify Singles", "As It Was"),
        ("Zinnias - Recorded At Electric Lady Studios", "Zinnias"),
        ("MANIAC -Japanese ver.-", "MANIAC"),
        ("Escapism. - Sped Up", "Escapism."),
        ("Pale Demon - slowed + reverb", "Pale Demon"),
        ('Let It Go - From "Frozen"/Soundtrack Version', "Let It Go"),
        ("Song - Club Mix - Radio Edit", "Song"),
        # In brackets
        ("Heart of Gold (Live)", "Heart of Gold"),
        ("Compañera (Acústico)", "Compañera"),
        ("Enchanted (Taylor’s Version)", "Enchanted"),
        ('"Slut!" (Taylor\'s Version) (From The Vault)', "Slut"),
        ("Live Your Life (Karaoke / Instrumental)", "Live Your Life"),
        ("Another Try (In the Style of Josh Turner Featuring Trisha Yearwood) [Karaoke Version]", "Another Try"),
        ("Favorite Song (with Khalid) [Remix]", "Favorite Song"),
        ("Good Things Fall Apart (with Jon Bellion) [Tiësto's Big Room Remix]", "Good Things Fall Apart"),
        ("Let It Be (Take 28)", "Let It Be"),
        ("FEFE (feat. Nicki Minaj & Murda Beatz)", "FEFE"),
        ("Song (feat. Never Closed", "Song"),
        ("曲（Remix）", "曲"),  # noqa: RUF001
        # Guests without brackets
        ("I Think They Like Me - feat. Jermaine Dupri, Da Brat & Bow Wow", "I Think They Like Me"),
        ("DADDY ft. CL of 2NE1", "DADDY"),
        ("Quedate feat. LouisaFer (Radio Edit)", "Quedate"),
        ("Waves feat. Chris Brown & T.I - Robin Schulz Remix", "Waves"),
        # Endings without brackets
        ("Te Boté Remix", "Te Boté"),
        ("Come Together Remastered 2009", "Come Together"),
        ("La Ciudad En Vivo", "La Ciudad"),
        # Spanish and Portuguese
        ("Abrázame - Versión Acústica", "Abrázame"),
        ("El Aguijón - Versión Remasterizada (Live)", "El Aguijón"),
        ("El Niágra En Bicicleta - En Vivo Estadio Olímpico De República Dominicana/2012", "El Niágra En Bicicleta"),
        ("Tu Jardín - En Directo", "Tu Jardín"),
        ("Viaje a ningún lado (con Carin Leon)", "Viaje a ningún lado"),
        ("3 Batidas - Ao Vivo", "3 Batidas"),
        # Spelling
        ("TÚ NO ERES PARA MÍ", "Tu no eres para mi"),
        ("Coffee & TV", "Coffee and TV"),
        ("Don’t Stop", "Don't Stop"),
        ("Love (Pt. II)", "Love (Part 2)"),
    ],
)
def test_versions_share_one_song_title(title, song):
    assert song_title(title) == song_title(song)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Love (Part 1)", "Love (Part 2)"),
        ("White Wedding - Pt. 1", "White Wedding, Pt. 2"),
        ("Suite - I. Allegro", "Suite - II. Adagio"),
        ("Remix to Ignition", "Ignition"),
        ("Heaven", "Heaven (Interlude)"),
        ("Monster", "Monster (Reprise)"),
        ("6 Encores (1965)", "6 Encores"),
        ("Hotel (404)", "Hotel"),
        ("Jay Sean Feat. Pitbull - I'm All Yours", "Jay Sean Feat. Pitbull - Down"),
        ("Dancing (With You)", "Dancing"),
        ("Live Forever", "Forever"),
        ("Baller In The Mix", "Baller"),
    ],
)
def test_different_songs_stay_apart(one, other):
    assert song_title(one) != song_title(other)


@pytest.mark.parametrize(
    ("title", "song"),
    [
        ("Live and Let Die", "live and let die"),
        ("Live Forever", "live forever"),
        ("How Do I Live", "how do i live"),
        ("Remix To Ignition - Live", "remix to ignition"),
        ("Defeat of Giants", "defeat of giants"),
        ("Moving in Stereo", "moving in stereo"),
        ("Até Mais Ver", "ate mais ver"),
        ("The Remix", "the remix"),
        ("(I Can't Get No) Satisfaction - Mono", "i cant get no satisfaction"),
        ("Break on Through (To the Other Side)", "break on through to the other side"),
        ("1999 (2019 Remaster)", "1999"),
        ("Live", "live"),
        ("Remix", "remix"),
        ("(Live)", "live"),
        ("Live (Remastered)", "live"),
        ("[Instrumental]", "instrumental"),
        ("???", "???"),
        ("÷", "÷"),
        ("(♥)", "(♥)"),
    ],
)
def test_words_of_the_title_itself_survive(title, song):
    assert song_title(title) == song


def test_groups_are_per_artist_and_count_up():
    titles = ["Hurt", "Hurt", "Hurt - Live", "One"]
    groups = version_groups(titles, np.array([0, 1, 0, 0], np.int32))
    assert groups.tolist() == [0, 1, 0, 2]
    assert groups.dtype == np.int32


def test_halves_of_a_title_may_change_places():
    titles = [
        "Metal Health (Bang Your Head)",
        "Bang Your Head (Metal Health)",
        "Bang Your Head (Metal Health) - 2001 Remaster",
        "(I Can't Get No) Satisfaction",
        "Satisfaction [I Can't Get No]",
        "Bang Your Head",
        "Metal Health",
        "Crazy (Love)",
        "Love Crazy",
        "Crazy Love",
        "Love (Part 1)",
        "Love (Part 2)",
        "Love (♥)",
        "Hello (Goodbye) (Again)",
        "Goodbye (Hello) (Again)",
    ]
    groups = version_groups(titles, np.zeros(len(titles), np.int32))
    assert groups.tolist() == [0, 0, 0, 1, 1, 2, 3, 4, 5, 4, 6, 7, 8, 9, 10]
    assert len(set(version_groups(titles[:2], np.array([0, 1], np.int32)))) == 2


@pytest.mark.parametrize(
    "title",
    [
        "Live Forever",
        "Remix To Ignition",
        "Stairway to Heaven - Remaster",
        "Stairway to Heaven - 1990 Remaster",
        "Paint It, Black - (Original Single Mono Version)",
        "Helter Skelter - Mono / Remastered",
        "Bohemian Rhapsody - 2011 Mix",
        "A Little Respect - 2009 Remastered Version",
        "Layla - 40th Anniversary Version / 2010 Remastered",
        "Havana (feat. Young Thug)",
        "It Ain't Me (with Selena Gomez)",
        "Down feat. Somebody Else",
        "Weak - Radio Edit",
        "Weak radio edit",
        "Song (Deluxe Edition) - Explicit",
        'Let It Go - From "Frozen"/Soundtrack Version',
    ],
)
def test_other_issues_are_the_usual_recording(title):
    assert version_kind(title) == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Halo - Live", "Halo (Live at Wembley, 1986) - 2011 Remaster"),
        ("Halo - Live", "Halo en vivo"),
        ("Halo (Acoustic)", "Halo - Acoustic Version"),
        ("Halo (Karaoke)", "Halo (In the Style of Somebody)"),
        ("Halo - Dawn Remix", "Halo (Dawn Remix) [feat. Somebody]"),
        ("Halo (Taylor's Version)", "Halo - Taylor’s Version"),
    ],
)
def test_versions_of_one_kind(one, other):
    assert version_kind(one) == version_kind(other) != frozenset()


def test_kinds_of_versions_stay_apart():
    endings = (
        "Live|Acoustic|Live Acoustic|Karaoke|Instrumental|Dawn Remix|Dusk Remix|Demo|Sped Up|Extended Mix|Club Mix"
    )
    kinds = [version_kind(f"Halo - {ending}") for ending in endings.split("|")]
    assert len({frozenset(), *kinds}) == 1 + len(kinds)
