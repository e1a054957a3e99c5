"""The endpoints for `gradio_client`: what is promised, in the same words and with the same answers as REST."""

# ruff: noqa: F401, F811  (fixtures of another module are asked for by their names)

from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from recsys.ui.example_lyrics import EXAMPLES
from tests.test_api import (
    EXPORTS,
    FEATURES,
    FOLLOWED,
    READ_LYRICS,
    REFUSED_LYRICS,
    SIMILAR,
    VIBES,
    diagnosed,
    features,
    grouped,
    lines_of,
    ok,
    rest,
    song,
)

pytestmark = pytest.mark.slow

ENDPOINTS: dict[str, dict[str, Any]] = {  # what is promised to callers by name; None: required
    "/search_tracks": {"query": None, "limit": 12},
    "/similar_tracks": {
        "track_ids": None,
        "k": 10,
        "space": "blend",
        "same_cluster": True,
        "per_artist": 2,
        "one_version": True,
        "away": "None",
        "exclude": "None",
        "filters": "None",
    },
    "/similar_to_features": {
        "features": None,
        "k": 10,
        "space": "blend",
        "same_cluster": True,
        "per_artist": 2,
        "year": "None",
        "artist": "",
        "filters": "None",
    },
    "/clusters": {},
    "/cluster_of": {"track_id": None},
    "/predict_cluster": {"features": None},
    "/tag_lyrics": {"lyrics": None, "lines": 3, "k": 5},
    "/search_vibe": {
        "text": None,
        "k": 10,
        "dropped": "None",
        "more": "None",
        "less": "None",
        "per_artist": 2,
        "one_version": True,
        "exclude": "None",
        "filters": "None",
    },
    "/recommend_from_history": {
        "history": None,
        "k": 10,
        "familiar": 0.0,
        "liked": "None",
        "disliked": "None",
        "per_artist": 2,
        "one_version": True,
        "exclude": "None",
        "filters": "None",
    },
    "/playlist_doctor": {
        "playlist": None,
        "arc": "peak",
        "k": 10,
        "leave_out": "None",
        "per_artist": 2,
        "filters": "None",
    },
    "/group_blend": {
        "listeners": None,
        "k": 10,
        "way": "fair",
        "new_only": True,
        "per_artist": 2,
        "one_version": True,
        "exclude": "None",
        "filters": "None",
    },
    "/export_playlist": {"track_ids": None, "format": "csv", "title": ""},
    "/about": {},
}


@pytest.fixture(scope="module")
def client(app_url):
    client = Client(app_url, verbose=False)
    yield client
    client.close()


def test_public_endpoints_are_exactly_those_promised(app_url):
    info = ok(httpx.get(f"{app_url}/gradio_api/info"))

    def default(parameter):
        if not parameter["parameter_has_default"]:
            return None
        return "None" if parameter["parameter_default"] is None else parameter["parameter_default"]

    named = {
        name: {p["parameter_name"]: default(p) for p in endpoint["parameters"]}
        for name, endpoint in info["named_endpoints"].items()
    }
    assert named == ENDPOINTS
    assert info["unnamed_endpoints"] == {}


def test_ui_events_are_private(app_url):
    events = ok(httpx.get(f"{app_url}/config"))["dependencies"]
    public = {event["api_name"] for event in events if event["api_visibility"] == "public"}
    assert {f"/{name}" for name in public} == set(ENDPOINTS)
    assert len(events) > len(public)


def test_gradio_client_and_rest_give_equal_answers(client, rest, song, features):
    asked = {"k": 4, "space": "latent", "same_cluster": False, "filters": {"year_min": 1990}}
    questions = {
        "/similar_tracks": {"track_ids": [song], **asked},
        "/similar_to_features": {"features": features, **asked},
        "/predict_cluster": {"features": features},
    }
    for name, question in questions.items():
        assert client.predict(api_name=name, **question) == ok(rest.post(name, json=question))
    assert client.predict(song, api_name="/cluster_of") == ok(rest.get(f"/cluster_of/{song}"))
    assert client.predict("love", 5, api_name="/search_tracks") == ok(rest.get("/search_tracks?query=love&limit=5"))
    lyric = EXAMPLES["Country"]
    assert client.predict(lyric, api_name="/tag_lyrics") == ok(rest.post("/predict", json={"lyrics": lyric}))
    vibe = {
        "text": "sad but fast, 90s, no live versions",
        "k": 4,
        "dropped": ["years:1990-1999"],
        "more": [song],
        "per_artist": 1,
        "filters": {"year_min": 1990},
    }
    for question in ({"text": "canciones tristes"}, vibe):
        assert client.predict(api_name="/search_vibe", **question) == ok(rest.post("/vibe", json=question))
    for name in ("clusters", "about"):
        assert client.predict(api_name=f"/{name}") == ok(rest.get(f"/{name}"))


