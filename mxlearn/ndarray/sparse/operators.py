"""Running operators on sparse arrays: the table of those that know sparse storage, and the fallback for all others."""
from collections.abc import Callable, Sequence
from typing import Any

from ...base import GradientError, OutOfMemoryError
from ...core import source
from ...core.graph import Node
from ...core.operator import Operator, Rule, TapeOperator, find
from ...core.state import STATE
from ...kernels.sparse import Rows, Sparse, densified
from .. import dispatch
from ..array import Leaf, NDArray
from .array import KINDS, BaseSparseNDArray, StorageTypeError, made
from .kernels import KERNELS, transposed_product
from .updates import LAZY, lazy_update


def invoke(op: Operator, inputs: Sequence, attrs: dict, out=None, ctx=None) -> Any:
    """Run an operator on arrays of which at least one is sparse.

    An operator with a kernel for these storages uses it. Any other sees the dense arrays, and its result is dense.
    """
    if op.name in LAZY and isinstance(inputs[1], BaseSparseNDArray):
        done = lazy_update(op, inputs, attrs, out)
        if done is not None:
            return done
    result = attempt(op, inputs, attrs)
    if result is None:
        return _fallback(op, inputs, attrs, out, ctx)
    if out is None:
        return result
    store([result], out)
    return out


def binary(elementwise: Operator, broadcasting: Operator, lhs, rhs, first: bool = False) -> Any:
    """Run ``lhs <operator> rhs``, as MXNet chooses: the elementwise operator where the left array is sparse.

    first : try it where only the right one is sparse, too, as the functions of mx.nd.sparse do
    """
    result = None
    if (first or isinstance(lhs, BaseSparseNDArray)) and lhs.shape == rhs.shape:
        result = attempt(elementwise, (lhs, rhs), {})
    return dispatch.invoke(broadcasting, (lhs, rhs)) if result is None else result


def attempt(op: Operator, inputs: Sequence, attrs: dict) -> Any:
    """Return the result of the operator's sparse kernel; None where it has none for these storages."""
    for x in inputs:
        if x is not None and not isinstance(x, NDArray):
            raise dispatch.not_an_array(op, x)
        if x is not None and x._ctx is not inputs[0]._ctx:
            raise dispatch.mixed_contexts(op, inputs)
    kernel = KERNELS.get(op.name)
    if kernel is None:
        return None
    ctx = inputs[0]._ctx
    raws = [None if x is None else raw_of(x) for x in inputs]
    try:
        raw = kernel(ctx.xp, op, raws, attrs)
    except (IndexError, MemoryError, ValueError):
        for x in inputs:  # the parts come from the user, and nobody has looked at them before
            if isinstance(x, BaseSparseNDArray):
                x.check_format()
        raise
    if raw is None:
        return None
    result = made(raw, ctx)
    if STATE.recording:
        entries = tuple([None if x is None else x._entry for x in inputs])
        if any(entries):
            result._entry = (_node(op, entries, attrs, raws, raw), 0)
    return result


def raw_of(x: NDArray) -> Any:
    """Return the raw storage of an array, sparse or dense."""
    return x._raw if isinstance(x, BaseSparseNDArray) else x._data


def _fallback(op: Operator, inputs: Sequence, attrs: dict, out, ctx) -> Any:
    """Run the operator on dense copies; what it writes goes back into the sparse arrays."""
    dense = [x.tostype("default") if isinstance(x, BaseSparseNDArray) else x for x in inputs]
    result = dispatch.invoke(op, dense, attrs, None, ctx)
    for index in op.mutated_indices:
        if dense[index] is not inputs[index]:
            inputs[index][:] = dense[index]
    if out is None:
        return result
    store(result if isinstance(result, list) else [result], out)
    return out


def store(results: Sequence[NDArray], out) -> None:
    """Copy results into the arrays that the caller passed as ``out``, whatever their storage, with their places."""
    targets = out if isinstance(out, (list, tuple)) else [out]
    for target, result in zip(targets, results, strict=True):
        if STATE.recording and target._entry is not None:
            raise dispatch.in_graph("out")
        target[:] = result if result.stype == target.stype else densely(result)
        if STATE.recording:
            target._entry = result._entry


def densely(x: NDArray) -> NDArray:
    """Return the values of an array in dense storage, off the tape."""
    return made(densified(raw_of(x)), x._ctx)


# -- the tape ----------------------------------------------------------------------------------------------------------
def _node(op: Operator, entries: tuple, attrs: dict, raws: Sequence, raw) -> Node:
    """Return the node of a sparse computation. It keeps what the operator's rule reads as dense arrays.

    A product with a matrix that needs no gradient keeps the matrix as it is.
    """
    product = _product(op, entries, attrs, raws)
    if product is not None:
        node = Node(product, entries, {}, None, 1, product.saved, STATE.scope)
    else:
        rule = op.rule
        saved = () if rule is None else rule.save(raws, (raw,))
        kept = [tuple(map(densified, value)) if type(value) is tuple else densified(value) for value in saved]
        node = Node(op, entries, attrs, None, 1, tuple(kept), STATE.scope)
    if source.note is not None:
        node.source = source.note(4)
    return node


def _product(op: Operator, entries: tuple, attrs: dict, raws: Sequence) -> "SparseProduct | None":
    if op.name != "dot":
        return None
    for side in (0, 1):
        if isinstance(raws[side], Sparse) and entries[side] is None and not isinstance(raws[side], Rows):
            other = entries[1 - side]
            leaf = other[0] if type(other[0]) is Leaf else None
            rows = leaf is not None and leaf.grad is not None and leaf.grad.stype == "row_sparse"
            own = attrs.get("transpose_b" if side else "transpose_a", False)
            turned = attrs.get("transpose_a" if side else "transpose_b", False)
            return SparseProduct((raws[side], side, own, turned, rows))
    return None


