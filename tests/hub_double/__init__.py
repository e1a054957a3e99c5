"""A Hub of our own for tests: the Hub's protocol over real HTTP, for the real client, with faults on demand.

    with HubDouble(folder, xet=False) as hub:
        api = HfApi(endpoint=hub.url, token=OWNER_TOKEN)
        hub.fail("/resolve/.*onnx", status=500, times=1)

`hub.requests` keeps every request with its headers. The fixtures in `tests.hub_double.client` point this process's
client at it; `hub.environment(home)` does so for a child process.
"""

from tests.hub_double.faults import Fault
from tests.hub_double.messages import Request, Response
from tests.hub_double.repos import OWNER, OWNER_TOKEN, STRANGER_TOKEN, Repo
from tests.hub_double.server import HubDouble

__all__ = ["OWNER", "OWNER_TOKEN", "STRANGER_TOKEN", "Fault", "HubDouble", "Repo", "Request", "Response"]
