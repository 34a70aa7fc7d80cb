"""Operators that the user writes in Python: ``mx.operator``.

    class Sigmoid(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], 1 / (1 + mx.nd.exp(-in_data[0])))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            y = out_data[0]
            self.assign(in_grad[0], req[0], out_grad[0] * y * (1 - y))

    @mx.operator.register("my_sigmoid")
    class SigmoidProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Sigmoid()

    mx.nd.Custom(x, op_type="my_sigmoid")          # and mx.sym.Custom, F.Custom in a HybridBlock

References: MXNet 1.9.1 module mxnet.operator.
"""
from ..ndarray import NDArray
from ..util import is_np_array
from .custom import CustomOp, CustomOpProp, register
from .listing import OperatorArguments, get_all_registered_operators, get_operator_arguments
from .native import NDArrayOp, NumpyOp, PythonOp

__all__ = [
    "CustomOp",
    "CustomOpProp",
    "NDArray",
    "NDArrayOp",
    "NumpyOp",
    "OperatorArguments",
    "PythonOp",
    "get_all_registered_operators",
    "get_operator_arguments",
    "is_np_array",
    "register",
]
