"""Pictures and sound of songs: a cover for every song, and a clip for those of the demo world."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import quote

from recsys.capabilities import Capabilities
from recsys.demo_media import Sheet, paint, render_clip, svg, wav
from recsys.errors import BusyError, NoClipError

CLIP_SECONDS, CLIP_RATE = 12.0, 32_000
AT_A_TIME = 2
MOST_WAITING = 16
KEPT = 32
"""Clips; 768 kB each."""


def cover_path(track_id: str, fingerprint: str = "") -> str:
    """Where a song's cover is, relative to the page.

    ``fingerprint`` is the catalogue's: with it, another catalogue has other addresses, so that no browser shows old
    pictures; without it, a browser may show one for as long as the route lets it be kept.
    """
    version = f"?v={quote(fingerprint, safe='')}" if fingerprint else ""
    return f"media/cover/{quote(track_id, safe='')}.svg{version}"


def clip_path(track_id: str) -> str:
    """Where a song's clip is, relative to the page; see `has_clips`."""
    return f"media/clip/{quote(track_id, safe='')}.wav"


def has_clips(loaded: Capabilities) -> bool:
    """Whether the songs can be heard: all are invented, and the bundle stores what their clips are rendered from."""
    return loaded.bundle.manifest.wholly_synthetic and loaded.sheets.stored is not None


def cover(loaded: Capabilities, track_id: str) -> str:
    """The cover of a song as SVG of about 1.5 kB, without a word of the song in it.

    Raises:
        UnknownTrackError: the catalogue lacks it.
    """
    return svg(paint(loaded.sheets.of(loaded.catalogue.row(track_id))))


def clip_sheet(loaded: Capabilities, track_id: str) -> Sheet:
    """What `Clips` renders a song from.

    Raises:
        UnknownTrackError: the catalogue lacks it.
        NoClipError: it cannot be heard.
    """
    row = loaded.catalogue.row(track_id)
    if not has_clips(loaded):
        raise NoClipError(
            f"Track {track_id!r} has no clip here: only songs of the demo world are rendered, from a bundle that "
            "`python -m train.all --demo` of this version wrote."
        )
    return loaded.sheets.of(row)


class Clips:
    """Renders clips on two threads of its own, and keeps the last ones."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="clips")
        self._lock = threading.Lock()
        self._latest: OrderedDict[Sheet, Future[bytes]] = OrderedDict()  # used last at the end

    def clip(self, sheet: Sheet) -> Future[bytes]:
        """The song's clip as a WAV file, now or soon; whoever asks for one that is being rendered gets that one.

        Raises:
            BusyError: too many are being rendered or wait to be.
        """
        with self._lock:
            clip = self._latest.pop(sheet, None)
            if clip is None:
                if sum(not other.done() for other in self._latest.values()) >= AT_A_TIME + MOST_WAITING:
                    raise BusyError(f"{MOST_WAITING} clips wait to be rendered already. Try again soon.")
                clip = self._threads.submit(_render, sheet)
            self._latest[sheet] = clip
            if len(self._latest) > KEPT:
                self._latest.popitem(last=False)
            return clip


def _render(sheet: Sheet) -> bytes:
    return wav(render_clip(sheet, CLIP_SECONDS, CLIP_RATE), CLIP_RATE)
