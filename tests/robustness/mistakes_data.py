"""Mistakes with data: iterators, data sets, DataLoaders and files."""
import numpy as np

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.base import ArgumentError, DataError, FormatError, NotFoundError, ShapeError
from mxlearn.data import catalog
from mxlearn.gluon.data import ArrayDataset, DataLoader

from .mistakes import collector

mistake, MISTAKES = collector()


# -- iterators ---------------------------------------------------------------------------------------------------------
@mistake(ShapeError, "NDArrayIter", "10", "32", "'discard'", "batch_size")
def a_batch_is_larger_than_the_data():
    mx.io.NDArrayIter(np.ones((10, 2)), batch_size=32, last_batch_handle="discard")


@mistake(ShapeError, "NDArrayIter", "'data': 10", "'softmax_label': 9")
def data_and_labels_have_different_lengths():
    mx.io.NDArrayIter(np.ones((10, 2)), np.ones(9), 2)


@mistake(ArgumentError, "NDArrayIter", "batch_size", "0")
def an_iterator_has_batch_size_zero():
    mx.io.NDArrayIter(np.ones((10, 2)), batch_size=0)


@mistake(ArgumentError, "NDArrayIter", "last_batch_handle", "'drop'", "'discard'")
def the_treatment_of_the_last_batch_is_misspelled():
    mx.io.NDArrayIter(np.ones((10, 2)), batch_size=3, last_batch_handle="drop")


@mistake(ArgumentError, "NDArrayIter", "numbers", "data")
def an_iterator_gets_words():
    mx.io.NDArrayIter(np.array([["a", "b"], ["c", "d"]]), batch_size=1)


@mistake(ArgumentError, "NDArrayIter", "numbers")
def an_iterator_gets_ragged_rows():
    mx.io.NDArrayIter({"x": [[1, 2], [3]]}, batch_size=1)


@mistake(ArgumentError, "NDArrayIter", "str")
def an_iterator_gets_the_name_of_a_file():
    mx.io.NDArrayIter("train.csv", batch_size=1)


@mistake(ShapeError, "NDArrayIter", "no examples")
def an_iterator_gets_no_examples():
    mx.io.NDArrayIter(np.ones((0, 2)), batch_size=1)


@mistake(StopIteration, python=True)
def an_iterator_is_asked_beyond_its_end():
    iterator = mx.io.NDArrayIter(np.ones((2, 2)), batch_size=2)
    iterator.next()
    iterator.next()


@mistake(DataError, "train-images", "No such file")
def the_files_of_mnist_are_not_there(folder):
    mx.io.MNISTIter(image=str(folder / "train-images"), label=str(folder / "train-labels"), batch_size=2)


@mistake(FormatError, "labels", "exchanged")
def the_files_of_mnist_are_exchanged(folder):
    write_mnist(folder)
    mx.io.MNISTIter(image=str(folder / "labels"), label=str(folder / "images"), batch_size=2)


@mistake(ArgumentError, "MNISTIter", "batchsize", "batch_size")
def an_option_of_mnist_is_misspelled(folder):
    write_mnist(folder)
    mx.io.MNISTIter(image=str(folder / "images"), label=str(folder / "labels"), batchsize=2)


@mistake(ShapeError, "MNISTIter", "100", "3")
def a_batch_of_mnist_is_larger_than_the_file(folder):
    write_mnist(folder)
    mx.io.MNISTIter(image=str(folder / "images"), label=str(folder / "labels"), batch_size=100)


def write_mnist(folder, count=3):
    header = [2051, count, 2, 2]
    (folder / "images").write_bytes(b"".join(n.to_bytes(4, "big") for n in header) + bytes(4 * count))
    (folder / "labels").write_bytes(b"".join(n.to_bytes(4, "big") for n in [2049, count]) + bytes(count))


@mistake(DataError, "train.csv", "No such file")
def a_table_is_not_there(folder):
    mx.io.CSVIter(data_csv=str(folder / "train.csv"), data_shape=(2,), batch_size=1)


@mistake(FormatError, "train.csv", "line 1", "'area'", "names")
def a_table_has_a_line_of_names(folder):
    (folder / "train.csv").write_text("area,price\n1,2\n3,4\n")
    mx.io.CSVIter(data_csv=str(folder / "train.csv"), data_shape=(2,), batch_size=1)


@mistake(ShapeError, "train.csv", "data_shape", "(3,)", "2")
def the_rows_of_a_table_have_another_length(folder):
    (folder / "train.csv").write_text("1,2\n3,4\n")
    mx.io.CSVIter(data_csv=str(folder / "train.csv"), data_shape=(3,), batch_size=1)


