"""The stand-in's ElementwiseKernel: the text of one element, in a loop, compiled as C++ by the emulation of CUDA."""

import re

import numpy as np

from . import emulation
from .array import ndarray, wrap

TYPES = {
    "float16": "__half",
    "float32": "float",
    "float64": "double",
    "int32": "int",
    "int64": "long long",
    "bool": "bool",
}
LAUNCHES: dict[str, int] = {}  # how often each kernel was launched


class ElementwiseKernel:
    """What ``cupy.ElementwiseKernel`` is: arrays of one shape and numbers of declared types, one result."""

    def __init__(self, in_params, out_params, operation, name="kernel", reduce_dims=True, preamble="", **options):
        if options or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise NotImplementedError("the stand-in takes neither options nor a name that is no identifier")
        self.name, self.__name__ = name, name
        self.operation, self.preamble = operation, preamble
        self.inputs = [tuple(each.split()) for each in in_params.split(",")]
        ((self.out_type, self.out),) = [tuple(each.split()) for each in out_params.split(",")]

    def __call__(self, *args):
        if len(args) not in (len(self.inputs), len(self.inputs) + 1):
            raise TypeError(f"Wrong number of arguments for {self.name}: {len(args)}")
        given = args[: len(self.inputs)]
        arrays = [a for a in given if isinstance(a, ndarray)]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        out = args[-1] if len(args) > len(self.inputs) else wrap(np.empty(shape, self.out_type))
        if out.shape != shape or out.dtype != self.out_type:
            raise ValueError(f"Out shape or dtype is mismatched: {out.shape}, {out.dtype}")
        LAUNCHES[self.name] = LAUNCHES.get(self.name, 0) + 1
        parameters, lines, values = [], [], []
        for (kind, name), value in zip(self.inputs, given, strict=True):
            if isinstance(value, ndarray):
                if value.dtype != kind:
                    raise TypeError(f"Type is mismatched. {name} {value.dtype} {kind}")
                parameters.append(f"const {TYPES[kind]}* {name}_")
                lines.append(f"const {TYPES[kind]} {name} = {name}_[i];")
                values.append(wrap(np.ascontiguousarray(np.broadcast_to(value.host, shape))))
            else:
                parameters.append(f"double {name}_")
                lines.append(f"const {TYPES[kind]} {name} = ({TYPES[kind]}){name}_;")
                values.append(float(value))
        result = wrap(np.empty(shape, self.out_type))
        parameters += [f"{TYPES[self.out_type]}* {self.out}_", "long long count_"]
        body = [*lines, f"{TYPES[self.out_type]} {self.out};", self.operation, f"{self.out}_[i] = {self.out};"]
        loop = "for (long long i = blockIdx.x * blockDim.x + threadIdx.x; i < count_; i += gridDim.x * blockDim.x)"
        head = f'extern "C" __global__ void {self.name}({", ".join(parameters)}) {{'
        code = "\n".join([self.preamble, head, f"    {loop} {{", *body, "    }", "}"])
        kernel = emulation.RawKernel(code, self.name)
        if result.size:
            kernel((1,), (32,), (*values, result, result.size))
        out.host[...] = result.host
        return out
