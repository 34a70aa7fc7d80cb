"""Parameter: one array that a Block learns, with its gradient, on each context."""
from collections import OrderedDict
from typing import Any

import numpy as np

from ... import autograd, initializer
from ... import ndarray as nd
from ... import symbol as sym
from ...base import ArgumentError, ContextError, DTypeError, MXNetError, ShapeError
from ...context import Context, cpu, current_context
from ...ndarray import NDArray
from ...ndarray.array import Leaf
from ...symbol.making import STORAGE_TYPES
from ...util import is_np_array, is_np_shape


class DeferredInitializationError(MXNetError):
    """A parameter is used before its shape is known; the first forward pass with data makes it known."""


class StorageTypeError(ArgumentError, AssertionError):
    """A storage type does not exist. Also an AssertionError, which MXNet raises here."""


class Parameter:
    """An array that training changes, with its gradient, on one or several contexts.

    Parameters
    ----------
    name : str
    grad_req : "write", "add" or "null"
    shape : int or tuple of int; 0 is an unknown dimension, completed by the first forward pass
    dtype : of the array
    lr_mult, wd_mult : multipliers of learning rate and weight decay
    init : Initializer or its name, of this parameter alone
    allow_deferred_init : whether initialize() may wait until the shape is known
    differentiable : False for states that have no gradient, such as moving averages
    stype, grad_stype : storage types of array and gradient: "default" (dense), "row_sparse" or "csr"

    References: MXNet 1.9.1 class mxnet.gluon.Parameter.
    """

    def __init__(
        self,
        name: str,
        grad_req: str = "write",
        shape=None,
        dtype=np.float32,
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        init=None,
        allow_deferred_init: bool = False,
        differentiable: bool = True,
        stype: str = "default",
        grad_stype: str = "default",
    ):
        for what, kind in (("stype", stype), ("grad_stype", grad_stype)):
            if kind not in STORAGE_TYPES:
                raise StorageTypeError(
                    f"{what} for Parameter '{name}' must be one of {', '.join(STORAGE_TYPES)}. Received: {kind!r}"
                )
        self.name = name
        self.stype = stype
        self.grad_stype = grad_stype
        self._trainer: Any = None
        self._var: sym.Symbol | None = None
        self._data: Any = None  # OrderedDict of Context to NDArray once there are arrays
        self._deferred: tuple | None = None  # (initializer, contexts, default initializer, data)
        self._differentiable = differentiable
        self._allow_deferred_init = allow_deferred_init
        self._grad_req = "null"
        self._shape = (shape,) if isinstance(shape, int) else None if shape is None else tuple(shape)
        if self._shape is not None and not all(isinstance(extent, (int, np.integer)) for extent in self._shape):
            raise ArgumentError(
                f"Parameter '{name}': its shape must consist of integers, such as the numbers of units or channels."
                f" Received: {self._shape}"
            )
        if self._shape is not None:
            self._shape = _with_zeros(self._shape)
        self.dtype = dtype
        self.lr_mult = lr_mult
        self.wd_mult = wd_mult
        self.init = init
        self.grad_req = grad_req

    def __repr__(self) -> str:
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    def _repr_html_(self) -> str:
        """Return the parameter for a notebook: its values and its gradient, one below the other."""
        from .html import html

        return html(self)

    # -- what it is --------------------------------------------------------------------------------------------------
    @property
    def grad_req(self) -> str:
        """How backward() stores the gradient: "write", "add" or "null"."""
        return self._grad_req

    @grad_req.setter
    def grad_req(self, request: str) -> None:
        if request not in ("write", "add", "null"):
            raise ArgumentError(f"Parameter '{self.name}': grad_req must be write, add or null. Received: {request!r}")
        if not self._differentiable:
            request = "null"
        if request == self._grad_req:
            return
        self._grad_req = request
        if self._data is not None:
            for array in self._data.values():
                self._attach(array)

    @property
    def shape(self) -> tuple[int, ...] | Any:
        """Shape; for a dimension that is not known yet 0, or -1 where NumPy's shapes are on (``npx.set_np()``)."""
        if self._shape is not None and 0 in self._shape and is_np_shape():
            return tuple(extent or -1 for extent in self._shape)
        return self._shape

    @shape.setter
    def shape(self, new_shape) -> None:
        new_shape = _with_zeros(new_shape)
        if self._shape is None:
            self._shape = new_shape
            return
        fits = len(self._shape) == len(new_shape) and all(
            old in (0, new) for old, new in zip(self._shape, new_shape, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"Parameter '{self.name}': the shape {self._shape} cannot become {new_shape}:"
                " only unknown dimensions (0) may change"
            )
        self._shape = new_shape

    def _shape_known(self) -> bool:
        return self._shape is not None and all(extent > 0 for extent in self._shape)

    # -- initialization ----------------------------------------------------------------------------------------------
    def initialize(self, init=None, ctx=None, default_init=None, force_reinit: bool = False) -> None:
        """Allocate the array and fill it.

        Parameters
        ----------
        init : Initializer, over the parameter's own and the default
        ctx : Context or list of Context, default the current one
        default_init : Initializer used where the parameter has none, default Uniform
        force_reinit : initialize again what has been initialized

        Raises
        ------
        ArgumentError
            If the shape is not known and may not be deferred.
        """
        if self._data is not None and not force_reinit:
            import warnings

            warnings.warn(
                f"Parameter '{self.name}' is already initialized, ignoring. Set force_reinit=True to re-initialize.",
                stacklevel=2,
            )
            return
        contexts = [ctx or current_context()] if ctx is None or isinstance(ctx, Context) else list(ctx)
        for context in contexts:
            context.xp  # noqa: B018 - a device that this machine does not have is an error now, not in forward()
        if init is None:
            init = (default_init or initializer.Uniform()) if self.init is None else self.init
        default_init = default_init or initializer.Uniform()
        if not self._shape_known():
            if self._allow_deferred_init:
                self._data, self._deferred = None, (init, contexts, default_init, None)
                return
            raise ArgumentError(
                f"Parameter '{self.name}': cannot be initialized, because its shape {self.shape} is not known.\n"
                "  Give the number of inputs (in_units, in_channels), or run the network on data once."
            )
        before, self._deferred = self._deferred, (init, contexts, default_init, None)
        try:
            self._finish_deferred_init()
        except BaseException:  # the parameter stays what it was
            self._deferred = before
            raise

    def _finish_deferred_init(self) -> None:
        """Allocate and fill an array whose shape has become known."""
        if self._deferred is None:
            return
        init, contexts, default_init, data = self._deferred
        if not self._shape_known():
            raise DeferredInitializationError(
                f"Parameter '{self.name}': its shape {self.shape} is still not known.\n"
                "  Give the number of inputs (in_units, in_channels) when you make the layer."
            )
        with autograd.pause():
            if data is None:
                data = nd.zeros(self._shape, cpu(), self.dtype)
                data = data.as_np_ndarray() if is_np_array() else data
                descriptor = initializer.InitDesc(self.name, {"__init__": init})
                initializer.create(default_init)(descriptor, data)
            self._init_impl(data, contexts)
        self._deferred = None  # last: an interrupted initialization can be done again

    def _init_impl(self, data: NDArray, contexts: list[Context]) -> None:
        if self.stype != "default" or data.stype != "default":
            data = self._stored(data)
        else:
            data = data.as_np_ndarray() if is_np_array() else data.as_nd_ndarray()
        arrays = OrderedDict((ctx, data.copyto(ctx)) for ctx in contexts)
        for array in arrays.values():
            self._attach(array)
        self._data = arrays

    def _attach(self, array: NDArray) -> None:
        if self._grad_req == "null":
            array._entry = None
        else:
            array.attach_grad(self._grad_req, stype=self.grad_stype)
            array._entry[0].name = self.name  # the tape, and who draws it, know the parameter by its name

    def _stored(self, data: NDArray) -> NDArray:
        """Return values in the parameter's storage type; a row-sparse one stores every row, zeros included."""
        data = data.tostype("default").tostype(self.stype)
        return data if self.stype != "row_sparse" else nd.sparse.retain(data, nd.arange(len(data), dtype="int64"))

    def _check_load(self, data: NDArray, ctx, cast_dtype: bool) -> None:
        """Raise an error where the values of a file do not fit this parameter."""
        own = self._shape
        if own is not None and (
            len(own) != len(data.shape) or any(a not in (0, b) for a, b in zip(own, data.shape, strict=True))
        ):
            raise ShapeError(f"Parameter '{self.name}': has shape {own}, but the file holds {data.shape}")
        if not cast_dtype and np.dtype(self.dtype) != np.dtype(data.dtype):
            raise DTypeError(
                f"Parameter '{self.name}': has dtype {np.dtype(self.dtype)}, but the file holds"
                f" {np.dtype(data.dtype)}.\n  Pass cast_dtype=True to convert."
            )
        if ctx is not None and self._data is not None:
            contexts = [ctx] if isinstance(ctx, Context) else list(ctx)
            if set(contexts) != set(self._data):
                raise ContextError(
                    f"Parameter '{self.name}': is initialized on {', '.join(map(str, self._data))}, and cannot be"
                    f" loaded on {', '.join(map(str, contexts))}.\n  Call reset_ctx(...) first."
                )

    def _load_init(self, data: NDArray, ctx, cast_dtype: bool = False, dtype_source: str = "current") -> None:
        """Take the values of a file, which ``_check_load`` has approved."""
        self._check_load(data, ctx, cast_dtype)
        if cast_dtype and dtype_source == "current":
            data = data.astype(self.dtype, copy=False)
        elif np.dtype(self.dtype) != np.dtype(data.dtype):
            self.cast(data.dtype)
        if self._data is not None:
            self.set_data(data)
            return
        self._shape = data.shape
        contexts = ctx
        if contexts is None:
            contexts = self._deferred[1] if self._deferred is not None else [current_context()]
        if isinstance(contexts, Context):
            contexts = [contexts]
        self._init_impl(data, list(contexts))
        self._deferred = None

    # -- arrays ------------------------------------------------------------------------------------------------------
    def _check(self, ctx: Context | None) -> NDArray:
        data = self._data
        if data is not None:
            if ctx is None:
                ctx = next(iter(data)) if len(data) == 1 else current_context()
            found = data.get(ctx)
            if found is not None:
                return found
            raise ContextError(
                f"Parameter '{self.name}': was not initialized on {ctx}; it is on {', '.join(map(str, data))}.\n"
                "  Call initialize(ctx=...) or reset_ctx(...), or move the data with as_in_context."
            )
        if self._deferred is not None:
            raise DeferredInitializationError(
                f"Parameter '{self.name}': has not been initialized yet, because its shape is not known.\n"
                "  Run the network on a batch of data first, or give in_units or in_channels."
            )
        raise MXNetError(
            f"Parameter '{self.name}': has not been initialized.\n"
            "  Call net.initialize() (or params.initialize()) before the first forward pass."
        )

    def data(self, ctx: Context | None = None) -> NDArray:
        """Return the array on ``ctx`` (default: the only one, or the current context).

        Raises
        ------
        DeferredInitializationError
            If the shape is not known yet.
        MXNetError
            If it was not initialized, or not on that context, or is row-sparse.
        """
        if self.stype == "row_sparse":
            raise self._row_sparse("data")
        found = None if self._data is None else self._data.get(ctx)  # each layer asks for its parameters at each step
        return self._check(ctx) if found is None else found

    def _learned(self, ctx: Context) -> tuple[NDArray, Leaf | None]:
        """Return the array on ``ctx``, and where on the tape backward() leaves its gradient."""
        array = self._check(ctx)
        entry = array._entry
        return array, entry[0] if entry is not None and type(entry[0]) is Leaf else None

    def list_data(self) -> list[NDArray]:
        """Return the arrays of all contexts."""
        if self.stype == "row_sparse":
            raise self._row_sparse("list_data")
        return self._arrays()

    def _arrays(self) -> list[NDArray]:
        self._check(next(iter(self._data)) if self._data else None)
        return list(self._data.values())

    def _row_sparse(self, method: str) -> MXNetError:
        return MXNetError(
            f"Parameter '{self.name}': {method}() does not return it, because its storage type is row_sparse.\n"
            "  Use row_sparse_data(row numbers), or list_row_sparse_data."
        )

    def grad(self, ctx: Context | None = None) -> NDArray:
        """Return the gradient on ``ctx``."""
        found = self._check(ctx).grad
        if found is None:
            raise MXNetError(f"Parameter '{self.name}': has no gradient, because its grad_req is 'null'")
        return found

    def list_grad(self) -> list[NDArray]:
        """Return the gradients of all contexts."""
        return [self.grad(ctx) for ctx in self.list_ctx()]

    def list_ctx(self) -> list[Context]:
        """Return the contexts that the parameter is, or will be, initialized on."""
        if self._data is not None:
            return list(self._data)
        if self._deferred is not None:
            return list(self._deferred[1])
        raise MXNetError(f"Parameter '{self.name}': has not been initialized.\n  Call net.initialize() first.")

    def set_data(self, data) -> None:
        """Set the values on all contexts.

        Raises
        ------
        ShapeError
            If the shape differs; nothing is changed.
        """
        data = data if isinstance(data, NDArray) else nd.array(data, dtype=self.dtype)
        self.shape = data.shape
        if self._data is None:
            if self._deferred is None:
                raise MXNetError(f"Parameter '{self.name}': has not been initialized; call initialize() first")
            self._deferred = (*self._deferred[:3], data)
            return
        with autograd.pause():
            for array in self._data.values():
                array[:] = data

    def zero_grad(self) -> None:
        """Set the gradient to zero on all contexts."""
        if self._grad_req != "null" and self._data is not None:
            with autograd.pause():
                for array in self._data.values():
                    if self.grad_stype == "default":
                        array.grad[:] = 0
                    else:
                        array.grad._receive(None, "write")

    def reset_ctx(self, ctx) -> None:
        """Move the parameter to other contexts."""
        contexts = [ctx] if isinstance(ctx, Context) else list(ctx)
        if self._data is not None:
            with autograd.pause():
                self._init_impl(self._reduce(), contexts)
        elif self._deferred is not None:
            init, _, default_init, data = self._deferred
            self._deferred = (init, contexts, default_init, data)
        else:
            raise MXNetError(f"Parameter '{self.name}': has not been initialized, so it cannot be moved")

    def _reduce(self) -> NDArray:
        """Return the mean of the copies, on the CPU."""
        arrays = self._arrays()
        total = arrays[0].copyto(cpu())
        for array in arrays[1:]:
            total = total + array.as_in_context(cpu())
        return total / len(arrays) if len(arrays) > 1 else total

    def cast(self, dtype) -> None:
        """Convert data and gradient to another dtype."""
        if self._data is not None:
            with autograd.pause():
                converted = OrderedDict((ctx, array.astype(dtype)) for ctx, array in self._data.items())
                for old, new in zip(self._data.values(), converted.values(), strict=True):
                    self._attach(new)
                    if new.grad is not None:
                        new.grad[:] = old.grad.astype(dtype)
            self._data = converted
        self.dtype = dtype
        self._var = None

    def var(self) -> sym.Symbol:
        """Return the symbol that stands for the parameter."""
        if self._var is None:
            init = self.init
            self._var = sym.Variable(
                self.name,
                shape=self._shape,
                dtype=self.dtype,
                lr_mult=self.lr_mult,
                wd_mult=self.wd_mult,
                init=None if init is None else _dumps(init),
                stype=self.stype,
            )
        return self._var

    def row_sparse_data(self, row_id: NDArray) -> NDArray:
        """Return the rows of these numbers as a RowSparseNDArray on the context of ``row_id``.

        Its gradient goes to the parameter. As in MXNet a Trainer must know the parameter first.

        Raises
        ------
        MXNetError
            If the parameter is not row-sparse, or no Trainer has it.
        """
        return self._rows(row_id, self._check(row_id.context))

    def list_row_sparse_data(self, row_id: NDArray) -> list[NDArray]:
        """Return the rows of these numbers on all contexts; see ``row_sparse_data``."""
        return [self._rows(row_id.as_in_context(array.context), array) for array in self._arrays()]

    def _rows(self, row_id: NDArray, array: NDArray) -> NDArray:
        if self.stype != "row_sparse":
            raise MXNetError(
                f"Parameter '{self.name}': there is no row_sparse_data of it, because its storage type is"
                f" {self.stype}.\n  Use data()."
            )
        if self._trainer is None:
            raise MXNetError(
                f"Parameter '{self.name}': Cannot get row_sparse data when no Trainer is created with it.\n"
                "  Make the Trainer before the first forward pass."
            )
        numbers = nd.array(np.unique(row_id.asnumpy().astype("int64")), row_id.context, "int64")
        with autograd.pause():
            rows = nd.sparse.retain(array, numbers)
        rows._entry = array._entry  # the place on the tape that delivers to the parameter's gradient
        return rows


def _with_zeros(shape) -> tuple[int, ...]:
    """Return a shape in which 0 stands for what is not known, also where NumPy's shapes say -1."""
    return tuple(0 if extent == -1 else extent for extent in shape)


def _dumps(init) -> str:
    return init if isinstance(init, str) else init.dumps()
