"""Containers, dense layers, dropout, embedding and functions as layers.

References: MXNet 1.9.1 module mxnet.gluon.nn.basic_layers.
"""
from collections.abc import Callable

from ... import ndarray as nd
from ... import symbol as sym
from ...base import ArgumentError
from ...util import is_np_array
from ..block import Block, HybridBlock
from ..utils import _indent
from .activations import Activation

__all__ = [
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "HybridLambda",
    "HybridSequential",
    "Lambda",
    "Sequential",
]


class _Container(Block):
    """What Sequential and HybridSequential share: children in order, by index, slice and iteration."""

    def add(self, *blocks) -> None:
        """Append layers."""
        for block in blocks:
            self.register_child(block)

    def __repr__(self) -> str:
        body = "\n".join(f"  ({key}): {_indent(repr(block), 2)}" for key, block in self._children.items())
        return f"{type(self).__name__}(\n{body}\n)"

    def __getitem__(self, key):
        layers = list(self._children.values())
        if isinstance(key, int) and not -len(layers) <= key < len(layers):
            raise IndexError(
                f"{type(self).__name__} '{self.name}': there is no layer {key}; it has {len(layers)} layers"
            )
        layers = layers[key]
        if isinstance(layers, list):
            net = type(self)(prefix=self._prefix)
            with net.name_scope():
                net.add(*layers)
            return net
        return layers

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self):
        return iter(self._children.values())


class Sequential(_Container):
    """Layers one after the other.

    Examples
    --------
    >>> net = mx.gluon.nn.Sequential()
    >>> net.add(mx.gluon.nn.Dense(3), mx.gluon.nn.Dense(2))
    >>> net.initialize()
    >>> net(mx.nd.ones((4, 5))).shape
    (4, 2)
    """

    def forward(self, x, *args):
        """Feed each layer with the output of the one before."""
        for block in self._children.values():
            x = block(x, *args)
            args = []
            if isinstance(x, (tuple, list)):
                args = x[1:]
                x = x[0]
        return (x, *args) if args else x

    def hybridize(self, active: bool = True, **kwargs) -> None:
        """Let the layers compile their graphs; a HybridSequential compiles all of them as one."""
        if self._children and all(isinstance(c, HybridBlock) for c in self._children.values()):
            import warnings

            warnings.warn(
                f"All children of this Sequential layer '{self.prefix}' are HybridBlocks. Consider using"
                " HybridSequential for the best performance.",
                stacklevel=2,
            )
        super().hybridize(active, **kwargs)


class HybridSequential(_Container, HybridBlock):
    """Layers one after the other, which hybridize() compiles as one graph.

    Examples
    --------
    >>> net = mx.gluon.nn.HybridSequential()
    >>> net.add(mx.gluon.nn.Dense(3, activation="relu"), mx.gluon.nn.Dense(2))
    >>> net.initialize()
    >>> net.hybridize()
    >>> net(mx.nd.ones((4, 5))).shape
    (4, 2)
    """

    def hybrid_forward(self, F, x, *args):
        for block in self._children.values():
            x = block(x, *args)
            args = []
            if isinstance(x, (tuple, list)):
                args = x[1:]
                x = x[0]
        return (x, *args) if args else x


class Dense(HybridBlock):
    """The fully connected layer: activation(x weight^T + bias).

    Parameters
    ----------
    units : int, number of outputs
    activation : name of an activation, None for none
    use_bias : bool
    flatten : whether all axes but the first are joined; otherwise the last axis is transformed
    weight_initializer, bias_initializer : Initializer
    in_units : int, number of inputs; 0 lets the first forward pass find it

    Input (batch, ...), output (batch, units); with flatten=False (..., in_units) and (..., units).

    References: MXNet 1.9.1 class mxnet.gluon.nn.Dense.
    """

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        use_bias: bool = True,
        flatten: bool = True,
        dtype="float32",
        weight_initializer=None,
        bias_initializer="zeros",
        in_units: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._flatten = flatten
        self._units = units
        self._in_units = in_units
        with self.name_scope():
            self.weight = self.params.get(
                "weight", shape=(units, in_units), init=weight_initializer, dtype=dtype, allow_deferred_init=True
            )
            self.bias = None
            if use_bias:
                self.bias = self.params.get(
                    "bias", shape=(units,), init=bias_initializer, dtype=dtype, allow_deferred_init=True
                )
            self.act = Activation(activation, prefix=activation + "_") if activation is not None else None

    def hybrid_forward(self, F, x, weight, bias=None):
        out = F.FullyConnected(
            x, weight, bias, no_bias=bias is None, num_hidden=self._units, flatten=self._flatten, name="fwd"
        )
        return out if self.act is None else self.act(out)

    def __repr__(self) -> str:
        shape = self.weight.shape
        mapping = f"{shape[1] if shape[1] else None} -> {shape[0]}"
        return f"{type(self).__name__}({mapping}, {self.act or 'linear'})"


