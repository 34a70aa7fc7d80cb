"""mx.recordio: MXNet's files of records, byte for byte, and what broken or hostile ones give."""
import os
import pickle
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, MXNetError
from mxlearn.data import pictures, records

MAGIC = struct.pack("<I", 0xCED7230A)
HEADER = mx.recordio.IRHeader(0, 4.0, 2574, 0)


def part(flag, payload):
    return MAGIC + struct.pack("<I", flag << 29 | len(payload)) + payload + b"\0" * (-len(payload) % 4)


def written(path, contents):
    writer = mx.recordio.MXRecordIO(path, "w")
    for content in contents:
        writer.write(content)
    writer.close()
    return path.read_bytes()


def everything(path):
    reader = mx.recordio.MXRecordIO(path, "r")
    try:
        return list(iter(reader.read, None))
    finally:
        reader.close()


# -- the bytes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", part(0, b"")),
        (b"a", part(0, b"a")),
        (b"abcd", part(0, b"abcd")),
        (MAGIC, part(1, b"") + part(3, b"")),
        (b"abcd" + MAGIC + b"xy", part(1, b"abcd") + part(3, b"xy")),
        (b"ab" + MAGIC, part(0, b"ab" + MAGIC)),
        (MAGIC + MAGIC, part(1, b"") + part(2, b"") + part(3, b"")),
        (b"abcd" + MAGIC * 2 + b"efgh1", part(1, b"abcd") + part(2, b"") + part(3, b"efgh1")),
    ],
)
def test_record_has_the_bytes_of_the_format(tmp_path, content, expected):
    assert written(tmp_path / "a.rec", [content]) == expected


@given(st.lists(st.lists(st.sampled_from([MAGIC, b"a", b"bcde", MAGIC[:2]]), max_size=6).map(b"".join), max_size=5))
@settings(deadline=None)
def test_what_was_written_is_read(tmp_path_factory, contents):
    path = tmp_path_factory.mktemp("rec") / "a.rec"
    written(path, contents)
    assert everything(path) == contents


def test_index_holds_key_and_offset(tmp_path):
    writer = mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for key in (0, 10, 20):
        writer.write_idx(key, b"rec")
    writer.close()
    assert (tmp_path / "a.idx").read_bytes() == b"0\t0\n10\t12\n20\t24\n"


# -- reading -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def indexed(tmp_path):
    """A closed pair of files with the records b"rec0" to b"rec3" under the keys 0, 10, 20, 30."""
    writer = mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for i in range(4):
        writer.write_idx(10 * i, b"rec%d" % i)
    writer.close()
    return tmp_path / "a.idx", tmp_path / "a.rec"


def test_reading_goes_on_behind_the_record_of_a_key(indexed):
    reader = mx.recordio.MXIndexedRecordIO(*indexed, "r")
    assert (reader.keys, reader.idx) == ([0, 10, 20, 30], {0: 0, 10: 12, 20: 24, 30: 36})
    assert (reader.read_idx(20), reader.read(), reader.read()) == (b"rec2", b"rec3", None)
    reader.seek(10)
    assert (reader.tell(), reader.read()) == (12, b"rec1")
    reader.reset()
    assert reader.read() == b"rec0"
    reader.close()


def test_keys_may_be_text(indexed):
    reader = mx.recordio.MXIndexedRecordIO(*indexed, "r", key_type=str)
    assert reader.keys == ["0", "10", "20", "30"]
    assert reader.read_idx("30") == b"rec3"
    reader.close()


def test_unknown_key_is_a_key_error(indexed):
    reader = mx.recordio.MXIndexedRecordIO(*indexed, "r")
    with pytest.raises(KeyError, match="no record of key 5"):
        reader.read_idx(5)
    reader.close()


def test_unpickled_reader_begins_at_the_first_record(indexed):
    reader = mx.recordio.MXIndexedRecordIO(*indexed, "r")
    reader.read_idx(20)
    other = pickle.loads(pickle.dumps(reader))
    assert (other.read(), reader.read(), other.read_idx(30)) == (b"rec0", b"rec3", b"rec3")
    reader.close()
    other.close()
    closed = pickle.loads(pickle.dumps(reader))
    with pytest.raises(MXNetError, match="closed"):
        closed.read()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_child_reads_from_the_beginning_and_leaves_the_parent_alone(indexed):
    reader = mx.recordio.MXIndexedRecordIO(*indexed, "r")
    reader.read()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(sender, reader.read() or b"")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(receiver, 100) == b"rec0"
    assert reader.read() == b"rec1"
    os.close(receiver)
    os.close(sender)
    reader.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_child_cannot_write_the_file_of_its_parent(tmp_path):
    writer = mx.recordio.MXRecordIO(tmp_path / "a.rec", "w")
    writer.write(b"one")
    child = os.fork()
    if child == 0:
        try:
            writer.write(b"two")
        except RuntimeError:
            try:
                writer.reset()
            except RuntimeError:
                os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    writer.close()
    assert everything(tmp_path / "a.rec") == [b"one"]


