"""A bridge from a click on a plotly figure to Python: `gr.Plot` itself tells only of changes."""

from __future__ import annotations

import gradio as gr

_JS = """
const hook = () => {
  const plot = document.querySelector('#' + props.plot + ' .js-plotly-plot');
  if (!plot || !plot.on || plot.dataset.hooked) return;
  plot.dataset.hooked = 'yes';
  plot.on('plotly_click', event => trigger('select', {row: event.points[0].customdata}));
};
new MutationObserver(hook).observe(document.body, {childList: true, subtree: true});
hook();
"""


def map_clicks(plot: str) -> gr.HTML:
    """An invisible listener whose ``select`` event carries ``row``, the custom data of the point that was clicked.

    ``plot`` is the ``elem_id`` of the `gr.Plot` to listen to.
    """
    return gr.HTML("", js_on_load=_JS, apply_default_css=False, plot=plot)
