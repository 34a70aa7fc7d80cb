"""Programs: straight-line Python from a graph, the loop that runs the same, and what a file can never do to either."""
import ast
import builtins
import json
import linecache

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError, ShapeError
from mxlearn.core.compile import compile_graph
from mxlearn.core.graph import Node, variable
from mxlearn.core.operator import find
from mxlearn.core.training import infer_all
from mxlearn.core.writer import common_prefix


def program_of(symbol, is_train=False, **shapes):
    inputs = [node for node in symbol._nodes() if node.op is None]
    known = {node: shapes[node.name] for node in inputs}
    found, types = infer_all(symbol._entries, known, {node: np.dtype("float32") for node in inputs})
    return compile_graph(symbol._entries, inputs, xp=np, is_train=is_train, shapes=found, dtypes=types)


def array(*values):
    return np.array(values, "float32")


# -- the text ----------------------------------------------------------------------------------------------------------
def test_a_program_is_python_that_a_student_can_read():
    x = mx.sym.Variable("x")
    hidden = mx.sym.FullyConnected(x, num_hidden=3, name="fc1")
    out = mx.sym.softmax(mx.sym.Activation(hidden, act_type="tanh", name="tanh1"), name="out")
    program = program_of(out, x=(2, 4), fc1_weight=(3, 4), fc1_bias=(3,))
    assert program.source == (
        "def forward(x, fc1_weight, fc1_bias, *, rng=None):\n"
        "    fc1 = FullyConnected(x, fc1_weight, fc1_bias, num_hidden=3)  # (2, 3)\n"
        "    tanh1 = tanh(fc1, out=fc1)  # (2, 3)\n"
        "    del fc1\n"
        "    out = softmax(tanh1)  # (2, 3)\n"
        "    del tanh1\n"
        "    return (out,)\n"
    )


def test_elementwise_results_are_written_into_buffers_that_are_free():
    x = mx.sym.Variable("x")
    with mx.name.NameManager():
        program = program_of((x * 2 + 1) * x, x=(2,))
    assert program.source == (
        "def forward(x, *, rng=None):\n"
        "    _mulscalar0 = multiply(x, 2)  # (2,)\n"
        "    _plusscalar0 = add(_mulscalar0, 1, out=_mulscalar0)  # (2,)\n"
        "    del _mulscalar0\n"
        "    _mul0 = multiply(_plusscalar0, x, out=_plusscalar0)  # (2,)\n"
        "    del _plusscalar0\n"
        "    return (_mul0,)\n"
    )
    assert program([array(1, 2)])[0].tolist() == [3, 10]


def test_a_traceback_shows_the_line_of_the_program():
    program = program_of(mx.sym.exp(mx.sym.Variable("x"), name="e"), x=(2,))
    assert linecache.getline(program.filename, 2).strip().startswith("e = exp(x)")
    filename = program.filename
    del program
    assert filename in linecache.cache           # somebody may be going through the texts right now
    program_of(mx.sym.Variable("x") + 1, x=(2,))
    assert linecache.getline(filename, 2) == ""


def test_lines_know_their_nodes():
    program = program_of(mx.sym.exp(mx.sym.Variable("x") + 1, name="e"), x=(2,))
    assert [program.node_at(n).op.name for n in (2, 3) if program.node_at(n)] == ["_plus_scalar", "exp"]
    assert program.node_at(1) is None


def test_what_all_names_share_is_left_out():
    assert common_prefix(["net0_dense0_weight", "net0_dense1_weight", "data"]) == "net0_"
    assert common_prefix(["net0_dense0_weight", "net0_dense0_bias"]) == "net0_dense0_"
    assert common_prefix(["a_weight", "b_weight"]) == ""
    assert common_prefix(["only"]) == ""
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(2, in_units=3), mx.gluon.nn.Dense(1, in_units=2))
    symbol = net(mx.sym.Variable("data"))
    shapes = {p.name: p.shape for p in net.collect_params().values()}
    source = program_of(symbol, data=(1, 3), **shapes).source
    assert "def forward(data, dense0_weight, dense0_bias, dense1_weight, dense1_bias" in source


