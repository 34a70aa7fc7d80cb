# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Operators as functions on Symbols: ``mx.sym.contrib``."""
from collections.abc import Callable, Sequence
from typing import Any, Literal

from numpy.typing import DTypeLike

from mxlearn.symbol.symbol import Symbol

def cond(pred: Symbol, then_func: Callable, else_func: Callable, name: str = "cond") -> Symbol:
    """Compute one of two branches, as a predicate says."""

def foreach(body: Callable, data: Any, init_states: Any, name: str = "foreach") -> tuple[Any, Any]:
    """Run a function for each element along the first axis of the data, handing states from step to step."""

def while_loop(
    cond: Callable,
    func: Callable,
    loop_vars: Any,
    max_iterations: int | None = None,
    name: str = "while_loop",
) -> tuple[Any, Any]:
    """Run a function on loop variables as long as a condition on them holds."""

def AdaptiveAvgPooling2D(
    data: Symbol | None = None,
    output_size: int | Sequence[int] = (),
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Take means over windows that are chosen to give a result of a wanted size."""

def BatchNormWithReLU(
    data: Symbol | None = None,
    gamma: Symbol | None = None,
    beta: Symbol | None = None,
    moving_mean: Symbol | None = None,
    moving_var: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """BatchNorm followed by relu, in one. The parameters are those of BatchNorm."""

def BilinearResize2D(
    data: Symbol | None = None,
    like: Symbol | None = None,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Literal["like", "odd_scale", "size", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"] = "size",
    align_corners: bool = True,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Resize images by bilinear interpolation."""

def CTCLoss(
    data: Symbol | None = None,
    label: Symbol | None = None,
    data_lengths: Symbol | None = None,
    label_lengths: Symbol | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal["first", "last"] = "first",
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return -log of the probability that the data spell the label, summed over all alignments."""

def DeformableConvolution(
    data: Symbol | None = None,
    offset: Symbol | None = None,
    weight: Symbol | None = None,
    bias: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Convolution whose windows read at places that are moved, each by its own offset, with bilinear interpolation."""

def DeformablePSROIPooling(
    data: Symbol | None = None,
    rois: Symbol | None = None,
    trans: Symbol | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    group_size: int = ...,
    pooled_size: int = ...,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of ..."""

def ModulatedDeformableConvolution(
    data: Symbol | None = None,
    offset: Symbol | None = None,
    mask: Symbol | None = None,
    weight: Symbol | None = None,
    bias: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """DeformableConvolution, with a factor on what each place of a window reads."""

def MultiBoxDetection(
    cls_prob: Symbol | None = None,
    loc_pred: Symbol | None = None,
    anchor: Symbol | None = None,
    clip: bool = True,
    threshold: float = 0.01,
    background_id: int = 0,
    nms_threshold: float = 0.5,
    force_suppress: bool = False,
    variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
    nms_topk: int = -1,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn predictions into detected objects: decode the boxes, drop the unlikely, keep the best of those that ..."""

def MultiBoxPrior(
    data: Symbol | None = None,
    sizes: float | Sequence[float] = (1.0,),
    ratios: float | Sequence[float] = (1.0,),
    clip: bool = False,
    steps: float | Sequence[float] = (-1.0, -1.0),
    offsets: float | Sequence[float] = (0.5, 0.5),
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Lay anchor boxes around each pixel of a feature map."""

def MultiBoxTarget(
    anchor: Symbol | None = None,
    label: Symbol | None = None,
    cls_pred: Symbol | None = None,
    overlap_threshold: float = 0.5,
    ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0,
    negative_mining_thresh: float = 0.5,
    minimum_negative_samples: int = 0,
    variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Tell each anchor what to predict: the class of the object that it was matched with, and offsets to its box."""

def MultiProposal(
    cls_prob: Symbol | None = None,
    bbox_pred: Symbol | None = None,
    im_info: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn the predictions of a region proposal network into regions of interest, for each image of a batch."""

def PSROIPooling(
    data: Symbol | None = None,
    rois: Symbol | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    pooled_size: int = ...,
    group_size: int = 0,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of channels."""

def Proposal(
    cls_prob: Symbol | None = None,
    bbox_pred: Symbol | None = None,
    im_info: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """MultiProposal for one image: the batch must be 1. The parameters are those of MultiProposal."""

def ROIAlign(
    data: Symbol | None = None,
    rois: Symbol | None = None,
    pooled_size: int | Sequence[int] = ...,
    spatial_scale: float = ...,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Cut regions out of feature maps and take means over a grid of bins, read between pixels without rounding."""

def RROIAlign(
    data: Symbol | None = None,
    rois: Symbol | None = None,
    pooled_size: int | Sequence[int] = ...,
    spatial_scale: float = ...,
    sampling_ratio: int = -1,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Cut rotated regions out of feature maps and take means over a grid of bins, read between pixels."""

def SparseEmbedding(
    data: Symbol | None = None,
    weight: Symbol | None = None,
    input_dim: int = ...,
    output_dim: int = ...,
    dtype: DTypeLike = "float32",
    sparse_grad: bool = False,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Look up the vector of each number: row i of ``weight`` is the embedding of i."""

def SyncBatchNorm(
    data: Symbol | None = None,
    gamma: Symbol | None = None,
    beta: Symbol | None = None,
    moving_mean: Symbol | None = None,
    moving_var: Symbol | None = None,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    ndev: int = 1,
    key: str = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """BatchNorm over channels on axis 1, with statistics of the whole batch, on the one device where it is."""

def allclose(
    a: Symbol | None = None,
    b: Symbol | None = None,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = True,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Tell whether all elements of two arrays are close: ``|a - b| <= atol + rtol * |b|``."""

def arange_like(
    data: Symbol | None = None,
    start: float = 0.0,
    step: float = 1.0,
    repeat: int = 1,
    ctx: str = "",
    axis: int | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return evenly spaced numbers, as many as an array has elements or as one of its axes is long."""

def bipartite_matching(
    data: Symbol | None = None,
    is_ascend: bool = False,
    threshold: float = ...,
    topk: int = -1,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Pair rows with columns greedily, the best score first, each at most once."""

def boolean_mask(
    data: Symbol | None = None,
    index: Symbol | None = None,
    axis: int = 0,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Keep the rows whose mask is not 0."""

def box_decode(
    data: Symbol | None = None,
    anchors: Symbol | None = None,
    std0: float = 1.0,
    std1: float = 1.0,
    std2: float = 1.0,
    std3: float = 1.0,
    clip: float = -1.0,
    format: Literal["center", "corner"] = "center",
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Move anchors by predicted offsets: the inverse of box_encode."""

def box_encode(
    samples: Symbol | None = None,
    matches: Symbol | None = None,
    anchors: Symbol | None = None,
    refs: Symbol | None = None,
    means: Symbol | None = None,
    stds: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Say what turns each anchor into the box that it was matched with: shifts and log ratios, standardized."""

def box_iou(
    lhs: Symbol | None = None,
    rhs: Symbol | None = None,
    format: Literal["center", "corner"] = "corner",
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the overlap of each box with each other box: the area they share over the area that they cover ..."""

def box_nms(
    data: Symbol | None = None,
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
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Keep the best of boxes that overlap (non-maximum suppression)."""

box_non_maximum_suppression = box_nms

def count_sketch(
    data: Symbol | None = None,
    h: Symbol | None = None,
    s: Symbol | None = None,
    out_dim: int = ...,
    processing_batch_size: int = 32,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Add each number, with a sign, to one of a few places: ``out[..., h[i]] += s[i] * data[..., i]``."""

ctc_loss = CTCLoss

def div_sqrt_dim(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Divide by the square root of the size of the last axis, as attention does with its scores."""

def fft(
    data: Symbol | None = None,
    compute_size: int = 128,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the discrete Fourier transform along the last axis, interleaved: X_k = sum_n x_n exp(-2 pi i k n / N)."""

def gradientmultiplier(
    data: Symbol | None = None,
    scalar: float = 1.0,
    is_int: bool = True,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the data as they are, and multiply the gradient that comes back: -1 reverses it."""

def group_adagrad_update(
    weight: Symbol | None = None,
    grad: Symbol | None = None,
    history: Symbol | None = None,
    lr: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    epsilon: float = 1e-05,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """One step of AdaGrad with one learning rate for each row of a matrix."""

def hawkesll(
    lda: Symbol | None = None,
    alpha: Symbol | None = None,
    beta: Symbol | None = None,
    state: Symbol | None = None,
    lags: Symbol | None = None,
    marks: Symbol | None = None,
    valid_length: Symbol | None = None,
    max_time: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the log likelihood of sequences of events, and the state of the process at the end."""

def ifft(
    data: Symbol | None = None,
    compute_size: int = 128,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the real part of the inverse transform along the last axis, n times too large, as in MXNet: divide ..."""

def index_array(
    data: Symbol | None = None,
    axes: int | Sequence[int] | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the index vector of every element."""

def index_copy(
    old_tensor: Symbol | None = None,
    index_vector: Symbol | None = None,
    new_tensor: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return a copy of ``old_tensor`` with the rows ``index_vector`` replaced by those of ``new_tensor``."""

def interleaved_matmul_encdec_qk(
    queries: Symbol | None = None,
    keys_values: Symbol | None = None,
    heads: int = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the scores of attention to other positions, queries @ keys.T / sqrt(size), for each head."""

def interleaved_matmul_encdec_valatt(
    keys_values: Symbol | None = None,
    attention: Symbol | None = None,
    heads: int = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the values of other positions, weighted with the attention: attention @ values, for each head."""

def interleaved_matmul_selfatt_qk(
    queries_keys_values: Symbol | None = None,
    heads: int = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the scores of self-attention, queries @ keys.T / sqrt(size), for each head."""

def interleaved_matmul_selfatt_valatt(
    queries_keys_values: Symbol | None = None,
    attention: Symbol | None = None,
    heads: int = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return the values of self-attention, weighted with the attention: attention @ values, for each head."""

def isfinite(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return 1 where x is finite, and 0 elsewhere."""

def isinf(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return 1 where x is infinite, and 0 elsewhere."""

def isnan(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return 1 where x is not a number, and 0 elsewhere."""

def quadratic(
    data: Symbol | None = None,
    a: float = 0.0,
    b: float = 0.0,
    c: float = 0.0,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Compute ``a * x ** 2 + b * x + c`` for each element."""

def round_ste(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Round to the nearest integer, half away from zero. The gradient passes unchanged (Bengio et al. 2013)."""

def sign_ste(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Return -1, 0 or 1, the sign of x. The gradient passes unchanged (Bengio et al. 2013)."""
