"""What every tab gives the page: components that wait for the models, and what to put in them once they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradio.components import Component

from recsys.loading import Capabilities


@dataclass(frozen=True)
class Tab:
    """``fill`` gives one update for each of ``outputs``."""

    outputs: Sequence[Component]
    fill: Callable[[Capabilities], Sequence[Any]]
