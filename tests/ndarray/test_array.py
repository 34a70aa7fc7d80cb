"""The NDArray: what it is, how it is copied, moved and converted, what Python may ask of it."""
import copy
import pickle

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, MXNetError, ShapeError
from mxlearn.ndarray import NDArray

DTYPES = ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"]


@pytest.fixture
def x():
    return mx.nd.array([[1, 2, 3], [4, 5, 6]])


# -- what it is --------------------------------------------------------------------------------------------------------
def test_an_array_describes_itself(x):
    assert (x.shape, x.ndim, x.size, x.dtype, x.stype) == ((2, 3), 2, 6, np.float32, "default")
    assert x.context == x.ctx == mx.cpu(0)
    assert x.writable
    assert x.T.shape == (3, 2)
    assert len(x) == 2


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_of_mxnet(dtype):
    x = mx.nd.ones((2, 2), dtype=dtype)
    assert x.dtype is np.dtype(dtype).type
    assert x.asnumpy().dtype == dtype


def test_an_array_shares_the_memory_of_the_one_it_is_made_from(x):
    y = NDArray(x)
    y[:] = 0
    assert x.asnumpy().sum() == 0
    with pytest.raises(ArgumentError, match=r"expected an NDArray.*\n.*mx.nd.array"):
        NDArray([1, 2])


# -- copies ------------------------------------------------------------------------------------------------------------
def test_asnumpy_is_a_copy(x):
    host = x.asnumpy()
    host[:] = 0
    assert x.asnumpy().sum() == 21
    assert host.flags.c_contiguous and host.flags.writeable


