"""Graphs over several devices: groups of symbols on contexts, with copies between them."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, ContextError
from mxlearn.core.placing import Placement

ONE, TWO, THREE = mx.cpu(1), mx.cpu(2), mx.cpu(3)
GROUPS = {"first": ONE, "second": TWO}
RNG = np.random.default_rng(5)


def network():
    """Two layers with a BatchNorm, each in a group of its own, and a loss in the second."""
    with mx.AttrScope(ctx_group="first"):
        data = mx.sym.Variable("data")
        hidden = mx.sym.FullyConnected(data, num_hidden=6, name="fc1")
        hidden = mx.sym.Activation(mx.sym.BatchNorm(hidden, fix_gamma=False, name="norm"), act_type="tanh", name="act")
    with mx.AttrScope(ctx_group="second"):
        scores = mx.sym.FullyConnected(hidden, num_hidden=3, name="fc2")
        return mx.sym.SoftmaxOutput(scores, name="softmax")


def filled(executor):
    random = np.random.default_rng(6)
    for name, array in [*executor.arg_dict.items(), *executor.aux_dict.items()]:
        array[:] = np.abs(random.normal(size=array.shape)) if "var" in name else random.normal(size=array.shape)
    executor.arg_dict["softmax_label"][:] = np.arange(8) % 3
    return executor


def numbers(arrays):
    return {name: array.asnumpy() for name, array in arrays.items() if array is not None}


def test_arrays_are_made_where_their_group_is():
    executor = network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4))
    where = {name: array.context for name, array in executor.arg_dict.items()}
    assert where["data"] is where["fc1_weight"] is where["norm_gamma"] is ONE
    assert where["fc2_weight"] is where["softmax_label"] is TWO
    assert {name: array.context for name, array in executor.grad_dict.items()} == where
    assert executor.aux_dict["norm_moving_mean"].context is ONE
    assert executor.outputs[0].context is TWO


def test_the_numbers_are_those_of_one_device():
    one = filled(network().simple_bind(mx.cpu(), data=(8, 4)))
    two = filled(network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4)))
    for executor in (one, two):
        executor.forward(is_train=True)
        executor.backward()
    for kind in ("output_dict", "grad_dict", "aux_dict"):
        expected, found = numbers(getattr(one, kind)), numbers(getattr(two, kind))
        assert all((expected[name] == found[name]).all() for name in expected)
    assert two.forward(is_train=False)[0].context is TWO
    assert (two.outputs[0].asnumpy() == one.forward(is_train=False)[0].asnumpy()).all()


def test_copies_stand_in_the_program_in_both_directions():
    text = network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4)).debug_str()
    assert "act_0_copy = _CrossDeviceCopy(act, source='cpu(1)', target='cpu(2)')  # (8, 6) on cpu(2)" in text
    assert "= _CrossDeviceCopy(d_fc2, source='cpu(2)', target='cpu(1)')  # (8, 6) on cpu(1)" in text
    assert text.count("_CrossDeviceCopy") == 2
    assert "fc1 = FullyConnected(data, fc1_weight, fc1_bias, num_hidden=6)  # (8, 6) on cpu(1)" in text


def test_one_device_needs_no_copies():
    for groups in (None, {"first": mx.cpu(), "second": mx.cpu()}):
        text = network().simple_bind(mx.cpu(), group2ctx=groups, data=(8, 4)).debug_str()
        assert "_CrossDeviceCopy" not in text and " on cpu(" not in text


def test_an_operator_of_no_group_runs_where_its_first_input_is():
    with mx.AttrScope(ctx_group="first"):
        x = mx.sym.exp(mx.sym.Variable("x"), name="e")
    middle = mx.sym.sqrt(x, name="middle")
    with mx.AttrScope(ctx_group="second"):
        last = mx.sym.square(middle, name="last")
    executor = mx.sym.sin(last, name="top").simple_bind(THREE, group2ctx=GROUPS, x=(2,))
    text = executor.debug_str()
    assert "middle_0_copy = _CrossDeviceCopy(middle, source='cpu(1)', target='cpu(2)')" in text
    assert executor.outputs[0].context is TWO


def test_a_variable_of_no_group_is_on_the_context_of_the_executor():
    x = mx.sym.Variable("x")
    with mx.AttrScope(ctx_group="second"):
        y = mx.sym.exp(x, name="e")
    executor = y.simple_bind(THREE, group2ctx=GROUPS, x=(2,))
    assert executor.arg_dict["x"].context is THREE
    executor.arg_dict["x"][:] = 1
    executor.forward(is_train=True)
    executor.backward(mx.nd.array([1, 2], ctx=mx.cpu(0)))
    np.testing.assert_allclose(executor.grad_dict["x"].asnumpy(), np.exp(1) * np.array([1, 2]), rtol=1e-6)
    assert executor.grad_dict["x"].context is THREE


def test_a_value_read_on_two_devices_is_copied_once_each_and_gradients_are_added_at_home():
    with mx.AttrScope(ctx_group="first"):
        x = mx.sym.Variable("x")
        home = mx.sym.square(x, name="home")
    with mx.AttrScope(ctx_group="second"):
        away = mx.sym.sin(home, name="a") + mx.sym.cos(home, name="b")
    both = mx.sym.Group([away, mx.sym.exp(home, name="stays")])
    executor = both.simple_bind(mx.cpu(), group2ctx=GROUPS, x=(3,))
    value = np.array([0.5, 1.0, 1.5], "float32")
    executor.forward(is_train=True, x=value)
    executor.backward()
    square = value**2
    expected = 2 * value * (np.cos(square) - np.sin(square) + np.exp(square))
    np.testing.assert_allclose(executor.grad_dict["x"].asnumpy(), expected, rtol=1e-5)
    forward = executor.training_graph.forward.source
    assert forward.count("_CrossDeviceCopy(home") == 1
    assert [out.context for out in executor.outputs] == [TWO, ONE]


def test_bind_takes_the_arrays_where_they_are():
    values = {"fc1_weight": RNG.normal(size=(6, 4)), "fc2_weight": RNG.normal(size=(3, 6))}
    made = network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4))
    args = {name: mx.nd.array(values.get(name, np.zeros(a.shape)), ctx=ONE) for name, a in made.arg_dict.items()}
    aux = {name: mx.nd.ones(a.shape, ctx=ONE) for name, a in made.aux_dict.items()}
    executor = network().bind(mx.cpu(), args, aux_states=aux, group2ctx=GROUPS)
    text = executor.predict_program.source
    assert "fc2_weight_0_copy = _CrossDeviceCopy(fc2_weight, source='cpu(1)', target='cpu(2)')" in text
    assert executor.forward()[0].context is TWO


def test_reshape_and_the_monitor_keep_the_devices():
    executor = filled(network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4)))
    smaller = executor.reshape(partial_shaping=True, data=(2, 4))
    assert smaller.arg_dict["data"].context is ONE and smaller.outputs[0].context is TWO
    seen = []
    executor.set_monitor_callback(lambda name, array: seen.append(name))
    executor.forward(is_train=True)
    executor.backward()
    assert "act_0_copy_output" in seen


def test_a_module_runs_over_groups():
    x, y = RNG.normal(size=(40, 4)), RNG.integers(0, 3, 40)
    modules = [
        mx.mod.Module(network()),
        mx.mod.Module(network(), group2ctxs=[GROUPS]),
        mx.mod.Module(network(), context=[mx.cpu(0), mx.cpu(4)], group2ctxs={"first": [ONE, THREE], "second": TWO}),
    ]
    start = {}
    for module in modules:
        data = mx.io.NDArrayIter(x, y, batch_size=8)
        module.bind(data.provide_data, data.provide_label)
        module.init_params(mx.init.Xavier(), *([start] if start else []), allow_missing=True)
        start = start or {name: array.copy() for name, array in module.get_params()[0].items()}
        module.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.9})
        for batch in data:
            module.forward_backward(batch)
            module.update()
    one, two, three = modules
    for name, array in one.get_params()[0].items():
        assert (array.asnumpy() == two.get_params()[0][name].asnumpy()).all()
    first, second = three._exec_group.execs
    assert (first.arg_dict["fc1_weight"].context, second.arg_dict["fc1_weight"].context) == (ONE, THREE)
    assert first.arg_dict["fc2_weight"].context is second.arg_dict["fc2_weight"].context is TWO
    for name in three.get_params()[0]:
        assert (first.arg_dict[name].asnumpy() == second.arg_dict[name].asnumpy()).all()


def test_groups_survive_a_file(tmp_path):
    path = str(tmp_path / "net.json")
    network().save(path)
    loaded = mx.sym.load(path)
    assert loaded.attr_dict()["fc1"]["ctx_group"] == "first"
    assert loaded.simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4)).arg_dict["fc2_weight"].context is TWO


def test_a_group_without_a_context_is_an_error():
    with pytest.raises(ArgumentError, match="'fc2_weight' is in the group 'second', which has no context"):
        network().simple_bind(mx.cpu(), group2ctx={"first": ONE}, data=(8, 4))


def test_without_groups_all_arrays_must_be_on_the_context():
    x = mx.sym.Variable("x")
    with pytest.raises(ContextError, match=r"the executor is on cpu\(1\), but the array of 'x' is on cpu\(0\)"):
        mx.sym.exp(x).bind(mx.cpu(1), {"x": mx.nd.ones(2)})


def test_a_state_must_be_where_its_operator_is():
    with mx.AttrScope(ctx_group="first"):
        mean = mx.sym.Variable("mean")
    with mx.AttrScope(ctx_group="second"):
        net = mx.sym.BatchNorm(mx.sym.Variable("x"), moving_mean=mean, name="norm")
    with pytest.raises(ArgumentError, match=r"runs on cpu\(2\), but its state 'mean' is on cpu\(1\)"):
        net.simple_bind(mx.cpu(), group2ctx=GROUPS, x=(2, 3))


def test_a_gradient_must_be_where_its_array_is():
    with mx.AttrScope(ctx_group="first"):
        y = mx.sym.exp(mx.sym.Variable("x"))
    with pytest.raises(ContextError, match=r"'x' is on cpu\(1\), but its gradient on cpu\(0\)"):
        y.bind(mx.cpu(), {"x": mx.nd.ones(2, ctx=ONE)}, {"x": mx.nd.ones(2)}, group2ctx=GROUPS)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([GROUPS], "length of group2ctxs should be 2. Received: 1"),
        ({"first": [ONE, ONE, ONE]}, "gives the group 'first' 3 contexts; the module has 2"),
        (3, "must be a dict or a list of dicts. Received: int"),
    ],
)
def test_groups_of_a_module_are_checked(groups, message):
    with pytest.raises(ArgumentError, match=message):
        mx.mod.Module(network(), context=[mx.cpu(0), mx.cpu(1)], group2ctxs=groups)


def test_eager_arrays_of_two_devices_do_not_meet():
    with pytest.raises(ContextError, match=r"Received: cpu\(0\), cpu\(1\)"):
        mx.nd.ones(2) + mx.nd.ones(2, ctx=ONE)


def test_kernels_are_bound_to_the_context_of_their_node_where_array_modules_meet(monkeypatch):
    """As for a CPU and a GPU in one graph; here both have NumPy, which must not change a number."""
    expected = filled(network().simple_bind(mx.cpu(), data=(8, 4)))
    monkeypatch.setattr(Placement, "__init__", mixed(Placement.__init__))
    executor = filled(network().simple_bind(mx.cpu(), group2ctx=GROUPS, data=(8, 4)))
    for each in (expected, executor):
        each.forward(is_train=True)
        each.backward()
    forward = executor.training_graph.forward
    names = [line.split(" = ")[1].split("(")[0] for line in forward.source.splitlines() if "FullyConnected" in line]
    assert len(set(names)) == 2  # one function for each device
    assert forward.plan() is None
    found = numbers(executor.grad_dict)
    for name, array in numbers(expected.grad_dict).items():
        np.testing.assert_allclose(found[name], array, rtol=1e-6, atol=1e-7)


def mixed(init):
    def made(self, *args):
        init(self, *args)
        self.mixed = True

    return made
