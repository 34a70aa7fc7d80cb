"""mx.np gives NumPy's values, shapes and kinds of dtype, function by function."""
import numpy
import pytest

import mxlearn as mx

np = mx.np


def arrays():
    rng = numpy.random.default_rng(3)
    return {
        "v": rng.normal(size=4).astype("float32"),
        "w": rng.normal(size=4).astype("float32"),
        "m": rng.normal(size=(3, 4)).astype("float32"),
        "k": rng.normal(size=(4, 3)).astype("float32"),
        "t": rng.normal(size=(2, 3, 4)).astype("float32"),
        "p": rng.uniform(0.5, 2.0, size=(2, 3)).astype("float32"),
        "i": rng.integers(-5, 6, size=(3, 4)).astype("int32"),
        "n": rng.integers(0, 4, size=(3, 4)).astype("int32"),
        "z": numpy.array(1.5, "float32"),
        "e": numpy.zeros((0, 3), "float32"),
        "x": numpy.array([1.0, numpy.nan, numpy.inf, -numpy.inf, -0.0], "float32"),
    }


# what is computed, written once for both: f is numpy or mx.np, a holds the arrays
CASES = {
    "add": lambda f, a: f.add(a.m, a.v),
    "subtract outer": lambda f, a: a.v[:, None] - a.w,
    "divide": lambda f, a: f.true_divide(a.m, a.p[0, 0]),
    "mod": lambda f, a: f.mod(a.i, 3),
    "power": lambda f, a: f.power(a.p, 2.5),
    "maximum": lambda f, a: f.maximum(a.v, a.w),
    "minimum 0-d": lambda f, a: f.minimum(a.z, a.v),
    "hypot": lambda f, a: f.hypot(a.v, a.w),
    "arctan2": lambda f, a: f.arctan2(a.v, a.w),
    "copysign": lambda f, a: f.copysign(a.v, a.w),
    "floor_divide": lambda f, a: f.floor_divide(a.i, 2),
    "bitwise_and": lambda f, a: f.bitwise_and(a.i, 3),
    "bitwise_xor": lambda f, a: a.i ^ a.n,
    "invert": lambda f, a: ~a.i,
    "lcm": lambda f, a: f.lcm(a.n, a.n + 1),
    "compare": lambda f, a: (a.m > 0) & (a.m <= 1),
    "compare mixed": lambda f, a: a.i < a.m,
    "logical_or": lambda f, a: f.logical_or(a.i, a.n),
    "logical_not": lambda f, a: f.logical_not(a.n),
    "isnan": lambda f, a: f.isnan(a.x),
    "isinf": lambda f, a: f.isinf(a.x),
    "isposinf": lambda f, a: f.isposinf(a.x),
    "signbit": lambda f, a: f.signbit(a.x),
    "nan_to_num": lambda f, a: f.nan_to_num(a.x),
    "around": lambda f, a: f.around(a.m, 1),
    "rint": lambda f, a: f.rint(a.m * 3),
    "clip": lambda f, a: f.clip(a.m, -0.5, 0.5),
    "clip one side": lambda f, a: f.clip(a.m, None, 0.5),
    "clip arrays": lambda f, a: f.clip(a.m, a.v - 1, a.v + 1),
    "sum": lambda f, a: f.sum(a.t),
    "sum axes": lambda f, a: f.sum(a.t, axis=(0, -1)),
    "sum keepdims": lambda f, a: a.t.sum(axis=1, keepdims=True),
    "sum nothing": lambda f, a: f.sum(a.e, axis=0),
    "mean": lambda f, a: a.t.mean(axis=(1, 2)),
    "std": lambda f, a: f.std(a.t, axis=1, ddof=1),
    "var": lambda f, a: a.t.var(),
    "max": lambda f, a: f.max(a.t, axis=0),
    "min 0-d": lambda f, a: f.min(a.z),
    "ptp": lambda f, a: f.ptp(a.m, axis=1),
    "prod": lambda f, a: f.prod(a.p, axis=0),
    "average": lambda f, a: f.average(a.m, axis=1, weights=a.v + 4),
    "cumsum flat": lambda f, a: f.cumsum(a.m),
    "argmax": lambda f, a: f.argmax(a.t, axis=2),
    "argmin all": lambda f, a: f.argmin(a.t),
    "any": lambda f, a: f.any(a.n > 2, axis=0),
    "all keepdims": lambda f, a: f.all(a.n >= 0, axis=1, keepdims=True),
    "count_nonzero": lambda f, a: f.count_nonzero(a.n, axis=1),
    "percentile": lambda f, a: f.percentile(a.m, 30, axis=0),
    "quantile several": lambda f, a: f.quantile(a.v, f.array([0.25, 0.5])),
    "median": lambda f, a: f.median(a.m, axis=1),
    "nanmax": lambda f, a: f.nanmax(f.array([1.0, float("nan"), 3.0])),
    "nansum": lambda f, a: f.nansum(f.array([1.0, float("nan"), 3.0])),
    "diff": lambda f, a: f.diff(a.m, n=2, axis=1),
    "diff prepend": lambda f, a: f.diff(a.m, axis=0, prepend=0.0),
    "ediff1d": lambda f, a: f.ediff1d(a.m),
    "reshape": lambda f, a: f.reshape(a.t, (4, -1)),
    "reshape nothing": lambda f, a: a.e.reshape(3, 0),
    "transpose": lambda f, a: f.transpose(a.t, (2, 0, 1)),
    "transpose negative": lambda f, a: f.transpose(a.t, (-1, 0, 1)),
    "moveaxis": lambda f, a: f.moveaxis(a.t, (0, 1), (-1, 0)),
    "rollaxis": lambda f, a: f.rollaxis(a.t, 2),
    "swapaxes": lambda f, a: a.t.swapaxes(0, -1),
    "expand_dims": lambda f, a: f.expand_dims(a.m, -1),
    "expand_dims several": lambda f, a: f.expand_dims(a.m, (0, 3)),
    "squeeze": lambda f, a: f.squeeze(a.m[:1, None], axis=1),
    "broadcast_to": lambda f, a: f.broadcast_to(a.z, (2, 2)),
    "atleast_3d": lambda f, a: f.atleast_3d(a.m),
    "atleast_2d": lambda f, a: f.atleast_2d(a.z),
    "flip": lambda f, a: f.flip(a.t, (0, 2)),
    "roll": lambda f, a: f.roll(a.m, (1, -1), (0, 1)),
    "rot90": lambda f, a: f.rot90(a.t, 3, (1, 2)),
    "repeat": lambda f, a: f.repeat(a.m, 2, axis=-1),
    "repeat each": lambda f, a: f.repeat(a.m, f.array([1, 0, 2]).astype("int64"), axis=0),
    "repeat flat": lambda f, a: a.m.repeat(2),
    "tile": lambda f, a: f.tile(a.m, (2, 1, 2)),
    "tile 0-d": lambda f, a: f.tile(a.z, 3),
    "pad": lambda f, a: f.pad(a.m, ((1, 2), (0, 1)), constant_values=7),
    "pad reflect": lambda f, a: f.pad(a.m, 2, mode="reflect"),
    "pad wrap": lambda f, a: f.pad(a.v, (1, 2), mode="wrap"),
    "diagonal": lambda f, a: f.diagonal(a.t, 1, 1, 2),
    "diag": lambda f, a: f.diag(a.v, -2),
    "diag of matrix": lambda f, a: f.diag(a.m, 1),
    "diagflat": lambda f, a: f.diagflat(a.p),
    "trace": lambda f, a: f.trace(a.t, axis1=1, axis2=2),
    "tril": lambda f, a: f.tril(a.t, -1),
    "triu": lambda f, a: f.triu(a.m, 1),
    "resize": lambda f, a: f.resize(a.v, (2, 5)),
    "concatenate": lambda f, a: f.concatenate([a.m, a.k.T], axis=-1),
    "concatenate flat": lambda f, a: f.concatenate([a.m, a.v], axis=None),
    "stack": lambda f, a: f.stack([a.v, a.w], axis=-1),
    "vstack": lambda f, a: f.vstack([a.m, a.v]),
    "dstack": lambda f, a: f.dstack([a.m, a.m]),
    "split": lambda f, a: f.split(a.t, 2, axis=-1),
    "split indices": lambda f, a: f.split(a.m, [1, 3], axis=1),
    "array_split": lambda f, a: f.array_split(a.v, 3),
    "hsplit": lambda f, a: f.hsplit(a.m, 2),
    "dsplit": lambda f, a: f.dsplit(a.t, 2),
    "append": lambda f, a: f.append(a.m, a.v),
    "insert": lambda f, a: f.insert(a.m, 1, 9.0, axis=1),
    "delete": lambda f, a: f.delete(a.m, [0, 2], axis=1),
    "where": lambda f, a: f.where(a.m > 0, a.m, 0.0),
    "where broadcast": lambda f, a: f.where(a.v > 0, a.m, a.z),
    "nonzero": lambda f, a: f.nonzero(a.n),
    "argwhere": lambda f, a: f.argwhere(a.n > 1),
    "take": lambda f, a: f.take(a.m, f.array([[0, -1]]).astype("int64"), axis=1),
    "take_along_axis": lambda f, a: f.take_along_axis(a.m, f.argsort(a.m, axis=1), 1),
    "choose": lambda f, a: f.choose(f.array([0, 1, 1, 0]).astype("int64"), [a.v, a.w]),
    "compress": lambda f, a: f.compress(f.array([True, False, True]), a.m, axis=0),
    "extract": lambda f, a: f.extract(a.m > 0, a.m),
    "select": lambda f, a: f.select([a.v > 0.5, a.v < 0], [a.v, a.w], 9.0),
    "piecewise": lambda f, a: f.piecewise(a.v, [a.v < 0, a.v >= 0], [lambda x: -x, lambda x: x * 2]),
    "sort": lambda f, a: f.sort(a.t, axis=1),
    "sort flat": lambda f, a: f.sort(a.m, axis=None),
    "argsort": lambda f, a: f.argsort(a.m, axis=0),
    "unique": lambda f, a: f.unique(a.n, return_counts=True),
    "searchsorted": lambda f, a: f.searchsorted(f.sort(a.v), a.w),
    "digitize": lambda f, a: f.digitize(a.m, f.array([-1.0, 0.0, 1.0])),
    "bincount": lambda f, a: f.bincount(a.n.reshape(-1), minlength=6),
    "isin": lambda f, a: f.isin(a.n, f.array([1, 2]).astype("int32")),
    "union1d": lambda f, a: f.union1d(a.n, a.n + 1),
    "dot": lambda f, a: f.dot(a.t, a.k),
    "dot tensors": lambda f, a: f.dot(a.m, f.transpose(a.t, (0, 2, 1))),
    "dot 0-d": lambda f, a: f.dot(a.z, a.m),
    "matmul vector": lambda f, a: f.matmul(a.t, a.v),
    "matmul batch": lambda f, a: a.t @ a.k,
    "tensordot": lambda f, a: f.tensordot(a.t, a.k, 1),
    "tensordot axes": lambda f, a: f.tensordot(a.t, a.m, ((1, 2), (0, 1))),
    "inner": lambda f, a: f.inner(a.t, a.m),
    "outer": lambda f, a: f.outer(a.v, a.p),
    "kron": lambda f, a: f.kron(a.p, a.v),
    "cross": lambda f, a: f.cross(a.k, a.k[::-1]),
    "einsum": lambda f, a: f.einsum("bij,jk->bk", a.t, a.k),
    "einsum dots": lambda f, a: f.einsum("...j,j->...", a.t, a.v),
    "polyval": lambda f, a: f.polyval(a.v, a.p),
    "interp": lambda f, a: f.interp(a.p, f.array([0.0, 1.0, 2.0]), f.array([1.0, 3.0, 2.0])),
    "histogram": lambda f, a: f.histogram(a.m, bins=4, range=(-2, 2)),
    "cov": lambda f, a: f.cov(a.m),
    "corrcoef": lambda f, a: f.corrcoef(a.m),
    "meshgrid": lambda f, a: f.meshgrid(a.v, a.w[:2], indexing="ij"),
    "indices": lambda f, a: f.unravel_index(f.array([3, 5]).astype("int64"), (2, 3)),
    "tril_indices": lambda f, a: f.tril_indices_from(a.m[:, :3]),
    "trapz like": lambda f, a: f.sum((a.m[:, 1:] + a.m[:, :-1]) / 2, axis=1),
    "slice step": lambda f, a: a.t[:, ::-2, 1:],
    "index pairs": lambda f, a: a.t[[0, 1], [2, 0]],
    "index middle": lambda f, a: a.t[:, [0, 2], 1],
    "index mask": lambda f, a: a.m[a.m > 0],
    "index mask row": lambda f, a: a.m[f.array([True, False, True]).astype("bool")],
    "index none": lambda f, a: a.m[..., None, 1],
    "index element": lambda f, a: a.t[1, 2, 3],
    "norm": lambda f, a: f.linalg.norm(a.m),
    "norm 1": lambda f, a: f.linalg.norm(a.m, 1),
    "norm inf": lambda f, a: f.linalg.norm(a.m, numpy.inf, axis=(0, 1)),
    "norm p": lambda f, a: f.linalg.norm(a.m, 3, axis=1),
    "norm nuc": lambda f, a: f.linalg.norm(a.t, "nuc", axis=(1, 2)),
    "det": lambda f, a: f.linalg.det(a.m @ a.k),
    "inv": lambda f, a: f.linalg.inv(a.m @ a.k + 3 * f.eye(3)),
    "solve": lambda f, a: f.linalg.solve(a.m @ a.k + 3 * f.eye(3), a.k[0]),
    "eigvalsh": lambda f, a: f.linalg.eigvalsh(a.m @ a.m.T),
    "matrix_power": lambda f, a: f.linalg.matrix_power(a.m @ a.k, 3),
    "multi_dot": lambda f, a: f.linalg.multi_dot([a.m, a.k, a.m]),
    "pinv": lambda f, a: f.linalg.pinv(a.m),
    "lstsq": lambda f, a: f.linalg.lstsq(a.k, a.v, rcond=None)[0],
    "tensorinv": lambda f, a: f.linalg.tensorinv(f.eye(6).reshape(2, 3, 3, 2) * 2.0),
    "apply_along_axis": lambda f, a: f.apply_along_axis(lambda row: row * row.sum(), 1, a.m),
}


