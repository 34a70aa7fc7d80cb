"""ParameterDict: the parameters of a Block and its children, by name."""
import os
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import initializer
from ... import ndarray as nd
from ...base import ArgumentError, MXNetError, NotFoundError, nearest
from ...context import Context
from ...ndarray import NDArray
from .constant import Constant
from .single import Parameter


class ParameterDict:
    """Parameters by name, all beginning with a prefix.

    Parameters
    ----------
    prefix : str
    shared : ParameterDict whose parameters are used where the names are equal
    """

    def __init__(self, prefix: str = "", shared: "ParameterDict | None" = None):
        self._prefix = prefix
        self._shared = shared
        self._params: OrderedDict[str, Parameter] = OrderedDict()

    @property
    def prefix(self) -> str:
        """The prefix of all names."""
        return self._prefix

    def __repr__(self) -> str:
        name = self._prefix + " " if self._prefix else ""
        body = "\n".join("  " + repr(p) for p in self.values())
        return f"{name}(\n{body}\n)"

    def __getitem__(self, key: str) -> Parameter:
        if key not in self._params:
            raise NotFoundError(f"ParameterDict: there is no parameter {key!r}.{nearest(key, self._params)}")
        return self._params[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __contains__(self, key) -> bool:
        return key in self._params

    def items(self):
        """Return pairs of name and Parameter."""
        return self._params.items()

    def keys(self):
        """Return the names."""
        return self._params.keys()

    def values(self):
        """Return the Parameters."""
        return self._params.values()

    def get(self, name: str, **kwargs) -> Parameter:
        """Return the parameter prefix + name; make it where it does not exist.

        Raises
        ------
        MXNetError
            If it exists with attributes that contradict ``kwargs``.
        """
        full = self._prefix + name
        found = self._find(full)
        if found is None:
            found = self._params[full] = Parameter(full, **kwargs)
            return found
        for key, value in kwargs.items():
            self._reconcile(found, full, key, value)
        return found

    @staticmethod
    def _reconcile(found: Parameter, full: str, key: str, value: Any) -> None:
        existing = getattr(found, key, None)
        if existing is None:
            setattr(found, key, value)
            return
        if key == "shape" and value is not None:
            wanted = (value,) if isinstance(value, int) else tuple(value)
            if len(wanted) == len(existing):
                merged = tuple(a or b for a, b in zip(existing, wanted, strict=True))
                if all(b in (0, m) for b, m in zip(wanted, merged, strict=True)):
                    found._shape = merged
                    return
        elif key == "dtype" and np.dtype(value) == np.dtype(existing):
            return
        if value is None or value == existing or key in ("allow_deferred_init", "differentiable", "init"):
            return
        raise MXNetError(
            f"Parameter '{full}': exists with {key}={existing!r} and cannot be had with {key}={value!r}"
        )

    def _find(self, full: str) -> Parameter | None:
        if full in self._params:
            return self._params[full]
        if self._shared is not None and full in self._shared._params:
            self._params[full] = self._shared._params[full]
            return self._params[full]
        return None

    def get_constant(self, name: str, value=None) -> Constant:
        """Return the constant prefix + name; make it from ``value`` where it does not exist."""
        full = self._prefix + name
        found = self._find(full)
        if found is None:
            if value is None:
                raise NotFoundError(f"ParameterDict: there is no constant {full!r}; give its value to make it")
            found = self._params[full] = Constant(full, value)
        elif not isinstance(found, Constant):
            raise MXNetError(f"Parameter '{full}': exists, but is no Constant")
        elif value is not None:
            given = value.asnumpy() if isinstance(value, NDArray) else np.asarray(value)
            if given.shape != found.value.shape or not np.array_equal(given, found.value.asnumpy()):
                raise MXNetError(f"Constant '{full}': exists with another value")
        return found

    def update(self, other: "ParameterDict") -> None:
        """Take over all parameters of another dictionary.

        Raises
        ------
        MXNetError
            If a name means different parameters; nothing is taken over.
        """
        for key, value in other.items():
            if key in self._params and self._params[key] is not value:
                raise MXNetError(f"ParameterDict: two different parameters have the name {key!r}")
        for key, value in other.items():
            self._params[key] = value

    def initialize(self, init=None, ctx=None, verbose: bool = False, force_reinit: bool = False) -> None:
        """Initialize all parameters.

        Parameters
        ----------
        init : Initializer for those that have none of their own, default Uniform
        ctx : Context or list of Context
        verbose : print what each parameter was initialized with
        force_reinit : initialize again what has been initialized
        """
        init = initializer.Uniform() if init is None else initializer.create(init)
        if verbose:
            init.set_verbosity(verbose=verbose)
        for parameter in self.values():
            parameter.initialize(None, ctx, init, force_reinit=force_reinit)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        for parameter in self.values():
            parameter.zero_grad()

    def reset_ctx(self, ctx) -> None:
        """Move all parameters to other contexts."""
        for parameter in self.values():
            parameter.reset_ctx(ctx)

    def list_ctx(self) -> list[Context]:
        """Return the contexts of all parameters."""
        return list(dict.fromkeys(ctx for parameter in self.values() for ctx in parameter.list_ctx()))

    def setattr(self, name: str, value) -> None:
        """Set an attribute of all parameters, as in ``params.setattr("grad_req", "null")``."""
        for parameter in self.values():
            setattr(parameter, name, value)

    def save(self, filename: str | os.PathLike, strip_prefix: str = "") -> None:
        """Write all parameters to a file; the file is replaced as a whole or not at all."""
        arrays = {}
        for name, parameter in self.items():
            if not name.startswith(strip_prefix):
                raise ArgumentError(f"save: the name {name!r} does not begin with {strip_prefix!r}")
            arrays[name[len(strip_prefix) :]] = parameter._reduce()
        nd.save(filename, arrays)

    def load(
        self,
        filename: str | os.PathLike,
        ctx=None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Read parameters from a file; nothing is changed if one of them does not fit."""
        loaded = nd.load(filename)
        if not isinstance(loaded, dict):
            raise MXNetError(f"{filename}: the arrays in this file have no names")
        self.load_dict(loaded, ctx, allow_missing, ignore_extra, restore_prefix, filename, cast_dtype, dtype_source)

    def load_dict(
        self,
        param_dict: dict[str, NDArray],
        ctx=None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        filename: str | os.PathLike | None = None,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Take parameters from a dict by name; nothing changes if one does not fit.

        "arg:" and "aux:" in front of a name are dropped.

        Parameters
        ----------
        restore_prefix : put before every name
        filename : where the arrays come from, for error messages
        """
        arrays = {restore_prefix + key.removeprefix("arg:").removeprefix("aux:"): a for key, a in param_dict.items()}
        source = "param_dict" if filename is None else filename
        load_into(self._params, arrays, source, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)


def load_into(
    parameters: dict[str, Parameter],
    arrays: dict[str, NDArray],
    filename,
    ctx,
    allow_missing: bool,
    ignore_extra: bool,
    cast_dtype: bool,
    dtype_source: str,
) -> None:
    """Give arrays of a file to parameters by name; everything is checked before anything is changed."""
    for parameter, array in check_into(parameters, arrays, filename, ctx, allow_missing, ignore_extra, cast_dtype):
        parameter._load_init(array, ctx, cast_dtype, dtype_source)


def check_into(
    parameters: dict[str, Parameter],
    arrays: dict[str, NDArray],
    filename,
    ctx,
    allow_missing: bool,
    ignore_extra: bool,
    cast_dtype: bool,
) -> list[tuple[Parameter, NDArray]]:
    """Return which parameter takes which array of a file; an error where one does not fit."""
    if not allow_missing:
        missing = [name for name in parameters if name not in arrays]
        if missing:
            raise NotFoundError(
                f"{filename}: the parameter {missing[0]!r} is missing in the file, which holds {_some(arrays)}.\n"
                "  Pass allow_missing=True to leave it as it is, or check that the file belongs to this network."
            )
    if not ignore_extra:
        extra = [name for name in arrays if name not in parameters]
        if extra:
            raise NotFoundError(
                f"{filename}: the parameter {extra[0]!r} of the file is not in the network, which has"
                f" {_some(parameters)}.\n  Pass ignore_extra=True to skip it."
            )
    chosen = [(parameters[name], array) for name, array in arrays.items() if name in parameters]
    for parameter, array in chosen:
        try:
            parameter._check_load(array, ctx, cast_dtype)
        except MXNetError as error:
            raise type(error)(f"{filename}: {error}") from None
    return chosen


def _some(names) -> str:
    shown = list(names)[:5]
    return ", ".join(shown) + (", ..." if len(names) > 5 else "")
