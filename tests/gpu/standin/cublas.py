"""A libcublas for the stand-in: what mxlearn calls of it, on memory of the host, in the manner of cudnn.py."""

from ctypes import CFUNCTYPE, c_int

import numpy as np

from mxlearn.kernels import cublas

from . import capture
from .cudnn import Array, number_at, view

DTYPES = {cublas.R_32F: np.float32, cublas.R_64F: np.float64, cublas.R_16F: np.float16}
COMPUTES = {
    cublas.R_32F: (cublas.COMPUTE_32F, cublas.COMPUTE_32F_FAST_TF32),
    cublas.R_64F: (cublas.COMPUTE_64F,),
    cublas.R_16F: (cublas.COMPUTE_32F, cublas.COMPUTE_32F_PEDANTIC),
}


class Fake:
    """The library.

    Attributes
    ----------
    calls : (name of the function, its arguments), in order
    fail : by name of a function, the status that it is to answer
    errors : exceptions that a function met
    """

    def __init__(self):
        self.calls: list[tuple] = []
        self.fail: dict[str, int] = {}
        self.errors: list[BaseException] = []
        self.stream, self.workspace = 0, 0
        for name, arguments in cublas.PROTOTYPES.items():
            setattr(self, name, CFUNCTYPE(c_int, *arguments)(self._function(name)))

    def _function(self, name: str):
        def call(*arguments):
            self.calls.append((name, arguments))
            if name in self.fail:
                return self.fail[name]
            try:
                getattr(self, f"_{name}")(*arguments)
            except BaseException as error:  # ctypes would print and forget it
                self.errors.append(error)
                return 14
            return 0

        return call

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def _cublasCreate_v2(self, pointer) -> None:
        assert capture.capturing() is None, "a handle allocates memory"
        pointer[0] = 4711

    def _cublasSetStream_v2(self, handle, stream) -> None:
        self.stream, self.workspace = stream or 0, 0

    def _cublasSetWorkspace_v2(self, handle, workspace, size) -> None:
        assert workspace and size == cublas.WORKSPACE_BYTES
        self.workspace = workspace

    def _cublasGemmEx(
        self,
        handle,
        op_a,
        op_b,
        m,
        n,
        k,
        alpha,
        a,
        a_type,
        lda,
        b,
        b_type,
        ldb,
        beta,
        c,
        c_type,
        ldc,
        compute,
        algorithm,
    ) -> None:
        self._cublasGemmStridedBatchedEx(
            handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, 0, b, b_type, ldb, 0, beta, c, c_type, ldc, 0, 1,
            compute, algorithm,
        )  # fmt: skip

    def _cublasGemmStridedBatchedEx(
        self, handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, a_apart, b, b_type, ldb, b_apart, beta, c, c_type,
        ldc, c_apart, count, compute, algorithm,
    ) -> None:  # fmt: skip
        assert handle == 4711 and self.stream == capture.get_current_stream().ptr and self.workspace
        assert a_type == b_type == c_type and compute in COMPUTES[c_type] and algorithm == cublas.GEMM_DEFAULT
        assert lda >= (k if op_a == cublas.OP_T else m) and ldb >= (n if op_b == cublas.OP_T else k) and ldc >= m
        dtype = DTYPES[c_type]
        number = np.float64 if dtype is np.float64 else np.float32
        assert (number_at(alpha, number), number_at(beta, number)) == (1, 0)

        def columns(address, operation, rows, width, step, apart):
            """View a stack of matrices whose columns are contiguous, after its operation."""
            strides = (apart, step, 1) if operation == cublas.OP_T else (apart, 1, step)
            return view(Array(dtype, (count, rows, width), strides), address)

        a, b = columns(a, op_a, m, k, lda, a_apart), columns(b, op_b, k, n, ldb, b_apart)
        c = columns(c, cublas.OP_N, m, n, ldc, c_apart)

        def compute_it() -> None:
            c[...] = a.astype(number) @ b.astype(number)

        capture.note_address([c], compute_it)
