"""Sums over several GPUs of one machine, by NCCL.

NCCL sends the parts of an array around a ring of GPUs, so that each sends and receives about twice its size however
many GPUs there are; a copy to one GPU and back would have that GPU send and receive all of them. All arrays of a
network go in one group: one launch on each GPU.

One process drives all GPUs: each has a communicator of its own, made together by ``initAll``. The work is queued on the
stream on which each GPU computes, behind what computes the arrays and before what reads them.

References: NVIDIA, NCCL User Guide, "Using multiple NCCL communicators in one process", "Group Calls".
"""
from collections.abc import Sequence
from types import ModuleType
from typing import Any

# NumPy's names of dtypes and NCCL's
_KINDS = {
    "float16": "NCCL_FLOAT16", "float32": "NCCL_FLOAT32", "float64": "NCCL_FLOAT64", "int8": "NCCL_INT8",
    "uint8": "NCCL_UINT8", "int32": "NCCL_INT32", "int64": "NCCL_INT64",
}  # fmt: skip


class Communicator:
    """GPUs that sum arrays among each other.

    Parameters
    ----------
    cupy, nccl : the array module, and its interface to NCCL
    devices : numbers of the GPUs, each once; the arrays of a group stand in this order
    """

    def __init__(self, cupy: ModuleType, nccl: Any, devices: Sequence[int]):
        self._cupy, self._nccl = cupy, nccl
        self._devices = [cupy.cuda.Device(number) for number in devices]
        self._members = nccl.NcclCommunicator.initAll(list(devices))

    def sum(self, groups: Sequence[Sequence[Any]]) -> None:
        """Put the sum of the arrays of each group into all of them.

        Parameters
        ----------
        groups : for each sum one raw array on each GPU, in the order of the devices, as ``can_sum`` takes them
        """
        nccl = self._nccl
        nccl.groupStart()
        try:
            for device, member, arrays in zip(self._devices, self._members, zip(*groups, strict=True), strict=True):
                with device:
                    queue = self._cupy.cuda.get_current_stream().ptr
                for array in arrays:
                    kind = getattr(nccl, _KINDS[array.dtype.name])
                    member.allReduce(array.data.ptr, array.data.ptr, array.size, kind, nccl.NCCL_SUM, queue)
        finally:
            nccl.groupEnd()


def can_sum(arrays: Sequence[Any]) -> bool:
    """Tell whether NCCL can sum these raw arrays: of one shape, of a dtype that it knows, each in one piece."""
    first = arrays[0]
    return first.size > 0 and first.dtype.name in _KINDS and all(
        array.shape == first.shape and array.dtype == first.dtype and array.flags.c_contiguous for array in arrays
    )  # fmt: skip


__all__ = ["Communicator", "can_sum"]
