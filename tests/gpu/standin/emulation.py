"""The stand-in's RawModule: CUDA source compiled as C++ for the CPU, and run with the checks that a GPU does not make.

A kernel gets its arguments as CuPy passes them. Before it runs they are held against its signature: an array has to
have the dtype of the pointer and be contiguous, an int meets ``long long``, a float ``double``, a record a struct of
its size. Each array is given to it as a copy between two guards; a write outside, or one through a pointer to const, is
an error, and what is read outside is garbage that no test result survives. The grid has to be one that a GPU accepts.

What it cannot find: races between blocks, a use of more shared memory or registers than there are, slowness.
"""

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from .array import check_device, ndarray

HEADER = Path(__file__).with_name("emulation.h")
COMPILER = next(filter(None, map(shutil.which, (os.environ.get("CXX", ""), "g++", "clang++"))), None)
GUARD = 256  # bytes before and behind an array
DTYPES = {
    "bool": "?", "signed char": "b", "unsigned char": "B", "char": "b", "short": "h", "unsigned short": "H", "int": "i",
    "unsigned int": "I", "unsigned": "I", "long long": "q", "unsigned long long": "Q", "__half": "e", "float": "f",
    "double": "d",
}  # fmt: skip
LIMITS = (2**31 - 1, 65535, 65535), (1024, 1024, 64)  # of a grid in blocks, of a block in threads
_FUNCTION = re.compile(
    r'^(?:extern "C" )?(?P<kernel>__global__ )?[\w:*&<> ]+?\b(?P<name>\w+)\s*\((?P<parameters>[^()]*)\)\s*\{',
    re.MULTILINE,
)
LAUNCHES: dict[str, int] = {}  # how often each kernel was launched


class Parameter:
    """A parameter of a kernel: its C type, without typedefs, and whether it is a pointer, and to const."""

    def __init__(self, text: str, typedefs: dict[str, str]):
        declared = " ".join(text.replace("*", " * ").replace("__restrict__", "").split())
        self.text = declared
        self.pointer = "*" in declared
        self.const = declared.startswith("const ")
        c_type = declared.removeprefix("const ").split("*")[0].strip() if self.pointer else declared.rpartition(" ")[0]
        self.c_type = typedefs.get(c_type.removeprefix("const "), c_type.removeprefix("const "))


def functions_of(code: str) -> tuple[dict[str, list[Parameter]], set[str]]:
    """Return the parameters of each kernel of a source, and the names of all functions that wait for other threads."""
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", code, flags=re.DOTALL)
    typedefs = {name: c_type for c_type, name in re.findall(r"typedef ([\w ]+?) (\w+);", code)}
    kernels, bodies = {}, {}
    for found in _FUNCTION.finditer(code):
        name = found["name"]
        bodies[name] = _body(code, found.end())
        if found["kernel"]:
            listed = found["parameters"].strip()
            kernels[name] = [Parameter(text, typedefs) for text in listed.split(",")] if listed else []
    waiting = {name for name, body in bodies.items() if "__syncthreads" in body}
    while True:
        more = {n for n, body in bodies.items() if any(re.search(rf"\b{w}\s*\(", body) for w in waiting)} - waiting
        if not more:
            return kernels, waiting
        waiting |= more


def _body(code: str, start: int) -> str:
    depth = 1
    for found in re.finditer(r"[{}]", code[start:]):
        depth += 1 if found.group() == "{" else -1
        if not depth:
            return code[start : start + found.start()]
    raise ValueError("braces do not match")


def _wrappers(kernels: dict[str, list[Parameter]], waiting: set[str]) -> str:
    """Return C functions that run each kernel on a grid, and tell the size of each of its parameters."""
    lines = []
    for name, parameters in kernels.items():
        types = [f"{'const ' if p.const else ''}{p.c_type}{' *' if p.pointer else ''}" for p in parameters]
        values = ", ".join(f"*({t}*)values[{i}]" for i, t in enumerate(types))
        sizes = ", ".join(f"sizeof({t})" for t in types)
        lines += [
            f"static void call_{name}(void** values) {{ {name}({values}); }}",
            f'extern "C" void run_{name}(const unsigned int* sizes, void** values) {{',
            f"    emulation::launch(call_{name}, {'true' if name in waiting else 'false'}, sizes, values);",
            "}",
            f'extern "C" const int sizes_{name}[] = {{{sizes}{", " if sizes else ""}0}};',
        ]
    return "\n".join(lines)


