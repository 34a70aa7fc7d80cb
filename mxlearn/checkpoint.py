"""Checkpoints: a training run that was stopped at any moment goes on as if it had not been.

    if os.path.exists("run.safetensors"):
        saved = mx.checkpoint.load("run.safetensors", net=net, trainer=trainer, data=loader)
    ...
        trainer.step(batch_size)
        mx.checkpoint.save("run.safetensors", net=net, trainer=trainer, data=loader, step=step)

One file holds the parameters of every device, the optimizer with its states, its learning rate schedule and its counts,
the state of every random generator (``mx.random`` of each context, ``numpy.random``, ``random``), and the position in
the data. On a CPU the numbers that follow are the same to the last bit. The file is a safetensors file (see
mxlearn.safetensors), is written as a whole or not at all, and is read as a whole or not at all.

A process that is killed while it writes leaves the former checkpoint, and beside it a temporary file ``.NAME.*.part``.
"""
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from . import streams
from .autograd import pause
from .base import ArgumentError, FormatError, MXNetError, ShapeError, atomic_write, retold, type_name, uninterrupted
from .context import cpu
from .gluon import Block, Trainer
from .gluon.parameter.dictionary import check_into
from .module import Module
from .ndarray.array import wrap
from .optimizer.states import decode, encode
from .optimizer.updater import describe, rebuild
from .safetensors import read_bytes

__all__ = ["Checkpoint", "load", "save"]

_KIND = "mxlearn-checkpoint"
_DICT = {"step": int, "random": dict}


class Checkpoint(NamedTuple):
    """What ``load`` returns.

    Attributes
    ----------
    step : int, as it was saved
    extra : what was saved under this name
    """

    step: int
    extra: Any


def save(path: str | os.PathLike, *, net=None, trainer=None, data=None, step: int = 0, extra=None) -> None:
    """Write the state of a training run to a file, as a whole or not at all.

    Call it between two steps, not between backward() and step(): of gradients, only those of parameters with
    ``grad_req="add"`` are stored.

    Parameters
    ----------
    path : file to write or replace
    net : Block, or Module (with its optimizer, where it has one)
    trainer : gluon.Trainer
    data : DataLoader or NDArrayIter, whose present pass goes on with its next batch; or a list of them
    step : number, given back by ``load``
    extra : numbers, strings, arrays, and lists, tuples and dicts of these, given back by ``load``

    Raises
    ------
    ArgumentError
        If something has no form in the file; the message says what.
    DataError
        If the file cannot be written.

    >>> import mxlearn as mx, tempfile, os
    >>> net = mx.gluon.nn.Dense(1, in_units=2)
    >>> net.initialize()
    >>> path = os.path.join(tempfile.mkdtemp(), "run.safetensors")
    >>> mx.checkpoint.save(path, net=net, step=3, extra={"losses": [0.5, 0.25]})
    >>> mx.checkpoint.load(path, net=net)
    Checkpoint(step=3, extra={'losses': [0.5, 0.25]})
    """
    content: dict[str, Any] = {"step": int(step), "extra": extra, "random": _generators()}
    updaters = _updaters(net, trainer, start=True)
    if net is not None:
        content["net"] = _describe_net(net)
    if updaters:
        content["optimizer"] = describe(updaters[0].optimizer, whole=True)
        content["states"] = [updater.states for updater in updaters]
    if data is not None:
        content["data"] = [_with_position(source).get_state() for source in _sources(data)]
    encoded = encode(content, f"checkpoint {os.fspath(path)}", _KIND)
    with atomic_write(path) as file:
        file.write(encoded)


