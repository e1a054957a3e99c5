"""Keras on TensorFlow, quiet, seeded, and imported only when something is trained with it."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from types import ModuleType

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SHARED = re.compile(rb'("shared_object_id": )(\d+)')


def keras_with_seed(seed: int) -> ModuleType:
    """The keras module, made to give the same result each time for ``seed``."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # its rounding depends on the order of threads
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    return keras


def save_keras(model: object, path: Path) -> None:
    """Save ``model`` as a .keras file that is the same whenever the same model is saved.

    Keras notes the date, and tells shared objects by their address in memory; here they are numbered.
    """
    model.save(path)  # type: ignore[attr-defined]
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    metadata = contents["metadata.json"].decode()
    contents["metadata.json"] = metadata[: metadata.index(', "date_saved"')].encode() + b"}"
    numbers: dict[bytes, bytes] = {}
    contents["config.json"] = _SHARED.sub(
        lambda found: found[1] + numbers.setdefault(found[2], b"%d" % len(numbers)), contents["config.json"]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)
