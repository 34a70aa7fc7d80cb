"""The terms of a number make that number: of convolutions, poolings and dense layers of every kind, at every place."""

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.digits.arithmetic import explain
from mxlearn_widgets.digits.layers import of_symbol
from mxlearn_widgets.digits.programs import Program

import mxlearn as mx
from mxlearn import nd
from mxlearn.base import ArgumentError
from mxlearn.drawing import number_text

from . import nets

rng = np.random.default_rng(1)
EPSILON = float(np.finfo(np.float32).eps)


def run(symbol, shape, **parameters):
    """Return what the layers of a Symbol compute for random data."""
    arrays = {name: nd.array(value) for name, value in parameters.items()}
    program = Program(symbol, of_symbol(symbol), lambda: arrays)
    return program.inside(nd.array(rng.normal(size=(1, *shape))))[1]


def places(shape):
    return [tuple(int(k) for k in np.unravel_index(n, shape)) for n in range(int(np.prod(shape)))]


CONVOLUTIONS = {
    "plain": dict(kernel=(3, 3)),
    "stride": dict(kernel=(3, 2), stride=(2, 3)),
    "pad": dict(kernel=(3, 3), pad=(2, 1)),
    "dilate": dict(kernel=(2, 3), dilate=(2, 3)),
    "all": dict(kernel=(3, 2), stride=(2, 1), pad=(1, 2), dilate=(2, 2)),
    "groups": dict(kernel=(3, 3), num_group=2),
    "depthwise": dict(kernel=(3, 3), pad=(1, 1), num_group=4),
    "one pixel": dict(kernel=(1, 1)),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution_is_patch_times_kernel_plus_bias(name, bias):
    options = CONVOLUTIONS[name]
    groups = options.get("num_group", 1)
    symbol = mx.sym.Convolution(mx.sym.var("data"), num_filter=4, name="conv", no_bias=not bias, **options)
    parameters = {"conv_weight": rng.normal(size=(4, 4 // groups, *options["kernel"]))}
    if bias:
        parameters["conv_bias"] = rng.normal(size=4)
    [seen] = run(symbol, (4, 9, 8), **parameters)
    for at in places(seen.out.shape):
        terms = explain(seen, at)
        assert terms.kind == "convolution" and terms.value == seen.out[at]
        rounding = 2 * EPSILON * (float(np.abs(terms.products).sum()) + abs(terms.bias))
        assert terms.total == pytest.approx(terms.value, rel=0, abs=rounding)
        assert terms.sums.sum() + terms.bias == pytest.approx(terms.value, rel=0, abs=rounding)
        assert terms.products.shape == terms.patch.shape == terms.kernel.shape == (4 // groups, *options["kernel"])
        assert not terms.patch[:, ~terms.inside].any()
        np.testing.assert_array_equal(terms.kernel, parameters["conv_weight"][at[0]].astype(np.float32))


def test_the_patch_of_a_convolution_is_cut_out_of_what_it_reads():
    symbol = mx.sym.Convolution(mx.sym.var("data"), num_filter=1, kernel=(2, 2), pad=(1, 1), name="conv")
    [seen] = run(symbol, (1, 3, 3), conv_weight=np.ones((1, 1, 2, 2)), conv_bias=np.zeros(1))
    corner, middle = explain(seen, (0, 0, 0)), explain(seen, (0, 2, 1))
    assert corner.box == (-1, -1, 2, 2) and corner.inside.tolist() == [[False, False], [False, True]]
    assert corner.patch[0].tolist() == [[0, 0], [0, seen.data[0, 0, 0]]]
    assert middle.box == (1, 0, 2, 2)
    np.testing.assert_array_equal(middle.patch[0], seen.data[0, 1:3, 0:2])


def test_groups_read_their_own_channels():
    symbol = mx.sym.Convolution(mx.sym.var("data"), num_filter=4, kernel=(1, 1), num_group=2, name="conv")
    [seen] = run(symbol, (6, 2, 2), conv_weight=rng.normal(size=(4, 3, 1, 1)), conv_bias=np.zeros(4))
    assert explain(seen, (1, 0, 0)).channels == (0, 1, 2) and explain(seen, (2, 0, 0)).channels == (3, 4, 5)


POOLINGS = {
    "max": dict(kernel=(2, 2), stride=(2, 2), pool_type="max"),
    "overlapping": dict(kernel=(3, 3), stride=(2, 2), pool_type="max"),
    "padded": dict(kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max"),
    "mean": dict(kernel=(2, 3), stride=(2, 2), pool_type="avg"),
    "mean with padding": dict(kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg"),
    "mean without padding": dict(kernel=(3, 3), pad=(1, 1), pool_type="avg", count_include_pad=False),
    "full": dict(kernel=(3, 3), stride=(2, 2), pool_type="avg", pooling_convention="full"),
    "full max": dict(kernel=(2, 2), stride=(2, 2), pool_type="max", pooling_convention="full"),
    "same": dict(kernel=(3, 3), stride=(2, 2), pool_type="avg", pooling_convention="same"),
    "sum": dict(kernel=(2, 2), pool_type="sum"),
    "norm": dict(kernel=(2, 2), pool_type="lp", p_value=2),
    "norm 3": dict(kernel=(2, 2), pool_type="lp", p_value=3),
    "global": dict(kernel=(1, 1), pool_type="avg", global_pool=True),
    "global max": dict(kernel=(1, 1), pool_type="max", global_pool=True),
}


@pytest.mark.parametrize("name", POOLINGS)
def test_a_pooling_follows_from_its_window(name):
    symbol = mx.sym.Pooling(mx.sym.var("data"), name="pool", **POOLINGS[name])
    [seen] = run(symbol, (2, 7, 6))
    for at in places(seen.out.shape):
        terms = explain(seen, at)
        assert terms.kind == "pooling" and terms.total == pytest.approx(float(seen.out[at]), rel=3e-5, abs=1e-6)
        assert np.isnan(terms.patch[0][~terms.inside]).all()


def test_the_maximum_is_one_of_the_numbers_of_the_window():
    [seen] = run(mx.sym.Pooling(mx.sym.var("data"), kernel=(2, 2), stride=(2, 2), pool_type="max"), (1, 4, 4))
    terms = explain(seen, (0, 1, 0))
    np.testing.assert_array_equal(terms.patch[0], seen.data[0, 2:4, 0:2])
    assert terms.rule == "maximum" and terms.value == terms.patch.max()


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_dense_layer_is_a_weighted_sum_before_its_activation(activation):
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(10, activation=activation, in_units=784))
    net.initialize(mx.init.Xavier())
    pad = mxw.digit_pad(net)
    pad.draw(nets.image())
    for unit in range(10):
        terms = pad.arithmetic(0, unit)
        before = float(net[0].weight.data()[unit].asnumpy() @ pad.image.ravel()) + net[0].bias.data()[unit].asscalar()
        assert terms.activation == activation and terms.total == pytest.approx(before, abs=1e-5)
        assert terms.value == pytest.approx(getattr(nd, activation)(nd.array([terms.total])).asscalar(), abs=1e-5)


def test_every_layer_of_a_lenet_is_explained_by_the_numbers_of_the_layers_before():
    pad = mxw.digit_pad(nets.lenet(hybridize=True))
    pad.draw(nets.seven())
    for name, shape in zip(pad.layers, [a.shape for a in map(pad.activations, pad.layers)], strict=True):
        for at in places(shape)[:: max(1, int(np.prod(shape)) // 40)]:
            terms = pad.arithmetic(name, *at)
            expected = max(terms.total, 0) if terms.activation == "relu" else terms.total
            assert terms.value == pytest.approx(expected, rel=1e-5, abs=1e-5) == pad.activations(name)[at]


def test_a_layer_that_is_not_taken_apart_still_tells_its_number():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.BatchNorm(in_channels=1), mx.gluon.nn.Dense(10, in_units=784))
    net.initialize()
    pad = mxw.digit_pad(net)
    pad.draw(nets.image())
    terms = pad.arithmetic("batchnorm0", 0, 3, 4)
    assert terms.kind == "each" and terms.patch[0] == pad.image[3, 4] and terms.value == pad.activations(0)[0, 3, 4]


def test_channels_last_are_not_mistaken_for_rows():
    symbol = mx.sym.Convolution(mx.sym.var("data"), num_filter=2, kernel=(2, 2), layout="NHWC", name="conv")
    [seen] = run(symbol, (5, 5, 3), conv_weight=rng.normal(size=(2, 2, 2, 3)), conv_bias=np.zeros(2))
    assert explain(seen, (0, 0, 0)).kind == "none"


def test_a_place_outside_of_the_output_is_an_error():
    pad = mxw.digit_pad(nets.lenet())
    with pytest.raises(ArgumentError, match=r"\(8, 24, 24\).*\(8, 0, 0\)"):
        pad.arithmetic("conv0", 8, 0, 0)


def test_terms_read_as_a_formula():
    [seen] = run(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=1, name="fc"), (2,),
                 fc_weight=np.array([[2.0, 0.0]]), fc_bias=np.array([0.5]))  # fmt: skip
    product = number_text(2 * float(seen.data[0]))
    total = number_text(float(seen.out[0]))
    assert str(explain(seen, (0,))) == f"fc[0]: sum of 2 products {product} + bias 0.5 = {total}"
