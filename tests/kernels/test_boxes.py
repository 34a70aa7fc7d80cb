"""Boxes against loops over pairs of them."""
import numpy as np
import pytest

from mxlearn.kernels import boxes as kernels


def random_boxes(random, count):
    low = random.uniform(0, 6, size=(count, 2))
    return np.concatenate([low, low + random.uniform(0.5, 4, size=(count, 2))], axis=1)


def overlap(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(x[2] - x[0]) * (x[3] - x[1]) for x in (a, b)]
    return width * height / (sum(areas) - width * height)


def test_overlap_is_that_of_each_pair():
    random = np.random.RandomState(0)
    left, right = random_boxes(random, 7), random_boxes(random, 5)
    expected = [[overlap(a, b) for b in right] for a in left]
    np.testing.assert_allclose(kernels.overlap(np, left[:, None], right[None]), expected)


@pytest.mark.parametrize("classes", [None, 2])
@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.6])
def test_survivors_are_those_that_no_better_survivor_overlaps(classes, threshold):
    random = np.random.RandomState(1)
    boxes = random_boxes(random, 40)
    ids = None if classes is None else random.randint(0, classes, size=40)
    expected = []
    for i in range(40):
        rivals = [j for j in expected if ids is None or ids[i] == ids[j]]
        if all(overlap(boxes[i], boxes[j]) <= threshold for j in rivals):
            expected.append(i)
    np.testing.assert_array_equal(kernels.survivors(np, boxes, threshold, ids), expected)


def test_a_box_that_meets_the_threshold_survives_unless_touching():
    boxes = np.array([[0.0, 0, 2, 2], [0, 0, 2, 1]])  # they share half of what they cover
    assert kernels.survivors(np, boxes, 0.5).tolist() == [0, 1]
    assert kernels.survivors(np, boxes, 0.5, touching=True).tolist() == [0]


def test_matching_takes_the_best_pair_first():
    scores = np.array([[0.9, 0.8, 0.1], [0.7, 0.2, 0.3]])
    assert kernels.matching(np, scores, acceptable=lambda score: score > 0) == [(0, 0), (1, 2)]
    assert kernels.matching(np, scores, acceptable=lambda score: score > 0.5) == [(0, 0)]
    assert kernels.matching(np, scores, acceptable=lambda score: True, limit=1) == [(0, 0)]
    assert kernels.matching(np, scores, acceptable=lambda score: True, lowest=True) == [(0, 2), (1, 1)]
    assert kernels.matching(np, scores[:0], acceptable=lambda score: True) == []


def test_moving_anchors_by_their_offsets_gives_the_boxes():
    random = np.random.RandomState(2)
    anchors, boxes = random_boxes(random, 6), random_boxes(random, 6)
    variances = (0.1, 0.1, 0.2, 0.2)
    centers = kernels.to_center(np, anchors)
    offsets = kernels.offsets(np, centers, kernels.to_center(np, boxes), variances)
    np.testing.assert_allclose(kernels.moved(np, centers, offsets, variances), boxes)
    np.testing.assert_allclose(kernels.to_corner(np, centers), anchors)
