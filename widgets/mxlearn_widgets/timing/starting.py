"""``race``: look at what a reader asks for, start the race, and show it while it runs."""

import time
from pathlib import Path

from mxlearn import context
from mxlearn.base import ArgumentError, FormatError, MXNetError, NotFoundError, nearest
from mxlearn.timing import machine

from ..shared.notice import Notice
from . import recording as recordings
from . import words
from .cases import CASES, named
from .protocol import contestants, contexts_of, functions_of, sizes_of, works_of
from .samples import Results
from .showing import Place, Shown
from .widget import DeviceRace


def race(
    work,
    sizes=None,
    *,
    contexts=None,
    transfer: bool | None = None,
    flops=None,
    bytes=None,  # noqa: A002  (a roofline needs FLOP and bytes)
    budget: float = 5.0,
    replay: str | bool | None = None,
    recording: str | Path | None = None,
    title: str = "",
) -> DeviceRace | Notice:
    """Time work of growing size on a CPU and a GPU, or several functions against each other.

    Each function is called as ``f(n, ctx)``. Either the call is the work, and returns the array(s) that it computed; or
    it prepares, and returns a function without arguments that does the work: then only that one is timed. Inside the
    call ``ctx`` is also the current context. For every size and entrant the race takes

    - a cold sample, the first call; four warm-up samples; and up to 25 steady ones, in rounds in which the entrants
      alternate, with the garbage collector off. A steady sample is as many calls together as last 50 us or longer
      (``inner`` calls), divided by their number
    - three times for each sample: launch only (until the call returned: on a GPU the wrong way), synchronized (until
      the device was done), and on a GPU the event time, by its own clock

    It shows itself in a notebook while it runs, with a Stop button, and need not be the last line of the cell.

    Parameters
    ----------
    work : function of (n, ctx); a dict of such functions by name, ``{"eager": f, "hybridized": g}``; or the name of a
        case: "matmul", "elementwise", "lenet", "launches", "copies", "hybridize"
    sizes : whole numbers, at most 24; a case has its own
    contexts : devices; by default cpu() and, where there is one, gpu(0). Several functions race on the current context
    transfer : whether copies from and to the host are part of the work. The function needs a keyword ``transfer`` for
        that, ``def f(n, ctx, transfer=False)``. None times a GPU both ways where the function can
    flops, bytes : functions of n: floating-point operations and bytes moved by one call, for the roofline
    budget : seconds, shared by the sizes. Sizes that it does not reach are left out
    replay : name of the recorded case to show where there is no GPU; None finds it where ``work`` is a case, False
        shows none. A recording stands in a panel of its own, under a badge with its device, driver and date
    recording : file that ``python -m mxlearn_widgets.record_timings`` wrote, instead of those that came along
    title : what the race is called

    Returns
    -------
    DeviceRace, or a Notice that says what to do where nothing could be timed: it does not raise

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> def product(n, ctx):
    ...     a = mx.nd.ones((n, n), ctx=ctx)
    ...     return lambda: mx.nd.dot(a, a)
    >>> mxw.race(product, sizes=(16, 64), contexts=mx.cpu(), budget=0.5)
    <race of product: 2 sizes from 16 to 64>
    """
    try:
        found = _prepare(work, sizes, contexts, transfer, flops, bytes, budget, replay, recording, title)
    except MXNetError as error:
        refused = _Refused(str(error))
        Place(refused).finish(refused)
        return refused
    place = Place(found)
    try:
        found.run(budget)
    finally:  # after an interrupt, too
        final = found if found.results.points else _Refused(_first_failure(found.results))
        place.finish(final)
    return final


class _Refused(Shown, Notice):
    """A notice that stands in the notebook already."""


def _first_failure(results: Results) -> str:
    """Return why no entrant could be timed."""
    if not results.failures:
        return "race: stopped before anything was measured. Run the cell again."
    number, (size, message) = next(iter(results.failures.items()))
    return f"race: {results.entrants[number].name} failed at its first call, with n = {size}.\n  {message}"


def _prepare(work, sizes, contexts, transfer, flops, moved, budget, replay, recording, title) -> DeviceRace:
    if not isinstance(budget, (int, float)) or not 0 < budget < 3600:
        raise ArgumentError(
            f"race: budget is in seconds, expected more than 0 and less than 3600. Received: {budget!r}"
        )
    name = ""
    if isinstance(work, str):
        if work not in CASES:
            raise ArgumentError(
                f"race: there is no case {work!r}.{nearest(work, CASES)} There are: {', '.join(CASES)}."
            )
        name, work = work, CASES[work].functions
        work = work if len(work) > 1 else work[""]
    functions = functions_of(work)
    name = name or named(functions)
    case = CASES.get(name)
    if sizes is None:
        if case is None:
            raise ArgumentError("race: it needs sizes, such as sizes=(16, 64, 256, 1024).")
        sizes = case.sizes
    sizes = sizes_of(sizes)
    several = len(functions) > 1
    devices = contexts_of(contexts, several=several)
    who = contestants(functions, devices, transfer)
    if case is not None:
        flops, moved = flops or case.flops, moved or case.bytes
    title = " ".join(str(title).split())[:80] or (case.title if case else _called(functions))
    results = Results(
        title, tuple(c.entrant for c in who), sizes, machine(devices[-1]), time.strftime("%Y-%m-%d"),
        case.unit if case else "n", works_of(flops, sizes, "flops"), works_of(moved, sizes, "bytes"),
    )  # fmt: skip
    alone = contexts is None and not context.num_gpus() and (not several or bool(name or replay))
    recorded, missing = _recorded(name, replay, recording, alone)
    return DeviceRace(results, who, recorded, "" if several and not replay else missing)


def _called(functions) -> str:
    names = [name or getattr(function, "__name__", "") for name, function in functions.items()]
    return " and ".join("a function of n" if name in ("", "<lambda>") else name for name in names)


def _recorded(name: str, replay, file, alone: bool) -> tuple[Results | None, str]:
    """Return the recorded case to show, and what to say where one was expected and there is none.

    Parameters
    ----------
    alone : whether a GPU was expected, and there is none
    """
    if replay is False:
        return None, ""
    wanted = replay if isinstance(replay, str) else name
    if file is not None:
        found = recordings.read(file)
        if not wanted and len(found.cases) == 1:
            wanted = next(iter(found.cases))
        if not wanted:
            raise ArgumentError(f"race: which case of {file}? Pass replay=, one of: {', '.join(found.cases)}.")
        return recordings.case_of(found, wanted), ""
    if isinstance(replay, str) and replay not in CASES:
        raise NotFoundError(
            f"race: there is no case {replay!r}.{nearest(replay, CASES)} There are: {', '.join(CASES)}."
        )
    if not alone and not isinstance(replay, str):
        return None, ""
    try:
        if wanted:
            found = recordings.find(wanted)
            return (recordings.case_of(found, wanted), "") if found else (None, words.NO_GPU)
        others = [case for case in CASES if recordings.find(case)]
    except FormatError as error:  # of a file that nobody asked for: the live race goes on
        return None, str(error)
    if not others:
        return None, words.NO_GPU
    return (
        None,
        f"No GPU here. A recorded race can stand below this one: replay={others[0]!r}; there are {', '.join(others)}.",
    )
