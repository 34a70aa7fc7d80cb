"""Sums of arrays over several GPUs, by NCCL where it can."""
from collections.abc import Sequence

from .. import backend
from ..backend.collective import can_sum
from ..base import MXNetError
from .array import NDArray


def sum_by_nccl(groups: Sequence[Sequence[NDArray]], *, insist: bool = False) -> list[Sequence[NDArray]]:
    """Put the sum of the arrays of each group into all of them, where NCCL can, and return the other groups.

    Parameters
    ----------
    groups : arrays of one shape, each on a device of its own
    insist : raise instead of returning any

    Raises
    ------
    MXNetError
        With ``insist``, if a group cannot be summed so; the message says why.
    """
    rest: list[Sequence[NDArray]] = []
    together: dict[tuple[int, ...], list[Sequence[NDArray]]] = {}  # GPUs: the groups on them
    for arrays in groups:
        gpus = tuple(array.context.device_id for array in arrays if array.context.device_type == "gpu")
        is_spread = len(set(gpus)) == len(arrays) > 1 and all(array.stype == "default" for array in arrays)
        if is_spread and can_sum([array._data for array in arrays]):
            together.setdefault(gpus, []).append(arrays)
        else:
            rest.append(arrays)
    if rest and insist:
        where = ", ".join(str(array.context) for array in rest[0])
        raise MXNetError(
            "KVStore 'nccl' sums dense arrays, each on a GPU of its own."
            f" Received: {rest[0][0].stype} arrays of {rest[0][0].dtype} on {where}.\n  Use 'device'."
        )
    for gpus, those in together.items():
        communicator = backend.communicator(gpus)
        if not isinstance(communicator, str):
            communicator.sum([[array._data for array in arrays] for arrays in those])
        elif insist:
            raise MXNetError(f"KVStore 'nccl': {communicator}.\n  Use 'device', which copies from GPU to GPU.")
        else:
            rest += those
    return rest


__all__ = ["sum_by_nccl"]
