"""Samples of sorting."""
import numpy as np

from .samples_reduce import distinct
from .sampling import Sample, samples

TIES = np.array([[2, 1, 2, 1], [3, 3, 0, 0]], "float32")


@samples("sort", "argsort")
def _(rng):
    for is_ascend in (True, False):
        for axis in (-1, 0, None):
            yield Sample([distinct(rng, (3, 4))], {"axis": axis, "is_ascend": is_ascend})
        yield Sample([TIES], {"is_ascend": is_ascend})
        yield Sample([np.zeros((0, 3))], {"is_ascend": is_ascend})
    yield Sample([np.array([3, -1, 2], "int32")])


@samples("argsort")
def _(rng):
    yield Sample([TIES], {"dtype": "int32"})


@samples("topk")
def _(rng):
    for ret_typ in ("value", "indices", "mask", "both"):
        reason = {"reason": "indices have no gradient"} if ret_typ in ("indices", "mask") else {}
        none = {"differentiable": (), **reason} if reason else {"outputs": [0]}
        yield Sample([distinct(rng, (3, 4))], {"k": 2, "ret_typ": ret_typ}, **none)
        yield Sample([distinct(rng, (3, 4))], {"k": 2, "axis": 0, "ret_typ": ret_typ, "is_ascend": True}, **none)
        yield Sample([distinct(rng, (3, 4))], {"k": 0, "axis": None, "ret_typ": ret_typ}, **none)
        yield Sample([np.zeros((0, 3))], {"k": 2, "ret_typ": ret_typ}, **none)
        yield Sample([np.array([3, -1, 2], "int32")], {"k": 2, "ret_typ": ret_typ, "dtype": "int64"}, **none)


@samples("_take_along")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), np.array([[2, 0], [1, 2]])], {"axis": 1})
    yield Sample([rng.normal(size=(2, 3)), np.array([5, 0])], {"axis": None})
    yield Sample([np.zeros((0, 3)), np.zeros((0, 2), "int64")], {"axis": -1})


@samples("_put_along")
def _(rng):
    yield Sample([rng.normal(size=(2, 2)), np.array([[2, 0], [1, 2]]), np.zeros((2, 3))], {"axis": 1})
    yield Sample([rng.normal(size=2), np.array([5, 0]), np.zeros((2, 3))], {"axis": None})
    yield Sample([np.zeros((0, 2)), np.zeros((0, 2), "int64"), np.zeros((0, 3))], {"axis": -1})
