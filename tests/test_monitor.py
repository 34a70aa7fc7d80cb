"""Monitor. The expected lists are what MXNet 1.9.1 gives for the same network."""
import logging

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError


@pytest.fixture
def exe():
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    executor = net.simple_bind(mx.cpu(), data=(2, 3))
    executor.arg_dict["fc_weight"][:] = 1
    executor.arg_dict["data"][:] = 1
    return executor


def watch(exe, batches=1, **options):
    monitor = mx.mon.Monitor(options.pop("interval", 1), **options)
    monitor.install(exe)
    found = []
    for _ in range(batches):
        monitor.tic()
        exe.forward()
        found.append(monitor.toc())
    return found


def test_collects_outputs_and_arguments_in_every_second_batch(exe):
    one = [("fc_output", "3.0\t"), ("data", "1.0\t"), ("fc_weight", "1.0\t"), ("fc_bias", "0.0\t")]
    assert watch(exe, batches=3, interval=2) == [[(1, *item) for item in one], [], [(3, *item) for item in one]]


def test_pattern_chooses_and_sort_orders(exe):
    assert watch(exe, pattern="fc_[wb]", sort=True) == [[(1, "fc_bias", "0.0\t"), (1, "fc_weight", "1.0\t")]]


def test_statistic_may_be_a_list(exe):
    found = watch(exe, stat_func=lambda x: [x.max(), x.sum(axis=0)], pattern="fc_output")
    assert found == [[(1, "fc_output", "3.0\t[6. 6.]\t")]]


def test_toc_print_logs_as_mxnet(exe, caplog):
    caplog.set_level(logging.INFO)
    monitor = mx.mon.Monitor(1, pattern="fc_output")
    monitor.install(exe)
    monitor.tic()
    exe.forward()
    monitor.toc_print()
    assert caplog.messages == ["Batch:       1 fc_output                      3.0\t"]


def test_statistic_must_be_an_array(exe):
    with pytest.raises(ArgumentError, match="stat_func must return an NDArray"):
        watch(exe, stat_func=lambda x: 3.0)


def test_interval_must_be_positive():
    with pytest.raises(ArgumentError, match="interval"):
        mx.mon.Monitor(0)
