"""Initializers: what a name decides, the values, JSON, composites. Statistics are compared with closed forms."""
import json
import logging

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import initializer as init
from mxlearn.base import ShapeError


def fill(initializer, name="fc_weight", shape=(200, 300), desc=True, **attrs):
    array = mx.nd.ones(shape) * 7
    initializer(init.InitDesc(name, attrs) if desc else name, array)
    return array.asnumpy()


@pytest.fixture(autouse=True)
def seeded():
    mx.random.seed(11)


# -- names -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "value"),
    [("a_weight", 3), ("a_bias", 0), ("bn_gamma", 1), ("bn_beta", 0), ("x_min", 0), ("x_max", 1)],
)
@pytest.mark.parametrize("desc", [True, False])
def test_the_end_of_the_name_decides(name, value, desc):
    assert (fill(init.Constant(3), name, (2, 3), desc) == value).all()


@pytest.mark.parametrize(
    ("name", "value"), [("m_moving_mean", 0), ("m_moving_var", 1), ("m_moving_inv_var", 0), ("m_moving_avg", 0)]
)
def test_plain_names_know_moving_averages(name, value):
    assert (fill(init.Constant(3), name, (2, 3), desc=False) == value).all()


def test_plain_names_of_spatial_transformers_start_with_the_identity():
    assert fill(init.Constant(3), "stn_loc_bias", (6,), desc=False).tolist() == [1, 0, 0, 0, 1, 0]
    assert (fill(init.Constant(3), "stn_loc_weight", (6, 2), desc=False) == 0).all()


@pytest.mark.parametrize("desc", [True, False])
def test_a_name_that_says_nothing_is_an_error(desc):
    with pytest.raises(ValueError, match="Unknown initialization pattern for foo"):
        fill(init.Zero(), "foo", (2,), desc)
    with pytest.raises(TypeError, match="name must be string"):
        init.Zero()(3, mx.nd.zeros((2,)))


@pytest.mark.parametrize("own", ["one", '["one", {}]', '["constant", {"value": 1}]'])
def test_a_variables_own_initializer_wins(own):
    assert (fill(init.Zero(), "foo", (2,), __init__=own) == 1).all()


# -- values ------------------------------------------------------------------------------------------------------------
def test_uniform_and_normal():
    uniform = fill(init.Uniform(0.5))
    assert -0.5 <= uniform.min() < -0.49 and 0.49 < uniform.max() <= 0.5
    assert uniform.std() == pytest.approx(0.5 / np.sqrt(3), rel=0.01)
    normal = fill(init.Normal(2.0))
    assert normal.mean() == pytest.approx(0, abs=0.04)
    assert normal.std() == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize(("factor", "fan"), [("in", 300), ("out", 200), ("avg", 250)])
def test_xavier_has_the_variance_of_its_fan(factor, fan):
    assert fill(init.Xavier(factor_type=factor)).std() == pytest.approx(np.sqrt(1 / fan), rel=0.02)
    gaussian = fill(init.Xavier("gaussian", factor, 2))
    assert gaussian.std() == pytest.approx(np.sqrt(2 / fan), rel=0.02)


def test_xavier_counts_the_window_of_a_convolution():
    values = fill(init.Xavier(factor_type="in"), shape=(64, 16, 5, 5))
    assert values.std() == pytest.approx(np.sqrt(1 / (16 * 25)), rel=0.02)


def test_msra_prelu():
    values = fill(init.MSRAPrelu("in", slope=0.5))
    assert values.std() == pytest.approx(np.sqrt(2 / 1.25 / 300), rel=0.02)


def test_xavier_refuses_vectors_and_unknown_types():
    with pytest.raises(ValueError, match="cannot be applied to vector fc_weight. It requires at least 2D"):
        fill(init.Xavier(), shape=(3,))
    with pytest.raises(ValueError, match="Unknown random type"):
        fill(init.Xavier(rnd_type="foo"))
    with pytest.raises(ValueError, match="Incorrect factor type"):
        fill(init.Xavier(factor_type="foo"))


