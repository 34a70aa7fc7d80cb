"""Every operator on a GPU against the CPU, over the samples of the operator sweep: results and gradients."""
import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.core.operator import REGISTRY

sys.path.append(str(Path(__file__).parents[1]))
sampling = importlib.import_module("ops.sampling")
for _path in sorted(Path(sampling.__file__).parent.glob("samples_*.py")):
    importlib.import_module(f"ops.{_path.stem}")

# _copyto names two contexts in its attributes: test_placement.py has it
OPERATORS = sorted({op.name for op in REGISTRY.values()} - {"_copyto", "_CrossDeviceCopy"})  # those go between devices
# |gpu - cpu| <= tolerance * (1 + largest |cpu|): sums run in another order on a GPU
TOLERANCES = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-9}


def on(ctx, values) -> list:
    with ctx:
        return [None if x is None else sampling.as_array(x) for x in values]


def assert_agree(got, expected: np.ndarray, what: str) -> None:
    got = got.asnumpy()
    assert got.shape == expected.shape, f"{what}: shape {got.shape} on the GPU, {expected.shape} on the CPU"
    assert got.dtype == expected.dtype, f"{what}: {got.dtype} on the GPU, {expected.dtype} on the CPU"
    finite = expected[np.isfinite(expected)]
    atol = TOLERANCES.get(expected.dtype.name, 0) * (1 + (np.abs(finite.astype("float64")).max() if finite.size else 0))
    np.testing.assert_allclose(got.astype("float64"), expected.astype("float64"), rtol=0, atol=atol, err_msg=what)


def run(call, ctx, cotangents=None, wrt=()) -> tuple[list, list]:
    """Return the visible outputs and the gradients on a context."""
    arrays = on(ctx, call.values)
    for i in wrt:
        arrays[i].attach_grad()
    mx.random.seed(call.sample.seed)
    with ctx, mx.autograd.record(train_mode=call.sample.train):
        result = sampling.invoke(call.op, arrays, call.attrs)
    outputs = result if isinstance(result, list) else [result]
    if cotangents:
        heads = [outputs[i] for i in cotangents]
        with ctx:
            weights = [sampling.as_array(w, outputs[i].dtype) for i, w in cotangents.items()]
        mx.autograd.backward(heads, weights)
    return outputs, [arrays[i].grad for i in wrt]


def in_dtype(call, dtype: str) -> bool:
    """Turn the floating inputs into ``dtype``; tell whether there are any."""
    floating = [i for i, x in enumerate(call.values) if x is not None and x.dtype == np.float64]
    for i in floating:
        call.values[i] = call.values[i].astype(dtype)
    return bool(floating)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("name", OPERATORS)
def test_operator_gives_on_a_gpu_what_it_gives_on_a_cpu(name, dtype):
    for sample in sampling.samples_of(name):
        call = sampling.Call(REGISTRY[name], sample)
        wrt, cotangents = call.differentiable(), call.cotangents()
        if not wrt or not cotangents:
            wrt, cotangents = [], {}
        if dtype != "float64" and not in_dtype(call, dtype):
            continue
        try:
            expected, slopes = run(call, mx.cpu(), cotangents, wrt)
        except mx.MXNetError as error:  # an operator that does not take the dtype says so on both
            with pytest.raises(type(error)):
                run(call, mx.gpu(), cotangents, wrt)
            continue
        outputs, gradients = run(call, mx.gpu(), cotangents, wrt)
        for i, (a, b) in enumerate(zip(outputs, expected, strict=True)):
            assert a.context == mx.gpu()
            if call.op.wants_rng:  # other numbers, by design
                assert (a.shape, a.dtype) == (b.shape, b.dtype)
                assert np.isfinite(a.asnumpy().astype("float64")).all()
            else:
                assert_agree(a, b.asnumpy(), f"output {i}")
        for i, a, b in zip(wrt, gradients, slopes, strict=True):
            if not call.op.wants_rng:
                assert_agree(a, b.asnumpy(), f"gradient of input {i}")


# These cannot go on without a number from the GPU: the shape of the result; whether an index exists, which mode="raise"
# of take and index_copy ask; what the random draw says to do with an image; whether a matrix has an inverse.
WAITS = {"_contrib_boolean_mask", "_contrib_index_copy", "_take_backward", "take"}
WAITS |= {name for name in OPERATORS if name.startswith("_image_random")}
# Greedy pairing asks for the best pair again and again, a proposal for the size of its image, pooling for the largest
# bin.
WAITS |= {"_contrib_bipartite_matching", "_contrib_MultiBoxTarget", "_contrib_Proposal", "_contrib_MultiProposal"}
WAITS |= {"ROIPooling", "_contrib_ROIAlign", "_backward_ROIAlign", "_contrib_RROIAlign"}


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_does_not_wait_for_the_gpu(name, on_standin):
    """A copy to the host in the middle of a network would make the host wait for all that was queued before."""
    if not on_standin:
        pytest.skip("the stand-in counts the copies")
    from .standin.array import COUNTS

    for sample in sampling.samples_of(name):
        call = sampling.Call(REGISTRY[name], sample)
        wrt, cotangents = call.differentiable(), call.cotangents()
        before = COUNTS["get"]
        run(call, mx.gpu(), cotangents if wrt else {}, wrt)
        if name not in WAITS:
            assert COUNTS["get"] == before, f"{COUNTS['get'] - before} copies to the host"


@pytest.mark.parametrize("name", OPERATORS)
def test_compiled_program_gives_on_a_gpu_what_it_gives_on_a_cpu(name):
    for sample in sampling.samples_of(name):
        call = sampling.Call(REGISTRY[name], sample)
        if call.op.wants_rng or name in sampling.DATA_DEPENDENT:
            continue
        heads, _ = call.graph()
        results = []
        for ctx in (mx.cpu(), mx.gpu()):
            executor = bound(sampling.Symbol(heads[: call.visible]), call, ctx)
            results.append(executor.forward(is_train=sample.train))
        for i, (a, b) in enumerate(zip(*results, strict=True)):
            assert_agree(b, a.asnumpy(), f"output {i}")


def bound(symbol, call, ctx):
    arrays = {f"x{i}": x for i, x in enumerate(on(ctx, call.values)) if x is not None}
    states = {name: arrays.pop(name) for name in symbol.list_auxiliary_states()}
    return symbol.bind(ctx, arrays, grad_req="null", aux_states=states)
