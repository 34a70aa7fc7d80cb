"""Operators of object detection and spatial sampling: boxes, anchors, regions, grids, deformable windows."""

import json

import numpy as np

from ..harness import Cases, lookup, normal, uniform

CASES = Cases()
op = CASES.op
raises = CASES.raises

RANDOM = np.random.RandomState(41)


def boxes(*shape, low=0.0, high=1.0):
    """Boxes in corner form inside a square."""
    corner = RANDOM.uniform(low, high, size=(*shape, 2))
    extent = RANDOM.uniform(0.02, 0.5, size=(*shape, 2)) * (high - low)
    return np.concatenate([corner, np.minimum(corner + extent, high)], axis=-1).astype("float32")


def scored(*shape, classes=3):
    """Rows of class, score and box, as box_nms takes them."""
    ids = RANDOM.randint(0, classes, size=(*shape, 1))
    scores = RANDOM.permutation(int(np.prod(shape))).reshape(*shape, 1) / np.prod(shape)
    return np.concatenate([ids, scores, boxes(*shape)], axis=-1).astype("float32")


# -- overlap, suppression ----------------------------------------------------------------------------------------------
op("box_iou/corner", "contrib.box_iou", boxes(5), boxes(4))
op("box_iou/center", "contrib.box_iou", boxes(5), boxes(4), format="center")
op("box_iou/batches", "contrib.box_iou", boxes(2, 3), boxes(2, 1, 2))
_ODD = np.float32([[5, 5, 4, 4], [0, 0, 0, 0]])
op("box_iou/inside out and empty", "contrib.box_iou", _ODD, np.float32([[0, 0, 9, 9]]))
op("box_iou/float64", "contrib.box_iou", boxes(3).astype("float64"), boxes(3).astype("float64"))

NMS = {
    "default": {},
    "classes": {"id_index": 0, "overlap_thresh": 0.2},
    "force": {"id_index": 0, "overlap_thresh": 0.2, "force_suppress": True},
    "background": {"id_index": 0, "background_id": 1, "overlap_thresh": 0.3},
    "topk": {"topk": 4, "overlap_thresh": 0.3},
    "topk 0": {"topk": 0},
    "valid_thresh": {"valid_thresh": 0.5},
    "none valid": {"valid_thresh": 2.0},
    "to center": {"out_format": "center", "overlap_thresh": 0.3},
    "from center": {"in_format": "center", "overlap_thresh": 0.3},
    "overlap_thresh 0": {"overlap_thresh": 0.0},
    "overlap_thresh 1": {"overlap_thresh": 1.0},
}
for _text, _attrs in NMS.items():
    op(f"box_nms/{_text}", "contrib.box_nms", scored(12), **_attrs)
op("box_nms/batch", "contrib.box_nms", scored(2, 3, 7), overlap_thresh=0.1)
op("box_nms/one box", "contrib.box_nms", scored(1, 1))
op(
    "box_nms/tied scores",
    "contrib.box_nms",
    np.float32([[0, 0.5, 0, 0, 2, 2], [0, 0.5, 0, 0, 2, 2.1], [1, 0.5, 4, 4, 5, 5], [2, 0.7, 4, 4, 5, 5]]),
)
op(
    "box_nms/overlap is the threshold",
    "contrib.box_nms",
    np.float32([[0, 0.9, 0, 0, 2, 2], [0, 0.5, 0, 0, 2, 1]]),
    overlap_thresh=0.5,
)
op(
    "box_nms/other places",
    "contrib.box_nms",
    scored(9)[:, [2, 3, 4, 5, 1, 0]],
    coord_start=0,
    score_index=4,
    id_index=5,
    overlap_thresh=0.2,
)
op("box_nms/float16", "contrib.box_nms", scored(4).astype("float16"))
op("box_nms/same as box_non_maximum_suppression", "contrib.box_non_maximum_suppression", scored(6), overlap_thresh=0.2)

