"""What the cards are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def front_matter(about: Mapping[str, Any]) -> str:
    """The YAML that the Hub reads; JSON is YAML too."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in about.items()]
    return "\n".join(["---", *lines, "---"])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells)
