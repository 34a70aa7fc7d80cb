"""The picture of a hybridized network whose elementwise nodes become kernels of a GPU."""
import pytest
from mxlearn_widgets import hybrid_diff
from mxlearn_widgets.hybrid import words

import mxlearn as mx
from mxlearn import gluon
from mxlearn.core import fusing, passes


class Gate(gluon.HybridBlock):
    """Three elementwise steps between two products."""

    def __init__(self, **options):
        super().__init__(**options)
        with self.name_scope():
            self.open, self.close = gluon.nn.Dense(4, in_units=3), gluon.nn.Dense(2, in_units=4)

    def hybrid_forward(self, F, x):
        x = self.open(x)
        return self.close(F.exp(x) * 2 + x)


@pytest.fixture
def diff():
    """Return a function that shows the network on gpu(0)."""

    def show(backward):
        net = Gate(prefix="gate_")
        net.initialize(ctx=mx.gpu())
        return hybrid_diff(net, mx.nd.ones((5, 3), ctx=mx.gpu()), backward=backward)

    return show


def test_each_pass_has_words():
    steps = fusing.for_gpu(passes.PASSES)
    assert {step.__name__ for step in steps} | {"join_operators", "as written"} == set(words.PASSES)


def test_joined_nodes_are_one_kernel(diff):
    lines = [line.split("  ") for line in diff(backward=False).to_text().splitlines()]
    [told] = [[word.strip() for word in line if word] for line in lines if line[0] == "fuse_kernels"]
    assert told == ["fuse_kernels", "5 → 3", "exp0, _mulscalar0 and _plus0: one kernel"]


def test_a_joined_node_leads_to_its_kernel(diff):
    shown = diff(backward=False)
    end, inside = shown.select("_plus0"), shown.select("exp0")
    assert (end.kind, inside.kind) == ("joined", "joined")
    assert end.now is not None and inside.now is None
    assert shown.compiled.calls == (5, 3)


def test_the_backward_program_too(diff):
    shown = diff(backward=True)
    assert len(shown.compiled.fates) == len(shown.compiled.passes)
    assert shown.to_svg().count(">several in one<") == 1  # in the legend
    assert shown.difference.largest <= 1e-5
