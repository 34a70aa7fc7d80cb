"""Block.summary: a table of layers, shapes and numbers of parameters."""
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError
from mxlearn.gluon import nn


def table(capsys, net, *inputs):
    net.summary(*inputs)
    return capsys.readouterr().out


def test_the_table_of_a_small_net(capsys):
    """As MXNet 1.9.1 prints it."""
    net = nn.HybridSequential()
    net.add(nn.Dense(4, activation="relu"), nn.Dense(2))
    net.initialize()
    assert table(capsys, net, mx.nd.ones((3, 5))).splitlines() == [
        "-" * 80,
        "        Layer (type)                                Output Shape         Param #",
        "=" * 80,
        "               Input                                      (3, 5)               0",
        "        Activation-1                                      (3, 4)               0",
        "             Dense-2                                      (3, 4)              24",
        "             Dense-3                                      (3, 2)              10",
        "=" * 80,
        "Parameters in forward computation graph, duplicate included",
        "   Total params: 34",
        "   Trainable params: 34",
        "   Non-trainable params: 0",
        "Shared params in forward computation graph: 0",
        "Unique parameters in model: 34",
        "-" * 80,
    ]


def test_states_are_not_trainable(capsys):
    net = nn.BatchNorm()
    net.initialize()
    text = table(capsys, net, mx.nd.ones((2, 3)))
    assert "Total params: 12" in text
    assert "Trainable params: 6" in text
    assert "Non-trainable params: 6" in text


def test_shared_parameters_count_once(capsys):
    net = nn.HybridSequential()
    first = nn.Dense(3, in_units=3)
    net.add(first, nn.Dense(3, in_units=3, params=first.params))
    net.initialize()
    text = table(capsys, net, mx.nd.ones((1, 3)))
    assert "Total params: 24" in text
    assert "Shared params in forward computation graph: 12" in text
    assert "Unique parameters in model: 12" in text


def test_several_inputs_and_outputs(capsys):
    class Pair(mx.gluon.Block):
        def forward(self, a, b):
            return a + b, [a]

    lines = table(capsys, Pair(), mx.nd.ones((1, 2)), mx.nd.ones((1, 2))).splitlines()
    assert "  (1, 2), (1, 2)  " in lines[3] and "  (1, 2), [(1, 2)]  " in lines[4]


def test_a_compiled_net_is_an_error_and_leaves_no_hooks(capsys):
    net = nn.HybridSequential()
    net.add(nn.Dense(1))
    net.initialize()
    net.hybridize()
    with pytest.raises(MXNetError, match=r"must not be hybridized.*\n.*hybridize\(False\)"):
        net.summary(mx.nd.ones((1, 1)))
    net.hybridize(False)
    net.summary(mx.nd.ones((1, 1)))
    assert not any(layer._forward_hooks for layer in net)


def test_an_error_in_the_net_leaves_no_hooks(capsys):
    net = nn.Dense(1, in_units=3)
    net.initialize()
    with pytest.raises(MXNetError):
        net.summary(mx.nd.ones((1, 7)))
    assert not net._forward_hooks
    assert capsys.readouterr().out == ""


def test_summary_shows_nested_states_in_brackets(capsys):
    layer = mx.gluon.rnn.GRU(3)
    layer.initialize()
    layer.summary(mx.nd.ones((4, 2, 3)), layer.begin_state(2))
    lines = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines() if "(4, 2, 3)" in line]
    assert [" ".join(line.split()) for line in lines] == ["(4, 2, 3), [(1, 2, 3)] 0", "(4, 2, 3), [(1, 2, 3)] 72"]
