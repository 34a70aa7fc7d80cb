"""mx.sym.contrib.foreach, while_loop and cond: loops and branches as nodes of a graph."""
import json

import numpy as np
import pytest

import mxlearn as mx

sym, contrib, var = mx.sym, mx.sym.contrib, mx.sym.var


def running_product(**names):
    outputs, state = contrib.foreach(lambda x, s: (x * s, x + s), var("x"), var("s"), **names)
    return sym.Group([outputs, state])


def difference_quotients(symbol, arrays, heads, step=1e-3):
    """Return the gradients of the sum of head times output with respect to float64 arrays, by central differences."""

    def value():
        outputs = symbol.bind(mx.cpu(), {k: mx.nd.array(v, dtype="float64") for k, v in arrays.items()}).forward()
        return sum(float((out.asnumpy() * head).sum()) for out, head in zip(outputs, heads, strict=True))

    found = {}
    for name, array in arrays.items():
        gradient = found[name] = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            before = array[index]
            array[index] = before + step
            high = value()
            array[index] = before - step
            gradient[index] = (high - value()) / (2 * step)
            array[index] = before
    return found


def gradients(symbol, arrays, heads):
    """Return the gradients that the executor computes."""
    bound = {k: mx.nd.array(v, dtype="float64") for k, v in arrays.items()}
    grads = {k: mx.nd.zeros(v.shape, dtype="float64") for k, v in arrays.items()}
    executor = symbol.bind(mx.cpu(), bound, args_grad=grads)
    executor.forward(is_train=True)
    executor.backward([mx.nd.array(head, dtype="float64") for head in heads])
    return {k: v.asnumpy() for k, v in grads.items()}


def nested_loop():
    k = var("k")
    outer = contrib.foreach(lambda x, s: contrib.foreach(lambda y, t: (sym.tanh(y * k + t), t * y), x, s), var("x"),
                            var("s"))
    return sym.Group(list(outer))


def loop_with_branch():
    def body(x, s):
        y = contrib.cond(sym.sum(x) > 0, lambda: [x * s, s], lambda: [x - s, s * x])
        return y[0], y[1]

    return sym.Group(list(contrib.foreach(body, var("x"), var("s"))))


def while_with_weight():
    w = var("w")
    outputs, last = contrib.while_loop(
        lambda n, v: n < 2.5, lambda n, v: ([v * w], [n + 1, sym.tanh(v * w) + n]), [var("n"), var("v")], 5)
    return sym.Group(outputs + last)


SHAPES = {
    running_product: {"x": (3, 2), "s": (2,)},
    nested_loop: {"x": (2, 3, 2), "s": (2,), "k": (2,)},
    loop_with_branch: {"x": (4, 2), "s": (2,)},
    while_with_weight: {"n": (1,), "v": (1,), "w": (1,)},
}


@pytest.mark.parametrize("build", SHAPES, ids=lambda f: f.__name__)
def test_gradients_of_loops_agree_with_difference_quotients(build):
    random = np.random.default_rng(1)
    symbol = build()
    arrays = {name: random.normal(size=shape) for name, shape in SHAPES[build].items()}
    if "n" in arrays:
        arrays["n"][:] = 0.3
    _, shapes, _ = symbol.infer_shape(**SHAPES[build])
    heads = [random.normal(size=shape) for shape in shapes]
    expected = difference_quotients(symbol, arrays, heads)
    for name, gradient in gradients(symbol, arrays, heads).items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-4, atol=1e-6, err_msg=name)


def test_gradients_as_a_symbol_take_the_steps_once_more():
    outputs, _ = contrib.foreach(lambda x, s: (x * s, x + s), var("x"), var("s"))
    gradient = outputs.gradient(["x", "s"])
    of_x, of_s = gradient.eval(x=mx.nd.ones((3, 2)), s=mx.nd.ones(2))
    assert of_x.asnumpy().tolist() == [[3, 3], [3, 3], [3, 3]]  # s_t plus what later steps see of x_t
    assert of_s.asnumpy().tolist() == [3, 3]


