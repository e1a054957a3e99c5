"""What to play next, learnt from listening histories: links between songs, and two towers over what is known of them.

python -m train.user_history train --out bundles/mine --histories plays.tsv.gz --audio clips/ --covers covers/
python -m train.user_history evaluate --histories s3rec_LastFM.txt.gz
python -m train.user_history index --out bundles/mine
torchrun --nproc-per-node 8 -m train.user_history encode --encoders big --histories plays.tsv.gz --audio clips/ …
python -m train.user_history recommend --out bundles/mine --histories plays.tsv.gz --user-id user_000001
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

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
from train.history.flags import EncodeConfig, Engines, EvaluateConfig, IndexConfig, RecommendConfig, TrainConfig
from train.history.hybrid import Hybrid, Learner, Weighed, judge, judge_engine, learn_hybrid, weigh
from train.history.interactions import Interactions
from train.history.linear import Settings, fit_linear
from train.history.links import moved
from train.history.material import Media, fitting, read_interactions, read_modalities, titles_of
from train.history.served import model_folder, write_history
from train.history.splits import Split, global_time, leave_one_out
from train.ingest.histories import Histories
from train.two_tower.modalities import Modalities

if TYPE_CHECKING:  # torch takes seconds to import, and does not go well with what other scripts import
    from train.two_tower.model import TwoTower

log = logging.getLogger("train")
IDS_ALONE = "SASRec (ids alone)"
_DEMO_LISTENERS = 12
_NEWEST = 200  # plays of a demo listener


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
    from train.history.tower_engine import TowerEngine

    bundle = Bundle.open(config.out)
    catalogue = bundle.load_catalogue()
    with progress_span(0.0, 0.1):
        found = read_interactions(config.histories, catalogue, titles_of(bundle), config.kept())
    modalities: Modalities | None = None
    known: dict[str, str] = {}
    if config.towers:
        with progress_span(0.1, 0.2):
            cache = config.out / f".{FOLDER}-read"
            modalities, known = read_modalities(bundle, Media(config.audio, config.covers, config.verses), cache)
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
        demo_listeners(found, catalogue.track_ids) if bundle.manifest.wholly_synthetic else {},
        scaler=read_training_features(bundle).scaler if modalities is not None else None,
        config={"settings": settings, "towers": config.changes(), "seed": config.seed},
        metrics=metrics,
        seed=config.seed,
    )


def judged(
    config: Engines, split: Split, settings: Settings, others: Mapping[str, Learner], ids_alone: bool = True
) -> tuple[Hybrid, list[Figures]]:
    """The hybrid, and the figures of every engine on the test; towers on ids alone are judged beside it."""
    from train.history.tower_engine import TowerEngine

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
    from train.history.tower_engine import TowerEngine

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
            media = Media(config.audio, config.covers, config.verses)
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
    from train.two_tower.model import TwoTower

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
            modalities, known = read_modalities(
                bundle, Media(config.audio, config.covers, config.verses), cache, scaler
            )
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


def encode(config: EncodeConfig) -> None:
    """Train encoders of clips, covers and lyrics with the towers, and keep what they make of every track."""
    from train.history.learnt_encoders import apply_encoders, learn_encoders  # torch takes seconds to import

    bundle, media = Bundle.open(config.bundle), Media(config.audio, config.covers)
    if config.learnt is not None:
        apply_encoders(bundle, media, config.lyrics, config.learnt, config.out)
        return
    found = read_interactions(config.histories, bundle.load_catalogue(), titles_of(bundle), config.kept())
    config.out.mkdir(parents=True, exist_ok=True)
    learn_encoders(bundle, found.interactions, media, config.lyrics, config.out, config.encoders, config.changes())


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
    "encode": (EncodeConfig, encode),
    "index": (IndexConfig, index),
    "recommend": (RecommendConfig, recommend),
}


if __name__ == "__main__":
    run(main)
