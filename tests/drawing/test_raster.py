"""Rasters: a PNG that other programs read, with the colors it promises and the same bytes every time."""

import base64
import io
import re
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from mxlearn.drawing import DIVERGING, GRAYS, SEQUENTIAL, raster
from mxlearn.drawing.raster import NAN_COLOR, OVER_COLOR


def pixels(uri: str) -> np.ndarray:
    assert uri.startswith("data:image/png;base64,")
    picture = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    picture.verify()
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).convert("RGB"))


def rgb(color: str) -> list[int]:
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("colormap", [SEQUENTIAL, DIVERGING, GRAYS])
def test_pixels_have_the_colors_of_the_map(colormap):
    found = pixels(raster(np.array([[0.0, 0.5, 1.0], [-7.0, 9.0, 1.0]]), colormap, 0, 1))
    assert found.shape == (2, 3, 3)
    assert found[0, 0].tolist() == rgb(colormap.stops[0]) == found[1, 0].tolist()
    assert found[0, 2].tolist() == rgb(colormap.stops[-1]) == found[1, 1].tolist()
    middle = rgb(colormap.color(0.5))
    assert np.abs(found[0, 1].astype(int) - middle).max() <= 3


def test_nan_and_infinities_have_colors_that_no_map_has():
    found = pixels(raster(np.array([[np.nan, np.inf, -np.inf, 0]]), DIVERGING, -1, 1))
    assert found[0, 0].tolist() == rgb(NAN_COLOR)
    assert found[0, 1].tolist() == found[0, 2].tolist() == rgb(OVER_COLOR)
    for colormap in (SEQUENTIAL, DIVERGING, GRAYS):
        colors = {tuple(color) for color in colormap.table(254).tolist()}
        assert tuple(rgb(NAN_COLOR)) not in colors and tuple(rgb(OVER_COLOR)) not in colors


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (300, 300)])
def test_any_size_is_a_valid_file(shape):
    assert pixels(raster(np.arange(np.prod(shape)).reshape(shape), GRAYS, 0, 10)).shape[:2] == shape


def test_equal_limits_give_the_middle_of_the_map():
    assert pixels(raster(np.full((1, 1), 3.0), GRAYS, 3, 3))[0, 0].tolist() in ([127] * 3, [128] * 3)


def test_the_bytes_are_the_same_on_every_machine():
    values = np.arange(-50, 50).reshape(10, 10)
    uri = raster(values, DIVERGING, -50, 49)
    assert uri == raster(values.astype("float32"), DIVERGING, -50, 49)
    # of the bytes when they were first looked at: a committed notebook is compared with them
    assert sha256(uri.encode()).hexdigest() == "a802e2d043e49fc58699c1fbdbbf0d9d8936c7471b28fc5b8982bcb87c5439ef"


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((0, 2)), np.zeros((2, 2, 2))])
def test_only_a_matrix_has_a_raster(values):
    with pytest.raises(ValueError, match="expected a matrix"):
        raster(values, GRAYS, 0, 1)


def test_a_color_can_be_asked_for():
    assert GRAYS.color(0.0) == "#FFFFFF" == GRAYS.color(-3)
    assert GRAYS.color(1.0) == "#000000" == GRAYS.color(7)
    assert GRAYS.color(float("nan")) == NAN_COLOR
    assert re.fullmatch("#[0-9A-F]{6}", SEQUENTIAL.color(0.3))
