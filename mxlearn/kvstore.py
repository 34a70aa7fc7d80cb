"""Key-value store: sums gradients over devices and hands the result back. API: MXNet 1.9.1's mxnet.kvstore.

    kv = mx.kv.create("local")
    kv.init("w", weight)
    kv.push("w", [grad_of_device_0, grad_of_device_1])     # summed; replaces the value, or goes to the updater
    kv.pull("w", out=[weight_of_device_0, weight_of_device_1])

Stores on one machine only: "local" keeps its values on the CPU, "device" where the first value came from. The gradients
of a network on several GPUs are summed by NCCL where it is installed (see backend/collective.py), by copies from GPU to
GPU otherwise; "nccl" insists on NCCL.
"""
from typing import Any

import numpy as np

from . import ndarray as nd
from .base import ArgumentError, DTypeError, MXNetError, NotFoundError, ShapeError, atomic_write, nearest, type_name
from .context import cpu
from .ndarray import NDArray
from .ndarray.collective import sum_by_nccl
from .optimizer import Optimizer, get_updater

__all__ = ["KVStore", "KVStoreBase", "KVStoreServer", "create"]

_LOCAL = ("local", "local_update_cpu", "local_allreduce_cpu")
_DEVICE = ("device", "local_allreduce_device", "nccl")


class KVStoreBase:
    """What a store must offer; derive and ``@mx.kv.KVStoreBase.register`` to add one of your own to ``create``."""

    OPTIMIZER = "optimizer"
    kv_registry: dict[str, type] = {}

    @staticmethod
    def register(klass):
        """Register a class of stores under its lower-cased name; usable as a decorator."""
        KVStoreBase.kv_registry[klass.__name__.lower()] = klass
        return klass

    def broadcast(self, key, value, out, priority=0):
        """Store a value and copy it to all of ``out``."""
        raise NotImplementedError

    def pushpull(self, key, value, out=None, priority=0):
        """Sum values and copy the result to all of ``out``, default to the values."""
        raise NotImplementedError

    def set_optimizer(self, optimizer):
        """Update the stored values with an optimizer instead of replacing them."""
        raise NotImplementedError

    @staticmethod
    def is_capable(capability):
        """Tell whether the store can do what is named."""
        raise NotImplementedError

    def save_optimizer_states(self, fname, dump_optimizer=False):
        """Write the optimizer's states to a file."""
        raise NotImplementedError

    def load_optimizer_states(self, fname):
        """Read the optimizer's states from a file."""
        raise NotImplementedError

    @property
    def type(self):
        """Name of the kind of store."""
        raise NotImplementedError

    @property
    def rank(self):
        """Number of this worker."""
        raise NotImplementedError

    @property
    def num_workers(self):
        """Number of workers."""
        raise NotImplementedError


