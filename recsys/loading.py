"""From settings to loaded capabilities, in the background, while the page is already up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.clusters import Clusters
from recsys.demo import demo_bundle
from recsys.errors import BundleError, CapabilityMissingError, NotReadyError, RecsysError
from recsys.genre_songs import GenreSongs
from recsys.genre_tagger import GenreTagger
from recsys.listening import SongJoin
from recsys.settings import Settings
from recsys.song_to_song import SongToSong
from recsys.title_search import TITLES, TitleSearch
from recsys.user_history import UserHistory
from recsys.vibe_query import CatalogueLookup
from recsys.vibe_search import VibeSearch

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Capabilities:
    """One bundle, loaded. A capability that the bundle lacks, or that is damaged, is None and named in ``problems``."""

    bundle: Bundle
    catalogue: Catalogue
    titles: TitleSearch
    songs: SongToSong | None
    clusters: Clusters | None
    tagger: GenreTagger | None
    genre_songs: GenreSongs
    vibe: VibeSearch | None
    history: UserHistory | None
    problems: dict[str, str] = field(default_factory=dict)

    def need_songs(self) -> SongToSong:
        """Song-to-song, or the error that says why not."""
        return self._need("song_to_song", self.songs)

    def need_clusters(self) -> Clusters:
        """The clusters, or the error that says why not."""
        return self._need("clusters", self.clusters)

    def need_tagger(self) -> GenreTagger:
        """The genre tagger, or the error that says why not."""
        return self._need("genre_tagger", self.tagger)

    def need_vibe(self) -> VibeSearch:
        """Vibe search, or the error that says why not."""
        return self._need("vibe_search", self.vibe)

    def need_history(self) -> UserHistory:
        """Recommendations from a history, or the error that says why not."""
        return self._need("user_history", self.history)

    @cached_property
    def joins(self) -> SongJoin:
        """Finds the songs of a history in the catalogue."""
        return SongJoin(self.catalogue, self.titles)

    def _need(self, name: str, capability: T | None) -> T:
        if capability is None:
            raise CapabilityMissingError(self.problems[name])
        return capability


@dataclass(frozen=True)
class Progress:
    """How far loading is: what it does now, a fraction in [0, 1], and what went wrong, if it did."""

    step: str
    fraction: float
    error: str | None = None


def load_capabilities(bundle: Bundle) -> Capabilities:
    """Open everything in ``bundle``; raises BundleError where its catalogue cannot be used."""
    catalogue = bundle.load_catalogue()
    titles = TitleSearch(bundle.file(TITLES))
    problems: dict[str, str] = {}

    def attempt(name: str, load: Callable[[Bundle, Catalogue], T]) -> T | None:
        try:
            return load(bundle, catalogue)
        except BundleError as error:
            log.warning("%s is off: %s", name, error)
            problems[name] = str(error)
            return None

    return Capabilities(
        bundle,
        catalogue,
        titles,
        attempt("song_to_song", SongToSong.load),
        attempt("clusters", Clusters.load),
        attempt("genre_tagger", GenreTagger.load),
        GenreSongs(catalogue),
        attempt("vibe_search", lambda b, c: VibeSearch.load(b, c, CatalogueLookup(c, titles))),
        attempt("user_history", UserHistory.load),
        problems,
    )


class Loader:
    """Fetches or builds the bundle and loads it on a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._capabilities: Capabilities | None = None
        self._done = threading.Event()
        self.progress = Progress("Starting", 0.0)

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="loader", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether loading has ended, well or not."""
        return self._done.is_set()

    def wait(self, timeout: float | None = None) -> Capabilities:
        """The capabilities, once they are there; raises what `capabilities` raises."""
        self._done.wait(timeout)
        return self.capabilities()

    def capabilities(self) -> Capabilities:
        """What was loaded.

        Raises:
            NotReadyError: still loading.
            BundleError: loading failed.
        """
        if self._capabilities is not None:
            return self._capabilities
        if self.progress.error is not None:
            raise BundleError(self.progress.error)
        raise NotReadyError(
            f"The app is getting ready: {self.progress.step} ({self.progress.fraction:.0%}). Try again soon."
        )

    def _run(self) -> None:
        try:
            path = self._settings.bundle or demo_bundle(self._settings.cache, self._report)
            self._report("Loading the models", 0.98)
            self._capabilities = load_capabilities(Bundle.open(path))
            self._report("Ready", 1.0)
        except RecsysError as error:
            log.error("%s", error)
            self.progress = Progress(self.progress.step, self.progress.fraction, str(error))
        except Exception:
            self.progress = Progress("Stopped", 0.0, "Loading stopped on a bug in the app; its log says more.")
            raise
        finally:
            self._done.set()

    def _report(self, step: str, fraction: float) -> None:
        self.progress = Progress(step, fraction)
