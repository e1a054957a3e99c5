"""Cleaning lyrics: what goes, what stays, what is refused, and how long hostile text may take."""

import time

import pytest

from recsys.errors import EmptyQueryError, InvalidQueryError
from recsys.lyrics import MAX_CHARACTERS, clean, read_lyrics

SONG = "I walk along the river\nThe river walks with me"


def lines(text):
    return list(clean(text).lines)


# What a lyrics site adds


@pytest.mark.parametrize(
    "heading",
    [
        "32 ContributorsTranslationsDeutsch\u0420\u0443\u0441\u0441\u043a\u0438\u0439EspañolLast River Lyrics\n",
        "1 ContributorLast River Lyrics",
        "18 Contributors\u200blast river Lyrics[Verse 1]\n",
        "124 Contributors\nTranslations\nEspañol\n\u0627\u0644\u0639\u0631\u0628\u064a\u0629\nRiver Lyrics\n[Intro]\n",
        "7 ContributorsRiver LyricsA song by two friends, first recorded in 1931 and… Read More\xa0\n",
        "7 ContributorsRiver Lyrics\nThe second single from the album,\nwhich sold… \nRead More\n\xa0\n[Verse 1]\n",
        f"66 Contributors\nRiver Lyrics\n“River” is a song by A, {'which is long to tell, ' * 6}really!\n[Verse]\n",
        "2 ContributorsTranslationsEnglishThe Band - River (Tradução em Português) Lyrics\n\n",
        "Last River Lyrics\n[Verse 1]\n",
        "Genius English Translations - The Band - River\n",
    ],
)
def test_the_heading_of_a_site_goes(heading):
    assert lines(heading + SONG) == SONG.split("\n")
    assert "Removed what a lyrics site adds" in clean(heading + SONG).notes[0] or "\u200b" in heading


@pytest.mark.parametrize("tail", ["3Embed", "12.4KEmbed", "1KEmbed", "Embed", "\nEmbed", "\n15Embed\n"])
def test_the_players_mark_at_the_end_goes(tail):
    assert lines(SONG + tail) == SONG.split("\n")


def test_a_year_before_the_players_mark_stays():
    assert lines("We met in the summer\nIn 199912Embed")[1] == "In 1999"


def test_advertisements_go():
    text = (
        "I walk alone\nSee The Band LiveGet tickets as low as $49You might also likeThe river sings\n"
        "You might also like\n[Chorus]\nOh river"
    )
    assert lines(text) == ["I walk alone", "The river sings", "Oh river"]


@pytest.mark.parametrize(
    "sung",
    [
        "I write my lyrics late at night",
        "Lyrics are all I have",
        "I'll embed it in your brain",
        "And there it stays, embed",
        "Seven contributors to my pain",
        "7 contributors to my pain",
        "You might also like to dance",
        "See me live and let live",
        "The second verse is like the first, the chorus too",
        "Cross that bridge with me",
        "Translations of my heart",
        "I read more than you do",
    ],
)
def test_real_words_that_look_like_marks_stay(sung):
    assert lines(f"First I sang to you\n{sung}\nthen you sang to me")[1] == sung
    assert lines(f"{sung}\nthen you sang to me")[0] == sung
    assert lines(f"then you sang to me\n{sung}")[-1] == sung


# Sections and stage directions


@pytest.mark.parametrize(
    "mark",
    [
        "[Chorus]", "[Verse 1: X]", "[Verse 2 - Prince, (Lisa), All]", "[x3]", "[fades out]", "[Tony Yayo:]", "{Intro}",
        "[?]", "[Chorus: A, B & C", "[Chorus}", "[Outro[", "(Chorus 2x)", "(Verse Three: Lil' X)", "Chorus:",
        "CHORUS x2",
        "Verse 3: Layzie Bone", "Repeat chorus and fade", "--- Instrumental Break ---", "*chorus 1*", "(Guitar Solo)",
        "[Intro: Fergie & \nPolow da Don\n]", "[Produced by A and B]", "[Letra de \"Agua\"]", "[Barbra and Stevie]",
        "[\u200bBridge\u200b]", "[Chorus] (x2)", "[Hook] x4", "Verse II:",
    ],
)  # fmt: skip
def test_stage_directions_go(mark):
    assert lines(f"I walk along\n{mark}\nthe river") == ["I walk along", "the river"]


