"""The declarations in mxlearn/kernels/cudnn/prototypes.py against cuDNN's own header files, and the library itself.

Both need no GPU: a package of NVIDIA's (nvidia-cudnn-cu12 or -cu13) brings them. CUDNN_HOME names another folder with
``include`` and ``lib`` in it. Without either the tests are skipped.
"""

import ctypes
import os
import re
import sys
from ctypes import byref, c_char_p, c_double, c_float, c_int, c_size_t, c_uint, c_void_p
from pathlib import Path

import pytest

from mxlearn.kernels.cudnn import descriptors, library
from mxlearn.kernels.cudnn import prototypes as p

HEADERS = ("cudnn_graph.h", "cudnn_ops.h", "cudnn_cnn.h", "cudnn_adv.h")
NUMBERS = {
    "int": c_int, "int32_t": c_int, "unsigned": c_uint, "uint32_t": c_uint, "size_t": c_size_t, "double": c_double,
    "float": c_float, "unsigned long long": c_size_t,
}  # fmt: skip


def home() -> Path | None:
    """Return the folder that holds ``include`` and ``lib``."""
    candidates = [os.environ.get("CUDNN_HOME", ""), *(os.path.join(path, "nvidia", "cudnn") for path in sys.path)]
    return next((Path(each) for each in candidates if each and Path(each, "include", "cudnn_cnn.h").is_file()), None)


@pytest.fixture(scope="module")
def header() -> str:
    folder = home()
    if folder is None:
        pytest.skip("cuDNN's header files are not installed")
    text = "\n".join((folder / "include" / name).read_text() for name in HEADERS)
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    return re.sub(r"\bCUDNN_DEPRECATED(_ENUM)?\b", "", text)


@pytest.fixture(scope="module")
def c() -> ctypes.CDLL:
    folder = home()
    files = [] if folder is None else [*folder.glob("lib/libcudnn.so.9"), *folder.glob("bin/cudnn64_9.dll")]
    if not files:
        pytest.skip("cuDNN is not installed")
    return ctypes.CDLL(str(files[0]))


def kinds_of(declared: str, header: str) -> list:
    """Return the kind of each argument of a C declaration: a number's type, or "address"."""
    kinds = []
    for argument in declared.split(","):
        words = re.sub(r"\bconst\b", "", argument).strip()
        if "*" in words or "[" in words:
            kinds.append("address")
            continue
        c_type = words.rpartition(" ")[0].strip()
        if c_type in NUMBERS:
            kinds.append(NUMBERS[c_type])
        elif c_type == "cudaStream_t" or re.search(rf"typedef struct \w+ \*\s*{c_type}\b", header):
            kinds.append("address")
        else:
            assert re.search(rf"\}}\s*{c_type}\s*;", header), f"{c_type} is no enumeration"
            kinds.append(c_int)
    return kinds


def kind_of(declared: type):
    return "address" if declared in (c_void_p, c_char_p) or issubclass(declared, ctypes._Pointer) else declared


@pytest.mark.parametrize("name", list(p.PROTOTYPES))
def test_arguments_are_those_of_the_header(header, name):
    found = re.search(rf"\bcudnnStatus_t\s+CUDNNWINAPI\s+{name}\(([^;]*)\);", header)
    assert found is not None, f"the header files have no {name}"
    assert [kind_of(each) for each in p.PROTOTYPES[name]] == kinds_of(found[1], header)


@pytest.mark.parametrize("name", list(p.QUERIES))
def test_queries_are_those_of_the_header(header, name):
    result, arguments = p.QUERIES[name]
    spelled = {c_size_t: r"size_t", c_char_p: r"const char \*", None: "void"}[result]
    found = re.search(rf"\b{spelled}\s*CUDNNWINAPI\s+{name}\(([^;]*)\);", header)
    assert found is not None
    assert [kind_of(each) for each in arguments] == ([] if found[1] == "void" else kinds_of(found[1], header))


NAMED = sorted(name for name, value in vars(p).items() if name.isupper() and type(value) is int)


@pytest.mark.parametrize("name", NAMED)
def test_numbers_are_those_of_the_header(header, name):
    found = re.search(rf"\bCUDNN_{name}\s*(?:=\s*)?(\d+)", header)
    assert found is not None, f"the header files have no CUDNN_{name}"
    assert getattr(p, name) == int(found[1])


