"""Several downloads at a time."""

import threading

import pytest

from recsys.hub import parallel
from recsys.hub.parallel import WORKERS, Tally, run_all


@pytest.fixture
def said():
    return []


def test_all_are_run_and_a_few_at_a_time(said):
    running, most, lock = set(), [0], threading.Lock()
    together = threading.Barrier(WORKERS)

    def run(name):
        with lock:
            running.add(name)
            most[0] = max(most[0], len(running))
        together.wait(20)
        with lock:
            running.discard(name)

    assert run_all([f"file {i}" for i in range(3 * WORKERS)], run, Tally(1, said.append)) == {}
    assert most[0] == WORKERS


def test_they_begin_in_the_order_given(said, monkeypatch):
    monkeypatch.setattr(parallel, "WORKERS", 1)
    names = [f"file {i}" for i in range(20)]
    begun: list[str] = []
    run_all(names, begun.append, Tally(1, said.append))
    assert begun == names


def test_one_that_fails_leaves_the_others(said):
    def run(name):
        if name == "b":
            raise OSError("no room")

    failed = run_all("abc", run, Tally(1, said.append))
    assert {name: str(error) for name, error in failed.items()} == {"b": "no room"}


def test_nothing_to_do(said):
    assert run_all([], lambda name: pytest.fail(name), Tally(0, said.append)) == {}


def test_a_fraction_never_leaves_its_range_though_a_download_begins_again(said):
    tally = Tally(100, said.append)
    for n in (60, -60, 100, 30):
        tally.add(n)
    assert said == [0.6, 0.0, 1.0, 1.0]


def test_when_nothing_comes_any_more_the_rest_is_given_up_and_heard_of_no_more(said, monkeypatch):
    monkeypatch.setattr(parallel, "STALLED_AFTER", 0.2)
    release, begun = threading.Event(), []
    tally = Tally(100, said.append)

    def run(name):
        begun.append(name)
        if name != "quick":
            release.wait(20)
            tally.add(50)

    names = ["quick", *(f"slow {i}" for i in range(WORKERS + 2))]
    failed = run_all(names, run, tally)
    assert set(failed) == set(names) - {"quick"}
    assert all(isinstance(error, TimeoutError) for error in failed.values())
    heard = len(said)
    release.set()
    for thread in [t for t in threading.enumerate() if t.name.startswith("download")]:
        thread.join(20)
    assert len(said) == heard
    assert len(begun) <= 1 + WORKERS  # what had not begun never did


def test_bytes_that_come_keep_it_going(said, monkeypatch):
    monkeypatch.setattr(parallel, "STALLED_AFTER", 0.3)
    tally, pause = Tally(8, said.append), threading.Event()

    def run(name):
        for _ in range(8):
            pause.wait(0.1)
            tally.add(1)

    assert run_all(["slow but alive"], run, tally) == {}
