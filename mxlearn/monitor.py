"""Monitor: statistics of outputs, weights and gradients while a network runs. API: MXNet 1.9.1's mxnet.monitor."""
import logging
import re

from .base import ArgumentError
from .ndarray import NDArray

__all__ = ["Monitor"]


class Monitor:
    """Collects a statistic of every array whose name matches, in every ``interval``-th batch.

    Parameters
    ----------
    interval : number of batches between collections
    stat_func : callable(NDArray) -> NDArray or list of NDArray; default |x| / sqrt(size)
    pattern : regular expression that a name must match from its begin
    sort : sort by name
    monitor_all : the inputs of operators too

    Use: ``install`` an executor, then for each batch ``tic``, forward and backward, and ``toc`` or ``toc_print``.
    """

    def __init__(self, interval, stat_func=None, pattern=".*", sort=False, monitor_all=False):
        if interval < 1:
            raise ArgumentError(f"Monitor: interval must be at least 1. Received: {interval}")
        self.stat_func = stat_func or (lambda x: x.norm() / x.size**0.5)
        self.interval = interval
        self.activated = False
        self.queue = []
        self.step = 0
        self.exes = []
        self.re_prog = re.compile(pattern)
        self.sort = sort
        self.monitor_all = monitor_all

    def stat_helper(self, name, array):
        """Take in one array; the executor calls this."""
        if self.activated and self.re_prog.match(name):
            self.queue.append((self.step, name, self.stat_func(array)))

    def install(self, exe):
        """Watch an executor."""
        exe.set_monitor_callback(self.stat_helper, self.monitor_all)
        self.exes.append(exe)

    def tic(self):
        """Begin a batch."""
        if self.step % self.interval == 0:
            self.queue = []
            self.activated = True
        self.step += 1

    def toc(self):
        """End a batch.

        Returns
        -------
        list of (batch, name, statistic as text), empty where this batch is not collected
        """
        if not self.activated:
            return []
        for exe in self.exes:
            for arrays in (exe.arg_dict, exe.aux_dict):
                for name, array in arrays.items():
                    self.stat_helper(name, array)
        self.activated = False
        if self.sort:
            self.queue.sort(key=lambda item: item[1])
        found = [(batch, name, _text(statistic)) for batch, name, statistic in self.queue]
        self.queue = []
        return found

    def toc_print(self):
        """End a batch and log what was collected."""
        for batch, name, text in self.toc():
            logging.info("Batch: %7d %-30s %s", batch, name, text)


def _text(statistic) -> str:
    values = statistic if isinstance(statistic, list) else [statistic]
    for value in values:
        if not isinstance(value, NDArray):
            raise ArgumentError(f"Monitor: stat_func must return an NDArray or a list of them. Received: {value!r}")
    return "".join(f"{value.asnumpy()[0] if value.shape == (1,) else value.asnumpy()}\t" for value in values)