def test_marks_end_a_line_where_they_were_glued_to_it():
    assert lines("I walk along[Chorus]The river{Outro}Oh") == ["I walk along", "The river", "Oh"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[It's gonna work out just fine]", "It's gonna work out just fine"),
        ("{so come on baby, dance with me}", "so come on baby, dance with me"),
        ("(Oh, my love)", "(Oh, my love)"),
        ("Bridge: You can't deny it, no", "You can't deny it, no"),
        ("[You make me smile", "You make me smile"),
    ],
)
def test_what_is_sung_in_brackets_stays(text, kept):
    assert lines(f"I walk along\n{text}\nthe river")[1] == kept


@pytest.mark.parametrize(
    "text", ["Let it be (x2)", "Let it be x3", "Let it be [4x]", "Let it be (x 8)", "Let it be (2X)"]
)
def test_repetition_marks_go(text):
    assert lines(f"{text}\nand be") == ["Let it be", "and be"]


def test_numbers_that_are_sung_stay():
    assert lines("My 4x4 and I\nroute 66\nx marks the spot") == ["My 4x4 and I", "route 66", "x marks the spot"]


def test_repeated_lines_are_kept():
    assert lines("La la\nLa la\n\nLa la") == ["La la"] * 3


# Joined lines


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("Don't want your love any moreDon't want your kisses",
         ["Don't want your love any more", "Don't want your kisses"]),
        ("What now?Who knows", ["What now?", "Who knows"]),
        ("Hear me (hear me!)I am here", ["Hear me (hear me!)", "I am here"]),
        ("I keep missin'Even you", ["I keep missin'", "Even you"]),
        ("Come to me'Cause I care", ["Come to me", "'Cause I care"]),
        ('She said "go"And I went', ['She said "go"', "And I went"]),
        ("Out with MaryI was late", ["Out with Mary", "I was late"]),
        ("It's trueÉcoute moi", ["It's true", "Écoute moi"]),
    ],
)  # fmt: skip
def test_joined_lines_are_split(glued, parts):
    assert lines(f"{glued}\nand so on") == [*parts, "and so on"]


@pytest.mark.parametrize(
    "name", ["McDonald", "LaVern", "iPhone", "YouTube", "DeLorean", "L.A.", "O.P.P.?", "MacArthur", "eBay", "WhatsApp"]
)
def test_names_are_not_split(name):
    assert lines(f"I saw {name} tonight\nand so on") == [f"I saw {name} tonight", "and so on"]


# Characters and HTML


def test_odd_characters_are_made_plain():
    text = "\ufeffDon’t “go”\r\nSay\u2005it\xa0\xa0again\u2028caf\u0065\u0301\x00 no\ud800w\u200b\rEnd\u0085Over"
    lyrics = clean(text)
    assert lyrics.lines == ('Don\'t "go"', "Say it again", "café now", "End", "Over")
    assert lyrics.notes == ("Removed 4 control or invisible characters.",)


def test_hidden_cyrillic_letters_become_latin_ones():
    lyrics = clean("We l\u043eve th\u0435 rain\n\u041c\u044b \u043b\u044e\u0431\u0438\u043c")
    assert lyrics.lines == ("We love the rain", "\u041c\u044b \u043b\u044e\u0431\u0438\u043c")
    assert lyrics.notes == ("Replaced 2 Cyrillic letters in Latin words, a watermark of lyrics sites.",)


