"""Write the demo world: invented songs, lyrics, playlists and listeners.

python -m train.demo_world --out data/demo_world
python -m train.demo_world --out data/demo_world --media
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from train.common import log, parse_config, report_progress, run
from train.demo_world.config import Config
from train.demo_world.world import build_demo_world, write


@dataclass(frozen=True, kw_only=True)
class Flags(Config):
    out: Path = field(metadata={"help": "folder to write the four tables to"})
    media: bool = field(default=False, metadata={"help": "write covers and audio too, a file each a song"})


def main(argv: Sequence[str] | None = None) -> None:
    flags = parse_config(Flags, argv, __doc__)
    report_progress("inventing songs and listeners", 0.0)
    world = build_demo_world(flags)
    report_progress("writing the files" if flags.media else "writing the tables", 0.1 if flags.media else 0.7)
    write(world, flags.out, flags.media)
    log.info("Saved: %s (%d songs, %d plays)", flags.out, len(world.tracks), len(world.histories))


if __name__ == "__main__":
    run(main)
