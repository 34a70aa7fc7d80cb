"""Initializers: the values that parameters start with. API: MXNet 1.9.1's mxnet.initializer, also known as mx.init.

An initializer is called with the name of a parameter and its array. What it does depends on the name: a ``*_weight`` is
drawn as the initializer says, a ``*_bias`` or ``*_beta`` is 0, a ``*_gamma`` is 1. A variable that carries an
initializer of its own (``mx.sym.Variable(init=...)``) gets that one, whatever its name.
"""
import json
import logging
import math
import re

import numpy as np

from . import ndarray as nd
from .base import ArgumentError, NotFoundError, ShapeError
from .registry import get_alias_func, get_create_func, get_register_func

__all__ = [
    "Bilinear",
    "Constant",
    "FusedRNN",
    "InitDesc",
    "Initializer",
    "LSTMBias",
    "Load",
    "MSRAPrelu",
    "Mixed",
    "Normal",
    "One",
    "Orthogonal",
    "Uniform",
    "Xavier",
    "Zero",
    "alias",
    "create",
    "register",
]


class InitDesc(str):
    """The name of a parameter, with what else an initializer may want to know.

    Attributes
    ----------
    attrs : dict of the variable's attributes; "__init__" holds its own initializer as JSON
    global_init : Initializer that is used where a composite one has to choose
    """

    attrs: dict
    global_init: "Initializer | None"

    def __new__(cls, name, attrs=None, global_init=None):
        desc = super().__new__(cls, name)
        desc.attrs = attrs or {}
        desc.global_init = global_init
        return desc


class InitializerError(ArgumentError, AssertionError):
    """A parameter cannot be initialized. Also an AssertionError, which MXNet raises in some of these places."""


class Initializer:
    """Base of the initializers. To write one, derive and override ``_init_weight(name, arr)``, which fills ``arr``.

    >>> import mxlearn as mx
    >>> @mx.init.register
    ... class Ramp(mx.init.Initializer):
    ...     def _init_weight(self, name, arr):
    ...         arr[:] = mx.nd.arange(arr.size).reshape(arr.shape)
    >>> w = mx.nd.zeros((3,))
    >>> mx.init.create("ramp")("fc_weight", w)
    >>> w.asnumpy().tolist()
    [0.0, 1.0, 2.0]
    """

    def __init__(self, **kwargs):
        self._kwargs = kwargs
        self._verbose = False
        self._print_func = None

    def set_verbosity(self, verbose=False, print_func=None):
        """Log each parameter that is initialized, with ``print_func(arr)``, by default |arr| / sqrt(size)."""
        self._verbose = verbose
        self._print_func = print_func or (lambda arr: str((arr.norm() / math.sqrt(arr.size)).asscalar()))
        return self

    def dumps(self):
        """Return the JSON form, as a variable's "__init__" attribute holds it: ["xavier", {"magnitude": 3, ...}]."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, desc, arr):
        """Fill ``arr``.

        Parameters
        ----------
        desc : InitDesc or str, the parameter's name
        arr : NDArray

        Raises
        ------
        ArgumentError
            If the name says nothing about how to initialize it.
        """
        if not isinstance(desc, InitDesc):
            self._legacy_init(desc, arr)
            return
        if desc.global_init is None:
            desc.global_init = self
        own = desc.attrs.get("__init__", "")
        if own:
            create(own)._init_weight(desc, arr)
            self._log(desc, own, arr)
            return
        for suffix, kind in _SUFFIXES:
            if desc.endswith(suffix):
                getattr(self, f"_init_{kind}")(desc, arr)
                self._log(desc, suffix, arr)
                return
        self._init_default(desc, arr)

    def _legacy_init(self, name, arr):
        """Fill an array whose name is a plain str: old patterns come first."""
        if not isinstance(name, str):
            raise ArgumentError(f"name must be string. Received: {name!r}")
        for prefix, suffix, kind in _LEGACY:
            if name.startswith(prefix) and name.endswith(suffix):
                getattr(self, f"_init_{kind}")(name, arr)
                return
        self._init_default(name, arr)

    def _log(self, desc, kind, arr):
        if self._verbose and self._print_func:
            logging.info("Initialized %s as %s: %s", desc, kind, self._print_func(arr))

    # -- one method for each kind of parameter; subclasses override _init_weight, rarely another -----------------------
    def _init_weight(self, name, arr):
        raise NotImplementedError(f"{type(self).__name__} must override _init_weight")

    def _init_zero(self, _, arr):
        arr[:] = 0.0

    def _init_one(self, _, arr):
        arr[:] = 1.0

    def _init_bias(self, _, arr):
        arr[:] = 0.0

    def _init_gamma(self, _, arr):
        arr[:] = 1.0

    def _init_beta(self, _, arr):
        arr[:] = 0.0

    def _init_bilinear(self, _, arr):
        arr[:] = nd.array(_bilinear_kernel(arr.shape), ctx=arr.context, dtype=arr.dtype)

    def _init_loc_bias(self, _, arr):
        """Fill the bias of a spatial transformer's localization: the identity transformation."""
        if arr.shape != (6,):
            raise ShapeError(f"the bias of an affine localization has shape (6,). Received: {arr.shape}")
        arr[:] = nd.array([1.0, 0, 0, 0, 1.0, 0], ctx=arr.context, dtype=arr.dtype)

    def _init_default(self, name, _):
        raise ArgumentError(
            f"Unknown initialization pattern for {name}. Default initialization is now limited to "
            '"weight", "bias", "gamma" (1.0), and "beta" (0.0).\n'
            "  Please use mx.sym.Variable(init=mx.init.*) to set initialization pattern."
        )

    def __eq__(self, other):
        if not isinstance(other, Initializer):
            return NotImplemented
        return type(self) is type(other) and self._kwargs == other._kwargs

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self._kwargs.items())})"


