"""Running an operator on NDArrays at once, and writing it on the tape while recording.

This is the hot path of eager work: no isinstance chains, no validation that only an error needs. The kernel is tried,
and when it raises, the shape and dtype rules are run to explain why.
"""
from collections.abc import Callable, Sequence
from typing import Any

from .. import backend
from ..base import ArgumentError, ContextError, DTypeError, MXNetError, OutOfMemoryError, ShapeError, type_name
from ..context import Context, current_context
from ..core import infer, source
from ..core.frontend import EMPTY
from ..core.graph import Node
from ..core.operator import Like, Operator
from ..core.state import STATE
from ..streams import generator_of
from .array import NDArray, wrap

# Called with each node that eager operators record, the raw values it read and its raw outputs; None while nobody
# looks, which costs the comparison alone. autograd.detect_anomaly sets it.
observe: Callable | None = None

new_node = Node.__new__


def invoke(op: Operator, inputs: Sequence, attrs: dict = EMPTY, out=None, ctx: Context | None = None) -> Any:
    """Run ``op`` on NDArrays and return an NDArray, or a list where it has several visible outputs.

    Parameters
    ----------
    inputs : NDArrays; None for an optional input that is not given
    attrs : parsed attributes
    out : NDArray or list of NDArray that receives the result, or None
    ctx : where an operator without inputs makes its result; default the current context

    Raises
    ------
    ShapeError, DTypeError, ContextError, ArgumentError, MXNetError
        If the inputs do not fit the operator.
    """
    raws = []
    cls: Any = NDArray
    for x in inputs:
        if x is None:
            raws.append(None)
            continue
        try:
            raws.append(x._data)
        except AttributeError:
            if getattr(x, "stype", "default") == "default":
                raise not_an_array(op, x) from None
            from .sparse import operators as sparse  # no dense elements: see there

            return sparse.invoke(op, inputs, attrs, out, ctx)
        if ctx is not x._ctx:
            if ctx is not None:
                raise mixed_contexts(op, inputs)
            ctx = x._ctx
            cls = x._result_class  # of the first array
    if ctx is None:
        ctx = current_context()
    xp = ctx._xp or ctx.xp
    keywords = attrs
    if op.wants_train:
        keywords = {**keywords, "is_train": STATE.training}
    if op.wants_rng:
        keywords = {**keywords, "rng": generator_of(ctx)}
    if op.dtype_rule is infer.same_dtype and len(raws) > 1:
        check_dtypes(op, raws)
    try:
        result = op.kernel(xp, *raws, **keywords)
    except Exception as error:
        found = explain(op, raws, attrs, error)
        raise found from found.__cause__

    results = result if type(result) is tuple else (result,)
    outputs = op.outputs
    total = op.num_outputs(attrs) if callable(outputs) else len(outputs)
    visible = total if op.visible is None else op.num_visible(attrs)
    if op.mutated_indices:
        if out is not None:  # before a state changes
            check_targets(op, results[:visible], out)
        write_back(op, inputs, results[total:])
        results = results[:total]

    node = None
    if STATE.recording:
        entries = tuple([None if x is None else x._entry for x in inputs])
        if any(entries):
            rule = op.rule
            saved = rule.save(raws, results) if rule is not None else ()
            if total > 1:  # the reverse pass makes zeros for outputs that nobody used
                saved = (*saved, tuple([Like(r.shape, r.dtype) for r in results[:visible]]))
            node = record(op, entries, attrs, saved, raws, results, total)

    if out is not None:
        return write_out(op, results[:visible], out, node)
    if cls is not NDArray:  # the kernels of arrays without dimensions give numbers
        results = [cls.raw(r) for r in results]
    if visible == 1:
        array = wrap(results[0], ctx, cls)
        if node is not None:
            array._entry = (node, 0)
        return array
    arrays = [wrap(r, ctx, cls) for r in results[:visible]]
    if node is not None:
        for i, array in enumerate(arrays):
            array._entry = (node, i)
    return arrays


