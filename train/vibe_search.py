"""Train vibe search: what is said of every track as embeddings, quick codes of them, and its words.

python -m train.vibe_search --out bundles/tidytuesday --lyrics lyrics.csv.gz
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import Bundle, sha256_of, write_folder
from recsys.fast_index import FastIndex, fit_codes
from recsys.index import Vectors
from recsys.lexical_index import LexicalIndex
from recsys.text_encoder import TextEncoder
from recsys.title_search import TITLES, TitleSearch
from recsys.vibe_query import CatalogueLookup
from recsys.vibe_search import FOLDER, VibeSearch
from recsys.vibe_space import Weights, both_texts, sound_of, track_vectors
from train.common import parse_config, progress_span, report_progress, run
from train.features import TrainingFeatures, read_training_features
from train.ingest.track_lyrics import TrackLyrics, read_track_lyrics
from train.vibe.documents import Documents, plain_texts, write_documents
from train.vibe.encode import Embedder, Shard
from train.vibe.head import fit_head
from train.vibe.lyric_chunks import THEMES, Sung, lyric_chunks, read_sung
from train.vibe.postings import count_words
from train.vibe.quality import measure, measure_plain
from train.vibe.queries import Named, read_named, split_names

log = logging.getLogger(__name__)

_MOST_COMPARED = 50_000  # tracks; embedding the baseline's texts of more takes too long for a figure


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    encoder: str = field(
        default="minilm", metadata={"help": "sentence encoder by its name on the Hub or its path; 'minilm' is included"}
    )
    window: int = field(default=128, metadata={"help": "tokens read at a time; longer texts are read in windows"})
    workers: int = field(default=0, metadata={"help": "texts read at a time; 0 for as many as there are cores"})
    shard: str = field(
        default="",
        metadata={"help": "for big catalogues: '2/4' embeds the second quarter and stops; run all, then once without"},
    )
    lyrics: tuple[str, ...] = field(
        default=(),
        metadata={"help": "files of lyrics with artist and title, joined to the catalogue's tracks by these"},
    )
    most_sung: int = field(default=0, metadata={"help": "embed verses of so many of the best-known tracks; 0 for all"})
    verses: int = field(default=4, metadata={"help": "chunks of a lyric to embed, spread over it"})
    evaluate: bool = field(default=True, metadata={"help": "measure on playlist names held out, if there are any"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})


@dataclass(frozen=True)
class ReadCatalogue:
    """What is said of the tracks, its embeddings (n_tracks, text_dim), and the lyrics', if there are any."""

    documents: Documents
    songs: NDArray[np.float16]
    kinds: NDArray[np.float16]
    sung: Sung | None


@dataclass(frozen=True)
class Fitted:
    """Everything of the bundle's folder but the encoder. ``head`` is (text_dim, 11), or None."""

    vectors: NDArray[np.float16]
    codebook: Vectors
    codes: NDArray[np.uint8]
    lexical: LexicalIndex
    head: Vectors | None
    sung: Sung | None


def main(argv: Sequence[str] | None = None) -> None:
    train(parse_config(Config, argv, __doc__))


def train(config: Config) -> None:
    """Read, embed, fit, measure, write. An interrupted run goes on where it stopped."""
    from train.vibe.encoder import export_encoder  # torch takes seconds to import

    shard = Shard.parse(config.shard) if config.shard else Shard()
    bundle = Bundle.open(config.out)
    data = read_training_features(bundle)
    named = read_named(bundle)
    lyrics = read_track_lyrics(data.catalogue, config.lyrics) if config.lyrics else None
    if lyrics:
        log.info("%s", lyrics.as_text())
    kept = config.out / f".{FOLDER}-embedded"
    with tempfile.TemporaryDirectory(prefix="vibe-search-") as folder:
        files = Path(folder)
        report_progress("Vibe search: opening the encoder", 0.0)
        name = export_encoder(config.encoder, files)
        encoder = TextEncoder.open(files / "encoder.onnx", files / "tokenizer.json", config.window, threads=1)
        by_encoder = kept / f"{sha256_of(files / 'encoder.onnx')[:16]}-{config.window}"
        embedder = Embedder(encoder, by_encoder, config.workers or os.cpu_count() or 1, shard)
        with progress_span(0.05, 0.7):
            read = read_catalogue(config, data, lyrics, embedder)
        if config.shard:
            log.info("Embedded. When all shards are, run the same once without --shard.")
            return
        report_progress("Vibe search: quantising and counting words", 0.7)
        fitted = fit(config, data, read, named, encoder)
        metrics: dict[str, Any] = {
            "texts": len(set(read.documents.songs)) + len(set(read.documents.kinds)),
            "tracks_with_lyrics": len(lyrics.lines) if lyrics else 0,
            "encoder": name,
        }
        if config.evaluate and named:
            with progress_span(0.75, 0.95):
                metrics["names"] = evaluate(bundle, config, data, fitted, embedder, named)
        report_progress("Vibe search: writing", 0.97)
        write(bundle, config, data, fitted, name, metrics, files)
    shutil.rmtree(kept, ignore_errors=True)


