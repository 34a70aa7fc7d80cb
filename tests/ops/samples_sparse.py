"""Samples of the operators in ops/sparse.py; their sparse kernels are tested in tests/ndarray/sparse."""
import numpy as np

from .sampling import Sample, samples


@samples("cast_storage")
def _(rng):
    for shape, stype in (((3, 2), "csr"), ((2, 3, 2), "row_sparse"), ((0, 3), "default")):
        yield Sample([rng.normal(size=shape)], {"stype": stype})


@samples("_sparse_retain")
def _(rng):
    for shape, rows in (((4, 2), [3.0, 0.0]), ((3,), [1]), ((2, 3, 2), np.zeros(0, "int64"))):
        yield Sample([rng.normal(size=shape), np.asarray(rows)], differentiable=(0,))


@samples("_embedding_rows")
def _(rng):
    for shape, indices in (((4, 2), [3.0, 0.0, 3.0]), ((3, 2), [[-1, 7], [1, 1]]), ((3, 2), np.zeros((2, 0), "int32"))):
        indices = np.asarray(indices)
        yield Sample([rng.normal(size=(*indices.shape, 2)), indices, rng.normal(size=shape)], differentiable=(0,))
