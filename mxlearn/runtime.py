"""What this machine and its libraries can do, under the names of MXNet's build options: ``mx.runtime``.

    mx.runtime.Features().is_enabled("CUDA")
    mx.runtime.feature_list()

References: MXNet 1.9.1 module mxnet.runtime.
"""
import sys
from collections import OrderedDict
from typing import Any

import numpy as np

from .backend import without_nccl
from .base import NotFoundError, nearest
from .context import num_gpus
from .kernels import cudnn, onednn

__all__ = ["Feature", "Features", "feature_list"]

# All names of MXNet 1.9.1 in its order. What feature_list() does not find is not here: mxlearn computes with NumPy
# and CuPy, and on some machines with cuDNN or with oneDNN, which MXNet calls MKLDNN.
_NAMES = [
    "CUDA", "CUDNN", "NCCL", "CUDA_RTC", "TENSORRT", "CPU_SSE", "CPU_SSE2", "CPU_SSE3", "CPU_SSE4_1", "CPU_SSE4_2",
    "CPU_SSE4A", "CPU_AVX", "CPU_AVX2", "OPENMP", "SSE", "F16C", "JEMALLOC", "BLAS_OPEN", "BLAS_ATLAS", "BLAS_MKL",
    "BLAS_APPLE", "LAPACK", "MKLDNN", "OPENCV", "CAFFE", "PROFILER", "DIST_KVSTORE", "CXX14", "INT64_TENSOR_SIZE",
    "SIGNAL_HANDLER", "DEBUG", "TVM_OP",
]

# what NumPy calls the instructions of each name: of its own, or of the level of x86-64 that includes them
_INSTRUCTIONS = {
    "CPU_SSE": ("SSE", "X86_V2"),
    "CPU_SSE2": ("SSE2", "X86_V2"),
    "CPU_SSE3": ("SSE3", "X86_V2"),
    "CPU_SSE4_1": ("SSE41", "X86_V2"),
    "CPU_SSE4_2": ("SSE42", "X86_V2"),
    "CPU_AVX": ("AVX", "X86_V3"),
    "CPU_AVX2": ("AVX2", "X86_V3"),
    "SSE": ("SSE", "X86_V2"),
    "F16C": ("F16C", "X86_V3"),
}


class Feature:
    """One feature.

    Attributes
    ----------
    name : str
    enabled : bool
    reason : str, why a library that computes faster is not in use, or the version of it that is; "" of other features
    """

    def __init__(self, name: str, enabled: bool, reason: str = ""):
        self.name = name
        self.enabled = enabled
        self.reason = reason

    def __repr__(self) -> str:
        return f"{'✔' if self.enabled else '✖'} {self.name}"


def feature_list() -> list[Feature]:
    """Return all features, those that are here and those that are not."""
    built: Any = np.show_config(mode="dicts") or {}
    simd = built.get("SIMD Extensions", {})
    instructions = {*simd.get("baseline", ()), *simd.get("found", ())}
    libraries = built.get("Build Dependencies", {})
    blas = str(libraries.get("blas", {}).get("name", "")).lower()
    here = {name for name, found in _INSTRUCTIONS.items() if instructions.intersection(found)}
    signs = {"BLAS_OPEN": "openblas", "BLAS_MKL": "mkl", "BLAS_APPLE": "accelerate", "BLAS_ATLAS": "atlas"}
    here |= {name for name, sign in signs.items() if sign in blas}
    if libraries.get("lapack", {}).get("found"):
        here.add("LAPACK")
    states = {"MKLDNN": onednn.state(), "CUDNN": cudnn.state()}
    here |= {name for name, state in states.items() if state.version is not None}
    if "MKLDNN" in here:
        here.add("OPENMP")  # by which it spreads its work
    if num_gpus():
        here.add("CUDA")
    no_nccl = without_nccl()
    if not no_nccl:
        here.add("NCCL")
    if sys.maxsize > 2**32:
        here.add("INT64_TENSOR_SIZE")
    here.add("PROFILER")
    reasons = {name: state.reason or f"version {state.version}" for name, state in states.items()}
    reasons["NCCL"] = no_nccl
    return [Feature(name, name in here, reasons.get(name, "")) for name in _NAMES]


class Features(OrderedDict):
    """All features by name. There is one such object.

    Examples
    --------
    >>> mx.runtime.Features().is_enabled("OPENCV")
    False
    >>> mx.runtime.Features()["PROFILER"]
    ✔ PROFILER
    >>> mx.runtime.Features()["MKLDNN"].reason                 # doctest: +SKIP
    'not installed: pip install onednn-cpu-gomp'
    """

    instance: "Features | None" = None

    def __new__(cls):
        if cls.instance is None:
            cls.instance = super().__new__(cls)
            OrderedDict.__init__(cls.instance, [(feature.name, feature) for feature in feature_list()])
        return cls.instance

    def __init__(self):
        """The one object is filled when it is made."""

    def __repr__(self) -> str:
        return str(list(self.values()))

    def is_enabled(self, feature_name: str) -> bool:
        """Tell whether a feature is here; upper and lower case are the same.

        Raises
        ------
        NotFoundError
            If there is no feature of that name.
        """
        name = feature_name.upper()
        if name not in self:
            raise NotFoundError(
                f"Feature '{name}' is unknown, known features are: {list(self)}.{nearest(name, self)}"
            )
        return self[name].enabled
