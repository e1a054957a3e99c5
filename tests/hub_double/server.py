"""The server: sockets, the record of requests, and faults."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.hub_double.faults import Fault, flipped
from tests.hub_double.messages import RefusedError, Request, Response
from tests.hub_double.repos import USERS, Repo, no_repository
from tests.hub_double.routes import answer
from tests.hub_double.storage import Storage

_CHUNK = 1 << 16
_KEPT = 1_000_000  # bytes of a request's body that the record keeps


class HubDouble:
    """A Hub on a free port of this machine, from ``__enter__`` to ``__exit__``.

    Attributes:
        repos: By kind and name: ``hub.repos["model", "someone/songs"]``, or shorter ``hub.repo("someone/songs")``.
        requests: Every request, oldest first.
        storage: The large files.
    """

    def __init__(self, folder: Path, *, xet: bool = False) -> None:
        self.xet = xet
        self.repos: dict[tuple[str, str], Repo] = {}
        self.requests: list[Request] = []
        self.storage = Storage(folder, xet=xet)
        self.lock = threading.RLock()
        self._faults: list[Fault] = []
        self._port = 0
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.down()

    @property
    def url(self) -> str:
        """Address for HF_ENDPOINT."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def download_url(self) -> str:
        """The same port under another host name, as large files come from another host."""
        return f"http://localhost:{self._port}"

    def repo(self, name: str, kind: str = "model") -> Repo:
        """A repository by name; the Hub's 404 if there is none."""
        if (kind, name) not in self.repos:
            raise no_repository(None)
        return self.repos[kind, name]

    def fail(self, pattern: str = "", **fault: Any) -> Fault:
        """From now on, let requests whose path matches go wrong; see `Fault`. `heal` ends it."""
        made = Fault(pattern, **fault)
        self._faults.append(made)
        return made

    def heal(self) -> None:
        """No more faults."""
        self._faults.clear()

    def up(self) -> None:
        """Listen, on the port of before if there was one."""
        if self._server is None:
            self._server = _Server(self, self._port)
            self._port = self._server.server_port
            self._server.begin()

    def down(self) -> None:
        """Hang up on everybody and refuse connections."""
        if self._server is not None:
            self._server.end()
            self._server = None

    def asked(self, pattern: str, method: str | None = None) -> list[Request]:
        """The requests whose path matches."""
        return [r for r in self.requests if re.search(pattern, r.path) and method in (None, r.method)]

    def environment(self, home: Path, token: str | None = None) -> dict[str, str]:
        """This process's environment, for a child whose client is to talk to this double and cache in ``home``."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "RECSYS_"))}
        ours = {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"}
        xet = {} if self.xet else {"HF_HUB_DISABLE_XET": "1"}
        return kept | ours | xet | ({"HF_TOKEN": token} if token else {})

    def fault_for(self, request: Request) -> Fault | None:
        with self.lock:
            return next((f for f in self._faults if f.befalls(request.method, request.path)), None)

    def answer(self, request: Request) -> Response:
        """What the Hub would say."""
        with self.lock:
            try:
                if request.token is not None and request.token not in USERS and request.host.startswith("127."):
                    raise RefusedError(401, "", "Invalid credentials in Authorization header")
                return answer(self, request)
            except RefusedError as refused:
                return refused.response


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 64

    def __init__(self, hub: HubDouble, port: int) -> None:
        self.hub = hub
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="hub double")

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        for connection in list(self.open):
            hang_up(connection)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is told by the test that misses an answer."""


def hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client was faster


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _handle(self) -> None:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, address.path, dict(parse_qsl(address.query)), headers, headers["host"])
        self.server.hub.requests.append(request)
        fault = self.server.hub.fault_for(request)
        uploads = request.method in ("POST", "PUT")
        body = bytearray()
        for piece in self._pieces():
            body += piece
            request.received = len(body)
            if fault and fault.cut is not None and uploads and request.received >= fault.cut:
                return self._hang_up()
        request.body = bytes(body)
        if fault and fault.hang:
            self._wait()
            return self._hang_up()
        if fault and fault.status:
            return self._send(request, Response(fault.status, b"", fault.headers))
        response = self.server.hub.answer(request)
        if request.received > _KEPT:
            request.body = b""
        if fault and fault.flip:
            response = Response(response.status, flipped(response.body), response.headers)
        self._send(request, response, None if uploads or not fault else fault.cut)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle

    def _pieces(self) -> Iterable[bytes]:
        """The body as it arrives."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0 and (piece := self.rfile.read1(min(left, _CHUNK))):
            left -= len(piece)
            yield piece

    def _send(self, request: Request, response: Response, cut: int | None = None) -> None:
        request.status = response.status
        self.send_response(response.status)
        for name, value in ({"Content-Length": str(len(response.body))} | dict(response.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if request.method == "HEAD":
            return
        body = response.body if cut is None else response.body[:cut]
        self.wfile.write(body)
        request.sent = len(body)
        if cut is not None:
            self._hang_up()

    def _wait(self) -> None:
        """Until the client hangs up or the server stops."""
        self.connection.settimeout(0.05)
        while not self.server.stopping.is_set():
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def _hang_up(self) -> None:
        self.close_connection = True
        hang_up(self.connection)
