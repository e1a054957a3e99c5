"""Up to 500 questions of a kind in one call: a bad one has its error in its place, and the others have their answers.

A batch gets so much time and no more; a few run at once and a few more wait, so that single questions, of the page and
of other programs, always find a thread and a share of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError

from recsys.errors import BusyError, RecsysError
from recsys.handlers import Handlers
from recsys.invalid import validation_message
from recsys.questions import Question
from recsys.schemas import MOST_QUERIES, ErrorOut, Request

T = TypeVar("T")
SECONDS = 20.0
"""Of work; a batch may wait for its turn before."""
AT_A_TIME = 2
MOST_WAITING = 8


class Batches:
    """Answers batches, in turn."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers
        self._turns = CapacityLimiter(AT_A_TIME)

    async def answer(self, question: Question, queries: Sequence[Any], write: Callable[[Any], T]) -> list[T]:
        """The answers to ``queries`` in their order, each as ``write`` puts it; see `answer_batch`.

        Waits on the event loop rather than on one of the threads that everybody's requests share, and works on a
        thread rather than on the event loop, the writing too.

        Raises:
            BusyError: too many are waiting.
        """
        if self._turns.statistics().tasks_waiting >= MOST_WAITING:
            raise BusyError(f"{MOST_WAITING} batches are waiting already. Try again soon.")
        ask = partial(answer_batch, self._handlers, question, queries, write)
        return await to_thread.run_sync(ask, limiter=self._turns)


def answer_batch(
    handlers: Handlers, question: Question, queries: Sequence[Any], write: Callable[[Any], T], seconds: float = SECONDS
) -> list[T]:
    """The answers to ``queries``, in their order and all of one release.

    Args:
        handlers: Who answers.
        question: What is asked.
        queries: Each as for `question.request`, as it came over the wire.
        write: Called with each answer as soon as it is there, so that a large batch is not kept as objects.
        seconds: How long to go on. The first is always answered.

    Returns:
        For each an answer, or an ErrorOut that says why there is none.

    Raises:
        NotReadyError, BundleError: what is wrong is not with one of the queries.
    """
    handlers = handlers.of_one_release()
    read = [_read(question, query) for query in queries]
    answers = question.each(handlers, [one for one in read if isinstance(one, Request)])
    return [write(answer) for answer in _in_time(read, answers, time.monotonic() + seconds)]


def _read(question: Question, query: Any) -> Request | ErrorOut:
    if not isinstance(query, dict):
        return ErrorOut(error=f"A query is an object with what {question.name} takes, given {query!r:.80}.")
    try:
        return question.request.model_validate(query)
    except ValidationError as error:
        return ErrorOut(error=validation_message(error.errors()))


def _in_time(read: Sequence[Request | ErrorOut], answers: Iterator[Any], end: float) -> Iterator[Any]:
    answered = 0
    for one in read:
        if isinstance(one, ErrorOut):
            yield one
        elif answered and time.monotonic() >= end:
            yield ErrorOut(
                error=f"Not reached: a batch gets {SECONDS:g} seconds, which {answered} queries before this one took. "
                "Send it again in a smaller batch."
            )
        else:
            answer = next(answers)
            answered += 1
            yield ErrorOut(error=str(answer)) if isinstance(answer, RecsysError) else answer


__all__ = ["AT_A_TIME", "MOST_QUERIES", "MOST_WAITING", "SECONDS", "Batches", "answer_batch"]
