"""A placed scene: boxes, frames, lines and labels of a graph in a fold state."""

import pytest
from mxlearn_widgets.graphs import placing, scene
from mxlearn_widgets.graphs.folds import FoldTree

from .making import Maker, deep_net, dense_net, long_tape


def build(graph, folded=()):
    tree = FoldTree(graph)
    return placing.build(graph, tree, scene.Catalog(graph, tree), frozenset(folded))


def rectangle(placed, key):
    x, y = placed.places[key]
    return x, y, x + placed.items[key].width, y + placed.items[key].height


GRAPHS = {
    "net": dense_net(4),
    "net with gradients": dense_net(4, backward=True),
    "residual": deep_net(3),
    "tape": long_tape(50),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("folded", [(), (1,), (0,)])
def test_items_do_not_overlap_and_are_inside_the_picture(name, folded):
    placed = build(GRAPHS[name], folded)
    boxes = [rectangle(placed, key) for key in placed.places]
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and right <= placed.width and top >= 0 and bottom <= placed.height
        for other in boxes[:k]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_an_open_block_holds_exactly_its_own_nodes():
    graph = dense_net(2)
    placed = build(graph)
    tree = FoldTree(graph)
    for frame in placed.frames:
        for key in placed.places:
            left, top, right, bottom = rectangle(placed, key)
            inside = (
                frame.x <= left
                and right <= frame.x + frame.width
                and frame.y <= top
                and bottom <= frame.y + frame.height
            )
            assert inside == (frame.number in tree.ancestors(tree.owner[int(key[1:])]))


def test_a_folded_block_is_one_item_with_the_lines_of_its_border():
    placed = build(dense_net(2), folded=[1, 2])
    assert set(placed.items) == {"n0", "g1", "g2", "n7", "n8"}
    arrows = {(wire.source, target) for wire in placed.wires if wire.arrow for target in wire.targets}
    assert arrows == {("n0", "g1"), ("g1", "g2"), ("g2", "n8"), ("n7", "n8")}


def test_every_input_of_every_node_arrives_with_an_arrow():
    graph = deep_net(2)
    placed = build(graph)
    arrows = {(wire.source, target) for wire in placed.wires if wire.arrow for target in wire.targets}
    assert arrows == {(f"n{source}", f"n{node.id}") for node in graph.nodes for source, _ in node.inputs}


def test_gradients_flow_upwards_beside_the_forward_graph():
    graph = dense_net(2, backward=True)
    placed = build(graph)
    forward = max(rectangle(placed, f"n{n.id}")[2] for n in graph.nodes if n.kind != "gradient")
    backward = min(rectangle(placed, f"n{n.id}")[0] for n in graph.nodes if n.kind == "gradient")
    assert forward < backward
    for node in graph.nodes:
        for source, _ in node.inputs:
            if node.kind == graph.nodes[source].kind == "gradient":
                assert placed.places[f"n{node.id}"][1] < placed.places[f"n{source}"][1]
            elif node.kind != "gradient":
                assert placed.places[f"n{source}"][1] < placed.places[f"n{node.id}"][1]


def test_values_that_the_tape_keeps_are_lines_of_their_own_kind():
    placed = build(dense_net(1, backward=True))
    kept = {(wire.source, target) for wire in placed.wires if wire.style == "kept" for target in wire.targets}
    assert ("n0", "n8") in kept  # the weight's gradient reads the data


def test_a_line_carries_the_shape_of_what_flows():
    texts = {label.text for label in build(dense_net(1)).labels}
    assert texts == {"64×128"}


def test_an_operator_with_a_number_shows_the_number():
    make = Maker()
    make.add("y", "_mul_scalar", inputs=(make.add("x"),), attributes={"scalar": "3.0"})
    assert build(make.graph()).items["n1"].subtitle == "y, 3"


def test_unknown_dimensions_are_question_marks():
    assert scene.shape_text((-1, 3)) == "?×3"
    assert scene.shape_text(()) == "scalar"
    assert scene.shape_text(None) == ""


def test_a_block_that_is_entered_twice_may_be_folded():
    make = Maker()  # a -> outside -> a again: folding a closes a cycle
    x = make.add("x", "relu", scope=("a",))
    y = make.add("y", "relu", inputs=(x,))
    make.add("z", "relu", inputs=(y,), scope=("a",))
    placed = build(make.graph(), folded=[0])
    arrows = {(wire.source, target) for wire in placed.wires if wire.arrow for target in wire.targets}
    assert arrows == {("g0", "n1"), ("n1", "g0")}


def test_equal_graphs_give_equal_scenes():
    assert build(dense_net(3, backward=True)) == build(dense_net(3, backward=True))
