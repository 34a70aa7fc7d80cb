"""Samples of arithmetic and comparison: of equal shapes, broadcasting, and with a number."""
import numpy as np

from .sampling import Sample, samples

EQUAL = ((2, 3), (4,), (0, 3), (1, 2, 2))
PAIRS = (((2, 3), (2, 3)), ((2, 1), (1, 3)), ((2, 3), (3,)), ((1,), (2, 2)), ((0, 3), (1, 3)), ((2, 1, 2), (3, 1)))


def apart(rng, shape, other):
    """Return values at least 0.1 away from ``other``, to stay clear of ties."""
    values = rng.uniform(0.5, 2.0, size=shape)
    distance = values - other
    return values + np.where(np.abs(distance) < 0.1, 0.2 * np.where(distance < 0, -1, 1), 0)


def equal(rng, low=0.5, high=2.0):
    for shape in EQUAL:
        yield Sample([rng.uniform(low, high, size=shape), rng.uniform(low, high, size=shape)])


def pairs(rng, low=0.5, high=2.0):
    for left, right in PAIRS:
        yield Sample([rng.uniform(low, high, size=left), rng.uniform(low, high, size=right)])


INTEGERS = [np.array([[-7, 7], [-8, 3]], "int32"), np.array([[2, -2], [3, 0]], "int32")]


@samples("elemwise_add", "_grad_add", "elemwise_sub", "elemwise_mul", "elemwise_div", "_hypot", "_power")
def _(rng):
    yield from equal(rng)


@samples("elemwise_add", "elemwise_sub", "elemwise_mul", "elemwise_div")
@samples("_mod", "_maximum", "_minimum", "_hypot", "_power")
def _(rng):
    yield Sample(INTEGERS)


@samples("_mod")
def _(rng):
    yield Sample([np.array([5.3, -5.3, 5.3, -5.3]), np.array([3.0, 3.0, -3.0, -3.0])])
    yield Sample([rng.uniform(4.1, 4.9, size=(2, 2)), np.full((2, 2), 3.0)])
    yield Sample([np.zeros((0, 2)), np.zeros((0, 2))])


@samples("_maximum", "_minimum")
def _(rng):
    for shape in EQUAL:
        lhs = rng.uniform(0.5, 2.0, size=shape)
        yield Sample([lhs, apart(rng, shape, lhs)])


@samples("broadcast_add", "broadcast_sub", "broadcast_mul", "broadcast_div", "broadcast_hypot", "broadcast_power")
def _(rng):
    yield from pairs(rng)


@samples(
    *(f"broadcast_{name}" for name in ("add", "sub", "mul", "div", "mod", "maximum", "minimum", "hypot", "power")),
    *(f"broadcast_{name}" for name in ("equal", "greater", "lesser_equal", "logical_and", "logical_xor")),
)
def _(rng):
    yield Sample([INTEGERS[0], np.array([3, -2], "int32")])


@samples("broadcast_mod")
def _(rng):
    yield Sample([rng.uniform(4.1, 4.9, size=(2, 1)), np.array([[3.0, -3.0, 1.5]])])
    yield Sample([rng.uniform(4.1, 4.9, size=(2, 2)), np.full((2,), 3.0)])
    yield Sample([np.zeros((0, 2)), np.ones((1, 2))])


@samples("broadcast_maximum", "broadcast_minimum")
def _(rng):
    yield Sample([np.array([[1.0], [5.0]]), np.array([[2.0, 7.0, 3.0]])])
    yield Sample([np.array([[1.0, 4.0], [5.0, 0.0]]), np.array([2.0, 3.0])])
    yield Sample([np.zeros((0, 2)), np.ones((1, 2))])


COMPARISONS = ["equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal"]
COMPARISONS += ["logical_and", "logical_or", "logical_xor"]


@samples(*(f"_{name}" for name in COMPARISONS))
def _(rng):
    yield from equal(rng)
    yield Sample([np.array([0.0, 1.0, np.nan, 2.0], "float32"), np.array([0.0, 2.0, np.nan, 0.0], "float32")])
    yield Sample(INTEGERS)


