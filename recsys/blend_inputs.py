"""What the blend reads of a song: where it stands in each feature, its artist's sound, and hashed words.

Training and serving go through the same code, so both see the same numbers. The tables are fitted to a catalogue by
`train.blend.tables`; a song that is not in it goes through the same ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_NAMES, Features
from recsys.catalogue import Catalogue
from recsys.index import Vectors
from recsys.new_song import NewSong
from recsys.text import fold

BINS, YEAR_BINS = 8, 24
N_VALUES = len(FEATURE_NAMES) + 1  # the features and the year
SOUND_WIDTH = len(FEATURE_NAMES) * BINS + YEAR_BINS
DENSE_WIDTH = 2 * SOUND_WIDTH + 1
ARTIST_BUCKETS, WORD_BUCKETS = 1 << 13, 1 << 14
BUCKETS = ARTIST_BUCKETS + WORD_BUCKETS
INPUTS = (*FEATURE_NAMES, "year", "artist", "words")
"""The inputs that a score is split into."""
YEAR_COLUMNS = slice(len(FEATURE_NAMES) * BINS, SOUND_WIDTH)
DENSE_STARTS = [*range(0, YEAR_COLUMNS.start, BINS), YEAR_COLUMNS.start, SOUND_WIDTH]
"""First column of `dense_inputs` for each feature, the year and the artist."""
_NAME_WEIGHT, _ALBUM_WEIGHT, _WORD_WEIGHT = 2.0, 1.0, 0.7


@dataclass(frozen=True)
class BlendTracks:
    """Raw inputs of n songs; NaN, -1 or "" where unknown.

    Attributes:
        values: (n, 12), the 11 features in natural units and the release year.
        artist_keys: (n,), -1 for an artist that the catalogue does not hold.
        artists, titles, albums: n texts each.
    """

    values: Vectors
    artist_keys: NDArray[np.int64]
    artists: Sequence[str]
    titles: Sequence[str]
    albums: Sequence[str]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Words:
    """Hashed words in compressed rows: song i owns ``buckets[start[i]:start[i + 1]]`` with ``weights`` likewise."""

    start: NDArray[np.int64]
    buckets: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class BlendTables:
    """What is fitted to a catalogue.

    Attributes:
        grid: (12, n_grid) values of each feature and the year, ascending, padded with +inf; no finite value in the row
            of one that the models were trained without.
        ranks: (12, n_grid) where each of them stands in the catalogue, from 0 to 1.
        mean, scale: (SOUND_WIDTH,) over the catalogue's soft histograms.
        artist_sound: (n_artists, SOUND_WIDTH) float16, the mean of each artist's songs, by artist key.
        artist_size: (n_artists,) logarithm of how many songs each has.
        artist_scale: (SOUND_WIDTH,) spread of ``artist_sound`` over the songs.
        idf: (BUCKETS,) weight of each bucket, from 0 for what one song alone has to 1.
    """

    grid: Vectors
    ranks: Vectors
    mean: Vectors
    scale: Vectors
    artist_sound: NDArray[np.float16]
    artist_size: Vectors
    artist_scale: Vectors
    idf: Vectors

    def tensors(self) -> dict[str, np.ndarray]:
        """The arrays that `from_tensors` reads back."""
        return {f"tables.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_tensors(cls, tensors: dict[str, np.ndarray]) -> BlendTables:
        """Read the arrays; KeyError where one is missing."""
        return cls(**{field.name: tensors[f"tables.{field.name}"] for field in fields(cls)})


def catalogue_tracks(catalogue: Catalogue) -> BlendTracks:
    """The inputs of the catalogue's songs."""
    values = np.column_stack([catalogue.features, catalogue.years])
    texts = [catalogue.strings(name) for name in ("artist", "title", "album")]
    return BlendTracks(values, catalogue.artist_keys.astype(np.int64), *texts)


def new_tracks(song: NewSong, catalogue: Catalogue) -> BlendTracks:
    """The inputs of one song that the catalogue does not have, by an artist whom it may have."""
    keys = catalogue.keys_of_artist(fold(song.artist)) if song.artist else []
    values = np.append(song.features, np.float32(song.year))[None]
    return BlendTracks(values, np.array(keys[:1] or [-1], np.int64), [song.artist], [song.title], [song.album])


