"""What the function of a race has to be, and who takes part: every mistake that a reader can make is named here."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mxlearn import NDArray, Symbol, context
from mxlearn.base import ArgumentError, ContextError, type_name
from mxlearn.context import Context

from .samples import MOST_ENTRANTS, MOST_SIZES, Entrant

EXAMPLE = "mxw.race(lambda n, ctx: mx.nd.dot(mx.nd.ones((n, n), ctx=ctx), mx.nd.ones((n, n), ctx=ctx)), sizes=(16, 64))"
COPIES = "def f(n, ctx, transfer=False): with transfer, copy the inputs to ctx and the outputs back, each time."


@dataclass(frozen=True)
class Contestant:
    """An entrant with the function that does its work."""

    entrant: Entrant
    function: Callable[..., Any]
    ctx: Context
    keywords: Mapping[str, bool]

    def call(self, size: int):
        """Call the reader's function for one size."""
        return self.function(size, self.ctx, **self.keywords)


def contestants(
    functions: Mapping[str, Callable[..., Any]], contexts: Sequence[Context], transfer: bool | None
) -> list[Contestant]:
    """Return who takes part: each function on each context, and on a GPU with and without copies where it can.

    Raises
    ------
    ArgumentError, ContextError
        If something is no function of (n, ctx), or a context does not exist here.
    """
    found: list[Contestant] = []
    for ctx in contexts:
        ctx.xp  # noqa: B018  (raises where this machine has no such device)
        device = "gpu" if ctx.device_type == "gpu" else "cpu"
        for name, function in functions.items():
            can = takes_transfer(function)
            if transfer and not can:
                raise ArgumentError(
                    f"race: transfer=True, but {_called(function)} has no keyword transfer.\n  Give it one: {COPIES}"
                )
            wanted = (False, True) if transfer is None and can and device == "gpu" else (bool(transfer),)
            for copies in wanted:
                parts = [name] if len(functions) > 1 or name else []
                parts += [str(ctx)] if len(contexts) > 1 or not parts else []
                label = ", ".join(parts) + (" with copies" if copies else "")
                keywords = {"transfer": copies} if can else {}
                found.append(Contestant(Entrant(label, device, copies), function, ctx, keywords))
    if len(found) > MOST_ENTRANTS:
        raise ArgumentError(f"race: {len(found)} take part, and a plot can tell {MOST_ENTRANTS} apart. Leave some out.")
    return found


def functions_of(work) -> dict[str, Callable[..., Any]]:
    """Return the functions of a race by name; a function alone has the name "".

    Raises
    ------
    ArgumentError
        If ``work`` is no function of (n, ctx), and no dict of such functions.
    """
    if isinstance(work, Mapping):
        if not work:
            raise ArgumentError('race: the dict of functions is empty. Pass {"eager": f, "hybridized": g}.')
        functions = {" ".join(str(name).split())[:40]: function for name, function in work.items()}
        if len(functions) < len(work):
            raise ArgumentError("race: two functions have the same name, as far as 40 letters go. Give shorter names.")
    else:
        functions = {"": work}
    for function in functions.values():
        if not callable(function):
            raise ArgumentError(
                "race: expected a function of (n, ctx), a dict of such functions, or the name of a case.\n"
                f"  Received: {type_name(function)}. Try: {EXAMPLE}"
            )
        _check_parameters(function)
    return functions


