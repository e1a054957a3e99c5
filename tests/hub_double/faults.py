"""Faults to answer with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Fault:
    """Befalls the next ``times`` requests (all, if None) whose path matches.

    Attributes:
        pattern: Searched for in the path.
        method: Only for requests with this method, if given.
        status: Answer with this status and nothing more.
        headers: Sent with ``status``.
        cut: Read only so many bytes of what is uploaded, or send only so many of what is downloaded, then hang up.
        flip: Change one bit in the middle of what is downloaded.
        hang: Say nothing until the client gives up or the double stops.
    """

    pattern: str
    method: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    flip: bool = False
    hang: bool = False
    times: int | None = None
    befallen: int = 0

    def befalls(self, method: str, path: str) -> bool:
        """Whether this request has it; counts it if so."""
        if self.times is not None and self.befallen >= self.times:
            return False
        if (self.method and self.method != method) or not re.search(self.pattern, path):
            return False
        self.befallen += 1
        return True


def flipped(content: bytes) -> bytes:
    """``content`` with one bit changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :] if content else content
