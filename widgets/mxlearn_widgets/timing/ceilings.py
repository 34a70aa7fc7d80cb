"""What a device does at best, measured here: the two ceilings of the roofline (Williams, Waterman and Patterson 2009).

A program cannot compute faster than the arithmetic ceiling, nor faster than the memory brings numbers: the bandwidth
times its arithmetic intensity, in floating-point operations a byte. Both ceilings are the best of a few float32 runs of
mxlearn itself, so they are what a program here can reach, not the figures of a data sheet. Small arrays fit into the
cache, which is faster than the memory: their points may lie above the slope.
"""

from collections.abc import Callable

from mxlearn import nd
from mxlearn.context import Context
from mxlearn.timing import Stopwatch

from .measure import sample
from .samples import Ceiling

ROUNDS = 5
PRODUCTS = {"cpu": (512, 1024), "gpu": (2048, 4096, 8192)}  # rows of the square matrices
COPY = {"cpu": 1 << 24, "gpu": 1 << 27}  # numbers: 64 and 512 MiB, more than the caches hold

_known: dict[Context, Ceiling] = {}


def ceiling(ctx: Context) -> Ceiling:
    """Return the ceilings of a device; they are measured once a process, in some tenths of a second."""
    if ctx not in _known:
        _known[ctx] = _measure(ctx)
    return _known[ctx]


def _measure(ctx: Context) -> Ceiling:
    kind = "gpu" if ctx.device_type == "gpu" else "cpu"
    flops = max(_product(ctx, n) for n in PRODUCTS[kind])
    count = COPY[kind]
    source, target = nd.ones((count,), ctx=ctx), nd.zeros((count,), ctx=ctx)
    bandwidth = 8.0 * count / _best(ctx, lambda: source.copyto(target))  # each number is read and written
    return Ceiling(flops, bandwidth)


def _product(ctx: Context, n: int) -> float:
    a = nd.ones((n, n), ctx=ctx)
    return 2.0 * n**3 / _best(ctx, lambda: nd.dot(a, a))


def _best(ctx: Context, work: Callable[[], object]) -> float:
    watch = Stopwatch(ctx)
    sample(watch, work)  # cold
    return min(sample(watch, work).synchronized for _ in range(ROUNDS))
