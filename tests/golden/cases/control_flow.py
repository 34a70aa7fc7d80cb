"""Loops and branches: foreach, while_loop, cond, on arrays, in graphs, in hybridized Blocks, and in files."""

import json

import numpy as np

from ..harness import Cases, In, normal, uniform

CASES = Cases()


def answers(*nested):
    """Return arrays of nested lists by their place, as NumPy arrays."""
    found = {}

    def walk(value, path):
        if isinstance(value, (list, tuple)):
            for k, item in enumerate(value):
                walk(item, f"{path}.{k}")
            found[f"{path} has"] = len(value)
        else:
            found[path] = value.asnumpy()

    for k, value in enumerate(nested):
        walk(value, f"out{k}")
    return found


def flat(nested):
    return [x for part in nested for x in flat(part)] if isinstance(nested, (list, tuple)) else [nested]


# -- on arrays ---------------------------------------------------------------------------------------------------------
LOOPS = {
    "running_sum": (lambda mx, d, s: mx.nd.contrib.foreach(lambda x, t: (x + t, x + t), d, s),
                    (normal(4, 3), normal(3))),
    "one_dimension": (lambda mx, d, s: mx.nd.contrib.foreach(lambda x, t: (x * t, x + t), d, s),
                      (normal(5), normal(1))),
    "list_of_states": (lambda mx, d, s: mx.nd.contrib.foreach(lambda x, t: (x * t[0], [t[0] + x]), d, [s]),
                       (normal(4, 2, 3), normal(2, 3))),
    "no_states": (lambda mx, d: mx.nd.contrib.foreach(lambda x, t: (mx.nd.tanh(x), []), d, [])[0], (normal(3, 2),)),
    "no_outputs": (lambda mx, d, s: mx.nd.contrib.foreach(lambda x, t: ([], t * x), d, s)[1],
                   (normal(3, 2), normal(2))),
    "two_data": (lambda mx, a, b, s: mx.nd.contrib.foreach(
        lambda x, t: ([x[0] + t, x[1] * t], t + x[0]), [a, b], s), (normal(3, 2), normal(3, 2), normal(2))),
    "nested_states": (lambda mx, d, s, t: mx.nd.contrib.foreach(
        lambda x, u: ([x + u[0], [x * u[1][0]]], [u[0] + 1, [u[1][0] * x]]), d, [s, [t]]),
        (normal(3, 2), normal(2), normal(2))),
    "captured_weight": (lambda mx, d, s, w: mx.nd.contrib.foreach(
        lambda x, t: (mx.nd.tanh(mx.nd.dot(x, w) + t),) * 2, d, s), (normal(4, 2, 3), normal(2, 3), normal(3, 3))),
    "while_all_steps": (lambda mx, i, s: mx.nd.contrib.while_loop(
        lambda i, s: i < 100, lambda i, s: ([i + s], [i + 1, s * i]), [i, s], max_iterations=4),
        (uniform(0.5, 1, 1), normal(3))),
    "while_one_variable": (lambda mx, i: mx.nd.contrib.while_loop(
        lambda i: i < 9, lambda i: (i * i, i * 2), i, max_iterations=3), (uniform(0.5, 1, 1),)),
    "while_without_outputs": (lambda mx, i: mx.nd.contrib.while_loop(
        lambda i: i < 5, lambda i: ([], [i * 2]), [i], max_iterations=50)[1], (uniform(0.5, 1, 1),)),
    "while_stops": (lambda mx, i: mx.nd.contrib.while_loop(
        lambda i: i < 3, lambda i: (i * 10, [i + 1]), [i], max_iterations=9)[1], (uniform(0, 0.9, 1),)),
    "cond_then": (lambda mx, a, b: mx.nd.contrib.cond(a.sum() > -99, lambda: a * b, lambda: a - b),
                  (normal(3), normal(3))),
    "cond_else": (lambda mx, a, b: mx.nd.contrib.cond(a.sum() > 99, lambda: a * b, lambda: [a - b, b]),
                  (normal(3), normal(3))),
}


def on_arrays(name, function, inputs):
    def call(mx, *arrays):
        return flat(function(mx, *arrays))

    CASES.op(f"arrays/{name}", "", *inputs, call=call)


for _name, (_function, _inputs) in LOOPS.items():
    on_arrays(_name, _function, _inputs)


