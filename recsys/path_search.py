"""The smoothest way through points from one to another, in a given number of steps.

The straight line between two songs leads through regions where there is no song, so that the songs nearest to it are
far from each other. Here every song belongs to the stretch of the line that it lies beside; of each stretch the songs
nearest to it are candidates; and of all ways that take one song of each stretch, the one whose longest steps are
shortest is found by dynamic programming. A second pass, forwards, keeps the best few dozen ways that also meet what
cannot be said of two neighbours alone: no song twice, one version of each, not too many by one artist.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Mask, Rows
from recsys.index import Vectors, distances

Costs = NDArray[np.float64]
_POWER = 8
"""Steps cost their length to this power: nearly only the longest count. See benchmarks/song_path.py."""
_AWAY = 1.5
"""A step that leads no nearer to the goal counts as this many times as long."""
_WAYS = 32
"""How many unfinished ways are kept."""


@dataclass(frozen=True, eq=False)
class Line:
    """Where songs lie beside the straight line from a start to a goal.

    Attributes:
        length: The distance from start to goal; above 0.
        progress: (n,), 0 for what lies beside the start and 1 for what lies beside the goal.
        aside: (n,), the squared distance from the line.
    """

    length: float
    progress: Vectors
    aside: Vectors

    @classmethod
    def between(cls, points: Vectors, start: int, goal: int) -> Line:
        """The line between two of ``points`` (n, dim), which must lie apart. Two inner products a song say it all."""
        first, way = points[start], points[goal] - points[start]
        squared = float(way @ way)
        products = points @ np.column_stack([first, way])  # (n, 2)
        from_start = np.einsum("ij,ij->i", points, points) - 2 * products[:, 0] + first @ first
        progress = (products[:, 1] - first @ way) / squared
        return cls(float(np.sqrt(squared)), progress, np.maximum(from_start - progress**2 * squared, 0))

    def stretches(self, steps: int, allowed: Mask, *, width: float, most: int) -> list[Rows]:
        """For each step between start and goal, the allowed rows nearest to where it would be on the line.

        Args:
            steps: Songs in the whole path, start and goal among them.
            allowed: (n,), which rows may be on the way.
            width: How far before or behind that place a row may lie, in steps; at 0.5 stretches do not overlap.
            most: How many rows a step has to choose from, at most.
        """
        rows = np.flatnonzero(allowed)
        progress, aside = self.progress[rows], self.aside[rows]
        found = []
        for step in range(1, steps - 1):
            away = progress - np.float32(step / (steps - 1))
            near = np.flatnonzero(np.abs(away) * (steps - 1) <= width)
            distance = aside[near] + (away[near] * self.length) ** 2
            if len(near) > most:
                near = near[np.argpartition(distance, most)[:most]]
            found.append(rows[np.sort(near)])
        return found


@dataclass(frozen=True, eq=False)
class Rules:
    """What a whole path must keep to.

    Attributes:
        artists: (n,), equal for songs of one artist.
        songs: (n,), equal for what counts as the same song.
        per_artist: At most this many of one artist, start and goal included; 0 for any number.
        rising: Each (n,): what must not fall from step to step.
        detour: (n,), how many times as long a step to each song counts; 1 for the true length.
    """

    artists: NDArray[np.integer]
    songs: NDArray[np.integer]
    per_artist: int
    rising: tuple[Vectors, ...]
    detour: Vectors


def smoothest(points: Vectors, start: int, goal: int, stretches: list[Rows], rules: Rules) -> Rows | None:
    """The rows of the smoothest path that keeps to the rules, or None where none was found.

    ``points``: (n, dim). ``stretches``: the rows that each step between start and goal may choose from.
    """
    choices = [np.array([start]), *stretches, np.array([goal])]
    if not all(len(rows) for rows in choices):
        return None
    costs = [_costs(points, before, after, goal, rules) for before, after in pairwise(choices)]
    return _walk(choices, costs, _left(costs), rules)


def _costs(points: Vectors, before: Rows, after: Rows, goal: int, rules: Rules) -> Costs:
    """(n_before, n_after): what each step costs; infinite for what the rules forbid."""
    lengths = distances(points[before], points[after]) * rules.detour[after]
    left_before, left_after = (np.linalg.norm(points[rows] - points[goal], axis=1) for rows in (before, after))
    lengths *= np.where(left_after < left_before[:, None], 1, _AWAY)
    costs = lengths.astype(np.float64) ** _POWER
    for level in rules.rising:
        costs[~(level[after] >= level[before][:, None])] = np.inf
    return costs


def _left(costs: list[Costs]) -> list[Costs]:
    """For each step, what the rest of the path costs at least from each of its choices."""
    left = [np.zeros(costs[-1].shape[1])]
    for cost in reversed(costs):
        left.append((cost + left[-1]).min(axis=1))
    return left[::-1]


def _walk(choices: list[Rows], costs: list[Costs], left: list[Costs], rules: Rules) -> Rows | None:
    """The ways that promise most, a step further each time. What is left is known but for the rules on whole paths."""
    ways, spent, place = choices[0][None], np.zeros(1), np.zeros(1, np.int64)
    goal = choices[-1]
    for rows, cost, rest in zip(choices[1:], costs, left[1:], strict=True):
        total = spent[:, None] + cost[place]  # (n_ways, n_rows)
        promise = total + rest
        if rows is not goal:
            promise[_forbidden(np.column_stack([ways, np.repeat(goal, len(ways))]), rows, rules)] = np.inf
        best = np.argsort(promise, axis=None, kind="stable")[:_WAYS]
        best = best[np.isfinite(promise.flat[best])]
        if not len(best):
            return None
        way, place = np.divmod(best, len(rows))
        spent = total.flat[best]
        ways = np.column_stack([ways[way], rows[place]])
    found: Rows = ways[0]
    return found


def _forbidden(ways: Rows, rows: Rows, rules: Rules) -> Mask:
    """(n_ways, n_rows): which rows a way must not take, for what it holds already. ``ways``: (n_ways, length)."""
    forbidden: Mask = (rules.songs[ways][:, :, None] == rules.songs[rows]).any(axis=1)
    if rules.per_artist:
        forbidden |= (rules.artists[ways][:, :, None] == rules.artists[rows]).sum(axis=1) >= rules.per_artist
    return forbidden
