"""What is wrong with a request, in one line of plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

PREFIX = "/api/v1"
"""Where REST is."""

_WHOLE_BODY = {
    "json_invalid": "The body is not JSON.",
    "model_attributes_type": "The body must be a JSON object, sent with the header Content-Type: application/json.",
}


def _in_words(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such field"
    if error["type"] == "missing":
        return "missing"
    return f"{error['msg']} (given {error.get('input')!r:.80})"


def validation_message(errors: Sequence[Any]) -> str:
    """Pydantic's complaints in one line: where, what is wrong, and what was given."""
    said = []
    for error in errors:
        if error["type"] in _WHOLE_BODY:
            return f"{_WHOLE_BODY[error['type']]} {PREFIX}/openapi.json and /docs say what is expected."
        source, *inside = error["loc"] or ("body",)
        if source == "body" or (inside and source in ("query", "path")):  # alone, those are names of fields
            where = ".".join(map(str, inside)) or "the body"
        else:
            where = ".".join(map(str, error["loc"]))
        said.append(f"{where}: {_in_words(error)}")
    return "; ".join(said) + f". {PREFIX}/openapi.json and /docs say what is expected."
