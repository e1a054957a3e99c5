"""The autoencoder behind the latent space: 11 features squeezed through 6 numbers and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.encoder import DenseLayer, Encoder
from recsys.index import Vectors
from train.common import report_progress
from train.keras_setup import keras_with_seed

LATENT_DIM = 6
HIDDEN = 32
# A million songs teach such a small network no more than these do.
MOST_SONGS = 200_000
_PATIENCE = 4
_MOST_EPOCHS = 60


@dataclass(frozen=True)
class Autoencoder:
    """A trained autoencoder.

    Attributes:
        keras_encoder: The Keras model from features to codes.
        encoder: The same in plain arrays.
        curve: "loss" and "val_loss", one mean squared error an epoch.
    """

    keras_encoder: Any
    encoder: Encoder
    curve: dict[str, list[float]]


def fit_autoencoder(scaled: Vectors, seed: int) -> Autoencoder:
    """Train on standardised features (n_tracks, n_features) to give back what it was given.

    Mean squared error, Adam, a tenth held out for validation; stops when that has not improved for four epochs and
    keeps the best.
    """
    report_progress("Similar songs: starting Keras", 0.0)
    keras = keras_with_seed(seed)
    rng = np.random.default_rng(seed)
    sample = scaled[rng.permutation(len(scaled))[:MOST_SONGS]]
    features = sample.shape[1]
    encoder = keras.Sequential(
        [
            keras.Input((features,), name="features"),
            keras.layers.Dense(HIDDEN, "relu", name="hidden"),
            keras.layers.Dense(LATENT_DIM, name="code"),
        ],
        name="encoder",
    )
    decoder = [keras.layers.Dense(HIDDEN, "relu"), keras.layers.Dense(features)]
    model = keras.Sequential([encoder, *decoder], name="autoencoder")
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="mse")
    history = model.fit(
        sample,
        sample,
        validation_split=0.1,
        epochs=_MOST_EPOCHS,
        batch_size=int(np.clip(len(sample) // 50, 32, 1024)),
        verbose=0,
        callbacks=[_early_stopping(keras), keras.callbacks.LambdaCallback(on_epoch_end=_report)],
    )
    curve = {name: [round(float(loss), 6) for loss in history.history[name]] for name in ("loss", "val_loss")}
    return Autoencoder(encoder, plain_encoder(encoder), curve)


def plain_encoder(model: Any) -> Encoder:
    """A Keras Sequential of dense layers, in plain arrays."""
    layers = []
    for layer in model.layers:
        weights, bias = layer.get_weights()
        layers.append(DenseLayer(weights, bias, layer.activation.__name__))
    return Encoder(layers)


def _early_stopping(keras: Any) -> Any:
    return keras.callbacks.EarlyStopping(patience=_PATIENCE, min_delta=1e-3, restore_best_weights=True)


def _report(epoch: int, logs: dict[str, float]) -> None:
    if epoch % 10 == 0:
        said = f"Similar songs: training the autoencoder, epoch {epoch + 1}, error {logs['val_loss']:.3f}"
        report_progress(said, epoch / _MOST_EPOCHS)
