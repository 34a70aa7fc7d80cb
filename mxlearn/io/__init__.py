"""Iterators over batches: from arrays, records of pictures, MNIST's, CSV and LibSVM files; resized, or fetched ahead.

    train = mx.io.NDArrayIter(data, label, batch_size=100, shuffle=True)
    for batch in train:
        module.forward(batch)
    train.reset()                       # an iterator gives one pass; reset() begins the next

References: MXNet 1.9.1 package mxnet.io.
"""
from ..base import missing
from .batch import DataBatch, DataDesc
from .csviter import CSVIter
from .detrecord import ImageDetRecordIter
from .imagerecord import (
    ImageRecordInt8Iter,
    ImageRecordIter,
    ImageRecordIter_v1,
    ImageRecordUInt8Iter,
    ImageRecordUInt8Iter_v1,
)
from .iterator import DataIter, MXDataIter, PrefetchingIter, ResizeIter
from .libsvm import LibSVMIter
from .mnist import MNISTIter
from .ndarrayiter import NDArrayIter

__all__ = [
    "CSVIter",
    "DataBatch",
    "DataDesc",
    "DataIter",
    "ImageDetRecordIter",
    "ImageRecordInt8Iter",
    "ImageRecordIter",
    "ImageRecordIter_v1",
    "ImageRecordUInt8Iter",
    "ImageRecordUInt8Iter_v1",
    "LibSVMIter",
    "MNISTIter",
    "MXDataIter",
    "NDArrayIter",
    "PrefetchingIter",
    "ResizeIter",
]


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
