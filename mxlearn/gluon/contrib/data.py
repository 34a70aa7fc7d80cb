"""Samplers: ``mx.gluon.contrib.data``.

References: MXNet 1.9.1 package mxnet.gluon.contrib.data.
"""
from ...base import missing
from ..data.sampler import IntervalSampler

__all__ = ["IntervalSampler"]


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
