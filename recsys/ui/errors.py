"""How errors reach the person at the page or at the other end of the API."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import gradio as gr
from pydantic import ValidationError

from recsys.errors import RecsysError
from recsys.invalid import validation_message

P = ParamSpec("P")
R = TypeVar("R")


def shows_errors(handler: Callable[P, R]) -> Callable[P, R]:
    """Show a RecsysError's or a validation error's words to the user; let bugs surface as bugs."""

    @functools.wraps(handler)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with errors_shown():
            return handler(*args, **kwargs)

    return wrapped


@contextmanager
def errors_shown() -> Iterator[None]:
    """Within, show a RecsysError's or a validation error's words to the user."""
    try:
        yield
    except RecsysError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except ValidationError as error:
        raise gr.Error(validation_message(error.errors()), print_exception=False) from error
