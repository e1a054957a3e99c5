"""A transformer served by ONNX Runtime: token ids in, numbers out. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray


class OnnxModel:
    """One graph with the inputs ``input_ids`` and ``attention_mask``.

    Texts are run one at a time. An int8 graph scales its activations by what it reads, so in a batch the answer for
    one text would depend on the others; and a batch of long texts is not faster on a CPU.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads  # 0: one a core
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The graph's first output for one text, without the axis of the batch."""
        tokens = np.array([ids], np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        output: NDArray[np.float32] = self._session.run(None, inputs)[0][0]
        return output
