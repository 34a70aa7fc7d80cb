"""The three operators of single shot detection: MultiBoxPrior, MultiBoxTarget, MultiBoxDetection.

Boxes are (left, top, right, bottom) as shares of the image's width and height.

References: Liu et al. 2016, "SSD: single shot multibox detector".
"""
from ..base import ArgumentError, DTypeError, ShapeError
from ..core.attributes import Floats
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels import boxes as kernels


def _check_variances(variances):
    if len(variances) != 4:
        raise ArgumentError(f"variances must be 4 numbers. Received: {tuple(variances)}")


def _check_floating(data):
    if data.dtype.kind != "f":
        raise DTypeError(f"the inputs must be floating point. Received: {data.dtype}.\n  Convert with astype.")


# -- anchors -----------------------------------------------------------------------------------------------------------
def _prior_shape(data, *, sizes, ratios, **_):
    if not sizes or not ratios:
        raise ArgumentError(f"sizes and ratios must hold a number. Received: {tuple(sizes)} and {tuple(ratios)}")
    if min(ratios) <= 0:
        raise ArgumentError(f"ratios must be positive. Received: {tuple(ratios)}")
    if data is None:
        return [None], [None]
    if len(data) < 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(data)}")
    height, width = data[2:4]
    count = len(sizes) + len(ratios) - 1
    return [data], [(1, -1 if min(height, width) < 0 else height * width * count, 4)]


@operator(name="_contrib_MultiBoxPrior", shape=_prior_shape, differentiable=False)
def MultiBoxPrior(
    xp,
    data: Like,
    *,
    sizes: Floats = Floats((1.0,)),
    ratios: Floats = Floats((1.0,)),
    clip: bool = False,
    steps: Floats = Floats((-1.0, -1.0)),
    offsets: Floats = Floats((0.5, 0.5)),
):
    """Lay anchor boxes around each pixel of a feature map.

    Each pixel gets one box for every size, with the first ratio, and then one for every further ratio, with the first
    size: len(sizes) + len(ratios) - 1 boxes.

    Parameters
    ----------
    data : (batch, channel, height, width), of which the shape alone matters
    sizes : edges of the boxes as shares of the image's height
    ratios : width over height; a box of size s and ratio r is s * sqrt(r) wide and s / sqrt(r) high
    clip : bool, whether boxes are cut off at the edges of the image
    steps : (y, x) distance of the pixels as shares of the image; what is not positive: 1 / height, 1 / width
    offsets : (y, x) where in a pixel the center of its boxes is, from 0 to 1

    Returns
    -------
    (1, height * width * boxes, 4)

    >>> mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 3, 1, 2)), sizes=0.5)
    [[[0.125 0.25  0.375 0.75 ]
      [0.625 0.25  0.875 0.75 ]]]
    <NDArray 1x2x4 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_MultiBoxPrior.
    """
    shape = _prior_shape(data.shape, sizes=sizes, ratios=ratios)[1][0]
    if len(steps) != 2 or len(offsets) != 2:
        raise ArgumentError(f"steps and offsets must be (y, x). Received: {tuple(steps)} and {tuple(offsets)}")
    if steps[0] * steps[1] < 0:
        raise ArgumentError(f"steps must give both y and x, or neither. Received: {tuple(steps)}")
    height, width = data.shape[2:4]
    step_y, step_x = (s if s > 0 else 1 / max(n, 1) for s, n in zip(steps, (height, width), strict=True))
    half = []
    for size, ratio in [(s, ratios[0]) for s in sizes] + [(sizes[0], r) for r in ratios[1:]]:
        root = ratio**0.5
        half.append((size * root * height / max(width, 1) / 2, size / root / 2))
    x = (xp.arange(width) + offsets[1]) * step_x
    y = (xp.arange(height) + offsets[0]) * step_y
    centers = xp.stack(xp.meshgrid(x, y), axis=-1).reshape(-1, 1, 2)              # (pixels, 1, 2)
    half = xp.asarray(half)[None]                                                   # (1, boxes, 2)
    boxes = xp.concatenate([centers - half, centers + half], axis=-1).reshape(shape)
    return (xp.clip(boxes, 0, 1) if clip else boxes).astype(data.dtype)


# -- targets -----------------------------------------------------------------------------------------------------------
def _check_counts(anchor, cls, what):
    if anchor is not None and (len(anchor) != 3 or anchor[0] not in (1, -1) or anchor[2] not in (4, -1)):
        raise ShapeError(f"anchor must be (1, anchors, 4), shared by the batch. Received: {show(anchor)}")
    if cls is not None and len(cls) != 3:
        raise ShapeError(f"{what} must be (batch, classes, anchors). Received: {show(cls)}")
    if anchor is not None and cls is not None and -1 < anchor[1] != cls[2] > -1:
        raise ShapeError(f"{what} {show(cls)} is for {cls[2]} anchors, but anchor has {anchor[1]}")


