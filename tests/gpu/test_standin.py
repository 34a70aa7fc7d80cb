"""The stand-in refuses what CuPy refuses and differs from NumPy where CuPy does; where CuPy is installed, it has CuPy's
names and signatures (that needs no GPU)."""
import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

from . import standin
from .conftest import REAL_CUPY
from .standin.cuda import Device


@pytest.fixture
def xp():
    Device(0).use()  # whatever device a test before this one left current
    return standin.make()


@pytest.fixture
def x(xp):
    return xp.asarray(np.arange(6, dtype="float32").reshape(2, 3))


def test_nothing_becomes_a_numpy_array_unasked(xp, x):
    with pytest.raises(TypeError, match="Implicit conversion to a NumPy array"):
        np.asarray(x)
    with pytest.raises(TypeError, match=r"numpy\.exp was called"):
        np.exp(x)
    with pytest.raises(TypeError, match=r"numpy\.concatenate was called"):
        np.concatenate([x, x])
    assert isinstance(x.get(), np.ndarray)
    assert not isinstance(x, np.ndarray)


def test_arrays_of_the_host_do_not_enter_computations(xp, x):
    host = np.ones((2, 3), "float32")
    for function in (
        lambda: x + host,
        lambda: host + x,
        lambda: xp.maximum(x, host),
        lambda: xp.where(host, x, x),
        lambda: xp.sum(host),
        lambda: xp.concatenate([x, host]),
        lambda: xp.take_along_axis(x, np.zeros((2, 1), int), 1),
    ):
        with pytest.raises(TypeError):
            function()
    with pytest.raises(ValueError, match="cannot be used for fill"):
        x[:] = host


def test_numbers_enter_computations_and_adapt(xp, x):
    assert (x + 1).dtype == (2.5 * x).dtype == (np.float32(2) * x).dtype == np.float32
    assert (x + np.float64(1)).dtype == np.float64
    assert (xp.asarray([True]) + 1).dtype == np.int64
    with pytest.raises(OverflowError):
        xp.zeros(2, "uint8") + 300


def test_results_without_dimensions_are_arrays(xp, x):
    assert type(x.sum()) is type(x[0, 0]) is type(xp.max(x)) is xp.ndarray
    assert x.sum().shape == ()
    with pytest.raises(TypeError):
        range(x.sum().astype(int))  # no __index__


def test_what_cupy_does_not_have_is_not_there(xp, x):
    for name in ("apply_along_axis", "nditer", "float128", "array2string", "errstate", "random_sample", "emath"):
        assert not hasattr(xp, name)
    for name in ("normal", "permutation", "shuffle", "choice", "multinomial", "standard_cauchy"):
        assert not hasattr(xp.random.Generator, name)
    with pytest.raises(TypeError, match="initial"):
        xp.max(x, initial=0)
    with pytest.raises(TypeError, match="where"):
        x.sum(where=True)
    with pytest.raises(AttributeError):
        x.flags.writeable  # noqa: B018
    with pytest.raises(ValueError, match="Unsupported dtype"):
        xp.asarray(["a"])


def test_out_receives_the_exact_shape(xp, x):
    with pytest.raises(ValueError, match="Out shape is mismatched"):
        xp.add(x[:1], 1, out=xp.zeros((2, 3), "float32"))
    with pytest.raises(TypeError):
        xp.add(x, 1, out=np.zeros((2, 3), "float32"))
    with pytest.raises(TypeError, match="could not be coerced"):
        xp.add(x, 0.5, out=xp.zeros((2, 3), "int32"))


def test_indices_out_of_bounds_wrap_around(xp, x):
    assert x[xp.asarray([3])].get().tolist() == x[1:].get().tolist()
    assert xp.take(x, xp.asarray([7])).get().tolist() == [1]
    with pytest.raises(IndexError):
        x[5]


def test_scattered_addition_takes_the_dtypes_of_cuda_atomics(xp):
    total = xp.zeros(2, "float32")
    xp.add.at(total, xp.asarray([0, 0, 1]), xp.ones(3, "float32"))
    assert total.get().tolist() == [2, 1]
    with pytest.raises(TypeError, match="int64"):
        xp.add.at(xp.zeros(2, "int64"), xp.asarray([0]), xp.asarray([1]))
    with pytest.raises(NotImplementedError):
        xp.multiply.at(total, xp.asarray([0]), 1.0)


def test_linear_algebra_does_not_raise_unless_asked(xp):
    singular = xp.ones((2, 2), "float32")
    assert np.isnan(xp.linalg.inv(singular).get()).all()
    with standin.functions.errstate(linalg="raise"), pytest.raises(np.linalg.LinAlgError):
        xp.linalg.inv(singular)
    with pytest.raises(TypeError, match="float16"):
        xp.linalg.inv(xp.ones((2, 2), "float16"))


def test_devices_do_not_mix(xp, x):
    with Device(1):
        y = xp.asarray(np.ones((2, 3), "float32"))
        for function in (lambda: x + 1, lambda: x + y, lambda: x.sum(), lambda: x.__setitem__(0, 1)):
            with pytest.raises(ValueError, match="array device = 0 while current = 1"):
                function()
        assert x.get().sum() == 15
        assert x[0].device == Device(0)
        assert x.copy().device == Device(1)


def test_parameters_of_distributions_are_arrays_or_python_numbers(xp):
    generator = xp.random.default_rng(0)
    assert generator.poisson(xp.ones(3)).dtype == np.int64
    with pytest.raises(TypeError, match="lam is required"):
        generator.poisson(np.float64(1))
    with pytest.raises(TypeError, match="Unsupported dtype float16"):
        generator.standard_normal(3, "float16")


def test_dtypes_are_those_of_cupys_loops(xp):
    assert xp.exp(xp.ones(2, "int8")).dtype == np.float16
    assert xp.divide(xp.ones(2, "int8"), 2).dtype == np.float64
    assert xp.sign(xp.ones(2, bool)).dtype == np.int8  # NumPy refuses
    with pytest.raises(TypeError, match="Wrong type"):
        xp.bitwise_and(xp.ones(2), 1)


# -- against CuPy itself -----------------------------------------------------------------------------------------------
LINES = (Path(standin.__file__).parent / "cupy_api.txt").read_text().splitlines()[1:]


def test_names_and_signatures_are_those_of_cupy(monkeypatch):
    cupy = REAL_CUPY  # without a GPU it can be imported all the same
    if cupy is None:
        pytest.skip("CuPy is not installed")
    monkeypatch.setitem(sys.modules, "cupy", cupy)  # it imports parts of itself when they are first used
    for line in LINES:
        name, _, form = line.partition(" ")
        found = cupy
        for part in name.split("."):
            found = getattr(found, part)
        if form.startswith("("):
            if name != "size":  # compiled, without a signature
                expected = list(inspect.signature(found).parameters)
                assert list(standin.functions.NAMESPACE[name].signature.parameters) == expected, name
        else:
            assert set(form.split()) <= set(found.types), name
    for name in vars(standin.random.Generator):
        assert name.startswith("_") or hasattr(cupy.random.Generator, name), name
    for name in vars(standin.ndarray):
        allowed = ("host", "number", "_")
        assert name.startswith(allowed) or hasattr(cupy.ndarray, name), name
