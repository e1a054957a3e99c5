"""Creating repositories, and the one commit that makes a release."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from tests.hub_double.messages import RefusedError, Request, Response, as_json
from tests.hub_double.repos import USERS, Entry, Repo, blob_oid, pointer_oid

if TYPE_CHECKING:
    from tests.hub_double.server import HubDouble


def create(hub: HubDouble, request: Request) -> Response:
    asked = request.json()
    kind = asked.get("type", "model")
    user = USERS.get(request.token or "")
    if user is None:
        raise RefusedError(401, "", "Invalid username or password.")
    owner = asked.get("organization") or user
    name = f"{owner}/{asked['name']}"
    if owner != user:
        raise RefusedError(403, "", f'You don\'t have the rights to create a {kind} under the namespace "{owner}"')
    url = f"{hub.url}/{'' if kind == 'model' else kind + 's/'}{name}"
    if (kind, name) in hub.repos:
        return as_json({"error": f"You already created this {kind} repo", "url": url}, 409)
    private = asked.get("visibility") == "private" or bool(asked.get("private"))
    repo = Repo(kind, name, private=private, sdk=asked.get("sdk"), hardware=asked.get("hardware"))
    repo.variables.update({one["key"]: one["value"] for one in asked.get("variables") or []})
    repo.secrets.update({one["key"]: one["value"] for one in asked.get("secrets") or []})
    repo.commit({}, "initial commit")
    hub.repos[kind, name] = repo
    return as_json({"url": url, "name": name, "id": "0"})


def delete(hub: HubDouble, request: Request) -> Response:
    asked = request.json()
    kind, name = asked.get("type", "model"), f"{asked['organization']}/{asked['name']}"
    hub.repo(name, kind).written_by(request.token)
    del hub.repos[kind, name]
    return Response()


def settings(hub: HubDouble, request: Request, kind: str, name: str) -> Response:
    repo, asked = hub.repo(name, kind).written_by(request.token), request.json()
    if "visibility" in asked or "private" in asked:
        repo.private = asked.get("visibility") == "private" or bool(asked.get("private"))
    if "gated" in asked:
        repo.gated = bool(asked["gated"])
    return as_json({"private": repo.private})


def commit(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    """All of the changes, or none of them."""
    repo = hub.repo(name, kind).written_by(request.token)
    if revision not in repo.branches:
        raise RefusedError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
    head, *operations = [json.loads(line) for line in request.body.splitlines() if line.strip()]
    parent = head["value"].get("parentCommit")
    if parent and parent != repo.branches[revision]:
        message = "A commit has happened since. Please refresh and try again."
        raise RefusedError(412, "PreconditionFailed", message)
    files = dict(repo.at(revision).files)
    xet = hub.storage.xet_hashes()
    for operation in operations:
        _apply(hub, files, operation["key"], operation["value"], xet)
    made = repo.commit(files, head["value"]["summary"], head["value"].get("description", ""), revision)
    url = f"{hub.url}/{'' if kind == 'model' else kind + 's/'}{name}/commit/{made.sha}"
    return as_json({"success": True, "commitOid": made.sha, "commitUrl": url, "hookOutput": ""})


def _apply(hub: HubDouble, files: dict[str, Entry], key: str, value: dict[str, Any], xet: dict[str, str]) -> None:
    path = value["path"]
    if key == "file":
        content = base64.b64decode(value["content"])
        files[path] = Entry(blob_oid(content), len(content), content)
    elif key == "lfsFile":
        sha256 = value["oid"]
        if not hub.storage.holds(sha256) and sha256 not in xet:
            raise RefusedError(400, "", f"LFS pointer pointed to a file that does not exist: {path}")
        size = value["size"]
        files[path] = Entry(pointer_oid(sha256, size), size, sha256=sha256, xet=xet.get(sha256))
    elif key == "deletedFile":
        if path not in files:
            raise RefusedError(404, "EntryNotFound", "A file with this name doesn't exist")
        del files[path]
    elif key == "deletedFolder":
        for inside in [p for p in files if p.startswith(path.rstrip("/") + "/")]:
            del files[inside]
    else:
        raise RefusedError(400, "", f"Unknown operation {key}")


def tag(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    repo = hub.repo(name, kind).written_by(request.token)
    if request.method == "DELETE":
        if repo.tags.pop(revision, None) is None:
            raise RefusedError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return Response()
    named, sha = request.json()["tag"], repo.at(revision).sha
    if named in repo.tags:
        raise RefusedError(409, "TagAlreadyExists", "Tag reference exists already")
    repo.tags[named] = sha
    return Response()


def branch(hub: HubDouble, request: Request, kind: str, name: str, branch: str) -> Response:
    repo = hub.repo(name, kind).written_by(request.token)
    if request.method == "DELETE":
        if repo.branches.pop(branch, None) is None:
            raise RefusedError(404, "RevisionNotFound", f"Invalid rev id: {branch}")
        return Response()
    if branch in repo.branches:
        raise RefusedError(409, "BranchAlreadyExists", "Reference already exists")
    repo.branches[branch] = repo.at(request.json().get("startingPoint") or "main").sha
    return Response()
