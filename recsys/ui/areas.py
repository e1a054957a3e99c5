"""Parts of the page that show HTML of ours, and the notices in them."""

from __future__ import annotations

from html import escape

import gradio as gr


def area(elem_id: str, value: str = "", *, visible: bool = True) -> gr.HTML:
    """A place for HTML, with nothing of Gradio's around it."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False, visible=visible)


def notice(text: str, *, title: str = "", problem: bool = False) -> str:
    """HTML of a paragraph that stands out; a ``problem`` is read out at once by screen readers."""
    head = f"<strong>{escape(title)}</strong> " if title else ""
    role = ' role="alert"' if problem else ""
    return f'<p class="notice{" problem" if problem else ""}"{role}>{head}{escape(text)}</p>'
