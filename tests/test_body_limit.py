import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from recsys.body_limit import MOST_BYTES, BodyLimit


async def size(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client():
    routes = [Route("/", size, methods=["GET", "POST"])]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(BodyLimit, most=1000)])) as client:
        yield client


def chunks(n):
    for _ in range(n):
        yield b"x" * 100


@pytest.mark.parametrize("n", [0, 1, 10])
def test_bodies_up_to_the_limit_arrive_whole(client, n):
    assert client.post("/", content=b"x" * 100 * n).text == str(100 * n)
    assert client.post("/", content=chunks(n)).text == str(100 * n)
    assert client.get("/").text == "0"


def test_a_declared_body_that_is_too_large_is_refused_with_both_numbers(client):
    answer = client.post("/", content=b"x" * 1001)
    assert answer.status_code == 413
    assert answer.json()["error"].startswith("The request has 1,001 bytes; at most 1,000 are read.")


def test_a_body_of_undeclared_size_is_counted(client):
    answer = client.post("/", content=chunks(11))
    assert answer.status_code == 413
    assert answer.json()["error"].startswith("The request has more than 1,000 bytes; at most 1,000 are read.")


def test_a_body_without_end_is_not_read_for_ever():
    read = 0

    async def receive():
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * MOST_BYTES, "more_body": True}

    said = []

    async def send(message):
        said.append(message)

    async def never(scope, receive, send):
        raise AssertionError("the body was handed on")

    scope = {"type": "http", "method": "POST", "headers": [(b"transfer-encoding", b"chunked")]}
    asyncio.run(BodyLimit(never)(scope, receive, send))
    assert said[0]["status"] == 413 and read < 50


def test_the_limit_leaves_room_for_the_largest_batch():
    assert MOST_BYTES > 64 * 100_000