@CASES.case("arrays/structure_of_results")
def structure(mx):
    nd, x, s = mx.nd, mx.nd.arange(6).reshape((3, 2)), mx.nd.ones(2)
    foreach, while_loop = nd.contrib.foreach, nd.contrib.while_loop
    i = nd.array([0])
    return answers(
        foreach(lambda d, t: (d, t), x, s),
        foreach(lambda d, t: ([d], [t[0]]), x, [s]),
        foreach(lambda d, t: ([d, [d]], [t[0], [t[1][0]]]), x, [s, [s]]),
        foreach(lambda d, t: ([], []), x, []),
        while_loop(lambda i: i < 2, lambda i: (i, i + 1), i, max_iterations=2),
        while_loop(lambda i: i < 2, lambda i: ([i, [i]], [i + 1]), [i], max_iterations=2),
        while_loop(lambda i: i < 0, lambda i: (i, i + 1), [i], max_iterations=2),
        while_loop(lambda i: i < 2, lambda i: (None, (i + 1,)), (i,), max_iterations=2),
        while_loop(lambda i: True, lambda i: (i, i + 1), i, max_iterations=2.0),
    )


MISTAKES = {
    "foreach_number_as_data": lambda c, x, s: c.foreach(lambda d, t: (d, t), 3, s),
    "foreach_number_as_state": lambda c, x, s: c.foreach(lambda d, t: (d, t), x, 3),
    "foreach_number_as_output": lambda c, x, s: c.foreach(lambda d, t: (3, t), x, s),
    "while_without_limit": lambda c, x, s: c.while_loop(lambda i: i < 3, lambda i: (i, i + 1), s),
    "while_without_variables": lambda c, x, s: c.while_loop(lambda: 1, lambda: ([], []), [], max_iterations=3),
    "while_limit_is_text": lambda c, x, s: c.while_loop(lambda i: i < 3, lambda i: (i, i), s, max_iterations="a"),
    "while_more_variables": lambda c, x, s: c.while_loop(lambda i: i < 3, lambda i: (i, [i, i]), s, max_iterations=3),
}
for _name, _mistake in MISTAKES.items():
    CASES.raises(f"errors/nd_{_name}", lambda mx, m=_mistake: m(mx.nd.contrib, mx.nd.ones((3, 2)), mx.nd.ones(1)))
    CASES.raises(f"errors/sym_{_name}", lambda mx, m=_mistake: m(mx.sym.contrib, mx.sym.var("x"), mx.sym.var("s")))
CASES.raises("errors/nd_cond_of_two", lambda mx: mx.nd.contrib.cond(mx.nd.ones(2), lambda: 1, lambda: 2))
CASES.raises("errors/sym_cond_of_number", lambda mx: mx.sym.contrib.cond(3, lambda: 1, lambda: 2))
CASES.raises("errors/sym_cond_branches", lambda mx: mx.sym.contrib.cond(
    mx.sym.var("p"), lambda: mx.sym.var("a"), lambda: [mx.sym.var("b"), mx.sym.var("c")]))
CASES.raises("errors/sym_foreach_states", lambda mx: mx.sym.contrib.foreach(
    lambda d, t: (d, [t, t]), mx.sym.var("x"), mx.sym.var("s")))
CASES.raises("errors/sym_data_unused", lambda mx: mx.sym.contrib.foreach(
    lambda d, t: (t, t), mx.sym.var("x"), mx.sym.var("s")))
CASES.raises("errors/sym_while_condition", lambda mx: mx.sym.contrib.while_loop(
    lambda i: 1, lambda i: (i, i), mx.sym.var("s"), max_iterations=2))


# -- graphs ------------------------------------------------------------------------------------------------------------
def rnn(mx):
    x, s, w = mx.sym.var("data"), mx.sym.var("s0"), mx.sym.var("w")

    def body(d, states):
        out = mx.sym.tanh(mx.sym.FullyConnected(d, w, num_hidden=3, no_bias=True, name="fc") + states[0])
        return out, [out]

    out, states = mx.sym.contrib.foreach(body, x, [s])
    return mx.sym.Group([out, *states])


def countdown(mx):
    out, last = mx.sym.contrib.while_loop(
        lambda i, s: i <= 5, lambda i, s: ([i + s], [i + 1, s * i]), [mx.sym.var("i"), mx.sym.var("s")], 6)
    return mx.sym.Group(out + last)


