"""What can go wrong with the Hub, in words for whoever has to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recsys.errors import HubError

_TOKEN = "Set HF_TOKEN to a token that may {do} it (https://huggingface.co/settings/tokens)"


@contextmanager
def hub_failures(doing: str, repo: str, kind: str = "model") -> Iterator[None]:
    """Turn what the Hub's client raises in the block into a HubError; anything else is a bug and passes through.

    Args:
        doing: What was tried, to end the sentence "The Hub failed while …": "downloading manifest.json".
        repo: The repository's name.
        kind: "model", "dataset" or "space".
    """
    try:
        yield
    except HubError:
        raise
    except Exception as error:
        translated = hub_error(error, doing, repo, kind)
        if translated is None:
            raise
        raise translated from error


def hub_error(error: BaseException, doing: str, repo: str, kind: str = "model") -> HubError | None:
    """The HubError for what the Hub's client raised; None if it is not a failure of the Hub or of the way to it."""
    from huggingface_hub import errors
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    root = _root(error)
    if isinstance(root, errors.HfHubHTTPError):
        return HubError(_said(root, doing, repo, kind), answered=True)
    if isinstance(root, errors.HFValidationError):
        return HubError(f"{repo!r} is not a repository's name: {_first_line(root)}. Write OWNER/NAME.")
    if isinstance(root, json.JSONDecodeError):
        return HubError(f"What answered while {doing} is no Hub. Check HF_ENDPOINT, and any proxy or login page.")
    if isinstance(root, errors.OfflineModeIsEnabled):
        return HubError(f"The Hub was not asked while {doing}: HF_HUB_OFFLINE is set. Unset it to go online.")
    if isinstance(root, httpx.TimeoutException):
        return HubError(f"The Hub did not answer in time while {doing}. Try again later.")
    if isinstance(root, errors.EntryNotFoundError):
        return HubError(f"The Hub cannot be reached, and {repo} is not in the cache. Check the connection.")
    if isinstance(root, httpx.TransportError):
        return HubError(f"The connection to the Hub failed while {doing} ({_first_line(root)}). Check the connection.")
    if isinstance(root, (httpx.HTTPError, OSError, RuntimeError)):  # a cut file, a full disk, and what hf_xet raises
        return HubError(f"It failed while {doing}: {_first_line(root)}. Try again.")
    return None


def _root(error: BaseException) -> BaseException:
    """Of what wraps what, the innermost error in the client's own terms."""
    from huggingface_hub import errors
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    known = (httpx.HTTPError, errors.HFValidationError, errors.OfflineModeIsEnabled)
    found, cause = error, error.__cause__
    while cause is not None:
        found, cause = (cause if isinstance(cause, known) and not _is_raw(cause) else found), cause.__cause__
    return found


def _is_raw(error: BaseException) -> bool:
    """Whether this is a status before the Hub's client has read its meaning."""
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    return isinstance(error, httpx.HTTPStatusError)


def _said(error: Any, doing: str, repo: str, kind: str) -> str:
    """What the Hub's answer means; ``error`` is its HfHubHTTPError."""
    from huggingface_hub import errors

    status = error.response.status_code
    do = "write" if error.response.request.method in ("POST", "PUT", "DELETE") else "read"
    token = _TOKEN.format(do=do)
    if isinstance(error, errors.GatedRepoError):
        return f"{repo} on the Hub is gated: accept its terms on its page there, then set HF_TOKEN to your token."
    bad_token = error.response.headers.get("X-Error-Message", "").startswith("Invalid credentials")
    if isinstance(error, errors.RepositoryNotFoundError) or (status == 401 and not bad_token):
        return f"The Hub has no {kind} {repo} that it shows to you: the name is wrong, or it is private. {token}."
    if isinstance(error, errors.RevisionNotFoundError):
        return f"{repo} on the Hub has no such revision. Give a branch, a tag or a commit of 40 characters."
    if isinstance(error, errors.RemoteEntryNotFoundError):
        return f"{repo} on the Hub lacks a file that was asked for while {doing}. Publish the bundle again."
    if status == 401:
        return f"The Hub refused the token while {doing}. {token}, or unset it to read what is public."
    if status == 403:
        return f"The Hub forbade {doing}: {_first_line(error)}. {token}."
    if status == 402:
        free = " A free account may have a Space on ZeroGPU: --hardware zero-gpu." if kind == "space" else ""
        return f"The Hub wants to be paid for {doing}: {_first_line(error)}.{free}"
    if status == 412:
        return f"Somebody else changed {repo} in the meantime. Look at what changed, then try again."
    if status == 429:
        wait = error.response.headers.get("Retry-After")
        again = f"Try again {f'in {wait} s' if wait else 'later'}; with HF_TOKEN set, more is allowed"
        return f"The Hub was asked too often (429) while {doing}. {again}."
    return f"The Hub failed while {doing} (status {status}). Try again later."


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:")