# -- encoding, matching ------------------------------------------------------------------------------------------------
_SAMPLES = np.float32([[1, 1, 0, -1, 1], [0, 1, 1, 1, -1]])
_MATCHES = np.float32([[0, 2, 1, 0, 2], [1, 1, 0, 2, 0]])
op(
    "box_encode/plain", "contrib.box_encode", _SAMPLES, _MATCHES, boxes(2, 5), boxes(2, 3),
    np.zeros(4, "float32"), np.ones(4, "float32"), grad=False,
)  # fmt: skip
op(
    "box_encode/means and stds", "contrib.box_encode", _SAMPLES, _MATCHES, boxes(2, 5), boxes(2, 3),
    np.float32([0.1, 0, 0.2, -0.1]), np.float32([0.1, 0.1, 0.2, 0.2]), grad=False,
)  # fmt: skip
op("box_decode/default", "contrib.box_decode", normal(2, 4, 4), boxes(1, 4))
op("box_decode/corner stds", "contrib.box_decode", normal(2, 4, 4), boxes(1, 4), format="corner", std0=0.1, std1=0.2,
   std2=0.3, std3=0.4)  # fmt: skip
op("box_decode/clip", "contrib.box_decode", normal(1, 4, 4), boxes(1, 4), format="corner", clip=0.1)
op("box_decode/no clip", "contrib.box_decode", normal(1, 4, 4), boxes(1, 4), clip=0.0)
op("bipartite_matching/highest", "contrib.bipartite_matching", uniform(0, 1, 5, 4), threshold=0.3)
op("bipartite_matching/lowest", "contrib.bipartite_matching", uniform(0, 1, 5, 4), threshold=0.6, is_ascend=True)
op("bipartite_matching/topk", "contrib.bipartite_matching", uniform(0, 1, 2, 3, 6), threshold=0.0, topk=2)
op("bipartite_matching/ties", "contrib.bipartite_matching", np.ones((3, 4), "float32"), threshold=0.5)
op("bipartite_matching/none", "contrib.bipartite_matching", uniform(0, 1, 3, 2), threshold=2.0)
op("bipartite_matching/threshold met", "contrib.bipartite_matching", np.full((2, 2), 0.5, "float32"), threshold=0.5)

# -- MultiBox ----------------------------------------------------------------------------------------------------------
PRIORS = {
    "default": {},
    "sizes and ratios": {"sizes": (0.75, 0.5, 0.25), "ratios": (1, 2, 0.5)},
    "first ratio": {"sizes": (0.4, 0.2), "ratios": (0.5, 3)},
    "clip": {"sizes": (0.9,), "ratios": (1, 4), "clip": True},
    "steps and offsets": {"sizes": (0.3,), "steps": (0.25, 0.2), "offsets": (0.1, 0.3)},
    "one number": {"sizes": 0.5, "ratios": 2},
}
for _text, _attrs in PRIORS.items():
    op(f"MultiBoxPrior/{_text}", "contrib.MultiBoxPrior", normal(2, 3, 4, 5), **_attrs)
    op(f"MultiBoxPrior/{_text}, tall", "contrib.MultiBoxPrior", normal(1, 1, 5, 2), **_attrs)


def labels(*counts, width=5):
    """Objects of each image, filled up with rows of -1."""
    rows = np.full((len(counts), max(*counts, 1), width), -1, "float32")
    for i, count in enumerate(counts):
        rows[i, :count] = RANDOM.uniform(size=(count, width))
        rows[i, :count, 0] = RANDOM.randint(0, 2, size=count)
        rows[i, :count, 1:5] = boxes(count)
    return rows


TARGETS = {
    "default": {},
    "overlap_threshold": {"overlap_threshold": 0.2},
    "overlap_threshold 0": {"overlap_threshold": 0.0},
    "variances": {"variances": (1, 1, 1, 1), "overlap_threshold": 0.3},
    "mining": {"negative_mining_ratio": 1.5},
    "mining, ignored": {"negative_mining_ratio": 2, "ignore_label": -7, "overlap_threshold": 0.4},
    "mining, little": {"negative_mining_ratio": 0.5, "minimum_negative_samples": 3},
    "mining, thresh": {"negative_mining_ratio": 1, "negative_mining_thresh": 0.2},
}
for _text, _attrs in TARGETS.items():
    op(
        f"MultiBoxTarget/{_text}",
        "contrib.MultiBoxTarget",
        boxes(1, 24),
        labels(3, 0, 1, 4),
        normal(4, 3, 24),
        **_attrs,
    )
