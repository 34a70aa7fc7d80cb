"""Run a program where there may be no GPU.

    python -m tests.gpu.on_gpu PROGRAM [ARGUMENT ...]       its arrays live on gpu(0) wherever it names no context
    python -m tests.gpu.on_gpu -m MODULE [ARGUMENT ...]     as ``python -m MODULE``

MXLEARN_GPU_STANDIN=1 takes the stand-in for the GPU. A program may be one that was written for MXNet.
"""
import contextlib
import os
import runpy
import sys


def main(arguments: list[str]) -> None:
    """Run it as the main program."""
    from . import standin

    with standin.installed() if os.environ.get("MXLEARN_GPU_STANDIN") == "1" else contextlib.nullcontext():
        import mxlearn as mx
        from mxlearn import compat

        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
            return
        sys.argv = arguments
        compat.install()
        with mx.gpu(0):
            runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
