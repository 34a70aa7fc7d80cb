"""Operators on boxes for object detection: overlap, non-maximum suppression, encoding, matching.

A box is four numbers: in the form "corner" (left, top, right, bottom), in the form "center" (x, y, width, height).
"""
from typing import Literal

import numpy as np

from ..base import ArgumentError, DTypeError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import boxes as kernels

Form = Literal["center", "corner"]


def _check_boxes(name, shape, rank=2):
    if shape is not None and (len(shape) < rank or shape[-1] not in (4, -1)):
        raise ShapeError(f"{name} must be (..., 4), of at least {rank} dimensions. Received: {show(shape)}")


# -- overlap -----------------------------------------------------------------------------------------------------------
def _iou_shape(lhs, rhs, **_):
    _check_boxes("lhs", lhs)
    _check_boxes("rhs", rhs)
    return [lhs, rhs], [None if lhs is None or rhs is None else (*lhs[:-1], *rhs[:-1])]


@operator(name="_contrib_box_iou", shape=_iou_shape, differentiable=False)
def box_iou(xp, lhs, rhs, *, format: Form = "corner"):
    """Return the overlap of each box with each other box: the area they share over the area that they cover together.

    Parameters
    ----------
    lhs, rhs : (..., 4), boxes
    format : "corner" or "center", see above

    Returns
    -------
    lhs.shape[:-1] + rhs.shape[:-1], numbers from 0 to 1

    >>> mx.nd.contrib.box_iou(mx.nd.array([[0, 0, 2, 2]]), mx.nd.array([[0, 0, 2, 2], [1, 0, 3, 2]]))
    [[1.         0.33333334]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_box_iou; Jaccard 1912.
    """
    _iou_shape(lhs.shape, rhs.shape)
    lhs, rhs = kernels.to_corner(xp, lhs, format), kernels.to_corner(xp, rhs, format)
    shape = (*lhs.shape[:-1], *rhs.shape[:-1])
    return kernels.overlap(xp, lhs.reshape(-1, 1, 4), rhs.reshape(1, -1, 4)).reshape(shape)


# -- non-maximum suppression -------------------------------------------------------------------------------------------
def _nms_shape(data, *, coord_start, score_index, id_index, **_):
    if data is None:
        return [None], [None, None]
    width = data[-1] if data else 0
    if len(data) < 2:
        raise ShapeError(f"data must be (..., boxes, numbers of a box). Received: {show(data)}")
    least = 5 + (id_index >= 0)
    if 0 <= width < least:
        raise ShapeError(f"a box takes {least} numbers: score, coordinates, with id_index a class. Received: {width}")
    places = {"coord_start": (coord_start, 4), "score_index": (score_index, 1)}
    if id_index >= 0:
        places["id_index"] = (id_index, 1)
    for name, (first, count) in places.items():
        if first < 0 or first + count > width >= 0:
            raise ArgumentError(f"{name} {first} is out of range for boxes of {width} numbers")
    return [data], [data, data[:-1]]


