"""The endpoints for `gradio_client`: what is promised, in the same words and with the same answers as REST."""

# ruff: noqa: F401, F811  (fixtures of another module are asked for by their names)

from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from recsys.journey_schemas import EngineWeights
from recsys.schemas import FilterFields
from recsys.ui.example_lyrics import EXAMPLES
from tests.test_api import (
    EXPORTS,
    FEATURES,
    FOLLOWED,
    OLDER,
    READ_LYRICS,
    REFUSED_LYRICS,
    SIMILAR,
    VIBES,
    alone,
    diagnosed,
    features,
    grouped,
    lines_of,
    ok,
    rest,
    samples,
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
        "away": [],
        "explain": True,
        "exclude": [],
        "filters": {},
        "weights": [],
    },
    "/similar_to_features": {
        "features": None,
        "k": 10,
        "space": "blend",
        "same_cluster": True,
        "per_artist": 2,
        "one_version": True,
        "exclude": [],
        "explain": True,
        "year": "None",
        "artist": "",
        "title": "",
        "album": "",
        "filters": {},
    },
    "/clusters": {},
    "/cluster_of": {"track_id": None},
    "/predict_cluster": {"features": None},
    "/tag_lyrics": {"lyrics": None, "lines": 3, "k": 5},
    "/track_tags": {"track_id": None, "k": 5},
    "/search_vibe": {
        "text": None,
        "k": 10,
        "dropped": [],
        "more": [],
        "less": [],
        "per_artist": 2,
        "one_version": True,
        "exclude": [],
        "filters": {},
    },
    "/recommend_from_history": {
        "history": None,
        "k": 10,
        "familiar": 0.0,
        "liked": [],
        "disliked": [],
        "per_artist": 2,
        "one_version": True,
        "exclude": [],
        "filters": {},
        "in_order": "None",
    },
    "/song_path": {
        "start": None,
        "goal": None,
        "steps": 10,
        "space": "blend",
        "energy": "any",
        "seed": 0,
        "per_artist": 1,
        "one_version": True,
        "exclude": [],
        "filters": {},
    },
    "/blend_engines": {
        "track_ids": [],
        "away": [],
        "text": "",
        "history": "",
        "weights": {},
        "k": 10,
        "per_artist": 2,
        "one_version": True,
        "exclude": [],
        "filters": {},
    },
    "/first_cards": {"k": 10},
    "/playlist_doctor": {
        "playlist": None,
        "arc": "peak",
        "k": 10,
        "leave_out": [],
        "per_artist": 2,
        "filters": {},
    },
    "/group_blend": {
        "listeners": None,
        "k": 10,
        "way": "fair",
        "new_only": True,
        "per_artist": 2,
        "one_version": True,
        "exclude": [],
        "filters": {},
    },
    "/export_playlist": {"track_ids": None, "format": "csv", "title": ""},
    "/about": {},
    "/status": {},
}
ALONE_ONLY = {"/clusters", "/first_cards", "/about", "/status"}
ENDPOINTS |= {f"{name}_batch": {"queries": None} for name in ENDPOINTS.keys() - ALONE_ONLY}


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


def of_rest(schema, operation):
    """The parameters of an operation of REST with their defaults, whether in the address or in the body."""
    given = {one["name"]: one["schema"] | {"must": one["required"]} for one in operation.get("parameters", ())}
    if "requestBody" in operation:
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        body = schema["components"]["schemas"][name]
        given |= {name: one | {"must": name in body.get("required", ())} for name, one in body["properties"].items()}

    def default(one):
        left_out = {} if "$ref" in one else "None"  # the schema does not say a default of null
        return None if one["must"] else one.get("default", left_out)

    return {name: default(one) for name, one in given.items()}


def test_rest_and_gradio_have_the_same_endpoints_with_the_same_parameters(rest):
    schema = ok(rest.get("/openapi.json"))
    routes = {
        path.split("/{")[0].replace("/batch", "_batch"): of_rest(schema, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if (method, path) not in OLDER
    }
    for parameters in routes.values():
        for name, model in (("filters", FilterFields), ("weights", EngineWeights)):
            if isinstance(parameters.get(name), dict):  # all of it said, where Gradio says {}
                assert model.model_validate(parameters[name]) == model()
                parameters[name] = {}
    assert routes == ENDPOINTS


def test_gradio_client_and_rest_give_equal_answers(client, rest, demo):
    for name, questions in samples(demo).items():
        for question in questions[:3]:
            assert client.predict(api_name=f"/{name}", **question) == ok(alone(rest, name, question))
        batch = client.predict(questions, api_name=f"/{name}_batch")
        assert batch == ok(rest.post(f"/{name}/batch", json={"queries": questions}))
    for name in ALONE_ONLY:
        assert client.predict(api_name=name) == ok(rest.get(name))


def test_gradio_client_hears_what_is_no_batch(client, rest):
    too_many: list[Any] = [{}] * 501
    for queries in (too_many, "love", 3):
        with pytest.raises(AppError) as caught:
            client.predict(queries, api_name="/similar_tracks_batch")
        assert str(caught.value) == rest.post("/similar_tracks/batch", json={"queries": queries}).json()["error"]


@pytest.mark.parametrize(
    "changes",
    [changes for changes, *_ in FOLLOWED if set(changes) <= set(ENDPOINTS["/recommend_from_history"])],
)
def test_gradio_client_hears_the_same_words_on_a_history(client, rest, song, changes):
    asked = {"history": [song]} | changes
    with pytest.raises(AppError) as caught:
        client.predict(api_name="/recommend_from_history", **asked)
    assert str(caught.value) == rest.post("/recommend_from_history", json=asked).json()["error"]


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
    assert str(caught.value) == rest.post("/search_vibe", json=asked).json()["error"]


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