@pytest.mark.parametrize("which", ["Fwd", "BwdData", "BwdFilter"])
def test_the_performance_of_an_algorithm_is_that_of_the_header(header, which):
    body = re.search(rf"typedef struct cudnnConvolution{which}AlgoPerfStruct \{{([^}}]*)\}}", header)[1]
    declared = [line.strip() for line in body.split(";") if line.strip()]
    types = {"float": c_float, "size_t": c_size_t}
    expected = []
    for line in declared:
        c_type, name = line.rsplit(None, 1)
        name, _, count = name.rstrip("]").partition("[")
        kind = types.get(c_type, c_int)
        expected.append((name, kind * int(count) if count else kind))
    assert list(p.Performance._fields_) == expected


# -- the library itself, which describes arrays without a GPU ----------------------------------------------------------
def test_the_library_has_every_function(c):
    assert library.Library(c).version.startswith("9.")


@pytest.mark.parametrize("channels_last", [False, True])
def test_the_library_reads_a_description_as_it_was_meant(c, channels_last):
    loaded = library.Library(c)
    described = descriptors.tensor(loaded, "e", (2, 3, 5), channels_last)  # (batch, channel, width)
    dtype, count, shape, strides = c_int(), c_int(), (c_int * 4)(), (c_int * 4)()
    loaded.call("cudnnGetTensorNdDescriptor", described.address, 4, byref(dtype), byref(count), shape, strides)
    assert (dtype.value, count.value, list(shape)) == (p.DATA_HALF, 4, [2, 3, 1, 5])
    assert list(strides) == ([15, 1, 15, 3] if channels_last else [15, 5, 5, 1])


def test_the_library_counts_windows_as_we_do(c):
    from mxlearn.kernels import convolution as reference
    from mxlearn.kernels.cudnn.convolution import Plan

    loaded = library.Library(c)
    shape, weight, stride, dilate, pad = (2, 4, 9, 11), (6, 2, 3, 2), (2, 3), (2, 1), (1, 0)
    data, filters = descriptors.tensor(loaded, "f", shape), descriptors.filters(loaded, "f", weight)
    plan = Plan(loaded, "Forward", "f", data, filters, data, (stride, dilate, pad), 2)
    out = (c_int * 4)()
    c.cudnnGetConvolutionNdForwardOutputDim.argtypes = [c_void_p, c_void_p, c_void_p, c_int, ctypes.POINTER(c_int)]
    status = c.cudnnGetConvolutionNdForwardOutputDim(plan.convolution.address, data.address, filters.address, 4, out)
    assert status == 0
    assert list(out) == [2, 6, *map(reference.output_size, shape[2:], weight[2:], stride, dilate, pad)]


def test_without_a_gpu_the_reason_is_readable(c, monkeypatch):
    loaded = library.Library(c)
    if loaded.c.cudnnCreate(byref(c_void_p())) == 0:
        pytest.skip("there is a GPU")
    with pytest.raises(Exception, match=r"cudnnCreate answered CUDNN_STATUS_NOT_INITIALIZED"):
        loaded.call("cudnnCreate", byref(c_void_p()))


@pytest.mark.parametrize("char", "efd")
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("channels_last", [False, True])
def test_the_library_takes_each_description_of_a_convolution(c, char, axes, channels_last):
    if channels_last and axes == 3:
        pytest.skip("images of three axes are copied to MXNet's order")
    from mxlearn.kernels.cudnn.convolution import Plan

    loaded = library.Library(c)
    data = descriptors.tensor(loaded, char, (2, 4, *(6, 7, 8)[:axes]), channels_last)
    weight = descriptors.filters(loaded, char, (6, 2, *(3, 2, 2)[:axes]), channels_last)
    window = (1,) * axes, (2,) * axes, (1,) * axes
    plan = Plan(loaded, "Forward", char, data, weight, data, window, 2)
    groups = c_int()
    c.cudnnGetConvolutionGroupCount.argtypes = [c_void_p, ctypes.POINTER(c_int)]
    assert c.cudnnGetConvolutionGroupCount(plan.convolution.address, byref(groups)) == 0
    assert groups.value == 2


@pytest.mark.parametrize("char", "efd")
@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
def test_the_library_takes_each_description_of_recurrent_layers(c, char, mode):
    from mxlearn.kernels import recurrent
    from mxlearn.kernels.cudnn.recurrent import describe

    loaded = library.Library(c)
    for projection in (None, 2) if mode == "lstm" else (None,):
        plan = recurrent.Plan(mode, 4, 2, 2, projection)
        assert describe(loaded, plan, char, 3, descriptors.Descriptor(loaded, "Dropout")).address