@pytest.mark.parametrize("duplicate", [NDArray.copy, copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_have_memory_of_their_own(x, duplicate):
    y = duplicate(x)
    y[:] = 0
    assert x.asnumpy().sum() == 21
    assert (y.dtype, y.context) == (x.dtype, x.context)


def test_copyto_an_array_or_a_context(x):
    target = mx.nd.zeros((2, 3), ctx=mx.cpu(1))
    assert x.copyto(target) is target
    assert target.asnumpy().tolist() == x.asnumpy().tolist()
    moved = x.copyto(mx.cpu(2))
    assert moved.context == mx.cpu(2)
    assert x.copyto(x) is x
    with pytest.raises(ShapeError, match=r"copyto: this array has shape \(2, 3\), the target has \(3,\)"):
        x.copyto(mx.nd.zeros(3))
    with pytest.raises(ArgumentError, match="expected an NDArray or a Context"):
        x.copyto("cpu")


def test_copyto_converts(x):
    target = mx.nd.zeros((2, 3), dtype="int32")
    (x * 1.5).copyto(target)
    assert target.asnumpy().tolist() == [[1, 3, 4], [6, 7, 9]]


def test_astype(x):
    assert x.astype("int32").dtype == np.int32
    assert x.astype(np.float16).dtype == np.float16
    assert x.astype("float32", copy=False) is x
    assert x.astype("float32") is not x
    with pytest.raises(DTypeError, match="an array can have dtype .*'complex64'"):
        x.astype("complex64")


def test_arrays_are_dense(x):
    assert x.stype == "default"
    assert x.tostype("default") is x
    assert x.as_nd_ndarray() is x


def test_detach_shares_memory_and_leaves_the_tape(x):
    x.attach_grad()
    y = x.detach()
    assert y.grad is None
    y[:] = 0
    assert x.asnumpy().sum() == 0


def test_waiting_returns_at_once_on_the_cpu(x):
    assert x.wait_to_read() is None
    assert x.wait_to_write() is None
    assert mx.nd.waitall() is None


# -- to Python ---------------------------------------------------------------------------------------------------------
def test_an_array_of_one_element_is_a_number():
    x = mx.nd.array([[7]])
    assert x.asscalar() == 7 and isinstance(x.asscalar(), np.float32)
    assert x.item() == 7 and isinstance(x.item(), float)
    assert float(x) == 7.0
    assert int(mx.nd.array([3], dtype="int32")) == 3
    assert f"{x:.2f}" == "7.00"
    assert list("abcdefgh")[mx.nd.array([3], dtype="int64")] == "d"


@pytest.mark.parametrize("ask", [NDArray.asscalar, NDArray.item, float, int, bool])
def test_an_array_of_several_elements_is_none(x, ask):
    with pytest.raises(MXNetError, match=r"shape \(2, 3\)"):
        ask(x)


def test_truth_values():
    assert bool(mx.nd.array([1])) and not bool(mx.nd.array([0]))
    assert not bool(mx.nd.zeros((0, 3)))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(mx.nd.ones(2))


def test_only_an_integer_is_an_index():
    with pytest.raises(TypeError, match="integer"):
        [1, 2][mx.nd.array([1.0])]


def test_iteration_gives_the_rows(x):
    rows = [row.asnumpy().tolist() for row in x]
    assert rows == [[1, 2, 3], [4, 5, 6]]
    assert [e.shape for e in x[0]] == [(1,), (1,), (1,)]
    assert x.tolist() == rows


def test_arrays_are_hashed_as_objects(x):
    assert len({x, x, x.copy()}) == 2
    assert isinstance(x == x, NDArray)


# -- views -------------------------------------------------------------------------------------------------------------
def test_reshape_is_a_view(x):
    y = x.reshape((3, 2))
    y[:] = 0
    assert x.asnumpy().sum() == 0
    assert x.reshape(6).shape == x.reshape(shape=(6,)).shape == x.reshape(-1).shape == (6,)


def test_reshape_understands_mxnets_codes():
    x = mx.nd.zeros((2, 3, 4))
    assert x.reshape((0, -1)).shape == (2, 12)
    assert x.reshape((-2,)).shape == (2, 3, 4)
    assert x.reshape((-3, 0)).shape == (6, 4)
    assert x.reshape((-4, 1, 2, -2)).shape == (1, 2, 3, 4)
    assert mx.nd.zeros((8, 3)).reshape((-1, 0), reverse=True).shape == (8, 3)


def test_reshape_to_another_size_is_an_error(x):
    with pytest.raises(MXNetError, match="(?i)reshape"):
        x.reshape((4, 2))
    with pytest.raises(ArgumentError, match="unknown argument 'order'"):
        x.reshape((6,), order="C")


def test_other_shape_methods(x):
    assert x.expand_dims(1).shape == (2, 1, 3)
    assert x.expand_dims(0, inplace=True).shape == (1, 2, 3)
    assert mx.nd.zeros((1, 2, 1)).squeeze().shape == (2,)
    assert mx.nd.zeros((1, 2, 1)).squeeze(axis=0).shape == (2, 1)
    assert x.transpose((1, 0)).asnumpy().tolist() == x.asnumpy().T.tolist()
    assert mx.nd.array([1, 2]).broadcast_to((3, 2)).shape == (3, 2)
    assert [p.shape for p in x.split_v2(3, axis=1)] == [(2, 1)] * 3


def test_slice_assign(x):
    x.slice_assign(mx.nd.array([[9, 9]]), (0, 0), (1, 2))
    x.slice_assign_scalar(7, (1, 0), (2, 3), (1, 2))
    assert x.asnumpy().tolist() == [[9, 9, 3], [7, 5, 7]]


# -- methods that are operators ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "arguments", "expected"),
    [
        ("sum", {}, np.sum), ("mean", {"axis": 0}, lambda a: a.mean(0)), ("max", {"axis": 1}, lambda a: a.max(1)),
        ("min", {}, np.min), ("prod", {"axis": 1, "keepdims": True}, lambda a: a.prod(1, keepdims=True)),
        ("exp", {}, np.exp), ("log", {}, np.log), ("sqrt", {}, np.sqrt), ("square", {}, np.square),
        ("tanh", {}, np.tanh),
        ("clip", {"a_min": 2, "a_max": 4}, lambda a: a.clip(2, 4)), ("flip", {"axis": 1}, lambda a: a[:, ::-1]),
        ("argmax", {"axis": 1}, lambda a: a.argmax(1)), ("norm", {}, np.linalg.norm),
        ("swapaxes", {"dim1": 0, "dim2": 1}, lambda a: a.T), ("tile", {"reps": (2, 1)}, lambda a: np.tile(a, (2, 1))),
        ("repeat", {"repeats": 2, "axis": 0}, lambda a: a.repeat(2, 0)), ("abs", {}, np.abs),
        ("slice_axis", {"axis": 1, "begin": 1, "end": 3}, lambda a: a[:, 1:3]), ("flatten", {}, lambda a: a),
        ("take", {"indices": mx.nd.array([1])}, lambda a: a[[1]]), ("zeros_like", {}, np.zeros_like),
        ("one_hot", {"depth": 7}, lambda a: np.eye(7)[a.astype(int)]), ("round", {}, np.round),
        ("softmax", {}, lambda a: np.exp(a) / np.exp(a).sum(-1, keepdims=True)),
    ],
)  # fmt: skip
def test_methods(x, method, arguments, expected):
    found = getattr(x, method)(**arguments).asnumpy()
    wanted = np.atleast_1d(expected(x.asnumpy()))
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-5)


def test_read_only_memory_cannot_be_written():
    x = mx.nd.zeros(3)
    x._data.flags.writeable = False
    assert not x.writable
    with pytest.raises(MXNetError, match=r"read-only.*\n.*x.copy\(\)"):
        x[:] = 1
    with pytest.raises(MXNetError, match="read-only"):
        x += 1