class KVStore(KVStoreBase):
    """A store in this process. Made by ``create``.

    Keys are int or str; one store takes one of the two. Where a method takes a list of keys, it takes a list of as many
    values; each value may be a list with one array for each device. A method checks all its arguments before it changes
    anything.
    """

    def __init__(self, kind="local"):
        self._kind = kind
        self._values: dict = {}
        self._updater: Any = None

    def __repr__(self):
        return f"<KVStore {self._kind!r}: {len(self._values)} keys>"

    # -- values ------------------------------------------------------------------------------------------------------
    def init(self, key, value):
        """Store the first value of each key. It is copied.

        Raises
        ------
        ArgumentError
            If a key has a value already.
        """
        groups = self._groups(key, value)
        for i, (name, _) in enumerate(groups):
            if name in self._values or any(name == other for other, _ in groups[:i]):
                raise ArgumentError(
                    f"KVStore: duplicate init of key {name!r}.\n"
                    "  Was kv.init or kv.broadcast called with this key twice?"
                )
        for name, arrays in groups:
            self._values[name] = arrays[0].copyto(self._home(arrays[0]))

    def push(self, key, value, priority=0):
        """Sum the arrays of each key, then replace the stored value, or hand the sum to the updater.

        Parameters
        ----------
        key : int or str, or list of them
        value : NDArray, list of NDArray (one for each device), or list of lists
        priority : accepted for MXNet's sake; everything here is done in the order of the calls
        """
        groups = self._groups(key, value)
        for name, arrays in groups:
            for array in arrays:
                self._check(name, array, "the pushed array")
                if self._updater is not None and array.dtype != self._values[name].dtype:
                    raise DTypeError(f"KVStore: key {name!r} holds {self._values[name].dtype}, pushed: {array.dtype}")
        merged: dict = {}  # a key that comes twice is summed too
        for name, arrays in groups:
            merged.setdefault(name, []).extend(arrays)
        for name, arrays in merged.items():
            self._store(name, self._sum(arrays, self._values[name].context))

    def pull(self, key, out=None, priority=0, ignore_sparse=True):
        """Copy the stored value of each key into arrays.

        Parameters
        ----------
        out : NDArray, list of NDArray (one for each device), or list of lists
        ignore_sparse : leave out keys whose stored value is row-sparse; row_sparse_pull is for them
        """
        if out is None:
            raise ArgumentError("KVStore.pull: the argument 'out' is missing.\n  Pass the arrays to copy into.")
        groups = self._groups(key, out)
        for name, arrays in groups:
            for array in arrays:
                self._check(name, array, "the array to pull into")
        for name, arrays in groups:
            if ignore_sparse and self._values[name].stype != "default":
                continue
            for array in arrays:
                self._values[name].copyto(array)

    def pushpull(self, key, value, out=None, priority=0):
        """Push ``value``, then pull into ``out``, default into ``value``."""
        targets = value if out is None else out
        for name, arrays in self._groups(key, targets):
            for array in arrays:
                self._check(name, array, "the array to pull into")
        self.push(key, value, priority)
        self.pull(key, targets, priority, ignore_sparse=False)

    def broadcast(self, key, value, out, priority=0):
        """Store the first value of each key, and copy it into ``out``."""
        self.init(key, value)
        self.pull(key, out, priority, ignore_sparse=False)

    def row_sparse_pull(self, key, out=None, priority=0, row_ids=None):
        """Copy rows of the stored value of each key into row-sparse arrays.

        Parameters
        ----------
        out : RowSparseNDArray, list of them (one for each device), or list of lists
        row_ids : NDArray of row numbers for all of ``out``, or one for each; repeated numbers count once
        """
        if out is None or row_ids is None:
            raise ArgumentError("KVStore.row_sparse_pull: 'out' and 'row_ids' are needed.\n  Pass arrays for both.")
        groups = self._groups(key, out)
        targets = [(name, array) for name, arrays in groups for array in arrays]
        ids = [row_ids] * len(targets) if isinstance(row_ids, NDArray) else _flat(row_ids)
        if len(ids) != len(targets):
            raise ArgumentError(f"KVStore.row_sparse_pull: {len(targets)} arrays, but {len(ids)} row_ids")
        for name, array in targets:
            self._check(name, array, "the array to pull into")
            if array.stype != "row_sparse":
                raise MXNetError(
                    f"KVStore.row_sparse_pull: key {name!r}: 'out' has storage type {array.stype!r}.\n"
                    "  Pull into an array of mx.nd.sparse.zeros('row_sparse', shape)."
                )
        for (name, array), numbers in zip(targets, ids, strict=True):
            rows = nd.array(np.unique(numbers.asnumpy().astype("int64")), self._values[name].context, "int64")
            value = self._values[name]
            stored = value if value.stype == "row_sparse" else value.tostype("row_sparse")
            array[:] = nd.sparse.retain(stored, rows).as_in_context(array.context)

    def _store(self, name, total):
        value = self._values[name]
        if self._updater is None:
            value[:] = total.astype(value.dtype) if total.dtype != value.dtype else total
        else:
            self._updater(name, total, value)

    @staticmethod
    def _sum(arrays, context):
        total = arrays[0].as_in_context(context)
        for array in arrays[1:]:
            total = total + array.as_in_context(context)
        return total

    def sum_each(self, groups):
        """Sum the arrays of each group, and write the sum into all of them; stored values stay as they are.

        Trainer and Module sum gradients so.

        Parameters
        ----------
        groups : list of lists, each with the arrays of one gradient, one for each device

        Raises
        ------
        MXNetError
            If the store is of the kind "nccl" and NCCL cannot do it; the message says why.
        """
        rest = groups if self._kind in _LOCAL else sum_by_nccl(groups, insist=self._kind == "nccl")
        for arrays in rest:
            total = self._sum(arrays, self._home(arrays[0]))
            for array in arrays:
                total.copyto(array)

    def _home(self, array):
        return array.context if self._kind in _DEVICE else cpu(0)

    def _check(self, name, array, what):
        if name not in self._values:
            raise NotFoundError(f"KVStore: key {name!r} has not been inited.{self._hint(name)}\n  Call init first.")
        if array.shape != self._values[name].shape:
            raise ShapeError(f"KVStore: key {name!r} holds {self._values[name].shape}, {what} is {array.shape}")

    def _hint(self, name):
        return nearest(name, self._values) if isinstance(name, str) and self._values else ""

    def _groups(self, key, value) -> list[tuple]:
        """Return (key, list of arrays) for each key."""
        if isinstance(key, (list, tuple)):
            if not isinstance(value, (list, tuple)) or len(value) != len(key):
                count = len(value) if isinstance(value, (list, tuple)) else "a lone value"
                raise ArgumentError(f"KVStore: {len(key)} keys need as many values. Received: {count}")
            groups = [group for one, arrays in zip(key, value, strict=True) for group in self._groups(one, arrays)]
        else:
            if not isinstance(key, (int, str)) or isinstance(key, bool):
                raise ArgumentError(f"KVStore: unexpected type for keys: expected int or str. Received: {key!r}")
            arrays = list(value) if isinstance(value, (list, tuple)) else [value]
            for array in arrays:
                if not isinstance(array, NDArray):
                    raise ArgumentError(f"KVStore: key {key!r}: expected an NDArray. Received: {type(array).__name__}")
            if not arrays:
                raise ArgumentError(f"KVStore: key {key!r}: no arrays")
            groups = [(key, arrays)]
        kinds = {isinstance(name, str) for name in [*(name for name, _ in groups), *list(self._values)[:1]]}
        if len(kinds) > 1:
            raise ArgumentError(f"KVStore: Mixed key types are not allowed: int and str. Received: {key!r}")
        return groups

    # -- the optimizer -----------------------------------------------------------------------------------------------
    def set_optimizer(self, optimizer):
        """From now on pushed gradients update the stored weights with this optimizer."""
        if not isinstance(optimizer, Optimizer):
            raise ArgumentError(f"KVStore.set_optimizer: expected an Optimizer. Received: {optimizer!r}")
        self._set_updater(get_updater(optimizer))

    def _set_updater(self, updater):
        """Set the function ``updater(key, pushed, stored)`` that changes ``stored`` in place."""
        self._updater = updater

    def save_optimizer_states(self, fname, dump_optimizer=False):
        """Write the states of ``set_optimizer``'s optimizer; see Updater.get_states. The file is whole or unchanged."""
        content = self._require_updater("save").get_states(dump_optimizer)
        with atomic_write(fname) as file:
            file.write(content)

    def load_optimizer_states(self, fname):
        """Read what ``save_optimizer_states`` wrote."""
        updater = self._require_updater("load")
        try:
            with open(fname, "rb") as file:
                content = file.read()
        except OSError as error:
            raise NotFoundError(f"{fname}: cannot read the optimizer states: {error}") from error
        updater.set_states(content)

    def _require_updater(self, verb):
        if not hasattr(self._updater, "get_states"):
            raise MXNetError(f"KVStore: there are no optimizer states to {verb}.\n  Call set_optimizer first.")
        return self._updater

    def set_gradient_compression(self, compression_params):
        """Raise: nothing is sent over a network here, so there is nothing to compress."""
        raise MXNetError(
            f"KVStore: gradient compression is not supported for this type of kvstore ({self._kind!r}).\n"
            "  Leave compression_params out: on one machine nothing is sent over a network."
        )

    # -- the worker --------------------------------------------------------------------------------------------------
    @staticmethod
    def is_capable(capability):
        """Tell whether the store can run an optimizer (``KVStore.OPTIMIZER``): it can."""
        if capability.lower() == KVStoreBase.OPTIMIZER:
            return True
        raise ArgumentError(f"Unknown capability: {capability}.\n  Known: {KVStoreBase.OPTIMIZER!r}.")

    @property
    def type(self):
        """"local" or "device"."""
        return self._kind

    @property
    def rank(self):
        """0: there is one worker."""
        return 0

    @property
    def num_workers(self):
        """1: there is one worker."""
        return 1

    def _barrier(self):
        """Wait for all workers: there is one."""