def _product_rule(F, g, matrix, side: int, transposed: bool, turned: bool, rows: bool):
    """The gradient of the dense factor w of matrix . w or w . matrix: the product of g with the transposed matrix."""
    gradient = transposed_product(matrix, g, side, transposed, turned, rows)
    return (gradient, None) if side else (None, gradient)


class SparseProduct(TapeOperator):
    """Stands on the tape for a product with a sparse matrix, which it keeps.

    Parameters
    ----------
    saved : (Csr, whether it is the left (0) or right (1) factor, whether it was transposed, whether the other factor
        was, whether that factor's gradient is wanted as rows)
    """

    name = "dot"
    rule = Rule(_product_rule, ("matrix", "side", "transposed", "turned", "rows"))

    def __init__(self, saved: tuple):
        super().__init__()
        self.saved = saved

    def kept_arrays(self, node: Node) -> tuple:
        """Raise: the rule computes on raw arrays alone."""
        raise GradientError("dot: a product with a sparse matrix can be differentiated once only")


# -- functions that NDArray's methods and mx.nd need -------------------------------------------------------------------
def cast_storage(data: NDArray, stype: str, out=None, name=None) -> Any:
    """Return a copy of the array in another storage type.

    Parameters
    ----------
    data : NDArray of any storage
    stype : "default", "csr" (for a matrix) or "row_sparse"

    Raises
    ------
    MXNetError
        From one sparse storage to the other, as in MXNet: go by way of "default".

    References: MXNet 1.9.1 operator cast_storage.
    """
    op = find("cast_storage")
    op.parse_attribute("stype", stype)
    if not isinstance(data, NDArray):
        raise dispatch.not_an_array(op, data)
    xp, raw = data._xp, raw_of(data)
    if data.stype == stype:
        raw = raw.copy()
    elif stype == "default":
        raw = _spread_out(raw)
    elif isinstance(raw, Sparse):
        raise StorageTypeError(
            f"cast_storage from {data.stype} to {stype} is not supported.\n  Convert to 'default' first."
        )
    elif stype == "csr" and raw.ndim != 2:
        raise StorageTypeError(
            f"To convert to a CSR, the NDArray should be 2 Dimensional. Current shape is {tuple(raw.shape)}"
        )
    elif not raw.ndim:
        raise StorageTypeError("cast_storage: an array without axes has no rows")
    else:
        raw = KERNELS["cast_storage"](xp, op, [raw], {"stype": stype})
    result = made(raw, data._ctx)
    if STATE.recording and data._entry is not None:
        node = Node(op, (data._entry,), {"stype": stype}, None, 1, (), STATE.scope)
        result._entry = (node, 0)
    if out is None:
        return result
    store([result], out)
    return out


def _spread_out(raw: Sparse):
    try:
        return raw.dense()
    except (MemoryError, ValueError) as error:
        raise OutOfMemoryError(
            f"a sparse array of shape {raw.shape} does not fit into memory as a dense one: {error}.\n"
            "  Use operators that know sparse storage, such as dot and retain."
        ) from None


def identity(data: BaseSparseNDArray) -> Any:
    """Return a copy, which autograd sees."""
    return invoke(find("_copy"), (data,), {})


def slice_rows(data: BaseSparseNDArray, start: int, stop: int) -> Any:
    """Return rows start to stop - 1 of a matrix."""
    return invoke(find("slice"), (data,), {"begin": (start,), "end": (stop,)})


def retain(data: NDArray, indices: NDArray, out=None, name=None) -> Any:
    """Keep the rows of these numbers; all others are zero.

    Parameters
    ----------
    data : RowSparseNDArray
    indices : (n,) row numbers; the result holds exactly these rows, in this order

    >>> x = mx.nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [1, 3]), shape=(5, 2))
    >>> mx.nd.sparse.retain(x, mx.nd.array([3])).data.asnumpy()
    array([[3., 4.]], dtype=float32)

    References: MXNet 1.9.1 operator _sparse_retain.
    """
    if getattr(data, "stype", None) != "row_sparse":
        raise StorageTypeError(
            f"retain: expected a RowSparseNDArray. Received: {getattr(data, 'stype', type(data).__name__)!r}.\n"
            "  Convert it with tostype('row_sparse')."
        )
    return invoke(find("_sparse_retain"), (data, indices), {}, out)


_FUNCTIONS = {
    "add": ("elemwise_add", "broadcast_add"),
    "subtract": ("elemwise_sub", "broadcast_sub"),
    "multiply": ("elemwise_mul", "broadcast_mul"),
    "divide": ("elemwise_div", "broadcast_div"),
}


def function(name: str) -> Callable:
    """Return ``mx.nd.sparse.add`` and the like: of two arrays, or an array and a number."""
    elementwise, broadcasting = map(find, _FUNCTIONS[name])

    def compute(lhs, rhs):
        from .. import arithmetic

        if isinstance(lhs, NDArray) and isinstance(rhs, NDArray) and {lhs.stype, rhs.stype} & set(KINDS):
            return binary(elementwise, broadcasting, lhs, rhs, first=True)
        return getattr(arithmetic, name)(lhs, rhs)

    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = (
        f"{name.capitalize()} two operands, element by element with broadcasting, and keep sparse storage where the"
        " result has it.\n\n    Parameters\n    ----------\n    lhs, rhs : NDArray of any storage, or number\n    "
    )
    return compute
