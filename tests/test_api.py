"""REST over HTTP, against the app as it is served."""

import json
import re
from typing import Any

import httpx
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.genres import MACRO_GENRES
from recsys.ui.example_lyrics import EXAMPLES

pytestmark = pytest.mark.slow

JSON = {"Content-Type": "application/json"}

ROUTES = {
    ("get", "/search_tracks"),
    ("post", "/similar_tracks"),
    ("post", "/similar_to_features"),
    ("get", "/clusters"),
    ("get", "/cluster_of/{track_id}"),
    ("post", "/predict_cluster"),
    ("post", "/tag_lyrics"),
    ("get", "/track_tags/{track_id}"),
    ("post", "/search_vibe"),
    ("post", "/recommend_from_history"),
    ("post", "/song_path"),
    ("post", "/blend_engines"),
    ("get", "/first_cards"),
    ("post", "/playlist_doctor"),
    ("post", "/group_blend"),
    ("post", "/export_playlist"),
    ("get", "/about"),
    ("get", "/status"),
}
BATCHES = {("post", f"{path.split('/{')[0]}/batch") for _, path in ROUTES} - {
    ("post", f"/{name}/batch") for name in ("clusters", "first_cards", "about", "status")
}
OLDER = {("post", "/predict"), ("post", "/vibe")}  # names from before `gr.api` and REST had the same ones


