"""Several engines rank songs together: what songs are like, what a text says, what a history leads to.

Each engine proposes its best songs, and then says of every proposed song how well it fits. Scores of different engines
are made comparable as in `recsys.score_fusion`: by how far they lie above the engine's mean over all songs. That mean,
and the spread, are known from the proposals and from a sample of the other songs.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from recsys.capabilities import Capabilities
from recsys.catalogue import Mask, Rows
from recsys.errors import EmptyQueryError, InvalidQueryError, NoMatchError
from recsys.filters import NO_FILTERS, Filters
from recsys.index import Vectors
from recsys.results import PartReason, ScoredTrack, check_k
from recsys.score_fusion import compressed
from recsys.selection import pass_over
from recsys.vibe_search import VibeOptions

ENGINES = ("audio", "latent", "vibe", "history")
"""Likeness to given songs, their kind by the autoencoder's code, a text, a history; in the order of their columns."""
USUAL: Mapping[str, float] = {"audio": 1.0, "latent": 0.1, "vibe": 1.0, "history": 1.0}
"""The weights where none are given. More of the kind makes lists worse, as benchmarks/engine_blend.py measures."""
_BLEND = "blend"
_DEPTH = 300
_SAMPLE = 4_096
_MENTIONED = 0.15  # of what speaks for a song, from which an engine is worth a mention
_PHRASES = {
    "audio": ("is like the songs given", "is unlike the songs given"),
    "latent": ("is of one kind with the songs given", "is of another kind than the songs given"),
    "vibe": ("fits the words", "does not fit the words"),
    "history": ("follows what was played", "does not follow what was played"),
}


@dataclass(frozen=True)
class BlendQuery:
    """What the engines are asked.

    Attributes:
        seeds, away: Track ids to be like and to be unlike, for "audio" and "latent".
        text: For "vibe". What it sets as a condition holds for every song that comes back.
        history: Track ids, oldest first, for "history".
        weights: By engine, 0 to 1; what is not named counts 0, and with none named `USUAL` holds.
    """

    seeds: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    text: str = ""
    history: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: USUAL)


@dataclass(frozen=True)
class BlendOptions:
    """What may come back, as in song-to-song; no song of the query does."""

    per_artist: int = 2
    one_version: bool = True
    filters: Filters = NO_FILTERS
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlendRow:
    """One song of the answer.

    Attributes:
        song: Its reasons are the engines' parts of its score, for and against.
        votes: Engine → its share in what speaks for the song, 0 to 1; they add up to 1 where anything speaks for it.
    """

    song: ScoredTrack
    votes: Mapping[str, float]


@dataclass(frozen=True)
class BlendAnswer:
    """The songs, best first, and why an engine took no part.

    Attributes:
        voters: The engines that took part.
        silent: Engine → why it took no part.
    """

    results: list[BlendRow]
    voters: tuple[str, ...]
    silent: Mapping[str, str]


class Asked(Protocol):
    """An engine with its question."""

    def candidates(self, depth: int) -> Rows:
        """About the best ``depth`` songs, among those that may come back."""
        ...

    def scores(self, rows: Rows) -> Vectors:
        """(n_rows,): how well each fits; higher is better."""
        ...


def blend_engines(
    loaded: Capabilities, query: BlendQuery, k: int = 10, options: BlendOptions = BlendOptions()
) -> BlendAnswer:
    """The ``k`` songs that the engines together rank best, fewer only where fewer qualify.

    Raises:
        EmptyQueryError: no engine has anything to go by.
        InvalidQueryError: ``k``, a weight, an option or the text is off.
        UnknownTrackError: a track is not in the catalogue.
        NoMatchError: no song qualifies.
    """
    k = check_k(k)
    _check_weights(query.weights)
    if options.per_artist < 0:
        raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
    catalogue = loaded.catalogue
    excluded = catalogue.rows((*query.seeds, *query.away, *query.history, *options.exclude))
    mask = options.filters.mask(catalogue)
    asked, silent, mask, named = _ask(loaded, query, options, mask)
    if not asked:
        why = "; ".join(f"{name}: {reason}" for name, reason in silent.items())
        raise EmptyQueryError(f"There is nothing to rank by. {why}.")
    excluded = np.concatenate([excluded, named])
    depth = _DEPTH + 4 * (k + len(excluded))
    while True:
        rows, parts = _ranked(asked, query.weights, depth, mask, len(catalogue))
        shown = pass_over(
            catalogue, rows, k, per_artist=options.per_artist, one_version=options.one_version, excluded=excluded
        )
        if len(shown) == k or depth >= len(catalogue):
            break
        depth *= 8
    if not len(shown):
        raise NoMatchError("No song qualifies. Loosen the filters, or take back a condition of the text.")
    places = {row: i for i, row in enumerate(rows.tolist())}
    results = [_row(loaded, row, list(asked), parts[places[row]]) for row in shown.tolist()]
    return BlendAnswer(results, tuple(asked), silent)