# -- names and values from a stranger's file ---------------------------------------------------------------------------
HOSTILE = [
    "x); import os #", "x\n    import os\n", "lambda", "None", "True", "def", "__import__", "__builtins__", "rng",
    "forward", "FullyConnected", "exp", "ünïcödé", "変数", "", " ", "1st", "a b",
    "a'b", 'a"b', "a\\", "a#b", "x" * 5000,
    "\x00", "\ud800", "{x}", "%s", "print", "out", "xp", "numpy", "c", "_",
]  # fmt: skip


def loaded(*names, op="exp", **attrs):
    """Return the symbol of a file in which a chain of operators has these names."""
    nodes = [{"op": "null", "name": names[0], "inputs": []}]
    for i, name in enumerate(names[1:]):
        nodes.append({"op": op, "name": name, "attrs": attrs, "inputs": [[i, 0, 0]]})
    return mx.sym.load_json(json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": [[len(nodes) - 1, 0, 0]]}))


def names_in(source):
    """Return every name that the text of a program uses."""
    tree = ast.parse(source)
    found = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return found | {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in (*n.args, *n.kwonlyargs)}


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:24])
def test_names_never_reach_the_source_as_they_are(name):
    executor = loaded(name, name, name).bind(mx.cpu(), [mx.nd.zeros(2)])
    source = executor.predict_program.source
    assert len(source.splitlines()) <= 6
    assert not any(isinstance(n, (ast.Import, ast.Attribute)) for n in ast.walk(ast.parse(source)))
    assert all(n.isascii() and n.isidentifier() and len(n) < 80 for n in names_in(source))
    assert np.allclose(executor.forward()[0].asnumpy(), np.e)            # exp(exp(0))


def test_many_equal_names_are_told_apart_quickly():
    executor = loaded("data", *["変数"] * 3000, op="negative").bind(mx.cpu(), [mx.nd.ones(1)])
    assert executor.forward()[0].asscalar() == 1


def test_a_name_that_python_knows_does_not_shadow_a_function():
    x = mx.sym.Variable("exp")
    y = mx.sym.exp(mx.sym.exp(x, name="negative"), name="FullyConnected") + mx.sym.Variable("elemwise_add")
    executor = y.bind(mx.cpu(), {"exp": mx.nd.zeros(1), "elemwise_add": mx.nd.ones(1)})
    assert np.allclose(executor.forward()[0].asnumpy(), np.e + 1)


def test_text_attributes_are_bound_and_not_printed():
    hostile = '1); __import__("os").system("true") #'
    with pytest.raises(MXNetError):
        loaded("x", "y", op="_plus_scalar", scalar=hostile)
    op = find("exp")
    x = variable("x")
    node = Node(op, ((x, 0),), {}, "y")
    program = compile_graph([(node, 0)], [x], xp=np)
    for value in (hostile, "a" * 41, float("nan"), (1, "x"), {"a": 1}, "x'y"):
        name = program._writer._value(value)
        assert name.isidentifier()
        assert program._writer.table[name] is value
    for value in (1, True, None, 1.5, (1, None), "relu"):
        assert ast.literal_eval(program._writer._value(value)) == value


def test_infinite_numbers_are_bound_too():
    x = mx.sym.Variable("x")
    executor = (x * float("inf")).bind(mx.cpu(), {"x": mx.nd.array([1, -1])})
    assert executor.forward()[0].asnumpy().tolist() == [float("inf"), float("-inf")]


def test_a_program_sees_its_table_and_nothing_of_this_module():
    program = program_of(mx.sym.exp(mx.sym.Variable("x")), x=(1,))
    assert set(program._function.__globals__) - {"__builtins__"} == {"__name__", "exp", program.name}
    assert program._function.__globals__["__builtins__"] in (builtins, builtins.__dict__)


# -- the interpreter ---------------------------------------------------------------------------------------------------
def test_the_interpreter_shows_each_node_with_what_it_read_and_wrote():
    x = mx.sym.Variable("x")
    program = program_of(mx.sym.exp(x + 1, name="e"), x=(1,))
    seen = []
    (result,) = program.interpret(
        [array(0)],
        observe=lambda node, values, results: seen.append((node.op.name, values[0].item(), results[0].item())),
    )
    assert seen == [("_plus_scalar", 0, 1), ("exp", 1, pytest.approx(np.e))]
    assert result.item() == pytest.approx(np.e)