@pytest.fixture(scope="module")
def rest(app_url):
    with httpx.Client(base_url=f"{app_url}/api/v1", timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def song(demo):
    return demo.catalogue.track_ids[0]


@pytest.fixture(scope="module")
def features(demo):
    return dict(zip(FEATURE_NAMES, demo.catalogue.features[0].tolist(), strict=True))


def ok(response):
    assert response.status_code == 200, response.text
    return response.json()


def test_songs_are_found(rest, demo):
    title = demo.catalogue.track(0).title
    found = ok(rest.get("/search_tracks", params={"query": title, "limit": 3}))
    assert 1 <= len(found) <= 3 and found[0]["title"] == title


def test_similar_songs_come_with_reasons(rest, song):
    answer = ok(rest.post("/similar_tracks", json={"track_ids": [song], "k": 7, "space": "audio"}))
    assert len(answer["results"]) == 7 and answer["space"] == "audio"
    best = answer["results"][0]
    assert best["why"] and {r["feature"] for r in best["reasons"]} == set(FEATURE_NAMES)
    assert sum(r["share"] for r in best["reasons"]) == pytest.approx(best["score"], abs=1e-4)


def test_similar_songs_to_features(rest, song, features):
    answer = ok(rest.post("/similar_to_features", json={"features": features, "space": "latent", "k": 3}))
    assert answer["results"][0]["track"]["track_id"] == song


def test_clusters_and_where_a_song_falls(rest, song, features):
    names = [cluster["name"] for cluster in ok(rest.get("/clusters"))["clusters"]]
    assert len(set(names)) == 6
    placement = ok(rest.get(f"/cluster_of/{song}"))
    assert placement["cluster"]["name"] in names
    assert ok(rest.post("/predict_cluster", json={"features": features})) == placement


def test_about_and_health(rest, app_url):
    assert ok(rest.get("/about"))["tracks"] == 5000
    health = ok(httpx.get(f"{app_url}/healthz"))
    assert (health["status"], health["step"], health["fraction"], health["error"]) == ("ready", "Ready", 1.0, None)
    assert health == ok(httpx.get(f"{app_url}/api/v1/status"))
    assert (health["release"]["kind"], health["release"]["notes"], health["problems"]) == ("folder", [], {})


FILTERED = {"filters": {"year_min": 2000, "genres": ["no such genre"]}}
NOTHING_LEFT = {"filters": {"year_max": 1000}}
SIMILAR: list[
    tuple[dict[str, Any], int, str]
] = [  # what is added to a good request, the status, the words of the answer
    ({"track_ids": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue of 5,000 tracks\. Find its id"),
    ({"exclude": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"away": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"track_ids": []}, 422, r"^No song to start from\. Give the track_id"),
    ({"k": 0}, 422, r"^k is 0; it must be a whole number from 1 to 500\."),
    ({"k": -1}, 422, r"^k is -1; it must be a whole number"),
    ({"k": 10_000}, 422, r"^k is 10000; it must be a whole number"),
    ({"k": 2.5}, 422, r"^k: Input should be a valid integer.* \(given 2\.5\)"),
    ({"k": "many"}, 422, r"^k: Input should be a valid integer.* \(given 'many'\)"),
    ({"k": None}, 422, r"^k: Input should be a valid integer"),
    ({"space": "taste"}, 422, r"^No space is called 'taste'\. This bundle has: "),
    ({"per_artist": -1}, 422, r"^per_artist is -1; give 1 or more"),
    ({"track_id": "x"}, 422, r"^track_id: there is no such field"),
    ({"filters": {"year": 1999}}, 422, r"^filters\.year: there is no such field"),
    ({"filters": {"year_min": "soon"}}, 422, r"^filters\.year_min: Input should be a valid number.* \(given 'soon'\)"),
    ({"filters": {"year_min": 3, "year_max": 2}}, 422, r"^year from 3 to 2 holds nothing: the first bound is larger"),
    (FILTERED, 422, r"^No song of this catalogue has the genre 'no such genre'\. Some that it has: "),
    ({"filters": {"exclude_artists": ["Nobody At All"]}}, 422, r"^No artist here is called 'Nobody At All'"),
    (NOTHING_LEFT, 422, r"^No song passes these filters together \(year up to 1000: 0 songs\)\. Loosen"),
    ({"track_ids": "zz"}, 422, r"^track_ids: Input should be a valid list \(given 'zz'\)"),
    ({"track_ids": [3]}, 422, r"^track_ids\.0: Input should be a valid string"),
    ({"track_ids": ["a"] * 501}, 422, r"^track_ids: List should have at most 500 items"),
]
FEATURES = [
    ({"energy": "loud"}, r"^features\.energy: Input should be a valid number.* \(given 'loud'\)"),
    ({"energy": 1.5}, r"^energy is 1\.5; it must be a number from 0 to 1\."),
    ({"energy": None}, r"^Missing: energy\. Give a number for each of danceability"),
    ({"mood": 0.5}, r"^'mood': no such feature\. The features are danceability"),
]


REFUSED_LYRICS = [
    ("", r"^The lyrics are empty\. Paste the words of a song\."),
    (" \n\t ", r"^The lyrics are empty\."),
    ("love", r"^The lyrics have only 1 word \('love'\); at least 3 are needed"),
    ("la " * 350_000, r"^The lyrics have 1,050,000 characters; at most 100,000 are read, and nothing is cut"),
    ("[Chorus]\n(x2)\n[Guitar solo]", r"^No words of a song were found, only section marks or stage directions\."),
    ("<script>alert(1)</script>", r"^No words of a song were found, only HTML"),
    ("🎵 🎶 💔", r"^No words of a song were found"),
    ("\x00\x01\x7f\u200b", r"^No words of a song were found"),
    ("12 34 56 78", r"^No words of a song were found"),
]
READ_LYRICS = [
    "I love you 💔 and the night 🎵 is long, 🎶 so very long",
    "Ночь, улица, фонарь, и снова тихо падает на землю белый снег",
    "夜の街を歩く君の声が聞こえる",
    "<b>I love you</b> & the <i>night</i> is long<script>alert(1)</script>, so very long",
    "I love\x00 you\x1b[31m and the night\u202e is long",
    "I love you \ud83d and the night is long",  # half a pair
]
REFUSED_REQUESTS: list[tuple[dict[str, Any], str]] = [
    ({"lyrics": 3}, r"^lyrics: This is not text\. Give one text, or a list of 1 to 64 texts \(given 3\)"),
    ({"lyrics": None}, r"^lyrics: This is not text\. .* \(given None\)"),
    ({"lyrics": {"text": "a"}}, r"^lyrics: This is not text\."),
    ({"lyrics": ["a b c", 3]}, r"^lyrics: Number 2 of the list is not text\. Give one text, or a list"),
    ({"lyrics": []}, r"^lyrics: The list has 0 texts\. Give one text, or a list of 1 to 64 texts"),
    ({"lyrics": ["a b c"] * 65}, r"^lyrics: The list has 65 texts\."),
    ({}, r"^lyrics: missing"),
    ({"lyrics": "a b c", "lines": 11}, r"^lines: Input should be less than or equal to 10 \(given 11\)"),
    ({"lyrics": "a b c", "lines": "few"}, r"^lines: Input should be a valid integer.* \(given 'few'\)"),
    ({"lyrics": "a b c", "k": -1}, r"^k: Input should be greater than or equal to 0 \(given -1\)"),
    ({"lyrics": "a b c", "k": 51}, r"^k: Input should be less than or equal to 50 \(given 51\)"),
    ({"lyrics": "a b c", "text": "a"}, r"^text: there is no such field"),
]


VIBES: list[tuple[dict[str, Any], int, str]] = [  # what is asked beside or instead of "sad"
    ({"text": ""}, 422, r"^The query is empty\. Say what the music should be like"),
    ({"text": "😭🔥"}, 422, r"^The query is empty\."),
    ({"text": "x" * 10_000}, 422, r"^The query has 10,000 characters; at most 1,000 are read\. Shorten it\.$"),
    ({"text": "90s, before 1980"}, 422, r"^No song can be both '1990–1999' and 'up to 1979'\. Take one of the two"),
    ({"dropped": ["want:sad"]}, 422, r"^Nothing is left of the query: every part of it was taken back"),
    ({"text": "90s", "filters": {"year_min": 2010}}, 422, r"^No song passes all conditions together\. Take one of"),
    ({"more": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue of 5,000 tracks\. Find its id"),
    ({"less": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"exclude": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"k": 0}, 422, r"^k is 0; it must be a whole number from 1 to 500\."),
    ({"k": 501}, 422, r"^k is 501; it must be a whole number"),
    ({"k": "many"}, 422, r"^k: Input should be a valid integer.* \(given 'many'\)"),
    ({"per_artist": -1}, 422, r"^per_artist: Input should be greater than or equal to 0 \(given -1\)"),
    ({"dropped": ["a"] * 101}, 422, r"^dropped: List should have at most 100 items"),
    ({"more": ["a"] * 501}, 422, r"^more: List should have at most 500 items"),
    ({"filters": {"year": 1999}}, 422, r"^filters\.year: there is no such field"),
    ({"filters": {"year_max": 1000}}, 422, r"^No song passes these filters together \(year up to 1000: 0 songs\)"),
    ({"text": 3}, 422, r"^text: Input should be a valid string \(given 3\)"),
    ({"text": None}, 422, r"^text: Input should be a valid string"),
    ({"mood": "sad"}, 422, r"^mood: there is no such field"),
]


FOLLOWED: list[tuple[dict[str, Any], int, str]] = [  # what is asked beside or instead of a history of one song
    ({"history": []}, 422, r"^The history is empty\. Give track ids, or lines such as"),
    ({"history": ""}, 422, r"^The history is empty\. Paste some songs"),
    ({"history": ["", " "]}, 422, r"^The history is empty\."),
    ({"history": ["zz"]}, 422, r"^None of the 1 songs in the history is in this catalogue: \"zz\"\. Write each as"),
    ({"history": "Nobody – Nothing\nzz"}, 422, r"^None of the 2 songs in the history is in this catalogue"),
    ({"history": "<html><body></body></html>"}, 422, r"^The text is a web page or XML, not a history\."),
    ({"history": '[{"ts": "2020'}, 422, r"^The text "),
    ({"history": "x " * 200}, 422, r"^(None of the|The text)"),
    ({"history": 3}, 422, r"^history"),
    ({"history": None}, 422, r"^history"),
    ({"history": [3]}, 422, r"^history"),
    ({"history": {"a": 1}}, 422, r"^history"),
    ({"liked": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue of 5,000 tracks\. Find its id"),
    ({"disliked": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"exclude": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"k": 0}, 422, r"^k is 0; it must be a whole number from 1 to 500\."),
    ({"k": 501}, 422, r"^k is 501; it must be a whole number"),
    ({"k": "many"}, 422, r"^k: Input should be a valid integer.* \(given 'many'\)"),
    ({"familiar": -0.1}, 422, r"^familiar: Input should be greater than or equal to 0 \(given -0\.1\)"),
    ({"familiar": 1.5}, 422, r"^familiar: Input should be less than or equal to 1 \(given 1\.5\)"),
    ({"per_artist": -1}, 422, r"^per_artist: Input should be greater than or equal to 0 \(given -1\)"),
    ({"liked": ["a"] * 501}, 422, r"^liked: List should have at most 500 items"),
    ({"filters": {"year": 1999}}, 422, r"^filters\.year: there is no such field"),
    ({"filters": {"year_max": 1000}}, 422, r"^No song passes these filters together \(year up to 1000: 0 songs\)"),
    ({"filters": {"exclude_artists": ["Nobody At All"]}}, 422, r"^No artist here is called 'Nobody At All'"),
    ({"user": "me"}, 422, r"^user: there is no such field"),
]


def refused(response, status, words):
    assert response.status_code == status, response.text
    assert re.search(words, response.json()["error"]), response.text


@pytest.mark.parametrize(("changes", "status", "words"), SIMILAR)
def test_a_bad_question_is_refused_in_plain_words(rest, song, changes, status, words):
    refused(rest.post("/similar_tracks", json={"track_ids": [song], "space": "audio"} | changes), status, words)


@pytest.mark.parametrize("route", ["/similar_to_features", "/predict_cluster"])
@pytest.mark.parametrize(("changes", "words"), FEATURES)
def test_a_bad_feature_is_refused_in_plain_words(rest, features, route, changes, words):
    refused(rest.post(route, json={"features": features | changes}), 422, words)


def test_a_lyric_is_tagged(rest):
    answer = ok(rest.post("/predict", json={"lyrics": EXAMPLES["Country"]}))
    assert set(answer) == {"genres", "chosen", "sure", "language", "notes", "songs"}
    assert sorted(score["genre"] for score in answer["genres"]) == sorted(MACRO_GENRES)
    assert set(answer["genres"][0]) == {"genre", "probability", "threshold", "chosen", "lines"}


def test_a_batch_of_lyrics_is_answered_in_order(rest):
    texts = [*EXAMPLES.values(), "", "love"]
    answers = ok(rest.post("/predict", json={"lyrics": texts}))
    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers, strict=True):
        alone = rest.post("/predict", json={"lyrics": text, "lines": 0, "k": 0})
        assert answer == alone.json() and ("error" in answer) == (alone.status_code == 422)
    assert len(ok(rest.post("/predict", json={"lyrics": ["la la la la"] * 64}))) == 64


@pytest.mark.parametrize(("text", "words"), REFUSED_LYRICS)
def test_lyrics_that_are_none_are_refused_in_plain_words(rest, text, words):
    refused(rest.post("/predict", json={"lyrics": text}), 422, words)
    (answer,) = ok(rest.post("/predict", json={"lyrics": [text]}))
    assert re.search(words, answer["error"])


@pytest.mark.parametrize("text", READ_LYRICS)
def test_odd_lyrics_are_read(rest, text):
    answer = ok(rest.post("/predict", content=json.dumps({"lyrics": text}), headers=JSON))
    assert len(answer["genres"]) == len(MACRO_GENRES)
    assert "alert" not in json.dumps(answer)


@pytest.mark.parametrize(("body", "words"), REFUSED_REQUESTS)
def test_a_malformed_request_for_genres_is_refused(rest, body, words):
    refused(rest.post("/predict", json=body), 422, words)


def test_a_vibe_is_answered(rest):
    question = {"text": "sad but fast, 90s, not live", "k": 7, "filters": {"duration_max": 240}}
    answer = ok(rest.post("/search_vibe", json=question))
    assert set(answer) == {"chips", "profile", "results", "notes"}
    assert [chip["id"] for chip in answer["chips"]] == [
        "want:sad",
        "want:fast",
        "years:1990-1999",
        "live:no live versions",
    ]
    assert set(answer["profile"]) <= set(FEATURE_NAMES) and answer["profile"]["valence"] < 0
    assert len(answer["results"]) == 7
    for result in answer["results"]:
        assert 1990 <= result["track"]["year"] <= 1999 and result["track"]["duration_ms"] <= 240_000
        assert sum(reason["share"] for reason in result["reasons"]) == pytest.approx(result["score"], abs=1e-4)


@pytest.mark.parametrize(("changes", "status", "words"), VIBES)
def test_a_bad_vibe_is_refused_in_one_line(rest, changes, status, words):
    answer = rest.post("/search_vibe", json={"text": "sad"} | changes)
    refused(answer, status, words)
    assert set(answer.json()) == {"error"} and "\n" not in answer.json()["error"]


def test_a_vibe_without_a_text_is_refused(rest):
    refused(rest.post("/search_vibe", json={}), 422, r"^text: missing")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "夜の街", "sad \ud83d", "a\x00b", "'; DROP TABLE songs; --"]
)
def test_odd_vibes_are_answered(rest, text):
    assert len(ok(rest.post("/search_vibe", content=json.dumps({"text": text}), headers=JSON))["results"]) == 10


def lines_of(demo, rows):
    """Songs as a person would write them."""
    return [f"{track.artist} – {track.title}" for track in map(demo.catalogue.track, rows)]


def test_a_history_is_answered(rest, demo):
    listener = next(iter(demo.need_history().listeners.values()))
    answer = ok(rest.post("/recommend_from_history", json={"history": list(listener), "k": 12, "familiar": 0.25}))
    assert set(answer) == {"format", "plays", "matched", "unmatched", "unmatched_songs", "results", "notes"}
    assert (answer["format"], answer["plays"], answer["matched"]) == (
        "track ids",
        len(listener),
        {"id": len(listener)},
    )
    assert (answer["unmatched"], answer["unmatched_songs"], answer["notes"]) == ([], 0, [])
    assert sum(result["track"]["track_id"] in listener for result in answer["results"]) == 3
    assert len(answer["results"]) == 12
    for result in answer["results"]:
        assert result["why"].endswith(".") and result["reasons"]
        assert sum(reason["share"] for reason in result["reasons"]) == pytest.approx(result["score"], abs=1e-4)


def test_a_history_of_lines_or_of_one_text_is_answered(rest, demo):
    lines = [*lines_of(demo, range(5)), "Nobody – Nothing At All"]
    listed = ok(rest.post("/recommend_from_history", json={"history": lines}))
    pasted = ok(rest.post("/recommend_from_history", json={"history": "\n".join(lines)}))
    assert listed == pasted and listed["format"] == "lines of songs"
    assert listed["unmatched"] == [{"song": "Nobody – Nothing At All", "plays": 1}] and listed["unmatched_songs"] == 1
    assert sum(listed["matched"].values()) == 5 and len(listed["results"]) == 10


def test_every_option_for_a_history_is_heeded(rest, demo, song):
    history = list(demo.catalogue.track_ids[10:20])
    plain = ok(rest.post("/recommend_from_history", json={"history": history, "k": 20, "per_artist": 0}))
    tracks = [result["track"] for result in plain["results"]]
    out = {"liked": [tracks[0]], "disliked": [tracks[1]], "exclude": [tracks[2]]}
    asked = {name: [track["track_id"] for track in given] for name, given in out.items()} | {
        "history": history,
        "k": 20,
        "per_artist": 1,
        "filters": {"year_min": 1990, "exclude_artists": [tracks[3]["artist"]]},
    }
    found = [result["track"] for result in ok(rest.post("/recommend_from_history", json=asked))["results"]]
    assert not {track["track_id"] for track in found} & {track["track_id"] for track in tracks[:3]}
    assert len({track["artist"] for track in found}) == len(found) == 20
    assert all(track["year"] >= 1990 and track["artist"] != tracks[3]["artist"] for track in found)


def test_fewer_songs_than_asked_for_are_noted(rest, demo):
    track = demo.catalogue.track(0)
    asked = {"history": [track.track_id], "k": 100, "filters": {"only_artists": [track.artist]}, "per_artist": 0}
    answer = ok(rest.post("/recommend_from_history", json=asked))
    n = len(answer["results"])
    assert 0 < n < 100 and answer["notes"] == [f"Only {n} of the 100 songs asked for qualify; these are all."]


@pytest.mark.parametrize(("changes", "status", "words"), FOLLOWED)
def test_a_bad_history_is_refused_in_one_line(rest, song, changes, status, words):
    answer = rest.post("/recommend_from_history", json={"history": [song]} | changes)
    refused(answer, status, words)
    assert set(answer.json()) == {"error"} and "\n" not in answer.json()["error"]


def test_no_history_is_refused(rest):
    refused(rest.post("/recommend_from_history", json={}), 422, r"^history: missing")


def test_too_many_plays_are_refused_or_cut_and_that_is_said(rest, song):
    refused(
        rest.post("/recommend_from_history", json={"history": [song] * 100_001}),
        422,
        r"^The history has 100,001 plays; at most 100,000 are read",
    )
    assert len(ok(rest.post("/recommend_from_history", json={"history": [song] * 100_000}))["results"]) == 10


@pytest.mark.parametrize(
    "odd", ["<script>alert(1)</script>", "夜の街", "sad \ud83d", "a\x00b", "'; DROP TABLE songs; --"]
)
def test_odd_lines_beside_a_known_one_are_listed(rest, demo, odd):
    body = json.dumps({"history": [*lines_of(demo, [0]), odd]})
    answer = ok(rest.post("/recommend_from_history", content=body, headers=JSON))
    assert len(answer["results"]) == 10 and answer["unmatched_songs"] <= 1


def test_the_schema_says_what_a_history_may_be(rest):
    schema = ok(rest.get("/openapi.json"))["components"]["schemas"]
    fields = schema["HistoryRequest"]["properties"]
    assert {one.get("type") for one in fields["history"]["anyOf"]} == {"string", "array"}
    assert (fields["familiar"]["minimum"], fields["familiar"]["maximum"]) == (0, 1)
    assert schema["HistoryRequest"]["required"] == ["history"]
    assert all("description" in field or "$ref" in str(field) or "default" in field for field in fields.values())


def samples(demo):
    """For each question that can be asked in batches, three that are answered and one that is not."""
    ids = list(demo.catalogue.track_ids[:40:3])
    features = [dict(zip(FEATURE_NAMES, row, strict=True)) for row in demo.catalogue.features[:3].tolist()]
    title = demo.catalogue.track(0).title
    listeners = [{"name": "Ana", "history": ids[:4]}, {"history": lines_of(demo, range(30, 34))}]
    return {
        "search_tracks": [{"query": title}, {"query": "love", "limit": 3}, {"query": "zz"}, {"limit": 3}],
        "similar_tracks": [
            {"track_ids": ids[:1]},
            {"track_ids": ids[:3], "away": ids[3:4], "k": 3, "space": "latent", "filters": {"year_min": 1990}},
            {"track_ids": ids[:2], "weights": [1, 0.2], "same_cluster": False, "explain": False},
            {"track_ids": ["zz"]},
        ],
        "similar_to_features": [
            {"features": features[0]},
            {"features": features[1], "k": 4, "space": "audio", "exclude": ids[:1], "one_version": False},
            {"features": features[2], "artist": "Nobody", "title": "Nothing", "album": "None", "explain": False},
            {"features": {"energy": 2}},
        ],
        "cluster_of": [*({"track_id": one} for one in ids[:3]), {"track_id": "zz"}],
        "predict_cluster": [*({"features": one} for one in features), {"features": {}}],
        "tag_lyrics": [
            {"lyrics": EXAMPLES["Country"]},
            {"lyrics": EXAMPLES["Metal"], "lines": 0, "k": 0},
            {"lyrics": EXAMPLES["In Spanish"], "lines": 1},
            {"lyrics": "love"},
        ],
        "track_tags": [
            {"track_id": ids[0]},
            {"track_id": ids[1], "k": 0},
            {"track_id": demo.catalogue.track_ids[-1], "k": 50},
            {"track_id": "zz"},
        ],
        "search_vibe": [
            {"text": "sad but fast, 90s"},
            {"text": "sad but fast, 90s", "dropped": ["years:1990-1999"], "more": ids[:1], "k": 4},
            {"text": "canciones tristes", "filters": {"year_min": 1990}},
            {"text": ""},
        ],
        "recommend_from_history": [
            {"history": ids},
            {"history": ids, "familiar": 0.4, "disliked": ids[3:5], "k": 7},
            {"history": lines_of(demo, range(3))},
            {"history": []},
        ],
        "song_path": [
            {"start": ids[0], "goal": ids[9]},
            {"start": ids[0], "goal": ids[9], "steps": 6, "seed": 3, "space": "audio", "filters": {"year_min": 1980}},
            {"start": ids[1], "goal": ids[8], "steps": 5, "exclude": ids[2:3], "per_artist": 0},
            {"start": ids[0], "goal": "zz"},
        ],
        "blend_engines": [
            {"track_ids": ids[:2], "text": "calm and sad", "history": ids[2:6]},
            {"track_ids": ids[:1], "away": ids[1:2], "weights": {"latent": 0, "audio": 0.5}, "k": 4, "per_artist": 1},
            {"history": "\n".join(lines_of(demo, range(3))), "filters": {"year_min": 1990}},
            {},
        ],
        "playlist_doctor": [
            {"playlist": ids},
            {"playlist": "\n".join(lines_of(demo, range(5))), "arc": "rising", "k": 2, "filters": {"year_min": 1990}},
            {"playlist": ids, "leave_out": ids[:2], "per_artist": 1, "arc": "smooth"},
            {"playlist": []},
        ],
        "group_blend": [
            {"listeners": listeners},
            {"listeners": listeners, "k": 4, "way": "average", "new_only": False, "exclude": ids[:1]},
            {"listeners": listeners, "per_artist": 0, "one_version": False, "filters": {"year_min": 1990}},
            {"listeners": listeners, "way": "loud"},
        ],
        "export_playlist": [
            {"track_ids": ids},
            {"track_ids": ids, "format": "jspf", "title": "Señor Niebla"},
            {"track_ids": ids, "format": "m3u8"},
            {"track_ids": []},
        ],
    }


def alone(rest, name, question):
    """The answer to one question, whatever its status."""
    if name == "search_tracks":
        return rest.get("/search_tracks", params=question)
    if name == "cluster_of":
        return rest.get(f"/cluster_of/{question['track_id']}")
    if name == "track_tags":
        return rest.get(f"/track_tags/{question['track_id']}", params={"k": question.get("k", 5)})
    return rest.post(f"/{name}", json=question)


def test_a_batch_says_to_each_what_it_would_hear_alone(rest, demo):
    asked = samples(demo)
    assert {("post", f"/{name}/batch") for name in asked} == BATCHES
    for name, questions in asked.items():
        answers = ok(rest.post(f"/{name}/batch", json={"queries": questions}))
        assert answers == [alone(rest, name, question).json() for question in questions]
        assert ["error" in answer for answer in answers] == [False, False, False, True]


def test_five_hundred_songs_are_compared_in_one_call(rest, demo):
    queries = [{"track_ids": [one], "k": 5, "explain": False} for one in demo.catalogue.track_ids[:500]]
    answers = ok(rest.post("/similar_tracks/batch", json={"queries": queries}))
    assert [len(answer["results"]) for answer in answers] == [5] * 500
    assert answers[123] == ok(rest.post("/similar_tracks", json=queries[123]))


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", "夜の街", "sad \ud83d", "a\x00b"])
def test_odd_queries_are_answered_in_batches_too(rest, demo, odd):
    asked = {
        "search_tracks": [{"query": odd}],
        "search_vibe": [{"text": odd}],
        "tag_lyrics": [{"lyrics": f"{odd} and the night is long"}],
        "recommend_from_history": [{"history": [*lines_of(demo, [0]), odd]}, {"history": odd}],
        "cluster_of": [{"track_id": odd}],
    }
    for name, queries in asked.items():
        body = json.dumps({"queries": queries})
        answers = ok(rest.post(f"/{name}/batch", content=body, headers=JSON))
        assert len(answers) == len(queries)
        for query, answer in zip(queries, answers, strict=True):
            if name not in ("search_tracks", "cluster_of"):
                assert answer == rest.post(f"/{name}", content=json.dumps(query), headers=JSON).json()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"queries": [{}] * 501}, r"^queries: List should have at most 500 items"),
        ({"queries": {"track_ids": []}}, r"^queries: Input should be a valid list"),
        ({}, r"^queries: missing"),
        ({"queries": [], "k": 3}, r"^k: there is no such field"),
    ],
)
def test_what_is_no_batch_is_refused(rest, body, words):
    refused(rest.post("/similar_tracks/batch", json=body), 422, words)


