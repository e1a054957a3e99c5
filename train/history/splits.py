"""What is learnt from and what is asked: leave-one-out, and everything after a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.errors import SourceError
from train.history.interactions import Interactions, Items

FEWEST_QUESTIONS = 3_000
"""So many questions tell settings apart that differ by a tenth; with fewer users each is asked up to three."""


@dataclass(frozen=True)
class Questions:
    """Histories, and what should be found for each.

    Attributes:
        users: (n,) rows of the users; one may be asked several times.
        histories: Oldest first, never empty.
        targets: What was played after, distinct items, at least one.
    """

    users: NDArray[np.int64]
    histories: Sequence[Items]
    targets: Sequence[Items]

    def __len__(self) -> int:
        return len(self.histories)

    def take(self, rows: NDArray[np.integer]) -> Questions:
        """The questions in ``rows``."""
        return Questions(self.users[rows], [self.histories[i] for i in rows], [self.targets[i] for i in rows])


@dataclass(frozen=True)
class Split:
    """A way to judge.

    Settings and weights are chosen on ``validation`` with engines that learnt from ``train``; then the engines learn
    anew from ``refit``, which is ``train`` and ``validation``, and answer ``test`` once.

    Attributes:
        train, refit: All users are in both, some with an empty history.
        validation, test: What is asked.
        newcomers: Users with nothing before the test, who cannot be asked.
    """

    train: Interactions
    validation: Questions
    refit: Interactions
    test: Questions
    newcomers: int = 0


def leave_one_out(interactions: Interactions, n_validation: int | None = None) -> Split:
    """Each user's last play is the test, the ``n_validation`` before it are the validation.

    A user with fewer than three plays is learnt from and not asked; one with too few for several validation plays
    gives as many as leave one play to learn from.

    Args:
        interactions: With the plays in order.
        n_validation: None for one where there are many users, up to three where there are few.
    """
    n_validation = n_validation or usual_validation(len(interactions))
    lengths = np.diff(interactions.starts)
    asked = np.flatnonzero(lengths >= 3)
    _some(asked, "has three plays or more")
    held = np.zeros(len(lengths), np.int64)
    held[asked] = 1 + np.minimum(n_validation, lengths[asked] - 2)
    ends = interactions.starts[1:]
    validation = [(u, ends[u] - back) for u in asked for back in range(2, held[u] + 1)]
    return Split(
        cut(interactions, lengths - held),
        _next_plays(interactions, validation),
        cut(interactions, lengths - (held > 0)),
        _next_plays(interactions, [(u, ends[u] - 1) for u in asked]),
    )


def usual_validation(n_users: int) -> int:
    """How many plays of each user to choose settings on."""
    return int(np.clip(-(-FEWEST_QUESTIONS // max(n_users, 1)), 1, 3))


def global_time(interactions: Interactions, test: float = 0.1, validation: float = 0.1) -> Split:
    """Everything after a moment is the test, everything in a span before it the validation: nobody knows the future.

    Args:
        interactions: With times.
        test: The share of all plays that come after the moment.
        validation: The share that lies in the span before.

    Raises:
        SourceError: there are no times, or nobody has plays both before and after.
    """
    times = interactions.times
    if times is None:
        raise SourceError("A split by time needs times, but these histories have only an order. Use leave-one-out.")
    first, second = np.quantile(times, [1 - test - validation, 1 - test])
    before_first, before_second = (_plays_until(interactions, moment) for moment in (first, second))
    lengths = np.diff(interactions.starts)
    newcomers = int(((before_second == 0) & (lengths > 0)).sum())
    return Split(
        cut(interactions, before_first),
        _later_plays(interactions, before_first, before_second),
        cut(interactions, before_second),
        _later_plays(interactions, before_second, lengths),
        newcomers,
    )


def cut(interactions: Interactions, lengths: NDArray[np.int64]) -> Interactions:
    """Only the first ``lengths[u]`` plays of each user."""
    rank = np.arange(len(interactions.items)) - np.repeat(interactions.starts[:-1], np.diff(interactions.starts))
    kept = rank < np.repeat(lengths, np.diff(interactions.starts))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    times = None if interactions.times is None else interactions.times[kept]
    return Interactions(interactions.users, starts, interactions.items[kept], times, interactions.n_items)


def cold_items(train: Interactions) -> NDArray[np.bool_]:
    """(n_items,) which nobody has played in ``train``."""
    return np.bincount(train.items, minlength=train.n_items) == 0


def _plays_until(interactions: Interactions, moment: float) -> NDArray[np.int64]:
    """How many plays each user has up to the moment; these come first, since plays are in order of time."""
    assert interactions.times is not None
    early = np.concatenate([[0], np.cumsum(interactions.times <= moment)])
    return np.diff(early[interactions.starts])


def _next_plays(interactions: Interactions, plays: Sequence[tuple[Any, Any]]) -> Questions:
    users = np.array([u for u, _ in plays], np.int64)
    histories = [interactions.items[interactions.starts[u] : p] for u, p in plays]
    return Questions(users, histories, [interactions.items[p : p + 1] for _, p in plays])


def _later_plays(interactions: Interactions, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Questions:
    users = np.flatnonzero((begin > 0) & (end > begin))
    _some(users, "has plays both before and after the moment")
    whole = [interactions.history(int(u)) for u in users]
    histories = [plays[: begin[u]] for u, plays in zip(users, whole, strict=True)]
    targets = [np.unique(plays[begin[u] : end[u]]) for u, plays in zip(users, whole, strict=True)]
    return Questions(users, histories, targets)


def _some(users: NDArray[np.int64], what: str) -> None:
    if not len(users):
        raise SourceError(f"Nobody {what}, so nothing can be asked. Give longer histories.")
