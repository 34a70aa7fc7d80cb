"""Shape operators: MXNet's reshape codes, slices, joins and pads. Expected values are those of MXNet 1.9.1."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError, ShapeError
from mxlearn.core.operator import find

X = np.arange(24, dtype="float32").reshape(2, 3, 4)


def shape_rule(name, *shapes, **attrs):
    """Return what the shape rule of an operator says about its outputs."""
    op = find(name)
    attrs = op.complete(op.parse(attrs))
    if op.variadic:
        return op.shape_rule(*shapes, **attrs)[1]
    return op.shape_rule(**dict(zip(op.inputs, shapes, strict=True)), **attrs)[1]


# -- reshape -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((0, -1), (2, 12)),
        ((-2,), (2, 3, 4)),
        ((-3, 4), (6, 4)),
        ((-3, -1), (6, 4)),
        ((-4, 1, 2, -2), (1, 2, 3, 4)),
        ((2, -4, -1, 3, 4), (2, 1, 3, 4)),
        ((-1,), (24,)),
        ((4, -1), (4, 6)),
        ((-4, -1, 2, 0, 0), (1, 2, 3, 4)),
        ((-2, 1, 1), (2, 3, 4, 1, 1)),
        ((0, -3), (2, 12)),
    ],
)
def test_reshape_codes(codes, expected):
    got = mx.nd.reshape(mx.nd.array(X), shape=codes)
    assert got.shape == expected
    assert got.asnumpy().ravel().tolist() == X.ravel().tolist()


def test_reverse_reshape_matches_codes_from_the_right():
    x = mx.nd.zeros((10, 5, 4))
    assert mx.nd.reshape(x, shape=(-1, 0)).shape == (40, 5)
    assert mx.nd.reshape(x, shape=(-1, 0), reverse=True).shape == (50, 4)


def test_reshape_keeps_an_empty_batch_empty():
    assert mx.nd.reshape(mx.nd.zeros((0, 3, 4)), shape=(0, -1)).shape == (0, 12)
    assert mx.nd.reshape(mx.nd.zeros((0, 3)), shape=(-1, 3)).shape == (0, 3)


@pytest.mark.parametrize("codes", [(5, 5), (7, -1), (-1, -1), (0, 0, 0, 0), (-4, 3, 3, -2), (-5,), (2,)])
def test_reshape_that_changes_the_number_of_elements_raises(codes):
    with pytest.raises(ShapeError, match="Reshape"):
        mx.nd.reshape(mx.nd.array(X), shape=codes)


def test_reshape_rule_works_with_unknown_dimensions():
    assert shape_rule("Reshape", (-1, 3, 4), shape=(0, -1)) == ((-1, 12),)
    assert shape_rule("Reshape", (-1, 3, 4), shape=(-3, 0)) == ((-1, 4),)
    assert shape_rule("Reshape", (-1, 3, 4), shape=(-1,)) == ((-1,),)
    assert shape_rule("Reshape", None, shape=(2, 3)) == ((2, 3),)
    assert shape_rule("Reshape", None, shape=(0, 3)) == (None,)


def test_result_has_memory_of_its_own():
    x = mx.nd.array(X)
    for y in (
        mx.nd.reshape(x, shape=(-1,)),
        mx.nd.flatten(x),
        mx.nd.transpose(x),
        mx.nd.expand_dims(x, axis=0),
        mx.nd.slice_axis(x, axis=0, begin=0, end=2),
        mx.nd.split(x, num_outputs=1),
        mx.nd.flip(x, axis=0),
    ):
        y[:] = -1
    assert x.asnumpy().tolist() == X.tolist()


# -- order of axes -----------------------------------------------------------------------------------------------------
def test_transpose_without_axes_reverses_them():
    assert mx.nd.transpose(mx.nd.array(X)).asnumpy().tolist() == X.T.tolist()


def test_transpose_names_a_wrong_permutation():
    with pytest.raises(ShapeError, match=r"axes must name each of the 3 axes.*axes=\(0, 1\)"):
        mx.nd.transpose(mx.nd.array(X), axes=(0, 1))


def test_depth_to_space_and_back():
    x = mx.nd.arange(8).reshape((1, 8, 1, 1))
    assert mx.nd.depth_to_space(x, 2).asnumpy().tolist() == [[[[0, 2], [4, 6]], [[1, 3], [5, 7]]]]
    y = mx.nd.arange(8).reshape((1, 2, 2, 2))
    assert mx.nd.space_to_depth(y, 2).asnumpy().ravel().tolist() == [0, 4, 1, 5, 2, 6, 3, 7]
    with pytest.raises(ShapeError, match="3 x 3"):
        mx.nd.depth_to_space(x, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: mx.nd.expand_dims(x, axis=4),
        lambda x: mx.nd.squeeze(x, axis=1),
        lambda x: mx.nd.swapaxes(x, dim1=0, dim2=3),
        lambda x: mx.nd.flip(x, axis=3),
        lambda x: mx.nd.slice_axis(x, axis=3, begin=0, end=1),
    ],
)
def test_axis_out_of_range_or_not_squeezable_raises(call):
    with pytest.raises(ShapeError, match="axis"):
        call(mx.nd.array(X))


# -- slices ------------------------------------------------------------------------------------------------------------
def test_slice_with_negative_steps():
    x = mx.nd.array(X)
    got = mx.nd.slice(x, begin=(None, 2, None), end=(None, None, 2), step=(None, -1, 2))
    assert got.asnumpy().tolist() == [[[8], [4], [0]], [[20], [16], [12]]]
    numbers = mx.nd.arange(5)
    assert mx.nd.slice(numbers, begin=(None,), end=(None,), step=(-2,)).asnumpy().tolist() == [4, 2, 0]
    assert mx.nd.slice(numbers, begin=(4,), end=(-6,), step=(-1,)).asnumpy().tolist() == [4, 3, 2, 1, 0]


def test_slice_beyond_the_end_is_empty_and_slice_axis_raises():
    assert mx.nd.slice(mx.nd.array(X), begin=(5,), end=(9,)).shape == (0, 3, 4)
    with pytest.raises(ShapeError, match="slice_axis: begin=0 and end=9"):
        mx.nd.slice_axis(mx.nd.array(X), axis=1, begin=0, end=9)


def test_step_of_zero_raises():
    with pytest.raises(ShapeError, match="step must not be 0"):
        mx.nd.slice(mx.nd.array(X), begin=(0,), end=(2,), step=(0,))


def test_slice_like_needs_axes_for_another_number_of_dimensions():
    x = mx.nd.array(X)
    assert mx.nd.slice_like(x, mx.nd.zeros((1, 2)), axes=(0, 1)).shape == (1, 2, 4)
    with pytest.raises(ShapeError, match="equally many dimensions"):
        mx.nd.slice_like(x, mx.nd.zeros((1, 2)))
    with pytest.raises(ShapeError, match="shorter than axis 0"):
        mx.nd.slice_like(x, mx.nd.zeros((3, 2, 2)))


def test_slice_rules_work_with_an_unknown_batch():
    assert shape_rule("slice", (-1, 3), begin=(None, 1), end=(None, 3)) == ((-1, 2),)
    assert shape_rule("slice", (-1, 3), begin=(-3,), end=(-1,)) == ((2, 3),)
    assert shape_rule("slice_axis", (-1, 3), axis=1, begin=0, end=2) == ((-1, 2),)
    assert shape_rule("slice_axis", (-1, 3), axis=0, begin=1, end=4) == ((3, 3),)


def test_gradient_of_slice_lands_where_it_was_read():
    x = mx.nd.zeros((2, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.slice(x, begin=(0, 1), end=(1, 3))
    y.backward()
    assert x.grad.asnumpy().tolist() == [[0, 1, 1], [0, 0, 0]]


# -- joining and splitting ---------------------------------------------------------------------------------------------
def test_concat_joins_along_axis_1_by_default():
    got = mx.nd.concat(mx.nd.array([[1], [2]]), mx.nd.array([[3, 4], [5, 6]]))
    assert got.asnumpy().tolist() == [[1, 3, 4], [2, 5, 6]]


def test_concat_names_what_does_not_fit():
    with pytest.raises(ShapeError, match=r"Concat: the shapes of the inputs, without axis 1, must be equal"):
        mx.nd.concat(mx.nd.ones((2, 3)), mx.nd.ones((3, 3)), dim=1)
    with pytest.raises(MXNetError, match="dtype"):
        mx.nd.concat(mx.nd.ones((2, 3)), mx.nd.ones((2, 3), dtype="int32"))
    with pytest.raises(ShapeError, match="dim 1 is out of range"):
        mx.nd.concat(mx.nd.ones((3,)), mx.nd.ones((3,)))


def test_concat_rule_completes_the_batch_from_any_input():
    op = find("Concat")
    inputs, outputs = op.shape_rule((-1, 3), (8, 2), None, dim=1)
    assert list(inputs) == [(8, 3), (8, 2), (8, -1)]
    assert outputs == ((8, -1),)
    assert op.shape_rule((-1, 3), (8, 2), dim=1)[1] == ((8, 5),)


def test_split_into_one_part_gives_an_array():
    assert mx.nd.split(mx.nd.ones((2, 3)), num_outputs=1).shape == (2, 3)
    with pytest.raises(ShapeError, match="3 equal parts"):
        mx.nd.split(mx.nd.array(X), num_outputs=3, axis=0)


def test_split_rule_knows_the_axis_that_it_squeezes():
    op = find("SliceChannel")
    inputs, outputs = op.shape_rule(data=(2, -1), num_outputs=3, axis=1, squeeze_axis=True)
    assert inputs == ((2, 3),)
    assert outputs == ((2,),) * 3


def test_split_v2_takes_places_or_a_number():
    x = mx.nd.array(X)
    assert [p.shape for p in mx.nd.split_v2(x, (1, 1), axis=1)] == [(2, 1, 4), (2, 0, 4), (2, 2, 4)]
    assert [p.shape for p in mx.nd.split_v2(x, 3, axis=1, squeeze_axis=True)] == [(2, 4)] * 3


def test_outputs_that_nobody_used_get_zero_gradient():
    x = mx.nd.ones((2, 3))
    x.attach_grad()
    with mx.autograd.record():
        parts = mx.nd.split(x, num_outputs=3, axis=1)
        y = parts[1] * 5
    y.backward()
    assert x.grad.asnumpy().tolist() == [[0, 5, 0], [0, 5, 0]]


# -- repeating, padding, diagonals -------------------------------------------------------------------------------------
def test_repeat_without_axis_flattens():
    x = mx.nd.array([[1, 2], [3, 4]])
    assert mx.nd.repeat(x, repeats=2).asnumpy().tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert mx.nd.repeat(x, repeats=0).shape == (0,)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("constant", [[5, 5, 5], [0, 1, 5], [2, 3, 5]]),
        ("edge", [[0, 1, 1], [0, 1, 1], [2, 3, 3]]),
        ("reflect", [[2, 3, 2], [0, 1, 0], [2, 3, 2]]),
    ],
)
def test_pad(mode, expected):
    x = mx.nd.arange(4).reshape((1, 1, 2, 2))
    got = mx.nd.pad(x, mode=mode, pad_width=(0, 0, 0, 0, 1, 0, 0, 1), constant_value=5)
    assert got.asnumpy()[0, 0].tolist() == expected


@pytest.mark.parametrize(
    ("shape", "width", "message"),
    [
        ((2, 2), (0, 0, 1, 1), "4 or 5 dimensions"),
        ((1, 1, 2, 2), (1, 0, 0, 0, 1, 0, 0, 1), "batch and channel"),
        ((1, 1, 2, 2), (0, 0, 0, 0, 2, 0, 0, 0), "narrower than the image"),
        ((1, 1, 2, 2), (0, 0, 0, 0, -1, 0, 0, 0), "negative"),
    ],
)
def test_pad_that_cannot_be_made_raises(shape, width, message):
    with pytest.raises(ShapeError, match=message):
        mx.nd.pad(mx.nd.ones(shape), mode="reflect", pad_width=width)


def test_diag():
    assert mx.nd.diag(mx.nd.arange(2), k=-1).asnumpy().tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert mx.nd.diag(mx.nd.array(X)).asnumpy().tolist() == [[0, 16], [1, 17], [2, 18], [3, 19]]
    assert mx.nd.diag(mx.nd.array(X), axis1=1, axis2=2).asnumpy().tolist() == [[0, 5, 10], [12, 17, 22]]
    with pytest.raises(ShapeError, match="no diagonal k=5"):
        mx.nd.diag(mx.nd.ones((2, 3)), k=5)


def test_im2col_numbers_windows_row_by_row():
    x = mx.nd.arange(32).reshape((1, 2, 4, 4))
    got = mx.nd.im2col(x, kernel=(2, 2), stride=(2, 2)).asnumpy()[0]
    assert got.shape == (8, 4)
    assert got[:4].tolist() == [[0, 2, 8, 10], [1, 3, 9, 11], [4, 6, 12, 14], [5, 7, 13, 15]]
    ones = mx.nd.col2im(mx.nd.ones((1, 4, 9)), kernel=(2, 2), output_size=(4, 4)).asnumpy()[0, 0]
    assert ones.tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]