def _check_parameters(function: Callable[..., Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of a function written in C nothing is known
        return
    try:
        signature.bind(1, None)
    except TypeError:
        raise ArgumentError(
            f"race: {_called(function)} has to take two arguments, the size n and the context ctx.\n"
            f"  It takes {signature}. Try: {EXAMPLE}"
        ) from None


def takes_transfer(function: Callable[..., Any]) -> bool:
    """Tell whether a function has the keyword ``transfer``."""
    try:
        return "transfer" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _called(function) -> str:
    name = getattr(function, "__name__", type_name(function))
    return "the function" if name == "<lambda>" else f"the function {name!r}"


def sizes_of(sizes) -> tuple[int, ...]:
    """Return sizes ascending, each once.

    Raises
    ------
    ArgumentError
        If they are not whole numbers of at least 1, or too many.
    """
    hint = "Pass whole numbers of at least 1, such as sizes=(16, 64, 256)."
    try:
        found = [sizes] if isinstance(sizes, int) else list(sizes)
        numbers = sorted({int(n) for n in found if not isinstance(n, str)})
        right = len(found) > 0 and all(not isinstance(n, (str, bool)) and int(n) == n >= 1 for n in found)
    except (TypeError, ValueError, OverflowError):
        right, numbers = False, []
    if not right:
        raise ArgumentError(f"race: sizes={_shown(sizes)}. {hint}")
    if len(numbers) > MOST_SIZES:
        raise ArgumentError(f"race: {len(numbers)} sizes, expected at most {MOST_SIZES}. {hint}")
    return tuple(numbers)


def _shown(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def contexts_of(contexts, *, several: bool) -> list[Context]:
    """Return the devices of a race: those given, or by default the CPU and the GPU if there is one.

    Parameters
    ----------
    several : whether functions race each other: then the default is the current context alone

    Raises
    ------
    ArgumentError
        If something else than contexts is given.
    """
    if contexts is None:
        if several:
            return [context.current_context()]
        return [context.cpu(), context.gpu(0)] if context.num_gpus() else [context.cpu()]
    found = [contexts] if isinstance(contexts, Context) else list(contexts) if isinstance(contexts, Iterable) else []
    if not found or not all(isinstance(ctx, Context) for ctx in found):
        raise ArgumentError(f"race: contexts={_shown(contexts)}. Pass devices, such as contexts=[mx.cpu(), mx.gpu(0)].")
    return list(dict.fromkeys(found))


def work_of(result, contestant: Contestant) -> Callable[[], Any] | None:
    """Return the callable to be timed where the function returned one; None where the call itself was the work.

    Raises
    ------
    ArgumentError
        If what was returned is no computed array and cannot be called without arguments.
    """
    if isinstance(result, Symbol) or hasattr(result, "collect_params"):
        raise ArgumentError(
            f"race: {_called(contestant.function)} returned a {type_name(result)}, which has computed nothing yet.\n"
            "  Return an array, or a function without arguments that computes it: return lambda: net(x)"
        )
    return result if callable(result) else None


def check_device(result, contestant: Contestant) -> None:
    """Raise where the work was done on another device than the one that is timed.

    Raises
    ------
    ContextError
        If an array of the result lives elsewhere. With copies it has to: nothing is checked then.
    """
    if contestant.entrant.transfer:
        return
    arrays = result if isinstance(result, (tuple, list)) else [result]
    for array in arrays:
        if isinstance(array, NDArray) and array.context != contestant.ctx:
            raise ContextError(
                f"race: {_called(contestant.function)} was asked to work on {contestant.ctx}, and returned an array on "
                f"{array.context}: the race would time the wrong device.\n"
                "  Make its arrays on ctx: mx.nd.ones((n, n), ctx=ctx), or net.initialize(ctx=ctx)."
            )


def works_of(per_call, sizes: Sequence[int], name: str) -> tuple[float, ...]:
    """Return what ``flops=`` or ``bytes=`` says for each size; nothing for None.

    Raises
    ------
    ArgumentError
        If it is no function of n, or gives no positive number.
    """
    if per_call is None:
        return ()
    try:
        found = tuple(float(per_call(n)) for n in sizes)
        right = all(0 < value < float("inf") for value in found)
    except Exception as error:  # the reader's own function
        raise ArgumentError(f"race: {name}= failed: {type(error).__name__}: {error}") from None
    if not right:
        raise ArgumentError(f"race: {name}= has to give a positive number for each size, such as lambda n: 2 * n**3.")
    return found
