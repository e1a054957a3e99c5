"""A fine-tuned encoder as an ONNX graph with int8 weights."""

from __future__ import annotations

import copy
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from transformers import PreTrainedModel

_FUSED_AS_BERT = ("bert", "roberta", "xlm-roberta", "camembert", "electra")


class _LogOdds(torch.nn.Module):
    """The model with plain tensors for arguments and its logits for a result."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def export_onnx(model: PreTrainedModel, path: Path, int8: bool = True) -> None:
    """Write ``model`` to ``path``, with any batch and any length; for serving, fused and with int8 weights.

    Weights have a scale a column; activations are scaled as they come (dynamic quantisation).
    """
    with tempfile.TemporaryDirectory(prefix="onnx-") as folder, _quietly():
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        _export(model, plain if int8 else path)
        if not int8:
            return
        if model.config.model_type in _FUSED_AS_BERT:
            heads, width = model.config.num_attention_heads, model.config.hidden_size
            optimize_model(str(plain), "bert", num_heads=heads, hidden_size=width).save_model_to_file(str(fused))
        options = {"DefaultTensorType": onnx.TensorProto.FLOAT}  # the fused operators do not say what they give
        source = fused if fused.exists() else plain
        quantize_dynamic(source, path, per_channel=True, weight_type=QuantType.QInt8, extra_options=options)


def _export(model: PreTrainedModel, path: Path) -> None:
    tokens = torch.randint(5, 50, (2, 8))
    model = copy.deepcopy(model)
    model.set_attn_implementation("eager")  # spelt out, so that it can be fused
    # The exporter that torch would rather have used gives a graph with other numbers here (torch 2.13).
    torch.onnx.export(
        _LogOdds(model).eval(),
        (tokens, torch.ones_like(tokens)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["log_odds"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        dynamo=False,
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the advice that the exporter and the quantiser give on every layer."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
