# Written by tests/make_stubs.py from the operator registry; do not edit.
"""mxlearn: learn how deep learning works, on a core that speaks Apache MXNet's language."""
from . import attribute as attribute
from . import autograd as autograd
from . import base as base
from . import cached_op as cached_op
from . import callback as callback
from . import checkpoint as checkpoint
from . import compat as compat
from . import context as context
from . import contrib as contrib
from . import course as course
from . import data as data
from . import engine as engine
from . import executor as executor
from . import gluon as gluon
from . import image as image
from . import image as img
from . import initializer as init
from . import initializer as initializer
from . import inspection as inspection
from . import io as io
from . import kvstore as kv
from . import kvstore as kvstore
from . import lr_scheduler as lr_scheduler
from . import metric as metric
from . import model as model
from . import module as mod
from . import module as module
from . import monitor as mon
from . import monitor as monitor
from . import name as name
from . import ndarray as nd
from . import ndarray as ndarray
from . import numpy as np
from . import numpy as numpy
from . import numpy_extension as npx
from . import numpy_extension as numpy_extension
from . import operator as operator
from . import optimizer as optimizer
from . import profiler as profiler
from . import random as random
from . import random as rnd
from . import recordio as recordio
from . import rnn as rnn
from . import runtime as runtime
from . import safetensors as safetensors
from . import symbol as sym
from . import symbol as symbol
from . import test_utils as test_utils
from . import timing as timing
from . import util as util
from . import visualization as visualization
from . import visualization as viz
from .attribute import AttrScope as AttrScope
from .base import MXNetError as MXNetError
from .context import Context as Context
from .context import cpu as cpu
from .context import cpu_pinned as cpu_pinned
from .context import current_context as current_context
from .context import gpu as gpu
from .context import gpu_memory_info as gpu_memory_info
from .context import num_gpus as num_gpus
from .executor import Executor as Executor
from .monitor import Monitor as Monitor
from .ndarray.array import NDArray as NDArray
from .symbol.symbol import Symbol as Symbol
from .threads import num_threads as num_threads
from .threads import set_num_threads as set_num_threads

__version__: str

__all__ = [
    "AttrScope",
    "Context",
    "Executor",
    "MXNetError",
    "Monitor",
    "NDArray",
    "Symbol",
    "attribute",
    "autograd",
    "base",
    "cached_op",
    "callback",
    "checkpoint",
    "compat",
    "context",
    "contrib",
    "course",
    "cpu",
    "cpu_pinned",
    "current_context",
    "data",
    "engine",
    "executor",
    "gluon",
    "gpu",
    "gpu_memory_info",
    "image",
    "img",
    "init",
    "initializer",
    "inspection",
    "io",
    "kv",
    "kvstore",
    "lr_scheduler",
    "metric",
    "mod",
    "model",
    "module",
    "mon",
    "monitor",
    "name",
    "nd",
    "ndarray",
    "np",
    "npx",
    "num_gpus",
    "num_threads",
    "numpy",
    "numpy_extension",
    "operator",
    "optimizer",
    "profiler",
    "random",
    "recordio",
    "rnd",
    "rnn",
    "runtime",
    "safetensors",
    "set_num_threads",
    "sym",
    "symbol",
    "test_utils",
    "timing",
    "util",
    "visualization",
    "viz",
]
