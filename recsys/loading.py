"""From settings to what is served, in the background, while the page is already up; and to what comes after it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from recsys.capabilities import Capabilities, load_capabilities
from recsys.errors import BundleError, HubError, NotReadyError, RecsysError
from recsys.hub import Source, ask
from recsys.releases import Release, Served, open_commit, open_release, source_of
from recsys.settings import Settings

__all__ = ["Capabilities", "Loader", "Progress", "load_capabilities"]
log = logging.getLogger(__name__)
RETRY_SECONDS = 60.0  # between tries to serve what was asked for, while it is not


@dataclass(frozen=True)
class Progress:
    """How far loading is: what it does now, a fraction in [0, 1], and what went wrong, if it did."""

    step: str
    fraction: float
    error: str | None = None


class Loader:
    """Fetches or builds the bundle and loads it on a thread of its own; later, where asked to, newer releases.

    What is served is one attribute, replaced as a whole: who took the capabilities before goes on with those.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._served: Served | None = None
        self._refused: dict[str, str] = {}  # why a commit is not served, by its sha
        self._done = threading.Event()
        self._stopped = threading.Event()
        self.progress = Progress("Starting", 0.0)

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="loader", daemon=True).start()

    def stop(self) -> None:
        """Look for no more releases."""
        self._stopped.set()

    @property
    def done(self) -> bool:
        """Whether loading has ended, well or not."""
        return self._done.is_set()

    @property
    def refreshes(self) -> bool:
        """Whether what is served may change while the app runs."""
        return self._settings.repo is not None and self._settings.refresh_minutes > 0

    @property
    def retries(self) -> bool:
        """Whether it goes on trying where nothing could be served."""
        return self._settings.repo is not None

    @property
    def release(self) -> Release | None:
        """What is served; None before anything is."""
        return self._served.release if self._served else None

    def wait(self, timeout: float | None = None) -> Capabilities:
        """The capabilities, once they are there; raises what `capabilities` raises."""
        self._done.wait(timeout)
        return self.capabilities()

    def capabilities(self) -> Capabilities:
        """What was loaded. Take it once a request, for the next call may give that of another release.

        Raises:
            NotReadyError: still loading.
            BundleError: loading failed.
        """
        return self.served().capabilities

    def served(self) -> Served:
        """What was loaded, and which release it is; raises what `capabilities` raises."""
        if self._served is not None:
            return self._served
        if self.progress.error is not None:
            raise BundleError(self.progress.error)
        raise NotReadyError(
            f"The app is getting ready: {self.progress.step} ({self.progress.fraction:.0%}). Try again soon."
        )

    def look_again(self) -> None:
        """Ask the Hub for a newer release, load it beside the one that is served, and serve it if it is sound."""
        source = source_of(self._settings)
        if source is None or self._served is None:
            return
        try:
            self._look(source, self._served)
        except HubError as error:
            log.warning("%s", error)
            self._note(False, f"{error} Going on with what is served.")
        except RecsysError as error:
            log.error("%s", error)
            self._note(True, f"{error} Going on with what is served.")

    def _look(self, source: Source, served: Served) -> None:
        found = ask(source)
        if found.sha == served.release.sha and not served.release.incomplete:
            return self._note(True, "")
        if found.sha in self._refused:
            return self._note(True, self._refused[found.sha])
        newer = f"{source.revision} is at {found.sha[:7]} now, which cannot be served"
        try:
            new = open_commit(source, found, lambda step, fraction: None)
        except HubError as error:
            raise HubError(f"{newer}: {error}", answered=error.answered) from error
        except RecsysError as error:
            self._refused[found.sha] = f"{newer}: {error} Going on with what is served."
            raise BundleError(f"{newer}: {error}") from error
        if lost := new.capabilities.damaged:
            words = f"{newer}: {' '.join(lost.values())}"
            if new.release.incomplete:
                raise HubError(words)
            self._refused[found.sha] = f"{words} Going on with what is served."
            raise BundleError(words)
        self._served = new
        log.info("Serving commit %s of %s", found.sha, source.repo)

    def _note(self, answered: bool, words: str) -> None:
        """Keep what is served, and say how the look-up went; of the demo world it is said already why it is served."""
        served = self._served
        assert served is not None
        words = "" if served.release.kind == "demo" else words
        release = replace(served.release, answered=answered, looked_up=datetime.now(UTC), hub_note=words)
        self._served = replace(served, release=release)

    def _run(self) -> None:
        try:
            self._open(self._report)
            if self._served is not None:
                self._report("Ready", 1.0)
        except Exception:
            self.progress = Progress("Stopped", 0.0, "Loading stopped on a bug in the app; its log says more.")
            raise
        finally:
            self._done.set()
        while not self._settled() and not self._stopped.wait(self._pause()):
            try:
                self._try_again()
            except Exception:  # what is served is sound, whatever came after it
                log.exception("Looking for a new release stopped on a bug; what is served goes on")

    def _open(self, report: Callable[[str, float], None]) -> None:
        """Open what the settings ask for, or note in ``progress`` why nothing can be served."""
        try:
            self._served = open_release(self._settings, report)
        except RecsysError as error:
            log.error("%s", error)
            again = " The app tries again every minute." if self.retries else ""
            self.progress = Progress(self.progress.step, self.progress.fraction, f"{error}{again}")

    def _try_again(self) -> None:
        if self._served is not None:
            return self.look_again()
        self._open(lambda step, fraction: None)
        if self._served is not None:
            self._report("Ready", 1.0)

    def _settled(self) -> bool:
        """Whether there is nothing to look for: what was asked for is served, and it is not to change."""
        source, release = source_of(self._settings), self.release
        if source is None:
            return True
        if release is None or release.kind == "demo":
            return False
        return not self.refreshes or (source.pinned and release.sha == source.revision and not release.incomplete)

    def _pause(self) -> float:
        """Seconds until the next look."""
        served = self.release is not None and self.release.kind != "demo"
        minutes = self._settings.refresh_minutes
        return 60 * minutes if served else min(RETRY_SECONDS, 60 * minutes or RETRY_SECONDS)

    def _report(self, step: str, fraction: float) -> None:
        self.progress = Progress(step, fraction)
