"""Each user's plays, oldest first, whatever the order of the file and however odd some of its times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO_TIME = np.iinfo(np.int64).min
"""The time of a play of which only the order is known."""
EARLIEST = 631_152_000  # 1990: nobody's player kept a log before
_DAY = 86_400


@dataclass(frozen=True)
class Ordered:
    """``order``: where each play stood, (n,). ``times``: in the new order, NO_TIME where unknown or impossible."""

    order: NDArray[np.int64]
    times: NDArray[np.int64]
    notes: list[str]


def oldest_first(
    users: NDArray[np.integer[Any]], times: NDArray[np.int64], positions: NDArray[np.float64] | None, now: float
) -> Ordered:
    """Order by user, then time; plays without a time stay behind the play they followed in the file.

    Plays at one time keep the file's order, which is turned round for a user whose plays are listed latest first.
    Where no time is known, the order is that of ``positions``, else the file's.

    Args:
        users: (n,), in the file's order, as are the others.
        times: (n,) seconds since 1970, or NO_TIME.
        positions: (n,), where the file gives them; NaN comes last.
        now: Seconds since 1970; a play more than a day later has no time.
    """
    given = times != NO_TIME
    possible = given & (times >= EARLIEST) & (times <= now + _DAY)
    notes = _notes(given, times, possible)
    times = np.where(possible, times, NO_TIME)
    index = np.arange(len(users))
    if not possible.any():
        keys = (index, users) if positions is None else (index, np.nan_to_num(positions, nan=np.inf), users)
        return Ordered(np.lexsort(keys), times, notes)
    order = np.lexsort((np.where(_latest_first(users, times)[users], -index, index), users))
    known = _last_known(users[order], times[order])
    final = order[np.lexsort((known, users[order]))]  # lexsort is stable
    return Ordered(final, times[final], notes)


def _notes(given: NDArray[np.bool_], times: NDArray[np.int64], possible: NDArray[np.bool_]) -> list[str]:
    early, late = int((given & (times < EARLIEST)).sum()), int((given & (times >= EARLIEST) & ~possible).sum())
    said = [f"{early:,} before 1990"] * bool(early) + [f"{late:,} in the future"] * bool(late)
    if not said:
        return []
    return [f"Plays with a time that cannot be right: {', '.join(said)}. They keep their place in the order given."]


def _latest_first(users: NDArray[np.integer[Any]], times: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n_users,): whether a user's plays mostly go back in time."""
    n_users = int(users.max()) + 1
    at = np.argsort(users, kind="stable")
    at = at[times[at] != NO_TIME]
    steps, same = np.diff(times[at]), np.diff(users[at]) == 0
    whose = users[at][1:]
    back, forth = (np.bincount(whose[same & mask], minlength=n_users) for mask in (steps < 0, steps > 0))
    return back > forth


def _last_known(users: NDArray[np.integer[Any]], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The time of each play, or of the last play before it, by the same user, that has one; else NO_TIME."""
    index = np.arange(len(times))
    last = np.maximum.accumulate(np.where(times != NO_TIME, index, 0))
    return np.where(users[last] == users, times[last], NO_TIME)
