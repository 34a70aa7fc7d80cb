"""The layered layout of one level: what a reader may rely on."""

import random

import pytest

from mxlearn.layout import Box, Link, place


def overlaps(boxes, placement):
    rectangles = [
        (x - b.width / 2, y - b.height / 2, x + b.width / 2, y + b.height / 2)
        for b, x, y in zip(boxes, placement.x, placement.y, strict=True)
    ]
    return [
        (i, j)
        for i, a in enumerate(rectangles)
        for j, b in enumerate(rectangles[:i])
        if a[0] < b[2] - 0.01 and b[0] < a[2] - 0.01 and a[1] < b[3] - 0.01 and b[1] < a[3] - 0.01
    ]


def random_dag(count, seed):
    draw = random.Random(seed)
    boxes = [Box(draw.uniform(60, 180), draw.choice((40.0, 40.0, 160.0))) for _ in range(count)]
    links = [Link(draw.randrange(max(0, k - 6), k), k) for k in range(1, count) for _ in range(draw.choice((1, 1, 2)))]
    return boxes, links


def test_nothing_is_placed_for_no_boxes():
    assert place([], []).x == []


def test_a_chain_runs_straight_down():
    boxes = [Box(100, 40), Box(60, 40), Box(140, 40)]
    placement = place(boxes, [Link(0, 1), Link(1, 2)])
    assert placement.x[0] == pytest.approx(placement.x[1], abs=0.5) == pytest.approx(placement.x[2], abs=0.5)
    assert placement.y[0] < placement.y[1] < placement.y[2]


def test_operands_stand_from_left_to_right_in_their_order():
    boxes = [Box(80, 40) for _ in range(4)]
    placement = place(boxes, [Link(0, 3, in_at=-16), Link(1, 3, in_at=0), Link(2, 3, in_at=16)])
    assert placement.x[0] < placement.x[1] < placement.x[2]


def test_a_source_stands_just_above_the_box_that_reads_it():
    boxes = [Box(80, 40) for _ in range(4)]  # 0 -> 1 -> 2, and 3 -> 2
    placement = place(boxes, [Link(0, 1), Link(1, 2), Link(3, 2)])
    assert placement.y[3] == placement.y[1]


@pytest.mark.parametrize("seed", range(8))
def test_boxes_never_overlap_and_links_point_down(seed):
    boxes, links = random_dag(60, seed)
    placement = place(boxes, links)
    assert overlaps(boxes, placement) == []
    for link in links:
        assert placement.y[link.source] + boxes[link.source].height / 2 < (
            placement.y[link.target] - boxes[link.target].height / 2
        )


@pytest.mark.parametrize("seed", range(4))
def test_all_boxes_are_inside_the_stated_size(seed):
    boxes, links = random_dag(40, seed)
    placement = place(boxes, links)
    for box, x, y in zip(boxes, placement.x, placement.y, strict=True):
        assert x - box.width / 2 >= -0.01 and x + box.width / 2 <= placement.width + 0.01
        assert y - box.height / 2 >= -0.01 and y + box.height / 2 <= placement.height + 0.01


def test_a_route_starts_and_ends_at_the_boxes_also_through_other_layers():
    boxes = [Box(100, 40) for _ in range(4)]
    links = [Link(0, 1), Link(1, 2), Link(2, 3), Link(0, 3, out_at=20, in_at=-20)]
    placement = place(boxes, links)
    start, *_, end = placement.routes[3]
    assert start == (placement.x[0] + 20, placement.y[0] + 20)
    assert end == (placement.x[3] - 20, placement.y[3] - 20)
    for x, _ in placement.routes[3][1:-1]:  # clear of the boxes that it passes
        assert all(abs(x - placement.x[k]) > 50 for k in (1, 2))


def test_crossing_is_avoided_where_it_can_be():
    boxes = [Box(80, 40) for _ in range(4)]  # 0 -> 3 and 1 -> 2: crosses if both layers keep the given order
    placement = place(boxes, [Link(0, 3), Link(1, 2)])
    assert (placement.x[0] < placement.x[1]) == (placement.x[3] < placement.x[2])


def test_a_cycle_is_drawn_with_one_link_upwards():
    boxes = [Box(80, 40) for _ in range(3)]
    placement = place(boxes, [Link(0, 1), Link(1, 2), Link(2, 0)])
    downwards = [placement.y[a] < placement.y[b] for a, b in ((0, 1), (1, 2), (2, 0))]
    assert downwards.count(True) == 2
    assert len(placement.routes) == 3


def test_columns_stand_beside_each_other_and_partners_share_a_row():
    boxes = [Box(80, 40), Box(80, 40), Box(80, 40, column=1, beside=1), Box(80, 40, column=1, beside=0)]
    placement = place(boxes, [Link(0, 1), Link(3, 2)])
    assert max(placement.x[:2]) + 40 < min(placement.x[2:]) - 40
    assert placement.y[3] == placement.y[0] and placement.y[2] == placement.y[1]


def test_ports_are_held_at_the_top_and_the_bottom():
    boxes = [Box(8, 0, port=1), Box(80, 40), Box(8, 0, port=-1)]
    placement = place(boxes, [Link(2, 1), Link(1, 0)])
    assert placement.y[2] == 0 and placement.y[0] == placement.height


def test_equal_input_gives_equal_output():
    boxes, links = random_dag(120, 3)
    first, second = place(boxes, links), place(boxes, links)
    assert (first.x, first.y, first.routes) == (second.x, second.y, second.routes)
