"""The user tower as ONNX, compared with torch before it is let go."""

from __future__ import annotations

import copy
import logging
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from recsys.towers.pair import ServedUserTower, TowerPair

TOLERANCE = 1e-4
INPUT, OUTPUT = "items", "query"


def export_user_tower(pair: TowerPair, width: int, path: Path) -> None:
    """Write to ``path``: (1, length, ``width``) item embeddings → (1, ``width``), the query; any length ≤ max.

    Raises:
        RuntimeError: the graph and torch disagree by more than 1e-4: a bug in the exporter.
    """
    served = ServedUserTower(copy.deepcopy(pair).cpu()).eval()
    length = min(7, pair.user_tower.shape.max_length)
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # As in train.onnx_export: the older exporter, whose graphs give torch's numbers.
            torch.onnx.export(
                served,
                (torch.randn(1, length, width),),
                str(path),
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_axes={INPUT: {1: "length"}},
                opset_version=17,
                dynamo=False,
            )
    finally:
        logging.disable(before)
    _compare(served, width, path)


def _compare(served: ServedUserTower, width: int, path: Path) -> None:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(0)
    longest = served.pair.user_tower.shape.max_length
    for length in sorted({1, min(2, longest), longest // 2 + 1, longest}):
        items = torch.randn(1, length, width, generator=generator)
        with torch.no_grad():
            expected = served(items).numpy()
        found = session.run([OUTPUT], {INPUT: items.numpy()})[0]
        apart = float(np.abs(found - expected).max() / max(1.0, float(np.abs(expected).max())))
        if not apart < TOLERANCE:
            raise RuntimeError(f"{path} differs from torch by {apart:.2g} for {length} items.")
