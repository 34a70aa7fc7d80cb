"""Copies between devices."""
from .. import backend
from ..core.operator import operator


@operator(elementwise=True, identity=True)  # a compiled program runs on one device
def _copyto(xp, data, *, source: str, target: str):
    """Copy an array from one context to another, such as "cpu(0)" to "gpu(0)".

    Recorded by ``as_in_context``; the gradient is copied back.

    >>> mx.nd.ones((2,)).as_in_context(mx.cpu(1)).context
    cpu(1)

    References: MXNet 1.9.1 operator _copyto.
    """
    kind, _, number = target.rstrip(")").partition("(")
    return backend.transfer(data, kind, int(number))


@_copyto.gradient
def _(F, g, *, source, target):
    return F._copyto(g, source=target, target=source)


@operator(elementwise=True)
def _CrossDeviceCopy(xp, data, *, source: str, target: str):
    """Copy an array between two devices of one graph; an executor bound with group2ctx puts it there.

    >>> mx.nd._internal._CrossDeviceCopy(mx.nd.ones((2,)), source="cpu(0)", target="cpu(1)").shape
    (2,)

    References: MXNet 1.9.1 operator _CrossDeviceCopy.
    """
    kind, _, number = target.rstrip(")").partition("(")
    return backend.transfer(data, kind, int(number))


@_CrossDeviceCopy.gradient
def _(F, g, *, source, target):
    return F._CrossDeviceCopy(g, source=target, target=source)