_SUFFIXES = (
    ("weight", "weight"),
    ("bias", "bias"),
    ("gamma", "gamma"),
    ("beta", "beta"),
    ("min", "zero"),
    ("max", "one"),
)
_LEGACY = (  # prefix, suffix, kind
    ("upsampling", "", "bilinear"),
    ("stn_loc", "weight", "zero"),
    ("stn_loc", "bias", "loc_bias"),
    ("", "bias", "bias"),
    ("", "gamma", "gamma"),
    ("", "beta", "beta"),
    ("", "weight", "weight"),
    ("", "moving_mean", "zero"),
    ("", "moving_var", "one"),
    ("", "moving_inv_var", "zero"),
    ("", "moving_avg", "zero"),
    ("", "min", "zero"),
    ("", "max", "one"),
)

register = get_register_func(Initializer, "initializer")
alias = get_alias_func(Initializer, "initializer")
create = get_create_func(Initializer, "initializer")


# -- constants ---------------------------------------------------------------------------------------------------------
@register
@alias("zeros")
class Zero(Initializer):
    """All weights 0."""

    def _init_weight(self, _, arr):
        arr[:] = 0.0


@register
@alias("ones")
class One(Initializer):
    """All weights 1."""

    def _init_weight(self, _, arr):
        arr[:] = 1.0


@register
class Constant(Initializer):
    """All weights ``value``: a number, or an array of the weight's shape."""

    def __init__(self, value):
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, _, arr):
        value = self.value
        if isinstance(value, nd.NDArray):
            value = value.asnumpy()
        arr[:] = value if isinstance(value, (int, float)) else np.asarray(value, arr.dtype)

    def dumps(self):
        value = self.value
        if isinstance(value, nd.NDArray):
            value = value.asnumpy()
        return json.dumps(["constant", {"value": np.asarray(value).tolist()}])

    def __eq__(self, other):
        return type(other) is Constant and self.dumps() == other.dumps()


# -- random numbers ----------------------------------------------------------------------------------------------------
def _uniform(arr, bound):
    arr[:] = nd.random.uniform(-bound, bound, shape=arr.shape, dtype=_drawn(arr), ctx=arr.context)


def _normal(arr, sigma):
    arr[:] = nd.random.normal(0, sigma, shape=arr.shape, dtype=_drawn(arr), ctx=arr.context)


def _drawn(arr):
    return arr.dtype if np.dtype(arr.dtype).kind == "f" else "float32"


@register
class Uniform(Initializer):
    """Weights uniform in [-scale, scale)."""

    def __init__(self, scale=0.07):
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, _, arr):
        _uniform(arr, self.scale)


