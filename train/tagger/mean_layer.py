"""A last encoder layer that starts as an average over all tokens.

Sentence encoders such as MiniLM were trained to put a text's meaning into the mean of its tokens, yet
AutoModelForSequenceClassification reads the first token alone, which they left unused. One more layer of the usual
kind, with weights that make the first token the mean of all, lets the standard architecture start from the meaning,
and keeps the model one that every tool opens. Nothing of it is frozen.
"""

from __future__ import annotations

import copy

import torch
from torch import nn
from transformers import PreTrainedModel

from recsys.errors import SourceError

_WEIGHT = 4.0  # of the mean beside the first token's own state
_HEAD_GAIN = 0.5  # keeps the head's tanh where it is nearly linear


def add_mean_layer(model: PreTrainedModel) -> None:
    """Append the layer to ``model``, a sequence classifier of BERT's or RoBERTa's kind; its config counts it.

    Raises:
        SourceError: the encoder's layers are of another kind.
    """
    layers = getattr(getattr(model.base_model, "encoder", None), "layer", None)
    if layers is None or not hasattr(layers[-1].attention, "self") or not hasattr(layers[-1].attention.self, "query"):
        raise SourceError(f"--pool mean is for encoders like BERT, not {model.config.model_type}. Use --pool cls.")
    layer = copy.deepcopy(layers[-1])
    attention = layer.attention
    if hasattr(attention.self, "layer_idx"):
        attention.self.layer_idx = len(layers)
    with torch.no_grad():
        for linear in (attention.self.query, attention.self.key, layer.output.dense):
            _zero(linear)  # all tokens get the same attention; the feed-forward part adds nothing
        _identity(attention.self.value, 1.0)
        _identity(attention.output.dense, _WEIGHT)
        for norm in (attention.output.LayerNorm, layer.output.LayerNorm):
            norm.reset_parameters()
        for module in model.modules():
            if isinstance(module, nn.Linear) and module.in_features == module.out_features == model.config.hidden_size:
                head = module  # the last square one is the head's, before its tanh
        _identity(head, _HEAD_GAIN)
    layers.append(layer)
    model.config.num_hidden_layers = len(layers)


def _zero(linear: nn.Linear) -> None:
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)


def _identity(linear: nn.Linear, gain: float) -> None:
    linear.weight.copy_(gain * torch.eye(linear.in_features))
    nn.init.zeros_(linear.bias)
