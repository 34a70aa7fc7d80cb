"""The operators of object detection: worked examples, and what their errors say."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, GradientError, ShapeError

contrib = mx.nd.contrib


def test_overlap_of_boxes_that_share_a_third():
    # [0, 2] x [0, 2] and [1, 3] x [0, 2]: 2 of 6 squares are in both
    iou = contrib.box_iou(mx.nd.array([[0, 0, 2, 2]]), mx.nd.array([[1, 0, 3, 2]]))
    assert iou.asscalar() == pytest.approx(2 / 6)


def test_suppression_keeps_the_better_box_and_those_of_other_classes():
    rows = np.array([[0, 0.8, 0, 0, 10, 10], [0, 0.9, 1, 0, 10, 10], [1, 0.7, 0, 0, 10, 10]], "float32")
    kept = contrib.box_nms(mx.nd.array(rows), id_index=0).asnumpy()
    np.testing.assert_array_equal(kept, [rows[1], rows[2], np.full(6, -1)])


def test_suppression_works_on_each_sample_of_a_batch_by_itself():
    random = np.random.RandomState(0)
    low = random.uniform(0, 5, size=(4, 9, 2))
    rows = np.concatenate([np.zeros((4, 9, 1)), random.uniform(size=(4, 9, 1)), low, low + 3], axis=-1)
    together = contrib.box_nms(mx.nd.array(rows)).asnumpy()
    for sample, expected in zip(rows, together, strict=True):
        np.testing.assert_array_equal(contrib.box_nms(mx.nd.array(sample)).asnumpy(), expected)


def test_decode_undoes_encode():
    anchors = mx.nd.array([[[0, 0, 2, 4], [1, 1, 4, 3]]])
    boxes = mx.nd.array([[[0.5, 1, 3, 6], [0, 0, 5, 2]]])
    ones, matches = mx.nd.ones((1, 2)), mx.nd.array([[0, 1]])
    stds = mx.nd.array([0.1, 0.1, 0.2, 0.2])
    targets, mask = contrib.box_encode(ones, matches, anchors, boxes, mx.nd.zeros(4), stds)
    again = contrib.box_decode(targets, anchors, 0.1, 0.1, 0.2, 0.2, format="corner")
    np.testing.assert_allclose(again.asnumpy(), boxes.asnumpy(), rtol=1e-5)
    assert mask.asnumpy().all()


def test_detection_of_the_targets_finds_the_objects_again():
    anchors = contrib.MultiBoxPrior(mx.nd.zeros((1, 3, 4, 4)), sizes=(0.3, 0.5), ratios=(1, 2))
    label = mx.nd.array([[[1, 0.1, 0.1, 0.4, 0.5], [0, 0.5, 0.4, 0.95, 0.8]]])
    count = anchors.shape[1]
    offsets, _, classes = contrib.MultiBoxTarget(anchors, label, mx.nd.zeros((1, 3, count)))
    certain = mx.nd.one_hot(classes, 3).transpose((0, 2, 1))
    found = contrib.MultiBoxDetection(certain, offsets, anchors, threshold=0.5).asnumpy()[0]
    found = found[found[:, 0] >= 0]
    np.testing.assert_allclose(sorted(found[:, 0]), [0, 1])
    for row in label.asnumpy()[0]:
        (same,) = found[found[:, 0] == row[0]]
        np.testing.assert_allclose(same[2:], row[1:], atol=1e-5)


def test_a_picture_without_objects_has_no_targets():
    anchors = contrib.MultiBoxPrior(mx.nd.zeros((1, 3, 2, 2)))
    offsets, mask, classes = contrib.MultiBoxTarget(anchors, -mx.nd.ones((1, 2, 5)), mx.nd.zeros((1, 2, 4)))
    assert not offsets.asnumpy().any() and not mask.asnumpy().any()
    np.testing.assert_array_equal(classes.asnumpy(), [[-1, -1, -1, -1]])


def test_mining_ignores_what_it_does_not_take():
    anchors = mx.nd.array([[[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1], [0.5, 0, 1, 0.5], [0, 0.5, 0.5, 1]]])
    label = mx.nd.array([[[0, 0, 0, 0.5, 0.5]]])
    scores = mx.nd.array([[[0, 3, -3, 1], [0, 0, 0, 0]]])  # the third anchor looks least like background
    options = dict(negative_mining_ratio=1, ignore_label=-2)
    _, _, classes = contrib.MultiBoxTarget(anchors, label, scores, **options)
    np.testing.assert_array_equal(classes.asnumpy(), [[1, -2, 0, -2]])


def test_identity_transform_gives_the_image_back():
    image = mx.nd.array(np.random.RandomState(1).normal(size=(2, 3, 5, 4)))
    matrix = mx.nd.array([[1, 0, 0, 0, 1, 0]] * 2)
    options = dict(target_shape=(5, 4), transform_type="affine", sampler_type="bilinear")
    same = mx.nd.SpatialTransformer(image, matrix, **options)
    np.testing.assert_allclose(same.asnumpy(), image.asnumpy(), atol=1e-5)


def test_deformable_convolution_without_offsets_is_convolution():
    random = np.random.RandomState(2)
    data, weight = (mx.nd.array(random.normal(size=s)) for s in ((2, 4, 6, 5), (4, 2, 3, 3)))
    attrs = dict(kernel=(3, 3), pad=(1, 1), stride=(2, 1), num_filter=4, num_group=2, no_bias=True)
    expected = mx.nd.Convolution(data, weight, **attrs)
    offset = mx.nd.zeros((2, 18, *expected.shape[2:]))
    got = contrib.DeformableConvolution(data, offset, weight, **attrs)
    np.testing.assert_allclose(got.asnumpy(), expected.asnumpy(), rtol=1e-4, atol=1e-5)


def test_region_operators_have_no_gradient_of_their_gradient():
    data, grid = mx.nd.ones((1, 1, 3, 3)), mx.nd.zeros((1, 2, 2, 2))
    data.attach_grad()
    with mx.autograd.record():
        out = mx.nd.BilinearSampler(data, grid)
        (slope,) = mx.autograd.grad(out, [data], create_graph=True)
    with pytest.raises(GradientError, match="_backward_BilinearSampler"):
        slope.backward()


def test_npx_has_the_same_operators():
    anchors = mx.npx.multibox_prior(mx.np.zeros((1, 1, 2, 2)), sizes=(0.5,))
    assert type(anchors) is mx.np.ndarray
    expected = contrib.MultiBoxPrior(mx.nd.zeros((1, 1, 2, 2)), sizes=(0.5,))
    np.testing.assert_array_equal(anchors.asnumpy(), expected.asnumpy())


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda nd: nd.contrib.box_iou(nd.zeros((2, 5)), nd.zeros((2, 4))), ShapeError, r"lhs must be \(\.\.\., 4\)"),
        (lambda nd: nd.contrib.box_nms(nd.zeros((3, 4))), ShapeError, "a box takes 5 numbers"),
        (lambda nd: nd.contrib.box_nms(nd.zeros((3, 6)), coord_start=3), ArgumentError, "coord_start 3 is out"),
        (
            lambda nd: nd.contrib.MultiBoxTarget(nd.zeros((1, 3, 4)), nd.zeros((1, 1, 5)), nd.zeros((1, 2, 4))),
            ShapeError,
            r"cls_pred \(1, 2, 4\) is for 4 anchors, but anchor has 3",
        ),
        (
            lambda nd: nd.ROIPooling(nd.zeros((1, 1, 4, 4)), nd.zeros((1, 4)), pooled_size=(2, 2), spatial_scale=1),
            ShapeError,
            r"rois must be \(regions, 5\): image, left, top, right, bottom. Received: \(1, 4\)",
        ),
        (
            lambda nd: nd.BilinearSampler(nd.zeros((1, 1, 4, 4)), nd.zeros((1, 3, 2, 2))),
            ShapeError,
            r"grid must be \(batch, 2, height, width\). Received: \(1, 3, 2, 2\)",
        ),
        (lambda nd: nd.Correlation(*[nd.zeros((1, 1, 4, 4))] * 2, kernel_size=2), ArgumentError, "must be odd"),
        (lambda nd: nd.contrib.MultiBoxPrior(nd.zeros((1, 1, 2, 2)), ratios=(1, -1)), ArgumentError, "be positive"),
        (
            lambda nd: nd.contrib.SyncBatchNorm(nd.zeros((2, 1)), *[nd.zeros(1)] * 4, ndev=2, key="bn"),
            ArgumentError,
            "ndev must be 1",
        ),
    ],
)
def test_errors_say_what_was_expected(call, kind, text):
    with pytest.raises(kind, match=text):
        call(mx.nd).wait_to_read()