@operator(
    name="_contrib_box_nms",
    aliases=("_contrib_box_non_maximum_suppression",),
    outputs=("output0", "output1"),
    visible=1,
    shape=_nms_shape,
    dtype=lambda data, **_: ([data], [data, np.dtype("int32")]),
)
def box_nms(
    xp,
    data,
    *,
    overlap_thresh: float = 0.5,
    valid_thresh: float = 0.0,
    topk: int = -1,
    coord_start: int = 2,
    score_index: int = 1,
    id_index: int = -1,
    background_id: int = -1,
    force_suppress: bool = False,
    in_format: Form = "corner",
    out_format: Form = "corner",
):
    """Keep the best of boxes that overlap (non-maximum suppression).

    Boxes are taken by falling score; one that overlaps a better one too much is dropped. Those that stay come first in
    the result, the best one on top; the rows that are left hold -1.

    Parameters
    ----------
    data : (..., boxes, numbers), floating; a box has a score, four coordinates, often a class, and what else is needed
    overlap_thresh : float, the intersection over union above which the worse box goes
    valid_thresh : float, boxes whose score is not above it are dropped beforehand
    topk : int, how many of the best boxes take part; negative: all; 0: the data are returned as they are
    coord_start, score_index, id_index : int, where in a box its coordinates, score and class are; id_index -1: no class
    background_id : int, boxes of this class are dropped; -1: none
    force_suppress : bool, whether boxes of different classes compete too
    in_format, out_format : "corner" (left, top, right, bottom) or "center" (x, y, width, height)

    Returns
    -------
    array like ``data``

    The gradient of a row goes to the box that it came from, without regard to a change of the form, as in MXNet.

    >>> boxes = [[0, 0.5, 0, 0, 2, 2], [0, 0.9, 0, 0, 2, 2.5], [0, 0.7, 5, 5, 6, 6]]
    >>> mx.nd.contrib.box_nms(mx.nd.array(boxes), id_index=0)
    [[ 0.   0.9  0.   0.   2.   2.5]
     [ 0.   0.7  5.   5.   6.   6. ]
     [-1.  -1.  -1.  -1.  -1.  -1. ]]
    <NDArray 3x6 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_box_nms; Neubeck, Van Gool 2006.
    """
    _nms_shape(data.shape, coord_start=coord_start, score_index=score_index, id_index=id_index)
    if data.dtype.kind != "f":
        raise DTypeError(f"data must be floating point. Received: {data.dtype}.\n  Convert with x.astype('float32').")
    count, width = data.shape[-2:]
    flat = data.reshape(-1, count, width) if data.size else data.reshape(0, count, width)
    place = slice(coord_start, coord_start + 4)
    sources = xp.full(flat.shape[:2], -1, "int32")
    if topk == 0:
        sources[:] = xp.arange(count)
        return data.copy(), sources.reshape(data.shape[:-1])
    out = xp.full(flat.shape, -1, data.dtype)
    corners = kernels.to_corner(xp, flat[..., place], in_format)
    for boxes, sample, row, source in zip(corners, flat, out, sources, strict=True):
        scores = sample[:, score_index]
        valid = scores > valid_thresh
        if id_index >= 0 and background_id >= 0:
            valid &= sample[:, id_index] != background_id
        order = xp.argsort(-scores, kind="stable")
        order = order[valid[order]][: topk if topk > 0 else None]
        classes = None if id_index < 0 or force_suppress else sample[order, id_index]
        kept = order[kernels.survivors(xp, boxes[order], overlap_thresh, classes)]
        row[: len(kept)] = sample[kept]
        if in_format != out_format:
            change = kernels.to_center if out_format == "center" else kernels.to_corner
            row[: len(kept), place] = change(xp, sample[kept, place], in_format)
        source[: len(kept)] = kept
    return out.reshape(data.shape), sources.reshape(data.shape[:-1])


@box_nms.gradient
def _(F, g, output1):
    return F._backward_box_nms(g[0], output1)


@operator(
    shape=lambda out_grad, sources: ([out_grad, sources], [out_grad]),
    dtype=lambda out_grad, sources: ([out_grad, sources], [out_grad]),
)
def _backward_box_nms(xp, out_grad, sources):
    """Send each row to the row that it came from; ``sources`` holds that row's index, or -1 for a row of no source.

    >>> rows, sources = mx.nd.array([[1], [2], [3]]), mx.nd.array([1, 0, -1], dtype="int32")
    >>> mx.nd._internal._backward_box_nms(rows, sources)
    [[2.]
     [1.]
     [0.]]
    <NDArray 3x1 @cpu(0)>
    """
    # One more row takes what has no source, and is cut off.
    padded = xp.zeros((*out_grad.shape[:-2], out_grad.shape[-2] + 1, out_grad.shape[-1]), out_grad.dtype)
    xp.put_along_axis(padded, sources[..., None].astype("int64"), out_grad, axis=-2)
    return padded[..., :-1, :].copy()


