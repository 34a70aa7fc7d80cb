"""Symbol files: MXNet's text, what comes back from it, and files that are damaged or hostile."""
import errno
import json
import os
import tracemalloc

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import DataError, FormatError, MXNetError
from mxlearn.symbol import Variable


@pytest.fixture(autouse=True)
def fresh_names():
    with mx.name.NameManager():
        yield


def network():
    data = Variable("data", shape=(0, 4))
    hidden = mx.sym.FullyConnected(data, num_hidden=8, name="fc1")
    hidden = mx.sym.BatchNorm(mx.sym.Activation(hidden, act_type="relu"), name="bn")
    left, right = mx.sym.split(hidden, num_outputs=2, axis=1, name="cut")
    joined = mx.sym.concat(left * 2.5, right, dim=1)
    return mx.sym.SoftmaxOutput(mx.sym.clip(joined, 0, 6), name="softmax")


# -- what is written ---------------------------------------------------------------------------------------------------
def test_the_text_of_a_small_graph():
    """As MXNet 1.9.1 writes it, trailing blanks included."""
    assert (Variable("a") + 1).tojson() == (
        '{\n  "nodes": [\n'
        '    {\n      "op": "null", \n      "name": "a", \n      "inputs": []\n    }, \n'
        '    {\n      "op": "_plus_scalar", \n      "name": "_plusscalar0", \n      "attrs": {"scalar": "1"}, \n'
        '      "inputs": [[0, 0, 0]]\n    }\n'
        '  ], \n  "arg_nodes": [0], \n  "node_row_ptr": [0, 1, 2], \n  "heads": [[1, 0, 0]], \n'
        '  "attrs": {"mxnet_version": ["int", 10901]}\n}'
    )


def test_a_graph_comes_back_as_it_was():
    original = network()
    loaded = mx.sym.load_json(original.tojson())
    assert loaded.tojson() == original.tojson()
    assert loaded.list_arguments() == original.list_arguments()
    assert loaded.list_auxiliary_states() == ["bn_moving_mean", "bn_moving_var"]
    assert loaded.attr_dict() == original.attr_dict()
    assert loaded.infer_shape(data=(3, 4)) == original.infer_shape(data=(3, 4))


def test_a_loaded_graph_computes_the_same():
    original = network()
    loaded = mx.sym.load_json(original.tojson())
    rng = np.random.default_rng(0)
    outputs = []
    shapes = dict(zip(original.list_arguments(), original.infer_shape(data=(3, 4))[0], strict=True))
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    for symbol in (original, loaded):
        executor = symbol.simple_bind(mx.cpu(), data=(3, 4))
        for name, value in values.items():
            executor.arg_dict[name][:] = value
        outputs.append(executor.forward()[0].asnumpy())
    assert np.array_equal(*outputs)


def test_groups_shared_nodes_and_several_outputs_come_back():
    x = Variable("x")
    shared = mx.sym.exp(x)
    group = mx.sym.Group([shared, shared * 2, *mx.sym.split(x, num_outputs=2, axis=0)])
    loaded = mx.sym.load_json(group.tojson())
    assert loaded.list_outputs() == group.list_outputs()
    assert loaded.list_arguments() == ["x"]
    assert [r.asnumpy().tolist() for r in loaded.eval(x=mx.nd.array([0, 0]))] == [[1, 1], [2, 2], [0], [0]]


def test_names_and_attributes_of_any_text_come_back():
    x = Variable('naïve "x"\n\\ 変数', attr={"mood": 'a "b" \\ \u2028'})
    loaded = mx.sym.load_json(mx.sym.exp(x, name="e\t").tojson())
    assert loaded.list_inputs() == ['naïve "x"\n\\ 変数']
    assert loaded.attr_dict()['naïve "x"\n\\ 変数'] == {"mood": 'a "b" \\ \u2028'}


def test_files_are_written_and_read(tmp_path):
    path = tmp_path / "net-symbol.json"
    network().save(path)
    assert mx.sym.load(path).tojson() == path.read_text() == network_text()


def network_text():
    with mx.name.NameManager():
        return network().tojson()


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net-symbol.json"
    path.write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="not written, and left as it was"):
        network().save(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [path.name]


# -- files of older versions -------------------------------------------------------------------------------------------
def test_attributes_of_older_files_are_read():
    text = json.dumps(
        {
            "nodes": [
                {"op": "null", "param": {}, "name": "x", "inputs": [], "backward_source_id": -1},
                {"op": "null", "name": "w", "attr": {"__lr_mult__": "2"}, "inputs": []},
                {"op": "FullyConnected", "param": {"num_hidden": "3", "no_bias": "True"}, "name": "fc",
                 "inputs": [[0, 0], [1, 0]]},
            ],
            "arg_nodes": [0, 1],
            "heads": [[2, 0]],
        }
    )  # fmt: skip
    symbol = mx.sym.load_json(text)
    assert symbol.attr("num_hidden") == "3"
    assert symbol.attr_dict()["w"]["lr_mult"] == "2"
    assert symbol.infer_shape(x=(2, 4))[1] == [(2, 3)]


# -- what cannot be read -----------------------------------------------------------------------------------------------
def test_a_missing_file_and_a_file_of_bytes(tmp_path):
    with pytest.raises(DataError, match="nothing.json: cannot be read: No such file"):
        mx.sym.load(tmp_path / "nothing.json")
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="x.json: this is not a symbol file: it is not text"):
        mx.sym.load(path)


