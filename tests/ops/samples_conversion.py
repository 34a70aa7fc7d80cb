"""Samples of copies, casts, clipping and likenesses."""
import numpy as np

from .sampling import Sample, samples


@samples("_copy", "zeros_like", "ones_like", "shape_array", "size_array")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([np.zeros((0, 3))])
    yield Sample([np.array([1, 2], "int32")])
    yield Sample([np.array([True, False])])


@samples("_identity_with_attr_like_rhs")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(2, 3))], differentiable=[0])
    yield Sample([rng.normal(size=4), np.zeros(4, "int32")])
    yield Sample([np.zeros((0, 3)), np.zeros((0, 3))])


@samples("Cast", "amp_cast")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))], {"dtype": "float64"})
    yield Sample([np.zeros((0, 3))], {"dtype": "float32"})
    yield Sample([rng.normal(size=3)], {"dtype": "float32"}, differentiable=(), reason="float32: too coarse")


@samples("Cast")
def _(rng):
    yield Sample([np.array([-1.9, 300.0, 1.9], "float32")], {"dtype": "uint8"})
    yield Sample([np.array([1, 0, 2], "int32")], {"dtype": "bool"})
    yield Sample([np.array([np.nan, np.inf, -1e20], "float32")], {"dtype": "int32"})


@samples("amp_cast")
def _(rng):
    yield Sample([np.array([1, 0, 2], "int32")], {"dtype": "float16"})


@samples("amp_multicast")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=2)], {"num_outputs": 2})
    yield Sample([np.ones(2, "float16"), np.ones((0, 2), "float32"), np.ones(1, "int32")], {"num_outputs": 3})
    yield Sample([np.ones(2, "float16"), np.ones(2, "float32")], {"num_outputs": 2, "cast_narrow": True})


@samples("clip")
def _(rng):
    yield Sample([np.array([[-2.0, -0.5, 0.2], [0.7, 1.5, 3.0]])], {"a_min": -1, "a_max": 1})
    yield Sample([np.zeros((0, 3))], {"a_min": -1, "a_max": 1})
    yield Sample([np.array([[-7, 3], [2, 5]], "int32")], {"a_min": -1.5, "a_max": 2.7})
    yield Sample([np.array([250, 3], "uint8")], {"a_min": -1, "a_max": 300})
    yield Sample([np.array([np.nan, 2.0], "float32")], {"a_min": 0, "a_max": 1})


@samples("reshape_like")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), np.zeros((3, 2))], differentiable=[0])
    bounds = {"lhs_begin": 0, "lhs_end": 1, "rhs_begin": 0, "rhs_end": 2}
    yield Sample([rng.normal(size=(6, 2)), np.zeros((3, 2, 4))], bounds, differentiable=[0])
    yield Sample(
        [rng.normal(size=(2, 6)), np.zeros((4, 3, 2))], {"lhs_begin": -1, "rhs_begin": -2}, differentiable=[0]
    )
    yield Sample([np.zeros((0, 3)), np.zeros((3, 0), "int32")])


@samples("_copyto", "_CrossDeviceCopy")
def _(rng):
    # one context for both, because a sample's gradients are compared on the context of its inputs
    attrs = {"source": "cpu(0)", "target": "cpu(0)"}
    yield Sample([rng.normal(size=(2, 3))], attrs)
    yield Sample([np.zeros((0, 3))], attrs)
    yield Sample([np.array([1, 2], "int32")], attrs)