def test_shapes_of_weights_inside_a_body_follow_from_the_data():
    outputs, _ = contrib.foreach(
        lambda x, s: (sym.FullyConnected(x, num_hidden=4, name="fc"), s * 1), var("x"), var("s"))
    arguments, out, _ = outputs.infer_shape(x=(7, 2, 3), s=(1,))
    assert dict(zip(outputs.list_arguments(), arguments, strict=True))["fc_weight"] == (4, 3)
    assert out == [(7, 2, 4)]


def test_a_state_that_changes_its_shape_is_refused_by_name():
    outputs, _ = contrib.foreach(lambda x, s: (x, sym.concat(s, s, dim=0)), var("x"), var("s"))
    with pytest.raises(mx.base.ShapeError, match="_foreach '_foreach0': .*state 0"):
        outputs.infer_shape(x=(2, 2), s=(3,))


def test_branches_of_different_shapes_are_refused():
    symbol = contrib.cond(var("p"), lambda: var("a"), lambda: var("b"))
    with pytest.raises(mx.base.ShapeError, match="then and else"):
        symbol.infer_shape(p=(1,), a=(2,), b=(3,))


def test_a_loop_over_no_rows_gives_outputs_without_rows():
    outputs, state = running_product().eval(x=mx.nd.array(np.zeros((0, 2))), s=mx.nd.ones(2))
    assert outputs.shape == (0, 2) and state.asnumpy().tolist() == [1, 1]


def test_a_while_loop_without_a_step_gives_zeros():
    outputs, n, v = while_with_weight().eval(n=mx.nd.array([9]), v=mx.nd.array([2]), w=mx.nd.array([1]))
    assert outputs.asnumpy().tolist() == [[0]] * 5 and (n.asscalar(), v.asscalar()) == (9, 2)


def test_batch_norm_in_a_body_updates_its_moving_average_at_each_step():
    outputs, _ = contrib.foreach(
        lambda x, s: (sym.BatchNorm(x, name="bn", momentum=0.5, fix_gamma=False), s * 1), var("x"), var("s"))
    executor = outputs.simple_bind(mx.cpu(), x=(2, 4, 1), s=(1,))
    executor.arg_dict["x"][:] = np.array([[1, 1, 1, 1], [3, 3, 3, 3]])[:, :, None]
    executor.forward(is_train=True)
    assert executor.arg_dict["bn_moving_mean"].asnumpy().tolist() == [0.5 * 0.5 * 1 + 0.5 * 3]


def test_dropout_in_a_body_draws_other_numbers_at_each_step_and_backward_uses_the_same():
    outputs, _ = contrib.foreach(lambda x, s: (sym.Dropout(x, p=0.5), s * 1), var("x"), var("s"))
    executor = outputs.simple_bind(mx.cpu(), x=(2, 100), s=(1,))
    executor.arg_dict["x"][:] = 1
    (out,) = executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2, 100)))
    mask = out.asnumpy()
    assert (mask[0] != mask[1]).any()
    assert (executor.grad_dict["x"].asnumpy() == mask).all()


def test_outer_values_become_inputs_under_their_own_names():
    h = sym.exp(var("q"), name="eq")
    outputs, _ = contrib.foreach(lambda x, s: (x + h, s * h), var("x"), var("s"))
    assert outputs.list_arguments() == ["x", "s", "q"]
    node = json.loads(outputs.tojson())["nodes"][-1]
    assert [n["name"] for n in node["subgraphs"][0]["nodes"] if n["op"] == "null"] == ["x-0", "eq_output", "s-0"]


def test_a_data_symbol_that_the_body_ignores_is_named():
    with pytest.raises(ValueError, match="used in the loop body: 'x' is not"):
        contrib.foreach(lambda x, s: (s, s), var("x"), var("s"))


@pytest.mark.parametrize("build", SHAPES, ids=lambda f: f.__name__)
def test_a_loop_comes_back_from_its_file(build, tmp_path):
    symbol = build()
    symbol.save(tmp_path / "loop.json")
    again = sym.load(tmp_path / "loop.json")
    assert again.tojson() == symbol.tojson()
    random = np.random.default_rng(2)
    arrays = {name: mx.nd.array(random.normal(size=shape)) for name, shape in SHAPES[build].items()}
    for a, b in zip(symbol.eval(**arrays), again.eval(**arrays), strict=True):
        assert a.asnumpy().tolist() == b.asnumpy().tolist()


