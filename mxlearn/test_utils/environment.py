"""What tests run in: the default context and dtype, environment variables, GPUs."""
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps

import numpy as np

from .. import context
from ..base import ArgumentError


def default_context() -> context.Context:
    """Return the current context."""
    return context.current_context()


def set_default_context(ctx: context.Context) -> None:
    """Make ``ctx`` the context of this thread outside of any ``with`` block."""
    context._state.stack = (context.Context(ctx), *context._state.stack[1:])


def default_dtype() -> type:
    """Return the dtype of random test arrays, float32."""
    return np.float32


def list_gpus() -> range:
    """Return the numbers of the GPUs of this machine; empty where there is none."""
    return range(context.num_gpus())


def getenv(name: str) -> str | None:
    """Return an environment variable, None where it is not set."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable; None removes it."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@contextmanager
def environment(*args) -> Iterator[None]:
    """Set environment variables inside a ``with`` block: ``environment("A", "1")`` or ``environment({"A": None})``.

    None removes a variable. What was there before comes back at the end.
    """
    if len(args) == 1 and isinstance(args[0], dict):
        wanted = args[0]
    elif len(args) == 2:
        wanted = {args[0]: args[1]}
    else:
        raise ArgumentError(f"environment: expected a dict, or a name and a value. Received: {args}")
    for name, value in wanted.items():
        if value is not None and not isinstance(value, str):
            raise ArgumentError(f"environment: {name} must be a str or None. Received: {value!r}")
    before = {name: os.environ.get(name) for name in wanted}
    try:
        for name, value in wanted.items():
            setenv(name, value)
        yield
    finally:
        for name, value in before.items():
            setenv(name, value)


@contextmanager
def discard_stderr() -> Iterator[None]:
    """Throw away what is written to standard error inside a ``with`` block, by Python and by libraries."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def retry(n: int):
    """Decorate a test that depends on random numbers: it passes if one of ``n`` runs raises no AssertionError."""
    if n < 1:
        raise ArgumentError(f"retry: n must be 1 or more. Received: {n}")

    def decorate(function):
        @wraps(function)
        def run(*args, **kwargs):
            for _ in range(n - 1):
                try:
                    return function(*args, **kwargs)
                except AssertionError:
                    continue
            return function(*args, **kwargs)

        return run

    return decorate


def has_tvm_ops() -> bool:
    """Return False: MXNet's operators written in TVM are not here."""
    return False


def is_op_runnable() -> bool:
    """Return True: every operator runs on every device."""
    return True


def is_aarch64_run() -> bool:
    """Return whether this is a machine of the 64-bit ARM architecture."""
    import platform

    return platform.machine() in ("aarch64", "arm64")


def is_cd_run() -> bool:
    """Return whether ``CD_JOB=1`` in the environment says that a delivery is tested, as MXNet's own jobs do."""
    return os.environ.get("CD_JOB") == "1"