def _check_weights(weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        if name not in ENGINES:
            raise InvalidQueryError(f"No engine is called {name!r}; choose from {', '.join(ENGINES)}.")
        if not 0 <= weight <= 1:
            raise InvalidQueryError(f"The weight of {name} is {weight}; give a number from 0 to 1.")


def _ask(
    loaded: Capabilities, query: BlendQuery, options: BlendOptions, mask: Mask | None
) -> tuple[dict[str, Asked], dict[str, str], Mask | None, Rows]:
    """The engines that take part, why others do not, what may come back, and the songs that the text names."""
    silent = {name: why for name in ENGINES if (why := _why_silent(loaded, query, name))}
    asked: dict[str, Asked] = {}
    named = np.empty(0, np.int64)
    if "vibe" not in silent:
        vibe = loaded.need_vibe()
        understood = vibe.understood(query.text)
        wanted = vibe.ask(understood, VibeOptions(filters=options.filters))
        mask, named = wanted.mask, loaded.catalogue.rows(understood.like_songs)
        if wanted.silent:
            silent["vibe"] = "the text sets conditions alone, and every song that comes back meets them"
        else:
            asked["vibe"] = wanted
    for name in ("audio", "latent"):
        if name not in silent:
            songs = loaded.need_songs()
            asked[name] = songs.ask(query.seeds, query.away, _space_of(name, songs.spaces), mask)
    if "history" not in silent:
        asked["history"] = loaded.need_history().ask(query.history, mask)
    return {name: asked[name] for name in ENGINES if name in asked}, silent, mask, named


def _space_of(name: str, spaces: Container[str]) -> str:
    """The blend, which knows the sound and more, speaks for "audio" wherever there is one."""
    return _BLEND if name == "audio" and _BLEND in spaces else name


def _why_silent(loaded: Capabilities, query: BlendQuery, name: str) -> str:
    """Why an engine cannot take part; "" where it can."""
    if not query.weights.get(name, 0):
        return "its weight is 0"
    given, needed, capability = {
        "vibe": (query.text.strip(), "no text was given", "vibe_search"),
        "history": (query.history, "no history was given", "user_history"),
    }.get(name, (query.seeds, "no song was given", "song_to_song"))
    return loaded.problems.get(capability, "") if given else needed


def _ranked(
    asked: Mapping[str, Asked], weights: Mapping[str, float], depth: int, mask: Mask | None, n: int
) -> tuple[Rows, Vectors]:
    """All proposals, best first, and (n_rows, n_engines) what each engine adds to their scores."""
    if depth >= n:
        rows = np.arange(n) if mask is None else np.flatnonzero(mask)
    else:
        rows = np.unique(np.concatenate([engine.candidates(depth) for engine in asked.values()]))
    proposed = np.zeros(n, np.bool_)
    proposed[rows] = True
    others = np.flatnonzero(~proposed)
    sample = others[:: max(1, len(others) // _SAMPLE)]
    parts = np.zeros((len(rows), len(asked)), np.float32)
    for column, (name, engine) in enumerate(asked.items()):
        scores = engine.scores(rows)
        mean, deviation = _moments(scores, engine.scores(sample) if len(sample) else scores[:0], len(others))
        parts[:, column] = weights[name] * compressed(scores, mean, deviation)
    order = np.argsort(-parts.sum(axis=1), kind="stable")
    return rows[order], parts[order]


def _moments(scores: Vectors, sample: Vectors, n_others: int) -> tuple[float, float]:
    """Mean and deviation over songs of which some are known and ``n_others`` are known by a sample of them."""
    each = np.concatenate([np.ones(len(scores)), np.full(len(sample), n_others / max(len(sample), 1))])
    values = np.concatenate([scores, sample]).astype(np.float64)
    mean = np.average(values, weights=each)
    return float(mean), float(np.sqrt(np.average((values - mean) ** 2, weights=each)))


def _row(loaded: Capabilities, row: int, engines: list[str], parts: Vectors) -> BlendRow:
    for_it = np.maximum(parts.astype(np.float64), 0)
    votes = dict(zip(engines, (for_it / (for_it.sum() or 1)).tolist(), strict=True))
    pairs = sorted(zip(engines, parts.tolist(), strict=True), key=lambda pair: -abs(pair[1]))
    reasons = tuple(PartReason(name, part, _PHRASES[name][part < 0]) for name, part in pairs)
    told = [reason.phrase for reason in reasons if votes[reason.feature] >= _MENTIONED]
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    why = f"It {listed}." if told else "Nothing speaks for it but that nothing fits better."
    return BlendRow(ScoredTrack(loaded.catalogue.track(row), float(parts.sum()), reasons, why), votes)
