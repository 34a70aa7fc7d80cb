"""The functions of ``mx.random``, ``mx.nd.random`` and ``mx.sym.random``, written once for arrays and symbols.

Numbers as parameters draw from one distribution (operators ``_random_*``); arrays or symbols as parameters draw from
one distribution for each of their elements (operators ``_sample_*``).
"""
from collections.abc import Callable
from numbers import Number
from typing import Any

from .base import ArgumentError
from .core.frontend import _Null


class Sampling:
    """Sampling functions that give one kind of value.

    Parameters
    ----------
    function : returns the function of an operator, by the operator's name
    tensor : the class of the values, NDArray or Symbol
    """

    def __init__(self, function: Callable[[str], Callable], tensor: type):
        self._function = function
        self._tensor = tensor

    def _draw(self, random: str, sample: str | None, parameters: dict, shape, dtype, ctx, out, kwargs: dict):
        kinds = {isinstance(value, self._tensor) for value in parameters.values()}
        tensor = self._tensor.__name__
        if len(kinds) > 1:
            raise ArgumentError(f"{random}: the parameters must be numbers, or all of them of type {tensor}")
        if out is not None and dtype in (_Null, None):
            dtype = out.dtype
        options = {"dtype": dtype, "out": out, **kwargs}
        if kinds == {True}:
            if sample is None:
                raise ArgumentError(f"{random}: the parameters must be numbers. Received: {tensor}")
            return self._function(sample)(*parameters.values(), **_given({"shape": shape, **options}))
        for key, value in parameters.items():
            if not isinstance(value, Number):
                raise ArgumentError(
                    f"{random}: {key} must be a number or of type {tensor}. Received: {type(value).__name__}"
                )
        if out is not None and shape in (_Null, None):
            shape = out.shape
        return self._function(random)(**parameters, **_given({"shape": shape, "ctx": ctx, **options}))

    def uniform(self, low=0, high=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw numbers spread evenly over [low, high).

        Parameters
        ----------
        low, high : float, or arrays of one shape with bounds for each element
        shape : int or tuple of int, default (1,); behind the shape of ``low`` where that is an array
        dtype : float16, float32 (default) or float64
        ctx : Context, default the current one
        out : array that receives the result

        >>> mx.random.uniform(0, 10, shape=(2, 3)).shape
        (2, 3)

        References: MXNet 1.9.1 function mxnet.random.uniform.
        """
        given = {"low": low, "high": high}
        return self._draw("_random_uniform", "_sample_uniform", given, shape, dtype, ctx, out, kwargs)

    def normal(self, loc=0, scale=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw numbers of the normal distribution.

        Parameters
        ----------
        loc, scale : float, mean and standard deviation, or arrays of one shape with those of each element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.normal(0, 1, shape=(2, 3)).shape
        (2, 3)

        References: MXNet 1.9.1 function mxnet.random.normal.
        """
        given = {"loc": loc, "scale": scale}
        return self._draw("_random_normal", "_sample_normal", given, shape, dtype, ctx, out, kwargs)

    def randn(self, *shape, loc=0, scale=1, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw numbers of the normal distribution; the shape is given as separate arguments.

        >>> mx.random.randn(2, 3).shape
        (2, 3)

        References: MXNet 1.9.1 function mxnet.random.randn.
        """
        return self.normal(loc, scale, shape or _Null, dtype, ctx, out, **kwargs)

    def gamma(self, alpha=1, beta=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw numbers of the gamma distribution, whose mean is alpha * beta.

        Parameters
        ----------
        alpha, beta : float, shape and scale of the distribution, or arrays of one shape with those of each element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.gamma(9, 0.5, shape=(2,)).shape
        (2,)

        References: MXNet 1.9.1 function mxnet.random.gamma.
        """
        given = {"alpha": alpha, "beta": beta}
        return self._draw("_random_gamma", "_sample_gamma", given, shape, dtype, ctx, out, kwargs)

    def exponential(self, scale=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw numbers of the exponential distribution, whose mean is ``scale``.

        The operators ``random_exponential`` and ``sample_exponential`` take the rate, 1 / scale, instead.

        Parameters
        ----------
        scale : float, or an array with the mean of each element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.exponential(4, shape=(2,)).shape
        (2,)

        References: MXNet 1.9.1 function mxnet.random.exponential.
        """
        if not isinstance(scale, (Number, self._tensor)) or (isinstance(scale, Number) and scale == 0):
            raise ArgumentError(f"exponential: scale must be a positive number or an array. Received: {scale!r}")
        given = {"lam": 1.0 / scale}  # type: ignore[operator]
        return self._draw("_random_exponential", "_sample_exponential", given, shape, dtype, ctx, out, kwargs)

    def poisson(self, lam=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw counts of the Poisson distribution, as floating numbers.

        Parameters
        ----------
        lam : float, or an array with the mean of each element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.poisson(3, shape=(2,)).shape
        (2,)

        References: MXNet 1.9.1 function mxnet.random.poisson.
        """
        return self._draw("_random_poisson", "_sample_poisson", {"lam": lam}, shape, dtype, ctx, out, kwargs)

    def negative_binomial(self, k=1, p=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw how many trials fail before the k-th success, as floating numbers.

        Parameters
        ----------
        k, p : int and float, number of successes and probability of one, or arrays of one shape with those of each
            element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.negative_binomial(3, 0.4, shape=(2,)).shape
        (2,)

        References: MXNet 1.9.1 function mxnet.random.negative_binomial.
        """
        names = "_random_negative_binomial", "_sample_negative_binomial"
        return self._draw(*names, {"k": k, "p": p}, shape, dtype, ctx, out, kwargs)

    def generalized_negative_binomial(
        self, mu=1, alpha=1, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs
    ) -> Any:
        """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers.

        Parameters
        ----------
        mu, alpha : float, mean and dispersion, or arrays of one shape with those of each element
        shape, dtype, ctx, out : as for ``uniform``

        >>> mx.random.generalized_negative_binomial(3, 0.4, shape=(2,)).shape
        (2,)

        References: MXNet 1.9.1 function mxnet.random.generalized_negative_binomial.
        """
        names = "_random_generalized_negative_binomial", "_sample_generalized_negative_binomial"
        return self._draw(*names, {"mu": mu, "alpha": alpha}, shape, dtype, ctx, out, kwargs)

    def randint(self, low, high, shape=_Null, dtype=_Null, ctx=None, out=None, **kwargs) -> Any:
        """Draw integers spread evenly over low, low + 1, ..., high - 1.

        Parameters
        ----------
        low, high : int, low < high
        shape : int or tuple of int, default (1,)
        dtype : int32 (default) or int64
        ctx, out : as for ``uniform``

        >>> mx.random.randint(0, 10, shape=(2,)).dtype
        <class 'numpy.int32'>

        References: MXNet 1.9.1 function mxnet.random.randint.
        """
        return self._draw("_random_randint", None, {"low": low, "high": high}, shape, dtype, ctx, out, kwargs)

    def multinomial(self, data, shape=_Null, get_prob=False, out=None, dtype="int32", **kwargs) -> Any:
        """Draw categories, each with its probability.

        Parameters
        ----------
        data : (k,) or (..., k), probabilities along the last axis
        shape : int or tuple of int, how many are drawn from each row; default one
        get_prob : bool, return a list of the categories and the logarithms of their probabilities
        dtype : dtype of the categories

        >>> mx.random.multinomial(mx.nd.array([0, 1, 0]), shape=4)
        [1 1 1 1]
        <NDArray 4 @cpu(0)>

        References: MXNet 1.9.1 function mxnet.random.multinomial.
        """
        options = _given({"shape": shape, "dtype": dtype, "out": out, **kwargs})
        return self._function("_sample_multinomial")(data, get_prob=get_prob, **options)

    def shuffle(self, data, **kwargs) -> Any:
        """Put the rows of an array into random order, and return the new array.

        >>> sorted(mx.random.shuffle(mx.nd.array([3, 1, 2])).asnumpy().tolist())
        [1.0, 2.0, 3.0]

        References: MXNet 1.9.1 function mxnet.random.shuffle.
        """
        return self._function("_shuffle")(data, **kwargs)


def _given(options: dict) -> dict:
    """Return the options that the caller set."""
    return {key: value for key, value in options.items() if value is not None and value is not _Null}
