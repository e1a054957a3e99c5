"""What the tab "Blend" says of engines and votes, without a browser."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from recsys.capabilities import Capabilities
from recsys.engine_blend import ENGINES, USUAL, BlendAnswer, BlendQuery, BlendRow, blend_engines
from recsys.errors import UnknownTrackError
from recsys.genre_songs import GenreSongs
from recsys.results import PartReason, ScoredTrack
from recsys.ui.blend import Given, examples_of, formula, missing, read, show
from recsys.ui.engine_votes import ENGINES_SHOWN, voters, votes
from tests.contract import hand_made
from tests.planted_follow import by_hand, follow_catalogue
from tests.planted_vibes import search_over

PLUS = [{"track_id": "f0", "label": "x"}, {"track_id": "f4", "label": "y"}]


@pytest.fixture(scope="module")
def catalogue():
    return follow_catalogue()


@pytest.fixture(scope="module")
def loaded(catalogue, tmp_path_factory):
    vibe = search_over(catalogue, tmp_path_factory.mktemp("vibe"))
    nothing: Any = SimpleNamespace()
    songs, history = hand_made(catalogue), by_hand(catalogue)
    return Capabilities(nothing, catalogue, nothing, songs, None, None, GenreSongs(catalogue), vibe, history)


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def row(catalogue, votes, parts=()):
    reasons = tuple(PartReason(name, part, "") for name, part in parts)
    return BlendRow(ScoredTrack(catalogue.track(0), 1.0, reasons, "Nothing speaks for it."), votes)


def test_every_engine_of_the_core_has_a_name_and_a_colour_of_its_own():
    assert tuple(ENGINES_SHOWN) == ENGINES
    assert len({engine.name for engine in ENGINES_SHOWN.values()}) == len(ENGINES)
    assert len({engine.colour for engine in ENGINES_SHOWN.values()}) == len(ENGINES)


def test_votes_are_a_bar_and_the_same_in_words(catalogue):
    html = votes(row(catalogue, {"audio": 0.25, "vibe": 0.75}))
    assert re.findall(r"width:(\d+)%", html) == ["25", "75"]
    assert text_of(html) == "Votes: Likeness 25% Vibe 75%"


def test_who_is_against_a_song_is_named_without_a_share(catalogue):
    html = votes(row(catalogue, {"audio": 1.0, "history": 0.0}, [("audio", 2.0), ("history", -0.5)]))
    assert text_of(html) == "Votes: Likeness 100% History against it"
    assert re.findall(r"width:(\d+)%", html) == ["100"]


def test_a_song_without_votes_says_so(catalogue):
    assert text_of(votes(row(catalogue, {"audio": 0.0}))) == "Nothing speaks for it."


def test_silent_engines_are_named_with_the_reason():
    answer = BlendAnswer([], ("audio", "latent"), {"vibe": "no text was <given>", "history": "It is damaged."})
    said = text_of(voters(answer))
    assert (
        "Likeness votes. Kind votes. Vibe is silent: no text was &lt;given&gt;. History is silent: It is damaged."
        in said
    )
    assert said.startswith("A vote is an engine’s share")


def test_the_list_shows_the_cores_songs_with_their_votes(loaded):
    query = BlendQuery(("f0",), (), "disco", ("f8",))
    expected = [row.song.track.track_id for row in blend_engines(loaded, query).results]
    html = show(loaded, Given(("f0",), (), "disco", ("f8",)), 2, dict(USUAL))
    assert re.findall(r'<tr data-track="(f\d+)"', html) == expected
    assert html.count('class="votes"') == len(expected) == 10


def test_weights_are_read_in_the_order_of_the_engines(loaded):
    given, per_artist, weights = read(PLUS, None, "  sad ", [], 3.0, 0.1, 0.2, 0.3, 0.4)
    assert given == Given(("f0", "f4"), (), "sad", ())
    assert per_artist == 3
    assert weights == {"audio": 0.1, "latent": 0.2, "vibe": 0.3, "history": 0.4}
    html = show(loaded, given, per_artist, weights | {"latent": 0.0})
    assert "Kind is silent: its weight is 0." in text_of(html)


def test_songs_to_be_unlike_alone_ask_for_more(loaded):
    html = show(loaded, Given(minus=("f0",)), 2, dict(USUAL))
    assert "Add a song under “Like these”" in html and "<table" not in html


def test_songs_to_be_unlike_beside_a_text_are_left_out_and_it_is_said(loaded):
    first = re.findall(r'<tr data-track="(f\d+)"', show(loaded, Given(text="disco"), 2, dict(USUAL)))[0]
    html = show(loaded, Given(text="disco", minus=(first,)), 2, dict(USUAL))
    assert f'<tr data-track="{first}"' not in html
    assert "they have no song to start from" in html


def test_a_short_list_says_that_these_are_all(loaded):
    few = show(loaded, Given(plus=("f0",), text="only Band 3"), 6, dict(USUAL))
    shown = few.count('class="votes"')
    assert 0 < shown < 10
    assert f"(no more than {shown} qualify)" in few
    assert "no more than" not in show(loaded, Given(plus=("f0",)), 2, dict(USUAL))


def test_an_unknown_song_is_named(loaded):
    with pytest.raises(UnknownTrackError, match="zz"):
        show(loaded, Given(plus=("zz",)), 2, dict(USUAL))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Given(("f0", "f4"), ("f8",)), "Tune 0 + Tune 4 \N{MINUS SIGN} Tune 8"),
        (Given(("f0",), (), "late"), "Tune 0 + “late”"),
        (Given((), (), "late", ("f4",)), "“late” + after Tune 4"),
        (Given(("f0",), (), "", ("f4", "f8")), "Tune 0 + after 2 songs, the last Tune 8"),
    ],
)
def test_the_question_is_said_as_a_sum(loaded, given, said):
    assert formula(loaded, given) == said


def test_all_examples_can_be_answered(loaded):
    examples = examples_of(loaded)
    assert len(examples) == 3
    for example in examples:
        plus, minus, heard = (tuple(t.track_id for t in part) for part in (example.plus, example.minus, example.heard))
        html = show(loaded, Given(plus, minus, example.text, heard), 2, dict(USUAL))
        assert html.count('class="votes"') == 10


@pytest.mark.parametrize(("lost", "left"), [("songs", 1), ("vibe", 1), ("history", 2)])
def test_examples_need_no_engine_that_the_bundle_lacks(loaded, lost, left):
    assert len(examples_of(replace(loaded, **{lost: None}))) == left


def test_an_engine_that_the_bundle_lacks_is_named_once_with_the_reason():
    html = missing({"audio": "Not trained.", "latent": "Not trained.", "vibe": "<Damaged>."})
    assert text_of(html) == "Without Likeness and Kind. Not trained. Without Vibe. &lt;Damaged&gt;."
    assert html.count('class="notice"') == 2
    assert missing({}) == ""