class Bag:
    def __init__(self, values):
        self.__dict__.update(values)


def compare(found, expected, name):
    if isinstance(expected, (list, tuple)):
        assert len(found) == len(expected), name
        for f, e in zip(found, expected, strict=True):
            compare(f, e, name)
        return
    host = found.asnumpy() if isinstance(found, mx.NDArray) else numpy.asarray(found)
    expected = numpy.asarray(expected)
    assert host.shape == expected.shape, name
    assert isinstance(found, np.ndarray), name
    same_kind = {"f": "f", "i": "iu", "u": "iu", "b": "b"}[host.dtype.kind]
    assert expected.dtype.kind in same_kind, (name, host.dtype, expected.dtype)
    numpy.testing.assert_allclose(host, expected, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_function_gives_what_numpy_gives(name):
    with numpy.errstate(all="ignore"):
        expected = CASES[name](numpy, Bag(arrays()))
    if name == "indices":
        expected = numpy.stack(expected)  # MXNet gives one array with a row for each axis
    found = CASES[name](np, Bag({key: np.array(value, dtype=value.dtype) for key, value in arrays().items()}))
    compare(found, expected, name)


UNARY = [
    "absolute", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "cos", "cosh",
    "degrees", "exp", "expm1", "fix", "floor", "log", "log10", "log1p", "log2", "negative", "radians",
    "reciprocal", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
]  # fmt: skip


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 2)])
def test_unary_function_gives_what_numpy_gives(name, shape):
    value = numpy.random.default_rng(1).uniform(0.1, 0.9, shape).astype("float32")
    if name == "arccosh":
        value = value + 1
    value = numpy.asarray(value)
    found = getattr(np, name)(np.array(value))
    numpy.testing.assert_allclose(found.asnumpy(), getattr(numpy, name)(value), rtol=1e-5)
    assert found.shape == shape and found.dtype == numpy.float32