def _flat(values) -> list:
    """Return the elements of a list, and of the lists in it."""
    return [item for value in values for item in (value if isinstance(value, (list, tuple)) else [value])]


def sum_gradients(store, keys, groups) -> None:
    """Sum the gradients of each parameter over its devices, by the means of a store.

    Parameters
    ----------
    store : KVStoreBase; one that is not of this file, or that has an optimizer, gets a push and a pull for each key
    keys : of the parameters in the store
    groups : for each parameter its gradients, one for each device, which receive the sum
    """
    if type(store) is KVStore and store._updater is None:
        store.sum_each(groups)
        return
    for key, arrays in zip(keys, groups, strict=True):
        store.push(key, arrays)
        store.pull(key, arrays, ignore_sparse=False)


class KVStoreServer:
    """The server of a store over several machines; for a store in this process, the only kind here, it has no work.

    Parameters
    ----------
    kvstore : KVStore
    """

    def __init__(self, kvstore):
        if not isinstance(kvstore, KVStoreBase):
            raise ArgumentError(f"KVStoreServer: expected a KVStore. Received: {type_name(kvstore)}")
        self.kvstore = kvstore

    def run(self):
        """Return at once, as MXNet's does for a local store: no other process sends requests.

        A program that starts workers and servers on several machines stops where it makes its store, see ``create``.
        """


def create(name="local"):
    """Return a new store.

    Parameters
    ----------
    name : "local" (values on the CPU), "device" (values where they come from), "nccl" ("device", where gradients are
        summed by NCCL or not at all), or the name of a registered class

    Raises
    ------
    ArgumentError
        If there is no such kind, or it needs several machines.
    """
    if not isinstance(name, str):
        raise ArgumentError(f"KVStore: name must be a string. Received: {name!r}")
    kind = name.lower()
    if kind in KVStoreBase.kv_registry:
        return KVStoreBase.kv_registry[kind]()
    if kind in _LOCAL or kind in _DEVICE:
        return KVStore(kind)
    if kind.startswith(("dist", "p3")) or kind in ("horovod", "byteps"):
        raise ArgumentError(
            f"KVStore: {name!r} trains on several machines, which mxlearn does not do.\n"
            "  Use 'device' for several GPUs of one machine, 'local' for everything else."
        )
    hint = nearest(kind, (*_LOCAL, *_DEVICE))
    raise ArgumentError(f"KVStore: unknown kind {name!r}.{hint}\n  Use 'local' or 'device'.")
