"""Sparse storage on raw arrays: the matrix Csr, the array of few rows Rows, and what is computed on them.

    Csr   the elements of a matrix row by row: row i is data[indptr[i]:indptr[i+1]] in columns indices[indptr[i]:...]
    Rows  row indices[k] is data[k], every other row is zero

Both are immutable in spirit: what changes is made anew. Everything is vectorized in the array module ``xp``; a product
with a Csr of n elements takes a temporary of n rows of the other factor.
"""
from math import prod
from typing import Any

import numpy as np

from ..backend import module_of, to_numpy
from .scatter import add_at


class Sparse:
    """What both kinds of storage share."""

    __slots__ = ("data", "indices", "shape")

    data: Any
    indices: Any
    shape: tuple[int, ...]

    @property
    def dtype(self):
        """dtype of the elements."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements, zeros included."""
        return prod(self.shape)

    @property
    def xp(self):
        """The array module of the parts."""
        return module_of(self.data)

    @property
    def parts(self) -> tuple:
        """The arrays in the order of files: the elements or rows, then what says where they are."""
        raise NotImplementedError

    def with_data(self, data) -> Any:
        """Return other elements or rows at the same places."""
        raise NotImplementedError

    def copy(self) -> Any:
        """Return a copy of all parts."""
        raise NotImplementedError

    def dense(self) -> Any:
        """Return all elements as an array of the array module."""
        raise NotImplementedError


class Csr(Sparse):
    """A matrix of which few elements differ from zero, row by row.

    Attributes
    ----------
    data : (n,), the elements
    indices : (n,) int64, the column of each
    indptr : (rows + 1,) int64, where each row begins, and n
    shape : (rows, columns)
    """

    __slots__ = ("indptr",)

    def __init__(self, data, indices, indptr, shape):
        self.data, self.indices, self.indptr, self.shape = data, indices, indptr, tuple(shape)

    @property
    def parts(self) -> tuple:
        return self.data, self.indptr, self.indices

    def with_data(self, data) -> "Csr":
        return Csr(data, self.indices, self.indptr, self.shape)

    def copy(self) -> "Csr":
        return Csr(self.data.copy(), self.indices.copy(), self.indptr.copy(), self.shape)

    def row_numbers(self):
        """Return the row of each element, (n,) int64."""
        xp, count = self.xp, self.data.shape[0]
        return xp.cumsum(xp.bincount(self.indptr[1:-1], minlength=count + 1)[:count])  # rows that began before

    def flat_indices(self):
        """Return the position of each element in the flattened matrix."""
        return self.row_numbers() * self.shape[1] + self.indices

    def dense(self):
        out = self.xp.zeros(prod(self.shape), self.dtype)
        out[self.flat_indices()] = self.data
        return out.reshape(self.shape)

    def rows(self, start: int, stop: int) -> "Csr":
        """Return rows start to stop - 1; they share memory with the matrix."""
        first, last = int(self.indptr[start]), int(self.indptr[stop])
        indptr = self.indptr[start : stop + 1] - first
        return Csr(self.data[first:last], self.indices[first:last], indptr, (stop - start, *self.shape[1:]))

    def take(self, numbers) -> "Csr":
        """Return the rows of these numbers, in their order."""
        xp = self.xp
        indptr = begins(xp, (self.indptr[1:] - self.indptr[:-1])[numbers])
        taken = Csr(xp.empty(int(indptr[-1]), self.dtype), None, indptr, (len(numbers), *self.shape[1:]))
        row = taken.row_numbers()
        places = xp.arange(len(row)) - indptr[row] + self.indptr[:-1][numbers][row]
        taken.data, taken.indices = self.data[places], self.indices[places]
        return taken

    def columns(self, start: int, stop: int) -> "Csr":
        """Return columns start to stop - 1."""
        xp = self.xp
        kept = (self.indices >= start) & (self.indices < stop)
        indptr = begins(xp, xp.bincount(self.row_numbers()[kept], minlength=self.shape[0]))
        return Csr(self.data[kept], self.indices[kept] - start, indptr, (self.shape[0], stop - start))

    def rows_times(self, rhs) -> "Rows":
        """Return the product with an array (columns, ...), dense or Rows, for the rows that have elements alone."""
        xp = self.xp
        numbers = xp.flatnonzero(self.indptr[1:] > self.indptr[:-1])
        values = _sums_of_products(xp, self.data, rhs, self.indices, self.indptr[:-1][numbers])
        return Rows(values, numbers, (self.shape[0], *rhs.shape[1:]))

    def columns_times(self, rhs) -> "Rows":
        """Return the product of the transposed matrix with an array (rows, ...), for columns that have elements alone.

        What it costs does not depend on the number of columns.
        """
        xp = self.xp
        order = xp.argsort(self.indices, kind="stable")
        columns = self.indices[order]
        begin = xp.ones(len(columns), bool)
        begin[1:] = columns[1:] != columns[:-1]
        starts = xp.flatnonzero(begin)
        values = _sums_of_products(xp, self.data[order], rhs, self.row_numbers()[order], starts)
        return Rows(values, columns[starts], (self.shape[1], *rhs.shape[1:]))

    def sum(self, axis: int | None):
        """Return the sum of all elements, shape (1,), or those of each column (axis 0) or row (axis 1)."""
        xp = self.xp
        if axis is None:
            return self.data.sum(dtype=self.dtype).reshape(1)
        where = self.indices if axis == 0 else self.row_numbers()
        return add_at(xp, (self.shape[1 - axis],), self.dtype, where, self.data)