def test_html_is_removed():
    text = (
        "<html><style>p {color: red}</style><SCRIPT type='a'>if (a < b) alert('<p>')</SCRIPT><!-- <b>no</b> -->"
        '<p class="x">I walk <b>along</b><br/>the river &amp; you&#39;re<BR>with me</p>here &lt;3'
    )
    lyrics = clean(text)
    assert lyrics.lines == ("I walk along", "the river & you're", "with me", "here <3")
    assert lyrics.notes == ("Removed HTML tags.",)


@pytest.mark.parametrize(
    "sung", ["I <3 you", "a < b and c > d", "<A scrub is a guy that's fly>", "R&B; AT&T &copy all"]
)
def test_what_only_looks_like_html_stays(sung):
    assert lines(f"{sung}\nand so on") == [sung, "and so on"]


def test_a_script_that_never_ends_hides_nothing():
    assert lines("<script>I walk along\n<style>the river") == ["I walk along", "the river"]


# Notes and errors


def test_notes_say_what_was_done():
    lyrics = read_lyrics("5 ContributorsRiver Lyrics[Verse 1]\nI walk along the riverYou do (x2)\n[Chorus]\nOh3Embed")
    assert lyrics.lines == ("I walk along the river", "You do", "Oh")
    assert lyrics.text == "I walk along the river\nYou do\nOh"
    assert lyrics.words == 8
    assert lyrics.notes == (
        'Removed what a lyrics site adds, such as "5 ContributorsRiver Lyrics".',
        "Split 1 line that had been joined.",
        "Removed 1 repetition mark such as (x2).",
        "Removed 2 section marks or stage directions such as [Verse 1].",
        "Only 8 words: take the answer with care.",
    )


def test_clean_lyrics_have_no_notes():
    assert read_lyrics(f"{SONG}\n" * 3).notes == ()


def test_words_are_counted_in_scripts_without_spaces():
    assert clean("夜に駆ける\nrock'n'roll mother-in-law").words == 7


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a", "b"], "a list was given"),
        (3, "a value of type int was given"),
        (None, r"nothing \(null\) was given"),
        (b"words of a song", "bytes was given"),
    ],
)
def test_what_is_not_text_is_refused(given, message):
    with pytest.raises(InvalidQueryError, match=message):
        read_lyrics(given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "are empty"),
        (" \n\t\u3000", "are empty"),
        ("[Intro]\n[Guitar solo]", "only section marks or stage directions"),
        ("🔥🔥❤️", "only emoji or other symbols"),
        ("...!?\n--", "only punctuation"),
        ("12 34", "only numbers"),
        ("\x00\u200b", "only control or invisible characters"),
        ("<p></p><br>", "only HTML tags"),
    ],
)
def test_text_without_words_is_refused(text, message):
    with pytest.raises(EmptyQueryError, match=message):
        read_lyrics(text)


def test_too_few_words_are_refused():
    with pytest.raises(InvalidQueryError, match=r"have only 2 words \('hello world'\); at least 3 are needed"):
        read_lyrics("[Verse] hello world")
    assert read_lyrics("hello wide world").words == 3


def test_nothing_is_cut_in_silence():
    with pytest.raises(InvalidQueryError, match=r"have 100,001 characters; at most 100,000 are read"):
        read_lyrics("a" * (MAX_CHARACTERS + 1))
    assert read_lyrics("word " * (MAX_CHARACTERS // 5)).words == MAX_CHARACTERS // 5


HOSTILE = [
    "[", "]", "(", "<", "<a", "<a ", "<script>", "<!--", "\n", "1", "x1 ", " ", "chorus ", "chorus!", "\nchorus: ", "&",
    "&#1", "See ", "See X LiveGet ", "You might also like ", "1Embed", "aA", "A", '"', "1 Contributors", "Lyrics ",
    "Read More ", "\u200b", "e\u0301", "\u0430", "{", "[Verse 1\n", "Genius ", "a'", "a-", "[a ", "<p>", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("start", ["", "1 Contributor"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_only(start, piece):
    text = (start + piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    began = time.process_time()
    clean(text)
    assert time.process_time() - began < 2  # 0.2 s at most where nothing else runs; quadratic time takes minutes
