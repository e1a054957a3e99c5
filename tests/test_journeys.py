"""The journeys over HTTP and for `gradio_client`, against the app as it is served."""

# ruff: noqa: F401, F811  (fixtures of another module are asked for by their names)

from typing import Any

import pytest
from gradio_client.exceptions import AppError

from tests.test_api import ok, refused, rest, song
from tests.test_endpoints import client

pytestmark = pytest.mark.slow

PATHS: list[tuple[dict[str, Any], int, str]] = [  # what is added to a good request, the status, the words
    ({"start": "zz"}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"goal": "zz"}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"exclude": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"steps": 2}, 422, r"^steps: Input should be greater than or equal to 3 \(given 2\)"),
    ({"steps": 31}, 422, r"^steps: Input should be less than or equal to 30 \(given 31\)"),
    ({"steps": "many"}, 422, r"^steps: Input should be a valid integer"),
    ({"seed": -1}, 422, r"^seed: Input should be greater than or equal to 0"),
    ({"energy": "up"}, 422, r"^energy: Input should be 'any', 'rising' or 'falling' \(given 'up'\)"),
    ({"space": "taste"}, 422, r"^No space is called 'taste'"),
    ({"per_artist": -1}, 422, r"^per_artist: Input should be greater than or equal to 0"),
    ({"filters": {"year": 1999}}, 422, r"^filters\.year: there is no such field"),
    ({"filters": {"year_max": 1000}}, 422, r"^No song passes these filters together"),
]
BLENDS: list[tuple[dict[str, Any], int, str]] = [
    ({"track_ids": []}, 422, r"^There is nothing to rank by\. audio: no song was given"),
    ({"track_ids": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"away": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"history": ["Nobody – Nothing"]}, 422, r"^None of the 1 songs in the history is in this catalogue"),
    ({"weights": {"audio": 2}}, 422, r"^weights\.audio: Input should be less than or equal to 1 \(given 2\)"),
    ({"weights": {"smell": 1}}, 422, r"^weights\.smell: there is no such field"),
    ({"k": 0}, 422, r"^k is 0; it must be a whole number from 1 to 500"),
    ({"text": "x" * 2000}, 422, r"1,000"),
]


@pytest.fixture(scope="module")
def goal(demo):
    return demo.catalogue.track_ids[-1]


@pytest.fixture(scope="module")
def blend(song, demo):
    return {"track_ids": [song], "text": "calm and sad", "history": demo.catalogue.track_ids[1:4], "k": 8}


def test_a_path_leads_from_start_to_goal_and_says_what_changes(rest, song, goal):
    answer = ok(rest.post("/song_path", json={"start": song, "goal": goal, "steps": 8}))
    steps = answer["steps"]
    assert [steps[0]["track"]["track_id"], steps[-1]["track"]["track_id"]] == [song, goal]
    assert len({step["track"]["track_id"] for step in steps}) == 8
    assert steps[0]["why"] == "" and all(step["why"] and step["reasons"] for step in steps[1:])
    assert answer["longest_jump"] == max(step["jump"] for step in steps) < 1
    assert answer["notes"] == []


def test_a_path_between_neighbours_says_that_it_is_a_detour(rest, song):
    beside = ok(rest.post("/similar_tracks", json={"track_ids": [song], "k": 1}))["results"][0]["track"]["track_id"]
    answer = ok(rest.post("/song_path", json={"start": song, "goal": beside, "steps": 20}))
    assert answer["longest_jump"] > 1 and "Ask for fewer steps" in answer["notes"][0]


def test_engines_vote(rest, blend):
    answer = ok(rest.post("/blend_engines", json=blend))
    assert answer["voters"] == ["audio", "latent", "vibe", "history"] and answer["silent"] == {}
    assert len(answer["results"]) == 8
    for row in answer["results"]:
        assert sum(row["votes"].values()) == pytest.approx(1)


def test_cards_are_songs_of_the_catalogue(rest, demo):
    cards = ok(rest.get("/first_cards"))["cards"]
    assert len({card["artist"] for card in cards}) == 10
    demo.catalogue.rows([card["track_id"] for card in cards])
    refused(rest.get("/first_cards", params={"k": 51}), 422, r"^k is 51; it must be a whole number from 1 to 50")
    refused(rest.get("/first_cards", params={"k": "many"}), 422, r"^k: Input should be a valid integer")


def test_liked_cards_start_the_history_model(rest):
    cards = [card["track_id"] for card in ok(rest.get("/first_cards"))["cards"]]
    asked = {"history": [], "liked": cards[:3], "disliked": cards[3:6]}
    found = [row["track"]["track_id"] for row in ok(rest.post("/recommend_from_history", json=asked))["results"]]
    assert len(found) == 10 and not set(found) & set(cards[:6])


@pytest.mark.parametrize(("changes", "status", "words"), PATHS)
def test_a_bad_path_is_refused_in_plain_words(rest, client, song, goal, changes, status, words):
    asked = {"start": song, "goal": goal} | changes
    answer = rest.post("/song_path", json=asked)
    refused(answer, status, words)
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/song_path", **asked)
    assert str(caught.value) == answer.json()["error"]


@pytest.mark.parametrize(("changes", "status", "words"), BLENDS)
def test_a_bad_blend_is_refused_in_plain_words(rest, client, song, changes, status, words):
    asked = {"track_ids": [song]} | changes
    answer = rest.post("/blend_engines", json=asked)
    refused(answer, status, words)
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/blend_engines", **asked)
    assert str(caught.value) == answer.json()["error"]
