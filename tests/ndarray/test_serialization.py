"""Files of arrays: MXNet's bytes, and what happens to files that are truncated, corrupt or hostile."""
import errno
import io
import json
import os
import struct
import tracemalloc

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError
from mxlearn.ndarray import serialization

DTYPES = ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "arrays.params"


def saved(path, data):
    mx.nd.save(path, data)
    return path.read_bytes()


# -- what is written ---------------------------------------------------------------------------------------------------
def test_the_bytes_of_a_named_array(path):
    """The format of MXNet 1.9.1, written out by hand."""
    content = saved(path, {"w": mx.nd.array([[1, 2]])})
    expected = struct.pack("<QQQ", 0x112, 0, 1)                          # magic, reserved, one array
    expected += struct.pack("<Ii", 0xF993FAC9, 0)                        # version 2, dense
    expected += struct.pack("<iqq", 2, 1, 2)                             # shape (1, 2)
    expected += struct.pack("<iii", 1, 0, 0)                             # cpu(0), float32
    expected += struct.pack("<ff", 1, 2)
    expected += struct.pack("<QQ", 1, 1) + b"w"                          # one name of one byte
    assert content == expected


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_comes_back(path, dtype):
    x = mx.nd.array([[0, 1, 2], [3, 4, 5]], dtype=dtype)
    mx.nd.save(path, [x])
    (y,) = mx.nd.load(path)
    assert y.dtype == x.dtype
    assert np.array_equal(y.asnumpy(), x.asnumpy())


@pytest.mark.parametrize("shape", [(1,), (3,), (2, 0, 3), (1, 1, 1, 1, 1, 1)])
def test_every_shape_comes_back(path, shape):
    mx.nd.save(path, mx.nd.ones(shape))
    assert mx.nd.load(path)[0].shape == shape


def test_a_list_comes_back_as_a_list_and_a_dict_as_a_dict(path):
    mx.nd.save(path, [mx.nd.ones(1), mx.nd.zeros(2)])
    assert [x.shape for x in mx.nd.load(path)] == [(1,), (2,)]
    mx.nd.save(path, {"arg:größe": mx.nd.ones(1), "重み": mx.nd.zeros(2), "": mx.nd.ones(3)})
    assert {name: x.shape for name, x in mx.nd.load(path).items()} == {"arg:größe": (1,), "重み": (2,), "": (3,)}
    mx.nd.save(path, {})
    assert mx.nd.load(path) == []                                        # the format cannot tell {} from []


def test_views_and_other_contexts_are_written_as_they_look(path):
    x = mx.nd.arange(6, ctx=mx.cpu(1)).reshape((2, 3))
    mx.nd.save(path, [x[1], x.T])
    row, transposed = mx.nd.load(path)
    assert row.context == mx.cpu(0)
    assert row.asnumpy().tolist() == [3, 4, 5]
    assert transposed.asnumpy().tolist() == [[0, 3], [1, 4], [2, 5]]


def test_bytes_are_read_without_a_file(path):
    content = saved(path, {"x": mx.nd.array([1, 2])})
    assert mx.nd.load_frombuffer(content)["x"].asnumpy().tolist() == [1, 2]
    assert mx.nd.load_frombuffer(bytearray(content))["x"].shape == (2,)


@pytest.mark.parametrize("data", [3, "x", {"a": 3}, [1, 2], {1: mx.nd.ones(1)}, None, [mx.nd.ones(1), None]])
def test_anything_but_arrays_is_refused(path, data):
    with pytest.raises(ArgumentError, match="^save: "):
        mx.nd.save(path, data)
    assert not path.exists()


def test_a_dtype_that_the_format_lacks_is_refused(path):
    with pytest.raises(ArgumentError, match="no dtype uint16"):
        mx.nd.save(path, mx.nd.ones(1, dtype="uint16"))


# -- what cannot be read -----------------------------------------------------------------------------------------------
def test_a_missing_file_is_an_error_that_names_it(path):
    with pytest.raises(DataError, match=r"arrays.params.*No such file"):
        mx.nd.load(path)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x00" * 24, b"PK\x03\x04" + b"x" * 100, json.dumps({"a": 1}).encode()]
)
def test_another_kind_of_file_is_an_error(path, content):
    path.write_bytes(content)
    with pytest.raises(FormatError, match="not a file of NDArrays"):
        mx.nd.load(path)


def test_a_file_truncated_anywhere_is_an_error(path):
    content = saved(path, {"first": mx.nd.array([[1, 2]]), "second": mx.nd.ones((3,), dtype="int8")})
    assert len(mx.nd.load_frombuffer(content)) == 2
    for length in range(len(content)):
        with pytest.raises(FormatError):
            mx.nd.load_frombuffer(content[:length])


def test_the_error_tells_where_the_file_ends(path):
    content = saved(path, mx.nd.ones(100))
    path.write_bytes(content[:200])
    with pytest.raises(FormatError, match=r"arrays.params: at byte 56: the data .* needs 400 bytes, but 144 are left"):
        mx.nd.load(path)


