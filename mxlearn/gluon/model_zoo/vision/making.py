"""What the families share: layers in a row, and networks whose parameters were trained before."""
import os
from typing import TypeVar

from ....context import Context, cpu
from ...block import HybridBlock
from ...nn import HybridSequential
from .. import model_store

ROOT = model_store.ROOT
Network = TypeVar("Network", bound=HybridBlock)


def row(*layers: HybridBlock, prefix: str | None = "") -> HybridSequential:
    """Return layers one after the other; with the empty prefix their names are those of the enclosing scope."""
    layers_in_order = HybridSequential(prefix=prefix)
    layers_in_order.add(*layers)
    return layers_in_order


def trained(
    net: Network, name: str, pretrained: bool, ctx: Context | list[Context] | None, root: str | os.PathLike
) -> Network:
    """Return ``net``, with ``pretrained`` after reading its parameters from the folder ``root``."""
    if pretrained:
        net.load_parameters(model_store.get_model_file(name, root), ctx=cpu() if ctx is None else ctx)
    return net
