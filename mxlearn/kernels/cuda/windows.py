"""The struct ``Window`` of window.cuh, which kernels of convolution and pooling get by value."""

from functools import lru_cache

import numpy as np

RECORD = np.dtype([(name, np.int32, 3) for name in ("size", "out", "kernel", "stride", "dilate", "pad")])


@lru_cache(maxsize=1024)
def window(size: tuple, out: tuple, kernel: tuple, stride: tuple, dilate: tuple, pad: tuple) -> np.ndarray:
    """Return one record; missing axes are in front, with one pixel and one window.

    Parameters
    ----------
    size, out, kernel, stride, dilate, pad : tuples of one to three int
    """
    front = 3 - len(size)
    record = np.zeros((), RECORD)
    for name, values in zip(RECORD.names or (), (size, out, kernel, stride, dilate, pad), strict=True):
        record[name] = (*[0 if name == "pad" else 1] * front, *values)
    return record