@mistake(FormatError, "train.csv", "line 2", "1 number")
def a_row_of_a_table_is_too_short(folder):
    (folder / "train.csv").write_text("1,2\n3\n5,6\n")
    mx.io.CSVIter(data_csv=str(folder / "train.csv"), data_shape=(2,), batch_size=1)


# -- data sets and loaders ---------------------------------------------------------------------------------------------
@mistake(ShapeError, "ArrayDataset", "10", "9")
def the_arrays_of_a_data_set_have_different_lengths():
    ArrayDataset(np.ones((10, 2)), np.ones(9))


@mistake(ArgumentError, "DataLoader", "batch_size")
def a_loader_gets_no_batch_size():
    DataLoader(ArrayDataset(np.ones((10, 2))))


@mistake(ArgumentError, "DataLoader", "shuffle", "sampler")
def a_loader_shuffles_and_has_a_sampler():
    data = ArrayDataset(np.ones((10, 2)))
    DataLoader(data, 2, shuffle=True, sampler=gluon.data.SequentialSampler(10))


@mistake(ArgumentError, "last_batch", "'drop'", "discard")
def the_last_batch_of_a_loader_is_misspelled():
    list(DataLoader(ArrayDataset(np.ones((10, 2))), 3, last_batch="drop"))


@mistake(ShapeError, "(2,)", "(3,)", "batchify")
def examples_of_different_shapes_are_stacked():
    rows = gluon.data.SimpleDataset([nd.ones((2,)), nd.ones((3,))])
    list(DataLoader(rows, 2))


class Failing(gluon.data.Dataset):
    """Six examples, of which the fourth cannot be read."""

    def __len__(self):
        return 6

    def __getitem__(self, index):
        if index == 3:
            raise OSError("picture3.png is broken")
        return np.float32(index)


@mistake(OSError, "picture3.png is broken", python=True)
def an_example_cannot_be_read():
    list(DataLoader(Failing(), 2))


@mistake(OSError, "picture3.png is broken", python=True)
def an_example_cannot_be_read_by_a_worker():
    list(DataLoader(Failing(), 2, num_workers=1))


@mistake(OSError, "picture3.png is broken", python=True)
def an_example_cannot_be_read_by_a_thread():
    list(DataLoader(Failing(), 2, num_workers=1, thread_pool=True))


@mistake(NotImplementedError, "Squares", "__getitem__", python=True)
def a_data_set_cannot_be_indexed():
    class Squares(gluon.data.Dataset):
        def __len__(self):
            return 3

    list(DataLoader(Squares(), 1))


@mistake(IndexError, "10", python=True)
def a_data_set_is_indexed_beyond_its_end():
    ArrayDataset(np.ones((10, 2)), np.ones(10))[10]


@mistake(ShapeError, "image_to_tensor 'totensor", "(height, width, channel)", "(28,)")
def a_flat_image_becomes_a_tensor():
    gluon.data.vision.transforms.ToTensor()(nd.ones((28,), dtype="uint8"))


@mistake(ShapeError, "mean", "1 number", "(0.5, 0.5, 0.5)", "(1, 28, 28)")
def a_gray_image_is_normalized_as_a_color_image():
    gluon.data.vision.transforms.Normalize((0.5, 0.5, 0.5), (0.1, 0.1, 0.1))(nd.ones((1, 28, 28)))


# -- arrays in files ---------------------------------------------------------------------------------------------------
@mistake(DataError, "weights.params", "No such file")
def arrays_are_loaded_from_a_file_that_is_not_there(folder):
    nd.load(str(folder / "weights.params"))


@mistake(DataError, "directory")
def arrays_are_loaded_from_a_folder(folder):
    nd.load(str(folder))


@mistake(FormatError, "notes.txt", "mx.nd.save")
def arrays_are_loaded_from_a_text(folder):
    (folder / "notes.txt").write_text("weights: 1 2 3\n" * 10)
    nd.load(str(folder / "notes.txt"))


@mistake(FormatError, "empty.params", "0 bytes")
def arrays_are_loaded_from_an_empty_file(folder):
    (folder / "empty.params").touch()
    nd.load(str(folder / "empty.params"))


@mistake(TypeError, "'b'", "int", python=True)
def a_number_is_saved_among_arrays(folder):
    nd.save(str(folder / "x"), {"a": nd.ones((1,)), "b": 3})


@mistake(DataError, "folder")
def arrays_are_saved_onto_a_folder(folder):
    (folder / "target").mkdir()
    nd.save(str(folder / "target"), [nd.ones((1,))])


@mistake(NotFoundError, "mnits", "mnist")
def a_data_set_to_download_is_misspelled():
    catalog.find("mnits")
