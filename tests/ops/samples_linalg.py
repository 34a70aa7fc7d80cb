"""Samples of linear algebra: single matrices, batches, batches of none."""
import numpy as np

from .sampling import Sample, samples, symmetric

BATCHES = ((), (2,), (0,))


def regular(rng, batch, n=3):
    """Return matrices far from singular."""
    return rng.uniform(-0.5, 0.5, size=(*batch, n, n)) + 2 * np.eye(n)


def positive(rng, batch, n=3):
    """Return symmetric positive definite matrices with well separated eigenvalues."""
    q, _ = np.linalg.qr(rng.normal(size=(*batch, n, n)))
    return symmetric(q * (1.0 + np.arange(n)) @ q.swapaxes(-1, -2))


@samples("_linalg_gemm2")
def _(rng):
    for a in (False, True):
        for b in (False, True):
            lhs, rhs = (4, 3) if a else (3, 4), (2, 4) if b else (4, 2)
            attrs = {"transpose_a": a, "transpose_b": b, "alpha": 1.5}
            yield Sample([rng.normal(size=lhs), rng.normal(size=rhs)], attrs)
    yield Sample([rng.normal(size=(3, 2, 4)), rng.normal(size=(4, 2, 2))], {"axis": 0})
    yield Sample([np.zeros((0, 2, 3)), np.zeros((0, 3, 2))])


@samples("_linalg_gemm")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.normal(size=(2, 2))], {"alpha": 2, "beta": 3})
    inputs = [rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 2, 4))]
    yield Sample(inputs, {"transpose_a": True, "transpose_b": True})
    yield Sample([np.zeros((0, 2, 3)), np.zeros((0, 3, 2)), np.zeros((0, 2, 2))])


@samples("_linalg_syrk")
def _(rng):
    for transpose in (False, True):
        for batch in BATCHES:
            yield Sample([rng.normal(size=(*batch, 2, 3))], {"transpose": transpose, "alpha": 1.5})


@samples("_linalg_trmm", "_linalg_trsm")
def _(rng):
    for transpose in (False, True):
        for rightside in (False, True):
            for lower in (False, True):
                attrs = {"transpose": transpose, "rightside": rightside, "lower": lower, "alpha": 1.5}
                yield Sample([regular(rng, ()), rng.normal(size=(2, 3) if rightside else (3, 2))], attrs)
    yield Sample([regular(rng, (2,)), rng.normal(size=(2, 3, 2))])
    yield Sample([regular(rng, (0,)), rng.normal(size=(0, 3, 2))])


@samples("_linalg_potrf", "_linalg_syevd")
def _(rng):
    for batch in BATCHES:
        yield Sample([positive(rng, batch)], project={0: symmetric})


@samples("_linalg_potri", "_linalg_inverse", "_linalg_inverse_or_zero", "_linalg_det", "_linalg_sumlogdiag")
def _(rng):
    for batch in BATCHES:
        yield Sample([regular(rng, batch)])


@samples("_linalg_slogdet")
def _(rng):
    for batch in BATCHES:
        yield Sample([regular(rng, batch)], outputs=[1])


@samples("_linalg_inverse_or_zero")
def _(rng):
    yield Sample([np.ones((2, 2, 2), "float32")])


@samples("_linalg_gelqf")
def _(rng):
    for batch in BATCHES:
        yield Sample([rng.normal(size=(*batch, 2, 3))])


@samples("_linalg_transpose", "_linalg_triangle")
def _(rng):
    for batch in BATCHES:
        yield Sample([rng.normal(size=(*batch, 2, 3))])


@samples("_linalg_triangle")
def _(rng):
    yield Sample([rng.normal(size=(3, 3))], {"lower": False, "offset": 1})
    yield Sample([rng.normal(size=(3, 3))], {"offset": -1})


@samples("_linalg_extractdiag", "_linalg_extracttrian")
def _(rng):
    for offset in (0, 1, -1):
        for batch in BATCHES:
            yield Sample([rng.normal(size=(*batch, 3, 3))], {"offset": offset})


@samples("_linalg_extracttrian")
def _(rng):
    yield Sample([rng.normal(size=(3, 3))], {"lower": False})


@samples("_linalg_makediag", "_linalg_maketrian")
def _(rng):
    for offset in (0, 1, -1):
        for batch in BATCHES:
            yield Sample([rng.normal(size=(*batch, 3))], {"offset": offset})


@samples("_linalg_maketrian")
def _(rng):
    yield Sample([rng.normal(size=6)], {"lower": False})
