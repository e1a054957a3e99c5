"""Asking Spotify, patiently: the only module that talks to it.

spotipy would wait out any Retry-After in silence, hours too, and keep the token in a file; so its retries and its cache
are off, and both are done here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from recsys.errors import SourceError
from train.ingest.spotify.settings import SpotifySettings

log = logging.getLogger(__name__)

PAGE, BATCH, FEATURES_BATCH = 50, 50, 100
"""The most playlist items, artists and audio features that one request gives."""
REFUSALS = (401, 403, 404, 410)
"""What Spotify answers to what it does not, or no longer, give to an app."""
_TRIES = 6
_TIMEOUT = 20
_SETTINGS = "Set SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET, in the environment or in a file .env"


class Refused(SourceError):
    """Spotify answered a request with an error that asking again will not change.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int, what: str, said: str) -> None:
        super().__init__(f"Spotify refused {what} ({status}: {said}).")
        self.status = status


@contextmanager
def connect(settings: SpotifySettings, patience: float) -> Iterator[SpotifyClient]:
    """A client that has its token.

    Args:
        settings: The credentials.
        patience: The most seconds to wait when Spotify asks to.

    Raises:
        SourceError: no credentials, wrong ones, or Spotify cannot be reached.
    """
    if not settings.client_id or not settings.client_secret.get_secret_value():
        raise SourceError(f"No credentials for Spotify. {_SETTINGS}: an app at developer.spotify.com has both.")
    # Here and not above: readers of files need no network client.
    import requests
    from spotipy import MemoryCacheHandler, Spotify, SpotifyClientCredentials

    # It logs headers with the token at DEBUG, and as errors what is said better below.
    logging.getLogger("spotipy").setLevel(logging.CRITICAL)
    with requests.Session() as session:
        manager = SpotifyClientCredentials(
            settings.client_id,
            settings.client_secret.get_secret_value(),
            requests_session=session,
            requests_timeout=_TIMEOUT,
            cache_handler=MemoryCacheHandler(),
        )
        manager.OAUTH_TOKEN_URL = settings.token_url
        spotify = Spotify(auth_manager=manager, requests_session=session, requests_timeout=_TIMEOUT)
        spotify.prefix = settings.api_url.rstrip("/") + "/"
        client = SpotifyClient(spotify, patience)
        client.ask("a token", lambda: manager.get_access_token(as_dict=False))
        yield client


class SpotifyClient:
    """What the collector asks for, each request tried until it is answered or refused.

    Every method raises Refused, or SourceError where Spotify cannot be reached or asks for too much patience.
    """

    def __init__(self, spotify: Any, patience: float) -> None:
        self._spotify = spotify
        self._patience = patience

    def playlist(self, playlist_id: str) -> dict[str, Any]:
        """Name, snapshot_id and so on, without the songs."""
        what = f"playlist {playlist_id}"
        return self.ask(what, lambda: self._spotify.playlist(playlist_id, fields="id,name,snapshot_id"))

    def playlist_page(self, playlist_id: str, offset: int) -> dict[str, Any]:
        """Up to PAGE items from ``offset`` on, and the total."""
        what = f"the songs of playlist {playlist_id}"
        return self.ask(what, lambda: self._spotify.playlist_items(playlist_id, limit=PAGE, offset=offset))

    def audio_features(self, track_ids: Sequence[str]) -> list[dict[str, Any] | None]:
        """One record a track, None where Spotify has none. Up to FEATURES_BATCH tracks."""

        def ask() -> Any:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # the user is told in plain words
                try:
                    return self._spotify.audio_features(list(track_ids))
                except TypeError:  # spotipy looks for a key in what was not JSON
                    return None

        answer: list[dict[str, Any] | None] = self.ask("audio features", ask)
        return answer

    def artists(self, artist_ids: Sequence[str]) -> list[dict[str, Any] | None]:
        """Up to BATCH artists at once, which Spotify gives to apps with extended quota only."""
        answer: list[dict[str, Any] | None] = self.ask(
            "artists", lambda: (self._spotify.artists(list(artist_ids)) or {}).get("artists")
        )
        return answer

    def artist(self, artist_id: str) -> dict[str, Any]:
        """One artist."""
        return self.ask(f"artist {artist_id}", lambda: self._spotify.artist(artist_id))

    def ask(self, what: str, call: Callable[[], Any]) -> Any:
        """``call()``, again after a while where that may help."""
        import requests
        from spotipy import SpotifyException, SpotifyOauthError

        for attempt in range(_TRIES):
            wait: float = 2**attempt
            try:
                if (answer := call()) is not None:
                    return answer
                problem = f"Spotify's answer about {what} is not JSON"
            except SpotifyException as error:
                status = error.http_status
                if status != 429 and status < 500:
                    raise Refused(status, what, _said(error)) from None
                problem = f"Spotify answers {status}" + (", too many requests" if status == 429 else "")
                wait = _retry_after(error.headers, wait)
            except SpotifyOauthError as error:
                if error.error in ("invalid_client", "unauthorized_client", "invalid_request"):
                    told = error.error_description or error.error
                    raise SourceError(f"Spotify does not know these credentials ({told}). {_SETTINGS}.") from None
                problem = f"Spotify gives no token ({error.error})"
            except requests.RequestException as error:
                problem = f"Spotify cannot be reached ({type(error).__name__})"
            if attempt < _TRIES - 1:
                self._wait(wait, problem)
        raise SourceError(f"{problem}, {_TRIES} times. Check the connection; then run the same command again to go on.")

    def _wait(self, seconds: float, problem: str) -> None:
        if seconds > self._patience:
            when = datetime.now() + timedelta(seconds=seconds)
            raise SourceError(
                f"{problem}, and asks to wait {_length(seconds)}, until {when:%d %B %H:%M}; --patience is "
                f"{_length(self._patience)}. Run the same command again after that to go on."
            )
        log.info("%s: waiting %s.", problem, _length(seconds))
        sleep(seconds)


def _said(error: Any) -> str:
    """Spotify's own words, which spotipy puts below the address."""
    return str(error.msg or "").rpartition(":\n ")[2].strip().rstrip(".")[:200] or "no reason given"


def _retry_after(headers: Any, otherwise: float) -> float:
    """Seconds that the answer asks to wait."""
    given = str((headers or {}).get("Retry-After", ""))
    return float(given) if given.isdigit() else otherwise


def _length(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else str(timedelta(seconds=round(seconds)))
