"""The memory budget's formulae against what small models hold."""

from typing import Any

import pytest
import torch
import transformers

from recsys.towers.encoders import SMALL_RESNET, ResNetShape, build_resnet
from train.two_tower.config import TwoTowerConfig
from train.two_tower.memory import (
    Load,
    TextShape,
    main,
    resnet_activations,
    resnet_weights,
    step_bytes,
    text_activations,
    tower_weights,
)
from train.two_tower.model import _build

TEXT: dict[str, Any] = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 128,
}


def saved_bytes(work):
    """Bytes that autograd keeps for the gradient of what ``work`` computes; each tensor counts once."""
    kept = {}

    def pack(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = work()
    assert out is not None
    leaves = [tensor for tensor in kept.values() if not isinstance(tensor, torch.nn.Parameter)]
    return sum(tensor.untyped_storage().nbytes() for tensor in leaves)


@pytest.mark.parametrize("shape", [SMALL_RESNET, ResNetShape()], ids=["small", "resnet-18"])
def test_the_weights_of_a_resnet_are_counted_exactly(shape):
    assert resnet_weights(shape) == sum(p.numel() for p in build_resnet(shape).parameters())


@pytest.mark.parametrize(
    "config", [TwoTowerConfig(dim=16), TwoTowerConfig(dim=32, hidden=4, blocks=3)], ids=["one", "two"]
)
def test_the_weights_of_the_towers_are_counted_but_for_the_small_ones(config):
    counted = sum(p.numel() for p in _build(500, (), config).parameters())
    assert tower_weights(config, 500) == pytest.approx(counted, rel=0.1)


@pytest.mark.parametrize("side", [32, 64])
def test_what_a_resnet_keeps_is_estimated(side):
    network = build_resnet(SMALL_RESNET).train()
    pictures = torch.randn(4, 3, side, side)
    kept = saved_bytes(lambda: network(pictures).pooler_output) / 4 / 2  # counted in float32, needed in bf16
    assert kept / 2 < resnet_activations(SMALL_RESNET, side, side, remember=True) < kept * 2


@pytest.mark.parametrize("words", [32, 128])
def test_what_a_transformer_keeps_is_estimated(words):
    model = transformers.BertModel(transformers.BertConfig(**TEXT)).train()
    model.set_attn_implementation("eager")
    numbers = torch.randint(0, 50, (4, words))
    kept = saved_bytes(lambda: model(input_ids=numbers).last_hidden_state) / 4 / 2
    shape = TextShape(layers=3, width=32, heads=4, factor=1)
    assert kept / 2 < text_activations(shape, words, remember=True) < kept * 2


def budget(**load):
    return step_bytes(Load(**load), TwoTowerConfig(), 1_000, ResNetShape(), ResNetShape(), TextShape())


def test_more_histories_need_more_and_forgetting_needs_less():
    sizes = [budget(users=users) for users in (1, 2, 4, 8)]
    assert sizes == sorted(sizes)
    assert budget(users=8) < 0.5 * budget(users=8, remember=True)


def test_the_table_is_printed(capsys):
    main(["--users", "1", "4", "--length", "10"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["1", "11"], ["4", "44"]]
