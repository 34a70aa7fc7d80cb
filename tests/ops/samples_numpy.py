"""Samples of the operators that mx.np needs beside those of mx.nd."""
from .sampling import Sample, samples


@samples("_np_reshape")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))], {"newshape": (3, 2)})
    yield Sample([rng.normal(size=(2, 3))], {"newshape": (-1,)})
    yield Sample([rng.normal(size=(1, 1))], {"newshape": ()})
    yield Sample([rng.normal(size=())], {"newshape": (1, 1)})
    yield Sample([rng.normal(size=(0, 3))], {"newshape": (3, 0)})


@samples("_npi_matmul")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(3, 4))])
    yield Sample([rng.normal(size=(5, 1, 2, 3)), rng.normal(size=(4, 3, 2))])
    yield Sample([rng.normal(size=(0, 2, 3)), rng.normal(size=(3, 2))])
    yield Sample([rng.normal(size=(2, 0)), rng.normal(size=(0, 2))])


EINSUMS = (
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("i,i", (3,), (3,)),
    ("i,j->ij", (2,), (3,)),
    ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
    ("...ij,...jk->...ik", (4, 2, 2, 3), (1, 3, 2)),
    ("...ij,jk->...ik", (4, 2, 3), (3, 2)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
    ("ij,kj->i", (2, 3), (4, 3)),
    ("i...->...", (2, 3)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ijk,ij->jk", (2, 3, 4), (2, 3)),
)


@samples("_npi_einsum")
def _(rng):
    for subscripts, *shapes in EINSUMS:
        yield Sample([rng.normal(size=shape) for shape in shapes], {"subscripts": subscripts})


@samples("_npi_einsum_back")
def _(rng):
    inputs = [rng.normal(size=(2, 4)), rng.normal(size=(3, 4)), rng.normal(size=(2, 3))]
    yield Sample(inputs, {"subscripts": "ik,jk", "term": "ij"}, differentiable=(0, 1))
    inputs = [rng.normal(size=()), rng.normal(size=(2, 3))]
    yield Sample(inputs, {"subscripts": "", "term": "ij"}, differentiable=(0,))
    inputs = [rng.normal(size=(0, 4)), rng.normal(size=(3, 4)), rng.normal(size=(0, 3))]
    yield Sample(inputs, {"subscripts": "ik,jk", "term": "ij"}, differentiable=(0, 1))


@samples("_npi_arctan2")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)) + 3, rng.normal(size=(2, 3))])
    yield Sample([rng.normal(size=(2, 1)) + 3, rng.normal(size=3)])
    yield Sample([rng.normal(size=(0, 3)), rng.normal(size=3)])
