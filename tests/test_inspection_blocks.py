"""Looking at Blocks: their layers, and runs in which no hook is called."""

import pytest

import mxlearn as mx
from mxlearn import nd
from mxlearn.gluon import nn
from mxlearn.inspection.blocks import leaves, quiet


def nested():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        stage = nn.HybridSequential(prefix="stage_")
        with stage.name_scope():
            stage.add(nn.Conv2D(2, kernel_size=3, activation="relu", in_channels=1), nn.MaxPool2D(2))
        net.add(stage, nn.Dense(3, in_units=2 * 3 * 3))
    net.initialize()
    return net


def test_a_layer_has_no_children_or_parameters_of_its_own():
    net = nested()
    assert [layer.name for layer in leaves(net)] == ["net_stage_conv0", "net_stage_pool0", "net_dense0"]
    assert leaves(net[1]) == [net[1]]


def test_a_block_with_layers_inside_is_taken_apart_though_it_has_parameters():
    class Scaled(mx.gluon.HybridBlock):
        def __init__(self, **options):
            super().__init__(**options)
            with self.name_scope():
                self.scale = self.params.get("scale", shape=(1,))
                self.dense = nn.Dense(2, in_units=3)

        def hybrid_forward(self, F, x, scale):
            return F.broadcast_mul(self.dense(x), scale)

    net = Scaled(prefix="scaled_")
    assert leaves(net) == [net.dense]


def test_a_layer_that_is_used_twice_is_listed_once():
    net = nn.HybridSequential()
    dense = nn.Dense(3, in_units=3)
    net.add(dense, dense)
    assert leaves(net) == [dense]


@pytest.mark.parametrize("hybridize", [False, True])
def test_no_hook_is_called_and_all_are_there_afterwards(hybridize):
    net = nested()
    if hybridize:
        net.hybridize()
    calls = []
    for block in (net, net[1]):
        block.register_forward_hook(lambda block, *_: calls.append(("after", block.name)))
        block.register_forward_pre_hook(lambda block, *_: calls.append(("before", block.name)))
    net.register_op_hook(lambda *_: calls.append("operator"))
    x = nd.ones((1, 1, 8, 8))
    with quiet(net):
        net(x)
    assert calls == []
    net(x)
    expected = len(calls)
    assert expected > 0
    with pytest.raises(ValueError), quiet(net):
        raise ValueError
    net(x)
    assert len(calls) == 2 * expected


def test_hooks_of_the_with_block_are_called_and_end_with_it():
    net = nested()
    calls = []
    with quiet(net):
        net[1].register_forward_hook(lambda *_: calls.append(1))
        net(nd.ones((1, 1, 8, 8)))
    net(nd.ones((1, 1, 8, 8)))
    assert calls == [1]
