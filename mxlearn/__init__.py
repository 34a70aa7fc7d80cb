"""mxlearn: learn how deep learning works, on a core that speaks Apache MXNet's language.

    import mxlearn as mx

    x = mx.nd.array([[1, 2], [3, 4]])
    x.attach_grad()
    with mx.autograd.record():
        y = (x * x).sum()
    y.backward()
    print(x.grad)

Modules that an interactive session may not need are imported when they are first used.
"""
import importlib as _importlib
import warnings as _warnings

from . import autograd, base, context, ndarray
from . import ndarray as nd
from .base import MXNetError
from .context import Context, cpu, cpu_pinned, current_context, gpu, gpu_memory_info, num_gpus
from .ndarray import NDArray
from .threads import num_threads, set_num_threads

__version__ = "0.1.0"

__all__ = [
    "Context",
    "MXNetError",
    "NDArray",
    "autograd",
    "base",
    "context",
    "cpu",
    "cpu_pinned",
    "current_context",
    "gpu",
    "gpu_memory_info",
    "nd",
    "ndarray",
    "num_gpus",
    "num_threads",
    "set_num_threads",
]
__all__ += ["AttrScope", "Symbol", "sym", "symbol"]  # pyright: ignore[reportUnsupportedDunderAll]

# log(0) is -inf and 0/0 is nan without a word, as in MXNet. NumPy code outside of mxlearn keeps its warnings.
_warnings.filterwarnings(
    "ignore",
    message="(divide by zero|invalid value|overflow|underflow) encountered",
    category=RuntimeWarning,
    module=r"mxlearn\.",
)

# name in this package: module that holds it
_LAZY = {
    "attribute": "attribute",
    "cached_op": "cached_op",
    "callback": "callback",
    "checkpoint": "checkpoint",
    "compat": "compat",
    "contrib": "contrib",
    "course": "course",
    "data": "data",
    "engine": "engine",
    "executor": "executor",
    "gluon": "gluon",
    "image": "image",
    "img": "image",
    "init": "initializer",
    "initializer": "initializer",
    "inspection": "inspection",
    "io": "io",
    "kv": "kvstore",
    "kvstore": "kvstore",
    "lr_scheduler": "lr_scheduler",
    "metric": "metric",
    "mod": "module",
    "model": "model",
    "module": "module",
    "mon": "monitor",
    "monitor": "monitor",
    "name": "name",
    "np": "numpy",
    "operator": "operator",
    "npx": "numpy_extension",
    "numpy": "numpy",
    "numpy_extension": "numpy_extension",
    "optimizer": "optimizer",
    "profiler": "profiler",
    "random": "random",
    "recordio": "recordio",
    "rnd": "random",
    "rnn": "rnn",
    "runtime": "runtime",
    "safetensors": "safetensors",
    "sym": "symbol",
    "symbol": "symbol",
    "test_utils": "test_utils",
    "timing": "timing",
    "util": "util",
    "visualization": "visualization",
    "viz": "visualization",
}
_LAZY_NAMES = {"AttrScope": "attribute", "Executor": "executor", "Monitor": "monitor", "Symbol": "symbol"}


def __getattr__(name: str):
    if name in _LAZY:
        found = _importlib.import_module(f".{_LAZY[name]}", __name__)
    elif name in _LAZY_NAMES:
        found = getattr(_importlib.import_module(f".{_LAZY_NAMES[name]}", __name__), name)
    else:
        raise base.missing(__name__, name, __dir__)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*(key for key in globals() if not key.startswith("_")), *_LAZY, *_LAZY_NAMES, "__version__"})
