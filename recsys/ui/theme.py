"""How the page looks: fonts of the reader's own system, one accent, light and dark."""

from __future__ import annotations

import gradio as gr

SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

# One colour a cluster; told apart with colour-blind eyes too (after Okabe & Ito, 2008), then lighter repeats.
CLUSTER_COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
    "#8C6BB1", "#A6761D", "#66A61E", "#E7298A", "#7F7F7F", "#17BECF",
)  # fmt: skip

CSS = """
.gradio-container { max-width: 1180px !important; margin: 0 auto; }
.badge { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; font-size: 14px; }
.badge > span { border: 1px solid var(--border-color-primary); border-radius: 999px; padding: 2px 10px; }
.badge > .invented { background: #fff3cd; color: #5c4400; border-color: #d9b64a; }
.badge details { font-size: 14px; } .badge details li { margin: 4px 0 4px 18px; list-style: disc; max-width: 90ch; }
.notice { border-left: 4px solid var(--color-accent); padding: 8px 14px; background: var(--background-fill-secondary);
  color: var(--body-text-color); border-radius: 4px; }
.progress { height: 10px; border-radius: 5px; background: var(--border-color-primary); overflow: hidden;
  margin: 10px 0; }
.progress div { height: 100%; background: var(--color-accent); transition: width .5s; }
.songs { width: 100%; border-collapse: collapse; color: var(--body-text-color); }
.songs caption { text-align: left; font-weight: 600; padding: 4px 0 8px; color: var(--body-text-color); }
.songs th { text-align: left; font-size: 13px; font-weight: 600; padding: 4px 8px; }
.songs td { padding: 8px; border-top: 1px solid var(--border-color-primary); vertical-align: top; }
.songs .who { display: block; font-weight: 600; }
.songs .by, .songs .why { display: block; font-size: 14px; color: var(--body-text-color); }
.songs .by { opacity: .78; }
.songs .score { font-variant-numeric: tabular-nums; white-space: nowrap; }
.songs button { font-size: 13px; padding: 4px 10px; margin: 0 4px 4px 0; border-radius: 6px; cursor: pointer;
  border: 1px solid var(--border-color-primary); background: var(--button-secondary-background-fill);
  color: var(--button-secondary-text-color); white-space: nowrap; }
.songs button:focus-visible, .picker input:focus-visible, .picker button:focus-visible {
  outline: 3px solid var(--color-accent); outline-offset: 1px; }
.shares { width: 100%; border-collapse: collapse; font-size: 14px; color: var(--body-text-color); }
.shares td { padding: 3px 6px; }
.shares .bar { width: 45%; }
.shares .bar div { display: flex; }
.shares i { display: block; height: 10px; border-radius: 3px; }
.js-plotly-plot :is(.xtick, .ytick, .y2tick, .legend, .infolayer, .barlayer) text {
  fill: var(--body-text-color) !important; }
.js-plotly-plot :is(.gridlayer, .zerolinelayer) path { stroke: var(--border-color-primary) !important; }
@media (max-width: 640px) {
  .songs thead { display: none; }
  .songs td { display: block; border: 0; padding: 2px 4px; }
  .songs tr { display: block; border-top: 1px solid var(--border-color-primary); padding: 6px 0; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
"""


def theme() -> gr.themes.Base:
    """The page's theme; loads nothing from outside."""
    return gr.themes.Soft(primary_hue="indigo", neutral_hue="slate", font=SANS, font_mono=MONO)
