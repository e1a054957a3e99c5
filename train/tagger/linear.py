"""The linear model: TF-IDF of words and word pieces, and style; one balanced logistic regression a genre."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from recsys.lyric_ngrams import FAMILIES, NGramModel, scaled_style
from recsys.lyric_style import style_of
from train.common import report_progress

_MIN_SONGS = (2, 3)  # an n-gram of each family is a feature if it is in as many songs
_MOST_TERMS = 80_000  # a family
_STYLE_SHARE = 0.1  # a standard deviation of style beside n-grams of unit length


def fit_linear(
    texts: Sequence[str], labels: NDArray[np.bool_], strength: float, seed: int, *, style: bool = True
) -> NGramModel:
    """Fit on ``texts`` with ``labels`` (n_songs, n_genres); ``strength`` is C, the inverse of the penalty.

    Without ``style`` it is plain TF-IDF with logistic regression.
    """
    vectorizers = [
        TfidfVectorizer(
            analyzer=partial(_all_ngrams, ngrams),
            min_df=min(least, max(1, len(texts) // 20)),
            max_features=_MOST_TERMS,
            sublinear_tf=True,
        )
        for ngrams, least in zip(FAMILIES, _MIN_SONGS, strict=True)
    ]
    parts = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
    n_terms = sum(part.shape[1] for part in parts)
    styles = np.stack([style_of(text.split("\n")) for text in texts])
    mean, scale = styles.mean(axis=0), np.maximum(styles.std(axis=0), 1e-6)
    if style:
        parts.append(csr_matrix(scaled_style(styles, mean, scale) * _STYLE_SHARE))
    features = hstack(parts).tocsr()
    weights, bias = [], []
    for i, wanted in enumerate(labels.T):
        report_progress("Genre tagger: the linear model", i / len(labels.T))
        model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=seed)
        model.fit(features, wanted)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    matrix = np.array(weights, np.float32).T
    return NGramModel(
        terms=tuple(tuple(vectorizer.get_feature_names_out()) for vectorizer in vectorizers),
        idf=np.concatenate([vectorizer.idf_ for vectorizer in vectorizers]).astype(np.float32),
        weights=matrix[:n_terms].copy(),
        bias=np.array(bias, np.float32),
        style_mean=mean.astype(np.float32),
        style_scale=scale.astype(np.float32),
        style_weights=matrix[n_terms:] * np.float32(_STYLE_SHARE),
    )


def _all_ngrams(ngrams: Callable[[str], list[str]], text: str) -> list[str]:
    return [gram for line in text.split("\n") for gram in ngrams(line)]
