"""Random shapes and arrays, and small matrices with known properties."""
import random

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError
from .environment import default_dtype
from .sparse import create_sparse_array


def rand_shape_nd(num_dim: int, dim: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """Return a shape of ``num_dim`` dimensions, each from 1 (or 0) to ``dim``."""
    return tuple(random.randint(0 if allow_zero_size else 1, dim) for _ in range(num_dim))


def rand_shape_2d(dim0: int = 10, dim1: int = 10, allow_zero_size: bool = False) -> tuple[int, int]:
    """Return a shape of two dimensions, up to ``dim0`` and ``dim1``."""
    low = 0 if allow_zero_size else 1
    return random.randint(low, dim0), random.randint(low, dim1)


def rand_shape_3d(
    dim0: int = 10, dim1: int = 10, dim2: int = 10, allow_zero_size: bool = False
) -> tuple[int, int, int]:
    """Return a shape of three dimensions, up to ``dim0``, ``dim1`` and ``dim2``."""
    low = 0 if allow_zero_size else 1
    return random.randint(low, dim0), random.randint(low, dim1), random.randint(low, dim2)


def rand_coord_2d(x_low: int, x_high: int, y_low: int, y_high: int) -> tuple[int, int]:
    """Return (x, y) with x_low <= x < x_high and y_low <= y < y_high."""
    return random.randrange(x_low, x_high), random.randrange(y_low, y_high)


def random_arrays(*shapes):
    """Return a NumPy array of normal numbers, default dtype, for each shape; for one shape the array itself."""
    arrays = [np.asarray(np.random.standard_normal(shape), default_dtype()) for shape in shapes]
    return arrays[0] if len(arrays) == 1 else arrays


def random_uniform_arrays(*shapes, **kwargs) -> list:
    """Return a list of NumPy arrays of uniform numbers; keywords ``low``, ``high`` and ``dtype``."""
    low, high = kwargs.pop("low", 0.0), kwargs.pop("high", 1.0)
    dtype = kwargs.pop("dtype", default_dtype())
    if kwargs:
        raise ArgumentError(f"random_uniform_arrays: {sorted(kwargs)} are unknown; low, high and dtype are known.")
    return [np.asarray(np.random.uniform(low, high, shape), dtype) for shape in shapes]


def random_sample(population, k: int) -> list:
    """Return ``k`` different elements of a list, in the order in which they stand in it."""
    chosen = sorted(random.sample(range(len(population)), k))
    return [population[i] for i in chosen]


def rand_ndarray(
    shape,
    stype: str = "default",
    density=None,
    dtype=None,
    modifier_func=None,
    shuffle_csr_indices: bool = False,
    distribution: str | None = None,
    ctx=None,
):
    """Return an NDArray of random numbers.

    Parameters
    ----------
    shape : tuple of int
    dtype : default: the default dtype
    modifier_func : callable applied to each number, or None
    distribution : "normal" (default) or "uniform" (0 to 1)
    ctx : Context
    stype : "default" (dense), "csr" or "row_sparse"
    density, shuffle_csr_indices : of a sparse array; see rand_sparse_ndarray
    """
    if stype != "default":
        density = np.random.rand() if density is None else density
        made = create_sparse_array(shape, stype, None, None, dtype, modifier_func, density, shuffle_csr_indices)
        return made if ctx is None else made.as_in_context(ctx)
    if distribution not in (None, "normal", "uniform"):
        raise ArgumentError(f"rand_ndarray: distribution must be 'normal' or 'uniform'. Received: {distribution!r}")
    values = np.random.uniform(size=shape) if distribution == "uniform" else np.random.standard_normal(shape)
    if modifier_func is not None:
        values = assign_each(values, modifier_func)
    return nd.array(values, ctx=ctx, dtype=default_dtype() if dtype is None else dtype)


def assign_each(the_input, function):
    """Return an array of ``function(element)``; a copy where ``function`` is None."""
    the_input = np.asarray(the_input)
    if function is None:
        return the_input.copy()
    return np.array([function(x) for x in the_input.ravel()]).reshape(the_input.shape)


def assign_each2(input1, input2, function):
    """Return an array of ``function(element1, element2)``; a copy of the first where ``function`` is None."""
    input1, input2 = np.asarray(input1), np.asarray(input2)
    if input1.shape != input2.shape:
        raise ArgumentError(f"assign_each2: the shapes differ: {input1.shape} and {input2.shape}")
    if function is None:
        return input1.copy()
    pairs = zip(input1.ravel(), input2.ravel(), strict=True)
    return np.array([function(x, y) for x, y in pairs]).reshape(input1.shape)


def np_reduce(dat: np.ndarray, axis, keepdims: bool, numpy_reduce_func) -> np.ndarray:
    """Apply a NumPy reduction over one or more axes, one after the other, the last first."""
    axes = range(dat.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    result = dat
    for i in sorted((i % dat.ndim for i in axes), reverse=True):
        result = numpy_reduce_func(result, axis=i)
    if keepdims:
        kept = {i % dat.ndim for i in axes}
        result = np.reshape(result, tuple(1 if i in kept else n for i, n in enumerate(dat.shape)))
    return np.asarray(result)


def collapse_sum_like(a: np.ndarray, shape) -> np.ndarray:
    """Sum ``a`` over the axes along which ``shape`` was broadcast to it."""
    a = a.sum(tuple(range(a.ndim - len(shape))))
    return a.sum(tuple(i for i, n in enumerate(shape) if n == 1 and a.shape[i] != 1), keepdims=True)


def create_2d_tensor(rows: int, columns: int, dtype=np.int64):
    """Return the NDArray (rows, columns) whose element (i, j) is i."""
    return nd.array(np.repeat(np.arange(rows), columns).reshape(rows, columns), dtype=dtype)


def create_vector(size: int, dtype=np.int64):
    """Return the NDArray 0, 1, ..., size - 1."""
    return nd.array(np.arange(size), dtype=dtype)


def get_identity_mat(size: int):
    """Return the identity matrix (size, size) as an NDArray."""
    return nd.array(np.identity(size))


def get_identity_mat_batch(size: int):
    """Return two identity matrices, (2, size, size), as an NDArray."""
    return nd.array(np.stack([np.identity(size)] * 2))


def new_orthonormal_matrix_2d(n: int) -> np.ndarray:
    """Return a random orthonormal matrix (n, n)."""
    return np.linalg.qr(np.random.standard_normal((n, n)))[0]


def new_sym_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """Return a random symmetric matrix (n, n) with eigenvalues between -10 and 10."""
    rotation = new_orthonormal_matrix_2d(n)
    matrix = rotation @ np.diag(np.random.uniform(-10, 10, n)) @ rotation.T
    return (matrix + matrix.T) / 2


def new_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """Return a random matrix (n, n) with real eigenvalues between -10 and 10, in general not symmetric."""
    basis = np.eye(n) + np.tril(np.random.uniform(-1, 1, (n, n)), -1)
    return basis @ np.diag(np.random.uniform(-10, 10, n)) @ np.linalg.inv(basis)


def new_matrix_with_real_eigvals_nd(shape) -> np.ndarray:
    """Return random matrices (..., n, n) with real eigenvalues."""
    return _stacked(shape, new_matrix_with_real_eigvals_2d)


def new_sym_matrix_with_real_eigvals_nd(shape) -> np.ndarray:
    """Return random symmetric matrices (..., n, n)."""
    return _stacked(shape, new_sym_matrix_with_real_eigvals_2d)


def _stacked(shape, make) -> np.ndarray:
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ArgumentError(f"expected the shape of square matrices (..., n, n). Received: {tuple(shape)}")
    count = int(np.prod(shape[:-2]))
    return np.array([make(shape[-1]) for _ in range(count)]).reshape(shape)
