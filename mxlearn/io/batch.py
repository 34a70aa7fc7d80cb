"""What passes between an iterator and a Module: a batch, and the description of its arrays."""
from collections import namedtuple
from typing import Any

import numpy as np

from ..base import ArgumentError

__all__ = ["DataBatch", "DataDesc"]


class DataDesc(namedtuple("DataDesc", ["name", "shape"])):
    """The name, shape, dtype and layout of one array of a batch.

    It is the tuple ``(name, shape)``, so that code which knows nothing of dtype and layout goes on working.

    Parameters
    ----------
    name : str
    shape : tuple of int, with the batch axis
    dtype : NumPy dtype or its name
    layout : str, one letter per axis; "N" marks the batch axis

    Examples
    --------
    >>> import mxlearn as mx
    >>> mx.io.DataDesc("data", (64, 3, 32, 32))
    DataDesc[data,(64, 3, 32, 32),<class 'numpy.float32'>,NCHW]

    References: MXNet 1.9.1 class mxnet.io.DataDesc.
    """

    dtype: Any
    layout: str | None

    def __new__(cls, name, shape, dtype: Any = np.float32, layout: str | None = "NCHW"):
        description = super().__new__(cls, name, shape)
        description.dtype = dtype
        description.layout = layout
        return description

    def __repr__(self) -> str:
        return f"DataDesc[{self.name},{self.shape},{self.dtype},{self.layout}]"

    def __reduce__(self):
        return DataDesc, (self.name, self.shape, self.dtype, self.layout)

    @staticmethod
    def get_batch_axis(layout: str | None) -> int:
        """Return the position of "N" in ``layout``: 0 where there is no layout, -1 where it has no "N"."""
        return 0 if layout is None else layout.find("N")

    @staticmethod
    def get_list(shapes, types=None) -> list["DataDesc"]:
        """Return descriptions of ``shapes``, pairs (name, shape), with dtypes from ``types``, pairs (name, dtype)."""
        if types is None:
            return [DataDesc(name, shape) for name, shape in shapes]
        dtypes = dict(types)
        return [DataDesc(name, shape, dtypes[name]) for name, shape in shapes]


class DataBatch:
    """The arrays of one batch.

    Parameters
    ----------
    data : list of NDArray, or None
    label : list of NDArray, or None
    pad : int, how many examples at the end of the batch only fill it up (a prediction drops them)
    index : array of int, which examples of the data set these are, or None
    bucket_key : what a BucketingModule chooses its graph by
    provide_data, provide_label : lists of DataDesc, for batches that differ from the iterator's description

    References: MXNet 1.9.1 class mxnet.io.DataBatch.
    """

    def __init__(
        self, data, label=None, pad=None, index=None, bucket_key=None, provide_data=None, provide_label=None
    ):
        for what, arrays in (("data", data), ("label", label)):
            if arrays is not None and not isinstance(arrays, list | tuple):
                raise ArgumentError(
                    f"DataBatch: {what} must be a list of NDArrays, not {type(arrays).__name__}.\n  Write [{what}]."
                )
        self.data: Any = data
        self.label: Any = label
        self.pad: Any = pad
        self.index: Any = index
        self.bucket_key = bucket_key
        self.provide_data = provide_data
        self.provide_label = provide_label

    def __str__(self) -> str:
        data = None if self.data is None else [array.shape for array in self.data]
        label = None if self.label is None else [array.shape for array in self.label]
        return f"{type(self).__name__}: data shapes: {data} label shapes: {label}"

    __repr__ = __str__
