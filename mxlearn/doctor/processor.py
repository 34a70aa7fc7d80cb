"""What computes on the CPU: NumPy's linear algebra, oneDNN, and how many threads they have."""

import os
import platform
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from mxlearn import threads
from mxlearn.base import ArgumentError
from mxlearn.kernels import onednn

from .checks import check
from .finding import Finding, ok, problem, warning
from .installed import install, setting

SUBJECT = "Processor"
VARIABLES = ("MXLEARN_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@check(SUBJECT, "BLAS")
def blas() -> Iterator[Finding]:
    """NumPy has a fast library for products of matrices."""
    built: Any = np.show_config(mode="dicts") or {}
    library = built.get("Build Dependencies", {}).get("blas", {})
    name, version = str(library.get("name", "")), str(library.get("version", ""))
    facts = {"name": name, "version": version, "numpy": np.__version__}
    if name in ("", "none", "lapack_lite"):
        yield warning("NumPy was built without BLAS: products of matrices are slow", install("lab"), **facts)
    else:
        yield ok(f"{name} {version} behind NumPy {np.__version__}", **facts)


@check(SUBJECT, "oneDNN")
def fast_kernels() -> Iterator[Finding]:
    """Convolution and pooling have their fast kernels, where these exist."""
    state = onednn.state()
    facts = {"version": state.version, "reason": state.reason}
    if state.version is not None:
        yield ok(f"{state.version} is in use", **facts)
    elif os.environ.get("MXLEARN_ONEDNN") == "0":
        seen = "switched off by MXLEARN_ONEDNN=0: NumPy does its work, more slowly"
        yield warning(seen, setting("MXLEARN_ONEDNN", ""), **facts)
    elif sys.platform == "linux" and platform.machine() == "x86_64":
        yield warning(f"not in use, NumPy does its work, more slowly: {state.reason}", install("onednn"), **facts)
    else:
        yield ok(f"not in use, NumPy does its work: {state.reason}", **facts)


@check(SUBJECT, "threads")
def pools() -> Iterator[Finding]:
    """There are no more threads than processors for them."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    set_ = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    facts: dict[str, Any] = {"processors": usable, "variables": set_}
    try:
        count = threads.num_threads()
    except ArgumentError as error:
        yield problem(str(error).splitlines()[0], setting("MXLEARN_NUM_THREADS", ""), **facts)
        return
    facts.update(threads=count, blas=threads.blas_threads())
    of = f"{count} thread{'s' * (count != 1)} on {usable} processor{'s' * (usable != 1)}"
    by = f" ({', '.join(f'{name}={value}' for name, value in set_.items())})" if set_ else ""
    if count > usable:
        seen = f"{of}{by}: they will wait for one another"
        yield warning(seen, setting("MXLEARN_NUM_THREADS", str(usable)), **facts)
    else:
        yield ok(f"{of}{by}; products of NumPy take {facts['blas']}", **facts)
