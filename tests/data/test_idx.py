"""IDX files: what is read, and that no damaged or lying file is believed."""
import gzip
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxlearn.base import DataError, FormatError
from mxlearn.data.idx import read_idx, write_idx

# two 2x3 images, byte for byte as the format describes them
TWO_IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, *range(12)])


def put(folder, content, name="file"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_images_written_by_hand(tmp_path):
    images = read_idx(put(tmp_path, TWO_IMAGES))
    assert images.dtype == np.uint8
    assert images.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]


def test_a_compressed_file_is_told_by_its_content_not_its_name(tmp_path):
    np.testing.assert_array_equal(
        read_idx(put(tmp_path, gzip.compress(TWO_IMAGES), "images")), read_idx(put(tmp_path, TWO_IMAGES, "images.gz"))
    )


@pytest.mark.parametrize("compressed", [False, True])
def test_the_array_can_be_written_to(tmp_path, compressed):
    images = read_idx(put(tmp_path, gzip.compress(TWO_IMAGES) if compressed else TWO_IMAGES))
    images[0, 0, 0] = 200
    assert images[0, 0, 0] == 200


def test_values_are_big_endian(tmp_path):
    values = read_idx(put(tmp_path, bytes([0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 1, 2, 255, 255, 255, 254])))
    assert values.dtype == np.int32 and values.dtype.isnative
    assert values.tolist() == [258, -2]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("name", ["a", "a.gz"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 28, 28), (1, 2, 3, 2)])
def test_what_is_written_is_read_back(tmp_path, dtype, name, shape):
    array = (np.arange(np.prod(shape)).reshape(shape) - 2).astype(dtype)
    write_idx(tmp_path / name, array)
    back = read_idx(tmp_path / name)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_writing_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_idx(tmp_path / name, np.arange(5, dtype="uint8"))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize("array", [np.zeros(2, "int64"), np.zeros(2, bool), np.float32(1)])
def test_what_the_format_cannot_hold_is_not_written(tmp_path, array):
    with pytest.raises(FormatError, match="IDX holds arrays of uint8, int8"):
        write_idx(tmp_path / "a", array)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        read_idx(tmp_path / "none")


def test_a_folder_instead_of_a_file(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_idx(tmp_path)


@pytest.mark.parametrize("length", range(len(TWO_IMAGES)))
def test_a_file_cut_off_anywhere(tmp_path, length):
    for content in (TWO_IMAGES[:length], gzip.compress(TWO_IMAGES[:length])):
        with pytest.raises(FormatError):
            read_idx(put(tmp_path, content))


def test_compressed_content_cut_off_anywhere(tmp_path):
    content = gzip.compress(TWO_IMAGES)
    for length in range(2, len(content)):
        with pytest.raises(FormatError):
            read_idx(put(tmp_path, content[:length]))


def test_a_flipped_bit_in_compressed_content_is_found(tmp_path):
    content = bytearray(gzip.compress(TWO_IMAGES))
    content[-8] ^= 1  # of the checksum
    with pytest.raises(FormatError, match="is not a whole gzip file"):
        read_idx(put(tmp_path, bytes(content)))


def test_more_bytes_than_the_header_says(tmp_path):
    for content in (TWO_IMAGES + b"x", gzip.compress(TWO_IMAGES + b"x")):
        with pytest.raises(FormatError, match=r"shape \(2, 2, 3\), uint8: 12 bytes; the file holds"):
            read_idx(put(tmp_path, content))


def test_the_error_says_what_the_file_is_not(tmp_path):
    with pytest.raises(FormatError, match="starts with 89 50 4e 47; expected 00 00, a type"):
        read_idx(put(tmp_path, b"\x89PNG\r\n\x1a\n"))


def test_labels_given_for_images(tmp_path):
    labels = put(tmp_path, bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    assert read_idx(labels, ndim=1).tolist() == [7]
    assert read_idx(labels, ndim=(1, 3)).tolist() == [7]
    with pytest.raises(FormatError, match=r"has 1 dimension\(s\), expected 3"):
        read_idx(labels, ndim=3)


@pytest.mark.parametrize(
    "sizes", [(2**32 - 1,), (2**32 - 1, 2**32 - 1), (2**32 - 1,) * 31, (0, *(2**32 - 1,) * 30), (60000, 28, 28)]
)
@pytest.mark.parametrize("compressed", [False, True])
def test_a_header_that_lies_costs_no_memory(tmp_path, sizes, compressed):
    content = struct.pack(">HBB", 0, 14, len(sizes)) + struct.pack(f">{len(sizes)}I", *sizes) + bytes(100)
    path = put(tmp_path, gzip.compress(content) if compressed else content)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            read_idx(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_a_compressed_bomb_costs_little_memory(tmp_path):
    count = 300 << 20  # 300 MiB of zeros in 0.3 MB
    pieces = [struct.pack(">HBBI", 0, 8, 1, count)]
    bomb = tmp_path / "bomb.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        file.write(pieces[0])
        for _ in range(count >> 20):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="claim to unpack to 314,572,800"):
            read_idx(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.booleans(), st.booleans())
def test_any_bytes_give_an_array_or_a_format_error(tmp_path_factory, content, with_magic, compressed):
    if with_magic:
        content = b"\0\0\x08\x02" + content
    if compressed:
        content = gzip.compress(content)
    path = put(tmp_path_factory.mktemp("fuzz"), content)
    try:
        array = read_idx(path)
    except FormatError:
        return
    assert array.nbytes <= 200
