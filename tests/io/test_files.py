"""MNISTIter and CSVIter: what is read from files, in which order, and what a damaged file says."""
import gzip
import struct

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError

COUNT = 11
IMAGES = (np.arange(COUNT * 6) % 251).astype(np.uint8).reshape(COUNT, 2, 3)
LABELS = np.arange(COUNT, dtype=np.uint8)


@pytest.fixture
def files(tmp_path):
    """Write eleven images of 2x3 pixels, whose labels are their numbers; return the arguments that name them."""
    image, label = tmp_path / "images", tmp_path / "labels"
    image.write_bytes(struct.pack(">iiii", 2051, *IMAGES.shape) + IMAGES.tobytes())
    label.write_bytes(struct.pack(">ii", 2049, COUNT) + LABELS.tobytes())
    return {"image": str(image), "label": str(label)}


def labels_of(iterator):
    return [batch.label[0].asnumpy().astype(int).tolist() for batch in iterator]


def test_mnist_in_file_order_leaves_the_incomplete_batch_out(files):
    iterator = mx.io.MNISTIter(**files, batch_size=3, shuffle=False)
    assert labels_of(iterator) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    iterator.reset()
    assert labels_of(iterator) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [  # from the real MXNet 1.9.1
        ({}, [[0, 2, 3], [5, 9, 1], [10, 8, 4]]),
        ({"seed": 1}, [[6, 9, 10], [2, 4, 1], [5, 3, 8]]),
        ({"seed": 7}, [[2, 4, 5], [10, 8, 7], [6, 1, 0]]),
        ({"num_parts": 2, "part_index": 1}, [[5, 7, 8], [10, 9, 6]]),
        ({"num_parts": 3, "part_index": 1, "shuffle": False}, [[3, 4, 5]]),
        ({"num_parts": 3, "part_index": 2, "shuffle": False}, [[7, 8, 9]]),
    ],
)
def test_mnist_order_is_that_of_mxnet(files, arguments, expected):
    assert labels_of(mx.io.MNISTIter(**files, batch_size=3, **arguments)) == expected


def test_mnist_pixels_are_divided_by_256(files):
    batch = next(mx.io.MNISTIter(**files, batch_size=3, shuffle=False))
    assert batch.data[0].dtype is np.float32
    assert batch.data[0].asnumpy().tolist() == (IMAGES[:3, None] / 256).tolist()


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({}, (3, 1, 2, 3)),
        ({"data_shape": (1, 2, 3)}, (3, 1, 2, 3)),
        ({"input_shape": (6,)}, (3, 6)),
        ({"flat": True}, (3, 6)),
    ],
)
def test_mnist_shapes(files, arguments, shape):
    iterator = mx.io.MNISTIter(**files, batch_size=3, **arguments)
    assert iterator.provide_data == [("data", shape)]
    assert iterator.provide_label == [("softmax_label", (3,))]
    assert next(iterator).data[0].shape == shape


def test_mnist_label_has_the_labels_of_a_pass_in_its_order(files):
    iterator = mx.io.MNISTIter(**files, batch_size=3)
    expected = sum(labels_of(iterator), [])
    assert isinstance(iterator.label, mx.nd.NDArray)
    assert iterator.label.asnumpy().astype(int).tolist() == expected


def test_mnist_label_compares_with_predictions_of_a_whole_pass(files):
    """As at the end of the classic MNIST program: ``accuracy.update(iterator.label, prediction)``."""
    iterator = mx.io.MNISTIter(**files, batch_size=3)
    scores = np.eye(COUNT, dtype=np.float32)[iterator.label.asnumpy().astype(int)]
    scores[:3] = np.roll(scores[:3], 1, axis=1)                       # three of nine are wrong
    accuracy = mx.metric.Accuracy()
    accuracy.update(iterator.label, mx.nd.array(scores))
    assert accuracy.get() == ("accuracy", pytest.approx(6 / 9))


def test_mnist_index_names_the_images_of_the_file(files):
    iterator = mx.io.MNISTIter(**files, batch_size=3)
    for batch in iterator:
        assert batch.index.tolist() == batch.label[0].asnumpy().astype(int).tolist()


def test_mnist_reads_gzip_where_only_that_is_there(files, tmp_path):
    for name in ("images", "labels"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
        (tmp_path / name).unlink()
    assert len(labels_of(mx.io.MNISTIter(**files, batch_size=5))) == 2


def test_mnist_getdata_is_an_array_and_the_first_batch_before_next(files):
    iterator = mx.io.MNISTIter(**files, batch_size=3, shuffle=False)
    assert iterator.getlabel().asnumpy().tolist() == [0, 1, 2]
    assert iterator.getdata().shape == (3, 1, 2, 3)
    assert iterator.getpad() == 0


def test_debug_skip_load_gives_the_first_batch_again_and_again(files):
    iterator = mx.io.MNISTIter(**files, batch_size=3, shuffle=False)
    iterator.debug_skip_load()
    assert labels_of(iterator) == [[0, 1, 2]] * 3


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"data_shape": (1, 28, 28)}, ShapeError, "images are 2x3, but data_shape is"),
        ({"batch_size": 12}, ShapeError, "11 images never fill a batch of 12"),
        ({"part_index": 1}, ArgumentError, "part_index must be 0 to 0"),
        ({"bach_size": 5}, ArgumentError, "bach_size.*Did you mean 'batch_size'"),
        ({"dtype": "float16"}, ArgumentError, "float32"),
    ],
)
def test_mnist_wrong_arguments(files, arguments, error, text):
    with pytest.raises(error, match=text):
        mx.io.MNISTIter(**files, **arguments)