_FAR = labels(2) + 10 * np.float32([0, 1, 1, 1, 1])
op("MultiBoxTarget/far apart", "contrib.MultiBoxTarget", boxes(1, 5), _FAR, normal(1, 3, 5))
op("MultiBoxTarget/wide labels", "contrib.MultiBoxTarget", boxes(1, 6), labels(2, width=7), normal(1, 3, 6))
op("MultiBoxTarget/more objects than anchors", "contrib.MultiBoxTarget", boxes(1, 2), labels(4), normal(1, 3, 2))
_GAP = labels(3)
_GAP[0, 1] = -1
op("MultiBoxTarget/a gap in the labels", "contrib.MultiBoxTarget", boxes(1, 6), _GAP, normal(1, 3, 6))
_SAME = np.repeat(boxes(1, 1), 3, axis=1)
op(
    "MultiBoxTarget/ties",
    "contrib.MultiBoxTarget",
    _SAME,
    np.concatenate([np.float32([[[0], [1]]]), _SAME[:, :2]], axis=-1),
    normal(1, 3, 3),
    overlap_threshold=0.9,
)


def probabilities(batch, classes, count):
    """Class probabilities of anchors, background first."""
    raw = np.exp(2 * RANDOM.normal(size=(batch, classes, count)))
    return (raw / raw.sum(axis=1, keepdims=True)).astype("float32")


DETECTIONS = {
    "default": {},
    "threshold": {"threshold": 0.4, "nms_threshold": 0.2},
    "force": {"force_suppress": True, "nms_threshold": 0.1},
    "topk": {"nms_topk": 3, "nms_threshold": 0.1},
    "topk 0": {"nms_topk": 0},
    "no clip": {"clip": False, "nms_threshold": 0.3},
    "no suppression": {"nms_threshold": 0.0},
    "nms_threshold 2": {"nms_threshold": 2.0},
    "variances": {"variances": (1, 1, 0.5, 0.5)},
    "none": {"threshold": 1.5},
    "background_id": {"background_id": 1},
}
for _text, _attrs in DETECTIONS.items():
    op(
        f"MultiBoxDetection/{_text}",
        "contrib.MultiBoxDetection",
        probabilities(2, 4, 15),
        normal(2, 60, scale=0.5),
        boxes(1, 15),
        **_attrs,
    )
_TWICE = np.float32([[[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.25], [0.5, 0.5, 1, 1]]])
op(
    "MultiBoxDetection/ties",
    "contrib.MultiBoxDetection",
    np.float32([[[0.2, 0.2, 0.2], [0.4, 0.4, 0.25], [0.4, 0.4, 0.55]]]),
    np.zeros((1, 12), "float32"),
    _TWICE,
    threshold=0.4,
)

# -- regions of interest -----------------------------------------------------------------------------------------------
REGIONS = np.float32(
    [[0, 0, 0, 4, 4], [1, 2, 1, 7, 5], [0, -3, -3, 1, 1], [1, 6, 4, 20, 20], [0, 5, 5, 2, 2], [0, 30, 30, 40, 40]]
)
_FLOATING = np.float32([[0, 0.3, 0.6, 4.2, 4.4], [1, 1.7, 0.2, 7.4, 4.9], [0, -1.5, -2, 1, 1], [1, 3, 3, 3.1, 3.2]])
for _text, _rois in {"whole": REGIONS, "fractions": _FLOATING}.items():
    op(f"ROIPooling/{_text}", "ROIPooling", normal(2, 3, 6, 8), _rois, pooled_size=(2, 2), spatial_scale=1.0)
    op(f"ROIPooling/{_text} 3x2", "ROIPooling", normal(2, 2, 6, 8), _rois, pooled_size=(3, 2), spatial_scale=0.7)
    op(f"ROIPooling/{_text} 7x7", "ROIPooling", normal(2, 2, 6, 8), _rois, pooled_size=(7, 7), spatial_scale=0.5)
op("ROIPooling/no such image", "ROIPooling", normal(1, 2, 6, 8), REGIONS, pooled_size=(2, 2), spatial_scale=1.0)
op("ROIPooling/ties", "ROIPooling", np.ones((1, 1, 4, 4), "float32"), REGIONS[:1], pooled_size=(2, 2), spatial_scale=1)
ALIGN = {
    "adaptive": {"spatial_scale": 1.0},
    "two samples": {"spatial_scale": 1.0, "sample_ratio": 2},
    "half": {"spatial_scale": 0.5, "sample_ratio": 3},
    "0.7 adaptive": {"spatial_scale": 0.7},
}
for _text, _attrs in ALIGN.items():
    op(f"ROIAlign/{_text}", "contrib.ROIAlign", normal(2, 3, 6, 8), REGIONS, pooled_size=(2, 3), **_attrs)
    op(f"ROIAlign/{_text}, fractions", "contrib.ROIAlign", normal(2, 2, 6, 8), _FLOATING, pooled_size=(2, 2), **_attrs)
    op(
        f"ROIAlign/{_text}, aligned",
        "contrib.ROIAlign",
        normal(2, 2, 6, 8),
        _FLOATING,
        pooled_size=(2, 2),
        aligned=True,
        **_attrs,
    )
    op(
        f"ROIAlign/{_text}, position sensitive",
        "contrib.ROIAlign",
        normal(2, 12, 6, 8),
        _FLOATING,
        pooled_size=(2, 3),
        position_sensitive=True,
        **_attrs,
    )
