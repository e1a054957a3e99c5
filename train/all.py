"""Train everything into one bundle: catalogue, clusters, spaces, vibe search, what next, genre tagger, exports, card.

python -m train.all --tracks songs.csv.gz --lyrics lyrics.csv.gz --out bundles/mine
python -m train.all --demo --out bundles/demo
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recsys.errors import SourceError
from train import (
    card,
    catalogue,
    clusters,
    demo_world,
    exports,
    genre_tagger,
    publish,
    song_to_song,
    user_history,
    vibe_search,
)
from train.common import Step, parse_config, progress_span, report_progress, run, run_steps

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    out: Path = field(metadata={"help": "folder of the bundle"})
    tracks: tuple[str, ...] = field(default=(), metadata={"help": "files of tracks; see train.catalogue"})
    playlists: tuple[str, ...] = field(default=(), metadata={"help": "files of playlists; see train.catalogue"})
    lyrics: tuple[str, ...] = field(default=(), metadata={"help": "files of lyrics; see train.genre_tagger"})
    histories: tuple[str, ...] = field(
        default=(), metadata={"help": "files of listening histories; see train.user_history"}
    )
    audio: str = field(default="", metadata={"help": "clips of the tracks; see train.user_history"})
    covers: str = field(default="", metadata={"help": "covers of the tracks; see train.user_history"})
    name: str | None = field(default=None, metadata={"help": "what to call the catalogue (default: after the files)"})
    demo: bool = field(default=False, metadata={"help": "train on the demo world instead of files"})
    k: str = field(default="6", metadata={"help": "number of clusters, or 'auto'"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})
    evaluate: bool = field(
        default=True, metadata={"help": "measure the spaces on held-out playlists, if there are any"}
    )
    vibe: bool = field(default=True, metadata={"help": "train vibe search; half an hour for a million tracks"})
    exports: bool = field(default=True, metadata={"help": "write the joblib files for other tools too"})
    push_to: str | None = field(
        default=None, metadata={"help": "publish the bundle there, OWNER/NAME; see train.publish for more"}
    )


@dataclass(frozen=True)
class Sources:
    """Files to train on."""

    tracks: Sequence[str]
    playlists: Sequence[str]
    lyrics: Sequence[str]
    histories: Sequence[str] = ()
    audio: str = ""
    covers: str = ""


@dataclass(frozen=True)
class Pace:
    """Further flags for the steps that take longest.

    Attributes:
        side_by_side: Whether two run at a time, which takes twice the memory.
        measure: Whether spaces and vibe search are judged too, which fits some of their parts twice.
    """

    side_by_side: bool = False
    measure: bool = True
    tagger: Sequence[str] = ()
    vibe: Sequence[str] = ()
    history: Sequence[str] = ()


# Small enough for somebody who waits: one layer of MiniLM and short windows for the tagger, one verse of some lyrics
# for vibe search, small towers that are fitted once.
DEMO_PACE = Pace(
    side_by_side=True,
    measure=False,
    tagger=("--layers", "1", "--freeze", "1", "--window", "96", "--epochs", "1", "--sample", "1500"),
    vibe=("--verses", "1", "--most-sung", "1500"),
    history=(
        *("--dim", "32", "--max-length", "50", "--epochs", "3", "--lr", "0.003"),
        *("--no-evaluate", "--no-choose", "--engines"),
        *("popularity", "personal popularity", "ItemKNN with recency", "forward transition", "window"),
    ),
)


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    if config.demo == bool(config.tracks):
        raise SourceError("Give either --tracks FILE … or --demo, and not both.")
    if config.demo:
        with tempfile.TemporaryDirectory(prefix="demo-world-") as folder:
            train_demo(config, Path(folder))
    else:
        train(
            config,
            Sources(config.tracks, config.playlists, config.lyrics, config.histories, config.audio, config.covers),
        )
    report_progress("Trained", 1.0)
    log.info("Saved: %s", config.out)
    if config.push_to:
        publish.main(["--bundle", str(config.out), "--repo", config.push_to])


def train_demo(config: Config, folder: Path) -> None:
    """Write the demo world's files to ``folder``, then train on them as on anybody's."""
    report_progress("Inventing the demo world", 0.0)
    world = demo_world.build_demo_world(demo_world.Config(seed=config.seed))
    demo_world.write(world, folder)
    report_progress("Listening to the demo world", 0.02)
    media = demo_world.write_summaries(world.tracks, folder)
    files = {kind: (str(folder / f"{kind}.csv.gz"),) for kind in ("tracks", "playlists", "lyrics", "histories")}
    sources = Sources(**files, audio=str(media["audio"]), covers=str(media["cover"]))
    train(config, sources, name="Demo world", pace=DEMO_PACE)
    demo_world.store_scenes(world.tracks, config.out)


def train(config: Config, files: Sources, name: str | None = None, pace: Pace = Pace()) -> None:
    """Each script in turn; each reads what the ones before it wrote."""
    out, seed = ["--out", str(config.out)], ["--seed", str(config.seed)]
    called = config.name or name
    sources = ["--tracks", *files.tracks, *(["--playlists", *files.playlists] if files.playlists else [])]
    with progress_span(0.05, 0.12):
        catalogue.main([*sources, *out, *(["--name", called] if called else [])])
    with progress_span(0.12, 0.22):
        clusters.main([*out, *seed, "--k", config.k])
    lyrics = ["--lyrics", *files.lyrics] if files.lyrics else []
    measured = ["--evaluate" if config.evaluate and pace.measure else "--no-evaluate"]
    said = [*out, *seed, *measured]
    sound = [Step(song_to_song.main, said, (0.22, 0.6))]
    words = [Step(vibe_search.main, [*said, *lyrics, *pace.vibe], (0.22, 0.6))] if config.vibe else []
    if files.histories:
        media = [
            *(["--audio", files.audio] if files.audio else []),
            *(["--covers", files.covers] if files.covers else []),
        ]
        given = ["train", "--histories", *files.histories, *media]
        words.append(Step(user_history.main, [*given, *said, *pace.history], (0.6, 0.95)))  # reads vibe search's verses
    if files.lyrics:
        sound.append(Step(genre_tagger.main, [*lyrics, *out, *seed, *pace.tagger], (0.6, 0.95)))
    run_steps([sound, words], pace.side_by_side)
    with progress_span(0.95, 1.0):
        if config.exports:
            exports.main(out)
        card.main(out)


if __name__ == "__main__":
    run(main)
