"""Contents of files, up and down. Downloads of large files are sent on to another host, as the real ones are."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

from tests.hub_double.messages import RefusedError, Request, Response, as_json
from tests.hub_double.repos import no_repository

if TYPE_CHECKING:
    from tests.hub_double.server import HubDouble

LARGE = re.compile(r"\.(safetensors|bin|npy|npz|skops|joblib|parquet|faiss|onnx|sqlite|keras|gz|png)$")
_KINDS = {"datasets/": "dataset", "spaces/": "space", "": "model"}


def preupload(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    """Which files go the way of large ones, and what the repository has under each name already."""
    held = hub.repo(name, kind).written_by(request.token).at(revision).files
    files = []
    for file in request.json()["files"]:
        path = file["path"]
        large = LARGE.search(path) or file["size"] > 10_000_000 or b"\0" in base64.b64decode(file["sample"])
        mode = {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}
        files.append(mode | ({"oid": held[path].oid} if path in held else {}))
    return as_json({"files": files})


def lfs_batch(hub: HubDouble, request: Request, name: str, prefix: str = "") -> Response:
    """Where to upload each file; nowhere, for one that is here already."""
    hub.repo(name, _KINDS[prefix]).written_by(request.token)
    objects = []
    for asked in request.json()["objects"]:
        upload = {"href": f"{hub.download_url}/_lfs/{asked['oid']}"}
        actions = {"upload": upload, "verify": {"href": f"{hub.url}/_lfs/verify"}}
        held = hub.storage.holds(asked["oid"])
        objects.append({"oid": asked["oid"], "size": asked["size"]} | ({} if held else {"actions": actions}))
    return as_json({"transfer": "basic", "objects": objects})


def put_lfs(hub: HubDouble, request: Request, sha256: str) -> Response:
    return Response(200 if hub.storage.put(sha256, request.body) else 400)


def verify_lfs(hub: HubDouble, request: Request) -> Response:
    asked = request.json()
    there = hub.storage.holds(asked["oid"]) and len(hub.storage.read(asked["oid"])) == asked["size"]
    return Response(200 if there else 404)


def xet_token(hub: HubDouble, request: Request, kind: str, name: str, revision: str) -> Response:
    repo = hub.repo(name, kind)
    (repo.written_by if "write-token" in request.path else repo.read_by)(request.token)
    cas = hub.storage.cas_url
    if cas is None:
        raise RefusedError(404, "", "Xet is not enabled for this repository")
    expires = str(int(time.time()) + 3600)
    headers = {"X-Xet-Cas-Url": cas, "X-Xet-Access-Token": "xet", "X-Xet-Token-Expiration": expires}
    return as_json({"casUrl": cas, "exp": int(expires), "accessToken": "xet"}, 200, **headers)


def resolve(hub: HubDouble, request: Request, name: str, revision: str, path: str, prefix: str = "") -> Response:
    kind = _KINDS[prefix]
    commit = hub.repo(name, kind).read_by(request.token).at(revision)
    entry = commit.files.get(path)
    if entry is None:
        raise RefusedError(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": commit.sha})
    headers = {"X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes", "ETag": f'"{entry.oid}"'}
    if entry.content is not None:
        return ranged(request, entry.content, headers)
    headers |= {"X-Linked-Size": str(entry.size), "X-Linked-Etag": f'"{entry.sha256}"'}
    headers["Location"] = f"{hub.download_url}/_lfs/{entry.sha256}"
    if entry.xet:
        headers |= {"X-Xet-Hash": entry.xet}
        headers["X-Xet-Refresh-Route"] = f"{hub.url}/api/{kind}s/{name}/xet-read-token/{commit.sha}"
    return Response(302, b"", headers)


def get_lfs(hub: HubDouble, request: Request, sha256: str) -> Response:
    if not hub.storage.holds(sha256):
        raise no_repository(None)
    return ranged(request, hub.storage.read(sha256), {"ETag": f'"{sha256}"'})


def ranged(request: Request, content: bytes, headers: dict[str, str]) -> Response:
    """``content``, or the part of it that was asked for."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not asked:
        return Response(200, content, headers)
    start, last = int(asked[1]), min(int(asked[2] or len(content) - 1), len(content) - 1)
    part = content[start : last + 1]
    return Response(206, part, headers | {"Content-Range": f"bytes {start}-{last}/{len(content)}"})