def record(
    op: Operator, entries: tuple, attrs: dict, saved: tuple, raws: Sequence, results: Sequence, total: int = 1
) -> Node:
    """Return the node of an operation on the tape.

    Parameters
    ----------
    entries : of the inputs
    saved : what the gradient rule named
    raws, results : the raw arrays that it read and made
    total : number of outputs, hidden ones included
    """
    node = new_node(Node)  # and what has no value stays away, see Node
    node.op = op
    node.inputs = entries
    node.attrs = attrs
    node.num_outputs = total
    node.saved = saved
    node.scope = STATE.scope
    node.training = STATE.training if op.wants_train else None
    if source.note is not None:
        node.source = source.note(3)  # nobody but the library calls what calls this
    if observe is not None:
        observe(node, raws, results)
    return node


def write_back(op: Operator, inputs: Sequence, new_values: Sequence) -> None:
    """Copy the new values of mutated inputs (moving averages, optimizer states) into them."""
    pairs = [(inputs[index], new) for index, new in zip(op.mutated_indices, new_values, strict=True)]
    for index, (target, new) in zip(op.mutated_indices, pairs, strict=True):
        if target is not None and target.shape != new.shape:
            raise ShapeError(f"{op.name}: {op.inputs[index]} has shape {target.shape}, its new value {new.shape}")
    for target, new in pairs:
        if target is not None and new is not target._data:
            target._data[...] = new


def check_targets(op: Operator, results: Sequence, out) -> Sequence:
    """Return the arrays that the caller passed as ``out`` as a sequence, after checking that results fit into them."""
    targets = out if isinstance(out, (list, tuple)) else [out]
    if len(targets) != len(results):
        raise ArgumentError(f"{op.name}: out has {len(targets)} arrays, but there are {len(results)} outputs")
    for target, result in zip(targets, results, strict=True):
        if target.shape != result.shape:
            raise ShapeError(f"{op.name}: out has shape {target.shape}, but the result has shape {result.shape}")
        if STATE.recording and target._entry is not None:
            raise in_graph(op.name)
    return targets


def write_out(op: Operator, results: Sequence, out, node: Node | None):
    """Copy results into the arrays that the caller passed as ``out``."""
    targets = check_targets(op, results, out)
    try:
        memory = [target._data for target in targets]
    except AttributeError:  # sparse ones
        memory = [None] * len(targets)
    if node is not None and any(kept is own for own in memory for kept in _kept(node)):
        raise in_graph(op.name)  # the rule would read the result where it needs the old value
    for i, (target, own, result) in enumerate(zip(targets, memory, results, strict=True)):
        if own is None:
            target[:] = wrap(result, target._ctx)
        else:
            own[...] = result
        if node is not None:
            target._entry = (node, i)
    return out


def _kept(node: Node) -> list:
    """Return the raw arrays that a node of the tape keeps."""
    saved = []
    for value in node.saved or ():
        saved += value if type(value) is tuple else [value]
    return saved


# -- errors ------------------------------------------------------------------------------------------------------------
def where(op: Operator) -> str:
    """Return the operator's name as an error begins with it, and the Block that ran it: "FullyConnected 'dense0'"."""
    name = op.name.lstrip("_")  # _linalg_inverse is mx.nd.linalg.inverse to its users
    return f"{name} {STATE.scope[-1]!r}" if STATE.scope else name


