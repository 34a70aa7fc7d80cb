"""HybridDiff: how long it takes to open, and what it costs to watch the compiler."""

import json
from functools import partial
from time import perf_counter

import mxlearn_widgets as mxw

from mxlearn import inspection
from mxlearn.core.training import TrainingGraph
from mxlearn.inspection import Subject
from tests.widgets.hybrid.networks import lenet, residual

from .figures import Figure, median_ms


def compile_ms(both: Subject, watch=None) -> float:
    """Return the median time in which a network is compiled for training."""
    inputs = both.cached._inputs
    raws = [array._data for array in both.arrays]
    shapes = {node: raw.shape for node, raw in zip(inputs, raws, strict=True)}
    dtypes = {node: raw.dtype for node, raw in zip(inputs, raws, strict=True)}
    wanted = [node for node, want in zip(inputs, both.wanted, strict=True) if want]
    heads = both.cached.symbol._entries
    return median_ms(
        partial(TrainingGraph, heads, inputs, wanted, xp=both.ctx.xp, shapes=shapes, dtypes=dtypes, watch=watch)
    )


def first_ms(net, x) -> tuple[float, int]:
    """Return the time in which a diff opens for the first time, and its number of operators."""
    start = perf_counter()
    diff = mxw.hybrid_diff(net, x, backward=True)
    return 1000 * (perf_counter() - start), diff.compiled.calls[0]


def measure() -> list[Figure]:
    """Measure opening, and compiling with and without a watcher."""
    mxw.hybrid_diff(*lenet())  # imports
    found = []
    for name, (net, x) in (("LeNet", lenet()), ("residual", residual(11))):
        milliseconds, operators = first_ms(net, x)
        both = inspection.subject(net, x, backward=True)
        diff = mxw.hybrid_diff(net, x, backward=True)
        size = sum(len(json.dumps(diff.get_state(key))) for key in ("record", "scenes")) / 1000
        what = f"{name}, {operators} operators with backward"
        found += [
            Figure(f"{what}: open, 0.25 s of it measuring", milliseconds, "ms", 1000),
            Figure(f"{what}: compile and record", median_ms(partial(inspection.record, both), 5), "ms"),
            Figure(f"{what}: compile, nobody watches", compile_ms(both), "ms"),
            Figure(f"{what}: compile, somebody watches", compile_ms(both, lambda *_: None), "ms"),
            Figure(f"{what}: sent to the browser", size, "kB"),
            Figure(f"{what}: static picture", len(diff.to_svg()) / 1000, "kB"),
        ]
    return found
