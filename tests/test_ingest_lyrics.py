"""Lyrics files: which are read, what is left out and said, and which songs no split may part."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import SourceError
from recsys.genres import MACRO_GENRES
from train.ingest.lyric_groups import groups_of, main_artist
from train.ingest.lyrics import prepare, read_lyrics_files

WORDS = "I walk along the river every night and wonder where you are"
OTHER = "The engine burns the highway down and nobody can stop us now"
SPANISH = "Camino por la orilla del río al final del día y el agua me cuenta lo que nunca me quisiste decir"


@pytest.fixture
def load(tmp_path):
    """Rows (artist, title, lyrics, genres) as a file of ours, read."""

    def write(*rows):
        path = tmp_path / "songs.parquet"
        names = ("artist", "title", "lyrics", "genres")
        pq.write_table(pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)}), path)
        return read_lyrics_files([path])

    return write


def genres_of(songs, row):
    return [genre for genre, on in zip(MACRO_GENRES, songs.labels[row], strict=True) if on]


def removed(report):
    return {r.reason: r.rows for r in report.removed}


# Files


@pytest.mark.parametrize(
    "header",
    [
        "artist,title,lyrics,genres,source",
        "Artist(s),song,text,Genre,Length",
        "artist_name,track_name,lyrics,genre,release_date",
        "performer,name,Song Lyrics,tag,x",
        "\ufeffArtist;Title;Lyrics;Genres;x",
    ],
)
def test_known_headers_are_read(tmp_path, header):
    path = tmp_path / "songs.csv"
    cells = ["A", "Song", f"{WORDS}\noh", "pop; indie rock", "x"]
    separator = ";" if ";" in header else ","
    path.write_text(header + "\n" + separator.join(f'"{cell}"' for cell in cells) + "\n", "utf-8")
    assert read_lyrics_files([path]).rows.to_pylist() == [
        {
            "lyrics": f"{WORDS}\noh",
            "artist": "A",
            "title": "Song",
            "source": "songs.csv",
            "genres": ["pop", "indie rock"],
        }
    ]


def test_the_demo_worlds_lyrics_and_lists_in_parquet_are_read(tmp_path):
    path = tmp_path / "lyrics.parquet"
    row = {
        "track_id": "1",
        "artist": "A; B",
        "title": "Song",
        "lyrics": WORDS,
        "genres": ["Folk/Country"],
        "language": "en",
    }
    pq.write_table(pa.Table.from_pylist([row]), path)
    source = read_lyrics_files([path])
    assert source.rows["genres"].to_pylist() == [["Folk/Country"]]
    assert source.rows["artist"].to_pylist() == ["A; B"]


def test_several_files_follow_each_other(tmp_path):
    for name, artist in (("a.csv", "A"), ("b.csv", "B")):
        (tmp_path / name).write_text(f"artist,text,genre\n{artist},{WORDS} {name},pop\n1,2\n")
    source = read_lyrics_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert source.rows["source"].to_pylist() == ["a.csv", "b.csv"]
    assert source.malformed == 2
    songs = prepare(source)
    assert (songs.artists, songs.titles, songs.report.rows) == (["A", "B"], ["", ""], 4)
    assert removed(songs.report) == {"wrong number of columns": 2}


@pytest.mark.parametrize(("header", "lacking"), [("artist,title,genre", "lyrics"), ("artist,title,lyrics", "genres")])
def test_a_missing_column_is_named_with_those_there_are(tmp_path, header, lacking):
    path = tmp_path / "songs.csv"
    path.write_text(f"{header}\nA,B,C\n")
    with pytest.raises(
        SourceError, match=rf"songs\.csv has no column of {lacking}: name one {lacking}, .*'artist', 'tit"
    ):
        read_lyrics_files([path])


def test_no_file_at_all_is_an_error():
    with pytest.raises(SourceError, match="No file of lyrics was named"):
        read_lyrics_files([])


def test_no_row_left_is_an_error_that_says_why(load):
    with pytest.raises(
        SourceError, match=r"No lyrics are left to learn from(?s:.)*no genre given +1(?s:.)*no lyrics +1"
    ):
        prepare(load(("A", "One", WORDS, None), ("B", "Two", None, "pop")))


def test_an_empty_file_is_an_error(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text("lyrics,genre\n")
    with pytest.raises(SourceError, match="No lyrics are left"):
        prepare(read_lyrics_files([path]))


# Rows


def test_lyrics_are_cleaned_and_labelled(load):
    songs = prepare(load(("A", "One", f"3 ContributorsOne Lyrics[Verse]\n{WORDS}4Embed", "alternative rock, soul")))
    assert songs.texts == [WORDS]
    assert songs.labels.shape == (1, 14)
    assert (songs.labels.dtype.name, songs.groups.dtype.name) == ("bool", "int32")
    assert genres_of(songs, 0) == ["Alternative", "R&B/Soul", "Rock"]


def test_rows_of_no_use_are_counted_by_reason(load):
    songs = prepare(
        load(
            ("A", "Kept", WORDS, "pop"),
            ("A", "Null", None, "pop"),
            ("A", "Marks", "[Intro] [Outro]", "pop"),
            ("A", "Short", "oh baby", "pop"),
            ("A", "Long", "word " * 20_001, "pop"),
            ("A", "Bare", OTHER, None),
            ("A", "Odd", OTHER, "christmas; hel"),
            ("A", "Odd too", OTHER, "christmas"),
        )
    )
    report = songs.report
    assert songs.titles == ["Kept"]
    assert (report.rows, report.songs, report.groups) == (8, 1, 1)
    assert removed(report) == {
        "no lyrics": 1,
        "nothing that is sung": 1,
        "fewer than 3 words": 1,
        "more than 100,000 characters": 1,
        "no genre given": 1,
        "no genre that the table knows": 2,
    }
    assert dict(report.unknown_genres) == {"christmas": 2, "hel": 1}
    assert report.removed[-1].examples == ("songs.parquet: Odd", "songs.parquet: Odd too")
    assert report.genres["Pop"] == 1


def test_unknown_genres_are_listed_where_others_are_known(load):
    assert dict(prepare(load(("A", "One", WORDS, "pop, hel"))).report.unknown_genres) == {"hel": 1}


def test_other_languages_are_counted_and_removed(load):
    rows = [
        ("A", "One", WORDS, "pop"),
        ("B", "Dos", SPANISH, "pop"),
        ("C", "Two", OTHER, "rock"),
        ("D", "3", "x", "pop"),
    ]
    songs = prepare(load(*rows))
    assert songs.titles == ["One", "Two"]
    assert removed(songs.report) == {"not in English": 1, "fewer than 3 words": 1}
    assert dict(songs.report.other_languages) == {"Spanish": 1}
    assert songs.report.share_of_other_languages == pytest.approx(1 / 3)
    everything = prepare(load(*rows), english_only=False)
    assert everything.titles == ["One", "Dos", "Two"]
    assert dict(everything.report.other_languages) == {"Spanish": 1}


# One song given twice


def test_the_same_text_is_one_song_of_all_its_genres(load):
    songs = prepare(
        load(("A", "One", WORDS, "soul"), ("B", "Uno", f"[Verse]\n{WORDS}", "rock"), ("C", "Two", OTHER, "pop"))
    )
    assert songs.titles == ["One", "Two"]
    assert genres_of(songs, 0) == ["R&B/Soul", "Rock"]
    assert dict(songs.report.united) == {"the same text": 1}


def test_the_same_artist_and_title_are_one_song_with_the_longest_text(load):
    songs = prepare(
        load(("The Á", "One!", WORDS, "soul"), ("the a", "one", f"{WORDS}\nOh", "rock"), ("B", "One", OTHER, "pop"))
    )
    assert songs.texts == [f"{WORDS}\nOh", OTHER]
    assert genres_of(songs, 0) == ["R&B/Soul", "Rock"]
    assert dict(songs.report.united) == {"the same artist and title": 1}


def test_rows_without_title_are_not_one_song(load):
    assert (
        len(
            prepare(
                load(("A", None, WORDS, "soul"), ("A", None, OTHER, "rock"), ("A", "?", f"{OTHER} no", "pop"))
            ).texts
        )
        == 3
    )


# Groups


@pytest.mark.parametrize(
    ("credited", "main"),
    [
        ("The Beatles", "beatles"),
        ("Beatles, The", "beatles"),
        ("Beyoncé feat. JAY-Z", "beyonce"),
        ("Beyonce ft JAY-Z", "beyonce"),
        ("BEYONCÉ (featuring X)", "beyonce"),
        ("Beyoncé; Shakira", "beyonce"),
        ("Beyoncé x Shakira", "beyonce"),
        ("Prince and the Revolution", "prince"),
        ("Prince & The Revolution", "prince"),
        ("Florence + The Machine", "florence"),
        ("X Ambassadors", "ambassadors"),
        ("The The", "the"),
        ("AC/DC", "ac dc"),
        ("+/-", ""),
        ("", ""),
    ],
)
def test_the_main_artist(credited, main):
    assert main_artist(credited) == main


def test_an_artist_never_lies_in_two_groups():
    artists = ["Earth, Wind & Fire", "Simon & Garfunkel", "Earth, Wind & Fire feat. X", "Simon & Garfunkel", "", ""]
    texts = [f"{i} {WORDS if i % 2 else OTHER}"[::-1] for i in range(6)]
    assert groups_of(texts, [""] * 6, artists).tolist() == [0, 1, 0, 1, 2, 3]


def test_covers_share_a_group():
    words = "\n".join(f"this is line {chr(97 + i) * 3} of a song that others sing as well" for i in range(12))
    texts = [words, words.upper().replace(" OF ", ", of "), f"{words}\nand then an end of its own", OTHER]
    assert groups_of(texts, ["One", "Two", "Three", "Four"], list("ABCD")).tolist() == [0, 0, 0, 1]


def test_songs_of_one_title_share_a_group_only_if_their_words_do():
    sung = "hello darling it is late and I must leave you by the gate"
    again = f"well, {sung.replace('darling', 'baby')} oh yes"
    titles = ["Hello - Live", "Hello (Remix)", "Hello"]
    assert groups_of([sung, again, OTHER], titles, list("ABC")).tolist() == [0, 0, 1]


def test_shared_lines_under_another_title_share_a_group():
    shared = "\n".join(f"we sing it all together number {word}" for word in ("one", "two", "three"))
    texts = [f"my own opening line\n{shared}", f"{shared}\nan end", OTHER]
    assert groups_of(texts, ["A", "B", "C"], ["X", "Y", "Z"]).tolist() == [0, 0, 1]


def test_groups_chain():
    """A's other song hangs together with B's through the song that both sing."""
    texts = [OTHER, WORDS, f"{WORDS}!", "something quite different from all of them"]
    assert groups_of(texts, ["1", "2", "3", "4"], ["A", "A", "B", "B"]).tolist() == [0, 0, 0, 0]


# Report


def test_the_report_is_text_and_json(load):
    report = prepare(
        load(("A", "One", WORDS, "pop, hel"), ("B", "Dos", SPANISH, "pop"), ("C", "Odd", OTHER, "zzz"))
    ).report
    assert json.loads(json.dumps(report.as_dict()))["other_languages"] == {"Spanish": 1}
    text = report.as_text()
    assert text.startswith("3 rows read, 1 songs kept, 1 groups by artist and words.\n\nRows by file\n")
    assert "  not in English                    1  songs.parquet: Dos\n" in text
    assert "Not in English: 50.0% of the usable rows, removed\n  language  count\n  Spanish       1" in text
    assert text.endswith("Micro-genres that the table does not know\n  name  count\n  hel       1\n  zzz       1")


def test_the_same_rows_give_the_same_songs(load):
    rows = [("A", "One", WORDS, "pop"), ("B", "Two", OTHER, "rock"), ("A", "Three", f"{OTHER} again and again", "soul")]
    one, two = prepare(load(*rows)), prepare(load(*rows))
    assert (one.texts, one.groups.tolist(), one.report) == (two.texts, two.groups.tolist(), two.report)
    assert one.groups.tolist() == [0, 1, 0]
