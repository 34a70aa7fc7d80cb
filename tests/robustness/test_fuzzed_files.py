"""Files that hypothesis invents, and true files that it damages: a FormatError, and little memory, or a sound result.

test_damaged_files.py damages bytes at random. Here the damage knows the formats: whole numbers of a binary file become
sizes that lie, parts of a JSON document become other JSON, and what can still be read is used.
"""
import contextlib
import json
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import mxlearn as mx
from mxlearn import nd, safetensors
from mxlearn.base import FormatError, MXNetError
from mxlearn.ndarray import serialization
from mxlearn.optimizer import states

FREE = 4 << 20  # bytes: what reading a small file may cost beside the file
many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def frugally(read, content):
    """Return what ``read(content)`` returns, or None after a FormatError; anything else is a failure."""
    tracemalloc.start()
    try:
        return read(content)
    except FormatError:
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < FREE + 16 * len(content), f"{peak:,} bytes for a file of {len(content):,}"


# -- binary files ------------------------------------------------------------------------------------------------------
def params() -> bytes:
    record = {
        "arg:fc_weight": nd.arange(6).reshape((2, 3)),
        "aux:mean": nd.array([1.5], dtype="float64"),
        "half": nd.array([[1]], dtype="float16"),
        "flags": nd.array([1, 0], dtype="uint8"),
    }
    parts = [struct.pack("<QQQ", serialization.LIST_MAGIC, 0, len(record))]
    parts += [serialization._record(a) for a in record.values()]
    parts.append(struct.pack("<Q", len(record)))
    parts += [struct.pack("<Q", len(name)) + name.encode() for name in record]
    return b"".join(parts)


def old_params() -> bytes:
    head = struct.pack("<QQQ", serialization.LIST_MAGIC, 0, 2)
    first = struct.pack("<IiqiiiI", serialization.V1, 1, 2, 1, 0, 3, 0)[:-4] + b"\1\2"
    before_v1 = struct.pack("<IIIiii", 2, 1, 1, 1, 0, 0) + struct.pack("<f", 2.5)
    return head + first + before_v1 + struct.pack("<Q", 0)


def sparse_params() -> bytes:
    csr = nd.array([[0, 1, 0], [2, 0, 0]]).tostype("csr")
    rows = nd.array([[0, 0], [1, 2], [0, 0]]).tostype("row_sparse")
    head = struct.pack("<QQQ", serialization.LIST_MAGIC, 0, 2)
    return head + serialization.sparse_record(csr) + serialization.sparse_record(rows) + struct.pack("<Q", 0)


def tensors() -> bytes:
    arrays = {"w": np.arange(6.0).reshape(2, 3), "b": np.zeros(3, "float32"), "n": np.array(4), "e": np.zeros((0, 2))}
    return b"".join(safetensors.dump(arrays, {"by": "test"}))


def of_states() -> bytes:
    content = {0: (nd.ones((2, 2)), None), "b": [1, 2.5, True], "s": mx.lr_scheduler.FactorScheduler(2, 0.5)}
    return states.encode(content)


BINARY = {
    "params": (params(), nd.load_frombuffer),
    "old params": (old_params(), nd.load_frombuffer),
    "sparse params": (sparse_params(), nd.load_frombuffer),
    "safetensors": (tensors(), lambda content: safetensors.parse(content, "file")),
    "states": (of_states(), states.decode),
}
INTERESTING = [0, 1, 2, 7, 255, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "insert", "delete", "repeat", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([1, 4, 8]),
        st.one_of(st.sampled_from(INTERESTING), st.integers(0, 2**64 - 1)),
    ),
    min_size=1,
    max_size=4,
)


def edited(content: bytes, edits) -> bytes:
    for kind, where, width, number in edits:
        at = int(where * len(content)) & ~3 if width > 1 else int(where * len(content))
        new = (number % 256**width).to_bytes(width, "little")
        rest = {"write": at + width, "insert": at, "delete": at + width, "repeat": at, "cut": len(content)}[kind]
        middle = {"write": new, "insert": new, "repeat": content[at : at + 8 * width]}.get(kind, b"")
        content = content[:at] + middle + content[rest:]
    return content


@pytest.mark.parametrize("name", BINARY)
def test_true_files_are_read(name):
    content, read = BINARY[name]
    assert read(content) is not None


