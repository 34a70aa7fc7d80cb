"""The local Jacobian of one node of a tape, by the node's own gradient rule: a backward pass through it alone."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from .. import autograd, backend
from ..core.graph import Node
from ..core.operator import Like
from ..ndarray.array import wrap
from .formulas import stretched
from .steps import DENSE, Jacobian, Reduction
from .structures import COMPILED, LOSS, OWN, is_broadcast, is_elementwise, structure

Sent = tuple[int, Any, Any, Any]  # position of an input, its contribution, what was there, the sum


def jacobians(
    node: Node, upstream: Sequence[Any], sent: Sequence[Sent], ctx: Any
) -> list[tuple[Jacobian, Reduction | None]]:
    """Return the Jacobian for each contribution of a node, and the sum that undid a broadcast.

    Parameters
    ----------
    upstream : raw gradient of each output, None for a hidden one
    """
    outs = [out for out in upstream if out is not None]
    rows = sum(int(out.size) for out in outs)
    found: list[tuple[Jacobian, Reduction | None]] = []
    seeds: list[dict[int, Any]] | None = None
    for position, value, _, _ in sent:
        text = structure(node, position)
        shape = (rows, int(value.size))
        small = 0 < rows <= DENSE and 0 < shape[1] <= DENSE
        dense = derivative = reduction = None
        if text in (OWN, COMPILED, LOSS):
            found.append((Jacobian(shape, text), None))
            continue
        if is_elementwise(node) and value.shape == outs[0].shape:
            derivative = _pass(node, _ones(upstream), ctx).get(position)
            if derivative is not None and small:
                dense = np.diag(host(derivative).ravel())
        elif is_broadcast(node) and rows:
            whole = _stretched(node, outs[0].shape)
            derivative = _pass(whole, _ones(upstream), ctx).get(position)
            if value.shape != outs[0].shape:
                before = _pass(whole, upstream, ctx).get(position)
                reduction = Reduction(host(before), stretched(value.shape, outs[0].shape))
            if derivative is not None and small:
                dense = _repeated(host(derivative), value.shape)
        elif small:
            seeds = seeds or [_pass(node, unit, ctx) for unit in _units(upstream)]
            dense = np.stack([_row(seed.get(position), shape[1]) for seed in seeds])
        kind = text if not _is_not_linear(dense, outs, value) else LOSS
        found.append(
            (
                Jacobian(
                    shape,
                    kind,
                    None if kind is LOSS else dense,
                    None if derivative is None else host(derivative),
                ),
                reduction,
            )
        )
    return found


def _pass(node: Node, gradients: Sequence[Any], ctx: Any) -> dict[int, Any]:
    """Run the reverse pass through a node alone; return the gradient of each input that is on the tape."""
    sources = [Node(None, (), {}, f"input{k}") for k in range(len(node.inputs))]
    entries = tuple(
        None if entry is None else (source, 0) for entry, source in zip(node.inputs, sources, strict=True)
    )
    alone = Node(node.op, entries, node.attrs, node.name, node.num_outputs, node.saved, node.scope)
    alone.training = node.training
    heads, seeds = [], []
    for k, raw in enumerate(gradients):
        if raw is None:
            continue
        head = wrap(raw, ctx)
        head._entry = (alone, k)
        heads.append(head)
        seeds.append(wrap(raw, ctx))
    results, _ = autograd.reverse_raw(heads, seeds, True)
    return {k: results[source][0] for k, source in enumerate(sources) if source in results}


def _ones(upstream: Sequence[Any]) -> list[Any]:
    return [None if out is None else module_of(out).ones_like(out) for out in upstream]


def _units(upstream: Sequence[Any]) -> list[list[Any]]:
    """Return for each output element the gradients that are 1 there and 0 everywhere else."""
    found = []
    for k, out in enumerate(upstream):
        if out is None:
            continue
        for element in range(int(out.size)):
            unit: list[Any] = [None if e is None else module_of(e).zeros(e.shape, e.dtype) for e in upstream]
            unit[k].reshape(-1)[element] = 1
            found.append(unit)
    return found


def _row(value: Any, size: int) -> np.ndarray:
    return np.zeros(size) if value is None else host(value).ravel()


def _stretched(node: Node, shape: tuple[int, ...]) -> Node:
    """Return a broadcasting node as if both of its inputs had been stretched before: then nothing is summed."""
    saved = []
    for source, value in zip(node.op.rule.kept, node.saved or (), strict=True):
        if isinstance(value, Like):
            value = Like(shape, value.dtype)
        elif isinstance(source, int) and source >= 0 and value is not None:
            value = module_of(value).broadcast_to(value, shape)
        saved.append(value)
    return Node(node.op, node.inputs, node.attrs, node.name, 1, tuple(saved), node.scope)


def _repeated(derivative: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the dense Jacobian of an elementwise node for an input that was stretched to the output's shape."""
    places = np.broadcast_to(np.arange(prod(shape)).reshape(shape), derivative.shape).ravel()
    dense = np.zeros((derivative.size, prod(shape)), derivative.dtype)
    dense[np.arange(derivative.size), places] = derivative.ravel()
    return dense


def _is_not_linear(dense: np.ndarray | None, outs: Sequence[Any], value: Any) -> bool:
    """Tell whether upstream x Jacobian is not the contribution: the rule of a loss layer is none of a derivative."""
    if dense is None:
        return False
    g = np.concatenate([host(out).ravel() for out in outs]).astype(np.float64)
    with np.errstate(all="ignore"):
        product = g @ dense.astype(np.float64)
        given = host(value).ravel().astype(np.float64)
        finite = np.isfinite(product) & np.isfinite(given)
        scale = float(np.abs(given[finite]).max(initial=0.0))
        error = np.abs(product - given)[finite].max(initial=0.0)
    return bool(error > 1e-2 * scale + 1e-6 * float(np.abs(dense[np.isfinite(dense)]).max(initial=0.0)))


def module_of(raw: Any) -> Any:
    """Return the array module of what a rule returned: of an array without dimensions NumPy makes a number."""
    return np if isinstance(raw, np.generic) else backend.module_of(raw)


def host(raw: Any) -> np.ndarray:
    """Return what a rule returned as a NumPy array that nobody can write."""
    view = np.asarray(raw) if isinstance(raw, np.generic) else backend.to_numpy(raw).view()
    view.flags.writeable = False
    return view

