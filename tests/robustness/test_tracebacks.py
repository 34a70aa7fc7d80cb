"""Tracebacks: the lines of the student's program and the message, not the inside of mxlearn."""
import traceback
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.gluon import nn

LIBRARY = str(Path(mx.__file__).parent)


class Net(gluon.HybridBlock):
    """Two layers, the second of which gets rows of a wrong length."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.first = nn.Dense(4, in_units=5)
            self.second = nn.Dense(3, in_units=9)

    def hybrid_forward(self, F, x):
        hidden = self.first(x)
        return self.second(hidden)  # the mistake shows here


def error_of(program):
    with pytest.raises(mx.MXNetError) as caught:
        program()
    return caught.value


def lines_of(error):
    """Return (is it the library's, source line) of each frame, the outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return [(frame.filename.startswith(LIBRARY), frame.line) for frame in frames]


@pytest.fixture
def net():
    net = Net(prefix="net_")
    net.initialize()
    return net


def test_the_line_inside_of_a_block_is_the_last_one_shown(net):
    lines = lines_of(error_of(lambda: net(nd.ones((2, 5)))))
    assert lines[-1] == (False, "return self.second(hidden)  # the mistake shows here")
    assert sum(inside for inside, _ in lines) == 1                # Block.__call__, which shortened it


def test_a_hybridized_block_shows_the_call(net):
    net.hybridize()
    lines = lines_of(error_of(lambda: net(nd.ones((2, 5)))))
    assert sum(inside for inside, _ in lines) == 1 and "net(nd.ones((2, 5)))" in lines[-2][1]


def test_an_error_is_told_once(net):
    for program in (
        lambda: net(nd.ones((2, 5))),
        lambda: nd.ones((2, 3)) + nd.ones((2,)),
        lambda: nd.dot(nd.ones((2, 3)), nd.ones((2, 3))),
        lambda: gluon.loss.SoftmaxCrossEntropyLoss()(nd.ones((4, 10)), nd.ones((3,))),
    ):
        text = "".join(traceback.format_exception(error_of(program)))
        assert "direct cause" not in text and "another exception occurred" not in text


def test_the_words_of_a_kernel_keep_the_kernels_error_as_their_cause():
    error = error_of(lambda: nd.linalg.inverse(nd.ones((2, 2))))
    assert isinstance(error.__cause__, np.linalg.LinAlgError)


def test_fit_shows_a_callback_that_fails():
    def callback(_):
        nd.ones((2,)) + nd.ones((3,))  # the mistake of the student

    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3), name="softmax")
    batches = mx.io.NDArrayIter(np.ones((4, 2)), np.zeros(4), 2)
    module = mx.mod.Module(net)
    error = error_of(lambda: module.fit(batches, num_epoch=1, batch_end_callback=callback))
    assert lines_of(error)[-1] == (False, "nd.ones((2,)) + nd.ones((3,))  # the mistake of the student")


def test_the_whole_traceback_is_there_on_request(net, monkeypatch):
    monkeypatch.setenv("MXLEARN_FULL_TRACEBACK", "1")
    assert sum(inside for inside, _ in lines_of(error_of(lambda: net(nd.ones((2, 5)))))) > 5
