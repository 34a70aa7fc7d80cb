"""What the tests of the CUDA kernels share: arrays on the device, and how near a kernel has to come to its reference.

A kernel is held against its reference in `mxlearn.kernels`, computed by NumPy in float64 from the same numbers.
"""

import numpy as np

DTYPES = ["float64", "float32", "float16"]
# |kernel - reference| <= tolerance * largest |reference|; float16 has 11 bits, and is accumulated in float32
TOLERANCES = {"float64": 1e-12, "float32": 1e-5, "float16": 2e-3}


def numbers(shape, dtype, seed=0):
    """Return normally distributed numbers of a dtype."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def close(array, expected, factor=1.0):
    """Check an array of the device against what NumPy computed, by the tolerance of the array's dtype."""
    got, expected = array.get(), np.asarray(expected)
    assert got.shape == expected.shape
    expected = expected.astype("float64")
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=1e-6)
    tolerance = factor * TOLERANCES[got.dtype.name] * scale
    np.testing.assert_allclose(got.astype("float64"), expected, rtol=0, atol=tolerance)
