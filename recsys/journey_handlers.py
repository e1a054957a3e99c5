"""Answers that lead from one capability to the next: paths, blends of engines, the first cards."""

from __future__ import annotations

from recsys.capabilities import Capabilities
from recsys.engine_blend import BlendQuery, BlendRow, blend_engines
from recsys.first_cards import first_cards
from recsys.handlers import Handlers, scored_track_out, track_out
from recsys.heard_songs import read_heard
from recsys.journey_schemas import (
    BlendEnginesOut,
    BlendEnginesRequest,
    BlendRowOut,
    CardsOut,
    PathOut,
    PathRequest,
    StepOut,
)
from recsys.song_path import Step, find_path

_DETOUR = "Few songs lie between these two, so that some steps are longer than the whole way. Ask for fewer steps."


class JourneyHandlers:
    """As `recsys.handlers.Handlers`, over the same capabilities."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    def song_path(self, request: PathRequest) -> PathOut:
        """The songs from one to another, each close to the one before."""
        songs = self._handlers.loaded.need_songs()
        steps = find_path(songs, request.start, request.goal, request.options())
        longest = max(step.jump for step in steps)
        notes = [_DETOUR] if longest > 1 else []
        return PathOut(space=request.space, steps=[step_out(step) for step in steps], longest_jump=longest, notes=notes)

    def blend_engines(self, request: BlendEnginesRequest) -> BlendEnginesOut:
        """Songs that several engines rank together, and which of them votes for each. No history is kept."""
        loaded = self._handlers.loaded
        history, notes = _heard(loaded, request)
        query = BlendQuery(
            tuple(request.track_ids), tuple(request.away), request.text, history, request.weights.model_dump()
        )
        answer = blend_engines(loaded, query, request.k, request.options())
        if len(answer.results) < request.k:
            notes.append(f"Only {len(answer.results)} of the {request.k} songs asked for qualify; these are all.")
        return BlendEnginesOut(
            voters=list(answer.voters),
            silent=dict(answer.silent),
            results=[blend_row_out(row) for row in answer.results],
            notes=notes,
        )

    def first_cards(self, k: int = 10) -> CardsOut:
        """Well-known songs whose likes and dislikes tell the most about taste."""
        loaded = self._handlers.loaded
        space = loaded.need_songs().space("blend")
        rows = first_cards(loaded.catalogue, space.embeddings, k)
        return CardsOut(cards=[track_out(loaded.catalogue.track(row)) for row in rows.tolist()])


def _heard(loaded: Capabilities, request: BlendEnginesRequest) -> tuple[tuple[str, ...], list[str]]:
    """Track ids of the history, where it is to be asked, and what to say of it."""
    given = request.history.strip() if isinstance(request.history, str) else request.history
    if not given or not request.weights.history:
        return (), []
    heard = read_heard(given, loaded.catalogue, loaded.joins)
    notes = list(heard.notes)
    if heard.unmatched_songs:
        notes.append(f"{heard.unmatched_songs:,} songs of the history are not in this catalogue.")
    return heard.track_ids, notes


def step_out(step: Step) -> StepOut:
    return StepOut(**scored_track_out(step.song).model_dump(), jump=step.jump, progress=step.progress)


def blend_row_out(row: BlendRow) -> BlendRowOut:
    return BlendRowOut(**scored_track_out(row.song).model_dump(), votes=dict(row.votes))