# -- misuse ------------------------------------------------------------------------------------------------------------
def test_wrong_use_is_told(tmp_path):
    with pytest.raises(ValueError, match="flag must be 'r' or 'w'. Received: 'a'"):
        mx.recordio.MXRecordIO(tmp_path / "a.rec", "a")
    with pytest.raises(DataError, match="cannot be read"):
        mx.recordio.MXRecordIO(tmp_path / "none.rec", "r")
    with pytest.raises(DataError, match="cannot be written"):
        mx.recordio.MXRecordIO(tmp_path / "none" / "a.rec", "w")
    writer = mx.recordio.MXRecordIO(tmp_path / "a.rec", "w")
    with pytest.raises(ArgumentError, match="was opened to be written"):
        writer.read()
    with pytest.raises(TypeError, match="a record is bytes. Received: str"):
        writer.write("text")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="cannot go to another process"):
        pickle.dumps(writer)
    writer.close()
    writer.close()
    with pytest.raises(RuntimeError, match="closed"):
        writer.write(b"x")
    reader = mx.recordio.MXRecordIO(tmp_path / "a.rec", "r")
    with pytest.raises(ArgumentError, match="was opened to be read"):
        reader.write(b"x")
    reader.close()


def test_reader_without_index_is_refused_and_closed(tmp_path):
    written(tmp_path / "a.rec", [b"x"])
    with pytest.raises(DataError, match="index stands beside"):
        mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "r")


# -- files of strangers ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"abc", "too few for the head"),
        (b"abcdefgh1234", "has to begin with 0a 23 d7 ce, not with 61 62 63 64"),
        (MAGIC, "too few for the head"),
        (MAGIC + struct.pack("<I", 5), "claims 5 bytes, but 0 are left"),
        (MAGIC + struct.pack("<I", 5) + b"abcde", "claims 5 bytes, but 5 are left"),
        (MAGIC + struct.pack("<I", (1 << 29) - 1) + b"abcd", "claims 536,870,911 bytes, but 4 are left"),
        (part(2, b"abcd"), "begins with a part of kind 2"),
        (part(7, b"abcd"), "begins with a part of kind 7"),
        (part(1, b"abcd"), "ends inside a record of several parts"),
        (part(1, b"abcd") + part(0, b"efgh"), "stands one of kind 0"),
        (part(0, b"abcd") + b"xy", "too few for the head"),
    ],
)
def test_broken_file_says_what_is_wrong(tmp_path, content, words):
    (tmp_path / "a.rec").write_bytes(content)
    with pytest.raises(FormatError, match=words):
        everything(tmp_path / "a.rec")


WORDS = [MAGIC, b"\0\0\0\0", b"\4\0\0\0", b"\0\0\0\x20", b"\xff\xff\xff\x7f", b"a"]


@given(st.lists(st.sampled_from(WORDS), max_size=9))
@example([MAGIC, b"\xff\xff\xff\x1f"])
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, pieces):
    path = tmp_path_factory.mktemp("rec") / "a.rec"
    path.write_bytes(b"".join(pieces))
    try:
        read = everything(path)
    except FormatError:
        return
    assert sum(map(len, read)) <= 4 * len(pieces)


def test_absurd_length_takes_no_memory(tmp_path):
    path = tmp_path / "a.rec"
    path.write_bytes(MAGIC + struct.pack("<I", (1 << 29) - 1))
    reader = mx.recordio.MXRecordIO(path, "r")
    tracemalloc.start()
    with pytest.raises(FormatError):
        reader.read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reader.close()
    assert peak < 1 << 20


@pytest.mark.parametrize("text", ["a\tb\n", "1 2\n", "1\t0\n\n", "1\t-4\n", "1\t", "\t1\n"])
def test_broken_index_is_a_format_error(tmp_path, text):
    written(tmp_path / "a.rec", [b"x"])
    (tmp_path / "a.idx").write_text(text)
    with pytest.raises(FormatError, match="a.idx"):
        mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "r")


@given(st.binary(max_size=40))
@settings(deadline=None)
def test_any_index_is_read_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("idx")
    (folder / "a.idx").write_bytes(content)
    try:
        pairs = records.read_index(folder / "a.idx")
    except FormatError:
        return
    assert all(isinstance(key, int) and offset >= 0 for key, offset in pairs)


def test_offset_beyond_the_file_is_a_format_error(tmp_path):
    written(tmp_path / "a.rec", [b"x"])
    (tmp_path / "a.idx").write_text(f"0\t{10**30}\n")
    reader = mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "r")
    with pytest.raises(FormatError, match="of the same data"):
        reader.read_idx(0)
    reader.close()