def test_the_schema_says_what_a_batch_takes_and_gives(rest):
    schema = ok(rest.get("/openapi.json"))
    for _, path in BATCHES:
        post = schema["paths"][path]["post"]
        body = post["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        queries = schema["components"]["schemas"][body]["properties"]["queries"]
        assert queries["maxItems"] == 500 and queries["items"]["properties"]
        answers = post["responses"]["200"]["content"]["application/json"]["schema"]["items"]["anyOf"]
        assert len(answers) == 2 and answers[1]["$ref"].endswith("/ErrorOut")


def test_the_schema_says_what_errors_look_like(rest):
    operations = [one for methods in ok(rest.get("/openapi.json"))["paths"].values() for one in methods.values()]
    for operation in operations:
        for status in ("404", "422", "503"):
            said = operation["responses"][status]["content"]["application/json"]["schema"]
            assert said == {"$ref": "#/components/schemas/ErrorOut"}
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) and "song_path" in names and "song_path_batch" in names


@pytest.mark.parametrize("name", ["predict", "vibe"])
def test_older_names_still_answer(rest, name):
    newer, question = {
        "predict": ("tag_lyrics", {"lyrics": EXAMPLES["Country"]}),
        "vibe": ("search_vibe", {"text": "sad, 90s"}),
    }[name]
    assert ok(rest.post(f"/{name}", json=question)) == ok(rest.post(f"/{newer}", json=question))


