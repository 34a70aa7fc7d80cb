"""What the sweep cannot know of the neural network operators: values of MXNet 1.9.1, inference from data, errors."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, ShapeError


def arrays(*values):
    return [mx.nd.array(v) for v in values]


def shapes_of(symbol, **known):
    """Return {argument or state: shape} and the output shapes that inference finds."""
    arguments, outputs, states = symbol.infer_shape(**known)
    names = symbol.list_arguments() + symbol.list_auxiliary_states()
    return dict(zip(names, [*arguments, *states], strict=True)), outputs


# -- shapes come from the data -----------------------------------------------------------------------------------------
DATA = mx.sym.Variable("data")


@pytest.mark.parametrize(
    ("symbol", "data", "expected", "out"),
    [
        (
            mx.sym.FullyConnected(DATA, num_hidden=3, name="f"),
            (2, 4, 5),
            {"f_weight": (3, 20), "f_bias": (3,)},
            (2, 3),
        ),
        (
            mx.sym.FullyConnected(DATA, num_hidden=3, flatten=False, no_bias=True, name="f"),
            (2, 4, 5),
            {"f_weight": (3, 5)},
            (2, 4, 3),
        ),
        (
            mx.sym.Convolution(DATA, kernel=(3, 3), num_filter=4, num_group=2, name="c"),
            (2, 6, 9, 9),
            {"c_weight": (4, 3, 3, 3), "c_bias": (4,)},
            (2, 4, 7, 7),
        ),
        (
            mx.sym.Convolution(DATA, kernel=(3, 3), num_filter=4, layout="NHWC", name="c"),
            (2, 9, 9, 6),
            {"c_weight": (4, 3, 3, 6), "c_bias": (4,)},
            (2, 7, 7, 4),
        ),
        (
            mx.sym.Deconvolution(DATA, kernel=(3, 3), num_filter=4, num_group=2, name="c"),
            (2, 6, 9, 9),
            {"c_weight": (6, 2, 3, 3)},
            (2, 4, 11, 11),
        ),
        (
            mx.sym.BatchNorm(DATA, name="b"),
            (2, 6, 9),
            {"b_gamma": (6,), "b_beta": (6,), "b_moving_mean": (6,), "b_moving_var": (6,)},
            (2, 6, 9),
        ),
        (mx.sym.LayerNorm(DATA, name="n"), (2, 6, 9), {"n_gamma": (9,), "n_beta": (9,)}, (2, 6, 9)),
        (mx.sym.InstanceNorm(DATA, name="n"), (2, 6, 9), {"n_gamma": (6,), "n_beta": (6,)}, (2, 6, 9)),
        (
            mx.sym.GroupNorm(DATA, num_groups=2, name="n"),
            (2, 6, 9),
            {"n_gamma": (2,), "n_beta": (2,)},
            (2, 6, 9),
        ),
        (mx.sym.LeakyReLU(DATA, act_type="prelu", name="p"), (2, 6, 9), {"p_gamma": (6,)}, (2, 6, 9)),
    ],
)
def test_parameters_are_completed_from_the_data(symbol, data, expected, out):
    """The same answers as MXNet 1.9.1 gives."""
    found, outputs = shapes_of(symbol, data=data)
    assert found == {"data": data, **expected}
    assert outputs == [out]


def test_data_is_completed_from_the_weight():
    symbol = mx.sym.FullyConnected(DATA, num_hidden=3, name="f")
    found, _, _ = symbol.infer_shape_partial(data=(2, 0), f_weight=(3, 7))
    assert found[0] == (2, 7)


def test_hidden_outputs_stay_hidden():
    """As in MXNet 1.9.1: only output_mean_var shows mean and var."""
    assert mx.sym.BatchNorm(DATA, name="b").list_outputs() == ["b_output"]
    assert mx.sym.BatchNorm(DATA, name="b", output_mean_var=True).list_outputs() == ["b_output", "b_mean", "b_var"]
    assert mx.sym.Dropout(DATA, name="d").list_outputs() == ["d_output"]
    assert mx.sym.LayerNorm(DATA, name="n").list_outputs() == ["n_output"]


# -- errors ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: mx.nd.FullyConnected(mx.nd.ones((2, 5)), mx.nd.ones((3, 4)), mx.nd.ones(3), num_hidden=3),
            ShapeError,
            r"FullyConnected: weight is \(3, 4\) but data \(2, 5\).*needs \(3, 5\)",
        ),
        (
            lambda: mx.nd.FullyConnected(mx.nd.ones((2, 5)), mx.nd.ones((4, 5)), mx.nd.ones(3), num_hidden=3),
            ShapeError,
            r"FullyConnected: weight is \(4, 5\)",
        ),
        (
            lambda: mx.nd.Convolution(
                mx.nd.ones((1, 1, 6, 6)), mx.nd.ones((2, 1, 7, 7)), no_bias=True, kernel=(7, 7), num_filter=2
            ),
            ShapeError,
            "Convolution: the kernel .* spans",
        ),
        (
            lambda: mx.nd.Convolution(
                mx.nd.ones((1, 2, 6, 6)), mx.nd.ones((2, 1, 3, 3)), kernel=(3, 3), num_filter=2, no_bias=True
            ),
            ShapeError,
            r"Convolution: .*weight.*\(2, 2, 3, 3\)",
        ),
        (
            lambda: mx.nd.Convolution(
                mx.nd.ones((1, 2, 6)), mx.nd.ones((2, 2, 3, 3)), kernel=(3, 3), num_filter=2, no_bias=True
            ),
            ShapeError,
            "Convolution: a kernel of 2 axes needs data with 4 axes",
        ),
        (
            lambda: mx.nd.Convolution(
                mx.nd.ones((1, 2, 6, 6)),
                mx.nd.ones((2, 2, 3, 3)),
                kernel=(3, 3),
                num_filter=2,
                no_bias=True,
                stride=(0, 1),
            ),
            ArgumentError,
            "Convolution: stride must be at least 1",
        ),
        (
            lambda: mx.nd.Deconvolution(
                mx.nd.ones((1, 1, 3)), mx.nd.ones((1, 1, 3)), kernel=(3,), num_filter=1, stride=(2,), target_shape=(8,)
            ),
            ShapeError,
            "Deconvolution: target_shape .8,. is larger",
        ),
        (
            lambda: mx.nd.Deconvolution(
                mx.nd.ones((1, 1, 3)), mx.nd.ones((1, 1, 3)), kernel=(3,), num_filter=1, stride=(2,), adj=(2,)
            ),
            ArgumentError,
            "Deconvolution: adj .* must be smaller than stride",
        ),
        (lambda: mx.nd.Pooling(mx.nd.ones((1, 1, 6)), kernel=(7,)), ShapeError, "Pooling: the window .* is larger"),
        (lambda: mx.nd.Pooling(mx.nd.ones((1, 1, 6)), kernel=(2, 2)), ShapeError, "Pooling: data must be"),
        (lambda: mx.nd.Pooling(mx.nd.ones((1, 1, 6)).astype("int32"), kernel=(2,)), DTypeError, "floating point"),
        (lambda: mx.nd.Pooling(mx.nd.ones((1, 1, 6)), kernel=(2,), pool_type="lp"), ArgumentError, "p_value"),
        (lambda: mx.nd.softmax(mx.nd.ones((2, 2)).astype("int32")), DTypeError, "softmax: .*floating point"),
        (lambda: mx.nd.Dropout(mx.nd.ones(3), p=2), ArgumentError, "Dropout: p is the probability"),
        (lambda: mx.nd.Activation(mx.nd.ones(3), act_type="rely"), ArgumentError, "Activation: argument 'act_type'"),
        (
            lambda: mx.nd.BatchNorm(mx.nd.ones((2, 3)), *[mx.nd.ones(1) for _ in range(4)]),
            ShapeError,
            r"BatchNorm: .*\(3,\)",
        ),
        (
            lambda: mx.nd.LayerNorm(mx.nd.ones((2, 3)), mx.nd.ones(1), mx.nd.ones(1)),
            ShapeError,
            r"LayerNorm: .*\(3,\)",
        ),
        (
            lambda: mx.nd.UpSampling(
                mx.nd.ones((1, 1, 2, 2)), mx.nd.ones((1, 1, 4, 4)), scale=1, sample_type="nearest"
            ),
            ShapeError,
            "UpSampling: the result is 2 x 2",
        ),
    ],
)
def test_misuse_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


# -- values from MXNet 1.9.1 -------------------------------------------------------------------------------------------
POINTS = [-3, -1, -0.1, 0, 0.1, 1, 30]


@pytest.mark.parametrize(
    ("operator", "attrs", "values", "slopes"),
    [
        ("Activation", {"act_type": "relu"}, [0, 0, 0, 0, 0.1, 1, 30], [0, 0, 0, 0, 1, 1, 1]),
        (
            "Activation",
            {"act_type": "sigmoid"},
            [0.047426, 0.268941, 0.475021, 0.5, 0.524979, 0.731059, 1],
            [0.045177, 0.196612, 0.249376, 0.25, 0.249376, 0.196612, 0],
        ),
        (
            "Activation",
            {"act_type": "softrelu"},
            [0.048587, 0.313262, 0.644397, 0.693147, 0.744397, 1.313262, 30],
            [0.047426, 0.268941, 0.475021, 0.5, 0.524979, 0.731059, 1],
        ),
        (
            "Activation",
            {"act_type": "softsign"},
            [-0.75, -0.5, -0.090909, 0, 0.090909, 0.5, 0.967742],
            [0.0625, 0.25, 0.826446, 1, 0.826446, 0.25, 0.001041],
        ),
        ("LeakyReLU", {}, [-0.75, -0.25, -0.025, 0, 0.1, 1, 30], [0.25, 0.25, 0.25, 0.25, 1, 1, 1]),
        (
            "LeakyReLU",
            {"act_type": "elu"},
            [-0.237553, -0.15803, -0.023791, 0, 0.1, 1, 30],
            [0.012447, 0.09197, 0.226209, 0.25, 1, 1, 1],
        ),
        (
            "LeakyReLU",
            {"act_type": "selu"},
            [-1.670569, -1.111331, -0.167305, 0, 0.10507, 1.050701, 31.52103],
            [0.087530, 0.646769, 1.590794, 1.758099, 1.050701, 1.050701, 1.050701],  # MXNet 1.9.1 errs for x < 0
        ),
        (
            "LeakyReLU",
            {"act_type": "gelu"},
            [-0.00405, -0.158655, -0.046017, 0, 0.053983, 0.841345, 30],
            [-0.011946, -0.083315, 0.420477, 0.5, 0.579523, 1.083315, 1],
        ),
        ("hard_sigmoid", {}, [0, 0.3, 0.48, 0.5, 0.52, 0.7, 1], [0, 0.2, 0.2, 0.2, 0.2, 0.2, 0]),
    ],
)
def test_activations_and_their_derivatives(operator, attrs, values, slopes):
    x = mx.nd.array(POINTS)
    x.attach_grad()
    with mx.autograd.record():
        y = getattr(mx.nd, operator)(x, **attrs)
    y.backward()
    np.testing.assert_allclose(y.asnumpy(), values, atol=2e-6)
    np.testing.assert_allclose(x.grad.asnumpy(), slopes, atol=2e-6)


def test_target_shape_sets_pad_and_adj():
    """3 -> 6 with kernel 3, stride 2: one pixel too many is cut by pad 1 and adj 1."""
    data, weight = arrays([[[1, 2, 3]]], [[[1, 10, 100]]])
    out = mx.nd.Deconvolution(data, weight, kernel=(3,), num_filter=1, stride=(2,), target_shape=(6,))
    assert out.asnumpy().tolist() == [[[10, 102, 20, 203, 30, 300]]]


def test_bilinear_upsampling_is_that_of_mxnet():
    data = mx.nd.arange(1, 5).reshape((1, 1, 2, 2))
    out = mx.nd.UpSampling(data, mx.nd.ones((1, 1, 4, 4)), scale=2, sample_type="bilinear", num_filter=1)
    assert out.asnumpy().tolist() == [[[[1, 3, 3, 2], [4, 10, 10, 6], [4, 10, 10, 6], [3, 7, 7, 4]]]]


def test_softmax_activation_of_more_axes_takes_the_last():
    out = mx.nd.SoftmaxActivation(mx.nd.array([[[0, 0], [1000, 0]]]))
    assert out.asnumpy().tolist() == [[[0.5, 0.5], [1, 0]]]


# -- Dropout -----------------------------------------------------------------------------------------------------------
def test_dropout_keeps_the_expectation_and_masks_the_gradient():
    x = mx.nd.ones((200, 500))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Dropout(x, p=0.25)
    y.backward()
    values = y.asnumpy()
    assert sorted(set(values.ravel())) == pytest.approx([0, 4 / 3])
    assert values.mean() == pytest.approx(1, abs=0.01)  # standard error 0.0018
    assert np.array_equal(x.grad.asnumpy(), values)


def test_dropout_rests_outside_of_training():
    x = mx.nd.ones(100)
    assert (mx.nd.Dropout(x, p=0.9).asnumpy() == 1).all()
    with mx.autograd.record(train_mode=False):
        assert (mx.nd.Dropout(x, p=0.9).asnumpy() == 1).all()
    assert (mx.nd.Dropout(x, p=0.9, mode="always").asnumpy() == 0).any()


def test_dropout_shares_one_draw_along_axes():
    with mx.autograd.train_mode():
        y = mx.nd.Dropout(mx.nd.ones((50, 3, 4)), p=0.5, axes=(1, 2)).asnumpy()
    assert (y == y[:, :1, :1]).all()
    assert 0 < y[:, 0, 0].sum() < 100


def test_a_result_of_dropout_at_rest_is_not_its_input():
    x = mx.nd.ones(3)
    y = mx.nd.Dropout(x)
    y[:] = 5
    assert x.asnumpy().tolist() == [1, 1, 1]


# -- BatchNorm ---------------------------------------------------------------------------------------------------------
def batch_norm_arguments():
    x = mx.nd.array([[1, 10], [3, 20]])
    return x, *arrays([2, 3], [0, 1], [5, 6], [7, 8])


def test_batch_norm_moves_its_averages_while_training_only():
    x, gamma, beta, mean, var = batch_norm_arguments()
    mx.nd.BatchNorm(x, gamma, beta, mean, var, momentum=0.75)
    assert (mean.asnumpy().tolist(), var.asnumpy().tolist()) == ([5, 6], [7, 8])
    with mx.autograd.train_mode():
        mx.nd.BatchNorm(x, gamma, beta, mean, var, momentum=0.75, use_global_stats=True)
    assert (mean.asnumpy().tolist(), var.asnumpy().tolist()) == ([5, 6], [7, 8])
    with mx.autograd.train_mode():
        mx.nd.BatchNorm(x, gamma, beta, mean, var, momentum=0.75)
    assert mean.asnumpy().tolist() == [0.75 * 5 + 0.25 * 2, 0.75 * 6 + 0.25 * 15]
    assert var.asnumpy().tolist() == [0.75 * 7 + 0.25 * 1, 0.75 * 8 + 0.25 * 25]  # the biased variance


def test_batch_norm_gradient_follows_the_mode_it_ran_in():
    """Recorded for prediction, the statistics are constants: the gradient is gamma / sqrt(var + eps)."""
    x, gamma, beta, mean, var = batch_norm_arguments()
    x.attach_grad()
    with mx.autograd.record(train_mode=False):
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var, eps=0.0, fix_gamma=False)
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), [[2 / 7**0.5, 3 / 8**0.5]] * 2, rtol=1e-6)
    with mx.autograd.record():
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var, eps=0.0, fix_gamma=False)
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), np.zeros((2, 2)), atol=1e-6)


@pytest.mark.parametrize("hybridize", [False, True])
def test_a_batch_norm_layer_does_so_too(hybridize):
    layer = mx.gluon.nn.BatchNorm(in_channels=2, epsilon=0.0)
    layer.initialize()
    layer.running_var.set_data(mx.nd.array([4, 16]))
    if hybridize:
        layer.hybridize()
    x = mx.nd.array([[1, 10], [3, 20]])
    x.attach_grad()
    with mx.autograd.record(train_mode=False):
        y = layer(x)
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), [[0.5, 0.25]] * 2)


def test_fix_gamma_counts_as_one_and_stays():
    x, gamma, beta, mean, var = batch_norm_arguments()
    gamma.attach_grad()
    with mx.autograd.record():
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var, eps=0.0)
    y.backward()
    assert gamma.grad.asnumpy().tolist() == [0, 0]
    np.testing.assert_allclose(y.asnumpy(), [[-1, 0], [1, 2]], rtol=1e-6)


def test_batch_norm_of_float16_keeps_float32_statistics():
    x = mx.nd.array([[1, 10], [3, 20]]).astype("float16")
    _, gamma, beta, mean, var = batch_norm_arguments()
    with mx.autograd.train_mode():
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var, eps=0.0)
    assert (y.dtype, mean.dtype) == (np.float16, np.float32)
    assert y.asnumpy().tolist() == [[-1, 0], [1, 2]]


# -- gradients of gradients --------------------------------------------------------------------------------------------
def test_a_convolution_differentiates_twice():
    """f = sum(conv(x, w)**2) is quadratic in x, so its Hessian times x is its gradient."""
    x, w = mx.nd.random.normal(shape=(1, 2, 5, 5)), mx.nd.random.normal(shape=(3, 2, 3, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Convolution(x, w, kernel=(3, 3), num_filter=3, no_bias=True)
        (first,) = mx.autograd.grad((y * y).sum(), [x], create_graph=True, retain_graph=True)
        z = (first * x.detach()).sum()
    z.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), first.asnumpy(), rtol=1e-4, atol=1e-4)