class Dropout(HybridBlock):
    """Set elements to zero with probability ``rate`` while training, and scale the rest by 1 / (1 - rate).

    Parameters
    ----------
    rate : float from 0 to 1
    axes : axes along which one mask is shared

    References: Srivastava et al. 2014, Dropout.
    """

    def __init__(self, rate: float, axes=(), **kwargs):
        super().__init__(**kwargs)
        self._rate = rate
        self._axes = axes

    def hybrid_forward(self, F, x):
        if self._rate > 0:
            return F.Dropout(x, p=self._rate, axes=self._axes, name="fwd", cudnn_off=False)
        return F.identity(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p = {self._rate}, axes={self._axes})"


class Embedding(HybridBlock):
    """Turn integer indices into learned vectors.

    Parameters
    ----------
    input_dim : int, number of different indices
    output_dim : int, length of each vector
    sparse_grad : let the gradient of the weight be row-sparse: a lazy optimizer then steps on the rows of a batch alone

    Input of any shape, output the same shape with an axis of ``output_dim`` behind.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        dtype="float32",
        weight_initializer=None,
        sparse_grad: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._input_dim = input_dim
        self._output_dim = output_dim
        self._kwargs = {"input_dim": input_dim, "output_dim": output_dim, "dtype": dtype, "sparse_grad": sparse_grad}
        with self.name_scope():
            self.weight = self.params.get(
                "weight",
                shape=(input_dim, output_dim),
                init=weight_initializer,
                dtype=dtype,
                allow_deferred_init=True,
                grad_stype="row_sparse" if sparse_grad else "default",
            )

    def hybrid_forward(self, F, x, weight):
        return F.Embedding(x, weight, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._input_dim} -> {self._output_dim}, {self._kwargs['dtype']})"


class Flatten(HybridBlock):
    """Join all axes but the first."""

    def hybrid_forward(self, F, x):
        return F.Flatten(x)

    def __repr__(self) -> str:
        return type(self).__name__


def _named_function(function, what: str, *modules) -> tuple[Callable, str]:
    """Return (function, name) for a function or the name of an operator."""
    if isinstance(function, str):
        for module in modules:
            if not hasattr(module, function):
                raise ArgumentError(f"{what}: there is no function {function!r} in {module.__name__}")
        return getattr(modules[0], function), function
    if callable(function):
        return function, getattr(function, "__name__", type(function).__name__)
    raise ArgumentError(f"{what}: expected a function or the name of an operator. Received: {function!r}")


class Lambda(Block):
    """A function of NDArrays as a layer.

    Parameters
    ----------
    function : callable, or the name of a function of mx.nd
    """

    def __init__(self, function, prefix: str | None = None):
        super().__init__(prefix=prefix)
        modules = (nd,)
        if is_np_array() and isinstance(function, str) and not hasattr(nd, function):
            from ... import numpy as mx_np
            from ... import numpy_extension as mx_npx

            modules = (mx_np,) if hasattr(mx_np, function) else (mx_npx,)
        self._func_impl, self._func_name = _named_function(function, "Lambda", *modules)

    def forward(self, *args):
        """Call the function."""
        return self._func_impl(*args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_name})"


class HybridLambda(HybridBlock):
    """A function ``f(F, x, ...)`` as a layer that can be compiled.

    Parameters
    ----------
    function : callable whose first parameter is F, or the name of a function of mx.nd and mx.sym
    """

    def __init__(self, function, prefix: str | None = None):
        super().__init__(prefix=prefix)
        implementation, self._func_name = _named_function(function, "HybridLambda", nd, sym)
        if isinstance(function, str):
            self._func = lambda F, *args: getattr(F, function)(*args)
        else:
            self._func = implementation

    def hybrid_forward(self, F, x, *args):
        return self._func(F, x, *args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._func_name})"
