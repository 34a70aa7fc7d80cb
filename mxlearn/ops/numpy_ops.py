"""The few operators that NumPy's manner needs beside those of ``mx.nd``: shapes without axes, stacks of matrices.

``mx.np`` is a face over all operators; these are for what no other operator computes.
"""
import numpy as np

from ..base import ArgumentError, ShapeError
from ..core import infer
from ..core.attributes import Shape
from ..core.infer import show, size_of
from ..core.operator import Like, operator
from ..kernels.product import product


def target_shape(shape, newshape) -> tuple[int, ...]:
    """Return ``newshape`` with its one -1 computed from the number of elements of ``shape``.

    Raises
    ------
    ShapeError
        If the number of elements would change.
    """
    total = size_of(shape)
    target = tuple(newshape)
    if target.count(-1) == 1:
        rest = size_of([n for n in target if n != -1])
        if total >= 0 and rest > 0 and total % rest == 0:
            target = tuple([total // rest if n == -1 else n for n in target])
    if any(n < -1 for n in target) or (total >= 0 and (-1 in target or size_of(target) != total)):
        raise ShapeError(
            f"an array of shape {show(shape)} has {total} elements and cannot take the shape {tuple(newshape)}.\n"
            "  Let one dimension be -1: it is then computed from the others."
        )
    return target


def _reshaped(a, *, newshape):
    if a is None:
        return [None], [newshape if -1 not in newshape else None]
    return [a], [target_shape(a, newshape)]


@operator(aliases=("_npi_reshape",), shape=_reshaped, reshapes=True)
def _np_reshape(xp, a, *, newshape: Shape, copy: bool = True):
    """Give the elements of an array another shape, as NumPy does: 0 is an extent, and () a shape without axes.

    >>> mx.nd._internal._np_reshape(mx.nd.array([[1, 2], [3, 4]]), newshape=(4, 1)).shape
    (4, 1)
    """
    return (a.copy() if copy else a).reshape(target_shape(a.shape, newshape))


@_np_reshape.gradient
def _(F, g, a: Like):
    return F.reshape_like(g, a)


# -- products ----------------------------------------------------------------------------------------------------------
def _matmul_shape(a, b):
    if a is None or b is None:
        return [a, b], [None]
    if len(a) < 2 or len(b) < 2:
        raise ShapeError(f"matrices are needed. Received: {show(a)} and {show(b)}")
    if a[-1] != b[-2] and a[-1] >= 0 and b[-2] >= 0:
        raise ShapeError(f"{show(a)} and {show(b)} cannot be multiplied: {a[-1]} columns meet {b[-2]} rows")
    batch = infer.broadcast(a[:-2], b[:-2])
    return [a, b], [None if batch is None else (*batch, a[-2], b[-1])]


@operator(shape=_matmul_shape)
def _npi_matmul(xp, a, b):
    """Multiply stacks of matrices; the axes in front broadcast.

    >>> mx.nd._internal._npi_matmul(mx.nd.ones((5, 1, 2, 3)), mx.nd.ones((4, 3, 2))).shape
    (5, 4, 2, 2)
    """
    return product(xp, a, b)


@_npi_matmul.gradient
def _(F, g, a, b, *, needs):
    of_a = F._sum_like(F._npi_matmul(g, F._linalg_transpose(b)), a) if needs[0] else None
    of_b = F._sum_like(F._npi_matmul(F._linalg_transpose(a), g), b) if needs[1] else None
    return of_a, of_b


def _einsum_terms(subscripts: str, count: int) -> tuple[list[str], str]:
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    letters = left.replace(",", "").replace(".", "")
    if len(terms) != count or not (letters + right.replace(".", "")).replace("", "a").isalpha():
        raise ArgumentError(f"einsum: {subscripts!r} does not describe {count} operands")
    if not arrow:
        right = ("..." if "." in left else "") + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return terms, right


def _einsum_shape(*operands, subscripts):
    if any(shape is None for shape in operands):
        return list(operands), [None]
    if any(not infer.known(shape) for shape in operands):
        return list(operands), [None]
    _einsum_terms(subscripts, len(operands))
    try:
        found = np.einsum(subscripts, *[np.broadcast_to(np.zeros((), "int8"), shape) for shape in operands])
    except ValueError as error:
        raise ShapeError(f"einsum {subscripts!r}: {error}") from None
    return list(operands), [np.shape(found)]


@operator(shape=_einsum_shape)
def _npi_einsum(xp, *operands, subscripts: str):
    """Sum products over named axes, as in ``ij,jk->ik``.

    >>> mx.nd._internal._npi_einsum(mx.nd.ones((2, 3)), mx.nd.ones((3, 4)), subscripts="ij,jk->ik").shape
    (2, 4)
    """
    return xp.asarray(xp.einsum(subscripts, *operands, optimize=True)).astype(operands[0].dtype, copy=False)


@_npi_einsum.gradient
def _(F, g, operands, *, subscripts, needs):
    terms, right = _einsum_terms(subscripts, len(operands))
    found = []
    for i, term in enumerate(terms):
        if not needs[i]:
            found.append(None)
            continue
        others = [x for j, x in enumerate(operands) if j != i]
        names = [t for j, t in enumerate(terms) if j != i]
        attrs = {"subscripts": ",".join([right, *names]), "term": term}
        found.append(F._npi_einsum_back(g, *others, operands[i], **attrs))
    return tuple(found)


def _back_shape(*inputs, **_):
    return list(inputs), [inputs[-1]]


@operator(shape=_back_shape)
def _npi_einsum_back(xp, *inputs, subscripts: str, term: str):
    """The gradient of einsum in the operand ``term``: its last input, of which the shape alone is read.

    >>> g, b, a = mx.nd.ones((2, 4)), mx.nd.ones((3, 4)), mx.nd.zeros((2, 3))
    >>> mx.nd._internal._npi_einsum_back(g, b, a, subscripts="ik,jk", term="ij")[0, 0].item()
    4.0
    """
    *operands, like = inputs
    known = set(subscripts)
    letters = term.replace(".", "")
    distinct = "".join(dict.fromkeys(letters))
    kept = "".join(c for c in distinct if c in known)
    dots = "..." if "." in subscripts else ""
    part = xp.einsum(f"{subscripts}->{dots}{kept}", *operands, optimize=True)
    lead = part.ndim - len(kept)  # the axes of "..."
    own = like.ndim - len(letters)  # those that this operand has
    at = term.index(".") if "." in term else 0
    sizes = dict(zip(letters, [*like.shape[:at], *like.shape[at + own :]], strict=True))
    if lead > own:
        part = part.sum(axis=tuple(range(lead - own)))
    part = xp.asarray(part)
    axes = like.shape[at : at + own]
    narrow = tuple(i for i, n in enumerate(axes) if n == 1 and i < part.ndim - len(kept))
    if narrow:
        part = part.sum(axis=narrow, keepdims=True)
    part = part.reshape((*part.shape[: part.ndim - len(kept)], *[sizes[c] if c in kept else 1 for c in distinct]))
    part = xp.broadcast_to(part, (*axes, *[sizes[c] for c in distinct]))
    moved = list(range(own, own + len(distinct)))
    where = [distinct.index(c) for c in letters]
    if len(letters) == len(distinct):
        order = [own + w for w in where[:at]] + list(range(own)) + [own + w for w in where[at:]]
        return xp.transpose(part, order).astype(like.dtype, order="C")
    if own:
        raise ArgumentError(f"einsum: the gradient of {term!r}, with a letter twice and dots, is not available")
    out = xp.zeros(like.shape, like.dtype)  # a letter twice: only the diagonal was read
    grids = xp.meshgrid(*[xp.arange(sizes[c]) for c in distinct], indexing="ij")
    out[tuple(grids[w] for w in where)] = part.transpose(moved)
    return out


@_npi_einsum_back.gradient
def _(F, h, inputs, *, subscripts, term):
    names = subscripts.split(",")
    found = []
    for i, name in enumerate(names):
        others = [x for j, x in enumerate(inputs[:-1]) if j != i]
        rest = [t for j, t in enumerate(names) if j != i]
        attrs = {"subscripts": ",".join([term, *rest]), "term": name}
        found.append(F._npi_einsum_back(h, *others, inputs[i], **attrs))
    return (*found, None)


# -- elementwise -------------------------------------------------------------------------------------------------------
@operator(shape=lambda x1, x2: infer.broadcast_shape(x1, x2))
def _npi_arctan2(xp, x1, x2):
    """The angle of the point (x2, x1), in radians; the inputs broadcast.

    >>> mx.nd._internal._npi_arctan2(mx.nd.array([1]), mx.nd.array([0])).asnumpy().round(4).tolist()
    [1.5708000183105469]
    """
    return xp.arctan2(x1, x2)


@_npi_arctan2.gradient
def _(F, g, x1, x2):
    square = F.broadcast_add(F.square(x1), F.square(x2))
    slope = F.elemwise_div(g, square)
    return (
        F._sum_like(F.broadcast_mul(slope, x2), x1),
        F._sum_like(F.negative(F.broadcast_mul(slope, x1)), x2),
    )