_NOWHERE = np.float32([[-1, 0, 0, 4, 4]])
op("ROIAlign/no such image", "contrib.ROIAlign", normal(1, 2, 6, 8), _NOWHERE, pooled_size=(2, 2), spatial_scale=1.0)
for _text, _rois in {"whole": REGIONS, "fractions": _FLOATING}.items():
    op(
        f"PSROIPooling/{_text}",
        "contrib.PSROIPooling",
        normal(2, 8, 6, 8),
        _rois,
        spatial_scale=1.0,
        output_dim=2,
        pooled_size=2,
    )
    op(
        f"PSROIPooling/{_text}, groups",
        "contrib.PSROIPooling",
        normal(2, 8, 6, 8),
        _rois,
        spatial_scale=0.6,
        output_dim=2,
        pooled_size=3,
        group_size=2,
    )

_ROTATED = np.float32(
    [[0, 4, 3, 4, 2, 0], [1, 4, 3, 4, 2, 90], [0, 3.3, 3.7, 5, 2.5, 30], [1, 0, 0, 4, 4, -45], [0, 4, 4, 0.3, 0.2, 10]]
)
for _text, _attrs in {"two": {"sampling_ratio": 2}, "adaptive": {}, "half": {"spatial_scale": 0.5}}.items():
    op(
        f"RROIAlign/{_text}",
        "contrib.RROIAlign",
        normal(2, 3, 6, 8),
        _ROTATED,
        grad=False,
        **{"pooled_size": (2, 3), "spatial_scale": 1.0, **_attrs},
    )

_BINS = {"spatial_scale": 0.9, "output_dim": 4, "pooled_size": 2, "sample_per_part": 2, "trans_std": 0.3}
MOVED = {
    "one class": (2, {"group_size": 1}),
    "two classes": (4, {"group_size": 2}),
    "parts": (2, {"group_size": 2, "pooled_size": 3, "part_size": 2}),
    "still": (0, {"group_size": 2, "pooled_size": 3, "no_trans": True}),
}
for _text, (_count, _attrs) in MOVED.items():
    _cells = _attrs.get("part_size", _BINS["pooled_size"])
    _moves = (uniform(-1, 1, 6, _count, _cells, _cells),) if _count else ()
    op(
        f"DeformablePSROIPooling/{_text}",
        "contrib.DeformablePSROIPooling",
        normal(2, 4 * _attrs["group_size"] ** 2, 6, 8),
        REGIONS,
        *_moves,
        grad=(0, 2) if _count else (0,),
        heads=(0,),
        scaled=1e-5,
        **{**_BINS, **_attrs},
    )

# -- region proposals --------------------------------------------------------------------------------------------------
def predictions(batch, count, rows=3, columns=4):
    """Probabilities of 2 * count anchors without ties, and deltas."""
    shape = batch, 2 * count, rows, columns
    scores = (RANDOM.permutation(int(np.prod(shape))) + 1).reshape(shape) / np.prod(shape)
    deltas = RANDOM.normal(size=(batch, 4 * count, rows, columns)) * 0.2
    return scores.astype("float32"), deltas.astype("float32")


