"""The page in Spanish, where the browser speaks it: Python writes English, and a script in the page translates it.

The phrases are in phrase_book.toml, the script is phrase_book.js. Nothing of either is sent to other browsers.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_BOOK, _SCRIPT = (Path(__file__).with_suffix(suffix) for suffix in (".toml", ".js"))
_ADDRESS = "phrase_book.js"
_FOREVER = "public, max-age=31536000, immutable"  # the address names what is in it
_HEAD = """<script>
(() => {
  const page = document.documentElement, script = document.createElement('script');
  const wanted = new URLSearchParams(location.search).get('lang') || navigator.languages[0] || '';
  const language = /^es\\b/i.test(wanted) ? 'es' : 'en';
  const tell = () => { if (page.lang !== language) page.lang = language; };
  tell();
  new MutationObserver(tell).observe(page, {attributeFilter: ['lang']});  // Gradio tells the language of its own words
  if (language !== 'es') return;
  page.style.visibility = 'hidden';  // until the phrases are there, so that no English flashes up
  script.src = '%s';
  script.onload = script.onerror = () => page.style.removeProperty('visibility');
  document.head.append(script);
})();
</script>"""


@cache
def phrases() -> dict[str, str]:
    """English → Spanish, with the blanks that phrase_book.toml explains."""
    book = tomllib.loads(_BOOK.read_text("utf-8"))
    return {english: spanish for part in book.values() for english, spanish in part.items()}


def phrase_book_head() -> str:
    """HTML for the page's head: has a Spanish browser, or one that asks with ?lang=es, fetch the script."""
    version = hashlib.sha256(_translation().encode()).hexdigest()[:12]
    return _HEAD % f"{_ADDRESS}?v={version}"


def phrase_book_route() -> Route:
    """The route that serves the script with the phrases in it, beside the page."""

    def script(_: Request) -> Response:
        return Response(_translation(), media_type="text/javascript", headers={"Cache-Control": _FOREVER})

    return Route(f"/{_ADDRESS}", script)


@cache
def _translation() -> str:
    book = json.dumps(phrases(), ensure_ascii=False, separators=(",", ":"))
    return f"{_SCRIPT.read_text('utf-8')}\ntranslatePage(phraseBook({book}));\n"
