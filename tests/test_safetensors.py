"""Files of named arrays: the published layout byte by byte, every dtype, and what is refused."""
import json

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import nd, safetensors
from mxlearn.base import ArgumentError, DataError, FormatError

EVERY_DTYPE = ["float16", "float32", "float64", "int8", "int16", "int32", "int64"]
EVERY_DTYPE += ["uint8", "uint16", "uint32", "uint64", "bool"]


def content_of(header, data=b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


# -- the layout --------------------------------------------------------------------------------------------------------
def test_layout_is_the_published_one():
    content = b"".join(safetensors.dump({"w": np.array([1.0, 2.0], "float32")}, {"by": "me"}))
    header = b'{"__metadata__":{"by":"me"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    padded = header + b" " * (-len(header) % 8)
    assert content == len(padded).to_bytes(8, "little") + padded + bytes.fromhex("0000803f00000040")


def test_wide_elements_come_first_so_that_all_are_aligned():
    content = b"".join(safetensors.dump({"a": np.zeros(3, "int8"), "b": np.zeros(2, "float64")}))
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    assert (header["b"]["data_offsets"], header["a"]["data_offsets"]) == ([0, 16], [16, 19])


@pytest.mark.parametrize("dtype", EVERY_DTYPE)
@pytest.mark.parametrize("shape", [(2, 3), (0, 4), (), (1,)])
def test_arrays_of_every_dtype_and_shape_come_back(dtype, shape):
    array = (np.arange(np.prod(shape, dtype=int)).reshape(shape) % 2).astype(dtype)
    arrays, metadata = safetensors.parse(b"".join(safetensors.dump({"x": array})), "file")
    assert metadata == {}
    assert (arrays["x"].dtype, arrays["x"].shape) == (array.dtype, array.shape)
    assert (arrays["x"] == array).all()


def test_big_endian_and_strided_arrays_are_stored_in_order():
    array = np.arange(6, dtype=">i4").reshape(2, 3).T
    arrays, _ = safetensors.parse(b"".join(safetensors.dump({"x": array})), "file")
    assert arrays["x"].tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("name", ["", "fc1.weight", "a/b", "Gewicht μ", "\x1b[31m", '"', "\\", "💡", "__meta__", "0"])
def test_names_are_kept_whatever_they_hold(tmp_path, name):
    mx.safetensors.save(tmp_path / "a", {name: nd.array([1, 2])})
    loaded = mx.safetensors.load(tmp_path / "a")
    assert list(loaded) == [name]
    assert loaded[name].asnumpy().tolist() == [1, 2]


def test_bfloat16_is_read_as_float32_without_loss(tmp_path):
    (tmp_path / "a").write_bytes(content_of({"w": entry("BF16", (3,), (0, 6))}, bytes.fromhex("803f40c0807f")))
    loaded = mx.safetensors.load(tmp_path / "a")["w"]
    assert loaded.dtype == np.float32
    assert loaded.asnumpy().tolist() == [1.0, -3.0, float("inf")]


@pytest.mark.parametrize("dtype", ["uint16", "int16", "uint32", "uint64"])
def test_dtypes_that_no_ndarray_has_are_named(tmp_path, dtype):
    mx.safetensors.save(tmp_path / "a", {"counts": np.zeros(2, dtype)})
    with pytest.raises(FormatError, match=f"'counts' has dtype {dtype}"):
        mx.safetensors.load(tmp_path / "a")


def test_files_of_the_safetensors_package_are_read_and_ours_by_it(tmp_path):
    package = pytest.importorskip("safetensors.numpy")
    arrays = {f"x.{dtype}": np.arange(6).reshape(2, 3).astype(dtype) for dtype in EVERY_DTYPE}
    arrays |= {"empty": np.zeros((0, 3), "float32"), "scalar": np.array(0.5), "μ": np.ones(1, "float16")}
    theirs, _ = safetensors.parse(package.save(arrays, {"k": "v"}), "file")
    ours = package.load(b"".join(safetensors.dump(arrays, {"k": "v"})))
    for name, array in arrays.items():
        for read in (theirs, ours):
            assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape), name
            assert read[name].tobytes() == array.tobytes(), name


