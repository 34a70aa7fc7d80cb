"""Datasets, samplers and the DataLoader.

    dataset = gluon.data.ArrayDataset(features, labels)
    for data, label in gluon.data.DataLoader(dataset, batch_size=64, shuffle=True):
        ...

References: MXNet 1.9.1 package mxnet.gluon.data.
"""
from . import vision
from .dataloader import DataLoader
from .dataset import ArrayDataset, Dataset, SimpleDataset
from .records import RecordFileDataset
from .sampler import BatchSampler, FilterSampler, IntervalSampler, RandomSampler, Sampler, SequentialSampler

__all__ = [
    "ArrayDataset",
    "BatchSampler",
    "DataLoader",
    "Dataset",
    "FilterSampler",
    "IntervalSampler",
    "RandomSampler",
    "RecordFileDataset",
    "Sampler",
    "SequentialSampler",
    "SimpleDataset",
    "vision",
]
