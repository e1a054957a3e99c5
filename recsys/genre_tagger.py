"""Genre tagger: which of the 14 macro-genres a lyric speaks of, how sure that is, and which lines say so.

Two models read a lyric: a fine-tuned transformer and a linear model over n-grams. Their log-odds are mixed, then
calibrated. Either may be missing where the other alone was better on the songs held out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.errors import BundleError, InvalidQueryError
from recsys.lyric_ngrams import LogOdds, NGramModel
from recsys.lyric_transformer import LyricTransformer
from recsys.lyrics import CLEANING_VERSION, Lyrics, read_lyrics
from recsys.onnx_model import OnnxModel
from recsys.results import GenreScore, LineReason
from recsys.song_tags import NAME as SONG_TAGS
from recsys.song_tags import SongTags
from recsys.text_windows import Windower

FOLDER = "genre_tagger"
MAX_LINES = 10
MOST_LEFT_OUT = 64
"""Of a very long lyric, lines that are left out in turn: those that tell the cheapest reader most by themselves."""
MOST_PASSAGES = 512
"""Passages that a longer one is read in to find them; a line each up to so many lines."""


class Reader(Protocol):
    """A model that reads lyrics, and can read them again without some of their lines."""

    def log_odds(self, lines: Sequence[str]) -> LogOdds: ...

    def log_odds_without(self, lines: Sequence[str], left_out: Sequence[Collection[int]]) -> LogOdds: ...


@dataclass(frozen=True)
class Calibration:
    """From mixed log-odds to probabilities that mean what they say.

    Attributes:
        slope: What log-odds are multiplied by.
        bias: (n_genres,) what is added then.
        thresholds: (n_genres,) probability from which a genre is chosen.
    """

    slope: float
    bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def log_odds(self, mixed: NDArray[np.floating]) -> NDArray[np.floating]:
        return self.slope * mixed + self.bias

    def probabilities(self, mixed: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.exp(-np.logaddexp(0, -self.log_odds(mixed)))  # 1 / (1 + exp(-x)), without overflow


class GenreTagger:
    """Tags lyrics.

    Attributes:
        genres: The macro-genres it knows.
        about: A sentence on what it is.
        readers: What it reads with, each with its weight.
        song_tags: What it said of the catalogue's own lyrics; None where the bundle holds nothing of it.
    """

    def __init__(
        self,
        genres: Sequence[str],
        readers: Sequence[tuple[float | LogOdds, Reader]],
        calibration: Calibration,
        about: str,
        song_tags: SongTags | None = None,
    ) -> None:
        """``readers`` come with the weight of each, for all genres or (n_genres,); the weights add up to 1."""
        self.genres = tuple(genres)
        self.about = about
        self.readers = tuple(readers)
        self.song_tags = song_tags
        self._calibration = calibration

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue | None = None) -> GenreTagger:
        """The tagger in ``bundle``, with its tags of the songs in ``catalogue``, where one is given.

        Raises:
            BundleError: a file is missing or damaged.
        """
        return load_tagger(bundle, catalogue)

    def tag(self, lyrics: Lyrics | str, lines: int = 3) -> list[GenreScore]:
        """Every genre, the most probable first, with up to ``lines`` lines that speak for each chosen one.

        Raises:
            InvalidQueryError: there is no lyric in ``lyrics``, or ``lines`` is not from 0 to MAX_LINES.
        """
        if isinstance(lines, bool) or not isinstance(lines, int) or not 0 <= lines <= MAX_LINES:
            raise InvalidQueryError(f"lines is {lines!r}; it must be a whole number from 0 to {MAX_LINES}.")
        read = lyrics if isinstance(lyrics, Lyrics) else read_lyrics(lyrics)
        scores = self._scores(read)
        explained = [i for i, score in enumerate(scores) if score.chosen] or [int(np.argmax(_probabilities(scores)))]
        if lines:
            reasons = self._reasons(read.lines, explained, lines)
            scores = [GenreScore(s.genre, s.probability, s.threshold, reasons.get(i, ())) for i, s in enumerate(scores)]
        return sorted(scores, key=lambda score: -score.probability)

    def tag_many(self, lyrics: Sequence[Lyrics | str]) -> list[list[GenreScore]]:
        """What `tag` says of each, without lines."""
        return [self.tag(one, lines=0) for one in lyrics]

    def tags_of(self, row: int) -> list[GenreScore] | None:
        """Every genre of the catalogue's track at ``row`` by its lyric, the most probable first; None if unknown."""
        place = self.song_tags.place(row) if self.song_tags else None
        if self.song_tags is None or place is None:
            return None
        return sorted(self._scored(self.song_tags.probabilities[place]), key=lambda score: -score.probability)

    def learnt_from(self, row: int) -> bool:
        """Whether it learnt from the lyric of the catalogue's track at ``row``; False where nothing is known of it."""
        place = self.song_tags.place(row) if self.song_tags else None
        return self.song_tags is not None and place is not None and bool(self.song_tags.learnt[place])

    def _mixed(self, lines: Sequence[str]) -> LogOdds:
        return np.sum([weight * reader.log_odds(lines) for weight, reader in self.readers], axis=0)

    def _scores(self, lyrics: Lyrics) -> list[GenreScore]:
        return self._scored(self._calibration.probabilities(self._mixed(lyrics.lines)))

    def _scored(self, probabilities: NDArray[np.floating]) -> list[GenreScore]:
        """``probabilities`` (n_genres,) beside the names and thresholds of their genres."""
        return [
            GenreScore(genre, float(probability), float(threshold))
            for genre, probability, threshold in zip(
                self.genres, probabilities, self._calibration.thresholds, strict=True
            )
        ]

    def _reasons(self, lines: Sequence[str], genres: Sequence[int], most: int) -> dict[int, tuple[LineReason, ...]]:
        """For each genre the lines without which its log-odds fall most."""
        same = _numbers_of_each(lines)
        if len(same) < 2:
            return {}
        same = self._most_telling(same, genres)
        left_out = [(), *same.values()]
        mixed = np.sum([w * reader.log_odds_without(lines, left_out) for w, reader in self.readers], axis=0)
        odds = self._calibration.log_odds(mixed)
        falls = odds[0] - odds[1:]
        texts, firsts = list(same), [numbers[0] for numbers in same.values()]
        found = {}
        for genre in genres:
            order = np.argsort(-falls[:, genre], kind="stable")[:most]
            found[genre] = tuple(
                LineReason(firsts[i], texts[i], float(falls[i, genre])) for i in order if falls[i, genre] > 0
            )
        return found

    def _most_telling(self, same: dict[str, list[int]], genres: Sequence[int]) -> dict[str, list[int]]:
        """All of ``same``; of a very long lyric what says most by itself, found in one reading of the text."""
        if len(same) <= MOST_LEFT_OUT:
            return same
        _, cheapest = self.readers[-1]
        texts, size = list(same), -(-len(same) // MOST_PASSAGES)
        passages = [texts[i : i + size] for i in range(0, len(texts), size)]
        odds = np.stack([cheapest.log_odds(passage) for passage in passages])[:, genres]
        telling = (odds - odds.mean(axis=0)).max(axis=1)
        best_first = chain.from_iterable(passages[i] for i in np.argsort(-telling, kind="stable"))
        chosen = set(islice(best_first, MOST_LEFT_OUT))
        return {text: numbers for text, numbers in same.items() if text in chosen}


def _probabilities(scores: Sequence[GenreScore]) -> list[float]:
    return [score.probability for score in scores]


def _numbers_of_each(lines: Sequence[str]) -> dict[str, list[int]]:
    """Each different line with the numbers of where it stands."""
    same: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        same.setdefault(line, []).append(number)
    return same


def load_tagger(bundle: Bundle, catalogue: Catalogue | None = None) -> GenreTagger:
    """Open the files that `train.genre_tagger` wrote."""
    about = bundle.json(f"{FOLDER}/tagger.json")
    try:
        if about["cleaning_version"] != CLEANING_VERSION:
            raise BundleError(
                f"The tagger in {bundle.path} was trained on lyrics cleaned by version {about['cleaning_version']}; "
                f"this app cleans by version {CLEANING_VERSION}. Train it again with python -m train.genre_tagger."
            )
        shares = np.array(about["transformer_shares"], np.float32)
        readers: list[tuple[LogOdds, Reader]] = []
        if shares.any():
            readers.append((shares, load_transformer(bundle, about["window"])))
        if (shares < 1).any():
            readers.append((1 - shares, load_ngrams(bundle)))
        calibration = Calibration(
            float(about["slope"]), np.array(about["bias"], np.float32), np.array(about["thresholds"], np.float32)
        )
        sizes = [len(about["genres"]), len(shares), len(calibration.bias), len(calibration.thresholds)]
        if len(set(sizes)) > 1:
            raise ValueError(f"genres, shares, biases and thresholds number {sizes}")
        tags = None
        if catalogue is not None and (written := about.get(SONG_TAGS)):  # bundles had none at first
            tags = SongTags.load(bundle, FOLDER, int(written["left_out"]))
            tags.check(len(catalogue), len(about["genres"]))
        tagger = GenreTagger(about["genres"], readers, calibration, about["about"], tags)
        tagger.tag("la la la", lines=0)  # do the models give so many?
        return tagger
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BundleError(f"{FOLDER} in {bundle.path} cannot be used ({error!r}). Train the tagger again.") from error


def load_transformer(bundle: Bundle, window: int) -> LyricTransformer:
    """The served transformer; raises BundleError where its files do not belong together."""
    graph, tokenizer = bundle.file(f"{FOLDER}/model.onnx"), bundle.file(f"{FOLDER}/model/tokenizer.json")
    try:
        transformer = LyricTransformer(Windower.of(Tokenizer.from_file(str(tokenizer)), window), OnnxModel(graph))
        transformer.log_odds(["la la la"])
        return transformer
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise BundleError(f"{FOLDER}/model.onnx cannot be opened ({error}). Train the tagger again.") from error


def load_ngrams(bundle: Bundle) -> NGramModel:
    """The linear model."""
    terms = tuple(tuple(family) for family in bundle.json(f"{FOLDER}/ngrams.json"))
    model = NGramModel(terms, **bundle.tensors(f"{FOLDER}/ngrams.safetensors"))
    sizes = [sum(map(len, terms)), len(model.idf), len(model.weights)]
    if len(set(sizes)) > 1:
        raise ValueError(f"n-grams, their frequencies and their weights number {sizes}")
    return model
