"""A cluster's songs as a CSV file, handed to the browser at one click and never written to this machine's disk."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from recsys.clusters import Clusters
from recsys.errors import InvalidQueryError, RecsysError
from recsys.handlers import Handlers
from recsys.playlist_files import csv_of, file_stem
from recsys.results import Cluster

_TEXT = "Download this cluster as a playlist (CSV)"
_HTML = f'<button type="button" class="plain-button">{escape(_TEXT)}</button> <span role="alert"></span>'
_JS = """
element.addEventListener('click', async event => {
  if (!event.target.closest('button')) return;
  const answer = await server.playlist(props.cluster).catch(() => ({problem: 'The app does not answer.'}));
  element.querySelector('[role=alert]').textContent = answer.problem || '';
  if (answer.problem) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\\ufeff' + answer.text], {type: 'text/csv'}));
  link.download = answer.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
"""


def playlist_button(handlers: Handlers) -> gr.HTML:
    """A button that downloads the songs of the cluster named by its property ``cluster``."""

    def playlist(name: object) -> dict[str, str]:
        try:
            clusters = handlers.loaded.need_clusters()
            cluster = named(clusters, name)
            return {"name": f"{file_stem(cluster.name)}.csv", "text": playlist_csv(clusters, cluster)}
        except RecsysError as error:
            return {"problem": str(error)}

    properties: dict[str, Any] = {"html_template": _HTML, "js_on_load": _JS, "server_functions": [playlist]}
    return gr.HTML(elem_id="download-cluster", apply_default_css=False, cluster="", **properties)


def named(clusters: Clusters, name: object) -> Cluster:
    """The cluster called ``name``, or InvalidQueryError."""
    cluster = next((c for c in clusters.clusters if c.name == name), None)
    if cluster is None:
        raise InvalidQueryError(f"No cluster is called {str(name)[:80]!r}. Choose one from the list.")
    return cluster


def playlist_csv(clusters: Clusters, cluster: Cluster) -> str:
    """The cluster's songs as CSV, those nearest its middle first."""
    return csv_of(clusters.catalogue, clusters.rows(cluster.label))