def _target_shape(anchor, label, cls_pred, **_):
    _check_counts(anchor, cls_pred, "cls_pred")
    if label is not None and (len(label) != 3 or 0 <= label[2] < 5):
        raise ShapeError(f"label must be (batch, boxes, 5): class, left, top, right, bottom. Received: {show(label)}")
    if label is not None and cls_pred is not None and -1 < label[0] != cls_pred[0] > -1:
        raise ShapeError(f"label has a batch of {label[0]}, cls_pred one of {cls_pred[0]}")
    if anchor is None or label is None:
        return [anchor, label, cls_pred], [None, None, None]
    batch, count = label[0], anchor[1]
    numbers = (batch, 4 * count if count >= 0 else -1)
    return [anchor, label, cls_pred], [numbers, numbers, (batch, count)]


@operator(
    name="_contrib_MultiBoxTarget",
    outputs=("loc_target", "loc_mask", "cls_target"),
    shape=_target_shape,
    differentiable=False,
)
def MultiBoxTarget(
    xp,
    anchor,
    label,
    cls_pred,
    *,
    overlap_threshold: float = 0.5,
    ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0,
    negative_mining_thresh: float = 0.5,
    minimum_negative_samples: int = 0,
    variances: Floats = Floats((0.1, 0.1, 0.2, 0.2)),
):
    """Tell each anchor what to predict: the class of the object that it was matched with, and offsets to its box.

    Every object takes the anchor that overlaps it most, the best pair first. Of the anchors that are left, those that
    overlap an object by more than ``overlap_threshold`` are matched too. The others are background, class 0; or, with
    mining, the hardest of them alone are, and the rest is ignored.

    Parameters
    ----------
    anchor : (1, anchors, 4)
    label : (batch, boxes, 5 or more), class (0 is the first object class), left, top, right, bottom; from the first
        row of class -1 on rows are padding
    cls_pred : (batch, classes + 1, anchors), scores before the softmax; read for mining alone
    overlap_threshold : float
    ignore_label : float, the class target of anchors that count neither as object nor as background
    negative_mining_ratio : float, how many background anchors there are for each matched one; not positive: all of them
    negative_mining_thresh : float, anchors that overlap an object as much are not mined
    minimum_negative_samples : int, accepted and without effect, as in MXNet
    variances : by which the four offsets are divided

    Returns
    -------
    offsets (batch, 4 * anchors), 0 for anchors without an object; their mask (batch, 4 * anchors) of 0 and 1; and the
    class targets (batch, anchors), class + 1 for objects

    >>> anchors, label = mx.nd.array([[[0, 0, 1, 1], [0, 0, 0.1, 0.1]]]), mx.nd.array([[[3, 0, 0, 1, 0.9]]])
    >>> offsets, mask, classes = mx.nd.contrib.MultiBoxTarget(anchors, label, mx.nd.zeros((1, 5, 2)))
    >>> classes
    [[4. 0.]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_MultiBoxTarget.
    """
    _check_variances(variances)
    _check_floating(anchor)
    _target_shape(anchor.shape, label.shape, cls_pred.shape)
    batch, count = len(label), anchor.shape[1]
    anchors = anchor[0]
    centers = kernels.to_center(xp, anchors)
    offsets = xp.zeros((batch, count, 4), anchor.dtype)
    mask = xp.zeros((batch, count, 4), anchor.dtype)
    classes = xp.full((batch, count), ignore_label, anchor.dtype)
    for i in range(batch):
        objects = label[i][: _first_padding(xp, label[i])]
        if not len(objects) or not count:
            continue
        shared = kernels.overlap(xp, anchors[:, None], objects[None, :, 1:5])       # (anchors, objects)
        chosen = _chosen(xp, shared, overlap_threshold)
        matched = chosen >= 0
        mine = objects[xp.maximum(chosen, 0)]                                       # each anchor's object
        target = kernels.offsets(xp, centers, kernels.to_center(xp, mine[:, 1:5]), variances)
        offsets[i] = xp.where(matched[:, None], target, 0)
        mask[i] = matched[:, None]
        background = ~matched
        if negative_mining_ratio > 0:
            wanted = min(int(int(matched.sum()) * negative_mining_ratio), count - int(matched.sum()))
            easy = shared.max(axis=1) >= negative_mining_thresh
            background = _hardest(xp, cls_pred[i], background & ~easy, wanted)
        classes[i] = xp.where(matched, mine[:, 0] + 1, xp.where(background, 0, ignore_label))
    return offsets.reshape(batch, -1), mask.reshape(batch, -1), classes


def _first_padding(xp, label):
    """Return how many rows stand before the first one of class -1."""
    padding = label[:, 0] == -1
    return int(xp.argmax(padding)) if bool(padding.any()) else len(label)


def _chosen(xp, shared, threshold):
    """Return the object of each anchor, -1 for none, from their overlaps (anchors, objects)."""
    best = shared.argmax(axis=1)
    enough = xp.take_along_axis(shared, best[:, None], axis=1)[:, 0] > threshold
    chosen = xp.where(enough & (threshold > 0), best, -1)
    for anchor, box in kernels.matching(xp, shared, acceptable=lambda value: value > 1e-6):
        chosen[anchor] = box
    return chosen