def _loop_file():
    return json.loads(running_product().tojson())


def _node(graph):
    return next(node for node in graph["nodes"] if node["op"] == "_foreach")


def _edit(path, value):
    def edit(graph):
        place = _node(graph)
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return edit


@pytest.mark.parametrize(
    "damage",
    [
        _edit(["subgraphs"], []),
        _edit(["subgraphs"], [{}]),
        _edit(["subgraphs"], 3),
        _edit(["attrs", "in_data_locs"], "[5]"),
        _edit(["attrs", "in_data_locs"], "[]"),
        _edit(["attrs", "in_state_locs"], "[0]"),
        _edit(["attrs", "remain_locs"], "[7]"),
        _edit(["attrs", "num_out_data"], "9"),
        _edit(["attrs", "num_out_data"], "-1"),
        _edit(["attrs", "num_out_data"], "many"),
        _edit(["inputs"], [[0, 0, 0]]),
        lambda graph: _node(graph)["attrs"].pop("in_data_locs"),
    ],
)
def test_a_damaged_loop_in_a_file_is_a_format_error(damage):
    graph = _loop_file()
    damage(graph)
    with pytest.raises(mx.base.FormatError):
        sym.load_json(json.dumps(graph))


def test_subgraphs_without_end_are_a_format_error():
    graph = _loop_file()
    inner = _node(graph)
    for _ in range(60):
        deeper = _loop_file()
        _node(deeper)["subgraphs"] = [graph]
        graph = deeper
    assert inner["op"] == "_foreach"
    with pytest.raises(mx.base.FormatError, match="nested deeper"):
        sym.load_json(json.dumps(graph))


def test_a_kernel_that_fails_inside_a_loop_names_both_nodes():
    symbol = sym.Group(list(contrib.foreach(lambda x, s: (sym.dot(x, s, name="product"), s * 1), var("x"), var("s"))))
    with pytest.raises(mx.base.MXNetError, match="product"):
        symbol.simple_bind(mx.cpu(), x=(2, 3, 4), s=(5, 6))


def test_symbols_in_the_manner_of_numpy_stay_so_inside_a_body():
    kinds = []

    def body(x, s):
        kinds.append(type(x))
        return x + s, s * 1

    data = var("x").as_np_ndarray()
    outputs, _ = contrib.foreach(body, data, var("s").as_np_ndarray())
    assert kinds == [type(data)] and type(outputs) is type(data)


