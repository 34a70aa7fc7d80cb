"""Gradients through mx.np against central differences."""
import numpy
import pytest

import mxlearn as mx
from mxlearn.base import GradientError

np, autograd = mx.np, mx.autograd

FUNCTIONS = {
    "sum": lambda x: x.sum(),
    "mean axis": lambda x: x.mean(axis=1),
    "var": lambda x: x.var(axis=0, ddof=1),
    "std": lambda x: np.std(x),
    "prod": lambda x: x.prod(axis=1),
    "max": lambda x: x.max(axis=0),
    "ptp": lambda x: np.ptp(x, axis=1),
    "average": lambda x: np.average(x, axis=1, weights=np.array([1, 2, 3, 4])),
    "cumsum": lambda x: np.cumsum(x, axis=0),
    "diff": lambda x: np.diff(x, n=2),
    "ediff1d": lambda x: np.ediff1d(x, to_begin=1.0),
    "trapz": lambda x: np.trapz(x, dx=0.5),
    "norm": lambda x: np.linalg.norm(x),
    "norm 3": lambda x: np.linalg.norm(x, 3, axis=1),
    "norm nuc": lambda x: np.linalg.norm(x, "nuc"),
    "norm inf": lambda x: np.linalg.norm(x, numpy.inf),
    "reshape": lambda x: x.reshape(2, 6) ** 2,
    "reshape to no axes": lambda x: x.sum().reshape(1, 1) * x,
    "transpose": lambda x: x.T * np.arange(12).reshape(4, 3),
    "moveaxis": lambda x: np.moveaxis(x.reshape(3, 2, 2), 0, 2) ** 2,
    "squeeze": lambda x: np.squeeze(x[None]) ** 2,
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)) ** 2,
    "flip": lambda x: np.flip(x, 1) * x,
    "roll": lambda x: np.roll(x, 2) * x,
    "rot90": lambda x: np.rot90(x) ** 2,
    "repeat": lambda x: np.repeat(x, 2, axis=1) ** 2,
    "tile": lambda x: np.tile(x, (2, 1)) ** 2,
    "pad": lambda x: np.pad(x, 1, mode="reflect") ** 2,
    "pad constant": lambda x: np.pad(x, ((0, 1), (2, 0)), constant_values=3) ** 2,
    "diag": lambda x: np.diag(x, 1) ** 2,
    "diagflat": lambda x: np.diagflat(x[0]) ** 2,
    "trace": lambda x: np.trace(x) ** 2,
    "tril": lambda x: np.tril(x) ** 2,
    "concatenate": lambda x: np.concatenate([x, x * 2], axis=1) ** 2,
    "concatenate flat": lambda x: np.concatenate([x, x[0]], axis=None) ** 2,
    "stack": lambda x: np.stack([x, x * x]),
    "split": lambda x: np.split(x, 2, axis=1)[1] ** 2,
    "insert": lambda x: np.insert(x, 1, x[:, 0], axis=1) ** 2,
    "delete": lambda x: np.delete(x, 1, axis=0) ** 2,
    "where": lambda x: np.where(x > 0, x**2, x),
    "take": lambda x: np.take(x, np.array([0, -1, 0]), axis=1) ** 2,
    "take_along_axis": lambda x: np.take_along_axis(x, np.argsort(x, axis=1), 1) ** 3,
    "sort": lambda x: np.sort(x, axis=0) * np.arange(12).reshape(3, 4),
    "select": lambda x: np.select([x > 0.5, x < 0], [x**2, x * 3], 1.0),
    "clip": lambda x: np.clip(x, -0.4, 0.7) * x,
    "maximum": lambda x: np.maximum(x, 0.1) * x,
    "hypot": lambda x: np.hypot(x, 2.0),
    "arctan2": lambda x: np.arctan2(x, x[0] + 4),
    "copysign": lambda x: np.copysign(x, np.ones(4)),
    "ldexp": lambda x: np.ldexp(x, np.array([1.0, 2, 3, 4])),
    "true_divide": lambda x: x / (x[1] + 5),
    "power": lambda x: (x + 4) ** x,
    "float power": lambda x: 2.0**x,
    "dot": lambda x: np.dot(x, x.T),
    "dot vectors": lambda x: np.dot(x[0], x[1]),
    "matmul": lambda x: np.matmul(x.reshape(1, 3, 4), np.arange(24).reshape(2, 4, 3)),
    "matmul vector": lambda x: x @ x[0],
    "tensordot": lambda x: np.tensordot(x, x, ((0,), (0,))),
    "inner": lambda x: np.inner(x, x),
    "outer": lambda x: np.outer(x[0], x[1]),
    "kron": lambda x: np.kron(x[:1], x[1:]),
    "einsum": lambda x: np.einsum("ij,kj,k->i", x, x, x[:, 0]),
    "einsum diagonal": lambda x: np.einsum("ii->i", x[:, :3]) ** 2,
    "meshgrid": lambda x: np.meshgrid(x[0], x[1])[0] * x[0, 0],
    "det": lambda x: np.linalg.det(x[:, :3] + 3 * np.eye(3)),
    "slogdet": lambda x: np.linalg.slogdet(x[:, :3] + 3 * np.eye(3))[1],
    "inv": lambda x: np.linalg.inv(x[:, :3] + 3 * np.eye(3)),
    "solve": lambda x: np.linalg.solve(x[:, :3] + 3 * np.eye(3), x[:, 3]),
    "cholesky": lambda x: np.linalg.cholesky(x @ x.T + np.eye(3)),
    "eigvalsh": lambda x: np.linalg.eigvalsh(x @ x.T),
    "singular values": lambda x: np.linalg.svd(x)[1],
    "pinv": lambda x: np.linalg.pinv(x),
    "matrix_power": lambda x: np.linalg.matrix_power(x[:, :3], 3),
    "index element": lambda x: x[1, 2] ** 2,
    "index row": lambda x: x[-1] ** 2,
    "index slice": lambda x: x[::2, 1:-1] ** 2,
    "index lists": lambda x: x[[0, 1, 0], [1, 2, 1]] ** 2,
    "index mask": lambda x: x[x > 0] ** 2,
    "index none": lambda x: x[:, None] * x,
    "iteration": lambda x: sum((row[0] * row for row in x), np.zeros(4)),
    "polyval": lambda x: np.polyval(x[0], x[1]),
    "softmax": lambda x: mx.npx.softmax(x) ** 2,
    "sequence_mask": lambda x: mx.npx.sequence_mask(x, np.array([1, 2, 2, 3]), True) ** 2,
    "apply_along_axis": lambda x: np.apply_along_axis(lambda row: row * row[0], 1, x),
    "piecewise": lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: v**2, lambda v: v * 3]),
}


