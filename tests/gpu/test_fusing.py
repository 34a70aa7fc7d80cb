"""Chains of elementwise nodes as one kernel: which nodes are joined, the text that comes out, and what it computes."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.core import fusing, passes
from mxlearn.core.compile import compile_graph
from mxlearn.core.training import infer_all

from . import test_cuda_compile as compiler


def program(cupy, symbol, shapes, dtype="float32"):
    """Return the program of a symbol on a GPU, after the fusing pass, and its report."""
    inputs = [node for node in symbol._nodes() if node.op is None]
    known = {node: shapes[node.name] for node in inputs}
    found, dtypes = infer_all(symbol._entries, known, {node: np.dtype(dtype) for node in inputs})
    compiled = compile_graph(
        symbol._entries, inputs, xp=cupy, shapes=found, dtypes=dtypes, steps=[fusing.fuse_kernels, passes.plan_buffers]
    )
    return compiled, compiled.reports[0]


def values(cupy, compiled, shapes, dtype="float32", seed=0):
    rng = np.random.default_rng(seed)
    host = [rng.uniform(0.5, 2, shapes[node.name]).astype(dtype) for node in compiled.inputs]
    return [cupy.array(each) for each in host], dict(zip([n.name for n in compiled.inputs], host, strict=True))


nvrtc = compiler.nvrtc  # the fixture
x, y, z = (mx.sym.Variable(name) for name in "xyz")
SHAPES = dict.fromkeys("xyz", (3, 4))


def test_a_chain_becomes_one_kernel(cupy):
    compiled, report = program(cupy, mx.sym.relu(x * y + 3) / z, SHAPES)
    assert (report.before, report.after) == (4, 1)
    assert compiled.source.count("fused_multiply_add_maximum_divide(") == 1
    raw, host = values(cupy, compiled, SHAPES)
    found = compiled.run(raw)[0]
    np.testing.assert_allclose(found.get(), np.maximum(host["x"] * host["y"] + 3, 0) / host["z"], rtol=1e-6)


def test_a_tree_becomes_one_kernel(cupy):
    _, report = program(cupy, (x + y) * (y - z), SHAPES)
    assert (report.before, report.after) == (3, 1)


def test_a_value_that_two_nodes_read_inside_of_the_kernel_is_computed_once(cupy):
    shared = x + 1
    compiled, report = program(cupy, shared * y + shared, SHAPES)
    assert (report.before, report.after) == (3, 1)
    raw, host = values(cupy, compiled, SHAPES)
    one = host["x"] + 1
    np.testing.assert_allclose(compiled.run(raw)[0].get(), one * host["y"] + one, rtol=1e-6)


def test_a_value_that_is_returned_or_read_elsewhere_is_not_joined(cupy):
    shared = x * y
    _, report = program(cupy, mx.sym.Group([shared, shared + 1]), SHAPES)
    assert report.after == 2
    _, report = program(cupy, mx.sym.broadcast_add(mx.sym.sum(shared, axis=1, keepdims=True), shared + 1), SHAPES)
    assert report.after == report.before


def test_constants_are_arguments_and_never_text(cupy):
    first, _ = program(cupy, (x + 0.125) * 3, SHAPES)
    second, _ = program(cupy, (x + 7) * 11, SHAPES)
    ops = [compiled.steps[0].node.op for compiled in (first, second)]
    assert ops[0] is ops[1]
    assert "0.125" not in fusing.source(ops[0].lines, "f")
    assert "c0=0.125" in first.source and "c0=7" in second.source


def test_the_text_of_a_kernel(cupy):
    compiled, _ = program(cupy, mx.sym.relu(x * y - 2), SHAPES)
    assert fusing.source(compiled.steps[0].node.op.lines, "f").splitlines() == [
        "const float v0 = (float)x0 * (float)x1;",
        "const float v1 = v0 - c0;",
        "const float v2 = isnan(v1) || v1 > c1 ? v1 : c1;",
        "out = v2;",
    ]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_each_dtype_gives_what_numpy_gives(cupy, dtype):
    compiled, report = program(cupy, (x * y - 0.5) / (z + 2), SHAPES, dtype)
    assert report.after == 1
    raw, host = values(cupy, compiled, SHAPES, dtype)
    wide = {name: value.astype("float64") for name, value in host.items()}
    found = compiled.run(raw)[0]
    assert found.dtype == dtype
    expected = (wide["x"] * wide["y"] - 0.5) / (wide["z"] + 2)
    tolerance = {"float16": 2e-3, "float32": 1e-6, "float64": 1e-14}[dtype]
    np.testing.assert_allclose(found.get(), expected, rtol=tolerance, atol=tolerance)


def test_nan_is_not_lost_in_a_comparison(cupy):
    compiled, report = program(cupy, mx.sym.relu(x + 0) * 1, SHAPES)
    assert report.after == 1
    found = compiled.run([cupy.full((3, 4), np.nan, "float32")])[0]
    assert np.isnan(found.get()).all()


def single(name):
    """Return one step that calls a function of the table on arrays, and how many it takes."""
    expression = fusing.EXPRESSIONS[name]
    count = 2 if "{1}" in expression or expression.count("{}") == 2 else 1
    return (fusing.Line(name, tuple(("x", i) for i in range(count))),), count


@pytest.mark.parametrize("char", ["f", "d"])
@pytest.mark.parametrize("name", list(fusing.EXPRESSIONS))
def test_every_function_of_the_table_compiles(nvrtc, name, char):
    lines, count = single(name)
    real = {"f": "float", "d": "double"}[char]
    read = " ".join(f"const {real} x{i} = given[{i}];" for i in range(count))
    code = f"""extern "C" __global__ void kernel(const {real}* given, {real}* result) {{
        {read}
        {real} out;
        {fusing.source(lines, char)}
        result[0] = out;
    }}"""
    status, log = nvrtc.compile(code, compiler.options_for("sm_80", False))
    assert (status, log.strip("\0\n ")) == (0, "")


def test_every_function_of_the_table_gives_what_numpy_gives(cupy):
    a, b = (np.linspace(start, 0.9, 7) for start in (0.2, 0.6))
    for name in fusing.EXPRESSIONS:
        lines, count = single(name)
        kernel = fusing.Fused(lines, "d" * count, "d").kernel
        found = kernel(cupy, *(cupy.array(each) for each in (a, b)[:count]))
        np.testing.assert_allclose(found.get(), getattr(np, name)(*(a, b)[:count]), rtol=1e-12, err_msg=name)


def test_a_kernel_with_too_many_arguments_is_cut(cupy):
    names = [f"v{i}" for i in range(40)]
    total = mx.sym.Variable(names[0])
    for name in names[1:]:
        total = total + mx.sym.Variable(name)
    compiled, report = program(cupy, total, dict.fromkeys(names, (2,)))
    assert 1 < report.after < 5
    raw, host = values(cupy, compiled, dict.fromkeys(names, (2,)))
    np.testing.assert_allclose(compiled.run(raw)[0].get(), sum(host.values()), rtol=1e-5)


def test_shapes_that_broadcast_are_left_alone(cupy):
    _, report = program(cupy, mx.sym.broadcast_add(x, y) * 2 + 1, {"x": (3, 4), "y": (1, 4)})
    assert (report.before, report.after) == (3, 2)
