"""Samples of the operators of object detection and of sampling at places that are computed."""
import numpy as np

from .samples_nn import distinct, normal
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


# -- regions of interest -----------------------------------------------------------------------------------------------
REGIONS = np.array([[0, 0.3, 0.6, 3.2, 2.4], [1, 1.7, 0.2, 4.4, 3.9], [0, -1.5, -2, 1, 1], [2, 0, 0, 1, 1]])


@samples("ROIPooling")
def _(rng):
    attrs = {"pooled_size": (2, 2), "spatial_scale": 1.0}
    yield Sample([distinct(rng, 2, 1, 3, 4), REGIONS], attrs, differentiable=(0,))
    yield Sample([distinct(rng, 1, 2, 4, 3), REGIONS], {**attrs, "spatial_scale": 0.5}, differentiable=(0,))
    yield Sample([distinct(rng, 2, 1, 3, 4), REGIONS[:0]], attrs)


@samples("_backward_ROIPooling")
def _(rng):
    place = np.array([[[[3, 3], [-1, 0]]], [[[2, 1], [0, 5]]]])
    yield Sample([normal(rng, 2, 1, 2, 2), REGIONS[:2], place, normal(rng, 2, 1, 2, 3)], differentiable=(0,))
    yield Sample([normal(rng, 1, 1, 2, 2), REGIONS[:1], place[:1], normal(rng, 1, 1, 3, 2)], differentiable=(0,))
    yield Sample([normal(rng, 0, 1, 2, 2), REGIONS[:0], place[:0], normal(rng, 2, 1, 2, 3)])


@samples("_read_maxima")
def _(rng):
    place = np.array([[[[3, 3], [-1, 0]]], [[[2, 1], [0, 5]]]])
    yield Sample([normal(rng, 2, 1, 2, 3), REGIONS[:2], place], differentiable=(0,))
    yield Sample([normal(rng, 1, 1, 3, 2), REGIONS[:1], place[:1]], differentiable=(0,))
    yield Sample([normal(rng, 2, 1, 2, 3), REGIONS[:0], place[:0]])


ALIGN = [
    {"pooled_size": (2, 3), "spatial_scale": 1.0},
    {"pooled_size": (2, 1), "spatial_scale": 0.5, "sample_ratio": 2},
    {"pooled_size": (2, 2), "spatial_scale": 1.0, "aligned": True},
]


@samples("_contrib_ROIAlign")
def _(rng):
    for attrs in ALIGN:
        yield Sample([normal(rng, 2, 1, 3, 4), REGIONS], attrs, differentiable=(0,))
    yield Sample([normal(rng, 2, 6, 2, 3), REGIONS], {**ALIGN[0], "position_sensitive": True}, differentiable=(0,))
    yield Sample([normal(rng, 2, 1, 3, 4), REGIONS[:0]], ALIGN[0])


@samples("_backward_ROIAlign")
def _(rng):
    for attrs in ALIGN:
        out = normal(rng, 4, 1, *attrs["pooled_size"])
        yield Sample([out, REGIONS, normal(rng, 2, 1, 3, 4)], attrs, differentiable=(0,))
    sensitive = {**ALIGN[0], "position_sensitive": True}
    yield Sample([normal(rng, 4, 1, 2, 3), REGIONS, normal(rng, 2, 6, 2, 3)], sensitive, differentiable=(0,))


GROUPS = [
    {"spatial_scale": 1.0, "output_dim": 2, "pooled_size": 2},
    {"spatial_scale": 0.6, "output_dim": 2, "pooled_size": 3, "group_size": 2},
]


@samples("_contrib_PSROIPooling")
def _(rng):
    for attrs in GROUPS:
        yield Sample([normal(rng, 2, 8, 2, 3), REGIONS], attrs, differentiable=(0,))
    yield Sample([normal(rng, 2, 8, 2, 3), REGIONS[:0]], GROUPS[0])


@samples("_backward_PSROIPooling")
def _(rng):
    for attrs in GROUPS:
        out = normal(rng, 4, 2, attrs["pooled_size"], attrs["pooled_size"])
        yield Sample([out, REGIONS, normal(rng, 2, 8, 2, 3)], attrs, differentiable=(0,))
    yield Sample([normal(rng, 0, 2, 2, 2), REGIONS[:0], normal(rng, 2, 8, 2, 3)], GROUPS[0])


# -- spatial transformers ----------------------------------------------------------------------------------------------
NO_SECOND = "as in MXNet, the gradient itself has none"