def value_of(function, host, weights):
    out = function(np.array(host)).asnumpy()
    return float((out * weights[: out.size].reshape(out.shape)).sum())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_is_the_difference_quotient(name):
    function = FUNCTIONS[name]
    rng = numpy.random.default_rng(5)
    host = rng.normal(size=(3, 4))
    weights = rng.normal(size=400)
    x = np.array(host)
    x.attach_grad()
    with autograd.record():
        y = function(x)
    y.backward(np.array(weights[: y.size].reshape(y.shape)))
    assert type(y) is np.ndarray and type(x.grad) is np.ndarray
    expected = numpy.zeros_like(host)
    step = 1e-6
    for place in numpy.ndindex(host.shape):
        up, down = host.copy(), host.copy()
        up[place] += step
        down[place] -= step
        expected[place] = (value_of(function, up, weights) - value_of(function, down, weights)) / (2 * step)
    numpy.testing.assert_allclose(x.grad.asnumpy(), expected, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", ["matmul", "sort", "norm", "einsum", "where", "index lists", "dot vectors"])
def test_second_derivative_through_the_same_functions(name):
    host = numpy.random.default_rng(6).normal(size=(3, 4))
    direction = numpy.random.default_rng(7).normal(size=(3, 4))

    def gradient(at, create):
        x = np.array(at)
        x.attach_grad()
        with autograd.record():
            y = (FUNCTIONS[name](x) ** 2).sum()
            (dy,) = autograd.grad(y, [x], create_graph=create, retain_graph=True)
            product = (dy * np.array(direction)).sum() if create else None
        return x, dy, product

    x, _, product = gradient(host, True)
    product.backward()
    step = 1e-5
    up, down = (gradient(host + s * direction, False)[1].asnumpy() for s in (step, -step))
    numpy.testing.assert_allclose(x.grad.asnumpy(), (up - down) / (2 * step), rtol=1e-4, atol=1e-5)


def test_a_shape_without_axes_has_a_gradient_without_axes():
    x = np.array(3.0)
    x.attach_grad()
    with autograd.record():
        y = x * x
    y.backward()
    assert x.grad.shape == () and x.grad.item() == 6.0


def test_mixed_dtypes_send_back_each_its_own():
    half, single = np.ones(2, dtype="float16"), np.ones(2)
    half.attach_grad()
    single.attach_grad()
    with autograd.record():
        y = (half * single * 3).sum()
    y.backward()
    assert half.grad.dtype == numpy.float16 and single.grad.dtype == numpy.float32
    assert half.grad.asnumpy().tolist() == single.grad.asnumpy().tolist() == [3, 3]


def test_a_function_without_gradient_says_so_while_recording():
    x = np.array([1.0, 2.0, 4.0])
    x.attach_grad()
    with autograd.record():
        with pytest.raises(GradientError, match=r"np\.median|np\.quantile"):
            np.median(x)
        assert np.argmax(x).item() == 2  # whole numbers: nothing could flow back
        assert (x > 1).asnumpy().tolist() == [False, True, True]
    assert np.median(x).item() == 2.0


def test_numpy_itself_cannot_take_a_gradient_away():
    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        assert type(numpy.exp(x)) is np.ndarray and numpy.exp(x)._entry is not None
        with pytest.raises(GradientError, match="NumPy cannot record"):
            numpy.fft.fft(x)


def test_random_numbers_send_gradients_to_their_location_and_scale():
    loc, scale = np.zeros(3), np.ones(3)
    loc.attach_grad()
    scale.attach_grad()
    with autograd.record():
        sample = np.random.normal(loc, scale, size=(2, 3))
    sample.backward()
    assert loc.grad.asnumpy().tolist() == [2, 2, 2]
    numpy.testing.assert_allclose(scale.grad.asnumpy(), sample.asnumpy().sum(0), rtol=1e-5)


def test_writing_into_a_recorded_array_is_refused():
    x = np.ones(3)
    x.attach_grad()
    with autograd.record():
        y = x * 2
        with pytest.raises(mx.MXNetError, match="recorded computation"):
            y += 1
        with pytest.raises(mx.MXNetError, match="recorded computation"):
            y[0] = 1
