"""Samples of the products of matrices and of the Fourier transform."""
import numpy as np

from .sampling import Sample, samples

# (lhs, rhs, transpose_a, transpose_b)
PRODUCTS = (
    ((2, 3), (3, 4), False, False),
    ((3, 2), (3, 4), True, False),
    ((2, 3), (4, 3), False, True),
    ((3, 2), (4, 3), True, True),
    ((3,), (3,), False, False),
    ((2, 3), (3,), False, False),
    ((3,), (3, 2), False, False),
    ((2, 2, 3), (3, 2, 2), False, False),
    ((3, 2, 2), (2, 2, 3), True, True),
    ((0, 3), (3, 2), False, False),
    ((2, 0), (0, 2), False, False),
)


@samples("dot")
def _(rng):
    for lhs, rhs, a, b in PRODUCTS:
        yield Sample([rng.normal(size=lhs), rng.normal(size=rhs)], {"transpose_a": a, "transpose_b": b})
    yield Sample([np.ones((2, 3), "float16"), np.ones((3, 1), "float16")])


def _out(lhs, rhs, a, b):
    return (*(lhs[1:] if a else lhs[:-1]), *(rhs[:-1] if b else rhs[1:])) or (1,)


@samples("_dot_left_gradient")
def _(rng):
    for lhs, rhs, a, b in PRODUCTS:
        inputs = [rng.normal(size=_out(lhs, rhs, a, b)), rng.normal(size=rhs), np.zeros(lhs)]
        yield Sample(inputs, {"transpose_a": a, "transpose_b": b})


@samples("_dot_right_gradient")
def _(rng):
    for lhs, rhs, a, b in PRODUCTS:
        inputs = [rng.normal(size=_out(lhs, rhs, a, b)), rng.normal(size=lhs), np.zeros(rhs)]
        yield Sample(inputs, {"transpose_a": a, "transpose_b": b})


@samples("batch_dot")
def _(rng):
    for a in (False, True):
        for b in (False, True):
            lhs, rhs = (2, 4, 3) if a else (2, 3, 4), (2, 2, 4) if b else (2, 4, 2)
            yield Sample([rng.normal(size=lhs), rng.normal(size=rhs)], {"transpose_a": a, "transpose_b": b})
    yield Sample([rng.normal(size=(2, 1, 2, 3)), rng.normal(size=(2, 1, 3, 1))])
    yield Sample([np.zeros((0, 2, 3)), np.zeros((0, 3, 2))])


@samples("khatri_rao")
def _(rng):
    reason = {"second_order": False, "reason": "the gradient operator has no gradient of its own"}
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(3, 3))], **reason)
    yield Sample([rng.normal(size=(2, 2)) for _ in range(3)], **reason)
    yield Sample([rng.normal(size=(2, 2))], **reason)
    yield Sample([np.zeros((0, 2)), rng.normal(size=(2, 2))], **reason)


@samples("_khatri_rao_gradient")
def _(rng):
    yield Sample([rng.normal(size=(6, 2)), np.zeros((2, 2)), rng.normal(size=(3, 2))], {"first": True})
    factors = [rng.normal(size=(3, 2)), rng.normal(size=(2, 2))]
    yield Sample([rng.normal(size=(12, 2)), np.zeros((2, 2)), *factors], {"first": False})
    yield Sample([np.zeros((0, 2)), np.zeros((0, 2)), rng.normal(size=(3, 2))], {"first": True})


@samples("_contrib_fft")
def _(rng):
    yield Sample([rng.normal(size=(2, 4))])
    yield Sample([rng.normal(size=(2, 1, 3))])
    yield Sample([np.zeros((0, 3))])
    yield Sample([np.ones((1, 4), "float32")])


@samples("_contrib_ifft")
def _(rng):
    yield Sample([rng.normal(size=(2, 8))])
    yield Sample([rng.normal(size=(2, 1, 6))])
    yield Sample([np.zeros((0, 4))])