@pytest.mark.parametrize("path", ["api/v1/predict", "gradio_api/call/tag_lyrics"])
def test_a_body_beyond_any_batch_is_refused_at_once(app_url, path):
    words = r"^The request has 9,000,000 bytes; at most 8,000,000 are read\."
    refused(httpx.post(f"{app_url}/{path}", content=b"a" * 9_000_000, headers=JSON, timeout=20), 413, words)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_finite_number_is_refused(rest, value):
    body = f'{{"features": {{"energy": {value}}}}}'
    answer = rest.post("/predict_cluster", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 422, r"^features\.energy: Input should be a finite number")


@pytest.mark.parametrize("body", ["", "{", '{"track_ids": [', "\xff", "[" * 10_000])
def test_malformed_json_is_refused(rest, body):
    headers = {"Content-Type": "application/json"}
    answer = rest.post("/similar_tracks", content=body.encode("latin-1"), headers=headers)
    assert 400 <= answer.status_code < 500 and ("error" in answer.json() or "detail" in answer.json())


def test_a_song_is_tagged_by_its_lyric_or_as_the_catalogue_lists_it(rest, demo):
    tagger = demo.need_tagger()
    read, unread = int(tagger.song_tags.rows[0]), len(demo.catalogue) - 1
    by_lyric, listed = (ok(rest.get(f"/track_tags/{demo.catalogue.track_ids[row]}?k=3")) for row in (read, unread))
    assert by_lyric["source"] == "lyric" and listed["source"] == "catalogue" and listed["genres"] == []
    assert sorted(score["genre"] for score in by_lyric["genres"]) == sorted(MACRO_GENRES)
    assert by_lyric["chosen"] == [score["genre"] for score in by_lyric["genres"] if score["chosen"]]
    assert by_lyric["learnt"] == tagger.learnt_from(read)
    for answer in (by_lyric, listed):
        assert answer["notes"] and (len(answer["songs"]) == 3) == bool(answer["chosen"])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/cluster_of/zz", 404, r"^Track 'zz' is not in this catalogue"),
        ("/track_tags/zz", 404, r"^Track 'zz' is not in this catalogue"),
        ("/track_tags/zz?k=51", 422, r"^k: Input should be less than or equal to 50 \(given '51'\)"),
        ("/search_tracks", 422, r"^query: missing"),
        ("/search_tracks?query=a&limit=0", 422, r"^limit is 0; it must be from 1 to 100"),
        ("/search_tracks?query=a&limit=x", 422, r"^limit: Input should be a valid integer.* \(given 'x'\)"),
    ],
)
def test_a_bad_address_is_refused_in_plain_words(rest, path, status, words):
    refused(rest.get(path), status, words)


