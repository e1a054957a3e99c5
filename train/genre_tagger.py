r"""Train the genre tagger: a transformer fine-tuned on lyrics, mixed with a linear model over n-grams.

python -m train.genre_tagger --lyrics lyrics.csv.gz --out bundles/mine
torchrun --nproc-per-node 4 -m train.genre_tagger --lyrics songs.csv.gz --out bundles/mine --base-model roberta-base \
    --freeze 0 --window 512 --rate 2e-5
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import MANIFEST, Bundle, Manifest, write_folder
from recsys.errors import SourceError
from recsys.genre_tagger import FOLDER, Calibration, GenreTagger, Reader
from recsys.genres import MACRO_GENRES
from recsys.lyric_ngrams import NGramModel
from recsys.lyric_transformer import LyricTransformer
from recsys.lyrics import CLEANING_VERSION
from recsys.onnx_model import OnnxModel
from recsys.song_tags import NAME as SONG_TAGS
from recsys.song_tags import SongTags
from train.common import parse_config, progress_span, report_progress, run
from train.ingest.lyrics import LabelledLyrics, SourceLyrics, prepare, read_lyrics_files
from train.tagger import quality
from train.tagger.card import model_card
from train.tagger.linear import fit_linear
from train.tagger.measure import log_odds_of
from train.tagger.mixture import calibrate, choose_share, shares_of
from train.tagger.quality import Labels
from train.tagger.recipe import Recipe
from train.tagger.song_tags import tag_catalogue
from train.tagger.split import Split, split_by_group

if TYPE_CHECKING:
    from train.tagger.transformer import Tuned

log = logging.getLogger(__name__)
LogOdds = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    lyrics: tuple[str, ...] = field(metadata={"help": "files of lyrics with genres; see train.ingest.lyrics"})
    out: Path = field(metadata={"help": "folder of the bundle; made, or added to"})
    base_model: str = field(
        default="minilm", metadata={"help": "encoder by its name on the Hub or its path; 'minilm' needs no network"}
    )
    layers: int = field(default=0, metadata={"help": "keep only so many layers of the encoder; 0 for all"})
    freeze: int = field(
        default=3, metadata={"help": "leave the embeddings and so many layers as they are; 0 to train everything"}
    )
    pool: str = field(
        default="mean",
        metadata={"help": "'mean' adds a layer that averages the tokens, 'cls' does not; see train.tagger"},
    )
    window: int = field(default=128, metadata={"help": "tokens read at a time; longer lyrics are read in windows"})
    epochs: int = field(default=3, metadata={"help": "at most; stops early on the validation songs' macro AUC"})
    patience: int = field(default=2, metadata={"help": "epochs without a better macro AUC before stopping"})
    rate: float = field(default=1e-4, metadata={"help": "learning rate of the encoder's last layer"})
    head_rate: float = field(default=1e-3, metadata={"help": "learning rate of the new head"})
    decay: float = field(default=0.9, metadata={"help": "of the learning rate, from one layer to the one below"})
    batch: int = field(default=16, metadata={"help": "songs on a device at a time; gradients add up to 16"})
    strength: float = field(default=1.0, metadata={"help": "C of the linear model, the inverse of its penalty"})
    sample: int = field(default=0, metadata={"help": "use only so many rows, at random; 0 for all"})
    english_only: bool = field(default=True, metadata={"help": "leave out lyrics in other languages"})
    validation: float = field(default=0.12, metadata={"help": "share of the songs to choose on"})
    test: float = field(default=0.12, metadata={"help": "share of the songs to measure on"})
    catalogue_songs: int = field(
        default=3000,
        metadata={
            "help": "tag the lyrics of so many songs of the bundle's catalogue, the most popular first; 0 for none"
        },
    )
    seed: int = field(default=0, metadata={"help": "seeds everything random, the split too"})


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    train(config)


def train(config: Config) -> None:
    """Read, fit both models, mix, measure, write."""
    check(config)
    with progress_span(0.0, 0.1):
        songs = prepare(read_sample(config), english_only=config.english_only)
    log.info("%s", songs.report.as_text())
    split = split_by_group(songs.groups, config.validation, config.test, config.seed)
    genres, labels = genres_to_learn(songs, split)
    parts = [([songs.texts[i] for i in rows], labels[rows]) for rows in (split.train, split.validation, split.test)]

    from train.tagger.transformer import fine_tune  # torch takes seconds to import; bad input is told before

    with progress_span(0.1, 0.75):
        tuned = fine_tune(recipe_of(config), genres, parts[0], parts[1])
    if not tuned.is_main_process:
        return
    with progress_span(0.75, 0.92):
        fitted = fit_rest(config, genres, tuned, parts)
    with progress_span(0.92, 0.95):
        linear = fit_linear(songs.texts, labels, config.strength, config.seed)  # what is shipped has seen all songs
    with progress_span(0.95, 0.99):
        tagger = as_served(genres, tuned, fitted, linear)
        tags = tag_catalogue(tagger, config.out, config.lyrics, songs, config.catalogue_songs)
    write(config, songs, split, genres, tuned, fitted, linear, tags)


def check(config: Config) -> None:
    """Raises SourceError where a flag is out of its range."""
    if config.pool not in ("mean", "cls"):
        raise SourceError(f"--pool is {config.pool!r}; give 'mean' or 'cls'.")
    for name, least in (("window", 16), ("epochs", 1), ("patience", 1), ("batch", 1), ("catalogue_songs", 0)):
        if (value := getattr(config, name)) < least:
            raise SourceError(f"--{name.replace('_', '-')} is {value}; give a whole number, at least {least}.")
    if min(config.validation, config.test) <= 0 or config.validation + config.test >= 1:
        raise SourceError(
            f"--validation is {config.validation} and --test is {config.test}; both are shares of the songs, above 0 "
            "and less than 1 together."
        )


def read_sample(config: Config) -> SourceLyrics:
    """All rows of the files, or so many of them at random as were asked for, in their order."""
    source = read_lyrics_files(config.lyrics)
    if not config.sample or config.sample >= len(source.rows):
        return source
    rows = np.random.default_rng(config.seed).permutation(len(source.rows))[: config.sample]
    return replace(source, rows=source.rows.take(np.sort(rows)))


def genres_to_learn(songs: LabelledLyrics, split: Split) -> tuple[list[str], Labels]:
    """The genres that some training songs have and some have not, and (n_songs, n_genres) labels for them.

    Raises:
        SourceError: there are fewer than two.
    """
    found = quality.measurable(songs.labels[split.train])
    genres = [genre for genre, kept in zip(MACRO_GENRES, found, strict=True) if kept]
    if len(genres) < 2:
        raise SourceError(
            f"The training songs tell {len(genres)} genres apart ({', '.join(genres) or 'none'}); a tagger needs at "
            "least 2, each with songs that are of it and songs that are not."
        )
    for name in ("validation", "test"):
        if not quality.measurable(songs.labels[getattr(split, name)][:, found]).any():
            raise SourceError(
                f"No genre can be judged on the {len(getattr(split, name))} {name} songs: each is of all of them or of "
                f"none. Give more lyrics, or a larger --{name}."
            )
    if left_out := [genre for genre in MACRO_GENRES if genre not in genres]:
        log.warning("Not learnt, for no training song or every one is of it: %s.", ", ".join(left_out))
    return genres, songs.labels[:, found]


def recipe_of(config: Config) -> Recipe:
    return Recipe(**{name: getattr(config, name) for name in Recipe.__dataclass_fields__})


@dataclass(frozen=True)
class Fitted:
    """What was chosen on the validation songs, and what was measured on the test songs."""

    shares: NDArray[np.float64]
    calibration: Calibration
    metrics: dict[str, Any]
    graph: bytes


def fit_rest(config: Config, genres: Sequence[str], tuned: Tuned, parts: Sequence[tuple[list[str], Labels]]) -> Fitted:
    """Fit the linear models, choose mixture and thresholds, and measure everything on the test songs."""
    from train.onnx_export import export_onnx

    train, validation, test = parts
    with progress_span(0.0, 0.3):
        linear = fit_linear(*train, config.strength, config.seed)
    with progress_span(0.3, 0.5):
        baseline = fit_linear(*train, config.strength, config.seed, style=False)
    report_progress("Genre tagger: measuring", 0.5)
    with tempfile.TemporaryDirectory(prefix="genre-tagger-") as folder:
        served, plain = Path(folder) / "int8.onnx", Path(folder) / "float.onnx"
        export_onnx(tuned.model, served)
        export_onnx(tuned.model, plain, int8=False)
        readers: dict[str, Reader] = {
            "transformer": LyricTransformer(tuned.windower, OnnxModel(served)),
            "transformer, float": LyricTransformer(tuned.windower, OnnxModel(plain)),
            "linear": linear,
            "TF-IDF baseline": baseline,
        }
        chosen_on = {name: log_odds_of(reader, validation[0], name) for name, reader in readers.items()}
        tested_on = {name: log_odds_of(reader, test[0], name) for name, reader in readers.items()}
        graph = served.read_bytes()
    share = choose_share(validation[1], chosen_on["transformer"], chosen_on["linear"])
    shares = shares_of(share, train[1])
    for odds in (chosen_on, tested_on):
        odds["tagger"] = shares * odds["transformer"] + (1 - shares) * odds["linear"]
        odds["tagger, float"] = shares * odds["transformer, float"] + (1 - shares) * odds["linear"]
    prior = train[1].mean(axis=0)
    calibrations = {name: calibrate(validation[1], odds, prior) for name, odds in chosen_on.items()}
    metrics = figures(genres, test[1], tested_on, calibrations, prior)
    return Fitted(shares, calibrations["tagger"], metrics, graph)


def as_served(genres: Sequence[str], tuned: Tuned, fitted: Fitted, linear: NGramModel) -> GenreTagger:
    """The tagger that the app will open."""
    shares = fitted.shares.astype(np.float32)
    readers: list[tuple[NDArray[np.float32], Reader]] = []
    if shares.any():
        with tempfile.TemporaryDirectory(prefix="genre-tagger-") as folder:
            graph = Path(folder) / "model.onnx"
            graph.write_bytes(fitted.graph)
            readers.append((shares, LyricTransformer(tuned.windower, OnnxModel(graph))))
    if (shares < 1).any():
        readers.append((1 - shares, linear))
    return GenreTagger(genres, readers, fitted.calibration, about="")


def figures(
    genres: Sequence[str],
    labels: Labels,
    odds: dict[str, LogOdds],
    calibrations: dict[str, Calibration],
    prior: NDArray[np.floating],
) -> dict[str, Any]:
    """Every model on the test songs, beside the label prior."""
    probabilities = {name: calibrations[name].probabilities(values) for name, values in odds.items()}
    table = {name: quality.measure(labels, p, calibrations[name].thresholds) for name, p in probabilities.items()}
    guess = np.tile(prior, (len(labels), 1))
    table["label prior"] = quality.measure(labels, guess, np.full(len(prior), quality.FLAT_THRESHOLD))
    shown = {name: probabilities[name] for name in ("tagger", "transformer", "linear", "TF-IDF baseline")}
    by_genre = quality.per_genre(genres, labels, shown, calibrations["tagger"].thresholds)
    return {"models": table, "genres": by_genre}


def write(
    config: Config,
    songs: LabelledLyrics,
    split: Split,
    genres: list[str],
    tuned: Tuned,
    fitted: Fitted,
    linear: NGramModel,
    tags: SongTags | None,
) -> None:
    """Add the tagger to the bundle at ``config.out``, or begin one with it."""
    report_progress("Genre tagger: writing", 0.99)
    measured = fitted.metrics | {
        "songs": {name: len(rows) for name, rows in asdict(split).items()},
        "macro_auc_by_epoch": tuned.epochs,
        "lyrics": songs.report.as_dict(),
    }
    told_of_tags = (
        {SONG_TAGS: {"tagged": len(tags.rows), "left_out": tags.left_out, "learnt": int(tags.learnt.sum())}}
        if tags
        else {}
    )
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(config).items()}
    settings |= {"lyrics": [Path(name).name for name in config.lyrics], "base_model": tuned.name}
    del settings["out"]
    with write_folder(config.out, FOLDER, _manifest(config), config=settings, metrics=measured) as folder:
        tuned.model.save_pretrained(folder.path / "model")
        tuned.tokenizer.save_pretrained(folder.path / "model")
        told = about(tuned, fitted, split)
        card = model_card(measured, told, tuned.name, genres)
        (folder.path / "model" / "README.md").write_text(card, "utf-8")
        (folder.path / "model.onnx").write_bytes(fitted.graph)
        folder.json("ngrams", [list(terms) for terms in linear.terms])
        folder.tensors("ngrams", {name: getattr(linear, name) for name in _TENSORS})
        folder.json(
            "tagger",
            {
                "genres": genres,
                "about": told,
                "transformer_shares": fitted.shares.tolist(),
                "window": tuned.windower.size,
                "slope": fitted.calibration.slope,
                "bias": fitted.calibration.bias.tolist(),
                "thresholds": fitted.calibration.thresholds.tolist(),
                "flat_threshold": quality.FLAT_THRESHOLD,
                "cleaning_version": CLEANING_VERSION,
            }
            | told_of_tags,
        )
        if tags:
            folder.tensors(SONG_TAGS, {name: getattr(tags, name) for name in ("rows", "probabilities", "learnt")})


_TENSORS = ("idf", "weights", "bias", "style_mean", "style_scale", "style_weights")


def about(tuned: Tuned, fitted: Fitted, split: Split) -> str:
    """What the tagger is, in a sentence or two for the page."""
    share = fitted.shares.max()
    parts = [
        *([f"a fine-tuned {tuned.name} ({share:.0%})"] if share > 0 else []),
        *([f"a linear model of words and style ({1 - share:.0%})"] if share < 1 else []),
    ]
    figures = fitted.metrics["models"]["tagger"]
    return (
        f"Read by {' and '.join(parts)}, trained on {len(split.train):,} songs. On {len(split.test):,} songs "
        f"by artists it had never seen: macro AUC {figures['macro_auc']:.2f}, macro F1 {figures['macro_f1']:.2f}."
    )


def _manifest(config: Config) -> Manifest:
    if (config.out / MANIFEST).exists():
        return Bundle.open(config.out).manifest
    return Manifest(name=Path(config.lyrics[0]).name.split(".")[0], catalogue="")


if __name__ == "__main__":
    run(main)
