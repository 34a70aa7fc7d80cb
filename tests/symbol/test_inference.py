"""infer_shape and infer_type as a user calls them."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.symbol import Variable


def net():
    hidden = mx.sym.FullyConnected(Variable("data"), num_hidden=8, name="fc")
    return mx.sym.BatchNorm(hidden, name="bn")


def test_all_shapes_follow_from_the_data():
    arguments, outputs, auxiliary = net().infer_shape(data=(2, 4))
    assert arguments == [(2, 4), (8, 4), (8,), (8,), (8,)]
    assert outputs == [(2, 8)]
    assert auxiliary == [(8,), (8,)]


def test_shapes_may_be_given_by_position():
    x, y = Variable("x"), Variable("y")
    assert mx.sym.dot(x, y).infer_shape((2, 3), (3, 4))[1] == [(2, 4)]
    assert (x + y).infer_shape(None, (2, 3))[0] == [(2, 3), (2, 3)]


def test_what_cannot_be_known_is_none_with_a_warning():
    with pytest.warns(UserWarning, match=r"Cannot decide shape for the following arguments.*\n\tdata: \(unknown\)"):
        assert net().infer_shape() == (None, None, None)


def test_partial_shapes_have_zeros():
    arguments, outputs, _ = net().infer_shape_partial(data=(0, 4))
    assert arguments[:3] == [(0, 4), (8, 4), (8,)]
    assert outputs == [(0, 8)]
    assert net().infer_shape_partial()[0][0] == ()


def test_a_name_that_the_symbol_does_not_have_is_refused():
    with pytest.raises(ArgumentError, match="no argument 'softmax_label'"):
        net().infer_shape(data=(2, 4), softmax_label=(2,))
    with pytest.raises(ArgumentError, match="no argument 'dat'"):
        net().infer_shape(dat=(2, 4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.infer_shape((1, 2), data=(1, 2)), "by position or by name"),
        (lambda s: s.infer_shape(*[(1,)] * 9), "9 values for 5 arguments"),
        (lambda s: s.infer_shape(data="abc"), "the shape of 'data' must be"),
        (lambda s: s.infer_shape(data=3), "the shape of 'data' must be"),
    ],
)
def test_wrong_arguments_of_infer_shape(call, message):
    with pytest.raises(ArgumentError, match=message):
        call(net())


def test_dtypes_are_numpy_types():
    x, y = Variable("x"), Variable("y")
    assert (x + y).infer_type(x="float16") == ([np.float16] * 2, [np.float16], [])
    assert (x + y).infer_type(np.float64) == ([np.float64] * 2, [np.float64], [])
    assert (x + y).infer_type() == (None, None, None)


def test_partial_dtypes_have_none():
    x, y = Variable("x"), Variable("y")
    both = mx.sym.Group([x + 1, y * 2])
    assert both.infer_type(x="int32") == (None, None, None)
    assert both.infer_type_partial(x="int32") == ([np.int32, None], [np.int32, None], [])


def test_declared_dtypes_are_used():
    x = Variable("x", dtype="float64")
    assert (x + 1).infer_type()[1] == [np.float64]


def test_an_unknown_dtype_is_an_error():
    with pytest.raises(MXNetError, match="expected a dtype such as .*'float99'"):
        (Variable("x") + 1).infer_type(x="float99")


def test_dtypes_flow_back_through_arithmetic_with_numbers():
    a, b = mx.sym.var("a"), mx.sym.var("b")
    arguments, outputs, _ = (2 * a + b**2 - 1).infer_type(a="float64")
    assert (arguments, outputs) == ([np.float64, np.float64], [np.float64])


def test_dtypes_do_not_flow_back_through_a_cast():
    assert mx.sym.Cast(mx.sym.var("a"), dtype="float16").infer_type() == (None, None, None)
