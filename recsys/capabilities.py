"""All capabilities of one bundle, opened."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Track, tracks_of
from recsys.clusters import Clusters
from recsys.errors import BundleError, CapabilityMissingError
from recsys.first_cards import MOST_CARDS, first_cards
from recsys.genre_songs import GenreSongs
from recsys.genre_tagger import GenreTagger
from recsys.listening import SongJoin
from recsys.sheets import Sheets
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

    @cached_property
    def cards(self) -> list[Track]:
        """Well-known songs to ask somebody new about, the most telling first; none without song-to-song."""
        if self.songs is None:
            return []
        return tracks_of(self.catalogue, first_cards(self.catalogue, self.songs.space("blend").embeddings, MOST_CARDS))

    @cached_property
    def sheets(self) -> Sheets:
        """What covers are drawn from, and clips rendered."""
        return Sheets.load(self.bundle, self.catalogue)

    @property
    def damaged(self) -> dict[str, str]:
        """Why, of the capabilities that the bundle is meant to hold, some are off."""
        return {name: self.problems[name] for name in self.bundle.capabilities if name in self.problems}

    def _need(self, name: str, capability: T | None) -> T:
        if capability is None:
            raise CapabilityMissingError(self.problems[name])
        return capability


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
