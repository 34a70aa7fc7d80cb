"""The kernels that read and write by index against NumPy."""

import importlib

import numpy as np
import pytest

from mxlearn.kernels import cuda
from mxlearn.kernels.scatter import add_at

from .agreement import DTYPES, close, numbers

VALUES = ["float64", "float32", "float16", "int8", "int32", "int64", "bool"]


@pytest.mark.parametrize("dtype", VALUES)
@pytest.mark.parametrize("indices", ["float32", "int32", "int64"])
@pytest.mark.parametrize("mode", ["clip", "wrap"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_take(xp, axis, mode, indices, dtype):
    a = (numbers((3, 4, 5), "float64") * 10).astype(dtype)
    places = np.array([[0, 1, 2], [-1, 7, -9]]).astype(indices)
    got = cuda.take(xp, xp.asarray(a), xp.asarray(places), axis=axis, mode=mode)
    np.testing.assert_array_equal(got.get(), np.take(a, places.astype(int), axis, mode=mode))
    assert got.dtype == a.dtype


def test_fractions_of_an_index_are_cut_off(xp):
    a, places = xp.asarray(np.arange(4.0)), xp.asarray(np.array([1.9, 2.0], "float32"))
    assert cuda.take(xp, a, places, axis=0, mode="clip").get().tolist() == [1, 2]


def test_take_that_raises_is_left_to_the_reference(xp):
    assert cuda.take(xp, xp.ones(3), xp.ones(1, "int32"), axis=0, mode="raise") is None


@pytest.mark.parametrize("dtype", ["float64", "float16", "int32"])
@pytest.mark.parametrize("mode", ["clip", "wrap"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_pick_and_its_gradient(xp, axis, mode, dtype):
    data = (numbers((3, 4, 5), "float64") * 10).astype(dtype)
    kept = tuple(1 if i == axis else n for i, n in enumerate(data.shape))
    places = np.random.default_rng(1).integers(-2, data.shape[axis] + 2, kept)
    inside = places % data.shape[axis] if mode == "wrap" else places.clip(0, data.shape[axis] - 1)
    got = cuda.pick(xp, xp.asarray(data), xp.asarray(places), axis=axis, mode=mode)
    expected = np.take_along_axis(data, inside, axis)
    np.testing.assert_array_equal(got.get(), expected)
    slopes = np.zeros_like(data)
    np.put_along_axis(slopes, inside, expected, axis)
    got = cuda.pick_gradient(xp, got, xp.asarray(places), data.shape, axis=axis, mode=mode)
    np.testing.assert_array_equal(got.get(), slopes)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("indices", ["float32", "int64"])
def test_one_hot(xp, indices, dtype):
    places = np.array([[0, 3], [-1, 2]]).astype(indices)
    got = cuda.one_hot(xp, xp.asarray(places), depth=3, on_value=2.0, off_value=-1.0, dtype=dtype)
    expected = [[[2, -1, -1], [-1, -1, -1]], [[-1, -1, -1], [-1, -1, 2]]]
    assert got.get().tolist() == expected
    assert got.dtype == dtype


# (rows, width, indices): one number a row, fewer and more numbers than a warp has threads, one row that gets them all
SUMS = [(10, 1, 50), (6, 3, 40), (5, 33, 20), (4, 100, 7), (1, 2, 64), (300, 5, 2)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rows, width, count", SUMS)
@pytest.mark.parametrize("ranked", [8192, 0])  # by counting smaller ones, and by a sort
def test_sums_of_rows_of_one_index(xp, monkeypatch, ranked, rows, width, count, dtype):
    monkeypatch.setattr(importlib.import_module("mxlearn.kernels.cuda.indexing"), "RANKED", ranked)
    index, values = np.random.default_rng(0).integers(0, rows, count), numbers((count, width), dtype)
    got = cuda.add_at(xp, (rows, width), dtype, xp.asarray(index), xp.asarray(values))
    close(got, add_at(np, (rows, width), "float64", index, values.astype("float64")), 4)


def test_equal_indices_keep_their_order(xp):
    order = importlib.import_module("mxlearn.kernels.cuda.indexing").sorted_order
    index = np.array([5, 1, 5, 0, 1, 1], "int64")
    assert order(xp, xp.asarray(index)).get().tolist() == np.argsort(index, kind="stable").tolist()