def test_gradio_client_and_rest_give_equal_answers_on_a_history(client, rest, demo):
    ids = list(demo.catalogue.track_ids[:30])
    options = {"k": 7, "familiar": 0.4, "liked": ids[30:], "disliked": ids[3:5], "per_artist": 1, "exclude": ids[5:6]}
    questions: list[dict[str, Any]] = [
        {"history": ids[:1]},
        {"history": ids} | options | {"filters": {"year_min": 1990}, "one_version": False},
        {"history": [*lines_of(demo, range(10)), "Nobody – Nothing"]},
        {"history": [*lines_of(demo, range(3)), *ids[3:6]], "k": 3},
    ]
    for question in questions:
        answer = client.predict(api_name="/recommend_from_history", **question)
        assert answer == ok(rest.post("/recommend_from_history", json=question))


@pytest.mark.parametrize(
    "changes",
    [changes for changes, *_ in FOLLOWED if set(changes) <= set(ENDPOINTS["/recommend_from_history"])],
)
def test_gradio_client_hears_the_same_words_on_a_history(client, rest, song, changes):
    asked = {"history": [song]} | changes
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/recommend_from_history", **asked)
    assert str(caught.value) == rest.post("/recommend_from_history", json=asked).json()["error"]


def test_gradio_client_and_rest_give_equal_answers_on_playlists(client, rest, demo):
    ids = list(demo.catalogue.track_ids[:12])
    filters = {"filters": {"year_min": 1990}}
    listeners = [{"name": "Ana", "history": ids[:4]}, {"history": lines_of(demo, range(30, 34))}]
    questions: list[tuple[str, dict[str, Any]]] = [
        ("/playlist_doctor", {"playlist": ids}),
        ("/playlist_doctor", {"playlist": "\n".join(lines_of(demo, range(5))), "arc": "rising", "k": 2} | filters),
        ("/playlist_doctor", {"playlist": ids, "leave_out": ids[:2], "per_artist": 1, "arc": "smooth"}),
        ("/group_blend", {"listeners": listeners}),
        ("/group_blend", {"listeners": listeners, "k": 4, "way": "average", "new_only": False, "exclude": ids[:1]}),
        ("/group_blend", {"listeners": listeners, "per_artist": 0, "one_version": False} | filters),
        ("/export_playlist", {"track_ids": ids}),
        ("/export_playlist", {"track_ids": ids, "format": "jspf", "title": "Señor Niebla"}),
    ]
    for name, question in questions:
        assert client.predict(api_name=name, **question) == ok(rest.post(name, json=question))


def test_gradio_client_hears_the_same_words_on_playlists(client, rest, demo):
    ids = list(demo.catalogue.track_ids[:8])
    cases = [
        ("/playlist_doctor", {"playlist": ids}, diagnosed(demo)),
        ("/group_blend", {"listeners": [{"history": ids[:4]}, {"history": ids[4:]}]}, grouped(demo)),
        ("/export_playlist", {"track_ids": ids[:2]}, EXPORTS),
    ]
    for name, asked, refusals in cases:
        for changes, *_ in refusals:
            with pytest.raises(AppError) as caught:
                client.predict(api_name=name, **asked | changes)
            assert str(caught.value) == rest.post(name, json=asked | changes).json()["error"]


KNOWN = [changes for changes, _, _ in SIMILAR if set(changes) <= set(ENDPOINTS["/similar_tracks"])]


@pytest.mark.parametrize("changes", KNOWN)
def test_gradio_client_hears_the_same_words(client, rest, song, changes):
    asked = {"track_ids": [song], "space": "audio"} | changes
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/similar_tracks", **asked)
    assert str(caught.value) == rest.post("/similar_tracks", json=asked).json()["error"]


@pytest.mark.parametrize(
    "changes", [changes for changes, *_ in VIBES if set(changes) <= set(ENDPOINTS["/search_vibe"])]
)
def test_gradio_client_hears_the_same_words_on_a_vibe(client, rest, changes):
    asked = {"text": "sad"} | changes
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/search_vibe", **asked)
    assert str(caught.value) == rest.post("/vibe", json=asked).json()["error"]


@pytest.mark.parametrize(("changes", "words"), FEATURES)
def test_gradio_client_hears_of_bad_features(client, features, changes, words):
    with pytest.raises(AppError, match=words):
        client.predict(features | changes, api_name="/predict_cluster")


@pytest.mark.parametrize(("text", "words"), REFUSED_LYRICS)
def test_gradio_client_hears_why_lyrics_are_refused(client, text, words):
    with pytest.raises(AppError, match=words):
        client.predict(text, api_name="/tag_lyrics")


@pytest.mark.parametrize("text", READ_LYRICS[:-1])  # half a pair cannot be sent by this client
def test_gradio_client_can_send_odd_lyrics(client, text):
    assert len(client.predict(text, api_name="/tag_lyrics")["genres"]) == 14


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"lyrics": ["one text", "another"]}, r"^Lyrics must be text, the words of one song; a list was given\."),
        ({"lyrics": 3}, r"^Lyrics must be text"),
        ({"lyrics": "a b c", "lines": 11}, r"^lines: Input should be less than or equal to 10 \(given 11\)"),
        ({"lyrics": "a b c", "k": "many"}, r"^k: Input should be a valid integer"),
    ],
)
def test_gradio_client_hears_what_is_wrong_with_a_request_for_genres(client, asked, words):
    with pytest.raises(AppError, match=words):
        client.predict(**asked, api_name="/tag_lyrics")
