"""Image data sets: what is read, where it is looked for, and what is said where it is missing."""
import gzip
import io
import struct
import tarfile

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError
from mxlearn.gluon.data import vision

IMAGES = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([7, 1, 9], np.uint8)


def put_idx(folder, part="train", suffix="", images=IMAGES, labels=LABELS):
    folder.mkdir(parents=True, exist_ok=True)
    pack = gzip.compress if suffix else bytes
    first = struct.pack(">iiii", 2051, *images.shape) + images.tobytes()
    second = struct.pack(">ii", 2049, len(labels)) + labels.tobytes()
    (folder / f"{part}-images-idx3-ubyte{suffix}").write_bytes(pack(first))
    (folder / f"{part}-labels-idx1-ubyte{suffix}").write_bytes(pack(second))
    return folder


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_mnist_from_its_files(tmp_path, suffix):
    dataset = vision.MNIST(put_idx(tmp_path, suffix=suffix))
    image, label = dataset[0]
    assert (len(dataset), image.shape, image.dtype) == (3, (2, 2, 1), np.uint8)
    assert image.asnumpy()[..., 0].tolist() == [[0, 1], [2, 3]]
    assert (label, type(label)) == (7, np.int32)


def test_mnist_test_images_and_transform(tmp_path):
    put_idx(tmp_path, "t10k")
    dataset = vision.MNIST(tmp_path, train=False, transform=lambda x, y: (x.astype("float32") / 4, y + 1))
    image, label = dataset[2]
    assert image.asnumpy().ravel().tolist() == [2, 2.25, 2.5, 2.75]
    assert label == 10


def test_mnist_in_batches(tmp_path):
    dataset = vision.MNIST(put_idx(tmp_path))
    (images, labels), = mx.gluon.data.DataLoader(dataset, batch_size=3)
    assert (images.shape, images.dtype, labels.dtype) == ((3, 2, 2, 1), np.uint8, np.int32)
    transformed = dataset.transform_first(vision.transforms.ToTensor())
    (images, labels), = mx.gluon.data.DataLoader(transformed, batch_size=3)
    assert (images.shape, images.dtype) == ((3, 1, 2, 2), np.float32)
    assert labels.asnumpy().tolist() == [7, 1, 9]


def test_mnist_is_found_where_the_command_line_puts_it(own_home, tmp_path):
    put_idx(own_home / "datasets" / "mnist", suffix=".gz")
    assert len(vision.MNIST(tmp_path / "nothing here")) == 3


def test_missing_mnist_says_how_to_get_it_and_is_never_replaced(tmp_path):
    with pytest.raises(DataError, match=r"`mxlearn data get mnist`.*mxlearn.data.mnist\('digits'\)"):
        vision.MNIST(tmp_path)


def test_mnist_of_damaged_files(tmp_path):
    with pytest.raises(ShapeError, match="3 images, but .* 2 labels"):
        vision.MNIST(put_idx(tmp_path, labels=LABELS[:2]))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not IDX at all")
    with pytest.raises(FormatError, match="not an IDX file"):
        vision.MNIST(tmp_path)


def test_fashion_mnist_from_its_files(tmp_path):
    assert len(vision.FashionMNIST(put_idx(tmp_path))) == 3


def test_fashion_mnist_without_a_network_says_where_to_put_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(vision.FashionMNIST, "_SOURCE", "http://127.0.0.1:9/")
    with pytest.raises(DataError, match=r"could not be fetched(.|\n)*copy it to .*train-images-idx3-ubyte.gz"):
        vision.FashionMNIST(tmp_path)


def cifar_record(labels, value):
    """One image whose red is ``value``, green ``value + 1``, blue ``value + 2``, and whose first pixel is red 255."""
    planes = np.repeat(np.arange(value, value + 3, dtype=np.uint8), 32 * 32)
    planes[0] = 255
    return bytes(labels) + planes.tobytes()


def test_cifar10_from_its_files(tmp_path):
    for i in range(1, 6):
        (tmp_path / f"data_batch_{i}.bin").write_bytes(cifar_record([i], 10 * i) + cifar_record([0], 0))
    dataset = vision.CIFAR10(tmp_path)
    assert len(dataset) == 10
    image, label = dataset[2]
    assert (image.shape, label) == ((32, 32, 3), 2)
    assert image[0, 0].asnumpy().tolist() == [255, 21, 22]
    assert image[31, 31].asnumpy().tolist() == [20, 21, 22]


@pytest.mark.parametrize(("fine_label", "label"), [(False, 3), (True, 77)])
def test_cifar100_labels(tmp_path, fine_label, label):
    (tmp_path / "test.bin").write_bytes(cifar_record([3, 77], 5))
    assert vision.CIFAR100(tmp_path, fine_label=fine_label, train=False)[0][1] == label


def test_cifar_of_a_truncated_file(tmp_path):
    (tmp_path / "test_batch.bin").write_bytes(cifar_record([3], 5)[:-1])
    with pytest.raises(FormatError, match="3,072 bytes are no whole number of images of 3,073"):
        vision.CIFAR10(tmp_path, train=False)


def test_cifar10_unpacks_its_archive_once_verified(tmp_path, monkeypatch):
    import hashlib

    archive = tmp_path / "cifar-10-binary.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        for name in ("cifar-10-batches-bin/test_batch.bin", "../outside.bin"):
            content = cifar_record([4], 5)
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    sha1 = hashlib.sha1(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(vision.CIFAR10, "_ARCHIVE", (archive.name, sha1))
    assert vision.CIFAR10(tmp_path, train=False)[0][1] == 4
    assert not (tmp_path.parent / "outside.bin").exists()


def test_missing_cifar10_without_a_network(tmp_path, monkeypatch):
    monkeypatch.setattr(vision.CIFAR10, "_SOURCE", "http://127.0.0.1:9/")
    with pytest.raises(DataError, match=r"copy it to .*cifar-10-binary.tar.gz"):
        vision.CIFAR10(tmp_path)


def test_image_folder(tmp_path):
    Image = pytest.importorskip("PIL.Image")  # noqa: N806
    for name, color in (("cat", (255, 0, 0)), ("dog", (0, 0, 255))):
        (tmp_path / name).mkdir()
        Image.new("RGB", (5, 4), color).save(tmp_path / name / "1.png")
    (tmp_path / "dog" / "readme.txt").write_text("no picture")
    dataset = vision.ImageFolderDataset(tmp_path)
    assert dataset.synsets == ["cat", "dog"]
    image, label = dataset[1]
    assert (len(dataset), image.shape, label) == (2, (4, 5, 3), 1)
    assert image[0, 0].asnumpy().tolist() == [0, 0, 255]
    assert vision.ImageFolderDataset(tmp_path, flag=0)[0][0].shape == (4, 5, 1)
    (tmp_path / "cat" / "2.png").write_bytes(b"broken")
    with pytest.raises(FormatError, match="no whole picture that can be read"):
        vision.ImageFolderDataset(tmp_path)[1]


def test_image_folder_wrong_arguments(tmp_path):
    with pytest.raises(DataError, match="is no folder"):
        vision.ImageFolderDataset(tmp_path / "nowhere")
    with pytest.raises(ArgumentError, match=r"flag must be 0 \(gray\) or 1"):
        vision.ImageFolderDataset(tmp_path, flag=2)