def explain(op: Operator, raws: Sequence, attrs: dict, error: Exception) -> Exception:
    """Return the error to raise for a kernel that failed: what its shape and dtype rules say, if they object.

    Where they do not, the kernel's own error is its cause.
    """
    if isinstance(error, MXNetError) and str(error).startswith(op.name):
        return error
    shapes: list[Any] = [None if r is None else tuple(r.shape) for r in raws]
    dtypes: list[Any] = [None if r is None else r.dtype for r in raws]
    complete = op.complete(attrs)
    names = op.input_names(attrs, len(raws))
    for rule, values in ((op.shape_rule, shapes), (op.dtype_rule, dtypes)):
        if rule is None:
            continue
        try:
            if op.variadic or rule in (infer.same_shape, infer.same_dtype, infer.first_dtype):
                completed, _ = rule(*values, **complete)
            else:
                completed, _ = rule(**dict(zip(names, values, strict=False)), **complete)
            if rule is op.shape_rule:
                for name, expected, got in zip(names, completed, shapes, strict=False):
                    if expected is not None and got is not None and not _fits(got, expected):
                        others = ", ".join(
                            f"{n} {infer.show(s)}"
                            for n, s in zip(names, shapes, strict=False)
                            if n != name and s is not None
                        )
                        raise ShapeError(
                            f"{name} has shape {infer.show(got)}, but {infer.show(expected)} is needed with {others}."
                        )
        except MXNetError as found:
            return type(found)(f"{where(op)}: {found}")
        except Exception:  # the rule itself cannot make sense of the input: the kernel's own words are better
            break
    if isinstance(error, MXNetError):
        told = type(error)(f"{where(op)}: {error}")
        told.__cause__ = error.__cause__
        return told
    of_gpu = backend.readable(error, where(op))
    if of_gpu is not None:
        of_gpu.__cause__ = error
        return of_gpu
    if isinstance(error, MemoryError):
        return OutOfMemoryError(
            f"{where(op)}: the result does not fit into memory: {error}.\n"
            "  Use a smaller batch, or check the shapes: a broadcast of a column with a row gives a matrix."
        )
    received = ", ".join(
        f"{name} {infer.show(shape)} {dtype}"
        for name, shape, dtype in zip(names, shapes, dtypes, strict=False)
        if shape is not None
    )
    kind = {TypeError: DTypeError, ValueError: ShapeError, IndexError: ShapeError}.get(type(error), MXNetError)
    found = kind(f"{where(op)}: {error}\n  Received: {received or 'no inputs'}.")
    found.__cause__ = error
    return found


def _fits(shape: tuple, expected: tuple) -> bool:
    return len(shape) == len(expected) and all(e in (-1, n) for n, e in zip(shape, expected, strict=True))


def check_dtypes(op: Operator, raws: Sequence) -> None:
    """Raise DTypeError where the inputs of an operator that takes one dtype have several."""
    first = None
    for raw in raws:
        if raw is None:
            continue
        if first is None:
            first = raw.dtype
        elif raw.dtype is not first and raw.dtype != first:
            raise DTypeError(
                f"{where(op)}: all inputs must have one dtype. Received: {first} and {raw.dtype}.\n"
                f"  Convert one of them, as in x.astype('{'float32' if first.kind == 'f' else first}')."
            )


def not_an_array(op: Operator, value) -> ArgumentError:
    """Return the error for an input that is no NDArray."""
    if type_name(value) == "Symbol":
        hint = f"Inside hybrid_forward use the functions of F, as in F.{op.name}(...), not those of mx.nd."
    else:
        hint = "Make one with mx.nd.array(...), or mx.nd.from_numpy for an array that may be shared."
    return ArgumentError(f"{where(op)}: expected an NDArray. Received: {type_name(value)}.\n  {hint}")


def mixed_contexts(op: Operator, inputs: Sequence) -> ContextError:
    """Return the error for inputs on different devices."""
    contexts = ", ".join(str(x._ctx) for x in inputs if x is not None)
    return ContextError(
        f"{where(op)}: all inputs must be on one context. Received: {contexts}.\n"
        "  Move one of them, as in x.as_in_context(mx.cpu())."
    )


def in_graph(what: str) -> MXNetError:
    """Return the error for a write into an array that the tape may still need."""
    return MXNetError(
        f"{what}: assigning to an NDArray that is part of a recorded computation would make its gradient wrong.\n"
        "  Inside autograd.record() write y = y + 1 instead of y += 1; update weights behind that block."
    )