def load(path: str | os.PathLike, *, net=None, trainer=None, data=None) -> Checkpoint:
    """Put a training run back to the state that ``save`` wrote; nothing changes unless all of it can be read.

    What is not given is not read, except for the random generators, which always continue. A network whose shapes are
    not known yet gets them from the file. Where the number of devices differs, each gets the state of the first.

    Parameters
    ----------
    path : file that ``save`` wrote
    net, trainer, data : as for ``save``, made by the same program

    Returns
    -------
    Checkpoint, with ``step`` and ``extra``

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If it is truncated, corrupt, or no checkpoint.
    MXNetError
        If it is one of another network, optimizer or dataset.
    """
    source = os.fspath(path)
    content = decode(read_bytes(path), source, _KIND)
    if not isinstance(content, dict) or not all(isinstance(content.get(k), kind) for k, kind in _DICT.items()):
        raise FormatError(f"{source}: the checkpoint is badly formed")
    try:
        changes = [_restorer_of_generators(content["random"])]
        if data is not None:
            changes += _restorers_of_data(_sources(data), content.get("data"))
        optimizer = None
        if _updaters(net, trainer, start=net is None) is not None:
            optimizer = _checked_optimizer(content, _optimizer(net, trainer))
        if net is not None:
            fill, write = _restorers_of_net(net, content.get("net"), source)
            changes += [fill, lambda: _start(trainer), write]
        if optimizer is not None:
            changes.append(lambda: _adopt(net, trainer, optimizer, content["states"]))
    except MXNetError as error:
        raise error if source in str(error) else retold(error, f"{source}: {error}") from None
    with uninterrupted():
        for change in changes:
            change()
    return Checkpoint(content["step"], content.get("extra"))


# -- random generators -------------------------------------------------------------------------------------------------
def _generators() -> dict:
    return {"mx": streams.get_state(), **streams.global_state()}


def _restorer_of_generators(state: dict) -> Callable[[], None]:
    if not isinstance(state.get("mx"), dict):
        raise FormatError("the checkpoint holds no state of mx.random")
    restore_streams, restore_others = streams.restorer(state["mx"]), streams.global_restorer(state)

    def restore() -> None:
        restore_streams()
        restore_others()

    return restore


# -- data --------------------------------------------------------------------------------------------------------------
def _sources(data) -> list:
    return list(data) if isinstance(data, (list, tuple)) else [data]


def _with_position(source):
    if not hasattr(source, "get_state") or not hasattr(source, "restorer"):
        raise ArgumentError(
            f"checkpoint: {type_name(source)} cannot tell its position; DataLoader and NDArrayIter can.\n"
            "  Save between two passes, and leave data out."
        )
    return source


def _restorers_of_data(sources: list, states) -> list[Callable[[], None]]:
    if not isinstance(states, list) or len(states) != len(sources):
        stored = len(states) if isinstance(states, list) else 0
        raise FormatError(f"the checkpoint holds the position of {stored} data sources, {len(sources)} are given")
    return [_with_position(source).restorer(state) for source, state in zip(sources, states, strict=True)]


# -- the network -------------------------------------------------------------------------------------------------------
def _describe_net(net) -> dict:
    """Return {"parameters": {name: [array of each device]}, "grads": ...}; one array where all are the same."""
    return {what: {name: _merged(arrays) for name, arrays in of.items()} for what, of in _arrays_of(net).items()}


def _arrays_of(net) -> dict[str, dict[str, list]]:
    if isinstance(net, Block):
        parameters = net._structured_params()
        adding = {name: p for name, p in parameters.items() if p.grad_req == "add" and p._data is not None}
        return {
            "parameters": {name: p._arrays() for name, p in parameters.items()},
            "grads": {name: p.list_grad() for name, p in adding.items()},
        }
    if not isinstance(net, Module):
        raise ArgumentError(f"checkpoint: net must be a Block or a Module. Received: {type_name(net)}")
    net._require("checkpoint")
    group = net._exec_group
    aux = {f"aux:{name}": [executor.aux_dict[name] for executor in group.execs] for name in group.aux_names}
    named = zip(group.param_names, group.param_arrays, strict=True)
    return {"parameters": {f"arg:{name}": list(arrays) for name, arrays in named} | aux, "grads": {}}


def _merged(arrays: list) -> list[np.ndarray]:
    host = [array.asnumpy() for array in arrays]
    first = host[0].tobytes()
    return host if any(array.tobytes() != first for array in host[1:]) else host[:1]


