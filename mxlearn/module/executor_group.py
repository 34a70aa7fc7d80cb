"""Executors of one symbol on several contexts, each with its part of the batch.

References: MXNet 1.9.1 class mxnet.module.executor_group.DataParallelExecutorGroup.
"""
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from .. import ndarray as nd
from ..base import ArgumentError, ShapeError, uninterrupted
from ..context import Context, cpu
from ..executor import backward_all, forward_all
from ..io import DataBatch, DataDesc
from ..kvstore import sum_gradients
from ..ndarray import NDArray
from ..symbol import Symbol


class ExecutorGroup:
    """One Executor for each context.

    Attributes
    ----------
    execs : list of Executor
    param_arrays, grad_arrays : for each parameter a list with one NDArray (or None) for each context
    """

    def __init__(
        self,
        symbol: Symbol,
        contexts: Sequence[Context],
        workload: Sequence[float],
        data: Sequence[DataDesc],
        labels: Sequence[DataDesc],
        param_names: Sequence[str],
        *,
        for_training: bool,
        inputs_need_grad: bool,
        fixed_param_names: Sequence[str],
        grad_req,
        shared_group: "ExecutorGroup | None" = None,
        group2ctxs: Sequence[dict[str, Context]] | None = None,
    ):
        self.symbol = symbol
        self.contexts = list(contexts)
        self.workload = list(workload)
        self.param_names = list(param_names)
        self.for_training = for_training
        requests = {}
        arguments = symbol.list_arguments()
        if isinstance(grad_req, (list, tuple)):
            if len(grad_req) != len(arguments):
                raise ArgumentError(f"bind: {len(arguments)} arguments, but {len(grad_req)} entries in grad_req")
            grad_req = dict(zip(arguments, grad_req, strict=True))
        for name in arguments:
            wanted = grad_req if isinstance(grad_req, str) else grad_req.get(name, "null")
            idle = not for_training or name in fixed_param_names or name in {d.name for d in labels}
            idle = idle or (name in {d.name for d in data} and not inputs_need_grad)
            if idle or name not in self._trainable(data, param_names):
                wanted = "null"
            requests[name] = wanted
        self.grad_req = requests
        self._describe(data, labels)
        self.execs = [
            symbol.simple_bind(
                context,
                grad_req=requests,
                type_dict={d.name: d.dtype for d in [*data, *labels]},
                group2ctx=group2ctxs[i] if group2ctxs is not None else None,
                shared_exec=shared_group.execs[i] if shared_group is not None else None,
                **self._shapes_of(i),
            )
            for i, context in enumerate(self.contexts)
        ]
        self._collect()

    @staticmethod
    def _trainable(data, param_names) -> set[str]:
        return {*param_names, *(d.name for d in data)}

    def _describe(self, data, labels) -> None:
        self.data, self.labels = list(data), list(labels)
        self.slices = split_batch(data[0].shape[_batch_axis(data[0])], self.workload)

    def _shapes_of(self, index: int) -> dict[str, tuple[int, ...]]:
        part = self.slices[index]
        shapes = {}
        for d in [*self.data, *self.labels]:
            axis = _batch_axis(d)
            shapes[d.name] = (
                tuple(d.shape)
                if len(self.contexts) == 1
                else (*d.shape[:axis], part.stop - part.start, *d.shape[axis + 1 :])
            )
        return shapes

    def _collect(self) -> None:
        dicts = [(e.arg_dict, e.grad_dict) for e in self.execs]
        self.param_arrays = [[args[name] for args, _ in dicts] for name in self.param_names]
        self.grad_arrays = [[grads[name] for _, grads in dicts] for name in self.param_names]
        self.aux_names = self.symbol.list_auxiliary_states()

    def reshape(self, data: Sequence[DataDesc], labels: Sequence[DataDesc]) -> None:
        """Bind to other input shapes; the parameter arrays stay."""
        old = (self.data, self.labels, self.slices)
        self._describe(data, labels or self.labels)
        try:
            execs = [
                executor.reshape(partial_shaping=True, allow_up_sizing=True, **self._shapes_of(i))
                for i, executor in enumerate(self.execs)
            ]
            self._check_parameters(execs)
        except BaseException:
            self.data, self.labels, self.slices = old
            raise
        self.execs = execs
        self._collect()

    def _check_parameters(self, execs) -> None:
        """Raise ShapeError where new data shapes need parameters of other shapes: what was learned would be lost."""
        for old, new in zip(self.execs, execs, strict=True):
            before, after = {**old.arg_dict, **old.aux_dict}, {**new.arg_dict, **new.aux_dict}
            for name in [*self.param_names, *self.aux_names]:
                if after[name].shape != before[name].shape:
                    data = ", ".join(f"{d.name!r} of shape {tuple(d.shape)}" for d in self.data)
                    raise ShapeError(
                        f"Module: {data} would need {name!r} of shape {after[name].shape}, but it has"
                        f" {before[name].shape}.\n  Give data of the shape that the module was bound to, the batch size"
                        " aside, or bind a new module."
                    )

    # -- parameters --------------------------------------------------------------------------------------------------
    def set_params(self, arg_params: dict, aux_params: dict) -> None:
        """Copy parameters to all contexts."""
        for executor in self.execs:
            executor.copy_params_from(arg_params, aux_params, allow_extra_params=True)

    def get_params(self, arg_params: dict, aux_params: dict) -> None:
        """Write the mean of the copies into the given arrays."""
        for name, arrays in zip(self.param_names, self.param_arrays, strict=True):
            _mean(arrays).astype(arg_params[name].dtype).copyto(arg_params[name])
        for name in self.aux_names:
            arrays = [executor.aux_dict[name] for executor in self.execs]
            _mean(arrays).astype(aux_params[name].dtype).copyto(aux_params[name])

    # -- one batch ---------------------------------------------------------------------------------------------------
    def forward(self, batch: DataBatch, is_train: bool) -> None:
        """Give every executor its part of the batch and run it."""
        labels = batch.label or []
        if labels and len(labels) != len(self.labels) and self.labels:
            raise ArgumentError(f"forward: {len(self.labels)} labels are needed, the batch has {len(labels)}")
        named = [*zip(self.data, batch.data, strict=True), *zip(self.labels, labels, strict=False)]
        each = [{d.name: self._part(d, a, part) for d, a in named} for part in self.slices]
        forward_all(self.execs, is_train, each)

    def _part(self, d: DataDesc, array: NDArray, part: slice):
        if len(self.contexts) == 1:
            return array
        axis = _batch_axis(d)
        return array[(slice(None),) * axis + (part,)]

    def backward(self, out_grads=None) -> None:
        """Run backward on every executor."""
        if isinstance(out_grads, NDArray):
            out_grads = [out_grads]
        if out_grads is None:
            each: list = [None] * len(self.execs)
        elif len(self.contexts) == 1:
            each = [list(out_grads)]
        else:
            each = [[g[part] for g in out_grads] for part in self.slices]
        backward_all(self.execs, each)

    def update(self, kvstore, updaters) -> None:
        """Update the parameters on every context, from the gradients summed over the contexts."""
        trained = [i for i, grads in enumerate(self.grad_arrays) if grads[0] is not None]
        with uninterrupted():
            if kvstore is not None:
                sum_gradients(kvstore, trained, [self.grad_arrays[i] for i in trained])
            for k, updater in enumerate(updaters):
                updater(trained, [self.grad_arrays[i][k] for i in trained], [self.param_arrays[i][k] for i in trained])

    def get_outputs(self, merge: bool) -> list:
        """Return the outputs, joined along the batch or as one list for each output."""
        return [self._merged([e.outputs[i] for e in self.execs], merge) for i in range(len(self.execs[0].outputs))]

    def get_input_grads(self, merge: bool) -> list:
        """Return the gradients of the data."""
        return [self._merged([e.grad_dict[d.name] for e in self.execs], merge) for d in self.data]

    def get_states(self, names: Sequence[str], merge: bool) -> list:
        """Return the arrays of the named states."""
        return [self._merged([e.arg_dict[name] for e in self.execs], merge) for name in names]

    def set_states(self, names: Sequence[str], states, value: float | None) -> None:
        """Write states, or one number into all of them; everything is checked before anything is written."""
        if states is None:
            for name in names:
                for executor in self.execs:
                    executor.arg_dict[name][:] = value
            return
        if len(states) != len(names):
            raise ArgumentError(f"set_states: {len(names)} states are needed, {len(states)} given: {', '.join(names)}")
        moves = []
        for name, state in zip(names, states, strict=True):
            parts = list(state) if isinstance(state, (list, tuple)) else [state[part] for part in self.slices]
            targets = [e.arg_dict[name] for e in self.execs]
            if [p.shape for p in parts] != [t.shape for t in targets]:
                raise ShapeError(
                    f"set_states: {name!r} has shape {', '.join(str(t.shape) for t in targets)}."
                    f" Received: {', '.join(str(p.shape) for p in parts)}"
                )
            moves += zip(parts, targets, strict=True)
        for part, target in moves:
            part.copyto(target)

    def _merged(self, arrays: list[Any], merge: bool):
        if not merge:
            return arrays
        if len(arrays) == 1:
            return arrays[0]
        return nd.concatenate([a.as_in_context(self.contexts[0]) for a in arrays])

    def output_shapes(self, names: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
        """Return (name, shape) of the outputs of the whole batch."""
        shapes = []
        for i, name in enumerate(names):
            parts = [executor.outputs[i].shape for executor in self.execs]
            shapes.append((name, (sum(p[0] for p in parts), *parts[0][1:])))
        return shapes

    def update_metric(
        self, metric, labels, label_names: Sequence[str], output_names: Sequence[str], pre_sliced: bool = False
    ) -> None:
        """Update a metric with every executor's part; with ``pre_sliced`` the labels are one list for each executor."""
        for i, (executor, part) in enumerate(zip(self.execs, self.slices, strict=True)):
            if pre_sliced:
                mine = list(labels[i])
            else:
                mine = [self._part(d, a, part) for d, a in zip(self.labels, labels or [], strict=False)]
            metric.update_dict(
                dict(zip(label_names, mine or labels or [], strict=False)),
                dict(zip(output_names, executor.outputs, strict=True)),
            )


def _batch_axis(d: DataDesc) -> int:
    axis = DataDesc.get_batch_axis(getattr(d, "layout", None))
    return max(axis, 0)


def split_batch(size: int, workload: Sequence[float]) -> list[slice]:
    """Return the part of the batch of each context, in proportion to its workload; the last takes what is left.

    Raises
    ------
    ShapeError
        If the batch is too small for so many contexts.
    """
    total = sum(workload)
    parts = [round(size * share / total) for share in workload[:-1]]
    ends = [*accumulate(parts), size]
    starts = [0, *ends[:-1]]
    if any(start >= end for start, end in zip(starts, ends, strict=True)):
        raise ShapeError(f"a batch of {size} is too small for {len(workload)} contexts; use a larger batch_size")
    return [slice(start, end) for start, end in zip(starts, ends, strict=True)]


def _mean(arrays: list[NDArray]) -> NDArray:
    total = arrays[0].copyto(cpu())
    for array in arrays[1:]:
        total = total + array.as_in_context(cpu())
    return total / len(arrays) if len(arrays) > 1 else total


__all__ = ["ExecutorGroup", "split_batch"]