@_backward_box_nms.gradient
def _(F, h, sources):
    return F._rows_of(h, sources), None


@operator(
    shape=lambda data, sources: ([data, sources], [data]), dtype=lambda data, sources: ([data, sources], [data])
)
def _rows_of(xp, data, sources):
    """Read the rows whose indices ``sources`` holds, zeros for -1: the transpose of _backward_box_nms.

    >>> mx.nd._internal._rows_of(mx.nd.array([[5], [6]]), mx.nd.array([1, -1], dtype="int32"))
    [[6.]
     [0.]]
    <NDArray 2x1 @cpu(0)>
    """
    index = sources[..., None].astype("int64")
    return xp.where(index >= 0, xp.take_along_axis(data, xp.maximum(index, 0), axis=-2), xp.zeros((), data.dtype))


@_rows_of.gradient
def _(F, g, sources):
    return F._backward_box_nms(g, sources), None


# -- encoding ----------------------------------------------------------------------------------------------------------
def _encode_shape(samples, matches=None, anchors=None, refs=None, means=None, stds=None):
    _check_boxes("anchors", anchors, 3)
    _check_boxes("refs", refs, 3)
    choice = unify(samples, matches, "the shapes of samples and matches")
    if anchors is not None:
        choice = unify(choice, anchors[:-1], "the shape of samples, and that of anchors without its last axis,")
    means, stds = (unify(x, (4,), "the shape of means and stds, and (4,)") for x in (means, stds))
    out = None if choice is None else (*choice, 4)
    return [choice, choice, unify(anchors, out), refs, means, stds], [out, out]


@operator(
    name="_contrib_box_encode", outputs=("output0", "output1"), shape=_encode_shape, differentiable=False
)
def box_encode(xp, samples, matches, anchors, refs, means, stds):
    """Say what turns each anchor into the box that it was matched with: shifts and log ratios, standardized.

    Parameters
    ----------
    samples : (batch, n), 1 for an anchor that has a box, 0 or -1 for others
    matches : (batch, n), index of that box in ``refs``
    anchors : (batch, n, 4), corners
    refs : (batch, m, 4), corners
    means, stds : (4,), what is subtracted from the four numbers, and what they are then divided by

    Returns
    -------
    two arrays (batch, n, 4): the targets, 0 for anchors without a box; and a mask, 1 where there is a target

    >>> one, anchor, box = mx.nd.ones((1, 1)), mx.nd.array([[[0, 0, 2, 2]]]), mx.nd.array([[[1, 0, 3, 2]]])
    >>> targets, mask = mx.nd.contrib.box_encode(one, one * 0, anchor, box, mx.nd.zeros(4), mx.nd.ones(4))
    >>> targets
    [[[0.5 0.  0.  0. ]]]
    <NDArray 1x1x4 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_box_encode; Girshick et al. 2014, appendix C.
    """
    _encode_shape(samples.shape, matches.shape, anchors.shape, refs.shape, means.shape, stds.shape)
    chosen = samples[..., None] > 0.5
    mask = xp.repeat(chosen, 4, axis=-1).astype(anchors.dtype)
    if not refs.shape[1]:
        return xp.zeros(anchors.shape, anchors.dtype), xp.zeros(anchors.shape, anchors.dtype)
    index = xp.clip(matches, 0, refs.shape[1] - 1).astype("int64")[..., None]
    boxes = kernels.to_center(xp, xp.take_along_axis(refs, index, axis=1))
    raw = kernels.offsets(xp, kernels.to_center(xp, anchors), boxes, (1, 1, 1, 1))
    return xp.where(chosen, (raw - means) / stds, 0).astype(anchors.dtype, copy=False), mask


