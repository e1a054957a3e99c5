"""The data sets we know. A format is data: what recognises it, where its columns are, how its values read.

What a format does not say is found through the table of aliases, so that the last one, GENERIC, reads any file
whose columns have usual names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from recsys.audio_features import FEATURE_NAMES
from recsys.errors import SourceError
from train.ingest.columns import ALIASES, REQUIRED
from train.ingest.convert import (
    Converter,
    to_flag,
    to_key,
    to_list,
    to_milliseconds,
    to_mode,
    to_names,
    to_number,
    to_share,
    to_text,
    to_year,
)

_SPOTIFY = "The values come from Spotify's Web API, whose terms do not allow training on them: for research only."
INVENTED = "demo"
"""What a row says whose audio features are invented."""
_SHARES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")

CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    dict.fromkeys(ALIASES, to_text)
    | dict.fromkeys(FEATURE_NAMES, to_number)
    | {"duration_ms": to_milliseconds, "year": to_year, "explicit": to_flag, "key": to_key, "mode": to_mode}
    | {"artist": to_names, "artists": to_names, "genres": to_list, "subgenres": to_list, "position": to_number}
)
"""How each canonical column is read unless a format says otherwise."""


@dataclass(frozen=True)
class Format:
    """One way that people write tracks down.

    Attributes:
        licence: What the publisher allows, and where the values come from.
        marks: Folded columns that only this format has together.
        columns: Canonical → folded name, where the aliases would find another or none.
        converters: Canonical name → converter, where the values are written in another way.
        commas_between_artists: "A, B" credits two artists, though "Tyler, The Creator" is one.
        synthetic: The songs are invented.
        origin: Folded column that says where each row's audio features come from; INVENTED where from nowhere.
    """

    name: str
    licence: str
    marks: frozenset[str] = frozenset()
    columns: Mapping[str, str] = field(default_factory=dict)
    converters: Mapping[str, Converter] = field(default_factory=dict)
    commas_between_artists: bool = False
    synthetic: bool = False
    origin: str = ""

    def resolve(self, found: Collection[str]) -> dict[str, str]:
        """Canonical name → folded name, for what the columns ``found`` offer."""
        pairs = ((name, self.columns.get(name) or _first(aliases, found)) for name, aliases in ALIASES.items())
        resolved = {name: column for name, column in pairs if column in found and column is not None}
        if resolved.get("artist") == resolved.get("artists"):
            resolved.pop("artist", None)
        return resolved

    def converter(self, name: str) -> Converter:
        """How this format's column of canonical name ``name`` is read."""
        return self.converters.get(name) or CONVERTERS[name]


GENERIC = Format("any table with usual column names", "Not known: ask whoever published the file.")

FORMATS: tuple[Format, ...] = (
    Format(
        "demo world",
        "CC0-1.0: the songs are invented.",
        frozenset({"mood", "scene", "subgenres", "track_id", "danceability"}),
        synthetic=True,
    ),
    Format(
        "collected playlists",
        f"Names and playlists come from Spotify's Web API too; of features from elsewhere, ask there. {_SPOTIFY}",
        frozenset({"source", "spotify_id", "playlist_id", "playlist_name", "danceability"}),
        origin="source",
    ),
    Format(
        "TidyTuesday Spotify songs",
        f"MIT or CC0-1.0, by version of the TidyTuesday repository. {_SPOTIFY}",
        frozenset({"track_artist", "track_album_release_date", "playlist_genre", "playlist_subgenre"}),
    ),
    Format(
        "Spotify tracks data set (114k)",
        f"BSD. {_SPOTIFY}",
        frozenset({"artists", "album_name", "track_genre"}),
    ),
    Format(
        "Spotify lyrics and emotions (500k/900k)",
        f"Not stated here; the lyrics, which are not read, are copyrighted. {_SPOTIFY}",
        frozenset({"artist_s", "song", "positiveness"}),
        columns={"mode": "key"},  # "D# min" is both
        converters=dict.fromkeys(_SHARES, to_share),
        commas_between_artists=True,
    ),
    Format(
        "Billboard Hot 100 with audio features",
        f"Not stated. {_SPOTIFY} The year is the chart's.",
        frozenset({"artist_name", "artist_id", "year", "analysis_url"}),
    ),
    Format(
        "Million Song Dataset + Spotify",
        f"Million Song Dataset: research only. {_SPOTIFY}",
        frozenset({"spotify_id", "spotify_preview_url", "year"}),
    ),
    Format(
        "genre playlists 2023",
        f"Not stated. {_SPOTIFY}",
        frozenset({"artist_name", "track_length", "playlist_id", "genre"}),
    ),
    Format(
        "tracks of artists, no genre",
        f"Not stated. {_SPOTIFY}",
        frozenset({"name", "artist", "album_type"}),
    ),
)


def recognise(found: Collection[str]) -> Format:
    """The format whose columns are among the folded names ``found``; GENERIC where none is known."""
    return next((known for known in FORMATS if known.marks <= set(found)), GENERIC)


def require(resolved: Mapping[str, str], header: Collection[str], source: str, needed: Collection[str]) -> None:
    """Raise a SourceError that names what of ``needed`` is missing and what columns there are."""
    missing = [name for name in needed if name not in resolved]
    if missing:
        lines = [f"  {name}" + _also(name) for name in missing]
        raise SourceError(
            f"{source} lacks {len(missing)} of the {len(needed)} columns that are needed:\n" + "\n".join(lines) + "\n"
            f"It has {len(header)} columns: {', '.join(map(repr, header))}."
        )


def require_track_columns(resolved: Mapping[str, str], header: Collection[str], source: str) -> None:
    """Raise a SourceError unless there are title, artists and the nine features that no catalogue lacks."""
    require(resolved, header, source, REQUIRED)


def _also(name: str) -> str:
    others = [alias for alias in ALIASES[name] if alias != name]
    return f" (or {', '.join(others)})" if others else ""


def _first(names: Collection[str], found: Collection[str]) -> str | None:
    return next((name for name in names if name in found), None)
