"""Samples of the reductions."""
import numpy as np

from .sampling import Sample, samples

AXES = (
    {},
    {"axis": 1},
    {"axis": (0, -1)},
    {"axis": (0, 2), "keepdims": True},
    {"axis": 1, "exclude": True},
    {"axis": ()},
    {"keepdims": True},
)


def distinct(rng, shape):
    """Return shuffled values that differ by at least 0.1, none of them 0."""
    count = int(np.prod(shape))
    values = np.concatenate([np.linspace(0.4, 2.0, (count + 1) // 2), -np.linspace(0.45, 2.05, count // 2)])
    return rng.permutation(values).reshape(shape)


@samples("sum", "mean", "prod", "nansum", "nanprod", "max", "min")
def _(rng):
    for attrs in AXES:
        yield Sample([distinct(rng, (2, 3, 2))], dict(attrs))
    yield Sample([np.array([[-7, 3], [2, 5]], "int32")], {"axis": 0})
    yield Sample([np.array([250, 3], "uint8")])
    yield Sample([np.array([[1.5, 2.0]], "float16")], {"axis": 1})


@samples("sum", "prod", "nansum", "nanprod")
def _(rng):
    yield Sample([np.zeros((0, 3))], {"axis": 0})
    yield Sample([np.zeros((0, 3))])


@samples("sum", "max", "min")
def _(rng):
    yield Sample([np.array([[True, False], [False, False]])], {"axis": 1})


@samples("mean")
def _(rng):
    yield Sample([np.zeros((0, 3))], {"axis": 1})


@samples("max", "min")
def _(rng):
    yield Sample([np.zeros((0, 3))], {"axis": 1})


@samples("prod")
def _(rng):
    with_zero = np.array([[0.0, 2.0, 3.0], [1.0, -1.0, 2.0]])
    yield Sample([with_zero], {"axis": 1}, second_order=False, reason="the second derivative divides by 0")


@samples("nansum", "nanprod")
def _(rng):
    yield Sample([np.array([[np.nan, 2.0], [np.nan, np.nan]], "float32")], {"axis": 1})


@samples("_prod_of_others")
def _(rng):
    yield Sample([distinct(rng, (2, 3))], {"axis": 1})
    yield Sample([distinct(rng, (2, 3))])
    yield Sample([distinct(rng, (2, 2, 2))], {"axis": 1, "exclude": True})
    yield Sample([np.zeros((2, 0))], {"axis": 1})
    yield Sample([np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 2.0]], "float32")], {"axis": 1})


@samples("_nan_to_one")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([np.zeros((0, 3))])
    yield Sample([np.array([np.nan, 2.0], "float32")])


@samples("_unreduce")
def _(rng):
    for share in (False, True):
        yield Sample([rng.normal(size=3), np.zeros((2, 3))], {"axis": 0, "share": share})
        yield Sample([rng.normal(size=1), np.zeros((2, 3))], {"share": share})
        yield Sample([rng.normal(size=(2, 1)), np.zeros((2, 3))], {"axis": 0, "exclude": True, "share": share})
        yield Sample([np.zeros(0), np.zeros((0, 3))], {"axis": 1, "share": share})


@samples("norm")
def _(rng):
    for ord in (1, 2):
        yield Sample([distinct(rng, (2, 3))], {"ord": ord})
        yield Sample([distinct(rng, (2, 3, 2))], {"ord": ord, "axis": (0, 1), "keepdims": True})
        yield Sample([distinct(rng, (2, 3))], {"ord": ord, "axis": 1, "out_dtype": "float64"})
        yield Sample([np.zeros((0, 3))], {"ord": ord, "axis": 0})
    yield Sample([np.array([3, 4], "float16")], {"out_dtype": "float32"})
    yield Sample([np.array([[3, 4]], "int32")])


@samples("moments")
def _(rng):
    yield Sample([distinct(rng, (2, 3))], {"axes": 0})
    yield Sample([distinct(rng, (2, 3, 2))], {"axes": (0, 2), "keepdims": True})
    yield Sample([distinct(rng, (2, 3))])
    yield Sample([np.zeros((0, 3))], {"axes": 1})
    yield Sample([np.array([[-7, 3], [2, 5]], "int32")], {"axes": 0})


@samples("argmax", "argmin")
def _(rng):
    yield Sample([distinct(rng, (2, 3))])
    yield Sample([distinct(rng, (2, 3))], {"axis": -1, "keepdims": True})
    yield Sample([distinct(rng, (2, 3))], {"keepdims": True})
    yield Sample([np.zeros((0, 3))], {"axis": 1})
    yield Sample([np.array([1, 3, 3], "int32")])


@samples("argmax_channel")
def _(rng):
    yield Sample([distinct(rng, (2, 3))])
    yield Sample([distinct(rng, (2, 3, 2))])
    yield Sample([np.zeros((0, 3))])


@samples("cumsum")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([rng.normal(size=(2, 3))], {"axis": -1})
    yield Sample([np.zeros((0, 3))], {"axis": 0})
    yield Sample([np.array([True, True, False])])
    yield Sample([np.array([1, 2], "int32")], {"dtype": "float64"})
    yield Sample([np.array([1, 2], "float16")])
