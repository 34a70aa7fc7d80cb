"""Reading, resizing, cropping and rotating images: what golden files cannot say."""
import io
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError
from mxlearn.data import pictures


def picture(kind="PNG", mode="RGB", size=(6, 4), **options):
    """Return the bytes of a gradient as a picture file."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    pixels = np.stack([y * 40, x * 30, x + y], -1).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, kind, **options)
    return out.getvalue()


# -- reading -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "WEBP"])
def test_lossless_formats_give_every_pixel(kind):
    image = mx.image.imdecode(picture(kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert (image.shape, image.dtype) == ((4, 6, 3), np.uint8)
    assert image[3, 5].asnumpy().tolist() == [120, 150, 8]


@pytest.mark.parametrize("mode", ["L", "RGBA", "LA", "P", "1", "CMYK"])
def test_every_mode_becomes_color_or_gray(mode):
    content = picture("TIFF" if mode == "CMYK" else "PNG", mode)
    assert mx.image.imdecode(content).shape == (4, 6, 3)
    assert mx.image.imdecode(content, flag=0).shape == (4, 6, 1)


def test_bytes_may_be_an_array():
    content = picture()
    for form in (bytearray(content), memoryview(content), np.frombuffer(content, np.uint8)):
        assert mx.image.imdecode(form).shape == (4, 6, 3)
    assert mx.image.imdecode(mx.nd.array(np.frombuffer(content, np.uint8), dtype="uint8")).shape == (4, 6, 3)


def test_result_is_written_into_out():
    out = mx.nd.zeros((4, 6, 3), dtype="uint8")
    assert mx.image.imdecode(picture(), out=out) is out
    assert out[3, 5].asnumpy().tolist() == [120, 150, 8]
    with pytest.raises(ShapeError, match=r"out must be an NDArray of shape \(4, 6, 3\)"):
        mx.image.imdecode(picture(), out=mx.nd.zeros((4, 6)))


def test_imread_names_the_file(tmp_path):
    (tmp_path / "good.png").write_bytes(picture())
    assert mx.image.imread(str(tmp_path / "good.png"), flag=0).shape == (4, 6, 1)
    assert mx.image.imread(tmp_path / "good.png").shape == (4, 6, 3)
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(FormatError, match="bad.png: is no whole picture"):
        mx.image.imread(tmp_path / "bad.png")
    with pytest.raises(DataError, match="none.png: cannot be read: No such file"):
        mx.image.imread(tmp_path / "none.png")


def test_pictures_may_come_as_np_ndarrays():
    with mx.util.np_array(True):
        assert type(mx.image.imdecode(picture())) is mx.np.ndarray


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_cut_off_picture_is_a_format_error(kind):
    content = picture(kind, size=(64, 48))
    with pytest.raises(FormatError, match="no whole picture"):
        mx.image.imdecode(content[: len(content) * 2 // 3])


def test_bomb_is_refused_by_the_limit_of_pillow(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    with pytest.raises(FormatError, match="is too large to be read"):
        mx.image.imdecode(picture(size=(5, 5)))  # where Pillow itself only warns
    with pytest.raises(FormatError, match="is too large to be read"):
        mx.image.imdecode(picture(size=(50, 50)))


def test_other_formats_of_pillow_are_not_opened():
    with pytest.raises(FormatError):
        mx.image.imdecode(picture("PCX"))


@given(st.binary(max_size=80), st.sampled_from(pictures.FORMATS), st.integers(0, 200))
@settings(deadline=None, max_examples=150)
def test_damaged_picture_is_read_or_refused(noise, kind, at):
    content = bytearray(picture(kind))
    content[at : at + len(noise)] = noise
    try:
        pixels = pictures.decode(bytes(content))
    except FormatError:
        return
    assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3


def test_misuse_of_imdecode_is_told():
    with pytest.raises(ValueError, match="use imread"):
        mx.image.imdecode("cat.png")
    with pytest.raises(FormatError, match="is empty"):
        mx.image.imdecode(b"")
    with pytest.raises(ArgumentError, match="uint8. Received: an array of float64"):
        mx.image.imdecode(np.zeros(4))
    with pytest.raises(ArgumentError, match="no parameter 'flags'. Did you mean 'flag'"):
        mx.image.imdecode(picture(), flags=1)


def test_pillow_is_imported_by_the_first_picture():
    code = "import sys, mxlearn as mx; mx.image.ImageIter; mx.recordio.pack; mx.io; print('PIL' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_without_pillow_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(DataError, match="pip install pillow"):
        mx.image.imdecode(b"x")


# -- sizes -------------------------------------------------------------------------------------------------------------
def test_interpolation_9_goes_by_the_size():
    x = mx.nd.array(np.random.RandomState(0).randint(0, 256, (10, 10, 3)), dtype="uint8")
    for size, method in [((20, 20), 2), ((5, 5), 3), ((5, 20), 1)]:
        np.testing.assert_array_equal(
            mx.image.imresize(x, *size, interp=9).asnumpy(), mx.image.imresize(x, *size, interp=method).asnumpy()
        )


def test_interpolation_10_is_drawn():
    x = mx.nd.array(np.random.RandomState(0).uniform(0, 255, (10, 10, 1)))
    every = [mx.image.imresize(x, 4, 4, interp=i).asnumpy().tolist() for i in range(5)]
    random.seed(0)
    drawn = [every.index(mx.image.imresize(x, 4, 4, interp=10).asnumpy().tolist()) for _ in range(50)]
    assert set(drawn) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("interp", range(5))
def test_resizing_a_flat_image_keeps_it_flat(interp):
    x = mx.nd.full((9, 7, 3), 77, dtype="uint8")
    assert mx.image.imresize(x, 15, 4, interp=interp).asnumpy().tolist() == np.full((4, 15, 3), 77).tolist()


def test_misuse_of_sizes_is_told():
    x = mx.nd.zeros((4, 4, 3))
    with pytest.raises(ArgumentError, match="interp must be 0, 1, 2, 3, 4, 9 or 10"):
        mx.image.imresize(x, 2, 2, interp=5)
    with pytest.raises(ArgumentError, match="w and h must be 1 or more"):
        mx.image.imresize(x, 0, 2)
    with pytest.raises(ShapeError, match="expected an image"):
        mx.image.imresize(x[0], 2, 2)
    with pytest.raises(TypeError, match="expected an NDArray. Received: numpy.ndarray"):
        mx.image.imresize(np.zeros((4, 4, 3)), 2, 2)
    with pytest.raises(ShapeError, match="lies outside"):
        mx.image.fixed_crop(x, 4, 0, 1, 1)
    with pytest.raises(ArgumentError, match=r"size must be \(width, height\). Received: 3"):
        mx.image.center_crop(x, 3)
    with pytest.raises(ArgumentError, match="no parameter 'areas'. Did you mean 'area'"):
        mx.image.random_size_crop(x, (2, 2), 0.1, (1, 1), areas=3)


def test_crops_of_a_narrow_image_have_at_least_a_pixel():
    image, box = mx.image.center_crop(mx.nd.zeros((100, 2, 3)), (300, 2))
    assert (image.shape, box) == ((2, 300, 3), (0, 49, 2, 1))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 20), st.integers(1, 20))
@settings(deadline=None, max_examples=50)
def test_every_crop_lies_inside_and_has_its_size(height, width, new_width, new_height):
    x = mx.nd.zeros((height, width, 1))
    size = (new_width, new_height)
    for image, (x0, y0, w, h) in (
        mx.image.random_crop(x, size),
        mx.image.center_crop(x, size),
        mx.image.random_size_crop(x, size, (0.1, 1), (0.5, 2)),
    ):
        assert image.shape == (new_height, new_width, 1)
        assert 0 <= x0 <= x0 + w <= width and 0 <= y0 <= y0 + h <= height and min(w, h) >= 1


# -- colors, borders, rotation -----------------------------------------------------------------------------------------
def test_normalizing_leaves_the_image_alone():
    x = mx.nd.ones((2, 2, 3))
    assert mx.image.color_normalize(x, [1, 2, 3], 2).asnumpy()[0, 0].tolist() == [0, -0.5, -1]
    assert x.asnumpy().tolist() == np.ones((2, 2, 3)).tolist()


def test_border_is_refused_where_it_is_none():
    with pytest.raises(ArgumentError, match="type must be 0 to 4"):
        mx.image.copyMakeBorder(mx.nd.zeros((2, 2, 3)), 1, 1, 1, 1, type=5)
    with pytest.raises(ArgumentError, match="0 or more pixels"):
        mx.image.copyMakeBorder(mx.nd.zeros((2, 2, 3)), -1, 1, 1, 1)


def test_random_rotation_gives_each_image_its_angle():
    x = mx.nd.array(np.random.RandomState(1).rand(1, 1, 9, 9)).repeat(2, axis=0)
    turned = mx.image.random_rotate(x, (-40, 40)).asnumpy()
    assert turned.shape == (2, 1, 9, 9)
    assert np.abs(turned[0] - turned[1]).max() > 0.1


def test_wrong_batch_of_angles_is_told():
    with pytest.raises(ShapeError, match="2 images need as many angles"):
        mx.image.imrotate(mx.nd.zeros((2, 3, 4, 4)), mx.nd.array([1, 2, 3]))