def test_corrupt_files_raise_format_errors_and_nothing_else(path):
    arrays = {
        "arg:w": mx.nd.ones((3, 4)),
        "aux:ünï": mx.nd.ones(5, dtype="int64"),
        "b": mx.nd.ones((2, 2), dtype="bool"),
    }
    content = bytearray(saved(path, arrays))
    rng = np.random.default_rng(0)
    outcomes = {"read": 0, "refused": 0}
    tracemalloc.start()
    for _ in range(4000):
        damaged = content.copy()
        for _ in range(rng.integers(1, 4)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        try:
            found = mx.nd.load_frombuffer(damaged)
            outcomes["read"] += 1
            assert sum(x.asnumpy().nbytes for x in (found.values() if isinstance(found, dict) else found)) < 10_000
        except FormatError:
            outcomes["refused"] += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes["read"] > 500 and outcomes["refused"] > 500          # the flips hit data as well as structure
    assert peak < 5_000_000                                              # no field made it allocate much


def record(shape, flag=0, data=b"", magic=0xF993FAC9, storage=0, ndim=None):
    return (
        struct.pack("<Ii", magic, storage)
        + struct.pack(f"<i{len(shape)}q", len(shape) if ndim is None else ndim, *shape)
        + struct.pack("<iii", 1, 0, flag)
        + data
    )


def file_of(*records, count=None, names=()):
    head = struct.pack("<QQQ", 0x112, 0, len(records) if count is None else count)
    tail = struct.pack("<Q", len(names)) + b"".join(struct.pack("<Q", len(n)) + n for n in names)
    return head + b"".join(records) + tail


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (file_of(count=2**60), "promises 1152921504606846976 arrays"),
        (file_of(record((2**40, 2**20))), "needs .* bytes"),
        (file_of(record((-1,))), "negative dimension"),
        (file_of(record((2**62, 0, 2**62))), "no array can have the shape"),
        (file_of(record((), ndim=33)), "33 dimensions"),
        (file_of(record((), ndim=-7)), "-7 dimensions"),
        (file_of(record((1,), flag=99)), "dtype flag 99"),
        (file_of(record((1,), storage=3)), "storage type 3"),
        (file_of(record((1,), data=b"1234"), names=(b"a", b"b")), "1 arrays, but 2 names"),
        (file_of(record((1,), data=b"1234"), names=(b"\xff",)), "not UTF-8"),
        (file_of(*[record((1,), data=b"1234")] * 2, names=(b"a", b"a")), "two arrays have the name 'a'"),
    ],
)
def test_hostile_fields_are_named(content, message):
    with pytest.raises(FormatError, match=message):
        mx.nd.load_frombuffer(content)


def test_a_bool_is_true_for_every_byte_but_zero():
    (x,) = mx.nd.load_frombuffer(file_of(record((3,), flag=7, data=b"\x00\x01\x07")))
    assert x.asnumpy().view(np.uint8).tolist() == [0, 1, 1]


def test_older_versions_of_the_format_are_read():
    v1 = struct.pack("<I", 0xF993FAC8) + struct.pack("<iqq", 2, 1, 2)
    v1 += struct.pack("<iii", 1, 0, 0) + struct.pack("<ff", 3, 4)
    v0 = struct.pack("<III", 2, 1, 2) + struct.pack("<iii", 1, 0, 0) + struct.pack("<ff", 5, 6)
    first, second = mx.nd.load_frombuffer(file_of(v1, v0))
    assert first.asnumpy().tolist() == [[3, 4]]
    assert second.asnumpy().tolist() == [[5, 6]]


def test_an_array_on_a_gpu_is_read_on_the_cpu():
    content = bytearray(file_of(record((1,), data=struct.pack("<f", 7))))
    at = len(struct.pack("<QQQIiiq", 0, 0, 0, 0, 0, 0, 0))
    content[at : at + 8] = struct.pack("<ii", 2, 3)                      # gpu(3)
    (x,) = mx.nd.load_frombuffer(content)
    assert (x.context, x.asscalar()) == (mx.cpu(0), 7)


# -- a file is written as a whole or not at all ------------------------------------------------------------------------
class FullDisk(io.FileIO):
    def write(self, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_file(path, monkeypatch):
    old = saved(path, mx.nd.ones(3))
    monkeypatch.setattr(os, "fdopen", lambda handle, mode, **_: FullDisk(handle, "w"))
    with pytest.raises(DataError, match=r"arrays.params: not written, and left as it was: .*No space left"):
        mx.nd.save(path, mx.nd.zeros(1000))
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]                        # no temporary file is left behind


def test_an_interrupt_while_writing_leaves_the_old_file(path, monkeypatch):
    old = saved(path, mx.nd.ones(3))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        mx.nd.save(path, mx.nd.zeros(1000))
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="cannot write here"):
        mx.nd.save(tmp_path / "nowhere" / "x.params", mx.nd.ones(1))


def test_the_reader_never_reads_past_the_end():
    reader = serialization._Reader(b"12345", "here")
    assert bytes(reader.take(3, "a")) == b"123"
    with pytest.raises(FormatError, match="here: at byte 3: b needs 3 bytes, but 2 are left"):
        reader.take(3, "b")
