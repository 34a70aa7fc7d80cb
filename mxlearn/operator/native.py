"""The classes before CustomOp, whose instances are operators themselves: NumpyOp and NDArrayOp.

References: MXNet 1.9.1 classes mxnet.operator.PythonOp, NumpyOp and NDArrayOp, deprecated there too.
"""
import warnings

from ..symbol.making import create
from ..symbol.symbol import Symbol
from .custom import CustomOp, CustomOpProp
from .running import CustomOperator, _placed, _Use

__all__ = ["NDArrayOp", "NumpyOp", "PythonOp"]


class PythonOp:
    """The base of NumpyOp and NDArrayOp. Deprecated: use CustomOp.

    Parameters
    ----------
    need_top_grad : whether backward uses the gradients of the outputs; False for a loss
    """

    _kind = "PythonOp"

    def __init__(self, need_top_grad: bool = True):
        warnings.warn(f"{self._kind} has been deprecated. Please use CustomOp", stacklevel=3)
        self.need_top_grad_ = need_top_grad

    def __call__(self, *args, **kwargs) -> Symbol:
        return self.get_symbol(*args, **kwargs)

    def get_symbol(self, *args, **kwargs) -> Symbol:
        """Return the operator applied to symbols. NumpyOp and NDArrayOp define it."""
        raise NotImplementedError(f"{type(self).__name__} must be a NumpyOp or an NDArrayOp")

    def forward(self, in_data: list, out_data: list) -> None:
        """Compute the outputs into ``out_data``; by default the inputs themselves."""
        out_data[0][:] = in_data[0]

    def backward(self, out_grad: list, in_data: list, out_data: list, in_grad: list) -> None:
        """Compute the gradients of the inputs into ``in_grad``; by default ones."""
        in_grad[0][:] = 1.0

    def infer_shape(self, in_shape: list) -> tuple:
        """Return (shapes of the arguments, shapes of the outputs)."""
        return in_shape, [in_shape[0]]

    def list_outputs(self) -> list[str]:
        """Return the names of the outputs."""
        return ["output"]

    def list_arguments(self) -> list[str]:
        """Return the names of the arguments."""
        return ["data"]

    def need_top_grad(self) -> bool:
        """Tell whether backward uses the gradients of the outputs."""
        return self.need_top_grad_


class _Adapter(CustomOp):
    """The computation of a PythonOp as a CustomOp."""

    def __init__(self, op: PythonOp, on_numpy: bool):
        self.op = op
        self.on_numpy = on_numpy

    def _run(self, function, inputs: list[list], results: list) -> None:
        if not self.on_numpy:
            function(*inputs, results)
            return
        arrays = [x.asnumpy() for x in results]
        function(*[[x.asnumpy() for x in group] for group in inputs], arrays)
        for target, array in zip(results, arrays, strict=True):
            target[:] = array

    def forward(self, is_train, req, in_data, out_data, aux) -> None:
        """Run the operator's forward."""
        self._run(self.op.forward, [in_data], out_data)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux) -> None:
        """Run the operator's backward."""
        self._run(self.op.backward, [out_grad, in_data, out_data], in_grad)


class _AdapterProp(CustomOpProp):
    def __init__(self, op: PythonOp, on_numpy: bool):
        super().__init__(op.need_top_grad())
        self.op = op
        self.on_numpy = on_numpy

    def infer_shape(self, in_shape):
        arguments, outputs = self.op.infer_shape(in_shape)
        return arguments, outputs, []

    def list_arguments(self):
        return self.op.list_arguments()

    def list_outputs(self):
        return self.op.list_outputs()

    def create_operator(self, ctx, in_shapes, in_dtypes):
        return _Adapter(self.op, self.on_numpy)


def _symbol(op: PythonOp, on_numpy: bool, name: str, args, kwargs) -> Symbol:
    label, attr = kwargs.pop("name", None), kwargs.pop("attr", None)
    use = _Use(type(op).__name__, _AdapterProp(op, on_numpy), None)
    operator = CustomOperator(use, name, {"need_top_grad": str(op.need_top_grad())})
    return create(operator, _placed(operator, args, kwargs), {}, label, name.lower(), attr)


class NumpyOp(PythonOp):
    """An operator on NumPy arrays. Deprecated: use CustomOp."""

    _kind = "NumpyOp"

    def get_symbol(self, *args, **kwargs) -> Symbol:
        """Return the operator applied to symbols, given by position or by name."""
        return _symbol(self, True, "_Native", args, kwargs)


class NDArrayOp(PythonOp):
    """An operator on NDArrays. Deprecated: use CustomOp."""

    _kind = "NDArrayOp"

    def get_symbol(self, *args, **kwargs) -> Symbol:
        """Return the operator applied to symbols, given by position or by name."""
        return _symbol(self, False, "_NDArray", args, kwargs)

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """Return which arrays backward reads, of the numbers given; for MXNet's interface, backward gets them all."""
        return [*(out_grad if self.need_top_grad() else []), *in_data, *out_data]
