"""Options that the page's address keeps, as `page.js` keeps songs and words: a link brings back how they were set."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

_LONGEST = 200
_DECIMALS = 9  # 3 times 0.1 is 0.3 here, too


def keep(options: Sequence[Component]) -> None:
    """Write what a visitor sets each of ``options`` to into the address, under its id."""
    for option in options:
        js = f"value => journey.write({json.dumps(option.elem_id)}, `${{value ?? ''}}`)"
        option.input(None, option, None, js=js)  # type: ignore[attr-defined]


def forget(button: gr.Button, options: Sequence[Component]) -> None:
    """Take ``options`` out of the address where ``button`` sets them back."""
    names = json.dumps([option.elem_id for option in options])
    button.click(None, None, None, js=f"() => {names}.forEach(name => journey.write(name, ''))")


def brought_back(option: Component, update: Any, address: Mapping[str, str]) -> Any:
    """``update`` with the value that the address has for ``option``; as it is where that is none that it can have.

    Anybody may write an address, so numbers are brought within their limits and choices must be there.
    """
    text = address.get(option.elem_id or "")
    value = None if text is None else _value(option, update, text)
    return update if value is None else {**gr.update(), **(update or {}), "value": value}


def _value(option: Any, update: Mapping[str, Any], text: str) -> Any:
    if isinstance(option, gr.Slider):
        return _number(option, text)
    if isinstance(option, gr.Checkbox):
        return {"true": True, "false": False}.get(text)
    if isinstance(option, gr.Textbox):
        return text[:_LONGEST]
    offered = [value for _, value in _pairs(update.get("choices") or option.choices)]
    if getattr(option, "multiselect", False):
        return [value for value in text.split(",") if value in offered] or None
    return text if text in offered else None


def _number(option: gr.Slider, text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    steps = round((min(max(number, option.minimum), option.maximum) - option.minimum) / option.step)
    return round(option.minimum + steps * option.step, _DECIMALS)


def _pairs(choices: Sequence[Any]) -> list[tuple[str, Any]]:
    """Gradio takes a choice as a value, or as a label with a value."""
    return [choice if isinstance(choice, tuple) else (str(choice), choice) for choice in choices]
