"""What a repository holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.hub_double.messages import RefusedError, Request, Response, as_json
from tests.hub_double.repos import USERS, Entry

if TYPE_CHECKING:
    from tests.hub_double.server import HubDouble

WHEN = "2026-01-01T00:00:00.000Z"


def whoami(hub: HubDouble, request: Request) -> Response:
    if request.token is None:
        raise RefusedError(401, "", "Invalid username or password.")
    user = USERS[request.token]
    return as_json({"type": "user", "name": user, "orgs": [], "auth": {"accessToken": {"role": "write"}}})


def validate_yaml(hub: HubDouble, request: Request) -> Response:
    return as_json({"errors": [], "warnings": []})


def info(hub: HubDouble, request: Request, kind: str, name: str, revision: str = "main") -> Response:
    repo = hub.repo(name, kind).show_to(request.token)
    commit = repo.at(revision)
    siblings = [
        {"rfilename": path} | (_details(entry) if request.query.get("blobs") else {})
        for path, entry in sorted(commit.files.items())
    ]
    return as_json(
        {
            "_id": "0",
            "id": name,
            "modelId": name,
            "author": name.split("/")[0],
            "sha": commit.sha,
            "private": repo.private,
            "disabled": False,
            "gated": "manual" if repo.gated else False,
            "downloads": 0,
            "likes": 0,
            "tags": [],
            "sdk": repo.sdk,
            "lastModified": WHEN,
            "createdAt": WHEN,
            "siblings": siblings,
        }
    )


def _details(entry: Entry) -> dict[str, Any]:
    lfs = {"sha256": entry.sha256, "size": entry.size, "pointerSize": 134}
    return {"size": entry.size, "blobId": entry.oid} | ({"lfs": lfs} if entry.sha256 else {})


def refs(hub: HubDouble, request: Request, kind: str, name: str) -> Response:
    repo = hub.repo(name, kind).show_to(request.token)
    branches = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": sha} for n, sha in repo.branches.items()]
    tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": sha} for n, sha in repo.tags.items()]
    return as_json({"branches": branches, "tags": tags, "converts": []})


def commits(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    """Newest first; there is one line of commits, whatever the branch."""
    repo = hub.repo(name, kind).show_to(request.token)
    repo.at(revision)
    made = [
        {"id": c.sha, "title": c.title, "message": c.description, "authors": [{"user": "someone"}], "date": WHEN}
        for c in reversed(repo.commits.values())
    ]
    return as_json(made)


def tree(hub: HubDouble, request: Request, kind: str, name: str, revision: str, folder: str = "") -> Response:
    files = hub.repo(name, kind).read_by(request.token).at(revision).files
    prefix = f"{folder.strip('/')}/" if folder else ""
    deep = request.query.get("recursive", "").lower() in ("true", "1")
    rows = {}
    for path, entry in sorted(files.items()):
        if not path.startswith(prefix):
            continue
        child = prefix + path.removeprefix(prefix).split("/")[0]
        if child != path and not deep:
            rows[child] = {"type": "directory", "oid": "0" * 40, "size": 0, "path": child}
        else:
            rows[path] = _row(path, entry)
    if folder and not rows:
        raise RefusedError(404, "EntryNotFound", f"{folder} does not exist on {revision!r}")
    return as_json(list(rows.values()))


def paths_info(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    files = hub.repo(name, kind).read_by(request.token).at(revision).files
    asked = parse_qs(request.body.decode()).get("paths", [])
    return as_json([_row(path, files[path]) for path in asked if path in files])


def _row(path: str, entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"type": "file", "oid": entry.oid, "size": entry.size, "path": path}
    if entry.sha256:
        row["lfs"] = {"oid": entry.sha256, "size": entry.size, "pointerSize": 134}
    return row | ({"xetHash": entry.xet} if entry.xet else {})