@cache
def compiled(code: str) -> tuple[ctypes.PyDLL, dict[str, list[Parameter]]]:
    """Return the library of a source and the parameters of its kernels; libraries stay in the temporary folder."""
    if COMPILER is None:
        raise RuntimeError("the emulation of CUDA needs a C++ compiler, g++ or clang++")
    kernels, waiting = functions_of(code)
    host = re.sub(r"#include <cuda_fp16.h>", "", code)
    text = "\n".join([HEADER.read_text(), host, '#line 1 "wrappers"', _wrappers(kernels, waiting)])
    folder = Path(tempfile.gettempdir()) / f"mxlearn-emulation-{os.getuid() if hasattr(os, 'getuid') else 0}"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.so"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as build:
            source, library = Path(build, "kernels.cpp"), Path(build, "library")
            source.write_text(text)
            flags = ["-std=c++17", "-O1", "-shared", "-fPIC", "-U_FORTIFY_SOURCE", "-Wall", "-Wno-unused"]
            flags += ["-Wno-maybe-uninitialized", "-Werror"]
            finished = subprocess.run([COMPILER, *flags, "-o", library, source], capture_output=True, text=True)
            if finished.returncode:
                raise RuntimeError(f"a kernel does not compile:\n{finished.stderr[:4000]}")
            os.replace(library, target)
    return ctypes.PyDLL(str(target)), kernels  # its state is global: one launch at a time


class RawModule:
    """What ``cupy.RawModule`` is, for the CPU."""

    def __init__(
        self, *, code=None, path=None, options=(), backend="nvrtc", translate_cucomplex=False,
        enable_cooperative_groups=False, name_expressions=None, jitify=False,
    ):  # fmt: skip
        if code is None or path is not None or name_expressions is not None:
            raise NotImplementedError('the emulation takes code, of which the kernels are extern "C"')
        if not isinstance(options, tuple):
            raise TypeError("options must be a tuple")
        self.code, self.options = code, options

    def get_function(self, name: str) -> "RawKernel":
        return RawKernel(self.code, name, self.options)