def _decode_shape(data, anchors, **_):
    for name, shape in (("data", data), ("anchors", anchors)):
        if shape is not None and (len(shape) != 3 or shape[-1] not in (4, -1)):
            raise ShapeError(f"{name} must be (batch, n, 4). Received: {show(shape)}")
    if data is not None and anchors is not None:
        expected = (anchors[0] if anchors[0] in (1, -1) else data[0], *data[1:])
        unify(anchors, expected, "the shape of anchors, and (1, n, 4) or that of data,")
    return [data, anchors], [data]


@operator(name="_contrib_box_decode", shape=_decode_shape, differentiable=False)
def box_decode(
    xp,
    data,
    anchors,
    *,
    std0: float = 1.0,
    std1: float = 1.0,
    std2: float = 1.0,
    std3: float = 1.0,
    clip: float = -1.0,
    format: Form = "center",
):
    """Move anchors by predicted offsets: the inverse of box_encode.

    Parameters
    ----------
    data : (batch, n, 4), shifts of the center over the anchor's extent, and log ratios of the extents
    anchors : (1, n, 4) or (batch, n, 4)
    std0, std1, std2, std3 : float, by which the four numbers are multiplied
    clip : float, bound on the log ratios; none where it is not positive
    format : "corner" or "center", of the anchors

    Returns
    -------
    (batch, n, 4), corners

    >>> mx.nd.contrib.box_decode(mx.nd.array([[[0.5, 0, 0, 0]]]), mx.nd.array([[[0, 0, 2, 2]]]), format="corner")
    [[[1. 0. 3. 2.]]]
    <NDArray 1x1x4 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_box_decode.
    """
    _decode_shape(data.shape, anchors.shape)
    return kernels.moved(xp, kernels.to_center(xp, anchors, format), data, (std0, std1, std2, std3), clip)


# -- matching ----------------------------------------------------------------------------------------------------------
def _matching_shape(data, **_):
    if data is None:
        return [None], [None, None]
    if len(data) < 2:
        raise ShapeError(f"data must be scores (..., rows, columns). Received: {show(data)}")
    return [data], [data[:-1], (*data[:-2], data[-1])]


@operator(
    name="_contrib_bipartite_matching",
    outputs=("output0", "output1"),
    shape=_matching_shape,
    dtype=lambda data, **_: ([data], [data, data]),
    differentiable=False,
)
def bipartite_matching(xp, data, *, is_ascend: bool = False, threshold: float, topk: int = -1):
    """Pair rows with columns greedily, the best score first, each at most once.

    Parameters
    ----------
    data : (..., rows, columns), scores
    is_ascend : bool, whether low scores are the best ones
    threshold : float, pairs are made while their score is above it (below, with ``is_ascend``)
    topk : int, the number of pairs where it is positive, one more in fact, as in MXNet; otherwise there is no limit

    Returns
    -------
    (..., rows), the column of each row, and (..., columns), the row of each column; -1 for none

    >>> scores = mx.nd.array([[0.5, 0.6], [0.1, 0.2], [0.3, 0.4]])
    >>> rows, columns = mx.nd.contrib.bipartite_matching(scores, threshold=1e-12)
    >>> rows.asnumpy().tolist(), columns.asnumpy().tolist()
    ([1.0, -1.0, 0.0], [2.0, 0.0])

    References: MXNet 1.9.1 operator _contrib_bipartite_matching.
    """
    shapes = _matching_shape(data.shape)[1]
    rows, columns = (xp.full(shape, -1, data.dtype) for shape in shapes)
    if not data.size:
        return rows, columns
    matrices = data.reshape(-1, *data.shape[-2:])
    by_row, by_column = rows.reshape(len(matrices), -1), columns.reshape(len(matrices), -1)

    def acceptable(score):
        return score < threshold if is_ascend else score > threshold

    limit = topk + 1 if topk > 0 else -1
    for i, scores in enumerate(matrices):
        for row, column in kernels.matching(xp, scores, acceptable=acceptable, limit=limit, lowest=is_ascend):
            by_row[i, row] = column
            by_column[i, column] = row
    return rows, columns