def ranks_of(values: Vectors, tables: BlendTables) -> Vectors:
    """Where each value stands in the catalogue, (n, 12) from 0 to 1; NaN where it or the table is unknown."""
    ranks = np.full(values.shape, np.nan, np.float32)
    for column, size in enumerate(np.isfinite(tables.grid).sum(axis=1).tolist()):
        if size > 1:
            ranks[:, column] = np.interp(values[:, column], tables.grid[column, :size], tables.ranks[column, :size])
    return ranks


def soft_histogram(ranks: Features) -> Vectors:
    """Gaussian bumps along each rank axis, 8 a feature and 24 for the year: (n, 12) -> (n, SOUND_WIDTH)."""
    return np.hstack([_bumps(ranks[:, :-1], BINS), _bumps(ranks[:, -1:], YEAR_BINS)])


def _bumps(ranks: Vectors, bins: int) -> Vectors:
    centres, width = np.linspace(0, 1, bins, dtype=np.float32), np.float32(0.7 / bins)
    bumps = np.exp(-0.5 * ((ranks[:, :, None] - centres) / width) ** 2)  # (n, columns, bins)
    return bumps.reshape(len(ranks), -1)


def sound_of(tracks: BlendTracks, tables: BlendTables) -> Vectors:
    """Standardised soft histograms, (n, SOUND_WIDTH); 0, the catalogue's mean, where unknown."""
    bumps = soft_histogram(ranks_of(tracks.values, tables))
    return np.nan_to_num((bumps - tables.mean) / tables.scale)


def artist_sound_of(sound: Vectors, keys: NDArray[np.int64], tables: BlendTables) -> Vectors:
    """Each artist's mean sound, (n, SOUND_WIDTH); an unknown artist sounds like the song itself."""
    known = keys >= 0
    mean = sound.astype(np.float32, copy=True)
    mean[known] = tables.artist_sound[keys[known]]
    return mean


def dense_inputs(sound: Vectors, keys: NDArray[np.int64], tables: BlendTables) -> Vectors:
    """The song's sound, its artist's, and the artist's size: (n, DENSE_WIDTH)."""
    size = np.zeros((len(sound), 1), np.float32)
    size[keys >= 0, 0] = tables.artist_size[keys[keys >= 0]]
    return np.hstack([sound, artist_sound_of(sound, keys, tables) / tables.artist_scale, size]).astype(np.float32)


def hash_words(tracks: BlendTracks) -> Words:
    """The artist, the album, and the words of artist, title and album, as bucket numbers.

    Feature hashing after Weinberger et al. (2009), without signs. crc32 is the same on every machine.
    """
    start, buckets, weights = [0], list[int](), list[float]()
    for artist, title, album in zip(tracks.artists, tracks.titles, tracks.albums, strict=True):
        found = _words(fold(artist), fold(title), fold(album))
        buckets += found.keys()
        weights += found.values()
        start.append(len(buckets))
    return Words(np.array(start, np.int64), np.array(buckets, np.int64), np.array(weights, np.float32))


def _words(artist: str, title: str, album: str) -> dict[int, float]:
    found = {_bucket("word:" + word): _WORD_WEIGHT for word in f"{title} {album}".split()}
    found |= {_bucket("name:" + word): _WORD_WEIGHT for word in artist.split()}
    if album:
        found[_bucket("album:" + album)] = _ALBUM_WEIGHT
    if artist:
        found[zlib.crc32(artist.encode()) % ARTIST_BUCKETS] = _NAME_WEIGHT
    return found


def _bucket(token: str) -> int:
    return ARTIST_BUCKETS + zlib.crc32(token.encode()) % WORD_BUCKETS


def weigh_words(words: Words, tables: BlendTables) -> Words:
    """The same words, weighted by their rarity."""
    return Words(words.start, words.buckets, words.weights * tables.idf[words.buckets])
