"""Export: the graph says what torch says, of any length; and the layer that averages the tokens does so."""

import copy

import numpy as np
import pytest

from recsys.onnx_model import OnnxModel
from tests.tiny_encoders import tiny_classifier

pytestmark = pytest.mark.slow
LENGTHS = (1, 2, 8, 31, 100)


def texts_of(n_tokens, n_texts=1, seed=0):
    """(n_texts, n_tokens) token ids, the first of each the one that begins a text."""
    ids = np.random.default_rng((seed, n_tokens)).integers(5, 400, size=(n_texts, n_tokens))
    ids[:, 0] = 2
    return ids


def logits(model, ids):
    """torch's answer to (n_texts, n_tokens) ids."""
    import torch

    tokens = torch.as_tensor(np.atleast_2d(ids))
    with torch.no_grad():
        return model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits.numpy()


@pytest.fixture(scope="module", params=["bert", "roberta", "bert, mean", "roberta, mean"])
def model(request):
    from train.tagger.mean_layer import add_mean_layer

    kind, *pool = request.param.split(", ")
    made = tiny_classifier(kind)
    if pool:
        add_mean_layer(made)
    return made.eval()


@pytest.fixture(scope="module")
def graphs(model, tmp_path_factory):
    """The float graph and the int8 one."""
    from train.onnx_export import export_onnx

    folder = tmp_path_factory.mktemp("graphs")
    export_onnx(model, folder / "float.onnx", int8=False)
    export_onnx(model, folder / "int8.onnx")
    return OnnxModel(folder / "float.onnx"), OnnxModel(folder / "int8.onnx")


@pytest.mark.parametrize("length", LENGTHS)
def test_the_float_graph_gives_torchs_logits(model, graphs, length):
    [ids] = texts_of(length)
    found = graphs[0].run(ids.tolist())
    assert found.shape == (3,) and found.dtype == np.float32
    np.testing.assert_allclose(found, logits(model, ids)[0], atol=1e-4)


def test_the_int8_graph_is_close(model, graphs):
    """Its error is a small part of how much texts differ, and it ranks them alike."""
    expected = np.concatenate([logits(model, texts_of(n, 15)) for n in LENGTHS])
    found = np.array([graphs[1].run(ids.tolist()) for n in LENGTHS for ids in texts_of(n, 15)])
    assert np.sqrt(np.mean((found - expected) ** 2)) < 0.25 * expected.std(axis=0).mean()
    for column in range(3):
        assert np.corrcoef(found[:, column], expected[:, column])[0, 1] > 0.97


def test_the_int8_graph_answers_the_same_whatever_came_before(graphs):
    texts = [texts_of(n)[0].tolist() for n in LENGTHS]
    alone = [graphs[1].run(ids) for ids in texts]
    for i in (3, 0, 4, 0, 2, 1, 4, 3):
        np.testing.assert_array_equal(graphs[1].run(texts[i]), alone[i])


def test_exporting_leaves_the_model_as_it_was(model, graphs):
    """`graphs` has exported it: it still trains and answers with the attention that it had."""
    assert model.config._attn_implementation == tiny_classifier("bert").config._attn_implementation
    assert all(parameter.requires_grad for parameter in model.parameters())


# The mean layer


@pytest.fixture(scope="module", params=["bert", "roberta"])
def pair(request):
    """An encoder as it was, and with the layer."""
    from train.tagger.mean_layer import add_mean_layer

    plain = tiny_classifier(request.param)
    pooled = copy.deepcopy(plain)
    add_mean_layer(pooled)
    return plain, pooled.eval()


def explained(features, wanted):
    """The share of what varies in ``wanted`` that is linear in ``features``, fitted on one half, seen on the other."""
    half = len(features) // 2
    design = np.column_stack([features, np.ones(len(features))])
    weights, *_ = np.linalg.lstsq(design[:half], wanted[:half], rcond=None)
    rest = wanted[half:] - design[half:] @ weights
    return 1 - rest.var(axis=0) / wanted[half:].var(axis=0)


def test_the_logits_follow_the_mean_of_all_tokens(pair):
    import torch

    plain, pooled = pair
    ids = texts_of(40, 400)
    with torch.no_grad():
        states = plain.base_model(torch.as_tensor(ids)).last_hidden_state.numpy()  # (n_texts, n_tokens, hidden)
    mean = states.mean(axis=1)
    mean = (mean - mean.mean(axis=1, keepdims=True)) / mean.std(axis=1, keepdims=True)
    assert explained(mean, logits(pooled, ids)).min() > 0.8
    assert explained(mean, logits(plain, ids)).max() < 0.6, "the check would pass without the layer"


def test_every_token_counts_about_the_same(pair):
    """Of the last layer's inputs, the first token's counts for no more than the share that it was left with."""
    import torch

    _, pooled = pair
    layer = pooled.base_model.encoder.layer[-1]
    states = torch.randn(16, 30, 32, generator=torch.Generator().manual_seed(0))

    def moved(position):
        """How far the first token's output goes when the input at ``position`` changes."""
        other = states.clone()
        other[:, position] += 0.1 * torch.randn(16, 32, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            outputs = [layer(some) for some in (states, other)]
            first, second = (output[0] if isinstance(output, tuple) else output for output in outputs)
        return float((first[:, 0] - second[:, 0]).norm())

    by_position = [moved(position) for position in (1, 15, 29)]
    assert min(by_position) > 0.9 * max(by_position) > 0
    assert moved(0) < 12 * moved(15)  # alone it would count 1 beside 4/30


def test_the_order_of_tokens_reaches_the_layer_only_through_the_encoder(pair):
    import torch

    _, pooled = pair
    layer = pooled.base_model.encoder.layer[-1]
    states = torch.randn(4, 20, 32, generator=torch.Generator().manual_seed(0))
    shuffled = states[:, [0, *reversed(range(1, 20))]]
    with torch.no_grad():
        outputs = [layer(some) for some in (states, shuffled)]
    first, second = (output[0] if isinstance(output, tuple) else output for output in outputs)
    torch.testing.assert_close(first[:, 0], second[:, 0], atol=1e-5, rtol=1e-5)


def test_the_config_counts_the_layer_and_the_folder_opens_as_it_is(pair, tmp_path):
    from transformers import AutoModelForSequenceClassification

    plain, pooled = pair
    assert (plain.config.num_hidden_layers, pooled.config.num_hidden_layers) == (2, 3)
    pooled.save_pretrained(tmp_path)
    again = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
    assert again.config.num_hidden_layers == len(again.base_model.encoder.layer) == 3
    ids = texts_of(25, 6)
    np.testing.assert_array_equal(logits(again, ids), logits(pooled, ids))


def test_nothing_of_the_layer_is_frozen_or_shared(pair):
    _, pooled = pair
    below, layer = pooled.base_model.encoder.layer[-2:]
    assert not {id(p) for p in layer.parameters()} & {id(p) for p in below.parameters()}
    assert all(parameter.requires_grad for parameter in layer.parameters())
    assert len(list(layer.parameters())) == len(list(below.parameters()))


def test_an_encoder_of_another_kind_is_refused():
    import torch
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    from recsys.errors import SourceError
    from train.tagger.mean_layer import add_mean_layer

    torch.manual_seed(0)
    other = DistilBertForSequenceClassification(DistilBertConfig(vocab_size=50, dim=32, n_layers=1, n_heads=2))
    with pytest.raises(SourceError, match=r"--pool mean is for encoders like BERT, not distilbert\. Use --pool cls"):
        add_mean_layer(other)
