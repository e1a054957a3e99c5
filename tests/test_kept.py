"""Options that an address brings back."""

from __future__ import annotations

import gradio as gr
import pytest

from recsys.ui.kept import brought_back

SLIDER = gr.Slider(3, 20, 10, step=1, elem_id="option")
WEIGHT = gr.Slider(0, 1, 1, step=0.1, elem_id="option")
RADIO = gr.Radio([("The best", "best"), ("Another", "other")], elem_id="option")
BOX = gr.Checkbox(True, elem_id="option")
WORDS = gr.Textbox(elem_id="option")
SEVERAL = gr.Dropdown(["rock", "pop", "jazz"], multiselect=True, elem_id="option")


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (SLIDER, "7", 7),
        (SLIDER, "7.4", 7),
        (SLIDER, "1e9", 20),
        (SLIDER, "-4", 3),
        (WEIGHT, "0.3", 0.3),
        (RADIO, "other", "other"),
        (BOX, "false", False),
        (BOX, "true", True),
        (WORDS, "1990-1999", "1990-1999"),
        (WORDS, "", ""),
        (WORDS, "x" * 5000, "x" * 200),
        (SEVERAL, "jazz,rock", ["jazz", "rock"]),
        (SEVERAL, "jazz,polka", ["jazz"]),
    ],
)
def test_what_an_option_can_be_is_brought_back(option, text, value):
    assert brought_back(option, gr.skip(), {"option": text})["value"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (SLIDER, "seven"),
        (SLIDER, "nan"),
        (SLIDER, "inf"),
        (SLIDER, ""),
        (RADIO, "The best"),
        (RADIO, "<b>"),
        (BOX, "1"),
        (SEVERAL, "polka"),
    ],
)
def test_what_it_cannot_be_changes_nothing(option, text):
    update = gr.update(visible=True)
    assert brought_back(option, update, {"option": text}) is update
    assert brought_back(option, update, {"other": text}) is update


def test_a_weight_is_written_as_it_was():
    assert str(brought_back(WEIGHT, gr.skip(), {"option": "0.3"})["value"]) == "0.3"


def test_the_choices_of_the_catalogue_count():
    update = gr.update(choices=["calm", "wild"], value="calm")
    brought = brought_back(RADIO, update, {"option": "wild"})
    assert brought == update | {"value": "wild"}
    assert brought_back(RADIO, update, {"option": "best"}) is update
