"""Block: a layer or a network, with its children, parameters and names."""
import os
import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ... import initializer
from ... import ndarray as nd
from ...base import ArgumentError, MXNetError, nearest, shortened, type_name
from ...core.state import STATE
from ...name import NameManager, Prefix
from ...name import _stack as names
from ..parameter import Parameter, ParameterDict
from ..parameter.dictionary import load_into
from ..utils import HookHandle, _indent


class _Naming(threading.local):
    current: Any = None  # _BlockScope, or None outside of all


_naming = _Naming()


def _unknown_argument(kind: type, name: str) -> ArgumentError:
    """Return the error for an argument that no ``__init__`` of a Block and its bases takes."""
    known: dict[str, None] = {}
    for base in kind.__mro__:
        if "__init__" in base.__dict__ and base is not object:
            code = base.__init__.__code__
            known.update(dict.fromkeys(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]))
    return ArgumentError(
        f"{kind.__name__}: there is no argument {name!r}.{nearest(name, known)}\n  It takes: {', '.join(known)}."
    )


class _BlockScope:
    """Gives child Blocks their prefixes: dense0_, dense1_, ... inside the parent's."""

    def __init__(self, block: "Block | Any"):
        self._block = block
        self._counter: dict[str, int] = {}
        self._outer: tuple = ()  # what the with blocks, nested ones too, put back at their ends

    @staticmethod
    def create(prefix: str | None, params: ParameterDict | None, hint: str) -> tuple[str, ParameterDict]:
        """Return the prefix and the parameters of a new Block."""
        scope = _naming.current
        if scope is None:
            prefix = str(NameManager.current.get(None, hint)) + "_" if prefix is None else prefix
            return prefix, ParameterDict(prefix) if params is None else ParameterDict(params.prefix, params)
        if prefix is None:
            number = scope._counter.get(hint, 0)
            scope._counter[hint] = number + 1
            prefix = f"{hint}{number}_"
        parent = scope._block
        if params is None:
            shared = parent.params
            own = ParameterDict(shared.prefix + prefix, shared._shared)
        else:
            own = ParameterDict(params.prefix, params)
        return parent.prefix + prefix, own

    def __enter__(self) -> "_BlockScope":
        before = (_naming.current, names.managers)
        inner = (*names.managers, Prefix(self._block.prefix))
        self._outer = (*self._outer, before)
        if not self._block._empty_prefix:
            _naming.current, names.managers = self, inner
        return self

    def __exit__(self, *error) -> None:
        outer, self._outer = self._outer[-1], self._outer[:-1]
        _naming.current, names.managers = outer