@pytest.mark.parametrize("method", ["get", "delete"])
def test_what_does_not_exist_is_4xx(rest, method):
    assert getattr(rest, method)("/nowhere").status_code == 404
    assert getattr(rest, method)("/similar_tracks").status_code == 405


def test_the_app_goes_on_after_bad_questions(rest, song):
    for _ in range(20):
        rest.post("/similar_tracks", json={"track_ids": ["zz"]})
    assert len(ok(rest.post("/similar_tracks", json={"track_ids": [song], "space": "audio"}))["results"]) == 10


def test_the_documentation_is_all_on_this_machine(app_url):
    page = httpx.get(f"{app_url}/docs")
    assert page.status_code == 200 and "SwaggerUIBundle" in page.text
    assert not re.search(r"https?:|\"//|'//", page.text)
    parts = re.findall(r"""(?:src|href)="([^"]+)"|url: '([^']+)'""", page.text)
    assert len(parts) >= 4
    for part in (one or other for one, other in parts):
        assert httpx.get(page.url.join(part)).status_code == 200


def test_the_schema_has_the_promised_routes(rest):
    paths = ok(rest.get("/openapi.json"))["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} == ROUTES | BATCHES | OLDER


def test_gradios_own_schema_is_there_still(app_url):
    assert "paths" in ok(httpx.get(f"{app_url}/openapi.json"))


def diagnosed(demo) -> list[tuple[dict[str, Any], int, str]]:
    """What is asked beside or instead of a playlist of eight songs, the status, and the words."""
    a_song = demo.catalogue.track_ids[0]
    return [
        ({"playlist": []}, 422, r"^The playlist is empty\. Give track ids, or lines such as"),
        ({"playlist": " "}, 422, r"^The playlist is empty\. Paste some songs"),
        ({"playlist": ["zz"]}, 422, r"^None of the 1 songs in the playlist is in this catalogue: \"zz\""),
        ({"playlist": [a_song] * 501}, 422, r"^The playlist has 501 songs; at most 500 are looked at"),
        ({"playlist": 3}, 422, r"^playlist"),
        ({"arc": "up"}, 422, r"^arc is 'up'; give one of: peak, rising, falling, smooth"),
        ({"k": 101}, 422, r"^k: Input should be less than or equal to 100"),
        ({"k": -1}, 422, r"^k: Input should be greater than or equal to 0"),
        ({"leave_out": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
        ({"filters": {"year_max": 1000}}, 422, r"^No song passes these filters together"),
        ({"filters": {"year": 1000}}, 422, r"^filters\.year: there is no such field"),
    ]


def grouped(demo) -> list[tuple[dict[str, Any], int, str]]:
    """The same for a group of two."""
    one = {"history": list(demo.catalogue.track_ids[:3])}
    return [
        ({"listeners": [one]}, 422, r"^listeners: List should have at least 2 items"),
        ({"listeners": [one] * 6}, 422, r"^listeners: List should have at most 5 items"),
        ({"listeners": [one, {"history": []}]}, 422, r"^Listener 2: The history is empty"),
        ({"listeners": [one, {"name": "Ben", "history": ["zz"]}]}, 422, r"^Ben: None of the 1 songs in the history"),
        ({"listeners": [{"name": "B"} | one] * 2}, 422, r"^Two listeners are called 'B'\. Give each a name"),
        ({"listeners": [one, {"historia": []}]}, 422, r"listeners\.1\.history: missing"),
        ({"way": "loud"}, 422, r"^way is 'loud'; give one of: fair, average, least misery"),
        ({"k": 0}, 422, r"^k is 0; it must be a whole number from 1 to 500"),
        ({"exclude": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
        ({"filters": {"year_max": 1000}}, 422, r"^No song passes these filters together"),
    ]


EXPORTS: list[tuple[dict[str, Any], int, str]] = [
    ({"track_ids": []}, 422, r"^There is no song to write"),
    ({"track_ids": ["zz"]}, 404, r"^Track 'zz' is not in this catalogue"),
    ({"track_ids": ["zz"] * 501}, 422, r"^track_ids: List should have at most 500 items"),
    ({"format": "xspf"}, 422, r"^format is 'xspf'; give one of: csv, m3u8, jspf, links"),
    ({"format": "links"}, 422, r"^None of these 2 songs has a Spotify id"),
    ({"title": "x" * 201}, 422, r"^title: String should have at most 200"),
]


def test_a_playlist_is_looked_at(rest, demo):
    ids = list(demo.catalogue.track_ids[:9])
    answer = ok(rest.post("/playlist_doctor", json={"playlist": [*ids, ids[0], "Nobody – Nothing"], "k": 4}))
    assert (answer["plays"], answer["matched"]) == (11, {"id": 10})
    assert answer["unmatched"] == [{"song": "Nobody – Nothing", "plays": 1}]
    assert sorted(step["track"]["track_id"] for step in answer["order"]) == sorted(ids)
    assert {one["track"]["track_id"] for one in answer["misfits"]} == set(ids)
    assert any(one["positions"] == [1, 10] for one in answer["repeats"])
    assert len(answer["additions"]) == 4
    assert not {one["song"]["track"]["track_id"] for one in answer["additions"]} & set(ids)
    assert answer["smoothness"]["proposed"]["total"] < answer["smoothness"]["given"]["total"]


def test_a_playlist_is_read_from_a_file_that_was_exported(rest, demo):
    ids = list(demo.catalogue.track_ids[20:29])
    for format_ in ("csv", "m3u8", "jspf"):
        file = ok(rest.post("/export_playlist", json={"track_ids": ids, "format": format_, "title": "Mine"}))
        assert file["name"] == f"mine.{format_}" and file["left_out"] == []
        answer = ok(rest.post("/playlist_doctor", json={"playlist": file["text"], "k": 0}))
        assert sorted(step["track"]["track_id"] for step in answer["order"]) == sorted(ids)


def test_a_group_has_one_list(rest, demo):
    listeners = [
        {"name": "Ana", "history": [*demo.catalogue.track_ids[:5], "Nobody – Nothing"]},
        {"history": "\n".join(lines_of(demo, range(40, 45)))},
    ]
    answer = ok(rest.post("/group_blend", json={"listeners": listeners, "k": 6}))
    assert [one["name"] for one in answer["listeners"]] == ["Ana", "Listener 2"]
    assert [one["unmatched_songs"] for one in answer["listeners"]] == [1, 0]
    assert all(0 <= one["satisfaction"] <= 1 for one in answer["listeners"])
    assert len(answer["results"]) == 6 and answer["engine"] == "listening"
    for song in answer["results"]:
        assert {voice["listener"] for voice in song["voices"]} == {"Ana", "Listener 2"} and song["why"]


def test_what_is_asked_amiss_of_playlists_is_said(rest, demo):
    ids = list(demo.catalogue.track_ids[:8])
    for route, asked, cases in (
        ("/playlist_doctor", {"playlist": ids}, diagnosed(demo)),
        ("/group_blend", {"listeners": [{"history": ids[:4]}, {"history": ids[4:]}]}, grouped(demo)),
        ("/export_playlist", {"track_ids": ids[:2]}, EXPORTS),
    ):
        for changes, status, words in cases:
            refused(rest.post(route, json=asked | changes), status, words)
