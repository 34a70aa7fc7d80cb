"""Boxes on raw arrays: the two forms, overlap, non-maximum suppression, matching.

A box is four numbers on the last axis: in the form "corner" (left, top, right, bottom), in the form "center"
(x, y, width, height). Functions without a ``form`` take corners.
"""


def to_corner(xp, boxes, form="center"):
    """Return boxes of the given form as corners."""
    if form == "corner":
        return boxes
    center, half = boxes[..., :2], boxes[..., 2:] / 2
    return xp.concatenate([center - half, center + half], axis=-1)


def to_center(xp, boxes, form="corner"):
    """Return boxes of the given form as centers and extents."""
    if form == "center":
        return boxes
    low, high = boxes[..., :2], boxes[..., 2:]
    return xp.concatenate([(low + high) / 2, high - low], axis=-1)


def area(boxes):
    """Return the areas of boxes, 0 for those that are turned inside out."""
    extent = (boxes[..., 2:] - boxes[..., :2]).clip(0)
    return extent[..., 0] * extent[..., 1]


def overlap(xp, a, b):
    """Return intersection over union of boxes whose leading axes broadcast; 0 where they do not meet."""
    low = xp.maximum(a[..., :2], b[..., :2])
    high = xp.minimum(a[..., 2:], b[..., 2:])
    extent = (high - low).clip(0)
    common = extent[..., 0] * extent[..., 1]
    union = area(a) + area(b) - common
    return xp.where(common > 0, common / xp.where(union > 0, union, 1), 0).astype(a.dtype, copy=False)


def survivors(xp, boxes, threshold, ids=None, *, touching=False):
    """Return the indices of the boxes that non-maximum suppression keeps, in increasing order.

    Parameters
    ----------
    boxes : (n, 4), the best one first
    threshold : a box goes if it overlaps a better one by more than this
    ids : (n,) classes, within which boxes compete; None lets all compete
    touching : whether a box goes also where the overlap is exactly the threshold

    References: Neubeck, Van Gool 2006, "Efficient non-maximum suppression".
    """
    rest = xp.arange(len(boxes))
    kept = [rest[:0]]
    while rest.size:
        best, rest = rest[:1], rest[1:]
        kept.append(best)
        shared = overlap(xp, boxes[best], boxes[rest])
        loses = shared >= threshold if touching else shared > threshold
        if ids is not None:
            loses &= ids[rest] == ids[best]
        rest = rest[~loses]
    return xp.concatenate(kept)


def matching(xp, scores, *, acceptable, limit=-1, lowest=False):
    """Pair rows with columns, the best pair first, each at most once.

    Parameters
    ----------
    scores : (rows, columns)
    acceptable : callable(score) -> bool; pairing ends at the first score that is not
    limit : how many pairs to make at most; negative: no limit
    lowest : whether low scores are the best ones

    Returns
    -------
    list of (row, column); among equal scores the first in row-major order wins
    """
    rows, columns = scores.shape
    pairs = []
    most = min(rows, columns) if limit < 0 else min(rows, columns, limit)
    if not most:
        return pairs
    worst = float("inf") if lowest else float("-inf")
    left = scores.astype("float64")  # a copy: what is paired is crossed out
    while len(pairs) < most:
        place = int(left.argmin() if lowest else left.argmax())
        row, column = divmod(place, columns)
        if not acceptable(float(left[row, column])):
            break
        pairs.append((row, column))
        left[row, :] = worst
        left[:, column] = worst
    return pairs


def offsets(xp, anchors, boxes, variances):
    """Return what turns anchors into boxes: shift of the center over the anchor's extent, log ratio of the extents.

    ``anchors`` and ``boxes`` are centers; each of the four numbers is divided by its variance.
    """
    shift = (boxes[..., :2] - anchors[..., :2]) / anchors[..., 2:]
    ratio = xp.log(boxes[..., 2:] / anchors[..., 2:])
    return xp.concatenate([shift, ratio], axis=-1) / xp.asarray(variances, dtype=anchors.dtype)


def moved(xp, anchors, offsets, variances, limit=-1.0):
    """Return as corners the boxes to which offsets move anchors, which are centers; the inverse of ``offsets``.

    A positive ``limit`` bounds the log ratios of the extents.
    """
    scaled = offsets * xp.asarray(variances, dtype=offsets.dtype)
    center = scaled[..., :2] * anchors[..., 2:] + anchors[..., :2]
    ratio = scaled[..., 2:]
    if limit > 0:
        ratio = xp.minimum(ratio, limit)
    return to_corner(xp, xp.concatenate([center, xp.exp(ratio) * anchors[..., 2:]], axis=-1))