def read_catalogue(
    config: Config, data: TrainingFeatures, lyrics: TrackLyrics | None, embedder: Embedder
) -> ReadCatalogue:
    """Embed lyrics first, for what they speak of is said of their tracks; then what is said."""
    sung, themes = None, {}
    if lyrics and lyrics.lines:
        with progress_span(0.0, 0.2):
            chosen = sorted(lyrics.lines)[: config.most_sung or None]  # rows are in order of popularity
            lines = {row: lyrics.lines[row] for row in chosen}
            sung = read_sung(lines, embedder, config.verses, config.seed)
        themes = sung.themes_of_tracks()
    documents = write_documents(data.catalogue, sound_of(data.scaler, data.catalogue.features), themes)
    with progress_span(0.2, 0.7):
        songs = embedder.embed(documents.songs, "Vibe search: reading what is said of each song")
    with progress_span(0.7, 1.0):
        kinds = embedder.embed(documents.kinds, "Vibe search: reading what kind of music it is")
    return ReadCatalogue(documents, songs, kinds, sung)


def fit(
    config: Config, data: TrainingFeatures, read: ReadCatalogue, named: Sequence[Named], encoder: TextEncoder
) -> Fitted:
    sound = sound_of(data.scaler, data.catalogue.features)
    mean = both_texts(read.songs, read.kinds).mean(axis=0)
    vectors = track_vectors(read.songs, read.kinds, mean, sound)
    return Fitted(
        vectors,
        *fit_codes(vectors, config.seed),
        count_words(read.documents.words),
        fit_head(named, encoder, sound),
        read.sung,
    )


def evaluate(
    bundle: Bundle,
    config: Config,
    data: TrainingFeatures,
    fitted: Fitted,
    embedder: Embedder,
    named: Sequence[Named],
) -> dict[str, Any]:
    """Every part alone and all together on half of the names, with a head that learnt from the other half."""
    learning, judged = split_names(named, config.seed)
    encoder, catalogue = embedder.encoder, data.catalogue
    head = fit_head(learning, encoder, sound_of(data.scaler, catalogue.features))
    lookup = CatalogueLookup(catalogue, TitleSearch(bundle.file(TITLES)))
    index, lexical = FastIndex(fitted.vectors, fitted.codebook, fitted.codes), fitted.lexical
    chunks = lyric_chunks(fitted.sung, len(catalogue)) if fitted.sung else None

    def searching(weights: Weights, with_head: bool) -> VibeSearch:
        chosen = head if with_head else None
        return VibeSearch(catalogue, encoder, index, lexical, data.scaler, weights, lookup, chosen, chunks)

    found = {}
    if len(catalogue) <= _MOST_COMPARED:
        with progress_span(0.0, 0.5):
            plain = embedder.embed(plain_texts(catalogue), "Vibe search: reading the baseline")
        found["title, artist, tag"] = measure_plain(plain.astype(np.float32), encoder, judged)
    report_progress("Vibe search: measuring on held-out playlist names", 0.5)
    found |= measure(searching, judged)
    for engine, figures in found.items():
        log.info("  %-22s %s", engine, "  ".join(f"{name} {value:.4f}" for name, value in figures.items()))
    return {"judged": len(judged), "learnt_from": len(learning), "engines": found}


def write(
    bundle: Bundle,
    config: Config,
    data: TrainingFeatures,
    fitted: Fitted,
    name: str,
    metrics: dict[str, Any],
    files: Path,
) -> None:
    """Write the folder of ``bundle``."""
    settings = {"encoder": name, "window": config.window, "seed": config.seed}
    lexical = fitted.lexical
    with write_folder(bundle.path, FOLDER, bundle.manifest, config=settings, metrics=metrics) as folder:
        for file in ("encoder.onnx", "tokenizer.json"):
            shutil.copy(files / file, folder.path / file)
        folder.array("vectors", fitted.vectors)
        folder.array("codebook", fitted.codebook)
        folder.array("codes", fitted.codes)
        folder.json("words", list(lexical.words))
        folder.tensors("postings", {"starts": lexical.starts, "rows": lexical.rows, "gains": lexical.gains})
        if fitted.head is not None:
            folder.array("head", fitted.head)
        if fitted.sung is not None:
            for kind in fields(Sung):
                folder.array(f"chunk_{kind.name}", getattr(fitted.sung, kind.name))
        folder.json(
            "vibe",
            {
                "encoder": name,
                "window": config.window,
                "scaler": data.scaler.as_json(),
                "weights": asdict(Weights()),
                "head": fitted.head is not None,
                "themes": list(THEMES) if fitted.sung is not None else [],
            },
        )


if __name__ == "__main__":
    run(main)