_FEW = {"scales": (2, 3), "ratios": (0.5, 1, 2), "rpn_post_nms_top_n": 8, "rpn_min_size": 4}
PROPOSALS = {
    "few": _FEW,
    "scores": {**_FEW, "output_score": True, "threshold": 0.5},
    "before": {**_FEW, "output_score": True, "rpn_pre_nms_top_n": 5},
    "iou_loss": {**_FEW, "output_score": True, "iou_loss": True},
    "one scale": {**_FEW, "scales": (1.5,), "ratios": (0.7, 1.3), "feature_stride": 12, "threshold": 0.3},
    "all of them": {**_FEW, "rpn_post_nms_top_n": 100, "output_score": True},
}
for _text, _attrs in PROPOSALS.items():
    _count = len(_attrs["scales"]) * len(_attrs["ratios"])
    _stride = _attrs.get("feature_stride", 16)
    _info = np.float32([[2.5 * _stride, 3.5 * _stride, 1], [3 * _stride, 4 * _stride, 2]])
    op(f"Proposal/{_text}", "contrib.Proposal", *predictions(1, _count), _info[:1], grad=False, **_attrs)
    op(f"MultiProposal/{_text}", "contrib.MultiProposal", *predictions(2, _count), _info, grad=False, **_attrs)

# -- deformable convolution --------------------------------------------------------------------------------------------
DEFORMED = {
    "plain": ((2, 3, 5, 6), (3, 4), {"kernel": (3, 3)}),
    "pad stride": ((2, 2, 5, 6), (3, 3), {"kernel": (3, 3), "pad": (1, 1), "stride": (2, 2)}),
    "dilate": ((1, 2, 7, 7), (5, 5), {"kernel": (2, 2), "pad": (1, 0), "dilate": (4, 2)}),
    "groups": ((2, 4, 5, 5), (5, 5), {"kernel": (3, 3), "pad": (1, 1), "num_group": 2, "num_deformable_group": 2}),
}
for _text, (_shape, _out, _attrs) in DEFORMED.items():
    _places = 9 if _attrs["kernel"] == (3, 3) else 4
    _count = _places * _attrs.get("num_deformable_group", 1)
    _inner = _shape[1] // _attrs.get("num_group", 1)
    _filters = (normal(4, _inner, *_attrs["kernel"]), normal(4))
    _offset = uniform(-1.7, 1.7, _shape[0], 2 * _count, *_out)
    op(
        f"DeformableConvolution/{_text}",
        "contrib.DeformableConvolution",
        normal(*_shape),
        _offset,
        *_filters,
        num_filter=4,
        scaled=1e-5,
        **_attrs,
    )
    op(
        f"ModulatedDeformableConvolution/{_text}",
        "contrib.ModulatedDeformableConvolution",
        normal(*_shape),
        _offset,
        uniform(0, 1, _shape[0], _count, *_out),
        *_filters,
        num_filter=4,
        grad=False,  # MXNet has it on a GPU alone
        scaled=1e-5,
        **_attrs,
    )

# -- spatial transformers ----------------------------------------------------------------------------------------------
op("BilinearSampler/inside", "BilinearSampler", normal(2, 3, 4, 5), uniform(-1, 1, 2, 2, 3, 4))
op("BilinearSampler/outside too", "BilinearSampler", normal(2, 2, 4, 5), uniform(-2, 2, 2, 2, 6, 6))
op("BilinearSampler/one pixel", "BilinearSampler", normal(1, 2, 1, 1), uniform(-1, 1, 1, 2, 3, 3), grad=(0,))
_EDGES = np.float32([[[[-1, 1, -1, 1]], [[-1, -1, 1, 1]]]])
op("BilinearSampler/corners", "BilinearSampler", normal(1, 1, 3, 3), _EDGES, grad=(0,))
op("GridGenerator/affine", "GridGenerator", normal(2, 6), transform_type="affine", target_shape=(3, 4))
op("GridGenerator/warp", "GridGenerator", normal(2, 2, 3, 4), transform_type="warp")
op("GridGenerator/one row", "GridGenerator", normal(2, 6), transform_type="affine", target_shape=(1, 4))
op(
    "SpatialTransformer/affine",
    "SpatialTransformer",
    normal(2, 3, 5, 4),
    normal(2, 6, scale=0.5),
    target_shape=(3, 6),
    transform_type="affine",
    sampler_type="bilinear",
)
CORRELATIONS = {
    "default": {},
    "padded": {"max_displacement": 2, "pad_size": 2},
    "kernel 3": {"kernel_size": 3, "max_displacement": 1, "pad_size": 2},
    "strides": {"max_displacement": 3, "stride1": 2, "stride2": 2, "pad_size": 3},
    "differences": {"is_multiply": False, "kernel_size": 3, "max_displacement": 2, "pad_size": 3, "stride2": 2},
}
for _text, _attrs in CORRELATIONS.items():
    op(f"Correlation/{_text}", "Correlation", normal(2, 3, 5, 6), normal(2, 3, 5, 6), **_attrs)

