"""How errors reach the person at the page or at the other end of the API."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gradio as gr
from pydantic import ValidationError

from recsys.api import validation_message
from recsys.errors import RecsysError

P = ParamSpec("P")
R = TypeVar("R")


def shows_errors(handler: Callable[P, R]) -> Callable[P, R]:
    """Show a RecsysError's or a validation error's words to the user; let bugs surface as bugs."""

    @functools.wraps(handler)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except RecsysError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except ValidationError as error:
            raise gr.Error(validation_message(error.errors()), print_exception=False) from error

    return wrapped
