"""A few downloads at a time, given up together when nothing comes any more."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable

WORKERS = 4
STALLED_AFTER = 60.0  # seconds without a byte


class Tally:
    """Counts bytes from any thread, and tells how far all is."""

    def __init__(self, total: int, report: Callable[[float], None]) -> None:
        self._total = max(total, 1)
        self._report = report
        self._lock = threading.Lock()
        self._seen = 0
        self._closed = False
        self.last = time.monotonic()

    def add(self, n: float) -> None:
        """``n`` bytes more have come; a download that begins again takes its bytes back."""
        with self._lock:
            self._seen += int(n)
            self.last = time.monotonic()
            if not self._closed:
                self._report(min(max(self._seen / self._total, 0.0), 1.0))

    def close(self) -> None:
        """Report no more, whatever a download that was given up still brings."""
        with self._lock:
            self._closed = True


def run_all(names: Iterable[str], run: Callable[[str], object], tally: Tally) -> dict[str, Exception]:
    """``run(name)`` for each name in its turn, some at a time.

    Returns:
        What was raised, by name. Names that were not begun, or not done, when nothing had come for `STALLED_AFTER`
        seconds have a TimeoutError.
    """
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    outcomes: queue.SimpleQueue[tuple[str, Exception | None]] = queue.SimpleQueue()
    given_up = threading.Event()

    def work() -> None:
        while not given_up.is_set():
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                run(name)
                outcomes.put((name, None))
            except Exception as error:
                outcomes.put((name, error))
            tally.add(0)

    left = set()
    for name in names:
        left.add(name)
        waiting.put(name)
    for i in range(min(WORKERS, len(left))):
        # Daemons, for one that hangs in the client's own patience must not keep the app from ending.
        threading.Thread(target=work, name=f"download {i}", daemon=True).start()
    failed: dict[str, Exception] = {}
    while left:
        try:
            name, error = outcomes.get(timeout=0.1)
            left.discard(name)
            failed |= {name: error} if error else {}
        except queue.Empty:
            if time.monotonic() - tally.last > STALLED_AFTER:
                given_up.set()
                failed |= dict.fromkeys(left, TimeoutError(f"nothing came for {STALLED_AFTER:.0f} s"))
                break
    tally.close()
    return failed