# -- what cannot be written --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "metadata", "message"),
    [
        ({"__metadata__": np.ones(1)}, None, "a name must be a str other than"),
        ({1: np.ones(1)}, None, "a name must be a str"),
        ({"\ud800": np.ones(1)}, None, "no form in UTF-8"),
        ({"x": np.ones(1, complex)}, None, "'x' has dtype complex128"),
        ({"x": np.array(["a"])}, None, "has dtype <U1"),
        ({"x": np.array([None])}, None, "has dtype object"),
        ({"x": [1.0]}, None, "must be an array. Received: list"),
        ([np.ones(1)], None, "expected a dict of str to array. Received: list"),
        ({}, {"step": 3}, "metadata must be a dict of str to str"),
    ],
)
def test_what_has_no_form_is_refused(tmp_path, data, metadata, message):
    with pytest.raises(ArgumentError, match=message):
        mx.safetensors.save(tmp_path / "a", data, metadata)
    assert not list(tmp_path.iterdir())


# -- what is no such file ----------------------------------------------------------------------------------------------
ONE = np.float32(1).tobytes()
BROKEN = {
    "nothing": b"",
    "seven bytes": bytes(7),
    "a header beyond the end": content_of({"w": entry()})[:-1],
    "a header of 2**63 bytes": (2**63).to_bytes(8, "little") + b"{}",
    "no JSON": content_of(b"{w}"),
    "a list": content_of([1]),
    "blanks first": content_of(b" {}"),
    "UTF-16": content_of("{}".encode("utf-16-le")),
    "no UTF-8": content_of(b'{"\xff": 1}'),
    "deep nesting": content_of(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "a name that comes twice": content_of(b'{"w":%b,"w":%b}' % ((json.dumps(entry()).encode(),) * 2), ONE),
    "metadata that is no object": content_of({"__metadata__": "x"}),
    "metadata of numbers": content_of({"__metadata__": {"a": 1}}),
    "an array that is no object": content_of({"w": 3}),
    "no offsets": content_of({"w": {"dtype": "F32", "shape": [1]}}, ONE),
    "three offsets": content_of({"w": entry(offsets=(0, 4, 4))}, ONE),
    "an unknown dtype": content_of({"w": entry("F8_E4M3", (4,))}, ONE),
    "a dtype that is a list": content_of({"w": entry(["F32"])}, ONE),
    "a length below 0": content_of({"w": entry(shape=(-1,))}, ONE),
    "a length of 1.0": content_of({"w": entry(shape=(1.0,))}, ONE),
    "a length that is true": content_of({"w": entry(shape=(True,))}, ONE),
    "33 axes": content_of({"w": entry(shape=(1,) * 33)}, ONE),
    "more elements than bytes": content_of({"w": entry(shape=(2,))}, ONE),
    "a length beyond NumPy": content_of({"w": entry(shape=(0, 2**62, 2**62), offsets=(0, 0))}),
    "2**124 elements": content_of({"w": entry(shape=(2**62, 2**62))}, ONE),
    "offsets in the wrong order": content_of({"w": entry(offsets=(4, 0))}, ONE),
    "a gap before": content_of({"w": entry(offsets=(4, 8))}, ONE * 2),
    "a gap between": content_of({"a": entry(), "b": entry(offsets=(8, 12))}, ONE * 3),
    "an overlap": content_of({"a": entry(), "b": entry(offsets=(0, 4))}, ONE),
    "bytes behind": content_of({"w": entry()}, ONE + b"x"),
    "bytes missing": content_of({"w": entry()}, ONE[:3]),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_files_are_refused_by_name(tmp_path, content):
    (tmp_path / "lenet.safetensors").write_bytes(content)
    with pytest.raises(FormatError, match="lenet.safetensors"):
        mx.safetensors.load(tmp_path / "lenet.safetensors")


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        mx.safetensors.load(tmp_path / "nothing")
