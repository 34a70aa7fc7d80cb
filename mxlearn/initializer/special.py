"""Initializers of special layers, and those that choose among others by the name of the parameter."""
import logging
import re

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, NotFoundError, ShapeError
from .base import InitDesc, Initializer, InitializerError, create, register


@register
class Bilinear(Initializer):
    """The kernel of bilinear interpolation, for Deconvolution layers that upsample."""

    def _init_weight(self, _, arr):
        self._init_bilinear(_, arr)


@register
class LSTMBias(Initializer):
    """The bias of an LSTM: 0, but ``forget_bias`` for the forget gate, the second of its four parts."""

    def __init__(self, forget_bias=1.0):
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = forget_bias

    def _init_weight(self, name, arr):
        hidden = arr.shape[0] // 4
        value = np.zeros(arr.shape, arr.dtype)
        value[hidden : 2 * hidden] = self.forget_bias
        arr[:] = value


_GATES = {
    "rnn_relu": ("",),
    "rnn_tanh": ("",),
    "lstm": ("_i", "_f", "_c", "_o"),
    "gru": ("_r", "_z", "_o"),
}


@register
class FusedRNN(Initializer):
    """The packed parameter vector of a fused RNN: ``init`` for each matrix and bias in it.

    The vector holds, for each layer and direction, the input and the recurrent weights of all gates, and behind all of
    these the biases in the same order.

    Parameters
    ----------
    init : Initializer, its JSON form or name; None: the global one
    num_hidden, num_layers : of the RNN
    mode : "rnn_relu", "rnn_tanh", "lstm" or "gru"
    bidirectional : whether each layer has two directions
    forget_bias : value of the LSTM's forget gate biases
    """

    def __init__(self, init, num_hidden, num_layers, mode, bidirectional=False, forget_bias=1.0):
        if mode not in _GATES:
            raise ArgumentError(f"FusedRNN: mode must be one of {', '.join(_GATES)}. Received: {mode!r}")
        if isinstance(init, str):
            init = create(init)
        super().__init__(
            init=None if init is None else init.dumps(),
            num_hidden=num_hidden,
            num_layers=num_layers,
            mode=mode,
            bidirectional=bidirectional,
            forget_bias=forget_bias,
        )
        self._init = init
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._forget_bias = forget_bias

    def _init_weight(self, desc, arr):
        init = self._init or getattr(desc, "global_init", None)
        if init is None:
            raise ArgumentError("FusedRNN: no initializer.\n  Pass init=, or a global initializer.")
        parts = []
        for name, shape in self._parts(arr.size):
            part = nd.zeros(shape, ctx=arr.context, dtype=arr.dtype)
            if self._mode == "lstm" and name.endswith("_f_bias"):
                part[:] = self._forget_bias
            else:
                init(InitDesc(name, global_init=getattr(desc, "global_init", None)), part)
            parts.append(part.reshape((-1,)))
        arr[:] = nd.concat(*parts, dim=0).reshape(arr.shape)

    def _parts(self, size):
        """Return (name, shape) of each part of a vector of ``size`` numbers, in order."""
        hidden, gates = self._num_hidden, _GATES[self._mode]
        directions = ("l", "r") if self._bidirectional else ("l",)
        width = len(gates) * hidden * len(directions)
        later = (self._num_layers - 1) * width * (hidden * len(directions) + hidden + 2)
        inputs, rest = divmod(size - later - width * (hidden + 2), width)
        if inputs < 1 or rest:
            raise ShapeError(
                f"FusedRNN: {size} numbers do not make {self._num_layers} layers of {hidden} units ({self._mode})."
            )
        weights, biases = [], []
        for layer in range(self._num_layers):
            columns = {"i2h": hidden * len(directions) if layer else inputs, "h2h": hidden}
            for direction in directions:
                for source in ("i2h", "h2h"):
                    for gate in gates:
                        name = f"{direction}{layer}_{source}{gate}"
                        weights.append((f"{name}_weight", (hidden, columns[source])))
                        biases.append((f"{name}_bias", (hidden,)))
        return weights + biases


# -- composites --------------------------------------------------------------------------------------------------------
class Load:
    """Take values from a file or dict of arrays.

    Parameters
    ----------
    param : path of a .params file, or dict from name to NDArray; prefixes "arg:" and "aux:" are dropped
    default_init : Initializer for names that are missing there, None: raise
    verbose : log where each value came from
    """

    def __init__(self, param, default_init=None, verbose=False):
        if isinstance(param, str):
            param = nd.load(param)
        if not isinstance(param, dict):
            raise ArgumentError(f"Load: expected a dict of arrays, or a file with names, not a {type(param).__name__}")
        self.param = {name.removeprefix("arg:").removeprefix("aux:"): arr for name, arr in param.items()}
        self.default_init = default_init
        self.verbose = verbose

    def __call__(self, name, arr):
        if name in self.param:
            loaded = self.param[name]
            if arr.shape != loaded.shape:
                raise _LoadError(
                    f"Parameter {name} cannot be initialized from loading. "
                    f"Shape mismatch, target {arr.shape} vs loaded {loaded.shape}"
                )
            arr[:] = loaded.asnumpy().astype(arr.dtype)
            if self.verbose:
                logging.info("Initialized %s by loading", name)
            return
        if self.default_init is None:
            raise InitializerError(
                f"Cannot Initialize {name}. Not found in loaded param and no default Initializer is provided."
            )
        self.default_init(name, arr)
        if self.verbose:
            logging.info("Initialized %s by default", name)


class _LoadError(ShapeError, AssertionError):
    """A loaded array has another shape. Also an AssertionError, which MXNet raises here."""


class Mixed:
    """Choose an initializer by the name of the parameter.

    Parameters
    ----------
    patterns : list of regular expressions; the first that matches at the begin of the name decides
    initializers : list of as many initializers

    >>> import mxlearn as mx
    >>> init = mx.init.Mixed(["embed.*", ".*"], [mx.init.One(), mx.init.Zero()])
    >>> w = mx.nd.zeros((1,))
    >>> init("embed_weight", w)
    >>> w.asscalar()
    np.float32(1.0)
    """

    def __init__(self, patterns, initializers):
        if len(patterns) != len(initializers):
            raise InitializerError(f"Mixed: {len(patterns)} patterns, but {len(initializers)} initializers")
        self.map = list(zip([re.compile(pattern) for pattern in patterns], initializers, strict=True))

    def __call__(self, name, arr):
        for pattern, init in self.map:
            if pattern.match(name):
                init(name, arr)
                return
        raise NotMatchedError(
            f"Parameter name {name} did not match any pattern.\n"
            '  Consider adding a ".*" pattern at the end, with a default Initializer.'
        )


class NotMatchedError(NotFoundError, ArgumentError):
    """No pattern of Mixed matches a name."""