def test_float64_stays_float64():
    assert (np.array([1.0], dtype="float64") * 2).dtype == numpy.float64


def test_an_integer_comparison_with_a_number_is_exact():
    assert (np.array([1, 2], dtype="uint8") < 300).asnumpy().all()
    assert (np.array([7], dtype="int32") == 7.5).asnumpy().tolist() == [False]


def test_out_receives_the_result():
    out = np.zeros(2)
    assert np.add(np.ones(2), 1, out=out) is out and out.asnumpy().tolist() == [2, 2]


def test_in_place_keeps_the_array_and_its_dtype():
    x = np.ones(3, dtype="float16")
    y = x
    x += np.ones(3)
    assert x is y and x.dtype == numpy.float16 and x.asnumpy().tolist() == [2, 2, 2]
    x *= x > 0
    assert x.asnumpy().tolist() == [2, 2, 2]


def test_in_place_into_integers_refuses_floating_results():
    x = np.ones(2, dtype="int32")
    with pytest.raises(mx.base.DTypeError, match="float32 does not fit into int32"):
        x += np.ones(2)


def test_an_element_is_a_view():
    x = np.zeros((2, 2))
    x[0, 1][...] = 5
    assert x.asnumpy().tolist() == [[0, 5], [0, 0]]


def test_a_gpu_would_be_named_in_the_printed_form(monkeypatch):
    x = np.array([1, 2], dtype="int32")
    monkeypatch.setattr(x, "_ctx", mx.gpu(0))
    assert repr(x) == "array([1, 2], dtype=int32, ctx=gpu(0))" and str(x) == "[1 2] @gpu(0)"


def test_the_two_faces_share_memory_and_tape():
    x = mx.nd.ones((2,))
    x.attach_grad()
    with mx.autograd.record():
        y = (x.as_np_ndarray() * 3).sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [3, 3]
    face = x.as_np_ndarray()
    face[0] = 7
    assert x.asnumpy().tolist() == [7, 1] and face.as_nd_ndarray().asnumpy().tolist() == [7, 1]


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'concatenate'"):
        np.concatenat  # noqa: B018


def test_pickle_and_copy_keep_the_class():
    import copy
    import pickle

    x = np.array(3.0)
    for other in (copy.deepcopy(x), copy.copy(x), pickle.loads(pickle.dumps(x))):
        assert type(other) is np.ndarray and other.shape == () and other.item() == 3.0