def test_mnist_missing_exchanged_and_truncated_files(files, tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        mx.io.MNISTIter(image="nowhere", label=files["label"])
    with pytest.raises(FormatError, match="exchanged"):
        mx.io.MNISTIter(image=files["label"], label=files["image"])
    content = (tmp_path / "images").read_bytes()
    (tmp_path / "images").write_bytes(content[:-1])
    with pytest.raises(FormatError, match="cut off"):
        mx.io.MNISTIter(**files)


def test_mnist_of_fewer_labels_than_images(files, tmp_path):
    (tmp_path / "labels").write_bytes(struct.pack(">ii", 2049, 3) + b"abc")
    with pytest.raises(ShapeError, match="11 images, but .* 3 labels"):
        mx.io.MNISTIter(**files)


# -- CSV ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def table(tmp_path):
    """Write seven rows of three numbers, 0 to 20; return the path."""
    path = tmp_path / "data.csv"
    np.savetxt(path, np.arange(21).reshape(7, 3), delimiter=",")
    return str(path)


def first_column(iterator):
    return [(batch.data[0].asnumpy()[:, 0].astype(int).tolist(), batch.pad) for batch in iterator]


def test_csv_passes_are_those_of_mxnet(table):
    iterator = mx.io.CSVIter(data_csv=table, data_shape=(3,), batch_size=3)
    assert first_column(iterator) == [([0, 3, 6], 0), ([9, 12, 15], 0), ([18, 0, 3], 2)]
    iterator.reset()
    assert first_column(iterator) == [([6, 9, 12], 0), ([15, 18, 0], 1)]


def test_csv_without_round_batch_begins_each_pass_at_the_first_row(table):
    iterator = mx.io.CSVIter(data_csv=table, data_shape=(3,), batch_size=3, round_batch=False)
    one = [([0, 3, 6], 0), ([9, 12, 15], 0), ([18, 0, 3], 2)]
    assert first_column(iterator) == one
    iterator.reset()
    assert first_column(iterator) == one


def test_csv_labels(table, tmp_path):
    np.savetxt(tmp_path / "label.csv", np.arange(7), delimiter=",")
    np.savetxt(tmp_path / "pairs.csv", np.arange(14).reshape(7, 2), delimiter=",")
    without = next(mx.io.CSVIter(data_csv=table, data_shape=(3,), batch_size=2))
    assert without.label[0].asnumpy().tolist() == [0, 0]
    single = mx.io.CSVIter(data_csv=table, data_shape=(3,), batch_size=2, label_csv=str(tmp_path / "label.csv"))
    assert single.provide_label == [("softmax_label", (2,))]
    assert next(single).label[0].asnumpy().tolist() == [0, 1]
    pairs = mx.io.CSVIter(
        data_csv=table, data_shape=(3,), batch_size=2, label_csv=str(tmp_path / "pairs.csv"), label_shape=(2,)
    )
    assert next(pairs).label[0].asnumpy().tolist() == [[0, 1], [2, 3]]


def test_csv_shape_and_dtype(table):
    iterator = mx.io.CSVIter(data_csv=table, data_shape=(3, 1), batch_size=2, dtype="int64")
    batch = next(iterator)
    assert batch.data[0].dtype is np.int64
    assert batch.data[0].asnumpy().tolist() == [[[0], [1], [2]], [[3], [4], [5]]]


def test_csv_of_a_folder_reads_its_files_in_name_order(tmp_path):
    for number, name in enumerate(["b.csv", "a.csv"]):
        np.savetxt(tmp_path / name, np.full((2, 1), number), delimiter=",")
    iterator = mx.io.CSVIter(data_csv=str(tmp_path), data_shape=(1,), batch_size=4)
    assert first_column(iterator) == [([1, 1, 0, 0], 0)]


@pytest.mark.parametrize(
    ("content", "arguments", "error", "text"),
    [
        ("1,2\n3,x\n", {}, FormatError, "'x' in line 2 is no number"),
        ("1,2\n3\n", {}, FormatError, "line 2 has 1 number, the lines before have 2"),
        ("", {}, FormatError, "holds no rows"),
        ("1,2,3\n", {}, ShapeError, r"3 numbers, but data_shape=\(2,\) needs 2"),
        ("1,2\n", {"batch_size": 2}, ShapeError, "1 rows, too few for a batch of 2"),
        ("1,2.5\n", {"dtype": "int32"}, FormatError, "no int32"),
        ("1,2\n", {"dtype": "float64"}, ArgumentError, "'float32', 'int32' or 'int64'"),
        ("1,2\n", {"round_bach": True}, ArgumentError, "Did you mean 'round_batch'"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path, content, arguments, error, text):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(error, match=text):
        mx.io.CSVIter(**{"data_csv": str(path), "data_shape": (2,), "batch_size": 1} | arguments)


def test_csv_missing_file():
    with pytest.raises(DataError, match="nowhere.csv"):
        mx.io.CSVIter(data_csv="nowhere.csv", data_shape=(2,), batch_size=1)
