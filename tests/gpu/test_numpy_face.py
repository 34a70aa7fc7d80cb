"""np.ndarrays on a GPU: where results are, functions that CuPy lacks, gradients, random numbers, printed form."""
import numpy
import pytest

import mxlearn as mx

np, npx = mx.np, mx.npx

FUNCTIONS = {
    "arithmetic": lambda x: (x * 2 + x / 3 - x % 2) ** 2,
    "comparison": lambda x: np.where(x > 2, x, -x),
    "reductions": lambda x: x.mean(axis=0) + x.std() + x.max(),
    "sort": lambda x: np.sort(x[:, ::-1], axis=1),
    "take": lambda x: np.take(x, np.array([0, 2], ctx=x.ctx), axis=1),
    "roll": lambda x: np.roll(x, 1, axis=1),
    "insert": lambda x: np.insert(x, 1, 7.0, axis=1),
    "pad": lambda x: np.pad(x, 1),
    "diag": lambda x: np.diag(x[0]),
    "tril": lambda x: np.tril(x),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, x),
    "mask": lambda x: x[x > 2],
    "element": lambda x: x[1, 2],
    "softmax": lambda x: npx.softmax(x),
    "norm": lambda x: np.linalg.norm(x, axis=1),
    "histogram": lambda x: np.histogram(x, bins=3, range=(0, 6))[0],
    "polynomial": lambda x: np.polymul(x[0], x[1]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gives_on_the_gpu_what_it_gives_on_the_cpu(name):
    host = np.arange(6).reshape(2, 3)
    expected, found = FUNCTIONS[name](host), FUNCTIONS[name](host.as_in_ctx(mx.gpu(0)))
    assert found.ctx == mx.gpu(0) and type(found) is np.ndarray
    numpy.testing.assert_allclose(found.asnumpy(), expected.asnumpy(), rtol=1e-5)


@pytest.mark.parametrize("name", ["arithmetic", "sort", "roll", "insert", "einsum", "mask", "element"])
def test_the_gradient_is_on_the_gpu(name):
    x = np.arange(1, 7, ctx=mx.gpu(0)).reshape(2, 3)
    x.attach_grad()
    with mx.autograd.record():
        y = (FUNCTIONS[name](x) ** 2).sum()
    y.backward()
    assert y.shape == () and x.grad.ctx == mx.gpu(0) and float(np.abs(x.grad).sum()) > 0


def test_random_numbers_come_from_the_gpus_stream():
    np.random.seed(3)
    first = np.random.normal(0, 1, (2, 3), ctx=mx.gpu(0))
    np.random.seed(3)
    again = np.random.normal(0, 1, (2, 3), ctx=mx.gpu(0))
    assert first.ctx == mx.gpu(0) and (first == again).all()
    for draw in (np.random.randint(0, 5, (3,), ctx=mx.gpu(0)), np.random.choice(4, 3, ctx=mx.gpu(0))):
        assert draw.ctx == mx.gpu(0) and draw.shape == (3,)


def test_the_printed_form_names_the_gpu():
    assert repr(np.ones(2, ctx=mx.gpu(0))) == "array([1., 1.], ctx=gpu(0))"
