"""Which function answers which address. Each takes the hub, the request and the parts of its path."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.hub_double import changing, reading, spaces, transfers
from tests.hub_double.messages import Request, Response

if TYPE_CHECKING:
    from tests.hub_double.server import HubDouble

Route = Callable[..., Response]
_REPO = r"/api/(?P<kind>model|dataset|space)s/(?P<name>[^/]+/[^/]+)"
_FILES = r"/(?P<prefix>datasets/|spaces/)?(?P<name>[^/]+/[^/]+)"
_SPACE = r"/api/spaces/(?P<name>[^/]+/[^/]+)"
ROUTES: list[tuple[str, str, Route]] = [
    ("POST", r"/api/repos/create", changing.create),
    ("DELETE", r"/api/repos/delete", changing.delete),
    ("GET", r"/api/whoami-v2", reading.whoami),
    ("POST", r"/api/validate-yaml", reading.validate_yaml),
    ("GET POST DELETE", _SPACE + r"/(?P<what>variables|secrets)", spaces.values),
    ("GET", _SPACE + r"/runtime", spaces.runtime),
    ("POST", _SPACE + r"/(?P<what>hardware|sleeptime|restart|pause)", spaces.change),
    ("PUT", _REPO + r"/settings", changing.settings),
    ("POST", _REPO + r"/preupload/(?P<revision>[^/]+)", transfers.preupload),
    ("POST", _REPO + r"/commit/(?P<revision>[^/]+)", changing.commit),
    ("POST DELETE", _REPO + r"/tag/(?P<revision>[^/]+)", changing.tag),
    ("POST DELETE", _REPO + r"/branch/(?P<branch>[^/]+)", changing.branch),
    ("GET", _REPO + r"/xet-(read|write)-token/(?P<revision>[^/]+)", transfers.xet_token),
    ("GET", _REPO + r"/revision/(?P<revision>[^/]+)", reading.info),
    ("GET", _REPO + r"/refs", reading.refs),
    ("GET", _REPO + r"/commits/(?P<revision>[^/]+)", reading.commits),
    ("GET", _REPO + r"/tree/(?P<revision>[^/]+)(?:/(?P<folder>.+))?", reading.tree),
    ("POST", _REPO + r"/paths-info/(?P<revision>[^/]+)", reading.paths_info),
    ("GET", _REPO, reading.info),
    ("POST", _FILES + r"\.git/info/lfs/objects/batch", transfers.lfs_batch),
    ("PUT", r"/_lfs/(?P<sha256>[0-9a-f]{64})", transfers.put_lfs),
    ("POST", r"/_lfs/verify", transfers.verify_lfs),
    ("GET HEAD", r"/_lfs/(?P<sha256>[0-9a-f]{64})", transfers.get_lfs),
    ("GET HEAD", _FILES + r"/resolve/(?P<revision>[^/]+)/(?P<path>.+)", transfers.resolve),
]


def answer(hub: HubDouble, request: Request) -> Response:
    """The answer to ``request``; 404 where nothing of the Hub's is imitated."""
    for methods, pattern, route in ROUTES:
        match = re.fullmatch(pattern, request.path) if request.method in methods.split() else None
        if match:
            parts = {name: unquote(part) for name, part in match.groupdict().items() if part is not None}
            return route(hub, request, **parts)
    return Response(404, f"The double knows no {request.method} {request.path}".encode())
