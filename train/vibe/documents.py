"""What a listener would say of each track, in words that the catalogue has.

Two texts a track: one on the song, and one on what kind of music it is and by whom, which many songs share. A query is
compared with both; measured on playlist names, the two together find more than either (see the README).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from recsys.audio_features import FEATURE_INDEX, Features
from recsys.catalogue import Catalogue
from recsys.index import Vectors
from recsys.text import fold

_MOST_GENRES = 6
_CLEAR = 1.0  # standard deviations from the average song from which a word is said


class Documents(NamedTuple):
    """For each track its text on the song and its text on the kind of music; and the words to find it by."""

    songs: list[str]
    kinds: list[str]
    words: list[list[str]]


def write_documents(
    catalogue: Catalogue, scaled: Vectors, themes: Mapping[int, Sequence[str]] = MappingProxyType({})
) -> Documents:
    """Write the texts of all tracks.

    Args:
        catalogue: Whose tracks.
        scaled: (n_tracks, 11), the features in standard deviations, 0 where unknown.
        themes: Row of a track → what its lyrics speak of.
    """
    songs, kinds, words = [], [], []
    columns = zip(
        catalogue.strings("title"),
        catalogue.strings("artists"),
        catalogue.strings("album"),
        catalogue.years.tolist(),
        catalogue.table["genres"].to_pylist(),
        sound_words(scaled, catalogue.features),
        strict=True,
    )
    for row, (title, artists, album, year, genres, sound) in enumerate(columns):
        artist, genre = artists.replace("; ", ", "), ", ".join(genres[:_MOST_GENRES])
        kind = " ".join(filter(None, [sound, genre, "music"]))
        released = f" ({year:.0f})" if year == year else ""
        source = f", from {album}{released}" if album else released
        about = " and ".join(themes.get(row, ()))
        songs.append(f"{title} by {artist}{source}. {kind}{' about ' * bool(about)}{about}")
        kinds.append(f"{kind} by {artist}")
        words.append(fold(f"{title} {artist} {album} {genre} {about}").split())
    return Documents(songs, kinds, words)


def plain_texts(catalogue: Catalogue) -> list[str]:
    """Title, artist and first genre, as the system before this one embedded them: the baseline."""
    columns = zip(
        catalogue.strings("title"), catalogue.strings("artist"), catalogue.table["genres"].to_pylist(), strict=True
    )
    return [f"{title} by {artist} {', '.join(genres[:1])}".strip() for title, artist, genres in columns]


def sound_words(scaled: Vectors, features: Features) -> Iterator[str]:
    """For each track the words for what is clear about its sound: "sad, slow, acoustic"."""
    columns: list[tuple[str, np.ndarray]] = [
        (word, side * scaled[:, FEATURE_INDEX[name]] > _CLEAR) for word, name, side in _CLEAR_WORDS
    ]
    columns += [(word, side * features[:, FEATURE_INDEX[name]] > side * bound) for word, name, side, bound in _BOUNDS]
    said = np.column_stack([column for _, column in columns])
    names = [word for word, _ in columns]
    for row in said:
        yield ", ".join(names[i] for i in np.flatnonzero(row))


_CLEAR_WORDS: Sequence[tuple[str, str, int]] = (
    ("happy", "valence", 1),
    ("sad", "valence", -1),
    ("energetic", "energy", 1),
    ("calm", "energy", -1),
    ("acoustic", "acousticness", 1),
    ("danceable", "danceability", 1),
)
# In natural units, whatever the catalogue's average: Spotify's reference calls 0.5 instrumental and 0.33 mixed speech.
_BOUNDS: Sequence[tuple[str, str, int, float]] = (
    ("instrumental", "instrumentalness", 1, 0.5),
    ("fast", "tempo", 1, 150),
    ("slow", "tempo", -1, 85),
    ("rap", "speechiness", 1, 0.2),
)
