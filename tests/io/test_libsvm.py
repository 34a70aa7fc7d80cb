"""LibSVMIter: sparse rows of text files."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError

TEXT = "1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2  # a remark\n\n4 2:-1.2\n"


@pytest.fixture
def path(tmp_path):
    (tmp_path / "data.t").write_text(TEXT)
    return tmp_path / "data.t"


def make(path, **kwargs):
    return mx.io.LibSVMIter(**{"data_libsvm": path, "data_shape": (3,), "batch_size": 3, **kwargs})


def test_rows_are_sparse_and_labels_dense(path):
    batch = make(path).next()
    assert (batch.data[0].stype, batch.label[0].stype) == ("csr", "default")
    np.testing.assert_allclose(batch.data[0].asnumpy(), [[0.5, 0, 1.2], [0, 0, 0], [0.6, 2.4, 1.2]], rtol=1e-6)
    assert batch.label[0].asnumpy().tolist() == [1, -2, -3]


def test_next_pass_goes_on_behind_the_fill(path):
    iterator = make(path)
    assert [(b.index.tolist(), b.pad) for b in iterator] == [([0, 1, 2], 0), ([3, 0, 1], 2)]
    iterator.reset()
    assert [(b.index.tolist(), b.pad) for b in iterator] == [([2, 3, 0], 1)]


def test_parts_and_dtype(path):
    parts = [make(path, num_parts=2, part_index=i, batch_size=1, dtype="float64") for i in range(2)]
    assert [[b.label[0].asnumpy()[0] for b in part] for part in parts] == [[1, -2], [-3, 4]]
    parts[0].reset()
    assert parts[0].next().data[0].dtype == np.float64


def test_folder_is_read_in_the_order_of_names(path, tmp_path):
    (tmp_path / "earlier.t").write_text("7 1:1\n")
    assert make(tmp_path, batch_size=5).next().label[0].asnumpy().tolist() == [1, -2, -3, 4, 7]


@pytest.mark.parametrize("line", ["one 0:1", "1 0", "1 0:a", "1 a:1", "1 0:1:2", "1 2:1 0:1", "1 1:1 1:2"])
def test_broken_line_is_told_by_its_number(tmp_path, line):
    (tmp_path / "bad.t").write_text(f"1 0:1\n{line}\n")
    with pytest.raises(FormatError, match="line 2"):
        make(tmp_path / "bad.t", batch_size=1)


@given(st.text(alphabet="01:. -#\n\x00é", max_size=40))
@settings(deadline=None)
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("svm") / "a.t"
    path.write_text(text, encoding="utf-8")
    try:
        make(path, batch_size=1).next()
    except (FormatError, ShapeError):
        return
    assert any(line.partition("#")[0].strip() for line in text.splitlines())


@pytest.mark.parametrize(
    ("kwargs", "error", "words"),
    [
        ({"data_shape": (2,)}, ShapeError, r"line 1 has column 2, but the shape is \(2,\)"),
        ({"data_shape": (3, 1)}, ArgumentError, "data_shape must be one number"),
        ({"batch_size": 5}, ShapeError, "4 rows are too few for a batch of 5"),
        ({"round_batch": False}, ArgumentError, "round_batch=False"),
        ({"data_libsvm": "none.t"}, DataError, "cannot read none.t"),
        ({"label_libsv": "x"}, ArgumentError, "Did you mean 'label_libsvm'"),
        ({"dtype": "int32"}, ArgumentError, "dtype must be"),
        ({"num_parts": 1, "part_index": 1}, ArgumentError, "no part 1 of 1"),
    ],
)
def test_misuse_is_told(path, kwargs, error, words):
    with pytest.raises(error, match=words):
        make(path, **kwargs)


def test_labels_of_another_length_are_told(path, tmp_path):
    (tmp_path / "label.t").write_text("1 0:1\n")
    with pytest.raises(ShapeError, match="has 4 rows, but .*label.t has 1"):
        make(path, label_libsvm=tmp_path / "label.t", label_shape=(2,))
