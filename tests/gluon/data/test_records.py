"""RecordFileDataset and ImageRecordDataset, and mx.nd.imdecode, the older reader of pictures."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError
from mxlearn.gluon.data import DataLoader, RecordFileDataset
from mxlearn.gluon.data.vision import ImageRecordDataset, transforms


def png(value):
    pixels = np.full((6, 8, 3), value, np.uint8)
    pixels[..., 0] = 7  # blue, in OpenCV's order
    return mx.recordio.pack_img((0, 0, 0, 0), pixels, img_fmt=".png")[24:]


@pytest.fixture
def path(tmp_path):
    writer = mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for i in range(5):
        writer.write_idx(i, mx.recordio.pack((0, float(i), i, 0), png(10 * i)))
    writer.close()
    return tmp_path / "a.rec"


def test_records_come_by_number(path):
    dataset = RecordFileDataset(path)
    assert len(dataset) == 5
    assert mx.recordio.unpack(dataset[3])[0].label == 3.0
    assert dataset[-1] == dataset[4]
    with pytest.raises(IndexError):
        dataset[5]


def test_pictures_are_red_first(path):
    image, label = ImageRecordDataset(path)[2]
    assert (image.shape, image.dtype, label) == ((6, 8, 3), np.uint8, 2.0)
    assert image[0, 0].asnumpy().tolist() == [20, 20, 7]
    assert ImageRecordDataset(path, flag=0)[2][0].shape == (6, 8, 1)
    assert ImageRecordDataset(path, transform=lambda image, label: label + 1)[2] == 3.0
    with pytest.raises(ArgumentError, match="flag must be 0"):
        ImageRecordDataset(path, flag=2)


@pytest.mark.parametrize("workers", [0, 2])
def test_loader_reads_it_in_other_processes(path, workers):
    dataset = ImageRecordDataset(path).transform_first(transforms.ToTensor())
    batches = list(DataLoader(dataset, batch_size=2, num_workers=workers))
    assert [data.shape for data, _ in batches] == [(2, 3, 6, 8), (2, 3, 6, 8), (1, 3, 6, 8)]
    assert np.concatenate([label.asnumpy() for _, label in batches]).tolist() == [0, 1, 2, 3, 4]


def test_missing_and_broken_files_are_told(path, tmp_path):
    with pytest.raises(DataError, match="none.rec"):
        RecordFileDataset(tmp_path / "none.rec")
    with pytest.raises(ArgumentError, match="not its index"):
        RecordFileDataset(tmp_path / "a.idx")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError, match="a.rec"):
        RecordFileDataset(path)[4]


def test_interval_sampler_is_contributed():
    assert mx.gluon.contrib.data.IntervalSampler is mx.gluon.data.sampler.IntervalSampler


# -- mx.nd.imdecode ----------------------------------------------------------------------------------------------------
def test_older_reader_gives_channels_first():
    content = png(50)
    assert mx.nd.imdecode(content).shape == (3, 6, 8)
    assert mx.nd.imdecode(content, channels=1).shape == (1, 6, 8)
    assert mx.nd.imdecode(content, clip_rect=(1, 2, 5, 4)).shape == (3, 2, 4)
    less = mx.nd.imdecode(content, mean=mx.nd.full((3, 1, 1), 5))
    assert less.dtype == np.float32 and less[:, 0, 0].asnumpy().tolist() == [45, 45, 2]


def test_older_reader_fills_one_of_a_batch():
    out = mx.nd.zeros((2, 3, 6, 8))
    assert mx.nd.imdecode(png(50), out=out, index=1) is out
    assert out[:, 0, 0, 0].asnumpy().tolist() == [0, 50]
    with pytest.raises(ShapeError, match="out has room for"):
        mx.nd.imdecode(png(50), out=mx.nd.zeros((3, 5, 8)))
    with pytest.raises(ShapeError, match="holds no pixel"):
        mx.nd.imdecode(png(50), clip_rect=(90, 90, 95, 95))
    with pytest.raises(ArgumentError, match="channels must be"):
        mx.nd.imdecode(png(50), channels=4)
