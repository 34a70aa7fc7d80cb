# Written by tests/make_stubs.py from the operator registry; do not edit.
"""The methods of Symbol that are made at run time."""
from collections.abc import Sequence
from typing import Any, Literal

from numpy.typing import DTypeLike

from mxlearn.symbol.symbol import Symbol

class SymbolMethods:
    def __abs__(self, *args: Any, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.abs`` with this symbol as its first input."""

    def __add__(self, other: Symbol | float) -> Symbol: ...

    def __eq__(self, other: Symbol | float) -> Symbol: ...

    def __ge__(self, other: Symbol | float) -> Symbol: ...

    def __gt__(self, other: Symbol | float) -> Symbol: ...

    def __iadd__(self, other: Any) -> Symbol: ...

    def __imod__(self, other: Any) -> Symbol: ...

    def __imul__(self, other: Any) -> Symbol: ...

    def __ipow__(self, other: Any) -> Symbol: ...

    def __isub__(self, other: Any) -> Symbol: ...

    def __itruediv__(self, other: Any) -> Symbol: ...

    def __le__(self, other: Symbol | float) -> Symbol: ...

    def __lt__(self, other: Symbol | float) -> Symbol: ...

    def __mod__(self, other: Symbol | float) -> Symbol: ...

    def __mul__(self, other: Symbol | float) -> Symbol: ...

    def __ne__(self, other: Symbol | float) -> Symbol: ...

    def __neg__(self) -> Symbol: ...

    def __pow__(self, other: Symbol | float) -> Symbol: ...

    def __radd__(self, other: Symbol | float) -> Symbol: ...

    def __rmod__(self, other: Symbol | float) -> Symbol: ...

    def __rmul__(self, other: Symbol | float) -> Symbol: ...

    def __rpow__(self, other: Symbol | float) -> Symbol: ...

    def __rsub__(self, other: Symbol | float) -> Symbol: ...

    def __rtruediv__(self, other: Symbol | float) -> Symbol: ...

    def __sub__(self, other: Symbol | float) -> Symbol: ...

    def __truediv__(self, other: Symbol | float) -> Symbol: ...

    def abs(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the absolute value |x|."""

    def arccos(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the angle in [0, pi] whose cosine is x."""

    def arccosh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the x >= 0 whose cosh is given."""

    def arcsin(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the angle in [-pi/2, pi/2] whose sine is x."""

    def arcsinh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the x whose sinh is given."""

    def arctan(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the angle in [-pi/2, pi/2] whose tangent is x."""

    def arctanh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the x whose tanh is given."""

    def argmax(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the index of the largest element along an axis, or in the flattened array; the first of ties."""

    def argmax_channel(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the index of the largest element along axis 1, the channels."""

    def argmin(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the index of the smallest element along an axis, or in the flattened array; the first of ties."""

    def argsort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        dtype: DTypeLike = ...,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the indices that sort along an axis, or sort the flattened array where ``axis`` is None."""

    def as_np_ndarray(self) -> Symbol:
        """Return the same outputs as a symbol in NumPy's manner: operators on it broadcast."""

    def astype(self, dtype: Any) -> Symbol:
        """Return the symbol converted to another dtype."""

    def broadcast_axes(
        self,
        axis: int | Sequence[int] = (),
        size: int | Sequence[int] = (),
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Stretch the dimensions ``axis`` of ``data``, each of which is 1, to ``size``."""

    def broadcast_like(
        self,
        rhs: Symbol | None = None,
        lhs_axes: int | Sequence[int] | None = None,
        rhs_axes: int | Sequence[int] | None = None,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Stretch the dimensions of 1 of ``lhs`` to those of ``rhs``, or only ``lhs_axes`` to ``rhs_axes``."""

    def broadcast_to(self, *args: Any, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.broadcast_to`` with this symbol as its first input."""

    def cbrt(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the cube root of x."""

    def ceil(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round up to the next integer."""

    def clip(
        self,
        a_min: float,
        a_max: float,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Limit each element to [a_min, a_max]; nan stays nan. Integers are limited to the truncated bounds."""

    def copy(self, *args: Any, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym._copy`` with this symbol as its first input."""

    def cos(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the cosine of x, in radians."""

    def cosh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return (e**x + e**-x) / 2."""

    def degrees(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Convert radians to degrees."""

    def depth_to_space(
        self,
        block_size: int,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Rearrange channels into blocks of pixels."""

    def detach(self, *args: Any, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.BlockGrad`` with this symbol as its first input."""

    def diag(
        self,
        k: int = 0,
        axis1: int = 0,
        axis2: int = 1,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read a diagonal, or make a matrix with a given diagonal."""

    def exp(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return e**x."""

    def expand_dims(self, *args: Any, inplace: bool = False, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.expand_dims`` on this symbol; ``inplace`` is for NDArrays alone."""

    def expm1(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return e**x - 1, exact for small x too."""

    def fix(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round toward zero."""

    def flatten(self, *args: Any, inplace: bool = False, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.Flatten`` on this symbol; ``inplace`` is for NDArrays alone."""

    def flip(
        self,
        axis: int | Sequence[int],
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Reverse the order of elements along axes."""

    def floor(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round down to the next integer."""

    def log(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the natural logarithm of x."""

    def log10(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the logarithm of x to base 10."""

    def log1p(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return log(1 + x), exact for small x too."""

    def log2(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the logarithm of x to base 2."""

    def log_softmax(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return log(softmax(x)) along an axis, without the loss of digits that taking the logarithm afterwards has."""

    def max(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the largest element along axes; nan where one is nan. Each of equal largest elements gets the ..."""

    def mean(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Average along axes; integers are truncated."""

    def min(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the smallest element along axes; nan where one is nan. Each of equal smallest elements gets the ..."""

    def nanprod(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Multiply along axes, with nan counted as 1; its gradient is 0 there."""

    def nansum(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Sum along axes, with nan counted as 0; its gradient is 0 there."""

    def norm(
        self,
        ord: int = 2,
        axis: int | Sequence[int] | None = None,
        out_dtype: DTypeLike | None = None,
        keepdims: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the sum of magnitudes (``ord=1``) or the Euclidean length (``ord=2``) along axes."""

    def one_hot(
        self,
        depth: int,
        on_value: float = 1.0,
        off_value: float = 0.0,
        dtype: DTypeLike = "float32",
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Write each number as a row with a single "on"."""

    def ones_like(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return ones in the shape and dtype of ``data``."""

    def pad(
        self,
        mode: Literal["constant", "edge", "reflect"],
        pad_width: int | Sequence[int],
        constant_value: float = 0.0,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Put a margin around images."""

    def pick(
        self,
        index: Symbol | None = None,
        axis: int | None = -1,
        keepdims: bool = False,
        mode: Literal["clip", "wrap"] = "clip",
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read one element of each row: ``out[i] = data[i, index[i]]``."""

    def prod(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Multiply along axes. Unlike MXNet's, the gradient is right where an element is 0."""

    def radians(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Convert degrees to radians."""

    def rcbrt(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return 1 / cbrt(x)."""

    def reciprocal(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return 1 / x."""

    def relu(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return max(x, 0)."""

    def repeat(
        self,
        repeats: int,
        axis: int | None = None,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Repeat each element along an axis."""

    def reshape(self, *shape: Any, reverse: bool = False, **kwargs: Any) -> Symbol:
        """Return the symbol in another shape; the codes 0, -1, -2, -3 and -4 of ``mx.sym.reshape`` are understood."""

    def reshape_like(
        self,
        rhs: Symbol | None = None,
        lhs_begin: int | None = None,
        lhs_end: int | None = None,
        rhs_begin: int | None = None,
        rhs_end: int | None = None,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Give ``lhs`` the shape of ``rhs``."""

    def rint(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round to the nearest integer, half down."""

    def round(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round to the nearest integer, half away from zero."""

    def rsqrt(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return 1 / sqrt(x)."""

    def shape_array(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the shape of ``data`` as a 1-D array of int64."""

    def sigmoid(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return 1 / (1 + exp(-x))."""

    def sign(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return -1, 0 or 1, the sign of x; 0 for nan."""

    def sin(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the sine of x, in radians."""

    def sinh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return (e**x - e**-x) / 2."""

    def size_array(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the number of elements of ``data`` as an array of shape (1,), int64."""

    def slice(
        self,
        begin: int | Sequence[int | None] | None,
        end: int | Sequence[int | None] | None,
        step: int | Sequence[int | None] | None = (),
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read a part of an array, ``data[begin[0]:end[0]:step[0], begin[1]:end[1]:step[1], ...]``."""

    def slice_axis(
        self,
        axis: int,
        begin: int,
        end: int | None,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read the part from ``begin`` to ``end`` of one axis."""

    def slice_like(
        self,
        shape_like: Symbol | None = None,
        axes: int | Sequence[int] = (),
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read the leading part that is as large as another array."""

    def softmax(
        self,
        length: Symbol | None = None,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return exp(x / T) / sum(exp(x / T)) along an axis: positive numbers that sum to 1."""

    def softmin(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return softmax(-x) along an axis: the smallest element gets the largest weight."""

    def sort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Sort along an axis, or the flattened array where ``axis`` is None."""

    def space_to_depth(
        self,
        block_size: int,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Rearrange blocks of pixels into channels: the inverse of depth_to_space."""

    def split(
        self,
        num_outputs: int,
        axis: int = 1,
        squeeze_axis: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Split an array into equal parts along an axis."""

    def split_v2(self, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Symbol:
        """Return the symbol cut along ``axis``, into n equal parts or before each of the given indices."""

    def sqrt(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the square root of x."""

    def square(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return x**2."""

    def squeeze(self, *args: Any, inplace: bool = False, **kwargs: Any) -> Symbol:
        """The operator ``mx.sym.squeeze`` on this symbol; ``inplace`` is for NDArrays alone."""

    def sum(
        self,
        axis: int | Sequence[int] | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Sum along axes."""

    def swapaxes(
        self,
        dim1: int = 0,
        dim2: int = 0,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Exchange two axes."""

    def take(
        self,
        indices: Symbol | None = None,
        axis: int = 0,
        mode: Literal["clip", "wrap", "raise"] = "clip",
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Read rows (or columns, ...) by number."""

    def tan(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the tangent of x, in radians."""

    def tanh(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return sinh(x) / cosh(x)."""

    def tile(
        self,
        reps: int | Sequence[int],
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Repeat a whole array along each axis."""

    def topk(
        self,
        axis: int | None = -1,
        k: int = 1,
        ret_typ: Literal["value", "indices", "mask", "both"] = "indices",
        is_ascend: bool = False,
        dtype: DTypeLike = ...,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return the k largest elements along an axis, in order, or the k smallest with ``is_ascend``."""

    def transpose(self, *axes: Any, **kwargs: Any) -> Symbol:
        """Return the symbol with its axes permuted; without arguments reversed."""

    def trunc(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Round toward zero."""

    def zeros_like(
        self,
        *,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        out: Symbol | Sequence[Symbol] | None = None,
    ) -> Symbol:
        """Return zeros in the shape and dtype of ``data``."""

    def __hash__(self) -> int: ...