class Recurrent(mx.gluon.HybridBlock):
    """A loop with a layer, dropout, and a second loop that depends on the first."""

    def __init__(self, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.into = mx.gluon.nn.Dense(3, flatten=False)
            self.drop = mx.gluon.nn.Dropout(rate)

    def hybrid_forward(self, F, x, h):
        def body(d, states):
            out = F.tanh(self.drop(self.into(d)) + states[0])
            return out, [out]

        outputs, (last,) = F.contrib.foreach(body, x, [h])
        _, powers = F.contrib.while_loop(
            lambda n, v: n < 3, lambda n, v: ([], [n + 1, v * last]), [F.zeros((1,)), last], max_iterations=9)
        return outputs, F.contrib.cond(F.sum(last) > 0, lambda: powers[1], lambda: -powers[1])


def results(net, x, h, rate):
    mx.random.seed(5)
    x.attach_grad()
    h.attach_grad()
    with mx.autograd.record():
        outputs, last = net(x, h)
        total = (outputs * outputs).sum() + last.sum()
    total.backward()
    return [v.asnumpy().tolist() for v in (outputs, last, x.grad, h.grad, net.into.weight.grad(), net.into.bias.grad())]


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_hybridized_block_with_loops_gives_what_it_gives_eagerly(rate):
    net = Recurrent(rate)
    net.initialize()
    x, h = mx.nd.random.normal(shape=(4, 2, 5)), mx.nd.random.normal(shape=(2, 3))
    net(x, h)
    eager = results(net, x, h, rate)
    net.hybridize()
    assert results(net, x, h, rate) == eager


def test_second_derivatives_of_a_hybridized_loop_are_those_of_the_eager_one():
    net = Recurrent()
    net.initialize()
    x, h = mx.nd.random.normal(shape=(3, 2, 5)), mx.nd.random.normal(shape=(2, 3))
    found = []
    for active in (False, True):
        net.hybridize(active)
        x.attach_grad()
        with mx.autograd.record():
            outputs, last = net(x, h)
            first = mx.autograd.grad((outputs * outputs).sum() + last.sum(), [x], create_graph=True)[0]
            total = (first * first).sum()
        total.backward()
        found.append(x.grad.asnumpy())
    np.testing.assert_allclose(found[1], found[0], rtol=1e-5, atol=1e-6)


def test_an_exported_loop_predicts_the_same(tmp_path):
    net = Recurrent()
    net.initialize()
    net.hybridize()
    x, h = mx.nd.random.normal(shape=(4, 2, 5)), mx.nd.random.normal(shape=(2, 3))
    expected = net(x, h)[1].asnumpy()
    net.export(str(tmp_path / "net"))
    block = mx.gluon.SymbolBlock.imports(
        str(tmp_path / "net-symbol.json"), ["data0", "data1"], str(tmp_path / "net-0000.params"))
    assert block(x, h)[1].asnumpy().tolist() == expected.tolist()


def test_pictures_of_a_loop_say_what_its_body_computes():
    graph = mx.inspection.graph(running_product(), {"x": (3, 2), "s": (2,)}, backward=True)
    loop = next(node for node in graph.nodes if node.op == "_foreach")
    assert loop.attributes["body"] == "elemwise_mul, elemwise_add"
    assert [out.shape for out in loop.outputs] == [(3, 2), (2,)]
    assert any(node.op == "_backward_foreach" for node in graph.nodes)


def test_a_monitor_sees_the_outputs_of_a_loop_and_not_what_it_keeps():
    seen = []
    executor = running_product().simple_bind(mx.cpu(), x=(3, 2), s=(2,))
    executor.set_monitor_callback(lambda name, array: seen.append((name, array.shape)))
    executor.forward(is_train=True)
    assert seen == [("_foreach0_output0", (3, 2)), ("_foreach0_output1", (2,))]


def test_detect_anomaly_names_the_node_inside_the_body():
    outputs, _ = contrib.foreach(lambda x, s: (sym.log(x, name="bad"), s * 1), var("x"), var("s"))
    executor = outputs.simple_bind(mx.cpu(), x=(2, 2), s=(1,))
    with mx.autograd.detect_anomaly():
        with pytest.raises(mx.MXNetError, match="log 'bad'.*output holds"):
            executor.forward(is_train=True, x=mx.nd.array([[1, 1], [1, -1]]))


def test_detect_anomaly_reads_the_backward_pass_of_a_loop():
    outputs, _ = contrib.foreach(lambda x, s: (sym.sqrt(x, name="root"), s * 1), var("x"), var("s"))
    executor = outputs.simple_bind(mx.cpu(), x=(2, 2), s=(1,))
    executor.forward(is_train=True, x=mx.nd.zeros((2, 2)))
    with mx.autograd.detect_anomaly():
        with pytest.raises(mx.MXNetError, match="its output holds infinity"):
            executor.backward(mx.nd.ones((2, 2)))


def test_the_executor_shows_the_program_of_the_body():
    executor = running_product().simple_bind(mx.cpu(), x=(3, 2), s=(2,))
    executor.forward(is_train=True)
    text = executor.debug_str()
    assert "_foreach(x, s)" in text
    assert "# inside of _foreach0\ndef forward(x_0, s_0, *, rng=None):\n    _mul0 = multiply(x_0, s_0)" in text


def test_elements_of_a_vector_have_no_dimension_in_the_manner_of_numpy():
    class Total(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, start):
            return F.contrib.foreach(lambda d, s: (d * s, d + s), x, start)

    net = Total()
    found = []
    for active in (False, True):
        net.hybridize(active)
        x, start = mx.np.array([1.0, 2.0, 3.0]), mx.np.array(1.0)
        x.attach_grad()
        with mx.autograd.record():
            outputs, last = net(x, start)
        outputs.backward()
        found.append([outputs.tolist(), last.tolist(), outputs.shape, last.shape, x.grad.tolist()])
    assert found[1] == found[0] == [[1, 4, 12], 7, (3,), (), [1 + 2 + 3, 2 + 3, 4]]
