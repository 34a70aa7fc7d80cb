"""Count sketch: a random projection that keeps inner products on average."""
from ..base import ShapeError
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels.scatter import add_at


def _sketch_shape(data, h, s, *, out_dim, **_):
    if data is not None and not data:
        raise ShapeError(f"data must be (..., n). Received: {show(data)}")
    expected = None if data is None else (1, data[-1])
    h, s = (unify(x, expected, "the shape of h and s, and (1, n) for data of (..., n),") for x in (h, s))
    return [data, h, s], [None if data is None else (*data[:-1], out_dim)]


def _places(h):
    return h.reshape(-1).astype("int64")


@operator(name="_contrib_count_sketch", shape=_sketch_shape)
def count_sketch(xp, data, h, s, *, out_dim: int, processing_batch_size: int = 32):
    """Add each number, with a sign, to one of a few places: ``out[..., h[i]] += s[i] * data[..., i]``.

    Parameters
    ----------
    data : (..., n), floating
    h : (1, n), the place of each number, from 0 to out_dim - 1, drawn at random once and for all
    s : (1, n), its sign, 1 or -1
    out_dim : int, number of places
    processing_batch_size : accepted and ignored

    Returns
    -------
    (..., out_dim)

    In MXNet it runs on a GPU alone; here on a CPU too.

    >>> data, places, signs = mx.nd.array([[1, 2, 4]]), mx.nd.array([[0, 1, 0]]), mx.nd.array([[1, -1, 1]])
    >>> mx.nd.contrib.count_sketch(data, places, signs, out_dim=2)
    [[ 5. -2.]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_count_sketch; Pham, Pagh 2013.
    """
    _sketch_shape(data.shape, h.shape, s.shape, out_dim=out_dim)
    shape = (*data.shape[:-1], out_dim)
    if not data.size:
        return xp.zeros(shape, data.dtype)
    columns = (data * s.reshape(-1)).reshape(-1, data.shape[-1]).T
    return add_at(xp, (out_dim, columns.shape[1]), data.dtype, _places(h), columns).T.reshape(shape).copy()


@count_sketch.gradient
def _(F, g, h, s, data: Like, *, out_dim):
    return F._backward_count_sketch(g, h, s, data, out_dim=out_dim), None, None


@operator(shape=lambda out_grad, h, s, data, **_: ([out_grad, h, s, data], [data]))
def _backward_count_sketch(xp, out_grad, h, s, data: Like, *, out_dim: int):
    """Return the gradient of count_sketch, which is linear; of the data only the shape is read.

    >>> grad, places, signs = mx.nd.array([[1, 2]]), mx.nd.array([[0, 1, 0]]), mx.nd.array([[1, -1, 1]])
    >>> mx.nd._internal._backward_count_sketch(grad, places, signs, mx.nd.zeros((1, 3)), out_dim=2)
    [[ 1. -2.  1.]]
    <NDArray 1x3 @cpu(0)>
    """
    return (out_grad[..., _places(h)] * s.reshape(-1)).reshape(data.shape)


@_backward_count_sketch.gradient
def _(F, k, h, s, *, out_dim):
    return F._contrib_count_sketch(k, h, s, out_dim=out_dim), None, None, None
