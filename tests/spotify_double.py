"""Spotify on this machine, for the tests of the collector: its API and its token endpoint over real HTTP."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET, TOKEN = "an-app", "its-secret-5e8f", "a-token-91c4"
PAGE = 50  # the most that the items endpoint gives at once
CUT = 0
"""In place of a status: half of the answer is sent, then the line is cut."""


def spotify_id(number: int, kind: str = "track") -> str:
    """An id as Spotify's look: 22 letters and digits."""
    return f"{kind}{number:0{22 - len(kind)}d}"


def track(number: int, **changes: Any) -> dict[str, Any]:
    """A song as the API describes it; one artist has ten songs."""
    artist = number // 10
    return {
        "type": "track",
        "id": spotify_id(number),
        "name": f"Song {number}",
        "artists": [{"id": spotify_id(artist, "artist"), "name": f"Artist {artist}"}],
        "album": {"name": f"Album {artist}", "release_date": "1999-05-01"},
        "explicit": False,
        "popularity": number % 100,
        "duration_ms": 200_000 + number,
        "is_local": False,
    } | changes


def features(number: int) -> dict[str, Any]:
    """The song's audio features."""
    share = (number % 90 + 5) / 100
    shares = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")
    others = {"loudness": -7.25, "tempo": 100.5 + number % 50, "key": number % 12, "mode": 1}
    return {"id": spotify_id(number)} | dict.fromkeys(shares, share) | others


@dataclass
class SpotifyDouble:
    """What it knows, how it misbehaves, and what it was asked.

    Attributes:
        playlists: Id → name, snapshot_id and items, which are tracks, or None for one that is gone.
        item_key: What stands in a playlist is called "item" since 2026, "track" before.
        refused: Beginning of a path → status that it is always answered with.
        once: Answers to come before the right ones: beginning of a path → statuses, each used once.
        retry_after: What a 429 says.
        asked: Path and query of every request for data.
    """

    playlists: dict[str, dict[str, Any]] = field(default_factory=dict)
    known_features: dict[str, dict[str, Any]] = field(default_factory=dict)
    genres: dict[str, list[str]] = field(default_factory=dict)
    item_key: str = "item"
    refused: dict[str, int] = field(default_factory=dict)
    once: dict[str, list[int]] = field(default_factory=dict)
    retry_after: str | None = "3"
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    url: str = ""

    def add(self, number: int, items: list[dict[str, Any] | None], name: str = "") -> str:
        """A playlist; its id."""
        playlist_id = spotify_id(number, "list")
        self.playlists[playlist_id] = {
            "id": playlist_id,
            "name": name or f"Playlist {number}",
            "snapshot_id": "first",
            "items": items,
        }
        return playlist_id

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        """Status and body of a request whose token is right."""
        for planned, statuses in self.once.items():
            if path.startswith(planned) and statuses:
                status = statuses.pop(0)
                if status != CUT:
                    return status, _error(status)
                return CUT, self._found(path, query)[1]
        for planned, status in self.refused.items():
            if path.startswith(planned):
                return status, _error(status)
        return self._found(path, query)

    def _found(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        kind, _, rest = path.partition("/")
        wanted = query.get("ids", [""])[0].split(",")
        if kind == "playlists":
            return self._playlist(*rest.partition("/")[::2], query)
        if kind == "audio-features":
            return 200, {"audio_features": [self.known_features.get(i) for i in wanted]}
        if kind == "artists" and not rest:
            return 200, {"artists": [self._artist(i) for i in wanted]}
        found = self._artist(rest) if kind == "artists" else None
        return (200, found) if found else (404, _error(404))

    def _artist(self, artist_id: str) -> dict[str, Any] | None:
        return {"id": artist_id, "genres": self.genres[artist_id]} if artist_id in self.genres else None

    def _playlist(self, playlist_id: str, part: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        found = self.playlists.get(playlist_id)
        if found is None:
            return 404, _error(404)
        items = found["items"]
        if part != "items":
            return 200, {name: value for name, value in found.items() if name != "items"}
        start, size = int(query["offset"][0]), min(int(query["limit"][0]), PAGE)
        page = [{self.item_key: item} for item in items[start : start + size]]
        return 200, {"items": page, "total": len(items), "limit": size, "offset": start}


def _error(status: int) -> dict[str, Any]:
    return {"error": {"status": status, "message": f"Said with {status}"}}


@contextmanager
def serve(double: SpotifyDouble) -> Iterator[SpotifyDouble]:
    """The double, listening at ``double.url``: the API below /v1/, tokens at /api/token."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            given = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            if self.headers["Authorization"] != f"Basic {given}" or form["grant_type"] != ["client_credentials"]:
                self._send(400, {"error": "invalid_client", "error_description": "Invalid client secret"})
                return
            double.tokens += 1
            self._send(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600})

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            path = address.path.removeprefix("/v1/")
            double.asked.append(f"{path}?{address.query}")
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._send(401, _error(401))
                return
            self._send(*double.answer(path, parse_qs(address.query)))

        def _send(self, status: int, body: Any) -> None:
            text = json.dumps(body).encode()
            self.send_response(status or 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if status == 429 and double.retry_after:
                self.send_header("Retry-After", double.retry_after)
            self.end_headers()
            if status == CUT:
                self.close_connection = True
                text = text[: len(text) // 2]
            self.wfile.write(text)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