# -- headers and pictures ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "expected"),
    [  # bytes that the real MXNet 1.9.1 writes
        (HEADER, "00000000000080400e0a0000000000000000000000000000"),
        ((0, [1, 2, 3], 7, 0), "0300000000000000070000000000000000000000000000000000803f0000004000004040"),
        ((5, 3, 7, 9), "000000000000404007000000000000000900000000000000"),
        ((0, np.array([1.5]), 7, 0), "0100000000000000070000000000000000000000000000000000c03f"),
        ((0, np.ones((2, 2)), 7, 0), "04" + 14 * "0" + "07" + 30 * "0" + 4 * "0000803f"),
        ((0, np.float32(2), 7, 0), "000000000000004007000000000000000000000000000000"),
        ((0, [], 7, 0), "000000000000000007000000000000000000000000000000"),
    ],
)
def test_pack_gives_the_bytes_of_mxnet(header, expected):
    assert mx.recordio.pack(header, b"pay").hex() == expected + b"pay".hex()


def test_unpack_gives_labels_as_an_array():
    header, content = mx.recordio.unpack(mx.recordio.pack((0, mx.nd.array([1, 2]), 7, 3), b"pay"))
    assert (header.flag, header.id, header.id2, content) == (2, 7, 3, b"pay")
    assert header.label.dtype == np.float32 and header.label.tolist() == [1, 2]
    assert mx.recordio.unpack(mx.recordio.pack(HEADER, b"")) == (HEADER, b"")
    assert repr(HEADER) == "HEADER(flag=0, label=4.0, id=2574, id2=0)"


@given(st.binary(max_size=60))
def test_any_content_is_unpacked_or_refused(content):
    try:
        header, rest = mx.recordio.unpack(content)
    except FormatError:
        return
    assert len(rest) + 24 + 4 * header.flag == len(content)


def test_pack_refuses_what_does_not_fit():
    with pytest.raises(ArgumentError, match="does not fit"):
        mx.recordio.pack((0, 4.0, -1, 0), b"x")
    with pytest.raises(TypeError, match="must be bytes"):
        mx.recordio.pack(HEADER, "text")  # type: ignore[arg-type]


def image(channels):
    y, x = np.mgrid[0:32, 0:48]
    return np.stack([y * 4, x * 3, y + x, 255 - x], -1).astype(np.uint8)[..., :channels]


def test_image_is_blue_first_as_opencv_has_it():
    blue = np.zeros((8, 8, 3), np.uint8)
    blue[..., 0] = 255
    packed = mx.recordio.pack_img(HEADER, blue, img_fmt=".png")
    np.testing.assert_array_equal(pictures.decode(mx.recordio.unpack(packed)[1])[0, 0], [0, 0, 255])
    np.testing.assert_array_equal(mx.recordio.unpack_img(packed)[1], blue)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_png_keeps_every_pixel(channels):
    pixels = image(channels)
    header, back = mx.recordio.unpack_img(mx.recordio.pack_img(HEADER, pixels, quality=3, img_fmt=".png"))
    assert header == HEADER
    np.testing.assert_array_equal(back, pixels[..., 0] if channels == 1 else pixels)


def test_jpeg_keeps_the_picture_nearly():
    pixels = image(3)
    packed = mx.recordio.pack_img(HEADER, pixels)
    assert packed[24:26] == b"\xff\xd8"
    back = mx.recordio.unpack_img(packed, iscolor=1)[1]
    assert np.abs(back.astype(int) - pixels).mean() < 2
    assert len(mx.recordio.pack_img(HEADER, pixels, quality=10)) < len(packed)


def test_color_on_demand():
    gray = mx.recordio.pack_img(HEADER, image(1)[..., 0], img_fmt=".png")
    assert mx.recordio.unpack_img(gray, iscolor=1)[1].shape == (32, 48, 3)
    color = mx.recordio.pack_img(HEADER, image(3), img_fmt=".png")
    assert mx.recordio.unpack_img(color, iscolor=0)[1].shape == (32, 48)


def test_what_is_no_picture_is_refused():
    with pytest.raises(FormatError, match="no whole picture"):
        mx.recordio.unpack_img(mx.recordio.pack(HEADER, b"GIF89a no"))
    with pytest.raises(ArgumentError, match="written as .jpg"):
        mx.recordio.pack_img(HEADER, image(3), img_fmt=".webp")
    with pytest.raises(ArgumentError, match="must be uint8"):
        mx.recordio.pack_img(HEADER, image(3).astype(np.float32))
    with pytest.raises(ArgumentError, match="iscolor"):
        mx.recordio.unpack_img(mx.recordio.pack(HEADER, b""), iscolor=2)
