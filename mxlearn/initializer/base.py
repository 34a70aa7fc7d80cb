"""The base of all initializers: which method fills a parameter follows from its name."""
import json
import logging
import math

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, ShapeError
from ..registry import get_alias_func, get_create_func, get_register_func


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


def _bilinear_kernel(shape) -> np.ndarray:
    """Return the kernel of bilinear upsampling, (..., height, width), for every pair of channels."""
    if len(shape) != 4:
        raise ShapeError(f"Bilinear: expected a shape (out, in, height, width). Received: {shape}")
    factor = math.ceil(shape[3] / 2.0)
    center = (2 * factor - 1 - factor % 2) / (2.0 * factor)
    columns = 1 - np.abs(np.arange(shape[3]) / factor - center)
    rows = 1 - np.abs(np.arange(shape[2]) / factor - center)
    return np.broadcast_to(np.outer(rows, columns), shape).astype("float32")
