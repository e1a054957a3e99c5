import numpy as np
import pytest

from recsys.encoder import DenseLayer, Encoder
from recsys.errors import BundleError


def layer(weights, bias, activation):
    return DenseLayer(np.array(weights, dtype=np.float32), np.array(bias, dtype=np.float32), activation)


def random_encoder(activation, seed=0):
    rng = np.random.default_rng(seed)
    return Encoder(
        [
            layer(rng.normal(size=(5, 8)) / 3, rng.normal(size=8), activation),
            layer(rng.normal(size=(8, 3)) / 3, rng.normal(size=3), "linear"),
        ]
    )


@pytest.mark.parametrize(("activation", "output"), [("linear", [-1, 4]), ("relu", [0, 4]), ("tanh", np.tanh([-1, 4]))])
def test_a_layer_by_hand(activation, output):
    encoder = Encoder([layer([[1, 2], [-1, 0.5]], [0, 1], activation)])
    np.testing.assert_allclose(encoder(np.array([1, 2], np.float32)), output, rtol=1e-6)


def test_two_layers_by_hand():
    encoder = Encoder([layer([[1, -1]], [0, 0], "relu"), layer([[2], [3]], [1], "linear")])
    assert encoder(np.array([[2], [-2], [0]], np.float32)).tolist() == [[5], [7], [1]]


def test_arrays_come_back_as_they_were():
    encoder = random_encoder("tanh")
    again = Encoder.from_tensors(encoder.tensors(), encoder.activations)
    inputs = np.ones((2, 5), np.float32)
    np.testing.assert_array_equal(again(inputs), encoder(inputs))
    assert sorted(encoder.tensors()) == ["0.bias", "0.weights", "1.bias", "1.weights"]
    assert encoder.activations == ["tanh", "linear"]


@pytest.mark.parametrize("activation", ["sigmoid", "", "__class__"])
def test_an_unknown_activation_is_refused(activation):
    with pytest.raises(BundleError, match=rf"activation {activation!r}, expected one of \('linear', 'relu', 'tanh'\)"):
        Encoder([layer([[1]], [0], activation)])


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu"])
@pytest.mark.parametrize("seed", range(5))
def test_shares_add_up_to_the_difference_from_the_average_song(activation, seed):
    encoder = random_encoder(activation, seed)
    inputs = np.random.default_rng(seed).normal(size=(20, 5)).astype(np.float32)
    target = np.array([1, -2, 0.5], np.float32)

    def score(rows):
        return -np.square(encoder(rows) - target).sum(axis=-1)

    shares = encoder.path_shares(inputs, lambda codes: -2 * (codes - target))
    difference = score(inputs) - score(np.zeros((1, 5), np.float32))
    kinks = 0.06 if activation == "relu" else 1e-3  # a path across a kink is resolved less well
    assert shares.shape == (20, 5)
    assert np.abs(shares.sum(axis=1) - difference).max() < kinks * np.abs(difference).max()


def test_an_input_that_the_encoder_ignores_has_no_share():
    encoder = Encoder([layer([[1], [0]], [0], "tanh")])
    shares = encoder.path_shares(np.array([[1, 5]], np.float32), np.ones_like)
    np.testing.assert_allclose(shares, [[np.tanh(1), 0]], rtol=1e-5)


def test_the_average_song_has_no_shares():
    assert not random_encoder("tanh").path_shares(np.zeros((1, 5), np.float32), np.ones_like).any()
