"""An encoder as an ONNX graph with int8 weights: one that tags, or one that embeds."""

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


class LogOdds(torch.nn.Module):
    """A classifier with plain tensors for arguments and its logits for a result."""

    output = "log_odds"

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


class Embedding(torch.nn.Module):
    """An encoder whose result is the mean of its last layer over the tokens, scaled to unit length."""

    output = "embedding"

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        kept = attention_mask.unsqueeze(-1).to(states.dtype)
        return torch.nn.functional.normalize((states * kept).sum(1) / kept.sum(1), dim=-1)


def export_onnx(
    model: PreTrainedModel, path: Path, int8: bool = True, kind: type[LogOdds] | type[Embedding] = LogOdds
) -> None:
    """Write ``model`` to ``path``, with any batch and any length; for serving, fused and with int8 weights.

    ``kind`` says what the graph answers with. Weights have a scale a column; activations are scaled as they come
    (dynamic quantisation).
    """
    with tempfile.TemporaryDirectory(prefix="onnx-") as folder, _quietly():
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        _export(model, plain if int8 else path, kind)
        if not int8:
            return
        if model.config.model_type in _FUSED_AS_BERT:
            heads, width = model.config.num_attention_heads, model.config.hidden_size
            optimize_model(str(plain), "bert", num_heads=heads, hidden_size=width).save_model_to_file(str(fused))
        options = {"DefaultTensorType": onnx.TensorProto.FLOAT}  # the fused operators do not say what they give
        source = fused if fused.exists() else plain
        quantize_dynamic(source, path, per_channel=True, weight_type=QuantType.QInt8, extra_options=options)


def _export(model: PreTrainedModel, path: Path, kind: type[LogOdds] | type[Embedding]) -> None:
    tokens = torch.randint(5, 50, (2, 8))
    model = copy.deepcopy(model)
    model.set_attn_implementation("eager")  # spelt out, so that it can be fused
    # The exporter that torch would rather have used gives a graph with other numbers here (torch 2.13).
    torch.onnx.export(
        kind(model).eval(),
        (tokens, torch.ones_like(tokens)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=[kind.output],
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
