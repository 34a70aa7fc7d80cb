"""ImageDetRecordIter: boxes follow their objects through every change."""
import io

import numpy as np
import pytest
from PIL import Image

import mxlearn as mx
from mxlearn.base import ArgumentError, FormatError, ShapeError

BOX = (0.25, 0.2, 0.6, 0.7)


@pytest.fixture
def records(tmp_path):
    """A file of 8 pictures of 60x40 in which the box BOX is red."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[8:28, 15:36, 0] = 255
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    writer = mx.recordio.MXRecordIO(tmp_path / "a.rec", "w")
    for i in range(8):
        writer.write(mx.recordio.pack((0, [2, 5, 1, *BOX], i, 0), out.getvalue()))
    writer.close()
    return tmp_path / "a.rec"


def make(records, **kwargs):
    given = {"path_imgrec": records, "data_shape": (3, 60, 60), "batch_size": 8, "preprocess_threads": 2}
    return mx.io.ImageDetRecordIter(**{**given, **kwargs})


def red_boxes(batch):
    """Yield the box of the red pixels of each picture, and that of its label."""
    for data, label in zip(batch.data[0].asnumpy(), batch.label[0].asnumpy(), strict=True):
        height, width = int(label[1]), int(label[2])
        rows, columns = np.nonzero((data[0] > 200) & (data[1] < 60))
        red = columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height
        yield red, label[7:11]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rand_mirror_prob": 0.5},
        {"rand_pad_prob": 1, "max_pad_scale": 2},
        {"resize": 80},
        {"resize_mode": "fit"},
        {"rand_crop_prob": 1, "min_crop_scales": 0.7, "max_crop_scales": 0.95, "min_crop_object_coverages": 0.9},
        {
            "rand_crop_prob": 1, "num_crop_sampler": 2, "min_crop_scales": (0.5, 0.8), "max_crop_scales": (0.9, 1.0),
            "min_crop_aspect_ratios": (0.5,), "max_crop_aspect_ratios": (2.0,), "crop_emit_mode": "overlap",
        },
    ],
    ids=["force", "mirror", "pad", "resize", "fit", "crop", "crops"],
)
def test_box_stays_around_its_object(records, options):
    boxes = list(red_boxes(make(records, **options).next()))
    for red, label in boxes:
        np.testing.assert_allclose(red, label, atol=0.06)
    if options.get("rand_crop_prob") or options.get("rand_pad_prob") or "rand_mirror_prob" in options:
        assert len({tuple(label.round(3)) for _, label in boxes}) > 1


def test_picture_of_other_proportions_leaves_zeros(records):
    batch = make(records, resize_mode="shrink", mean_r=10).next()
    assert batch.label[0].asnumpy()[0, :4].tolist() == [3, 40, 60, 7]
    assert (batch.data[0].asnumpy()[:, :, 40:] == 0).all()
    assert batch.data[0].asnumpy()[0, 0, 0, 0] == -10


@pytest.mark.parametrize("change", ["hue", "saturation", "illumination", "contrast"])
def test_each_change_of_color_changes_colors(records, change):
    most = 0.5 if change == "contrast" else 60
    changed = make(records, **{f"max_random_{change}": most, f"random_{change}_prob": 1}).next().data[0].asnumpy()
    assert np.abs(changed - make(records).next().data[0].asnumpy()).max() > 1
    assert changed.min() >= 0 and changed.max() <= 255


def test_labels_are_filled_up(records):
    iterator = make(records, label_pad_width=12, label_pad_value=-2)
    assert iterator.provide_label == [("softmax_label", (8, 16))]
    assert iterator.next().label[0].asnumpy()[0, -5:].tolist() == [-2] * 5


def test_crop_that_cannot_be_leaves_the_picture(records):
    options = {"rand_crop_prob": 1, "min_crop_scales": 0.1, "max_crop_scales": 0.2, "min_crop_object_coverages": 0.9}
    np.testing.assert_allclose(make(records, **options).next().label[0].asnumpy()[0, 7:11], BOX, rtol=1e-6)


@pytest.mark.parametrize(
    ("kwargs", "error", "words"),
    [
        ({"rand_crop_probability": 1}, ArgumentError, "Did you mean 'rand_crop_prob'"),
        ({"resize_mode": "stretch"}, ArgumentError, "resize_mode must be"),
        ({"crop_emit_mode": "any"}, ArgumentError, "crop_emit_mode must be"),
        ({"rand_crop_prob": 1, "min_crop_scales": 0.5, "max_crop_scales": 0.5}, ArgumentError, "crop scales"),
        ({"min_crop_scales": (0.1, 0.2)}, ArgumentError, "num_crop_sampler=1"),
        ({"label_pad_width": 3}, ShapeError, "less than the longest label, 7"),
        ({"label_width": 9}, ShapeError, "has 7 labels, but label_width is 9"),
        ({"data_shape": (4, 8, 8)}, ArgumentError, "1 or 3 channels"),
        ({"mean_img": "none.params"}, ArgumentError, "there is no none.params"),
    ],
)
def test_misuse_is_told(records, kwargs, error, words):
    with pytest.raises(error, match=words):
        make(records, **kwargs)


def test_labels_that_are_no_boxes_are_told(tmp_path):
    writer = mx.recordio.MXRecordIO(tmp_path / "a.rec", "w")
    writer.write(mx.recordio.pack((0, [2, 5, 1], 3, 0), b"picture"))
    writer.close()
    with pytest.raises(FormatError, match="record 3 of .*3 labels are no boxes"):
        make(tmp_path / "a.rec")