class Block:
    """A layer, or a network of layers.

    Subclass it: make children and parameters in ``__init__`` (assigning them registers them), and compute in
    ``forward``. Calling the Block runs forward.

    Parameters
    ----------
    prefix : str, of the names of its parameters; default class name and a number
    params : ParameterDict of another Block, to share parameters with it

    Examples
    --------
    >>> class Double(mx.gluon.Block):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> Double()(mx.nd.array([1, 2])).asnumpy().tolist()
    [2.0, 4.0]

    References: MXNet 1.9.1 class mxnet.gluon.Block.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None, **unknown):
        if unknown:
            raise _unknown_argument(type(self), next(iter(unknown)))
        self._empty_prefix = prefix == ""
        self._prefix, self._params = _BlockScope.create(prefix, params, self._alias())
        self._name = self._prefix.removesuffix("_")
        self._scope = _BlockScope(self)
        self._children: OrderedDict[str, Block] = OrderedDict()
        self._reg_params: dict[str, Parameter] = {}
        self._forward_hooks: OrderedDict[int, Callable] = OrderedDict()
        self._forward_pre_hooks: OrderedDict[int, Callable] = OrderedDict()

    def _alias(self) -> str:
        return type(self).__name__.lower()

    # -- structure ---------------------------------------------------------------------------------------------------
    def __setattr__(self, name: str, value) -> None:
        existing = getattr(self, name, None)
        both_blocks = isinstance(existing, Block) and isinstance(value, Block)
        if isinstance(existing, (Parameter, Block)) and not isinstance(value, type(existing)) and not both_blocks:
            raise TypeError(
                f"{type(self).__name__}.{name} is a {type(existing).__name__} and cannot become"
                f" a {type(value).__name__}"
            )
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            if name in self._reg_params and self._reg_params[name] is not value and name in self.__dict__:
                raise ArgumentError(f"{type(self).__name__}: the parameter {name!r} is already there")
            self._reg_params[name] = value
        super().__setattr__(name, value)

    @property
    def prefix(self) -> str:
        """The prefix of the names of parameters."""
        return self._prefix

    @property
    def name(self) -> str:
        """The prefix without its last underscore."""
        return self._name

    @property
    def params(self) -> ParameterDict:
        """The Block's own parameters, without those of its children."""
        return self._params

    def name_scope(self) -> _BlockScope:
        """Return a context manager inside which children get names under this Block's."""
        return self._scope

    def register_child(self, block: "Block", name: str | None = None) -> None:
        """Add a child, so that its parameters are found; assigning a Block to an attribute does it."""
        if not isinstance(block, Block):
            raise ArgumentError(f"register_child: expected a Block. Received: {type_name(block)}")
        if "_children" not in self.__dict__:
            raise MXNetError(
                f"{type(self).__name__}: the Block is not ready for children and parameters.\n"
                "  Begin its __init__ with super().__init__(**kwargs)."
            )
        self._children[str(len(self._children)) if name is None else name] = block

    def apply(self, fn: Callable[["Block"], object]) -> "Block":
        """Call ``fn`` on every child, then on this Block; return the Block."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """Return the parameters of this Block and all its children.

        Parameters
        ----------
        select : regular expression that the name must match, such as "dense0_weight|.*bias"
        """
        found = ParameterDict(self._params.prefix)
        if select is None:
            found.update(self.params)
        else:
            pattern = re.compile(select)
            found._params.update({name: value for name, value in self.params.items() if pattern.match(name)})
        for child in self._children.values():
            found.update(child.collect_params(select))
        return found

    def _structured_params(self, prefix: str = "") -> dict[str, Parameter]:
        """Return parameters by their place in the structure, such as "0.weight"."""
        if prefix:
            prefix += "."
        found = {prefix + key: value for key, value in self._reg_params.items()}
        for name, child in self._children.items():
            found.update(child._structured_params(prefix + name))
        return found

    _collect_params_with_prefix = _structured_params

    def __repr__(self) -> str:
        children = "\n".join(
            f"  ({key}): {_indent(repr(block), 2)}" for key, block in self.__dict__.items() if isinstance(block, Block)
        )
        return f"{type(self).__name__}(\n{children}\n)"

    # -- parameters --------------------------------------------------------------------------------------------------
    def initialize(self, init=None, ctx=None, verbose: bool = False, force_reinit: bool = False) -> None:
        """Initialize the parameters of this Block and its children.

        Parameters
        ----------
        init : Initializer, default Uniform
        ctx : Context or list of Context
        """
        self.collect_params().initialize(init or initializer.Uniform(), ctx, verbose, force_reinit)

    def cast(self, dtype) -> None:
        """Convert all parameters to another dtype."""
        for child in self._children.values():
            child.cast(dtype)
        for parameter in self.params.values():
            parameter.cast(dtype)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        self.collect_params().zero_grad()

    def reset_ctx(self, ctx) -> None:
        """Move all parameters to other contexts."""
        self.collect_params().reset_ctx(ctx)

    def save_parameters(self, filename: str | os.PathLike, deduplicate: bool = False) -> None:
        """Write all parameters to a file in MXNet's format; the file is replaced as a whole or not at all.

        Parameters
        ----------
        filename : path
        deduplicate : write a parameter that is shared by several Blocks once
        """
        parameters = self._structured_params()
        if deduplicate:
            first: dict[int, str] = {}
            for name, parameter in parameters.items():
                first.setdefault(id(parameter), name)
            parameters = {name: parameters[name] for name in first.values()}
        nd.save(filename, {name: parameter._reduce() for name, parameter in parameters.items()})

    def load_parameters(
        self,
        filename: str | os.PathLike,
        ctx=None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Read parameters from a file that save_parameters or export wrote; nothing changes if one does not fit.

        Parameters
        ----------
        filename : path
        ctx : Context or list of Context
        allow_missing, ignore_extra : accept parameters that the file, or the network, does not have
        cast_dtype, dtype_source : convert dtypes, to those of the network ("current") or of the file ("saved")
        """
        loaded = nd.load(filename)
        if not isinstance(loaded, dict):
            raise MXNetError(f"{filename}: the arrays in this file have no names")
        parameters = self._structured_params()
        if loaded and not any("." in key for key in loaded) and any("." in key for key in parameters):
            full = self.collect_params()  # a file with full names, as ParameterDict.save and export write
            full.load(filename, ctx, allow_missing, ignore_extra, self.prefix_of(loaded), cast_dtype, dtype_source)
            return
        if not allow_missing:  # a shared parameter may be in the file under one of its names
            names: dict[int, list[str]] = {}
            for name, parameter in parameters.items():
                names.setdefault(id(parameter), []).append(name)
            for group in names.values():
                present = [name for name in group if name in loaded]
                for name in group:
                    if present and name not in loaded:
                        loaded[name] = loaded[present[0]]
        load_into(parameters, loaded, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    def save(self, prefix: str) -> None:
        """Write the structure to ``prefix-model.json`` and all parameters to ``prefix-model.params``.

        The graphs of Blocks that ran hybridized are in the first file; the Python code of the Blocks is not.
        """
        from .saving import save

        save(self, prefix)

    def load(self, prefix: str) -> None:
        """Read the parameters that ``save`` wrote, into a network that was built in the same way.

        Blocks that ran hybridized when they were saved are hybridized.

        Raises
        ------
        FormatError
            If the file describes another structure; nothing is changed then.
        """
        from .saving import load

        load(self, prefix)

    def save_params(self, filename: str | os.PathLike) -> None:
        """Write all parameters by their names without the prefix. Deprecated: use save_parameters."""
        warnings.warn("save_params is deprecated. Please use save_parameters.", stacklevel=2)
        self.collect_params().save(filename, strip_prefix=self.prefix)

    def load_params(self, filename: str | os.PathLike, ctx=None, allow_missing=False, ignore_extra=False) -> None:
        """Read parameters from a file. Deprecated: use load_parameters."""
        warnings.warn("load_params is deprecated. Please use load_parameters.", stacklevel=2)
        self.load_parameters(filename, ctx, allow_missing, ignore_extra)

    def prefix_of(self, names) -> str:
        """Return what must be put before names of a file so that they are full names: the prefix, or nothing."""
        plain = [name.removeprefix("arg:").removeprefix("aux:") for name in names]
        return "" if any(name in self.collect_params() for name in plain) else self.prefix

    # -- running -----------------------------------------------------------------------------------------------------
    def __call__(self, *args):
        if self._forward_pre_hooks:
            for hook in self._forward_pre_hooks.values():
                hook(self, args)
        outer = STATE.scope
        STATE.scope = (*outer, self._name)
        try:
            out = self.forward(*args)
        except MXNetError as error:
            if outer:  # an inner Block: the outermost one shortens the traceback
                raise
            raise shortened(error) from error.__cause__
        finally:
            STATE.scope = outer
        if self._forward_hooks:
            for hook in self._forward_hooks.values():
                hook(self, args, out)
        return out

    def forward(self, *args):
        """Compute the output. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, *args)")

    def register_forward_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(block, inputs, output)`` after each forward; return a handle to detach it."""
        handle = HookHandle()
        handle.attach(self._forward_hooks, hook)
        return handle

    def register_forward_pre_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(block, inputs)`` before each forward; return a handle to detach it."""
        handle = HookHandle()
        handle.attach(self._forward_pre_hooks, hook)
        return handle

    def register_op_hook(self, callback: Callable, monitor_all: bool = False) -> None:
        """Call ``callback(node_name, operator_name, NDArray)`` for each operator of hybridized children."""
        for child in self._children.values():
            child.register_op_hook(callback, monitor_all)

    def hybridize(self, active: bool = True, **kwargs) -> None:
        """Let all HybridBlocks among the children compile their graphs."""
        for child in self._children.values():
            child.hybridize(active, **kwargs)

    def summary(self, *inputs) -> None:
        """Print a table of layers, output shapes and numbers of parameters for a forward pass on ``inputs``."""
        from ..summary import print_summary

        print_summary(self, inputs)