@pytest.mark.parametrize("shape", [(20, 30), (30, 20), (6, 2, 3)])
@pytest.mark.parametrize("rand_type", ["uniform", "normal"])
def test_orthogonal(shape, rand_type):
    matrix = fill(init.Orthogonal(2.0, rand_type), shape=shape).reshape(shape[0], -1)
    small = min(matrix.shape)
    product = matrix @ matrix.T if matrix.shape[0] == small else matrix.T @ matrix
    np.testing.assert_allclose(product, 4 * np.eye(small), atol=1e-5)


def test_orthogonal_is_repeated_by_the_seed():
    mx.random.seed(5)
    first = fill(init.Orthogonal(), shape=(4, 4))
    mx.random.seed(5)
    np.testing.assert_array_equal(fill(init.Orthogonal(), shape=(4, 4)), first)


def test_constant_takes_numbers_and_arrays():
    assert (fill(init.Constant(2.5), shape=(2,)) == 2.5).all()
    for value in ([1.0, 2.0], np.array([1.0, 2.0]), mx.nd.array([1.0, 2.0])):
        assert fill(init.Constant(value), shape=(2,)).tolist() == [1, 2]
        assert json.loads(init.Constant(value).dumps()) == ["constant", {"value": [1.0, 2.0]}]


def test_bilinear_upsamples_smoothly():
    kernel = fill(init.Bilinear(), shape=(1, 1, 4, 4))[0, 0]
    np.testing.assert_allclose(kernel, np.outer([0.25, 0.75, 0.75, 0.25], [0.25, 0.75, 0.75, 0.25]))
    with pytest.raises(ShapeError, match="height, width"):
        fill(init.Bilinear(), shape=(3, 3))


def test_lstm_bias_opens_the_forget_gate():
    attrs = {"__init__": init.LSTMBias(2.0).dumps()}
    assert fill(init.Zero(), "lstm_i2h_bias", (8,), **attrs).tolist() == [0, 0, 2, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("mode", "bidirectional", "size", "forget"),
    [
        ("lstm", False, 216, [171, 183, 195, 207]),
        ("lstm", True, 504, [411, 423]),
        ("gru", True, 378, []),
        ("rnn_relu", False, 54, []),
    ],
)
def test_fused_rnn_fills_the_packed_vector(mode, bidirectional, size, forget):
    """2 layers of 3 units on 5 inputs; the places of the forget biases are MXNet 1.9.1's."""
    fused = init.FusedRNN(init.Uniform(1.0), 3, 2, mode, bidirectional, forget_bias=5.0)
    values = np.zeros(size)
    array = mx.nd.array(values)
    fused._init_weight(init.InitDesc("rnn_parameters"), array)
    values = array.asnumpy()
    starts = np.flatnonzero(values == 5.0)[::3]
    assert starts[: len(forget)].tolist() == forget
    gates, directions = {"lstm": 4, "gru": 3, "rnn_relu": 1}[mode], 1 + bidirectional
    biases = 2 * 2 * directions * gates * 3
    assert (np.abs(values[:-biases]) <= 1).all() and (values[:-biases] != 0).all()
    assert set(values[-biases:]) <= {0.0, 5.0}


def test_fused_rnn_refuses_a_size_that_fits_no_input():
    with pytest.raises(ShapeError, match="217 numbers"):
        init.FusedRNN("zero", 3, 2, "lstm")._init_weight("rnn_parameters", mx.nd.zeros((217,)))
    with pytest.raises(ValueError, match="mode must be one of"):
        init.FusedRNN("zero", 3, 2, "lstmp")


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32"])
@pytest.mark.parametrize("name", ["uniform", "normal", "xavier", "orthogonal", "one", "constant"])
def test_arrays_of_other_dtypes_are_filled(dtype, name):
    array = mx.nd.zeros((4, 6), dtype=dtype)
    initializer = init.create(name, 3) if name == "constant" else init.create(name)
    initializer("fc_weight", array)
    assert array.dtype == np.dtype(dtype)
    if dtype != "int32":
        assert array.asnumpy().all()


