"""Which line of the user's code made a node: noted only when asked, resolved when a graph is read."""
import linecache
import subprocess
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.core import source
from mxlearn.gluon import nn
from mxlearn.inspection import graph, trace_source


@pytest.fixture(autouse=True)
def traced():
    before = source.note
    trace_source()
    yield
    source.note = before


def run(code, **names):
    """Run code as a notebook runs a cell: its lines are known to linecache under a name of their own."""
    run.count += 1
    file = f"<cell {run.count}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    exec(compile(code, file, "exec"), names)
    return names


run.count = 0


def leaf(*shape):
    array = nd.ones(shape)
    array.attach_grad()
    return array


def lines(view):
    return {node.name: node.source and (node.source.line, node.source.text) for node in view.nodes}


def names_of(view, kind):
    return [node.name for node in view.nodes if node.kind == kind]


def test_each_operator_knows_its_line():
    code = "with autograd.record():\n    y = nd.relu(x)\n    z = (y * 2).sum()\n"
    cell = run(code, autograd=autograd, nd=nd, x=leaf(3))
    found = lines(graph(cell["z"], names=cell))
    assert found["y"] == (2, "y = nd.relu(x)")
    assert found["mul_scalar0"] == found["z"] == (3, "z = (y * 2).sum()")
    assert found["x"] is None


def test_the_file_is_the_name_of_the_cell():
    cell = run("with autograd.record():\n    y = x * x\n", autograd=autograd, x=leaf(3))
    assert graph(cell["y"]).nodes[-1].source.file == f"<cell {run.count}>"


def test_a_statement_of_several_lines_is_told_apart():
    code = "with autograd.record():\n    y = (x * x\n         + x).relu(\n         )\n"
    found = lines(graph(run(code, autograd=autograd, x=leaf(3))["y"]))
    assert found["elemwise_mul0"][0] == 2


def test_a_layer_knows_the_line_that_called_the_net():
    net = nn.HybridSequential()
    net.add(nn.Dense(3, activation="relu"), nn.Dense(2))
    net.initialize()
    for hybrid in (False, True):
        net.hybridize(hybrid)
        run("net(x)\n", net=net, x=nd.ones((2, 4)))  # the cell that traces is not the one that records
        cell = run("\nwith autograd.record():\n    out = net(x)\n", autograd=autograd, net=net, x=nd.ones((2, 4)))
        view = graph(cell["out"])
        made = [node.source for node in view.nodes if node.op != "null"]
        assert len(made) == 3
        assert {(each.file, each.line, each.text) for each in made} == {(f"<cell {run.count}>", 3, "out = net(x)")}


def test_a_block_that_the_user_wrote_knows_its_own_lines_compiled_or_not():
    code = (
        "class Net(gluon.HybridBlock):\n    def hybrid_forward(self, F, x):\n"
        "        y = F.relu(x)\n        return F.tanh(y)\n"
    )
    net = run(code, gluon=gluon)["Net"]()
    x = leaf(2)
    for hybrid in (False, True):
        net.hybridize(hybrid)
        with autograd.record():
            out = net(x)
        found = [(node.op, node.source.line) for node in graph(out).nodes if node.op != "null"]
        assert found == [("relu", 3), ("tanh", 4)]


def test_drawing_a_block_is_no_line_of_its_nodes():
    net = nn.Dense(2, in_units=3)
    assert [node.source for node in graph(net).nodes] == [None] * 4


def test_a_symbol_knows_the_lines_that_composed_it():
    cell = run('a = mx.sym.var("a")\nb = mx.sym.relu(a, name="b")\n', mx=mx)
    assert lines(graph(cell["b"])) == {"a": (1, 'a = mx.sym.var("a")'), "b": (2, 'b = mx.sym.relu(a, name="b")')}


def test_a_gradient_has_the_line_of_what_it_differentiates():
    cell = run("with autograd.record():\n    y = w * w\n    z = y.sum()\n", autograd=autograd, w=leaf(3))
    found = lines(graph(cell["z"], backward=True, names=cell))
    assert found["w_grad"][0] == 2 and found["head_grad"][0] == 3


def test_functions_and_copies_are_noted_too():
    class Double(autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, dy):
            return dy * 2

    code = "with autograd.record():\n    y = Double()(x)\n    z = y.as_in_context(mx.cpu(1))\n"
    cell = run(code, autograd=autograd, Double=Double, mx=mx, x=leaf(3))
    assert [node.source.line for node in graph(cell["z"]).nodes if node.op != "null"] == [2, 3]


def test_a_constant_that_was_not_kept_has_the_words_of_the_code():
    code = (
        "def f(x, offset, table):\n    with autograd.record():\n        y = x + offset\n        y = y + table['row']\n"
        "        y = nd.broadcast_add(y, rhs=offset)\n        return y > offset\n"
    )
    f = run(code, autograd=autograd, nd=nd)["f"]
    offset = nd.ones((2, 3))
    view = graph(f(leaf(2, 3), offset, {"row": offset}))
    assert names_of(view, "variable") == ["x"]
    assert names_of(view, "constant") == ["offset", "table['row']", "offset", "offset"]


def test_words_are_not_guessed_where_the_operator_is_not_in_the_code():
    with autograd.record():
        y = gluon.loss.L1Loss()(leaf(2, 2), nd.ones((2, 2)))
    assert "nd.ones((2, 2))" not in names_of(graph(y), "constant")


def test_reading_does_not_fail_where_the_code_is_gone():
    cell = run("with autograd.record():\n    y = x + c\n", autograd=autograd, x=leaf(3), c=nd.ones(3))
    del linecache.cache[f"<cell {run.count}>"]
    view = graph(cell["y"])
    assert view.nodes[-1].source == mx.inspection.Source(f"<cell {run.count}>", 2, "")
    assert names_of(view, "constant") == ["rhs"]


def test_a_folder_may_be_counted_to_the_library(tmp_path):
    helper = tmp_path / "helper.py"
    helper.write_text("def double(x):\n    return x * 2\n")
    names = {}
    exec(compile(helper.read_text(), str(helper), "exec"), names)
    with autograd.record():
        before = names["double"](leaf(2))
    trace_source(library=str(tmp_path))
    with autograd.record():
        after = names["double"](leaf(2))
    assert graph(before).nodes[-1].source.file == str(helper)
    assert graph(after).nodes[-1].source.file == __file__


def test_nothing_is_noted_unless_asked():
    trace_source(False)
    with autograd.record():
        y = leaf(3) * 2
    assert y._entry[0].source is None and source.note is None
    assert graph(y).nodes[-1].source is None


@pytest.mark.parametrize(("package", "expected"), [("mxlearn", "False"), ("mxlearn_widgets", "True")])
def test_the_widgets_ask_and_a_plain_script_does_not(package, expected):
    code = f"import {package}; from mxlearn.core import source; print(source.note is not None)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == expected


def test_a_place_keeps_no_array_alive():
    x = leaf(3)
    with autograd.record():
        y = x * 2
    code, offset = y._entry[0].source
    assert code is sys._getframe().f_code and isinstance(offset, int)
    np.testing.assert_array_equal(y.asnumpy(), 2)
