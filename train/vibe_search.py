"""Train vibe search: what is said of every track as embeddings, quick codes of them, and its words.

python -m train.vibe_search --out bundles/tidytuesday
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from recsys.bundle import Bundle, sha256_of, write_folder
from recsys.fast_index import FastIndex, fit_codes
from recsys.lexical_index import LexicalIndex
from recsys.text_encoder import TextEncoder
from recsys.title_search import TITLES, TitleSearch
from recsys.vibe_query import CatalogueLookup
from recsys.vibe_search import FOLDER, VibeSearch
from recsys.vibe_space import Weights, both_texts, sound_of, track_vectors
from train.common import parse_config, progress_span, report_progress, run
from train.features import TrainingFeatures, read_training_features
from train.vibe.documents import Documents, plain_texts, write_documents
from train.vibe.encode import embed_all
from train.vibe.head import fit_head
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
    evaluate: bool = field(default=True, metadata={"help": "measure on playlist names held out, if there are any"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})


@dataclass(frozen=True)
class Fitted:
    """Everything of the bundle's folder but the encoder. ``head`` is (text_dim, 11), or None."""

    index: FastIndex
    codebook: np.ndarray
    codes: np.ndarray
    lexical: LexicalIndex
    head: np.ndarray | None


def main(argv: Sequence[str] | None = None) -> None:
    train(parse_config(Config, argv, __doc__))


def train(config: Config) -> None:
    """Read, embed, fit, measure, write. An interrupted run goes on where it stopped."""
    from train.vibe.encoder import export_encoder  # torch takes seconds to import

    bundle = Bundle.open(config.out)
    data = read_training_features(bundle)
    named = read_named(bundle)
    kept = config.out / f".{FOLDER}-embedded"
    with tempfile.TemporaryDirectory(prefix="vibe-search-") as folder:
        files = Path(folder)
        report_progress("Vibe search: opening the encoder", 0.0)
        name = export_encoder(config.encoder, files)
        encoder = TextEncoder.open(files / "encoder.onnx", files / "tokenizer.json", config.window, threads=1)
        by_encoder = kept / f"{sha256_of(files / 'encoder.onnx')[:16]}-{config.window}"
        documents = write_documents(data.catalogue, sound_of(data.scaler, data.catalogue.features))
        with progress_span(0.05, 0.7):
            fitted = fit(config, data, documents, named, encoder, by_encoder)
        metrics: dict[str, Any] = {"texts": len(set(documents.songs)) + len(set(documents.kinds)), "encoder": name}
        if config.evaluate and named:
            with progress_span(0.7, 0.95):
                metrics["names"] = evaluate(bundle, config, data, fitted, encoder, named, by_encoder)
        report_progress("Vibe search: writing", 0.97)
        write(bundle, config, data, fitted, name, metrics, files)
    shutil.rmtree(kept, ignore_errors=True)


def fit(
    config: Config,
    data: TrainingFeatures,
    documents: Documents,
    named: Sequence[Named],
    encoder: TextEncoder,
    kept: Path,
) -> Fitted:
    workers = config.workers or os.cpu_count() or 1
    with progress_span(0.0, 0.6):
        songs = embed_all(documents.songs, encoder, kept, workers, "Vibe search: reading what is said of each song")
    with progress_span(0.6, 0.9):
        kinds = embed_all(documents.kinds, encoder, kept, workers, "Vibe search: reading what kind of music it is")
    sound = sound_of(data.scaler, data.catalogue.features)
    mean = both_texts(songs, kinds).mean(axis=0)
    vectors = track_vectors(songs, kinds, mean, sound)
    report_progress("Vibe search: quantising", 0.92)
    codebook, codes = fit_codes(vectors, config.seed)
    report_progress("Vibe search: counting words", 0.96)
    return Fitted(
        FastIndex(vectors, codebook, codes),
        codebook,
        codes,
        count_words(documents.words),
        fit_head(named, encoder, sound),
    )


def evaluate(
    bundle: Bundle,
    config: Config,
    data: TrainingFeatures,
    fitted: Fitted,
    encoder: TextEncoder,
    named: Sequence[Named],
    kept: Path,
) -> dict[str, Any]:
    """Every part alone and all together on half of the names, with a head that learnt from the other half."""
    learning, judged = split_names(named, config.seed)
    sound = sound_of(data.scaler, data.catalogue.features)
    head = fit_head(learning, encoder, sound)
    lookup = CatalogueLookup(data.catalogue, TitleSearch(bundle.file(TITLES)))

    def searching(weights: Weights, with_head: bool) -> VibeSearch:
        return VibeSearch(
            data.catalogue,
            encoder,
            fitted.index,
            fitted.lexical,
            data.scaler,
            weights,
            lookup,
            head if with_head else None,
        )

    found = {}
    if len(data.catalogue) <= _MOST_COMPARED:
        workers = config.workers or os.cpu_count() or 1
        with progress_span(0.0, 0.5):
            plain = embed_all(plain_texts(data.catalogue), encoder, kept, workers, "Vibe search: reading the baseline")
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
        folder.array("vectors", fitted.index.vectors)
        folder.array("codebook", fitted.codebook)
        folder.array("codes", fitted.codes)
        folder.json("words", list(lexical.words))
        folder.tensors("postings", {"starts": lexical.starts, "rows": lexical.rows, "gains": lexical.gains})
        if fitted.head is not None:
            folder.array("head", fitted.head)
        folder.json(
            "vibe",
            {
                "encoder": name,
                "window": config.window,
                "scaler": data.scaler.as_json(),
                "weights": asdict(Weights()),
                "head": fitted.head is not None,
            },
        )


if __name__ == "__main__":
    run(main)
