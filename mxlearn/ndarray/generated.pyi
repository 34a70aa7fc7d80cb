# Written by tests/make_stubs.py from the operator registry; do not edit.
"""The methods of NDArray that are made at run time."""
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike

from mxlearn.ndarray.array import NDArray

class NDArrayMethods:
    def __abs__(self) -> NDArray: ...

    def __add__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __eq__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self==value."""

    def __ge__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self>=value."""

    def __gt__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self>value."""

    def __iadd__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __imod__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __imul__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __ipow__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __isub__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __itruediv__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __le__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self<=value."""

    def __lt__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self<value."""

    def __matmul__(self, other: Any) -> NDArray: ...

    def __mod__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __mul__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __ne__(self, other: NDArray | np.generic | float) -> NDArray:
        """Return self!=value."""

    def __neg__(self) -> NDArray: ...

    def __pow__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __radd__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __rmod__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __rmul__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __rpow__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __rsub__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __rtruediv__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __sub__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def __truediv__(self, other: NDArray | np.generic | float) -> NDArray: ...

    def abs(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the absolute value |x|."""

    def arccos(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the angle in [0, pi] whose cosine is x."""

    def arccosh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the x >= 0 whose cosh is given."""

    def arcsin(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the angle in [-pi/2, pi/2] whose sine is x."""

    def arcsinh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the x whose sinh is given."""

    def arctan(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the angle in [-pi/2, pi/2] whose tangent is x."""

    def arctanh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the x whose tanh is given."""

    def argmax(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the index of the largest element along an axis, or in the flattened array; the first of ties."""

    def argmax_channel(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the index of the largest element along axis 1, the channels."""

    def argmin(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the index of the smallest element along an axis, or in the flattened array; the first of ties."""

    def argsort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        dtype: DTypeLike = ...,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the indices that sort along an axis, or sort the flattened array where ``axis`` is None."""

    def broadcast_axes(
        self,
        axis: int | Sequence[int] = (),
        size: int | Sequence[int] = (),
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Stretch the dimensions ``axis`` of ``data``, each of which is 1, to ``size``."""

    def broadcast_like(
        self,
        rhs: NDArray,
        lhs_axes: int | Sequence[int] | None = None,
        rhs_axes: int | Sequence[int] | None = None,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Stretch the dimensions of 1 of ``lhs`` to those of ``rhs``, or only ``lhs_axes`` to ``rhs_axes``."""

    def broadcast_to(self, shape: Any) -> NDArray:
        """Return the array repeated along axes of extent 1, and along new axes in front, so that it has ``shape``."""

    def cbrt(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the cube root of x."""

    def ceil(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round up to the next integer."""

    def clip(
        self,
        a_min: float,
        a_max: float,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Limit each element to [a_min, a_max]; nan stays nan. Integers are limited to the truncated bounds."""

    def cos(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the cosine of x, in radians."""

    def cosh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return (e**x + e**-x) / 2."""

    def degrees(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Convert radians to degrees."""

    def depth_to_space(
        self,
        block_size: int,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Rearrange channels into blocks of pixels."""

    def diag(
        self,
        k: int = 0,
        axis1: int = 0,
        axis2: int = 1,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read a diagonal, or make a matrix with a given diagonal."""

    def exp(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return e**x."""

    def expand_dims(self, axis: int, inplace: bool = False) -> NDArray:
        """Return the array with a new axis of extent 1 at ``axis``; with ``inplace`` the result shares memory."""

    def expm1(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return e**x - 1, exact for small x too."""

    def fix(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round toward zero."""

    def flatten(self, inplace: bool = False) -> NDArray:
        """Return the array as a matrix, all axes but the first in one; with ``inplace`` the result shares memory."""

    def flip(
        self,
        axis: int | Sequence[int],
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Reverse the order of elements along axes."""

    def floor(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round down to the next integer."""

    def log(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the natural logarithm of x."""

    def log10(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the logarithm of x to base 10."""

    def log1p(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return log(1 + x), exact for small x too."""

    def log2(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the logarithm of x to base 2."""

    def log_softmax(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return log(softmax(x)) along an axis, without the loss of digits that taking the logarithm afterwards has."""

    def max(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the largest element along axes; nan where one is nan. Each of equal largest elements gets the ..."""

    def mean(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Average along axes; integers are truncated."""

    def min(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the smallest element along axes; nan where one is nan. Each of equal smallest elements gets the ..."""

    def nanprod(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Multiply along axes, with nan counted as 1; its gradient is 0 there."""

    def nansum(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Sum along axes, with nan counted as 0; its gradient is 0 there."""

    def norm(
        self,
        ord: int = 2,
        axis: int | Sequence[int] | None = None,
        out_dtype: DTypeLike | None = None,
        keepdims: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return the sum of magnitudes (``ord=1``) or the Euclidean length (``ord=2``) along axes."""

    def one_hot(
        self,
        depth: int,
        on_value: float = 1.0,
        off_value: float = 0.0,
        dtype: DTypeLike = "float32",
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Write each number as a row with a single "on"."""

    def ones_like(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return ones in the shape and dtype of ``data``."""

    def pad(
        self,
        mode: Literal["constant", "edge", "reflect"],
        pad_width: int | Sequence[int],
        constant_value: float = 0.0,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Put a margin around images."""

    def pick(
        self,
        index: NDArray,
        axis: int | None = -1,
        keepdims: bool = False,
        mode: Literal["clip", "wrap"] = "clip",
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read one element of each row: ``out[i] = data[i, index[i]]``."""

    def prod(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Multiply along axes. Unlike MXNet's, the gradient is right where an element is 0."""

    def radians(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Convert degrees to radians."""

    def rcbrt(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return 1 / cbrt(x)."""

    def reciprocal(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return 1 / x."""

    def relu(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return max(x, 0)."""

    def repeat(
        self,
        repeats: int,
        axis: int | None = None,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Repeat each element along an axis."""

    def reshape(self, *shape: Any, reverse: bool = False, **kwargs: Any) -> NDArray:
        """Return the array in another shape; the codes 0, -1, -2, -3 and -4 of ``mx.nd.reshape`` are understood."""

    def reshape_like(
        self,
        rhs: NDArray,
        lhs_begin: int | None = None,
        lhs_end: int | None = None,
        rhs_begin: int | None = None,
        rhs_end: int | None = None,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Give ``lhs`` the shape of ``rhs``."""

    def rint(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round to the nearest integer, half down."""

    def round(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round to the nearest integer, half away from zero."""

    def rsqrt(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return 1 / sqrt(x)."""

    def shape_array(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the shape of ``data`` as a 1-D array of int64."""

    def sigmoid(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return 1 / (1 + exp(-x))."""

    def sign(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return -1, 0 or 1, the sign of x; 0 for nan."""

    def sin(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the sine of x, in radians."""

    def sinh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return (e**x - e**-x) / 2."""

    def size_array(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the number of elements of ``data`` as an array of shape (1,), int64."""

    def slice(
        self,
        begin: int | Sequence[int | None] | None,
        end: int | Sequence[int | None] | None,
        step: int | Sequence[int | None] | None = (),
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read a part of an array, ``data[begin[0]:end[0]:step[0], begin[1]:end[1]:step[1], ...]``."""

    def slice_axis(
        self,
        axis: int,
        begin: int,
        end: int | None,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read the part from ``begin`` to ``end`` of one axis."""

    def slice_like(
        self,
        shape_like: NDArray,
        axes: int | Sequence[int] = (),
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read the leading part that is as large as another array."""

    def softmax(
        self,
        length: NDArray | None = None,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return exp(x / T) / sum(exp(x / T)) along an axis: positive numbers that sum to 1."""

    def softmin(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Return softmax(-x) along an axis: the smallest element gets the largest weight."""

    def sort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Sort along an axis, or the flattened array where ``axis`` is None."""

    def space_to_depth(
        self,
        block_size: int,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Rearrange blocks of pixels into channels: the inverse of depth_to_space."""

    def split(
        self,
        num_outputs: int,
        axis: int = 1,
        squeeze_axis: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray | Any:
        """Split an array into equal parts along an axis."""

    def split_v2(self, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> NDArray:
        """Return the array cut into parts along ``axis``."""

    def sqrt(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the square root of x."""

    def square(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return x**2."""

    def squeeze(self, axis: Any = None, inplace: bool = False) -> NDArray:
        """Return the array without axes of extent 1 (or without ``axis``); with ``inplace`` the result shares ..."""

    def sum(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Sum along axes."""

    def swapaxes(
        self,
        dim1: int = 0,
        dim2: int = 0,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Exchange two axes."""

    def take(
        self,
        indices: NDArray,
        axis: int = 0,
        mode: Literal["clip", "wrap", "raise"] = "clip",
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Read rows (or columns, ...) by number."""

    def tan(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return the tangent of x, in radians."""

    def tanh(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return sinh(x) / cosh(x)."""

    def tile(
        self,
        reps: int | Sequence[int],
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray:
        """Repeat a whole array along each axis."""

    def topk(
        self,
        axis: int | None = -1,
        k: int = 1,
        ret_typ: Literal["value", "indices", "mask", "both"] = "indices",
        is_ascend: bool = False,
        dtype: DTypeLike = ...,
        *,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
    ) -> NDArray | Any:
        """Return the k largest elements along an axis, in order, or the k smallest with ``is_ascend``."""

    def transpose(self, *axes: Any, **kwargs: Any) -> NDArray:
        """Return the array with its axes permuted; without arguments reversed."""

    def trunc(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Round toward zero."""

    def zeros_like(self, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
        """Return zeros in the shape and dtype of ``data``."""

    def __hash__(self) -> int: ...