class Rows(Sparse):
    """An array of which few rows differ from zero.

    To kernels that do not know it, it is the dense array that it stands for: NumPy's protocols hand that out. Sums of
    two stay what they are, so that the gradient of an embedding is never spread out on its way to the weight.

    Attributes
    ----------
    data : (n, *row), the rows
    indices : (n,) int64, the number of each
    shape : (rows, *row)
    """

    __slots__ = ()

    def __init__(self, data, indices, shape):
        self.data, self.indices, self.shape = data, indices, tuple(shape)

    @property
    def parts(self) -> tuple:
        return self.data, self.indices

    def with_data(self, data) -> "Rows":
        return Rows(data, self.indices, self.shape)

    def copy(self) -> "Rows":
        return Rows(self.data.copy(), self.indices.copy(), self.shape)

    def dense(self):
        out = self.xp.zeros(self.shape, self.dtype)
        out[self.indices] = self.data
        return out

    def read(self, numbers):
        """Return the rows of these numbers, zeros where there is none, as (len(numbers), *row)."""
        xp = self.xp
        out = xp.zeros((len(numbers), *self.shape[1:]), self.dtype)
        if len(self.indices):
            order = xp.argsort(self.indices, kind="stable")
            place = order[xp.minimum(xp.searchsorted(self.indices[order], numbers), len(order) - 1)]
            found = self.indices[place] == numbers
            out[found] = self.data[place[found]]
        return out

    def written(self, numbers, values) -> "Rows":
        """Return the array with the rows of these numbers replaced."""
        xp = self.xp
        together = xp.unique(xp.concatenate([self.indices, numbers]))
        data = self.read(together)
        data[xp.searchsorted(together, numbers)] = values
        return Rows(data, together, self.shape)

    # -- as the dense array ------------------------------------------------------------------------------------------
    def get(self) -> np.ndarray:
        """Return all elements in host memory, as an array of a GPU does."""
        return to_numpy(self.dense())

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        host = self.get()
        return host if dtype is None else host.astype(dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        rows = all(isinstance(x, Rows) for x in inputs)
        if ufunc is np.add and method == "__call__" and rows and len(inputs) == 2 and not kwargs:
            return combined(self.xp, np.add, *inputs)
        return getattr(ufunc, method)(*[densified(x) for x in inputs], **kwargs)

    def __cupy_override_elementwise_kernel__(self, kernel, *inputs, **kwargs):
        rows = all(isinstance(x, Rows) for x in inputs)
        if getattr(kernel, "name", "").removeprefix("cupy_") == "add" and rows and len(inputs) == 2 and not kwargs:
            return combined(self.xp, kernel, *inputs)
        return kernel(*[densified(x) for x in inputs], **kwargs)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dense(), name)


def empty_like(xp, raw: Sparse) -> Any:
    """Return an array of the same storage, shape and dtype that stores nothing."""
    none, data = xp.zeros(0, "int64"), xp.zeros((0, *raw.data.shape[1:]), raw.dtype)
    if isinstance(raw, Csr):
        return Csr(data, none, xp.zeros(raw.shape[0] + 1, "int64"), raw.shape)
    return Rows(data, none, raw.shape)


