# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Operators whose names begin with an underscore, as ``mx.nd._internal._plus_scalar``."""
from collections.abc import Sequence
from typing import Any, Literal

from numpy.typing import DTypeLike

from mxlearn.ndarray.array import NDArray

def _CrossDeviceCopy(
    data: NDArray,
    source: str,
    target: str,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Copy an array between two devices of one graph; an executor bound with group2ctx puts it there."""

def _Div(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Divide ``lhs`` by ``rhs``, both of one shape; integers are truncated toward zero."""

def _DivScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data / scalar``; integers are truncated toward zero."""

def _Equal(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs == rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _EqualScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data == scalar`` holds and 0 elsewhere."""

def _Greater(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs > rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _GreaterEqualScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data >= scalar`` holds and 0 elsewhere."""

def _GreaterScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data > scalar`` holds and 0 elsewhere."""

def _Greater_Equal(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs >= rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _Hypot(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the length sqrt(lhs**2 + rhs**2) of the hypotenuse."""

def _HypotScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return sqrt(data**2 + scalar**2)."""

def _Lesser(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs < rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _LesserEqualScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data <= scalar`` holds and 0 elsewhere."""

def _LesserScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data < scalar`` holds and 0 elsewhere."""

def _Lesser_Equal(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs <= rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _LogicalAndScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data and scalar`` holds and 0 elsewhere."""

def _LogicalOrScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data or scalar`` holds and 0 elsewhere."""

def _LogicalXorScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data xor scalar`` holds and 0 elsewhere."""

def _Logical_And(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs and rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _Logical_Or(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs or rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _Logical_Xor(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs xor rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _Maximum(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the larger of two elements; nan where one is nan. The gradient of a tie goes to ``lhs``."""

def _MaximumScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the larger of each element and ``scalar``; the gradient of a tie goes to ``data``."""

def _Minimum(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the smaller of two elements; nan where one is nan. The gradient of a tie goes to ``lhs``."""

def _MinimumScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the smaller of each element and ``scalar``; the gradient of a tie goes to ``data``."""

def _Minus(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Subtract ``rhs`` from ``lhs``, both of one shape, element by element."""

def _MinusScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data - scalar``."""

def _Mod(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the remainder of ``lhs / rhs`` with the sign of the divisor, and 0 where the divisor is 0."""

def _ModScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data % scalar``, with the sign of the divisor, and 0 where the divisor is 0."""

def _Mul(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Multiply two arrays of equal shape, element by element (the Hadamard product)."""

def _MulScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data * scalar``."""

def _NotEqualScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``data != scalar`` holds and 0 elsewhere."""

def _Not_Equal(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where ``lhs != rhs`` holds and 0 elsewhere, of two arrays of equal shape."""

def _Plus(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add two arrays of equal shape, element by element."""

def _PlusScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data + scalar``."""

def _Power(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Raise ``lhs`` to the power of ``rhs``, both of one shape."""

def _PowerScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``data ** scalar``."""

def _RDivScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``scalar / data``; integers are truncated toward zero."""

def _RMinusScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``scalar - data``."""

def _RModScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``scalar % data``, with the sign of the divisor, and 0 where the divisor is 0."""

def _RPowerScalar(
    data: NDArray,
    scalar: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``scalar ** data``."""

def _adadelta_update(
    weight: NDArray,
    grad: NDArray,
    accumulated_grad: NDArray,
    accumulated_delta: NDArray,
    rho: float = 0.9,
    epsilon: float = 1e-05,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of AdaDelta, which needs no learning rate."""

def _adamax_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    peak: NDArray,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of AdaMax: Adam whose second moment is a decaying maximum."""

def _adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    rescale_grad: NDArray,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    eta: float = ...,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of AdamW: ``weight - eta * (lr * mean / (sqrt(var) + epsilon) + wd * weight)``."""

_add = _Plus

def _add_to_rows(
    g: NDArray,
    places: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add ``g`` (..., m) at ``places`` (..., m) of the rows of zeros, shaped as ``like`` (..., k)."""

def _advanced_index(
    *inputs: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Read ``data[index_0, index_1, ...]``, where data is the first input and the others are integer arrays."""

def _advanced_index_backward(
    *inputs: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add the first input at the places that ``_advanced_index`` read, in zeros of the shape of the second."""

def _arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return evenly spaced numbers from ``start`` up to, not including, ``stop``."""

def _attention_part(
    data: NDArray,
    heads: int,
    parts: int = 1,
    index: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Take one part out of an interleaved projection: (batch * heads, length, size)."""

def _attention_whole(
    data: NDArray,
    heads: int,
    parts: int = 1,
    index: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Put one part back into an interleaved projection whose other parts are 0: the transpose of _attention_part."""

def _backward_BatchNorm(
    out_grad: NDArray,
    data: NDArray,
    gamma: NDArray,
    mean: NDArray,
    inverse_std: NDArray,
    fix_gamma: bool = True,
    fixed_statistics: bool = False,
    axis: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of BatchNorm with respect to data, gamma and beta."""

def _backward_BilinearSampler(
    out_grad: NDArray,
    data: NDArray,
    grid: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of BilinearSampler with respect to data and grid."""

def _backward_CTCLoss(
    out_grad: NDArray,
    data: NDArray,
    label: NDArray,
    data_lengths: NDArray | None = None,
    label_lengths: NDArray | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal["first", "last"] = "first",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of CTCLoss with respect to the data."""

def _backward_Convolution_data(
    out_grad: NDArray,
    weight: NDArray,
    data: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Convolution with respect to its data, of which only the shape is read."""

def _backward_Convolution_weight(
    out_grad: NDArray,
    data: NDArray,
    weight: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Convolution with respect to its weight, of which only the shape is read."""

def _backward_Correlation(
    out_grad: NDArray,
    data1: NDArray,
    data2: NDArray,
    kernel_size: int = 1,
    max_displacement: int = 1,
    stride1: int = 1,
    stride2: int = 1,
    pad_size: int = 0,
    is_multiply: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of Correlation with respect to both maps."""

def _backward_Deconvolution_data(
    out_grad: NDArray,
    weight: NDArray,
    data: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    adj: int | Sequence[int] = (),
    target_shape: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Deconvolution with respect to its data, of which only the shape is read: a convolution."""

def _backward_Deconvolution_weight(
    out_grad: NDArray,
    data: NDArray,
    weight: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    adj: int | Sequence[int] = (),
    target_shape: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Deconvolution with respect to its weight, of which only the shape is read."""

def _backward_DeformableConvolution(
    out_grad: NDArray,
    data: NDArray,
    offset: NDArray,
    weight: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_group: int = 1,
    num_deformable_group: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of DeformableConvolution with respect to data, offset and weight."""

def _backward_DeformablePSROIPooling(
    out_grad: NDArray,
    data: NDArray,
    rois: NDArray,
    trans: NDArray | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    group_size: int = ...,
    pooled_size: int = ...,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of DeformablePSROIPooling with respect to data and trans; (1,) of 0 without trans."""

def _backward_GridGenerator(
    out_grad: NDArray,
    data: NDArray,
    transform_type: Literal["affine", "warp"],
    target_shape: int | Sequence[int] = (0, 0),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of GridGenerator, which is linear; of the data only the shape is read."""

def _backward_GroupNorm(
    out_grad: NDArray,
    data: NDArray,
    gamma: NDArray,
    num_groups: int = 1,
    eps: float = 1e-05,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of GroupNorm with respect to data, gamma and beta."""

def _backward_InstanceNorm(
    out_grad: NDArray,
    data: NDArray,
    gamma: NDArray,
    eps: float = 0.001,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of InstanceNorm with respect to data, gamma and beta."""

def _backward_LRN(
    out_grad: NDArray,
    data: NDArray,
    alpha: float = 0.0001,
    beta: float = 0.75,
    knorm: float = 2.0,
    nsize: int = ...,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of LRN."""

def _backward_LayerNorm(
    out_grad: NDArray,
    data: NDArray,
    gamma: NDArray,
    axis: int = -1,
    eps: float = 1e-05,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of LayerNorm with respect to data, gamma and beta."""

def _backward_MakeLoss(
    data: NDArray,
    grad_scale: float = 1.0,
    valid_thresh: float = 0.0,
    normalization: Literal["batch", "null", "valid"] = "null",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient that MakeLoss produces: one number at every place."""

def _backward_ModulatedDeformableConvolution(
    out_grad: NDArray,
    data: NDArray,
    offset: NDArray,
    mask: NDArray,
    weight: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_group: int = 1,
    num_deformable_group: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of ModulatedDeformableConvolution with respect to data, offset, mask and weight."""

def _backward_PSROIPooling(
    out_grad: NDArray,
    rois: NDArray,
    data: NDArray,
    spatial_scale: float,
    output_dim: int,
    pooled_size: int,
    group_size: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of PSROIPooling; of the data only the shape is read."""

def _backward_Pooling_lp(
    out_grad: NDArray,
    data: NDArray,
    pooled: NDArray,
    kernel: int | Sequence[int] = (),
    global_pool: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    p_value: int = 2,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Pooling with "lp": g (x / norm) ** (p - 1), and 0 where the norm is 0."""

def _backward_Pooling_max(
    out_grad: NDArray,
    data: NDArray,
    pooled: NDArray,
    kernel: int | Sequence[int] = (),
    global_pool: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of max Pooling: each output gradient at the place of its window's first maximum."""

def _backward_Pooling_mean(
    out_grad: NDArray,
    data: NDArray,
    kernel: int | Sequence[int] = (),
    pool_type: Literal["avg", "lp", "max", "sum"] = "avg",
    global_pool: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    count_include_pad: bool | None = None,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Pooling with "avg" or "sum"; of the data only the shape is read."""

def _backward_RNN(
    *inputs: NDArray | Sequence[NDArray],
    state_size: int,
    num_layers: int,
    bidirectional: bool = False,
    mode: Literal["rnn_relu", "rnn_tanh", "lstm", "gru"],
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Return the gradients of RNN with respect to data, parameters, state and, of an LSTM, state_cell."""

def _backward_ROIAlign(
    out_grad: NDArray,
    rois: NDArray,
    data: NDArray,
    pooled_size: int | Sequence[int],
    spatial_scale: float,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of ROIAlign; of the data only the shape is read."""

def _backward_ROIPooling(
    out_grad: NDArray,
    rois: NDArray,
    maxidx: NDArray,
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Send each gradient to the place of its maximum; of the data only the shape is read."""

def _backward_RegressionOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    absolute: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient that a regression output produces: its output minus the label, or the sign of that."""

def _backward_SVMOutput(
    data: NDArray,
    label: NDArray,
    margin: float = 1.0,
    regularization_coefficient: float = 1.0,
    use_linear: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient that SVMOutput produces."""

def _backward_SoftmaxOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    normalization: Literal["batch", "null", "valid"] = "null",
    smooth_alpha: float = 0.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient that SoftmaxOutput produces, from its output and the labels."""

def _backward_UpSampling(
    *arrays: NDArray | Sequence[NDArray],
    count: int,
    scale: int,
    multi_input_mode: Literal["concat", "sum"] = "concat",
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Return the gradients of UpSampling "nearest" of several images: each gradient summed over the repeated pixels."""

def _backward_UpSampling_bilinear(
    out_grad: NDArray,
    data: NDArray,
    weight: NDArray,
    scale: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of UpSampling "bilinear" with respect to the image and the weight."""

def _backward_box_nms(
    out_grad: NDArray,
    sources: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Send each row to the row that it came from; ``sources`` holds that row's index, or -1 for a row of no source."""

def _backward_classifier_loss(
    g: NDArray,
    softmax: NDArray,
    places: NDArray,
    axis: int = -1,
    batch_axis: int = 0,
    scale: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``g * scale * (one_hot(label) - softmax)``, divided by how many labels a sample has."""

def _backward_contrib_AdaptiveAvgPooling2D(
    out_grad: NDArray,
    data: NDArray,
    output_size: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of AdaptiveAvgPooling2D; of the data only the shape is read."""

def _backward_contrib_BilinearResize2D(
    out_grad: NDArray,
    data: NDArray,
    like: NDArray | None = None,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Literal["like", "odd_scale", "size", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"] = "size",
    align_corners: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of BilinearResize2D; of the images only the shapes are read."""

def _backward_count_sketch(
    out_grad: NDArray,
    h: NDArray,
    s: NDArray,
    data: NDArray,
    out_dim: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of count_sketch, which is linear; of the data only the shape is read."""

def _backward_gather_nd(
    data: NDArray,
    indices: NDArray,
    shape: int | Sequence[int],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add values at index vectors of zeros of a given shape; values of one place add up."""

def _backward_hawkesll(
    likelihood_grad: NDArray,
    out_state_grad: NDArray,
    lda: NDArray,
    alpha: NDArray,
    beta: NDArray,
    state: NDArray,
    lags: NDArray,
    marks: NDArray,
    valid_length: NDArray,
    max_time: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the gradients of hawkesll with respect to lda, alpha, beta and state."""

def _backward_log_softmax(
    out_grad: NDArray,
    log_softmax: NDArray,
    axis: int = -1,
    temperature: float | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of log_softmax with respect to its data: (g - exp(y) * sum(g)) / T."""

def _backward_relu(
    out_grad: NDArray,
    relu: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of relu from its result: ``out_grad`` where that is positive, 0 elsewhere."""

def _backward_softmax(
    out_grad: NDArray,
    softmax: NDArray,
    axis: int = -1,
    temperature: float | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of softmax with respect to its data: y * (g - sum(g * y)) / T."""

def _backward_softmax_cross_entropy(
    out_grad: NDArray,
    data: NDArray,
    label: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of softmax_cross_entropy: (softmax(data) - one_hot(label)) * out_grad."""

def _basic_slice(
    data: NDArray,
    begin: int | Sequence[int | None] | None,
    end: int | Sequence[int | None] | None,
    step: int | Sequence[int | None] | None = (),
    squeeze: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Read a part as ``slice`` does, then drop the axes ``squeeze``: what ``x[1:3, 0]`` is while recording."""

def _basic_slice_backward(
    g: NDArray,
    like: NDArray,
    begin: int | Sequence[int | None] | None,
    end: int | Sequence[int | None] | None,
    step: int | Sequence[int | None] | None = (),
    squeeze: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` into the part of zeros that ``_basic_slice`` reads."""

def _boolean_mask_backward(
    g: NDArray,
    index: NDArray,
    like: NDArray,
    axis: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` into those rows of zeros, shaped as ``like``, that the mask keeps."""

def _cast_like(
    data: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cast to the dtype of another array."""

def _classifier_loss(
    data: NDArray,
    label: NDArray,
    axis: int = -1,
    batch_axis: int = 0,
    scale: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return for each sample ``scale`` times the mean of the logarithms of its labels' probabilities."""

def _concat_backward(
    *inputs: NDArray | Sequence[NDArray],
    dim: int = 1,
    sections: int,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Cut the first input into parts of the shapes of the others: the gradient of Concat."""

def _contrib_AdaptiveAvgPooling2D(
    data: NDArray,
    output_size: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Take means over windows that are chosen to give a result of a wanted size."""

def _contrib_BatchNormWithReLU(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    moving_mean: NDArray,
    moving_var: NDArray,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """BatchNorm followed by relu, in one. The parameters are those of BatchNorm."""

def _contrib_BilinearResize2D(
    data: NDArray,
    like: NDArray | None = None,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Literal["like", "odd_scale", "size", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"] = "size",
    align_corners: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Resize images by bilinear interpolation."""

def _contrib_CTCLoss(
    data: NDArray,
    label: NDArray,
    data_lengths: NDArray | None = None,
    label_lengths: NDArray | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal["first", "last"] = "first",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return -log of the probability that the data spell the label, summed over all alignments."""

def _contrib_DeformableConvolution(
    data: NDArray,
    offset: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    kernel: int | Sequence[int] = ...,
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    layout: Literal["NCDHW", "NCHW", "NCW"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Convolution whose windows read at places that are moved, each by its own offset, with bilinear interpolation."""

def _contrib_DeformablePSROIPooling(
    data: NDArray,
    rois: NDArray,
    trans: NDArray | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    group_size: int = ...,
    pooled_size: int = ...,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of ..."""

def _contrib_ModulatedDeformableConvolution(
    data: NDArray,
    offset: NDArray,
    mask: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    kernel: int | Sequence[int] = ...,
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    num_filter: int = ...,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    im2col_step: int = 64,
    layout: Literal["NCDHW", "NCHW", "NCW"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """DeformableConvolution, with a factor on what each place of a window reads."""

def _contrib_MultiBoxDetection(
    cls_prob: NDArray,
    loc_pred: NDArray,
    anchor: NDArray,
    clip: bool = True,
    threshold: float = 0.01,
    background_id: int = 0,
    nms_threshold: float = 0.5,
    force_suppress: bool = False,
    variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
    nms_topk: int = -1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn predictions into detected objects: decode the boxes, drop the unlikely, keep the best of those that ..."""

def _contrib_MultiBoxPrior(
    data: NDArray,
    sizes: float | Sequence[float] = (1.0,),
    ratios: float | Sequence[float] = (1.0,),
    clip: bool = False,
    steps: float | Sequence[float] = (-1.0, -1.0),
    offsets: float | Sequence[float] = (0.5, 0.5),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Lay anchor boxes around each pixel of a feature map."""

def _contrib_MultiBoxTarget(
    anchor: NDArray,
    label: NDArray,
    cls_pred: NDArray,
    overlap_threshold: float = 0.5,
    ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0,
    negative_mining_thresh: float = 0.5,
    minimum_negative_samples: int = 0,
    variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Tell each anchor what to predict: the class of the object that it was matched with, and offsets to its box."""

def _contrib_MultiProposal(
    cls_prob: NDArray,
    bbox_pred: NDArray,
    im_info: NDArray,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: float | Sequence[float] = (4.0, 8.0, 16.0, 32.0),
    ratios: float | Sequence[float] = (0.5, 1.0, 2.0),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Turn the predictions of a region proposal network into regions of interest, for each image of a batch."""

def _contrib_PSROIPooling(
    data: NDArray,
    rois: NDArray,
    spatial_scale: float,
    output_dim: int,
    pooled_size: int,
    group_size: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of channels."""

def _contrib_Proposal(
    cls_prob: NDArray,
    bbox_pred: NDArray,
    im_info: NDArray,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: float | Sequence[float] = (4.0, 8.0, 16.0, 32.0),
    ratios: float | Sequence[float] = (0.5, 1.0, 2.0),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """MultiProposal for one image: the batch must be 1. The parameters are those of MultiProposal."""

def _contrib_ROIAlign(
    data: NDArray,
    rois: NDArray,
    pooled_size: int | Sequence[int],
    spatial_scale: float,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut regions out of feature maps and take means over a grid of bins, read between pixels without rounding."""

def _contrib_RROIAlign(
    data: NDArray,
    rois: NDArray,
    pooled_size: int | Sequence[int],
    spatial_scale: float,
    sampling_ratio: int = -1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut rotated regions out of feature maps and take means over a grid of bins, read between pixels."""

def _contrib_SparseEmbedding(
    data: NDArray,
    weight: NDArray,
    input_dim: int,
    output_dim: int,
    dtype: DTypeLike = "float32",
    sparse_grad: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Look up the vector of each number: row i of ``weight`` is the embedding of i."""

def _contrib_SyncBatchNorm(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    moving_mean: NDArray,
    moving_var: NDArray,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    ndev: int = 1,
    key: str = ...,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """BatchNorm over channels on axis 1, with statistics of the whole batch, on the one device where it is."""

def _contrib_allclose(
    a: NDArray,
    b: NDArray,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Tell whether all elements of two arrays are close: ``|a - b| <= atol + rtol * |b|``."""

def _contrib_arange_like(
    data: NDArray,
    start: float = 0.0,
    step: float = 1.0,
    repeat: int = 1,
    ctx: str = "",
    axis: int | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return evenly spaced numbers, as many as an array has elements or as one of its axes is long."""

def _contrib_bipartite_matching(
    data: NDArray,
    is_ascend: bool = False,
    threshold: float = ...,
    topk: int = -1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Pair rows with columns greedily, the best score first, each at most once."""

def _contrib_boolean_mask(
    data: NDArray,
    index: NDArray,
    axis: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Keep the rows whose mask is not 0."""

def _contrib_box_decode(
    data: NDArray,
    anchors: NDArray,
    std0: float = 1.0,
    std1: float = 1.0,
    std2: float = 1.0,
    std3: float = 1.0,
    clip: float = -1.0,
    format: Literal["center", "corner"] = "center",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Move anchors by predicted offsets: the inverse of box_encode."""

def _contrib_box_encode(
    samples: NDArray,
    matches: NDArray,
    anchors: NDArray,
    refs: NDArray,
    means: NDArray,
    stds: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Say what turns each anchor into the box that it was matched with: shifts and log ratios, standardized."""

def _contrib_box_iou(
    lhs: NDArray,
    rhs: NDArray,
    format: Literal["center", "corner"] = "corner",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the overlap of each box with each other box: the area they share over the area that they cover ..."""

def _contrib_box_nms(
    data: NDArray,
    overlap_thresh: float = 0.5,
    valid_thresh: float = 0.0,
    topk: int = -1,
    coord_start: int = 2,
    score_index: int = 1,
    id_index: int = -1,
    background_id: int = -1,
    force_suppress: bool = False,
    in_format: Literal["center", "corner"] = "corner",
    out_format: Literal["center", "corner"] = "corner",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Keep the best of boxes that overlap (non-maximum suppression)."""

_contrib_box_non_maximum_suppression = _contrib_box_nms

def _contrib_count_sketch(
    data: NDArray,
    h: NDArray,
    s: NDArray,
    out_dim: int,
    processing_batch_size: int = 32,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add each number, with a sign, to one of a few places: ``out[..., h[i]] += s[i] * data[..., i]``."""

_contrib_ctc_loss = _contrib_CTCLoss

def _contrib_div_sqrt_dim(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Divide by the square root of the size of the last axis, as attention does with its scores."""

def _contrib_fft(
    data: NDArray,
    compute_size: int = 128,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the discrete Fourier transform along the last axis, interleaved: X_k = sum_n x_n exp(-2 pi i k n / N)."""

def _contrib_gradientmultiplier(
    data: NDArray,
    scalar: float = 1.0,
    is_int: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the data as they are, and multiply the gradient that comes back: -1 reverses it."""

def _contrib_group_adagrad_update(
    weight: NDArray,
    grad: NDArray,
    history: NDArray,
    lr: float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    epsilon: float = 1e-05,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of AdaGrad with one learning rate for each row of a matrix."""

def _contrib_hawkesll(
    lda: NDArray,
    alpha: NDArray,
    beta: NDArray,
    state: NDArray,
    lags: NDArray,
    marks: NDArray,
    valid_length: NDArray,
    max_time: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the log likelihood of sequences of events, and the state of the process at the end."""

def _contrib_ifft(
    data: NDArray,
    compute_size: int = 128,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the real part of the inverse transform along the last axis, n times too large, as in MXNet: divide ..."""

def _contrib_index_array(
    data: NDArray,
    axes: int | Sequence[int] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the index vector of every element."""

def _contrib_index_copy(
    old_tensor: NDArray,
    index_vector: NDArray,
    new_tensor: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a copy of ``old_tensor`` with the rows ``index_vector`` replaced by those of ``new_tensor``."""

def _contrib_interleaved_matmul_encdec_qk(
    queries: NDArray,
    keys_values: NDArray,
    heads: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the scores of attention to other positions, queries @ keys.T / sqrt(size), for each head."""

def _contrib_interleaved_matmul_encdec_valatt(
    keys_values: NDArray,
    attention: NDArray,
    heads: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the values of other positions, weighted with the attention: attention @ values, for each head."""

def _contrib_interleaved_matmul_selfatt_qk(
    queries_keys_values: NDArray,
    heads: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the scores of self-attention, queries @ keys.T / sqrt(size), for each head."""

def _contrib_interleaved_matmul_selfatt_valatt(
    queries_keys_values: NDArray,
    attention: NDArray,
    heads: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the values of self-attention, weighted with the attention: attention @ values, for each head."""

def _contrib_isfinite(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where x is finite, and 0 elsewhere."""

def _contrib_isinf(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where x is infinite, and 0 elsewhere."""

def _contrib_isnan(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return 1 where x is not a number, and 0 elsewhere."""

def _contrib_quadratic(
    data: NDArray,
    a: float = 0.0,
    b: float = 0.0,
    c: float = 0.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Compute ``a * x ** 2 + b * x + c`` for each element."""

def _contrib_round_ste(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Round to the nearest integer, half away from zero. The gradient passes unchanged (Bengio et al. 2013)."""

def _contrib_sign_ste(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return -1, 0 or 1, the sign of x. The gradient passes unchanged (Bengio et al. 2013)."""

def _copy(data: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return a copy of ``data``."""

def _copyto(
    data: NDArray,
    source: str,
    target: str,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Copy an array from one context to another, such as "cpu(0)" to "gpu(0)"."""

def _crop_assign(
    lhs: NDArray,
    rhs: NDArray,
    begin: int | Sequence[int | None] | None,
    end: int | Sequence[int | None] | None,
    step: int | Sequence[int | None] | None = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a copy of ``lhs`` in which a part is ``rhs``."""

def _crop_assign_scalar(
    data: NDArray,
    scalar: float = 0.0,
    begin: int | Sequence[int | None] | None = ...,
    end: int | Sequence[int | None] | None = ...,
    step: int | Sequence[int | None] | None = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a copy of ``data`` in which a part is a number."""

def _crop_backward(
    *inputs: NDArray | Sequence[NDArray],
    offset: int | Sequence[int] = (0, 0),
    h_w: int | Sequence[int] = (0, 0),
    center_crop: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write the gradient, the first input, into the window of zeros that Crop reads; the others are Crop's inputs."""

def _dcasgd_mom_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    previous: NDArray,
    lr: float,
    momentum: float = 0.0,
    lamda: float = 0.04,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """_dcasgd_update with momentum: ``mom = momentum * mom - step``, then ``weight + mom``."""

def _dcasgd_update(
    weight: NDArray,
    grad: NDArray,
    previous: NDArray,
    lr: float,
    lamda: float = 0.04,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of delay-compensated gradient descent."""

def _diag_backward(
    g: NDArray,
    like: NDArray,
    k: int = 0,
    axis1: int = 0,
    axis2: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` onto a diagonal of zeros of the shape of ``like``, or read it where diag made a matrix."""

_div = _Div

_div_scalar = _DivScalar

def _dot_left_gradient(
    g: NDArray,
    rhs: NDArray,
    like: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of <g, dot(lhs, rhs)> with respect to lhs, which has the shape of ``like``."""

def _dot_right_gradient(
    g: NDArray,
    lhs: NDArray,
    like: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of <g, dot(lhs, rhs)> with respect to rhs, which has the shape of ``like``."""

def _embedding_rows(
    g: NDArray,
    indices: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the gradient of Embedding's weight, shaped as ``like``, as the rows that were read."""

def _empty(
    shape: int | Sequence[int],
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return an array whose elements are not initialized."""

_equal = _Equal

_equal_scalar = _EqualScalar

def _eye(
    N: int,
    M: int = 0,
    k: int = 0,
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a matrix with ones on a diagonal and zeros elsewhere."""

def _full(
    shape: int | Sequence[int],
    ctx: str = "",
    dtype: DTypeLike = "float32",
    value: float = ...,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return an array filled with a number."""

def _gather_nd_backward(
    g: NDArray,
    indices: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add ``g`` at the places of zeros, shaped as ``like``, that gather_nd read."""

def _gather_parameter(
    data: NDArray,
    parameter: NDArray,
    last: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Sum over the axes along which _spread_parameter repeats: its transpose."""

def _grad_add(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add two gradients of equal shape; MXNet's name for the sum in the chain rule."""

_greater = _Greater

_greater_equal = _Greater_Equal

_greater_equal_scalar = _GreaterEqualScalar

_greater_scalar = _GreaterScalar

def _histogram(
    data: NDArray,
    bins: NDArray | None = None,
    bin_cnt: int | None = None,
    range: float | Sequence[float] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Count how many elements fall into each bin."""

_hypot = _Hypot

_hypot_scalar = _HypotScalar

def _identity_with_attr_like_rhs(
    lhs: NDArray,
    rhs: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a copy of ``lhs``; its shape is inferred from ``rhs`` where it is unknown."""

def _im2col_backward(
    g: NDArray,
    like: NDArray,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] = (),
    dilate: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add each column to the window of zeros, shaped as ``like``, that it came from."""

def _image_adjust_lighting(
    data: NDArray,
    alpha: float | Sequence[float],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add ``alpha``, three numbers, times the principal components of ImageNet's colors."""

def _image_crop(
    data: NDArray,
    x: int,
    y: int,
    width: int,
    height: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut out a rectangle whose upper left corner is pixel (x, y)."""

def _image_flip_left_right(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Mirror images left to right."""

def _image_flip_top_bottom(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn images upside down."""

def _image_normalize(
    data: NDArray,
    mean: float | Sequence[float] = (0.0,),
    std: float | Sequence[float] = (1.0,),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Subtract a mean from each channel and divide by a standard deviation."""

def _image_random_brightness(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Multiply all colors by a factor drawn between ``min_factor`` and ``max_factor``."""

def _image_random_color_jitter(
    data: NDArray,
    brightness: float,
    contrast: float,
    saturation: float,
    hue: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Change brightness, contrast, saturation and hue, each by a random factor, in random order."""

def _image_random_contrast(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Move all colors from the mean luma of the image, by a factor drawn between ``min_factor`` and ``max_factor``."""

def _image_random_flip_left_right(
    data: NDArray,
    p: float = 0.5,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Mirror images left to right with probability ``p``; a batch as a whole."""

def _image_random_flip_top_bottom(
    data: NDArray,
    p: float = 0.5,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn images upside down with probability ``p``; a batch as a whole."""

def _image_random_hue(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn all hues by a part of the circle drawn between ``min_factor`` and ``max_factor``; 1 is all round."""

def _image_random_lighting(
    data: NDArray,
    alpha_std: float = 0.05,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add the principal components of ImageNet's colors, each times a number drawn from Normal(0, ``alpha_std``)."""

def _image_random_saturation(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Move all colors from the luma of their pixel, by a factor drawn between ``min_factor`` and ``max_factor``."""

def _image_resize(
    data: NDArray,
    size: int | Sequence[int] = (0,),
    keep_ratio: bool = False,
    interp: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Resize images."""

def _image_to_tensor(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn images of values 0 to 255 into tensors of values 0 to 1, channels first."""

def _khatri_rao_gradient(
    *args: NDArray | Sequence[NDArray],
    first: bool,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Contract g (rows, n) with the factors before and after one factor of a Khatri-Rao product."""

_lesser = _Lesser

_lesser_equal = _Lesser_Equal

_lesser_equal_scalar = _LesserEqualScalar

_lesser_scalar = _LesserScalar

def _linalg_det(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the determinant of each matrix, with shape (1,) of a single one. The gradient at a singular one is 0."""

def _linalg_extractdiag(
    A: NDArray,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the diagonal of each matrix; ``offset`` > 0 is above the main one, < 0 below."""

def _linalg_extracttrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a triangle of each matrix as a vector: the lower one row by row, the upper one column by column."""

def _linalg_gelqf(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Factor A = L Q into a lower triangular L and a Q with orthonormal rows (LQ), for A with rows <= columns."""

def _linalg_gemm(
    A: NDArray,
    B: NDArray,
    C: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) op(B) + beta C."""

def _linalg_gemm2(
    A: NDArray,
    B: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) op(B), where op transposes where asked."""

def _linalg_inverse(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the inverse of each matrix."""

def _linalg_inverse_or_zero(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the inverse of each matrix, and zeros for a singular one."""

def _linalg_makediag(
    A: NDArray,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return square matrices with the vectors ``A`` on a diagonal and zeros elsewhere."""

def _linalg_maketrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return square matrices with the vectors ``A`` as a triangle and zeros elsewhere; undoes extracttrian."""

def _linalg_potrf(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return the lower triangular L with L L^T = A (Cholesky), for symmetric positive definite A."""

def _linalg_potri(A: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Return (L L^T)^-1, where L is the lower triangle of the input: the inverse after potrf."""

def _linalg_slogdet(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the sign and the logarithm of the absolute value of each determinant."""

def _linalg_sumlogdiag(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the sum of the logarithms of the diagonal of each matrix: after potrf, half of the log determinant."""

def _linalg_syevd(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> list[NDArray]:
    """Return the eigenvectors and eigenvalues of symmetric matrices: A = U^T diag(L) U."""

def _linalg_syrk(
    A: NDArray,
    transpose: bool = False,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha A A^T, or alpha A^T A with ``transpose``."""

def _linalg_transpose(
    A: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Transpose each matrix."""

def _linalg_triangle(
    A: NDArray,
    lower: bool = True,
    offset: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Keep one triangle of each matrix, up to the diagonal ``offset``, and put zeros elsewhere."""

def _linalg_trmm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return alpha op(A) B, or alpha B op(A) with ``rightside``, for a triangular A."""

def _linalg_trsm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Solve op(A) X = alpha B for X, or X op(A) = alpha B with ``rightside``, for a triangular A."""

def _linspace(
    start: float,
    stop: float,
    num: int,
    endpoint: bool = True,
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return ``num`` evenly spaced numbers from ``start`` to ``stop``."""

_logical_and = _Logical_And

_logical_and_scalar = _LogicalAndScalar

_logical_or = _Logical_Or

_logical_or_scalar = _LogicalOrScalar

_logical_xor = _Logical_Xor

_logical_xor_scalar = _LogicalXorScalar

_maximum = _Maximum

_maximum_scalar = _MaximumScalar

_minimum = _Minimum

_minimum_scalar = _MinimumScalar

_minus = _Minus

_minus_scalar = _MinusScalar

_mod = _Mod

_mod_scalar = _ModScalar

def _mp_adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    weight32: NDArray,
    rescale_grad: NDArray,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    eta: float = ...,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """_adamw_update in float32 on the master copy ``weight32``; the result is rounded to the dtype of ``weight``."""

_mul = _Mul

_mul_scalar = _MulScalar

def _nadam_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    lr: float,
    grad_coefficient: float,
    mean_coefficient: float,
    var_correction: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of Nadam: Adam with Nesterov's look-ahead."""

def _nan_to_one(data: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Replace nan by 1, the neutral factor."""

_not_equal = _Not_Equal

_not_equal_scalar = _NotEqualScalar

def _np_cumsum(
    a: NDArray,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the running sum along an axis, or of the flattened array."""

def _np_reshape(
    a: NDArray,
    newshape: int | Sequence[int],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Give the elements of an array another shape, as NumPy does: 0 is an extent, and () a shape without axes."""

def _npi_arctan2(
    x1: NDArray,
    x2: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """The angle of the point (x2, x1), in radians; the inputs broadcast."""

def _npi_einsum(
    *operands: NDArray | Sequence[NDArray],
    subscripts: str,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Sum products over named axes, as in ``ij,jk->ik``."""

def _npi_einsum_back(
    *inputs: NDArray | Sequence[NDArray],
    subscripts: str,
    term: str,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """The gradient of einsum in the operand ``term``: its last input, of which the shape alone is read."""

def _npi_matmul(
    a: NDArray,
    b: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Multiply stacks of matrices; the axes in front broadcast."""

_npi_reshape = _np_reshape

def _ones(
    shape: int | Sequence[int] = (),
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return an array of ones."""

def _pad_backward(
    g: NDArray,
    like: NDArray,
    mode: Literal["constant", "edge", "reflect"],
    pad_width: int | Sequence[int],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut the margin off and, unless it was constant, add it to the elements that it was copied from."""

def _pick_backward(
    g: NDArray,
    index: NDArray,
    like: NDArray,
    axis: int | None = -1,
    keepdims: bool = False,
    mode: Literal["clip", "wrap"] = "clip",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` to the places of zeros, shaped as ``like``, that pick read."""

_plus = _Plus

_plus_scalar = _PlusScalar

def _pooling_select(
    values: NDArray,
    data: NDArray,
    pooled: NDArray,
    kernel: int | Sequence[int] = (),
    global_pool: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: int | Sequence[int] = (),
    pad: int | Sequence[int] = (),
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Take from ``values`` what stands where max Pooling found the first maximum of each window of ``data``."""

_power = _Power

_power_scalar = _PowerScalar

def _prod_of_others(
    data: NDArray,
    axis: int | Sequence[int] | None = None,
    exclude: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return for each element the product of all others along the axes, without dividing."""

def _put_along(
    g: NDArray,
    index: NDArray,
    like: NDArray,
    axis: int | None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return zeros of the shape of ``like`` with ``g`` at ``index``, which names no place twice: undoes _take_along."""

def _random_exponential(
    lam: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the exponential distribution, whose mean is 1 / lam."""

def _random_exponential_like(
    data: NDArray,
    lam: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the exponential distribution, whose mean is 1 / lam, with the shape and dtype of ``data``."""

def _random_gamma(
    alpha: float = 1.0,
    beta: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the gamma distribution, whose mean is alpha * beta."""

def _random_gamma_like(
    data: NDArray,
    alpha: float = 1.0,
    beta: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the gamma distribution, whose mean is alpha * beta, with the shape and dtype of ``data``."""

def _random_generalized_negative_binomial(
    mu: float = 1.0,
    alpha: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers."""

def _random_generalized_negative_binomial_like(
    data: NDArray,
    mu: float = 1.0,
    alpha: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw floating counts with mean mu and variance mu + alpha * mu ** 2, with the shape and dtype of ``data``."""

def _random_negative_binomial(
    k: int = 1,
    p: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw how many trials fail before the k-th success, as floating numbers."""

def _random_negative_binomial_like(
    data: NDArray,
    k: int = 1,
    p: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw how many trials fail before the k-th success, as floating numbers, with the shape and dtype of ``data``."""

def _random_normal(
    loc: float = 0.0,
    scale: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the normal distribution."""

def _random_normal_like(
    data: NDArray,
    loc: float = 0.0,
    scale: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the normal distribution, with the shape and dtype of ``data``."""

def _random_pdf_dirichlet(
    sample: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of points of the simplex: Gamma(sum alpha) prod x_i**(alpha_i - 1) / Gamma(alpha_i)."""

def _random_pdf_exponential(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the exponential distribution: lam exp(-lam x)."""

def _random_pdf_gamma(
    sample: NDArray,
    alpha: NDArray,
    beta: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the gamma distribution: beta**alpha x**(alpha - 1) exp(-beta x) / Gamma(alpha)."""

def _random_pdf_generalized_negative_binomial(
    sample: NDArray,
    mu: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of counts with mean mu and variance mu + alpha mu**2. Counts get gradient 0."""

def _random_pdf_negative_binomial(
    sample: NDArray,
    k: NDArray,
    p: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of x failures before the k-th success. Counts get gradient 0."""

def _random_pdf_normal(
    sample: NDArray,
    mu: NDArray,
    sigma: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the normal distribution: exp(-u**2 / 2) / (sigma sqrt(2 pi)) with u = (x - mu) / sigma."""

def _random_pdf_poisson(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the probability of counts under the Poisson distribution: lam**x exp(-lam) / x!. Counts get gradient 0."""

def _random_pdf_uniform(
    sample: NDArray,
    low: NDArray,
    high: NDArray,
    is_log: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the density of the uniform distribution over [low, high]: 1 / (high - low)."""

def _random_poisson(
    lam: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts of the Poisson distribution, as floating numbers."""

def _random_poisson_like(
    data: NDArray,
    lam: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts of the Poisson distribution, as floating numbers, with the shape and dtype of ``data``."""

def _random_randint(
    low: int,
    high: int,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw integers spread evenly over low, low + 1, ..., high - 1."""

def _random_uniform(
    low: float = 0.0,
    high: float = 1.0,
    shape: int | Sequence[int] | None = None,
    ctx: str = "",
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers spread evenly over [low, high)."""

def _random_uniform_like(
    data: NDArray,
    low: float = 0.0,
    high: float = 1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers spread evenly over [low, high), with the shape and dtype of ``data``."""

def _ravel_multi_index(
    data: NDArray,
    shape: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn index vectors into positions in row-major order."""

_rdiv_scalar = _RDivScalar

def _read_maxima(
    data: NDArray,
    rois: NDArray,
    maxidx: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Read the data at the places of maxima that ROIPooling found: the transpose of _backward_ROIPooling."""

def _read_rows(
    data: NDArray,
    places: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Read from each row of ``data`` (..., k) the elements at ``places`` (..., m)."""

def _repeat_backward(
    g: NDArray,
    like: NDArray,
    repeats: int,
    axis: int | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Sum over the copies that repeat made."""

_rminus_scalar = _RMinusScalar

_rmod_scalar = _RModScalar

def _rnn_param_concat(
    *data: NDArray | Sequence[NDArray],
    dim: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Join vectors of parameters to the one that RNN takes; their lengths follow from its length where one is ..."""

def _rows_of(
    data: NDArray,
    sources: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Read the rows whose indices ``sources`` holds, zeros for -1: the transpose of _backward_box_nms."""

_rpower_scalar = _RPowerScalar

def _sample_exponential(
    lam: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the exponential distribution, whose mean is 1 / lam."""

def _sample_gamma(
    alpha: NDArray,
    beta: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the gamma distribution, whose mean is alpha * beta."""

def _sample_generalized_negative_binomial(
    mu: NDArray,
    alpha: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers."""

def _sample_multinomial(
    data: NDArray,
    shape: int | Sequence[int] = (),
    get_prob: bool = False,
    dtype: DTypeLike = "int32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Draw categories, each with its probability."""

def _sample_negative_binomial(
    k: NDArray,
    p: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw how many trials fail before the k-th success, as floating numbers."""

def _sample_normal(
    mu: NDArray,
    sigma: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers of the normal distribution."""

def _sample_poisson(
    lam: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw counts of the Poisson distribution, as floating numbers."""

def _sample_uniform(
    low: NDArray,
    high: NDArray,
    shape: int | Sequence[int] = (),
    dtype: DTypeLike | None = None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Draw numbers spread evenly over [low, high)."""

def _scale_channels(
    data: NDArray,
    gamma: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Multiply each channel (axis 1) by its own factor; one factor (1,) serves all."""

def _scatter_set_nd(
    lhs: NDArray,
    rhs: NDArray,
    indices: NDArray,
    shape: int | Sequence[int],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return a copy of ``lhs`` with ``rhs`` written at index vectors."""

def _sequence_last_backward(
    g: NDArray,
    like: NDArray,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    axis: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` to the last elements of sequences of zeros, shaped as ``like``."""

def _shuffle(data: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Put the rows of an array into random order."""

_slice_assign = _crop_assign

_slice_assign_scalar = _crop_assign_scalar

def _slice_axis_backward(
    g: NDArray,
    like: NDArray,
    axis: int,
    begin: int,
    end: int | None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` into a part of one axis of zeros of the shape of ``like``."""

def _slice_backward(
    g: NDArray,
    like: NDArray,
    begin: int | Sequence[int | None] | None,
    end: int | Sequence[int | None] | None,
    step: int | Sequence[int | None] | None = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` into a part of zeros of the shape of ``like``."""

def _slice_like_backward(
    g: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Write ``g`` into the leading part of zeros of the shape of ``like``."""

_sparse_Embedding = _contrib_SparseEmbedding

def _sparse_adagrad_update(
    weight: NDArray,
    grad: NDArray,
    history: NDArray,
    lr: float,
    epsilon: float = 1e-07,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """One step of AdaGrad on dense arrays."""

def _sparse_retain(
    data: NDArray,
    indices: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Keep the rows of these numbers; all others become zero."""

def _sparse_where(
    condition: NDArray,
    x: NDArray,
    y: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Take elements of ``x`` where the condition is not 0, and of ``y`` elsewhere."""

def _split_v2(
    data: NDArray,
    indices: int | Sequence[int],
    axis: int = 1,
    squeeze_axis: bool = False,
    sections: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray | Any:
    """Split an array at given places along an axis."""

def _spread_parameter(
    parameter: NDArray,
    sample: NDArray,
    last: int = 0,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Repeat parameters so that they have the shape of the sample; their ``last`` axes belong to its last ones."""

def _stretch_like(
    data: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Broadcast ``data`` to the shape of ``like``, which may have more dimensions: the reverse of ``_sum_like``."""

_sub = _Minus

def _sum_like(
    data: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Undo a broadcast: sum ``data`` over what must be stretched to get from the shape of ``like`` to its own."""

def _sum_to_channels(
    data: NDArray,
    like: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Sum over all axes but the channels (axis 1), or over all axes where ``like`` has shape (1,)."""

def _take_along(
    data: NDArray,
    index: NDArray,
    axis: int | None,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return the elements of ``data`` at ``index`` along ``axis`` (of the flattened array where it is None)."""

def _take_backward(
    g: NDArray,
    indices: NDArray,
    like: NDArray,
    axis: int = 0,
    mode: Literal["clip", "wrap", "raise"] = "clip",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add each part of ``g`` to the row of zeros, shaped as ``like``, that take read."""

def _tile_backward(
    g: NDArray,
    like: NDArray,
    reps: int | Sequence[int],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Sum over the copies that tile made."""

def _unravel_index(
    data: NDArray,
    shape: int | Sequence[int] = (),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn positions in row-major order into index vectors."""

def _unreduce(
    data: NDArray,
    like: NDArray,
    axis: int | Sequence[int] | None = None,
    exclude: bool = False,
    share: bool = False,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Repeat ``data`` along the axes over which it was reduced: the gradient of sum, and with ``share`` that of ..."""

def _zeros(
    shape: int | Sequence[int] = (),
    ctx: str = "",
    dtype: DTypeLike = "float32",
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Return an array of zeros."""

__all__ = [
    "_CrossDeviceCopy",
    "_Div",
    "_DivScalar",
    "_Equal",
    "_EqualScalar",
    "_Greater",
    "_GreaterEqualScalar",
    "_GreaterScalar",
    "_Greater_Equal",
    "_Hypot",
    "_HypotScalar",
    "_Lesser",
    "_LesserEqualScalar",
    "_LesserScalar",
    "_Lesser_Equal",
    "_LogicalAndScalar",
    "_LogicalOrScalar",
    "_LogicalXorScalar",
    "_Logical_And",
    "_Logical_Or",
    "_Logical_Xor",
    "_Maximum",
    "_MaximumScalar",
    "_Minimum",
    "_MinimumScalar",
    "_Minus",
    "_MinusScalar",
    "_Mod",
    "_ModScalar",
    "_Mul",
    "_MulScalar",
    "_NotEqualScalar",
    "_Not_Equal",
    "_Plus",
    "_PlusScalar",
    "_Power",
    "_PowerScalar",
    "_RDivScalar",
    "_RMinusScalar",
    "_RModScalar",
    "_RPowerScalar",
    "_adadelta_update",
    "_adamax_update",
    "_adamw_update",
    "_add",
    "_add_to_rows",
    "_advanced_index",
    "_advanced_index_backward",
    "_arange",
    "_attention_part",
    "_attention_whole",
    "_backward_BatchNorm",
    "_backward_BilinearSampler",
    "_backward_CTCLoss",
    "_backward_Convolution_data",
    "_backward_Convolution_weight",
    "_backward_Correlation",
    "_backward_Deconvolution_data",
    "_backward_Deconvolution_weight",
    "_backward_DeformableConvolution",
    "_backward_DeformablePSROIPooling",
    "_backward_GridGenerator",
    "_backward_GroupNorm",
    "_backward_InstanceNorm",
    "_backward_LRN",
    "_backward_LayerNorm",
    "_backward_MakeLoss",
    "_backward_ModulatedDeformableConvolution",
    "_backward_PSROIPooling",
    "_backward_Pooling_lp",
    "_backward_Pooling_max",
    "_backward_Pooling_mean",
    "_backward_RNN",
    "_backward_ROIAlign",
    "_backward_ROIPooling",
    "_backward_RegressionOutput",
    "_backward_SVMOutput",
    "_backward_SoftmaxOutput",
    "_backward_UpSampling",
    "_backward_UpSampling_bilinear",
    "_backward_box_nms",
    "_backward_classifier_loss",
    "_backward_contrib_AdaptiveAvgPooling2D",
    "_backward_contrib_BilinearResize2D",
    "_backward_count_sketch",
    "_backward_gather_nd",
    "_backward_hawkesll",
    "_backward_log_softmax",
    "_backward_relu",
    "_backward_softmax",
    "_backward_softmax_cross_entropy",
    "_basic_slice",
    "_basic_slice_backward",
    "_boolean_mask_backward",
    "_cast_like",
    "_classifier_loss",
    "_concat_backward",
    "_contrib_AdaptiveAvgPooling2D",
    "_contrib_BatchNormWithReLU",
    "_contrib_BilinearResize2D",
    "_contrib_CTCLoss",
    "_contrib_DeformableConvolution",
    "_contrib_DeformablePSROIPooling",
    "_contrib_ModulatedDeformableConvolution",
    "_contrib_MultiBoxDetection",
    "_contrib_MultiBoxPrior",
    "_contrib_MultiBoxTarget",
    "_contrib_MultiProposal",
    "_contrib_PSROIPooling",
    "_contrib_Proposal",
    "_contrib_ROIAlign",
    "_contrib_RROIAlign",
    "_contrib_SparseEmbedding",
    "_contrib_SyncBatchNorm",
    "_contrib_allclose",
    "_contrib_arange_like",
    "_contrib_bipartite_matching",
    "_contrib_boolean_mask",
    "_contrib_box_decode",
    "_contrib_box_encode",
    "_contrib_box_iou",
    "_contrib_box_nms",
    "_contrib_box_non_maximum_suppression",
    "_contrib_count_sketch",
    "_contrib_ctc_loss",
    "_contrib_div_sqrt_dim",
    "_contrib_fft",
    "_contrib_gradientmultiplier",
    "_contrib_group_adagrad_update",
    "_contrib_hawkesll",
    "_contrib_ifft",
    "_contrib_index_array",
    "_contrib_index_copy",
    "_contrib_interleaved_matmul_encdec_qk",
    "_contrib_interleaved_matmul_encdec_valatt",
    "_contrib_interleaved_matmul_selfatt_qk",
    "_contrib_interleaved_matmul_selfatt_valatt",
    "_contrib_isfinite",
    "_contrib_isinf",
    "_contrib_isnan",
    "_contrib_quadratic",
    "_contrib_round_ste",
    "_contrib_sign_ste",
    "_copy",
    "_copyto",
    "_crop_assign",
    "_crop_assign_scalar",
    "_crop_backward",
    "_dcasgd_mom_update",
    "_dcasgd_update",
    "_diag_backward",
    "_div",
    "_div_scalar",
    "_dot_left_gradient",
    "_dot_right_gradient",
    "_embedding_rows",
    "_empty",
    "_equal",
    "_equal_scalar",
    "_eye",
    "_full",
    "_gather_nd_backward",
    "_gather_parameter",
    "_grad_add",
    "_greater",
    "_greater_equal",
    "_greater_equal_scalar",
    "_greater_scalar",
    "_histogram",
    "_hypot",
    "_hypot_scalar",
    "_identity_with_attr_like_rhs",
    "_im2col_backward",
    "_image_adjust_lighting",
    "_image_crop",
    "_image_flip_left_right",
    "_image_flip_top_bottom",
    "_image_normalize",
    "_image_random_brightness",
    "_image_random_color_jitter",
    "_image_random_contrast",
    "_image_random_flip_left_right",
    "_image_random_flip_top_bottom",
    "_image_random_hue",
    "_image_random_lighting",
    "_image_random_saturation",
    "_image_resize",
    "_image_to_tensor",
    "_khatri_rao_gradient",
    "_lesser",
    "_lesser_equal",
    "_lesser_equal_scalar",
    "_lesser_scalar",
    "_linalg_det",
    "_linalg_extractdiag",
    "_linalg_extracttrian",
    "_linalg_gelqf",
    "_linalg_gemm",
    "_linalg_gemm2",
    "_linalg_inverse",
    "_linalg_inverse_or_zero",
    "_linalg_makediag",
    "_linalg_maketrian",
    "_linalg_potrf",
    "_linalg_potri",
    "_linalg_slogdet",
    "_linalg_sumlogdiag",
    "_linalg_syevd",
    "_linalg_syrk",
    "_linalg_transpose",
    "_linalg_triangle",
    "_linalg_trmm",
    "_linalg_trsm",
    "_linspace",
    "_logical_and",
    "_logical_and_scalar",
    "_logical_or",
    "_logical_or_scalar",
    "_logical_xor",
    "_logical_xor_scalar",
    "_maximum",
    "_maximum_scalar",
    "_minimum",
    "_minimum_scalar",
    "_minus",
    "_minus_scalar",
    "_mod",
    "_mod_scalar",
    "_mp_adamw_update",
    "_mul",
    "_mul_scalar",
    "_nadam_update",
    "_nan_to_one",
    "_not_equal",
    "_not_equal_scalar",
    "_np_cumsum",
    "_np_reshape",
    "_npi_arctan2",
    "_npi_einsum",
    "_npi_einsum_back",
    "_npi_matmul",
    "_npi_reshape",
    "_ones",
    "_pad_backward",
    "_pick_backward",
    "_plus",
    "_plus_scalar",
    "_pooling_select",
    "_power",
    "_power_scalar",
    "_prod_of_others",
    "_put_along",
    "_random_exponential",
    "_random_exponential_like",
    "_random_gamma",
    "_random_gamma_like",
    "_random_generalized_negative_binomial",
    "_random_generalized_negative_binomial_like",
    "_random_negative_binomial",
    "_random_negative_binomial_like",
    "_random_normal",
    "_random_normal_like",
    "_random_pdf_dirichlet",
    "_random_pdf_exponential",
    "_random_pdf_gamma",
    "_random_pdf_generalized_negative_binomial",
    "_random_pdf_negative_binomial",
    "_random_pdf_normal",
    "_random_pdf_poisson",
    "_random_pdf_uniform",
    "_random_poisson",
    "_random_poisson_like",
    "_random_randint",
    "_random_uniform",
    "_random_uniform_like",
    "_ravel_multi_index",
    "_rdiv_scalar",
    "_read_maxima",
    "_read_rows",
    "_repeat_backward",
    "_rminus_scalar",
    "_rmod_scalar",
    "_rnn_param_concat",
    "_rows_of",
    "_rpower_scalar",
    "_sample_exponential",
    "_sample_gamma",
    "_sample_generalized_negative_binomial",
    "_sample_multinomial",
    "_sample_negative_binomial",
    "_sample_normal",
    "_sample_poisson",
    "_sample_uniform",
    "_scale_channels",
    "_scatter_set_nd",
    "_sequence_last_backward",
    "_shuffle",
    "_slice_assign",
    "_slice_assign_scalar",
    "_slice_axis_backward",
    "_slice_backward",
    "_slice_like_backward",
    "_sparse_Embedding",
    "_sparse_adagrad_update",
    "_sparse_retain",
    "_sparse_where",
    "_split_v2",
    "_spread_parameter",
    "_stretch_like",
    "_sub",
    "_sum_like",
    "_sum_to_channels",
    "_take_along",
    "_take_backward",
    "_tile_backward",
    "_unravel_index",
    "_unreduce",
    "_zeros",
]
