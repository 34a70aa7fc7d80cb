"""ImageIter and ImageDetIter: passes, errors, drawing. Their batches are compared with MXNet's by the golden files."""
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError
from mxlearn.image.iterator import read_list


def png(value, height=10, width=12):
    pixels = np.full((height, width, 3), value, np.uint8)
    return mx.recordio.pack_img((0, 0, 0, 0), pixels, img_fmt=".png")[24:]


@pytest.fixture
def folder(tmp_path):
    """Seven pictures p0.png to p6.png of the gray 30*i, and a list of them."""
    for i in range(7):
        (tmp_path / f"p{i}.png").write_bytes(png(30 * i))
    (tmp_path / "all.lst").write_text("".join(f"{10 * i}\t{i % 3}\tp{i}.png\n" for i in range(7)))
    return tmp_path


def make(folder, **kwargs):
    if "imglist" not in kwargs:
        kwargs.setdefault("path_imglist", folder / "all.lst")
    return mx.image.ImageIter(**{"batch_size": 3, "data_shape": (3, 8, 8), "path_root": folder, **kwargs})


def grays(iterator):
    return [(batch.data[0].asnumpy()[:, 0, 0, 0] / 30).astype(int).tolist() for batch in iterator]


def test_last_batch_is_filled_with_the_first_images(folder):
    iterator = make(folder)
    assert grays(iterator) == [[0, 1, 2], [3, 4, 5], [6, 0, 1]]
    with pytest.raises(StopIteration):
        iterator.next()
    iterator.reset()
    assert [batch.pad for batch in iterator] == [0, 0, 2]


def test_roll_over_carries_into_the_next_pass_and_hard_reset_forgets(folder):
    iterator = make(folder, last_batch_handle="roll_over")
    assert grays(iterator) == [[0, 1, 2], [3, 4, 5]]
    iterator.reset()
    assert grays(iterator) == [[6, 0, 1], [2, 3, 4]]
    iterator.hard_reset()
    assert grays(iterator) == [[0, 1, 2], [3, 4, 5]]


def test_batch_may_be_larger_than_the_data(folder):
    iterator = make(folder, batch_size=10)
    assert grays(iterator) == [[0, 1, 2, 3, 4, 5, 6, 0, 1, 2]]


def test_every_image_comes_once_in_a_shuffled_pass(folder):
    random.seed(0)
    iterator = make(folder, shuffle=True, batch_size=7)
    first = grays(iterator)[0]
    iterator.reset()
    second = grays(iterator)[0]
    assert first != second and sorted(first) == sorted(second) == list(range(7))


def test_parts_share_the_images(folder):
    parts = [make(folder, num_parts=3, part_index=i, batch_size=2) for i in range(3)]
    assert [grays(part) for part in parts] == [[[0, 1]], [[2, 3]], [[4, 5]]]


def test_list_gives_other_labels_to_records(folder):
    writer = mx.recordio.MXIndexedRecordIO(folder / "a.idx", folder / "a.rec", "w")
    for i in range(7):
        writer.write_idx(10 * i, mx.recordio.pack((0, 99.0, 10 * i, 0), png(30 * i)))
    writer.close()
    for index in ({}, {"path_imgidx": folder / "a.idx"}):
        assert make(folder, path_imgrec=folder / "a.rec", **index).next().label[0].asnumpy().tolist() == [0, 1, 2]
        alone = mx.image.ImageIter(3, (3, 8, 8), path_imgrec=folder / "a.rec", **index)
        assert alone.next().label[0].asnumpy().tolist() == [99, 99, 99]


def test_dtype_is_that_of_labels(folder):
    batch = make(folder, dtype="int32").next()
    assert (batch.data[0].dtype, batch.label[0].dtype) == (np.float32, np.int32)


def test_own_augmenters_are_used(folder):
    iterator = make(folder, aug_list=[mx.image.CenterCropAug((8, 8)), lambda x: x.astype("float32") * 2])
    assert iterator.next().data[0].asnumpy()[1, 0, 0, 0] == 60
    wrong = make(folder, aug_list=[mx.image.CastAug()])
    with pytest.raises(ShapeError, match=r"p0.png has the shape \(3, 10, 12\).*data_shape is \(3, 8, 8\)"):
        wrong.next()


def test_module_trains_on_it(folder):
    data = mx.sym.Variable("data")
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Flatten(data), num_hidden=3), name="softmax")
    iterator = make(folder, mean=True, std=True)
    module = mx.mod.Module(net)
    module.fit(iterator, num_epoch=2, optimizer_params={"learning_rate": 0.001})
    iterator.reset()
    assert module.predict(iterator).shape == (7, 3)


def test_broken_or_missing_picture_is_named(folder):
    (folder / "bad.png").write_bytes(b"no picture")
    with pytest.raises(FormatError, match="ImageIter: bad.png: is no whole picture"):
        make(folder, imglist=[[0, "bad.png"]]).next()
    with pytest.raises(DataError, match="none.png"):
        make(folder, imglist=[[0, "none.png"]]).next()


def test_wrong_labels_are_told(folder):
    with pytest.raises(ShapeError, match="p0.png has 1 labels, but label_width is 2"):
        make(folder, label_width=2).next()


@pytest.mark.parametrize("line", ["nothing", "1\tp.png", "a\t0\tp.png", "0\tlabel\tp.png"])
def test_broken_list_is_told_by_its_line(folder, line):
    (folder / "bad.lst").write_text(f"0\t1\tp0.png\n{line}\n")
    with pytest.raises(FormatError, match="bad.lst: line 2"):
        make(folder, path_imglist=folder / "bad.lst")


