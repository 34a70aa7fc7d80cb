"""Measuring both ways, and how far their results are apart."""

import math

import numpy as np
import pytest
from mxlearn_widgets.hybrid import timing

import mxlearn as mx
from mxlearn.inspection import subject

from .networks import lenet, twins


class Both:
    """Stands for a subject whose two runs give these results."""

    def __init__(self, eager, compiled, gradients=()):
        self.results = eager, compiled
        self.gradients, self.backward = list(gradients), bool(gradients)

    def eager(self):
        return [mx.nd.array(a, dtype="float32") for a in self.results[0]]

    def compiled(self):
        return [mx.nd.array(a, dtype="float32") for a in self.results[1]]

    def undisturbed(self):
        from contextlib import nullcontext

        return nullcontext()


def test_the_largest_difference_is_given_as_a_number_and_as_a_share():
    found = timing.compare(Both([[1, 8]], [[1.5, 8]]))
    assert (found.absolute, found.relative, found.gradients) == (0.5, 0.0625, None)


def test_gradients_are_counted_apart():
    found = timing.compare(Both([[1], [4, 2]], [[1], [4, 3]], gradients=["w"]))
    assert (found.absolute, found.gradients, found.largest) == (0, (1, 0.25), 0.25)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "<= 1e-6"), (9e-7, "<= 1e-6"), (2e-6, "<= 1e-4"), (5e-3, "<= 0.01"), (0.5, "up to 0.5")],
)
def test_the_bound_is_coarse_so_that_it_is_the_same_on_all_machines(share, words):
    found = timing.Difference(0, share, None, 0, 0)
    assert found.bound() == f"{words} of the largest number"


def test_nan_in_both_is_equal_and_in_one_is_not():
    nan, inf = math.nan, math.inf
    same = timing.compare(Both([[nan, inf, 1]], [[nan, inf, 1]]))
    assert (same.absolute, same.unequal, same.nan) == (0, 0, 1)
    other = timing.compare(Both([[nan, 1, inf]], [[1, 1, -inf]]))
    assert other.unequal == 2 and other.bound().startswith("2 numbers are NaN or infinite in one")
    assert timing.compare(Both([[nan]], [[nan]])).nan == 1
    assert timing.compare(Both([np.zeros((0,))], [np.zeros((0,))])).absolute == 0


def test_both_ways_agree_on_a_network_with_dropout_because_they_draw_the_same_numbers():
    net, x = lenet()
    assert timing.compare(subject(net, x, backward=True)).largest <= 1e-4


def test_times_are_measured_in_turns_and_leave_the_network_as_it_was():
    net, x = twins()
    order = []
    both = subject(net, x)
    eager, compiled = both._eager, both._compiled
    both._eager = lambda: order.append("e") or eager()
    both._compiled = lambda: order.append("c") or compiled()
    found = timing.measure(both, seconds=0)
    assert "".join(order) == "ec" + "ec" + "ce" + "ec" + "ce" + "ec"
    assert len(found.eager) == len(found.compiled) == timing.LEAST
    assert found.context == "cpu(0)" and found.threads >= 1
    assert net.cached_op is None


def test_speedup_is_that_of_the_medians():
    found = timing.Timing((4.0, 6.0, 100.0), (2.0, 3.0, 1.0), 1, "cpu(0)")
    assert found.speedup == 3 and timing.quartiles(found.eager)[1] == 6


def test_the_number_of_threads_is_the_one_setting(monkeypatch):
    monkeypatch.setattr(timing, "num_threads", lambda: 3)
    assert timing.measure(subject(*twins(), backward=False), seconds=0).threads == 3
