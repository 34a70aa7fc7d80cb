"""A fake NCCL: all-reduce over the devices of the stand-in, by address, with the rules that NCCL has.

Every member of a communicator has to take part in each sum of a group, in the same order, with the same count and
dtype. What NCCL answers with a deadlock is an error here.
"""
import ctypes
from types import SimpleNamespace

import numpy as np

from . import cuda

NCCL_SUM = 0
DTYPES = {
    "NCCL_INT8": ("int8", 0), "NCCL_UINT8": ("uint8", 1), "NCCL_INT32": ("int32", 2), "NCCL_INT64": ("int64", 4),
    "NCCL_FLOAT16": ("float16", 6), "NCCL_FLOAT32": ("float32", 7), "NCCL_FLOAT64": ("float64", 8),
}  # fmt: skip
COUNTS = {"groups": 0, "communicators": 0}
_pending: list[tuple] | None = None


class NcclError(RuntimeError):
    """What NCCL answers."""


class NcclCommunicator:
    """The part of one device in a communicator."""

    @staticmethod
    def initAll(devices):
        if not isinstance(devices, list) or len(set(devices)) != len(devices):
            raise NcclError("NCCL_ERROR_INVALID_USAGE: invalid usage")
        if any(not 0 <= device < cuda.NUM_DEVICES for device in devices):
            raise NcclError("NCCL_ERROR_INVALID_ARGUMENT: invalid argument")
        COUNTS["communicators"] += 1
        clique = object()
        members = []
        for rank, device in enumerate(devices):
            member = NcclCommunicator()
            member.rank, member.device, member.clique, member.count = rank, device, clique, len(devices)
            members.append(member)
        return members

    def device_id(self) -> int:
        return self.device

    def allReduce(self, sendbuf, recvbuf, count, datatype, op, stream) -> None:
        if op != NCCL_SUM or _pending is None:
            raise NcclError("NCCL_ERROR_INVALID_USAGE: several devices of one process need a group")
        _pending.append((self, sendbuf, recvbuf, count, datatype))


def groupStart() -> None:
    global _pending
    _pending = []


def groupEnd() -> None:
    global _pending
    calls, _pending = _pending, None
    COUNTS["groups"] += 1
    if not calls:
        return
    members = {call[0].rank: [] for call in calls}
    for call in calls:
        members[call[0].rank].append(call)
    if len(members) != calls[0][0].count or len({len(part) for part in members.values()}) != 1:
        raise NcclError("deadlock: not every device takes part in every sum")
    for together in zip(*members.values(), strict=True):
        if len({(member.clique, count, kind) for member, _, _, count, kind in together}) != 1:
            raise NcclError("deadlock: the devices sum different things")
        views = [(_view(send, count, kind), _view(receive, count, kind)) for _, send, receive, count, kind in together]
        total = sum(send.copy() for send, _ in views)
        for _, receive in views:
            receive[...] = total


def _view(address: int, count: int, kind: int) -> np.ndarray:
    dtype = np.dtype(next(name for name, number in DTYPES.values() if number == kind))
    return np.frombuffer((ctypes.c_char * (count * dtype.itemsize)).from_address(address), dtype)


def install(cupy) -> None:
    """Give the stand-in NCCL."""
    cupy.cuda.nccl = SimpleNamespace(
        available=True, NCCL_SUM=NCCL_SUM, NcclCommunicator=NcclCommunicator, NcclError=NcclError,
        groupStart=groupStart, groupEnd=groupEnd, get_version=lambda: 22700,
        **{name: number for name, (_, number) in DTYPES.items()},
    )  # fmt: skip
