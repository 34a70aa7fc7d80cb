"""The table that ``Block.summary`` prints."""
from typing import Any

from ..base import MXNetError
from ..ndarray import NDArray
from ..symbol import Symbol
from .block import Block, HybridBlock
from .block.structure import flatten

_LINE = "{:>20}  {:>42} {:>15}"
_WIDTH = 80


def print_summary(block: Block, inputs: tuple) -> None:
    """Print layer, output shape and number of parameters of each Block for a forward pass on ``inputs``.

    Sequential and HybridSequential get no row of their own, as in MXNet.

    Raises
    ------
    MXNetError
        If a Block is hybridized and active: its children do not run one by one then.
    """
    from .nn import HybridSequential, Sequential  # layers are made of blocks: they can be asked for only now

    rows: list[tuple[str, Any, int, int, int]] = []
    seen: set = set()
    handles: list = []

    def describe(args) -> str:
        """Return the shapes of nested lists of arrays; the outermost list has no brackets, as in MXNet."""

        def shown(value) -> str:
            if isinstance(value, (list, tuple)):
                return f"[{', '.join(map(shown, value))}]"
            return str(value.shape) if isinstance(value, NDArray) else "None"

        return ", ".join(map(shown, args)) if isinstance(args, (list, tuple)) else shown(args)

    def register(target: Block) -> None:
        if isinstance(target, HybridBlock) and target._active:
            raise MXNetError(
                f'"{target.name}" must not be hybridized to print a summary.\n  Call net.hybridize(False) first.'
            )

        def hook(current: Block, _, output) -> None:
            if isinstance(flatten(output)[0][0], Symbol):  # traced, to find deferred shapes: MXNet shows such rows
                return
            total = trainable = shared = 0
            for parameter in current.params.values():
                size = 1
                for extent in parameter.shape:
                    size *= extent
                total += size
                trainable += size * (parameter.grad_req != "null")
                shared += size * (parameter in seen)
                seen.add(parameter)
            name = f"{type(current).__name__}-{len(rows)}"
            rows.append((name, describe(output), total, trainable, shared))

        if not isinstance(target, (Sequential, HybridSequential)):
            handles.append(target.register_forward_hook(hook))

    rows.append(("Input", describe(list(inputs)), 0, 0, 0))
    try:
        block.apply(register)
        block(*inputs)
    finally:
        for handle in handles:
            handle.detach()
    print("-" * _WIDTH)
    print(_LINE.format("Layer (type)", "Output Shape", "Param #"))
    print("=" * _WIDTH)
    for name, shape, total, _, _ in rows:
        print(_LINE.format(name, str(shape), total))
    total, trainable, shared = (sum(column) for column in list(zip(*rows, strict=True))[2:])
    print("=" * _WIDTH)
    print(f"Parameters in forward computation graph, duplicate included\n   Total params: {total}")
    print(f"   Trainable params: {trainable}\n   Non-trainable params: {total - trainable}")
    print(f"Shared params in forward computation graph: {shared}")
    print(f"Unique parameters in model: {total - shared}")
    print("-" * _WIDTH)
