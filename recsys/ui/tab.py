"""What every tab gives the page: components that wait for the models, and what to put in them once they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradio.components import Component

from recsys.loading import Capabilities


@dataclass(frozen=True)
class Tab:
    """A tab, laid out.

    Attributes:
        outputs: What depends on the catalogue.
        fill: Gives one update for each of ``outputs``.
        kept: Options that the page's address keeps, under their ids.
    """

    outputs: Sequence[Component]
    fill: Callable[[Capabilities], Sequence[Any]]
    kept: Sequence[Component] = ()
