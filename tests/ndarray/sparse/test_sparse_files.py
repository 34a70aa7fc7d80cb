"""Sparse arrays in files: what is written is read back, and a damaged or hostile file is an error."""
import struct

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import FormatError

DENSE = np.array([[0, 1, 0], [0, 0, 0], [2, 0, 3]], "float32")


def content(tmp_path, x) -> bytes:
    mx.nd.save(tmp_path / "x.params", [x])
    return (tmp_path / "x.params").read_bytes()


@pytest.fixture(params=["csr", "row_sparse"])
def file(request, tmp_path):
    return content(tmp_path, mx.nd.array(DENSE).tostype(request.param))


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
@pytest.mark.parametrize("dtype", ["float16", "float64", "int32", "int8", "int64"])
def test_every_dtype_comes_back(stype, dtype, tmp_path):
    x = mx.nd.array(DENSE, dtype=dtype).tostype(stype)
    (found,) = mx.nd.load_frombuffer(content(tmp_path, x))
    assert (found.stype, found.dtype) == (stype, x.dtype)
    np.testing.assert_array_equal(found.asnumpy(), x.asnumpy())


def test_a_truncated_file_is_an_error(file):
    for length in range(len(file)):
        with pytest.raises(FormatError):
            mx.nd.load_frombuffer(file[:length])


def test_a_changed_byte_gives_an_array_or_an_error(file):
    for place in range(24, len(file)):
        for value in (0, 1, 127, 255):
            changed = file[:place] + bytes([value]) + file[place + 1 :]
            try:
                found = mx.nd.load_frombuffer(changed)
            except FormatError:
                continue
            for x in found.values() if isinstance(found, dict) else found:
                if x.stype != "default":
                    x.check_format()


def record(stored, shape, indices, data=b"", storage=2, kind=6) -> bytes:
    """Return a file of one sparse array."""

    def extents(values):
        return struct.pack(f"<i{len(values)}q", len(values), *values)

    parts = [struct.pack("<QQQIi", 0x112, 0, 1, 0xF993FAC9, storage), extents(stored), extents(shape)]
    parts.append(struct.pack("<iii", 1, 0, 0))
    parts += [struct.pack("<i", kind) + extents(part) for part in indices]
    return b"".join([*parts, data, struct.pack("<Q", 0)])


def words(*values) -> bytes:
    return struct.pack(f"<{len(values)}q", *values)


ONE = struct.pack("<f", 1.0)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (record((2**60,), (3, 3), ((4,), (2**60,))), "truncated"),
        (record((1,), (2**62, 3), ((4,), (1,)), ONE + words(0, 0, 0, 1, 0)), "indptr needs"),
        (record((1,), (3, 3), ((4,), (1,)), ONE + words(0, 1, 0, 1, 0)), "must not decrease"),
        (record((1,), (3, 3), ((4,), (1,)), ONE + words(0, 1, 1, 1, 3)), "a column is not from 0 to 2"),
        (record((1,), (3, 3), ((4,), (1,)), ONE + words(0, 1, 1, 1, -1)), "a column is not from 0 to 2"),
        (record((1,), (3, 3), ((4,), (2,)), ONE + words(0, 1, 1, 1, 0, 1)), "one length"),
        (record((1,), (3,), ((4,), (1,)), ONE + words(0, 1, 1, 1, 0)), "shape"),
        (record((1,), (3, 3), ((4,), (1,)), kind=0), "flag 0"),
        (record((1,), (3, 3), ((4,), (1,)), storage=7), "storage type 7"),
        (record((1,), (3, 3), ((4,), (1,)), storage=-1), "storage type -1"),
        (record((1, 1), (3, 1), ((1,),), ONE + words(3), storage=1), "a row is not from 0 to 2"),
        (record((1, 2), (3, 1), ((1,),), 2 * ONE + words(0), storage=1), "data must be"),
        (record((2, 1), (3, 1), ((2,),), 2 * ONE + words(1, 1), storage=1), "ascend"),
    ],
)
def test_a_hostile_file_is_named(file, message):
    with pytest.raises(FormatError, match=message):
        mx.nd.load_frombuffer(file)


def test_rows_far_beyond_memory_cost_what_is_stored():
    (x,) = mx.nd.load_frombuffer(record((1, 1), (10**15, 1), ((1,),), ONE + words(10**14), storage=1))
    assert x.shape == (10**15, 1) and x.data.asnumpy().tolist() == [[1.0]]


def test_parameters_of_a_block_keep_their_storage(tmp_path):
    layer = mx.gluon.contrib.nn.SparseEmbedding(4, 2)
    layer.initialize(mx.init.One())
    layer.save_parameters(str(tmp_path / "a.params"))
    assert mx.nd.load(tmp_path / "a.params")["weight"].stype == "row_sparse"
    other = mx.gluon.contrib.nn.SparseEmbedding(4, 2)
    other.load_parameters(str(tmp_path / "a.params"))
    mx.gluon.Trainer(other.collect_params(), "sgd")
    assert other(mx.nd.array([2])).asnumpy().tolist() == [[1, 1]]
