"""Watching a program run: every tensor that a node writes, and if asked also what it reads, under MXNet's names."""
from collections.abc import Callable, Sequence
from typing import Any

from .graph import Node


class Observer:
    """Calls ``callback(name, operator name, raw array)`` for each tensor, in the order in which the program runs.

    Outputs are named node_output, such as "fc1_output"; an input is named node_input, such as "fc1_data", and a
    variable before its first use by its own name. Hidden outputs are shown too.

    Parameters
    ----------
    inputs : whether inputs are shown as well
    """

    def __init__(self, callback: Callable[[str, str, Any], object], inputs: bool = False):
        self._callback = callback
        self._inputs = inputs
        self._seen: set[Node] = set()

    def __call__(self, node: Node, values: Sequence[Any], results: Sequence[Any]) -> None:
        """Show one node that has just been computed, with the raw values of its inputs and outputs."""
        op = node.op
        if self._inputs:
            names = op.input_names(node.attrs, len(node.inputs))
            for entry, name, value in zip(node.inputs, names, values, strict=False):
                if entry is None or value is None:
                    continue
                source = entry[0]
                if source.op is None and source not in self._seen:
                    self._seen.add(source)
                    self._callback(str(source.name), op.name, value)
                self._callback(f"{node.name}_{name}", op.name, value)
        for name, value in zip(op.output_names(node.attrs), results, strict=False):
            if hasattr(value, "dtype"):  # what a loop keeps for its backward pass is no tensor
                self._callback(f"{node.name}_{name}", op.name, value)
