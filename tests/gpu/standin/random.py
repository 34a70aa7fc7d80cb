"""The stand-in's random numbers: the methods that cupy.random.Generator has, and no others."""
import numpy as np

from . import cuda
from .array import check_device, ndarray, wrap


class XORWOW:
    """A seeded source of bits. Its state lives on the device that was current when it was made."""

    def __init__(self, seed=None, *, size=-1):
        self.number = cuda.current_device()
        self.source = np.random.Generator(np.random.PCG64(seed))


class Generator:
    """Draws from a bit generator.

    A parameter is an array of the GPU, or a number of Python (NumPy's numbers are refused). There is no permutation,
    shuffle, choice, multinomial or normal, and the bits cannot be read out or set.
    """

    def __init__(self, bit_generator: XORWOW):
        self.bit_generator = bit_generator

    def _source(self) -> np.random.Generator:
        if self.bit_generator.number != cuda.current_device():
            raise ValueError("the generator is on another device than the current one")
        return self.bit_generator.source

    def random(self, size=None, dtype=np.float64, out=None):
        host = self._source().random(() if size is None else size, np.float64)
        if np.dtype(dtype) != np.float64:
            # CuPy's float32 numbers come from cuRAND in (0, 1] and are flipped to [0, 1)
            host = (np.floor(host * 2**24) / 2**24).astype(np.float32)
        return self._give(host, dtype, out)

    def uniform(self, low=0.0, high=1.0, size=None, dtype=np.float64):
        low, high = [wrap(np.asarray(v)) if not isinstance(v, ndarray) else v for v in (low, high)]
        shape = np.broadcast_shapes(low.shape, high.shape) if size is None else size
        return self._give(self._source().random(shape) * (high.host - low.host) + low.host, dtype, None)

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        low, high = (0, int(low)) if high is None else (int(low), int(high))
        return wrap(np.asarray(self._source().integers(low, high, size, np.int64, endpoint)).astype(dtype))

    def standard_normal(self, size=None, dtype=np.float64, out=None):
        if np.dtype(dtype).char not in "fd":
            raise TypeError(f"Unsupported dtype {np.dtype(dtype).name} for standard_normal")
        return self._give(self._source().standard_normal(() if size is None else size), dtype, out)

    def standard_exponential(self, size=None, dtype=np.float64, method="inv", out=None):
        if method == "zig":
            raise NotImplementedError("Ziggurat method is not supported")
        return self._give(self._source().standard_exponential(() if size is None else size), dtype, out)

    def exponential(self, scale=1.0, size=None):
        scale = _parameter("scale", scale)
        return wrap(np.asarray(self._source().standard_exponential(_shape(size, scale)) * scale))

    def standard_gamma(self, shape, size=None, dtype=np.float64, out=None):
        if np.dtype(dtype).char not in "fd":
            raise TypeError(f"Unsupported dtype {np.dtype(dtype).name} for standard_gamma")
        shape = _parameter("shape", shape)
        return self._give(self._source().standard_gamma(shape, _shape(size, shape)), dtype, out)

    def gamma(self, shape, scale=1.0, size=None):
        shape = _parameter("shape", shape)
        return wrap(np.asarray(self._source().standard_gamma(shape, _shape(size, shape)) * _parameter("scale", scale)))

    def poisson(self, lam=1.0, size=None):
        lam = _parameter("lam", lam)
        return wrap(np.asarray(self._source().poisson(lam, _shape(size, lam))))

    def geometric(self, p, size=None):
        p = _parameter("p", p)
        return wrap(np.asarray(self._source().geometric(p, _shape(size, p))))

    def binomial(self, n, p, size=None):
        n, p = _parameter("n", n), _parameter("p", p)
        shape = np.broadcast_shapes(n.shape, p.shape) if size is None else size
        return wrap(np.asarray(self._source().binomial(n.astype(np.int64), p, shape)))

    def beta(self, a, b, size=None, dtype=np.float64):
        a, b = _parameter("a", a), _parameter("b", b)
        shape = np.broadcast_shapes(a.shape, b.shape) if size is None else size
        return self._give(self._source().beta(a, b, shape), dtype, None)

    def chisquare(self, df, size=None):
        df = _parameter("df", df)
        return wrap(np.asarray(self._source().chisquare(df, _shape(size, df))))

    @staticmethod
    def _give(host, dtype, out):
        host = np.asarray(host).astype(dtype)
        if out is None:
            return wrap(host)
        if out.dtype != host.dtype:
            raise TypeError("Supplied output array has the wrong type.")
        out.host[...] = host
        return out


def _parameter(name: str, value) -> np.ndarray:
    """Return a parameter of a distribution as CuPy takes it: an array of the GPU or a Python number."""
    if isinstance(value, ndarray):
        check_device(value)
        return value.host.astype(np.float64)
    if type(value) in (float, int):
        return np.asarray(float(value))
    raise TypeError(f"{name} is required to be a cupy.ndarray or a scalar")


def _shape(size, parameter: np.ndarray):
    return parameter.shape if size is None else size
