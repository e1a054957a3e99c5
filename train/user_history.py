"""What to play next, learnt from listening histories: links between songs, and two towers over what is known of them.

python -m train.user_history train --out bundles/mine --histories plays.tsv.gz --audio clips/ --covers covers/
python -m train.user_history evaluate --histories s3rec_LastFM.txt.gz
python -m train.user_history index --out bundles/mine
python -m train.user_history recommend --out bundles/mine --histories plays.tsv.gz --user-id user_000001
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from recsys.bundle import Bundle
from recsys.errors import SourceError
from recsys.history_engines import TOWERS
from recsys.loading import load_capabilities
from recsys.spaces import Scaler
from recsys.user_history import EVERYTHING, FOLDER, NEW_ONLY, HistoryOptions, UserHistory
from train.common import parse_config, progress_span, report_progress, run
from train.features import read_training_features
from train.history.card import engine_table
from train.history.evaluation import CASES, Figures, over_seeds
from train.history.hybrid import Hybrid, Learner, Weighed, judge, judge_engine, learn_hybrid, weigh
from train.history.interactions import Interactions
from train.history.linear import RECIPES, Settings, choose_settings, fit_linear
from train.history.links import moved
from train.history.material import Media, fitting, read_interactions, read_modalities, titles_of
from train.history.served import model_folder, write_history
from train.history.splits import Split, global_time, leave_one_out
from train.history.tower_engine import TowerEngine
from train.ingest.histories import Histories
from train.ingest.history_filters import HistoryOptions as Kept
from train.two_tower.modalities import Modalities
from train.two_tower.model import TwoTower

log = logging.getLogger("train")
IDS_ALONE = "SASRec (ids alone)"
_DEMO_LISTENERS = 12
_NEWEST = 200  # plays of a demo listener


@dataclass(frozen=True)
class Read:
    """What every mode that reads histories asks for."""

    histories: tuple[str, ...] = field(
        default=(), metadata={"help": "files or folders of histories, in any known format"}
    )
    k_core: int = field(default=0, metadata={"help": "drop users and items with fewer plays, again and again"})
    min_length: int = field(default=2, metadata={"help": "drop users with fewer plays"})
    repeats: bool = field(default=True, metadata={"help": "keep a song that is played again right after itself"})

    def kept(self) -> Kept:
        return Kept(repeats=self.repeats, k_core=self.k_core, min_length=self.min_length)


@dataclass(frozen=True)
class Engines:
    """What is learnt. Settings of the towers that are not given are those recommended for the data."""

    engines: tuple[str, ...] = field(default=tuple(RECIPES), metadata={"help": "linear engines"})
    choose: bool = field(default=True, metadata={"help": "choose the settings of the linear engines on a validation"})
    towers: bool = field(default=True, metadata={"help": "fit the two towers beside the linear engines"})
    audio: str = field(default="", metadata={"help": "folder of clips named after track ids, or .npz of embeddings"})
    covers: str = field(default="", metadata={"help": "folder of covers named after track ids, or .npz of embeddings"})
    dim: int | None = field(default=None, metadata={"help": "dimensions of the space that songs and listeners share"})
    max_length: int | None = field(default=None, metadata={"help": "plays that the user tower reads, the latest"})
    dropout: float | None = field(default=None, metadata={"help": "of the user tower"})
    batch: int | None = field(default=None, metadata={"help": "histories a step"})
    lr: float | None = field(default=None, metadata={"help": "learning rate"})
    epochs: int | None = field(default=None, metadata={"help": "at most"})
    patience: int | None = field(default=None, metadata={"help": "epochs without a better validation, then stop"})
    minutes: float | None = field(default=None, metadata={"help": "stop fitting the towers after so long"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})

    def changes(self) -> dict[str, object]:
        """Settings of the towers that were given."""
        names = ("dim", "max_length", "dropout", "batch", "lr", "epochs", "patience", "minutes")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def settings(self, split: Split) -> Settings:
        """Of the linear engines: chosen, or those to begin with."""
        if unknown := [name for name in self.engines if name not in RECIPES]:
            raise SourceError(f"There is no linear engine {unknown[0]!r}; there are {', '.join(RECIPES)}.")
        if not self.choose:
            return {name: dict(RECIPES[name].start) for name in self.engines}
        return choose_settings(split, seed=self.seed, names=self.engines)


@dataclass(frozen=True)
class TrainConfig(Engines, Read):
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    evaluate: bool = field(default=True, metadata={"help": "judge on a test first; takes three times as long"})


@dataclass(frozen=True)
class EvaluateConfig(Engines, Read):
    out: Path | None = field(default=None, metadata={"help": "a bundle; without one, items are the files' own"})
    split: str = field(default="leave-one-out", metadata={"help": "leave-one-out, or time: all after a moment"})
    seeds: int = field(default=1, metadata={"help": "how often the towers are fitted and judged"})
    ids_alone: bool = field(default=True, metadata={"help": "fit the towers on ids alone too"})


@dataclass(frozen=True)
class IndexConfig:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle with the catalogue to embed"})
    trained: Path | None = field(
        default=None, metadata={"help": "the bundle with the trained towers, if it is another"}
    )
    audio: str = field(default="", metadata={"help": "as in training"})
    covers: str = field(default="", metadata={"help": "as in training"})
    seed: int = field(default=0, metadata={"help": "seeds the quick codes"})


@dataclass(frozen=True)
class RecommendConfig(Read):
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle"})
    min_length: int = field(default=1, metadata={"help": "drop users with fewer plays"})
    user_id: str = field(default="", metadata={"help": "whose history of those in --histories"})
    k: int = field(default=10, metadata={"help": "how many songs"})
    familiar: float = field(default=0.0, metadata={"help": "share of songs that the user has played, 0 to 1"})


def main(argv: Sequence[str] | None = None) -> None:
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0] not in MODES:
        raise SourceError(
            f"Say what to do: {', '.join(MODES)}; given {' '.join(given[:1]) or 'nothing'}. --help has more."
        )
    config, mode = MODES[given[0]]
    mode(parse_config(config, given[1:], __doc__))


def train(config: TrainConfig) -> None:
    """Read, choose and judge, learn from everything, write."""
    bundle = Bundle.open(config.out)
    catalogue = bundle.load_catalogue()
    with progress_span(0.0, 0.1):
        found = read_interactions(config.histories, catalogue, titles_of(bundle), config.kept())
    modalities: Modalities | None = None
    known: dict[str, str] = {}
    if config.towers:
        with progress_span(0.1, 0.2):
            cache = config.out / f".{FOLDER}-read"
            modalities, known = read_modalities(bundle, Media(config.audio, config.covers), cache)
    split = leave_one_out(found.interactions)
    metrics: dict[str, Any] = {"report": found.report.as_json(), "known": known}
    tower = TowerEngine(modalities, config.changes(), config.seed, refit=config.evaluate) if config.towers else None
    others: dict[str, Learner] = {TOWERS: tower} if tower else {}
    with progress_span(0.2, 0.4):
        settings = config.settings(split)
    weighed: Hybrid | Weighed
    with progress_span(0.4, 0.75):
        if config.evaluate:
            weighed, figures = judged(config, split, settings, others)
            metrics["leave-one-out"] = [asdict(one) for one in figures]
            log.info("%s", engine_table(figures))
        else:
            weighed = weigh(split, others, settings, config.seed)
    has_say = {*weighed.new.engines, *weighed.familiar.engines}
    with progress_span(0.75, 0.8):
        links = fit_linear(found.interactions, {name: one for name, one in settings.items() if name in has_say})
    with progress_span(0.8, 0.97):
        if tower is not None:
            tower(found.interactions, None)
    report_progress("What next: writing", 0.97)
    write_history(
        bundle,
        links,
        tower.towers if tower else None,
        modalities,
        {NEW_ONLY: weighed.new, EVERYTHING: weighed.familiar},
        np.arange(len(catalogue)),
        catalogue.track_ids,
        demo_listeners(found, catalogue.track_ids) if bundle.manifest.synthetic else {},
        scaler=read_training_features(bundle).scaler if modalities is not None else None,
        config={"settings": settings, "towers": config.changes(), "seed": config.seed},
        metrics=metrics,
        seed=config.seed,
    )


def judged(
    config: Engines, split: Split, settings: Settings, others: Mapping[str, Learner], ids_alone: bool = True
) -> tuple[Hybrid, list[Figures]]:
    """The hybrid, and the figures of every engine on the test; towers on ids alone are judged beside it."""
    with progress_span(0.0, 0.6):
        hybrid = learn_hybrid(split, others, settings, config.seed)
    with progress_span(0.6, 0.7):
        report_progress("What next: judging", 0.0)
        figures = judge(hybrid, split, config.seed)
    if ids_alone and others:
        alone = TowerEngine(None, config.changes(), config.seed)
        with progress_span(0.7, 1.0):
            alone(split.train, split.validation)
            figures += judge_engine(IDS_ALONE, alone(split.refit, None), split, config.seed)
    return hybrid, figures


def demo_listeners(found: Histories, track_ids: Sequence[str]) -> dict[str, list[str]]:
    """A few histories to try the app with; of an invented world only."""
    histories = found.interactions
    longest = np.argsort(-np.diff(histories.starts), kind="stable")
    chosen = np.sort(longest[:: max(len(longest) // _DEMO_LISTENERS, 1)][:_DEMO_LISTENERS])
    return {histories.users[u]: [track_ids[i] for i in histories.history(u)[-_NEWEST:]] for u in chosen.tolist()}


def evaluate(config: EvaluateConfig) -> None:
    """Judge every engine on a test and print the table; nothing is written."""
    cut = SPLITS[check_split(config.split)]  # before anything takes time
    if config.seeds < 1:
        raise SourceError(f"--seeds is {config.seeds}; give 1 or more.")
    bundle = Bundle.open(config.out) if config.out else None
    catalogue = bundle.load_catalogue() if bundle else None
    with progress_span(0.0, 0.1):
        found = read_interactions(config.histories, catalogue, titles_of(bundle) if bundle else None, config.kept())
    modalities = None
    if bundle and config.towers:
        with progress_span(0.1, 0.2):
            media = Media(config.audio, config.covers)
            modalities, _ = read_modalities(bundle, media, bundle.path / f".{FOLDER}-read")
    split = cut(found.interactions)
    with progress_span(0.2, 0.4):
        settings = config.settings(split)
    runs: dict[tuple[str, str], list[Figures]] = {}
    for number in range(config.seeds):
        seeded = replace(config, seed=config.seed + number)
        others: dict[str, Learner] = (
            {TOWERS: TowerEngine(modalities, config.changes(), seeded.seed)} if config.towers else {}
        )
        with progress_span(0.4 + 0.6 * number / config.seeds, 0.4 + 0.6 * (number + 1) / config.seeds):
            _, figures = judged(seeded, split, settings, others, config.ids_alone and modalities is not None)
        for one in figures:
            runs.setdefault((one.engine, one.case), []).append(one)
    found_all = [over_seeds(several) if config.seeds > 1 else several[0] for several in runs.values()]
    print(engine_table(sorted(found_all, key=lambda one: CASES.index(one.case))))


def index(config: IndexConfig) -> None:
    """Embed every track of a catalogue with towers that are there already, and lead the links to its rows."""
    bundle, trained = Bundle.open(config.out), Bundle.open(config.trained or config.out)
    old = UserHistory.load(trained, trained.load_catalogue())
    ids = bundle.load_catalogue().track_ids
    row_of = {track_id: row for row, track_id in enumerate(ids)}
    before = [row_of.get(track_id, -1) for track_id in trained.json(f"{FOLDER}/item_ids.json")]
    towers: TwoTower | None = None
    modalities: Modalities | None = None
    scaler: Scaler | None = None
    known: dict[str, str] = {}
    learnt = np.full(len(ids), -1)
    if old.engines.towers is not None:
        towers = TwoTower.load(model_folder(trained.path))
        fitted_on = {track_id: row for row, track_id in enumerate(trained.json(f"{FOLDER}/fitted_ids.json"))}
        learnt = np.array([fitted_on.get(track_id, -1) for track_id in ids])
        if towers.widths:
            cache = config.out / f".{FOLDER}-read"
            scaler = Scaler.from_json(trained.json(f"{FOLDER}/history.json")["scaler"])
            modalities, known = read_modalities(bundle, Media(config.audio, config.covers), cache, scaler)
            modalities = fitting(modalities, towers.widths)
    log.info(
        "%s tracks, of which %s are new to the links",
        f"{len(ids):,}",
        f"{len(set(ids)) - sum(p >= 0 for p in before):,}",
    )
    manifest = trained.manifest
    write_history(
        bundle,
        {name: moved(links, np.array(before), len(ids)) for name, links in old.engines.links.items()},
        towers,
        modalities,
        old.fusions,
        learnt,
        trained.json(f"{FOLDER}/fitted_ids.json"),
        {name: [i for i in plays if i in row_of] for name, plays in old.listeners.items()},
        scaler=scaler,
        config=manifest.config[FOLDER],
        metrics=manifest.metrics[FOLDER] | {"known": known},
        seed=config.seed,
    )


def recommend(config: RecommendConfig) -> None:
    """Print what a listener may like next."""
    loaded = load_capabilities(Bundle.open(config.out))
    history = loaded.need_history()
    found = read_interactions(config.histories, loaded.catalogue, loaded.titles, config.kept())
    users = list(found.interactions.users)
    if config.user_id not in users:
        raise SourceError(
            f"There is no user {config.user_id!r} among the {len(users):,} in the histories; the first are "
            f"{', '.join(map(repr, users[:5]))}."
        )
    rows = found.interactions.history(users.index(config.user_id))
    played = [loaded.catalogue.track_ids[row] for row in rows.tolist()]
    results = history.recommend(played, config.k, HistoryOptions(familiar=config.familiar))
    width = max(len(f"{result.track.title} – {result.track.artist}") for result in results)
    print(f"{config.user_id}: {len(played):,} plays, the last of {loaded.catalogue.track(int(rows[-1])).title}")
    for place, result in enumerate(results, 1):
        print(
            f"{place:3}  {f'{result.track.title} – {result.track.artist}':{width}}  {result.score:7.3f}  {result.why}"
        )


SPLITS: dict[str, Callable[[Interactions], Split]] = {"leave-one-out": leave_one_out, "time": global_time}


def check_split(name: str) -> str:
    if name not in SPLITS:
        raise SourceError(f"--split is {name!r}; give one of {', '.join(SPLITS)}.")
    return name


MODES: dict[str, tuple[type, Callable[[Any], None]]] = {
    "train": (TrainConfig, train),
    "evaluate": (EvaluateConfig, evaluate),
    "index": (IndexConfig, index),
    "recommend": (RecommendConfig, recommend),
}


if __name__ == "__main__":
    run(main)
