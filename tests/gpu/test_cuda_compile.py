"""Every source of CUDA kernels compiles with NVRTC, the compiler that CuPy uses, for several generations of GPUs.

That needs NVIDIA's compiler and headers (the packages nvidia-cuda-nvrtc-cu12 and nvidia-cuda-runtime-cu12, those of
CUDA 13, or a CUDA toolkit), but no GPU and no driver.
"""

import ctypes
import glob
import os
import site
import sys
from pathlib import Path

import pytest

from mxlearn.kernels.cuda import launch

SOURCES = sorted(path.stem for path in Path(launch.__file__).parent.glob("*.cu"))
# T and U: one dtype; float16 with parameters and states in float32; values of float32 by indices of int64
CASES = [(source, types) for source in SOURCES for types in ("ff", "dd", "ee", "ef", "fl")]
CASES += [("indexing", types) for types in ("Bl", "Qf", "Ii")]  # what is only copied is copied as integers


def roots() -> list[str]:
    """Return folders that may hold NVIDIA's packages or a toolkit."""
    packages = [os.path.join(folder, "nvidia", "*") for folder in dict.fromkeys([*sys.path, *site.getsitepackages()])]
    found = [folder for pattern in packages if pattern for folder in sorted(glob.glob(pattern))]
    return [*found, os.environ.get("CUDA_PATH", ""), "/usr/local/cuda", *sorted(glob.glob("/usr/local/cuda-*"))]


def first(pattern: str) -> str | None:
    """Return the first path behind one of the roots."""
    return next((path for root in roots() if root for path in sorted(glob.glob(os.path.join(root, pattern)))), None)


class Nvrtc:
    """The compiler, through its C interface."""

    def __init__(self, path: str):
        self.c = ctypes.CDLL(path)

    def compile(self, code: str, options: list[str]) -> tuple[int, str]:
        """Return the status, 0 where it is compiled, and the log."""
        program, size = ctypes.c_void_p(), ctypes.c_size_t()
        assert not self.c.nvrtcCreateProgram(ctypes.byref(program), code.encode(), b"kernels.cu", 0, None, None)
        given = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
        status = self.c.nvrtcCompileProgram(program, len(options), given)
        self.c.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        log = ctypes.create_string_buffer(size.value)
        self.c.nvrtcGetProgramLog(program, log)
        self.c.nvrtcDestroyProgram(ctypes.byref(program))
        return status, log.value.decode()


@pytest.fixture(scope="module")
def nvrtc():
    for pattern in ("lib/libnvrtc.so.1[0-9]", "lib64/libnvrtc.so.1[0-9]", "bin/nvrtc64_1*_0.dll"):
        path = first(pattern)
        if path is not None:
            return Nvrtc(path)
    pytest.skip("NVRTC is not installed: pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12")


def options_for(generation: str, half: bool) -> list[str]:
    """Return the options of a compilation to machine code; the header for __half has to be found."""
    header = first("include/cuda_fp16.h")
    if half and header is None:
        pytest.skip("cuda_fp16.h is not installed: pip install nvidia-cuda-runtime-cu12")
    return ["-std=c++17", f"--gpu-architecture={generation}", *([f"-I{Path(header).parent}"] if header else [])]


def check(nvrtc, source: str, types: str, large: bool, generation: str) -> None:
    status, log = nvrtc.compile(launch.code_of(source, *types, large), options_for(generation, "e" in types))
    assert status == 0, log
    assert "warning" not in log, log


@pytest.mark.parametrize("source, types", CASES)
def test_source_compiles_for_each_dtype(nvrtc, source, types):
    check(nvrtc, source, types, False, "sm_75")


@pytest.mark.parametrize("generation", ["sm_80", "sm_90"])  # Ampere, Hopper; sm_75 above is Turing
@pytest.mark.parametrize("source", SOURCES)
def test_source_compiles_for_each_generation(nvrtc, source, generation):
    check(nvrtc, source, "ef", False, generation)


@pytest.mark.parametrize("source", SOURCES)
def test_source_compiles_for_arrays_beyond_32_bits(nvrtc, source):
    check(nvrtc, source, "ff", True, "sm_80")


def test_the_compiler_finds_errors(nvrtc):
    status, log = nvrtc.compile(launch.code_of("softmax", "f", "f", False).replace("= block_max(", "= block_mx("), [])
    assert status != 0
    assert 'identifier "block_mx" is undefined' in log
