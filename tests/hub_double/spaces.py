"""Variables, secrets and hardware of Spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub_double.messages import Request, Response, as_json

if TYPE_CHECKING:
    from tests.hub_double.server import HubDouble


def values(hub: HubDouble, request: Request, name: str, what: str) -> Response:
    """List, set or delete; what secrets hold is never told."""
    repo = hub.repo(name, "space").written_by(request.token)
    held = repo.variables if what == "variables" else repo.secrets
    if request.method == "POST":
        held[request.json()["key"]] = request.json()["value"]
    elif request.method == "DELETE":
        held.pop(request.json()["key"], None)
    return as_json({key: {"value": value} if what == "variables" else {} for key, value in held.items()})


def runtime(hub: HubDouble, request: Request, name: str) -> Response:
    repo = hub.repo(name, "space").show_to(request.token)
    return as_json({"stage": "RUNNING", "hardware": {"current": repo.hardware, "requested": repo.hardware}})


def change(hub: HubDouble, request: Request, name: str, what: str) -> Response:
    repo = hub.repo(name, "space").written_by(request.token)
    if what == "hardware":
        repo.hardware = request.json()["flavor"]
    return runtime(hub, request, name)
