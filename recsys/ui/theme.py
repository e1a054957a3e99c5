"""How the page looks: fonts of the reader's own system, one accent, light and dark."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

# One colour a cluster; told apart with colour-blind eyes too (after Okabe & Ito, 2008), then lighter repeats.
CLUSTER_COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
    "#8C6BB1", "#A6761D", "#66A61E", "#E7298A", "#7F7F7F", "#17BECF",
)  # fmt: skip
CHOSEN_COLOUR = "#C00000"
TOGETHER, APART = CLUSTER_COLOURS[0], CLUSTER_COLOURS[1]


def css() -> str:
    """The style sheets of this folder; each cluster has a dot of its colour: their list is the map's legend."""
    number = len(CLUSTER_COLOURS)
    dots = "".join(
        f"#cluster-choice label:nth-of-type({number}n+{i}) > span::before {{ background: {colour}; }}\n"
        for i, colour in enumerate(CLUSTER_COLOURS, 1)
    )
    sheets = sorted(Path(__file__).parent.glob("*.css"), key=lambda path: path.stem != "theme")
    return "".join(sheet.read_text("utf-8") for sheet in sheets) + dots


def head() -> str:
    """What the page's head holds: the script that its parts share."""
    return f"<script>{Path(__file__).with_name('page.js').read_text('utf-8')}</script>"


def theme() -> gr.themes.Base:
    """The page's theme; loads nothing from outside. Every text colour set here passes WCAG AA on its background."""
    calm = gr.themes.Soft(primary_hue="indigo", neutral_hue="slate", font=SANS, font_mono=MONO)
    plain = {
        "background_fill": "transparent",
        "text_color": "*body_text_color",
    }
    label = {f"block_{part}_{name}{mode}": value for part in ("label", "title") for name, value in plain.items()
             for mode in ("", "_dark")}  # fmt: skip
    return calm.set(
        **label,
        body_background_fill="*neutral_50",
        block_title_padding="0",
        block_border_width="1px",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_background_fill_dark="*neutral_900",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        input_border_width="1px",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_500",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_400",
        checkbox_label_shadow="none",
        checkbox_label_background_fill_dark="*neutral_800",
        checkbox_label_background_fill_selected="*primary_100",
        checkbox_label_background_fill_selected_dark="*primary_900",
        checkbox_label_text_color_selected="*primary_900",
        checkbox_label_text_color_selected_dark="white",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_700",
        button_secondary_background_fill_hover_dark="*neutral_600",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
    )
