"""An order for a playlist: small jumps from song to song, along an arc of energy, no artist twice in a row.

The search is local: songs are moved and stretches turned round until neither helps. It always ends the same way.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Rows
from recsys.playlist_jumps import Jumps, Square

ARCS: Mapping[str, str] = {
    "peak": "warm-up, peak, cool-down",
    "rising": "calm first, energetic last",
    "falling": "energetic first, calm last",
    "smooth": "small jumps only, whatever the energy does",
}
"""Name → what the energy does."""
_PEAK = 0.65  # of the way
_ARC = 0.25  # what a song a deviation of energy off its place costs, in jumps of chance; more makes rough transitions
_SAME_ARTIST = 4.0
_WORTH = 1e-6
Energies = NDArray[np.floating]


def best_order(jumps: Jumps, energy: Energies, arc: str) -> Rows:
    """Positions of the songs, first to last, (n,).

    Args:
        jumps: Between them.
        energy: (n,), in standard deviations of the catalogue; NaN where unknown, which fits anywhere.
        arc: One of ARCS.
    """
    costs = jumps.total + _SAME_ARTIST * jumps.together
    places = _ARC * _off_the_arc(energy, arc)
    order = np.arange(len(energy)) if arc == "smooth" else _along(energy, arc)
    while True:
        better = _move(_turn(order, costs, places), costs, places)
        if np.array_equal(better, order):
            return order
        order = better


def _shape(n: int, arc: str) -> Square:
    """How much energy each place of ``n`` is for, from low to high."""
    way = np.linspace(0, 1, n)
    if arc == "peak":
        return np.where(way <= _PEAK, way / _PEAK, 0.999 * (1 - way) / (1 - _PEAK))
    return -way if arc == "falling" else way


def _along(energy: Energies, arc: str) -> Rows:
    """The songs with the least energy where the arc is lowest, and so on."""
    order = np.empty(len(energy), np.int64)
    filled = np.where(np.isfinite(energy), energy, _middle(energy))
    order[np.argsort(_shape(len(energy), arc), kind="stable")] = np.argsort(filled, kind="stable")
    return order


def _off_the_arc(energy: Energies, arc: str) -> Square:
    """(n, n): how far each song's energy is from what each place of the arc is for."""
    n = len(energy)
    if arc == "smooth":
        return np.zeros((n, n))
    filled = np.where(np.isfinite(energy), energy, _middle(energy)).astype(np.float64)
    wanted = filled[_along(energy, arc)]
    off = np.abs(filled[:, None] - wanted)
    off[~np.isfinite(energy)] = 0
    return off


def _middle(energy: Energies) -> float:
    known = energy[np.isfinite(energy)]
    return float(np.median(known)) if len(known) else 0.0


def _turn(order: Rows, costs: Square, places: Square) -> Rows:
    """Turn stretches round as long as that helps: for each middle, the best of all stretches around it (2-opt)."""
    n = len(order)
    for twice in range(1, 2 * n - 2):  # twice the middle
        reach = min(twice, 2 * (n - 1) - twice)
        steps = np.arange(2 - twice % 2, reach + 1, 2)
        first, last = (twice - steps) // 2, (twice + steps) // 2
        left, right = order[first], order[last]
        off = places[left, last] + places[right, first] - places[left, first] - places[right, last]
        before, after = order[first - 1], order[np.minimum(last + 1, n - 1)]
        head = np.where(first > 0, costs[before, right] - costs[before, left], 0)
        tail = np.where(last < n - 1, costs[left, after] - costs[right, after], 0)
        change = np.cumsum(off) + head + tail
        if not len(change):
            continue
        best = int(change.argmin())
        if change[best] < -_WORTH:
            order = order.copy()
            a, b = int(first[best]), int(last[best])
            order[a : b + 1] = order[a : b + 1][::-1]
    return order


def _move(order: Rows, costs: Square, places: Square) -> Rows:
    """Take each song out and put it back where it costs least, the others moving up."""
    n = len(order)
    for song in range(n) if n > 2 else ():
        rest = order[order != song]
        at = np.arange(n)
        cumulated = np.append(0, np.cumsum(places[rest, at[:-1]]))  # the others as they are before the song
        shifted = np.append(0, np.cumsum(places[rest, at[1:]]))  # and one place later, after it
        total = cumulated + (shifted[-1] - shifted) + places[song, at]
        total[1:] += costs[rest, song]
        total[:-1] += costs[song, rest]
        total[1:-1] -= costs[rest[:-1], rest[1:]]
        now = int(np.flatnonzero(order == song)[0])
        best = int(total.argmin())
        if total[best] < total[now] - _WORTH:
            order = np.insert(rest, best, song)
    return order
