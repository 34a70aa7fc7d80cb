"""NDArrays on a GPU: making, reading, writing, copying, printing, saving."""
import copy
import pickle

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import nd

GPU = mx.gpu(0)


def on_gpu(values, dtype="float32"):
    return nd.array(values, ctx=GPU, dtype=dtype)


@pytest.fixture
def x():
    return on_gpu(np.arange(24).reshape(2, 3, 4))


HOST = np.arange(24, dtype="float32").reshape(2, 3, 4)


# -- creation ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"])
def test_creation_functions_make_arrays_on_the_gpu(dtype):
    made = {
        "zeros": nd.zeros((2, 3), ctx=GPU, dtype=dtype),
        "ones": nd.ones((2, 3), ctx=GPU, dtype=dtype),
        "full": nd.full((2, 3), 1, ctx=GPU, dtype=dtype),
        "empty": nd.empty((2, 3), ctx=GPU, dtype=dtype),
        "array": nd.array([[1, 0, 1], [0, 1, 0]], ctx=GPU, dtype=dtype),
        "eye": nd.eye(2, 3, ctx=GPU, dtype=dtype),
    }
    for name, array in made.items():
        assert array.context is GPU, name
        assert (array.shape, np.dtype(array.dtype)) == ((2, 3), np.dtype(dtype)), name
    assert made["ones"].asnumpy().sum() == 6
    assert made["zeros"].asnumpy().sum() == 0


def test_ranges_are_those_of_the_cpu():
    np.testing.assert_array_equal(nd.arange(2, 9, 2, repeat=2, ctx=GPU).asnumpy(), [2, 2, 4, 4, 6, 6, 8, 8])
    np.testing.assert_allclose(nd.linspace(0, 1, 5, ctx=GPU).asnumpy(), [0, 0.25, 0.5, 0.75, 1])


def test_array_without_elements_works_like_any_other():
    empty = nd.zeros((0, 3), ctx=GPU)
    assert (empty + 1).shape == (0, 3)
    assert nd.concat(empty, on_gpu([[1, 2, 3]]), dim=0).asnumpy().tolist() == [[1, 2, 3]]


def test_context_block_is_where_arrays_are_made():
    with GPU:
        assert nd.zeros((1,)).context is GPU
        assert nd.random.uniform(shape=(2,)).context is GPU
        assert nd.array([1]).context is GPU
    assert nd.zeros((1,)).context == mx.cpu()


def test_array_from_an_array_stays_on_its_context():
    assert nd.array(on_gpu([1, 2])).context is GPU
    assert on_gpu([1, 2]).copy().context is GPU
    assert nd.zeros_like(on_gpu([1, 2])).context is GPU


