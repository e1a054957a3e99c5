"""Train everything: catalogue, clusters, spaces, exports and card, into one bundle.

python -m train.all --tracks songs.csv.gz --out bundles/mine
python -m train.all --demo --out bundles/demo
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recsys.errors import SourceError
from train import card, catalogue, clusters, demo_world, exports, song_to_song
from train.common import parse_config, progress_span, report_progress, run

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    out: Path = field(metadata={"help": "folder of the bundle"})
    tracks: tuple[str, ...] = field(default=(), metadata={"help": "files of tracks; see train.catalogue"})
    playlists: tuple[str, ...] = field(default=(), metadata={"help": "files of playlists; see train.catalogue"})
    name: str | None = field(default=None, metadata={"help": "what to call the catalogue (default: after the files)"})
    demo: bool = field(default=False, metadata={"help": "train on the demo world instead of files"})
    k: str = field(default="6", metadata={"help": "number of clusters, or 'auto'"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})
    evaluate: bool = field(
        default=True, metadata={"help": "measure the spaces on held-out playlists, if there are any"}
    )
    exports: bool = field(default=True, metadata={"help": "write the joblib files for other tools too"})


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    if config.demo == bool(config.tracks):
        raise SourceError("Give either --tracks FILE … or --demo, and not both.")
    if config.demo:
        with tempfile.TemporaryDirectory(prefix="demo-world-") as folder:
            train_demo(config, Path(folder))
    else:
        train(config, config.tracks, config.playlists)
    report_progress("Trained", 1.0)
    log.info("Saved: %s", config.out)


def train_demo(config: Config, folder: Path) -> None:
    """Write the demo world's files to ``folder``, then train on them as on anybody's."""
    report_progress("Inventing the demo world", 0.0)
    demo_world.write(demo_world.build_demo_world(demo_world.Config(seed=config.seed)), folder)
    train(config, [str(folder / "tracks.csv.gz")], [str(folder / "playlists.csv.gz")], name="Demo world")


def train(config: Config, tracks: Sequence[str], playlists: Sequence[str], name: str | None = None) -> None:
    """Each script in turn; each reads what the ones before it wrote."""
    out, seed = ["--out", str(config.out)], ["--seed", str(config.seed)]
    called = config.name or name
    sources = ["--tracks", *tracks, *(["--playlists", *playlists] if playlists else [])]
    with progress_span(0.05, 0.15):
        catalogue.main([*sources, *out, *(["--name", called] if called else [])])
    with progress_span(0.15, 0.3):
        clusters.main([*out, *seed, "--k", config.k])
    with progress_span(0.3, 0.9):
        song_to_song.main([*out, *seed, "--evaluate" if config.evaluate else "--no-evaluate"])
    with progress_span(0.9, 1.0):
        if config.exports:
            exports.main(out)
        card.main(out)


if __name__ == "__main__":
    run(main)
