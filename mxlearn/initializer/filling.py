"""Initializers that fill weights with a constant or with random numbers."""
import json
import math

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, ShapeError
from .base import Initializer, alias, register


# -- constants ---------------------------------------------------------------------------------------------------------
@register
@alias("zeros")
class Zero(Initializer):
    """All weights 0."""

    def _init_weight(self, _, arr):
        arr[:] = 0.0


@register
@alias("ones")
class One(Initializer):
    """All weights 1."""

    def _init_weight(self, _, arr):
        arr[:] = 1.0


@register
class Constant(Initializer):
    """All weights ``value``: a number, or an array of the weight's shape."""

    def __init__(self, value):
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, _, arr):
        value = self.value
        if isinstance(value, nd.NDArray):
            value = value.asnumpy()
        arr[:] = value if isinstance(value, (int, float)) else np.asarray(value, arr.dtype)

    def dumps(self):
        value = self.value
        if isinstance(value, nd.NDArray):
            value = value.asnumpy()
        return json.dumps(["constant", {"value": np.asarray(value).tolist()}])

    def __eq__(self, other):
        return type(other) is Constant and self.dumps() == other.dumps()


# -- random numbers ----------------------------------------------------------------------------------------------------
def _uniform(arr, bound):
    arr[:] = nd.random.uniform(-bound, bound, shape=arr.shape, dtype=_drawn(arr), ctx=arr.context)


def _normal(arr, sigma):
    arr[:] = nd.random.normal(0, sigma, shape=arr.shape, dtype=_drawn(arr), ctx=arr.context)


def _drawn(arr):
    return arr.dtype if np.dtype(arr.dtype).kind == "f" else "float32"


@register
class Uniform(Initializer):
    """Weights uniform in [-scale, scale)."""

    def __init__(self, scale=0.07):
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, _, arr):
        _uniform(arr, self.scale)


@register
class Normal(Initializer):
    """Weights normal with mean 0 and standard deviation ``sigma``."""

    def __init__(self, sigma=0.01):
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, _, arr):
        _normal(arr, self.sigma)


@register
class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns (whichever are fewer), times ``scale``.

    The matrix is (shape[0], product of the rest). Numbers are drawn from the context's generator, so that
    mx.random.seed makes them repeatable (MXNet 1.9.1 draws them from NumPy's).

    Parameters
    ----------
    scale : length of each row or column
    rand_type : "uniform" or "normal": of the matrix that is made orthogonal

    References: Saxe, McClelland and Ganguli 2014.
    """

    def __init__(self, scale=1.414, rand_type="uniform"):
        super().__init__(scale=scale, rand_type=rand_type)
        if rand_type not in ("uniform", "normal"):
            raise ArgumentError(f"Orthogonal: rand_type must be 'uniform' or 'normal'. Received: {rand_type!r}")
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, _, arr):
        rows, columns = arr.shape[0], int(np.prod(arr.shape[1:]))
        draw = nd.random.uniform if self.rand_type == "uniform" else nd.random.normal
        low, high = (-1, 1) if self.rand_type == "uniform" else (0, 1)  # normal: mean and deviation
        start = draw(low, high, shape=(rows, columns), ctx=arr.context).asnumpy().astype("float64")
        left, _, right = np.linalg.svd(start, full_matrices=False)
        matrix = left if left.shape == start.shape else right
        arr[:] = (self.scale * matrix).reshape(arr.shape).astype(arr.dtype)


@register
class Xavier(Initializer):
    """Weights on a scale that keeps the variance of activations (or gradients) alike in all layers.

    The scale is ``s = sqrt(magnitude / fan)``; fan_in is shape[1], fan_out shape[0], each times the size of a
    convolution's window.

    Parameters
    ----------
    rnd_type : "uniform" in [-s, s), or "gaussian" of standard deviation s
    factor_type : which fan: "avg" of both, "in" or "out"
    magnitude : 3 for Glorot's, 2 with "gaussian" and "in" for He's

    References: Glorot and Bengio 2010, equation 16.
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude: float = 3):
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = float(magnitude)

    def _init_weight(self, name, arr):
        shape = arr.shape
        if len(shape) < 2:
            raise ShapeError(
                f"Xavier initializer cannot be applied to vector {name}. It requires at least 2D. Received: {shape}"
            )
        window = float(np.prod(shape[2:]))
        fan_in, fan_out = shape[1] * window, shape[0] * window
        fans = {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}
        if self.factor_type not in fans:
            raise ArgumentError(f"Incorrect factor type {self.factor_type!r}: expected 'avg', 'in' or 'out'")
        if self.rnd_type not in ("uniform", "gaussian"):
            raise ArgumentError(f"Unknown random type {self.rnd_type!r}: expected 'uniform' or 'gaussian'")
        if not fans[self.factor_type]:
            return  # an empty array has nothing to fill
        scale = math.sqrt(self.magnitude / fans[self.factor_type])
        if self.rnd_type == "uniform":
            _uniform(arr, scale)
        else:
            _normal(arr, scale)


@register
class MSRAPrelu(Xavier):
    """Xavier's for layers that are followed by a leaky relu: gaussian, magnitude ``2 / (1 + slope**2)``.

    Parameters
    ----------
    factor_type : as in Xavier
    slope : of the leaky relu at negative values

    References: He et al. 2015, Delving Deep into Rectifiers, equation 15.
    """

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}
