"""The typed functions that `gradio_client` calls, and MCP's tools. They answer as REST does; see `recsys.questions`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, get_args, get_origin

import gradio as gr
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from recsys.batches import SECONDS, Batches
from recsys.handlers import Handlers
from recsys.questions import QUESTIONS, Question
from recsys.schemas import MOST_QUERIES, BatchRequest, Request
from recsys.ui.errors import errors_shown, shows_errors
from recsys.ui.lyric_genres import TAGGING
from recsys.ui.playlist_tab import DOCTOR

Json = dict[str, Any]
_QUICK: dict[str, Any] = {"queue": False}
_SLOW: dict[str, dict[str, Any]] = {"tag_lyrics": TAGGING, "playlist_doctor": DOCTOR}
_IN_TURN: dict[str, Any] = {"concurrency_limit": None}  # `Batches` lets them in one by one, those of REST too


def publish(handlers: Handlers, batches: Batches) -> None:
    """Add the public endpoints to the `gr.Blocks` in whose context this is called."""
    for question in QUESTIONS:
        gr.api(_alone(question, handlers), api_name=question.name, **_SLOW.get(question.name, _QUICK))
        if question.batch:
            gr.api(_many(question, batches), api_name=f"{question.name}_batch", **_IN_TURN)


def _alone(question: Question, handlers: Handlers) -> Callable[..., Any]:
    @shows_errors
    def ask(*args: Any, **given: Any) -> Any:
        values = signature.bind(*args, **given).arguments
        return to_jsonable_python(question.answer(handlers, question.request.model_validate(values)))

    signature = describe(ask, question.name, question.summary, question.request, question.result)
    return ask


def _many(question: Question, batches: Batches) -> Callable[..., Any]:
    async def ask(queries: Any) -> Any:
        with errors_shown():
            given = BatchRequest[Any].model_validate({"queries": queries})
            return await batches.answer(question, given.queries, to_jsonable_python)

    summary = (
        f"Up to {MOST_QUERIES} times {question.name}: {question.summary} Each query is an object with its parameters, "
        "and each answer what it gives, in the same order, or an object with an error. A batch gets "
        f"{SECONDS:g} seconds."
    )
    queries = BatchRequest[question.request]  # type: ignore[name-defined]
    describe(ask, f"{question.name}_batch", summary, queries, list[question.result])  # type: ignore[name-defined]
    return ask


def describe(function: Callable[..., Any], name: str, summary: str, request: type[Request], result: Any) -> Signature:
    """Give ``function`` the fields of ``request`` as its parameters, in a signature and in words; return the former.

    Gradio publishes both: a line of the docstring under "Args:" describes a parameter to whoever asks, or its model.
    """
    fields = _required_first(request)
    parameters = [
        Parameter(field, Parameter.POSITIONAL_OR_KEYWORD, default=_default(info), annotation=_kind(info.annotation))
        for field, info in fields
    ]
    lines = [f"    {field}: {_words(info)}" for field, info in fields]
    signature = Signature(parameters, return_annotation=_kind(result))
    described: Any = function
    described.__name__ = name
    described.__doc__ = "\n".join([summary, "", "Args:", *lines] if lines else [summary])
    described.__signature__ = signature
    described.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": _kind(result)}
    return signature


def _words(info: FieldInfo) -> str:
    """What a parameter means, in a line; of an object, or of those in a list, also the fields."""
    model, words = _model(info.annotation), info.description or ""
    if model is None:
        return words
    words = words or (inspect.getdoc(model) or "").split("\n")[0].removesuffix(".")
    named = [
        f"{name}{', required' if one.is_required() else ''}{f' ({one.description})' if one.description else ''}"
        for name, one in _required_first(model)
    ]
    return f"{words}. Fields: {'; '.join(named)}."


def _required_first(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return sorted(model.model_fields.items(), key=lambda item: not item[1].is_required())


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or that of the list's items; None for another type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model(part))), None)


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return Parameter.empty
    value = info.get_default(call_default_factory=True)
    return value.model_dump(exclude_defaults=True) if isinstance(value, BaseModel) else value


def _kind(annotation: Any) -> Any:
    """What Gradio can describe: a model is an object, a list of models a list of objects."""
    if _model(annotation) is None:
        return annotation
    return list[Json] if get_origin(annotation) is list else Json
