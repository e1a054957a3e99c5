"""What every training script shares: flags from a dataclass, progress, seeding."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import MISSING, dataclass, fields
from multiprocessing import get_context
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from recsys.errors import RecsysError

log = logging.getLogger("train")
C = TypeVar("C")

PROGRESS_VARIABLE = "RECSYS_PROGRESS"
_FORMAT = "%(message)s"


def parse_config(config: type[C], argv: Sequence[str] | None, description: str | None) -> C:
    """Read ``config`` from the command line: one --flag a field, the field's default its default.

    A field of type ``tuple[X, ...]`` takes several values; ``X | None`` is X, and may be left out.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=_Help, allow_abbrev=False)
    hints = get_type_hints(config)
    for field in fields(config):  # type: ignore[arg-type]
        options: dict[str, Any] = {"help": field.metadata.get("help", " ")} | _value_options(hints[field.name])
        if field.default is MISSING:
            options["required"] = True
        else:
            options["default"] = field.default
        parser.add_argument("--" + field.name.replace("_", "-"), **options)
    values = vars(parser.parse_args(argv))
    return config(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the description's lines, and names the default of each flag that has one."""

    def _get_help_string(self, action: argparse.Action) -> str:
        said = action.help or ""
        shown = action.default not in (None, (), argparse.SUPPRESS) and "default" not in said
        return f"{said} (default: %(default)s)" if shown else said


def _value_options(hint: Any) -> dict[str, Any]:
    """How argparse reads a value of type ``hint``."""
    if get_origin(hint) in (Union, UnionType):
        return _value_options(next(arm for arm in get_args(hint) if arm is not type(None)))
    if get_origin(hint) is tuple:
        return {"type": get_args(hint)[0], "nargs": "+"}
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    return {"type": hint}


_span: ContextVar[tuple[float, float]] = ContextVar("span", default=(0.0, 1.0))


@contextmanager
def progress_span(start: float, end: float) -> Iterator[None]:
    """Inside, 0 to 1 of `report_progress` are ``start`` to ``end`` of what they were."""
    outer, size = _span.get()[0], _span.get()[1] - _span.get()[0]
    token = _span.set((outer + start * size, outer + end * size))
    try:
        yield
    finally:
        _span.reset(token)


def report_progress(step: str, fraction: float) -> None:
    """Say how far training is, in [0, 1]: a log line for a person, a JSON line for the app that waits.

    The app sets RECSYS_PROGRESS=json in the child process that builds the demo bundle.
    """
    start, end = _span.get()
    fraction = start + (end - start) * fraction
    if os.environ.get(PROGRESS_VARIABLE) == "json":
        print(json.dumps({"step": step, "fraction": round(fraction, 3)}), flush=True)
    else:
        log.info("[%3.0f%%] %s", 100 * fraction, step)


def is_first_process() -> bool:
    """Whether this process writes what all have learnt: the first that torchrun started, or the only one."""
    return os.environ.get("RANK", "0") == "0"


@dataclass(frozen=True)
class Step:
    """A script to run: its ``main``, its flags, and its span of the progress."""

    main: Callable[[Sequence[str] | None], None]
    argv: Sequence[str]
    span: tuple[float, float]


def run_steps(lanes: Sequence[Sequence[Step]], side_by_side: bool) -> None:
    """Run each lane's steps in order, each in a process of its own; the lanes side by side or one after the other.

    Side by side, each process has its share of the cores, which keeps them busier than one script alone does.
    """
    threads = max((os.cpu_count() or 1) // len(lanes), 1) if side_by_side and lanes else None

    def run_lane(lane: Sequence[Step]) -> None:
        for step in lane:
            with progress_span(*step.span):
                run_apart(step.main, step.argv, threads)

    with ThreadPoolExecutor(len(lanes) if side_by_side else 1) as pool:
        running = [pool.submit(copy_context().run, run_lane, lane) for lane in lanes]
        for one in running:
            one.result()


def run_apart(main: Callable[[Sequence[str] | None], None], argv: Sequence[str], threads: int | None = None) -> None:
    """Call a script's ``main`` in a process of its own, with the progress span of this one.

    TensorFlow and torch in one process are now and then the end of it, and what one step took of memory the next can
    have.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), _set_up, (_span.get(), log.getEffectiveLevel(), threads)) as pool:
        pool.submit(main, argv).result()


def _set_up(span: tuple[float, float], level: int, threads: int | None) -> None:
    if threads is not None:  # before any library is imported that reads it
        os.environ["OMP_NUM_THREADS"] = os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    _span.set(span)
    logging.basicConfig(level=level, format=_FORMAT, stream=sys.stderr)


def run(main: Callable[[Sequence[str] | None], None], argv: Sequence[str] | None = None) -> None:
    """Call a script's ``main``; show a RecsysError as one line rather than as a traceback."""
    logging.basicConfig(level=logging.INFO, format=_FORMAT, stream=sys.stderr)
    try:
        main(argv)
    except RecsysError as error:
        sys.exit(f"error: {error}")
