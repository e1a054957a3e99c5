"""Lyrics cut into chunks to embed, and what each chunk speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.fast_index import FastIndex, fit_codes
from recsys.index import Vectors
from recsys.lyric_chunks import LyricChunks
from recsys.text import fold
from recsys.text_encoder import TextEncoder
from train.vibe.encode import Embedder

_WORDS = 50  # in a chunk: a verse
_MULTIPLE = 8
_THEMES_SAID = 2
_CLEAR = 1.8  # standard deviations from which a theme is said

THEMES: Mapping[str, str] = {
    "heartbreak": "my heart is broken, you left me and it is over between us",
    "being in love": "I love you, you are the one for me",
    "desire": "I want your body tonight, touch me, kiss me",
    "missing somebody": "I miss you and wish that you were here",
    "loneliness": "I am so lonely, all alone with nobody",
    "sadness": "I cry, tears fall, I feel sad",
    "joy": "I feel so good, I am happy, smile",
    "dancing": "dance, move your body on the dance floor",
    "parties": "party all night, drinks up, the club",
    "drinking": "whiskey, wine, one more drink at the bar",
    "drugs": "smoke weed, get high, pills",
    "money": "money, cash, rich, diamonds and fast cars",
    "street life": "the streets, guns, the gang, police",
    "pride": "I am the best, the boss, nobody can beat me",
    "anger": "I hate you, I am so angry, go to hell",
    "betrayal": "you lied and cheated on me",
    "violence and war": "war, soldiers, fight, kill, blood",
    "death": "death, dying, the grave, a funeral",
    "faith": "God, Jesus, Lord, pray, heaven",
    "hope": "do not give up, everything will be alright, be strong",
    "freedom": "I want to be free, break the chains",
    "growing up": "when I was young, childhood, we were kids, years go by",
    "family": "mother, father, my son, my daughter, my brother",
    "friendship": "my friends, I will be there for you",
    "home": "home, going back home, my home town",
    "the road": "driving down the highway, on the road, travelling far away",
    "the night": "the night, moon and stars, midnight",
    "summer": "summer, sun, the beach",
    "rain": "rain, storm, clouds, cold wind",
    "winter and Christmas": "snow, winter, Christmas",
    "the sea": "the ocean, the sea, waves, a ship",
    "dreams": "dreams, dreaming, sleep",
    "music": "music, this song, sing, the radio, rock and roll",
    "the countryside": "a country boy, trucks, the farm, the field",
    "the city": "the city, lights, downtown, New York",
    "work": "work all day, a job, the boss, bills to pay",
    "protest": "the system, politics, injustice, the people rise up",
}
"""What songs speak of, and words such as they say it in."""


@dataclass(frozen=True)
class Sung:
    """The chunks of all lyrics, in order of their tracks.

    Attributes:
        rows: (n_chunks,), the track that each is from.
        vectors: (n_chunks, dim), embeddings of unit length; zeros after the encoder's dimensions, to a multiple of 8.
        codebook, codes: As `recsys.fast_index.fit_codes` gives them.
        themes: (n_chunks,), the number of each one's theme in THEMES, -1 for none in particular.
    """

    rows: NDArray[np.int32]
    vectors: NDArray[np.float16]
    codebook: Vectors
    codes: NDArray[np.uint8]
    themes: NDArray[np.int8]

    def themes_of_tracks(self) -> dict[int, list[str]]:
        """Row of a track → what its lyrics speak of, at most two themes, the one of most chunks first."""
        counts: dict[int, Counter[int]] = {}
        for row, theme in zip(self.rows.tolist(), self.themes.tolist(), strict=True):
            if theme >= 0:
                counts.setdefault(row, Counter())[theme] += 1
        names = list(THEMES)
        return {row: [names[theme] for theme, _ in count.most_common(_THEMES_SAID)] for row, count in counts.items()}


def read_sung(lines: Mapping[int, Sequence[str]], embedder: Embedder, most: int, seed: int) -> Sung:
    """Cut, embed and quantise lyrics.

    Args:
        lines: Row of a track → its lines, at least one track.
        embedder: Reads them.
        most: Chunks a track.
        seed: Of the quick codes.
    """
    chunks = [(row, chunk) for row in sorted(lines) for chunk in cut(lines[row], most)]
    embeddings = embedder.embed([chunk for _, chunk in chunks], "Vibe search: reading lyrics")
    vectors = np.pad(embeddings, ((0, 0), (0, -embeddings.shape[1] % _MULTIPLE)))
    rows = np.array([row for row, _ in chunks], np.int32)
    return Sung(rows, vectors, *fit_codes(vectors, seed), themes_of(embeddings, embedder.encoder))


def lyric_chunks(sung: Sung, n_tracks: int) -> LyricChunks:
    """``sung`` as the search sees it."""
    index = FastIndex(sung.vectors, sung.codebook, sung.codes)
    return LyricChunks(index, sung.rows, sung.themes, list(THEMES), n_tracks)


def cut(lines: Sequence[str], most: int = 4) -> list[str]:
    """At most ``most`` chunks of about fifty words, of whole lines, spread over the lyric; what repeats counts once."""
    distinct: dict[str, str] = {}
    for line in lines:
        distinct.setdefault(fold(line), line)
    chunks: list[list[str]] = [[]]
    words = 0
    for line in distinct.values():
        if words >= _WORDS:
            chunks.append([])
            words = 0
        chunks[-1].append(line)
        words += len(line.split())
    kept = np.unique(np.linspace(0, len(chunks) - 1, min(most, len(chunks))).round().astype(int))
    return [", ".join(chunks[i]) for i in kept]


def themes_of(chunks: NDArray[np.floating], encoder: TextEncoder) -> NDArray[np.int8]:
    """(n_chunks,): for each the number of the theme that it is clearly closest to, -1 where it is close to none.

    Args:
        chunks: (n_chunks, text_dim), embeddings of unit length.
        encoder: What made them.
    """
    phrases: Vectors = np.stack([encoder.embed(phrase) for phrase in THEMES.values()])
    closeness = chunks.astype(np.float32) @ phrases.T
    closeness = (closeness - closeness.mean(axis=0)) / np.maximum(closeness.std(axis=0), 1e-6)
    best = closeness.argmax(axis=1)
    clear = closeness[np.arange(len(best)), best] >= _CLEAR
    return np.where(clear, best, -1).astype(np.int8)