def test_list_of_bytes_is_told(folder):
    (folder / "bad.lst").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="no UTF-8"):
        make(folder, path_imglist=folder / "bad.lst")


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"rand_miror": True}, "no parameter 'rand_miror'. Did you mean 'rand_mirror'"),
        ({"aug_list": [], "resize": 3}, "no parameter 'resize' beside aug_list"),
        ({"last_batch_handle": "drop"}, "last_batch_handle must be one of"),
        ({"num_parts": 2, "part_index": 2}, "no part 2 of 2"),
        ({"batch_size": 0}, "batch_size must be 1 or more"),
        ({"dtype": "text"}, "dtype must be one of"),
    ],
)
def test_impossible_parameters_are_refused(folder, kwargs, words):
    with pytest.raises(ArgumentError, match=words):
        make(folder, **kwargs)


def test_shuffling_records_needs_their_index(folder):
    mx.recordio.MXRecordIO(folder / "a.rec", "w").close()
    with pytest.raises(ArgumentError, match="pass path_imgidx"):
        mx.image.ImageIter(3, (3, 8, 8), path_imgrec=folder / "a.rec", shuffle=True)


# -- detection ---------------------------------------------------------------------------------------------------------
OBJECTS = [[2, 5, 0, 0.1, 0.2, 0.5, 0.6], [2, 5, 1, 0.3, 0.3, 0.9, 0.8, 2, 0, 0, 0.4, 0.4]]


def detect(folder, objects=OBJECTS, **kwargs):
    entries = [[numbers, f"p{i}.png"] for i, numbers in enumerate(objects)]
    return mx.image.ImageDetIter(
        **{"batch_size": 2, "data_shape": (3, 8, 8), "imglist": entries, "path_root": folder, **kwargs}
    )


def test_labels_are_filled_with_minus_one(folder):
    iterator = detect(folder)
    assert iterator.label_shape == (2, 5)
    assert iterator.provide_label == [("label", (2, 2, 5))]
    labels = iterator.next().label[0].asnumpy()
    np.testing.assert_allclose(labels[0], [[0, 0.1, 0.2, 0.5, 0.6], [-1] * 5], rtol=1e-6)


def test_reshape_makes_the_augmenters_anew(folder):
    iterator = detect(folder)
    iterator.reshape(data_shape=(3, 6, 4), label_shape=(5, 5))
    batch = iterator.next()
    assert (batch.data[0].shape, batch.label[0].shape) == ((2, 3, 6, 4), (2, 5, 5))
    assert iterator.provide_data == [("data", (2, 3, 6, 4))]


@pytest.mark.parametrize(
    ("shape", "words"),
    [((1, 5), "reduce label count from 2 to 1"), ((9, 6), "object width inconsistent: 5 vs 6"), ((9,), "length 2")],
)
def test_label_shape_has_room_for_the_labels(folder, shape, words):
    with pytest.raises(ValueError, match=words):
        detect(folder).reshape(label_shape=shape)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([2, 5, 0, 0.1], "p0.png: label is invalid, 4 numbers"),
        ([2, 4, 0, 0.1, 0.2, 0.3, 0.4], "label is invalid"),
        ([2, float("nan"), 0, 0.1, 0.2, 0.3, 0.4], "label is invalid"),
        ([2, 5, 0, 0.1, 0.1, 0.2, 0.2, 9], "6 numbers are no whole number of objects of 5"),
        ([9, 5, 0, 0.1, 0.1, 0.2, 0.2], "no whole number of objects"),
        ([2, 5, 0, 0.5, 0.5, 0.1, 0.1], "no valid label"),
    ],
)
def test_broken_label_is_told(folder, numbers, words):
    with pytest.raises(FormatError, match=words):
        detect(folder, [numbers])


def test_boxes_are_drawn(folder):
    images = list(detect(folder).draw_next(color=(255, 0, 0), thickness=1, id2labels={0: "zero"}))
    assert [(x.shape, x.dtype) for x in images] == [((8, 8, 3), np.uint8)] * 2
    assert images[0][1, 0].tolist() == [255, 0, 0]
    assert images[1][7, 7].tolist() == [30, 30, 30]
    with pytest.raises(ArgumentError, match="no window"):
        detect(folder).draw_next(waitKey=1)


def test_drawing_puts_the_mean_back(folder):
    plain = list(detect(folder).draw_next(color=(0, 255, 0)))
    normal = list(detect(folder, mean=True, std=True).draw_next(color=(0, 255, 0), mean=True, std=True))
    for a, b in zip(plain, normal, strict=True):
        assert np.abs(a.astype(int) - b).max() <= 1


def test_random_crops_and_pads_keep_valid_labels(folder):
    random.seed(0)
    iterator = detect(folder, rand_crop=0.9, rand_pad=0.9, rand_mirror=True, min_object_covered=[0.1, 0.5])
    for _ in range(10):
        for batch in iterator:
            labels = batch.label[0].asnumpy().reshape(-1, 5)
            real = labels[labels[:, 0] >= 0]
            assert len(real) >= 2 and real[:, 1:].min() >= 0 and real[:, 1:].max() <= 1
            assert ((real[:, 3] > real[:, 1]) & (real[:, 4] > real[:, 2])).all()
        iterator.reset()


@given(st.text(alphabet="0123456789.\t\n -ap\x00é", max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_list_is_read_or_refused(folder, text):
    (folder / "any.lst").write_text(text, encoding="utf-8")
    try:
        entries = read_list(folder / "any.lst")
    except FormatError:
        return
    assert all(isinstance(number, int) and labels and name for number, labels, name in entries)
