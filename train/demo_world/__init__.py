"""Invented music with a planted truth: every model has something real to learn, and tests can ask if it did."""

from train.demo_world.config import Config
from train.demo_world.media import clips_of, covers_of, scenes_of, sheets_of, store_scenes
from train.demo_world.releases import new_releases
from train.demo_world.summaries import write_summaries
from train.demo_world.world import DemoWorld, build_demo_world, write

__all__ = [
    "Config",
    "DemoWorld",
    "build_demo_world",
    "clips_of",
    "covers_of",
    "new_releases",
    "scenes_of",
    "sheets_of",
    "store_scenes",
    "write",
    "write_summaries",
]
