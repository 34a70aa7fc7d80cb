"""mx.npx.image: the same functions and classes, giving np.ndarrays."""
import numpy as np
import pytest

import mxlearn as mx

FILE = mx.recordio.pack_img((0, 0, 0, 0), np.full((8, 10, 3), 9, np.uint8), img_fmt=".png")[24:]


@pytest.mark.parametrize("name", mx.image.__all__)
def test_every_name_of_mx_image_is_there(name):
    found, own = getattr(mx.npx.image, name), getattr(mx.image, name)
    assert found is own or found.__doc__ == own.__doc__


def test_functions_give_np_ndarrays():
    image = mx.npx.image.imdecode(FILE)
    assert type(image) is mx.np.ndarray
    assert type(mx.npx.image.imresize(image, 4, 5)) is mx.np.ndarray
    cut, box = mx.npx.image.center_crop(image, (4, 5))
    assert type(cut) is mx.np.ndarray and box == (3, 1, 4, 5)


def test_augmenters_and_iterators_work_in_numpy_mode(tmp_path):
    (tmp_path / "a.png").write_bytes(FILE)
    with mx.util.np_array(True):
        augmenters = mx.npx.image.CreateAugmenter((3, 6, 6), rand_crop=True, rand_mirror=True, mean=True, hue=0.1)
        iterator = mx.npx.image.ImageIter(
            2, (3, 6, 6), imglist=[[1, "a.png"], [2, "a.png"]], path_root=tmp_path, aug_list=augmenters
        )
        batch = iterator.next()
    assert type(batch.data[0]) is mx.np.ndarray and type(batch.label[0]) is mx.np.ndarray
    assert batch.data[0].shape == (2, 3, 6, 6)
