"""The engines that answer a history together, and their fused score, without scoring the whole catalogue.

Training fuses scores over all items (`recsys.score_fusion`). The same number comes out here for the few items that any
engine puts far up, for the mean and the spread of an engine's scores are known without them all: links leave most items
at 0, and inner products have the mean and the spread that the embeddings' moments say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Mask, Rows
from recsys.index import Vectors
from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion, compressed
from recsys.two_towers import TwoTowers

TOWERS = "two towers"
LIST_DECAY = 0.92
"""In a list that is not in the order of listening a song counts for at least so much of the one after it: the last of
ten for twice the first."""
_AWAY = 0.5  # of a song's own vote, for a song that is not liked
_TURN = 0.3  # of the query's length


class Heard(NamedTuple):
    """What is asked: rows of the history, oldest first, and of songs that are not liked.

    ``in_order`` says whether the history is in the order of listening; a list that somebody wrote down is hardly.
    """

    history: Rows
    disliked: Rows
    in_order: bool = True


class Ranked(NamedTuple):
    """Rows, best first, (n,), and what each engine adds to their scores, (n, n_engines)."""

    rows: Rows
    parts: Vectors


@dataclass(frozen=True, eq=False)
class Answer:
    """One engine's answer: ``scores`` of all items, or of any by ``query``; their mean and spread."""

    mean: float
    deviation: float
    scores: Vectors | None = None
    query: Vectors | None = None


@dataclass(frozen=True, eq=False)
class HistoryEngines:
    """Links between items, and towers, if there are any.

    Attributes:
        links: By name.
        towers: None in a bundle without.
        n_items: In the catalogue.
    """

    links: Mapping[str, ItemToItem]
    towers: TwoTowers | None
    n_items: int

    def rank(self, heard: Heard, fusion: ScoreFusion, depth: int, mask: Mask | None, new_only: bool) -> Ranked:
        """What any engine has among its ``depth`` best, best by the fused score first.

        Args:
            heard: The history.
            fusion: How much each engine counts.
            depth: From which number on all items that pass are ranked.
            mask: (n_items,) what may be shown; None for everything.
            new_only: Whether the history is masked: its items then have no part in an engine's mean and spread.
        """
        return self.ranked(self.ask(heard, fusion, new_only), fusion, depth, mask)

    def ranked(self, asked: Mapping[str, Answer], fusion: ScoreFusion, depth: int, mask: Mask | None) -> Ranked:
        """As `rank`, of engines that were asked before."""
        if depth >= self.n_items or not asked:
            rows = np.arange(self.n_items) if mask is None else np.flatnonzero(mask)
        else:
            rows = np.unique(np.concatenate([self._candidates(one, depth, mask) for one in asked.values()]))
        parts = self.parts(asked, fusion, rows)
        order = np.argsort(-parts.sum(axis=1), kind="stable")
        return Ranked(rows[order], parts[order])

    def ask(self, heard: Heard, fusion: ScoreFusion, new_only: bool) -> Mapping[str, Answer]:
        """The answer of each engine that has a say, for `ranked` and `parts`."""
        return {name: self._ask(name, heard, new_only) for name in fusion.engines if self._has(name)}

    def parts(self, asked: Mapping[str, Answer], fusion: ScoreFusion, rows: Rows) -> Vectors:
        """(n_rows, n_engines), in the order of ``fusion.engines``."""
        columns = np.zeros((len(rows), len(fusion.engines)), np.float32)
        for i, name in enumerate(fusion.engines):
            if one := asked.get(name):
                scores = one.scores[rows] if one.scores is not None else self._by_query(one, rows)
                columns[:, i] = fusion.weights[name] * compressed(scores, one.mean, one.deviation)
        return columns

    def links_for(self, name: str, heard: Heard) -> ItemToItem:
        """An engine's links, as they weigh this history.

        Of a mixed list hardly a song follows from two of its songs: with the decay that was learnt from listening in
        order, whatever follows from the last song is ahead of all else.
        """
        links = self.links[name]
        return links if heard.in_order else replace(links, decay=max(links.decay, LIST_DECAY))

    def _has(self, name: str) -> bool:
        return self.towers is not None if name == TOWERS else name in self.links

    def _ask(self, name: str, heard: Heard, new_only: bool) -> Answer:
        if name == TOWERS:
            return self._ask_towers(heard)
        scores = self.links_for(name, heard).scores(heard.history)
        if len(heard.disliked):
            scores -= _AWAY * self.links[name].without_prior().scores(heard.disliked)
        out = np.unique(heard.history) if new_only else heard.history[:0]
        n, masked = max(self.n_items - len(out), 1), scores[out].astype(np.float64)
        mean = (scores.sum(dtype=np.float64) - masked.sum()) / n
        square = (np.square(scores, dtype=np.float64).sum() - np.square(masked).sum()) / n
        return Answer(float(mean), float(np.sqrt(max(square - mean * mean, 0))), scores=scores)

    def _ask_towers(self, heard: Heard) -> Answer:
        assert self.towers is not None
        if heard.in_order:
            query = self.towers.query(heard.history)
        else:
            songs, weights = list_weights(heard.history[-self.towers.max_length :])
            query = weights @ _one_by_one(self.towers, songs)
        if len(heard.disliked):
            away = self.towers.index.vectors[heard.disliked].astype(np.float32).mean(axis=0)
            length = float(np.linalg.norm(away)) or 1.0
            query = query - _TURN * float(np.linalg.norm(query)) / length * away
        return Answer(*self.towers.spread(query), query=query)

    def _by_query(self, one: Answer, rows: Rows) -> Vectors:
        assert self.towers is not None and one.query is not None
        return self.towers.scores(one.query, rows)

    def _candidates(self, one: Answer, depth: int, mask: Mask | None) -> Rows:
        if one.scores is None:
            assert self.towers is not None and one.query is not None
            return self.towers.candidates(one.query, depth, mask)
        rows = np.flatnonzero(one.scores > 0 if mask is None else (one.scores > 0) & mask)
        if len(rows) <= depth:
            return rows
        best: Rows = rows[np.argpartition(-one.scores[rows], depth)[:depth]]
        return best


