"""Keras on TensorFlow, quiet, seeded, and imported only when something is trained with it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from types import ModuleType

_EPOCH = (1980, 1, 1, 0, 0, 0)


def keras_with_seed(seed: int) -> ModuleType:
    """The keras module, made to give the same result each time for ``seed``."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    return keras


def save_keras(model: object, path: Path) -> None:
    """Save ``model`` as a .keras file without the date of the day, so that the same model is the same file."""
    model.save(path)  # type: ignore[attr-defined]
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    metadata = contents["metadata.json"].decode()
    contents["metadata.json"] = metadata[: metadata.index(', "date_saved"')].encode() + b"}"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)
