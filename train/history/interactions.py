"""Everybody's histories, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Items = NDArray[np.int64]


@dataclass(frozen=True)
class Interactions:
    """Who played what, in order of time.

    Attributes:
        users: Their names.
        starts: (n_users + 1,) where each user's plays begin in ``items``, and the end of the last.
        items: (n_plays,) from 0 to ``n_items`` - 1, each user's oldest first; rows of the catalogue, if there is one.
        times: (n_plays,) seconds since 1970; None where only the order is known.
        n_items: How many items there are, those that nobody played included.
    """

    users: Sequence[str]
    starts: NDArray[np.int64]
    items: Items
    times: NDArray[np.int64] | None
    n_items: int

    def __len__(self) -> int:
        return len(self.users)

    def history(self, user: int) -> Items:
        """The items of the user in row ``user``, oldest first."""
        return self.items[self.starts[user] : self.starts[user + 1]]
