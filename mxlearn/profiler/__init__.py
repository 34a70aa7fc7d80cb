"""Where the time goes: which operators ran, when and for how long. ``mx.profiler``.

    mx.profiler.set_config(filename="profile.json", aggregate_stats=True)
    mx.profiler.set_state("run")
    ...                                 # what is to be measured
    mx.profiler.set_state("stop")
    print(mx.profiler.dumps())          # a table for each category
    mx.profiler.dump()                  # a file for chrome://tracing or ui.perfetto.dev

Recorded are operators on NDArrays (with their backward rules, ``_backward_NAME``), the operators of compiled programs
one by one, and what a program marks itself: Task, Frame, Event, Counter, Marker. On a GPU an event is the time that the
launch took, not the computation. There are no events of memory and of a C interface, which is not here.

While the profiler runs, every call of a Python function costs a little more, and compiled programs run operator by
operator. While it does not run it costs nothing: no line of the code that runs operators knows of it.

References: MXNet 1.9.1 module mxnet.profiler.
"""
import json
import warnings

from ..base import ArgumentError, MXNetError, atomic_write, nearest
from . import watching
from .events import LOG
from .scopes import Counter, Domain, Event, Frame, Marker, Task

__all__ = [
    "Counter",
    "Domain",
    "Event",
    "Frame",
    "Marker",
    "Task",
    "dump",
    "dump_profile",
    "dumps",
    "pause",
    "profiler_set_config",
    "profiler_set_state",
    "resume",
    "set_config",
    "set_kvstore_handle",
    "set_state",
]

_DEFAULTS = {
    "profile_all": False,
    "profile_symbolic": True,
    "profile_imperative": True,
    "profile_memory": True,
    "profile_api": True,
    "filename": "profile.json",
    "continuous_dump": True,
    "dump_period": 1.0,
    "aggregate_stats": False,
    "gpu_memory_profile_filename_prefix": "gpu_memory_profile",
    "profile_process": "worker",
}
_config = dict(_DEFAULTS)


def set_config(**kwargs) -> None:
    """Choose what is recorded, and where it is written. What is not given has its default again.

    Parameters
    ----------
    filename : path of the file that ``dump`` writes, default "profile.json"
    profile_all : bool, all of the following
    profile_imperative : bool, operators on NDArrays
    profile_symbolic : bool, operators of compiled programs (hybridize, Executor)
    aggregate_stats : bool; tables are always there
    profile_memory, profile_api, continuous_dump, dump_period, gpu_memory_profile_filename_prefix : as in MXNet; nothing
        is recorded for them, and the file is written by ``dump`` alone
    profile_process : "worker"

    Raises
    ------
    ArgumentError
        If there is no such setting.
    """
    for name in kwargs:
        if name not in _DEFAULTS:
            raise ArgumentError(
                f"profiler.set_config: there is no setting {name!r}.{nearest(name, _DEFAULTS)}\n"
                f"  It takes: {', '.join(_DEFAULTS)}."
            )
    _check_process(kwargs.get("profile_process", "worker"))
    _config.update(_DEFAULTS)
    _config.update(kwargs)
    if watching.is_watching():
        watching.begin(*_kinds())


def _kinds() -> tuple[bool, bool]:
    """Return whether operators on NDArrays and those of compiled programs are recorded."""
    every = bool(_config["profile_all"])
    return every or bool(_config["profile_imperative"]), every or bool(_config["profile_symbolic"])


def _check_process(process: str) -> None:
    if process == "server":
        raise MXNetError(
            "profiler: there are no server processes here, so none can be profiled.\n  Use profile_process='worker'."
        )
    if process != "worker":
        raise ArgumentError(f"profiler: profile_process must be 'worker'. Received: {process!r}")


def set_state(state: str = "stop", profile_process: str = "worker") -> None:
    """Start or stop recording: "run" or "stop". The events stay until they are dumped.

    Raises
    ------
    MXNetError
        If another profiler, such as cProfile, is at work in this thread.
    """
    _check_process(profile_process)
    if state == "run":
        watching.begin(*_kinds())
        LOG.is_on = True
    elif state == "stop":
        LOG.is_on = False
        watching.end()
    else:
        raise ArgumentError(f"profiler.set_state: state must be 'run' or 'stop'. Received: {state!r}")
    LOG.is_running = LOG.is_on


def pause(profile_process: str = "worker") -> None:
    """Record nothing until ``resume``."""
    _check_process(profile_process)
    if LOG.is_running:
        LOG.is_on = False
        watching.end()


def resume(profile_process: str = "worker") -> None:
    """Record again after ``pause``."""
    _check_process(profile_process)
    if LOG.is_running:
        watching.begin(*_kinds())
        LOG.is_on = True


def dump(finished: bool = True, profile_process: str = "worker") -> None:
    """Write all events to the file of ``set_config``, in Chrome's trace format; the file is complete or not there.

    Parameters
    ----------
    finished : whether recording ends with it
    """
    _check_process(profile_process)
    if finished:
        set_state("stop")
    with atomic_write(str(_config["filename"]), "w") as file:
        json.dump({"traceEvents": LOG.trace(), "displayTimeUnit": "ms"}, file, separators=(",", ":"))


def dumps(reset: bool = False, format: str = "table", sort_by: str = "total", ascending: bool = False) -> str:
    """Return how often each thing happened, and its total, smallest, largest and mean time.

    Parameters
    ----------
    reset : begin new tables afterwards; the events for ``dump`` stay
    format : "table" or "json"
    sort_by : "total", "avg", "min", "max" or "count"
    ascending : smallest first
    """
    if format not in ("table", "json"):
        raise ArgumentError(f"Invalid value provided for format: {format}. Support: 'table', 'json'")
    if sort_by not in ("total", "avg", "min", "max", "count"):
        raise ArgumentError(
            f"Invalid value provided for sort_by: {sort_by}. Support: 'total', 'avg', 'min', 'max', 'count'"
        )
    statistics = LOG.statistics(sort_by, ascending)
    text = LOG.as_json(statistics) if format == "json" else LOG.as_table(statistics)
    if reset:
        LOG.reset_statistics()
    return text


def set_kvstore_handle(handle) -> None:
    """Raise: the servers of a distributed KVStore, which this would profile, are not here."""
    raise MXNetError("profiler: there are no server processes here, so there is none to profile.")


def _deprecated(old: str, new: str) -> None:
    warnings.warn(f"profiler.{old}() is deprecated. Please use profiler.{new}() instead", stacklevel=3)


def profiler_set_config(mode: str = "symbolic", filename: str = "profile.json") -> None:
    """Choose what is recorded: "symbolic" or "all". Deprecated: use set_config."""
    _deprecated("profiler_set_config", "set_config")
    if mode not in ("symbolic", "all"):
        raise ArgumentError(f"profiler_set_config: mode must be 'symbolic' or 'all'. Received: {mode!r}")
    set_config(profile_symbolic=True, profile_imperative=mode == "all", profile_all=mode == "all", filename=filename)


def profiler_set_state(state: str = "stop") -> None:
    """Start or stop recording. Deprecated: use set_state."""
    _deprecated("profiler_set_state", "set_state")
    set_state(state)


def dump_profile() -> None:
    """Write all events to the file. Deprecated: use dump."""
    _deprecated("dump_profile", "dump")
    dump(True)
