"""Invented music with a planted truth: every model has something real to learn, and tests can ask if it did."""

from train.demo_world.config import Config
from train.demo_world.world import DemoWorld, build_demo_world, write

__all__ = ["Config", "DemoWorld", "build_demo_world", "write"]
