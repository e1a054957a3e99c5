"""Answers that lead from one capability to the next: paths, blends of engines, the first cards.

Each takes the loaded capabilities, so that it is of one release, and keeps nothing of what it was given.
"""

from __future__ import annotations

from collections.abc import Sequence

from recsys.capabilities import Capabilities
from recsys.engine_blend import BlendQuery, BlendRow
from recsys.engine_blend import blend_engines as ranked_together
from recsys.first_cards import first_cards as cards_of
from recsys.handlers import scored_track_out, track_out
from recsys.heard_songs import read_heard
from recsys.journey_schemas import (
    BlendEnginesOut,
    BlendEnginesRequest,
    BlendRowOut,
    CardsOut,
    CardsRequest,
    PathOut,
    PathRequest,
    PathStepOut,
)
from recsys.song_path import Step, find_path

_DETOUR = "Few songs lie between these two, so that some steps are longer than the whole way. Ask for fewer steps."


def song_path(loaded: Capabilities, request: PathRequest) -> PathOut:
    """The songs from one to another, each close to the one before."""
    steps = find_path(loaded.need_songs(), request.start, request.goal, request.options())
    longest = max(step.jump for step in steps)
    shown = [_step_out(step) for step in steps]
    return PathOut(space=request.space, steps=shown, longest_jump=longest, notes=path_notes(steps))


def path_notes(steps: Sequence[Step]) -> list[str]:
    """What one should know of a path."""
    return [_DETOUR] if max(step.jump for step in steps) > 1 else []


def blend_engines(loaded: Capabilities, request: BlendEnginesRequest) -> BlendEnginesOut:
    """Songs that several engines rank together, and which of them votes for each."""
    history, notes = _heard(loaded, request)
    query = BlendQuery(
        tuple(request.track_ids), tuple(request.away), request.text, history, request.weights.model_dump()
    )
    answer = ranked_together(loaded, query, request.k, request.options())
    if len(answer.results) < request.k:
        notes.append(f"Only {len(answer.results)} of the {request.k} songs asked for qualify; these are all.")
    return BlendEnginesOut(
        voters=list(answer.voters),
        silent=dict(answer.silent),
        results=[_blend_row_out(row) for row in answer.results],
        notes=notes,
    )


def first_cards(loaded: Capabilities, request: CardsRequest) -> CardsOut:
    """Well-known songs whose likes and dislikes tell the most about taste."""
    embeddings = loaded.need_songs().space("blend").embeddings
    rows = cards_of(loaded.catalogue, embeddings, request.k)
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


def _step_out(step: Step) -> PathStepOut:
    return PathStepOut(**scored_track_out(step.song).model_dump(), jump=step.jump, progress=step.progress)


def _blend_row_out(row: BlendRow) -> BlendRowOut:
    return BlendRowOut(**scored_track_out(row.song).model_dump(), votes=dict(row.votes))
