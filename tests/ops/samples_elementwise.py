"""Samples of the functions of one array."""
import numpy as np

from .sampling import Sample, samples

SHAPES = ((2, 3), (5,), (0, 3), (2, 1, 2))


def within(rng, low: float, high: float, attrs=None, **options):
    """Yield samples of the usual shapes with values in [low, high]."""
    for shape in SHAPES:
        yield Sample([rng.uniform(low, high, size=shape)], dict(attrs or {}), **options)


@samples("negative", "square", "exp", "expm1", "sin", "cos", "tan", "arctan", "degrees", "radians")
@samples("sinh", "cosh", "tanh")
def _(rng):
    yield from within(rng, -1.3, 1.3)
    yield Sample([np.array([-2, 0, 3], "int32")])
    yield Sample([rng.uniform(-1, 1, size=(2, 2)).astype("float16")], differentiable=(), reason="float16: too coarse")


@samples("arcsinh", "erf")
def _(rng):
    yield from within(rng, -2.5, 2.5)
    yield Sample([np.array([-2, 0, 3], "int32")])


@samples("arcsin", "arccos", "arctanh", "erfinv")
def _(rng):
    yield from within(rng, -0.9, 0.9)


@samples("sqrt", "rsqrt", "log", "log10", "log2", "log1p", "gamma", "gammaln", "cbrt", "rcbrt", "reciprocal")
def _(rng):
    yield from within(rng, 0.3, 4.0)
    yield Sample([np.array([1, 4, 8], "int32")])


@samples("cbrt", "rcbrt", "reciprocal", "gamma", "gammaln")
def _(rng):
    yield Sample([np.array([-0.4, -1.6, -2.3])])


@samples("digamma")
def _(rng):
    reason = {"second_order": False, "reason": "trigamma has no gradient"}
    yield from within(rng, 0.3, 4.0, **reason)
    yield Sample([np.array([-0.4, -1.6, -2.3])], **reason)
    yield Sample([np.array([1, 4, 8], "int32")])


@samples("trigamma")
def _(rng):
    yield from within(rng, 0.3, 4.0)


@samples("arccosh")
def _(rng):
    yield from within(rng, 1.2, 4.0)


@samples("abs")
def _(rng):
    yield from within(rng, 0.1, 2.0)
    yield from within(rng, -2.0, -0.1)
    yield Sample([np.array([-2, 0, 3], "int32")])


@samples("sign", "round", "rint", "ceil", "floor", "trunc", "fix", "logical_not")
def _(rng):
    yield from within(rng, -3.0, 3.0)
    yield Sample([np.array([-2, 0, 3], "int32")])
    yield Sample([np.array([-2.5, -1.5, -0.5, 0.0, 0.5, 1.5, np.nan], "float32")])


@samples("_contrib_isnan", "_contrib_isinf", "_contrib_isfinite")
def _(rng):
    yield from within(rng, -3.0, 3.0)
    yield Sample([np.array([1, np.nan, np.inf, -np.inf], "float32")])


@samples("_contrib_round_ste", "_contrib_sign_ste")
def _(rng):
    yield from within(rng, -3.0, 3.0, differentiable=(), reason="the gradient passes unchanged, against the function")


@samples("all_finite")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([np.zeros((0, 3), "float32")])
    yield Sample([np.array([1, np.inf], "float32")])


@samples("multi_all_finite")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=2)], {"num_arrays": 2})
    yield Sample([np.zeros((0, 3), "float32")])
    yield Sample([np.ones(2, "float32"), np.array([[np.nan]], "float32")], {"num_arrays": 2})
