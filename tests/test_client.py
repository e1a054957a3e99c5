"""The typed client: against the app as it is served, and against servers that are not what they should be."""

# ruff: noqa: F401, F811  (fixtures of another module are asked for by their names)

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from recsys.api import routes
from recsys.batches import Batches
from recsys.client import Client
from recsys.errors import NotReadyError, RecsysError
from recsys.handlers import Handlers
from recsys.loading import Loader
from recsys.questions import QUESTIONS
from recsys.schemas import ErrorOut, SearchRequest, SimilarTracksRequest
from recsys.settings import Settings
from tests.test_api import alone, ok, rest, samples

BUSY: tuple[int, Any, dict[str, str]] = (
    503,
    {"error": "The app is getting ready: Loading (50%). Try again soon."},
    {"Retry-After": "0"},
)
ABSENT: tuple[int, Any, dict[str, str]] = (503, {"error": "This bundle was trained without clusters."}, {})


@contextmanager
def server(*answers):
    """A server that gives these answers in turn, the last one for ever: (status, JSON or text, headers)."""
    left = list(answers)
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, body, headers = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/", asked
        http.shutdown()
        thread.join()


def test_it_waits_while_the_app_is_loading():
    with server(BUSY, BUSY, (200, [], {})) as (url, asked):
        assert Client(url).search_tracks("a song", 3) == []
    assert asked == ["/api/v1/search_tracks?query=a+song&limit=3"] * 3


def test_it_gives_up_when_its_patience_is_at_an_end():
    with server((*BUSY[:2], {"Retry-After": "5"})) as (url, asked):
        with pytest.raises(NotReadyError, match=r"^The app is getting ready: Loading \(50%\)\."):
            Client(url, patience=1).clusters()
    assert len(asked) == 1


def test_it_does_not_wait_for_what_will_not_come():
    with (
        server(ABSENT) as (url, asked),
        pytest.raises(RecsysError, match=r"^This bundle was trained without clusters\.$"),
    ):
        Client(url).clusters()
    assert asked == ["/api/v1/clusters"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, "<html>", {}), r"/about answered 404 Not Found, and not as this app does\. Is the address right\?"),
        ((500, {"detail": "?"}, {}), r"/about answered 500 Internal Server Error"),
        ((200, "<html>", {}), r"answers as another version of the app would"),
        ((200, {"name": "x"}, {}), r"answers as another version of the app would"),
    ],
)
def test_another_server_is_told_from_the_app(answer, words):
    with server(answer) as (url, _), pytest.raises(RecsysError, match=words):
        Client(url).about()


def test_no_server_is_said():
    with server((200, [], {})) as (url, _):
        pass
    with pytest.raises(RecsysError, match=r"cannot be asked: .*refused.* Is the app running there\?$"):
        Client(url).clusters()


async def ask_unready(path):
    app = Starlette(routes=routes(handlers := Handlers(Loader(Settings())), Batches(handlers)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://app") as rest:
        return await rest.post(path, json={"queries": [{"track_id": "a"}]})


def test_rest_says_while_loading_when_to_try_again():
    answer = anyio.run(ask_unready, "/api/v1/cluster_of/batch")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["error"].startswith("The app is getting ready: Starting (0%).")


@pytest.fixture(scope="module")
def client(app_url):
    return Client(app_url)


@pytest.mark.slow
def test_every_route_has_a_method(rest):
    paths = {path.strip("/").split("/{")[0] for path in ok(rest.get("/openapi.json"))["paths"]}
    methods = {name for name in vars(Client) if name[0] != "_"}
    assert methods == {path for path in paths if "/" not in path} - {"predict", "vibe"} | {"each"}


@pytest.mark.slow
def test_it_says_what_rest_says(client, rest, demo):
    given = samples(demo)
    for question in QUESTIONS:
        ask = getattr(client, question.name)
        if not question.batch:
            assert dump(ask()) == ok(rest.get(f"/{question.name}"))
            continue
        *good, bad = given[question.name]
        requests = [question.request.model_validate(one) for one in good]
        spread = question.name in ("search_tracks", "cluster_of", "track_tags")
        for one, request in zip(good, requests, strict=True):
            answer = ask(**one) if spread else ask(request)
            assert dump(answer) == ok(alone(rest, question.name, one))
        assert dump(client.each(ask, requests)) == ok(rest.post(f"/{question.name}/batch", json={"queries": good}))
        if set(bad) >= {name for name, field in question.request.model_fields.items() if field.is_required()}:
            with pytest.raises(RecsysError) as caught:
                ask(**bad) if spread else ask(question.request.model_validate(bad))
            assert str(caught.value) == alone(rest, question.name, bad).json()["error"]


@pytest.mark.slow
def test_a_bad_query_has_its_error_in_its_place(client, demo):
    ids = [demo.catalogue.track_ids[0], "zz", demo.catalogue.track_ids[1]]
    first, bad, last = client.each(client.similar_tracks, [SimilarTracksRequest(track_ids=[one]) for one in ids])
    assert isinstance(bad, ErrorOut) and bad.error.startswith("Track 'zz' is not in this catalogue")
    assert len(first.results) == len(last.results) == 10
    placed, bad, _ = client.each(client.cluster_of, ids)
    assert placed == client.cluster_of(ids[0]) and isinstance(bad, ErrorOut)
    title = demo.catalogue.track(0).title
    found, best = client.each(client.search_tracks, [title, SearchRequest(query=title, limit=1)])
    assert best == found[:1] == client.search_tracks(title, 1)


def dump(answer):
    return [dump(one) for one in answer] if isinstance(answer, list) else answer.model_dump(mode="json")