class RawKernel:
    """What ``cupy.RawKernel`` is, for the CPU."""

    def __init__(
        self, code, name, options=(), backend="nvrtc", *, translate_cucomplex=False, enable_cooperative_groups=False,
        jitify=False,
    ):  # fmt: skip
        self.code, self.name, self.options = code, name, options
        self._run = None

    def _load(self) -> None:
        library, kernels = compiled(self.code)
        if self.name not in kernels:
            raise RuntimeError(f"CUDA_ERROR_NOT_FOUND: named symbol not found: {self.name}")
        self.parameters = kernels[self.name]
        self.sizes = (ctypes.c_int * (len(self.parameters) + 1)).in_dll(library, f"sizes_{self.name}")
        self._error = library.emulation_error
        self._error.restype = ctypes.c_char_p
        self._run = getattr(library, f"run_{self.name}")

    def __call__(self, grid, block, args, *, shared_mem=0, stream=None) -> None:
        if self._run is None:
            self._load()
        sizes = []
        for what, given, limit in zip(("grid", "block"), (grid, block), LIMITS, strict=True):
            if not isinstance(given, tuple):
                raise TypeError(f"{self.name}: {what} must be a tuple")
            extents = (*given, 1, 1)[:3]
            if not all(1 <= n <= most for n, most in zip(extents, limit, strict=True)):
                raise ValueError(f"CUDA_ERROR_INVALID_VALUE: {self.name}: {what} {given}")
            sizes += extents
        if sizes[3] * sizes[4] * sizes[5] > 1024:
            raise ValueError(f"CUDA_ERROR_INVALID_VALUE: {self.name}: {block} are more than 1024 threads")
        if len(args) != len(self.parameters):
            raise TypeError(f"{self.name} takes {len(self.parameters)} arguments, {len(args)} given")
        guarded: dict[int, Guarded] = {}
        values, kept = [], []
        for parameter, size, arg in zip(self.parameters, self.sizes, args, strict=False):
            kept.append(self._value(parameter, size, arg, guarded))
            values.append(ctypes.addressof(kept[-1]) if not isinstance(kept[-1], np.ndarray) else kept[-1].ctypes.data)
        self._run((ctypes.c_uint * 6)(*sizes), (ctypes.c_void_p * len(values))(*values))
        LAUNCHES[self.name] = LAUNCHES.get(self.name, 0) + 1
        if self._error():
            raise RuntimeError(f"{self.name}: {self._error().decode()}")
        for memory in guarded.values():
            memory.give_back(self.name)

    def _value(self, parameter: Parameter, size: int, arg, guarded: dict):
        """Return an object of ctypes, or an array, that holds one argument; refuse what the kernel would misread."""
        where = f"{self.name}: argument '{parameter.text}'"
        if parameter.pointer:
            if arg is None:
                return ctypes.c_void_p(0)
            if not isinstance(arg, ndarray):
                raise TypeError(f"{where} is a pointer, and {type(arg).__name__} is no array of the GPU")
            check_device(arg)
            expected = DTYPES.get(parameter.c_type)
            if expected is None or np.dtype(expected) != arg.dtype:
                raise TypeError(f"{where} is given an array of {arg.dtype}")
            if not arg.host.flags.c_contiguous:
                raise ValueError(f"{where} is given an array that is not contiguous: strides {arg.strides}")
            address = arg.host.ctypes.data
            memory = guarded.get(address)
            if memory is None or memory.host.nbytes < arg.host.nbytes:
                memory = guarded[address] = Guarded(arg.host)
            memory.written |= not parameter.const
            return ctypes.c_void_p(memory.start)
        if isinstance(arg, np.ndarray):
            if arg.size != 1:
                raise TypeError(f"{where}: a numpy.ndarray of shape {arg.shape} is no kernel argument")
            if arg.dtype.itemsize != size:
                raise TypeError(f"{where} has {size} bytes, the record that it is given {arg.dtype.itemsize}")
            return arg
        if type(arg) in (bool, int, float):
            arg = np.float64(arg) if type(arg) is float else np.int64(arg)
        if not isinstance(arg, np.generic):
            raise TypeError(f"Unsupported type {type(arg)} for {where}")
        expected = DTYPES.get(parameter.c_type)
        if expected is None or np.dtype(expected) != arg.dtype:
            raise TypeError(f"{where} is given a {arg.dtype}")
        return np.array(arg)


class Guarded:
    """A copy of an array between two guards."""

    def __init__(self, host: np.ndarray):
        self.host = host
        self.written = False
        self.bytes = np.full(host.nbytes + 2 * GUARD, 0xFF, np.uint8)
        self.bytes[GUARD : GUARD + host.nbytes] = np.frombuffer(host.tobytes(), np.uint8)
        self.start = self.bytes.ctypes.data + GUARD

    def give_back(self, name: str) -> None:
        """Copy what the kernel wrote back, and raise where it wrote elsewhere."""
        inside = self.bytes[GUARD : GUARD + self.host.nbytes]
        if (self.bytes[:GUARD] != 0xFF).any() or (self.bytes[GUARD + self.host.nbytes :] != 0xFF).any():
            raise RuntimeError(f"{name} wrote outside of an array of {self.host.dtype} and shape {self.host.shape}")
        if self.written:
            self.host[...] = inside.view(self.host.dtype).reshape(self.host.shape)
        elif inside.tobytes() != self.host.tobytes():
            raise RuntimeError(f"{name} wrote into an array that it takes as const")
