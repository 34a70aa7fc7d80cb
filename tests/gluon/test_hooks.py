"""Hooks: before and after forward, and on every operator of a compiled Block."""
import pytest

import mxlearn as mx
from mxlearn.gluon import nn


def dense(**options):
    net = nn.Dense(2, in_units=3, prefix="fc_", **options)
    net.initialize()
    return net


def test_a_forward_hook_sees_inputs_and_output():
    net, seen = dense(), []
    handle = net.register_forward_hook(lambda block, inputs, output: seen.append((block, inputs, output)))
    x = mx.nd.ones((1, 3))
    y = net(x)
    assert len(seen) == 1
    block, inputs, output = seen[0]
    assert block is net and inputs[0] is x and output is y
    handle.detach()
    net(x)
    assert len(seen) == 1


def test_a_pre_hook_runs_before():
    net, order = dense(), []
    net.register_forward_pre_hook(lambda block, inputs: order.append(("before", len(inputs))))
    net.register_forward_hook(lambda *_: order.append("after"))
    net(mx.nd.ones((1, 3)))
    assert order == [("before", 1), "after"]


def test_hooks_run_in_the_order_of_registration():
    net, order = dense(), []
    handles = [net.register_forward_hook(lambda *_, i=i: order.append(i)) for i in range(3)]
    handles[1].detach()
    net(mx.nd.ones((1, 3)))
    assert order == [0, 2]


def test_a_handle_detaches_at_the_end_of_a_block():
    net, seen = dense(), []
    with net.register_forward_hook(lambda *_: seen.append(1)):
        net(mx.nd.ones((1, 3)))
    net(mx.nd.ones((1, 3)))
    assert seen == [1]


@pytest.mark.parametrize("which", ["register_forward_hook", "register_forward_pre_hook"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_in_a_hook_leaves_flags_and_parameters_whole(which, error):
    net = dense()

    def fail(*_):
        raise error

    handle = getattr(net, which)(fail)
    before = net.weight.data().asnumpy().tolist()
    with pytest.raises(error), mx.autograd.record():
        net(mx.nd.ones((1, 3)))
    assert not mx.autograd.is_recording() and not mx.autograd.is_training()
    assert mx.core.state.STATE.scope == ()
    assert net.weight.data().asnumpy().tolist() == before
    handle.detach()
    assert net(mx.nd.ones((1, 3))).shape == (1, 2)


def test_hooks_of_children_run_unless_the_parent_is_compiled():
    net, seen = nn.HybridSequential(), []
    net.add(nn.Dense(2, in_units=3), nn.Dense(1, in_units=2))
    net.initialize()
    net[1].register_forward_hook(lambda block, inputs, output: seen.append(output))
    net(mx.nd.ones((1, 3)))
    assert [type(output) for output in seen] == [mx.nd.NDArray]
    net.hybridize()
    net(mx.nd.ones((1, 3)))
    net(mx.nd.ones((1, 3)))
    assert [type(output) for output in seen[1:]] == [mx.sym.Symbol]      # once, while it is traced


# -- operators of a compiled block -------------------------------------------------------------------------------------
@pytest.mark.parametrize("recording", [False, True])
def test_an_op_hook_sees_every_output(recording):
    net, seen = dense(activation="relu"), []
    net.hybridize()
    net.register_op_hook(lambda name, operator, array: seen.append((name, operator, array.shape)))
    with mx.autograd.record() if recording else mx.autograd.pause():
        y = net(mx.nd.ones((1, 3)))
    assert seen == [
        ("fc_fwd_output", "FullyConnected", (1, 2)), ("fc_relu_fwd_output", "Activation", (1, 2))
    ]  # fmt: skip
    if recording:
        y.backward()
        assert net.weight.grad().shape == (2, 3)


def test_an_op_hook_of_all_sees_inputs_too():
    net, names = dense(), []
    net.hybridize()
    net.register_op_hook(lambda name, operator, array: names.append(name), monitor_all=True)
    net(mx.nd.ones((1, 3)))
    assert names == ["data", "fc_fwd_data", "fc_weight", "fc_fwd_weight", "fc_bias", "fc_fwd_bias", "fc_fwd_output"]


def test_an_op_hook_changes_no_result():
    net = dense(activation="tanh")
    expected = net(mx.nd.ones((1, 3))).asnumpy().tolist()
    net.hybridize()
    net.register_op_hook(lambda *_: None)
    assert net(mx.nd.ones((1, 3))).asnumpy().tolist() == expected


def test_an_op_hook_of_a_container_reaches_its_children():
    net, names = nn.Sequential(), []
    net.add(dense())
    net[0].hybridize()
    net.register_op_hook(lambda name, operator, array: names.append(name))
    net(mx.nd.ones((1, 3)))
    assert names == ["fc_fwd_output"]
