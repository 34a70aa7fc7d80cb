"""What the user subclasses: the computation (CustomOp) and its description (CustomOpProp)."""
import inspect
from collections.abc import Callable
from typing import Any

from ..base import ArgumentError, MXNetError, nearest

__all__ = ["CustomOp", "CustomOpProp", "find_custom", "register"]

_REGISTERED: dict[str, type] = {}


class CustomOp:
    """The computation of a custom operator: define ``forward``, and ``backward`` for its gradient."""

    def forward(self, is_train: bool, req: list[str], in_data: list, out_data: list, aux: list) -> None:
        """Compute the outputs into ``out_data``. To be written by the subclass.

        Parameters
        ----------
        is_train : whether the computation is part of training
        req : for each output how ``assign`` writes it: "write", "add" or "null"
        in_data, out_data, aux : lists of NDArray: inputs, outputs (to be filled) and auxiliary states (to be updated)
        """
        raise NotImplementedError(f"{type(self).__name__} must define forward(is_train, req, in_data, out_data, aux)")

    def backward(self, req: list[str], out_grad: list, in_data: list, out_data: list, in_grad: list, aux: list) -> None:
        """Compute the gradients of the inputs into ``in_grad``. To be written by the subclass.

        Parameters
        ----------
        req : for each gradient how ``assign`` writes it; "null" where nobody wants it
        out_grad : gradients of the outputs, to be used where the property says need_top_grad
        in_data, out_data, in_grad, aux : lists of NDArray
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define backward(req, out_grad, in_data, out_data, in_grad, aux)"
        )

    def assign(self, dst, req: str, src) -> None:
        """Write ``src`` into the array ``dst`` as ``req`` asks: "write" or "inplace", "add", or "null" for nothing."""
        if req in ("write", "inplace"):
            dst[:] = src
        elif req == "add":
            dst[:] += src
        elif req != "null":
            raise ArgumentError(f"assign: req must be 'write', 'inplace', 'add' or 'null'. Received: {req!r}")


class CustomOpProp:
    """The description of a custom operator: its inputs and outputs, their shapes and dtypes.

    Parameters
    ----------
    need_top_grad : whether backward uses the gradients of the outputs; False for a loss

    The keyword arguments of ``mx.nd.Custom`` and ``mx.sym.Custom`` arrive in the subclass's ``__init__`` as strings.
    """

    def __init__(self, need_top_grad: bool = True):
        self.need_top_grad_ = need_top_grad

    def infer_shape(self, in_shape: list) -> tuple:
        """Return (shapes of the arguments, of the outputs, of the auxiliary states); by default all are the first's.

        ``in_shape`` is a list with one list of int for each argument, empty where the shape is not known yet.
        """
        return [in_shape[0]] * len(self.list_arguments()), [in_shape[0]] * len(self.list_outputs()), []

    def infer_type(self, in_type: list) -> tuple:
        """Return (types of the arguments, of the outputs, of the auxiliary states); by default all are the first's."""
        first = in_type[0]
        states = [first] * len(self.list_auxiliary_states())
        return [first] * len(self.list_arguments()), [first] * len(self.list_outputs()), states

    def infer_storage_type(self, in_stype: list) -> tuple:
        """Return the storage types; arrays here are dense, so that all are "default"."""
        self._dense(in_stype)
        outputs, states = len(self.list_outputs()), len(self.list_auxiliary_states())
        return in_stype, ["default"] * outputs, ["default"] * states

    def infer_storage_type_backward(self, ograd_stype, in_stype, out_stype, igrad_stype, aux_stype) -> tuple:
        """Return the storage types of a backward pass; all are "default"."""
        groups = (ograd_stype, in_stype, out_stype, igrad_stype, aux_stype)
        for group in groups:
            self._dense(group)
        return tuple(["default"] * len(group) for group in groups)

    @staticmethod
    def _dense(stypes) -> None:
        for stype in stypes:
            if stype not in ("default", "undefined"):
                raise ArgumentError(f"a custom operator takes dense arrays ('default'). Received: {stype!r}")

    def list_arguments(self) -> list[str]:
        """Return the names of the arguments."""
        return ["data"]

    def list_outputs(self) -> list[str]:
        """Return the names of the outputs."""
        return ["output"]

    def list_auxiliary_states(self) -> list[str]:
        """Return the names of the auxiliary states, which ``forward`` may update."""
        return []

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """Return which arrays backward reads, of the numbers given; for MXNet's interface, backward gets them all."""
        return [*(out_grad if self.need_top_grad_ else []), *in_data, *out_data]

    def create_operator(self, ctx, in_shapes: list, in_dtypes: list) -> CustomOp:
        """Return the CustomOp for inputs of these shapes and dtypes on this context. To be written by the subclass."""
        return CustomOp()


def register(reg_name: str) -> Callable[[type], type]:
    """Return a class decorator that enters a CustomOpProp under a name, for ``op_type``.

    A later class of the same name replaces the earlier one, so that a notebook cell can be run again.

    Examples
    --------
    >>> class Double(mx.operator.CustomOp):
    ...     def forward(self, is_train, req, in_data, out_data, aux):
    ...         self.assign(out_data[0], req[0], 2 * in_data[0])
    >>> @mx.operator.register("double")
    ... class DoubleProp(mx.operator.CustomOpProp):
    ...     def create_operator(self, ctx, in_shapes, in_dtypes):
    ...         return Double()
    >>> mx.nd.Custom(mx.nd.array([4]), op_type="double").item()
    8.0
    """
    if not isinstance(reg_name, str):
        raise ArgumentError(f'register: a name is needed, as in @mx.operator.register("mine"). Received: {reg_name!r}')

    def enter(prop_cls: type) -> type:
        if not (isinstance(prop_cls, type) and issubclass(prop_cls, CustomOpProp)):
            raise ArgumentError(f"register: {reg_name!r} must be a subclass of CustomOpProp. Received: {prop_cls!r}")
        _REGISTERED[reg_name] = prop_cls
        return prop_cls

    return enter


def find_custom(op_type: str, options: dict[str, str]) -> CustomOpProp:
    """Return the property of a registered operator for options, which are strings.

    Raises
    ------
    ArgumentError
        If there is no such operator, or it does not take an option.
    """
    cls: Any = _REGISTERED.get(op_type)
    if cls is None:
        raise ArgumentError(
            f"Custom: Cannot find custom operator {op_type!r}.{nearest(op_type, _REGISTERED)}\n"
            f'  Register its property first: @mx.operator.register("{op_type}").'
        )
    try:
        inspect.signature(cls).bind(**options)
    except TypeError as error:
        raise ArgumentError(f"Custom {op_type!r}: {cls.__name__}.__init__: {error}") from None
    prop = cls(**options)
    if not hasattr(prop, "need_top_grad_"):
        raise MXNetError(f"Custom {op_type!r}: begin {cls.__name__}.__init__ with super().__init__(need_top_grad=...)")
    return prop
