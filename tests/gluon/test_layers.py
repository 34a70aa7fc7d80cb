"""Layers: output shapes, values against NumPy, written forms."""
import math

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.gluon import nn

RNG = np.random.default_rng(0)


def run(layer, x, **options):
    layer.initialize(**options)
    return layer(mx.nd.array(x)).asnumpy()


# -- dense, embedding, dropout -----------------------------------------------------------------------------------------
def test_dense_is_a_matrix_product():
    x = RNG.normal(size=(4, 3)).astype("float32")
    layer = nn.Dense(2, activation="relu", bias_initializer=mx.init.Constant(0.5))
    out = run(layer, x)
    weight = layer.weight.data().asnumpy()
    assert np.allclose(out, np.maximum(x @ weight.T + 0.5, 0), rtol=1e-5)


def test_dense_joins_or_keeps_the_inner_axes():
    x = np.ones((2, 3, 4))
    assert run(nn.Dense(5), x).shape == (2, 5)
    assert run(nn.Dense(5, flatten=False), x).shape == (2, 3, 5)


def test_embedding_looks_rows_up():
    layer = nn.Embedding(4, 3)
    out = run(layer, [[0, 3], [1, 1]])
    assert np.array_equal(out, layer.weight.data().asnumpy()[[[0, 3], [1, 1]]])


def test_dropout_scales_what_it_keeps():
    layer = nn.Dropout(0.25)
    x = mx.nd.ones(10_000)
    assert np.array_equal(layer(x).asnumpy(), x.asnumpy())
    with mx.autograd.train_mode():
        out = layer(x).asnumpy()
    assert set(np.unique(out)) == {0, np.float32(1 / 0.75)}
    assert abs((out == 0).mean() - 0.25) < 0.02
    with mx.autograd.train_mode():
        rows = nn.Dropout(0.5, axes=(1,))(mx.nd.ones((50, 4))).asnumpy()
    assert (rows == rows[:, :1]).all()                                   # one mask for each row


def test_flatten_and_lambda():
    assert run(nn.Flatten(), np.ones((2, 3, 4))).shape == (2, 12)
    assert run(nn.Lambda("tanh"), [0.5])[0] == pytest.approx(math.tanh(0.5))
    assert run(nn.HybridLambda(lambda F, x: F.square(x)), [3])[0] == 9
    with pytest.raises(ArgumentError, match="no function 'tahn'"):
        nn.Lambda("tahn")
    with pytest.raises(ArgumentError, match="expected a function"):
        nn.Lambda(3)


# -- activations -------------------------------------------------------------------------------------------------------
X = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
PHI = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in X])
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.Activation("relu"), np.maximum(X, 0)), (nn.Activation("tanh"), np.tanh(X)),
        (nn.Activation("sigmoid"), 1 / (1 + np.exp(-X))), (nn.Activation("softrelu"), np.log1p(np.exp(X))),
        (nn.Activation("softsign"), X / (1 + np.abs(X))), (nn.LeakyReLU(0.1), np.where(X > 0, X, 0.1 * X)),
        (nn.PReLU(), np.where(X > 0, X, 0.25 * X)), (nn.ELU(0.5), np.where(X > 0, X, 0.5 * np.expm1(X))),
        (nn.SELU(), SELU_SCALE * np.where(X > 0, X, SELU_ALPHA * np.expm1(X))), (nn.GELU(), X * PHI),
        (nn.Swish(beta=2), X / (1 + np.exp(-2 * X))),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_activations(layer, expected):
    assert np.allclose(run(layer, X.reshape(1, 5)), expected, rtol=1e-5, atol=1e-6)


def test_a_negative_slope_is_refused():
    with pytest.raises(ArgumentError, match="alpha must be at least 0"):
        nn.LeakyReLU(-0.1)


# -- convolution and pooling -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (nn.Conv1D(4, 3), (2, 3, 10), (2, 4, 8)),
        (nn.Conv2D(4, 3, padding=1), (2, 3, 8, 8), (2, 4, 8, 8)),
        (nn.Conv2D(4, (3, 2), strides=(2, 1)), (2, 3, 9, 8), (2, 4, 4, 7)),
        (nn.Conv2D(4, 3, dilation=2, groups=2), (1, 6, 9, 9), (1, 4, 5, 5)),
        (nn.Conv3D(2, 3), (1, 1, 5, 6, 7), (1, 2, 3, 4, 5)),
        (nn.Conv1DTranspose(4, 3, strides=2), (1, 2, 5), (1, 4, 11)),
        (nn.Conv2DTranspose(4, 4, strides=2, padding=1), (1, 2, 5, 5), (1, 4, 10, 10)),
        (nn.Conv2DTranspose(4, 3, strides=2, output_padding=1), (1, 2, 5, 5), (1, 4, 12, 12)),
        (nn.Conv3DTranspose(2, 2), (1, 1, 3, 3, 3), (1, 2, 4, 4, 4)),
        (nn.MaxPool1D(), (1, 2, 9), (1, 2, 4)),
        (nn.MaxPool1D(ceil_mode=True), (1, 2, 9), (1, 2, 5)),
        (nn.MaxPool2D(3, 2, 1), (1, 2, 9, 9), (1, 2, 5, 5)),
        (nn.AvgPool2D(), (1, 2, 8, 6), (1, 2, 4, 3)),
        (nn.AvgPool3D(), (1, 2, 4, 4, 4), (1, 2, 2, 2, 2)),
        (nn.GlobalAvgPool2D(), (1, 2, 8, 6), (1, 2, 1, 1)),
        (nn.GlobalMaxPool1D(), (1, 2, 8), (1, 2, 1)),
        (nn.GlobalMaxPool3D(), (1, 2, 2, 3, 4), (1, 2, 1, 1, 1)),
        (nn.ReflectionPad2D(1), (1, 2, 3, 3), (1, 2, 5, 5)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.HybridBlock) else None,
)
def test_shapes(layer, shape, expected):
    out = run(layer, RNG.normal(size=shape))
    assert out.shape == expected
    layer.hybridize()
    assert layer(mx.nd.ones(shape)).shape == expected