# -- misuse ------------------------------------------------------------------------------------------------------------
raises("box_iou/width", lambda mx: mx.nd.contrib.box_iou(mx.nd.zeros((2, 4)), mx.nd.zeros((2, 5))))
raises("box_iou/format", lambda mx: mx.nd.contrib.box_iou(mx.nd.zeros((2, 4)), mx.nd.zeros((2, 4)), format="x"))
raises("box_nms/width", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((2, 4))))
raises("box_nms/coord_start", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((2, 6)), coord_start=3))
raises("box_nms/score_index", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((2, 6)), score_index=6))
raises("box_nms/id_index", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((2, 6)), id_index=6))
raises("box_nms/rank", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((6,))))
raises("box_nms/integers", lambda mx: mx.nd.contrib.box_nms(mx.nd.zeros((2, 6), dtype="int32")))
raises("bipartite_matching/rank", lambda mx: mx.nd.contrib.bipartite_matching(mx.nd.zeros((2,)), threshold=1))
raises("bipartite_matching/no threshold", lambda mx: mx.nd.contrib.bipartite_matching(mx.nd.zeros((2, 2))))
raises("MultiBoxPrior/rank", lambda mx: mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 2, 2))))
raises("MultiBoxPrior/no sizes", lambda mx: mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 1, 2, 2)), sizes=()))
raises("MultiBoxPrior/steps", lambda mx: mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 1, 2, 2)), steps=(0.5, -1)))
raises(
    "MultiBoxTarget/anchors",
    lambda mx: mx.nd.contrib.MultiBoxTarget(mx.nd.zeros((1, 3, 4)), mx.nd.zeros((1, 1, 5)), mx.nd.zeros((1, 2, 4))),
)
raises(
    "MultiBoxTarget/label",
    lambda mx: mx.nd.contrib.MultiBoxTarget(mx.nd.zeros((1, 3, 4)), mx.nd.zeros((1, 1, 4)), mx.nd.zeros((1, 2, 3))),
)
raises(
    "MultiBoxDetection/offsets",
    lambda mx: mx.nd.contrib.MultiBoxDetection(
        mx.nd.zeros((1, 2, 3)), mx.nd.zeros((1, 4)), mx.nd.zeros((1, 3, 4))
    ),
)


def _regions(mx, data=(1, 1, 4, 4), rois=(1, 5), **attrs):
    attrs = {"pooled_size": (2, 2), "spatial_scale": 1, **attrs}
    return mx.nd.ROIPooling(mx.nd.zeros(data), mx.nd.zeros(rois), **attrs)


raises("ROIPooling/data", lambda mx: _regions(mx, data=(1, 4, 4)))
raises("ROIPooling/rois", lambda mx: _regions(mx, rois=(1, 4)))
raises("ROIPooling/pooled_size", lambda mx: _regions(mx, pooled_size=(2,)))
raises("ROIPooling/spatial_scale", lambda mx: _regions(mx, spatial_scale=2))
raises(
    "ROIAlign/position sensitive",
    lambda mx: mx.nd.contrib.ROIAlign(
        mx.nd.zeros((1, 7, 4, 4)), mx.nd.zeros((1, 5)), pooled_size=(2, 2), spatial_scale=1, position_sensitive=True
    ),
)
raises("BilinearSampler/batch", lambda mx: mx.nd.BilinearSampler(mx.nd.zeros((1, 1, 2, 2)), mx.nd.zeros((2, 2, 2, 2))))
raises("BilinearSampler/grid", lambda mx: mx.nd.BilinearSampler(mx.nd.zeros((1, 1, 2, 2)), mx.nd.zeros((1, 3, 2, 2))))
raises("GridGenerator/no target", lambda mx: mx.nd.GridGenerator(mx.nd.zeros((1, 6)), transform_type="affine"))
raises("GridGenerator/matrix", lambda mx: mx.nd.GridGenerator(mx.nd.zeros((1, 5)), "affine", (2, 2)))
raises("GridGenerator/flow", lambda mx: mx.nd.GridGenerator(mx.nd.zeros((1, 3, 2, 2)), "warp"))
raises(
    "SpatialTransformer/no sampler",
    lambda mx: mx.nd.SpatialTransformer(mx.nd.zeros((1, 1, 2, 2)), mx.nd.zeros((1, 6)), target_shape=(2, 2)),
)
raises("Correlation/even", lambda mx: mx.nd.Correlation(mx.nd.zeros((1, 1, 5, 5)), mx.nd.zeros((1, 1, 5, 5)), 2))
raises("Correlation/small", lambda mx: mx.nd.Correlation(mx.nd.zeros((1, 1, 4, 4)), mx.nd.zeros((1, 1, 4, 4)), 5))
raises(
    "DeformableConvolution/offset",
    lambda mx: mx.nd.contrib.DeformableConvolution(
        mx.nd.zeros((1, 1, 4, 4)), mx.nd.zeros((1, 9, 2, 2)), mx.nd.zeros((1, 1, 3, 3)), kernel=(3, 3), num_filter=1,
        no_bias=True,
    ),
)  # fmt: skip