def _hardest(xp, scores, candidates, count):
    """Return a mask of the ``count`` candidates to which the softmax gives the least probability of background."""
    powers = xp.exp(scores - scores.max(axis=0))
    probability = powers[0] / powers.sum(axis=0)
    order = xp.argsort(xp.where(candidates, probability, xp.inf), kind="stable")[: max(count, 0)]
    hardest = xp.zeros(candidates.shape, bool)
    hardest[order] = True
    return hardest & candidates


# -- detection ---------------------------------------------------------------------------------------------------------
def _detection_shape(cls_prob, loc_pred, anchor, **_):
    _check_counts(anchor, cls_prob, "cls_prob")
    if cls_prob is None:
        return [cls_prob, loc_pred, anchor], [None]
    batch, classes, count = cls_prob
    if 0 <= classes < 2:
        raise ShapeError(f"cls_prob needs background and one class at least. Received: {show(cls_prob)}")
    expected = (batch, 4 * count if count >= 0 else -1)
    loc_pred = unify(loc_pred, expected, "the shape of loc_pred, and (batch, 4 * anchors),")
    return [cls_prob, loc_pred, anchor], [(batch, count, 6)]


@operator(
    name="_contrib_MultiBoxDetection", shape=_detection_shape, differentiable=False
)
def MultiBoxDetection(
    xp,
    cls_prob,
    loc_pred,
    anchor,
    *,
    clip: bool = True,
    threshold: float = 0.01,
    background_id: int = 0,
    nms_threshold: float = 0.5,
    force_suppress: bool = False,
    variances: Floats = Floats((0.1, 0.1, 0.2, 0.2)),
    nms_topk: int = -1,
):
    """Turn predictions into detected objects: decode the boxes, drop the unlikely, keep the best of those that overlap.

    Parameters
    ----------
    cls_prob : (batch, classes + 1, anchors), probabilities, background first
    loc_pred : (batch, 4 * anchors), offsets
    anchor : (1, anchors, 4)
    clip : bool, whether boxes are cut off at the edges of the image
    threshold : float, the least probability of an object
    background_id : accepted and ignored, as in MXNet: class 0 is the background
    nms_threshold : float, the overlap with a better box of its class from which on a box goes
    force_suppress : bool, whether boxes of different classes compete too
    variances : by which the four offsets are multiplied
    nms_topk : int, how many of the best boxes take part; not positive: all

    Returns
    -------
    (batch, anchors, 6): class (0 is the first object class, -1 what was suppressed), probability, left, top, right,
    bottom; by falling probability, then rows of -1

    >>> prob = mx.nd.array([[[0.2, 0.9], [0.8, 0.1]]])
    >>> anchors = mx.nd.array([[[0, 0, 0.5, 0.5], [0, 0, 1, 1]]])
    >>> mx.nd.contrib.MultiBoxDetection(prob, mx.nd.zeros((1, 8)), anchors, threshold=0.5)
    [[[ 0.   0.8  0.   0.   0.5  0.5]
      [-1.  -1.  -1.  -1.  -1.  -1. ]]]
    <NDArray 1x2x6 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_MultiBoxDetection.
    """
    _check_variances(variances)
    _check_floating(cls_prob)
    _detection_shape(cls_prob.shape, loc_pred.shape, anchor.shape)
    batch, _, count = cls_prob.shape
    objects = cls_prob[:, 1:]
    classes, best = objects.argmax(axis=1), objects.max(axis=1)
    boxes = kernels.moved(xp, kernels.to_center(xp, anchor), loc_pred.reshape(batch, count, 4), variances)
    if clip:
        boxes = xp.clip(boxes, 0, 1)
    rows = xp.concatenate([classes[..., None].astype(boxes.dtype), best[..., None], boxes], axis=-1)
    out = xp.full((batch, count, 6), -1, cls_prob.dtype)
    for found, result in zip(rows, out, strict=True):
        found = found[found[:, 1] >= threshold]
        if 0 < nms_threshold <= 1:
            found = _suppressed(xp, found, nms_threshold, force_suppress, nms_topk)
        result[: len(found)] = found
    return out


def _suppressed(xp, found, threshold, force, topk):
    """Sort detections by falling probability and set the class of those that go to -1."""
    order = xp.argsort(-found[:, 1], kind="stable")
    count = min(topk, len(found)) if topk > 0 else len(found)
    found = xp.concatenate([found[order[:count]], found[count:]])                   # MXNet leaves the rest in place
    kept = kernels.survivors(
        xp, found[:count, 2:], threshold, None if force else found[:count, 0], touching=True
    )
    classes = xp.full(len(found), -1, found.dtype)
    classes[kept] = found[kept, 0]
    found[:, 0] = classes
    return found
