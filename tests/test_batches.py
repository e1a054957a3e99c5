"""Many questions at once: by themselves, without an app."""

import threading
from functools import partial

import anyio
import pytest

from recsys.batches import AT_A_TIME, MOST_WAITING, Batches, answer_batch
from recsys.errors import BusyError, CapabilityMissingError, InvalidQueryError, NotReadyError
from recsys.questions import QUESTIONS, Question
from recsys.schemas import ErrorOut, SearchRequest


class Here:
    """Stands for the handlers; the questions below have no use for what is loaded."""

    def of_one_release(self):
        return self


def question(answer, **more):
    return Question("echo", "Says it again.", SearchRequest, str, answer, **more)


def echo(_, request):
    if request.query == "bad":
        raise InvalidQueryError("bad is bad.")
    return request.query


def same(answer):
    return answer


def ask(queries, answer=echo, **more):
    return answer_batch(Here(), question(answer), queries, same, **more)  # type: ignore[arg-type]


def test_each_has_its_answer_or_its_error_in_its_place():
    first, malformed, refused, unknown, last = ask(
        [{"query": "a"}, 3, {"query": "bad"}, {"query": "a", "colour": 1}, {"query": "b"}]
    )
    assert (first, last) == ("a", "b")
    assert refused == ErrorOut(error="bad is bad.")
    assert malformed.error.startswith("A query is an object with what echo takes, given 3.")
    assert unknown.error.startswith("colour: there is no such field")
    assert ask([]) == []


@pytest.mark.parametrize("error", [NotReadyError, CapabilityMissingError])
def test_what_is_wrong_with_the_app_is_not_said_of_each(error):
    def refuse(*_):
        raise error("not now")

    def refuse_many(_, requests):
        for _ in requests:
            yield error("not now")

    with pytest.raises(error, match="not now"):
        ask([{"query": "a"}] * 3, refuse)
    with pytest.raises(error, match="not now"):
        answer_batch(Here(), question(echo, many=refuse_many), [{"query": "a"}], same)  # type: ignore[arg-type]


def test_a_bug_is_not_taken_for_an_answer():
    with pytest.raises(ZeroDivisionError):
        ask([{"query": "a"}], lambda *_: 1 / 0)


def test_what_there_is_no_time_for_is_said_and_not_begun():
    begun = []

    def slow(_, request):
        begun.append(request.query)
        return request.query

    first, second, wrong, last = ask([{"query": "a"}, {"query": "b"}, 3, {"query": "c"}], slow, seconds=0)
    assert (first, begun) == ("a", ["a"])
    for late in (second, last):
        assert late.error.startswith("Not reached: a batch gets 20 seconds, which 1 queries before this one took.")
    assert wrong.error.startswith("A query is an object")


def test_a_few_run_a_few_wait_and_more_are_refused_while_others_are_served():
    go_on, running = threading.Event(), threading.Semaphore(0)
    most, now, lock = 0, 0, threading.Lock()

    def hold(_, request):
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        running.release()
        assert go_on.wait(30)
        with lock:
            now -= 1
        return request.query

    async def main():
        batches = Batches(Here())  # type: ignore[arg-type]
        answers = []

        async def one(name):
            answers.append(await batches.answer(question(hold), [{"query": name}], same))

        async with anyio.create_task_group() as group:
            for number in range(AT_A_TIME + MOST_WAITING):
                group.start_soon(one, str(number))
            for _ in range(AT_A_TIME):
                assert await anyio.to_thread.run_sync(partial(running.acquire, timeout=30))
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(BusyError, match=f"{MOST_WAITING} batches are waiting already"):
                await batches.answer(question(hold), [{"query": "late"}], same)
            # As many threads as ever are left for single questions: those that wait hold none.
            assert anyio.to_thread.current_default_thread_limiter().borrowed_tokens == 0
            assert await anyio.to_thread.run_sync(lambda: "single") == "single"
            go_on.set()
        return answers

    answers = anyio.run(main)
    assert sorted(answers) == sorted([str(number)] for number in range(AT_A_TIME + MOST_WAITING))
    assert most == AT_A_TIME


def test_every_question_says_what_it_is_and_what_it_takes():
    assert len({one.name for one in QUESTIONS}) == len(QUESTIONS)
    for one in QUESTIONS:
        assert one.summary.endswith(".")
        for name, field in one.request.model_fields.items():
            assert field.description or name == "filters", (one.name, name)
        assert one.request.model_fields or not one.batch