def test_convolution_is_a_sum_over_windows():
    layer = nn.Conv2D(1, 2, in_channels=1, bias_initializer=mx.init.Constant(1))
    x = RNG.normal(size=(1, 1, 3, 3))
    out = run(layer, x)
    weight = layer.weight.data().asnumpy()[0, 0]
    expected = [[(x[0, 0, i : i + 2, j : j + 2] * weight).sum() + 1 for j in range(2)] for i in range(2)]
    assert np.allclose(out[0, 0], expected, rtol=1e-5)


def test_pooling_of_windows():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert run(nn.MaxPool2D(), x)[0, 0].tolist() == [[5, 7], [13, 15]]
    assert run(nn.AvgPool2D(), x)[0, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert run(nn.GlobalAvgPool2D(), x).item() == 7.5
    padded = run(nn.AvgPool2D(2, 2, 1, count_include_pad=False), x)[0, 0]
    assert padded[0, 0] == 0                                             # the padding does not count
    assert run(nn.AvgPool2D(2, 2, 1), x)[0, 0, 0, 1] == (1 + 2) / 4


def test_unknown_layouts_are_refused():
    with pytest.raises((MXNetError, AssertionError, ValueError)):
        run(nn.MaxPool2D(layout="WHCN"), np.ones((1, 1, 2, 2)))


# -- normalization -----------------------------------------------------------------------------------------------------
def test_batch_norm_standardizes_in_training_and_remembers():
    layer = nn.BatchNorm(momentum=0.5, epsilon=0.0)
    layer.initialize()
    x = mx.nd.array([[1, 10], [3, 30]])
    with mx.autograd.train_mode():
        assert np.allclose(layer(x).asnumpy(), [[-1, -1], [1, 1]])
    assert layer.running_mean.data().asnumpy().tolist() == [1, 10]       # (0 + 2) / 2, (0 + 20) / 2
    assert layer.running_var.data().asnumpy().tolist() == [1, 50.5]      # (1 + 1) / 2, (1 + 100) / 2
    expected = (x.asnumpy() - [1, 10]) / np.sqrt([1, 50.5])
    assert np.allclose(layer(x).asnumpy(), expected, rtol=1e-5)


def test_batch_norm_with_global_statistics_does_not_learn_them():
    layer = nn.BatchNorm(use_global_stats=True)
    layer.initialize()
    with mx.autograd.train_mode():
        layer(mx.nd.array([[1.0], [3.0]]))
    assert layer.running_mean.data().asscalar() == 0


def test_layer_and_instance_norm():
    x = RNG.normal(size=(2, 3, 4))
    out = run(nn.LayerNorm(epsilon=0.0), x)
    assert np.allclose(out, (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True), rtol=1e-4, atol=1e-5)
    out = run(nn.InstanceNorm(epsilon=1e-12), x)
    assert np.allclose(out, (x - x.mean(2, keepdims=True)) / x.std(2, keepdims=True), rtol=1e-4, atol=1e-5)


# -- written forms, from MXNet 1.9.1 -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Dense(3), "Dense(None -> 3, linear)"),
        (nn.Dense(3, in_units=2, activation="relu"), "Dense(2 -> 3, Activation(relu))"),
        (nn.Dropout(0.5), "Dropout(p = 0.5, axes=())"),
        (nn.Embedding(3, 4), "Embedding(3 -> 4, float32)"),
        (nn.Flatten(), "Flatten"),
        (nn.Activation("tanh"), "Activation(tanh)"),
        (nn.LeakyReLU(0.1), "LeakyReLU(0.1)"),
        (nn.ELU(), "ELU(\n\n)"),
        (nn.Conv2D(4, 3), "Conv2D(None -> 4, kernel_size=(3, 3), stride=(1, 1))"),
        (nn.Conv2D(4, 3, in_channels=6, groups=2), "Conv2D(3 -> 4, kernel_size=(3, 3), stride=(1, 1), groups=2)"),
        (
            nn.MaxPool2D(),
            "MaxPool2D(size=(2, 2), stride=(2, 2), padding=(0, 0), ceil_mode=False, global_pool=False, pool_type=max,"
            " layout=NCHW)",
        ),
        (nn.HybridLambda("relu"), "HybridLambda(relu)"),
    ],
)
def test_how_layers_are_written(layer, text):
    assert repr(layer) == text