# -- as symbols --------------------------------------------------------------------------------------------------------
SYMBOLS = {
    "contrib.box_iou": ({"lhs": (2, 3, 4), "rhs": (5, 4)}, {}),
    "contrib.box_nms": ({"data": (2, 3, 6)}, {}),
    "contrib.bipartite_matching": ({"data": (2, 3, 5)}, {"threshold": 0.5}),
    "contrib.box_decode": ({"data": (2, 3, 4), "anchors": (1, 3, 4)}, {}),
    "contrib.MultiBoxPrior": ({"data": (2, 3, 4, 5)}, {"sizes": (0.5, 0.2), "ratios": (1, 2)}),
    "contrib.MultiBoxTarget": ({"anchor": (1, 6, 4), "label": (2, 3, 5), "cls_pred": (2, 4, 6)}, {}),
    "contrib.MultiBoxDetection": ({"cls_prob": (2, 4, 6), "loc_pred": (2, 24), "anchor": (1, 6, 4)}, {}),
    "ROIPooling": ({"data": (2, 3, 8, 8), "rois": (5, 5)}, {"pooled_size": (2, 3), "spatial_scale": 0.5}),
    "contrib.ROIAlign": ({"data": (2, 3, 8, 8), "rois": (5, 5)}, {"pooled_size": (2, 3), "spatial_scale": 0.5}),
    "contrib.PSROIPooling": (
        {"data": (2, 8, 8, 8), "rois": (5, 5)},
        {"spatial_scale": 0.5, "output_dim": 2, "pooled_size": 2},
    ),
    "BilinearSampler": ({"data": (2, 3, 4, 5), "grid": (2, 2, 6, 7)}, {}),
    "GridGenerator": ({"data": (2, 6)}, {"transform_type": "affine", "target_shape": (3, 4)}),
    "SpatialTransformer": (
        {"data": (2, 3, 4, 5), "loc": (2, 6)},
        {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (3, 4)},
    ),
    "Correlation": ({"data1": (2, 3, 6, 6), "data2": (2, 3, 6, 6)}, {}),
    "contrib.DeformableConvolution": (
        {"data": (2, 3, 6, 6), "offset": (2, 18, 4, 4)},
        {"kernel": (3, 3), "num_filter": 4},
    ),
    "contrib.Proposal": ({"cls_prob": (1, 6, 4, 5), "bbox_pred": (1, 12, 4, 5), "im_info": (1, 3)}, {"scales": (2,)}),
    "contrib.MultiProposal": (
        {"cls_prob": (2, 6, 4, 5), "bbox_pred": (2, 12, 4, 5), "im_info": (2, 3)},
        {"scales": (2,), "output_score": True},
    ),
}
for _name, (_shapes, _attrs) in SYMBOLS.items():

    def _symbol(mx, name=_name, shapes=_shapes, attrs=_attrs):
        inputs = {key: mx.sym.Variable(key) for key in shapes}
        symbol = lookup(mx.sym, name)(**inputs, **attrs)
        arguments, outputs, states = symbol.infer_shape(**shapes)
        return {
            "name": symbol.name,
            "arguments": symbol.list_arguments(),
            "outputs": symbol.list_outputs(),
            "states": symbol.list_auxiliary_states(),
            "shapes": [[list(shape) for shape in kind] for kind in (arguments, outputs, states)],
            "nodes": json.dumps(json.loads(symbol.tojson())["nodes"]),  # other parts count hidden outputs
        }

    CASES.add(f"symbol/{_name}", _symbol)