@samples("GridGenerator")
def _(rng):
    yield Sample([normal(rng, 2, 6)], {"transform_type": "affine", "target_shape": (3, 4)})
    yield Sample([normal(rng, 2, 6)], {"transform_type": "affine", "target_shape": (1, 2)})
    yield Sample([normal(rng, 2, 2, 3, 4)], {"transform_type": "warp"})
    yield Sample([normal(rng, 0, 2, 3, 4)], {"transform_type": "warp"})


@samples("_backward_GridGenerator")
def _(rng):
    affine = {"transform_type": "affine", "target_shape": (3, 2)}
    yield Sample([normal(rng, 2, 2, 3, 2), normal(rng, 2, 6)], affine)
    yield Sample([normal(rng, 2, 2, 3, 4), normal(rng, 2, 2, 3, 4)], {"transform_type": "warp"})
    yield Sample([normal(rng, 0, 2, 3, 2), normal(rng, 0, 6)], affine)


@samples("BilinearSampler")
def _(rng):
    for size, places in (((2, 2, 3, 4), (2, 2, 2, 3)), ((1, 1, 5, 4), (1, 2, 3, 2))):
        grid = rng.uniform(-1.5, 1.5, size=places)
        yield Sample([normal(rng, *size), grid], second_order=False, reason=NO_SECOND)
    yield Sample([normal(rng, 0, 2, 3, 4), normal(rng, 0, 2, 2, 3)])


@samples("_backward_BilinearSampler")
def _(rng):
    yield Sample([normal(rng, 2, 2, 2, 3), normal(rng, 2, 2, 3, 4), rng.uniform(-1.5, 1.5, size=(2, 2, 2, 3))])
    yield Sample([normal(rng, 1, 1, 2, 3), normal(rng, 1, 1, 3, 4), rng.uniform(-1, 1, size=(1, 2, 2, 3))])
    yield Sample([normal(rng, 0, 2, 2, 3), normal(rng, 0, 2, 3, 4), normal(rng, 0, 2, 2, 3)])


@samples("SpatialTransformer")
def _(rng):
    attrs = {"transform_type": "affine", "sampler_type": "bilinear"}
    for shape, target in (((2, 2, 3, 4), (2, 3)), ((1, 1, 5, 4), (4, 4))):
        loc = normal(rng, shape[0], 6) * 0.6
        whole = {**attrs, "target_shape": target}
        yield Sample([normal(rng, *shape), loc], whole, second_order=False, reason=NO_SECOND)
    yield Sample([normal(rng, 0, 2, 3, 4), normal(rng, 0, 6)], {**attrs, "target_shape": (2, 2)})


CORRELATIONS = [
    {"max_displacement": 1, "pad_size": 1},
    {"kernel_size": 3, "max_displacement": 2, "pad_size": 3, "stride1": 2, "stride2": 2},
    {"is_multiply": False, "pad_size": 1},
]


@samples("Correlation")
def _(rng):
    for attrs in CORRELATIONS:
        maps = [distinct(rng, 1, 2, 3, 4), distinct(rng, 1, 2, 3, 4) + 0.031]
        yield Sample(maps, attrs, second_order=False, reason=NO_SECOND)
    yield Sample([normal(rng, 0, 2, 3, 4), normal(rng, 0, 2, 3, 4)])


@samples("_backward_Correlation")
def _(rng):
    maps = [normal(rng, 1, 2, 3, 4), normal(rng, 1, 2, 3, 4)]
    yield Sample([normal(rng, 1, 9, 3, 4), *maps], CORRELATIONS[0])
    yield Sample([normal(rng, 1, 9, 2, 2), *maps], CORRELATIONS[1])
    yield Sample([normal(rng, 1, 9, 3, 4), *maps], CORRELATIONS[2])


# -- region proposals --------------------------------------------------------------------------------------------------
PROPOSALS = [
    {"scales": (2,), "ratios": (0.5, 1), "rpn_post_nms_top_n": 5, "rpn_min_size": 4},
    {"scales": (1, 2), "ratios": (1,), "rpn_post_nms_top_n": 9, "output_score": True, "threshold": 0.4},
    {"scales": (1, 2), "ratios": (1,), "rpn_post_nms_top_n": 3, "iou_loss": True, "rpn_pre_nms_top_n": 4},
]


def predictions(rng, batch):
    """Return probabilities, deltas and sizes of images for two anchors a pixel."""
    info = np.array([[32.0, 48, 1], [30, 40, 2]])[:batch]
    return [rng.uniform(size=(batch, 4, 2, 3)), rng.normal(size=(batch, 8, 2, 3)) * 0.2, info]


@samples("_contrib_Proposal")
def _(rng):
    for attrs in PROPOSALS:
        yield Sample(predictions(rng, 1), attrs)


@samples("_contrib_MultiProposal")
def _(rng):
    for attrs in PROPOSALS:
        yield Sample(predictions(rng, 2), attrs)


