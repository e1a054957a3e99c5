"""Extended M3U: a line #EXTINF names a song, and the next one says where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from recsys.listening.plays import Gatherer, Row, batches
from recsys.listening.song_lines import link_in, song_of

_NAMED = "#EXTINF:"
_FILE = re.compile(r"^(?:.*[\\/])?(?:\d{1,3}[\s._-]+)?(.*?)(?:\.\w{2,4})?$")


def read_m3u(blocks: Iterable[bytes], gatherer: Gatherer) -> None:
    """Add a play for each song: by a link to Spotify where it has one, its name, or else its file's."""
    for batch in batches(_rows(blocks, gatherer)):
        gatherer.add(batch)


def _rows(blocks: Iterable[bytes], gatherer: Gatherer) -> Iterator[Row]:
    name = ""
    for line in (line.strip() for block in blocks for line in block.decode("utf-8", "replace").split("\n")):
        if line.upper().startswith(_NAMED):
            if name:  # one without a place
                yield from _song(name, "", gatherer)
            name = line.partition(",")[2].strip()
        elif line and not line.startswith("#"):
            yield from _song(name, line, gatherer)
            name = ""
    if name:
        yield from _song(name, "", gatherer)


def _song(name: str, place: str, gatherer: Gatherer) -> Iterator[Row]:
    link = link_in(place)
    file = _FILE.match(place)
    row = song_of(name or ("" if link or file is None else file[1]))
    if row is not None:
        yield row._replace(track_id=link or row.track_id)
    elif link:
        yield Row(track_id=link)
    else:
        gatherer.skip("a line that names no song")