def test_random_programs_and_the_interpreter_draw_the_same_numbers():
    program = program_of(mx.sym.Dropout(mx.sym.Variable("x"), p=0.5), True, x=(100,))
    values = [np.ones(100, "float32")]
    first = program(values, np.random.default_rng(3))[0]
    assert np.array_equal(first, program.interpret(values, np.random.default_rng(3))[0])
    assert set(first.tolist()) == {0, 2}


# -- errors ------------------------------------------------------------------------------------------------------------
def test_an_error_names_the_node():
    x, index = mx.sym.Variable("x"), mx.sym.Variable("index")
    y = mx.sym.take(x, index, mode="raise", name="lookup")
    executor = y.bind(mx.cpu(), {"x": mx.nd.ones(3), "index": mx.nd.array([7])})
    with pytest.raises(MXNetError, match="take 'lookup': "):
        executor.forward()


def test_an_error_keeps_its_class_and_is_told_once():
    program = program_of(mx.sym.exp(mx.sym.Variable("x"), name="e"), x=(1,))

    def fails(*_, **__):
        raise ShapeError("exp: does not fit")

    program.steps[0].function = fails
    with pytest.raises(ShapeError, match="^exp 'e': does not fit$"):
        program.interpret([array(1)])


def test_a_variable_that_is_no_input_is_an_error():
    x, y = variable("x"), variable("y")
    node = Node(find("elemwise_add"), ((x, 0), (y, 0)), {}, "sum")
    with pytest.raises(MXNetError, match="'y' is not among the inputs"):
        compile_graph([(node, 0)], [x], xp=np)


# -- special graphs ----------------------------------------------------------------------------------------------------
def test_a_graph_that_returns_its_input():
    x = variable("x")
    value = array(1, 2)
    assert compile_graph([(x, 0), (x, 0)], [x], xp=np)([value]) == (value, value)


def test_an_input_that_is_not_read():
    x, y = variable("x"), variable("y")
    program = compile_graph([(Node(find("exp"), ((x, 0),), {}, "e"), 0)], [y, x], xp=np)
    assert program([array(5), array(0)])[0].tolist() == [1]


def test_a_graph_of_five_thousand_nodes():
    x = mx.sym.Variable("x")
    y = x
    for _ in range(5000):
        y = y + 1
    executor = y.simple_bind(mx.cpu(), x=(1,))
    assert executor.forward(is_train=True)[0].asscalar() == 5000
    executor.backward()
    assert executor.grad_dict["x"].asscalar() == 1
    assert mx.sym.load_json(y.tojson()).list_arguments() == ["x"]


def test_states_are_returned_as_new_values():
    data = mx.sym.Variable("data")
    norm = mx.sym.BatchNorm(data, name="bn", fix_gamma=False, momentum=0.5, eps=0.0)
    program = program_of(norm, True, data=(2, 1), bn_gamma=(1,), bn_beta=(1,), bn_moving_mean=(1,), bn_moving_var=(1,))
    assert [program.inputs[i].name for i in program.mutated] == ["bn_moving_mean", "bn_moving_var"]
    mean, var = array(0), array(1)
    out, new_mean, new_var = program([np.array([[1], [3]], "float32"), array(1), array(0), mean, var])
    assert out.ravel().tolist() == [-1, 1]
    assert (new_mean.tolist(), new_var.tolist()) == ([1], [1])           # (0 + 2) / 2, (1 + 1) / 2
    assert (mean.tolist(), var.tolist()) == ([0], [1])                   # the program itself writes nothing


def test_a_state_that_two_nodes_share_is_updated_one_after_the_other():
    class Twice(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.norm = mx.gluon.nn.BatchNorm(momentum=0.5, in_channels=1)

        def hybrid_forward(self, F, a, b):
            return self.norm(a) + self.norm(b)

    found = []
    for hybrid in (False, True):
        net = Twice()
        net.initialize()
        if hybrid:
            net.hybridize()
        with mx.autograd.record():
            net(mx.nd.array([[1], [3]]), mx.nd.array([[10], [20]]))
        found.append(net.norm.running_mean.data().asscalar())
    assert found == [8, 8]                                               # (0 + 2) / 2 = 1, (1 + 15) / 2 = 8