# -- deformable convolution --------------------------------------------------------------------------------------------
DEFORMED = [
    ((1, 2, 3, 4), (2, 3), {"kernel": (2, 2)}, 4),
    ((2, 2, 3, 3), (2, 2), {"kernel": (1, 2), "pad": (0, 1), "stride": (2, 2), "num_deformable_group": 2}, 4),
    ((0, 2, 3, 4), (2, 3), {"kernel": (2, 2)}, 4),
]


def deformed(rng, shape, out, count):
    """Return data and offsets; no place is near a pixel, where the slope changes."""
    size = (shape[0], 2 * count, *out)
    return normal(rng, *shape), rng.integers(-1, 2, size=size) + rng.uniform(0.1, 0.9, size=size)


@samples("_contrib_DeformableConvolution")
def _(rng):
    for shape, out, attrs, count in DEFORMED:
        filters = [normal(rng, 2, 2, *attrs["kernel"]), normal(rng, 2)]
        inputs = [*deformed(rng, shape, out, count), *filters]
        yield Sample(inputs, {**attrs, "num_filter": 2}, second_order=False, reason=NO_SECOND)


@samples("_backward_DeformableConvolution")
def _(rng):
    for shape, out, attrs, count in DEFORMED:
        filters = normal(rng, 2, 2, *attrs["kernel"])
        yield Sample([normal(rng, shape[0], 2, *out), *deformed(rng, shape, out, count), filters], attrs)


@samples("_contrib_ModulatedDeformableConvolution")
def _(rng):
    for shape, out, attrs, count in DEFORMED:
        filters = [normal(rng, 2, 2, *attrs["kernel"]), normal(rng, 2)]
        inputs = [*deformed(rng, shape, out, count), rng.uniform(size=(shape[0], count, *out)), *filters]
        yield Sample(inputs, {**attrs, "num_filter": 2}, second_order=False, reason=NO_SECOND)


@samples("_backward_ModulatedDeformableConvolution")
def _(rng):
    for shape, out, attrs, count in DEFORMED:
        mask, filters = rng.uniform(size=(shape[0], count, *out)), normal(rng, 2, 2, *attrs["kernel"])
        yield Sample([normal(rng, shape[0], 2, *out), *deformed(rng, shape, out, count), mask, filters], attrs)


@samples("_contrib_RROIAlign")
def _(rng):
    rois = np.array([[0, 2, 1.5, 3, 2, 30], [1, 2, 2, 1, 1, -60], [2, 0, 0, 1, 1, 0]])
    yield Sample([normal(rng, 2, 2, 3, 4), rois], {"pooled_size": (2, 2), "spatial_scale": 1.0})
    yield Sample([normal(rng, 2, 1, 3, 4), rois], {"pooled_size": (1, 3), "spatial_scale": 0.5, "sampling_ratio": 2})
    yield Sample([normal(rng, 2, 2, 3, 4), rois[:0]], {"pooled_size": (2, 2), "spatial_scale": 1.0})


MOVED = [
    {"group_size": 1, "output_dim": 2, "pooled_size": 2, "spatial_scale": 0.9, "sample_per_part": 2, "trans_std": 0.3},
    {"group_size": 2, "output_dim": 1, "pooled_size": 3, "spatial_scale": 0.9, "part_size": 2, "trans_std": 0.1},
]


def moved(rng, attrs, regions):
    """Return data, regions and moves of one class."""
    data = normal(rng, 2, attrs["output_dim"] * attrs["group_size"] ** 2, 3, 4)
    part = attrs.get("part_size", attrs["pooled_size"])
    return [data, regions, rng.uniform(-1, 1, size=(len(regions), 2, part, part))]


@samples("_contrib_DeformablePSROIPooling")
def _(rng):
    options = {"second_order": False, "reason": NO_SECOND}
    for attrs in MOVED:
        yield Sample(moved(rng, attrs, REGIONS), attrs, differentiable=(0, 2), **options)
        still = {**attrs, "no_trans": True}
        yield Sample(moved(rng, attrs, REGIONS)[:2], still, differentiable=(0,), **options)
    yield Sample(moved(rng, MOVED[0], REGIONS[:0]), MOVED[0], differentiable=(0, 2), **options)


@samples("_backward_DeformablePSROIPooling")
def _(rng):
    for attrs in MOVED:
        grad = normal(rng, len(REGIONS), attrs["output_dim"], attrs["pooled_size"], attrs["pooled_size"])
        yield Sample([grad, *moved(rng, attrs, REGIONS)], attrs)
        yield Sample([grad, *moved(rng, attrs, REGIONS)[:2]], {**attrs, "no_trans": True})
