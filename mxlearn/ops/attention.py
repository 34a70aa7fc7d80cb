"""Products of multi-head attention on interleaved projections.

One projection makes queries, keys and values together: (length, batch, heads * parts * size), where for each head its
parts stand in turn, as query, key, value. In front of and behind the products they are taken apart into
(batch * heads, length, size) and put back.

References: Vaswani et al. 2017, "Attention is all you need", section 3.2.
"""
from math import sqrt

from ..base import ArgumentError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels.product import product


def _check(shape, heads, parts, name):
    """Return (length, batch, size) of a projection."""
    if heads < 1:
        raise ArgumentError(f"heads must be positive. Received: {heads}")
    if len(shape) != 3 or (shape[2] >= 0 and shape[2] % (heads * parts)):
        raise ShapeError(
            f"{name} must be (length, batch, projection), the projection a multiple of {parts} * {heads} heads. "
            f"Received: {show(shape)}"
        )
    return shape[0], shape[1], shape[2] // (heads * parts) if shape[2] >= 0 else -1


def _times(batch, heads):
    return batch * heads if batch >= 0 else -1


# -- taking apart, putting back ----------------------------------------------------------------------------------------
def _part_shape(data, *, heads, parts, **_):
    if data is None:
        return [None], [None]
    length, batch, size = _check(data, heads, parts, "data")
    return [data], [(_times(batch, heads), length, size)]


@operator(shape=_part_shape)
def _attention_part(xp, data, *, heads: int, parts: int = 1, index: int = 0):
    """Take one part out of an interleaved projection: (batch * heads, length, size).

    >>> mx.nd._internal._attention_part(mx.nd.array([[[1, 2, 3, 4]]]), heads=2, parts=2, index=1)
    [[[2.]]
     [[4.]]]
    <NDArray 2x1x1 @cpu(0)>
    """
    length, batch, size = _check(data.shape, heads, parts, "data")
    part = data.reshape(length, batch * heads, parts, size)[:, :, index]
    return xp.ascontiguousarray(part.transpose(1, 0, 2))


@_attention_part.gradient
def _(F, g, *, heads, parts, index):
    return (F._attention_whole(g, heads=heads, parts=parts, index=index),)


