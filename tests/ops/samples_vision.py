"""Samples of the operators of object detection and of sampling at places that are computed."""
import numpy as np

from .samples_nn import normal
from .sampling import Sample, samples


def boxes(rng, *shape):
    """Return boxes (left, top, right, bottom) inside the unit square."""
    low = rng.uniform(0, 0.6, size=(*shape, 2))
    return np.concatenate([low, low + rng.uniform(0.1, 0.4, size=(*shape, 2))], axis=-1)


def scored(rng, *shape):
    """Return rows of class, score and box; no two scores tie."""
    count = int(np.prod(shape))
    scores = (rng.permutation(count) + 1).reshape(*shape, 1) / max(count, 1)
    return np.concatenate([rng.integers(0, 2, size=(*shape, 1)), scores, boxes(rng, *shape)], axis=-1)


# -- boxes -------------------------------------------------------------------------------------------------------------
@samples("_contrib_box_iou")
def _(rng):
    yield Sample([boxes(rng, 3), boxes(rng, 4)])
    yield Sample([boxes(rng, 2, 3), boxes(rng, 1, 4)], {"format": "center"})
    yield Sample([boxes(rng, 0), boxes(rng, 4)])


ROWS = "as in MXNet, the gradient follows the rows without regard to the change of form"
CLASSES = "a difference quotient would move the numbers of the classes, and boxes would no longer compete"


@samples("_contrib_box_nms")
def _(rng):
    yield Sample([scored(rng, 6)], {"overlap_thresh": 0.1})
    yield Sample([scored(rng, 2, 3, 4)], {"overlap_thresh": 0.2, "id_index": 0}, differentiable=(), reason=CLASSES)
    yield Sample([scored(rng, 5)], {"overlap_thresh": 0.1, "topk": 2, "valid_thresh": 0.3})
    yield Sample([scored(rng, 5)], {"topk": 0})
    yield Sample([scored(rng, 3)], {"out_format": "center"}, differentiable=(), reason=ROWS)
    yield Sample([scored(rng, 0)])


@samples("_backward_box_nms", "_rows_of")
def _(rng):
    yield Sample([normal(rng, 3, 2), np.array([2, 0, -1], "int32")])
    yield Sample([normal(rng, 2, 3, 2), np.array([[1, -1, -1], [0, 2, 1]], "int32")])
    yield Sample([normal(rng, 0, 2), np.zeros(0, "int32")])


@samples("_contrib_box_encode")
def _(rng):
    choice, matches = rng.integers(-1, 2, size=(2, 5)) * 1.0, rng.integers(0, 3, size=(2, 5)) * 1.0
    yield Sample([choice, matches, boxes(rng, 2, 5), boxes(rng, 2, 3), np.zeros(4), np.ones(4)])
    yield Sample([choice[:1, :2], matches[:1, :2], boxes(rng, 1, 2), boxes(rng, 1, 3), np.ones(4), np.full(4, 0.1)])
    yield Sample([choice[:, :0], matches[:, :0], boxes(rng, 2, 0), boxes(rng, 2, 3), np.zeros(4), np.ones(4)])
    yield Sample([choice, matches, boxes(rng, 2, 5), boxes(rng, 2, 0), np.zeros(4), np.ones(4)])


@samples("_contrib_box_decode")
def _(rng):
    yield Sample([normal(rng, 2, 3, 4), boxes(rng, 2, 3)])
    yield Sample([normal(rng, 2, 3, 4), boxes(rng, 1, 3)], {"format": "corner", "std0": 0.1, "clip": 0.5})
    yield Sample([normal(rng, 0, 3, 4), boxes(rng, 1, 3)])


@samples("_contrib_bipartite_matching")
def _(rng):
    yield Sample([rng.uniform(size=(4, 3))], {"threshold": 0.2})
    yield Sample([rng.uniform(size=(2, 2, 5))], {"threshold": 0.8, "is_ascend": True, "topk": 1})
    yield Sample([rng.uniform(size=(2, 0, 5))], {"threshold": 0.2})


@samples("_contrib_MultiBoxPrior")
def _(rng):
    yield Sample([normal(rng, 1, 2, 3, 4)], {"sizes": (0.5, 0.2), "ratios": (1, 2)})
    yield Sample([normal(rng, 1, 1, 2, 2)], {"clip": True, "steps": (0.1, 0.2), "offsets": (0, 0)})
    yield Sample([normal(rng, 1, 2, 0, 4)])


@samples("_contrib_MultiBoxTarget")
def _(rng):
    label = np.concatenate([rng.integers(0, 3, size=(2, 3, 1)), boxes(rng, 2, 3)], axis=-1)
    label[1, 1:] = -1
    yield Sample([boxes(rng, 1, 8), label, normal(rng, 2, 4, 8)])
    yield Sample([boxes(rng, 1, 8), label, normal(rng, 2, 4, 8)], {"negative_mining_ratio": 1.0})
    yield Sample([boxes(rng, 1, 0), label, normal(rng, 2, 4, 0)])
    yield Sample([boxes(rng, 1, 4), label[:, :0], normal(rng, 2, 4, 4)])


@samples("_contrib_MultiBoxDetection")
def _(rng):
    yield Sample([rng.uniform(size=(2, 3, 6)), normal(rng, 2, 24), boxes(rng, 1, 6)])
    yield Sample([rng.uniform(size=(1, 3, 6)), normal(rng, 1, 24), boxes(rng, 1, 6)], {"nms_topk": 2, "threshold": 0.5})
    yield Sample([rng.uniform(size=(1, 2, 0)), normal(rng, 1, 0), boxes(rng, 1, 0)])