# -- JSON, equality, log -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("initializer", "text"),
    [
        (init.Xavier(), '["xavier", {"rnd_type": "uniform", "factor_type": "avg", "magnitude": 3}]'),
        (init.Zero(), '["zero", {}]'),
        (init.Constant(3), '["constant", {"value": 3}]'),
        (init.MSRAPrelu(), '["msraprelu", {"factor_type": "avg", "slope": 0.25}]'),
        (init.Orthogonal(), '["orthogonal", {"scale": 1.414, "rand_type": "uniform"}]'),
    ],
)
def test_dumps_is_mxnets_json_and_comes_back(initializer, text):
    assert initializer.dumps() == text
    assert init.create(text) == initializer


def test_equality_compares_class_and_arguments():
    assert init.Xavier() == init.Xavier()
    assert init.Xavier() != init.Xavier(magnitude=2)
    assert init.Zero() != init.One()


def test_aliases():
    assert type(init.create("zeros")) is init.Zero and type(init.create("ones")) is init.One


def test_verbosity_logs_as_mxnet(caplog):
    caplog.set_level(logging.INFO)
    chatty = init.Constant(2).set_verbosity(True)
    fill(chatty, "a_weight", (4,))
    fill(chatty, "a_bias", (4,), __init__='["one", {}]')
    fill(init.Constant(2).set_verbosity(True, lambda array: "mine"), "a_bias", (4,))
    assert caplog.messages == [
        "Initialized a_weight as weight: 2.0",
        'Initialized a_bias as ["one", {}]: 1.0',
        "Initialized a_bias as bias: mine",
    ]


# -- composites --------------------------------------------------------------------------------------------------------
def test_mixed_takes_the_first_match():
    mixed = init.Mixed(["bias", "fc", ".*"], [init.Zero(), init.One(), init.Constant(2)])
    assert (fill(mixed, "fc_weight", (2,)) == 1).all()
    assert (fill(mixed, "conv_weight", (2,)) == 2).all()
    with pytest.raises(ValueError, match="w did not match any pattern"):
        init.Mixed(["bias"], [init.Zero()])("w", mx.nd.zeros((2,)))
    with pytest.raises(AssertionError):
        init.Mixed(["bias"], [init.Zero(), init.One()])


def test_load_takes_values_from_a_dict_or_a_file(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    stored = {"arg:a": mx.nd.ones((2,)), "aux:b": mx.nd.ones((3,)) * 2}
    mx.nd.save(str(tmp_path / "x.params"), stored)
    for source in (stored, str(tmp_path / "x.params")):
        load = init.Load(source, default_init=init.Zero(), verbose=True)
        assert fill(load, "a", (2,), desc=False).tolist() == [1, 1]
        assert fill(load, "b", (3,), desc=False).tolist() == [2, 2, 2]
        assert fill(load, "c_weight", (1,), desc=False).tolist() == [0]
    loaded = ["Initialized a by loading", "Initialized b by loading"]
    assert caplog.messages[:3] == [*loaded, "Initialized c_weight by default"]


def test_load_refuses_other_shapes_and_missing_names():
    load = init.Load({"a": mx.nd.ones((2,))})
    with pytest.raises(AssertionError, match=r"Shape mismatch, target \(3,\) vs loaded \(2,\)"):
        load("a", mx.nd.zeros((3,)))
    with pytest.raises(AssertionError, match="Cannot Initialize z"):
        load("z", mx.nd.zeros((3,)))
    with pytest.raises(ValueError, match="expected a dict"):
        init.Load([mx.nd.ones((2,))])
