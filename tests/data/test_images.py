"""mnist(): the full set where it is, the embedded digits where it is not, and it says which."""
import numpy as np
import pytest

from mxlearn.base import ArgumentError, DataError, FormatError
from mxlearn.data import home, mnist, write_idx
from mxlearn.data.images import FILES


def put_mnist(folder, *, count=3, suffix=".gz", leave_out=()):
    """Write four small files under MNIST's names."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, name in enumerate(FILES):
        if name not in leave_out:
            shape = (count, 28, 28) if "images" in name else (count,)
            write_idx(folder / (name + suffix), np.full(shape, index, dtype=np.uint8))


def test_without_a_download_the_embedded_digits_are_used():
    digits = mnist()
    assert digits.name == "digits"
    assert digits.train_images.shape == (1500, 28, 28) and digits.test_images.shape == (297, 28, 28)
    assert digits.train_labels.shape == (1500,) and digits.test_labels.shape == (297,)
    assert digits.train_images.dtype == digits.train_labels.dtype == np.uint8
    assert digits.source.startswith("Embedded UCI digits") and "mxlearn data get mnist" in digits.source


def test_the_digits_are_white_on_black_in_a_margin_of_four_pixels():
    images = mnist("digits").train_images
    assert images.max() == 255 and images.min() == 0
    assert images[:, :4].max() == images[:, -4:].max() == images[:, :, :4].max() == images[:, :, -4:].max() == 0


def test_all_ten_digits_are_there_in_similar_numbers():
    digits = mnist("digits")
    assert (np.bincount(digits.train_labels) > 140).all() and len(np.bincount(digits.train_labels)) == 10
    assert (np.bincount(digits.test_labels) > 25).all()


def test_nearest_neighbor_can_read_the_digits():
    """Real handwriting whose labels fit: the class of the nearest training image is right for most test images."""
    digits = mnist("digits")
    train = digits.train_images.reshape(1500, -1).astype(np.float64)
    test = digits.test_images.reshape(297, -1).astype(np.float64)
    distance = (train**2).sum(axis=1) - 2 * test @ train.T  # (297, 1500), up to a constant in each row
    assert (digits.train_labels[distance.argmin(axis=1)] == digits.test_labels).mean() > 0.94


def test_downloaded_files_are_used_by_themselves():
    put_mnist(home() / "datasets" / "mnist")
    full = mnist()
    assert full.name == "mnist" and full.train_images.shape == (3, 28, 28) and full.test_labels.tolist() == [3, 3, 3]
    assert full.source.startswith("Full MNIST")


def test_the_embedded_digits_on_request():
    put_mnist(home() / "datasets" / "mnist")
    assert mnist("digits").name == "digits"


def test_an_incomplete_download_is_not_used_and_is_told():
    put_mnist(home() / "datasets" / "mnist", leave_out=FILES[:1])
    digits = mnist()
    assert digits.name == "digits" and "is incomplete" in digits.source


def test_a_folder_of_decompressed_files(tmp_path):
    put_mnist(tmp_path, suffix="")
    assert mnist(root=tmp_path).train_labels.tolist() == [1, 1, 1]


def test_a_damaged_download_is_an_error_not_another_data_set():
    folder = home() / "datasets" / "mnist"
    put_mnist(folder)
    path = folder / (FILES[0] + ".gz")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FormatError, match="not a whole gzip file"):
        mnist()


def test_labels_of_another_set(tmp_path):
    put_mnist(tmp_path)
    write_idx(tmp_path / (FILES[1] + ".gz"), np.zeros(2, dtype=np.uint8))
    with pytest.raises(FormatError, match="has 3 images, train-labels-idx1-ubyte has 2 labels"):
        mnist(root=tmp_path)


def test_asking_for_what_is_not_there(tmp_path):
    with pytest.raises(DataError, match="mxlearn data get mnist"):
        mnist("mnist")
    with pytest.raises(DataError, match="lacks train-images-idx3-ubyte, train-labels"):
        mnist(root=tmp_path)


def test_wrong_arguments(tmp_path):
    with pytest.raises(ArgumentError, match="expected 'auto', 'mnist' or 'digits'"):
        mnist("fashion")
    with pytest.raises(ArgumentError, match="Leave one of them out"):
        mnist("digits", root=tmp_path)


def test_repr_says_what_it_is():
    assert repr(mnist("digits")).startswith("digits: 1,500 training and 297 test images of 28x28 pixels\nEmbedded UCI")