@samples(*(f"broadcast_{name}" for name in COMPARISONS))
def _(rng):
    yield from pairs(rng)


@samples(*(f"_{name}_scalar" for name in COMPARISONS))
def _(rng):
    for shape in EQUAL:
        yield Sample([rng.integers(0, 3, size=shape).astype("float32")], {"scalar": 1.0})
    yield Sample([np.array([-1, 0, 7], "int32")], {"scalar": 7.5})
    yield Sample([np.array([250, 44], "uint8")], {"scalar": -6})
    yield Sample([np.array([True, False])], {"scalar": 1})


SCALAR = ["_plus", "_minus", "_rminus", "_mul", "_div", "_rdiv", "_mod", "_rmod", "_power", "_rpower"]
SCALAR += ["_maximum", "_minimum", "_hypot"]


@samples(*(f"{name}_scalar" for name in SCALAR))
def _(rng):
    for shape in EQUAL:
        yield Sample([rng.uniform(2.1, 2.9, size=shape)], {"scalar": 1.7})
    yield Sample([np.array([[-7, 3], [2, 5]], "int32")], {"scalar": 2.5})
    yield Sample([np.array([250, 3], "uint8")], {"scalar": 10})
    yield Sample([np.array([True, False])], {"scalar": 2})
    yield Sample([rng.uniform(2, 3, size=2).astype("float16")], {"scalar": 2}, differentiable=(), reason="too coarse")


@samples("_power_scalar")
def _(rng):
    yield Sample([np.array([-2.0, 0.0, 1.5])], {"scalar": 0})
    yield Sample([np.array([-2.0, 0.5, 1.5])], {"scalar": 3})


@samples("_maximum_scalar", "_minimum_scalar")
def _(rng):
    yield Sample([np.array([0.0, 1.0, 2.0, 3.0])], {"scalar": 1.5})


@samples("add_n")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)) for _ in range(3)])
    yield Sample([rng.normal(size=(4,))])
    yield Sample([np.zeros((0, 2)), np.zeros((0, 2))])
    yield Sample([np.array([1, 2], "int32"), np.array([3, 4], "int32")])


@samples("_sum_like")
def _(rng):
    stretched = (((2, 3), (1, 3)), ((2, 3), (3,)), ((2, 3, 2), (3, 1)), ((2,), (1,)))
    for full, like in (*stretched, ((2, 3), (2, 3)), ((0, 3), (1, 3))):
        yield Sample([rng.normal(size=full), np.zeros(like)])
    yield Sample([np.ones((2, 2), "float16"), np.zeros((1, 2), "float16")])


@samples("_stretch_like")
def _(rng):
    for data, like in (((1, 3), (2, 3)), ((3,), (2, 3)), ((2, 3), (2, 3)), ((1, 3), (0, 3))):
        yield Sample([rng.normal(size=data), np.zeros(like)])


@samples("broadcast_to")
def _(rng):
    yield Sample([rng.normal(size=(1, 3))], {"shape": (2, 3)})
    yield Sample([rng.normal(size=(1, 3, 1))], {"shape": (2, 0, 2)})
    yield Sample([np.zeros((0, 1))], {"shape": (0, 3)})
    yield Sample([np.array([[1], [2]], "int32")], {"shape": (2, 2)})


@samples("broadcast_axis")
def _(rng):
    yield Sample([rng.normal(size=(1, 3))], {"axis": 0, "size": 2})
    yield Sample([rng.normal(size=(1, 3, 1))], {"axis": (0, -1), "size": (2, 2)})
    yield Sample([np.zeros((0, 1))], {"axis": 1, "size": 3})


@samples("broadcast_like")
def _(rng):
    yield Sample([rng.normal(size=(1, 3)), np.zeros((2, 3))])
    yield Sample([rng.normal(size=(1, 3)), np.zeros((5, 2, 4))], {"lhs_axes": (0,), "rhs_axes": (-2,)})
    yield Sample([rng.normal(size=(1, 3)), np.zeros((0, 3))])
    yield Sample([rng.normal(size=(1,)), np.zeros(4, "int32")])