NODE = {"op": "null", "name": "x", "inputs": []}


def graph(*nodes, heads=((0, 0, 0),), **more):
    return json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": heads, **more})


def operator(op="exp", inputs=((0, 0, 0),), **attrs):
    return {"op": op, "name": "y", "attrs": attrs, "inputs": inputs}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", "an object with the keys"),
        ("{}", "an object with the keys"),
        (graph("x"), "node 0: a node is an object"),
        (graph({"op": "null"}), "node 0: a node is an object"),
        (graph({"op": 1, "name": "x"}), "node 0: a node is an object"),
        (graph(NODE, heads=[]), "no heads"),
        (graph(NODE, heads=3), "heads: expected a list"),
        (graph(NODE, heads=[[1, 0, 0]]), "refers to node 1, which is not before it"),
        (graph(NODE, heads=[[-1, 0, 0]]), "refers to node -1"),
        (graph(NODE, heads=[[0, 7, 0]]), "node 0 has no output 7"),
        (graph(NODE, heads=[[0.0, 0, 0]]), "all integers"),
        (graph(NODE, heads=[["0", 0, 0]]), "all integers"),
        (graph(NODE, operator("exq")), "unknown operator 'exq'. Did you mean 'exp'"),
        (graph(NODE, operator(inputs=[[1, 0, 0]])), r"node 1 \('y'\): refers to node 1"),
        (graph(NODE, operator(inputs=[])), "0 inputs, but exp takes 1"),
        (graph(NODE, operator(inputs=[[0, 0, 0]] * 2)), "2 inputs, but exp takes 1"),
        (graph(NODE, operator(inputs="x")), "expected a list"),
        (graph(NODE, operator("FullyConnected", num_hidden="3")), "1 inputs, but FullyConnected takes 3"),
        (graph(NODE, operator("FullyConnected")), "'num_hidden' is missing"),
        (graph(NODE, operator("_plus_scalar", scalar="1); import os")), "expected a number"),
        (graph(NODE, operator("_plus_scalar", scalar=1)), "must map strings to strings"),
        (graph(NODE, operator("SliceChannel", num_outputs="2000000000")), "2000000000 outputs; 1 to 10000"),
        (graph(NODE, operator("SliceChannel", num_outputs="-5")), "-5 outputs"),
    ],
)
def test_what_is_wrong_is_named(text, message):
    with pytest.raises(FormatError, match=message):
        mx.sym.load_json(text)


@pytest.mark.parametrize("dtype", ["float99", "O", "f4,f4", "²", "-1", "8", ""])
def test_a_hostile_dtype_of_a_variable_is_an_error_when_it_is_used(dtype):
    symbol = mx.sym.load_json(graph({**NODE, "attrs": {"__dtype__": dtype}}, operator(), heads=[[1, 0, 0]]))
    with pytest.raises(MXNetError, match="expected a dtype"):
        symbol.simple_bind(mx.cpu(), x=(2,))


@pytest.mark.parametrize("shape", ["(1, x)", "nonsense", "(" * 1000, "(9999999999999999999999999999999999999999999,)"])
def test_a_hostile_shape_of_a_variable_is_an_error_when_it_is_used(shape):
    symbol = mx.sym.load_json(graph({**NODE, "attrs": {"__shape__": shape}}, operator(), heads=[[1, 0, 0]]))
    with pytest.raises(MXNetError, match="x|integer"):
        symbol.infer_shape(x=(2,))


def test_a_file_truncated_anywhere_is_an_error():
    text = network().tojson()
    for length in range(len(text)):
        with pytest.raises(FormatError):
            mx.sym.load_json(text[:length])


def test_damaged_files_raise_errors_of_mxlearn_and_nothing_else():
    text = network().tojson()
    alphabet = '0123456789-"[]{},:. eE\\ntrufalsNox(_)'
    rng = np.random.default_rng(0)
    outcomes = {"read": 0, "refused": 0, "contradiction": 0}
    tracemalloc.start()
    for _ in range(3000):
        damaged = list(text)
        for _ in range(rng.integers(1, 3)):
            damaged[rng.integers(len(damaged))] = alphabet[rng.integers(len(alphabet))]
        try:
            symbol = mx.sym.load_json("".join(damaged))
        except FormatError:
            outcomes["refused"] += 1
            continue
        try:
            symbol.infer_shape_partial(data=(2, 4))
            symbol.tojson()
            outcomes["read"] += 1
        except MXNetError:
            outcomes["contradiction"] += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert min(outcomes.values()) > 10, outcomes
    assert peak < 20_000_000
