"""Region proposals: from the predictions of a region proposal network to regions of interest.

References: Ren et al. 2015, "Faster R-CNN", section 3.
"""
import numpy as np

from ..base import ArgumentError, ShapeError
from ..core.attributes import Floats
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import boxes as kernels


def base_anchors(stride: int, scales: tuple[float, ...], ratios: tuple[float, ...]) -> np.ndarray:
    """Return the anchors (len(ratios) * len(scales), 4) of the first pixel, as corners that belong to the box.

    Areas, widths and heights of each ratio (height over width) are rounded before they are scaled.
    """
    center = (stride - 1) / 2
    anchors = []
    for ratio in ratios:
        width = np.floor(np.sqrt(np.floor(stride * stride / ratio)) + 0.5)
        height = np.floor(width * ratio + 0.5)
        for scale in scales:
            half = (width * scale - 1) / 2, (height * scale - 1) / 2
            anchors.append((center - half[0], center - half[1], center + half[0], center + half[1]))
    return np.array(anchors, "float32")


def _proposal_shape(cls_prob, bbox_pred, im_info, *, scales, ratios, rpn_post_nms_top_n, **_):
    count = len(scales) * len(ratios)
    if not count or min(*scales, *ratios) <= 0:
        raise ArgumentError(f"scales and ratios must be positive. Received: {tuple(scales)} and {tuple(ratios)}")
    expected = (-1, 2 * count, -1, -1)
    cls_prob = unify(cls_prob, expected, "the shape of cls_prob, and (batch, 2 * anchors, height, width),") or expected
    expected = (cls_prob[0], 4 * count, *cls_prob[2:])
    bbox_pred = unify(bbox_pred, expected, "the shape of bbox_pred, and (batch, 4 * anchors, height, width),")
    im_info = unify(im_info, (cls_prob[0], 3), "the shape of im_info, and (batch, 3),")
    rows = cls_prob[0] * rpn_post_nms_top_n if cls_prob[0] >= 0 else -1
    return [cls_prob, bbox_pred, im_info], [(rows, 5), (rows, 1)]


def _decoded(xp, anchors, deltas, iou_loss, height, width):
    """Return the boxes to which deltas move the anchors, cut off at the image."""
    if iou_loss:
        moved = anchors + deltas
    else:
        extent = anchors[:, 2:] - anchors[:, :2] + 1
        center = anchors[:, :2] + (extent - 1) / 2 + deltas[:, :2] * extent
        half = (xp.exp(deltas[:, 2:]) * extent - 1) / 2
        moved = xp.concatenate([center - half, center + half], axis=1)
    limit = xp.asarray([width - 1, height - 1, width - 1, height - 1], dtype=moved.dtype)
    return xp.minimum(xp.maximum(moved, 0), limit)


def _propose(xp, scores, deltas, info, anchors, stride, before, after, threshold, min_size, iou_loss):
    """Return the regions (after, 4) of one image, and their scores; the best ones again where there are too few."""
    _, rows, columns = scores.shape
    height, width, scale = (float(x) for x in info)
    real_rows, real_columns = int(height / stride), int(width / stride)
    if rows < real_rows or columns < real_columns:
        raise ShapeError(
            f"an image of {height:g} x {width:g} pixels needs {real_rows} x {real_columns} predictions at stride "
            f"{stride}. Received: {rows} x {columns}"
        )
    y, x = xp.meshgrid(xp.arange(rows), xp.arange(columns), indexing="ij")
    shift = xp.stack([x, y, x, y], axis=-1)[:, :, None] * stride                    # (rows, columns, 1, 4)
    placed = (shift + anchors).reshape(-1, 4).astype(scores.dtype)
    scores = scores.transpose(1, 2, 0).copy()                                       # (rows, columns, anchors)
    scores[real_rows:] = -1
    scores[:, real_columns:] = -1
    scores = scores.reshape(-1)
    deltas = deltas.reshape(-1, 4, rows, columns).transpose(2, 3, 0, 1).reshape(-1, 4)
    boxes = _decoded(xp, placed, deltas, iou_loss, height, width)
    least = min_size * scale
    small = ((boxes[:, 2:] - boxes[:, :2] + 1) < least).any(axis=1)
    grown = boxes + xp.asarray([-least / 2, -least / 2, least / 2, least / 2], dtype=boxes.dtype)
    boxes, scores = xp.where(small[:, None], grown, boxes), xp.where(small, -1, scores)
    order = xp.argsort(-scores, kind="stable")[: before if before > 0 else None]
    boxes, scores = boxes[order], scores[order]
    whole = xp.concatenate([boxes[:, :2], boxes[:, 2:] + 1], axis=1)                # the last pixel belongs to a box
    kept = kernels.survivors(xp, whole, threshold)[:after]
    kept = kept[xp.arange(after) % len(kept)]
    return boxes[kept], scores[kept]


def _proposals(xp, cls_prob, bbox_pred, im_info, stride, scales, ratios, *limits):
    count = len(scales) * len(ratios)
    anchors = xp.asarray(base_anchors(stride, scales, ratios))
    regions, scores = [], []
    for i in range(len(cls_prob)):
        boxes, best = _propose(xp, cls_prob[i, count:], bbox_pred[i], im_info[i], anchors, stride, *limits)
        regions.append(xp.concatenate([xp.full((len(boxes), 1), i, boxes.dtype), boxes], axis=1))
        scores.append(best[:, None])
    after = limits[1]
    regions = xp.concatenate([xp.zeros((0, 5), cls_prob.dtype), *regions])
    scores = xp.concatenate([xp.zeros((0, 1), cls_prob.dtype), *scores])
    return regions.reshape(len(cls_prob) * after, 5), scores


