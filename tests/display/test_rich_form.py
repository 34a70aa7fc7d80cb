"""The form of NDArrays and Parameters in a notebook: text for few numbers, a picture for many, never an error."""

import base64
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import MXNetError
from mxlearn.display import Layout, default_layout, document, summarize, tiles
from mxlearn.display.html import panel
from mxlearn.gluon import nn


def svg_of(html: str) -> str:
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert data is not None
    return base64.b64decode(data[1]).decode()


@pytest.mark.parametrize("shape", [(), (1,), (64,), (8, 10), (4, 4, 4), (0, 3), (100, 0)])
def test_few_numbers_are_read_best_as_text(shape):
    array = nd.zeros(shape) if shape else nd.array(np.float32(3))
    assert array._repr_html_() is None


@pytest.mark.parametrize("shape", [(65,), (9, 10), (8, 11), (2, 3, 28, 28), (3, 3, 3, 3, 3)])
def test_many_numbers_are_shown_as_a_picture_below_the_beginning_of_their_text(shape):
    array = nd.random.normal(shape=shape)
    html = array._repr_html_()
    assert html.startswith("<pre")
    assert f"&lt;NDArray {'x'.join(map(str, shape))} @cpu(0)&gt;</pre>" in html
    assert 'class="mxl-computed"' in html
    ElementTree.fromstring(svg_of(html))


def test_the_plain_text_is_that_of_mxnet():
    array = nd.zeros((100, 3))
    assert repr(array) == f"\n{np.zeros((100, 3), 'float32')}\n<NDArray 100x3 @cpu(0)>"


def test_the_rich_form_is_small_and_the_same_twice():
    array = nd.random.normal(shape=(64, 1, 28, 28))
    html = array._repr_html_()
    assert html == array._repr_html_()
    assert len(html) < 30_000


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"])
def test_every_dtype_has_a_picture(dtype):
    array = nd.array(np.arange(100).reshape(10, 10) % 2, dtype=dtype)
    assert f"10x10 {dtype}" in array._repr_html_()


def test_an_array_on_the_tape_is_shown_and_stays_on_it():
    x = nd.random.normal(shape=(20, 20))
    x.attach_grad()
    with autograd.record():
        y = x * 2
        assert "<img" in y._repr_html_()
        z = y.sum()
    z.backward()
    assert (x.grad.asnumpy() == 2).all()


def test_nan_everywhere_is_shown_as_such():
    html = (nd.zeros((20, 20)) * float("nan"))._repr_html_()
    assert "NaN 400 (100 %)" in html


def test_an_array_that_cannot_be_read_says_so_instead_of_raising(monkeypatch):
    def fail(*arguments):
        raise MXNetError("the device <lost> it")

    monkeypatch.setattr("mxlearn.display.html.summarize", fail)
    html = nd.zeros((20, 20))._repr_html_()
    assert "The array cannot be read: the device &lt;lost&gt; it" in html


# -- parameters --------------------------------------------------------------------------------------------------------
def test_a_parameter_shows_its_values_and_its_gradient():
    layer = nn.Dense(5, in_units=30)
    layer.initialize()
    html = layer.weight._repr_html_()
    assert f"Parameter {layer.weight.name} (shape=(5, 30), dtype=float32, grad_req=write)" in html
    texts = "".join(ElementTree.fromstring(svg_of(html)).itertext())
    assert "values" in texts and "gradient" in texts
    assert "output" in texts and "input" in texts


def test_a_parameter_without_gradient_shows_its_values_alone():
    parameter = gluon.Parameter("fixed", shape=(3, 4), grad_req="null")
    parameter.initialize()
    assert "gradient" not in "".join(ElementTree.fromstring(svg_of(parameter._repr_html_())).itertext())


def test_a_parameter_without_values_says_what_to_do():
    waiting = nn.Dense(3)
    assert "has not been initialized" in waiting.weight._repr_html_()
    waiting.initialize()
    assert "Run the network on a batch of data first" in waiting.weight._repr_html_()


def test_names_are_text():
    parameter = gluon.Parameter("<img src=x onerror=1>", shape=(3, 4))
    assert "<img src=x" not in parameter._repr_html_()
    parameter.initialize()
    assert "<img src=x" not in parameter._repr_html_()


# -- pictures ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "shape", [(), (1,), (300,), (9, 1), (1, 9), (40, 50), (17, 9, 9), (3, 2, 5, 5), (2, 2, 2, 2, 2, 2), (0, 4)]
)
@pytest.mark.parametrize("log", [False, True])
def test_a_picture_of_any_shape_is_sound_and_inside_its_frame(shape, log):
    array = np.arange(np.prod(shape, dtype=int), dtype="float32").reshape(shape)
    picture = document([panel(array, "a < b", "cpu(0)")], log=log)
    root = ElementTree.fromstring(picture)
    assert "a < b" in "".join(root.itertext())
    width, height = float(root.get("width")), float(root.get("height"))
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height
    for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(rect.get("x")) + float(rect.get("width")) <= width + 1


def test_a_picture_tells_signs_and_counts_of_what_is_wrong():
    array = np.random.default_rng(0).normal(size=(30, 30))
    array[0, 0], array[1, 1], array[2, 2], array[3, 3] = np.nan, np.inf, -np.inf, 900
    texts = "".join(ElementTree.fromstring(document([panel(array, "", "")])).itertext())
    for said in ("NaN in 1 cell", "+Inf in 1 cell", "-Inf in 1 cell", "far above in 1 cell", "1 far ▶"):
        assert said in texts


def test_the_caption_says_where_the_array_is_cut():
    array = np.zeros((4, 5, 6, 7))
    layout = Layout(2, 3, (1,), (3, 0, 0, 0))
    from mxlearn.display.picture import caption

    names = ("batch", "channel", "height", "width")
    assert caption(tiles(array, layout, summarize(array)), names) == "height ↓, width →, channel 0–4 of 5, batch = 3"
    assert default_layout(array.shape).over == (1,)


def test_drawing_is_not_loaded_before_something_is_drawn():
    code = "import sys, mxlearn; sys.exit(any(m.startswith('mxlearn.display') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
    assert mx.__name__ == "mxlearn"