def _restorers_of_net(net, stored, source: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return two functions: the first initializes what has no values yet, the second writes those of each device."""
    if not isinstance(stored, dict) or not all(isinstance(stored.get(k), dict) for k in ("parameters", "grads")):
        raise FormatError("the checkpoint holds no network")
    for arrays in (*stored["parameters"].values(), *stored["grads"].values()):
        if not isinstance(arrays, list) or not arrays or not all(isinstance(a, np.ndarray) for a in arrays):
            raise FormatError("the parameters of the network are badly formed")
        if any((a.shape, a.dtype) != (arrays[0].shape, arrays[0].dtype) for a in arrays):
            raise FormatError("the devices differ in the shape or dtype of a parameter")
    return _of_block(net, stored, source) if isinstance(net, Block) else _of_module(net, stored["parameters"])


def _of_block(net: Block, stored: dict, source: str) -> tuple[Callable[[], None], Callable[[], None]]:
    values, grads = stored["parameters"], stored["grads"]
    parameters = net._structured_params()
    first = {name: wrap(arrays[0], cpu()) for name, arrays in values.items()}
    chosen = check_into(parameters, first, source, None, False, False, False)
    for name, arrays in grads.items():
        if name not in values or arrays[0].shape != values[name][0].shape:
            raise FormatError(f"the gradient of {name!r} does not fit its parameter")

    def fill() -> None:
        for parameter, array in chosen:
            parameter._load_init(array, None, False, "saved")

    def write() -> None:
        for name, arrays in values.items():
            _write(parameters[name]._arrays(), arrays)
        for name, arrays in grads.items():
            if parameters[name].grad_req == "add":
                _write(parameters[name].list_grad(), arrays)

    return fill, write


def _of_module(net, values: dict) -> tuple[Callable[[], None], Callable[[], None]]:
    targets = _arrays_of(net)["parameters"]
    if set(targets) != set(values):
        odd = sorted(set(targets) ^ set(values))[0]
        raise ArgumentError(f"the parameter {odd!r} is in one of the checkpoint and the Module only")
    for name, arrays in values.items():
        if targets[name][0].shape != arrays[0].shape:
            raise ShapeError(f"{name!r} has shape {targets[name][0].shape}, in the checkpoint {arrays[0].shape}")

    def write() -> None:
        for name, arrays in values.items():
            _write(targets[name], arrays)
        net.params_initialized = net._params_dirty = True

    return lambda: None, write


def _write(targets: list, arrays: list[np.ndarray]) -> None:
    """Write the array of each device; where the number of devices differs, that of the first to all."""
    same = len(targets) == len(arrays)
    with pause():
        for i, target in enumerate(targets):
            array = arrays[i] if same else arrays[0]
            if target.stype == "default":
                target[...] = array
            else:
                wrap(array, cpu()).tostype(target.stype).copyto(target)


# -- the optimizer -----------------------------------------------------------------------------------------------------
def _updaters(net, trainer, start: bool) -> list | None:
    """Return the updaters of a run, one for each device; None where there is no optimizer."""
    if trainer is not None:
        if not isinstance(trainer, Trainer):
            raise ArgumentError(f"checkpoint: trainer must be a gluon.Trainer. Received: {type_name(trainer)}")
        if start:
            _start(trainer)
        return trainer._updaters or []
    return net._updaters if isinstance(net, Module) and net.optimizer_initialized else None


def _start(trainer) -> None:
    """Let a Trainer begin, which gives the values of the first device to all: before each gets its own."""
    if trainer is not None and not trainer._kv_initialized:
        trainer._start()


def _optimizer(net, trainer):
    return net._optimizer if trainer is None else trainer._optimizer


def _checked_optimizer(content: dict, current):
    """Return the optimizer of a checkpoint; refuse one of another class, or badly formed states."""
    stored, states = content.get("optimizer"), content.get("states")
    if not isinstance(stored, dict) or not isinstance(stored.get("optimizer"), dict):
        raise FormatError("the checkpoint holds no optimizer")
    if not isinstance(states, list) or not states or not all(isinstance(of_device, dict) for of_device in states):
        raise FormatError("the states of the optimizer are badly formed")
    name, wanted = stored["optimizer"].get("class"), type(current).__name__.lower()
    if name != wanted:
        raise ArgumentError(f"the checkpoint is one of the optimizer {name!r}, but the run uses {wanted!r}")
    return rebuild(stored, current)


def _adopt(net, trainer, optimizer, states: list) -> None:
    updaters = _updaters(net, trainer, start=True) or []
    same = len(updaters) == len(states)
    for i, updater in enumerate(updaters):
        updater.adopt(optimizer, states[i] if same else dict(states[0]))
    if trainer is None:
        net._optimizer = optimizer
    else:
        trainer._optimizer = optimizer
        trainer._optimizer.param_dict = dict(enumerate(trainer._params))
