"""The MCP server, asked by the protocol's own client over streamable HTTP."""

import ast
from collections.abc import Iterator

import anyio
import pytest

from recsys.questions import QUESTIONS
from recsys.settings import Settings

mcp = pytest.importorskip("mcp")
streamable_http = pytest.importorskip("mcp.client.streamable_http")
pytestmark = [
    pytest.mark.slow,
    # The transport leaves the ends of its streams to the garbage collector.
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
]


@pytest.fixture(scope="module")
def mcp_url(demo_path) -> Iterator[str]:
    from app import serve

    page, loader, url = serve(Settings(bundle=demo_path, mcp=True), block=False)
    loader.wait(60)
    yield f"{url.rstrip('/')}/gradio_api/mcp/"
    page.close()


def with_session(url, work):
    """What ``work`` makes of a session with the server."""

    async def run():
        async with (
            streamable_http.streamable_http_client(url) as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return anyio.run(run)


def call(url, name, **given):
    """A tool's answer: whether it is an error, and what it says."""
    answer = with_session(url, lambda session: session.call_tool(name, given))
    (content,) = answer.content
    return answer.isError, content.text


@pytest.fixture(scope="module")
def tools(mcp_url):
    return {tool.name: tool for tool in with_session(mcp_url, lambda session: session.list_tools()).tools}


def test_the_tools_are_the_named_endpoints_and_no_others(tools):
    names = {one.name for one in QUESTIONS} | {f"{one.name}_batch" for one in QUESTIONS if one.batch}
    assert set(tools) == names


def test_every_tool_and_every_parameter_is_described(tools):
    said = [tool.description for tool in tools.values()]
    assert all(len(words) > 20 for words in said) and len(set(said)) == len(said)
    for question in QUESTIONS:
        schema = tools[question.name].inputSchema
        assert set(schema["properties"]) == set(question.request.model_fields)
        required = {name for name, field in question.request.model_fields.items() if field.is_required()}
        assert set(schema.get("required", ())) == required
    for name, tool in tools.items():
        for parameter, schema in tool.inputSchema["properties"].items():
            assert len(schema["description"]) > 10, (name, parameter)
    filters = tools["similar_tracks"].inputSchema["properties"]["filters"]["description"]
    assert "tempo_min (beats a minute)" in filters
    queries = tools["similar_tracks_batch"].inputSchema["properties"]["queries"]["description"]
    assert "track_ids, required (the songs to start from)" in queries


def test_tools_answer(mcp_url, demo):
    title = demo.catalogue.track(0).title
    failed, found = call(mcp_url, "search_tracks", query=title, limit=1)
    assert not failed and ast.literal_eval(found)[0]["title"] == title
    song = demo.catalogue.track_ids[0]
    failed, similar = call(mcp_url, "similar_tracks", track_ids=[song], k=3, filters={"year_min": 1990})
    results = ast.literal_eval(similar)["results"]
    assert not failed and len(results) == 3 and all(one["track"]["year"] >= 1990 and one["why"] for one in results)
    failed, tagged = call(mcp_url, "tag_lyrics", lyrics="Whiskey on the porch tonight and mama on the phone")
    assert not failed and len(ast.literal_eval(tagged)["genres"]) == 14
    failed, placed = call(mcp_url, "cluster_of_batch", queries=[{"track_id": song}, {"track_id": "zz"}])
    first, second = ast.literal_eval(placed)
    assert not failed and first["cluster"]["name"] and second["error"].startswith("Track 'zz'")


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("cluster_of", {"track_id": "zz"}, "Track 'zz' is not in this catalogue"),
        ("similar_tracks", {"track_ids": [], "k": 3}, "No song to start from"),
        ("tag_lyrics", {"lyrics": "love"}, "at least 3 are needed"),
    ],
)
def test_a_tool_says_what_is_wrong(mcp_url, name, given, words):
    failed, said = call(mcp_url, name, **given)
    assert failed and words in said


def test_without_the_setting_there_are_no_tools(app_url):
    import httpx

    assert httpx.get(f"{app_url}/gradio_api/mcp/schema").status_code == 404