def branch(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    return mx.sym.contrib.cond(mx.sym.sum(a * b) < 5, lambda: (a + 5) * (b + 5), lambda: (a - 5) * b)


def layers(mx):
    h = mx.sym.exp(mx.sym.var("q"), name="eq")

    def body(d, states):
        f = mx.sym.FullyConnected(d[0], num_hidden=3, name="fc")
        return [mx.sym.BatchNorm(f, name="bn") + h, d[1]], [states[0], states[1] + 1]

    out, states = mx.sym.contrib.foreach(
        body, [mx.sym.var("x"), mx.sym.var("y")], [mx.sym.var("s"), mx.sym.var("t")], name="loop")
    return mx.sym.Group(out + states)


def nested(mx):
    h, k = mx.sym.exp(mx.sym.var("q"), name="eq"), mx.sym.var("k")

    def outer(d, s):
        return mx.sym.contrib.foreach(lambda e, t: (e + t + h, t * k), d, s)

    out, state = mx.sym.contrib.foreach(outer, mx.sym.var("x"), mx.sym.var("s"))
    return mx.sym.Group([out, state])


def parts(mx):
    sp = mx.sym.split(mx.sym.var("q"), num_outputs=2, name="sp")
    out, state = mx.sym.contrib.foreach(lambda d, s: (sp[0] + d, s * sp[1]), sp[0], sp[1])
    return mx.sym.Group([out, state])


def lone_state(mx):
    _, last = mx.sym.contrib.while_loop(
        lambda i: i < 5, lambda i: ([], i + mx.sym.var("k")), mx.sym.var("i"), max_iterations=4)
    return mx.sym.Group([last])


def branches_of_lists(mx):
    a = mx.sym.var("a")
    return mx.sym.Group(mx.sym.contrib.cond(
        mx.sym.var("p"), lambda: [a, mx.sym.var("b") * 2], lambda: [a + 1, a + mx.sym.var("c")], name="cc"))


GRAPHS = (rnn, countdown, branch, layers, nested, parts, lone_state, branches_of_lists)


def described(graph):
    def run(mx):
        symbol = graph(mx)
        return {
            "json": symbol.tojson(),
            "arguments": symbol.list_arguments(),
            "auxiliary": symbol.list_auxiliary_states(),
            "outputs": symbol.list_outputs(),
            "internals": symbol.get_internals().list_outputs(),
            "attributes": symbol.attr_dict(),
            "debug": symbol.debug_str(),
            "again": mx.sym.load_json(symbol.tojson()).tojson() == symbol.tojson(),
        }

    return run


for _graph in GRAPHS:
    CASES.add(f"graphs/{_graph.__name__}", described(_graph))


RUNS = {
    "rnn": (rnn, {"data": normal(4, 2, 5), "s0": normal(2, 3), "w": normal(3, 5)}),
    "countdown": (countdown, {"i": In("integers", (1,), 0, 1), "s": normal(1)}),
    "countdown_of_fractions": (countdown, {"i": uniform(-0.9, -0.1, 1), "s": normal(1)}),
    "branch_then": (branch, {"a": normal(3), "b": normal(3)}),
    "branch_else": (branch, {"a": uniform(2, 3, 3), "b": uniform(2, 3, 3)}),
    "nested": (nested, {"x": normal(3, 2, 4), "s": normal(4), "q": normal(4), "k": normal(4)}),
}


def executed(case_id, graph, inputs):
    def run(mx):
        random = np.random.RandomState(len(case_id))
        arrays = {name: mx.nd.array(each.draw(random)) for name, each in inputs.items()}
        gradients = {name: mx.nd.zeros(array.shape) for name, array in arrays.items()}
        symbol = graph(mx)
        if graph is nested:  # MXNet cannot differentiate a loop inside of a loop
            return {f"out{k}": out.asnumpy() for k, out in enumerate(symbol.bind(mx.cpu(), arrays).forward())}
        executor = symbol.bind(mx.cpu(), arrays, args_grad=gradients)
        outputs = executor.forward(is_train=True)
        executor.backward([mx.nd.array(random.normal(size=out.shape)) for out in outputs])
        found = {f"out{k}": out.asnumpy() for k, out in enumerate(executor.outputs)}
        return {**found, **{f"grad_{name}": gradient.asnumpy() for name, gradient in gradients.items()}}

    CASES.add(case_id, run)


for _name, (_graph, _inputs) in RUNS.items():
    executed(f"runs/{_name}", _graph, _inputs)


@CASES.case("runs/shapes_of_foreach")
def shapes(mx):
    symbol = rnn(mx)
    return {"shapes": [list(map(str, group)) for group in symbol.infer_shape(data=(4, 2, 5), s0=(2, 3))]}


def block(mx, body_of):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.into = mx.gluon.nn.Dense(3, flatten=False, in_units=5)
                self.over = mx.gluon.nn.Dense(3, flatten=False, in_units=3)

        def hybrid_forward(self, F, x, h):
            return body_of(self, F, x, h)

    net = Net(prefix="net_")
    net.initialize(mx.init.One())
    for k, parameter in enumerate(net.collect_params().values()):
        size = int(np.prod(parameter.shape))
        parameter.set_data(mx.nd.array(np.cos(np.arange(size) + k).reshape(parameter.shape) * 0.5))
    return net


def recurrence(net, F, x, h):
    def body(d, states):
        out = F.tanh(net.into(d) + net.over(states[0]))
        return out, [out]

    outputs, states = F.contrib.foreach(body, x, [h])
    return outputs, states[0]


def iteration(net, F, x, h):
    first = net.into(x)
    _, last = F.contrib.while_loop(
        lambda n, v: n < 3, lambda n, v: ([v], [n + 1, F.tanh(net.over(v))]), [F.zeros((1,)), first], max_iterations=3)
    return last[1] + F.expand_dims(h, axis=0).broadcast_like(first)


def hybridized(name, body_of, active):
    @CASES.case(f"blocks/{name}_{'hybridized' if active else 'eager'}")
    def run(mx):
        random = np.random.RandomState(3)
        net = block(mx, body_of)
        net.hybridize(active)
        x, h = mx.nd.array(random.normal(size=(4, 2, 5))), mx.nd.array(random.normal(size=(2, 3)))
        x.attach_grad()
        h.attach_grad()
        with mx.autograd.record():
            outputs = flat(net(x, h))
            total = sum((out * out).sum() for out in outputs)
        total.backward()
        found = {f"out{k}": out.asnumpy() for k, out in enumerate(outputs)}
        gradients = {name: p.grad().asnumpy() for name, p in net.collect_params().items()}
        return {**found, "x": x.grad.asnumpy(), "h": h.grad.asnumpy(), **gradients}


for _active in (False, True):
    hybridized("recurrence", recurrence, _active)
hybridized("iteration", iteration, False)


def with_cell(cell, states, active):
    @CASES.case(f"cells/{cell}_{'hybridized' if active else 'eager'}")
    def run(mx):
        class Net(mx.gluon.HybridBlock):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                with self.name_scope():
                    self.cell = getattr(mx.gluon.rnn, cell)(3, input_size=5)

            def hybrid_forward(self, F, x, *before):
                outputs, after = F.contrib.foreach(self.cell, x, list(before))
                return [outputs, *after]

        random = np.random.RandomState(7)
        net = Net(prefix="net_")
        net.initialize(mx.init.One())
        for parameter in net.collect_params().values():
            parameter.set_data(mx.nd.array(random.normal(size=parameter.shape)))
        net.hybridize(active)
        arrays = [mx.nd.array(random.normal(size=(4, 2, 5)))]
        arrays += [mx.nd.array(random.normal(size=(2, 3))) for _ in range(states)]
        for array in arrays:
            array.attach_grad()
        with mx.autograd.record():
            outputs = net(*arrays)
            total = sum((out * out).sum() for out in outputs)
        total.backward()
        found = {f"out{k}": out.asnumpy() for k, out in enumerate(outputs)}
        found.update({f"grad{k}": array.grad.asnumpy() for k, array in enumerate(arrays)})
        return {**found, **{name: p.grad().asnumpy() for name, p in net.collect_params().items()}}


for _cell, _states in (("RNNCell", 1), ("LSTMCell", 2), ("GRUCell", 1)):
    for _active in (False, True):
        with_cell(_cell, _states, _active)


def unrolled(name, layout, lengths):
    @CASES.case(f"cells/dynamic_unroll_{name}")
    def run(mx):
        random = np.random.RandomState(8)
        cell = mx.gluon.rnn.LSTMCell(3, input_size=5, prefix="lstm_")
        cell.initialize()
        for parameter in cell.collect_params().values():
            parameter.set_data(mx.nd.array(random.normal(size=parameter.shape)))
        x = mx.nd.array(random.normal(size=(4, 2, 5) if layout == "TNC" else (2, 4, 5)))
        outputs, states = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll(
            cell, x, cell.begin_state(2, func=mx.nd.zeros), layout=layout,
            valid_length=None if lengths is None else mx.nd.array(lengths))
        return answers(outputs, states)


unrolled("all_steps", "TNC", None)
unrolled("of_lengths", "TNC", [2, 4])
unrolled("batch_first", "NTC", [3, 1])


@CASES.case("blocks/graph_of_recurrence")
def traced(mx):
    net = block(mx, recurrence)
    symbol = mx.sym.Group(flat(net(mx.sym.var("data"), mx.sym.var("state"))))
    nodes = json.loads(symbol.tojson())["nodes"]
    loop = next(node for node in nodes if node["op"] == "_foreach")
    inner = loop["subgraphs"][0]["nodes"]
    return {
        "arguments": symbol.list_arguments(),
        "outputs": symbol.list_outputs(),
        "attrs": loop["attrs"],
        "inner": [[node["op"], node["name"]] for node in inner],
    }
