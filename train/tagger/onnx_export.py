"""A fine-tuned encoder as an ONNX graph with int8 weights."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import PreTrainedModel


class _LogOdds(torch.nn.Module):
    """The model with plain tensors for arguments and its logits for a result."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def export_onnx(model: PreTrainedModel, path: Path, int8: bool = True) -> None:
    """Write ``model`` to ``path``, with any batch and any length; weights of matrices and embeddings as int8.

    The scales are one a column, and activations are scaled as they come (dynamic quantisation).
    """
    tokens = torch.randint(5, 50, (2, 8))
    with tempfile.TemporaryDirectory(prefix="onnx-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = Path(folder) / "plain.onnx"
        # The exporter that torch would rather have used gives a graph of other numbers here (torch 2.13).
        torch.onnx.export(
            _LogOdds(model).eval(),
            (tokens, torch.ones_like(tokens)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["log_odds"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )
        if int8:
            logging.getLogger().addFilter(_not_advice)
            quantize_dynamic(plain, path, per_channel=True, weight_type=QuantType.QInt8)
            logging.getLogger().removeFilter(_not_advice)
        else:
            shutil.copy(plain, path)


def _not_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
