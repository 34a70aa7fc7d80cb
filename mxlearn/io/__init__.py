"""Iterators over batches: from arrays, from MNIST's files, from CSV files; resized, or fetched ahead.

    train = mx.io.NDArrayIter(data, label, batch_size=100, shuffle=True)
    for batch in train:
        module.forward(batch)
    train.reset()                       # an iterator gives one pass; reset() begins the next

References: MXNet 1.9.1 package mxnet.io.
"""
from ..base import missing
from .batch import DataBatch, DataDesc
from .csviter import CSVIter
from .iterator import DataIter, MXDataIter, PrefetchingIter, ResizeIter
from .mnist import MNISTIter
from .ndarrayiter import NDArrayIter

__all__ = [
    "CSVIter",
    "DataBatch",
    "DataDesc",
    "DataIter",
    "MNISTIter",
    "MXDataIter",
    "NDArrayIter",
    "PrefetchingIter",
    "ResizeIter",
]


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