@operator(
    name="_contrib_MultiProposal",
    outputs=("output", "score"),
    visible=lambda attrs: 2 if attrs["output_score"] else 1,
    shape=_proposal_shape,
    differentiable=False,
)
def MultiProposal(
    xp,
    cls_prob,
    bbox_pred,
    im_info,
    *,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: Floats = Floats((4.0, 8.0, 16.0, 32.0)),
    ratios: Floats = Floats((0.5, 1.0, 2.0)),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
):
    """Turn the predictions of a region proposal network into regions of interest, for each image of a batch.

    Each pixel has one anchor for each ratio and scale. The anchors are moved by the predicted deltas and cut off at the
    image, sorted by their probability of an object, and those that overlap a better one are dropped.

    Parameters
    ----------
    cls_prob : (batch, 2 * anchors, height, width), probabilities of background for all anchors, then of an object
    bbox_pred : (batch, 4 * anchors, height, width), deltas
    im_info : (batch, 3), height and width of each image in pixels, and the scale that it was resized by
    rpn_pre_nms_top_n : int, how many of the best boxes take part; not positive: all
    rpn_post_nms_top_n : int, how many regions an image gets; where fewer are left, they are repeated
    threshold : float, the overlap with a better box above which a box goes
    rpn_min_size : int, least width and height in pixels, times the scale; smaller boxes are enlarged and come last
    scales, ratios : sizes of the anchors over the stride, and their heights over widths
    feature_stride : int, pixels of the image to one prediction
    output_score : bool, whether to return the probabilities too
    iou_loss : bool, whether deltas are added to the corners, rather than moving center and extents

    Returns
    -------
    (batch * rpn_post_nms_top_n, 5): image, left, top, right, bottom, as ROIPooling takes them; with ``output_score``
    also (batch * rpn_post_nms_top_n, 1)

    >>> prob, deltas, info = mx.nd.array([[[[0.1]], [[0.9]]]]), mx.nd.zeros((1, 4, 1, 1)), mx.nd.array([[16, 16, 1]])
    >>> options = dict(scales=1, ratios=1, rpn_post_nms_top_n=1, rpn_min_size=1)
    >>> mx.nd.contrib.MultiProposal(prob, deltas, info, **options)
    [[ 0.  0.  0. 15. 15.]]
    <NDArray 1x5 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_MultiProposal.
    """
    _proposal_shape(
        cls_prob.shape,
        bbox_pred.shape,
        im_info.shape,
        scales=scales,
        ratios=ratios,
        rpn_post_nms_top_n=rpn_post_nms_top_n,
    )
    if rpn_post_nms_top_n < 1 or feature_stride < 1:
        raise ArgumentError(
            "rpn_post_nms_top_n and feature_stride must be positive. "
            f"Received: {rpn_post_nms_top_n} and {feature_stride}"
        )
    if not cls_prob.size:
        raise ShapeError(f"cls_prob must have a prediction at least. Received: {show(cls_prob.shape)}")
    limits = rpn_pre_nms_top_n, rpn_post_nms_top_n, threshold, rpn_min_size, iou_loss
    return _proposals(xp, cls_prob, bbox_pred, im_info, feature_stride, scales, ratios, *limits)


@operator(
    name="_contrib_Proposal",
    outputs=("output", "score"),
    visible=lambda attrs: 2 if attrs["output_score"] else 1,
    shape=_proposal_shape,
    differentiable=False,
)
def Proposal(
    xp,
    cls_prob,
    bbox_pred,
    im_info,
    *,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: Floats = Floats((4.0, 8.0, 16.0, 32.0)),
    ratios: Floats = Floats((0.5, 1.0, 2.0)),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
):
    """MultiProposal for one image: the batch must be 1. The parameters are those of MultiProposal.

    >>> prob, deltas, info = mx.nd.array([[[[0.1]], [[0.9]]]]), mx.nd.zeros((1, 4, 1, 1)), mx.nd.array([[16, 16, 1]])
    >>> options = dict(scales=1, ratios=1, rpn_post_nms_top_n=1, rpn_min_size=1)
    >>> mx.nd.contrib.Proposal(prob, deltas, info, **options)
    [[ 0.  0.  0. 15. 15.]]
    <NDArray 1x5 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_Proposal.
    """
    if cls_prob.shape[0] != 1:
        raise ShapeError(f"Proposal takes one image. Received: {show(cls_prob.shape)}.\n  Use MultiProposal.")
    return MultiProposal.kernel(
        xp,
        cls_prob,
        bbox_pred,
        im_info,
        rpn_pre_nms_top_n=rpn_pre_nms_top_n,
        rpn_post_nms_top_n=rpn_post_nms_top_n,
        threshold=threshold,
        rpn_min_size=rpn_min_size,
        scales=scales,
        ratios=ratios,
        feature_stride=feature_stride,
        output_score=output_score,
        iou_loss=iou_loss,
    )
