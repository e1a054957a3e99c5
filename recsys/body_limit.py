"""Refuses requests whose body is larger than anything that the app can be asked, before it is kept in memory."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 8_000_000
"""The largest batch of lyrics, however its characters are written, and room to spare."""

# A client that is still sending does not hear the answer, so the rest is read and thrown away; but not for ever.
_MOST_DISCARDED = 20 * MOST_BYTES


class BodyLimit:
    """ASGI middleware that answers 413 to a body of more than ``most`` bytes."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most:
            await self._refuse(f"{int(declared):,} bytes", True, scope, receive, send)
        elif "transfer-encoding" in headers:  # of a size that only reading tells
            await self._count(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body first; hand it on if it is small enough."""
        messages: list[Message] = []
        size, more = 0, True
        while more:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > self._most:
                return await self._refuse(f"more than {self._most:,} bytes", more, scope, receive, send)

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, replay, send)

    async def _refuse(self, size: str, more: bool, scope: Scope, receive: Receive, send: Send) -> None:
        discarded = 0
        while more and discarded < _MOST_DISCARDED:
            message = await receive()
            discarded += len(message.get("body", b""))
            more = message.get("more_body", False)
        words = f"The request has {size}; at most {self._most:,} are read. Send fewer or shorter texts at a time."
        await JSONResponse({"error": words}, 413)(scope, receive, send)