def densified(value):
    """Return a sparse value as the dense array, and anything else as it is."""
    return value.dense() if isinstance(value, Sparse) else value


def _sums_of_products(xp, data, rhs, numbers, starts):
    """Return sums of runs of ``data[i] * rhs[numbers[i]]``, which begin at ``starts``: (len(starts), ...).

    The products lie column after column: sums along an axis in memory take a fifth of the time for two columns. Those
    of float16 are added in float32.
    """
    if data.dtype == np.float16:
        return _sums_of_products(xp, data.astype("float32"), rhs, numbers, starts).astype(data.dtype)
    row = rhs.shape[1:]
    flat = rhs.read(numbers) if isinstance(rhs, Rows) else rhs
    factors = flat.reshape(len(flat), prod(row)).T  # (columns, rows)
    products = data * (factors if isinstance(rhs, Rows) else xp.take(factors, numbers, axis=1))
    return segment_sums(xp, products, starts).T.reshape(len(starts), *row)


def begins(xp, lengths):
    """Return where runs of these lengths begin, and the end of the last: (len(lengths) + 1,) int64."""
    out = xp.zeros(len(lengths) + 1, "int64")
    out[1:] = xp.cumsum(lengths)
    return out


def segment_sums(xp, values, starts):
    """Return the sums of runs of columns of a matrix that begin at ``starts``; none is empty, the first begins at 0."""
    if not len(starts):
        return xp.zeros((len(values), 0), values.dtype)
    if xp is np:
        return np.add.reduceat(values, starts, axis=1, dtype=values.dtype)
    marks = xp.zeros(values.shape[1], "int64")
    marks[starts[1:]] = 1
    return add_at(xp, (len(starts), len(values)), values.dtype, xp.cumsum(marks), values.T).T


def csr_of(xp, dense) -> Csr:
    """Return the elements of a matrix that differ from zero."""
    row, column = xp.nonzero(dense)
    indptr = begins(xp, xp.bincount(row, minlength=dense.shape[0]))
    return Csr(dense[row, column], column.astype("int64", copy=False), indptr, dense.shape)


def csr_of_places(xp, data, row, column, shape) -> Csr:
    """Return the matrix with ``data`` at (row, column), in any order; what stands at one place twice is added."""
    if not len(data):
        return Csr(data, xp.zeros(0, "int64"), xp.zeros(shape[0] + 1, "int64"), shape)
    flat, place = xp.unique(row * shape[1] + column, return_inverse=True)
    values = add_at(xp, (len(flat),), data.dtype, place, data)
    indptr = begins(xp, xp.bincount(flat // shape[1], minlength=shape[0]))
    return Csr(values, flat % shape[1], indptr, shape)


def rows_of(xp, dense) -> Rows:
    """Return the rows of an array that have an element other than zero."""
    numbers = xp.flatnonzero((dense.reshape(dense.shape[0], -1) != 0).any(axis=1))
    return Rows(dense[numbers], numbers, dense.shape)


def rows_added(xp, numbers, values, shape) -> Rows:
    """Return zeros of ``shape`` to which each of ``values`` was added at its row number; numbers may repeat."""
    if not numbers.size:
        return Rows(xp.zeros((0, *shape[1:]), values.dtype), xp.zeros(0, "int64"), shape)
    places, which = xp.unique(numbers, return_inverse=True)
    rows = add_at(xp, (len(places), *shape[1:]), values.dtype, which.reshape(-1), values)
    return Rows(rows, places.astype("int64", copy=False), shape)


def combined(xp, function, lhs, rhs):
    """Return ``function(lhs, rhs)`` of two of one kind and shape, for a function with f(0, 0) = 0.

    The result has the places of both.
    """
    csr = isinstance(lhs, Csr)
    left, right = (lhs.flat_indices(), rhs.flat_indices()) if csr else (lhs.indices, rhs.indices)
    places = xp.unique(xp.concatenate([left, right]))
    sides = []
    for where, data in ((left, lhs.data), (right, rhs.data)):
        side = xp.zeros((len(places), *data.shape[1:]), data.dtype)
        side[xp.searchsorted(places, where)] = data
        sides.append(side)
    values = function(*sides)
    if not csr:
        return Rows(values, places, lhs.shape)
    columns = max(lhs.shape[1], 1)
    indptr = begins(xp, xp.bincount(places // columns, minlength=lhs.shape[0]))
    return Csr(values, places % columns, indptr, lhs.shape)
