"""Look at a Block without leaving a trace: the layers that it is made of, and a run in which no hook is called."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager


def leaves(block) -> list:
    """Return the layers of a Block, in the order in which they were registered.

    A layer is a Block without children, or one with parameters of its own whose children have none: a Conv2D or a Dense
    with its activation is one layer.

    Parameters
    ----------
    block : gluon.Block

    Returns
    -------
    list of Block, each once; ``[block]`` for a Block without children

    Examples
    --------
    >>> net = mx.gluon.nn.HybridSequential(prefix="net_")
    >>> with net.name_scope():
    ...     net.add(mx.gluon.nn.Dense(3, activation="relu"), mx.gluon.nn.Dropout(0.5))
    >>> [layer.name for layer in mx.inspection.blocks.leaves(net)]
    ['net_dense0', 'net_dropout0']
    """
    found: dict[int, object] = {}

    def visit(each) -> None:
        children = list(each._children.values())
        whole = len(each.params) > 0 and not any(len(child.collect_params()) for child in children)
        if not children or whole:
            found.setdefault(id(each), each)
            return
        for child in children:
            visit(child)

    visit(block)
    return list(found.values())


@contextmanager
def quiet(block) -> Iterator[None]:
    """Call no hook of a Block, nor of those in it, inside the ``with`` block; afterwards they are there as before.

    Hooks that are registered inside the ``with`` block are called, and gone with it.

    Parameters
    ----------
    block : gluon.Block

    Examples
    --------
    >>> net = mx.gluon.nn.Flatten()
    >>> handle = net.register_forward_hook(lambda *_: print("seen"))
    >>> with mx.inspection.blocks.quiet(net):
    ...     _ = net(mx.nd.ones((1, 2)))
    >>> _ = net(mx.nd.ones((1, 2)))
    seen
    """
    names = ("_forward_hooks", "_forward_pre_hooks", "_op_hook")
    kept: list[tuple[object, str, object]] = []
    seen: set[int] = set()

    def silence(each) -> None:
        if id(each) in seen:
            return
        seen.add(id(each))
        for name in names:
            if name in each.__dict__:
                kept.append((each, name, each.__dict__[name]))
                each.__dict__[name] = None if name == "_op_hook" else OrderedDict()

    block.apply(silence)
    try:
        yield
    finally:
        for each, name, hooks in kept:
            each.__dict__[name] = hooks
