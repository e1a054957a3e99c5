"""The encoders: shapes, absent chunks, gradients with and without activations remembered, LoRA."""

from typing import Any

import pytest
import torch
import transformers

from recsys.towers.encoders import (
    SMALL_RESNET,
    CoverEncoder,
    LyricsEncoder,
    ResNetShape,
    SpectrogramEncoder,
    build_resnet,
    build_text_model,
)
from tests.tiny_encoders import save_tiny_roberta

DEBERTA: dict[str, Any] = {
    "vocab_size": 60,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 64,
    "relative_attention": True,
    "position_buckets": 16,
    "pos_att_type": ["p2c", "c2p"],
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "position_biased_input": False,
}


@pytest.fixture(scope="module")
def tiny_deberta(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("deberta") / "tiny"
    transformers.DebertaV2Model(transformers.DebertaV2Config(**DEBERTA)).save_pretrained(path)
    return str(path)


def gradients(module, out):
    weights = [p for p in module.parameters() if p.requires_grad]
    return torch.autograd.grad(out.square().sum(), weights, allow_unused=True)


def test_a_spectrogram_is_one_token():
    encoder = SpectrogramEncoder(SMALL_RESNET, 32).eval()
    assert encoder(torch.randn(2, 32, 64)).shape == (2, 1, encoder.width)


def test_a_cover_is_one_token():
    encoder = CoverEncoder(SMALL_RESNET).eval()
    assert encoder(torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)).shape == (2, 1, encoder.width)


def test_by_default_it_is_resnet_18():
    network = build_resnet(ResNetShape())
    # torchvision's resnet18 has 11,689,512, of which 513,000 are of the classifier.
    assert sum(p.numel() for p in network.parameters()) == 11_176_512


def test_trained_weights_are_opened(tmp_path):
    network = build_resnet(SMALL_RESNET)
    network.save_pretrained(tmp_path)
    again = build_resnet(ResNetShape(weights=str(tmp_path)))
    pairs = zip(network.state_dict().values(), again.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_a_network_that_forgets_its_activations_has_the_same_gradients():
    picture = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    encoder = CoverEncoder(SMALL_RESNET).train()
    remembered = gradients(encoder, encoder(picture))
    encoder.remember = False
    for one, other in zip(remembered, gradients(encoder, encoder(picture)), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


def test_chunks_without_words_are_zeros_and_padding_changes_nothing(tmp_path):
    encoder = LyricsEncoder(build_text_model(str(save_tiny_roberta(tmp_path))), padding=1).eval()
    numbers = torch.ones(2, 3, 12, dtype=torch.int32)  # padding
    numbers[0, 0, :5] = torch.tensor([0, 30, 40, 50, 2])
    numbers[1, 1, :9] = torch.tensor([0, 30, 40, 50, 60, 70, 80, 90, 2])
    out = encoder(numbers)
    assert out.shape == (2, 3, encoder.width)
    assert (out != 0).any(dim=-1).tolist() == [[True, False, False], [False, True, False]]
    alone = encoder(numbers[:1, :1, :5])
    torch.testing.assert_close(alone[0, 0], out[0, 0], atol=1e-4, rtol=1e-4)
    assert not encoder(torch.ones(2, 3, 12, dtype=torch.int32)).any()


def test_low_rank_updates_are_all_that_learns_of_deberta(tiny_deberta):
    model = build_text_model(tiny_deberta, lora_rank=4)
    learns = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    assert learns
    assert all("lora_" in name and ("query_proj" in name or "value_proj" in name) for name in learns)
    encoder = LyricsEncoder(model, padding=0).train()
    numbers = torch.randint(1, 60, (2, 2, 9), dtype=torch.int32)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    wanted = torch.randn(2, 2, 16)
    losses = []
    for _ in range(10):
        loss = (encoder(numbers) - wanted).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("remember", [True, False])
def test_deberta_learns_with_and_without_its_activations_remembered(tiny_deberta, remember):
    encoder = LyricsEncoder(build_text_model(tiny_deberta, lora_rank=2, remember=remember), padding=0).train()
    found = gradients(encoder, encoder(torch.randint(1, 60, (2, 2, 9), dtype=torch.int32)))
    assert any(gradient is not None and gradient.abs().sum() > 0 for gradient in found)
