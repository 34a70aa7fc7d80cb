"""Fold states: which Blocks there are, and which are closed at first."""

from mxlearn_widgets.graphs.folds import CROWD, LIMIT, PARTS, FoldTree

from .making import Maker, deep_net, dense_net, long_tape


def names(tree):
    return [group.name for group in tree.groups]


def test_groups_follow_the_block_path_and_drop_the_outer_prefix():
    tree = FoldTree(dense_net())
    assert names(tree) == ["net", "dense0", "dense1"]
    assert [group.path for group in tree.groups] == ["net", "net/net_dense0", "net/net_dense1"]
    assert [group.total for group in tree.groups] == [6, 3, 3]


def test_a_block_with_a_single_node_is_not_a_group():
    make = Maker()
    x = make.add("x", scope=("net",))
    make.add("relu0_fwd", "Activation", inputs=(x,), scope=("net", "net_relu0"))
    assert names(FoldTree(make.graph())) == ["net"]


def test_gradients_have_blocks_of_their_own_that_mirror_the_forward_ones():
    tree = FoldTree(dense_net(backward=True))
    assert sorted(g.path for g in tree.groups if g.gradient) == sorted(g.path for g in tree.groups if not g.gradient)


def test_a_small_graph_starts_open_and_a_large_one_folded():
    assert FoldTree(dense_net()).start() == frozenset()
    tree = FoldTree(deep_net(40))
    seen = 1 + len(tree.key(tree.start()).split(","))
    assert seen <= max(LIMIT, 41)
    assert len(tree.start()) >= 40


def test_a_long_tape_without_blocks_is_folded_into_parts():
    tree = FoldTree(long_tape(3000))
    assert len(tree.groups) == PARTS
    assert sum(group.total for group in tree.groups) == 3000
    assert FoldTree(long_tape(CROWD)).groups == []


def test_a_state_is_named_by_what_is_seen_to_be_closed():
    tree = FoldTree(dense_net())
    assert tree.key([]) == ""
    assert tree.key([2, 1]) == "1,2"
    assert tree.key([0, 1, 2]) == "0"  # what is closed inside a closed Block does not show