# -- reading -----------------------------------------------------------------------------------------------------------
KEYS = [
    0, -1, (0, 1), (1, 2, 3), slice(1, 2), (slice(None), 1), (Ellipsis, 2), (slice(None), slice(None, None, 2)),
    (slice(None), slice(None), slice(None, None, -1)), (None, 0), (slice(2, 2),),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_basic_index_reads_what_numpy_reads(x, key):
    expected = np.atleast_1d(HOST[key])
    part = x[key]
    assert part.context is GPU
    np.testing.assert_array_equal(part.asnumpy(), expected)


def test_contiguous_part_shares_memory_with_the_array(x):
    x[0][:] = 7
    assert (x[0].asnumpy() == 7).all()
    assert (x[1].asnumpy() == HOST[1]).all()


@pytest.mark.parametrize("where", ["list", "numpy", "gpu", "cpu"])
def test_index_of_integers_reads_rows(x, where):
    rows = [1, 0, 1]
    key = {
        "list": rows,
        "numpy": np.array(rows),
        "gpu": on_gpu(rows, "int32"),
        "cpu": nd.array(rows, dtype="int32"),
    }[where]
    np.testing.assert_array_equal(x[key].asnumpy(), HOST[rows])


def test_mask_reads_the_elements_where_it_is_true(x):
    np.testing.assert_array_equal(x[HOST > 20].asnumpy(), HOST[HOST > 20])


def test_index_that_does_not_exist_is_an_error(x):
    with pytest.raises(mx.MXNetError, match=r"x\[5\]"):
        x[5]


def test_recorded_index_sends_its_gradient_back(x):
    x.attach_grad()
    with mx.autograd.record():
        y = (x[:, 1] * 2).sum() + x[on_gpu([0, 0], "int32")].sum()
    y.backward()
    expected = np.zeros_like(HOST)
    expected[:, 1] += 2
    expected[0] += 2
    np.testing.assert_array_equal(x.grad.asnumpy(), expected)


# -- writing -----------------------------------------------------------------------------------------------------------
VALUES = [
    5,
    2.5,
    np.float32(3),
    [1, 2, 3, 4],
    np.arange(4.0),
    np.arange(4, dtype="int64"),
    nd.array([4, 3, 2, 1]),
    nd.array([[4, 3, 2, 1]]),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("key", [(slice(None),), (0,), (slice(None), 1), (Ellipsis, slice(0, 4, 1))], ids=str)
def test_assignment_writes_what_numpy_writes(x, key, value):
    expected = HOST.copy()
    expected[key] = value.asnumpy() if isinstance(value, nd.NDArray) else value
    x[key] = value
    np.testing.assert_array_equal(x.asnumpy(), expected)
    x[:] = HOST
    if isinstance(value, nd.NDArray):
        x[key] = value.as_in_context(GPU)
        np.testing.assert_array_equal(x.asnumpy(), expected)


def test_assignment_to_integers_and_masks(x):
    expected = HOST.copy()
    expected[[0, 1], [1, 2]] = 9
    x[[0, 1], [1, 2]] = 9
    expected[HOST > 20] = -1
    x[HOST > 20] = -1
    x[on_gpu([1], "int32")] = nd.ones((1, 3, 4), ctx=GPU)
    expected[[1]] = 1
    np.testing.assert_array_equal(x.asnumpy(), expected)


def test_assignment_of_the_wrong_shape_is_an_error_and_writes_nothing(x):
    with pytest.raises(mx.MXNetError, match=r"x has shape \(2, 3, 4\)"):
        x[0] = np.zeros(5)
    np.testing.assert_array_equal(x.asnumpy(), HOST)


def test_number_assigned_to_an_integer_array_wraps_around():
    x = nd.zeros((2,), ctx=GPU, dtype="uint8")
    x[0] = 257
    x[1] = -1
    assert x.asnumpy().tolist() == [1, 255]


def test_in_place_arithmetic_keeps_the_memory(x):
    whole = x.reshape((24,))
    x += 1
    x *= on_gpu(np.full((2, 3, 4), 2))
    x -= on_gpu([1, 1, 1, 1])
    x /= 2
    np.testing.assert_allclose(whole.asnumpy(), ((HOST.ravel() + 1) * 2 - 1) / 2)


def test_out_receives_the_result(x):
    target = nd.zeros((2, 3, 4), ctx=GPU)
    assert nd.exp(x * 0, out=target) is target
    assert (target.asnumpy() == 1).all()
    nd.broadcast_add(x, x, out=target)
    np.testing.assert_array_equal(target.asnumpy(), HOST * 2)


# -- between contexts --------------------------------------------------------------------------------------------------
def test_as_in_context_copies_there_and_back(x):
    back = x.as_in_context(mx.cpu())
    assert back.context == mx.cpu()
    np.testing.assert_array_equal(back.asnumpy(), HOST)
    again = back.as_in_context(GPU)
    again[:] = 0
    assert (back.asnumpy() == HOST).all()
    assert x.as_in_context(GPU) is x


@pytest.mark.parametrize("source, target", [(GPU, mx.cpu()), (mx.cpu(), GPU), (GPU, GPU), (mx.cpu(), mx.cpu(1))])
def test_copyto_fills_an_array_of_any_context(source, target):
    a, b = nd.array([1, 2, 3], ctx=source), nd.zeros((3,), ctx=target)
    assert a.copyto(b) is b
    assert b.context is target
    assert b.asnumpy().tolist() == [1, 2, 3]


def test_copyto_converts_to_the_dtype_of_its_target():
    target = nd.zeros((2,), ctx=GPU, dtype="int32")
    nd.array([1.0, 2.0]).copyto(target)
    assert target.asnumpy().tolist() == [1, 2]


def test_asnumpy_is_a_copy_that_may_be_written(x):
    host = x.asnumpy()
    host[...] = 0
    assert (x.asnumpy() == HOST).all()


def test_numbers_come_back_as_numbers():
    x = on_gpu([2.5])
    assert x.asscalar() == 2.5
    assert float(x) == 2.5
    assert int(x) == 2
    assert x.item() == 2.5
    assert bool(x > 1)
    assert on_gpu([[1, 2]]).tolist() == [[1.0, 2.0]]
    assert [1, 2, 3][on_gpu([1], "int32")] == 2
    assert f"{x:.2f}" == "2.50"


def test_numpy_number_on_the_left_is_a_number():
    y = np.float32(2) * on_gpu([1, 2])
    assert isinstance(y, nd.NDArray)
    assert y.context is GPU
    assert y.asnumpy().tolist() == [2, 4]


def test_numpy_function_computes_on_a_copy():
    y = np.exp(on_gpu([0, 0]))
    assert isinstance(y, np.ndarray)
    assert y.tolist() == [1, 1]


def test_printed_form_names_the_gpu():
    assert repr(on_gpu([[1, 2]])) == "\n[[1. 2.]]\n<NDArray 1x2 @gpu(0)>"


def test_iteration_gives_rows_on_the_gpu(x):
    assert [row.shape for row in x] == [(3, 4), (3, 4)]
    assert all(row.context is GPU for row in x)


def test_views_share_memory(x):
    x.reshape((6, 4))[0] = -1
    assert (x.asnumpy()[0, 0] == -1).all()
    x.expand_dims(0, inplace=True)[:] = 3
    assert (x.asnumpy() == 3).all()


def test_copies_of_python(x):
    for other in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert other.context is GPU
        other[:] = 0
        assert (x.asnumpy() == HOST).all()


def test_astype_and_comparison(x):
    assert np.dtype(x.astype("float16").dtype) == np.float16
    assert x.astype("int32").context is GPU
    assert (x > 3).asnumpy().tolist() == (HOST > 3).astype("float32").tolist()


def test_arrays_saved_from_a_gpu_load_on_every_machine(tmp_path, x):
    path = str(tmp_path / "arrays.params")
    nd.save(path, {"x": x, "y": nd.ones((2,))})
    found = nd.load(path)
    assert found["x"].context == found["y"].context == mx.cpu()
    np.testing.assert_array_equal(found["x"].asnumpy(), HOST)


def test_dlpack_shares_memory_with_the_array_module(x, cupy):
    shared = cupy.from_dlpack(x)
    shared[...] = 2
    assert (x.asnumpy() == 2).all()
    assert nd.from_dlpack(x).context is GPU
    back = nd.from_dlpack(shared)
    back[:] = 4
    assert (x.asnumpy() == 4).all()


@pytest.mark.gpu
def test_dlpack_shares_memory_with_pytorch(x):
    torch = pytest.importorskip("torch")
    tensor = torch.from_dlpack(x)
    tensor.mul_(0)
    assert (x.asnumpy() == 0).all()
    y = nd.from_dlpack(torch.arange(3, device="cuda", dtype=torch.float32))
    assert y.context is GPU
    assert y.asnumpy().tolist() == [0, 1, 2]


def test_multi_output_and_variadic_functions(x):
    parts = nd.split(x, num_outputs=2, axis=0, squeeze_axis=True)
    assert [p.context for p in parts] == [GPU, GPU]
    np.testing.assert_array_equal(nd.stack(*parts).asnumpy(), HOST)
    values, indices = nd.topk(x, k=2, ret_typ="both")
    assert values.context is GPU
    np.testing.assert_array_equal(values.asnumpy()[..., 0], HOST[..., -1])
    np.testing.assert_array_equal(indices.asnumpy()[..., 0], np.full((2, 3), 3))


def test_histogram_and_onehot(x):
    counts, _ = nd.histogram(x, bins=4, range=(0, 24))
    assert counts.asnumpy().tolist() == [6, 6, 6, 6]
    target = nd.zeros((2, 3), ctx=GPU)
    nd.onehot_encode(on_gpu([0, 2]), target)
    assert target.asnumpy().tolist() == [[1, 0, 0], [0, 0, 1]]
