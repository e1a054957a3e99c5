"""A button that reads a text file where it is, in the browser, so that no copy of it is left on a disk here."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

MOST_BYTES = 2_000_000
_HTML = """
<label class="plain-button text-file"><input type="file" class="unseen" accept="${accept}"/>${label}</label>
<span class="status" role="status"></span>
"""
_JS = """
const input = element.querySelector('input'), status = element.querySelector('.status');
const read = async file => {
  const bytes = await file.arrayBuffer();
  // Older programs write M3U and CSV in the alphabet of their system.
  try { return new TextDecoder('utf-8', {fatal: true}).decode(bytes); }
  catch { return new TextDecoder('windows-1252').decode(bytes); }
};
input.addEventListener('change', async () => {
  const file = input.files[0];
  input.value = '';
  if (!file) return;
  if (file.size > props.most) {
    status.textContent = `This file has ${Math.ceil(file.size / 1e6)} MB; at most ${props.most / 1e6} are read.`;
    return;
  }
  status.textContent = '';
  trigger('select', {text: await read(file)});
});
"""


def text_file(label: str, elem_id: str, endings: tuple[str, ...]) -> gr.HTML:
    """Its ``select`` event carries ``text``, the content of the file that was chosen."""
    properties: dict[str, Any] = {"accept": escape(",".join(endings)), "most": MOST_BYTES, "label": label}
    return gr.HTML("", elem_id=elem_id, html_template=_HTML, js_on_load=_JS, apply_default_css=False, **properties)
