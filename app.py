"""The Space's entry point: settings → load or build the bundle in the background → page and API → launch."""

from __future__ import annotations

import logging
import sys

import gradio as gr
from starlette.middleware import Middleware

from recsys.api import routes
from recsys.batches import Batches
from recsys.body_limit import BodyLimit
from recsys.errors import SettingsError
from recsys.handlers import Handlers
from recsys.loading import Loader
from recsys.settings import Settings, read_settings
from recsys.ui.page import build_page
from recsys.ui.phrase_book import phrase_book_head, phrase_book_route
from recsys.ui.theme import css, head, theme
from recsys.ui.zero_gpu import declare_gpu_function


def serve(settings: Settings, *, block: bool = True, port: int | None = None) -> tuple[gr.Blocks, Loader, str]:
    """Start the app; the page is up at once and shows how far loading is.

    Args:
        settings: What to serve, from the environment.
        block: Return only when the server is stopped.
        port: Port to serve on; the first free one from 7860 by default.

    Returns:
        The page, the loader and the page's address.
    """
    declare_gpu_function()
    loader = Loader(settings)
    handlers = Handlers(loader)
    batches = Batches(handlers)
    page = build_page(handlers, loader, batches)
    page.queue(default_concurrency_limit=8)
    _, url, _ = page.launch(
        prevent_thread_lock=True,
        server_port=port,
        theme=theme(),
        css=css(),
        head=phrase_book_head() + head(),
        ssr_mode=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=["api", "settings"],
        mcp_server=settings.mcp,
        app_kwargs={"routes": [*routes(handlers, batches), phrase_book_route()], "middleware": [Middleware(BodyLimit)]},
    )
    loader.start()
    if block:
        page.block_thread()
    return page, loader, url


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("recsys").setLevel(logging.INFO)
    try:
        serve(read_settings())
    except SettingsError as error:
        sys.exit(f"error: {error}")