def _whole_shape(data, *, heads, parts, **_):
    if data is None:
        return [None], [None]
    if len(data) != 3 or heads < 1 or (data[0] >= 0 and data[0] % heads):
        raise ShapeError(f"data must be (batch * {heads} heads, length, size). Received: {show(data)}")
    rows, length, size = data
    return [data], [(length, rows // heads if rows >= 0 else -1, size * heads * parts if size >= 0 else -1)]


@operator(shape=_whole_shape)
def _attention_whole(xp, data, *, heads: int, parts: int = 1, index: int = 0):
    """Put one part back into an interleaved projection whose other parts are 0: the transpose of _attention_part.

    >>> mx.nd._internal._attention_whole(mx.nd.array([[[5]], [[6]]]), heads=2, parts=2, index=1)
    [[[0. 5. 0. 6.]]]
    <NDArray 1x1x4 @cpu(0)>
    """
    _whole_shape(data.shape, heads=heads, parts=parts)
    rows, length, size = data.shape
    whole = xp.zeros((length, rows, parts, size), data.dtype)
    whole[:, :, index] = data.transpose(1, 0, 2)
    return whole.reshape(length, rows // heads, heads * parts * size)


@_attention_whole.gradient
def _(F, g, *, heads, parts, index):
    return (F._attention_part(g, heads=heads, parts=parts, index=index),)


def _scores(xp, queries, keys):
    """Return queries @ keys.T / sqrt(size)."""
    return product(xp, queries / xp.asarray(sqrt(queries.shape[2])).astype(queries.dtype), keys.transpose(0, 2, 1))


def _scores_gradients(F, g, queries, keys):
    to_queries = F._contrib_div_sqrt_dim(F.batch_dot(g, keys))
    to_keys = F._contrib_div_sqrt_dim(F.batch_dot(g, queries, transpose_a=True))
    return to_queries, to_keys


# -- self-attention ----------------------------------------------------------------------------------------------------
def _self_scores_shape(queries_keys_values, *, heads):
    if queries_keys_values is None:
        return [None], [None]
    length, batch, _ = _check(queries_keys_values, heads, 3, "queries_keys_values")
    return [queries_keys_values], [(_times(batch, heads), length, length)]


@operator(name="_contrib_interleaved_matmul_selfatt_qk", shape=_self_scores_shape)
def selfatt_qk(xp, queries_keys_values, *, heads: int):
    """Return the scores of self-attention, queries @ keys.T / sqrt(size), for each head.

    Parameters
    ----------
    queries_keys_values : (length, batch, heads * 3 * size), for each head its query, key and value
    heads : int

    Returns
    -------
    (batch * heads, length, length)

    >>> x = mx.nd.array([[[1, 2, 0]], [[3, 4, 0]]])
    >>> mx.nd.contrib.interleaved_matmul_selfatt_qk(x, heads=1)
    [[[ 2.  4.]
      [ 6. 12.]]]
    <NDArray 1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_interleaved_matmul_selfatt_qk.
    """
    _check(queries_keys_values.shape, heads, 3, "queries_keys_values")
    queries, keys = (_attention_part(xp, queries_keys_values, heads=heads, parts=3, index=i) for i in (0, 1))
    return _scores(xp, queries, keys)


@selfatt_qk.gradient
def _(F, g, queries_keys_values, *, heads):
    parts = [F._attention_part(queries_keys_values, heads=heads, parts=3, index=i) for i in (0, 1)]
    grads = _scores_gradients(F, g, *parts)
    whole = [F._attention_whole(grad, heads=heads, parts=3, index=i) for i, grad in enumerate(grads)]
    return (F.elemwise_add(*whole),)


def _self_values_shape(queries_keys_values, attention, *, heads):
    if queries_keys_values is None:
        return [None, attention], [None]
    length, batch, size = _check(queries_keys_values, heads, 3, "queries_keys_values")
    expected = (_times(batch, heads), length, length)
    attention = unify(attention, expected, "the shape of attention, and (batch * heads, length, length),")
    return [queries_keys_values, attention], [(length, batch, size * heads if size >= 0 else -1)]


@operator(name="_contrib_interleaved_matmul_selfatt_valatt", shape=_self_values_shape)
def selfatt_valatt(xp, queries_keys_values, attention, *, heads: int):
    """Return the values of self-attention, weighted with the attention: attention @ values, for each head.

    Parameters
    ----------
    queries_keys_values : (length, batch, heads * 3 * size), for each head its query, key and value
    attention : (batch * heads, length, length)
    heads : int

    Returns
    -------
    (length, batch, heads * size)

    >>> x, half = mx.nd.array([[[0, 0, 1]], [[0, 0, 3]]]), mx.nd.full((1, 2, 2), 0.5)
    >>> mx.nd.contrib.interleaved_matmul_selfatt_valatt(x, half, heads=1)
    [[[2.]]
     [[2.]]]
    <NDArray 2x1x1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_interleaved_matmul_selfatt_valatt.
    """
    _self_values_shape(queries_keys_values.shape, attention.shape, heads=heads)
    values = _attention_part(xp, queries_keys_values, heads=heads, parts=3, index=2)
    return _attention_whole(xp, product(xp, attention, values), heads=heads)


def _values_gradients(F, g, projection, attention, heads, parts):
    """Return the gradients of attention @ values, where the values are the last part of a projection."""
    place = dict(heads=heads, parts=parts, index=parts - 1)
    grad = F._attention_part(g, heads=heads)
    to_attention = F.batch_dot(grad, F._attention_part(projection, **place), transpose_b=True)
    return F._attention_whole(F.batch_dot(attention, grad, transpose_a=True), **place), to_attention


@selfatt_valatt.gradient
def _(F, g, queries_keys_values, attention, *, heads):
    return _values_gradients(F, g, queries_keys_values, attention, heads, 3)


# -- attention of a decoder to an encoder ------------------------------------------------------------------------------
def _cross_scores_shape(queries, keys_values, *, heads):
    if queries is None or keys_values is None:
        return [queries, keys_values], [None]
    length, batch, size = _check(queries, heads, 1, "queries")
    source, other, other_size = _check(keys_values, heads, 2, "keys_values")
    if -1 < batch != other > -1 or -1 < size != other_size > -1:
        raise ShapeError(
            "keys_values must have the batch of queries and twice their projection. "
            f"Received: {show(queries)} and {show(keys_values)}"
        )
    return [queries, keys_values], [(_times(batch, heads), length, source)]


@operator(name="_contrib_interleaved_matmul_encdec_qk", shape=_cross_scores_shape)
def encdec_qk(xp, queries, keys_values, *, heads: int):
    """Return the scores of attention to other positions, queries @ keys.T / sqrt(size), for each head.

    Parameters
    ----------
    queries : (length, batch, heads * size)
    keys_values : (source_length, batch, heads * 2 * size), for each head its key and value
    heads : int

    Returns
    -------
    (batch * heads, length, source_length)

    >>> queries, keys_values = mx.nd.array([[[2]]]), mx.nd.array([[[1, 0]], [[3, 0]]])
    >>> mx.nd.contrib.interleaved_matmul_encdec_qk(queries, keys_values, heads=1)
    [[[2. 6.]]]
    <NDArray 1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_interleaved_matmul_encdec_qk.
    """
    _cross_scores_shape(queries.shape, keys_values.shape, heads=heads)
    keys = _attention_part(xp, keys_values, heads=heads, parts=2)
    return _scores(xp, _attention_part(xp, queries, heads=heads), keys)


@encdec_qk.gradient
def _(F, g, queries, keys_values, *, heads):
    parts = F._attention_part(queries, heads=heads), F._attention_part(keys_values, heads=heads, parts=2)
    to_queries, to_keys = _scores_gradients(F, g, *parts)
    return F._attention_whole(to_queries, heads=heads), F._attention_whole(to_keys, heads=heads, parts=2)


def _cross_values_shape(keys_values, attention, *, heads):
    if keys_values is None or attention is None:
        return [keys_values, attention], [None]
    source, batch, size = _check(keys_values, heads, 2, "keys_values")
    length = attention[1] if len(attention) == 3 else -1
    expected = (_times(batch, heads), length, source)
    attention = unify(attention, expected, "the shape of attention, and (batch * heads, length, source_length),")
    return [keys_values, attention], [(length, batch, size * heads if size >= 0 else -1)]


@operator(name="_contrib_interleaved_matmul_encdec_valatt", shape=_cross_values_shape)
def encdec_valatt(xp, keys_values, attention, *, heads: int):
    """Return the values of other positions, weighted with the attention: attention @ values, for each head.

    Parameters
    ----------
    keys_values : (source_length, batch, heads * 2 * size), for each head its key and value
    attention : (batch * heads, length, source_length)
    heads : int

    Returns
    -------
    (length, batch, heads * size)

    >>> keys_values, half = mx.nd.array([[[0, 1]], [[0, 3]]]), mx.nd.full((1, 1, 2), 0.5)
    >>> mx.nd.contrib.interleaved_matmul_encdec_valatt(keys_values, half, heads=1)
    [[[2.]]]
    <NDArray 1x1x1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_interleaved_matmul_encdec_valatt.
    """
    _cross_values_shape(keys_values.shape, attention.shape, heads=heads)
    values = _attention_part(xp, keys_values, heads=heads, parts=2, index=1)
    return _attention_whole(xp, product(xp, attention, values), heads=heads)


@encdec_valatt.gradient
def _(F, g, keys_values, attention, *, heads):
    return _values_gradients(F, g, keys_values, attention, heads, 2)
