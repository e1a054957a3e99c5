"""Standardised features: what every model on audio features is trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.index import Vectors
from recsys.spaces import Scaler


@dataclass(frozen=True)
class TrainingFeatures:
    """A catalogue with its features, standardised.

    Attributes:
        scaled: (n_tracks, n_features), mean 0 and deviation 1, in the order of ``scaler.names``.
    """

    catalogue: Catalogue
    scaler: Scaler
    scaled: Vectors


def read_training_features(bundle: Bundle) -> TrainingFeatures:
    """The catalogue in ``bundle`` and the features that it has for every track."""
    catalogue = bundle.load_catalogue()
    scaler = fit_scaler(catalogue, tuple(bundle.json("catalogue/features.json")["trained_on"]))
    return TrainingFeatures(catalogue, scaler, scaler(catalogue.features))


def fit_scaler(catalogue: Catalogue, names: tuple[str, ...]) -> Scaler:
    """Mean and standard deviation of each feature; a constant feature keeps its scale, as in scikit-learn."""
    columns = catalogue.features[:, [FEATURE_INDEX[name] for name in names]].astype(np.float64)
    deviation = columns.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    return Scaler(names, columns.mean(axis=0).astype(np.float32), scale.astype(np.float32))
