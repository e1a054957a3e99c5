"""The linear model: what is served is what scikit-learn fitted, with lines left out too."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from recsys.lyric_ngrams import FAMILIES, NGramModel, piece_ngrams, word_ngrams
from recsys.lyric_style import STYLE, style_of
from tests.planted_lyrics import GENRES, labels_of, planted_corpus, planted_line
from train.tagger.linear import fit_linear

ROWS = planted_corpus(60, 15)
TEXTS = [row["lyrics"] for row in ROWS]
LABELS = labels_of(ROWS)
STYLE_SHARE = 0.1  # of `train.tagger.linear`: it scales style in training, which serving must undo


@pytest.fixture(scope="module", params=[True, False], ids=["style", "no style"])
def model(request):
    return fit_linear(TEXTS, LABELS, 1.0, seed=0, style=request.param)


def all_ngrams(ngrams, text):
    return [gram for line in text.split("\n") for gram in ngrams(line)]


def scikit_learns(texts, style):
    """Log-odds by a pipeline of scikit-learn's own, fitted on TEXTS."""
    parts, wanted = [], []
    for ngrams, least in zip(FAMILIES, (2, 3), strict=True):
        vectorizer = TfidfVectorizer(analyzer=partial(all_ngrams, ngrams), min_df=least, sublinear_tf=True)
        parts.append(vectorizer.fit_transform(TEXTS))
        wanted.append(vectorizer.transform(texts))
    if style:
        measured = [np.array([style_of(text.split("\n")) for text in some]) for some in (TEXTS, texts)]
        mean, scale = measured[0].mean(axis=0), np.maximum(measured[0].std(axis=0), 1e-6)
        for some, values in zip((parts, wanted), measured, strict=True):
            some.append(csr_matrix(np.clip((values - mean) / scale, -3, 3) * STYLE_SHARE))
    fits = [
        LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0).fit(hstack(parts), column)
        for column in LABELS.T
    ]
    return np.array([fit.decision_function(hstack(wanted)) for fit in fits]).T


def test_log_odds_are_scikit_learns(model):
    rng = np.random.default_rng(1)
    unseen = ["\n".join(planted_line(GENRES[i % 4], rng, 0.4) for _ in range(1 + i)) for i in range(12)]
    texts = [*TEXTS[:20], *unseen, "Déjà vu on the PORCH!\nnobody knew", "la la la\nla la la"]
    served = np.array([model.log_odds(text.split("\n")) for text in texts])
    np.testing.assert_allclose(served, scikit_learns(texts, len(model.style_weights) > 0), atol=1e-4)
    assert served.dtype == np.float32 and served.std() > 0.3


def test_planted_words_speak_for_their_genre(model):
    for i, genre in enumerate(GENRES):
        line = planted_line(genre, np.random.default_rng(2))
        assert model.log_odds([line]).argmax() == i


@pytest.mark.parametrize(
    "left_out", [(), (0,), (3,), (0, 1), (2, 5, 8), tuple(range(12)), (11,), [4, 4], {1, 2}, range(1, 12)]
)
def test_without_lines_is_the_lyric_of_the_others(model, left_out):
    lines = TEXTS[0].split("\n")
    others = [line for i, line in enumerate(lines) if i not in set(left_out)]
    [found] = model.log_odds_without(lines, [left_out])
    np.testing.assert_allclose(found, model.log_odds(others), atol=1e-5)


def test_each_row_stands_for_its_own_lines(model):
    lines = [*TEXTS[0].split("\n"), *TEXTS[1].split("\n")[:3], TEXTS[0].split("\n")[0]]
    left_out = [(), (0,), (0, 15), tuple(range(16)), (7,)]
    together = model.log_odds_without(lines, left_out)
    assert together.shape == (5, len(GENRES))
    for row, numbers in zip(together, left_out, strict=True):
        np.testing.assert_allclose(row, model.log_odds_without(lines, [numbers])[0], atol=1e-6)
    assert not np.allclose(together[1], together[2], atol=1e-4)


@pytest.mark.parametrize("lines", [["9999 888", "77"], ["🔥 …", "!!"], ["春"], []])
def test_where_no_word_is_known_only_bias_and_style_speak(model, lines):
    expected = model.bias.astype(np.float64)
    if len(model.style_weights):
        style = np.clip((style_of(lines) - model.style_mean) / model.style_scale, -3, 3)
        expected = expected + style @ model.style_weights
    np.testing.assert_allclose(model.log_odds(lines), expected, atol=1e-5)
    assert np.isfinite(model.log_odds(lines)).all()


def test_no_ngram_crosses_a_line():
    assert word_ngrams("Red Siren, red!") == ["red", "siren", "red", "red siren", "siren red"]
    assert "red siren" not in all_ngrams(word_ngrams, "red\nsiren")
    assert piece_ngrams("ab") == [" a", "ab", "b ", " ab", "ab ", " ab "]


def test_ngrams_of_a_line_ignore_case_and_accents():
    assert word_ngrams("DÉJÀ vu") == word_ngrams("deja VU")


def test_weights_by_hand():
    """Two words, one said twice: sublinear counts, idf and unit length, as the formula says."""
    empty = np.zeros(0, np.float32)
    model = NGramModel(
        terms=(("blood", "river"), ()),
        idf=np.array([2.0, 1.0], np.float32),
        weights=np.array([[3.0, 0.0], [0.0, 5.0]], np.float32),
        bias=np.array([0.5, -0.5], np.float32),
        style_mean=empty,
        style_scale=empty,
        style_weights=np.zeros((0, 2), np.float32),
    )
    blood, river = (1 + np.log(2)) * 2, 1.0
    length = np.hypot(blood, river)
    expected = [0.5 + 3 * blood / length, -0.5 + 5 * river / length]
    np.testing.assert_allclose(model.log_odds(["Blood, blood", "a river"]), expected, rtol=1e-6)
    np.testing.assert_allclose(model.log_odds_without(["blood", "river"], [(0,)])[0], [0.5, 4.5], rtol=1e-6)


def test_a_plain_model_has_no_style():
    assert fit_linear(TEXTS, LABELS, 1.0, 0, style=False).style_weights.shape == (0, len(GENRES))
    assert fit_linear(TEXTS, LABELS, 1.0, 0).style_weights.shape == (len(STYLE), len(GENRES))


def test_the_same_songs_give_the_same_model(model):
    again = fit_linear(TEXTS, LABELS, 1.0, seed=0, style=len(model.style_weights) > 0)
    assert again.terms == model.terms
    for name in ("idf", "weights", "bias", "style_mean", "style_scale", "style_weights"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))


def test_a_very_long_lyric_takes_memory_for_its_words_and_not_for_each_line():
    """A number a line and word would be 144 MB here, and gigabytes with a model of real size."""
    words = tuple(f"word{i}" for i in range(6000))
    empty = np.zeros(0, np.float32)
    ones = np.ones(len(words), np.float32)
    model = NGramModel((words, ()), ones, ones[:, None], ones[:1], empty, empty, np.zeros((0, 1), np.float32))
    model.log_odds(words[:9])
    tracemalloc.start()
    found = model.log_odds_without(words, [(), (1, 2), tuple(range(6000))])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
    np.testing.assert_allclose(found[:, 0], [1 + np.sqrt(6000), 1 + np.sqrt(5998), 1], rtol=1e-5)
