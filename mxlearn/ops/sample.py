"""Random operators whose parameters are arrays: ``_sample_<distribution>``, categories, and shuffle.

Each element of the parameters is a distribution of its own, from which ``shape`` numbers are drawn: parameters of shape
s give a result of shape s + shape.
"""

from math import prod

import numpy as np

from ..base import ShapeError
from ..core.attributes import DType, Shape
from ..core.infer import known, show, unify
from ..core.operator import Like, operator
from ..kernels import sampling
from ..kernels.scatter import add_at
from .random import floating


def _per_element(*, shape, dtype, **parameters):
    common = None
    for parameter in parameters.values():
        common = unify(common, parameter, "the shapes of the parameters")
    return (common,) * len(parameters), (None if common is None else (*common, *shape),)


def _dtypes(*, shape, dtype, **parameters):
    return tuple(parameters.values()), (floating(dtype),)


def _lifted(parameter, other, shape):
    """Return a parameter in float64 with a dimension of 1 for each of ``shape``."""
    if parameter.shape != other.shape:
        unify(parameter.shape, other.shape, "the shapes of the parameters")
    return parameter.astype("float64").reshape(*parameter.shape, *(1,) * len(shape))


@operator(aliases=("sample_uniform",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_uniform(xp, low, high, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw numbers spread evenly over [low, high).

    Parameters
    ----------
    low, high : arrays of one shape
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    low.shape + shape

    >>> mx.nd.sample_uniform(mx.nd.array([0, 10]), mx.nd.array([1, 20]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_uniform.
    """
    parameters = _lifted(low, low, shape), _lifted(high, low, shape)
    return sampling.uniform(xp, rng, (*low.shape, *shape), floating(dtype), *parameters)


@operator(aliases=("sample_normal",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_normal(xp, mu, sigma, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw numbers of the normal distribution.

    Parameters
    ----------
    mu : means
    sigma : standard deviations, shape of ``mu``
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    mu.shape + shape

    >>> mx.nd.sample_normal(mx.nd.array([0, 10]), mx.nd.array([1, 2]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_normal.
    """
    parameters = _lifted(mu, mu, shape), _lifted(sigma, mu, shape)
    return sampling.normal(xp, rng, (*mu.shape, *shape), floating(dtype), *parameters)


@operator(aliases=("sample_gamma",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_gamma(xp, alpha, beta, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw numbers of the gamma distribution, whose mean is alpha * beta.

    Parameters
    ----------
    alpha : shapes of the distributions, positive
    beta : scales, shape of ``alpha``
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    alpha.shape + shape

    >>> mx.nd.sample_gamma(mx.nd.array([1, 2]), mx.nd.array([1, 2]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_gamma.
    """
    parameters = _lifted(alpha, alpha, shape), _lifted(beta, alpha, shape)
    return sampling.gamma(xp, rng, (*alpha.shape, *shape), floating(dtype), *parameters)


@operator(aliases=("sample_exponential",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_exponential(xp, lam, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw numbers of the exponential distribution, whose mean is 1 / lam.

    Parameters
    ----------
    lam : rates, positive
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    lam.shape + shape

    >>> mx.nd.sample_exponential(mx.nd.array([1, 2]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_exponential.
    """
    return sampling.exponential(xp, rng, (*lam.shape, *shape), floating(dtype), _lifted(lam, lam, shape))


@operator(aliases=("sample_poisson",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_poisson(xp, lam, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw counts of the Poisson distribution, as floating numbers.

    Parameters
    ----------
    lam : means, not negative
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    lam.shape + shape

    >>> mx.nd.sample_poisson(mx.nd.array([1, 2]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_poisson.
    """
    return sampling.poisson(xp, rng, (*lam.shape, *shape), floating(dtype), _lifted(lam, lam, shape))


@operator(aliases=("sample_negative_binomial",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_negative_binomial(xp, k, p, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw how many trials fail before the k-th success, as floating numbers.

    Parameters
    ----------
    k : numbers of successes, positive
    p : probabilities of a success, shape of ``k``
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    k.shape + shape

    >>> mx.nd.sample_negative_binomial(mx.nd.array([1, 2]), mx.nd.array([0.5, 0.7]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_negative_binomial.
    """
    parameters = _lifted(k, k, shape), _lifted(p, k, shape)
    return sampling.negative_binomial(xp, rng, (*k.shape, *shape), floating(dtype), *parameters)


@operator(aliases=("sample_generalized_negative_binomial",), shape=_per_element, dtype=_dtypes, differentiable=False)
def _sample_generalized_negative_binomial(xp, mu, alpha, *, shape: Shape = Shape(), dtype: DType | None = None, rng):
    """Draw counts with mean mu and variance mu + alpha * mu ** 2, as floating numbers.

    Parameters
    ----------
    mu : means, not negative
    alpha : dispersions, not negative, shape of ``mu``
    shape : tuple of int, how many are drawn for each element of the parameters; default one
    dtype : float16, float32 (default) or float64

    Returns
    -------
    mu.shape + shape

    >>> mx.nd.sample_generalized_negative_binomial(mx.nd.array([1, 2]), mx.nd.array([0, 0.5]), shape=(3,)).shape
    (2, 3)

    References: MXNet 1.9.1 operator _sample_generalized_negative_binomial.
    """
    parameters = _lifted(mu, mu, shape), _lifted(alpha, mu, shape)
    return sampling.generalized_negative_binomial(xp, rng, (*mu.shape, *shape), floating(dtype), *parameters)


# -- categories --------------------------------------------------------------------------------------------------------
@operator(aliases=("sample_multinomial",), outputs=lambda attrs: 2 if attrs["get_prob"] else 1)
def _sample_multinomial(
    xp, data, *, shape: Shape = Shape(), get_prob: bool = False, dtype: DType = DType("int32"), rng
):
    """Draw categories, each with its probability.

    Parameters
    ----------
    data : (k,) or (..., k), probabilities along the last axis; they need not sum to 1
    shape : tuple of int, how many are drawn from each row; default one
    get_prob : bool, return the logarithms of the probabilities of what was drawn as well
    dtype : dtype of the categories

    Returns
    -------
    samples : data.shape[:-1] + shape, or (1,) where this is ()
    log_probabilities : same shape, dtype of ``data``, with ``get_prob`` alone. Its gradient with respect to ``data``
        is 1 / p, as the score function estimator (REINFORCE) needs it

    >>> mx.nd.sample_multinomial(mx.nd.array([[0, 1], [1, 0]]), shape=(3,))
    [[1 1 1]
     [0 0 0]]
    <NDArray 2x3 @cpu(0)>

    References: MXNet 1.9.1 operator _sample_multinomial; Williams 1992.
    """
    if not data.ndim or not data.shape[-1]:
        raise ShapeError(f"there are no categories in data of shape {show(data.shape)}")
    rows = data.reshape(-1, data.shape[-1])
    drawn = sampling.categorical(xp, rng, rows, prod(shape))  # (rows, count)
    out = (*data.shape[:-1], *shape) or (1,)
    samples = drawn.reshape(out).astype(dtype)
    if not get_prob:
        return samples
    return samples, xp.log(xp.take_along_axis(rows, drawn, axis=1)).reshape(out)


@_sample_multinomial.infer_shape
def _(data, *, shape, get_prob, dtype):
    out = None if data is None else (*data[:-1], *shape) or (1,)
    return (data,), (out,) * (2 if get_prob else 1)


@_sample_multinomial.infer_dtype
def _(data, *, shape, get_prob, dtype):
    return (data,), (np.dtype(dtype), data)[: 2 if get_prob else 1]


@_sample_multinomial.gradient
def _(F, g, data, outs, *, get_prob):
    if not get_prob:
        return None
    drawn = F._read_rows(data, outs[0])
    return F._add_to_rows(F.elemwise_div(g[1], drawn), outs[0], data)


@operator(dtype=lambda data, places: ((data, places), (data,)))
def _read_rows(xp, data, places):
    """Read from each row of ``data`` (..., k) the elements at ``places`` (..., m).

    >>> mx.nd._internal._read_rows(mx.nd.array([[5, 6, 7]]), mx.nd.array([[0, 2]], dtype="int32"))
    [[5. 7.]]
    <NDArray 1x2 @cpu(0)>
    """
    rows = data.reshape(-1, data.shape[-1])
    columns = places.reshape(len(rows), -1).astype("int64", copy=False)
    return xp.take_along_axis(rows, columns, axis=1).reshape(places.shape)


@_read_rows.infer_shape
def _(data, places):
    return (data, places), (places,)


@_read_rows.gradient
def _(F, g, data: Like, places):
    return F._add_to_rows(g, places, data), None


@operator()
def _add_to_rows(xp, g, places, like: Like):
    """Add ``g`` (..., m) at ``places`` (..., m) of the rows of zeros, shaped as ``like`` (..., k).

    >>> mx.nd._internal._add_to_rows(
    ...     mx.nd.array([[1, 2]]), mx.nd.array([[0, 0]], dtype="int32"), mx.nd.zeros((1, 3)))
    [[3. 0. 0.]]
    <NDArray 1x3 @cpu(0)>
    """
    if not g.size:
        return xp.zeros(like.shape, g.dtype)
    extent = like.shape[-1]
    rows = prod(like.shape[:-1])
    flat = places.reshape(rows, -1).astype("int64", copy=False) + xp.arange(rows)[:, None] * extent
    return add_at(xp, (rows * extent,), g.dtype, flat, g).reshape(like.shape)


@_add_to_rows.infer_shape
def _(g, places, like):
    return (g, places, like), (like,)


@_add_to_rows.infer_dtype
def _(g, places, like):
    return (g, places, like), (g,)


@_add_to_rows.gradient
def _(F, g, places):
    return F._read_rows(g, places), None, None


# -- order -------------------------------------------------------------------------------------------------------------
@operator(aliases=("shuffle",), outputs=("output", "order"), visible=1)
def _shuffle(xp, data, *, rng):
    """Put the rows of an array into random order.

    Unlike in MXNet a gradient flows back, to the rows where they came from.

    Parameters
    ----------
    data : array of at least one dimension; rows lie along the first

    >>> sorted(mx.nd.shuffle(mx.nd.array([3, 1, 2])).asnumpy().tolist())
    [1.0, 2.0, 3.0]

    References: MXNet 1.9.1 operator _shuffle.
    """
    order = sampling.permutation(xp, rng, data.shape[0])
    return data[order], order


@_shuffle.infer_shape
def _(data):
    if data is not None and not known(data[:1]):
        return (data,), (data, (-1,))
    return (data,), (data, None if data is None else data[:1])


@_shuffle.infer_dtype
def _(data):
    return (data,), (data, np.dtype("int64"))


@_shuffle.gradient
def _(F, g, data: Like, order):
    return F._take_backward(g[0], order, data)