@register
class Normal(Initializer):
    """Weights normal with mean 0 and standard deviation ``sigma``."""

    def __init__(self, sigma=0.01):
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, _, arr):
        _normal(arr, self.sigma)


@register
class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns (whichever are fewer), times ``scale``.

    The matrix is (shape[0], product of the rest). Numbers are drawn from the context's generator, so that
    mx.random.seed makes them repeatable (MXNet 1.9.1 draws them from NumPy's).

    Parameters
    ----------
    scale : length of each row or column
    rand_type : "uniform" or "normal": of the matrix that is made orthogonal

    References: Saxe, McClelland and Ganguli 2014.
    """

    def __init__(self, scale=1.414, rand_type="uniform"):
        super().__init__(scale=scale, rand_type=rand_type)
        if rand_type not in ("uniform", "normal"):
            raise ArgumentError(f"Orthogonal: rand_type must be 'uniform' or 'normal'. Received: {rand_type!r}")
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, _, arr):
        rows, columns = arr.shape[0], int(np.prod(arr.shape[1:]))
        draw = nd.random.uniform if self.rand_type == "uniform" else nd.random.normal
        low, high = (-1, 1) if self.rand_type == "uniform" else (0, 1)  # normal: mean and deviation
        start = draw(low, high, shape=(rows, columns), ctx=arr.context).asnumpy().astype("float64")
        left, _, right = np.linalg.svd(start, full_matrices=False)
        matrix = left if left.shape == start.shape else right
        arr[:] = (self.scale * matrix).reshape(arr.shape).astype(arr.dtype)


@register
class Xavier(Initializer):
    """Weights on a scale that keeps the variance of activations (or gradients) alike in all layers.

    The scale is ``s = sqrt(magnitude / fan)``; fan_in is shape[1], fan_out shape[0], each times the size of a
    convolution's window.

    Parameters
    ----------
    rnd_type : "uniform" in [-s, s), or "gaussian" of standard deviation s
    factor_type : which fan: "avg" of both, "in" or "out"
    magnitude : 3 for Glorot's, 2 with "gaussian" and "in" for He's

    References: Glorot and Bengio 2010, equation 16.
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude: float = 3):
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = float(magnitude)

    def _init_weight(self, name, arr):
        shape = arr.shape
        if len(shape) < 2:
            raise ShapeError(
                f"Xavier initializer cannot be applied to vector {name}. It requires at least 2D. Received: {shape}"
            )
        window = float(np.prod(shape[2:]))
        fan_in, fan_out = shape[1] * window, shape[0] * window
        fans = {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}
        if self.factor_type not in fans:
            raise ArgumentError(f"Incorrect factor type {self.factor_type!r}: expected 'avg', 'in' or 'out'")
        if self.rnd_type not in ("uniform", "gaussian"):
            raise ArgumentError(f"Unknown random type {self.rnd_type!r}: expected 'uniform' or 'gaussian'")
        if not fans[self.factor_type]:
            return  # an empty array has nothing to fill
        scale = math.sqrt(self.magnitude / fans[self.factor_type])
        if self.rnd_type == "uniform":
            _uniform(arr, scale)
        else:
            _normal(arr, scale)


@register
class MSRAPrelu(Xavier):
    """Xavier's for layers that are followed by a leaky relu: gaussian, magnitude ``2 / (1 + slope**2)``.

    Parameters
    ----------
    factor_type : as in Xavier
    slope : of the leaky relu at negative values

    References: He et al. 2015, Delving Deep into Rectifiers, equation 15.
    """

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}


# -- special layers ----------------------------------------------------------------------------------------------------
def _bilinear_kernel(shape) -> np.ndarray:
    """Return the kernel of bilinear upsampling, (..., height, width), for every pair of channels."""
    if len(shape) != 4:
        raise ShapeError(f"Bilinear: expected a shape (out, in, height, width). Received: {shape}")
    factor = math.ceil(shape[3] / 2.0)
    center = (2 * factor - 1 - factor % 2) / (2.0 * factor)
    columns = 1 - np.abs(np.arange(shape[3]) / factor - center)
    rows = 1 - np.abs(np.arange(shape[2]) / factor - center)
    return np.broadcast_to(np.outer(rows, columns), shape).astype("float32")


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
