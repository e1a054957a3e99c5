"""How long until the page is up, beside a bare Gradio hello-world. Pairs are started in turn; the ratio is what counts.

python -m benchmarks.page_up [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
HELLO = """
import gradio as gr
gr.Interface(lambda name: f"Hello {name}", "text", "text", analytics_enabled=False).launch(ssr_mode=False)
"""
_LIMIT = 120


def seconds_until_up(command: list[str], cache: str) -> float:
    """Seconds from starting ``command`` until its page answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "RECSYS_CACHE": cache}
    began = time.perf_counter()
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stdout=silent, stderr=silent)
    try:
        while time.perf_counter() - began < _LIMIT:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    page.read()
                    return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.01)
        raise TimeoutError(f"{command} did not answer within {_LIMIT} s")
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="pairs to time, after one that is not counted")
    runs = parser.parse_args().runs
    app, hello = [], []
    with tempfile.TemporaryDirectory() as cache:  # empty, so the app has the demo world to build meanwhile
        for _ in range(runs + 1):
            app.append(seconds_until_up([sys.executable, "app.py"], cache))
            hello.append(seconds_until_up([sys.executable, "-c", HELLO], cache))
    ratios = [a / h for a, h in zip(app[1:], hello[1:], strict=True)]
    print(f"app.py       {statistics.median(app[1:]):6.2f} s until the page is up (median of {runs})")
    print(f"hello-world  {statistics.median(hello[1:]):6.2f} s")
    print(f"ratio        {statistics.median(ratios):6.2f}   (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