@dataclass(frozen=True, eq=False)
class AskedHistory:
    """What a history asks of its engines: it proposes songs, and says of any song how well it follows, and what for.

    ``new_only`` says whether ``mask`` keeps the history out.
    """

    engines: HistoryEngines
    fusion: ScoreFusion
    heard: Heard
    mask: Mask | None
    new_only: bool = True

    @cached_property
    def _answers(self) -> Mapping[str, Answer]:
        return self.engines.ask(self.heard, self.fusion, self.new_only)

    def candidates(self, depth: int) -> Rows:
        """The best ``depth`` songs by the fused score, of those of ``mask``."""
        return self.engines.ranked(self._answers, self.fusion, depth, self.mask).rows[:depth]

    def scores(self, rows: Rows) -> Vectors:
        """(n_rows,): the fused score of each; 0 is the catalogue's average."""
        total: Vectors = self._parts(rows).sum(axis=1)
        return total

    def speakers(self, rows: Rows, most: int) -> tuple[Rows, Vectors]:
        """The last ``most`` distinct songs of the history, and how much each speaks for a row, (n_rows, n_songs)."""
        ranked = Ranked(rows, self._parts(rows))
        voices = influence(self.engines, self.fusion, self.heard, ranked, most)
        return latest(self.heard.history, most), voices

    def _parts(self, rows: Rows) -> Vectors:
        return self.engines.parts(self._answers, self.fusion, rows)


def influence(
    engines: HistoryEngines, fusion: ScoreFusion, heard: Heard, ranked: Ranked, most: int
) -> NDArray[np.float32]:
    """(n_rows, n_voters): how much each of the last ``most`` distinct items of the history speaks for each row.

    A link's part is divided among the items that it leads from. The towers' part is divided by how much of the score is
    lost when all plays of an item are left out of the history; of a list, by what each item alone makes of the score.
    """
    voters = latest(heard.history, most)
    total = np.zeros((len(ranked.rows), len(voters)), np.float32)
    for column, name in enumerate(fusion.engines):
        part = np.maximum(ranked.parts[:, column], 0)
        if not part.any() or not engines._has(name):
            continue
        if name != TOWERS or engines.towers is None:
            votes = _linked(engines.links_for(name, heard), heard.history, voters, ranked.rows)
        elif heard.in_order:
            votes = _lost(engines.towers, heard.history, voters, ranked.rows)
        else:
            votes = _alone(engines.towers, heard.history, voters, ranked.rows)
        whole = votes.sum(axis=1, keepdims=True)
        total += part[:, None] * np.divide(votes, whole, out=np.zeros_like(votes), where=whole > 0)
    return total


def latest(history: Rows, most: int) -> Rows:
    """The last ``most`` distinct items of a history, the latest first."""
    backwards = history[::-1]
    _, first = np.unique(backwards, return_index=True)
    found: Rows = backwards[np.sort(first)][:most]
    return found


def list_weights(history: Rows) -> tuple[Rows, Vectors]:
    """The distinct items of a list, the latest first, and how much each counts; together 1."""
    songs = latest(history, len(history))
    places = {song: i for i, song in enumerate(songs.tolist())}
    plays = np.power(LIST_DECAY, np.arange(len(history), dtype=np.float64)[::-1])
    weights = np.bincount([places[song] for song in history.tolist()], plays, len(songs))
    found: Vectors = (weights / weights.sum()).astype(np.float32)
    return songs, found


def _one_by_one(towers: TwoTowers, songs: Rows) -> Vectors:
    """(n_songs, dim), the queries of histories of one song: the towers, too, hang on the last song of a longer one."""
    return np.stack([towers.query(song[None]) for song in songs])


def _linked(links: ItemToItem, history: Rows, voters: Rows, rows: Rows) -> Vectors:
    """Only what speaks for a row; what speaks against it has no share in the reasons."""
    return np.maximum(links.parts(history, voters, rows), 0)


def _lost(towers: TwoTowers, history: Rows, voters: Rows, rows: Rows) -> Vectors:
    read = history[-towers.max_length :]
    queries: Sequence[Vectors] = [
        towers.query(left) if len(left := read[read != voter]) else np.zeros(towers.index.dim, np.float32)
        for voter in voters
    ]
    lost = towers.scores(towers.query(read), rows)[:, None] - towers.scores(np.stack(queries), rows)
    return np.maximum(lost, 0)


def _alone(towers: TwoTowers, history: Rows, voters: Rows, rows: Rows) -> Vectors:
    """How far above its mean over all items each song that the towers read alone puts ``rows``, times its weight."""
    songs, weights = list_weights(history[-towers.max_length :])
    kept = np.isin(songs, voters)
    queries = _one_by_one(towers, songs[kept])
    means = np.array([towers.spread(query)[0] for query in queries])
    columns = {song: i for i, song in enumerate(voters.tolist())}
    found = np.zeros((len(rows), len(voters)), np.float32)
    found[:, [columns[song] for song in songs[kept].tolist()]] = (towers.scores(queries, rows) - means) * weights[kept]
    return np.maximum(found, 0)
