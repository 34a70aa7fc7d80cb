"""What a student can get wrong gives a message in the widget's place: what was expected, what came, what to do."""

import mxlearn_widgets as mxw
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.gluon import nn

from . import nets

IMAGES, LABELS = np.zeros((3, 28, 28), np.uint8), np.array([1, 2, 3])


class Text(gluon.Block):
    """A Block that returns no array."""

    def forward(self, x):
        """Return a word."""
        return "seven"


class Failing(gluon.Block):
    """A Block with a mistake of its own."""

    def forward(self, x):
        """Divide by zero."""
        return 1 / 0


def sequential(*layers):
    net = nn.HybridSequential(prefix="net_")
    net.add(*layers)
    net.initialize()
    return net


def uninitialized():
    net = nn.HybridSequential(prefix="net_")
    net.add(nn.Dense(10, in_units=784))
    return net


def unbound():
    return mx.mod.Module(nets.symbol())


def bound_only():
    module = unbound()
    module.bind([("data", (2, 1, 28, 28))], [("softmax_label", (2,))])
    return module


def color_module():
    module = unbound()
    module.bind([("data", (2, 3, 28, 28))], [("softmax_label", (2,))])
    module.init_params()
    return module


NETS = {
    "not initialized": (uninitialized, "was not initialized", "net.initialize"),
    "never run": (lambda: sequential(nn.Dense(10)), "has seen no data", "Run it on a batch"),
    "no net": (lambda: 3, "expected a Block, a Module or a function", "Received: int"),
    "color": (lambda: sequential(nn.Conv2D(4, kernel_size=3, in_channels=3)), "takes no gray image", "transform="),
    "other width": (lambda: sequential(nn.Dense(10, in_units=999)), "takes no gray image", "(1, 1, 28, 28)"),
    "maps come out": (lambda: sequential(nn.Conv2D(4, kernel_size=3, in_channels=1)), "one row", "(1, 4, 26, 26)"),
    "one number": (lambda: sequential(nn.Dense(1, in_units=784)), "one row of numbers", "shape (1, 1)"),
    "text comes out": (lambda: Text(), "one row of numbers", "Received: str"),
    "fails": (lambda: Failing(), "takes no gray image", "ZeroDivisionError"),
    "unbound": (unbound, "the Module is not bound", "module.bind"),
    "bound only": (bound_only, "the Module is not initialized", "init_params"),
    "color module": (color_module, "no gray square image", "(3, 28, 28)"),
}


@pytest.mark.parametrize("name", NETS)
def test_a_network_that_cannot_be_shown_gives_a_notice(name):
    make, *words = NETS[name]
    found = mxw.digit_pad(make())
    assert isinstance(found, mxw.Notice)
    for word in words:
        assert word in found.to_text(), found.to_text()


def test_the_size_that_the_network_refuses_is_named():
    found = mxw.digit_pad(nets.lenet(), samples=(np.zeros((3, 8, 8)), LABELS))
    assert isinstance(found, mxw.Notice) and "takes no gray image of 8 × 8 pixels" in found.to_text()
    assert "conv1" in found.to_text()  # what the network itself says
    assert isinstance(mxw.digit_pad(nets.lenet(), size=3), mxw.Notice)


SAMPLES = {
    "no pair": (IMAGES, "a pair (images, labels)"),
    "no images": ((np.zeros((0, 28, 28)), np.zeros(0)), "no image"),
    "not square": ((np.zeros((3, 28, 20)), LABELS), "expected square gray images"),
    "color": ((np.zeros((3, 28, 28, 3)), LABELS), "expected square gray images"),
    "other labels": ((IMAGES, np.arange(5)), "3 images, but 5 labels"),
    "one-hot": ((IMAGES, np.eye(3, 10)), "but 30 labels"),
    "fractions": ((IMAGES, LABELS + 0.5), "numbers of classes"),
    "large label": ((IMAGES, [1, 2, 30]), "a label is 30"),
    "words": ((IMAGES, ["one", "two", "three"]), "must be numbers"),
    "nan": ((np.full((3, 28, 28), np.nan), LABELS), "from 0, the background, to 1"),
    "standardized": ((np.full((3, 28, 28), -0.4), LABELS), "transform="),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_that_are_none_give_a_notice(name):
    samples, words = SAMPLES[name]
    found = mxw.digit_pad(nets.lenet(), samples=samples)
    assert isinstance(found, mxw.Notice) and words in found.to_text(), found.to_text()


def test_unknown_layers_and_wrong_names_of_classes_give_a_notice():
    net = nets.lenet()
    assert "no layer 'conv7'" in mxw.digit_pad(net, layers=["conv7"]).to_text()
    assert "conv1" in mxw.digit_pad(net, layers=["conv7"]).to_text()
    assert "no layer of 'lenet'" in mxw.digit_pad(net, layers=[nn.Dense(3)]).to_text()
    assert "returns 10 numbers, but there are 3 names" in mxw.digit_pad(net, classes="abc").to_text()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_of_nan_is_told_with_the_layer_where_it_begins(value):
    net = nets.lenet()
    net[2].weight.set_data(nd.full((16, 8, 5, 5), value))
    pad = mxw.digit_pad(net, samples=(np.full((2, 28, 28), 255, np.uint8), [1, 2]))
    assert isinstance(pad, mxw.DigitPad) and pad.prediction == -1
    assert "answers NaN" in pad.notice and "conv1" in pad.notice and "learning rate" in pad.notice
    assert pad.to_text().splitlines()[0].endswith("the answer is NaN")
    pad.overlay = "gradient"
    pad.overlay = "occlusion"
    pad.point = [2, 0, 0, 0]
    assert pad.window["kind"] == "convolution" and "NaN" in pad.to_svg()
    net[2].weight.set_data(nd.zeros((16, 8, 5, 5)))
    pad.refresh()
    assert pad.notice == "" and pad.prediction >= 0


def test_a_notice_leaves_the_notebook_going_and_escapes_names():
    net = nn.HybridSequential(prefix="<b>net</b>_")
    net.add(nn.Dense(10, in_units=784))
    html = mxw.digit_pad(net)._repr_mimebundle_()["text/html"]
    assert "<b>net" not in html and "&lt;b&gt;net" in html