@pytest.mark.parametrize("name", BINARY)
@many
@given(edits=EDITS)
def test_numbers_that_lie(name, edits):
    content, read = BINARY[name]
    frugally(read, edited(content, edits))


@pytest.mark.parametrize("name", BINARY)
@many
@given(content=st.binary(max_size=200))
def test_bytes_of_nothing(name, content):
    read = BINARY[name][1]
    frugally(read, content)
    frugally(read, struct.pack("<QQQ", serialization.LIST_MAGIC, 0, 1) + content)
    frugally(read, len(content).to_bytes(8, "little") + content)


# -- JSON --------------------------------------------------------------------------------------------------------------
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 12),
        st.sampled_from([2**31, 2**63, 10**30, -1.5, 1e308]),
        st.text(max_size=4),
        st.sampled_from(["null", "FullyConnected", "_foreach", "Custom", "(1, 2)", "()", "(99999999999,)", "float32"]),
        st.sampled_from(["w", "op", "name", "inputs", "BatchNorm", "-1", "1e999", "nan", "True", "__shape__"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=8,
)


def places(value, path=()):
    """Return the paths to every part of a JSON document."""
    found = [path]
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


def replaced(value, path, new):
    """Return a document with another value at a path."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def symbol_text() -> str:
    net = mx.sym.Convolution(mx.sym.var("data", shape=(0, 1, 8, 8)), kernel=(3, 3), num_filter=2, name="conv")
    net = mx.sym.BatchNorm(net, name="bn")
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=3, name="fc")
    parts = mx.sym.split(mx.sym.SoftmaxOutput(net, name="softmax"), num_outputs=3)
    return mx.sym.Group([parts[0] + 1, parts[2].reshape((0, -1))]).tojson()


def loop_text() -> str:
    out, last = mx.sym.contrib.foreach(
        lambda x, s: (x + s[0], [s[0] * 2]), mx.sym.var("x"), [mx.sym.var("s")], name="loop"
    )
    return mx.sym.Group([out, last[0]]).tojson()


def used(text: str):
    """Load a symbol and use it; what is wrong with its operators may show here."""
    symbol = mx.sym.load_json(text)
    symbol.list_arguments()
    symbol.attr_dict()
    assert mx.sym.load_json(symbol.tojson()).list_outputs() == symbol.list_outputs()
    with contextlib.suppress(MXNetError):
        symbol.infer_shape_partial(data=(2, 1, 8, 8))
    return symbol


SYMBOLS = {"network": symbol_text(), "loop": loop_text()}


@pytest.mark.parametrize("name", SYMBOLS)
@many
@given(data=st.data())
def test_symbols_with_other_parts(name, data):
    graph = json.loads(SYMBOLS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        graph = replaced(graph, data.draw(st.sampled_from(places(graph))), data.draw(JSON))
    frugally(used, json.dumps(graph))


@many
@given(JSON)
@example({"nodes": [], "heads": []})
@example({"nodes": [{"op": "null", "name": "x", "inputs": [[0, 0, 0]]}], "heads": [[0, 0, 0]]})
@example({"nodes": [{"op": "null", "name": "x", "inputs": []}], "heads": [[0, 99, 0]]})
@example({"nodes": [{"op": "null", "name": "x", "attrs": {"__shape__": "(" * 99}, "inputs": []}], "heads": [[0, 0, 0]]})
def test_symbols_of_any_json(document):
    frugally(used, json.dumps(document))


@pytest.mark.parametrize("name", ["safetensors", "states"])
@many
@given(data=st.data())
def test_headers_with_other_parts(name, data):
    content, read = BINARY[name]
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    tree = json.loads(header["__metadata__"].get("tree", "null"))
    for _ in range(data.draw(st.integers(1, 3))):
        if name == "states" and data.draw(st.booleans()):
            tree = replaced(tree, data.draw(st.sampled_from(places(tree))), data.draw(JSON))
        else:
            header = replaced(header, data.draw(st.sampled_from(places(header))), data.draw(JSON))
    if name == "states" and isinstance(header, dict) and isinstance(header.get("__metadata__"), dict):
        header["__metadata__"]["tree"] = json.dumps(tree)
    text = json.dumps(header).encode()
    frugally(read, len(text).to_bytes(8, "little") + text + content[8 + length :])
