"""What comes in and what goes out, apart from sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request as it came in; ``status`` and ``sent`` (bytes of the answer) are filled in when it is answered.

    The record keeps the bodies of small ones only.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # by lower-case name
    host: str
    body: bytes = field(default=b"", repr=False)
    received: int = 0
    status: int = 0
    sent: int = 0

    @property
    def token(self) -> str | None:
        """The token that came with it."""
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None

    def json(self) -> Any:
        """The body, parsed; {} when there is none."""
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Response:
    """An answer to give."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200, **headers: str) -> Response:
    return Response(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | headers)


class RefusedError(Exception):
    """Raised by a route to answer with an error, in the Hub's headers."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        named = {"X-Error-Code": code, "X-Error-Message": message} if code else {"X-Error-Message": message}
        self.response = as_json({"error": message}, status, **named, **headers)


def no_revision(revision: str) -> RefusedError:
    return RefusedError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
