"""What the tab "For you" keeps and says, without a browser."""

from dataclasses import replace

import pytest

from recsys.heard_songs import HeardSongs
from recsys.ui.user_history import Given, account_of, steered, without_chip

TOLD = Given("a pasted history (lines of songs)", ("f0", "f4"), ("f1", "f2"), ("f3",), in_order=True)


@pytest.mark.parametrize(
    ("action", "track_id", "liked", "disliked"),
    [
        ("liked", "f9", ("f1", "f2", "f9"), ("f3",)),
        ("disliked", "f9", ("f1", "f2"), ("f3", "f9")),
        ("disliked", "f1", ("f2",), ("f3", "f1")),
        ("liked", "f3", ("f1", "f2", "f3"), ()),
        ("liked", "f1", ("f2", "f1"), ("f3",)),
        ("disliked", "f3", ("f1", "f2"), ("f3",)),
    ],
)
def test_the_last_word_on_a_song_counts(action, track_id, liked, disliked):
    told = steered(TOLD, action, track_id)
    assert (told.liked, told.disliked) == (liked, disliked)
    assert told[:2] == TOLD[:2]


@pytest.mark.parametrize(
    ("chip", "expected"),
    [
        ("history", Given("", (), ("f1", "f2"), ("f3",))),
        ("liked:f1", TOLD._replace(liked=("f2",))),
        ("disliked:f3", TOLD._replace(disliked=())),
        ("liked:f3", TOLD),
        ("disliked:zz", TOLD),
        ("zz", TOLD),
        ("", TOLD),
    ],
)
def test_a_chip_is_taken_back(chip, expected):
    assert without_chip(TOLD, chip) == expected


@pytest.mark.parametrize("colon", ["spotify:track:abc", "a:b"])
def test_an_id_may_hold_colons(colon):
    told = steered(steered(TOLD, "liked", colon), "liked", "f9")
    assert colon in told.liked and colon not in without_chip(told, f"liked:{colon}").liked


HEARD = HeardSongs(
    track_ids=("f0", "f4", "f4"),
    format="lines of songs",
    plays=5,
    matched={"artist and title": 2, "similar spelling": 1},
    unmatched=(("X – y", 2),),
    unmatched_songs=1,
    notes=("A note.",),
)


def test_the_account_counts_and_names():
    said = account_of(HEARD)
    assert "Read as lines of songs." in said and "A note." in said
    assert "3 of 5 plays are of songs in this catalogue (2 by artist and title, 1 by similar spelling)." in said
    assert "Not here: X – y (2)." in said


def test_the_account_names_five_and_counts_the_rest():
    said = account_of(replace(HEARD, unmatched=tuple((f"S{i}", 1) for i in range(100)), unmatched_songs=250))
    assert "S4 (1); and 245 more songs." in said and "S5" not in said


def test_the_account_of_a_history_that_is_all_here_names_nothing():
    assert "Not here" not in account_of(replace(HEARD, unmatched=(), unmatched_songs=0))


def test_a_song_called_like_html_stays_text():
    said = account_of(replace(HEARD, unmatched=(("<img src=x onerror=alert(1)>", 1),)))
    assert "<img" not in said and "&lt;img" in said
