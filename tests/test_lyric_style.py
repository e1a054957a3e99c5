"""Style: each measure is what its name says, and leaving lines out is measuring the others."""

import numpy as np
import pytest

from recsys.lyric_ngrams import NGramModel, scaled_style
from recsys.lyric_style import STYLE, style_of

LINES = ("I'm runnin' to you, Oh Yeah!", "Who are you? (who?)", "3 rock-n-roll Sunday-mornings", "déjà vu")


def measured(*lines):
    return dict(zip(STYLE, style_of(lines).tolist(), strict=True))


def test_each_measure_by_hand():
    found = measured(*LINES)
    text = "\n".join(LINES)
    # i'm runnin' to you oh yeah | who are you who | rock n roll sunday mornings | déjà vu
    expected = {
        "words": np.log1p(17),
        "lines": np.log1p(4),
        "words a line": 17 / 4,
        "different words": 15 / 17,
        "different lines": 1.0,
        "long words": 1 / 17,  # mornings
        "brackets": 1 / 4,
        "questions": 2 / 4,
        "exclamations": 1 / 4,
        "commas": 1 / 4,
        "apostrophes": 2 / 17,
        "hyphens": 3 / 17,
        "capitals": 5 / len(text),
        "digits": 1 / len(text),
        "dropped g": 1 / 17,
        "first person": 1 / 17,
        "second person": 2 / 17,
        "vocables": 2 / 17,
        "other letters": 2 / len(text),
        "spread of line lengths": np.std([len(line) for line in LINES]),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-6)
    assert set(STYLE) - set(expected) == {"letters a word"}
    assert 3 < found["letters a word"] < 5


@pytest.mark.parametrize("lines", [(), ("",), ("🔥",), ("…", "!!"), ("春の",), ("42",)])
def test_odd_texts_have_a_finite_style(lines):
    assert np.isfinite(style_of(lines)).all() and style_of(lines).shape == (len(STYLE),)


def test_repeats_show():
    assert measured("la la", "la la")["different lines"] == 0.5
    assert measured("la la", "la la")["different words"] == 0.25
    assert measured("la la", "la la")["vocables"] == 1.0


def style_model(seed=0):
    """A linear model that reads nothing but style."""
    rng = np.random.default_rng(seed)
    n = len(STYLE)

    def draw(*shape: int) -> np.ndarray:
        return np.asarray(rng.normal(size=shape), np.float32)

    nothing = np.zeros(0, np.float32)
    return NGramModel(
        ((), ()), nothing, np.zeros((0, 2), np.float32), draw(2), draw(n), np.abs(draw(n)) + 1, draw(n, 2)
    )


@pytest.mark.parametrize("left_out", [(), (0,), (1, 3), (0, 1, 2, 3)])
def test_leaving_out_lines_is_measuring_the_others(left_out):
    model = style_model()
    others = [line for i, line in enumerate(LINES) if i not in left_out]
    found = model.log_odds_without(LINES, [left_out])[0]
    style = np.clip((style_of(others) - model.style_mean) / model.style_scale, -3, 3)
    np.testing.assert_allclose(found, model.bias + style @ model.style_weights, rtol=1e-5)
    np.testing.assert_allclose(found, model.log_odds(others), rtol=1e-6)


def test_no_measure_counts_for_more_than_three_deviations():
    mean, scale = np.zeros(3, np.float32), np.array([1, 2, 1e-6], np.float32)
    scaled = scaled_style(np.array([[-50, 1, 50]], np.float32), mean, scale)
    assert scaled.tolist() == [[-3, 0.5, 3]] and scaled.dtype == np.float32
