"""The drawings: what is left out, what is folded, which stages share one."""

import pytest
from mxlearn_widgets.hybrid import packing
from mxlearn_widgets.hybrid.drawn import LIMIT, Drawings

from mxlearn.inspection import compiled

from .networks import lenet, residual, twins


def titles(drawing):
    return [node.op for node in drawing.graph.nodes]


def test_parameters_and_written_shapes_are_left_out():
    record = compiled(*twins())
    first, last = (Drawings(record).at("forward", stage) for stage in (0, 6))
    assert titles(first).count("null") == 1  # the data
    names = {node.name for node in last.graph.nodes if node.op == "null"}
    assert len(names) == 2 and "data" in names  # and the constant that was computed
    assert all(i < node.id for node in last.graph.nodes for i, _ in node.inputs)


def test_the_backward_part_shows_gradients_and_their_head():
    drawings = Drawings(compiled(*lenet(), backward=True))
    for stage in (0, 6):
        drawing = drawings.at("backward", stage)
        assert {node.name for node in drawing.graph.nodes if node.op == "null"} == {"head_grad0"}


def test_stages_that_look_the_same_share_a_drawing():
    drawings = Drawings(compiled(*lenet()))
    assert [drawings.index["forward", stage] for stage in range(7)] == [0, 1, 1, 1, 1, 1, 1]


def test_the_block_around_everything_is_left_out():
    drawings = Drawings(compiled(*lenet()))
    assert [path for _, path in drawings.groups] == ["conv0", "conv1", "dense0"]


def test_a_deep_network_is_folded_by_block():
    drawings = Drawings(compiled(*residual()))
    folded = drawings.start()
    assert {drawings.groups[k][1] for k in folded} >= {"res0", "residual0"} & {p for _, p in drawings.groups}
    first = packing.scene(drawings, 0, folded)
    assert len(first["items"]) == 16 + 4 > LIMIT  # a Block each, data, convolution, pooling, dense
    closed = [item for item in first["items"] if item[8] >= 0]
    assert len(closed) == 16 and all(len(item[9]) == 7 for item in closed)


def test_both_sides_fold_the_same_blocks():
    drawings = Drawings(compiled(*residual()))
    folded = drawings.start()
    sides = [packing.scene(drawings, drawings.index["forward", stage], folded) for stage in (0, 6)]
    assert [sorted(i[8] for i in side["items"]) for side in sides][0] == [
        sorted(i[8] for i in side["items"]) for side in sides
    ][1]


@pytest.mark.parametrize("folded", [[], [0], [0, 2]])
def test_every_node_stands_in_exactly_one_item(folded):
    drawings = Drawings(compiled(*lenet()))
    packed = packing.scene(drawings, 0, folded)
    inside = [number for item in packed["items"] for number in item[9]]
    assert sorted(inside) == sorted(drawings.distinct[0].ids)
    assert {item[8] for item in packed["items"] if item[8] >= 0} == set(folded)
    assert all(0 <= k < len(packed["items"]) for wire in packed["wires"] for k in (wire[0], *wire[1]))
