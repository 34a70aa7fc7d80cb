"""Products of matrices against float64: however they lie in memory, whoever computes them."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import threads
from mxlearn.kernels import onednn
from mxlearn.kernels.product import column_sums, product

installed = pytest.mark.skipif(onednn.state().version is None, reason=f"oneDNN: {onednn.state().reason}")
rng = np.random.default_rng(0)
CLOSE = {"float32": 1e-5, "float64": 1e-13, "float16": 2e-3, "int64": 0}
SHAPES = {  # rows, columns, inner
    "small": (3, 4, 5),
    "square": (128, 128, 128),
    "a dense layer": (64, 256, 784),
    "a large layer": (200, 500, 800),
    "outer": (600, 900, 1),
    "one row": (1, 1000, 700),
    "one column": (1000, 1, 700),
}
ORDERS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "a part": lambda x: np.pad(x, ((1, 2), (3, 1)))[1:-2, 3:-1],
    "a part, transposed": lambda x: np.pad(x.T, ((1, 2), (3, 1)))[1:-2, 3:-1].T,
    "backwards": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "every other": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
}


@pytest.fixture(params=["one thread", "four threads", "four threads without oneDNN"])
def pool(request, monkeypatch):
    """Each way in which a product may be computed."""
    before = mx.num_threads()
    if request.param.endswith("without oneDNN"):
        monkeypatch.setattr(onednn.library, "_state", onednn.State(None, "switched off by a test"))
        monkeypatch.setattr(threads, "_held", True)
    mx.set_num_threads(1 if request.param == "one thread" else 4)
    yield
    mx.set_num_threads(before)


def values(shape, dtype):
    return (rng.normal(size=shape) * 3).astype(dtype)


def close(found, exact, dtype):
    assert found.dtype == dtype and found.shape == exact.shape
    assert abs(found - exact).max() <= CLOSE[dtype] * abs(exact).max()


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("name", SHAPES)
def test_a_product_is_that_of_float64(pool, name, dtype):
    rows, columns, inner = SHAPES[name]
    lhs, rhs, bias = values((rows, inner), dtype), values((inner, columns), dtype), values(columns, dtype)
    exact = lhs.astype("float64") @ rhs.astype("float64")
    close(product(np, lhs, rhs), exact, dtype)
    close(product(np, lhs, rhs, bias=bias), exact + bias, dtype)
    out = np.full_like(exact, np.nan if dtype != "int64" else -1, dtype=dtype)
    assert product(np, lhs, rhs, out=out) is out
    close(out, exact, dtype)


@pytest.mark.parametrize("right", ORDERS)
@pytest.mark.parametrize("left", ORDERS)
def test_a_matrix_may_lie_in_memory_as_it_likes(pool, left, right):
    lhs, rhs = ORDERS[left](values((90, 100), "float32")), ORDERS[right](values((100, 110), "float32"))
    exact = lhs.astype("float64") @ rhs.astype("float64")
    close(product(np, lhs, rhs), exact, "float32")
    for order in ORDERS.values():
        out = order(np.empty((90, 110), "float32"))
        product(np, lhs, rhs, out=out)
        close(out, exact, "float32")


STACKS = [(2, 3, 90, 100), (2, 1, 90, 100), (90, 100), (3, 4, 5), (0, 90, 100), (2, 1500, 40), (64, 20, 60)]


@pytest.mark.parametrize("lhs", STACKS)
def test_stacks_broadcast_as_numpy_has_them(pool, lhs):
    for rhs in [(2, 3, lhs[-1], 110), (lhs[-1], 110), (1, lhs[-1], 110), (64, lhs[-1], 70)]:
        a, b = values(lhs, "float32"), values(rhs, "float32")
        try:
            exact = a.astype("float64") @ b.astype("float64")
        except ValueError:
            continue  # stacks that do not broadcast
        found = product(np, a, b)
        assert found.shape == exact.shape and np.allclose(found, exact, rtol=1e-5, atol=1e-4)
        out = np.empty_like(found)
        product(np, a, b, out=out)
        assert (out == found).all()


@pytest.mark.parametrize("shape", [(0, 5, 7), (5, 0, 7), (5, 7, 0), (0, 0, 0)])
def test_an_empty_product_is_zero(pool, shape):
    rows, columns, inner = shape
    found = product(np, np.ones((rows, inner), "float32"), np.ones((inner, columns), "float32"))
    assert found.shape == (rows, columns) and not found.any()


def test_infinity_and_nan_come_through(pool):
    lhs, rhs = np.ones((300, 100), "float32"), np.ones((100, 300), "float32")
    lhs[3, 5], lhs[7, 7] = np.inf, np.nan
    found = product(np, lhs, rhs)
    assert np.isinf(found[3]).all() and np.isnan(found[7]).all() and (found[8] == 100).all()


@installed
def test_the_library_takes_what_it_can_and_leaves_the_rest():
    lhs, rhs, out = (np.ones((200, 200), "float32") for _ in range(3))
    assert onednn.product(lhs, rhs, out) and (out == 200).all()
    assert onednn.product(lhs.T, rhs.T, out)
    assert not onednn.product(lhs.astype("float64"), rhs, out)
    assert not onednn.product(lhs[::-1], rhs, out)  # rows that go backwards
    assert not onednn.product(np.broadcast_to(lhs[0], (200, 200)), rhs, out)  # rows that are one
    assert not onednn.product(lhs, rhs, out.T)


def test_gradients_of_a_large_layer_are_those_of_float64(pool):
    x, w, b = (mx.nd.array(values(s, "float32")) for s in ((64, 784), (256, 784), (256,)))
    for array in (x, w, b):
        array.attach_grad()
    head = values((64, 256), "float32")
    with mx.autograd.record():
        y = mx.nd.FullyConnected(x, w, b, num_hidden=256)
    y.backward(mx.nd.array(head))
    g = head.astype("float64")
    close(x.grad.asnumpy(), g @ w.asnumpy(), "float32")
    close(w.grad.asnumpy(), g.T @ x.asnumpy(), "float32")
    close(b.grad.asnumpy(), g.sum(axis=0), "float32")


# -- sums as products --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(57600, 20), (513, 40), (512, 40), (40, 512), (100, 8, 9, 20), (20000, 1)])
def test_sums_of_columns_are_those_of_float64(shape, dtype):
    array = rng.random(shape).astype(dtype)
    axes = tuple(range(len(shape) - 1))
    close(column_sums(array, axes), array.astype("float64").sum(axis=axes), dtype)


def test_the_channels_may_be_innermost_in_memory_alone():
    array = values((100, 8, 9, 20), "float32").transpose(0, 3, 1, 2)
    close(column_sums(array, (0, 2, 3)), array.astype("float64").sum(axis=(0, 2, 3)), "float32")
    inside = mx.nd.array(array.transpose(0, 2, 3, 1))
    close(mx.nd.sum(inside, axis=3, exclude=True).asnumpy(), array.astype("float64").sum(axis=(0, 2, 3)), "float32")


@pytest.mark.parametrize(
    ("array", "axes"),
    [
        (np.ones((600, 40), "float32"), (1,)),  # rows
        (np.ones((600, 40), "float32"), (0, 1)),
        (np.ones((30, 40, 50), "float32"), (0,)),
        (np.ones((600, 80), "float32")[:, ::2], (0,)),
        (np.ones((600, 40), "int32"), (0,)),
        (np.ones((10, 40), "float32"), (0,)),  # a small one
    ],
)
def test_other_sums_are_left_to_numpy(array, axes):
    assert column_sums(array, axes) is None
    assert (mx.nd.sum(mx.nd.array(array), axis=axes).asnumpy().ravel() == array.sum(axis=axes).ravel()).all()
